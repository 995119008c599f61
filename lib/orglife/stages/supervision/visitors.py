"""The superior's representatives at a branch's meetings, as the branch recorded them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, ConfigDict

from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Outsider
from orglife.stages.meeting.record import Meeting, SuperiorComment
from orglife.stages.supervision.record import BureauLeader, Supervision


class Visitor(BaseModel):
    """A guest with capacity superior at one meeting; ``commented``: the branch recorded the guest's comment (F13)."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: str
    unit: str
    round: int
    day: date | None
    commented: bool

    def initial_values(self, branch: str, leaders: Iterable[BureauLeader]) -> dict[str, object]:
        """Initial values of a record of the visit (F19), as JSON; the finding is left for the visitor to enter."""
        known = [leader.id for leader in leaders if leader.name == self.name]
        outsider = Outsider(name=self.name, unit=self.unit).model_dump(mode="json", exclude_defaults=True)
        return {
            "leader": known[0] if len(known) == 1 else outsider,
            "branch": branch,
            "round": self.round,
            "date": self.day.isoformat() if self.day else None,
            "commented": self.commented,
        }


def visitors(dossier: Dossier) -> tuple[Visitor, ...]:
    """Visitors by meeting, in the branch's order; guests without a name are skipped."""
    commented = {(c.round, c.author) for c in dossier.all(SuperiorComment)}
    return tuple(
        Visitor(name=g.name, unit=g.unit, round=m.round, day=m.date, commented=(m.round, g.id) in commented)
        for m in dossier.all(Meeting)
        for g in m.guests
        if g.capacity == "superior" and g.name
    )


def find_visit(
    visitor: Visitor, branch: str, visits: Iterable[Supervision], leaders: Iterable[BureauLeader]
) -> Supervision | None:
    """The bureau's record of the visit (same person, branch and round), if any."""
    names = {leader.id: leader.name for leader in leaders}

    def name(visit: Supervision) -> str:
        who = visit.leader
        return who.name if isinstance(who, Outsider) else names.get(who or "", "")

    same = (v for v in visits if v.branch == branch and v.round == visitor.round and name(v) == visitor.name)
    return next(same, None)
