"""Errors of the database and the disk as Chinese sentences, and checks for a damaged file."""

from __future__ import annotations

import contextlib
import errno
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from orglife.adapters.store.tables import schema_of
from orglife.core.errors import CannotWrite, NotSaved, OrglifeError, StoreBroken, StoreBusy, UnreadableFile

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
READ_ONLY = "文件或文件夹是只读的，或没有权限"
DAMAGED = (DBAPIError, sqlite3.DatabaseError, UnicodeDecodeError)  # raised while reading a damaged file
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_REFUSED = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_READ_FAULTS = {sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS}
_NO_ROOM = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}  # opening needs space too, for the log and its index
_FULL = "磁盘空间不足"
_LEAST_FREE = 100_000
_NO_TEXT = "里面有读不懂的字符"
_ABSENT = "文件夹不存在"
_WORDS: Mapping[int | None, str] = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.EROFS: READ_ONLY,
    errno.ENOENT: _ABSENT,
    errno.ENOTDIR: _ABSENT,
}


@contextlib.contextmanager
def translated_errors(path: Path, *, writing: bool) -> Iterator[None]:
    """Turn errors of the database into errors for users; re-raise those that only a bug can cause."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        meaning = _meaning(error.orig if isinstance(error, DBAPIError) else error, str(path), writing=writing)
        if meaning is None:
            raise
        raise meaning from error
    except UnicodeDecodeError as error:  # SQLite's own message quotes damaged text
        raise StoreBroken(path=str(path), what=_NO_TEXT) from error


def _meaning(error: BaseException | None, path: str, *, writing: bool) -> OrglifeError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Raised by the sqlite3 module itself: bytes in the file that are not valid text.
        unreadable = isinstance(error, sqlite3.OperationalError) and "decode" in str(error).lower()
        return StoreBroken(path=path, what=_NO_TEXT) if unreadable else None
    kind = code & 0xFF
    if kind in _BUSY:
        return StoreBusy(path=path)
    if kind in _BROKEN or code in _READ_FAULTS:
        return StoreBroken(path=path, what="内容不完整或被改坏")
    if kind == sqlite3.SQLITE_ERROR:  # our statements are correct, so the tables or the header were changed
        return StoreBroken(path=path, what="里面缺少应有的内容")
    if kind in _REFUSED:
        return CannotWrite(path=path, what=READ_ONLY) if writing else UnreadableFile(path=path, what=READ_ONLY)
    if kind in _NO_ROOM:
        what = _FULL if kind == sqlite3.SQLITE_FULL or _is_full(path) else "磁盘读写出错，可能是空间不足"
        return NotSaved(what=what) if writing else CannotWrite(path=path, what=what)
    return None


def _is_full(path: str) -> bool:
    """Whether the disk has too little space for the index of a log."""
    try:
        return shutil.disk_usage(Path(path).parent).free < _LEAST_FREE
    except OSError:
        return False


def require_damage(error: BaseException) -> None:
    """Return if an error in ``DAMAGED`` comes from a damaged file; raise it again if not: a full disk, a lock."""
    orig = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(error, UnicodeDecodeError) and not isinstance(_meaning(orig, "", writing=False), StoreBroken):
        raise error


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another program holds the lock."""
    return error.sqlite_errorcode & 0xFF in _BUSY


def os_error_words(error: OSError) -> str:
    """Why the operating system refused, in a few Chinese words."""
    return _WORDS.get(error.errno, "磁盘读写出错")


@contextlib.contextmanager
def lenient_text(connection: Connection) -> Iterator[None]:
    """Read damaged text of a file as surrogate escapes instead of raising an error; a server holds no such text."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    before = driver.text_factory
    driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = before


def structure_problems(connection: Connection, expected: Callable[[], Mapping[tuple[str, str], str]]) -> Iterator[str]:
    """Problems of the file other than in its rows, in Chinese: structure, triggers, tables, missing rows.

    Args:
        connection: A connection to the file.
        expected: (Kind, name) → SQL of what the file must have, and nothing else (``tables.expected_schema``).
    """
    try:
        faults = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
        if faults != ["ok"]:
            yield f"数据文件的结构已损坏（至少{len(faults)}处）。"
        different = {kind for (kind, _), _ in set(schema_of(connection).items()) ^ set(expected().items())}
        if "trigger" in different:
            yield "数据文件里防止改动的设置不见了或被换掉，它被别的程序改过。"
        elif different:
            yield "数据文件里的表或索引不是原来的样子，它被别的程序改过。"
        count, last = connection.exec_driver_sql("SELECT count(*), coalesce(max(seq), 0) FROM revision").one()
        issued = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'revision'").scalar() or 0
        if not count == last == issued:
            yield f"数据文件里应有{max(last, issued)}条修改，实有{count}条。"
    except DAMAGED as error:
        require_damage(error)
        yield "数据文件的结构读不出来，文件已损坏。"
