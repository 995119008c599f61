"""Queries on the store's tables. Each uses an index, so its cost does not grow with the number of branches."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, select

from orglife.adapters.store.chain import BRANCH, ChainHead, Revision, digest, ran_back
from orglife.adapters.store.damage import DAMAGED, lenient_text, require_damage
from orglife.adapters.store.drafts import current_drafts
from orglife.adapters.store.tables import draft, revision
from orglife.core.record.dossier import Draft


class StoredRecord(NamedTuple):
    """The current version of a record."""

    id: str
    version: int
    body: dict[str, Any]


class Versions(NamedTuple):
    """The last version of a record, removals included, and its current version (0: the record does not exist)."""

    last: int
    live: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One branch at one moment.

    Attributes:
        head: Last revision of the chain.
        branch: The branch's own data; None when there is none (or for the bureau).
        version: Version of the branch's own data, 0 when there is none.
        records: Current records by type, each list sorted by id; types without records are left out.
        drafts: Unfinished entries, sorted by type and id.
    """

    campaign: str
    id: str
    head: ChainHead
    branch: dict[str, Any] | None
    version: int
    records: Mapping[str, list[StoredRecord]]
    drafts: tuple[Draft, ...]

    @property
    def own(self) -> Mapping[str, Any]:
        """The branch's own data; {} when there is none."""
        return self.branch or {}

    @property
    def name(self) -> str:
        """The branch's name, or its id if it has no name yet."""
        return str(self.own.get("name") or self.id)


class AlteredRevision(Exception):  # noqa: N818  the store turns it into an error for users
    """A revision whose content does not match its hash."""

    def __init__(self, revision: Revision) -> None:
        super().__init__(revision)
        self.campaign, self.branch, self.number = revision.campaign, revision.branch, revision.number


_LASTS = select(*(select(func.max(table.c.seq)).scalar_subquery() for table in (revision, draft)))


def clock_backs(connection: Connection, campaign: str) -> dict[str, list[int]]:
    """Branch → numbers of the revisions that were entered while the clock showed less than at the one before."""
    before = func.lag(revision.c.at).over(partition_by=revision.c.branch, order_by=revision.c.number)
    rows = (
        select(revision.c.branch, revision.c.number, revision.c.at, before.label("before"))
        .where(revision.c.campaign == campaign)
        .subquery()
    )
    numbers: dict[str, list[int]] = {}
    for row in connection.execute(select(rows).where(rows.c.at < rows.c.before).order_by(rows.c.branch, rows.c.number)):
        if ran_back(row.before, row.at):
            numbers.setdefault(row.branch, []).append(row.number)
    return numbers


def revision_of(row: Row[Any]) -> Revision:
    """A table row as a revision."""
    values: list[Any] = [*row[1:], row[0]]  # in the order of the fields; by name it takes three times as long
    return Revision(*values)


def _sound(row: Row[Any]) -> Revision:
    """A row as a revision, after checking its hash: a changed row must not get into a paper unnoticed."""
    this = revision_of(row)
    if digest(this) != this.hash:
        raise AlteredRevision(this)
    return this


def _current(*narrower: ColumnElement[bool]) -> Select[Any]:
    here = and_(_HERE, *narrower)
    latest = (
        select(revision.c.type, revision.c.record, func.max(revision.c.version).label("version"))
        .where(here)
        .group_by(revision.c.type, revision.c.record)
        .subquery()
    )
    same = and_(*(revision.c[name] == latest.c[name] for name in ("type", "record", "version")))
    query = select(revision).join(latest, same).where(here, revision.c.action == "put")
    return query.order_by(revision.c.type, revision.c.record)


