"""What an error of the server means to a user: away, busy, full, no right, a lent branch, damage, or a bug."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from orglife.adapters.store.server import errors
from orglife.core.errors import (
    SERVER_AWAY,
    BranchLent,
    NotLent,
    NotOwnBranch,
    NotSaved,
    OrglifeError,
    StoreAway,
    StoreBroken,
)


def of(code: str) -> psycopg.Error:
    """An error of the driver with this code."""

    class Coded(psycopg.errors.lookup(code) if code in KNOWN else psycopg.DatabaseError):  # type: ignore[misc]
        sqlstate = code

    return Coded("x")


KNOWN = (
    "55P03",
    "40P01",
    "40001",
    "53300",
    "57014",
    "53100",
    "28000",
    "28P01",
    "3D000",
    "08006",
    "57P01",
    "42501",
    "42P01",
)


@pytest.mark.parametrize(
    ("code", "reading", "saving", "words"),
    [
        *((code, StoreAway, NotSaved, "用的人太多") for code in ("55P03", "40P01", "40001", "53300", "57014")),
        ("53100", StoreAway, NotSaved, "空间"),
        *((code, StoreAway, NotSaved, SERVER_AWAY) for code in ("28000", "28P01", "3D000", "08006", "57P01")),
        ("42501", StoreAway, NotOwnBranch, ""),
        ("OL002", NotLent, NotLent, ""),
        ("23505", NotSaved, NotSaved, "没有接受"),
        ("23000", NotSaved, NotSaved, "没有接受"),
        ("XX001", StoreBroken, StoreBroken, "读不出来"),
        ("58030", StoreBroken, StoreBroken, "读不出来"),
        ("42P01", StoreBroken, StoreBroken, "缺少应有的内容"),
        ("22P05", NotSaved, NotSaved, "存不进去的字符"),
    ],
)
def test_each_code_has_a_meaning(
    code: str, reading: type[OrglifeError], saving: type[OrglifeError], words: str
) -> None:
    for writing, kind in ((False, reading), (True, saving)):
        meaning = errors.meaning_of(of(code), "数据库", writing=writing)
        assert type(meaning) is kind
        assert words in str(meaning)


@pytest.mark.parametrize("code", ["22012", "23502", "42999"])
def test_what_only_a_bug_can_cause_is_raised_as_it_is(code: str) -> None:
    raised = of(code)
    assert errors.meaning_of(raised, "数据库", writing=True) is None
    with pytest.raises(psycopg.Error) as caught, errors.translated_errors("数据库", writing=True):
        raise raised
    assert caught.value is raised


def test_a_character_that_no_text_can_hold_is_known_by_the_drivers_words() -> None:
    for text, kind in (("PostgreSQL text fields cannot contain NUL (0x00) bytes", NotSaved), ("other", type(None))):
        assert type(errors.meaning_of(psycopg.DataError(text), "数据库", writing=True)) is kind


@pytest.mark.parametrize(("who", "named"), [("", "有人"), ("祝秋实", "祝秋实")])
def test_a_lent_branch_names_who_took_it_and_when(who: str, named: str) -> None:
    class Lent(psycopg.DatabaseError):
        sqlstate = "OL001"
        diag: Any = SimpleNamespace(
            message_detail=json.dumps({"branch": "b01", "who": who, "since": "2024-02-05T08:00:00+00:00"})
        )

    meaning = errors.meaning_of(Lent("x"), "数据库", writing=True)
    assert type(meaning) is BranchLent
    assert named in str(meaning)
    assert ("有人" in str(meaning)) == (not who)
    assert "2024年2月5日" in str(meaning)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FATAL: too many connections for role", "用的人太多"),
        ("FATAL: remaining connection slots are reserved", "用的人太多"),
        ("FATAL: password authentication failed", "密码文件不对"),
        ("connection failed: fe_sendauth: no password supplied", "密码文件不对"),
        ("FATAL: Peer authentication failed for user", "系统账号与它不是同一个"),
        ("FATAL: permission denied for database", "没有登记"),
        ('FATAL: role "x" does not exist', "没有登记"),
        ('FATAL: database "x" does not exist', "没有这个数据库"),
        ("FATAL: the database system is starting up", SERVER_AWAY),
        ('connection refused; role "x"', SERVER_AWAY),
    ],
)
def test_why_no_connection_was_made(text: str, words: str) -> None:
    meaning = errors.meaning_of(psycopg.OperationalError(text), "数据库", writing=False)
    assert type(meaning) is StoreAway
    assert words in str(meaning)


def test_a_connection_that_broke_later_is_not_explained_by_its_words() -> None:
    broken = of("08006")
    broken.args = ("FATAL: password authentication failed",)
    assert SERVER_AWAY in str(errors.meaning_of(broken, "数据库", writing=False))


@pytest.mark.parametrize(
    ("raised", "lost"),
    [
        (psycopg.OperationalError("server closed the connection"), True),
        (of("08006"), True),
        (of("57P01"), True),
        (of("57014"), False),
        (of("40001"), False),
        (of("42P01"), False),
        (PoolTimeout("x"), False),
        (ValueError("x"), False),
        (None, False),
        (DBAPIError("SELECT", {}, psycopg.OperationalError("x")), True),
        (DBAPIError("SELECT", {}, of("42P01")), False),
        (DBAPIError("SELECT", {}, of("42P01"), connection_invalidated=True), True),
    ],
)
def test_whether_a_connection_broke(raised: BaseException | None, lost: bool) -> None:
    assert errors.is_lost(raised) is lost


def test_a_pool_without_a_free_connection_is_busy() -> None:
    assert type(errors.meaning_of(PoolTimeout("x"), "数据库", writing=True)) is NotSaved
    assert type(errors.meaning_of(PoolTimeout("x"), "数据库", writing=False)) is StoreAway
