"""Hints beside a field: days of the roster that do not fit. They hold nothing up, and import takes such entries in."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.form.form import RecordForm
from orglife.core.record.branch import Explanation, Member
from orglife.core.record.record import Record
from orglife.desk.ports import BranchChoices, StorePort
from orglife.office.office import Office
from orglife.stages.appraisal.record import GradeMeeting
from orglife.stages.meeting.record import Meeting
from orglife.stages.plan.record import Plan
from orglife.stages.shared.hints import hints
from orglife.stages.study.record import Study
from orglife.stages.talks.record import Talk
from tests import branch as b
from tests.conftest import run

DAY = date(2024, 3, 8)
LEFT = {"member/m5/left_on": "2024-02-20"}


@pytest.mark.parametrize(
    ("joined", "left", "said"),
    [
        ("2024-02-10", "2024-02-10", True),
        ("2024-02-10", "2024-02-09", True),
        ("2024-02-10", "2024-02-11", False),
        ("", "2024-02-01", False),
        ("2024-02-10", "", False),
    ],
)
def test_a_member_who_left_before_coming(joined: str, left: str, said: bool) -> None:
    member = Member.model_validate({**b.members()[4], "joined_on": joined, "left_on": left})
    assert bool(hints(member, b.dossier()).get("left_on")) is said


GROUP = {"group": "一组", "present": ["m5"], "chair": "m1", "speeches": []}


@pytest.mark.parametrize(
    ("kind", "raw", "fields"),
    [
        (Study, {"date": "2024-02-19", "attendees": ["m5"]}, []),
        (Study, {"date": "2024-02-20", "attendees": ["m4", "m5"]}, ["attendees"]),
        (Study, {"attendees": ["m5"]}, []),
        (Study, {"date": "2024-02-20", "attendees": ["m99"]}, []),  # somebody whom the roster no longer has
        (Study, {"date": "2024-02-19", "makeup": [{"member": "m5", "date": "2024-02-21"}]}, ["makeup"]),
        (GradeMeeting, {"date": "2024-02-21", "present": ["m1", "m5"]}, ["present"]),
        (Meeting, {"date": "2024-02-20", "present": ["m5", "m9"]}, ["present"]),
        (Meeting, {"date": "2024-02-20", "absent": [{"member": "m5", "reason": "病假"}]}, ["absent"]),
        (Meeting, {"date": "2024-02-20", "speeches": [{"member": "m5", "order": 1}]}, ["speeches"]),
        (Meeting, {"date": "2024-02-20", "groups": [{**GROUP, "date": "2024-02-19"}]}, []),
        (Meeting, {"date": "2024-02-19", "groups": [{**GROUP, "date": "2024-02-20"}]}, ["groups"]),
        (Meeting, {"date": "2024-02-19", "groups": [GROUP]}, []),
        (Meeting, {"date": "2024-02-20", "groups": [GROUP]}, ["groups"]),
    ],
)
def test_somebody_who_is_not_in_the_branch_that_day(kind: type[Record], raw: dict[str, Any], fields: list[str]) -> None:
    found = hints(kind.model_validate({"id": "x", **raw}), b.dossier(b.changed(b.branch(), put=LEFT)))
    assert list(found) == fields
    for sentences in found.values():
        assert len(sentences) == 1
        assert "陆望舒" in sentences[0]
        assert "田小禾" not in sentences[0]


@pytest.mark.parametrize(
    ("kind", "raw", "said"),
    [
        (Study, {"date": "2024-03-09"}, {"date": "2024年3月9日还没有到"}),
        (Study, {"date": "2024-03-08"}, {}),
        (Plan, {"planned_meeting_on": "2024-06-01"}, {}),
        (Study, {"date": "2024-02-20", "makeup": [{"member": "m4", "date": "2024-02-19"}]}, {"makeup": "早于这次学习"}),
        (Talk, {"date": "2024-02-20", "participants": ["m4"]}, {"participants": "只有一人"}),
        (Talk, {"date": "2024-02-20", "participants": ["m4", "m3"]}, {}),
    ],
)
def test_what_can_hardly_be_meant(kind: type[Record], raw: dict[str, Any], said: dict[str, str]) -> None:
    found = hints(kind.model_validate({"id": "x", **raw}), b.dossier(as_of=DAY))
    assert list(found) == list(said)
    for path, words in said.items():
        assert words in found[path][0]


def test_what_is_explained_is_told_in_words() -> None:
    known = Explanation.model_validate({"id": "x", "rule": "TALK-01", "subjects": ["m1", "m2"]})
    assert hints(known, b.dossier())["reason"] == ["要说明的是：班子成员之间有未谈的；涉及魏长河、祝秋实。"]
    odd = Explanation.model_validate({"id": "x", "rule": "TALK-99"})
    assert "没有写明说明的是哪一条" in hints(odd, b.dossier())["reason"][0]
    assert hints(Explanation(id="x"), b.dossier()) == {}


def test_import_takes_them_in_and_the_form_says_so_without_holding_up(filled: Path, tmp_path: Path) -> None:
    source = tmp_path / "moved.json"
    put = {**LEFT, "member/m4/joined_on": "2024-03-05", "member/m4/left_on": "2024-03-01"}
    source.write_text(json.dumps(b.changed(b.branch(), put=put)), encoding="utf-8")
    assert run("import", str(filled), str(source)) == 0
    with Office.open(filled) as office:

        def form(kind: type[Record]) -> RecordForm:
            choices = BranchChoices(office, "t01", DAY, DAY)
            port = StorePort(office, "t01", kind, DAY)
            return RecordForm(kind, port, choices=choices, hints=lambda r: hints(r, office.dossier("t01", DAY)))

        roster = form(Member)
        roster.open("m4")
        assert "转出日期不晚于转入日期" in roster.field("left_on").note.value
        roster.field("group").w.value = "一组"
        assert roster.page.status.value.count("✓")
        roster.open("m3")
        assert "转出日期不晚于" not in roster.field("left_on").note.value
        meeting = form(Meeting)
        meeting.open("mt")
        for field in ("present", "speeches"):
            note = meeting.field(field).note.value
            assert "田小禾、陆望舒在2024年2月20日不在本支部" in note
            assert "of-hint" in note
            assert "of-err" not in note
        meeting.field("place").w.value = "三楼"
        assert "✓" in meeting.page.status.value
        assert office.dossier("t01", DAY).index["mt"].place == "三楼"  # type: ignore[attr-defined]
