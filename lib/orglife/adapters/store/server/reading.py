"""Queries that a server answers in another way than a file.

``seq`` has gaps there and is not in the order of commits, so the ends of the chains tell whether anything changed. A window
function finds the current records in one pass: without statistics the server would join row by row. In a file the join is
faster.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from orglife.adapters.store.chain import BUREAU, ChainHead
from orglife.adapters.store.reading import Queries, Snapshot, StoredRecord
from orglife.adapters.store.server.schema import chain, sent
from orglife.adapters.store.tables import revision


def _current(*narrower: ColumnElement[bool]) -> Select[Any]:
    here = and_(revision.c.campaign == bindparam("campaign"), revision.c.branch == bindparam("branch"), *narrower)
    place = func.row_number().over(
        partition_by=[revision.c.type, revision.c.record], order_by=revision.c.version.desc()
    )
    inner = select(revision, place.label("place")).where(here).subquery()
    query = select(*(inner.c[column.name] for column in revision.c)).where(inner.c.place == 1, inner.c.action == "put")
    return query.order_by(inner.c.type, inner.c.record)


class ServerQueries(Queries):
    """What a login reads; a branch's login sees of the bureau's chain only what was sent to the branch, as it is now."""

    current = _current()
    current_of = _current(revision.c.type.in_(bindparam("types", expanding=True)))

    def __init__(self, own_branch: str) -> None:
        self._own_branch = own_branch

    def state(self, connection: Connection) -> tuple[int, int]:
        """The numbers of revisions and of rows of drafts in the chains of this login and the bureau's."""
        revisions, drafts = connection.execute(_STATE).one()
        return int(revisions), int(drafts)

    def campaigns(self, connection: Connection) -> list[str]:
        """Campaigns that have any revision, sorted."""
        return list(connection.execute(self._own(_CAMPAIGNS)).scalars())

    def snapshot(self, connection: Connection, campaign: str, branch: str, types: Collection[str] = ()) -> Snapshot:
        """See ``Queries``."""
        if not self._own_branch or branch != BUREAU:
            return super().snapshot(connection, campaign, branch, types)
        records: dict[str, list[StoredRecord]] = {}
        for row in connection.execute(_SENT, {"campaign": campaign}):
            if not types or row.type in types:
                records.setdefault(row.type, []).append(StoredRecord(row.record, row.version, json.loads(row.body)))
        return Snapshot(campaign, branch, ChainHead(0, ""), None, 0, records, ())

    def marks(self, connection: Connection) -> dict[str, str]:
        """Branch id → a string that changes with every save of the branch, also of a draft or in another campaign."""
        return {row.branch: row.mark for row in connection.execute(_MARKS)}

    def heads(self, connection: Connection) -> dict[tuple[str, str], ChainHead]:
        """The head of every chain that can be read, by campaign and branch."""
        rows = connection.execute(self._own(_HEADS))
        return {(row.campaign, row.branch): ChainHead(row.number, row.hash) for row in rows}

    def draft_rows(self, connection: Connection) -> Iterator[list[Any]]:
        """See ``Queries``; numbered from 1 as in a copy, because ``seq`` has gaps here."""
        for number, row in enumerate(super().draft_rows(connection), 1):
            yield [number, *row[1:]]

    def _own(self, query: Select[Any]) -> Select[Any]:
        """The query without the bureau's chain, of which a branch's login sees the end only."""
        return query.where(chain.c.branch == self._own_branch) if self._own_branch else query


# built once: building a statement takes as long as running it
_STATE = select(func.coalesce(func.sum(chain.c.number), 0), func.coalesce(func.sum(chain.c.drafts), 0))
_CAMPAIGNS = select(chain.c.campaign).where(chain.c.number > 0).distinct().order_by(chain.c.campaign)
_HEADS = select(chain).where(chain.c.number > 0)
_MARKS = select(
    chain.c.branch,
    func.string_agg(
        func.concat(chain.c.hash, "+", chain.c.drafts), aggregate_order_by(literal(" "), chain.c.campaign)
    ).label("mark"),
).group_by(chain.c.branch)
_SENT = select(sent).where(sent.c.campaign == bindparam("campaign")).order_by(sent.c.type, sent.c.record)
