"""What comes out of Excel and WPS, laid over a table."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orglife.adapters.grid.pasted import GridRow, PasteColumn, cells_of, paste
from orglife.stages.appraisal.record import Tally
from orglife.stages.meeting.record import Meeting
from tests.adapters.form.page import Page
from tests.adapters.print.shelf import form

NAMES = {"张三": "m1", "李四": "m2"}
TARGETS = [
    PasteColumn("党员", lambda text: NAMES.get(text, text), names=True),
    PasteColumn("优秀（票）", str),
    PasteColumn("合格（票）", str),
    PasteColumn("合计", str, typed=False),
]


def laid(text: str, rows: list[list[str]], at: tuple[int, int] = (0, 0), *, fixed: bool = False) -> list[list[str]]:
    keys = count(1)
    start = [GridRow(f"k{place}", row) for place, row in enumerate(rows)]
    rows_after, message = paste(
        TARGETS,
        start,
        (f"k{at[0]}", at[1]),
        text,
        fresh=lambda: None if fixed else GridRow(f"new{next(keys)}", [""] * 4),
    )
    return [row.cells for row in rows_after] + ([[message]] if message else [])


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a", [["a"]]),
        ('"一行\n两行"\tb', [["一行\n两行", "b"]]),
        ('"他说""好"""\tb', [['他说"好"', "b"]]),
        ('"好"的\tb', [['"好"的', "b"]]),
        ('他说"好\tb\nc', [['他说"好', "b"], ["c"]]),
        ("\xa012\xa0\t\t\n\t\t\n\n", [["12", "", ""]]),
        ("", []),
    ],
)
def test_a_copied_block_is_cut_into_cells(text: str, cells: list[list[str]]) -> None:
    assert cells_of(text) == cells


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(str.strip), min_size=2, max_size=2),
        min_size=1,
    )
)
def test_what_excel_would_write_comes_back(block: list[list[str]]) -> None:
    def quoted(cell: str) -> str:
        return f'"{cell.replace(chr(34), chr(34) * 2)}"' if '"' in cell else cell

    text = "\n".join("\t".join(quoted(cell) for cell in row) for row in block)
    wanted = [[cell.replace("\xa0", " ").strip() for cell in row] for row in block]
    while wanted and not any(wanted[-1]):
        wanted.pop()
    assert cells_of(text) == wanted


def test_a_block_lies_where_it_was_pasted_and_makes_rows() -> None:
    assert laid("1\t2\n3\t4", [["m1", "", "", ""]], (0, 1)) == [["m1", "1", "2", ""], ["", "3", "4", ""]]


def test_rows_of_one_name_are_found_one_after_the_other() -> None:
    rows = [["甲", "", "", ""], ["乙", "", "", ""], ["甲", "", "", ""]]
    text = "党员\t优秀（票）\n甲\t1\n甲\t2\n乙\t3\n甲\t4"
    assert laid(text, rows, fixed=True) == [["甲", "1", "", ""], ["乙", "3", "", ""], ["甲", "4", "", ""]]


def test_headings_say_which_column_is_meant_and_names_whose_row() -> None:
    rows = [["m2", "", "", ""], ["m1", "9", "9", ""]]
    text = "序号\t党员\t合格\t优秀\n1\t张三\t5\t4\n2\t李四\t6\t3\n3\t王五\t7\t2"
    assert laid(text, rows) == [["m2", "3", "6", ""], ["m1", "4", "5", ""], ["王五", "2", "7", ""]]


def test_one_heading_among_other_words_makes_no_line_of_headings() -> None:
    rows = [["m2", "", "", ""]]
    assert laid("优秀\t张三\n4\t5", rows, (0, 1)) == [["m2", "优秀", "张三", ""], ["", "4", "5", ""]]
    assert laid("合格\n5", rows, (0, 1)) == [["m2", "", "5", ""]]


def test_a_name_is_found_however_it_is_spaced_and_who_is_not_in_a_fixed_table_is_named() -> None:
    rows = [["马丽", "", "", ""], ["欧阳文博", "", "", ""]]
    text = "姓名\t优秀\n马　丽\t1\n欧阳 文博\t2\n周 俊\t3\n\t4"
    assert laid(text, rows, fixed=True) == [
        ["马丽", "1", "", ""],
        ["欧阳文博", "2", "", ""],
        ["这张表里没有周 俊、（没有写姓名的），这2行没有粘贴。"],
    ]


