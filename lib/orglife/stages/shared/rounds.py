"""Rounds of meeting and appraisal: which one is in force, and the day everything is measured by.

A redo order annuls a round; the new one stands beside it and rules read the latest.
"""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from orglife.core.record.dossier import Dossier
from orglife.core.record.memo import memoized
from orglife.core.record.record import Record, RoundRecord
from orglife.stages.appraisal.record import Grade, GradeMeeting, Tally
from orglife.stages.meeting.record import Criticism, Guest, Meeting, SuperiorComment
from orglife.stages.report.record import RedoOrder

R = TypeVar("R", bound=RoundRecord)


def of_round(dossier: Dossier, kind: type[R], number: int) -> list[R]:
    """The records of a type that belong to a round, by id."""
    return [r for r in dossier.all(kind) if r.round == number]


def _later(records: list[R]) -> R | None:
    return max(records, key=lambda r: (getattr(r, "date", None) or date.min, r.id), default=None)


@memoized
def round_in_force(dossier: Dossier) -> int:
    """The highest round of Meeting, Tally and GradeMeeting; 1 when there is none."""
    kinds: tuple[type[RoundRecord], ...] = (Meeting, Tally, GradeMeeting)
    return max((r.round for kind in kinds for r in dossier.all(kind)), default=1)


@memoized
def meeting_in_force(dossier: Dossier) -> Meeting | None:
    """The Meeting with the highest round not above the round in force (a redo of the appraisal alone inherits it)."""
    return max(dossier.all(Meeting), key=lambda m: (m.round, m.date or date.min, m.id), default=None)


def meeting_day(dossier: Dossier) -> date | None:
    """``D`` for all checkpoints but prep: the day of the meeting in force."""
    meeting = meeting_in_force(dossier)
    return meeting.date if meeting else None


@memoized
def first_meeting_day(dossier: Dossier) -> date | None:
    """``D`` for prep: the day of the first round's meeting."""
    meetings = dossier.all(Meeting)
    if not meetings:
        return None
    first = min(m.round for m in meetings)
    meeting = _later(of_round(dossier, Meeting, first))
    return meeting.date if meeting else None


def before(dossier: Dossier, record: Record) -> bool:
    """Whether something was in time for the first meeting; the same day is in order, a blank day is not held against it."""
    day, when = first_meeting_day(dossier), getattr(record, "date", None)
    return day is None or when is None or when <= day


@memoized
def tally_in_force(dossier: Dossier) -> Tally | None:
    """The tally of the round in force."""
    return _later(of_round(dossier, Tally, round_in_force(dossier)))


@memoized
def grade_meeting_in_force(dossier: Dossier) -> GradeMeeting | None:
    """The grade meeting of the round in force."""
    return _later(of_round(dossier, GradeMeeting, round_in_force(dossier)))


@memoized
def grades_in_force(dossier: Dossier) -> dict[str, Grade]:
    """The grades of the round in force by member id; of two for one member the larger id counts."""
    return {g.member: g for g in of_round(dossier, Grade, round_in_force(dossier)) if g.member}


def criticisms_in_force(dossier: Dossier) -> list[Criticism]:
    """The criticisms of the meeting in force."""
    meeting = meeting_in_force(dossier)
    return of_round(dossier, Criticism, meeting.round) if meeting else []


def comments_in_force(dossier: Dossier) -> list[SuperiorComment]:
    """The comments made at the meeting in force by its guests of capacity superior."""
    meeting = meeting_in_force(dossier)
    if meeting is None:
        return []
    superiors = {g.id for g in meeting.guests if g.capacity == "superior"}
    return [c for c in of_round(dossier, SuperiorComment, meeting.round) if c.author in superiors]


def guest(dossier: Dossier, ident: str) -> Guest | None:
    """The guest of that id in any meeting."""
    found = dossier.index.get(ident)
    return found if isinstance(found, Guest) else None


def held_rounds(dossier: Dossier) -> set[int]:
    """Rounds of which anything was held: a meeting, a ballot, a grading."""
    kinds: tuple[type[RoundRecord], ...] = (Meeting, Tally, GradeMeeting)
    return {r.round for kind in kinds for r in dossier.all(kind)}


def round_on(dossier: Dossier, day: date | None) -> int:
    """The round that somebody who came on a day came to: 1, or the one that the last order before that day asked for."""
    orders = [o for o in dossier.all(RedoOrder) if o.round is not None]
    asked = [o.round + 1 for o in orders if o.round is not None and (day is None or o.date is None or o.date <= day)]
    return max(asked, default=1)


def ordered_again(dossier: Dossier, number: int) -> bool:
    """Whether a redo order asked for this round: campaign date limits do not apply to it."""
    return any((o.round or 1) + 1 == number for o in dossier.all(RedoOrder))


def round_to_fill(dossier: Dossier, kind: type[Record]) -> int:
    """The round that a new entry of a type belongs to: 1, or the one that the last redo order asked for.

    An order of scope ``appraisal`` leaves meeting, criticism and comment as they are.
    """
    orders = [o for o in dossier.all(RedoOrder) if o.round is not None]
    if kind in (Meeting, Criticism, SuperiorComment):
        orders = [o for o in orders if o.scope == "whole"]
    return max((o.round + 1 for o in orders if o.round is not None), default=1)
