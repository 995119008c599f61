"""A plain roster as branches keep one: headings that people use, the branch above them, totals below."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orglife.core.sheet.cells import Lexicon
from orglife.core.sheet.pages import SheetRows
from orglife.core.sheet.roster.columns import head_of
from orglife.core.sheet.roster.merging import Roster, is_roster, merge_roster, read_roster
from tests import branch as b

HEADS = ("姓名", "党员身份", "党内职务")
ROW = ("田小禾", "正式党员", "书记")


def sheet(*rows: tuple[Any, ...], title: str = "党员", **more: Any) -> SheetRows:
    return SheetRows(title, list(enumerate(rows, 1)), **more)


def read(*grids: SheetRows) -> Roster:
    return read_roster("名册.xlsx", grids, Lexicon(b.campaign(), today=date(2024, 3, 8)))


@pytest.mark.parametrize(
    ("above", "branch"),
    [
        ([("支部代号：b02",)], {"id": "b02"}),
        ([("支部代号:b02", "支部名称：东街党支部")], {"id": "b02", "name": "东街党支部"}),
        ([("支部代号", "b02")], {"id": "b02"}),
        ([("支部名称：", "东街党支部", "上级党组织", "党总支")], {"name": "东街党支部", "superior": "党总支"}),
        ([("支部代号",)], {}),
        ([("支部代号", "")], {}),
        ([("东街", "支部代号")], {}),
        ([("填表单位：东街",)], {}),
        ([("支部代号：b02",), ("支部代号：b03",)], {"id": "b02"}),
    ],
)
def test_the_branch_stands_above_the_headings_in_one_cell_or_in_two(
    above: list[tuple[str, ...]], branch: dict[str, str]
) -> None:
    found = read(sheet(*above, HEADS, ROW))
    assert found.branch == branch
    assert found.problems == []
    assert [one["name"] for one in found.members] == ["田小禾"]


def test_members_and_where_they_stand() -> None:
    found = read(sheet(HEADS, ROW, ("陆望舒", "预备党员", "无"), ("简 宁", "留党察看", "副书记")))
    assert [(m["name"], m["status"], m["role"]) for m in found.members] == [
        ("田小禾", "full", "secretary"),
        ("陆望舒", "probationary", "member"),
        ("简宁", "on_probation", "deputy"),
    ]
    assert len(set(found.places)) == 3
    assert found.unused == []


@pytest.mark.parametrize(("empty", "found"), [(14, True), (15, False)])
def test_headings_are_looked_for_in_the_first_rows_only(empty: int, found: bool) -> None:
    grid = sheet(*[("说明",)] * empty, HEADS, ROW)
    assert is_roster([grid]) is found
    assert bool(read(grid).members) is found
    assert any("没有找到“姓名”一列" in problem for problem in read(grid).problems) is not found


def test_the_sheet_of_members_is_preferred() -> None:
    found = read(sheet(HEADS, ("别人", "正式党员", "无"), title="积极分子"), sheet(HEADS, ROW, title="党员花名册"))
    assert [one["name"] for one in found.members] == ["田小禾"]


def test_an_office_at_work_is_not_the_office_in_the_party() -> None:
    found = read(sheet((*HEADS, "职务"), (*ROW, "科长")))
    assert found.members[0]["role"] == "secretary"
    assert found.unused == ["职务"]
    alone = read(sheet(("姓名", "职务"), ("田小禾", "副书记")))
    assert alone.members[0]["role"] == "deputy"
    assert alone.unused == []


def test_two_columns_of_one_item_are_refused_at_the_second() -> None:
    found = read(sheet(("姓名", "党员姓名"), ("田小禾", "田小禾")))
    assert any("B1：“党员姓名”和另一列是同一项" in problem for problem in found.problems)


def test_columns_that_mean_nothing_here_are_named_and_the_number_is_not() -> None:
    found = read(sheet(("序号", *HEADS, "籍贯", ""), (1, *ROW, "河北", "")))
    assert found.unused == ["籍贯"]
    assert len(found.members) == 1


def test_a_column_may_name_the_branch() -> None:
    assert read(sheet((*HEADS, "所在支部"), (*ROW, "东街党支部"))).branch == {"name": "东街党支部"}


def test_totals_are_no_members() -> None:
    found = read(sheet(HEADS, ROW, ("共1人", "", ""), ("备注：", "", ""), ("1", "", "")))
    assert [one["name"] for one in found.members] == ["田小禾"]
    assert found.problems == []


def test_a_row_without_a_name_is_told_and_one_with_a_number_alone_is_not() -> None:
    found = read(sheet(("编号", *HEADS), ("m1", *ROW), ("m2", "", "", ""), ("", "", "正式党员", "")))
    assert len(found.members) == 1
    assert found.problems == ["名册.xlsx的“党员”表B4：没有姓名。请补上姓名，或删去这一行。"]


def test_a_code_that_no_branch_may_have_is_told() -> None:
    assert any("支部代号“东街”不合规" in problem for problem in read(sheet(("支部代号：东街",), HEADS, ROW)).problems)
    assert any("表里没有一名党员" in problem for problem in read(sheet(HEADS)).problems)


def test_a_row_with_a_fault_is_not_told_twice() -> None:
    """No members are missing beside a row whose name is."""
    (problem,) = read(sheet(HEADS, ("", "正式党员", ""))).problems
    assert "没有姓名" in problem


@pytest.mark.parametrize(("cell", "state"), [("是", "mobile"), ("否", "none")])
def test_whether_somebody_is_mobile_may_be_yes_or_no(cell: str, state: str) -> None:
    assert read(sheet((*HEADS, "是否流动党员"), (*ROW, cell))).members[0]["mobile_state"] == state


def roster(*members: dict[str, Any]) -> Roster:
    return Roster(members=list(members), places=[f"第{n}行" for n in range(1, len(members) + 1)])


def test_members_of_the_same_name_or_id_are_revised_and_others_get_a_new_id() -> None:
    here = {"m01": {"id": "m01", "name": "田小禾", "role": "secretary"}, "m02": {"id": "m02", "name": "简宁"}}
    new = roster(
        {"name": "田 小禾", "status": "full", "role": None},
        {"id": "m02", "name": "简凝"},
        {"name": "陆望舒", "role": None},
    )
    found = merge_roster(new, here, {"m01", "m02", "m03"}, "名册.xlsx")
    assert new.problems == []
    assert [one["id"] for one in found] == ["m01", "m02", "m04"]
    assert found[0] == {"id": "m01", "name": "田 小禾", "role": "secretary", "status": "full"}
    assert found[1]["name"] == "简凝"
    assert found[2]["role"] == "member"


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([{"name": "田小禾"}, {"name": "田小禾"}], "名册.xlsx的第2行与第1行都是“田小禾”。"),
        ([{"id": "m05", "name": "田小禾"}, {"id": "m05", "name": "简宁"}], "名册.xlsx的第2行与第1行都是“简宁”。"),
        ([{"id": "t01", "name": "陆望舒"}], "编号“t01”已用在别的记录上"),
        ([{"name": "祝秋实"}], "支部里有2名党员叫“祝秋实”。请补上“编号”一列，写明是m08还是m09。"),
    ],
)
def test_who_cannot_be_told_apart_is_asked_for(members: list[dict[str, Any]], words: str) -> None:
    here = {ident: {"id": ident, "name": "祝秋实"} for ident in ("m08", "m09")}
    new = roster(*members)
    merge_roster(new, here, {"m08", "m09", "t01"}, "名册.xlsx")
    assert len(new.problems) == 1
    assert words in new.problems[0]


def test_two_of_one_name_are_told_apart_by_their_ids() -> None:
    new = roster({"id": "m1", "name": "田小禾"}, {"id": "m2", "name": "田小禾"})
    assert [one["id"] for one in merge_roster(new, {}, set(), "名册.xlsx")] == ["m1", "m2"]
    assert new.problems == []


def test_the_only_one_of_a_name_keeps_the_id_of_the_branch() -> None:
    here = {"m01": {"id": "m01", "name": "田小禾"}}
    assert [one["id"] for one in merge_roster(roster({"id": "x9", "name": "田小禾"}), here, {"m01"}, "名册.xlsx")] == [
        "m01"
    ]
    two = roster({"id": "x8", "name": "田小禾"}, {"id": "x9", "name": "田小禾"})
    assert [one["id"] for one in merge_roster(two, here, {"m01"}, "名册.xlsx")] == ["x8", "x9"]


def test_a_heading_of_thousands_of_brackets_is_none_and_is_not_searched() -> None:
    """Looking for the bracket that closes each of them would take minutes."""
    assert head_of("姓名（必填）") == "姓名"
    assert len(head_of("姓名" + "（" * 50_000)) > 50_000