# built once: building a statement takes as long as running it
_HERE = and_(revision.c.campaign == bindparam("campaign"), revision.c.branch == bindparam("branch"))
_HEAD = select(revision.c.number, revision.c.hash).where(_HERE).order_by(revision.c.number.desc()).limit(1)
_HEAD_WITHOUT = _HEAD.where(revision.c.type.not_in(bindparam("without", expanding=True)))
_HASHES = select(revision.c.number, revision.c.hash).where(_HERE)
_FROM = select(revision).where(_HERE, revision.c.number >= bindparam("number")).order_by(revision.c.number)
_VERSIONS = (
    select(revision.c.type, revision.c.record, revision.c.version, revision.c.action)
    .where(_HERE)
    .order_by(revision.c.version)  # the last row of a record stays in a dictionary
)
_VERSION = (
    select(revision.c.version, revision.c.action)
    .where(_HERE, revision.c.type == bindparam("type"), revision.c.record == bindparam("record"))
    .order_by(revision.c.version.desc())
    .limit(1)
)


def head(connection: Connection, campaign: str, branch: str, without: Collection[str] = ()) -> ChainHead:
    """The head of a chain, not counting revisions of the types ``without``."""
    key: dict[str, Any] = {"campaign": campaign, "branch": branch}
    if without:
        row = connection.execute(_HEAD_WITHOUT, key | {"without": list(without)}).one_or_none()
    else:
        row = connection.execute(_HEAD, key).one_or_none()
    return ChainHead(row.number, row.hash) if row else ChainHead(0, "")


def live_version(connection: Connection, campaign: str, branch: str, type: str, id: str) -> Versions:  # noqa: A002
    """The versions of a record; (0, 0) when it was never saved."""
    key = {"campaign": campaign, "branch": branch, "type": type, "record": id}
    row = connection.execute(_VERSION, key).one_or_none()
    return Versions(0, 0) if row is None else versions_of(row)


def versions(connection: Connection, campaign: str, branch: str) -> dict[tuple[str, str], Versions]:
    """(Type, id) → versions of every record of a chain."""
    rows = connection.execute(_VERSIONS, {"campaign": campaign, "branch": branch})
    return {(row.type, row.record): versions_of(row) for row in rows}


def versions_of(row: Any) -> Versions:
    """The versions of a record whose last revision is a row."""
    return Versions(row.version, row.version if row.action == "put" else 0)


def hashes(connection: Connection, campaign: str, branch: str) -> dict[int, str]:
    """Number → hash of every revision of a chain."""
    return {row.number: row.hash for row in connection.execute(_HASHES, {"campaign": campaign, "branch": branch})}


def history_from(connection: Connection, campaign: str, branch: str, number: int) -> list[Revision]:
    """Revisions of a branch from a number on, oldest first."""
    rows = connection.execute(_FROM, {"campaign": campaign, "branch": branch, "number": number})
    return [_sound(row) for row in rows]


