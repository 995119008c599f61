"""Errors of a PostgreSQL server as Chinese sentences."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from orglife.adapters.store.server.loan_schema import LENT, NO_LOAN
from orglife.core.errors import (
    SERVER_AWAY,
    SERVER_FULL,
    BranchLent,
    NotLent,
    NotOwnBranch,
    NotSaved,
    OrglifeError,
    StoreAway,
    StoreBroken,
)
from orglife.core.record.dossier import day_words

_BUSY = "用的人太多，或别人正在保存同一个支部的内容"
_NO_RIGHT = "这个账号没有权限"
_BUSY_CODES = {"55P03", "40P01", "40001", "53300", "57014"}
"""Lock not available, deadlock, serialization failure, too many connections, cancelled."""
_NO_ROOM = {"53100", "53200", "53400"}
_NO_LOGIN = {"28000", "28P01", "3D000"}
"""No such login, wrong password, no such database."""
_NO_TEXT = "22P05"
"""A character that no text of the database can hold."""
_WORDS = (  # without a connection the driver reports these in words only
    ("too many", "用的人太多"),
    ("remaining connection", "用的人太多"),
    ("password", "账号登录不了（密码文件不对，或没有登记）"),
    ("authentication failed", "账号登录不了（没有登记，或系统账号与它不是同一个）"),
    ("permission denied for database", "账号登录不了（没有登记）"),
    ('role "', "账号登录不了（没有登记）"),
    ("does not exist", "没有这个数据库"),
)


def is_lost(error: BaseException | None) -> bool:
    """Whether the connection broke or could not be made; the outcome of a commit under way is then unknown."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or is_lost(error.orig)
    if isinstance(error, PoolTimeout):
        return False
    code = getattr(error, "sqlstate", None) or ""
    return isinstance(error, psycopg.OperationalError) and (not code or (code[:2] in ("08", "57") and code != "57014"))


@contextlib.contextmanager
def translated_errors(name: str, *, writing: bool) -> Iterator[None]:
    """Turn errors of the server into errors for users; re-raise those that only a bug can cause."""
    try:
        yield
    except (SQLAlchemyError, psycopg.Error) as error:
        meaning = meaning_of(error, name, writing=writing)
        if meaning is None:
            raise
        raise meaning from error


def meaning_of(error: BaseException, name: str, *, writing: bool) -> OrglifeError | None:
    """What an error means to the user; None for a bug."""
    if isinstance(error, PoolTimeout):
        return _refused(_BUSY, name, writing=writing)
    orig = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(orig, "sqlstate", None) or ""
    if code in _BUSY_CODES:
        return _refused(_BUSY, name, writing=writing)
    if code in _NO_ROOM:
        return _refused(SERVER_FULL, name, writing=writing)
    if code in _NO_LOGIN or is_lost(error):
        return _refused(_why_away(orig), name, writing=writing)
    if code in _NOT_ALLOWED:
        return _not_allowed(orig, code, name, writing=writing)
    if code in ("23505", "23000"):  # another program continued the chain without holding it, or the clock is wrong
        return NotSaved(what="服务器没有接受：接不上已有的修改历史，录入时间不对，或录入人不是这个账号的")
    if code[:2] in ("XX", "58"):
        return StoreBroken(path=name, what="服务器上的数据读不出来或被改坏")
    if code[:2] == "42" and isinstance(orig, psycopg.ProgrammingError):  # our statements are right
        return StoreBroken(path=name, what="里面缺少应有的内容")
    # the server reports it with a code, the driver only in words
    if code == _NO_TEXT or (isinstance(orig, psycopg.DataError) and "NUL" in str(orig)):
        return NotSaved(what="里面有存不进去的字符")
    return None


_NO_PRIVILEGE = "42501"
_NOT_ALLOWED = {_NO_PRIVILEGE, LENT, NO_LOAN}


def _not_allowed(error: BaseException | None, code: str, name: str, *, writing: bool) -> OrglifeError:
    """The error for a missing right, for a save to a lent branch, or for the end of a loan that is not open."""
    if code == NO_LOAN:
        return NotLent()
    if code == _NO_PRIVILEGE or not isinstance(error, psycopg.Error):
        return NotOwnBranch(path=name) if writing else StoreAway(path=name, what=_NO_RIGHT)
    loan = json.loads(error.diag.message_detail or "")
    since = datetime.fromisoformat(loan["since"]).astimezone()
    return BranchLent(who=loan["who"] or "有人", day=day_words(since.date()))


def _refused(what: str, name: str, *, writing: bool) -> OrglifeError:
    return NotSaved(what=what) if writing else StoreAway(path=name, what=what)


def _why_away(error: BaseException | None) -> str:
    if getattr(error, "sqlstate", None) in (None, *_NO_LOGIN):
        text = str(error)
        if "FATAL" in text or "no password" in text:
            return next((words for sign, words in _WORDS if sign in text), SERVER_AWAY)
    return SERVER_AWAY
