"""What papers print of fields: values in words, blanks, explanations, numbers and days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from orglife.core.paper.block import SEE_EXPLANATION, TO_FILL, Note, Paragraph
from orglife.core.paper.paper import (
    Sheet,
    dash,
    latest,
    numbered,
    period,
    round_mark,
    section,
    stacked,
    subsection,
)
from orglife.core.rule.finding import Explained, Finding, Subject
from orglife.stages.appraisal.record import Tally
from orglife.stages.meeting.record import Meeting
from orglife.stages.opinions.record import Opinion
from orglife.stages.reviews.record import MemberReview
from orglife.stages.talks.rules import RULES
from tests import branch as b

SHEET = Sheet(b.dossier(), b.campaign())


def test_lists_follow_the_strokes_and_strangers_come_last() -> None:
    assert SHEET.ordered(["m1", "gone", "m4", "m1", "lost", "m7"]) == ["m4", "m7", "m1", "gone", "lost"]
    assert SHEET.names(["m1", "m4"]) == "田小禾、魏长河"
    assert SHEET.names([]) == "无"
    assert SHEET.rank("gone") == len(SHEET.order) == 8
    by_id = Sheet(b.dossier(), b.campaign(member_order="id"))
    assert by_id.ordered(["m4", "m1"]) == ["m1", "m4"]


@pytest.mark.parametrize(
    ("fields", "name", "asked", "words"),
    [
        ({"completed": True}, "completed", True, "是"), ({}, "completed", True, "否"),
        ({"place": "二楼"}, "place", True, "二楼"), ({"place": "\n二楼 \n"}, "place", True, "二楼"), ({"place": " 二楼"}, "place", True, " 二楼"),
        ({}, "place", True, TO_FILL), ({}, "place", False, ""), ({}, "date", True, TO_FILL), ({}, "start", True, ""),
        ({"date": "2024-02-20"}, "date", True, "2024年2月20日"), ({"start": "14:30"}, "start", True, "14时30分"),
        ({"mode": "video"}, "mode", True, "视频"), ({"chair": "m1"}, "chair", True, "魏长河"), ({"recorder": {"name": "柏青", "unit": "局"}}, "recorder", True, "柏青（局）"),
        ({"present": ["m1", "m2"]}, "present", True, "魏长河、祝秋实"), ({}, "present", True, "无"), ({"absent": [{"member": "m1"}]}, "absent", True, "无"),
    ],
)  # fmt: skip
def test_a_field_in_words(fields: dict[str, Any], name: str, asked: bool, words: str) -> None:
    record = Meeting.model_validate({"id": "x", **fields})
    assert SHEET.text(record, name, asked=asked) == words


def test_numbers_people_keys_and_the_team() -> None:
    assert SHEET.text(Tally.model_validate({"id": "x", "issued": 7}), "issued") == "7"
    assert SHEET.text(Tally.model_validate({"id": "x"}), "issued") == "0"
    assert SHEET.text(Opinion.model_validate({"id": "x", "target": "team"}), "target") == "支部班子"
    assert SHEET.text(Opinion.model_validate({"id": "x", "target": "m1"}), "target") == "魏长河"
    review = MemberReview.model_validate({"id": "x", "none_declared": ["ideals"]})
    assert SHEET.text(review, "none_declared") == b.campaign().label("ideals")


EXPLAINED = Explained(reason="因病", by="m1", date=None)


def finding(field: str | None, ident: str, explained: Explained | None = EXPLAINED) -> Finding:
    """A finding about a field of a record."""
    one = b.findings(RULES, b.dossier(b.changed(b.branch(), put={"talk/t01/place": ""}, remove=["talk/t02"])))[0]
    return replace(one, field=field, subjects=(Subject("meeting", ident, ""),), explained=explained)


@pytest.mark.parametrize(
    ("field", "ident", "explained", "printed"),
    [
        ("place", "x", EXPLAINED, SEE_EXPLANATION), (None, "x", EXPLAINED, SEE_EXPLANATION), ("place", "x", None, TO_FILL),
        ("date", "x", EXPLAINED, TO_FILL), ("place", "y", EXPLAINED, TO_FILL), ("place", "", EXPLAINED, TO_FILL),
    ],
)  # fmt: skip
def test_a_blank_that_is_explained_points_to_the_explanation(
    field: str | None, ident: str, explained: Explained | None, printed: str
) -> None:
    sheet = replace(SHEET, findings=(finding(field, ident, explained),))
    assert sheet.text(Meeting.model_validate({"id": "x"}), "place") == printed


@pytest.mark.parametrize(
    ("field", "ident", "printed"),
    [
        ("reason", "x", SEE_EXPLANATION),
        ("reason", "g1", SEE_EXPLANATION),
        ("guests", "x", TO_FILL),
        ("briefing", "x", TO_FILL),
    ],
)
def test_a_blank_of_a_part_is_explained_by_its_own_id_or_its_records(field: str, ident: str, printed: str) -> None:
    meeting = Meeting.model_validate({"id": "x", "guests": [{"id": "g1"}]})
    sheet = replace(SHEET, findings=(finding(field.replace("reason", "name"), ident),))
    assert sheet.text(meeting, "name", part=meeting.guests[0]) == printed
    whole = replace(SHEET, findings=(finding(field, "x"),))
    assert whole.text(meeting, "opinions", part=meeting.briefing) == (
        SEE_EXPLANATION if field == "briefing" else TO_FILL
    )


def test_explanations_of_some_rules_are_limited_to_their_subjects() -> None:
    said = [
        {"id": "e1", "rule": "TALK-01", "reason": "甲", "subjects": ["m1"]}, {"id": "e2", "rule": "TALK-01", "reason": "乙", "subjects": ["m2"]},
        {"id": "e3", "rule": "TALK-01", "reason": "丙"}, {"id": "e4", "rule": "TALK-02", "reason": "丁", "subjects": ["m1"]},
    ]  # fmt: skip
    sheet = Sheet(b.dossier(b.changed(b.branch(), add={"explanation": said})), b.campaign())

    def reasons(*ids: str) -> list[str]:
        notes = [note for note in sheet.explanations(["TALK-01"], ids) if isinstance(note, Note)]
        return [note.text for note in notes]

    assert reasons() == ["情况说明：甲", "情况说明：乙", "情况说明：丙"]
    assert reasons("m1") == ["情况说明：甲", "情况说明：丙"]
    titled = replace(sheet, findings=(replace(finding(None, "x"), rule="TALK-01", title="谈得少"),))
    assert titled.explanations(["TALK-01"], ["m2"])[0].text == "情况说明（谈得少）：乙"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("day", "start", "end", "words"),
    [
        ("2024年2月6日", time(16, 30), time(17, 10), "2024年2月6日 16时30分至17时10分"), ("2024年2月6日", time(16, 30), None, "2024年2月6日 16时30分"),
        ("2024年2月6日", None, time(17, 10), "2024年2月6日 至17时10分"), ("2024年2月6日", None, None, "2024年2月6日"), ("", time(9), None, "9时"),
    ],
)  # fmt: skip
def test_a_day_with_its_hours(day: str, start: time | None, end: time | None, words: str) -> None:
    assert period(day, start, end) == words


def test_numbers_of_headings_and_items_rounds_and_days() -> None:
    assert (section(2, "基本要求"), subsection(11, "会前安排")) == ("二、基本要求", "（十一）会前安排")
    assert [numbered(3, text) for text in ("9月", "九月", "")] == ["3. 9月", "3.九月", "3."]
    assert [round_mark(number) for number in (0, 1, 2)] == ["", "", "（第2轮）"]
    assert stacked("2024年2月6日（农历年初）") == "2024年\n2月6日（农历年初）"
    assert (dash(""), dash("甲")) == ("—", "甲")
    assert latest(date(2024, 2, 6), None, date(2024, 2, 20), date(2024, 1, 1)) == "2024年2月20日"
    assert latest(None) == latest() == ""


@pytest.mark.parametrize(
    ("title", "texts", "recipient", "draft"),
    [("题", ["好"], "", False), ("题", ["好", f"时间{TO_FILL}"], "", True), (TO_FILL, ["好"], "", True), ("题", ["好"], TO_FILL, True)],
)  # fmt: skip
def test_a_paper_is_a_draft_while_any_text_is_to_be_filled_in(
    title: str, texts: list[str], recipient: str, draft: bool
) -> None:
    paper = SHEET.document("F9", [title], [Paragraph(text=one) for one in texts], recipient=recipient)
    assert paper.draft is draft
    assert (paper.subtitle, paper.about, paper.page) == (SHEET.dossier.branch.name, "", "P")


def test_a_paper_names_its_person_or_day_unless_there_is_only_one() -> None:
    assert SHEET.document("F6", ["题"], [], subject="m1").about == "魏长河"
    assert SHEET.document("F6", ["题"], [], subject="m1", one=True).about == ""
    assert SHEET.document("F6", ["题"], [], subtitle="").subtitle == ""
    assert (
        SHEET.document("F6", ["题"], [], subject="t01").about
        == SHEET.dossier.label(SHEET.dossier.index["t01"]).partition("（")[2][:-1]
    )
