"""What the browser costs: ``make bench-browser``; no test, for machines differ. Writes docs/browser.md.

A branch of fifty in the real pages, headless Chromium. Each step is done several times; what stands in the table are
medians by the clock, and beside them the seconds of processor that server, kernels and browser took for it: those are
fair on a loaded machine too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
import urllib.request
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.lab import runtime
from tests.bench.batch import machine
from tests.branch import ROOT
from tests.browser.served import CHROMIUM, HOME, TALKS, Server, ready, stage
from tests.browser.test_grids import paste
from tests.browser.watch import Step, Watch
from tests.conftest import run
from tests.whole.generate import generated

MEMBERS = 50
APPRAISAL, REVIEWS = "notebooks/21_appraisal.ipynb", "notebooks/14_reviews.ipynb"
ORDER = ("10_plan", "11_study", "12_talks", "13_opinions", "14_reviews", "20_meeting", "21_appraisal")
ORDER += ("30_rectification", "31_report")
DWELL = 3.0  # seconds that a person stays on a page at the least
HEADINGS = [
    "姓名",
    "优秀",
    "合格",
    "基本合格",
    "不合格",
    "弃权",
    "合计",
    "只评议不测等次",
]  # as ballots are counted in Excel
SLOWEST = 120_000  # ms: the machine may be loaded

PAINTED = """
  (() => {
    const whole = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML');
    window.grids = [];
    Object.defineProperty(Element.prototype, 'innerHTML', { ...whole, set(html) {
      const began = performance.now();
      whole.set.call(this, html);
      if (!String(html).includes('role="grid"')) return;
      requestAnimationFrame(() => setTimeout(() => window.grids.push([this.querySelectorAll('tbody [data-r]').length, performance.now() - began])));
    } });
  })();
"""
"""Notes how long every table and matrix takes from its markup to the frame that shows it."""

AFTER = """
  ([words, there, kind]) => new Promise((done, failed) => {
    setTimeout(() => failed(new Error(`${kind}: ${words} ${there}`)), 60000);
    const page = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
    let began = performance.now(), saved = 0;
    page.addEventListener('input', () => { began = performance.now(); }, { capture: true, once: true });
    const look = () => {
      if (!saved && [...page.querySelectorAll(`.of-t-${kind} .of-status`)].some(s => s.textContent.startsWith('✓ 已保存 '))) saved = performance.now() - began;
      const found = [...page.querySelectorAll('.og li strong')].some(told => told.textContent.includes(words));
      if (!saved || found !== there) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => done([saved, performance.now() - began])));
    };
    const watch = new MutationObserver(look);
    watch.observe(page, { childList: true, subtree: true, characterData: true });
  })
"""
"""ms from the key until the form says that it is saved, and until a sentence among the findings has come or gone."""

LAST = """([row, want]) => [...document.querySelectorAll(`.of-t-tally [data-r="${row}"][data-c="5"]`)].some(cell => cell.value === want)"""
"""Whether the last row that was pasted stands there."""


def workspace(folder: Path) -> Path:
    """A workspace with one branch of fifty, complete."""
    root = folder / "组织 生活会"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(author="田小禾"))
    source = folder / "g01.json"
    source.write_text(json.dumps(generated(MEMBERS, committee=True), ensure_ascii=False), encoding="utf-8")
    assert run("import", str(root), str(source)) == 0
    return root


def asked(server: Server, path: str, method: str = "GET") -> Any:
    """Jupyter's own answer."""
    ask = urllib.request.Request(
        f"{server.base}api/{path}", method=method, headers={"Authorization": f"token {server.keys.token}"}
    )
    with urllib.request.urlopen(ask, timeout=30) as answer:
        body = answer.read()
    return json.loads(body) if body else None


def forgotten(server: Server) -> None:
    """End the kernel."""
    for session in asked(server, "sessions"):
        asked(server, f"sessions/{session['id']}", "DELETE")
    for kernel in asked(server, "kernels"):
        asked(server, f"kernels/{kernel['id']}", "DELETE")


