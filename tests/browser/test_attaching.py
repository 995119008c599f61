"""A signed scan attached in a real browser, as a secretary does it; the first page then shows it as signed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import attachments
from orglife.adapters.disk.record_files import ATTACHMENTS
from tests import branch as b
from tests.browser.served import CHROMIUM, HOME, Server, ready, stage
from tests.browser.test_home import browser, holding, window
from tests.office.test_attach import PDF

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
PLAN = "notebooks/10_plan.ipynb"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from holding(tmp_path_factory.mktemp("attaching"), b.branch())


def open_page(page: Any, path: str) -> Any:
    page.locator(f'.og-nav a[href$="{path.rsplit("/", 1)[-1]}"]').click()
    ready(page, path)
    return stage(page)


def test_a_signed_scan_is_attached_and_seen_on_the_first_page(browser: Any, server: Server, tmp_path: Path) -> None:
    page = window(browser)
    page.goto(server.url)
    ready(page, HOME)
    stage(page).get_by_text("已附签字扫描件0份").wait_for()
    shown = open_page(page, PLAN)
    shown.get_by_role("tab", name="附件").click()
    panel = shown.locator(".og-bring")
    panel.get_by_role("button", name="选择文件").wait_for()

    def bring(name: str, data: bytes) -> None:
        (tmp_path / name).write_bytes(data)
        choose(tmp_path / name)

    def choose(*paths: Path) -> None:
        with page.expect_file_chooser() as chooser:
            panel.get_by_role("button", name="选择文件").click()
        chooser.value.set_files(paths)

    many = [tmp_path / "甲.jpg", tmp_path / "乙.jpg"]
    for path in many:
        path.touch()
        os.truncate(path, 50 * 1024 * 1024)
    choose(*many)
    much = panel.get_by_role("alert")
    much.get_by_text("选中的文件一共有100MB，一次最多95MB，没有收。请分几次选。").wait_for()
    page.screenshot(path=str(tmp_path / "much.png"))
    bring("太大.pdf", PDF[:9] + b" " * attachments.LARGEST + PDF[9:])
    panel.get_by_text("文件“太大.pdf”没有附上：有21MB").wait_for()
    assert not much.count()
    bring("程序.pdf", b"MZ\x90\0" * 20)
    panel.get_by_text("文件“程序.pdf”没有附上：内容不是可以附上的文件").wait_for()
    assert not list((server.root / ATTACHMENTS).rglob("*.pdf"))
    panel.get_by_label("属于哪份文件").select_option(label="专题组织生活会会议记录（2024年2月20日）（未附）")
    bring("会议记录.pdf", PDF)
    panel.get_by_text("已选好1个文件：“会议记录.pdf”").wait_for()
    page.screenshot(path=str(tmp_path / "chosen.png"))
    panel.get_by_role("button", name="附上", exact=True).click()
    panel.get_by_text("已附上1个文件（签字扫描件），属于“专题组织生活会会议记录（2024年2月20日）”。").wait_for()
    shown.locator(".of-lines option", has_text="附件（会议记录").wait_for(state="attached")
    page.screenshot(path=str(tmp_path / "attached.png"))
    (copy,) = (server.root / ATTACHMENTS).rglob("*.pdf")
    assert copy.read_bytes() == PDF
    home = open_page(page, HOME)
    home.get_by_text("已附签字扫描件1份").wait_for()
    home.get_by_text("名单", exact=True).click()
    page.screenshot(path=str(tmp_path / "home.png"))
    home.locator("tr", has_text="征求意见汇总表").get_by_role("link", name="去附上").click()
    ready(page, PLAN)
    chosen = stage(page).get_by_label("属于哪份文件")
    chosen.and_(page.locator(":focus")).wait_for()
    assert chosen.evaluate("node => node.selectedOptions[0].textContent") == "征求意见汇总表（未附）"


def test_who_types_is_asked_in_one_wording(browser: Any, server: Server) -> None:
    page = window(browser)
    page.goto(server.page("notebooks/12_talks.ipynb"))
    ready(page, "notebooks/12_talks.ipynb")
    stage(page).locator(".of-title", has_text="录入人：还没有选，请在页面右上角选").first.wait_for()
    page.get_by_role("button", name="录入人：请选择").wait_for()
    assert "未署名" not in page.locator("body").inner_text()
