"""Appending in one transaction: changes of records, revisions of another store, drafts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol, Self

from sqlalchemy import Connection, bindparam, insert, select

from orglife.adapters.store import reading
from orglife.adapters.store.chain import (
    BRANCH,
    Action,
    ChainHead,
    Revision,
    body_text,
    chain_label,
    digest,
    revision_problem,
)
from orglife.adapters.store.drafts import draft_hash, latest_text, latest_texts
from orglife.adapters.store.reading import Versions
from orglife.adapters.store.tables import draft, revision
from orglife.core.errors import ChainBroken, HalfCharacter, NoSuchRecord, NotSaved, SaveConflict
from orglife.core.record.branch import Branch
from orglife.core.record.record import Record


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


_FEW = 8
"""Number of records of a chain that are read one by one before the whole chain is loaded."""
_MOST_ROWS = 500
"""Rows of one statement."""


@dataclass(frozen=True, slots=True)
class HeldChain:
    """What is known of a chain that is held, and of the record that is about to be saved.

    Attributes:
        versions: The versions of the record.
        settled: The record has no draft.
    """

    head: ChainHead
    versions: Versions
    settled: bool


class Turn(Protocol):
    """One transaction that writes, as the store's engine carries it out."""

    @property
    def connection(self) -> Connection:
        """The connection of the transaction."""
        ...

    def hold(self, campaign: str, branch: str, type: str, record: str) -> HeldChain | None:  # noqa: A002
        """Keep others from continuing a chain until the transaction ends.

        Returns:
            What is known; None if the transaction holds the whole store anyway and nothing was read.
        """
        ...

    def insert(self, revisions: Sequence[Revision]) -> None:
        """Insert revisions."""
        ...

    def now(self) -> datetime:
        """The time of entry; called for chains that are held."""
        ...


@dataclass(slots=True)
class _Chain:
    """What a transaction knows about one chain.

    Attributes:
        versions: (Type, id) → versions of a record.
        drafts: (Type, id) → the latest text of a draft.
        whole: Both were loaded for all records.
        asked: Number of records that were read one by one.
        hashes: Number → hash of the revisions from before the transaction; None = not loaded.
        saved: Revisions that the transaction appended.
    """

    head: ChainHead | None = None
    versions: dict[tuple[str, str], Versions] = field(default_factory=dict)
    drafts: dict[tuple[str, str], str | None] = field(default_factory=dict)
    whole: bool = False
    asked: int = 0
    hashes: dict[int, str] | None = None
    saved: list[Revision] = field(default_factory=list)


