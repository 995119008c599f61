"""Rounds of meeting and appraisal: which round is in force, and the meeting day used for comparisons.

A redo order annuls a round; the new round is stored beside it, and rules read the latest.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    """The records of a type that belong to a round, in order of ids."""
    return [r for r in dossier.all(kind) if r.round == number]


def _latest(records: list[R]) -> R | None:
    return max(records, key=lambda r: (getattr(r, "date", None) or date.min, r.id), default=None)


@memoized
def round_in_force(dossier: Dossier) -> int:
    """The highest round of Meeting, Tally and GradeMeeting; 1 when none exists."""
    return max(held_rounds(dossier), default=1)


@memoized
def meeting_in_force(dossier: Dossier) -> Meeting | None:
    """The Meeting with the highest round; a redo of the appraisal alone keeps the earlier meeting."""
    return max(dossier.all(Meeting), key=lambda m: (m.round, m.date or date.min, m.id), default=None)


def meeting_day(dossier: Dossier) -> date | None:
    """``D`` for all checkpoints except prep: the day of the meeting in force."""
    meeting = meeting_in_force(dossier)
    return meeting.date if meeting else None


@memoized
def first_meeting_day(dossier: Dossier) -> date | None:
    """``D`` for prep: the day of the first round's meeting."""
    meetings = dossier.all(Meeting)
    if not meetings:
        return None
    first = min(m.round for m in meetings)
    meeting = _latest(of_round(dossier, Meeting, first))
    return meeting.date if meeting else None


def before(dossier: Dossier, record: Record) -> bool:
    """Whether a record is dated no later than the first meeting; the same day is in time, so is a blank date."""
    day, when = first_meeting_day(dossier), getattr(record, "date", None)
    return day is None or when is None or when <= day


@memoized
def tally_in_force(dossier: Dossier) -> Tally | None:
    """The tally of the round in force."""
    return _latest(of_round(dossier, Tally, round_in_force(dossier)))


@memoized
def grade_meeting_in_force(dossier: Dossier) -> GradeMeeting | None:
    """The grade meeting of the round in force."""
    return _latest(of_round(dossier, GradeMeeting, round_in_force(dossier)))


@memoized
def grades_in_force(dossier: Dossier) -> dict[str, Grade]:
    """The grades of the round in force by member id; if a member has two grades, the larger record id wins."""
    return {g.member: g for g in of_round(dossier, Grade, round_in_force(dossier)) if g.member}


def criticisms_in_force(dossier: Dossier) -> list[Criticism]:
    """The criticisms of the meeting in force."""
    meeting = meeting_in_force(dossier)
    return of_round(dossier, Criticism, meeting.round) if meeting else []


def comments_in_force(dossier: Dossier) -> list[SuperiorComment]:
    """The comments at the meeting in force by guests with capacity superior."""
    meeting = meeting_in_force(dossier)
    if meeting is None:
        return []
    superiors = {g.id for g in meeting.guests if g.capacity == "superior"}
    return [c for c in of_round(dossier, SuperiorComment, meeting.round) if c.author in superiors]


def guest(dossier: Dossier, ident: str) -> Guest | None:
    """The guest with this id, from any meeting."""
    entry = dossier.index.get(ident)
    return entry if isinstance(entry, Guest) else None


def held_rounds(dossier: Dossier) -> set[int]:
    """Rounds that have a meeting, a ballot or a grade meeting."""
    kinds: tuple[type[RoundRecord], ...] = (Meeting, Tally, GradeMeeting)
    return {r.round for kind in kinds for r in dossier.all(kind)}


def round_on(dossier: Dossier, day: date | None) -> int:
    """The round that a visit on a day belongs to: 1, or the round after the last redo order up to that day."""
    return _after(o for o in dossier.all(RedoOrder) if day is None or o.date is None or o.date <= day)


def _after(orders: Iterable[RedoOrder]) -> int:
    """The round after the last one that the orders annul; 1 without any."""
    return max((order.round + 1 for order in orders if order.round is not None), default=1)


def ordered_again(dossier: Dossier, number: int) -> bool:
    """Whether a redo order created this round; campaign date limits do not apply to such a round."""
    return any((o.round or 1) + 1 == number for o in dossier.all(RedoOrder))


def round_to_fill(dossier: Dossier, kind: type[Record]) -> int:
    """The round that a new record of a type belongs to: 1, or the round that the last redo order created.

    An order with scope ``appraisal`` does not affect meeting, criticism and comment.
    """
    of_meeting = kind in (Meeting, Criticism, SuperiorComment)
    return _after(o for o in dossier.all(RedoOrder) if o.scope == "whole" or not of_meeting)
