"""One database file: created atomically, opened, upgraded, copied.

Nothing here depends on the tables. Only the owner may read the files (SQLite gives its journal the same mode).
With the rollback journal ``synchronous`` is EXTRA: with FULL, a power loss just after a commit may restore the deleted
journal, which undoes the commit. With the write-ahead log FULL is enough.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from orglife.adapters.disk import files
from orglife.adapters.store.damage import is_busy, os_error_words, translated_errors
from orglife.adapters.store.disks import JournalMode, journal_mode
from orglife.adapters.store.tables import APPLICATION_ID, Upgrade
from orglife.core.errors import CannotWrite, NoSuchFile, NotSaved, StoreBroken, StoreNewer, UnreadableFile

_MAGIC = b"SQLite format 3\x00"
_NOT_OURS = "它不是本程序的数据文件"


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
        engine = _engine(lambda: _connect(path, flags, mode=mode, busy_seconds=busy_seconds), _identity(path))
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


def _engine(creator: Callable[[], sqlite3.Connection], file: tuple[int, int] | None = None) -> Engine:
    engine = create_engine("sqlite://", creator=creator, poolclass=QueuePool, pool_size=3, max_overflow=20)
    if file is not None:
        event.listen(engine, "connect", lambda *_: _in_use.update({file: 1}))
        event.listen(engine, "close", lambda *_: _in_use.subtract({file: 1}))

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # The driver begins late and only for writes. A reader needs one snapshot, a writer needs the lock at once.
        connection.exec_driver_sql(str(connection.get_execution_options().get("begin", "BEGIN")))

    return engine


def _connect(path: Path, flags: str, *, mode: JournalMode, busy_seconds: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        _uri(path, flags), uri=True, timeout=busy_seconds, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in (
            f"synchronous = {'FULL' if mode == 'wal' else 'EXTRA'}",
            "fullfsync = ON",  # macOS: a plain fsync does not flush the drive's cache
            "checkpoint_fullfsync = ON",
            "trusted_schema = OFF",
            "cell_size_check = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()
    except BaseException:
        connection.close()
        raise
    return connection


def _uri(path: Path, flags: str) -> str:
    posix = path.as_posix()  # "/a/b", "C:/a/b" or "//server/share/b"; after "file://" the path must begin with "/"
    return f"file://{'' if posix.startswith('/') else '/'}{quote(posix, safe='/:')}?{flags}"


def _exists(path: Path) -> bool:
    try:
        return path.exists() or path.is_symlink()
    except OSError as error:
        raise UnreadableFile(path=str(path), what=os_error_words(error)) from error


def journal_files(path: Path) -> list[Path]:
    """The journal files that SQLite may create next to a database."""
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal")]


def _reading_flags(path: Path) -> str:
    """URI flags for read-only access. In a read-only folder SQLite cannot create the index of the log."""
    try:
        with contextlib.closing(sqlite3.connect(_uri(path, "mode=ro"), uri=True)) as probe:
            probe.execute("SELECT count(*) FROM sqlite_master").close()
    except sqlite3.OperationalError:
        log, _, journal = journal_files(path)
        if not journal.exists() and (not log.exists() or log.stat().st_size == 0):
            return "mode=ro&immutable=1"  # no unfinished transaction, and nobody has it open (there is no log)
    return "mode=ro"


_in_use: Counter[tuple[int, int]] = Counter()
"""Open connections of this process per file (device, inode). When a process closes any handle of a file, POSIX drops all
locks that the process holds on it. Another process would then consider the log abandoned and delete it with new saves."""


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _require_database(path: Path) -> None:
    """Refuse a file that is not an SQLite database before SQLite opens it, and restrict its mode to the owner."""
    try:
        if not path.is_file():
            raise StoreBroken(path=str(path), what="它不是文件")
        if _in_use[_identity(path)] > 0:
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
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)  # mode 0600
        os.close(number)
    except OSError as error:
        raise CannotWrite(path=str(path), what=os_error_words(error)) from error
    new = Path(name)
    try:
        with translated_errors(path, writing=True):
            engine = _engine(lambda: _connect(new, "mode=rw", mode="delete", busy_seconds=5))
            try:
                with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection, connection.begin():
                    _run(connection, upgrades, since=0)
            finally:
                engine.dispose()
        _put_in_place(new, path)
    except NotSaved as error:
        raise CannotWrite(path=str(path), what=error.fields["what"]) from error
    except OSError as error:
        raise CannotWrite(path=str(path), what=os_error_words(error)) from error
    finally:
        for leftover in (new, *journal_files(new)):
            leftover.unlink(missing_ok=True)
    sync_folder(path.parent)


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
        ours = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        version = schema_version(connection)
    if ours != APPLICATION_ID:
        raise StoreBroken(path=str(path), what=_NOT_OURS)
    if version > known:
        raise StoreNewer(path=str(path), found=version, known=known)
    if version < 1:  # both numbers are written when the file is made
        raise StoreBroken(path=str(path), what="里面的版式编号不对，它被别的程序改过")
    return version < known


def _upgraded_copy(engine: Engine, upgrades: Mapping[int, Upgrade]) -> Engine:
    """An engine on an upgraded private copy of a file that may not be changed; the copy is deleted with the engine."""
    folder = tempfile.TemporaryDirectory()
    copy = Path(folder.name) / "orglife.db"
    try:
        _copy(engine, copy)
        engine.dispose()
        new = _engine(lambda: _connect(copy, "mode=rw", mode="delete", busy_seconds=5))
        event.listen(new, "engine_disposed", lambda _: folder.cleanup())
        with new.connect().execution_options(begin="BEGIN IMMEDIATE") as connection, connection.begin():
            _run(connection, upgrades, since=schema_version(connection))
    except BaseException:
        folder.cleanup()
        raise
    return new


def _upgrade(engine: Engine, path: Path, upgrades: Mapping[int, Upgrade]) -> None:
    """Back the file up in its folder, then run all upgrades in one transaction."""
    copy: Path | None = None
    try:
        with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection, connection.begin():
            since = schema_version(connection)
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


def schema_version(connection: Connection) -> int:
    """The schema version in the file."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def _free_name(path: Path, version: int) -> Path:
    copy, number = path.with_name(f"{path.name}.v{version}.bak"), 2
    while copy.exists():
        copy, number = path.with_name(f"{path.name}.v{version}-{number}.bak"), number + 1
    return copy


