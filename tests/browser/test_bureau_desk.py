"""A bureau and three branches, each on a computer of its own, by mouse and keyboard and no command.

The secretaries found their branches and hand over packages; the bureau takes them in, returns one, gets it again, makes and
archives all papers, prints the overview and gives out next year's plan, which a branch puts in force.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pypdf
import pytest

from tests.browser.served import CHROMIUM, HOME, Server, come_in, ready, stage
from tests.browser.test_campaign import NOTICE, confirm_all, go, status
from tests.browser.test_filing import LONG, choose
from tests.browser.test_home import browser, window
from tests.browser.test_intake import drop
from tests.browser.test_walk import started_apart
from tests.browser.test_whole_walk import computer
from tests.exchange.test_collecting import branch_of, package_of
from tests.exchange.test_handover import place

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
NAMES = ("河东党支部", "河西党支部", "河北党支部")
INTAKE, OVERVIEW, CAMPAIGN = "41_intake", "90_overview", "01_campaign"
REMARK = "会议日期请核对"
ROSTER = "序号\t姓名\t党内职务\n1\t魏长河\t党支部书记\n2\t祝秋实\t\n"


@contextmanager
def seen(browser: Any, server: Server) -> Iterator[Any]:
    page = window(browser)
    page.set_viewport_size({"width": 1366, "height": 768})
    come_in(page, server)
    yield page
    page.context.close()


def founded(page: Any, server: Server, name: str) -> Server:
    """A branch with two members, or (no name) a bureau; the address of its own server."""
    if name:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.evaluate("text => navigator.clipboard.writeText(text)", ROSTER)
        page.keyboard.type(name)
        page.get_by_label("党员名册").click()
        page.keyboard.press("Control+V")
        page.get_by_text("2人，").first.wait_for()
    else:
        page.get_by_label("上级党组织").check()
    page.get_by_label("实施方案").select_option("2024-seed")
    page.get_by_label("由谁录入").fill("田小禾")
    page.get_by_role("button", name="建立并打开").click()
    page.wait_for_function("() => (document.body.dataset.ogReady || '').endsWith('.ipynb')")
    assert server.process.stdout is not None
    return replace(server, printed=server.process.stdout.readline().strip())


def handed_over(page: Any, folder: Path) -> Path:
    """The package for the superior, as the secretary downloads it."""
    shown = go(page, "31_report")
    shown.get_by_role("tab", name="交给上级、收回执").click()
    with page.expect_download() as download:
        shown.locator(".og-bring:visible").get_by_role("button", name="交给上级的包").click()
    kept = folder / download.value.suggested_filename
    download.value.save_as(kept)
    return kept


def receive(page: Any, receipt: Path) -> None:
    """The superior's receipt is taken in, and its remark stands on the first page."""
    shown = go(page, "31_report")
    shown.get_by_role("tab", name="交给上级、收回执").click()
    panel = shown.locator(".og-bring:visible")
    choose(page, panel.get_by_role("button", name="选择上级发回的回执"), [receipt])
    panel.get_by_role("button", name="确认导入").click()
    panel.get_by_text("已保存。").wait_for()
    go(page, "00_home").get_by_text(REMARK).first.wait_for()


def type_talk(page: Any) -> None:
    """One talk, which the package that is handed over again brings along."""
    shown = go(page, "12_talks")
    shown.get_by_role("button", name="新增").click()
    shown.get_by_label("日期 *").fill("2月5日")
    shown.get_by_label("魏长河", exact=True).check()
    shown.get_by_label("祝秋实", exact=True).check()
    shown.get_by_label("发起人 *").select_option(label="魏长河")
    shown.get_by_label("交流思想 *").fill("孩子中考，晚上睡得少")
    shown.get_by_label("听取的意见 *").fill("例会定在周一，不占周末")
    shown.get_by_label("指出的问题 *").fill("上月两次例会迟到")
    shown.locator(".of-status:visible", has_text=re.compile("✓ 已保存 ")).first.wait_for()


def take_in(page: Any, packages: list[Path], state: str) -> Any:
    shown = go(page, INTAKE)
    shown.get_by_role("tab", name="收支部的包").click()
    drop(shown, packages)
    shown.get_by_text(state).first.wait_for(timeout=LONG)
    shown.get_by_role("button", name=f"接收可以接收的{len(packages)}份").click()
    shown.get_by_text(f"已接收{len(packages)}份，回执已写好").wait_for(timeout=LONG)
    return shown


def returned(page: Any, shown: Any, name: str, folder: Path) -> Path:
    """A remark is typed; the receipt of that branch, out of the package of all receipts."""
    shown.get_by_role("tab", name="退回意见").click()
    shown.get_by_role("button", name="新增").first.click()
    shown.get_by_label("党支部").first.select_option(label=name)
    shown.get_by_label("日期").first.fill("2024-03-20")
    shown.get_by_label("提出单位").first.fill("局党总支")
    shown.get_by_label("意见").first.fill(REMARK)
    shown.get_by_text("1个退回了还没有再交").wait_for(timeout=LONG)
    shown.get_by_role("tab", name="收支部的包").click()
    with page.expect_download() as download:
        shown.get_by_role("button", name="下载回执").click()
    with zipfile.ZipFile(download.value.path()) as every:
        (receipt,) = [each for each in every.namelist() if name in each]
        return Path(every.extract(receipt, folder))


