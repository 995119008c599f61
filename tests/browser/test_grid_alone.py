"""The script of the tables by itself in a browser, with a model that only remembers: no server, no kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from orglife.adapters.grid.grid import Grid
from tests.browser.served import CHROMIUM, WAIT

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="no Chromium")]

OPEN = """async ([script, style, data]) => {
  document.body.innerHTML = '<div id="one"></div><div id="two"></div>';
  document.body.appendChild(document.createElement('style')).textContent = style;
  const module = await import(URL.createObjectURL(new Blob([script], {type: 'text/javascript'})));
  const heard = {};
  window.sent = [];
  window.model = {
    get: name => data[name],
    on: (names, action) => names.split(' ').forEach(name => (heard[name] ||= []).push(action)),
    send: content => window.sent.push(structuredClone(content)),
    give: (name, value) => { data[name] = value; (heard[`change:${name}`] || []).forEach(action => action()); },
  };
  const widget = module.default();
  widget.initialize({model: window.model});
  for (const id of ['one', 'two']) widget.render({model: window.model, el: document.getElementById(id)});
}"""
NAME, POINTS = {"title": "姓名", "kind": "text", "names": True}, {"title": "要点", "kind": "lines"}
TICK, WORDS = {"title": "到会", "kind": "tick"}, {"title": "意见", "kind": "words"}


class Table:
    """The table on the page, in two views."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def open(self, columns: list[dict[str, Any]], rows: list[list[Any]], **how: Any) -> None:
        given = {"n": 0, "turn": 1, "rows": [{"k": f"k{n}", "v": cells} for n, cells in enumerate(rows)]}
        shape = {"label": "发言", "columns": [{"core": False, "help": "", "group": "", **c} for c in columns], **how}
        disabled = shape.pop("disabled", False)
        data = {"shape": shape, "given": given, "annotations": {}, "wanted": {}, "disabled": disabled}
        self.page.evaluate(OPEN, [Grid._esm, Grid._css, data])

    def give(self, name: str, value: Any) -> None:
        self.page.evaluate("([name, value]) => window.model.give(name, value)", [name, value])

    def cell(self, r: int, c: int, view: str = "one") -> Any:
        return self.page.locator(f"#{view} [data-r='{r}'][data-c='{c}']").first

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def paste(self, text: str) -> None:
        self.page.evaluate(
            """text => { const data = new DataTransfer(); data.setData('text/plain', text);
            document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }""",
            text,
        )

    @property
    def here(self) -> str:
        return str(self.page.evaluate("document.activeElement.getAttribute('aria-label')"))

    @property
    def sent(self) -> list[dict[str, Any]]:
        self.page.wait_for_timeout(200)  # twice as long as the script waits
        return list(self.page.evaluate("window.sent"))

    @property
    def rows(self) -> list[list[Any]]:
        """What was handed over last."""
        return [row["v"] for row in self.sent[-1]["rows"]]


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_page()
        page.set_default_timeout(WAIT)
        yield page
        browser.close()


@pytest.fixture
def table(page: Any) -> Iterator[Table]:
    wrong: list[str] = []
    hear: Callable[[Any], None] = lambda error: wrong.append(str(error))  # noqa: E731  to be taken off again
    page.on("pageerror", hear)
    yield Table(page)
    page.remove_listener("pageerror", hear)
    assert wrong == []


def test_what_is_typed_is_handed_over_whole_and_shown_in_every_view(table: Table) -> None:
    table.open([NAME, POINTS], [["甲", "一"], ["乙", "二"]])
    table.cell(1, 1).fill("二，说到请假")
    assert table.rows == [["甲", "一"], ["乙", "二，说到请假"]]
    assert table.cell(1, 1, "two").input_value() == "二，说到请假"


def test_no_answer_of_a_slow_kernel_overwrites_a_word(table: Table) -> None:
    table.open([NAME, POINTS], [["甲", "一"], ["乙", "二"]])
    table.cell(0, 1).fill("写了新的")
    rows = [{"k": "k0", "v": ["甲", "一"]}, {"k": "k1", "v": ["乙", "别处改了"]}]
    table.give("given", {"n": 0, "turn": 2, "rows": rows})
    assert table.cell(0, 1).input_value() == "写了新的"
    assert table.rows == [["甲", "写了新的"], ["乙", "别处改了"]]


