"""Build dossiers, the view of a branch that rules and documents use, from stored rows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from orglife.adapters.store.store import BUREAU, Snapshot, StoredRecord
from orglife.core.errors import StoreBroken, UnknownBranch
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier, sort_records
from orglife.core.record.record import Record, recorded_days
from orglife.stages.kinds import BY_TYPE, KINDS
from orglife.stages.report.record import RedoOrder, Remark
from orglife.stages.reviews.record import MemberReview, TeamReview

FROM_BUREAU: tuple[type[Record], ...] = (RedoOrder, Remark)
"""Record types that the bureau enters and that appear read-only in the branch's dossier."""


def fresh_id(kind: str, dossier: Dossier) -> str:
    """An id that is unused in the dossier: the type's name and a running number."""
    taken = set(dossier.index) | {d.id for d in dossier.drafts}
    number = len(dossier.records.get(kind, ())) + 1
    while f"{kind}{number}" in taken:
        number += 1
    return f"{kind}{number}"


def dossier_of(snapshot: Snapshot, as_of: date | None, *, today: date | None = None) -> Dossier:
    """Build a dossier from stored rows.

    Raises:
        UnknownBranch: the branch has no data of its own.
        StoreBroken: a stored record is invalid.
    """
    if snapshot.branch is None:
        raise UnknownBranch(branch=snapshot.id, known="（这个代号下没有支部的名称，请在“工作方案”页登记）")
    records: dict[str, tuple[Record, ...]] = {kind.TYPE: () for kind in KINDS}
    for type_name, rows in snapshot.records.items():
        kind = BY_TYPE.get(type_name)
        if kind is None:
            raise StoreBroken(path=snapshot.id, what=f"有不认得的记录，可能是较新的程序存的（{type_name}）")
        records[type_name] = tuple(stored_record(kind, row.body, snapshot.id) for row in rows)
    branch = Branch.stored(snapshot.branch)
    day = as_of or latest_day((r for rows in records.values() for r in rows), today or date.today())
    return Dossier(snapshot.campaign, branch, records, day, drafts=snapshot.drafts)


def stored_record(kind: type[Record], body: dict[str, Any], where: str) -> Record:
    """Parse a stored record, upgrading an old schema.

    Raises:
        StoreBroken: the record is invalid.
    """
    try:
        return kind.upgraded(body)
    except ValidationError as error:
        raise StoreBroken(path=where, what=f"{kind.LABEL}{body.get('id', '')}读不出来") from error


def with_bureau(dossier: Dossier, bureau: Mapping[str, Sequence[StoredRecord]], as_of: date | None) -> Dossier:
    """Add the orders and remarks that the bureau entered for the branch; for equal ids the bureau's version wins."""
    entered = {
        kind.TYPE: [
            stored_record(kind, row.body, BUREAU)
            for row in bureau.get(kind.TYPE, ())
            if row.body.get("branch") == dossier.branch.id
        ]
        for kind in FROM_BUREAU
    }
    if not any(entered.values()):
        return dossier
    records = dict(dossier.records)
    for type_name, sent in entered.items():
        together = {r.id: r for r in (*records.get(type_name, ()), *sent)}
        records[type_name] = sort_records(together.values())
    day = as_of or latest_day((r for rows in records.values() for r in rows), date.today())
    return replace(dossier, records=records, as_of=day)


def with_earlier(dossier: Dossier, earlier: Mapping[str, Sequence[StoredRecord]], year: int | None) -> Dossier:
    """Add the outlines and the leadership's examination of the latest earlier campaign; skip unreadable ones.

    Args:
        dossier: The branch.
        earlier: Record type → its records in that campaign.
        year: Its year.
    """
    latest_review: dict[str, Record] = {}
    for row in earlier.get(MemberReview.TYPE, ()):
        with contextlib.suppress(ValidationError):
            review = MemberReview.upgraded(row.body)
            latest_review[review.member] = review
    team: TeamReview | None = None
    for row in earlier.get(TeamReview.TYPE, ()):
        with contextlib.suppress(ValidationError):
            team = TeamReview.upgraded(row.body)
    if not latest_review and team is None:
        return dossier
    return replace(dossier, earlier_reviews=latest_review, earlier_team=team, earlier_year=year)


def with_codes(dossier: Dossier, items: Iterable[StoredRecord], year: int | None) -> Dossier:
    """Add the archive numbers that the branch's other campaigns of the year assigned, withdrawn ones included."""
    mark = f"·{year}-"
    codes = sorted({str(row.body.get("code", "")) for row in items if mark in str(row.body.get("code", ""))})
    return replace(dossier, codes_elsewhere=tuple(codes)) if codes else dossier


def latest_day(records: Iterable[Record], today: date) -> date:
    """The latest day in some records up to today, ignoring planned days and time limits; today if there is none."""
    days = [day for record in records for day in recorded_days(record) if day <= today]
    return max(days, default=today)


def part_of(dossier: Dossier, kinds: Sequence[type[Record]]) -> Dossier:
    """A dossier's records of some types only.

    Reading another type from it raises KeyError instead of returning an empty result.
    """
    return replace(dossier, records=_Part({kind.TYPE: dossier.records[kind.TYPE] for kind in kinds}))


class _Part(dict[str, tuple[Record, ...]]):
    """Records of some types; ``get`` raises KeyError for other types."""

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ARG002  never used
        """The records of a type that was read."""
        return self[key]
