"""Enumerations as labels, and the keys of labels."""

from __future__ import annotations

import pytest

from orglife.notice.listing import items
from orglife.notice.marks import mark_at
from orglife.notice.ranking.units import units_of
from orglife.notice.reading import split_notice
from orglife.notice.text import TextLine
from orglife.notice.values.dimensions import dimensions
from orglife.notice.vocabulary import keyed


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("甲方面、乙方面和丙方面", ["甲方面", "乙方面", "丙方面"]),
        ("教育引领和联系群众、管理党员，以及自身建设等方面", ["教育引领和联系群众", "管理党员", "自身建设"]),
        ("《甲、乙》、《丙》", ["《甲、乙》", "《丙》"]),
        ("“一”、“二”", ["一", "二"]),
        ("“三会一课”落实、党员教育", ["“三会一课”落实", "党员教育"]),
    ],
)
def test_enumerations(words: str, expected: list[str]) -> None:
    found = items(words, 0, len(words))
    assert found == expected


def test_known_words_keep_their_keys_and_others_are_numbered() -> None:
    assert keyed("dimensions", ["政治合格", "品德合格", "干净干事"]) == {
        "political": "政治合格",
        "moral": "品德合格",
        "dimension_3": "干净干事",
    }
    assert list(keyed("aspects", ["政治纪律", "师德师风"])) == ["political_discipline", "aspect_2"]


def test_a_key_stands_for_one_label_only() -> None:
    taken = {"meeting": "专题组织生活会中查摆出来的问题"}
    assert list(keyed("rect_sources", ["会上提出的问题"], taken)) == ["source_1"]


def dimensions_in(*lines: str, team: bool = False) -> list[list[str]]:
    notice = split_notice(["关于召开组织生活会的通知", "各支部：", *lines])
    units = [unit for unit in units_of(notice) if unit.clause in notice.body]
    return [fact.value for fact in dimensions(notice, units, team=team)]


TWOFOLD = ["讲政治、有信念", "讲规矩、有纪律", "讲道德、有品行"]
TABLE = ("一、对照检查", "对象\t查摆内容", "党员\t理想信念、作风、担当", "班子\t执行决定、联系群众")


@pytest.mark.parametrize(
    ("lines", "team", "labels"),
    [
        (["一、党员查摆：讲政治、有信念，讲规矩、有纪律，讲道德、有品行。"], False, TWOFOLD),
        (["一、党员要对照讲政治、有信念，讲规矩、有纪律，讲道德、有品行。"], False, TWOFOLD),
        (TABLE, False, ["理想信念", "作风", "担当"]),
        (TABLE, True, ["执行决定", "联系群众"]),
    ],
)
def test_lists_of_dimensions(lines: list[str], *, team: bool, labels: list[str]) -> None:
    assert dimensions_in(*lines, team=team) == [labels]


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ('以"两学一做"为题，"会议"', "以“两学一做”为题，“会议”"),
        ('一个"引号', "一个“引号"),
        ("Ａ１２：甲;乙?", "A12：甲；乙？"),
        ("甲 乙\u3000丙\ufe0f", "甲乙丙"),
        ("学习 / 谈话", "学习、谈话"),
        ("| 1 | 学习 | 党章 |", "1、学习：党章"),
        ("学习\t2月\t支部", "学习：2月，支部"),
        ("2月10日———开会", "2月10日：开会"),
    ],
)
def test_the_text_that_patterns_search(raw: str, plain: str) -> None:
    line = TextLine(raw)
    assert line.plain == plain
    assert [raw[at] for at in line.at if raw[at].isalnum()] == [char for char in raw if char.isalnum()]


@pytest.mark.parametrize(("mark", "label"), [("（1）", "（1）"), ("1）", "（1）"), ("1.", "1")])
def test_marks_written_differently_have_one_label(mark: str, label: str) -> None:
    seen = mark_at(f"{mark}学习党章")
    assert seen is not None
    assert seen.label == label
