"""Appending in one transaction: changes of records, revisions of another store, drafts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, bindparam, insert, select

from orglife.adapters.store.chain import (
    BRANCH,
    BUREAU,
    FIELDS,
    Action,
    Revision,
    body_text,
    chain_label,
    digest,
    revision_problem,
)
from orglife.adapters.store.drafts import draft_hash, latest_text
from orglife.adapters.store.tables import draft, revision
from orglife.core.errors import ChainBroken, HalfCharacter, NoSuchRecord, SaveConflict
from orglife.core.record.branch import Branch
from orglife.core.record.record import Record

# Made once: making a statement takes longer than running it.
_ADD_REVISION, _ADD_DRAFT = insert(revision), insert(draft)
_LAST_VERSION = (
    select(revision.c.version, revision.c.action)
    .where(*(revision.c[name] == bindparam(name) for name in ("campaign", "branch", "type", "record")))
    .order_by(revision.c.version.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Change:
    """One record to save or remove.

    Attributes:
        body: The record as JSON values; None removes it.
        base: The version that the caller has seen (see ``store``).
        label: Names the record for users, in the message of a conflict.
    """

    type: str
    id: str
    body: Mapping[str, Any] | None
    base: int | None = None
    label: str = ""

    @classmethod
    def put(cls, record: Record | Branch, *, base: int | None = None, label: str = "") -> Self:
        """A change that saves ``record``."""
        kind = BRANCH if isinstance(record, Branch) else record.TYPE
        return cls(kind, record.id, record.to_json(), base, label or f"{record.LABEL} {record.id}")

    @classmethod
    def remove(cls, type: str, id: str, *, base: int | None = None, label: str = "") -> Self:  # noqa: A002
        """A change that removes a record."""
        return cls(type, id, None, base, label or id)


class Versions(NamedTuple):
    """The last version of a record, removals included, and its current version (0: the record does not exist)."""

    last: int
    live: int


class Writer:
    """Appends rows inside a transaction of the store; the store reads ``saved`` and ``drafts`` back afterwards.

    Attributes:
        saved: Revisions appended so far.
        drafts: (seq, hash) of draft rows appended so far.
    """

    def __init__(self, connection: Connection, clock: Callable[[], datetime]) -> None:
        self.saved: list[Revision] = []
        self.drafts: list[tuple[int, str]] = []
        self._connection = connection
        self._clock = clock
        self._heads: dict[tuple[str, str], tuple[int, str]] = {}

    def change(self, campaign: str, branch: str, change: Change, *, who: str) -> Revision:
        """Append one change and settle the record's draft.

        Raises:
            SaveConflict: ``change.base`` is not the current version.
            NoSuchRecord: there is no record to remove.
            HalfCharacter: a text in the record has a lone surrogate.
        """
        if change.type == BRANCH and change.id != branch:
            raise ValueError(change.id, branch)  # a bug: a branch's own data belongs in its own chain
        versions = live_version(self._connection, campaign, branch, change.type, change.id)
        if change.base is not None and change.base != versions.live:
            raise SaveConflict(record=change.label)
        if change.body is None and not versions.live:
            raise NoSuchRecord(id=change.id, label="记录")
        saved = self._append(self._next(campaign, branch, change, versions.last + 1, who))
        self.draft(campaign, branch, change.type, change.id, None, who=who)
        return saved

    def append(self, revisions: Iterable[Revision]) -> list[Revision]:
        """Append revisions of another store unchanged; skip those that this store has.

        Raises:
            ChainBroken: a revision does not continue its chain or does not match its hash.
        """
        appended = []
        for this in revisions:
            what = revision_problem(this) or self._append_problem(this)
            if what:
                raise ChainBroken(where=chain_label(this.campaign, this.branch), number=this.number, what=what)
            if this.number > self._head(this.campaign, this.branch)[0]:
                appended.append(self._append(this))
        return appended

    def draft(
        self,
        campaign: str,
        branch: str,
        type: str,  # noqa: A002
        id: str,  # noqa: A002
        fields: Mapping[str, Any] | None,
        *,
        who: str,
    ) -> None:
        """Save a draft, or settle it with None; write nothing when that changes nothing."""
        # ASCII escapes: a browser may send a lone surrogate, which SQLite cannot store as text.
        text = None if fields is None else json.dumps(fields, separators=(",", ":"))
        key: dict[str, Any] = {"campaign": campaign, "branch": branch, "type": type, "record": id}
        if latest_text(self._connection, key) == text:
            return
        values = {**key, "who": _encodable(who), "at": self._now(), "fields": text}
        values["hash"] = draft_hash(values)
        result = self._connection.execute(_ADD_DRAFT, values)
        self.drafts.append((_key(result.inserted_primary_key), values["hash"]))

    def _next(self, campaign: str, branch: str, change: Change, version: int, who: str) -> Revision:
        number, before = self._head(campaign, branch)
        action: Action = "remove" if change.body is None else "put"
        body = None if change.body is None else body_text(change.body)
        new = Revision(
            campaign,
            branch,
            number + 1,
            change.type,
            change.id,
            version,
            _encodable(who),
            self._now(),
            action,
            body,
            before,
        )
        try:
            new = replace(new, hash=digest(new))
        except UnicodeEncodeError:
            raise HalfCharacter(record=change.label or change.id) from None
        what = revision_problem(new)
        if what:
            raise ValueError(what, new.type, new.record)  # a bug: forms and imports refuse such a record
        return new

    def _append(self, new: Revision) -> Revision:
        values = {name: getattr(new, name) for name in FIELDS}
        result = self._connection.execute(_ADD_REVISION, values)
        new = replace(new, seq=_key(result.inserted_primary_key))
        self._heads[new.campaign, new.branch] = (new.number, new.hash)
        self.saved.append(new)
        return new

    def _head(self, campaign: str, branch: str) -> tuple[int, str]:
        head = self._heads.get((campaign, branch))
        if head is None:
            row = self._connection.execute(
                select(revision.c.number, revision.c.hash)
                .where(revision.c.campaign == campaign, revision.c.branch == branch)
                .order_by(revision.c.number.desc())
                .limit(1)
            ).one_or_none()
            head = (row.number, row.hash) if row else (0, "")
            self._heads[campaign, branch] = head
        return head

    def _append_problem(self, this: Revision) -> str:
        """Why a revision cannot be appended, in Chinese; "" when it can."""
        number, before = self._head(this.campaign, this.branch)
        if this.number <= number:
            here = select(revision.c.hash).where(
                revision.c.campaign == this.campaign, revision.c.branch == this.branch, revision.c.number == this.number
            )
            same = self._connection.execute(here).scalar_one_or_none() == this.hash
            return "" if same else "与本机已有的不同"
        if this.number != number + 1:
            return f"之前缺第{number + 1}条"
        if this.prev != before:
            return "与本机的前一条接不上"
        versions = live_version(self._connection, this.campaign, this.branch, this.type, this.record)
        return "" if this.version == versions.last + 1 else "的版本号不连续"

    def _now(self) -> str:
        return self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def live_version(connection: Connection, campaign: str, branch: str, type: str, id: str) -> Versions:  # noqa: A002
    """The versions of a record; (0, 0) when it was never saved."""
    key = {"campaign": campaign, "branch": branch, "type": type, "record": id}
    row = connection.execute(_LAST_VERSION, key).one_or_none()
    if row is None:
        return Versions(0, 0)
    return Versions(row.version, row.version if row.action == "put" else 0)


def _encodable(text: str) -> str:
    """The text with characters replaced that UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _key(primary_key: Any) -> int:
    return int(primary_key[0])


__all__ = ["BUREAU", "Change", "Versions", "Writer", "live_version"]
