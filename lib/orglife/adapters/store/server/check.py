"""Problems of a database, in Chinese: its tables and rights compared with what this program would make, logins, chains.

The comparison is with a twin: the same statements create the tables under another name, in a transaction that is rolled
back. So every change is noticed, and there is no second list of the expected objects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import psycopg
from psycopg import sql
from sqlalchemy import func, select
from sqlalchemy.pool import NullPool

from orglife.adapters.store.addresses import ServerAddress
from orglife.adapters.store.chain import chain_problems
from orglife.adapters.store.drafts import draft_problems
from orglife.adapters.store.reading import revision_of
from orglife.adapters.store.server.admin import LARGE_OBJECTS, connected, require_tables
from orglife.adapters.store.server.catalogue import described
from orglife.adapters.store.server.connections import READING, engine_of
from orglife.adapters.store.server.database import WRONG_ENDS
from orglife.adapters.store.server.errors import translated_errors
from orglife.adapters.store.server.schema import KNOWN, OWNER, SCHEMA, UPGRADES, USERS, file
from orglife.adapters.store.tables import revision
from orglife.core.errors import StoreOutdated

_TWIN = "orglife_twin"
_CLOCK_SECONDS = 60
_OLDEST = 150000  # PostgreSQL 15


def problems(address: ServerAddress, labels: Mapping[str, str]) -> Iterator[str]:
    """All problems of a database, one sentence each.

    Args:
        address: The database.
        labels: Record type → Chinese name.

    Raises:
        StoreAway, BadInput: see ``admin.connected``.
        StoreBroken, StoreNewer, StoreOutdated: it is not ours, or another version's.
    """
    with connected(address) as database:
        version = require_tables(database, address)
        if version < KNOWN:
            raise StoreOutdated(path=address.shown, version=version, known=KNOWN)
        yield from _structure(database)
        yield from _rights(database, address)
        yield from _logins(database)
        yield from _server(database)
        for branch in _names(database, _SAVED_WHILE_LENT):
            yield f"支部{branch}带走以后，服务器上的修改历史变了，带走的会带不回来。"
    yield from _content(address, labels)


# --- tables, triggers, functions, rights -----------------------------------------------------------------------------


def _structure(database: psycopg.Connection) -> Iterator[str]:
    """Differences between the schema and its twin."""
    present = described(database, SCHEMA)
    with database.transaction(force_rollback=True):
        name = _one(database, "SELECT current_database()")
        grant = sql.SQL("GRANT CREATE ON DATABASE {} TO {}")
        database.execute(grant.format(sql.Identifier(name), sql.Identifier(OWNER)))
        database.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER)))
        for version in sorted(UPGRADES):
            text = UPGRADES[version].replace(f"{SCHEMA}.", f"{_TWIN}.").replace(f"SCHEMA {SCHEMA}", f"SCHEMA {_TWIN}")
            database.execute(text.encode())
        expected = described(database, _TWIN)
    for key in sorted(present.keys() | expected.keys()):
        what = f"{key[0]}“{key[1].removeprefix('….')}”"
        if key not in present:
            yield f"数据库里的{what}不见了。"
        elif key not in expected:
            yield f"数据库里多了{what}，不是组织生活会工作簿的。"
        elif present[key] != expected[key]:
            yield f"数据库里的{what}被改过。"


def _rights(database: psycopg.Connection, address: ServerAddress) -> Iterator[str]:
    """Rights on the database as a whole."""
    owner = _one(database, "SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()")
    if owner != OWNER:
        yield f"数据库“{address.database}”的所有者是“{owner}”，应是“{OWNER}”。"
    if _any(database, f"SELECT {_PUBLIC_ACCESS} FROM pg_database WHERE datname = current_database()"):
        yield f"数据库“{address.database}”没有登记的账号也能进或能放东西。"
    others = _names(
        database,
        f"SELECT datname FROM pg_database WHERE datallowconn AND datname <> current_database() AND {_PUBLIC_ACCESS}"
        " ORDER BY 1",
    )
    if others:
        yield f"账号可以进服务器上的数据库{'、'.join(others)}，能在里面放东西。"
    if _any(database, _LARGE_OBJECTS_OPEN, pattern=LARGE_OBJECTS):
        yield "大对象没有关上：一个支部放在里面的内容别的支部看得到。"
    foreign = _names(database, _OTHER_SCHEMAS)
    if foreign:
        yield f"数据库里有不属于组织生活会工作簿的空间或内容：{'、'.join(foreign)}。"


_PUBLIC_ACCESS = (
    "EXISTS (SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE a.grantee = 0)"  # 0 = PUBLIC
)
_LARGE_OBJECTS_OPEN = (
    "SELECT bool_or(has_function_privilege('orglife_user', p.oid, 'EXECUTE')) FROM pg_proc p"
    " WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ %(pattern)s"
)
_OTHER_SCHEMAS = (
    "SELECT nspname FROM pg_namespace n WHERE nspname NOT IN ('orglife', 'information_schema', 'public')"
    " AND nspname NOT LIKE 'pg\\_%%' UNION SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
    " UNION SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace ORDER BY 1"
)


# --- logins ----------------------------------------------------------------------------------------------------------


def _logins(database: psycopg.Connection) -> Iterator[str]:
    """Roles that can do more, or less, than their entry in ``login`` says."""
    active = "(SELECT l.role FROM orglife.login l WHERE l.removed IS NULL)"
    for name in _names(database, f"SELECT role FROM orglife.login l WHERE role IN {active} AND NOT EXISTS (SELECT FROM"
                       " pg_roles r WHERE r.rolname = l.role AND r.rolcanlogin) ORDER BY 1"):  # fmt: skip
        yield f"登记的账号“{name}”在服务器上没有了，或不能登录。"
    for name in _names(database, "SELECT r.rolname FROM pg_database d CROSS JOIN aclexplode(d.datacl) a JOIN pg_roles r ON"
                       " r.oid = a.grantee WHERE d.datname = current_database() AND r.rolname <> 'orglife_owner' AND"
                       f" r.rolname NOT IN {active} ORDER BY 1"):  # fmt: skip
        yield f"账号“{name}”能进数据库，但没有登记属于哪个支部。"
    for name in _names(database, f"SELECT rolname FROM pg_roles WHERE (rolname IN {active} OR rolname LIKE 'orglife\\_%%')"
                       " AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls) ORDER BY 1"):  # fmt: skip
        yield f"账号“{name}”有超出需要的权限（超级用户、建账号、建库、复制或越过行权限）。"
    for name in _names(database, "SELECT rolname FROM pg_roles WHERE rolname IN ('orglife_owner', 'orglife_user') AND"
                       " rolcanlogin ORDER BY 1"):  # fmt: skip
        yield f"“{name}”可以登录，它不是给人用的账号。"
    rows = database.execute(_MEMBERSHIPS.encode()).fetchall()
    for member, role in rows:
        yield f"账号“{member}”还属于“{role}”，能做它能做的事。"
    for (name,) in database.execute(_OWNERS.encode()).fetchall():
        yield f"账号“{name}”是数据库里一些内容的所有者，可以改动它们。"


_ACTIVE_OIDS = "(SELECT r.oid FROM pg_roles r JOIN orglife.login l ON l.role = r.rolname)"
_MEMBERSHIPS = (
    "SELECT m.rolname, g.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g"
    f" ON g.oid = a.roleid WHERE (a.member IN {_ACTIVE_OIDS} AND g.rolname <> '{USERS}')"
    f" OR g.rolname = '{OWNER}' OR m.rolname IN ('{USERS}', '{OWNER}') OR a.roleid IN {_ACTIVE_OIDS} ORDER BY 1, 2"
)
_OWNERS = (
    "SELECT DISTINCT r.rolname FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid"
    f" WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o' AND r.oid IN {_ACTIVE_OIDS} ORDER BY 1"
)


def _server(database: psycopg.Connection) -> Iterator[str]:
    """What is wrong with the server itself."""
    if database.info.server_version < _OLDEST:
        yield "数据库服务器的版本太旧，请用PostgreSQL 15或更新的。"
    if _any(database, "SELECT count(*) > 0 FROM pg_hba_file_rules WHERE auth_method = 'trust'"):
        yield "数据库服务器有不核对身份就能登录的规定（pg_hba.conf里的trust）。"
    if _one(database, "SHOW fsync") != "on" or _one(database, "SHOW full_page_writes") != "on":
        yield "数据库服务器没有把保存的内容写到磁盘（fsync或full_page_writes关了），停电会丢。"
    if _one(database, "SHOW synchronous_commit") == "off":
        yield "数据库服务器不等写到磁盘就说保存好了（synchronous_commit关了），停电会丢。"
    row = database.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    if abs((row[0] - datetime.now(UTC)).total_seconds()) > _CLOCK_SECONDS:
        yield "数据库服务器的时钟与这台电脑的相差一分钟以上，录入时间以服务器的为准，请对时。"


# --- rows ------------------------------------------------------------------------------------------------------------


def _content(address: ServerAddress, labels: Mapping[str, str]) -> Iterator[str]:
    """Every revision of every chain, the drafts, the ends of the chains, and the files."""
    engine = engine_of(address, poolclass=NullPool)
    try:
        with (
            translated_errors(address.shown, writing=False),
            engine.connect().execution_options(**READING) as connection,
            connection.begin(),
        ):
            query = select(revision).order_by(revision.c.campaign, revision.c.branch, revision.c.number)
            rows = connection.execution_options(yield_per=2000).execute(query)
            yield from chain_problems((revision_of(row) for row in rows), labels)
            yield from draft_problems(connection, labels)
            wrong = connection.execute(WRONG_ENDS, {"own": ""}).scalar_one()
            if wrong:
                yield f"有{wrong}条修改历史的条数或末尾与登记的不符。"
            for name in connection.execute(_ALTERED_FILES).scalars():
                yield f"文件“{name}”与存入时不一致，被改动过。"
    finally:
        engine.dispose()


_ALTERED_FILES = (
    select(file.c.name).where(file.c.sha256 != func.encode(func.sha256(file.c.content), "hex")).order_by(file.c.seq)
)


_SAVED_WHILE_LENT = (
    "SELECT l.branch FROM orglife.loan l WHERE l.ended IS NULL AND EXISTS (SELECT FROM orglife.chain c WHERE"
    " c.branch = l.branch AND c.number > 0 AND ((l.heads -> c.campaign ->> 0)::integer IS DISTINCT FROM c.number"
    " OR l.heads -> c.campaign ->> 1 IS DISTINCT FROM c.hash)) ORDER BY 1"
)


def _one(database: psycopg.Connection, query: str) -> str:
    row = database.execute(query.encode()).fetchone()
    assert row is not None
    return str(row[0])


def _any(database: psycopg.Connection, query: str, **parameters: str) -> bool:
    row = database.execute(query.encode(), parameters or None).fetchone()
    return bool(row and row[0])


def _names(database: psycopg.Connection, query: str) -> list[str]:
    return [str(name) for (name,) in database.execute(query.encode(), {})]