class Bench:
    """The steps, on one server and one page."""

    def __init__(self, server: Server, page: Any, runs: int, say: Callable[[str], None]) -> None:
        self.server, self.page, self.runs, self.say = server, page, runs, say
        self.watch = Watch(server)
        self.steps: list[Step] = []
        self.memory: dict[str, float] = {}
        self.kernels = 0

    def step(self, title: str, goal: float) -> Step:
        """A new line of the table."""
        self.steps.append(Step(title, goal))
        self.say(title)
        return self.steps[-1]

    def click(self, notebook: str) -> None:
        """To a stage by the bar on top."""
        self.page.locator(f'.og-nav a[href$="{notebook}.ipynb"]').click()
        ready(self.page, f"notebooks/{notebook}.ipynb")

    def opened(self) -> None:
        """A stage opened without a kernel of its own, and with one."""
        new = self.step("a stage opened, its kernel new → usable", 4)
        again = self.step("loaded again, its kernel alive → usable", 2)
        for _ in range(self.runs):
            self.page.goto("about:blank")
            forgotten(self.server)
            with self.watch.step(new):
                self.page.goto(self.server.page(TALKS))
                ready(self.page, TALKS)
            with self.watch.step(again):
                self.page.reload()
                ready(self.page, TALKS)

    def dashed(self) -> None:
        """Every stage by the bar on top, for the first time, each as soon as the one before it can be used."""
        step = self.step("stage to stage, each for the first time, at once", 1)
        for each in ORDER:
            if each != "12_talks":
                before, began = self.watch.total(), time.monotonic()
                self.click(each)
                step.seconds.append(time.monotonic() - began)
                step.cpu.append(self.watch.total().since(before))
        step.note = " after the one before (processor: until usable)"

    def walked(self) -> None:
        """The same as a person does it, who stays a while on each; then once more through all of them."""
        first = self.step(f"stage to stage, each for the first time, after {DWELL:g} s and more on the one before", 1)
        self.page.reload()
        ready(self.page, f"notebooks/{ORDER[-1]}.ipynb")
        for each in ORDER[:-1]:
            time.sleep(DWELL)
            with self.watch.step(first):
                self.click(each)
        self.memory = self.watch.memory()
        self.kernels = len(self.server.kernels())
        back = self.step("stage to stage, one that is open", 1)
        for each in ORDER:
            with self.watch.step(back):
                self.click(each)

    def typed(self, title: str, open_one: Callable[[], Any], kind: str, words: str) -> None:
        """A field made blank and filled again: its finding comes and goes."""
        step = self.step(title, 1)
        saved = self.step("… until “已保存”", 1)
        box = open_one()
        before = box.input_value()
        for number in range(2 * ((self.runs + 1) // 2)):
            gone = number % 2 == 0
            with self.watch.step(step):
                done = self.page.evaluate_handle(f"given => ({{ told: ({AFTER})(given) }})", [words, gone, kind])
                box.focus()
                box.fill("" if gone else before)
                ms = self.page.evaluate("given => given.told", done)
                step.seconds.append(ms[1] / 1000)
                saved.seconds.append(ms[0] / 1000)
            saved.cpu.append(step.cpu[-1])

    def matrix(self) -> None:
        """The matrix of who talked with whom, painted."""
        step = self.step(f"matrix of {MEMBERS}×{MEMBERS} painted", 0.2)
        for _ in range(self.runs):
            with self.watch.step(step):
                self.page.goto(self.server.page(TALKS))
                ready(self.page, TALKS)
                self.page.wait_for_function(f"window.grids.some(([cells]) => cells >= {MEMBERS * (MEMBERS - 1)})")
                ms = self.page.evaluate(f"window.grids.find(([cells]) => cells >= {MEMBERS * (MEMBERS - 1)})[1]")
                step.seconds.append(ms / 1000)
        step.note = " (processor: the whole page opened)"

    def pasted(self) -> None:
        """Fifty rows from a spreadsheet, under their headings."""
        shown = self.step(f"paste of {MEMBERS}×{len(HEADINGS)} with headings → shown", 0.5)
        self.page.goto(self.server.page(APPRAISAL))
        ready(self.page, APPRAISAL)
        table = stage(self.page).locator(".of-t-tally .of-f-rows .gr, .of-t-tally .of-f-rows.gr").first
        first = table.locator("[data-r='0'][data-c='1']")
        labels = table.locator("[data-r][data-c='1']").evaluate_all("cells => cells.map(one => one.ariaLabel)")
        names = [label.removesuffix(" 优秀（票）") for label in labels]
        for number in range(self.runs):
            votes = [[(r + c + number) % 9 + 1 for c in range(5)] for r in range(MEMBERS)]
            lines = [[name, *map(str, row), str(sum(row)), "否"] for name, row in zip(names, votes, strict=True)]
            with self.watch.step(shown):
                first.focus()
                began = time.monotonic()
                paste(self.page, "\n".join("\t".join(line) for line in [HEADINGS, *lines]))
                self.page.wait_for_function(LAST, arg=[MEMBERS - 1, lines[-1][5]])
                shown.seconds.append(time.monotonic() - began)


def outline(page: Any) -> Any:
    """An outline of the fifty, and why its first problem came about."""
    form = stage(page).locator(".of-t-member_review:visible")
    lines = form.locator(".of-lines:not(.of-versions) select")
    lines.locator("option").first.wait_for(state="attached")
    lines.select_option(index=lines.locator("option").count() - 1)
    box = form.locator(".of-f-items textarea:visible").nth(1)
    box.wait_for()
    return box


def talk(page: Any) -> Any:
    """A talk of the many, and what was said in it."""
    lines = stage(page).get_by_label("已登记")
    lines.select_option(index=lines.locator("option").count() - 1)
    box = page.get_by_label("交流思想 *")
    box.wait_for()
    return box


def measure(folder: Path, runs: int, say: Callable[[str], None]) -> tuple[Bench, Step]:
    """All steps, in a workspace of their own."""
    from playwright.sync_api import sync_playwright

    root, port = workspace(folder), runtime.free_port(None, random.randrange(20000, 60000))
    start = Step("`orglife start` → first page usable, nothing cached", 0)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])

        def window() -> Any:
            context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
            context.set_default_timeout(SLOWEST)
            context.add_init_script(PAINTED)
            return context.new_page()

        for left in range(min(runs, 3), 0, -1):
            page = window()
            began = time.monotonic()
            server = Server.start(root, port)
            page.goto(server.url)
            ready(page, HOME)
            start.seconds.append(time.monotonic() - began)
            start.cpu.append(Watch(server).total())
            start.cpu[-1].browser = 0.0
            if left > 1:
                page.context.close()
                server.stop()
        try:
            bench = Bench(server, page, runs, say)
            bench.opened()
            bench.dashed()
            bench.walked()
            bench.click("12_talks")
            bench.typed("last key in a talk → saved and findings renewed", lambda: talk(page), "talk", "没有写：")
            bench.click("14_reviews")
            stage(page).get_by_role("tab", name="发言提纲").click()
            bench.typed("last key in an outline → the same", lambda: outline(page), "member_review", "没有写：")
            bench.matrix()
            bench.pasted()
        finally:
            server.stop()
            browser.close()
    return bench, start