# --- copies ----------------------------------------------------------------------------------------------------------


def backup(engine: Engine, target: Path) -> None:
    """Copy a snapshot of the whole database to ``target``, atomically.

    Raises:
        CannotWrite: no space or no permission; an existing ``target`` is unchanged.
    """
    try:
        number, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
        os.close(number)
    except OSError as error:
        raise CannotWrite(path=str(target), what=os_error_words(error)) from error
    new = Path(name)
    try:
        with translated_errors(target, writing=True):
            _copy(engine, new)
        new.replace(target)
        sync_folder(target.parent)
    except NotSaved as error:
        raise CannotWrite(path=str(target), what=error.fields["what"]) from error
    except OSError as error:
        raise CannotWrite(path=str(target), what=os_error_words(error)) from error
    finally:
        for leftover in (new, *journal_files(new)):
            leftover.unlink(missing_ok=True)


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
    sync_folder(path.parent)


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
        contextlib.closing(_connect(path, "mode=rw", mode=journal_mode(path), busy_seconds=10)) as target,
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


def _copy(engine: Engine, new: Path) -> None:
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


def sync_folder(folder: Path) -> None:
    """Sync a folder, so that a new name in it survives a power loss (not needed on Windows)."""
    if os.name == "nt":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError:  # some network file systems refuse this for folders
        pass
    finally:
        os.close(number)
