"""Which round is in force, who belongs to the branch on a day, and when each checkpoint falls due."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Record
from orglife.core.rule.rule import BUREAU, CHECKPOINTS
from orglife.stages.appraisal.record import Grade, GradeMeeting, Tally
from orglife.stages.meeting.record import Criticism, Meeting, SuperiorComment
from orglife.stages.shared import due, people, rounds
from orglife.stages.study.record import Study
from tests import branch as b


def dossier(as_of: date = b.AS_OF, **records: list[dict[str, Any]]) -> Dossier:
    """The roster with these records alone."""
    return b.dossier({**b.branch(), "records": {"member": b.members(), **records}}, as_of=as_of)


def of(ident: str, day: str = "", number: int | None = None, **more: Any) -> dict[str, Any]:
    return {"id": ident, "date": day, **({"round": number} if number else {}), **more}


@pytest.mark.parametrize(
    ("meetings", "in_force", "first"),
    [
        ([], None, None),
        ([of("a")], "a", None),
        ([of("a", "2024-02-20"), of("b", "2024-02-19")], "a", "2024-02-20"),
        ([of("a", "2024-02-20"), of("b")], "a", "2024-02-20"),
        ([of("a", "2024-02-20"), of("b", "2024-02-20")], "b", "2024-02-20"),
        ([of("a", "2024-02-20"), of("b", "2024-02-10", 2)], "b", "2024-02-20"),
        ([of("a", "2024-02-25", 3), of("b", "2024-03-10", 2)], "a", "2024-03-10"),
    ],
)
def test_the_meeting_of_the_last_round_is_in_force_and_that_of_the_first_is_the_first(
    meetings: list[dict[str, Any]], in_force: str | None, first: str | None
) -> None:
    found = dossier(meeting=meetings)
    meeting = rounds.meeting_in_force(found)
    assert (meeting.id if meeting else None) == in_force
    assert rounds.meeting_day(found) == (meeting.date if meeting else None)
    assert rounds.first_meeting_day(found) == (date.fromisoformat(first) if first else None)


@pytest.mark.parametrize(
    ("meetings", "day", "in_time"),
    [
        ([of("a", "2024-02-20")], "2024-02-19", True),
        ([of("a", "2024-02-20")], "2024-02-20", True),
        ([of("a", "2024-02-20")], "2024-02-21", False),
        ([of("a", "2024-02-20"), of("b", "2024-02-25", 2)], "2024-02-21", False),
        ([of("a", "2024-02-20")], "", True),
        ([of("a")], "2024-02-21", True),
        ([], "2024-02-21", True),
    ],
)
def test_what_is_dated_after_the_first_meeting_came_too_late(
    meetings: list[dict[str, Any]], day: str, in_time: bool
) -> None:
    assert rounds.before(dossier(meeting=meetings), Study.model_validate(of("s", day))) is in_time


def test_ballot_and_grades_are_those_of_the_highest_round_that_has_any_session() -> None:
    grades = [
        of("g1", member="m1", grade="qualified"),
        of("g2", member="m1", grade="excellent", number=2),
        of("g3", member="m1", grade="basic", number=2),
        of("g4", grade="basic", number=2),
    ]
    tallies = [of("t1"), of("t2", "2024-02-26", 2), of("t3", "2024-02-25", 2), of("t4", number=2)]
    for more, number in (
        ({}, 1),
        ({"tally": tallies[:1]}, 1),
        ({"tally": tallies}, 2),
        ({"meeting": [of("a", number=2)]}, 2),
        ({"grade_meeting": [of("h1", "2024-02-26", 2), of("h2", "2024-02-27", 2)]}, 2),
    ):
        for grade in grades:
            grade.pop("date", None)
        found = dossier(grade=grades, **more)
        assert rounds.round_in_force(found) == number
        assert rounds.held_rounds(found) == ({1, 2} if len(more.get("tally", ())) > 1 else {number} if more else set())
        assert {who: grade.id for who, grade in rounds.grades_in_force(found).items()} == {
            "m1": "g1" if number == 1 else "g3"
        }
        tally, session = rounds.tally_in_force(found), rounds.grade_meeting_in_force(found)
        assert (tally.id if tally else "") == ({1: "t1", 2: "t2"}[number] if "tally" in more else "")
        assert (session.id if session else "") == ("h2" if "grade_meeting" in more else "")


def test_comments_count_if_a_superior_of_the_meeting_in_force_made_them_in_its_round() -> None:
    guests = [
        {"id": "a.g1", "name": "柏青", "capacity": "superior"},
        {"id": "a.g2", "name": "群众", "capacity": "mass"},
    ]
    comments = [
        {"id": "c1", "author": "a.g1", "text": "好"},
        {"id": "c2", "author": "a.g2", "text": "好"},
        {"id": "c3", "author": "a.g1", "text": "好", "round": 2},
    ]
    found = dossier(meeting=[of("a", "2024-02-20", guests=guests)], superior_comment=comments)
    assert [comment.id for comment in rounds.comments_in_force(found)] == ["c1"]
    assert rounds.comments_in_force(dossier(superior_comment=comments)) == []
    guest = rounds.guest(found, "a.g2")
    assert guest is not None
    assert guest.name == "群众"
    assert rounds.guest(found, "a") is rounds.guest(found, "m1") is rounds.guest(found, "a.g9") is None


def test_criticisms_are_those_of_the_round_of_the_meeting_in_force() -> None:
    criticism = [
        {"id": f"c{n}", "author": "m1", "target": "m2", "text": "晚到", **({"round": n} if n > 1 else {})}
        for n in (1, 2, 3)
    ]
    two = dossier(meeting=[of("a"), of("b", number=2)], tally=[of("t", number=3)], criticism=criticism)
    assert [one.id for one in rounds.criticisms_in_force(two)] == ["c2"]
    assert rounds.criticisms_in_force(dossier(criticism=criticism)) == []


ORDERS = [of("r1", "2024-03-01", 1, scope="whole"), of("r2", "2024-03-10", 2, scope="appraisal")]


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2024, 2, 29), 1),
        (date(2024, 3, 1), 2),
        (date(2024, 3, 9), 2),
        (date(2024, 3, 10), 3),
        (None, 3),
    ],
)
def test_a_visit_belongs_to_the_round_after_the_last_order_of_its_day(day: date | None, number: int) -> None:
    assert rounds.round_on(dossier(redo_order=ORDERS), day) == number
    assert rounds.round_on(dossier(redo_order=[{**order, "date": ""} for order in ORDERS]), day) == 3
    assert rounds.round_on(dossier(redo_order=[of("r", "2024-01-01", scope="whole")]), day) in (1, 2)
    assert rounds.round_on(dossier(), day) == 1


@pytest.mark.parametrize(
    ("kind", "of_whole", "of_appraisal"),
    [(Meeting, 2, 1), (Criticism, 2, 1), (SuperiorComment, 2, 1), (Tally, 2, 2), (GradeMeeting, 2, 2), (Grade, 2, 2)],
)
def test_an_order_to_repeat_the_appraisal_alone_opens_no_new_meeting(
    kind: type[Record], of_whole: int, of_appraisal: int
) -> None:
    assert rounds.round_to_fill(dossier(redo_order=ORDERS[:1]), kind) == of_whole
    assert rounds.round_to_fill(dossier(redo_order=[{**ORDERS[0], "scope": "appraisal"}]), kind) == of_appraisal
    assert rounds.round_to_fill(dossier(), kind) == 1


def test_a_round_that_an_order_created_is_known() -> None:
    found = dossier(redo_order=[ORDERS[1]])
    assert [number for number in range(1, 5) if rounds.ordered_again(found, number)] == [3]
    assert [number for number in range(1, 5) if rounds.ordered_again(dossier(redo_order=ORDERS), number)] == [2, 3]
    without = dossier(redo_order=[{"id": "r", "scope": "whole"}])
    assert [number for number in range(1, 5) if rounds.ordered_again(without, number)] == [2]


# --- the roster on a day ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("joined", "left", "days"),
    [
        ("", "", [19, 20, 21]),
        ("2024-02-20", "", [20, 21]),
        ("", "2024-02-20", [19]),
        ("2024-02-20", "2024-02-21", [20]),
        ("2024-02-20", "2024-02-20", []),
    ],
)
def test_a_member_is_in_the_branch_from_the_day_of_coming_to_the_day_before_leaving(
    joined: str, left: str, days: list[int]
) -> None:
    raw = b.changed(b.branch(), put={"member/m4/joined_on": joined, "member/m4/left_on": left})
    found = b.dossier(raw)
    assert [day for day in (19, 20, 21) if people.in_branch(found.members["m4"], date(2024, 2, day))] == days
    assert [day for day in (19, 20, 21) if "m4" in people.people(found, date(2024, 2, day)).all] == days


def sets(member: dict[str, Any]) -> set[str]:
    """The sets that hold a member."""
    raw = b.changed(b.branch(), put={f"member/m4/{name}": value for name, value in member.items()})
    found = people.people(b.dossier(raw))
    names = ("all", "full", "voters", "team", "ordinary", "expected")
    return {name for name in names if "m4" in getattr(found, name)} | (
        {"graded"} if "m4" in found.graded(["lost_contact"]) else set()
    )


@pytest.mark.parametrize(
    ("member", "held"),
    [
        ({}, "all full voters ordinary expected graded"),
        ({"status": "on_probation"}, "all full ordinary expected graded"),
        ({"status": "probationary"}, "all ordinary expected"),
        ({"status": "suspended"}, ""),
        ({"status": ""}, "all ordinary expected"),
        ({"quorum_excluded": True}, "all full ordinary graded"),
        ({"role": "committee"}, "all full voters team expected graded"),
        ({"role": "deputy"}, "all full voters team expected graded"),
        ({"role": "secretary"}, "all full voters team expected graded"),
    ],
)
def test_who_counts_by_status_office_and_exclusion(member: dict[str, Any], held: str) -> None:
    assert sets(member) == set(held.split())


def test_who_is_accepted_as_not_graded_is_not_counted_among_the_graded() -> None:
    raw = b.changed(b.branch(), put={"grade/g4/grade": "", "grade/g4/waiver": "lost_contact"})
    roster = people.people(b.dossier(raw))
    assert set(roster.full) - set(roster.graded(["lost_contact"])) == {"m4"}
    assert set(roster.full) == set(roster.graded([]))


@pytest.mark.parametrize(
    ("member", "exempt"),
    [
        ({}, False),
        ({"quorum_excluded": True}, True),
        ({"mobile_state": "frail"}, True),
        ({"mobile_state": "lost"}, True),
        ({"mobile_state": "mobile"}, False),
        ({"mobile_state": "abroad"}, False),
    ],
)
def test_who_is_exempt_from_study_and_outline(member: dict[str, Any], exempt: bool) -> None:
    raw = b.changed(b.branch(), put={f"member/m4/{name}": value for name, value in member.items()})
    assert people.excused(b.dossier(raw).members["m4"]) is exempt


def test_the_secretary_is_the_only_one_on_the_day_and_today() -> None:
    second = b.dossier(b.changed(b.branch(), put={"member/m2/role": "secretary"}))
    assert [one.id for one in people.secretaries(second)] == ["m1", "m2"]
    assert people.secretary(second) is None
    none = b.dossier(b.changed(b.branch(), put={"member/m1/role": "member"}))
    assert (people.secretaries(none), people.secretary(none)) == ([], None)
    came = b.dossier(b.changed(b.branch(), put={"member/m1/joined_on": "2024-02-25"}))
    assert people.secretary(came) is None, "nobody on the day of the meeting"
    now = people.secretary(came, date(2024, 2, 25))
    assert now is not None
    assert now.id == "m1"
    change = {"member/m1/left_on": "2024-03-01", "member/m2/role": "secretary"}
    assert people.secretary(b.dossier(b.changed(b.branch(), put=change)), date(2024, 2, 25)) is None
    assert people.on_roster(second, ["m3", "m9", "m1"]) == ["m3", "m1"]


# --- checkpoints -----------------------------------------------------------------------------------------------------

END, CLOSED = date(2024, 2, 29), date(2024, 3, 15)
"""Last day for the meeting, and last day for the report, of the campaign in these tests."""


@pytest.mark.parametrize(
    ("as_of", "records", "last"),
    [
        (date(2024, 2, 29), {}, "setup"),
        (date(2024, 3, 1), {}, "prep"),
        (date(2024, 3, 3), {}, "prep"),
        (date(2024, 3, 4), {}, "meeting"),
        (date(2024, 3, 7), {}, "meeting"),
        (date(2024, 3, 8), {}, "rectify"),
        (date(2024, 3, 15), {}, "rectify"),
        (date(2024, 3, 16), {}, "close"),
        (date(2024, 2, 1), {"meeting": [of("a", "2024-02-01")]}, "prep"),
        (date(2024, 2, 1), {"meeting": [of("a", "2024-02-02")]}, "setup"),
        (date(2024, 2, 4), {"meeting": [of("a", "2024-02-01")]}, "prep"),
        (date(2024, 2, 5), {"meeting": [of("a", "2024-02-01")]}, "meeting"),
        (date(2024, 2, 1), {"meeting": [of("a", completed=True)]}, "meeting"),
        (date(2024, 2, 8), {"meeting": [of("a", "2024-02-01", completed=True)]}, "meeting"),
        (date(2024, 2, 9), {"meeting": [of("a", "2024-02-01", completed=True)]}, "rectify"),
        (date(2024, 2, 9), {"meeting": [of("a", "2024-02-01", present=["m1"])]}, "rectify"),
        (date(2024, 2, 9), {"meeting": [of("a", "2024-02-01")]}, "meeting"),
        (date(2024, 2, 1), {"meeting": [of("a")]}, "setup"),
        (date(2024, 2, 1), {"report": [{"id": "rp"}]}, "rectify"),
        (date(2024, 2, 1), {"filing": [{"id": "fl"}]}, "rectify"),
    ],
)
def test_each_checkpoint_falls_due_a_day_after_its_last_day(
    as_of: date, records: dict[str, list[dict[str, Any]]], last: str
) -> None:
    campaign = b.campaign(meeting_end=END, report_by=CLOSED)
    found = due.due_checkpoints(dossier(as_of, **records), campaign)
    names = CHECKPOINTS[: CHECKPOINTS.index(last) + 1]
    assert found == {*names, *([BUREAU] if last == "close" else [])}
    assert due.bureau_due(campaign, as_of) == ({BUREAU} if last == "close" else set())
    assert due.meeting_held(dossier(as_of, **records)) is (
        any(m.get("completed") or "" < m["date"] <= as_of.isoformat() for m in records.get("meeting", []))
    )


def test_without_days_in_the_plan_nothing_falls_due_by_itself() -> None:
    campaign = b.campaign(meeting_end="", finish_by="")
    assert due.due_checkpoints(dossier(date(2030, 1, 1)), campaign) == {CHECKPOINTS[0]}
    assert due.bureau_due(campaign, date(2030, 1, 1)) == frozenset()


@pytest.mark.parametrize("name", [*CHECKPOINTS, BUREAU])
def test_a_checkpoint_asked_for_by_name_brings_all_before_it(name: str) -> None:
    before = {name} if name == BUREAU else {*CHECKPOINTS[: CHECKPOINTS.index(name) + 1]}
    asked = due.due_checkpoints(dossier(), b.campaign(), name)
    assert asked == before | ({BUREAU} if name in ("close", "archive") else set())
    assert due.bureau_due(b.campaign(), b.AS_OF, name) == asked