class Writer:
    """Appends rows inside a transaction of the store; rows are inserted many at a time, at the latest by ``finish``.

    Attributes:
        saved: Revisions appended so far.
        drafts: (seq, hash) of draft rows appended so far.
    """

    def __init__(self, turn: Turn) -> None:
        self.saved: list[Revision] = []
        self.drafts: list[tuple[int, str]] = []
        self._turn = turn
        self._connection = turn.connection
        self._inserted = 0
        self._chains: dict[tuple[str, str], _Chain] = {}

    def change(self, campaign: str, branch: str, change: Change, *, who: str) -> Revision:
        """Append one change and settle the record's draft.

        Raises:
            SaveConflict: ``change.base`` is not the current version.
            NoSuchRecord: there is no record to remove.
            HalfCharacter: a text in the record has a lone surrogate.
        """
        if change.type == BRANCH and change.id != branch:
            raise ValueError(change.id, branch)  # a bug: a branch's own data belongs in its own chain
        versions = self._versions(campaign, branch, change.type, change.id)
        if change.base is not None and change.base != versions.live:
            raise SaveConflict(record=change.label)
        if change.body is None and not versions.live:
            raise NoSuchRecord(id=change.id, label="记录")
        saved = self._append(self._next(campaign, branch, change, versions.last + 1, who))
        self.draft(campaign, branch, change.type, change.id, None, who=who)
        return saved

    def head(self, campaign: str, branch: str) -> ChainHead:
        """The head of a chain; the chain is held until the transaction ends."""
        return self._head(campaign, branch)

    def append(self, revisions: Iterable[Revision], *, checked: bool = False) -> list[Revision]:
        """Append revisions of another store unchanged; skip those that this store has.

        Args:
            revisions: The revisions.
            checked: Each was found to match its hash (``chain_problems``), which is not computed again.

        Raises:
            ChainBroken: a revision does not continue its chain or does not match its hash.
        """
        appended = []
        for this in revisions:
            what = ("" if checked else revision_problem(this)) or self._append_problem(this)
            if what:
                raise ChainBroken(where=chain_label(this.campaign, this.branch), number=this.number, what=what)
            if this.number > self._head(this.campaign, this.branch).number:
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
        chain = self._chain(campaign, branch, type, id)
        key: dict[str, Any] = {"campaign": campaign, "branch": branch, "type": type, "record": id}
        if (type, id) not in chain.drafts and not chain.whole:
            chain.drafts[type, id] = latest_text(self._connection, key)
        known = chain.drafts.get((type, id))
        if known == text:
            return
        values = {**key, "who": _encodable(who), "at": self._now(), "fields": text}
        values["hash"] = draft_hash(values)
        result = self._connection.execute(_INSERT_DRAFT, values)
        self.drafts.append((_key(result.inserted_primary_key), values["hash"]))
        chain.drafts[type, id] = text

    @property
    def chains(self) -> list[tuple[str, str]]:
        """Campaign and branch of the chains that the transaction held."""
        return list(self._chains)

    def finish(self) -> None:
        """Insert what is not inserted yet."""
        if self._inserted < len(self.saved):
            self._turn.insert(self.saved[self._inserted :])
            self._inserted = len(self.saved)

    def require_stored(self, other: Connection) -> None:
        """Compare the appended rows with what another connection reads after the commit.

        Raises:
            NotSaved: they differ.
        """
        for chain in self._chains.values():
            if chain.saved:
                first, last = chain.saved[0], chain.saved[-1]
                span = {"campaign": first.campaign, "branch": first.branch, "first": first.number, "last": last.number}
                _require_equal(chain.saved, [reading.revision_of(row) for row in other.execute(_BETWEEN, span)])
        for start in range(0, len(self.drafts), _MOST_ROWS):
            part = self.drafts[start : start + _MOST_ROWS]
            rows = other.execute(_DRAFTS, {"seqs": [seq for seq, _ in part]})
            _require_equal(part, [(row.seq, draft_hash(dict(row._mapping))) for row in rows])  # noqa: SLF001  as above

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
        chain = self._chain(new.campaign, new.branch)
        chain.head = ChainHead(new.number, new.hash)
        chain.versions[new.type, new.record] = Versions(new.version, new.version if new.action == "put" else 0)
        chain.saved.append(new)
        self.saved.append(new)
        if len(self.saved) - self._inserted >= _MOST_ROWS:
            self.finish()
        return new

    def _chain(self, campaign: str, branch: str, type: str = "", record: str = "") -> _Chain:  # noqa: A002
        chain = self._chains.get((campaign, branch))
        if chain is None:
            chain = self._chains[campaign, branch] = _Chain()
            held = self._turn.hold(campaign, branch, type, record)
            if held is not None:
                chain.head = held.head
                chain.versions[type, record] = held.versions
                if held.settled:
                    chain.drafts[type, record] = None
        return chain

    def _head(self, campaign: str, branch: str) -> ChainHead:
        chain = self._chain(campaign, branch)
        if chain.head is None:
            chain.head = reading.head(self._connection, campaign, branch)
        return chain.head

    def _versions(self, campaign: str, branch: str, type: str, id: str) -> Versions:  # noqa: A002
        """The versions of a record; those of the whole chain are loaded once many are asked for."""
        chain = self._chain(campaign, branch, type, id)
        if (type, id) not in chain.versions and not chain.whole:
            chain.asked += 1
            if chain.asked > _FEW:
                chain.versions = reading.versions(self._connection, campaign, branch) | chain.versions
                chain.drafts = latest_texts(self._connection, campaign, branch) | chain.drafts
                chain.whole = True
            else:
                chain.versions[type, id] = reading.live_version(self._connection, campaign, branch, type, id)
        return chain.versions.get((type, id), Versions(0, 0))

    def _append_problem(self, this: Revision) -> str:
        """Why a revision cannot be appended, in Chinese; "" when it can."""
        number, before = self._head(this.campaign, this.branch)
        if this.number <= number:
            return "" if self._hash_of(this) == this.hash else "与本机已有的不同"
        if this.number != number + 1:
            return f"之前缺第{number + 1}条"
        if this.prev != before:
            return "与本机的前一条接不上"
        versions = self._versions(this.campaign, this.branch, this.type, this.record)
        return "" if this.version == versions.last + 1 else "的版本号不连续"

    def _hash_of(self, this: Revision) -> str:
        """The hash of the store's own revision with the number of ``this``."""
        chain = self._chain(this.campaign, this.branch)
        if chain.saved and this.number >= chain.saved[0].number:
            return chain.saved[this.number - chain.saved[0].number].hash
        if chain.hashes is None:
            chain.hashes = reading.hashes(self._connection, this.campaign, this.branch)
        return chain.hashes.get(this.number, "")

    def _now(self) -> str:
        return self._turn.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _require_equal(written: Sequence[object], read: Sequence[object]) -> None:
    if written != read:
        raise NotSaved(what="读回的内容与存入的不一致")


_BETWEEN = (
    select(revision)
    .where(
        revision.c.campaign == bindparam("campaign"),
        revision.c.branch == bindparam("branch"),
        revision.c.number.between(bindparam("first"), bindparam("last")),
    )
    .order_by(revision.c.number)
)
_INSERT_DRAFT = insert(draft)
_DRAFTS = select(draft).where(draft.c.seq.in_(bindparam("seqs", expanding=True))).order_by(draft.c.seq)


def _encodable(text: str) -> str:
    """The text with characters replaced that UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _key(primary_key: Any) -> int:
    return int(primary_key[0])
