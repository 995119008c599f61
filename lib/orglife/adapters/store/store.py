"""The append-only store: it keeps every revision of every record and changes or deletes none.

Each save is one transaction, synced, and read back over another connection before it is acknowledged. The store does
not depend on record classes: records go in by ``to_json()`` and come out as dicts.

*base* is always the version that the caller has seen. ``None`` skips the check, ``0`` means that the record must not
exist (never saved, or removed). If it is not the current version, ``SaveConflict`` is raised and nothing is saved.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from orglife.adapters.store import damage, last_heads, reading, sqlite
from orglife.adapters.store.chain import BUREAU, ChainHead, Revision, chain_label, chain_problems
from orglife.adapters.store.drafts import draft_hash, draft_problems
from orglife.adapters.store.reading import Snapshot, StoredRecord
from orglife.adapters.store.tables import TRIGGERS, UPGRADES, Upgrade, draft, revision
from orglife.adapters.store.writer import Change, Writer, live_version
from orglife.core.errors import CannotWrite, NotSaved, SettingsBroken, StoreBroken, StoreTooOld
from orglife.core.record.branch import Branch
from orglife.core.record.record import Record

__all__ = ["BUREAU", "ChainHead", "Change", "Revision", "Snapshot", "Store", "StoredRecord", "Writer"]


NAMED_LOSSES = 3
"""How many lost saves are named when a store is refused."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """An open store. Threads may share it; each process opens its own.

    Attributes:
        cache: Results of reading, for the office; valid for ``cache_state``.
        cache_state: ``state`` and day when the cache was begun.
    """

    cache: dict[Any, Any]
    cache_state: Any

    def __init__(self, path: Path, engine: Engine, *, writable: bool, clock: Callable[[], datetime]) -> None:
        self.path = path
        self.writable = writable
        self.cache, self.cache_state = {}, None
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
        """Open a store; create it if it does not exist, upgrade it if its schema is older.

        Args:
            path_or_url: A file, or ``sqlite:///orglife.db`` (relative) or ``sqlite:////abs/orglife.db``.
            folder: Base of a relative path; the current folder when None.
            create: Create the file if it does not exist.
            readonly: Never write. A store that cannot be written is opened read-only in any case.
            upgrades: Schema version → function that upgrades from the version before.
            busy_seconds: How long to wait while another program saves.
            clock: Gives the time of entry.

        Raises:
            NoSuchFile, StoreBroken, StoreTooOld, StoreNewer, StoreBusy, UnreadableFile, CannotWrite: nothing was changed.
            SettingsBroken: the URL does not name an SQLite file.
        """
        path = cls.place(path_or_url, folder=folder)
        engine, writable = sqlite.open_engine(
            path, upgrades=upgrades, create=create, readonly=readonly, busy_seconds=busy_seconds
        )
        store = cls(path, engine, writable=writable, clock=clock)
        lost = store.lost_saves()
        if lost:
            store.close()
            raise StoreTooOld(path=str(path), lost=_few(lost), heads=last_heads.place_of(path).name)
        return store

    @staticmethod
    def place(path_or_url: Path | str, *, folder: Path | None = None) -> Path:
        """The absolute path of a store's file.

        Raises:
            SettingsBroken: the URL does not name an SQLite file.
        """
        return (folder or Path()).joinpath(_path_of(path_or_url)).absolute()

    def close(self) -> None:
        """Close the file. The store cannot be used afterwards; closing twice is allowed."""
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
        """A transaction: all changes in the block are saved when it ends, none after an exception.

        Raises:
            StoreBusy, NotSaved, CannotWrite, StoreBroken: nothing was saved.
        """
        if not self.writable:
            raise CannotWrite(path=str(self.path), what=damage.READ_ONLY)
        self._require_same_file()
        with damage.translated_errors(self.path, writing=True), self._connection(begin="BEGIN IMMEDIATE") as connection:
            with connection.begin():
                writer = Writer(connection, self._clock)
                yield writer
            self._read_back(writer)
        self._require_same_file()
        last_heads.note_saves(self.path, writer.saved, writer.drafts)

    def put(
        self, campaign: str, branch: str, record: Record | Branch, *, who: str, base: int | None, label: str = ""
    ) -> Revision:
        """Save a new or changed record and settle its draft. Saving an unchanged record adds a revision too.

        ``label`` names the record for users, in the message of a conflict.

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
        """Remove a record and settle its draft; its history stays.

        Raises:
            SaveConflict: ``base`` is not its current version.
            NoSuchRecord: ``base`` is None and the record does not exist.
        """
        with self.writing() as writer:
            return writer.change(campaign, branch, Change.remove(type, id, base=base, label=label), who=who)

    def apply(self, campaign: str, branch: str, changes: Iterable[Change], *, who: str) -> list[Revision]:
        """Save several changes of one branch in one transaction."""
        return self.apply_all(campaign, [(branch, changes)], who=who)

    def apply_all(self, campaign: str, changes: Iterable[tuple[str, Iterable[Change]]], *, who: str) -> list[Revision]:
        """Save changes of several branches, (branch, changes) each, in one transaction."""
        with self.writing() as writer:
            return [writer.change(campaign, branch, one, who=who) for branch, each in changes for one in each]

    def append(self, revisions: Iterable[Revision]) -> list[Revision]:
        """Append revisions of another store unchanged; skip those that this store has.

        Returns:
            The revisions that were appended.

        Raises:
            ChainBroken: a revision does not continue its chain or does not match its hash. Nothing is appended.
        """
        with self.writing() as writer:
            return writer.append(revisions)

    def draft(self, campaign: str, branch: str, type: str, id: str, fields: Mapping[str, Any], *, who: str) -> None:  # noqa: A002
        """Save a draft, an entry that is not a valid record yet: raw text per field (any JSON values)."""
        with self.writing() as writer:
            writer.draft(campaign, branch, type, id, fields, who=who)

    def settle(self, campaign: str, branch: str, type: str, id: str, *, who: str) -> None:  # noqa: A002
        """Settle a draft; do nothing when there is none."""
        with self.writing() as writer:
            writer.draft(campaign, branch, type, id, None, who=who)

    # --- reading -----------------------------------------------------------------------------------------------------

    def campaigns(self) -> list[str]:
        """Campaigns that have any revision, sorted."""
        with self._reading() as connection:
            return reading.campaigns(connection)

    def clock_backs(self, campaign: str) -> dict[str, list[int]]:
        """Branch (or ``BUREAU``) → numbers of the revisions before which the computer's clock ran back."""
        with self._reading() as connection:
            return reading.clock_backs(connection, campaign)

    def branches(self, campaign: str) -> list[str]:
        """Ids of the branches that have data of their own, sorted."""
        with self._reading() as connection:
            return reading.branches(connection, campaign)

    def current(self, campaign: str, branch: str, types: Collection[str] = ()) -> Snapshot:
        """The current state of a branch (or ``BUREAU``); empty when nothing was ever saved.

        Args:
            campaign: The campaign's id.
            branch: The branch's id.
            types: Record types to read; () = all. The branch's own data and head are always read.
        """
        with self._reading() as connection:
            return reading.snapshot(connection, campaign, branch, types)

    def state(self) -> tuple[int, int]:
        """A value that changes with every save and every draft, of any branch and by any program."""
        with self._reading() as connection:
            return reading.state(connection)

    def version(self, campaign: str, branch: str, type: str, id: str) -> int:  # noqa: A002
        """The current version of a record; 0 when it does not exist."""
        with self._reading() as connection:
            return live_version(connection, campaign, branch, type, id).live

    def head(self, campaign: str, branch: str, *, without: Collection[str] = ()) -> ChainHead:
        """The head of a chain, not counting revisions of the types ``without``."""
        with self._reading() as connection:
            return reading.head(connection, campaign, branch, without)

    def marks(self) -> dict[str, str]:
        """Branch id → a string that changes with every save of the branch, in any campaign."""
        with self._reading() as connection:
            return reading.marks(connection)

    def heads(self) -> dict[tuple[str, str], ChainHead]:
        """The head of every chain, by campaign and branch."""
        with self._reading() as connection:
            return reading.heads(connection)

    def digest(self) -> str:
        """SHA-256 over all revisions and drafts: equal for two stores of equal content, even if their files differ."""
        with self._reading() as connection:
            return reading.content_digest(connection)

    def history(self, campaign: str, branch: str, type: str | None = None, id: str | None = None) -> list[Revision]:  # noqa: A002
        """Revisions of a branch, of one record type, or of one record, oldest first."""
        with self._reading() as connection:
            return reading.history(connection, campaign, branch, type, id)

    def verify(self, labels: Mapping[str, str] = MappingProxyType({}), *, drafts: bool = True) -> list[str]:
        """Read everything and report all problems in Chinese; empty when the store is sound.

        Args:
            labels: Record type → Chinese name.
            drafts: Report damaged drafts too.
        """
        with damage.translated_errors(self.path, writing=False):
            return [*self._problems(labels), *(self.damaged_drafts(labels) if drafts else ())]

    def damaged_drafts(self, labels: Mapping[str, str] = MappingProxyType({})) -> list[str]:
        """One Chinese sentence for each damaged draft (see ``verify``)."""
        with self._reading() as connection:
            return list(draft_problems(connection, labels))

    def lost_saves(self) -> list[str]:
        """What was saved here once and is not in the file now, in Chinese; see ``last_heads``."""
        with (
            damage.translated_errors(self.path, writing=False),
            contextlib.closing(self._engine.raw_connection()) as raw,
        ):
            connection = raw.driver_connection
            if not isinstance(connection, sqlite3.Connection):
                raise TypeError(connection)
            try:
                return last_heads.lost_saves(self.path, connection)
            except damage.DAMAGED as error:
                damage.require_damage(error)
                return []  # reading or verifying will name the damage

    def backup(self, target: Path) -> None:
        """Copy a snapshot of the whole store to ``target``, atomically; an existing file is replaced.

        Raises:
            CannotWrite: no space or no permission.
        """
        sqlite.backup(self._engine, target)

    # --- inside ------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _connection(self, **options: Any) -> Iterator[Connection]:
        if self._pid != os.getpid():
            # A forked child must neither use nor close its parent's connections.
            self._parents = self._engine.pool  # hold a reference so that garbage collection does not close them
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
                self._view(connection),
            ):
                yield connection
        except reading.AlteredRevision as error:
            where = f"{chain_label(error.campaign, error.branch)}的第{error.number}条与存入时不一致"
            raise StoreBroken(path=str(self.path), what=where) from error

    @staticmethod
    @contextlib.contextmanager
    def _view(connection: Connection) -> Iterator[None]:
        """A transaction that only reads: a commit would fail after an unreadable page, also if the caller handled that."""
        transaction = connection.begin()
        try:
            yield
        finally:
            transaction.rollback()

    def _require_same_file(self) -> None:
        # If the file was moved or replaced while open, saves would go to the old file and be lost.
        if _identity(self.path) != self._file:
            raise StoreBroken(path=str(self.path), what="文件在使用中被移走或替换")

    def _read_back(self, writer: Writer) -> None:
        """Compare the appended rows with what another connection reads (we held the lock: no gaps in ``seq``)."""
        with self._connection() as other, other.begin():
            if writer.saved:
                since = revision.c.seq.between(writer.saved[0].seq, writer.saved[-1].seq)
                rows = other.execute(select(revision).where(since).order_by(revision.c.seq))
                self._require_equal(writer.saved, [reading.revision_of(row) for row in rows])
            if writer.drafts:
                since = draft.c.seq.between(writer.drafts[0][0], writer.drafts[-1][0])
                rows = other.execute(select(draft).where(since).order_by(draft.c.seq))
                self._require_equal(writer.drafts, [(row.seq, draft_hash(dict(row._mapping))) for row in rows])  # noqa: SLF001

    @staticmethod
    def _require_equal(written: Sequence[object], read: Sequence[object]) -> None:
        if written != read:
            raise NotSaved(what="读回的内容与存入的不一致")

    def _problems(self, labels: Mapping[str, str]) -> Iterator[str]:
        with self._connection() as connection, self._view(connection):
            yield from damage.structure_problems(connection, TRIGGERS)
            with damage.lenient_text(connection):
                try:
                    rows = connection.execution_options(yield_per=1000).execute(
                        select(revision).order_by(revision.c.campaign, revision.c.branch, revision.c.number)
                    )
                    yield from chain_problems((reading.revision_of(row) for row in rows), labels)
                except damage.DAMAGED as error:
                    damage.require_damage(error)
                    yield "后面的内容读不出来，文件已损坏。"


def _few(lost: Sequence[str]) -> str:
    more = f"等{len(lost)}处" if len(lost) > NAMED_LOSSES else ""
    return "、".join(lost[:NAMED_LOSSES]) + more


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
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
