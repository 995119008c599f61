"""Tables and an input method: letters that are composed are never lost, and never an entry before they are chosen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.ime import InputMethod
from tests.browser.served import CHROMIUM
from tests.browser.test_grid_alone import NAME, POINTS, TICK, WORDS, Table, page, table

__all__ = ["page", "table"]  # fixtures
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]

VOTES = {"title": "票数", "kind": "count"}


@pytest.fixture
def ime(page: Any) -> InputMethod:
    return InputMethod(page)


def test_letters_are_no_entry_until_a_candidate_is_chosen(table: Table, ime: InputMethod) -> None:
    table.open([NAME, POINTS], [["甲", "一"], ["乙", "二"]])
    table.cell(1, 1).click()
    table.press("End")
    ime.compose("buhao")
    assert table.sent == []
    assert table.cell(1, 1).input_value() == "二buhao"
    ime.commit("不好", "Enter")
    assert table.rows == [["甲", "一"], ["乙", "二不好"]]
    assert table.here == "乙 要点", "Enter chose the candidate: the cursor stays"
    assert table.cell(1, 1, "two").input_value() == "二不好"


@pytest.mark.parametrize("leave", ["click", "Tab", "blur", "other"])
def test_what_is_composed_survives_leaving_the_cell(table: Table, ime: InputMethod, leave: str) -> None:
    table.open([NAME, POINTS, WORDS], [["甲", "一", ""], ["乙", "二", ""]])
    table.cell(0, 1).click()
    table.press("End")
    ime.compose("ni")
    if leave == "click":
        table.cell(1, 1).click()
    elif leave == "Tab":
        table.press("Tab")
    elif leave == "other":
        table.cell(1, 1, "two").click()
    else:
        table.page.evaluate("document.activeElement.blur()")
    assert table.rows[0] == ["甲", "一ni", ""]
    assert table.cell(0, 1).input_value() == table.cell(0, 1, "two").input_value() == "一ni"


def test_answers_of_the_kernel_wait_for_the_candidate(table: Table, ime: InputMethod) -> None:
    table.open([NAME, POINTS], [["甲", "一"], ["乙", "二"]])
    table.cell(1, 1).click()
    table.press("End")
    ime.compose("hen")
    rows = [{"k": "p1", "v": ["新", "别处加的"]}, {"k": "k0", "v": ["甲", "改了"]}, {"k": "k1", "v": ["乙", "二"]}]
    table.give("given", {"n": 0, "turn": 2, "rows": rows})
    table.give("annotations", {"errors": {"k1|1": "看不懂"}, "notes": {"k1": [["要点：看不懂", "err"]]}})
    assert table.page.locator("#one tbody tr:not(.gr-note)").count() == 2, "nothing is painted over the letters"
    ime.commit("很")
    assert table.rows == [["新", "别处加的"], ["甲", "改了"], ["乙", "二很"]], "in its own row, which has moved"
    assert table.here == "乙 要点"
    assert table.cell(2, 1).get_attribute("title") == "看不懂"
    ime.write("hao", "好")
    assert table.rows[2] == ["乙", "二很好"]


def test_a_row_removed_elsewhere_meanwhile_takes_no_other_row_with_it(table: Table, ime: InputMethod) -> None:
    table.open([NAME, POINTS], [["甲", "一"], ["乙", "二"], ["丙", "三"]])
    table.cell(1, 1).click()
    ime.compose("hen")
    rows = [{"k": "k0", "v": ["甲", "一"]}, {"k": "k2", "v": ["丙", "三"]}]
    table.give("given", {"n": 0, "turn": 2, "rows": rows})
    ime.commit("很")
    assert table.sent == []
    assert table.page.locator("#one tbody tr").count() == 2


def test_the_first_letter_in_a_long_text_is_composed_too(table: Table, ime: InputMethod) -> None:
    table.open([NAME, WORDS, WORDS], [["甲", "说话太快", ""], ["乙", "", ""]], fixed=True)
    table.page.locator("#one [data-r='0'][data-c='0']").focus()
    table.press("End", "ArrowRight")
    assert table.here == "甲 意见"
    ime.write("qie", "且")
    assert table.rows[0] == ["甲", "说话太快且", ""], "behind what is there, which is never overwritten"
    ime.compose("xin")
    table.cell(1, 2).click()
    ime.write("hao", "好")
    assert table.rows == [["甲", "说话太快且xin", ""], ["乙", "", "好"]]


def test_a_paste_while_composing_loses_nothing(table: Table, ime: InputMethod) -> None:
    table.open([NAME, POINTS], [["甲", "一"], ["乙", "二"]])
    table.cell(0, 1).click()
    table.press("End")
    ime.compose("ni")
    table.paste("只是一句话")
    table.paste("甲一\t乙一\n丙一\t丁一")
    assert table.sent[-1]["paste"] == ["k0", 1, "甲一\t乙一\n丙一\t丁一"]
    table.give(
        "given", {"n": 1, "turn": 2, "rows": [{"k": "k0", "v": ["甲", "甲一"]}, {"k": "k1", "v": ["丙一", "丁一"]}]}
    )
    ime.commit("你")
    assert table.rows[0] == ["甲", "一你"]
    assert table.rows[1] == ["丙一", "丁一"]


def test_escape_while_composing_only_closes_the_candidates(table: Table, ime: InputMethod) -> None:
    table.open([NAME, WORDS], [["甲", "说话太快"]], fixed=True)
    table.cell(0, 1).click()
    table.page.keyboard.type("，急")
    ime.compose("ni")
    ime.key("Escape")
    ime.line.send("Input.imeSetComposition", {"text": "", "selectionStart": 0, "selectionEnd": 0})
    assert table.page.locator("#one .gr-area").input_value() == "说话太快，急"
    ime.write("zao", "躁")
    assert table.rows == [["甲", "说话太快，急躁"]]


def test_a_click_puts_the_cursor_there_and_overwrites_nothing(table: Table) -> None:
    table.open([NAME, POINTS, VOTES], [["甲", "一\n二\n三\n四", "12"], ["乙", "短", "3"]])
    box = table.page.locator("#one tbody tr").first.bounding_box()
    for column, typed in ((0, "甲乙"), (2, "127")):  # low in a row that its neighbour makes high
        cell = table.cell(0, column).bounding_box()
        table.page.mouse.click(cell["x"] + cell["width"] / 2, box["y"] + box["height"] - 6)
        table.page.keyboard.type(typed[-1])
        assert table.rows[0][column] == typed
    table.cell(1, 2).click()
    table.page.keyboard.type("0")
    assert table.rows[1][2] in ("30", "03")


def test_a_click_works_though_the_table_is_renewed_under_the_mouse(table: Table) -> None:
    table.open([NAME, WORDS, TICK], [["甲", "", False], ["乙", "", False]], fixed=True)
    for place, column in enumerate((1, 2)):
        cell = table.cell(1, column).bounding_box()
        table.page.mouse.move(cell["x"] + 8, cell["y"] + 8)
        table.page.mouse.down()
        rows = [{"k": "k1", "v": ["乙", "话" * place, False]}, {"k": "k0", "v": ["甲", f"又{place}", False]}]
        table.give("given", {"n": place, "turn": 2 + place, "rows": rows if place == 0 else rows[::-1]})
        table.page.mouse.up()
        if column == 1:
            table.page.keyboard.type("话")
    assert table.rows == [["甲", "又1", True], ["乙", "话", False]]


def test_the_keyboard_overwrites_no_text_and_goes_on_with_arrows(table: Table) -> None:
    table.open([NAME, POINTS, VOTES], [["甲", "一二", "5"], ["乙", "三四", "6"]])
    table.cell(0, 0).click()
    table.press("Tab")
    table.page.keyboard.type("加")
    assert table.rows[0][1] == "一二加"
    table.press("Tab", "Enter")
    table.page.keyboard.type("7")
    assert table.rows[1][2] == "7", "a number is selected, because a new one replaces it"
    table.press("ArrowLeft", "ArrowLeft")
    assert table.here == "乙 要点"
    table.press("ArrowLeft")
    assert table.here == "乙 姓名", "until something is typed, the arrows go on"