def test_saved_does_not_stand_over_an_edit_that_python_has_not_received(table: Table) -> None:
    table.open([NAME, POINTS], [["甲", "一"]])
    marked = table.page.locator(".gr-unheard")
    assert marked.count() == 0
    table.cell(0, 1).fill("一改")
    table.cell(0, 1).fill("二改")
    assert marked.count() == 2, "in both views"
    last = table.sent[-1]
    table.give("given", {"n": last["n"] - 1, "turn": 1, "rows": last["rows"], "echo": last["by"]})
    assert marked.count() == 2, "only the edit before was received"
    table.give("given", {"n": last["n"], "turn": 1, "rows": last["rows"], "echo": last["by"]})
    assert marked.count() == 0
    table.cell(0, 1).fill("三改")
    table.give("given", {"n": 0, "turn": 2, "rows": [{"k": "k0", "v": ["乙", ""]}], "fresh": True})
    assert marked.count() == 0, "another entry is shown: nothing of this one is waited for"
    table.cell(0, 1).focus()
    table.paste("甲\t一\n乙\t二")
    assert marked.count() == 2
    table.give("given", {"n": last["n"] + 1, "turn": 3, "rows": [{"k": "k0", "v": ["甲", "一"]}]})
    assert marked.count() == 0


def test_steps_are_taken_back_and_again(table: Table) -> None:
    table.open([NAME, POINTS], [["甲", "一"]])
    table.cell(0, 1).fill("一改")
    table.press("Control+Enter")
    assert [row[0] for row in table.rows] == ["甲", None]
    table.press("Control+z", "Control+z")
    assert table.rows == [["甲", "一"]]
    table.press("Control+y")
    assert table.rows == [["甲", "一改"]]


def test_a_new_row_has_the_cursor_where_something_is_to_be_typed(table: Table) -> None:
    press, day = {"title": "操作", "kind": "press"}, {"title": "日期", "kind": "text"}
    table.open([press, day, POINTS], [[None, "2月5日", "一"]])
    table.page.locator("#one .gr-add").click()
    assert table.here == "第2行 日期", "not on a button that does nothing yet"
    table.page.keyboard.type("2.6")
    assert table.rows[-1] == [None, "2.6", None]


def test_a_cell_is_filled_into_the_rows_that_its_column_means(table: Table) -> None:
    state = {"title": "状态", "kind": "text"}
    table.open([NAME, state, {"title": "完成日期", "kind": "text", "where": [1, "done"]}], [], fill=True)
    cells = [
        ["甲", "done", "2.26"],
        ["乙", None, None],
        ["丙", "done", None],
        ["丁", "done", "2.27"],
        ["戊", "open", ""],
    ]
    table.give("given", {"n": 0, "turn": 2, "rows": [{"k": f"k{n}", "v": row} for n, row in enumerate(cells)]})
    table.cell(0, 2).focus()
    table.press("Control+d")
    assert [row[2] for row in table.rows] == ["2.26", None, "2.26", "2.27", ""]
    table.cell(0, 1).focus()
    table.press("Control+d")
    assert [row[1] for row in table.rows] == ["done", "done", "done", "done", "open"], "other columns mean all rows"


def test_one_button_ticks_all_rows_and_one_step_takes_it_back(table: Table) -> None:
    table.open([NAME, {**TICK, "all": True}, TICK], [["甲", None, None], ["乙", True, None], ["丙", False, None]])
    button = table.page.locator("#one").get_by_role("button", name="到会：全部勾上")
    button.focus()
    table.press("Enter")
    assert table.rows == [["甲", True, None], ["乙", True, None], ["丙", True, None]]
    assert table.cell(0, 1, "two").get_attribute("aria-checked") == "true"
    table.page.locator("#one [data-act=undo]").click()
    assert [row[1] for row in table.rows] == [None, True, False]
    table.open([NAME, {**TICK, "all": True}], [["甲", None]], disabled=True)
    assert table.page.locator("[data-act=all]").count() == 0, "nothing is ticked in a table that is only read"


def test_a_row_that_keys_move_takes_the_cursor_along(table: Table) -> None:
    table.open([NAME, POINTS], [["甲", "一"], ["乙", "二"], ["丙", "三"]])
    table.cell(2, 1).focus()
    table.press("Alt+ArrowUp", "Alt+ArrowUp")
    assert table.rows == [["丙", "三"], ["甲", "一"], ["乙", "二"]]
    assert table.here == "丙 要点"
    table.press("Control+Delete")
    assert table.rows == [["甲", "一"], ["乙", "二"]]
    assert table.here == "甲 要点"