class Queries:
    """What the store reads. A server answers some questions in other ways (``server.reading``).

    Attributes:
        current: The current rows of a chain, by type and id.
        current_of: The same, of some types only.
    """

    current = _current()  # the unique index on versions covers the inner query
    current_of = _current(revision.c.type.in_(bindparam("types", expanding=True)))

    def state(self, connection: Connection) -> tuple[int, int]:
        """The last ``seq`` of each table; neither ever decreases."""
        try:
            last, last_draft = connection.execute(_LASTS).one()
        except DAMAGED as error:  # pages of drafts may be unreadable while the revisions are intact
            require_damage(error)
            last, last_draft = connection.execute(select(func.max(revision.c.seq))).scalar(), -1
        return last or 0, last_draft or 0

    def campaigns(self, connection: Connection) -> list[str]:
        """Campaigns that have any revision, sorted."""
        ids: list[str] = []
        while True:  # one index lookup per campaign; DISTINCT would scan the whole index
            later = revision.c.campaign > (ids[-1] if ids else "")
            next_id = connection.execute(select(func.min(revision.c.campaign)).where(later)).scalar()
            if next_id is None:
                return ids
            ids.append(next_id)

    def branches(self, connection: Connection, campaign: str) -> list[str]:
        """Ids of the branches that have data of their own, sorted."""
        here = and_(revision.c.campaign == campaign, revision.c.type == BRANCH)
        latest = (
            select(revision.c.branch, func.max(revision.c.version).label("version"))
            .where(here)
            .group_by(revision.c.branch)
            .subquery()
        )
        query = (
            select(revision.c.branch)
            .join(latest, and_(revision.c.branch == latest.c.branch, revision.c.version == latest.c.version))
            .where(here, revision.c.action == "put")
            .order_by(revision.c.branch)
        )
        return list(connection.execute(query).scalars())

    def snapshot(self, connection: Connection, campaign: str, branch: str, types: Collection[str] = ()) -> Snapshot:
        """The current state of a branch: all records, or those of some types; head and drafts in any case."""
        own: dict[str, Any] | None = None
        version = 0
        records: dict[str, list[StoredRecord]] = {}
        for row in self.latest(connection, campaign, branch, types):
            this = _sound(row)
            body = this.data or {}
            if this.type == BRANCH:
                own, version = body, this.version
            else:
                records.setdefault(this.type, []).append(StoredRecord(this.record, this.version, body))
        last, drafts = head(connection, campaign, branch), current_drafts(connection, campaign, branch)
        return Snapshot(campaign, branch, last, own, version, records, drafts)

    def history(
        self,
        connection: Connection,
        campaign: str,
        branch: str,
        type: str | None,  # noqa: A002
        id: str | None,  # noqa: A002
    ) -> list[Revision]:
        """Revisions of a branch, of one record type, or of one record, oldest first."""
        query = select(revision).where(revision.c.campaign == campaign, revision.c.branch == branch)
        if type is not None:
            query = query.where(revision.c.type == type)
        if id is not None:
            query = query.where(revision.c.record == id)
        return [_sound(row) for row in connection.execute(query.order_by(revision.c.number))]

    def marks(self, connection: Connection) -> dict[str, str]:
        """Branch id → a string that changes with every save of the branch, also of a draft or in another campaign."""
        last = select(func.max(revision.c.seq)).group_by(revision.c.branch)
        by_branch = {r.branch: r.hash for r in connection.execute(select(revision).where(revision.c.seq.in_(last)))}
        last_draft = select(draft.c.branch, func.max(draft.c.seq).label("seq")).group_by(draft.c.branch)
        with contextlib.suppress(*DAMAGED):
            for row in connection.execute(last_draft):
                by_branch[row.branch] = f"{by_branch.get(row.branch, '')}+{row.seq}"
        return by_branch

    def heads(self, connection: Connection) -> dict[tuple[str, str], ChainHead]:
        """The head of every chain, by campaign and branch."""
        last = (
            select(revision.c.campaign, revision.c.branch, func.max(revision.c.number).label("number"))
            .group_by(revision.c.campaign, revision.c.branch)
            .subquery()
        )
        same = and_(*(revision.c[name] == last.c[name] for name in ("campaign", "branch", "number")))
        rows = connection.execute(select(revision).join(last, same))
        return {(row.campaign, row.branch): ChainHead(row.number, row.hash) for row in rows}

    def content_digest(self, connection: Connection) -> str:
        """SHA-256 over the hashes of all revisions and over all drafts, as backups state it."""
        total = hashlib.sha256()
        order = (revision.c.campaign, revision.c.branch, revision.c.number)
        for row in connection.execute(select(revision.c.hash).order_by(*order)):
            total.update(row.hash.encode())
        with lenient_text(connection):
            for values in self.draft_rows(connection):
                total.update(json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogateescape"))
        return total.hexdigest()

    def draft_rows(self, connection: Connection) -> Iterator[list[Any]]:
        """All rows of drafts in their order, with the columns of schema 1: old backups keep their digest."""
        columns = [column for column in draft.c if column.name != "hash"]
        for row in connection.execute(select(*columns).order_by(draft.c.seq)):
            yield list(row)

    def latest(self, connection: Connection, campaign: str, branch: str, types: Collection[str]) -> Sequence[Row[Any]]:
        """Current rows of a branch, by type and id."""
        key: dict[str, Any] = {"campaign": campaign, "branch": branch}
        if types:
            return connection.execute(self.current_of, key | {"types": [BRANCH, *types]}).all()
        return connection.execute(self.current, key).all()
