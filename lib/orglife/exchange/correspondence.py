"""What the bureau and each branch sent each other: packages, remarks and orders, and whether they were answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from orglife.adapters.store.chain import Revision
from orglife.office.dossiers import FROM_BUREAU
from orglife.office.history import WITNESS
from orglife.office.office import Office


class ReplyState(StrEnum):
    """Whose turn it is."""

    WAITING = "等支部交来"
    RECEIVED = "已收到"
    RETURNED = "已退回，等支部再交"
    ANSWERED = "退回后又交来了"


@dataclass(frozen=True)
class Correspondence:
    """What the bureau and one branch sent each other.

    Attributes:
        received: Day of its last package; None = none was taken in.
        packages: Number of its packages.
        returned: Number of remarks and orders for it.
        returned_on: Day of the last of them.
        delivered: Number of those that its last package shows to have arrived.
    """

    branch: str
    name: str
    received: date | None
    packages: int
    returned: int
    returned_on: date | None
    delivered: int
    answer: ReplyState


def correspondence(office: Office) -> list[Correspondence]:
    """A line for each branch; those whose answer is awaited come first."""
    packages: dict[str, list[Revision]] = {}
    remarks: dict[str, dict[tuple[str, str], Revision]] = {}
    types = {kind.TYPE for kind in FROM_BUREAU}
    for revision in office.bureau_chain.revisions:
        if revision.type == WITNESS:
            packages.setdefault(revision.record, []).append(revision)
        elif revision.type in types:
            key = (revision.type, revision.record)
            for own in remarks.values():
                own.pop(key, None)  # withdrawn, or for another branch now
            if revision.data:
                remarks.setdefault(str(revision.data.get("branch", "")), {})[key] = revision
    lines = [_line(office, branch, packages.get(branch, []), remarks.get(branch, {})) for branch in office.branches()]
    order = list(ReplyState)
    return sorted(lines, key=lambda line: (line.answer is not ReplyState.RETURNED, order.index(line.answer)))


def _line(
    office: Office, branch: str, packages: list[Revision], remarks: dict[tuple[str, str], Revision]
) -> Correspondence:
    snapshot = office.store.current(office.campaign.id, branch, [kind.TYPE for kind in FROM_BUREAU])
    arrived = {(type_name, row.id) for type_name, rows in snapshot.records.items() for row in rows}
    if not packages:
        answer = ReplyState.WAITING
    elif not remarks:
        answer = ReplyState.RECEIVED
    else:
        last = max(each.number for each in remarks.values())
        answer = ReplyState.ANSWERED if packages[-1].number > last else ReplyState.RETURNED
    days = [_day(each) for each in remarks.values()]
    return Correspondence(
        branch,
        snapshot.name,
        _day(packages[-1]) if packages else None,
        len(packages),
        len(remarks),
        max(days, default=None),
        len(remarks.keys() & arrived),
        answer,
    )


def _day(revision: Revision) -> date:
    return datetime.fromisoformat(revision.at).astimezone().date()
