"""What an error of the database or the disk means to a user: a lock, a full disk, a missing right, damage, or a bug."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from orglife.adapters.store import damage
from orglife.core.errors import CannotWrite, NotSaved, OrglifeError, StoreBroken, StoreBusy, UnreadableFile

STORE = Path("/w/orglife.db")


def error(code: int | None, text: str = "x") -> sqlite3.OperationalError:
    made = sqlite3.OperationalError(text)
    if code is not None:
        made.sqlite_errorcode = code
    return made


def meaning(raised: BaseException, *, writing: bool) -> OrglifeError:
    with pytest.raises(OrglifeError) as caught, damage.translated_errors(STORE, writing=writing):
        raise raised
    assert caught.value.__cause__ is raised
    return caught.value


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(
    ("code", "reading", "saving"),
    [
        (sqlite3.SQLITE_BUSY, StoreBusy, StoreBusy),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreBusy, StoreBusy),
        (sqlite3.SQLITE_LOCKED, StoreBusy, StoreBusy),
        (sqlite3.SQLITE_PROTOCOL, StoreBusy, StoreBusy),
        (sqlite3.SQLITE_CORRUPT, StoreBroken, StoreBroken),
        (sqlite3.SQLITE_NOTADB, StoreBroken, StoreBroken),
        (sqlite3.SQLITE_IOERR_READ, StoreBroken, StoreBroken),
        (sqlite3.SQLITE_IOERR_SHORT_READ, StoreBroken, StoreBroken),
        (sqlite3.SQLITE_ERROR, StoreBroken, StoreBroken),
        (sqlite3.SQLITE_READONLY, UnreadableFile, CannotWrite),
        (sqlite3.SQLITE_CANTOPEN, UnreadableFile, CannotWrite),
        (sqlite3.SQLITE_PERM, UnreadableFile, CannotWrite),
        (sqlite3.SQLITE_FULL, CannotWrite, NotSaved),
        (sqlite3.SQLITE_IOERR_WRITE, CannotWrite, NotSaved),
    ],
)
def test_each_code_has_a_meaning(
    code: int,
    reading: type[OrglifeError],
    saving: type[OrglifeError],
    wrapped: bool,
) -> None:
    for writing, kind in ((False, reading), (True, saving)):
        raised = error(code)
        caught = meaning(OperationalError("SELECT", {}, raised) if wrapped else raised, writing=writing)
        assert type(caught) is kind


@pytest.mark.parametrize("code", [sqlite3.SQLITE_MISUSE, sqlite3.SQLITE_CONSTRAINT, None])
def test_what_only_a_bug_can_cause_is_raised_as_it_is(code: int | None) -> None:
    for writing in (False, True):
        with pytest.raises(sqlite3.OperationalError), damage.translated_errors(STORE, writing=writing):
            raise error(code)


def test_damaged_text_is_damage() -> None:
    text = error(None, "Could not decode to UTF-8 column 'body' with text '…'")
    for raised in (text, UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x")):
        caught = meaning(raised, writing=False)
        assert type(caught) is StoreBroken
        assert "读不懂的字符" in str(caught)


@pytest.mark.parametrize(
    ("code", "free", "words"),
    [
        (sqlite3.SQLITE_FULL, 10**9, "磁盘空间不足"),
        (sqlite3.SQLITE_IOERR_WRITE, 99_999, "磁盘空间不足"),
        (sqlite3.SQLITE_IOERR_WRITE, 100_000, "可能是空间不足"),
        (sqlite3.SQLITE_IOERR_WRITE, None, "可能是空间不足"),
    ],
)
def test_a_full_disk_is_called_one(code: int, free: int | None, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def disk_usage(folder: Path) -> SimpleNamespace:
        assert folder == STORE.parent
        if free is None:
            raise OSError
        return SimpleNamespace(free=free)

    monkeypatch.setattr(shutil, "disk_usage", disk_usage)
    caught = meaning(error(code), writing=True)
    assert words in str(caught)
    assert ("可能" in str(caught)) == ("可能" in words)


@pytest.mark.parametrize(
    ("raised", "damaged"),
    [
        (error(sqlite3.SQLITE_CORRUPT), True),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), True),
        (error(sqlite3.SQLITE_BUSY), False),
        (error(sqlite3.SQLITE_FULL), False),
        (error(sqlite3.SQLITE_MISUSE), False),
    ],
)
def test_only_damage_is_passed_over(raised: Exception, damaged: bool) -> None:
    if damaged:
        damage.require_damage(raised)
    else:
        with pytest.raises(type(raised)):
            damage.require_damage(raised)


def test_a_lock_is_told_from_other_errors() -> None:
    assert damage.is_busy(error(sqlite3.SQLITE_BUSY_RECOVERY))
    assert not damage.is_busy(error(sqlite3.SQLITE_IOERR_READ))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "磁盘空间不足"),
        (errno.EDQUOT, "磁盘空间不足"),
        (errno.EACCES, "只读"),
        (errno.EROFS, "只读"),
        (errno.ENOENT, "文件夹不存在"),
        (errno.EIO, "磁盘读写出错"),
    ],
)
def test_the_operating_systems_reason_in_words(number: int, words: str) -> None:
    assert words in damage.os_error_words(OSError(number, ""))
