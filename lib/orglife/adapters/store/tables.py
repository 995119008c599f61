"""The tables of the store and the upgrades from each schema version to the next.

Never edit the statements of a published version: existing stores were created with them. Add an entry to ``UPGRADES``
for each change. A new store is created by running all upgrades.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, Table, Text, create_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

APPLICATION_ID = 0x4F524C46  # "ORLF" in the file header: distinguishes our files from those of other programs

Upgrade = Callable[[Connection], None]

_metadata = MetaData()

revision = Table(
    "revision",
    _metadata,
    Column("seq", Integer, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("body", Text),
    Column("prev", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

draft = Table(
    "draft",
    _metadata,
    Column("seq", Integer, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("fields", Text),
    Column("hash", Text),  # null in rows of schema 1
)


class text_bytes(FunctionElement[bytes]):  # noqa: N801  a function of SQL
    """The bytes of a text in UTF-8."""

    type = LargeBinary()
    inherit_cache = True


@compiles(text_bytes, "sqlite")
def _as_blob(element: text_bytes, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS BLOB)"


@compiles(text_bytes, "postgresql")
def _as_bytea(element: text_bytes, compiler: SQLCompiler, **options: Any) -> str:
    return f"convert_to({compiler.process(element.clauses, **options)}, 'UTF8')"


_VERSION_1 = (
    """CREATE TABLE revision (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  campaign TEXT NOT NULL,
  branch TEXT NOT NULL,
  number INTEGER NOT NULL,
  type TEXT NOT NULL,
  record TEXT NOT NULL,
  version INTEGER NOT NULL,
  who TEXT NOT NULL,
  at TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('put', 'remove')),
  body TEXT CHECK ((action = 'remove') = (body IS NULL)),
  prev TEXT NOT NULL,
  hash TEXT NOT NULL,
  UNIQUE (campaign, branch, number),
  UNIQUE (campaign, branch, type, record, version)
) STRICT""",
    # For listing 10,000 branches without scanning their records.
    "CREATE INDEX revision_branches ON revision (campaign, branch, version) WHERE type = 'branch'",
    """CREATE TABLE draft (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  campaign TEXT NOT NULL,
  branch TEXT NOT NULL,
  type TEXT NOT NULL,
  record TEXT NOT NULL,
  who TEXT NOT NULL,
  at TEXT NOT NULL,
  fields TEXT
) STRICT""",
    "CREATE INDEX draft_latest ON draft (campaign, branch, type, record, seq)",
    # INSERT OR REPLACE deletes rows without firing a DELETE trigger, so INSERT needs a check too.
    """CREATE TRIGGER revision_insert BEFORE INSERT ON revision
WHEN new.seq BETWEEN 0 AND (SELECT max(seq) FROM revision)
  OR new.number <> 1 + coalesce((SELECT max(number) FROM revision
    WHERE campaign = new.campaign AND branch = new.branch), 0)
  OR new.prev <> coalesce((SELECT hash FROM revision
    WHERE campaign = new.campaign AND branch = new.branch ORDER BY number DESC LIMIT 1), '')
  OR new.version <> 1 + coalesce((SELECT max(version) FROM revision
    WHERE campaign = new.campaign AND branch = new.branch AND type = new.type AND record = new.record), 0)
BEGIN SELECT raise(ABORT, 'revision: does not continue its chain'); END""",
    "CREATE TRIGGER revision_update BEFORE UPDATE ON revision BEGIN SELECT raise(ABORT, 'revision: append only'); END",
    "CREATE TRIGGER revision_delete BEFORE DELETE ON revision BEGIN SELECT raise(ABORT, 'revision: append only'); END",
    "CREATE TRIGGER draft_update BEFORE UPDATE ON draft BEGIN SELECT raise(ABORT, 'draft: append only'); END",
    "CREATE TRIGGER draft_delete BEFORE DELETE ON draft BEGIN SELECT raise(ABORT, 'draft: append only'); END",
)

_VERSION_2 = (
    "ALTER TABLE draft ADD COLUMN hash TEXT",
    """CREATE TRIGGER draft_insert BEFORE INSERT ON draft
WHEN new.hash IS NULL OR new.seq BETWEEN 0 AND (SELECT max(seq) FROM draft)
BEGIN SELECT raise(ABORT, 'draft: append only'); END""",
)

TRIGGERS: Mapping[str, str] = MappingProxyType(
    {one.split()[2]: one for one in (*_VERSION_1, *_VERSION_2) if one.startswith("CREATE TRIGGER")}
)
"""Name → SQL of each trigger of a store; a store has no others."""

TABLES = tuple(_metadata.tables)


def make_version_1(connection: Connection) -> None:
    """Create schema 1 in an empty file."""
    for statement in _VERSION_1:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def give_drafts_hashes(connection: Connection) -> None:
    """Upgrade to schema 2: each new draft carries a hash; earlier ones have none and are read as before."""
    for statement in _VERSION_2:
        connection.exec_driver_sql(statement)


UPGRADES: Mapping[int, Upgrade] = MappingProxyType({1: make_version_1, 2: give_drafts_hashes})
"""Version → upgrade from the version before."""


def schema_of(connection: Connection) -> dict[tuple[str, str], str]:
    """(Kind, name) → SQL, in single blanks, of everything in a file but SQLite's own tables."""
    return {(str(kind), str(name)): " ".join(str(sql).split()) for kind, name, sql in connection.exec_driver_sql(_ALL)}


def expected_schema(upgrades: Mapping[int, Upgrade]) -> dict[tuple[str, str], str]:
    """What ``schema_of`` returns for a file made by these upgrades."""
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            for version in sorted(upgrades):
                upgrades[version](connection)
            return schema_of(connection)
    finally:
        engine.dispose()


_ALL = """SELECT type, name, sql FROM sqlite_master
WHERE sql IS NOT NULL AND name <> 'sqlite_sequence' AND name NOT LIKE 'sqlite_stat%'"""
