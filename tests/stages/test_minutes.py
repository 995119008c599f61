"""While the minutes are being entered, what is not typed yet is one line; what is wrong is said all the same."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from orglife.core.rule.rule import Kind
from orglife.stages import RULES
from tests import branch as b

PARTS = ("agenda_done", "briefing", "speeches", "summary")
LATE = date(2026, 12, 1)


def entered(*parts: str, completed: bool = False, more: tuple[str, ...] = (), **changes: Any) -> dict[str, Any]:
    """The branch with minutes that hold attendance and these parts, and of later records only ``more``."""
    raw = b.branch()
    meeting = raw["records"]["meeting"][0]
    for part in PARTS:
        if part not in parts:
            meeting.pop(part)
    meeting["completed"] = completed
    meeting.update(changes)
    later = ("criticism", "superior_comment", "tally", "grade_meeting", "grade", "rect_item", "rect_list", "pledge")
    for kind in (*later, "publication", "filing", "report"):
        if kind not in more:
            raw["records"].pop(kind, None)
    return raw


def counted(raw: dict[str, Any], as_of: date = LATE) -> Counter[tuple[str, str]]:
    """Stage and rule of what counts and is due."""
    found = b.findings(RULES, b.dossier(raw, as_of=as_of), b.campaign())
    return Counter((f.stage, f.rule) for f in found if f.due and f.severity.value != "info")


def of_stage(stage: str, counts: Counter[tuple[str, str]]) -> dict[str, int]:
    return {rule: number for (where, rule), number in counts.items() if where == stage}


def test_with_attendance_alone_each_page_says_one_thing() -> None:
    counts = counted(entered())
    assert of_stage("meeting", counts) == {"MEET-25": 1}
    assert of_stage("appraisal", counts) == {"VOTE-01": 1}
    assert of_stage("rectification", counts) == {"RECT-01": 1}
    done = counted(entered(completed=True))
    assert of_stage("meeting", done)["MEET-09"] == len(b.PRESENT), "once the record is complete each member is named"
    assert of_stage("appraisal", done)["GRADE-01"] > 1
    assert of_stage("rectification", done)["RECT-03"] > 1


@pytest.mark.parametrize("part", PARTS)
def test_each_part_that_is_typed_leaves_the_line(part: str) -> None:
    def line(raw: dict[str, Any]) -> str:
        (found,) = (f for f in b.findings(RULES, b.dossier(raw), b.campaign()) if f.rule == "MEET-25")
        return found.message

    before, after = line(entered()), line(entered(part))
    assert len(after) < len(before)
    assert (
        set(after.removesuffix("。").split("；")) <= set(before.removesuffix("。").split("；")) or part == "agenda_done"
    )


@pytest.mark.parametrize("part", ["preparation", "opinions", "problems"])
def test_a_briefing_with_one_passage_is_no_blank_part(part: str) -> None:
    """One part that is wholly blank was rather left out; two are still being typed."""
    begun = entered("agenda_done", "speeches", "summary", more=("criticism",), briefing={part: "已经核实"})
    assert "MEET-25" not in of_stage("meeting", counted(begun))
    begun["records"]["meeting"][0].pop("briefing")
    assert "MEET-25" in of_stage("meeting", counted(begun))


def test_half_the_speeches_name_only_who_is_left() -> None:
    speeches = b.branch()["records"]["meeting"][0]["speeches"][:-2]
    (found,) = (
        f
        for f in b.findings(RULES, b.dossier(entered(speeches=speeches)), b.campaign())
        if f.rule in ("MEET-25", "MEET-09")
    )
    left = [b.dossier().name(each) for each in b.PRESENT[-2:]]
    assert f"{'、'.join(left)}的自我批评" in found.message


def test_what_is_wrong_is_said_while_the_rest_is_typed() -> None:
    raw = entered("agenda_done", chair="m4", date="2024-03-01", summary={"by": "m4", "text": "三月底前逐条落实"})
    assert {"MEET-02", "MEET-03", "MEET-13", "MEET-25"} <= set(of_stage("meeting", counted(raw)))


def test_too_few_present_is_said_at_once() -> None:
    assert set(of_stage("meeting", counted(entered(present=["m1"], absent=[])))) == {"MEET-04", "MEET-25"}


def test_grades_that_are_begun_are_checked_member_by_member() -> None:
    raw = entered(more=("grade",))
    del raw["records"]["grade"][3:]
    assert of_stage("appraisal", counted(raw))["GRADE-01"] > 1


def test_a_line_that_is_not_due_yet_is_one_thing_to_do() -> None:
    day = b.dossier().index["mt"].date + timedelta(days=1)  # type: ignore[attr-defined]
    found = b.findings(RULES, b.dossier(entered(), as_of=day), b.campaign())
    missing = [f.rule for f in found if f.stage == "meeting" and f.kind is Kind.MISSING and f.severity.value != "info"]
    assert missing == ["MEET-25"]


def test_what_the_plan_does_not_ask_for_is_not_waited_for() -> None:
    demands = {
        key: one for key, one in b.campaign().demands.items() if key not in ("meeting.comment", "meeting.summary")
    }
    agenda = [key for key in b.campaign().agenda if key not in ("comment", "summary")]
    campaign = b.campaign(demands={key: one.model_dump(mode="json") for key, one in demands.items()}, agenda=agenda)
    (found,) = (f for f in b.findings(RULES, b.dossier(entered()), campaign) if f.rule == "MEET-25")
    assert "上级点评" not in found.message
    assert "会议小结" not in found.message
