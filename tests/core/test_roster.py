"""A plain roster as branches keep one: headings that people use, the branch above them, totals below."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orglife.core.sheet.cells import Lexicon
from orglife.core.sheet.pages import SheetRows
from orglife.core.sheet.roster.columns import head_of
from orglife.core.sheet.roster.merging import Roster, fresh_member_id, is_roster, merge_roster, read_roster, strangers
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


OWN = ("支部代号", "支部名称", "别的")


@pytest.mark.parametrize(
    ("other", "branch"),
    [
        (sheet(OWN, ("b09", " 东街 ", "甲"), title="党支部"), {"id": "b09", "name": "东街"}),
        (sheet(OWN, (" ", "东街"), title="党支部"), {"name": "东街"}),
        (sheet(OWN, title="党支部"), {}),
        (sheet(OWN, ("b09", "东街"), title="说明"), {}),
    ],
)
def test_the_page_of_the_branch_in_a_workbook_of_ours(other: SheetRows, branch: dict[str, str]) -> None:
    found = read(other, sheet(HEADS, ROW))
    assert (found.branch, found.problems, len(found.members)) == (branch, [], 1)


def test_a_roster_may_bear_the_name_of_the_page_of_the_branch() -> None:
    assert read(sheet(("支部代号", "b02"), HEADS, ROW, title="党支部")).branch == {"id": "b02"}


def test_rows_of_another_branch_are_refused_each_at_its_place_and_short_rows_name_none() -> None:
    heads = (*HEADS, "所在支部")
    found = read(
        sheet(heads, ("田小禾", "正式党员", "书记", "东街"), ("简宁", "正式党员"), ("祝秋实", "正式党员", "无", "西街"))
    )
    assert found.problems == ["名册.xlsx的“党员”表D4：“西街”和前面的“东街”不是同一个支部。一次只能导入一个支部的名册。"]
    assert [one["name"] for one in found.members] == ["田小禾", "简宁", "祝秋实"]


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        (0, "名册.xlsx的“党员”表A2：这一格是公式。"),
        (2, "名册.xlsx的“党员”表C2：这一格是公式。"),
        (3, None),
    ],
)
def test_a_cell_without_a_usable_value_is_told_where_it_stands_and_only_in_columns_that_are_read(
    place: int, problem: str | None
) -> None:
    cells = [*ROW, "汉"]
    cells[place] = ""
    found = read(sheet((*HEADS, "民族"), tuple(cells), faults=[(2, place, "这一格是公式。")]))
    assert found.problems == ([problem] if problem else [])


def test_a_row_with_nothing_but_a_fault_in_its_name_is_no_blank_row() -> None:
    grid = sheet(("编号", *HEADS, "民族"), ("m1", "", "", "", "汉"), faults=[(2, 1, "这一格是公式。")])
    assert read(grid).problems == ["名册.xlsx的“党员”表B2：这一格是公式。"]


@pytest.mark.parametrize(("known", "said"), [(0, "没有一人"), (1, "只有1人"), (2, "")])
def test_a_roster_that_shares_less_than_a_third_of_its_names_is_another_branchs(known: int, said: str) -> None:
    here = {f"m{n}": {"name": f"甲{n}"} for n in range(6)}
    brought = [f"甲{n}" for n in range(known)] + [f"乙{n}" for n in range(4)]
    told = strangers(here, brought[:4])
    assert said in told if said else not told
    assert not told or f"名册里有4人，{said}与本支部现有的6名党员同名" in told


@pytest.mark.parametrize(("members", "rows", "told"), [(2, 9, False), (3, 3, True), (9, 2, False), (0, 9, False)])
def test_small_rosters_and_branches_are_not_compared(members: int, rows: int, told: bool) -> None:
    here = {f"m{n}": {"name": f"甲{n}"} for n in range(members)} | {"m99": {"name": ""}}
    assert bool(strangers(here, ["", *(f"乙{n}" for n in range(rows))])) is told


def test_one_of_three_shared_names_is_enough() -> None:
    here = {f"m{n}": {"name": f"甲{n}"} for n in range(3)}
    assert strangers(here, ["甲 0", "乙1", "乙2"]) == ""


def test_a_new_id_is_the_first_that_is_free() -> None:
    assert [fresh_member_id(set(used)) for used in ((), ("m01", "m03"), ("m02",))] == ["m01", "m02", "m01"]
    new = roster({"name": "甲一"}, {"name": "乙二"}, {"id": "m01", "name": "丙三"})
    assert [one["id"] for one in merge_roster(new, {}, {"m02"}, "名册.xlsx")] == ["m01", "m03", "m01"]


def test_what_a_sheet_does_not_say_stays_and_a_member_without_an_office_column_keeps_none() -> None:
    here = {"m01": {"id": "m01", "name": "田小禾", "role": "secretary", "group": "一组"}}
    new = roster(
        {"name": "田小禾", "role": None, "group": None}, {"name": "简宁"}, {"name": "祝秋实", "role": "deputy"}
    )
    assert merge_roster(new, here, {"m01"}, "名册.xlsx") == [
        {"id": "m01", "name": "田小禾", "role": "secretary", "group": "一组"},
        {"id": "m02", "name": "简宁"},
        {"id": "m03", "name": "祝秋实", "role": "deputy"},
    ]


def test_an_id_of_the_branch_decides_even_where_the_name_is_anothers() -> None:
    here = {"m01": {"id": "m01", "name": "田小禾"}, "m02": {"id": "m02", "name": "简宁"}}
    new = roster({"id": "m02", "name": "田小禾"}, {"name": "田小禾"})
    assert [one["id"] for one in merge_roster(new, here, {"m01", "m02"}, "名册.xlsx")] == ["m02", "m01"]
    assert new.problems == []
    again = roster({"id": "m02", "name": "田小禾"}, {"name": "简宁"})
    merge_roster(again, here, {"m01", "m02"}, "名册.xlsx")
    assert again.problems == ["名册.xlsx的第2行与第1行都是“简宁”。请删去一行；确是两人的，请补上“编号”一列分开。"]


def test_only_fields_of_members_that_have_a_column_are_told_to_be_blank() -> None:
    (one,) = read(sheet(("姓名", "编号", "党员身份", "党小组", "备注"), ("田小禾", "m1", "正式党员", "", "好"))).members
    assert one == {"name": "田小禾", "id": "m1", "status": "full", "group": None}


def test_a_list_without_headings_is_not_taken_where_nobody_can_be_asked() -> None:
    grid = sheet(("王建国", "书记"), ("李秀兰", "委员"))
    assert not is_roster([grid])
    assert read(grid).problems == [
        "名册.xlsx里没有党员名册：没有找到“姓名”一列。请补上表头（姓名、党员身份、党内职务……）。"
    ]


@pytest.mark.parametrize(("length", "is_heading"), [(200, True), (201, False)])
def test_the_longest_heading(length: int, is_heading: bool) -> None:
    assert (head_of("姓名（" + "填" * (length - 4) + "）") == "姓名") is is_heading