def test_rows_that_come_in_above_leave_the_cursor_in_its_row(table: Table) -> None:
    table.open([NAME, POINTS], [["甲", "一"], ["乙", "二"]])
    table.cell(1, 1).focus()
    rows = [{"k": "p1", "v": ["新", ""]}, {"k": "k0", "v": ["甲", "一"]}, {"k": "k1", "v": ["乙", "二"]}]
    table.give("given", {"n": 0, "turn": 2, "rows": rows})
    assert table.here == "乙 要点"


def test_a_table_to_look_at_takes_nothing(table: Table) -> None:
    table.open([NAME, TICK, WORDS], [["甲", True, "话"]], disabled=True)
    for column in (1, 2):
        table.cell(0, column).focus()
        table.press("Enter", " ", "Delete", "a", "Alt+ArrowDown", "Control+Delete")
        table.paste("否\t别的话\n是\t还有")
    assert table.sent == []
    assert table.page.locator("#one tbody tr").count() == 1


def test_a_cell_in_which_nothing_is_to_be_done_is_not_cleared(table: Table) -> None:
    table.open([NAME, WORDS], [["甲", "两条意见"]], fixed=True)
    table.give("annotations", {"shown": {"k0|1": ["", "off", "请在下面逐条修改"]}})
    table.cell(0, 1).click(force=True)  # as a person may, though it says that there is nothing to do
    table.press("Delete")
    assert table.sent == []
    assert table.cell(0, 1).inner_text() == "两条意见"


def test_a_click_into_words_that_are_being_written_leaves_the_caret_there(table: Table) -> None:
    table.open([NAME, WORDS], [["甲", "说话太快"]], fixed=True)
    table.cell(0, 1).click()
    area = table.page.locator("#one .gr-area")
    area.click(position={"x": 3, "y": 8})
    assert area.evaluate("area => area.selectionStart") == 0
    table.press("Home")
    table.page.keyboard.type("你")
    assert table.rows == [["甲", "你说话太快"]]


def test_what_is_said_of_a_cell_stands_at_it_and_goes_again(table: Table) -> None:
    table.open([NAME, POINTS], [["甲", "一"], ["乙", "二"]])
    said = {"errors": {"k1|1": "看不懂"}, "notes": {"k1": [["要点：看不懂<b>", "err"]]}}
    table.give("annotations", said)
    cell = table.cell(1, 1)
    assert (cell.get_attribute("aria-invalid"), cell.get_attribute("title")) == ("true", "看不懂")
    note = table.page.locator(f"#{cell.get_attribute('aria-describedby')}")
    assert note.inner_text().strip() == "⚠ 要点：看不懂<b>"
    table.give("annotations", {"lost": "有2行放不下，没有粘贴。"})
    assert table.page.locator("#one .gr-bar [role=alert]").inner_text() == "⚠ 有2行放不下，没有粘贴。"
    table.give("annotations", {})
    assert table.page.locator("#one .gr-lost").count() == 0
    assert cell.get_attribute("aria-invalid") is None
    assert table.page.locator("#one .gr-note").count() == 0


def test_a_cell_is_filled_into_the_blank_cells_below_it(table: Table) -> None:
    table.open([NAME, POINTS], [["甲", "一"], ["乙", ""], ["丙", "三"], ["丁", None]], fill=True)
    table.cell(0, 1).click()
    table.page.locator("#one [data-act=fill]").click()
    assert table.rows == [["甲", "一"], ["乙", "一"], ["丙", "三"], ["丁", "一"]]
    assert table.cell(3, 1, "two").input_value() == "一"
    table.cell(3, 1).click()
    table.press("Control+z")
    assert table.rows == [["甲", "一"], ["乙", ""], ["丙", "三"], ["丁", None]]
    table.cell(2, 1).click()
    table.press("Control+d")
    assert table.rows == [["甲", "一"], ["乙", ""], ["丙", "三"], ["丁", "三"]]


def test_a_blank_cell_is_filled_nowhere(table: Table) -> None:
    table.open([NAME, POINTS], [["甲", ""], ["乙", ""]], fill=True)
    table.page.locator("#one [data-act=fill]").click()
    table.cell(0, 1).click()
    table.press("Control+d")
    assert table.sent == []
    assert table.page.locator("#one [data-act=fill]").count() == 1
    table.open([NAME, POINTS], [["甲", "一"], ["乙", ""]])
    assert table.page.locator("#one [data-act=fill]").count() == 0
