"""Offices, statuses, names and lines of a roster as people write them: what is certain, and what is asked about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from orglife.core.sheet.roster.hints import first_day
from orglife.core.sheet.roster.names import looks_like_name, read_name, starts_with_surname
from orglife.core.sheet.roster.offices import read_office, read_status, says_office, says_status
from orglife.core.sheet.roster.reading import read_typed_list


@pytest.mark.parametrize(
    ("text", "value", "asks"),
    [
        ("", "", ""), ("、", "", ""), ("无", "member", ""), ("党员", "member", ""), ("党小组长", "member", ""), ("书记处党小组长", "member", ""), ("科长", "member", ""),
        ("书记", "secretary", ""), ("书 记", "secretary", ""), ("副 书 记", "deputy", ""), ("委员、书记", "secretary", ""), ("书记兼委员", "secretary", ""),
        ("一组 书记", "secretary", ""), ("乡贤、委员", "committee", ""), ("支部副书记", "deputy", ""), ("党员、副书记", "deputy", ""),
        ("原书记", "", "“原书记”是本支部的职务吗？"), ("团支部书记", "", "“团支部书记”是本支部的职务吗？"), ("班子成员", "", "“班子成员”是本支部的职务吗？"),
        ("总支书记", "", "“总支书记”是本支部的职务吗？"), ("总支支部书记", "", "“总支支部书记”是本支部的职务吗？"), ("支部第一书记", "", "“支部第一书记”是本支部的职务吗？"),
        ("支部书记第一书记支部书记", "", "“支部书记第一书记支部书记”是本支部的职务吗？"),
        ("书记（原）", "", "“书记（原）”是本支部的职务吗？"), ("副书记（已卸任）", "", "“副书记（已卸任）”是本支部的职务吗？"), ("委员（代理）", "", "“委员（代理）”是本支部的职务吗？"),
        ("书记（兼）", "secretary", ""), ("书记（原书记员）", "", "“书记（原书记员）”是本支部的职务吗？"), ("科长（原）", "member", ""),
        ("组", "", "“组”是哪个党内职务？"), ("乡贤", "", "“乡贤”看不出是什么党内职务。"), ("科长、乡贤", "", "“乡贤”看不出是什么党内职务。"),
    ],
)  # fmt: skip
def test_an_office_is_certain_or_asked_about(text: str, value: str, asks: str) -> None:
    read = read_office(text)
    assert read.value == value
    assert read.doubt == (asks and f"{asks}请选择{'' if '是本支部' not in asks else '党内职务'}。")


@pytest.mark.parametrize("text", ["科长", "乡贤", "科长、乡贤"])
def test_below_a_bare_heading_stand_offices_at_work(text: str) -> None:
    assert (read_office(text, party=False).value, read_office(text, party=False).doubt) == ("member", "")
    assert read_office("组", party=False).doubt
    assert read_office("书记", party=False).value == "secretary"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("预备党员", "probationary"), ("预备", "probationary"), ("书记、预备", "probationary"), ("留党察看党员", "on_probation"),
        ("留党察看", ""), ("党员", ""), ("书记", ""),
    ],
)  # fmt: skip
def test_an_office_may_name_a_status_besides(text: str, status: str) -> None:
    assert read_office(text).status == status


@pytest.mark.parametrize(
    ("text", "value", "asks", "outside"),
    [
        ("", "", "", False), ("正式", "full", "", False), ("党员（在职）", "full", "", False), ("预备", "probationary", "", False), ("察看", "on_probation", "", False),
        ("恢复党籍", "", "是哪种党员身份？", False), ("预备转正", "", "是哪种党员身份？", False), ("正式，恢复", "", "是哪种党员身份？", False),
        ("转正", "", "看不出是哪种党员身份。", False), ("按期转为正式", "", "看不出是哪种党员身份。", False), ("某种", "", "看不出是哪种党员身份。", False),
        ("群众", "", "不是党员，没有列入。", True), ("预备党员，无党派", "probationary", "", False),
    ],
)  # fmt: skip
def test_a_status_is_certain_or_asked_about(text: str, value: str, asks: str, outside: bool) -> None:
    read = read_status(text)
    assert (read.value, read.outside) == (value, outside)
    assert read.doubt.startswith(f"“{text}”{asks}") if asks else not read.doubt


@pytest.mark.parametrize(
    ("word", "office", "status"),
    [
        ("", False, False), ("书记", True, False), ("普通党员", True, False), ("党小组长", True, False), ("组长", False, False), ("书记员", False, False),
        ("党员", False, True), ("正 式", False, True), ("预备转正", False, True), ("党员王五", False, False),
    ],
)  # fmt: skip
def test_which_words_say_nothing_but_an_office_or_a_status(word: str, office: bool, status: bool) -> None:
    assert (says_office(word), says_status(word)) == (office, status)


ONE_OR_SEVERAL = "是一个人还是几个人？"
NAME = "是姓名吗？请核对。"


@pytest.mark.parametrize(
    ("text", "name", "asks", "beside"),
    [
        ("12、王建国", "王建国", "", ""), ("王建国（）", "王建国", "", ""), ("王建国（女）", "王建国", "", ""), ("王建国（）（外聘）", "王建国", "", "外聘"), ("王建国（女）（外聘）", "王建国", "", "外聘"),
        ("（王建国）", "王建国", "", ""), ("（王建国）（女）", "王建国", "", ""), ("（甲）（乙）", "", "没有姓名。", "甲 乙"), ("王建（甲）", "王建", "", "甲"),
        ("", "", "没有姓名。", ""), ("同志", "同志", "", ""), ("王同志", "王", NAME, ""), ("李明同志", "李明", "", ""),
        ("王 明", "王明", "", ""), ("王 建 国 庆", "王建国庆", "", ""), ("李 建国 华", "李建国华", "", ""), ("欧阳 建国", "欧阳建国", "", ""),
        ("王建 国庆", "王建国庆", ONE_OR_SEVERAL, ""), ("王建 欧阳", "王建欧阳", ONE_OR_SEVERAL, ""), ("欧阳 建国庆", "欧阳建国庆", ONE_OR_SEVERAL, ""), ("王 建国庆华", "王建国庆华", ONE_OR_SEVERAL, ""),
        ("王 a", "王 a", NAME, ""), ("a b", "a b", NAME, ""), ("甲乙丙丁", "甲乙丙丁", "", ""), ("甲乙丙丁戊", "甲乙丙丁戊", NAME, ""), ("书记", "书记", NAME, ""),
        ("买买提·吐尔逊", "买买提·吐尔逊", "", ""), ("张三、李四", "张三、李四", "像是几个人。", ""),
    ],
)  # fmt: skip
def test_a_cell_of_names(text: str, name: str, asks: str, beside: str) -> None:
    read = read_name(text)
    assert (read.name, read.beside) == (name, beside)
    assert asks in read.doubt if asks else not read.doubt


@pytest.mark.parametrize(
    ("text", "name", "surname"),
    [
        ("", False, False), ("王", False, True), ("王明", True, True), ("王建国", True, True), ("王建国庆", False, False), ("么么", False, False),
        ("欧阳", False, False), ("欧阳修", True, True), ("欧阳建国", True, True), ("欧阳建国庆", False, True), ("么·吐", True, False), ("书记", False, False),
    ],
)  # fmt: skip
def test_what_looks_like_a_name_and_what_begins_with_a_surname(text: str, name: str, surname: bool) -> None:
    assert (looks_like_name(text), starts_with_surname(text)) == (name, surname)


SHARED = "没有写明职务：前一人的职务也是这一人的吗？请选择党内职务。"


def said(text: str) -> list[str]:
    """The members of a typed list: line, name, office, status, and what is asked about them."""
    return [
        " ".join(filter(None, [
            ("" if row.keep else "-") + f"{row.number}{row.name}", row.values.get("role", ""), row.values.get("status", ""), *row.doubts.values(),
        ]))
        for row in read_typed_list(text).rows
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("\n#注\n ＃注\n王建国", ["4王建国"]), ("姓名 职务\n王建国 书记", ["2王建国 secretary"]), ("党员名单\n王建国", ["2王建国"]), ("共3人\n王建国", ["2王建国"]),
        ("党员名单：王建国", ["1王建国"]), ("党员名册:王建国", ["1王建国"]), ("合计：3人。", []), ("，，，", []), ("名单：", []), ("：王建国", ["1王建国"]),
        ("王建国：书记", ["1王建国 secretary"]), ("王建国：", ["1王建国"]), ("王建国同志：", ["1王建国"]), ("我支部有：王建国", ["1王建国"]),
        ("书记：王建国", ["1王建国 secretary"]), ("委员、书记：王建国", ["1王建国 secretary"]), ("优秀 书记：王建国", ["1王建国"]),
        ("书记王建国", ["1王建国 secretary"]), ("王建国书记", ["1王建国 secretary"]), ("王建国 书记，李秀兰 委员", ["1王建国 secretary", "1李秀兰 committee"]),
        ("书记 王建国 委员 李秀兰", ["1王建国 secretary", "1李秀兰 committee"]), ("书记 王建国 李秀兰", ["1王建国 secretary", f"1李秀兰 {SHARED}"]),
        ("书记 王建国 李秀兰 委员 赵磊", ["1王建国 secretary", f"1李秀兰 {SHARED}", "1赵磊 committee"]), ("党员 王建国 李秀兰", ["1王建国", "1李秀兰"]),
        ("王建国 李秀兰 书记", ["1王建国", "1李秀兰 secretary"]), ("王建国 书记 李秀兰", ["1王建国 secretary", "1李秀兰"]), ("书记 王建国 委员", ["1王建国 secretary"]),
        ("预备 王建国", ["1王建国 probationary"]), ("男 王建国", ["1王建国"]),
        ("王建国 支委", ["1王建国 committee"]), ("支委 王建国", ["1王建国 committee"]), ("支委：王建国、李秀兰", ["1王建国 committee", "1李秀兰 committee"]),
        ("王建国支委", ["1王建国 committee"]), ("支委王建国", ["1王建国 committee"]), ("王建国支部支委", ["1王建国 committee"]), ("支柯", ["1支柯"]),
        ("王 正式", ["1王 “王”是姓名吗？请核对。"]), ("王建国书记：", ["1王建国 secretary"]), ("书记会议记录", []),
        ("王建国 会计", ["1王建国"]), ("王建国 喜欢看书", ["1王建国 “喜欢看书”没有读懂。请核对这一行，一人一行。"]), ("王建国 李", ["1王建国 “李”没有读懂。请核对这一行，一人一行。"]),
        ("王 建国", ["1王建国"]), ("王 建 国", ["1王建国"]), ("王建 国", ["1王建国"]), ("欧 阳 修", ["1欧阳修"]), ("欧阳 建国", ["1欧阳建国"]),
        ("王 建国庆", ["1王 “王”是姓名吗？请核对。"]), ("王建国 庆", ["1王建国 “庆”没有读懂。请核对这一行，一人一行。"]), ("欧阳 建国庆", ["1欧阳 “欧阳”是姓名吗？请核对。"]),
        ("王 男", ["1王 “王”是姓名吗？请核对。"]), ("王 书记", ["1王 secretary “王”是姓名吗？请核对。"]), ("么 丽", ["1么 “么”是姓名吗？请核对。"]), ("么么 丽", ["1么么 “么么”是姓名吗？请核对。"]),
        ("甲乙丙丁 书记", ["1甲乙丙丁 secretary “甲乙丙丁”是姓名吗？请核对。"]), ("甲乙丙丁戊 书记", ["-1甲乙丙丁戊 secretary “甲乙丙丁戊”是姓名吗？请核对。"]),
        ("买买提买买·吐尔逊", ["1买买提买买·吐尔逊"]), ("甲乙丙丁·A", ["1甲乙丙丁·A “甲乙丙丁·A”是姓名吗？请核对。"]), ("同志", ["1同志 “同志”是姓名吗？请核对。"]),
    ],
)  # fmt: skip
def test_a_line_of_a_typed_list(text: str, members: list[str]) -> None:
    assert said(text) == members


def test_lines_that_name_nobody_are_told_with_their_numbers() -> None:
    read = read_typed_list("党员名单\n\n王建国 书记\n共1人")
    assert read.left_out == [(1, "党员名单"), (4, "共1人")]
    assert read_typed_list("名单").problems == ["没有找到姓名，没有一名党员。请一人一行，例如：王建国 书记。"]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2019年7月", date(2019, 7, 1)), ("2019年7月15日", date(2019, 7, 15)), ("2019.7.15", date(2019, 7, 15)), ("201907", date(2019, 7, 1)), ("20190715", date(2019, 7, 15)),
        ("2019071", None), ("2019年13月", None), ("七月", None), ("", None), (None, None), (date(2019, 7, 2), date(2019, 7, 2)),
        (datetime(2019, 7, 2, 8), date(2019, 7, 2)),  # noqa: DTZ001  a spreadsheet knows no zones
    ],
)  # fmt: skip
def test_the_first_day_of_what_a_cell_says(cell: Any, day: date | None) -> None:
    assert first_day(cell) == day