def test_what_is_only_shown_is_not_overwritten() -> None:
    assert laid("1\t2\t99", [["m1", "", "", "12"]], (0, 1)) == [["m1", "1", "2", "12"]]


def test_what_finds_no_place_is_said() -> None:
    assert laid("1\n2\n3", [["m1", "", "", ""]], (0, 1), fixed=True)[-1] == ["有2行放不下，没有粘贴。"]
    assert laid("1\t2\t3\t4", [["m1", "", "", ""]], (0, 1))[-1] == ["有几列放不下，没有粘贴。"]


def test_a_million_rows_are_cut_off() -> None:
    assert len(laid("1\n" * 3000, [])) == 1001


def test_names_digits_and_ticks_are_understood_in_a_table() -> None:
    made, shelf = form(Tally)
    page = Page(made.field("rows"))
    page.paste(0, "member", "同　志1\t３\t7\t0\t0\t\t否\n同志2\t２票\t8\t0\t0\t\t是\n无此人\t1\t9\t0\t0")
    found = shelf.record("new1").rows
    assert [(row.member, row.excellent, row.no_grade) for row in found] == [
        ("m01", 3, False),
        ("m02", 2, True),
        ("无此人", 1, False),
    ]
    assert page.notes(2) == ["列表里没有“无此人”，已照原样保留。请重新选择；同名的有几人的，请选是哪一位。"]


def test_ballots_are_pasted_under_their_headings_with_the_sums_beside_them() -> None:
    made, shelf = form(Tally)
    page = Page(made.field("rows"))
    page.paste(0, "excellent", "姓名\t合计\t优秀\t合格\t弃权\n同志1\t9\t3\t5\t1\n同志2\t9\t8\t1\t0")
    assert [(row.member, row.votes) for row in shelf.record("new1").rows] == [
        ("m01", (3, 5, 0, 0, 1)),
        ("m02", (8, 1, 0, 0, 0)),
    ]


def test_days_outsiders_and_long_texts_are_understood_in_a_table() -> None:
    made, shelf = form(Meeting)
    page = Page(made.field("absent"))
    page.paste(0, "member", "同志4\t住院\t柏青（局机关）\t２月５日\t2024/2/26")
    (absence,) = shelf.record("new1").absent
    assert absence.to_json() == {
        "member": "m04",
        "reason": "住院",
        "approved_by": {"name": "柏青", "unit": "局机关"},
        "approved_on": "2024-02-05",
        "informed_on": "2024-02-26",
    }
    page = Page(made.field("speeches"))
    page.paste(0, "member", '同志1\t1\t√\t"第一点\n第二点"')
    (speech,) = shelf.record("new1").speeches
    assert (speech.self_criticism, speech.points) == (True, "第一点\n第二点")


def test_what_a_paste_left_out_stays_in_sight_when_the_rest_is_saved() -> None:
    async def scene() -> tuple[Any, str, str]:
        made, shelf = form(Tally, delay=0.01)
        page = Page(made.field("rows"))
        page.paste(0, "member", "\t".join(["同志1", *"123456789"]))
        await asyncio.sleep(0.1)
        left = page.grid.annotations["lost"]
        page.type(0, "basic", "2")
        return shelf.record("new1").rows[0].member, left, page.grid.annotations["lost"]

    assert asyncio.run(scene()) == ("m01", "有几列放不下，没有粘贴。请核对。", "")


def test_fifty_members_are_pasted_with_one_save() -> None:
    made, shelf = form(Tally)
    page = Page(made.field("rows"))
    page.paste(0, "member", "\n".join(f"人{n}\t1\t2\t3\t4\t5\t否" for n in range(50)))
    assert len(shelf.record("new1").rows) == 50
    assert len(shelf.saves) == 1


def test_rows_of_an_entry_that_was_left_are_not_taken_for_another(caplog: pytest.LogCaptureFixture) -> None:
    old, new = (Tally.model_validate({"id": i, "rows": [{"member": m}]}) for i, m in (("t1", "m01"), ("t2", "m02")))
    made, shelf = form(Tally, old, new)
    made.page.lines.value = "t1"
    page = Page(made.field("rows"))
    rows, turn = page.rows, page.grid.given["turn"]
    made.page.lines.value = "t2"
    rows[0]["v"][1] = "7"
    page.send(rows, turn=turn)
    assert shelf.saves == []
    assert "最后改的一格没有记上" in made.page.status.value
