"""Cells of a workbook: what is read of them, what is written, and the headings above them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from orglife.core.errors import BadInput
from orglife.core.record.entered import Unreadable
from orglife.core.record.record import Entry
from orglife.core.record.shape import Spec, specs_of
from orglife.core.sheet.cells import Lexicon, Unfit, as_json, from_json, words_of
from orglife.core.sheet.columns import table_of
from orglife.core.sheet.grids import heading_key, is_empty, letter, require_fits, rows_of
from orglife.core.sheet.pages import (
    CELL_LIMIT,
    SheetRows,
    heading_of,
    is_too_long,
    map_keys,
    pages_of,
    put_at,
    value_at,
)
from orglife.stages.appraisal.record import Tally
from orglife.stages.kinds import KINDS
from orglife.stages.meeting.record import Criticism, Meeting
from orglife.stages.opinions.record import Opinion
from orglife.stages.reviews.record import MemberReview, ReviewItem
from orglife.stages.study.record import Study
from orglife.stages.talks.record import Talk
from tests import branch as b
from tests.whole import golden_files

MOMENT = datetime(2024, 2, 5, 9, 5)  # noqa: DTZ001  a spreadsheet knows no zones
PEOPLE = [("m1", "魏长河"), ("m2", "王芳"), ("m3", "王芳"), ("m4", "买买提·吐尔逊")]
LEXICON = Lexicon(
    b.campaign(labels={**b.campaign().labels, "duty": "担当、作为"}), date(2024, 3, 8), PEOPLE, [("mt.g1", "柏青")]
)


def spec(kind: type[Entry], name: str) -> Spec:
    return next(one for one in specs_of(kind) if one.name == name)


DAY, CLOCK, COUNT, TICK = (
    spec(Meeting, "date"),
    spec(Meeting, "start"),
    spec(Tally, "issued"),
    spec(Meeting, "completed"),
)
TEXT, LINES, KEYS, CHAIR = (
    spec(Meeting, "place"),
    spec(Talk, "thoughts"),
    spec(MemberReview, "none_declared"),
    spec(Meeting, "chair"),
)
PRESENT, RECORDER, TARGET = spec(Meeting, "present"), spec(Meeting, "recorder"), spec(Opinion, "target")
FORM, ASPECT = spec(Study, "form"), spec(ReviewItem, "aspect")


@pytest.mark.parametrize(
    ("of", "cell", "value"),
    [
        (DAY, MOMENT, "2024-02-05"), (DAY, date(1901, 1, 1), "1901-01-01"), (DAY, "2月5日", "2024-02-05"), (DAY, 20240205.0, "2024-02-05"), (DAY, " ", None), (DAY, None, None),
        (CLOCK, MOMENT, "09:05"), (CLOCK, time(9, 5), "09:05"), (CLOCK, 0, "00:00"), (CLOCK, 0.5, "12:00"), (CLOCK, timedelta(hours=9, minutes=5, seconds=29), "09:05"), (CLOCK, 0.9993, "23:59"), (CLOCK, "下午2点", "14:00"),
        (COUNT, 12, 12), (COUNT, 12.0, 12), (COUNT, f"12{COUNT.unit}", 12), (COUNT, 0, 0),
        (TICK, True, True), (TICK, "√", True), (TICK, 0, False), (TICK, 1, True), (TICK, "否", False),
        (TEXT, " 二楼 ", "二楼"), (LINES, " 一\n二 ", " 一\n二 "), (TEXT, 5, "5"), (TEXT, 5.5, "5.5"), (TEXT, date(2024, 2, 5), "2024年2月5日"), (TEXT, time(9, 5), "09:05"), (TEXT, False, "否"),
        (KEYS, "理想信念、担当、作为；作风", ["ideals", "duty", "style"]), (KEYS, "担当、作为", ["duty"]), (KEYS, "，作风，", ["style"]), (KEYS, "style", ["style"]),
        (CHAIR, "魏 长河", "m1"), (CHAIR, "王芳（m3）", "m3"), (CHAIR, "买买提•吐尔逊", "m4"), (CHAIR, "m9", "m9"),
        (PRESENT, "魏长河，m2\n王芳（m3）", ["m1", "m2", "m3"]),
        (RECORDER, "柏青（局机关）", {"name": "柏青", "unit": "局机关"}), (RECORDER, "柏青（）", {"name": "柏青"}), (RECORDER, "魏长河", "m1"),
        (TARGET, "支部班子", "team"), (TARGET, "魏长河", "m1"),
        (ASPECT, "品德合格", "moral"), (CHAIR, "魏长河（m1）", "m1"), (CHAIR, "老魏（m1）", "m1"),
        (FORM, "集中学习", "collective"), (FORM, "collective", "collective"),
        (TEXT, 'JSON:"甲\\u0007"', "甲\u0007"),
    ],
)  # fmt: skip
def test_what_people_type_into_a_cell_is_read(of: Spec, cell: Any, value: Any) -> None:
    assert LEXICON.read(cell, of) == value


@pytest.mark.parametrize(
    ("of", "cell", "words"),
    [
        (DAY, date(1900, 12, 31), "像是把数字当成了日期"), (DAY, 45327.5, "45327.5"), (DAY, "三十", "三十"),
        (CLOCK, False, "否"), (CLOCK, 1.0, "1"), (CLOCK, timedelta(days=1), "1 day"), (CLOCK, -0.1, "-0.1"), (CLOCK, 0.99999, "0.99999"), (CLOCK, 1, "1"),
        (COUNT, True, "是"), (COUNT, date(2024, 2, 5), "2024年2月5日"), (COUNT, 1.5, "1.5"), (COUNT, -1, "-1"),
        (TICK, 2, "“2”看不出是“是”还是“否”"),
        (KEYS, "理想、作风", "“理想”不在可选的几项里。请从这几项中选：理想信念、"),
        (CHAIR, "王芳", "“王芳”不止一个。请写明是哪一个：王芳（m2）、王芳（m3）。"), (CHAIR, "无名", "党员名册里没有“无名”。请核对姓名，或先把这名党员登记到名册。"), (CHAIR, "无名（甲）", "党员名册里没有“无名（甲）”"),
        (RECORDER, "无名", "外单位人员请写成 姓名（单位）"), (RECORDER, "王芳", "不止一个"), (RECORDER, "（局机关）", "党员名册里没有“（局机关）”"),
        (FORM, "作风", "“作风”不在可选的几项里"), (FORM, "oddkey", "“oddkey”不在可选的几项里"), (KEYS, "担当、作为者", "“担当”不在可选的几项里"),
        (FORM, "一起学", "请从这几项中选：集中学习、"),
        (TEXT, "JSON:{", "这一格的内容不完整"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_what_to_write(of: Spec, cell: Any, words: str) -> None:
    with pytest.raises((Unfit, Unreadable)) as caught:
        LEXICON.read(cell, of)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("of", "value", "cell"),
    [
        (DAY, "2024-02-05", date(2024, 2, 5)), (DAY, "1901-01-01", date(1901, 1, 1)), (DAY, "1900-12-31", "1900-12-31"), (DAY, "0090-01-01", "0090-01-01"),
        (CLOCK, "09:05", time(9, 5)), (COUNT, 12, 12), (COUNT, 10**15 - 1, 10**15 - 1), (COUNT, 10**15, str(10**15)), (TICK, True, "是"), (TICK, False, "否"),
        (TEXT, None, None), (TEXT, "二楼", "二楼"), (TEXT, " 二楼", 'JSON:" 二楼"'), (LINES, " 一\n二", " 一\n二"), (TEXT, "甲\u0007", 'JSON:"甲\\u0007"'), (TEXT, "x0041_", 'JSON:"\\u00780041_"'), (TEXT, "JSON:1", 'JSON:"JSON:1"'),
        (KEYS, ["ideals", "duty"], "理想信念、担当、作为"), (KEYS, [], "JSON:[]"),
        (CHAIR, "m1", "魏长河"), (CHAIR, "m2", "王芳（m2）"), (CHAIR, "m9", "m9"), (CHAIR, "某 人", 'JSON:"某 人"'),
        (PRESENT, ["m3", "m4"], "王芳（m3）、买买提·吐尔逊"),
        (RECORDER, {"name": "柏青", "unit": "局机关"}, "柏青（局机关）"), (RECORDER, {"name": "柏青"}, "柏青（）"), (RECORDER, {"name": "柏（青", "unit": "局）"}, 'JSON:{"name": "柏（青", "unit": "局）"}'),
        (FORM, "collective", "集中学习"),
    ],
)  # fmt: skip
def test_a_value_is_written_so_that_it_is_read_back(of: Spec, value: Any, cell: Any) -> None:
    assert LEXICON.write(value, of) == cell
    assert LEXICON.read(cell, of) == value


def test_people_of_one_name_are_offered_with_their_ids_and_the_team_only_as_a_target() -> None:
    assert LEXICON.offers(CHAIR) == [
        ("m1", "魏长河"),
        ("m2", "王芳（m2）"),
        ("m3", "王芳（m3）"),
        ("m4", "买买提·吐尔逊"),
    ]
    assert LEXICON.offers(TARGET)[0] == ("team", "支部班子")
    bare = Lexicon(b.campaign(), date(2024, 3, 8), [("m1", ""), ("m1", ""), ("m2", "甲")])
    assert bare.offers(CHAIR) == [("m1", "m1"), ("m2", "甲")]


def test_words_and_json_of_any_value() -> None:
    assert [words_of(cell) for cell in (None, "甲", 5.0, 5.5, True, MOMENT)] == [
        "", "甲", "5", "5.5", "是", "2024年2月5日",
    ]  # fmt: skip
    assert from_json("JSON:[1]") == [1]
    assert as_json("x41_") == '"x41_"'
    assert as_json("x0041_y") == '"\\u00780041_y"'


@pytest.mark.parametrize(
    ("cell", "too_long"),
    [
        ("a" * CELL_LIMIT, False), ("a" * (CELL_LIMIT + 1), True), ("𠮷" * (CELL_LIMIT // 2), False), ("𠮷" * (CELL_LIMIT // 2 + 1), True),
        ("𠮷" + "a" * (CELL_LIMIT - 2), False), ("𠮷" + "a" * (CELL_LIMIT - 1), True), (CELL_LIMIT + 1, False), (None, False),
    ],
)  # fmt: skip
def test_a_cell_holds_so_many_characters_as_a_spreadsheet_counts_them(cell: Any, too_long: bool) -> None:
    assert is_too_long(cell) is too_long
    if too_long:
        with pytest.raises(BadInput, match=f"甲的“表”表第3行AB列的一格里有{len(cell)}字，一格最多{CELL_LIMIT}字"):
            require_fits("甲", "表", 3, 27, cell)
    else:
        require_fits("甲", "表", 3, 27, cell)


def test_columns_are_named_by_letters() -> None:
    assert [letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
    assert [heading_key(text) for text in ("姓名*", "姓 名（必填）", "＊姓名(必填)")] == ["姓名"] * 3
    assert [is_empty(cell) for cell in (None, " ", "", 0, False, "甲")] == [True, True, True, False, False, False]


def rows(*given: tuple[Any, ...], start: int = 1) -> tuple[list[tuple[int, dict[str, Any]]], list[str]]:
    problems: list[str] = []
    grid = SheetRows("表", list(enumerate(given, start)))
    read = rows_of(grid, ["编号", "日期", "地点"], lambda *what: problems.append("|".join(map(str, what))))
    return [(row.number, {**row.cells}) for row in read], problems


@pytest.mark.parametrize(
    ("given", "found", "problems"),
    [
        ([], [], []),
        ([("甲", "乙")], [], ["表|1|A|没有找到表头。请保留“编号”等各列的名称。"]),
        ([("标题",), ("日期", "编号"), ("2", "1"), (" ", None), ("3",)], [(3, {"编号": "1", "日期": "2"}), (5, {"编号": None, "日期": "3"})], []),
        ([("编号",), ("编号", "日期"), ("1", "2")], [(3, {"编号": "1", "日期": "2"})], []),
        ([("编号", "日期"), ("编号", "地点"), ("1", "2")], [(2, {"编号": "编号", "日期": "地点"}), (3, {"编号": "1", "日期": "2"})], []),
        ([("日期", "地点"), ("1", "2")], [(2, {"日期": "1", "地点": "2"})], ["表|1|A|缺少“编号”这一列。请补上这一列。"]),
        ([("编号", "编号 *"), ("1", "2")], [(2, {"编号": "2"})], ["表|1|B|“编号”这一列出现了两次。请只保留一列。"]),
        ([("编号", "别的", None, " "), ("1", "2", "3", " ")], [(2, {"编号": "1"})], ["表|1|B|没有“别的”这一列，请改回原来的列名，或删去这一列。", "表|1|C|这一列没有列名，请补上列名，或删去这一列。"]),
        ([("编号",), ("1", "2")], [(2, {"编号": "1"})], ["表|1|B|这一列没有列名，请补上列名，或删去这一列。"]),
        ([("说明", "x"), ("编号",), ("1",)], [(3, {"编号": "1"})], []),
    ],
)  # fmt: skip
def test_rows_are_read_below_the_row_with_the_most_headings(
    given: list[tuple[Any, ...]], found: list[tuple[int, dict[str, Any]]], problems: list[str]
) -> None:
    assert rows(*given) == (found, problems)


def test_pages_hold_a_record_a_row_and_a_page_for_each_of_its_lists() -> None:
    meeting = Meeting.model_validate(
        {"id": "mt", "date": "2024-02-20", "groups": [{"group": "一组", "speeches": [{"member": "m1"}]}, {}]}
    )
    made = {page.title: page for page in pages_of(Meeting, [meeting], LEXICON)}
    assert {title: len(page.rows) for title, page in made.items() if page.rows} == {
        "会议记录": 1, "会议记录·分组": 2, "会议记录·分组·发言": 1,
    }  # fmt: skip
    speech = made["会议记录·分组·发言"]
    assert [head.heading for head in speech.heads[:4]] == ["会议记录编号", "分组序号", "序号", "党员"]
    assert [head.core for head in speech.heads[:3]] == [True, True, False]
    assert [head.note for head in speech.heads[:3]] == [
        "照“会议记录”表的“编号”一列填写。",
        "照上一级表的“序号”填写。",
        "第几项；空着按行的先后。",
    ]
    assert list(speech.rows[0][:4]) == ["mt", 1, 1, "魏长河"]
    heads = {head.heading: head for head in made["会议记录"].heads}
    assert "轮次" not in heads, "what the program sets is shown once it is set"
    assert heads["记录完成"].choices == ("是", "否")
    assert (heads["记录完成"].closed, heads["主持人"].closed) == (True, False)
    again = pages_of(
        Meeting, [meeting.model_copy(update={"round": 2}), Meeting.model_validate({"id": "m2", "round": 2})], LEXICON
    )
    assert "轮次" in [head.heading for head in again[0].heads]


def test_keys_of_a_map_that_the_campaign_lacks_have_a_column_where_a_record_holds_them() -> None:
    review = MemberReview.model_validate({"id": "r", "key_checks": {"old_one": "no"}})
    (page, *_) = pages_of(MemberReview, [review], LEXICON)
    assert sum(head.heading.endswith("·old_one") for head in page.heads) == 1
    table = table_of(Criticism, lambda _: ())
    assert table.headings[0] == "编号"


def test_the_columns_of_every_record_type() -> None:
    """Heading, kind, note, what can be chosen; ! what is needed, = what the program fills in, | closed lists."""
    found: b.Json = {}
    for kind in KINDS:
        for table in table_of(kind, map_keys(LEXICON)).every():
            for column in table.columns:
                head = heading_of(column, LEXICON)
                marks = "".join(
                    mark for mark, is_so in (("!", head.core), ("=", head.derived), ("|", head.closed)) if is_so
                )
                found[f"{table.title} {head.heading}"] = [f"{head.kind}{marks}", head.note, "、".join(head.choices)]
    golden_files.compare(golden_files.GOLDEN / "columns.json", golden_files.rows_of(found))


@pytest.mark.parametrize(("names", "listed"), [(50, True), (51, False)])
def test_a_note_lists_what_can_be_filled_in_unless_it_grows_long(names: int, listed: bool) -> None:
    people = [(f"m{n}", "王建国" if n else "王建国家") for n in range(names)]
    lexicon = Lexicon(
        b.campaign(),
        date(2024, 3, 8),
        [(ident, f"{name[:1]}{chr(0x4E00 + n)}{name[2:]}") for n, (ident, name) in enumerate(people)],
    )
    column = next(one for one in table_of(Meeting, map_keys(lexicon)).columns if one.path == ("present",))
    assert ("可填：" in heading_of(column, lexicon).note) is listed


def test_headings_and_records_bring_keys_of_a_map_that_the_campaign_lacks() -> None:
    checks = spec(MemberReview, "key_checks")
    offered = [key for key, _ in LEXICON.offers(checks)]
    known = LEXICON.offers(checks)[0][1]
    heads = [
        "日期",
        f"{checks.label}·old_two",
        f"{checks.label}·{known}",
        f'{checks.label}·JSON:"旧的"',
        f"{checks.label}·旧 的",
        f"{checks.label}·JSON:1",
        f"{checks.label}·JSON:{{",
    ]
    keys = map_keys(LEXICON, [{"key_checks": {"old_one": "no", offered[0]: "no"}}, {"key_checks": None}], heads)(checks)
    assert keys[len(offered) :] == [("old_one", "old_one"), ("old_two", "old_two"), ("旧的", 'JSON:"旧的"')]


def test_a_value_is_put_and_found_at_its_column() -> None:
    columns = {
        one.heading: one
        for table in table_of(Meeting, map_keys(LEXICON)).every()
        for one in table.columns
        if len(one.path) > 1
    }
    column = next(iter(columns.values()))
    body: b.Json = {column.path[0]: "乱"}
    assert value_at(body, column) is None
    put_at(body, column, "甲")
    assert (value_at(body, column), body) == ("甲", {column.path[0]: {column.path[1]: "甲"}})
    put_at(body, column, None)
    put_at(body, column, None)
    assert body == {column.path[0]: {}}
