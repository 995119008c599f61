"""The pictures of docs/handbook, taken in the real pages: ``python -m tests.browser.handbook [FOLDER]``.

Rehearsals show the day of their records, so a picture changes only with the page that it shows.
"""

from __future__ import annotations

import io
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orglife.adapters.disk import paths
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.exchange import intake, packages
from orglife.office.office import Office
from orglife.serve import rehearsal
from tests.branch import ROOT
from tests.browser.served import CHROMIUM, Server, come_in, ready, stage
from tests.browser.test_home import PASTE, ROSTER
from tests.browser.test_intake import drop

FOLDER = ROOT / "docs" / "handbook" / "pictures"
WIDE, HIGH = 1040, 2600  # px: a page that need not be scrolled, with letters that are legible in print
SHARP = 1.5
COLOURS = 48
MARGIN = 4
SLOWEST = 120_000  # ms
SETTLE = 600  # ms for the last frame

Prepare = Callable[[Any, Path], None]
"""What is clicked and typed before a picture is taken, with the folder of the workspaces."""


@dataclass(frozen=True)
class Picture:
    """A picture of a part of one page, as wide as the sheet.

    Attributes:
        name: Of the file.
        where: The workspace: ``founding``, ``midway``, ``whole`` or ``bureau``.
        notebook: The page; "" = that of the founding.
        first: Selector of the first thing that is shown.
        until: Selector of the first thing that is not shown; "" = ``last`` is given.
        last: Selector of the last thing that is shown.
        tab: The tab to open.
        prepare: See ``Prepare``.
        tallest: px; a longer picture is cut there.
        wide: px of the window.
        cut: px of the sheet that are shown, from its left; the rest is empty.
    """

    name: str
    where: str
    notebook: str
    first: str
    until: str = ""
    last: str = ""
    tab: str = ""
    prepare: Prepare = lambda *_: None
    tallest: int = 640
    wide: int = WIDE
    cut: int = WIDE


def fill_founding(page: Any, _: Path) -> None:
    page.fill("#branch", "测试局机关党支部")
    page.fill("#author", "魏长河")
    page.fill("#meeting", "2月25日")


def paste_roster(page: Any, _: Path) -> None:
    page.evaluate(PASTE, ROSTER)
    page.locator("#table table").first.wait_for()


def open_first(page: Any, _: Path) -> None:
    """The first entry of the list that is shown."""
    visible(page, "select[size], select[multiple], .of-lines select").select_option(index=0)


def change_superior(page: Any, _: Path) -> None:
    """A field is changed, so that there is an earlier content to look at."""
    field = stage(page).get_by_label("上级党组织 *")
    field.fill("局机关党总支委员会")
    visible(page, '.of-status:has-text("✓ 已保存 ")').wait_for()
    visible(page, 'button:has-text("以前的内容")').click()
    stage(page).get_by_label("以前的内容").last.select_option(index=1)
    visible(page, '.of-past:has-text("局机关党总支")').wait_for()


def drop_packages(page: Any, folder: Path) -> None:
    """Three branches' packages, one of them cut off."""
    drop(stage(page), sorted(folder.glob("*.zip")))
    stage(page).get_by_text("可以接收（2）").wait_for()


def visible(page: Any, selector: str) -> Any:
    return page.locator(selector).locator("visible=true").first


HOME, TALKS, MEETING, BALLOTS = "00_home", "12_talks", "20_meeting", "21_appraisal"
CHECK, PAPERS = 'h2:has-text("核对")', 'h2:has-text("文件")'
TABS = ".jupyter-widget-tab > .lm-TabBar"
PICTURES = (
    Picture("founding", "founding", "", "#role", until="#reading", prepare=fill_founding),
    Picture("roster", "founding", "", "#table", until="#go", prepare=paste_roster),
    Picture("home", "midway", HOME, ".og-nav", until='text="时限"', tallest=720, wide=1280),
    Picture("home_steps", "midway", HOME, 'h2:has-text("今天20分钟")', until='text="各阶段"'),
    Picture("owed", "midway", HOME, 'text="谁还欠什么"', until='text="签字"', cut=560),
    Picture("talks", "midway", TALKS, "text=/^谁与谁谈过/", last=".of-board .gr-hint", cut=800),
    Picture("talks_network", "midway", TALKS, "text=/^谁与谁谈过/", last=".of-board .gr-hint", wide=1366),
    Picture("finding", "midway", TALKS, CHECK, until=PAPERS),
    Picture("talk", "midway", TALKS, ".of-place", until=CHECK, prepare=open_first),
    Picture("members", "midway", "10_plan", TABS, until=CHECK, tab="党员", prepare=open_first, tallest=622),
    Picture("plan", "midway", "10_plan", TABS, until="text=/^三段安排/", tab="工作方案"),
    Picture("study", "midway", "11_study", "text=/^签到（/", until=CHECK, cut=620),
    Picture("opinions", "midway", "13_opinions", "text=/^征求意见一览/", last="text=/^共6条/"),
    Picture("forms", "midway", "14_reviews", TABS, until=CHECK, tab="收发填写表"),
    Picture("review", "midway", "14_reviews", ".of-place", until=CHECK, tab="发言提纲", prepare=open_first),
    Picture("meeting", "whole", MEETING, ".of-place", until='text="列席"'),
    Picture(
        "comments", "whole", MEETING, "text=/^相互批评对照表/", until="text=/^已登记/", tab="批评意见", tallest=560
    ),
    Picture("tally", "whole", BALLOTS, "text=/^得票/", until="text=/^更多：/"),
    Picture("votes", "whole", BALLOTS, 'text="各人得票"', last='text="看数字"'),
    Picture("rectification", "whole", "30_rectification", TABS, until=CHECK, tallest=560),
    Picture("pledges", "whole", "30_rectification", TABS, until=CHECK, tab="整改承诺", tallest=480),
    Picture("report", "whole", "31_report", TABS, until=CHECK, tab="情况报告"),
    Picture("handover", "whole", "31_report", TABS, until=CHECK, tab="交给上级"),
    Picture("filing", "whole", "32_filing", 'text="一、还差什么"', until='text="四、定稿、归档"', tallest=900),
    Picture("archive", "whole", "32_filing", 'text="四、定稿、归档"', until='text="六、恢复"'),
    Picture("earlier", "whole", "10_plan", 'button:has-text("以前的内容")', last=".of-past", prepare=change_superior),
    Picture("campaign", "bureau", "01_campaign", 'h2:has-text("换用新方案")', until=CHECK),
    Picture("supervision", "bureau", "40_supervision", TABS, until=CHECK, tab="督导记录", prepare=open_first),
    Picture("intake", "collecting", "41_intake", TABS, until=CHECK, prepare=drop_packages, tallest=720),
    Picture("overview", "bureau", "90_overview", 'h2:has-text("各支部各阶段")', until='text="各支部的日期和时限"'),
    Picture("overview_dates", "bureau", "90_overview", 'text="各支部的日期和时限"', until='text="各等次人数"'),
)


