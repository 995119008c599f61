"""Sets of members on a day, as the clauses count them: ALL, FULL, VOTERS, TEAM, GRADED.

A member is in the branch on a day when joined_on ≤ day (or blank) and day < left_on (or blank).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from orglife.core.paper.paper import Sheet
from orglife.core.record.branch import Member
from orglife.core.record.dossier import Dossier
from orglife.core.record.memo import memoized
from orglife.stages.shared.rounds import grades_in_force, meeting_day

TEAM_ROLES = ("secretary", "deputy", "committee")
Members = dict[str, Member]


def in_branch(member: Member, day: date) -> bool:
    """Whether a member belongs to the branch on a day."""
    joined = member.joined_on is None or member.joined_on <= day
    return joined and (member.left_on is None or day < member.left_on)


def excused(member: Member) -> bool:
    """Whether a member is exempt from study, outline and pledge: 核减应到会, 年老体弱 or 失联."""
    return member.quorum_excluded or member.mobile_state in ("frail", "lost")


@dataclass(frozen=True)
class People:
    """The roster on a day; each set maps id to member, in order of ids."""

    dossier: Dossier
    day: date

    @cached_property
    def all(self) -> Members:
        """ALL: in the branch, not suspended."""
        return {m.id: m for m in self.dossier.members.values() if in_branch(m, self.day) and m.status != "suspended"}

    @cached_property
    def full(self) -> Members:
        """FULL: status full or on_probation."""
        return {i: m for i, m in self.all.items() if m.status in ("full", "on_probation")}

    @cached_property
    def voters(self) -> Members:
        """VOTERS: status full, not excluded from 应到会."""
        return {i: m for i, m in self.all.items() if m.status == "full" and not m.quorum_excluded}

    @cached_property
    def team(self) -> Members:
        """TEAM: secretary, deputy, committee."""
        return {i: m for i, m in self.all.items() if m.role in TEAM_ROLES}

    @cached_property
    def ordinary(self) -> Members:
        """ALL − TEAM."""
        return {i: m for i, m in self.all.items() if i not in self.team}

    @cached_property
    def expected(self) -> Members:
        """应到会: ALL without the excluded members."""
        return {i: m for i, m in self.all.items() if not m.quorum_excluded}

    def graded(self, waivers: tuple[str, ...] | list[str]) -> Members:
        """GRADED: FULL without members whose waiver in the round in force is accepted."""
        grades = grades_in_force(self.dossier)
        return {i: m for i, m in self.full.items() if not (i in grades and grades[i].waiver in waivers)}


def people(dossier: Dossier, day: date | None = None) -> People:
    """The roster on the given day, else on the day of the meeting in force, else on the day of the check."""
    when = day or meeting_day(dossier)
    return _people(dossier, None if when is dossier.as_of else when)


@memoized
def _people(dossier: Dossier, day: date | None) -> People:
    """The roster on a day; None = that of the check, which must not be hashed (``core.record.day``)."""
    return People(dossier, day or dossier.as_of)


def roll(sheet: Sheet, day: date | None = None) -> list[Member]:
    """All members on a day, in the order of lists and ballots (the campaign's ``member_order``)."""
    return sorted(people(sheet.dossier, day).all.values(), key=lambda m: sheet.rank(m.id))


def on_roster(dossier: Dossier, idents: Iterable[str]) -> list[str]:
    """Those of the ids that name members, in the order given."""
    return [ident for ident in idents if ident in dossier.members]


def secretaries(dossier: Dossier) -> list[Member]:
    """All members registered as secretary on the day of the check (BRANCH-01, BRANCH-05)."""
    return [m for m in people(dossier, dossier.as_of).all.values() if m.role == "secretary"]


def secretary(dossier: Dossier, day: date | None = None) -> Member | None:
    """The secretary; None unless exactly one is registered (rules that name the secretary are then silent)."""
    if len(secretaries(dossier)) != 1:
        return None
    holders = [m for m in people(dossier, day).all.values() if m.role == "secretary"]
    return holders[0] if len(holders) == 1 else None