def make_all(page: Any, count: int) -> None:
    """Papers of all branches, and the archive, which says what a branch lacks."""
    shown = go(page, INTAKE)
    shown.get_by_role("tab", name="全部支部出件、归档").click()
    shown.get_by_role("button", name="全部支部出件").click()
    shown.get_by_text(f"{count}个支部").first.wait_for(timeout=5 * LONG)
    shown.locator("progress:visible").wait_for(state="detached", timeout=5 * LONG)
    shown.get_by_role("button", name="全部支部归档").click()
    shown.get_by_text("归档").last.wait_for(timeout=5 * LONG)
    shown.locator("progress:visible").wait_for(state="detached", timeout=5 * LONG)


def look_over(page: Any, base: str, names: tuple[str, ...]) -> None:
    """The overview: chosen by state and name with the keyboard, a cell opened, printed."""
    shown = go(page, OVERVIEW)
    board = shown.locator(".bb")
    board.get_by_text(f"{len(names)}个支部").wait_for(timeout=LONG)
    field = board.locator(".bb-pick").get_by_label("名称")
    field.click()
    page.keyboard.type(names[1][:2])
    board.get_by_text(f"{len(names)}个支部中的1个").wait_for()
    cell = board.get_by_role("button", name=f"{names[1]}：全部核对结果")
    cell.focus()
    page.keyboard.press("Enter")
    board.get_by_role("region").get_by_text(names[1]).wait_for()
    field.fill("")
    board.get_by_role("row").nth(len(names)).wait_for()
    states = board.locator(".bb-pick").get_by_label("情况")
    words = states.locator("option").nth(1).inner_text()
    states.select_option(index=1)
    number = int(words.rpartition("（")[2].rstrip("）"))
    page.wait_for_function("n => document.querySelectorAll('.bb tbody tr').length === n", arg=number)
    states.select_option("")
    made = shown.locator(".og-made").last
    with page.expect_popup(timeout=LONG):
        made.get_by_role("button", name="打印（PDF）").click()
        made.get_by_text("已做好：").wait_for(timeout=LONG)
    link = made.get_by_role("link", name="打开").get_attribute("href")
    printed = page.request.get(urljoin(base, link)).body()
    text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(printed)).pages)
    assert all(name in text for name in names)


def give_out(page: Any, folder: Path) -> Path:
    """Next year's notice is read, confirmed and put in force; the file for the branches."""
    notice = folder / "2025年通知.txt"
    notice.write_text(NOTICE, encoding="utf-8")
    choose(page, go(page, CAMPAIGN).get_by_role("button", name="选择通知文件"), [notice])
    status(page, "已确认0项")
    confirm_all(page)
    stage(page).get_by_role("button", name="留给支部打勾").click()
    status(page, "还有0项没有确认；还没有启用")
    stage(page).get_by_role("button", name="预览启用后的变化").click()
    stage(page).get_by_role("button", name="启用", exact=True).click()
    status(page, "新方案已启用")
    page.reload()
    ready(page, f"notebooks/{CAMPAIGN}.ipynb")
    with page.expect_download() as download:
        stage(page).get_by_role("button", name="下发方案").click()
    kept = folder / download.value.suggested_filename
    download.value.save_as(kept)
    return kept


def begin(page: Any, plan: Path) -> None:
    """A branch takes the plan that was given out, after it has seen what changes."""
    shown = go(page, CAMPAIGN)
    assert shown.get_by_text("各支部").count() == 0, "this page speaks to a branch"
    choose(page, shown.get_by_role("button", name="选择上级下发的方案"), [plan])
    shown.get_by_role("button", name="启用这个方案").click()
    shown.get_by_text("新方案已启用").wait_for(timeout=LONG)
    page.reload()
    ready(page, f"notebooks/{CAMPAIGN}.ipynb")
    go(page, "00_home").get_by_text("2026年3月10日前").first.wait_for()


@pytest.mark.thorough
def test_a_bureau_looks_over_its_branches(browser: Any, tmp_path: Path) -> None:
    """The short form: two branches that were typed elsewhere are taken in, looked over and printed."""
    made = [
        package_of(branch_of(tmp_path, f"t0{n}", name), f"t0{n}", tmp_path / f"{n}.zip")
        for n, name in enumerate(NAMES[:2])
    ]
    server = started_apart(place(tmp_path / "局 目录", "bureau"))
    try:
        with seen(browser, server) as page:
            take_in(page, made, "可以接收（2）")
            look_over(page, server.base, NAMES[:2])
    finally:
        server.stop()


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_three_branches_and_their_bureau_through_a_year(browser: Any, tmp_path: Path) -> None:
    homes = [tmp_path / f"第{n}台电脑" / "支部" for n in range(3)]
    packages = []
    for home, name in zip(homes, NAMES, strict=True):
        with computer(home) as empty, seen(browser, empty) as page:
            founded(page, empty, name)
            ready(page, HOME)
            packages.append(handed_over(page, tmp_path))
    assert len({package.name for package in packages}) == 3
    with computer(tmp_path / "局里的电脑" / "局") as empty, seen(browser, empty) as page:
        server = founded(page, empty, "")
        shown = take_in(page, packages, "可以接收（3）")
        receipt = returned(page, shown, NAMES[1], tmp_path)
        assert [each["text"] for each in json.loads(receipt.read_text("utf-8"))["records"]["remark"]] == [REMARK]
        with computer(homes[1]) as own, seen(browser, own) as secretary:
            ready(secretary, HOME)
            receive(secretary, receipt)
            type_talk(secretary)
            (tmp_path / "再交").mkdir()
            once_more = handed_over(secretary, tmp_path / "再交")
        shown = take_in(page, [once_more], "可以接收（1）")
        shown.get_by_text("收发情况（3个支部）").wait_for(timeout=LONG)
        make_all(page, 3)
        look_over(page, server.base, NAMES)
        plan = give_out(page, tmp_path)
    with computer(homes[2]) as own, seen(browser, own) as secretary:
        ready(secretary, HOME)
        begin(secretary, plan)
