"""The store keeps every revision of every record; nothing in it is ever changed or deleted.

What it returns as saved is on the disk: each save is one transaction, synced, and read back over another connection
before it is acknowledged. It knows no record classes: records go in by ``to_json()`` and come out as dicts.

*base*, wherever it stands, is the version that the caller has seen: ``None`` does not check, ``0`` says that the record
must not be there (never was, or is removed). Anything else raises ``SaveConflict`` and nothing is saved.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from orglife.adapters.store import damage, reading, sqlite
from orglife.adapters.store.chain import BUREAU, ChainHead, Revision, chain_label, chain_problems
from orglife.adapters.store.reading import Snapshot, StoredRecord
from orglife.adapters.store.tables import TRIGGERS, UPGRADES, Upgrade, draft, revision
from orglife.adapters.store.writer import Change, Writer, live_version
from orglife.core.errors import CannotWrite, NotSaved, SettingsBroken, StoreBroken
from orglife.core.record.branch import Branch
from orglife.core.record.record import Record

__all__ = ["BUREAU", "ChainHead", "Change", "Revision", "Snapshot", "Store", "StoredRecord", "Writer"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """An open store. Threads may share it; another process opens its own."""

    memo: dict[Any, Any] | None = None
    """What was worked out from a store that never changes; None: this one may."""

    def __init__(self, path: Path, engine: Engine, *, writable: bool, clock: Callable[[], datetime]) -> None:
        self.path = path
        self.writable = writable
        self._engine = engine
        self._clock = clock
        self._pid = os.getpid()
        self._file = _identity(path)

    # --- opening -----------------------------------------------------------------------------------------------------

    @classmethod
    def open(
        cls,
        path_or_url: Path | str,
        *,
        folder: Path | None = None,
        create: bool = True,
        readonly: bool = False,
        upgrades: Mapping[int, Upgrade] = UPGRADES,
        busy_seconds: float = 10.0,
        clock: Callable[[], datetime] = _utc_now,
    ) -> Self:
        """Open a store, making it when it is not there and bringing an older one up to date.

        Args:
            path_or_url: A file, or ``sqlite:///orglife.db`` (relative) or ``sqlite:////abs/orglife.db``.
            folder: What a relative path is relative to; the current folder when None.
            create: Make it when it is not there.
            readonly: Write nothing. A store in a read-only place is opened so in any case.
            upgrades: Schema version → function that makes it from the version before.
            busy_seconds: How long to wait for another program's save.
            clock: What time it is.

        Raises:
            NoSuchFile, StoreBroken, StoreNewer, StoreBusy, UnreadableFile, CannotWrite: nothing was changed.
            SettingsBroken: the URL is none of a SQLite file.
        """
        path = cls.place(path_or_url, folder=folder)
        engine, writable = sqlite.open_engine(
            path, upgrades=upgrades, create=create, readonly=readonly, busy_seconds=busy_seconds
        )
        return cls(path, engine, writable=writable, clock=clock)

    @staticmethod
    def place(path_or_url: Path | str, *, folder: Path | None = None) -> Path:
        """Where the file of a store lies.

        Raises:
            SettingsBroken: the URL is none of a SQLite file.
        """
        return (folder or Path()).joinpath(_path_of(path_or_url)).absolute()

    def close(self) -> None:
        """Let go of the file; the store cannot be used after that in any useful way, closing twice is fine."""
        self._engine.dispose(close=self._pid == os.getpid())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- writing -----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def writing(self) -> Iterator[Writer]:
        """Several changes that are saved together when the block ends, or, after any exception, not at all.

        Raises:
            StoreBusy, NotSaved, CannotWrite, StoreBroken: nothing was saved.
        """
        if not self.writable:
            raise CannotWrite(path=str(self.path), what=damage.READ_ONLY)
        self._still_there()
        with damage.translated_errors(self.path, writing=True), self._connection(begin="BEGIN IMMEDIATE") as connection:
            with connection.begin():
                writer = Writer(connection, self._clock)
                yield writer
            self._read_back(writer)
        self._still_there()

    def put(
        self, campaign: str, branch: str, record: Record | Branch, *, who: str, base: int | None, label: str = ""
    ) -> Revision:
        """Save a record, new or changed; its draft is settled. An unchanged one is a revision too.

        ``label`` is the record in the user's words, for the sentence of a conflict.

        Raises:
            SaveConflict: ``base`` is not its current version.
        """
        with self.writing() as writer:
            return writer.change(campaign, branch, Change.put(record, base=base, label=label), who=who)

    def remove(
        self,
        campaign: str,
        branch: str,
        type: str,  # noqa: A002
        id: str,  # noqa: A002
        *,
        who: str,
        base: int | None,
        label: str = "",
    ) -> Revision:
        """Withdraw a record; its history stays. Its draft is settled.

        Raises:
            SaveConflict: ``base`` is not its current version.
            NoSuchRecord: ``base`` is None and it is not there.
        """
        with self.writing() as writer:
            return writer.change(campaign, branch, Change.remove(type, id, base=base, label=label), who=who)

    def apply(self, campaign: str, branch: str, changes: Iterable[Change], *, who: str) -> list[Revision]:
        """Save several changes of one branch, all or none."""
        return self.apply_all(campaign, [(branch, changes)], who=who)

    def apply_all(self, campaign: str, changes: Iterable[tuple[str, Iterable[Change]]], *, who: str) -> list[Revision]:
        """Save changes of several branches, (branch, changes) each, all or none."""
        with self.writing() as writer:
            return [writer.change(campaign, branch, one, who=who) for branch, each in changes for one in each]

    def append(self, revisions: Iterable[Revision]) -> list[Revision]:
        """Take in another store's revisions unchanged; those already here are passed over.

        Returns:
            The revisions that are new here.

        Raises:
            ChainBroken: one does not continue its chain, or was changed on the way. Nothing is taken in.
        """
        with self.writing() as writer:
            return writer.append(revisions)

    def draft(self, campaign: str, branch: str, type: str, id: str, fields: Mapping[str, Any], *, who: str) -> None:  # noqa: A002
        """Keep an entry that is no valid record yet: its raw text per field (any JSON values)."""
        with self.writing() as writer:
            writer.draft(campaign, branch, type, id, fields, who=who)

    def settle(self, campaign: str, branch: str, type: str, id: str, *, who: str) -> None:  # noqa: A002
        """Give up a draft; nothing happens when there is none."""
        with self.writing() as writer:
            writer.draft(campaign, branch, type, id, None, who=who)

    # --- reading -----------------------------------------------------------------------------------------------------

    def campaigns(self) -> list[str]:
        """Campaigns that have any revision, sorted."""
        with self._reading() as connection:
            return reading.campaigns(connection)

    def branches(self, campaign: str) -> list[str]:
        """Ids of the branches that have data of their own, sorted."""
        with self._reading() as connection:
            return reading.branches(connection, campaign)

    def current(self, campaign: str, branch: str, types: Collection[str] = ()) -> Snapshot:
        """A branch (or ``BUREAU``) as it is now; empty when nothing was ever saved.

        Args:
            campaign: Its id.
            branch: Its id.
            types: Record types to be read; () = all. The branch's own head is always there.
        """
        with self._reading() as connection:
            return reading.snapshot(connection, campaign, branch, types)

    def state(self) -> tuple[int, int]:
        """What changes with every save and every draft, of whatever branch and by whatever program."""
        with self._reading() as connection:
            return reading.state(connection)

    def version(self, campaign: str, branch: str, type: str, id: str) -> int:  # noqa: A002
        """The current version of a record; 0 when it is not there."""
        with self._reading() as connection:
            return live_version(connection, campaign, branch, type, id).live

    def head(self, campaign: str, branch: str, *, without: Collection[str] = ()) -> ChainHead:
        """The last revision of a chain, or the last that is of none of the types ``without``."""
        with self._reading() as connection:
            return reading.head(connection, campaign, branch, without)

    def marks(self) -> dict[str, str]:
        """Branch id → a mark that changes with anything saved of it, in any campaign."""
        with self._reading() as connection:
            return reading.marks(connection)

    def heads(self) -> dict[tuple[str, str], ChainHead]:
        """The last revision of every chain, by campaign and branch."""
        with self._reading() as connection:
            return reading.heads(connection)

    def digest(self) -> str:
        """SHA-256 over all revisions and drafts: two stores of the same content have the same, whatever their files."""
        with self._reading() as connection:
            return reading.content_digest(connection)

    def history(self, campaign: str, branch: str, type: str | None = None, id: str | None = None) -> list[Revision]:  # noqa: A002
        """Revisions of a branch, of a type or of one record, oldest first."""
        with self._reading() as connection:
            return reading.history(connection, campaign, branch, type, id)

    def verify(self, labels: Mapping[str, str] = MappingProxyType({})) -> list[str]:
        """Read everything and say in Chinese what is not as it was written; empty when all is well.

        Args:
            labels: What record types are called in Chinese.
        """
        with damage.translated_errors(self.path, writing=False):
            return list(self._problems(labels))

    def backup(self, target: Path) -> None:
        """Copy the whole store, as it is at one moment, to ``target`` (complete or not at all; replaces).

        Raises:
            CannotWrite: no room, or no right to write there.
        """
        sqlite.backup(self._engine, target)

    # --- inside ------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _connection(self, **options: Any) -> Iterator[Connection]:
        if self._pid != os.getpid():
            # A forked child must not use (nor close) its parent's connections.
            self._parents = self._engine.pool  # kept, lest the collector close them
            self._engine.dispose(close=False)
            self._pid = os.getpid()
        with self._engine.connect().execution_options(**options) as connection:
            yield connection

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with (
                damage.translated_errors(self.path, writing=False),
                self._connection() as connection,
                connection.begin(),
            ):
                yield connection
        except reading.Altered as error:
            where = f"{chain_label(error.campaign, error.branch)}的第{error.number}条与存入时不一致"
            raise StoreBroken(path=str(self.path), what=where) from error

    def _still_there(self) -> None:
        # A file moved or replaced under us would take saves that nobody finds again.
        if _identity(self.path) != self._file:
            raise StoreBroken(path=str(self.path), what="文件在使用中被移走或替换")

    def _read_back(self, writer: Writer) -> None:
        """Compare what was appended with what another connection finds (the lock was ours: no gaps in seq)."""
        with self._connection() as other, other.begin():
            if writer.saved:
                since = revision.c.seq.between(writer.saved[0].seq, writer.saved[-1].seq)
                rows = other.execute(select(revision).where(since).order_by(revision.c.seq))
                self._same(writer.saved, [reading.revision_of(row) for row in rows])
            if writer.drafts:
                since = draft.c.seq.between(writer.drafts[0][0], writer.drafts[-1][0])
                rows = other.execute(select(draft.c.seq, draft.c.fields).where(since).order_by(draft.c.seq))
                self._same(writer.drafts, [(row.seq, row.fields) for row in rows])

    @staticmethod
    def _same(written: Sequence[object], found: Sequence[object]) -> None:
        if written != found:
            raise NotSaved(what="读回的内容与存入的不一致")

    def _problems(self, labels: Mapping[str, str]) -> Iterator[str]:
        with self._connection() as connection, connection.begin():
            yield from damage.structure_problems(connection, TRIGGERS)
            with damage.lenient_text(connection):
                try:
                    rows = connection.execution_options(yield_per=1000).execute(
                        select(revision).order_by(revision.c.campaign, revision.c.branch, revision.c.number)
                    )
                    yield from chain_problems((reading.revision_of(row) for row in rows), labels)
                except damage.DAMAGED:
                    yield "后面的内容读不出来，文件已损坏。"


def _path_of(path_or_url: Path | str) -> Path:
    if isinstance(path_or_url, Path) or "://" not in path_or_url:
        return Path(path_or_url)
    try:
        url = make_url(path_or_url)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise SettingsBroken(path="orglife.toml", what=f"store只能写成sqlite:///文件名，现在是“{path_or_url}”")
    return Path(url.database)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
