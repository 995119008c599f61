"""Rows of a list belong to the record that they name; where there is only one record, they need not name it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from orglife.core.record.branch import Branch
from orglife.core.sheet.cells import Lexicon
from orglife.core.sheet.columns import table_of
from orglife.core.sheet.pages import SheetRows
from orglife.core.sheet.returned import Returned, fresh_id, ids_of, read_returned
from orglife.stages.meeting.record import Meeting
from orglife.stages.plan.record import Plan
from orglife.stages.reviews.record import MemberReview
from orglife.stages.study.record import Study
from orglife.stages.talks.record import Talk
from tests import branch as b

HEADS = ("集中学习编号", "序号", "补学日期")


def returned(rows: list[tuple[Any, ...]], *studies: str) -> Returned:
    """What is read of the page of 补学 with these rows, where there are these sessions."""
    bodies = {"study": {ident: {"id": ident, "date": "2024-02-06", "form": "collective"} for ident in studies}}
    before = copy.deepcopy(bodies)
    grid = SheetRows("集中学习·补学", [(number, cells) for number, cells in enumerate([HEADS, *rows], 1)])
    lexicon = Lexicon(b.campaign(), b.AS_OF)
    result = read_returned("表.xlsx", [grid], [Study, Talk], bodies, lambda _: lexicon)
    assert bodies == before
    return result


def days(result: Returned, ident: str) -> list[str]:
    (study,) = (one for one in result.records["study"] if one.id == ident)
    assert isinstance(study, Study)
    return [str(makeup.date) for makeup in study.makeup]


def test_a_row_without_an_id_belongs_to_the_only_record() -> None:
    result = returned([(None, 1, "2024-02-08"), ("", 2, "2024-02-09")], "s1")
    assert not result.problems
    assert days(result, "s1") == ["2024-02-08", "2024-02-09"]
    assert result.places == {("study", "s1"): "“集中学习·补学”表第2行"}


@pytest.mark.parametrize(("ident", "words"), [(None, "没有写明属于哪一条"), ("s9", "没有编号为“s9”的集中学习")])
def test_among_several_records_a_row_has_to_name_its_own(ident: str | None, words: str) -> None:
    result = returned([("s2", 1, "2024-02-08"), (ident, 1, "2024-02-09")], "s1", "s2")
    (problem,) = result.problems
    assert problem.startswith(f"表.xlsx的“集中学习·补学”表A3：{words}")
    assert days(result, "s2") == ["2024-02-08"]


def test_rows_stand_in_the_order_of_their_numbers_and_one_without_follows_the_row_above() -> None:
    rows = [("s1", 2, "2024-02-09"), ("s1", None, "2024-02-10"), ("s1", 1, "2024-02-08")]
    assert days(returned(rows, "s1"), "s1") == ["2024-02-08", "2024-02-09", "2024-02-10"]


# --- the rows of records themselves ------------------------------------------------------------------------------------

GROUP_HEADS = ("会议记录编号", "序号", "党小组", "到会")
SPEECH_HEADS = ("会议记录编号", "分组序号", "序号", "党员", "要点")
MEETING = {
    "id": "mt",
    "date": "2024-02-20",
    "place": "二楼",
    "groups": [
        {"group": "一组", "place": "东屋", "speeches": [{"member": "m1", "points": "甲"}]},
        {"group": "二组", "place": "西屋"},
    ],
}
PEOPLE = [(f"m{n}", name) for n, name in enumerate(b.NAMES, 1)]


def read(kind: type[Any], bodies: dict[str, Any], *sheets: SheetRows, more: tuple[type[Any], ...] = ()) -> Returned:
    """What is read of these sheets where these records lie, id → record."""
    lexicon = Lexicon(b.campaign(), b.AS_OF, PEOPLE)
    before = {kind.TYPE: bodies}
    return read_returned("表.xlsx", sheets, [kind, *more], copy.deepcopy(before), lambda _: lexicon)


def sheet(title: str, *rows: tuple[Any, ...], **more: Any) -> SheetRows:
    return SheetRows(title, list(enumerate(rows, 1)), **more)


def bodies(result: Returned, kind: type[Any]) -> dict[str, Any]:
    return {record.id: record.to_json() for record in result.records.get(kind.TYPE, [])}


def test_a_row_revises_the_record_with_its_id_and_leaves_fields_without_a_column() -> None:
    here = {"t1": {"id": "t1", "date": "2024-02-07", "thoughts": "想法"}, "t2": {"id": "t2", "thoughts": "旧"}}
    result = read(Talk, here, sheet("谈心谈话", ("编号", "日期"), ("ｔ1", "2月8日"), ("t9", "2月9日"), ("t2", None)))
    assert result.problems == []
    assert bodies(result, Talk) == {
        "t1": {"id": "t1", "date": "2024-02-08", "thoughts": "想法"},
        "t9": {"id": "t9", "date": "2024-02-09"},
        "t2": {"id": "t2", "thoughts": "旧"},
    }
    assert result.places == {
        ("talk", "t1"): "“谈心谈话”表第2行",
        ("talk", "t9"): "“谈心谈话”表第3行",
        ("talk", "t2"): "“谈心谈话”表第4行",
    }


def test_a_row_without_an_id_is_new_unless_the_same_record_lies_here() -> None:
    here = {"talk1": {"id": "talk1", "date": "2024-02-07"}, "x": {"id": "x", "date": "2024-02-08"}}
    rows = (("编号", "日期"), (None, "2月7日"), (None, "2月9日"), (" ", "2月10日"))
    assert {i: body["date"] for i, body in bodies(read(Talk, here, sheet("谈心谈话", *rows)), Talk).items()} == {
        "talk1": "2024-02-07",
        "talk2": "2024-02-09",
        "talk3": "2024-02-10",
    }


@pytest.mark.parametrize(
    ("here", "cells", "ident"),
    [
        ({"r4": {"id": "r4", "member": "m4"}}, ("田小禾",), "r4"),
        ({"r4": {"id": "r4", "member": "m4"}}, ("陆望舒",), "member_review1"),
        ({"r4": {"id": "r4", "member": "m4"}, "r5": {"id": "r5", "member": "m4"}}, ("田小禾",), "r5"),
    ],
)
def test_a_row_without_an_id_belongs_to_its_members_record(here: dict[str, Any], cells: tuple[str], ident: str) -> None:
    result = read(MemberReview, here, sheet("发言提纲", ("编号", "党员"), (None, *cells)))
    assert result.problems == []
    assert list(bodies(result, MemberReview)) == [ident]


def test_of_records_of_which_one_is_held_in_each_round_a_row_without_a_round_belongs_to_the_first() -> None:
    for number, ident in ((None, "mt"), (1, "mt"), (2, "meeting1")):
        here = {"mt": {"id": "mt", **({"round": number} if number else {})}}
        result = read(Meeting, here, sheet("会议记录", ("编号", "地点"), (None, "三楼")))
        assert list(bodies(result, Meeting)) == [ident]


def test_a_plan_is_one_whatever_a_row_says() -> None:
    result = read(Plan, {"p": {"id": "p"}}, sheet("工作方案", ("编号", "制定日期"), (None, "2月5日")))
    assert bodies(result, Plan) == {"p": {"id": "p", "made_on": "2024-02-05"}}


def test_two_rows_of_one_record_and_cells_that_cannot_be_read_are_named_with_their_places() -> None:
    rows = (
        ("编号", "日期", "谈话人员"),
        ("t1", "三十", "田小禾"),
        ("t2", "2月8日", "无名氏"),
        ("t1", "2月9日", "田小禾"),
    )
    result = read(Talk, {}, sheet("谈心谈话", *rows))
    assert [problem.split("：")[0] for problem in result.problems] == [
        "表.xlsx的“谈心谈话”表B2",
        "表.xlsx的“谈心谈话”表C3",
        "表.xlsx的“谈心谈话”表A4",
    ]
    assert result.problems[2].endswith("“t1”和第2行是同一条。请只保留一行，或改编号。")


def test_a_record_that_is_refused_is_named_at_its_cell_or_else_at_its_id() -> None:
    rows = (("编号", "日期"), ("-t", "2月8日"))
    (problem,) = read(Talk, {}, sheet("谈心谈话", *rows)).problems
    assert problem.startswith("表.xlsx的“谈心谈话”表A2：")
    here = {"t1": {"id": "t1", "odd": "x"}}
    (problem,) = read(Talk, here, sheet("谈心谈话", ("编号", "日期"), ("t1", "2月8日"))).problems
    assert problem.startswith("表.xlsx的“谈心谈话”表A2：谈心谈话“t1”的“编号”，")


def test_sheets_that_nobody_asked_for_and_faults_of_cells_are_named() -> None:
    own = sheet("谈心谈话 ", ("编号", "日期"), ("t1", None), faults=[(2, 1, "是公式。"), (3, 27, "是出错的值。")])
    result = read(Talk, {}, own, sheet("通讯录", ("姓名",)), sheet("空表"))
    assert result.problems == [
        "表.xlsx的“谈心谈话 ”表B2：是公式。",
        "表.xlsx的“谈心谈话 ”表AB3：是出错的值。",
        "表.xlsx的“通讯录”表：这里没有叫这个名字的表。请改回原来的表名，或删去这张表。",
    ]
    assert read(Talk, {"t1": {"id": "t1"}}, sheet("空表")).records == {}


def groups(*sheets: SheetRows, **more: Any) -> tuple[Any, list[str]]:
    result = read(Meeting, {"mt": {**MEETING, **more}}, *sheets)
    return bodies(result, Meeting).get("mt", {}).get("groups"), result.problems


def test_lists_in_lists_are_read_by_the_numbers_of_the_entries_above_them() -> None:
    found, problems = groups(
        sheet("会议记录·分组", GROUP_HEADS, ("mt", 2, "乙组", "田小禾"), ("mt", 1, "甲组", None), ("mt", 3, "丙组", None)),
        sheet("会议记录·分组·发言", SPEECH_HEADS, ("mt", 3, 1, "田小禾", "丙"), ("mt", 1, 2, "魏长河", "后"), ("mt", 1, 1, "祝秋实", "先")),
    )  # fmt: skip
    assert problems == []
    assert found == [
        {"group": "甲组", "place": "东屋", "speeches": [{"member": "m2", "points": "先"}, {"member": "m1", "points": "后"}]},
        {"group": "乙组", "place": "西屋", "present": ["m4"]},
        {"group": "丙组", "speeches": [{"member": "m4", "points": "丙"}]},
    ]  # fmt: skip


def test_a_list_without_its_page_stays_and_its_entries_may_be_named() -> None:
    found, problems = groups(sheet("会议记录·分组·发言", SPEECH_HEADS, ("mt", 2, 1, "田小禾", "乙")))
    assert problems == []
    assert found == [
        MEETING["groups"][0],  # type: ignore[index]
        {"group": "二组", "place": "西屋", "speeches": [{"member": "m4", "points": "乙"}]},
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            ("mt", 3, 1, "田小禾", "丙"),
            "A2：没有编号为“mt”的会议记录，或它没有第3项。请照“会议记录”表的“编号”一列填写。",
        ),
        (("mt", "三项", 1, "田小禾", "丙"), "A2：没有编号为“mt”的会议记录，或它没有第？项。"),
        (("mx", 1, 1, "田小禾", "丙"), "A2：没有编号为“mx”的会议记录，或它没有第1项。"),
        (("mt", 1, "一甲", "田小禾", "丙"), "C2："),
        (("mt", 1, 1, "无名氏", "丙"), "D2："),
    ],
)
def test_a_row_that_belongs_to_nothing_is_named(row: tuple[Any, ...], words: str) -> None:
    _, problems = groups(sheet("会议记录·分组·发言", SPEECH_HEADS, row))
    assert len(problems) == 1
    assert problems[0].startswith(f"表.xlsx的“会议记录·分组·发言”表{words}")


def test_a_number_used_twice_is_named_where_something_hangs_on_it() -> None:
    twice = (("mt", 1, "甲组", None), ("mt", 1, "乙组", None))
    _, problems = groups(sheet("会议记录·分组", GROUP_HEADS, *twice))
    assert problems == ["表.xlsx的“会议记录·分组”表B3：序号1用了两次。请改成不同的序号。"]
    rows = [("s1", 1, "2024-02-08"), ("s1", 1, "2024-02-09")]
    assert days(returned(rows, "s1"), "s1") == ["2024-02-08", "2024-02-09"]


def test_a_page_without_rows_empties_the_lists_of_the_records_that_are_named_and_of_no_others() -> None:
    here = {"mt": MEETING, "mu": {**MEETING, "id": "mu", "round": 2}}
    result = read(
        Meeting, here, sheet("会议记录", ("编号", "地点"), ("mt", "三楼")), sheet("会议记录·分组", GROUP_HEADS, ("mt", None, None, None))
    )  # fmt: skip
    assert bodies(result, Meeting) == {"mt": {"id": "mt", "date": "2024-02-20", "place": "三楼"}}


def test_entries_with_ids_keep_what_has_no_column_and_new_ones_get_an_id() -> None:
    long = "r" * 34
    items = [{"id": "r4.p1", "fact": "甲", "cause": "图省事"}, {"id": "r4.p3", "fact": "乙"}]
    here = {"r4": {"id": "r4", "items": items}, long: {"id": long}, "r" * 33: {"id": "r" * 33}}
    (table,) = [t for t in table_of(MemberReview, lambda _: ()).every() if t.path == ("items",)]
    heads = (*table.links[:-1], "编号", "序号", next(c.heading for c in table.columns if c.path == ("fact",)))
    rows = (
        ("r4", "r4.p1", 1, "丙"),
        ("r4", None, 2, "丁"),
        ("r4", "r4.p9", 3, "戊"),
        (long, None, 1, "己"),
        ("r" * 33, "", 1, "庚"),
    )
    result = read(MemberReview, here, sheet(table.title, heads, *rows))
    assert result.problems == []
    found = bodies(result, MemberReview)
    assert found["r4"]["items"] == [
        {"id": "r4.p1", "fact": "丙", "cause": "图省事"},
        {"id": "r4.p2", "fact": "丁"},
        {"id": "r4.p9", "fact": "戊"},
    ]
    assert found[long]["items"] == [{"id": "p1", "fact": "己"}]
    assert found["r" * 33]["items"] == [{"id": f"{'r' * 33}.p1", "fact": "庚"}]


def test_ids_are_found_at_every_depth_and_new_ones_are_unused() -> None:
    assert list(ids_of({"id": "a", "b": [{"id": "c"}, {"d": {"id": "e"}}], "f": {"id": 5}, "g": "id"})) == [
        "a",
        "c",
        "e",
    ]
    taken = {"x1", "x3"}
    assert [fresh_id("x", taken), fresh_id("x", taken), fresh_id("y", taken)] == ["x2", "x4", "y1"]
    assert taken == {"x1", "x2", "x3", "x4", "y1"}


def test_entries_without_numbers_are_counted_from_one_or_from_the_one_before() -> None:
    rows = (("mt", None, "甲组", None), ("mt", None, "乙组", None), ("mt", 5, "丙组", None), ("mt", None, "丁组", None))
    speeches = [("mt", number, 1, name, None) for number, name in zip((1, 2, 5, 6), b.NAMES[3:], strict=False)]
    found, problems = groups(
        sheet("会议记录·分组", GROUP_HEADS, *rows), sheet("会议记录·分组·发言", SPEECH_HEADS, *speeches)
    )
    assert problems == []
    assert [(group["group"], [speech["member"] for speech in group["speeches"]]) for group in found] == [
        ("甲组", ["m4"]), ("乙组", ["m5"]), ("丙组", ["m6"]), ("丁组", ["m7"]),
    ]  # fmt: skip


def test_what_a_record_refuses_is_named_at_its_own_column_or_with_its_field_in_words() -> None:
    (own,) = read(Meeting, {}, sheet("会议记录", ("编号", "轮次"), ("mt", 0))).problems
    assert own.startswith("表.xlsx的“会议记录”表B2：")
    assert "“mt”的" not in own
    here = {"mt": {"id": "mt", "groups": [{"group": 5}]}}
    (below,) = read(Meeting, here, sheet("会议记录", ("编号", "地点"), ("mt", "三楼"))).problems
    assert below.startswith("表.xlsx的“会议记录”表A2：会议记录“mt”的“党小组”，")


@pytest.mark.parametrize(("here", "ident"), [({"x9": {"id": "x9", "name": "旧名"}}, "x9"), ({}, "b01")])
def test_the_branchs_own_page_revises_the_branch_that_lies_here(here: dict[str, Any], ident: str) -> None:
    lexicon = Lexicon(b.campaign(), b.AS_OF)
    grid = sheet("党支部", ("支部代号", "支部名称"), (None, "新名"))
    result = read_returned("表.xlsx", [grid], [Branch], {"branch": copy.deepcopy(here)}, lambda _: lexicon)
    assert result.problems == []
    (branch,) = result.records["branch"]
    assert branch.to_json() == {"id": ident, "name": "新名"}
