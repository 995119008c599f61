"""What it costs to choose among many branches: ``python -m tests.browser.choosing --branches 2000``; no test.

The overview of invented branches in the real page, headless Chromium: each state is chosen in turn, then a part of a
name is typed. Clocked in the page, from the choice to the frame that shows the new rows, and the processor of kernels and
browser, which is fair on a loaded machine too. For docs/browser.md.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from orglife.bureau.survey import survey
from orglife.office.office import Office
from tests.bench.batch import machine, workspace
from tests.browser.served import CHROMIUM, come_in, ready, stage
from tests.browser.test_walk import started_apart
from tests.browser.watch import Step, Watch

SLOWEST = 300_000
OVERVIEW = "notebooks/90_overview.ipynb"
CHANGED = """(event) => new Promise((done, failed) => {
  const page = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
  let began = 0;
  page.addEventListener(event, () => { began = performance.now(); }, { capture: true });
  setTimeout(() => failed(new Error('nothing changed')), 120000);
  const watch = new MutationObserver(() => {
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
  });
  watch.observe(page.querySelector('.bb table'), { childList: true });
})"""
"""ms from the last such event until the rows stand there anew and were painted."""


def measure(root: Path, runs: int) -> list[Step]:
    """Choosing by state and by name."""
    from playwright.sync_api import sync_playwright

    with Office.open(root) as office:
        number = len(survey(office, date.today(), jobs=2).standings)
    by_state = Step(f"a state chosen among {number} branches → the rows shown", 1)
    by_name = Step("last key of a part of a name → the same (a quarter of a second is waited for more keys)", 1)
    server = started_apart(root)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768}).new_page()
        page.set_default_timeout(SLOWEST)
        try:
            come_in(page, server)
            page.goto(server.page(OVERVIEW))
            ready(page, OVERVIEW)
            board = stage(page).locator(".bb")
            board.get_by_text(f"{number}个支部").first.wait_for()
            states = board.locator(".bb-pick").get_by_label("情况")
            name = board.locator(".bb-pick").get_by_label("名称")
            watch = Watch(server)
            count = states.locator("option").count()

            def clocked(step: Step, event: str, choose: Callable[[], object]) -> None:
                with watch.step(step):
                    done = page.evaluate_handle(f"event => ({{ told: ({CHANGED})(event) }})", event)
                    choose()
                    step.seconds.append(page.evaluate("given => given.told", done) / 1000)

            for _ in range(runs):
                for index in [*range(1, count), 0]:
                    clocked(by_state, "change", partial(states.select_option, index=index))
                for part in ("1", "19", "199", ""):
                    clocked(by_name, "input", partial(name.fill, part))
        finally:
            server.stop()
            browser.close()
    return [by_state, by_name]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--branches", type=int, default=2000)
    parser.add_argument("--folder", type=Path, help="keep the invented workspace here for the next time")
    parser.add_argument("--runs", type=int, default=2)
    options = parser.parse_args()
    about_machine = machine()
    with tempfile.TemporaryDirectory(prefix="orglife-bench-") as name:
        steps = measure(workspace(options.folder or Path(name), options.branches), options.runs)
    print(f"{date.today()}, {about_machine}")
    for step in steps:
        print(step.line())


if __name__ == "__main__":
    main()
