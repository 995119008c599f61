"""What a paper prints of values: names in their order, days, blanks and their explanations."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from orglife.core.paper.block import SEE_EXPLANATION, TO_FILL, Heading, Paragraph
from orglife.core.paper.paper import Sheet, dash, latest, numbered, period, round_mark, section, stacked, subsection
from orglife.core.rule.finding import Subject
from orglife.stages.appraisal.record import Grade
from orglife.stages.meeting.record import Meeting
from tests import branch as b
from tests.home.before import EXPLAINED, finding


def meeting() -> Meeting:
    return b.dossier().all(Meeting)[0]


def of(*ids: str) -> tuple[Subject, ...]:
    """What a finding is about."""
    return tuple(Subject("", ident, "") for ident in ids)


@pytest.mark.parametrize(
    ("about", "shown"),
    [
        ({}, SEE_EXPLANATION),
        ({"field": None}, SEE_EXPLANATION),  # it is about the whole record
        ({"field": "chair"}, TO_FILL),
        ({"explained": None}, TO_FILL),
        ({"subjects": of("st")}, TO_FILL),
        ({"subjects": of("st", "mt")}, SEE_EXPLANATION),
    ],
)
def test_a_blank_field_is_to_be_filled_or_explained(about: dict[str, Any], shown: str) -> None:
    usual = {"field": "place", "subjects": of("mt"), "explained": EXPLAINED}
    sheet = Sheet(b.dossier(), b.campaign(), [finding(**{**usual, **about})])
    assert sheet.blank(meeting(), "place") == shown


@pytest.mark.parametrize(
    ("field", "shown"), [("summary", SEE_EXPLANATION), ("text", SEE_EXPLANATION), ("briefing", TO_FILL)]
)
def test_a_blank_in_a_part_is_explained_for_the_part(field: str, shown: str) -> None:
    sheet = Sheet(b.dossier(), b.campaign(), [finding(field=field, subjects=of("mt"), explained=EXPLAINED)])
    held = meeting()
    assert sheet.blank(held, "text", held.summary) == shown


def test_an_explanation_about_a_member_is_one_about_the_members_record() -> None:
    grade = b.dossier().all(Grade)[0]
    for member, shown in (("m1", SEE_EXPLANATION), ("m2", TO_FILL)):
        about = finding(field="opinion", subjects=of(member), explained=EXPLAINED)
        assert Sheet(b.dossier(), b.campaign(), [about]).blank(grade, "opinion") == shown


def test_people_are_named_in_the_order_of_lists() -> None:
    sheet = Sheet(b.dossier(), b.campaign())
    assert sheet.names(["m1", "m4", "m1", "m3"]) == "田小禾、冉书砚、魏长河"
    assert sheet.names([]) == "无"
    assert sheet.ordered(["x", "m1", "a", "m4"]) == ["m4", "m1", "x", "a"]
    assert Sheet(b.dossier(), b.campaign(member_order="id")).ordered(["m4", "m1"]) == ["m1", "m4"]


def explained(*subjects: str, rules: list[str], about: list[str]) -> list[str]:
    answer = {"id": "e", "rule": "MEET-05", "subjects": [*subjects], "reason": "出差", "by": "m2", "date": "2024-03-05"}
    sheet = Sheet(b.dossier(b.changed(b.branch(), add={"explanation": [answer]})), b.campaign())
    return [text for block in sheet.explanations(rules, about) for text in block.texts()]


@pytest.mark.parametrize(
    ("subjects", "rules", "about", "printed"),
    [
        (["m6"], ["MEET-05"], [], True),
        (["m6"], ["MEET-04"], [], False),
        (["m6"], ["MEET-05"], ["m6"], True),
        (["m6"], ["MEET-05"], ["m5"], False),
        ([], ["MEET-05"], ["m5"], True),  # it is about all
    ],
)
def test_explanations_of_some_rules_about_somebody(
    subjects: list[str], rules: list[str], about: list[str], printed: bool
) -> None:
    assert explained(*subjects, rules=rules, about=about) == (["情况说明：出差"] if printed else [])


def test_a_paper_is_a_draft_while_anything_is_to_be_filled_in() -> None:
    sheet = Sheet(b.dossier(), b.campaign())
    done, left = Paragraph(text="做了"), Heading(text=f"地点：{TO_FILL}")
    assert not sheet.document("F9", ["记录"], [done]).draft
    assert sheet.document("F9", ["记录"], [done, left]).draft
    assert sheet.document("F9", [TO_FILL], [done]).draft
    assert sheet.document("F9", ["记录"], [done], recipient=TO_FILL).draft


@pytest.mark.parametrize(
    ("subject", "one", "about"),
    [
        ("mt", False, "2024年2月20日"),
        ("m1", False, "魏长河"),
        ("mt", True, ""),
        ("", False, ""),
        ("nothing", False, ""),
    ],
)
def test_a_paper_is_told_apart_by_the_day_or_the_person(subject: str, one: bool, about: str) -> None:
    assert Sheet(b.dossier(), b.campaign()).document("F9", ["记录"], [], subject=subject, one=one).about == about


def test_the_branch_stands_under_the_title_unless_something_else_does() -> None:
    sheet = Sheet(b.dossier(), b.campaign())
    assert sheet.document("F9", ["记录"], []).subtitle == "测试局机关党支部"
    assert sheet.document("F9", ["记录"], [], subtitle="").subtitle == ""


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (None, None, "某日"),
        (time(9), None, "某日 9时"),
        (time(9, 30), time(17, 10), "某日 9时30分至17时10分"),
        (None, time(17), "某日 至17时"),
    ],
)
def test_a_day_with_its_hours(start: time | None, end: time | None, words: str) -> None:
    assert period("某日", start, end) == words


def test_the_small_parts_of_papers() -> None:
    assert (section(12, "其他"), subsection(1, "学习")) == ("十二、其他", "（一）学习")
    assert stacked("2024年2月6日、2025年3月1日") == "2024年\n2月6日、2025年3月1日"
    assert [numbered(3, text) for text in ("9月", "九月", "")] == ["3. 9月", "3.九月", "3."]
    assert [dash(text) for text in ("", "字")] == ["—", "字"]
    assert [round_mark(number) for number in (1, 2)] == ["", "（第2轮）"]
    assert latest(None, date(2024, 3, 5), date(2024, 2, 6)) == "2024年3月5日"
    assert latest(None) == latest() == ""