_PAGE = """# The browser, measured

`tests/browser` types, clicks and attacks the real pages; `make browser` runs all of it, `make soak` a whole campaign typed from an empty folder.

Written by `make bench-browser` (`tests/browser/figures.py`) on {day}. {machine}; load {after} at the end. {versions}. A branch of {members} members with all its records, headless Chromium, medians of the runs. Seconds by the clock mean little while other programs work; seconds of processor are fair at any time.

| what | to reach, s | median, s | from–to (runs) | server, CPU-s | kernels, CPU-s | browser, CPU-s |
| --- | --- | --- | --- | --- | --- | --- |
{rows}

Memory with all stages visited: {memory} MiB in all (to reach: 600), server {server}, {kernels} kernel {kernel}; shared pages counted once. Requests off the machine: 0 (`test_start.py`).

What keeps it fast; do not undo it by accident:

- The page opens its notebook itself as soon as Lab is restored (Lab would wait a second for its layout to be saved).
- **One kernel serves all pages of all windows** (`adapters/lab/kernel.py`), with a scope for each page of each window (`page_scopes.py`) and one connection per window (`back.js`). Opening a stage starts no process and imports nothing again, all stages stay open, and the objects of a closed window are freed. Long work runs in a child of the kernel (`adapters/engine/long_work.py`).
- The server starts this kernel when it starts itself.
- The sheets of a stage are built one after the other (`desk/forms.py`).
- Cells have no editors and formulas are not typeset, which saves half of Lab's scripts.
- Eighty of Lab's plugins are left out (`page.json`). Its settings are used as they are instead of being compiled and checked at each load, no toolbar is made for a page, and settings and translations are requested before Lab's scripts load and then cached by the browser (`lean.js`).
- The spinner starts after 3 s only, because each painted frame delays the work that the user waits for.
- A page that joins a running kernel does not receive the widgets of the previous page.
- The calendar's script loads when a date field is first entered.
- The kernel loads code for spreadsheets, notices and printing only when it is needed, never to show a page (`tests/adapters/lab/test_widgets.py`; listing the formats on a page once cost 1.4 CPU-s a stage).
- A matrix writes only the cells that changed.
"""


def main() -> None:
    """Measure and write docs/browser.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="how often each step is done")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "browser.md")
    options = parser.parse_args()
    where = machine()
    with tempfile.TemporaryDirectory(prefix="orglife-browser-") as folder:
        bench, start = measure(Path(folder), options.runs, lambda line: print(line, flush=True))
    names = ("jupyterlab", "ipywidgets", "ipykernel")
    page = _PAGE.format(
        day=date.today().isoformat(),
        machine=where,
        after=f"{os.getloadavg()[0]:.1f}",
        versions=", ".join(f"{name} {version(name)}" for name in names),
        members=MEMBERS,
        rows="\n".join(step.line() for step in (start, *bench.steps)),
        memory=round(sum(bench.memory.values())),
        server=round(bench.memory["server"]),
        kernels=bench.kernels,
        kernel=round(bench.memory["kernels"]),
    )
    before = options.out.read_text(encoding="utf-8") if options.out.exists() else ""
    page += "".join(before.partition("\n## ")[1:])  # written by hand
    options.out.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
