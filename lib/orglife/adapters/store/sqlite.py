"""One database file: created atomically, opened, upgraded.

Nothing here depends on the tables. Only the owner may read the files (SQLite gives its journal the same mode).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, Engine, event

from orglife.adapters.disk import files
from orglife.adapters.store.damage import is_busy, os_error_words, translated_errors
from orglife.adapters.store.disks import JournalMode, journal_mode
from orglife.adapters.store.sqlite_connections import (
    connect,
    identity,
    in_use,
    journal_files,
    new_engine,
    private_engine,
    uri,
    writing,
)
from orglife.adapters.store.sqlite_copies import backup, copy_to, new_file
from orglife.adapters.store.tables import APPLICATION_ID, Upgrade
from orglife.core.errors import NoSuchFile, StoreBroken, StoreNewer, UnreadableFile

_MAGIC = b"SQLite format 3\x00"
_NOT_OURS = "它不是组织生活会工作簿的数据文件"


# --- opening ---------------------------------------------------------------------------------------------------------


def open_engine(
    path: Path, *, upgrades: Mapping[int, Upgrade], create: bool, readonly: bool, busy_seconds: float
) -> tuple[Engine, bool]:
    """An engine on the file with its schema upgraded, and whether the file can be written.

    Raises:
        NoSuchFile: the file does not exist and ``create`` is false.
        StoreBroken, StoreNewer, StoreBusy, UnreadableFile, CannotWrite: see each class; nothing was changed.
    """
    if not _exists(path):
        if not create or readonly:
            raise NoSuchFile(path=str(path))
        _create(path, upgrades)
    _require_database(path)
    mode = journal_mode(path)
    path = files.real(path)  # SQLite puts the journal next to the file itself, not next to a link to it
    writable = not readonly and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    with translated_errors(path, writing=False):
        flags = "mode=rw" if writable else _reading_flags(path)
        engine = new_engine(lambda: connect(path, flags, mode=mode, busy_seconds=busy_seconds), identity(path))
        try:
            outdated = _is_outdated(engine, path, upgrades)
            if outdated and not writable:
                return _upgraded_copy(engine, upgrades), False
            if outdated:
                _upgrade(engine, path, upgrades)
            if writable:
                _set_journal(engine, mode)
        except BaseException:
            engine.dispose()
            raise
    return engine, writable


def _exists(path: Path) -> bool:
    try:
        return path.exists() or path.is_symlink()
    except OSError as error:
        raise UnreadableFile(path=str(path), what=os_error_words(error)) from error


def _reading_flags(path: Path) -> str:
    """URI flags for read-only access. In a read-only folder SQLite cannot create the index of the log."""
    try:
        with contextlib.closing(sqlite3.connect(uri(path, "mode=ro"), uri=True)) as probe:
            probe.execute("SELECT count(*) FROM sqlite_master").close()
    except sqlite3.OperationalError:
        log, _, journal = journal_files(path)
        if not journal.exists() and (not log.exists() or log.stat().st_size == 0):
            return "mode=ro&immutable=1"  # no unfinished transaction, and nobody has it open (there is no log)
    return "mode=ro"


def _require_database(path: Path) -> None:
    """Refuse a file that is not an SQLite database before SQLite opens it, and restrict its mode to the owner."""
    try:
        if not path.is_file():
            raise StoreBroken(path=str(path), what="它不是文件")
        if in_use[identity(path)] > 0:
            return  # already open and checked; opening and closing it here would drop this process's locks
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise UnreadableFile(path=str(path), what=os_error_words(error)) from error
    if not head:
        raise StoreBroken(path=str(path), what="文件是空的")
    if head != _MAGIC:
        raise StoreBroken(path=str(path), what=_NOT_OURS)
    with contextlib.suppress(OSError):  # the file of another user, or a file system without modes
        _restrict_to_owner(path)


def _restrict_to_owner(path: Path) -> None:
    """Restrict the file and its journal to the owner, both with one mode: a read-only journal would block the owner."""
    mode = stat.S_IMODE(path.stat().st_mode) & 0o700
    for ours in (path, *journal_files(files.real(path))):
        if ours.exists() and stat.S_IMODE(ours.stat().st_mode) != mode:
            ours.chmod(mode)


def _set_journal(engine: Engine, mode: JournalMode) -> None:
    with contextlib.closing(engine.raw_connection()) as raw:
        cursor = raw.cursor()
        try:
            if cursor.execute("PRAGMA journal_mode").fetchone()[0] != mode:
                cursor.execute(f"PRAGMA journal_mode = {mode}")
        except sqlite3.OperationalError as error:
            # Others have the file open: leave the journal mode unchanged until the next time it is opened.
            if not is_busy(error):
                raise
        finally:
            cursor.close()


# --- schema ----------------------------------------------------------------------------------------------------------


def _create(path: Path, upgrades: Mapping[int, Upgrade]) -> None:
    """Create a new file: written completely under a temporary name first, so that ``path`` is never incomplete."""
    with new_file(path) as new:
        engine = private_engine(new)
        try:
            with writing(engine) as connection:
                _run(connection, upgrades, since=0)
        finally:
            engine.dispose()
        _put_in_place(new, path)
    files.sync_folder(path.parent)


def _put_in_place(new: Path, path: Path) -> None:
    """Give the new file its name. If another process was faster, keep the file of that process."""
    try:
        os.link(new, path)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        if not path.exists():
            new.replace(path)


def _is_outdated(engine: Engine, path: Path, upgrades: Mapping[int, Upgrade]) -> bool:
    """Whether the schema of our file is older than the program's.

    Raises:
        StoreBroken, StoreNewer: the file is not ours, or a newer program made it.
    """
    known = max(upgrades)
    with engine.connect() as connection:
        application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        version = _schema_version(connection)
    if application != APPLICATION_ID:
        raise StoreBroken(path=str(path), what=_NOT_OURS)
    if version > known:
        raise StoreNewer(path=str(path), version=version, known=known)
    if version < 1:  # both numbers are written when the file is made
        raise StoreBroken(path=str(path), what="里面的版式编号不对，它被别的程序改过")
    return version < known


def _upgraded_copy(engine: Engine, upgrades: Mapping[int, Upgrade]) -> Engine:
    """An engine on an upgraded private copy of a file that may not be changed; the copy is deleted with the engine."""
    folder = tempfile.TemporaryDirectory()
    copy = Path(folder.name) / "orglife.db"
    try:
        copy_to(engine, copy)
        engine.dispose()
        new = private_engine(copy)
        event.listen(new, "engine_disposed", lambda _: folder.cleanup())
        with writing(new) as connection:
            _run(connection, upgrades, since=_schema_version(connection))
    except BaseException:
        folder.cleanup()
        raise
    return new


def _upgrade(engine: Engine, path: Path, upgrades: Mapping[int, Upgrade]) -> None:
    """Back the file up in its folder, then run all upgrades in one transaction."""
    copy: Path | None = None
    try:
        with writing(engine) as connection:
            since = _schema_version(connection)
            if since == max(upgrades):  # another process was first
                return
            copy = _free_name(path, since)
            backup(engine, copy)
            _run(connection, upgrades, since=since)
    except BaseException:
        if copy is not None:  # the transaction was rolled back, so the copy is not needed
            copy.unlink(missing_ok=True)
        raise


def _run(connection: Connection, upgrades: Mapping[int, Upgrade], *, since: int) -> None:
    for version in range(since + 1, max(upgrades) + 1):
        upgrades[version](connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {version}")


def _schema_version(connection: Connection) -> int:
    """The schema version in the file."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def _free_name(path: Path, version: int) -> Path:
    copy, number = path.with_name(f"{path.name}.v{version}.bak"), 2
    while copy.exists():
        copy, number = path.with_name(f"{path.name}.v{version}-{number}.bak"), number + 1
    return copy
