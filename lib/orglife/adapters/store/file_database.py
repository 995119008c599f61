"""The store in one SQLite file, which one transaction at a time may write."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from orglife.adapters.store import damage, folding, last_heads, sqlite, sqlite_copies
from orglife.adapters.store.chain import FIELDS, Revision
from orglife.adapters.store.database import Clock, Database
from orglife.adapters.store.reading import Queries
from orglife.adapters.store.sqlite_connections import FileIdentity, identity
from orglife.adapters.store.tables import UPGRADES, Upgrade, expected_schema, revision
from orglife.adapters.store.writer import Writer
from orglife.core.errors import StoreBroken, StoreTooOld

NAMED_LOSSES = 3
"""How many lost saves are named when a store is refused."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class FileTurn:
    """A transaction that holds the lock of the whole file."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self.connection = connection
        self.now = clock

    def hold(self, campaign: str, branch: str, type: str, record: str) -> None:  # noqa: A002  the file is locked
        """Nothing is left to hold."""

    def insert(self, revisions: Sequence[Revision]) -> None:
        """Insert revisions."""
        self.connection.exec_driver_sql(_INSERT, [_values(r) for r in revisions])


_INSERT = f"INSERT INTO {revision.name} ({', '.join(FIELDS)}) VALUES ({', '.join('?' * len(FIELDS))})"  # noqa: S608  our own names
_values = attrgetter(*FIELDS)  # in half the time that a statement with named values takes


class FileDatabase(Database):
    """An open file."""

    def __init__(
        self, path: Path, engine: Engine, *, writable: bool, upgrades: Mapping[int, Upgrade] = UPGRADES
    ) -> None:
        self.path = path
        self.name, self.short_name = str(path), path.name
        self.writable = writable
        self.queries = Queries()
        self.engine = engine
        self._upgrades = upgrades
        self._pid = os.getpid()
        self._file = _identity(path)
        self._folding = folding.IdleFolding(self._fold)

    @classmethod
    def open(
        cls, path: Path, *, upgrades: Mapping[int, Upgrade], create: bool, readonly: bool, busy_seconds: float
    ) -> FileDatabase:
        """Open a file (see ``Store.open``).

        Raises:
            NoSuchFile, StoreBroken, StoreTooOld, StoreNewer, StoreBusy, UnreadableFile, CannotWrite: nothing was changed.
        """
        engine, writable = sqlite.open_engine(
            path, upgrades=upgrades, create=create, readonly=readonly, busy_seconds=busy_seconds
        )
        database = cls(path, engine, writable=writable, upgrades=upgrades)
        lost = database.lost_saves()
        if lost:
            database.close()
            raise StoreTooOld(path=str(path), lost=_few(lost), heads=last_heads.place_of(path).name)
        return database

    def errors(self, *, writing: bool) -> contextlib.AbstractContextManager[None]:
        """See ``Database``."""
        return damage.translated_errors(self.path, writing=writing)

    @contextlib.contextmanager
    def connection(self, **options: Any) -> Iterator[Connection]:
        """A connection outside of a transaction."""
        if self._pid != os.getpid():
            # A forked child must neither use nor close its parent's connections.
            self._parents = self.engine.pool  # hold a reference so that garbage collection does not close them
            self.engine.dispose(close=False)
            self._pid = os.getpid()
        with self.engine.connect().execution_options(**options) as connection:
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """See ``Database``. It is rolled back: a commit would fail after an unreadable page, also if that was handled."""
        with self.connection() as connection:
            transaction = connection.begin()
            try:
                yield connection
            finally:
                transaction.rollback()

    @contextlib.contextmanager
    def saving(self, clock: Clock | None) -> Iterator[Writer]:
        """See ``Database``.

        Raises:
            StoreBroken: the file was moved or replaced.
            NotSaved: it was read back differently.
        """
        self._require_same_file()
        with self.connection(begin="BEGIN IMMEDIATE") as connection:
            with connection.begin():
                writer = Writer(FileTurn(connection, clock or _utc_now))
                yield writer
                writer.finish()
            with self.connection() as other, other.begin():
                writer.require_stored(other)
        self._require_same_file()
        last_heads.note_saves(self.path, writer.saved, writer.drafts)
        self._folding.saved()

    def files(self) -> None:
        """See ``Database``."""

    def structure_problems(self, connection: Connection) -> Iterator[str]:
        """See ``Database``."""
        return damage.structure_problems(connection, lambda: expected_schema(self._upgrades))

    def lost_saves(self) -> list[str]:
        """See ``Database`` and ``last_heads``."""
        with (
            damage.translated_errors(self.path, writing=False),
            contextlib.closing(self.engine.raw_connection()) as raw,
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
        """See ``Database``."""
        sqlite_copies.backup(self.engine, target)

    def close(self) -> None:
        """See ``Database``."""
        self._folding.close()
        self.engine.dispose(close=self._pid == os.getpid())

    def _fold(self) -> bool:
        return _identity(self.path) != self._file or folding.fold(self.engine)

    def _require_same_file(self) -> None:
        # If the file was moved or replaced while open, saves would go to the old file and be lost.
        if _identity(self.path) != self._file:
            raise StoreBroken(path=self.name, what="文件在使用中被移走或替换")


def _few(lost: Sequence[str]) -> str:
    more = f"等{len(lost)}处" if len(lost) > NAMED_LOSSES else ""
    return "、".join(lost[:NAMED_LOSSES]) + more


def _identity(path: Path) -> FileIdentity | None:
    try:
        return identity(path)
    except OSError:
        return None
