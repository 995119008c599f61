"""Copies of a database file, written aside and put in place whole; and one database in the place of another."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine

from orglife.adapters.disk import files
from orglife.adapters.store.damage import os_error_words, translated_errors
from orglife.adapters.store.disks import journal_mode
from orglife.adapters.store.sqlite_connections import connect, journal_files
from orglife.core.errors import CannotWrite, NotSaved


@contextlib.contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """An empty private file beside ``target``; deleted after the block, with its journal, unless it was renamed.

    Raises:
        CannotWrite: no space or no permission.
    """
    try:
        number, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)  # mode 0600
        os.close(number)
    except OSError as error:
        raise CannotWrite(path=str(target), what=os_error_words(error)) from error
    new = Path(name)
    try:
        with translated_errors(target, writing=True):
            yield new
    except NotSaved as error:
        raise CannotWrite(path=str(target), what=error.fields["what"]) from error
    except OSError as error:
        raise CannotWrite(path=str(target), what=os_error_words(error)) from error
    finally:
        for leftover in (new, *journal_files(new)):
            leftover.unlink(missing_ok=True)


def copy_to(engine: Engine, new: Path) -> None:
    """Copy a snapshot of the whole database to a private file, and sync it."""
    raw = engine.raw_connection()
    target = sqlite3.connect(new, isolation_level=None)
    try:
        source = raw.driver_connection
        if not isinstance(source, sqlite3.Connection):
            raise TypeError(source)
        source.backup(target)
        # A copy in write-ahead mode cannot be read in a read-only folder.
        target.execute("PRAGMA journal_mode = DELETE").close()
    finally:
        target.close()
        raw.close()
    with new.open("rb+") as file:
        os.fsync(file.fileno())


def backup(engine: Engine, target: Path) -> None:
    """Copy a snapshot of the whole database to ``target``, atomically.

    Raises:
        CannotWrite: no space or no permission; an existing ``target`` is unchanged.
    """
    with new_file(target) as new:
        copy_to(engine, new)
        new.replace(target)
        files.sync_folder(target.parent)


def replace(path: Path, new: Path) -> None:
    """Move the database ``new`` to ``path``; nobody may have the database at ``path`` open.

    The log of the old database is merged into it first: SQLite would apply a leftover log to the new database.

    Raises:
        StoreBusy: somebody has the database open.
        CannotWrite: the old database is unchanged.
    """
    path = files.real(path)
    if path.exists():
        with (
            translated_errors(path, writing=True),
            contextlib.closing(sqlite3.connect(path, isolation_level=None)) as old,
        ):
            old.execute("PRAGMA journal_mode = DELETE").close()
    try:
        for leftover in journal_files(path):
            leftover.unlink(missing_ok=True)
        new.replace(path)
    except OSError as error:
        raise CannotWrite(path=str(path), what=os_error_words(error)) from error
    files.sync_folder(path.parent)


@contextlib.contextmanager
def replacing_content(path: Path, new: Path, tables: Sequence[str], triggers: Mapping[str, str]) -> Iterator[None]:
    """Give the database at ``path`` the content of ``new``, in one transaction that begins before the block.

    Others may have it open. Nobody can save from the beginning of the block, in which the present content may be copied,
    to the commit; the file stays the same, so what they save afterwards is in it.

    Args:
        path: A database with the same tables as ``new``.
        new: A database that nobody else has open.
        tables: Names of the tables.
        triggers: Name → SQL of the triggers, which are dropped and created again: they refuse to delete.

    Raises:
        StoreBusy: somebody is writing to it.
        NotSaved, CannotWrite: it is unchanged.
    """
    path = files.real(path)
    with (
        translated_errors(path, writing=True),
        contextlib.closing(connect(path, "mode=rw", mode=journal_mode(path), busy_seconds=10)) as target,
    ):
        target.execute("ATTACH ? AS new", (str(new),)).close()
        target.execute("PRAGMA secure_delete = ON").close()  # else the old content would stay in free pages
        target.execute("BEGIN IMMEDIATE").close()
        try:
            yield
            _take_content(target, tables, triggers)
            target.execute("COMMIT").close()
        except BaseException:
            if target.in_transaction:
                target.execute("ROLLBACK").close()
            raise


def _take_content(target: sqlite3.Connection, tables: Sequence[str], triggers: Mapping[str, str]) -> None:
    for name in triggers:
        target.execute(f"DROP TRIGGER main.{name}").close()
    for table in tables:
        target.execute(f"DELETE FROM main.{table}").close()  # noqa: S608  our own tables
        target.execute(f"INSERT INTO main.{table} SELECT * FROM new.{table}").close()  # noqa: S608  our own tables
    target.execute("DELETE FROM main.sqlite_sequence").close()
    target.execute("INSERT INTO main.sqlite_sequence SELECT * FROM new.sqlite_sequence").close()
    for statement in triggers.values():
        target.execute(statement).close()
