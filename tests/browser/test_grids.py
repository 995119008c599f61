"""Tables and matrices in a real browser: the keyboard alone, what Excel copies, two hands on one record."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.browser.served import CHROMIUM, TALKS, Server, ready, stage
from tests.browser.test_start import left_the_machine, page, server
from tests.conftest import run

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]
__all__ = ["left_the_machine", "page", "server"]  # fixtures

APPRAISAL = "notebooks/21_appraisal.ipynb"
STUDY = "notebooks/11_study.ipynb"
RECTIFICATION = "notebooks/30_rectification.ipynb"
STATUS = ".jp-NotebookPanel:not(.lm-mod-hidden) .of-t-tally .of-status"


def opened(page: Any, server: Server, path: str) -> None:
    page.goto(server.page(path))
    ready(page, path)


def wait_until_saved(page: Any, part: str) -> None:
    heard = stage(page).locator(f"{part}:not(:has(.gr-unheard))")
    heard.locator(".of-status", has_text=re.compile("✓ 已保存 ")).wait_for()


def exported(server: Server) -> str:
    """The branch's data as exported."""
    to = server.root.parent / "exported.json"
    assert run("export", str(server.root), "--format", "json", "--out", str(to)) == 0
    return to.read_text(encoding="utf-8")


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


def paste(page: Any, text: str) -> None:
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData('text/plain', text);
        document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }""",
        text,
    )


def test_a_talk_is_begun_in_the_matrix_by_keyboard(page: Any, server: Server) -> None:
    opened(page, server, TALKS)
    cell = stage(page).get_by_role("button", name="魏长河 祝秋实 应谈未谈")
    cell.wait_for()
    assert cell.inner_text() == "必谈"
    assert "魏长河与祝秋实" in stage(page).locator(".of-b-talk").inner_text()
    stage(page).locator(".of-b-talk [role=button][tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    while focused(page) != "魏长河 祝秋实 应谈未谈":
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.closest('.of-t-talk') !== null")
    page.keyboard.type("2.5")
    wait_until_saved(page, ".of-t-talk")
    assert page.get_by_label("魏长河", exact=True).is_checked()
    assert page.get_by_label("祝秋实", exact=True).is_checked()
    stage(page).get_by_role("button", name="魏长河 祝秋实 已谈").wait_for()
    stage(page).locator(".of-b-talk", has_text="魏长河与祝秋实").wait_for(state="detached")


def test_a_ballot_is_counted_by_keyboard_and_must_add_up(page: Any, server: Server) -> None:
    opened(page, server, APPRAISAL)
    first = stage(page).get_by_label("魏长河 优秀（票）")
    before = first.input_value()
    first.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("９")
    stage(page).get_by_text(re.compile(r"，应为")).first.wait_for()
    page.keyboard.press("ArrowRight")
    assert focused(page) == "魏长河 合格（票）"
    page.keyboard.type("若干")
    stage(page).locator("input[aria-invalid=true]").wait_for()
    assert "“若干”不是数字" in stage(page).locator(".gr-note").inner_text()
    page.keyboard.press("Enter")
    assert focused(page) == "祝秋实 合格（票）"
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    wait_until_saved(page, ".of-t-tally")
    assert first.input_value() == before
    assert stage(page).locator(".of-t-tally [aria-invalid]").count() == 0


def test_saved_does_not_stand_over_a_cell_that_the_back_has_not_heard_of(page: Any, server: Server) -> None:
    opened(page, server, APPRAISAL)
    first = stage(page).get_by_label("魏长河 优秀（票）")
    before = first.input_value()
    first.fill(f"{int(before) + 1}")
    wait_until_saved(page, ".of-t-tally")
    status = f"document.querySelector('{STATUS}')"
    kernels = server.kernels()
    for kernel in kernels:
        kernel.suspend()
    try:
        first.fill(before)
        page.wait_for_timeout(300)  # the table waits for 0.1 s before it sends
        assert "正在保存" in page.evaluate(f"getComputedStyle({status}, '::before').content")
        assert page.evaluate(f"getComputedStyle({status}).fontSize") == "0px"
    finally:
        for kernel in kernels:
            kernel.resume()
    wait_until_saved(page, ".of-t-tally")
    assert page.evaluate(f"getComputedStyle({status}).fontSize") != "0px"


def test_what_excel_copies_is_pasted_and_taken_back(page: Any, server: Server) -> None:
    opened(page, server, APPRAISAL)
    table = stage(page).locator(".of-t-tally .of-f-rows .gr, .of-t-tally .of-f-rows.gr").first
    rows = table.locator("tbody tr").count()
    table.locator("[data-r='0'][data-c='1']").focus()
    paste(page, "党员\t合格\t优秀\n魏长河\t２\t3\n祝秋实\t4\t1\n")
    page.wait_for_function(
        "[...document.querySelectorAll('[aria-label=\"魏长河 合格（票）\"]')].some(i => i.value === '２')"
    )
    assert stage(page).get_by_label("祝秋实 优秀（票）").input_value() == "1"
    assert table.locator("tbody tr").count() == rows
    wait_until_saved(page, ".of-t-tally")
    page.keyboard.press("Control+z")
    page.wait_for_function(
        "![...document.querySelectorAll('[aria-label=\"魏长河 合格（票）\"]')].some(i => i.value === '２')"
    )


def test_ticks_of_a_session_outlive_a_reload(page: Any, server: Server) -> None:
    opened(page, server, STUDY)
    cell = stage(page).locator(".of-b-study [role=checkbox]").first
    on = cell.get_attribute("aria-checked")
    cell.focus()
    page.keyboard.press(" ")
    wait_until_saved(page, ".of-b-study")
    opened(page, server, STUDY)
    cell = stage(page).locator(".of-b-study [role=checkbox]").first
    assert cell.get_attribute("aria-checked") != on


def test_what_became_of_all_items_is_filled_down_by_keyboard_and_pasted(page: Any, server: Server) -> None:
    opened(page, server, RECTIFICATION)
    board = stage(page).locator(".of-b-rect_item", has=page.get_by_text("完成情况", exact=True))
    rows = board.locator("tbody tr[data-key]").count()
    state, day, evidence = (board.locator(f"[data-r='0'][data-c='{column}']") for column in (4, 5, 6))
    state.select_option(label="已完成")
    state.focus()
    page.keyboard.press("Control+d")
    day.click()
    page.keyboard.type("2.28")
    page.keyboard.press("Control+d")
    evidence.click()
    page.keyboard.type("支委会记录")
    board.get_by_role("button", name="填到下面的空格").click()
    board.locator(".of-note", has_text=f"共{rows}项，已完成{rows}项。").wait_for()
    wait_until_saved(page, ".of-b-rect_item")
    board.locator("[data-r='1'][data-c='5']").focus()
    paste(page, "2.26\t回访登记\n2.27\t签到表")
    page.wait_for_function("[...document.querySelectorAll('.of-b-rect_item input')].some(i => i.value === '2.26')")
    board.locator(".of-status", has_text=re.compile("✓ 已保存 ")).wait_for()
    page.wait_for_timeout(1500)
    held = json.loads(exported(server))["records"]["rect_item"]
    days = sorted(item.get("done_on", "") for item in held)
    assert (rows, days) == (4, ["2024-02-26", "2024-02-27", "2024-02-28", "2024-02-28"])
    assert {item["status"] for item in held} == {"done"}
    assert sorted(item["evidence"] for item in held) == ["回访登记", "支委会记录", "支委会记录", "签到表"]


def test_composing_is_left_alone(page: Any, server: Server) -> None:
    """An input method's unfinished letters are no entry, and nothing is painted over them."""
    opened(page, server, APPRAISAL)
    cell = stage(page).get_by_label("魏长河 优秀（票）")
    before = cell.input_value()
    cell.focus()
    page.evaluate(
        """() => { const i = document.activeElement; i.dispatchEvent(new CompositionEvent('compositionstart', {bubbles: true}));
        i.value = 'wu'; i.dispatchEvent(new InputEvent('input', {bubbles: true, isComposing: true})); }"""
    )
    page.wait_for_timeout(400)
    assert stage(page).locator(".of-t-tally [aria-invalid]").count() == 0
    page.evaluate(
        """value => { const i = document.activeElement; i.value = value;
        i.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true})); }""",
        "５",
    )
    wait_until_saved(page, ".of-t-tally")
    assert cell.input_value() == "５"
    cell.fill(before)
    wait_until_saved(page, ".of-t-tally")
    assert page.broken == []
