"""Values as people read and write them: blanks, ticks, names, fields of every kind in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.core.record.branch import Member
from orglife.core.record.entered import Unreadable, plain
from orglife.core.record.record import is_blank, without_blanks
from orglife.core.record.shape import Spec, spec_of, specs_of
from orglife.core.record.words import (
    field_echo,
    field_text,
    field_value,
    first_few,
    meanings,
    name_and_unit,
    name_key,
    outsider,
    outsider_words,
    phrase,
    read_tick,
    readable,
    unlisted,
    unlisted_option,
)
from orglife.stages.appraisal.record import GradeMeeting, Tally
from orglife.stages.meeting.record import Meeting
from orglife.stages.plan.record import Plan
from orglife.stages.reviews.record import MemberReview
from orglife.stages.talks.record import Talk

DAYS = SimpleNamespace(years=(2024,), today=date(2024, 3, 8))
OFFERS = {"member": [("m1", "魏长河"), ("m2", "祝秋实")], "lists": [("ideals", "理想信念"), ("duty", "担当作为")]}


@pytest.mark.parametrize(
    ("value", "blank"),
    [
        (None, True), ("", True), (" \n", True), ([], True), ((), True), ({}, True),
        (0, False), (False, False), ("甲", False), ([""], False), ({"a": ""}, False), ((1,), False),
    ],
)  # fmt: skip
def test_what_counts_as_not_set(value: Any, blank: bool) -> None:
    assert is_blank(value) is blank


def test_blanks_are_left_out_at_every_depth_but_entries_of_a_list_stay() -> None:
    raw = {
        "a": "",
        "b": [None, "", "甲", {}, {"c": " "}],
        "d": {"e": {"f": []}},
        "g": 0,
        "h": False,
        "i": [[]],
        "j": (1, ""),
    }
    assert without_blanks(raw) == {"b": ["甲", {}, {}], "g": 0, "h": False, "j": [1]}
    assert without_blanks(1.5) == 1.5


@pytest.mark.parametrize(
    ("text", "tick"),
    [
        *((word, True) for word in ("是", "√", "✓", "✔", "V", "对", "有", "Y", "yes", "TRUE", "1", "１", " 是 ")),
        *((word, False) for word in ("否", "×", "✗", "X", "无", "N", "no", "False", "0")),
        *((word, None) for word in ("", "不", "2", "是的")),
    ],
)
def test_ticks_are_read_as_people_type_them(text: str, tick: bool | None) -> None:
    assert read_tick(text) is tick


@pytest.mark.parametrize(
    ("names", "most", "words"),
    [([], 2, ""), (["甲", "乙"], 2, "甲、乙"), (["甲", "乙", "丙"], 2, "甲、乙等"), (["甲"], 0, "等")],
)
def test_of_many_names_the_first_stand_before_and_so_on(names: list[str], most: int, words: str) -> None:
    assert first_few(names, most) == words


def test_a_phrase_has_no_mark_at_its_end() -> None:
    assert [phrase(text) for text in (" 住院。 ", "住院；，、", "住院！", "住院。请假")] == [
        "住院",
        "住院",
        "住院！",
        "住院。请假",
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("柏青（局机关）", ("柏青", "局机关")),
        ("柏青 ( 局机关 )", ("柏青", "局机关")),
        ("柏青", None),
        ("柏青（局机关", None),
        ("柏青（局）机关", None),
        ("柏青（局（机关））", None),
        ("（局机关）", ("", "局机关")),
        ("柏（甲）青（乙）", ("柏（甲）青", "乙")),
        ("柏青（）", ("柏青", "")),
    ],
)
def test_a_name_with_its_unit_is_parted(text: str, parts: tuple[str, str] | None) -> None:
    assert name_and_unit(text) == parts
    assert outsider_words("柏青", "局机关") == "柏青（局机关）"
    assert outsider_words("柏青", "") == "柏青"


def test_names_are_compared_without_width_spaces_and_kinds_of_dots() -> None:
    keys = {
        name_key(text)
        for text in (
            "买买提·吐尔逊",
            "买买提 • 吐尔逊",
            "买买提．吐尔逊",
            "买买提‧吐尔逊",
            "买买提・吐尔逊",
            "买买提∙吐尔逊",
            "买买提⋅吐尔逊",
        )
    }
    assert keys == {"买买提·吐尔逊"}
    assert name_key("张　三Ａ") == "张三A"


def test_a_word_means_all_values_that_it_labels_unless_it_is_a_value_itself() -> None:
    found = meanings([("a", "甲"), ("b", "甲 "), ("甲", "丙"), ("c", "")])
    assert found == {"甲": {"甲"}, "丙": {"甲"}, "a": {"a"}, "b": {"b"}, "c": {"c"}}
    assert meanings([("a", "乙"), ("b", "乙")])["乙"] == {"a", "b"}


def spec(kind: type[Any], *path: str) -> Spec:
    found = next(one for one in specs_of(kind) if one.name == path[0])
    return found if len(path) == 1 else spec(found.item, *path[1:])  # type: ignore[arg-type]


DAY, CLOCK, COUNT, TEXT = spec(Meeting, "date"), spec(Meeting, "start"), spec(Tally, "issued"), spec(Meeting, "place")


@pytest.mark.parametrize(
    ("of", "text", "value", "echo"),
    [
        (DAY, "2月5日", "2024-02-05", "2024年2月5日 星期一"),
        (DAY, "今天", "2024-03-08", "2024年3月8日 星期五"),
        (DAY, " ", None, ""),
        (CLOCK, "下午2点半", "14:30", "下午2:30（14:30）"),
        (CLOCK, "14:30", "14:30", ""),
        (CLOCK, "１４：３０", "14:30", ""),
        (CLOCK, "", None, ""),
        (COUNT, f"12{COUNT.unit}", 12, ""),
        (COUNT, "", None, ""),
        (TEXT, " 二楼 ", " 二楼 ", ""),
        (TEXT, " ", None, ""),
    ],
)
def test_a_typed_text_becomes_a_value_and_is_echoed_where_it_may_be_misread(
    of: Spec, text: str, value: Any, echo: str
) -> None:
    assert field_value(of, text, DAYS) == value
    assert field_echo(of, text, DAYS) == echo


@pytest.mark.parametrize("of", [DAY, CLOCK])
def test_what_cannot_be_read_has_no_echo(of: Spec) -> None:
    assert field_echo(of, "明年", DAYS) == ""
    with pytest.raises(Unreadable):
        field_value(of, "明年", DAYS)


@pytest.mark.parametrize(
    ("of", "value", "text"),
    [
        (DAY, "2024-02-05", "2024年2月5日"),
        (DAY, "二月五日", "二月五日"),
        (DAY, 20240205, "20240205"),
        (DAY, None, ""),
        (COUNT, 0, "0"),
        (CLOCK, "14:05", "14:05"),
        (TEXT, "2024-02-05", "2024-02-05"),
    ],
)
def test_a_value_stands_in_its_field_as_people_write_it(of: Spec, value: Any, text: str) -> None:
    assert field_text(of, value) == text


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ({}, {}),
        ({"name": " ", "unit": None}, {}),
        ({"name": "柏青"}, {"name": "柏青"}),
        ({"name": "柏青", "unit": "局机关", "more": "x"}, {"name": "柏青", "unit": "局机关"}),
    ],
)
def test_an_outsider_is_kept_without_blank_fields(raw: dict[str, Any], kept: dict[str, str]) -> None:
    assert outsider(raw) == kept
    with pytest.raises(Unreadable):
        outsider({"name": "", "unit": "局机关"})


def offered(of: Spec) -> Sequence[tuple[str, str]]:
    if of.lists:
        return OFFERS["lists"]
    return OFFERS["member"] if of.ref else list(of.labels.items())


@pytest.mark.parametrize(
    ("of", "value", "words"),
    [
        (DAY, "2024-02-05", "2024年2月5日"),
        (DAY, "", ""),
        (spec(Meeting, "completed"), True, "是"),
        (spec(Meeting, "completed"), False, "否"),
        (spec(Meeting, "present"), ["m1", "m2", "m9", "老张"], "魏长河、祝秋实、已移除的一项、老张"),
        (spec(Meeting, "chair"), "m2", "祝秋实"),
        (spec(Meeting, "recorder"), {"name": "柏青", "unit": "局机关"}, "柏青（局机关）"),
        (spec(Meeting, "recorder"), {"name": "柏青"}, "柏青"),
        (spec(Meeting, "recorder"), {"name": None, "unit": "局机关"}, "（局机关）"),
        (TEXT, "m9", "m9"),
        (COUNT, 0, "0"),
        (spec(MemberReview, "none_declared"), ["ideals", "duty", "gone"], "理想信念、担当作为、已移除的一项"),
        (spec(MemberReview, "key_checks"), {"ideals": "no", "odd": "yes"}, "理想信念：无；odd：有"),
        (spec(MemberReview, "key_checks"), "乱写", "乱写"),
        (spec(Plan, "contents"), {"requirements": "找准", "steps": " "}, "基本要求：找准"),
        (spec(Meeting, "absent"), [{"member": "m1", "reason": "住院"}, {"member": "m2"}, "乱"], "党员：魏长河；原因：住院\n党员：祝秋实\n乱"),
    ],
)  # fmt: skip
def test_a_value_is_shown_in_words(of: Spec, value: Any, words: str) -> None:
    assert readable(of, value, offered) == words


def test_a_value_that_is_in_no_list_is_shown_unless_it_is_an_id() -> None:
    assert unlisted_option("m9") == "已移除的一项"
    assert unlisted_option("老张") == "老张（列表里没有）"
    assert "老张" in unlisted("老张")
    assert "m9" not in unlisted("m9")
    assert plain(" ２０２４—２—５ ") == "2024-2-5"


@pytest.mark.parametrize(
    ("kind", "name", "shape"),
    [
        (Meeting, "date", "day"), (Meeting, "start", "clock"), (Meeting, "completed", "tick"), (Tally, "issued", "count"),
        (Meeting, "place", "text"), (Talk, "thoughts", "lines"), (Meeting, "chair", "choice"), (Meeting, "present", "ticks"),
        (Meeting, "recorder", "person"), (Meeting, "absent", "rows"), (Meeting, "briefing", "object"),
        (MemberReview, "key_checks", "map"), (Meeting, "agenda_done", "ticks"), (Talk, "participants", "ticks"),
        (GradeMeeting, "body", "choice"), (Member, "role", "choice"),
    ],
)  # fmt: skip
def test_the_type_of_a_field_gives_its_shape(kind: type[Any], name: str, shape: str) -> None:
    found = spec_of(name, kind.model_fields[name], ("outer",))
    assert found.kind == shape
    assert (found.path, found.name) == (("outer", name), name)
    assert (found.item is not None) == (shape in ("rows", "object"))


def test_what_a_record_says_of_a_field_stands_beside_it() -> None:
    helped = next(one for one in specs_of(Member) if one.help)
    assert helped.help == Member.model_fields[helped.name].description
    assert DAY.help == "", "nothing is said of a day"
