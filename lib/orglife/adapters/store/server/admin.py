"""What the administrator does with a database: make and upgrade it, add and remove logins.

It runs as a superuser of the server (on Debian ``sudo -u postgres``), because roles and the large objects belong to the whole
server. Nobody logs in as the owner of the tables.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

import psycopg
from psycopg import sql

from orglife.adapters.disk.record_files import CAMPAIGN, LONGEST_AUTHOR
from orglife.adapters.store.addresses import ServerAddress
from orglife.adapters.store.chain import BUREAU
from orglife.adapters.store.server.connections import connect
from orglife.adapters.store.server.errors import translated_errors
from orglife.adapters.store.server.schema import KNOWN, OWNER, UPGRADES, USERS
from orglife.core.errors import BadInput, StoreBroken, StoreNewer
from orglife.core.record.field import is_ident

Kind = Literal["branch", "bureau", "intake"]
LOGIN = re.compile(r"[a-z][a-z0-9_]{2,30}")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_CONNECTIONS = 40
"""Connections that one login may have at a time."""
_OTHER_DATABASES = ("postgres", "template1")
LARGE_OBJECTS = r"^(lo_.*|loread|lowrite)$"
"""Functions that read and write large objects, which have no row security and no owner that matters."""


@contextlib.contextmanager
def connected(address: ServerAddress, database: str = "") -> Iterator[psycopg.Connection]:
    """A connection of the administrator; every statement commits by itself unless a transaction is begun.

    Raises:
        StoreAway: the server cannot be reached.
        BadInput: the login is no superuser.
    """
    address = replace(address, database=database or address.database)
    with translated_errors(address.shown, writing=False), connect(address) as connection:
        (superuser,) = _one(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not superuser:
            raise BadInput([f"这一步要由{address.shown}的管理员（数据库的超级用户，例如系统账号postgres）来做。"])
        yield connection


def init(address: ServerAddress, upgrades: Mapping[int, str] = UPGRADES, *, campaign_text: str = "") -> None:
    """Make the database, its tables and rights; what is there already stays, what is missing is added.

    Args:
        address: The database.
        upgrades: Version → statements.
        campaign_text: The campaign to put into force where none is; "" = the bureau does it.

    Raises:
        StoreAway, BadInput: see ``connected``.
        StoreBroken: there is a database of this name with other content.
        StoreNewer: a later program made it.
    """
    with connected(address, "postgres") as server:
        for role in (OWNER, USERS):
            if not _exists(server, "pg_roles", "rolname", role):
                server.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        if not _exists(server, "pg_database", "datname", address.database):
            server.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
                ).format(sql.Identifier(address.database), sql.Identifier(OWNER))
            )
        for other in _OTHER_DATABASES:  # else a login could leave things there
            server.execute(
                sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(other))
            )
    with connected(address) as database:
        if version_of(database) == 0 and _one(database, _FOREIGN) != (0,):
            raise StoreBroken(path=address.shown, what="里面已有别的程序的内容")
        _upgrade(database, address, upgrades)
        name = sql.Identifier(address.database)
        database.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, sql.Identifier(OWNER)))
        database.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        # a database put back from a copy has the tables and not this right
        for (login,) in database.execute("SELECT role FROM orglife.login WHERE removed IS NULL").fetchall():
            if _exists(database, "pg_roles", "rolname", login):
                _let_in(database, address, login)
        if campaign_text:
            database.execute(_FIRST_CAMPAIGN, {"name": CAMPAIGN, "content": campaign_text.encode()})
        database.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for (function,) in database.execute(_LARGE_OBJECT_FUNCTIONS, [LARGE_OBJECTS]).fetchall():
            database.execute(sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(sql.SQL(function)))


_FIRST_CAMPAIGN = (
    "INSERT INTO orglife.file (name, sha256, content) SELECT %(name)s, encode(sha256(%(content)s), 'hex'), %(content)s"
    " WHERE NOT EXISTS (SELECT FROM orglife.file WHERE name = %(name)s)"
)
_FOREIGN = (
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
)
_LARGE_OBJECT_FUNCTIONS = (
    "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ %s"
)


def upgrade(address: ServerAddress, upgrades: Mapping[int, str] = UPGRADES) -> tuple[int, int]:
    """Upgrade the tables to this program's version, all or nothing.

    Returns:
        The version before and after.

    Raises:
        StoreAway, BadInput: see ``connected``.
        StoreBroken: ``init`` was never run.
        StoreNewer: a later program made them.
    """
    with connected(address) as database:
        before = require_tables(database, address, max(upgrades))
        _upgrade(database, address, upgrades)
        return before, max(upgrades)


def _upgrade(database: psycopg.Connection, address: ServerAddress, upgrades: Mapping[int, str]) -> None:
    with database.transaction():
        if version_of(database):
            database.execute("LOCK TABLE orglife.meta")  # two administrators
        present, latest = version_of(database), max(upgrades)
        if present > latest:
            raise StoreNewer(path=address.shown, version=present, known=latest)
        if present == latest:
            return
        database.execute(
            sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(sql.Identifier(address.database), sql.Identifier(OWNER))
        )
        database.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER)))
        for version in range(present + 1, latest + 1):
            database.execute(upgrades[version].encode())
            database.execute("UPDATE orglife.meta SET version = %s", [version])


def require_tables(database: psycopg.Connection, address: ServerAddress, known: int = KNOWN) -> int:
    """The version of the tables, which this program knows.

    Args:
        database: A connection to the database.
        address: The database, for sentences.
        known: The latest version that is known.

    Raises:
        StoreBroken: ``init`` was never run.
        StoreNewer: a later program made them.
    """
    version = version_of(database)
    if not version:
        raise StoreBroken(path=address.shown, what="它不是组织生活会工作簿的数据库，请先用 orglife serve init 建立")
    if version > known:
        raise StoreNewer(path=address.shown, version=version, known=known)
    return version


def version_of(database: psycopg.Connection) -> int:
    """The version of the tables; 0 when there are none."""
    if _one(database, "SELECT to_regclass('orglife.meta') IS NULL") == (True,):
        return 0
    row = database.execute("SELECT version FROM orglife.meta WHERE application = 'orglife'").fetchone()
    return int(row[0]) if row else 0


# --- people ----------------------------------------------------------------------------------------------------------


def add(
    address: ServerAddress,
    kind: Kind,
    branch: str = "",
    *,
    login: str = "",
    person: str = "",
    passfile: Path | None = None,
) -> str:
    """Add a login.

    Args:
        address: The database.
        kind: ``branch`` reads and writes its own branch; ``bureau`` reads all and writes the bureau's own records;
            ``intake`` also takes in packages of any branch.
        branch: The branch's id, of a branch's login.
        login: Its name; "" = one that says nothing, because every login can see the names of all.
        person: The name under which it enters everything; "" = the person says it once.
        passfile: A new file for the password, for a login from another computer.

    Returns:
        The login's name.

    Raises:
        StoreAway, BadInput: nothing was added.
    """
    problems = [*_problems_of(kind, branch, login), *_problems_of_person(person)]
    if passfile is not None and passfile.exists():
        problems.append(f"“{passfile}”已经有了，没有改动。密码文件请写一个新的文件名。")
    if problems:
        raise BadInput(problems)
    name = login or "ol" + "".join(secrets.choice(_LETTERS) for _ in range(10))
    password = secrets.token_urlsafe(24) if passfile else None
    with connected(address) as database:
        require_tables(database, address)
        if _exists(database, "pg_roles", "rolname", name) or _exists(database, "orglife.login", "role", name):
            raise BadInput([f"账号“{name}”已经有了或以前用过，没有改动。请换一个。"])
        with database.transaction():
            database.execute(
                sql.SQL("CREATE ROLE {} LOGIN CONNECTION LIMIT {} PASSWORD {} IN ROLE {}").format(
                    sql.Identifier(name), _CONNECTIONS, sql.Literal(password), sql.Identifier(USERS)
                )
            )
            _let_in(database, address, name)
            database.execute(
                "INSERT INTO orglife.login (role, kind, branch) VALUES (%s, %s, %s)",
                [name, kind, branch if kind == "branch" else BUREAU],
            )
            if person:
                database.execute("UPDATE orglife.login SET person = %s WHERE role = %s", [person, name])
            if passfile is not None:
                _write_passfile(passfile, replace(address, login=name), str(password))
    return name


def _problems_of(kind: Kind, branch: str, login: str) -> list[str]:
    problems = []
    if kind == "branch" and not is_ident(branch):
        problems.append(f"“{branch}”不是支部的代号。请写 orglife overview 等命令里的支部代号。")
    if kind != "branch" and branch:
        problems.append("上级党组织的账号不写支部。")
    if login and not LOGIN.fullmatch(login):
        problems.append(f"“{login}”不能作账号。请用小写字母开头，只用小写字母、数字和下划线，3到31个字。")
    if login and branch and branch.lower() in login:
        problems.append(
            f"账号“{login}”里不要带支部代号：每个登录的人都看得到全部账号的名字。请换一个，或不写，另编一个。"
        )
    return problems


def _problems_of_person(person: str) -> list[str]:
    return [f"录入人的姓名不超过{LONGEST_AUTHOR}个字。"] if len(person) > LONGEST_AUTHOR else []


def set_person(address: ServerAddress, login: str, person: str) -> None:
    """Say under which name a login enters everything from now on; what it entered before stays as it is.

    Raises:
        StoreAway, BadInput: nothing was changed.
    """
    if problems := _problems_of_person(person):
        raise BadInput(problems)
    with connected(address) as database:
        require_tables(database, address)
        row = database.execute(
            "UPDATE orglife.login SET person = %s WHERE role = %s AND removed IS NULL RETURNING role", [person, login]
        ).fetchone()
        if row is None:
            raise _unknown_login(database, login)


def _unknown_login(database: psycopg.Connection, login: str) -> BadInput:
    known = [one.login for one in logins(database)]
    return BadInput([f"没有登记账号“{login}”。现有的：{'、'.join(known) or '（没有）'}。"])


def _write_passfile(path: Path, address: ServerAddress, password: str) -> None:
    fields = (address.host or "localhost", address.port or "5432", address.database, address.login, password)
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BadInput([f"密码文件“{path}”写不了。没有添加账号；请检查位置和权限。"]) from error
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(":".join(fields) + "\n")


def remove(address: ServerAddress, login: str) -> None:
    """Remove a login: it cannot log in any more, its connections end. What it saved stays, under its name.

    Raises:
        StoreAway, BadInput: nothing was changed.
    """
    with connected(address) as database:
        require_tables(database, address)
        with database.transaction():
            row = database.execute(
                "UPDATE orglife.login SET removed = clock_timestamp() WHERE role = %s AND removed IS NULL RETURNING role",
                [login],
            ).fetchone()
            if row is None:
                raise _unknown_login(database, login)
            if _exists(database, "pg_roles", "rolname", login):
                role = sql.Identifier(login)
                database.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(USERS), role))
                name = sql.Identifier(address.database)
                database.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM {}").format(name, role))
                database.execute(sql.SQL("ALTER ROLE {} NOLOGIN PASSWORD NULL").format(role))
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [login])


def _let_in(database: psycopg.Connection, address: ServerAddress, login: str) -> None:
    """Each login is let into its own database only: roles belong to the whole server."""
    database.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(address.database), sql.Identifier(login))
    )


class Login(NamedTuple):
    """A login; ``person`` is the name under which it enters everything, "" = not said yet."""

    login: str
    kind: str
    branch: str
    person: str


def logins(database: psycopg.Connection) -> list[Login]:
    """The logins that are not removed, by branch."""
    rows = database.execute(
        "SELECT role, kind, branch, person FROM orglife.login WHERE removed IS NULL ORDER BY branch, role"
    )
    return [Login(*map(str, row)) for row in rows]


def lent(database: psycopg.Connection) -> list[tuple[str, str, datetime]]:
    """Branch, who took it home, and when, of the branches that are lent now."""
    rows = database.execute("SELECT branch, who, since FROM orglife.loan WHERE ended IS NULL ORDER BY branch")
    return [(str(branch), str(who), since) for branch, who, since in rows]


def _exists(connection: psycopg.Connection, table: str, column: str, value: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.SQL(".").join(map(sql.Identifier, table.split("."))), sql.Identifier(column)
    )
    return connection.execute(query, [value]).fetchone() is not None


def _one(connection: psycopg.Connection, query: str) -> tuple[Any, ...]:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return tuple(row)
