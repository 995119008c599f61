"""Connections to one database file, and which files this process has open.

With the rollback journal ``synchronous`` is EXTRA: with FULL, a power loss just after a commit may restore the deleted
journal, which undoes the commit. With the write-ahead log FULL is enough.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from orglife.adapters.store.disks import JournalMode

FileIdentity = tuple[int, int]
"""Device and inode of a file."""
in_use: Counter[FileIdentity] = Counter()
"""Open connections of this process per file. When a process closes any handle of a file, POSIX drops all locks that the
process holds on it. Another process would then consider the log abandoned and delete it with new saves."""


def identity(path: Path) -> FileIdentity:
    """Device and inode of a file."""
    status = path.stat()
    return status.st_dev, status.st_ino


def new_engine(creator: Callable[[], sqlite3.Connection], file: FileIdentity | None = None) -> Engine:
    """An engine whose connections ``creator`` opens; with ``file`` they are counted in ``in_use``."""
    engine = create_engine("sqlite://", creator=creator, poolclass=QueuePool, pool_size=3, max_overflow=20)
    if file is not None:
        event.listen(engine, "connect", lambda *_: in_use.update({file: 1}))
        event.listen(engine, "close", lambda *_: in_use.subtract({file: 1}))

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # The driver begins late and only for writes. A reader needs one snapshot, a writer needs the lock at once.
        connection.exec_driver_sql(str(connection.get_execution_options().get("begin", "BEGIN")))

    return engine


def private_engine(path: Path) -> Engine:
    """An engine on a file that nobody else knows."""
    return new_engine(lambda: connect(path, "mode=rw", mode="delete", busy_seconds=5))


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that holds the file's write lock from its beginning."""
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection, connection.begin():
        yield connection


def connect(path: Path, flags: str, *, mode: JournalMode, busy_seconds: float) -> sqlite3.Connection:
    """A connection that syncs as its journal mode needs and trusts nothing in the file.

    Args:
        path: The file.
        flags: URI flags, e.g. ``mode=rw``.
        mode: The journal of the file.
        busy_seconds: How long to wait while another program saves.
    """
    connection = sqlite3.connect(
        uri(path, flags), uri=True, timeout=busy_seconds, isolation_level=None, check_same_thread=False
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


def uri(path: Path, flags: str) -> str:
    """The URI of a file for SQLite."""
    posix = path.as_posix()  # "/a/b", "C:/a/b" or "//server/share/b"; after "file://" the path must begin with "/"
    return f"file://{'' if posix.startswith('/') else '/'}{quote(posix, safe='/:')}?{flags}"


def journal_files(path: Path) -> list[Path]:
    """The journal files that SQLite may create next to a database."""
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal")]