def create(where: str, folder: Path) -> Path:
    """A workspace for pictures."""
    root = folder / where
    if where == "midway":
        rehearsal.create_rehearsal(root)
    elif where == "whole":
        rehearse(root, Settings(role="branch", branch="b01", author="演练", rehearsal=True), rehearsal.SOURCE)
    elif where == "bureau":
        rehearse(root, Settings(role="bureau", author="演练", rehearsal=True), "*.json")
    elif where == "collecting":
        packages_in(folder)
        rehearse(root, Settings(role="bureau", author="演练", rehearsal=True), "bureau.json")
    return root


def rehearse(root: Path, settings: Settings, files: str) -> None:
    """A workspace with files of the demonstration."""
    Workspace.create(root, ws.campaign_text(rehearsal.CAMPAIGN), settings)
    with Office.open(root) as office:
        sources = sorted((paths.templates() / "demo").glob(files))
        intake.take_in(office, intake.differences(office, sources))


def packages_in(folder: Path) -> None:
    """The packages of three branches, the last one cut off."""
    root = folder / "sent"
    rehearse(root, Settings(role="bureau", author="演练", rehearsal=True), "b*.json")
    with Office.open(root) as office:
        for branch in ("b01", "b02", "b03"):
            package = folder / f"{office.dossier(branch).branch.name}.zip"
            packages.export_package(office, branch, package)
    package.write_bytes(package.read_bytes()[:-4000])


@contextmanager
def served(root: Path) -> Iterator[Server]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    server = Server.start(root, port)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def take(page: Any, server: Server, picture: Picture, folder: Path) -> bytes:
    """One picture, as PNG."""
    page.set_viewport_size({"width": picture.wide, "height": HIGH})
    if picture.notebook:
        path = f"notebooks/{picture.notebook}.ipynb"
        page.goto(server.page(path))
        ready(page, path)
        for done in page.get_by_role("button", name="知道了").all():
            done.click()
    else:
        come_in(page, server)
    if picture.tab:
        stage(page).locator(".lm-TabBar-tab", has_text=picture.tab).first.click()
    page.wait_for_timeout(SETTLE)
    picture.prepare(page, folder)
    page.wait_for_timeout(SETTLE)
    return few_colours(page.screenshot(clip=clip(page, picture), animations="disabled", caret="hide"))


def clip(page: Any, picture: Picture) -> dict[str, float]:
    """The part of the page that is shown."""
    sheet = visible(page, "main" if not picture.notebook else ".jp-NotebookPanel .jp-Cell").bounding_box()
    whole = picture.first == ".og-nav"
    top = visible(page, picture.first).bounding_box()["y"] - (0 if whole else MARGIN)
    if picture.until:
        bottom = visible(page, picture.until).bounding_box()["y"] - MARGIN
    else:
        end = visible(page, picture.last).bounding_box()
        bottom = end["y"] + end["height"] + MARGIN
    assert bottom > top, picture.name
    left, width = (
        (0, picture.wide) if whole else (sheet["x"], min(sheet["width"], picture.wide - sheet["x"], picture.cut))
    )
    return {"x": left, "y": top, "width": width, "height": min(bottom - top, picture.tallest)}


def few_colours(png: bytes) -> bytes:
    """The picture with a palette: a quarter of the size, and its letters stay sharp."""
    from PIL import Image

    out = io.BytesIO()
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def main(out: Path, names: set[str]) -> None:
    """Take the pictures, all or those named."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    pictures = [picture for picture in PICTURES if not names or picture.name in names]
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        for where in dict.fromkeys(picture.where for picture in pictures):
            size = {"width": WIDE, "height": HIGH}
            context = browser.new_context(locale="zh-CN", viewport=size, device_scale_factor=SHARP)
            context.set_default_timeout(SLOWEST)
            with served(create(where, Path(scratch))) as server:
                page = context.new_page()
                for picture in (one for one in pictures if one.where == where):
                    (out / f"{picture.name}.png").write_bytes(take(page, server, picture, Path(scratch)))
            context.close()
        browser.close()


if __name__ == "__main__":
    main(FOLDER, set(sys.argv[1:]))
