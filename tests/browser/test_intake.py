"""A bureau collects, answers and gives receipts in a real browser: mouse and keyboard, no command."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.served import CHROMIUM, Server, ready, stage
from tests.browser.test_filing import LONG
from tests.browser.test_home import browser, window
from tests.browser.test_walk import started_apart
from tests.exchange.test_collecting import branch_of, package_of
from tests.exchange.test_handover import place

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
PAGE = "notebooks/41_intake.ipynb"
DROP = """([zone, files]) => {
    const data = new DataTransfer();
    for (const [name, text] of files) {
        data.items.add(new File([Uint8Array.from(atob(text), c => c.charCodeAt(0))], name));
    }
    zone.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An empty bureau."""
    root = tmp_path_factory.mktemp("intake") / "局 目录"
    found = started_apart(place(root, "bureau"))
    yield found
    if found.process.poll() is None:
        found.stop()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The packages of two branches, one of them cut off, and a file that is none."""
    folder = tmp_path_factory.mktemp("branches")
    files = []
    for ident, name in (("t01", "河东党支部"), ("t02", "河西党支部")):
        files.append(package_of(branch_of(folder, ident, name), ident, folder / f"{name}.zip"))
    cut = folder / "半截.zip"
    cut.write_bytes(files[0].read_bytes()[:-4000])
    text = folder / "说明.txt"
    text.write_text("不是包", encoding="utf-8")
    return [*files, cut, text]


def drop(shown: Any, files: list[Path]) -> None:
    zone = shown.locator(".dr-zone")
    zone.wait_for()
    packed = [[file.name, base64.b64encode(file.read_bytes()).decode()] for file in files]
    zone.evaluate(f"(zone, files) => ({DROP})([zone, files])", packed)


def test_packages_are_dropped_taken_in_and_answered(browser: Any, server: Server, made: list[Path]) -> None:
    page = window(browser)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(server.url)
    page.locator('.og-nav a[href$="41_intake.ipynb"]').click()
    ready(page, PAGE)
    shown = stage(page)
    drop(shown, made)
    shown.get_by_text("可以接收（2）").wait_for(timeout=LONG)
    shown.get_by_text("另有1个文件不是支部交来的包，没有收：说明.txt。").wait_for()
    assert shown.get_by_text("没有收（1）").is_visible()
    shown.get_by_role("button", name="接收可以接收的2份").click()
    shown.get_by_text("已接收2份，回执已写好").wait_for(timeout=LONG)
    shown.get_by_text("收发情况（2个支部）").wait_for()
    shown.get_by_role("tab", name="退回意见").click()
    shown.get_by_role("button", name="新增").first.click()
    shown.get_by_label("党支部").first.select_option(label="河西党支部")
    shown.get_by_label("日期").first.fill("2024-03-20")
    shown.get_by_label("提出单位").first.fill("局党总支")
    shown.get_by_label("意见").first.fill("报告的数字请核对")
    shown.get_by_text("收发情况（2个支部，1个退回了还没有再交）").wait_for(timeout=LONG)
    shown.get_by_role("tab", name="收支部的包").click()
    with page.expect_download() as download:
        shown.get_by_role("button", name="下载回执").click()
    with zipfile.ZipFile(download.value.path()) as got:
        receipt = json.loads(got.read("回执 河西党支部.json"))
    assert [each["text"] for each in receipt["records"]["remark"]] == ["报告的数字请核对"]
    page.context.close()
