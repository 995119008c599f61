"""How a workbook looks when it is opened: widths, heights, colours, and where it scrolls."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from orglife.adapters.sheet.writer import _lines, _width, write_workbook
from orglife.core.sheet.cards import FormCard, Question
from orglife.core.sheet.pages import LINK, ColumnHead, SheetPage


def text(heading: str = "甲", kind: str = "text", **more: Any) -> ColumnHead:
    return ColumnHead(heading, kind, **more)


def sheet(*pages: Any) -> Any:
    return load_workbook(io.BytesIO(write_workbook(pages, {}))).worksheets[0]


@pytest.mark.parametrize(
    ("head", "width"),
    [
        (text(), 10),
        (text(kind="clock"), 10),
        (text(kind="count"), 10),
        (text(kind="day"), 13),
        (text(kind="person"), 16),
        (text(kind="strings"), 22),
        (text(kind="people"), 26),
        (text(kind="ticks"), 28),
        (text(kind="lines"), 42),
        (text("字" * 4), 10),
        (text("字" * 5), 12),
        (text("字" * 9), 20),
        (text("字" * 10), 20),
        (text(choices=("字" * 3,)), 10),
        (text(choices=("字" * 4, "字")), 12),
        (text(choices=("字" * 10,)), 24),
        (text(choices=("字" * 11,)), 24),
        (text("字" * 6, kind="tick"), 9),
        (text("字" * 7, kind="tick"), 10),
        (text("字" * 17, kind="tick"), 20),
        (text("字" * 18, kind="tick"), 20),
    ],
)
def test_a_column_is_as_wide_as_its_kind_its_heading_or_its_choices(head: ColumnHead, width: int) -> None:
    assert _width(head) == width


@pytest.mark.parametrize(
    ("words", "width", "lines"),
    [("", 10, 1), ("字" * 23, 50, 1), ("字" * 24, 50, 2), ("a" * 46, 50, 1), ("a" * 47, 50, 2), ("ÿ" * 46, 50, 1),
     ("Ā" * 24, 50, 2), ("字\n\n字", 50, 3), ("字" * 24 + "\n字", 50, 3)],
)  # fmt: skip
def test_a_chinese_character_takes_the_place_of_two(words: str, width: int, lines: int) -> None:
    assert _lines(words, width) == lines


@pytest.mark.parametrize(
    ("cell", "least", "height"),
    [("字", 1, 17.5), ("字\n字", 1, 32), (20, 1, 17.5), ("字", 3, 46.5), ("字" + "\n字" * 27, 1, 409), ("字" + "\n字" * 26, 1, 394.5), ("字" + "\n字" * 40, 1, 409)],
)  # fmt: skip
def test_a_row_is_as_high_as_its_text(cell: Any, least: int, height: float) -> None:
    made = sheet(SheetPage("表", [text(kind="lines")], [(cell,)], least=least))
    assert made.row_dimensions[2].height == height
    assert made.row_dimensions[1].height == 32


def test_a_heading_has_the_colour_and_the_note_of_its_field() -> None:
    heads = [
        text("编号", LINK),
        text("必填", core=True),
        text("算出", derived=True, core=True),
        text("其他", note="字" * 18),
        text("说明", note="字" * 17),
    ]
    made = sheet(SheetPage("表", heads, []))
    colours = [cell.fill.fgColor.rgb[-6:] for cell in made[1]]
    assert colours == ["F6D9C9", "F6D9C9", "D9D9D9", "EDEDED", "EDEDED"]
    with zipfile.ZipFile(io.BytesIO(write_workbook([SheetPage("表", heads, [])], {}))) as package:
        (drawing,) = [package.read(name).decode() for name in package.namelist() if name.endswith(".vml")]
    assert re.findall(r"width:(\d+)px;height:(\d+)px", drawing) == [("260", "70"), ("260", "50")]
    assert [cell.comment for cell in made[1][:3]] == [None] * 3
    rest = made.column_dimensions["F"]
    assert (rest.min, rest.max, rest.width) == (6, 16384, 10)


@pytest.mark.parametrize(
    ("heads", "panes"),
    [
        ([text("编号", LINK), text(), text()], "C2"),
        ([text("编号", LINK), text()], "B2"),
        ([text(), text("编号", LINK), text()], "B2"),
    ],
)
def test_the_columns_that_name_a_row_stay_in_sight(heads: list[ColumnHead], panes: str) -> None:
    assert sheet(SheetPage("表", heads, [])).freeze_panes == panes


def test_lists_reach_two_hundred_rows_below_the_last_one() -> None:
    made = sheet(SheetPage("表", [text(), text("选", choices=("是", "否"))], [("甲", "是")]))
    assert [str(rule.sqref) for rule in made.data_validations.dataValidation] == ["B2:B202"]


@pytest.mark.parametrize(
    ("kind", "across", "shown"),
    [("day", "center", "yyyy-mm-dd"), ("clock", "center", "hh:mm"), ("count", "center", "0"), ("tick", "center", "@"),
     (LINK, "center", "General"), ("text", None, "@"), ("lines", None, "@"), ("person", None, "@")],
)  # fmt: skip
def test_a_column_is_set_and_typed_as_its_kind(kind: str, across: str | None, shown: str) -> None:
    """Its cells, and those below them, which are still blank."""
    made = sheet(SheetPage("表", [text(), text("乙", kind), text("丙", "lines")], [("甲", "x", "丙")] * 2))
    for cell in (made["B2"], made["B3"], made.column_dimensions["B"]):
        assert (cell.alignment.horizontal, cell.alignment.vertical, cell.number_format) == (across, "top", shown)
        assert not cell.protection.locked
    assert made["A3"].alignment.horizontal is None
    answer = card(["标题"], Question(text("问", kind), "答"))["B3"]
    assert (answer.alignment.horizontal, answer.number_format) == ("left", shown)


def test_a_sheet_is_printed_on_a4_as_wide_as_the_page_and_as_long_as_it_gets() -> None:
    for made, way in (
        (sheet(SheetPage("表", [text()], [])), "landscape"),
        (card([], Question(text("问"))), "portrait"),
    ):
        setup = made.page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == (way, 9, 1, 0)
        assert made.sheet_properties.pageSetUpPr.fitToPage
        assert (made.page_margins.left, made.page_margins.right) == (0.5, 0.5)
        assert (made.oddHeader.center.text, made.oddFooter.center.text) == ("&A", "第&P页，共&N页")


def card(intro: list[str], *questions: Question) -> Any:
    return sheet(FormCard("卡", intro, questions))


def test_a_card_has_its_words_on_top_and_a_line_for_each_question() -> None:
    made = card(
        ["标题", "字" * 55, "字" * 56],
        Question(text("问"), "答"),
        Question(text("问", kind="lines"), "答"),
        Question(text("问", kind="lines"), "答" + "\n答" * 6),
        Question(text("问", note="字" * 32), "答"),
        Question(text("字" * 28), "答"),
        Question(text("问"), "答\n" * 40),
    )
    heights = [made.row_dimensions[row].height for row in (1, 2, 3, 5, 6, 7, 8, 9, 10)]
    assert heights == [30, 18.5, 33, 19.5, 92, 106.5, 48.5, 48.5, 409]
    assert [made.column_dimensions[letter].width for letter in "ABC"] == [30, 56, 34]
    assert made["A5"].value == "问"
    assert {str(cells) for cells in made.merged_cells.ranges} == {"A1:C1", "A2:C2", "A3:C3"}


def test_one_sentence_on_a_card_is_no_title() -> None:
    made = card(["只有一句。"], Question(text("问")))
    assert made.row_dimensions[1].height == 18.5
    assert made["A3"].value == "问"


@pytest.mark.parametrize(
    ("first", "quoted"), [("=", True), ("+", True), ("-", True), ("@", True), ("\t", True), ("甲", False)]
)
def test_what_begins_like_a_formula_is_marked_as_text(first: str, quoted: bool) -> None:
    cell = sheet(SheetPage("表", [text()], [(f"{first}1",)]))["A2"]
    assert (cell.quotePrefix, cell.data_type) == (quoted, "s")


def test_headings_answers_titles_and_notes_have_fonts_of_their_own() -> None:
    table = sheet(SheetPage("表", [text()], [("甲",)]))
    made = card(["标题", "说明"], Question(text("问", note="注"), "答"))
    fonts = [(cell.font.name, cell.font.sz, bool(cell.font.b)) for cell in (table["A1"], table["A2"], made["A1"])]
    assert fonts == [("微软雅黑", 10, True), ("宋体", 10.5, False), ("微软雅黑", 14, True)]
    fonts = [(cell.font.name, cell.font.sz) for cell in (made["A2"], *made[4])]
    assert fonts == [("宋体", 10.5), ("微软雅黑", 10), ("宋体", 10.5), ("宋体", 9)]
