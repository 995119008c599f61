"""Members' forms in a real browser: fetched by a button, filled in, dropped, confirmed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import branch as b
from tests.browser.served import CHROMIUM, Server, ready, stage
from tests.browser.test_home import browser, holding, window
from tests.desk.test_exchange import filled_in
from tests.exchange.test_member_forms import outlined
from tests.exchange.test_workbooks import records

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
PAGE = "notebooks/14_reviews.ipynb"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    raw = b.branch()
    for kind in ("member_review", "pledge", "problem_list"):
        raw["records"].pop(kind)
    yield from holding(tmp_path_factory.mktemp("exchange"), raw)


def test_forms_go_out_and_come_back(browser: Any, server: Server, tmp_path: Path) -> None:
    page = window(browser)
    page.goto(server.url)
    page.locator(f'.og-nav a[href$="{PAGE.rsplit("/", 1)[-1]}"]').click()
    ready(page, PAGE)
    shown = stage(page)
    shown.get_by_role("tab", name="收发填写表").click()
    panel = shown.locator(".lm-TabPanel-tabContents > :visible, .widget-tab-contents > :visible").first
    buttons = panel.locator(".og-made")
    with page.expect_download() as download:
        buttons.get_by_role("button", name="党员填写表").click()
    assert download.value.suggested_filename == "测试局机关党支部 党员填写表.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        forms = {name: archive.read(name) for name in archive.namelist() if name.endswith(".xlsx")}
    assert len(forms) == 8
    files = []
    for name in ("对照检查_冉书砚.xlsx", "对照检查_田小禾.xlsx"):
        (tmp_path / name).write_bytes(filled_in(forms[name], outlined(f"{name}去年值班时提前走了")))
        files.append(tmp_path / name)
    with page.expect_file_chooser() as chooser:
        panel.get_by_role("button", name="选择填好的表").click()
    chooser.value.set_files(files)
    panel.get_by_text("冉书砚（对照检查_冉书砚.xlsx）：新增2条").wait_for()
    assert panel.get_by_text("田小禾（对照检查_田小禾.xlsx）：新增2条").is_visible()
    panel.get_by_role("button", name="确认导入").click()
    panel.get_by_text("已保存。").wait_for()
    assert {r["member"] for r in records(server.root, "member_review", tmp_path).values()} == {"m3", "m4"}
    shown.get_by_role("tab", name="发言提纲").click()
    shown.get_by_text("冉书砚").first.wait_for()


def test_the_package_for_the_superior_is_downloaded_with_what_it_holds_told(browser: Any, server: Server) -> None:
    page = window(browser)
    page.goto(server.url)
    page.locator('.og-nav a[href$="31_report.ipynb"]').click()
    ready(page, "notebooks/31_report.ipynb")
    stage(page).get_by_role("tab", name="交给上级、收回执").click()
    panel = stage(page).locator(".og-bring:visible")
    with page.expect_download() as download:
        panel.get_by_role("button", name="交给上级的包").click()
    assert download.value.suggested_filename == "测试局机关党支部 交给上级的包.zip"
    with zipfile.ZipFile(download.value.path()) as package:
        assert {"dossier.json", "history.jsonl"} <= set(package.namelist())
    assert "请只交给上级党组织" in panel.locator(".og-out").inner_text()
    assert panel.locator(".widget-upload").inner_text().strip() == "选择上级发回的回执"
    page.context.close()
