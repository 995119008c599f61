"""What a record takes in and what it refuses, from a file, from a form and from the store; and the sentences about it."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

import pytest
from pydantic import ValidationError

from orglife.core.errors import BadInput
from orglife.core.record.exchange import field_problems, has_half_characters, read_parcel
from orglife.core.record.field import Planned, Ref, is_ident, mark, marks
from orglife.core.record.record import SEARCHED, faults, recorded_days, walk
from orglife.stages.kinds import BUREAU_KINDS, KINDS
from orglife.stages.meeting.record import Meeting
from orglife.stages.opinions.record import Opinion
from orglife.stages.plan.record import Plan
from orglife.stages.rectification.record import RectItem
from orglife.stages.reviews.record import MemberReview
from orglife.stages.talks.record import Talk
from tests import branch as b

ODD = "甲\u0007乙"
"""A text with a character that cannot be printed."""


@pytest.mark.parametrize(
    ("ident", "good"),
    [("a", True), ("A.b_c-9", True), ("9", True), ("a" * 40, True), ("a" * 41, False), ("", False), ("-a", False), ("甲", False), ("a b", False)],
)  # fmt: skip
def test_an_id_has_up_to_forty_letters_digits_and_marks(ident: str, good: bool) -> None:
    assert is_ident(ident) is good
    if good:
        assert Talk.model_validate({"id": ident}).id == ident
    else:
        with pytest.raises(ValidationError):
            Talk.model_validate({"id": ident})


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("date", "2024-02-20", date(2024, 2, 20)),
        ("date", date(2024, 2, 20), date(2024, 2, 20)),
        ("date", "2024-02-30", None),
        ("date", "2024-2-20", None),
        ("date", "2024-02-20T00:00", None),
        ("date", "２０２４-02-20", None),
        ("date", 20240220, None),
        ("start", "14:05", time(14, 5)),
        ("start", time(14, 5), time(14, 5)),
        ("start", "23:59", time(23, 59)),
        ("start", "24:00", None),
        ("start", "14:60", None),
        ("start", "9:05", None),
        ("start", "14:05:00", None),
        ("start", 14, None),
        ("round", 1, 1),
        ("round", 0, None),
        ("place", 5, None),
    ],
)
def test_days_times_and_numbers_are_taken_in_one_way_of_writing_only(field: str, value: Any, kept: Any) -> None:
    if kept is not None:
        assert getattr(Meeting.model_validate({"id": "mt", field: value}), field) == kept
        return
    with pytest.raises(ValidationError) as caught:
        Meeting.model_validate({"id": "mt", field: value})
    assert [place for place, _ in field_problems(caught.value)] == [field]


def test_what_is_blank_is_not_set_whoever_enters_it() -> None:
    raw = {"id": "mt", "place": " ", "present": [], "completed": False, "briefing": {"problems": ""}, "chair": None}
    meeting = Meeting.model_validate(raw)
    assert meeting.to_json() == {"id": "mt", "completed": False}
    assert [meeting.is_set(name) for name in ("place", "completed", "chair")] == [False, True, False]
    assert meeting.has_anything()
    assert Meeting.stored({"id": "mt", "place": " "}).to_json() == {"id": "mt", "place": " "}, "the store has no blanks"
    assert Meeting.model_validate({"id": "mt", "place": " "}, context=SEARCHED).place == " ", (
        "nor has what was searched"
    )
    assert {"日期", "地点", "主持人"} <= set(meeting.blanks())
    assert "记录完成" not in meeting.blanks()
    plan = Plan.model_validate({"id": "p", "contents": {"steps": "学"}})
    assert "基本要求" in plan.still_blank()


@pytest.mark.parametrize(
    ("raw", "refused"),
    [
        ({"place": ODD}, True),
        ({"briefing": {"problems": ODD}}, True),
        ({"present": ["m1", ODD]}, True),
        ({"place": "甲\n乙"}, False),
    ],
)
def test_a_character_that_cannot_be_printed_is_refused_unless_it_is_stored(raw: dict[str, Any], refused: bool) -> None:
    if refused:
        with pytest.raises(ValidationError):
            Meeting.model_validate({"id": "mt", **raw})
    else:
        Meeting.model_validate({"id": "mt", **raw})
    Meeting.stored({"id": "mt", **raw})
    Meeting.model_validate({"id": "mt", **raw}, context=SEARCHED)


def test_the_keys_of_a_map_are_looked_at_too() -> None:
    MemberReview.model_validate({"id": "r", "key_checks": {"ideals": "no"}})
    with pytest.raises(ValidationError):
        MemberReview.model_validate({"id": "r", "key_checks": {ODD: "no"}})


def test_markers_of_a_field_are_found_inside_lists_and_unions() -> None:
    assert [m.kind for m in marks(Meeting.model_fields["present"]) if isinstance(m, Ref)] == ["member"]
    assert isinstance(mark(Plan.model_fields["planned_meeting_on"], Planned), Planned)
    assert mark(Meeting.model_fields["date"], Planned) is None
    person = mark(Meeting.model_fields["recorder"], Ref)
    assert person is not None
    assert person.kind == "person"


def problems(**changes: Any) -> list[str]:
    raw = {**b.branch(), "records": {"member": b.members()}, **changes}
    with pytest.raises(BadInput) as caught:
        read_parcel(json.dumps(raw).encode(), "甲.json", KINDS, BUREAU_KINDS)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "orglife-dossier/2"}, "甲.json的格式（format）是“orglife-dossier/2”，认得的是 orglife-dossier/1 和 orglife-bureau/1。"),
        ({"campaign": ""}, "甲.json的 campaign：缺少方案代号，请补上。"),
        ({"campaign": 5}, "甲.json的 campaign：缺少方案代号，请补上。"),
        ({"branch": None}, "甲.json的 branch：缺少这一项，请补上。"),
        ({"branch": []}, "甲.json的 branch：应当是一个对象（花括号）。"),
        ({"more": 1}, "甲.json的 more：没有这一项，请核对拼写或删去。"),
        ({"records": []}, "甲.json的 records：应当是一个对象（花括号）。"),
        ({"records": {"odd": []}}, "甲.json的 records.odd：没有这种记录，请核对拼写或删去。"),
        ({"records": {"talk": {}}}, "甲.json的 records.talk：应当是列表（方括号）。"),
        ({"records": {"talk": [5]}}, "甲.json的 records.talk[0]：应当是一个对象（花括号）。"),
        ({"records": {"talk": [{}]}}, "甲.json的 records.talk[0].id：缺少编号（id），请补上。"),
        ({"records": {"talk": [{"id": "t", "date": "2024-2-5"}]}}, "甲.json的 records.talk[0].date：“2024-2-5”不是有效的日期，请写成 2024-02-22 的样子。"),
        ({"records": {"talk": [{"id": "t", "date": "九" * 40}]}}, f"甲.json的 records.talk[0].date：“{'九' * 40}”不是有效的日期，请写成 2024-02-22 的样子。"),
        ({"records": {"talk": [{"id": "t", "date": "九" * 41}]}}, f"甲.json的 records.talk[0].date：“{'九' * 40}…”不是有效的日期，请写成 2024-02-22 的样子。"),
        ({"records": {"talk": [{"id": "t", "participants": ["m1", 2]}]}}, "甲.json的 records.talk[0].participants[1]：应当是文字（加引号）。"),
        ({"records": {"meeting": [{"id": "mt", "recorder": {"unit": "局"}}]}}, "甲.json的 records.meeting[0].recorder.name：缺少这一项，请补上。"),
        ({"records": {"meeting": [{"id": "mt", "recorder": 5}]}}, "甲.json的 records.meeting[0].recorder：应当是党员编号，或外单位人员的姓名和单位。"),
        ({"records": {"tally": [{"id": "ty", "issued": -1}]}}, "甲.json的 records.tally[0].issued：不能小于0。"),
        ({"records": {"talk": [{"id": "t"}, {"id": "t"}]}}, "甲.json的 records.talk：编号“t”用了两次（另一处在 records.talk），请改成不同的编号。"),
        ({"records": {"member": b.members(), "talk": [{"id": "m1"}]}}, "甲.json的 records.talk：编号“m1”用了两次（另一处在 records.member），请改成不同的编号。"),
        ({"records": {"talk": [{"id": "t", "thoughts": "甲\ud800"}]}}, "甲.json的 records.talk[0]"),
    ],
)  # fmt: skip
def test_each_fault_of_a_file_is_named_with_its_place(changes: dict[str, Any], words: str) -> None:
    (problem,) = problems(**changes)
    assert problem == words or problem.startswith(words)


def test_all_faults_of_a_file_are_named_together() -> None:
    assert len(problems(campaign="", branch=None, records={"talk": [{}, {"id": "t", "odd": 1}]})) == 4


def test_a_file_without_records_or_with_blank_lists_is_an_empty_branch() -> None:
    for records in (None, {}, {"talk": None}, {"talk": ""}, {"talk": []}):
        raw = {**b.branch(), "records": records}
        found = read_parcel(json.dumps(raw).encode(), "甲.json", KINDS, BUREAU_KINDS)
        assert not any(found.records.values())
    talks = [{"id": "b", "thoughts": ""}, {"id": "a"}]
    found = read_parcel(json.dumps({**b.branch(), "records": {"talk": talks}}).encode(), "甲.json", KINDS, BUREAU_KINDS)
    assert [talk.id for talk in found.records["talk"]] == ["a", "b"]
    assert found.plain == {("talk", "a"): {"id": "a"}, ("talk", "b"): {"id": "b"}}


def test_a_character_written_as_an_escape_is_looked_at_like_any_other() -> None:
    raw = {**b.branch(), "records": {"talk": [{"id": "t", "thoughts": "甲X乙"}]}}
    for ascii_only in (True, False):
        data = json.dumps(raw, ensure_ascii=ascii_only)
        assert read_parcel(data.encode(), "甲.json", KINDS, BUREAU_KINDS).records["talk"]
        for odd in ("\\u0007", "\ufffe", "\\ufffe"):
            with pytest.raises(BadInput):
                read_parcel(data.replace("X", odd).encode(), "甲.json", KINDS, BUREAU_KINDS)


@pytest.mark.parametrize(
    ("raw", "half"),
    [("\ud800", True), (["甲", ["\udfff"]], True), ({"a": {"\ud800": 1}}, True), ({"a": "\ud800"}, True), ({"a": ["甲"]}, False), (5, False), (None, False)],
)  # fmt: skip
def test_half_a_character_is_found_wherever_it_stands(raw: Any, half: bool) -> None:
    assert has_half_characters(raw) is half


BEGUN = {
    "id": "x",
    "place": "二楼",
    "date": "2024-02-20",
    "briefing": {"opinions": "三条"},
    "absent": [{"member": "m1", "approved_on": "2024-02-10"}],
}


def test_what_is_still_blank_of_a_record_and_of_the_parts_that_were_begun() -> None:
    meeting = Meeting.model_validate(BEGUN)
    rest = ["主持人", "记录人", "到会党员", "实际议程", "发言", "会议小结", "记录完成"]
    assert meeting.blanks() == rest
    assert meeting.still_blank() == [*rest[:4], "准备工作", "查摆问题", *rest[4:]]
    assert (meeting.briefing.has_anything(), meeting.summary.has_anything()) == (True, False)


@pytest.mark.parametrize(("channel", "asked"), [("box", False), ("online", False), ("talk", True), (None, True)])
def test_what_another_field_makes_needless_is_not_asked(channel: str | None, asked: bool) -> None:
    opinion = Opinion.model_validate({"id": "x", "channel": channel})
    label = Opinion.model_fields["heard_by"].title
    assert (label in opinion.still_blank()) is asked
    assert label in opinion.blanks()


def test_days_that_may_be_to_come_are_no_recorded_days() -> None:
    assert list(recorded_days(Meeting.model_validate(BEGUN))) == [date(2024, 2, 20), date(2024, 2, 10)]
    assert list(recorded_days(RectItem.model_validate({"id": "x", "due": "2024-06-01", "done_on": "2024-05-01"}))) == [
        date(2024, 5, 1)
    ]
    assert list(recorded_days(Plan.model_validate({"id": "x", "planned_meeting_on": "2024-06-01"}))) == []


def test_all_that_was_entered_is_walked_through_in_order() -> None:
    assert [".".join(map(str, path)) for path, _, _ in walk(Meeting.model_validate(BEGUN))] == [
        "id", "date", "place", "absent", "absent.0.member", "absent.0.approved_on", "briefing", "briefing.opinions",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "places"),
    [
        ("x", [()]),
        ({"id": "x", "recorder": {"unit": "局"}}, [("recorder", "Outsider", "name")]),
        ({"id": "x", "recorder": 3}, [("recorder", "str"), ("recorder", "Outsider")]),
    ],
)
def test_a_person_given_with_a_unit_is_told_about_as_one(raw: Any, places: list[tuple[str, ...]]) -> None:
    with pytest.raises(ValidationError) as told:
        Meeting.model_validate(raw)
    assert [one["loc"] for one in faults(told.value)] == places
