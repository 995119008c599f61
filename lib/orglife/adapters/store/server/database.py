"""The store in a database on a PostgreSQL server, which many programs write at once.

A transaction that writes holds the chains that it continues, and each statement sees what was committed before it (READ
COMMITTED). One that reads sees a single moment (REPEATABLE READ).
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from orglife.adapters.store import sqlite_copies, tables
from orglife.adapters.store.addresses import ServerAddress
from orglife.adapters.store.chain import BUREAU, FIELDS, ChainHead, Revision
from orglife.adapters.store.database import Clock, Database
from orglife.adapters.store.file_database import FileDatabase
from orglife.adapters.store.reading import Versions, versions_of
from orglife.adapters.store.server import loans
from orglife.adapters.store.server.connections import READING, SINGLE, WRITING, borrow_engine, give_engine_back
from orglife.adapters.store.server.errors import is_lost, translated_errors
from orglife.adapters.store.server.files import ServerFiles
from orglife.adapters.store.server.hints import Listener
from orglife.adapters.store.server.loans import Loan
from orglife.adapters.store.server.reading import ServerQueries
from orglife.adapters.store.server.schema import KNOWN, SCHEMA, UPGRADES
from orglife.adapters.store.sqlite_connections import journal_files
from orglife.adapters.store.writer import HeldChain, Writer
from orglife.core.errors import LoginUnknown, NotSaved, StoreBroken, StoreNewer, StoreOutdated

PATIENCE = 30.0
"""Seconds during which a server that went away at a commit is asked whether it committed."""
_PAUSE = 0.2
_ROWS = 2000  # copied at a time


class ServerTurn:
    """A transaction that holds the chains that it continues. The time of entry is the server's, not the computer's."""

    def __init__(self, connection: Connection, clock: Clock | None) -> None:
        self.connection = connection
        self._clock = clock
        self._server_time: tuple[datetime, float] | None = None

    def hold(self, campaign: str, branch: str, type: str = "", record: str = "") -> HeldChain:  # noqa: A002
        """Lock a chain's row until the transaction ends; others wait."""
        key = {"campaign": campaign, "branch": branch, "type": type, "record": record}
        row = self.connection.execute(_HOLD, key).one()
        self._server_time = row.now, time.monotonic()
        versions = Versions(0, 0) if row.version is None else versions_of(row)
        return HeldChain(ChainHead(row.number, row.hash), versions, settled=row.settled)

    def insert(self, revisions: Sequence[Revision]) -> None:
        """Insert revisions in one statement: the triggers check a statement at a time."""
        rows = [dict(zip(FIELDS, _values(revision), strict=True)) for revision in revisions]
        self.connection.execute(_INSERT, {"rows": json.dumps(rows, ensure_ascii=False)})

    def now(self) -> datetime:
        """See ``Turn``."""
        if self._clock is not None:
            return self._clock()
        assert self._server_time is not None, "a chain is held before anything is entered"
        moment, then = self._server_time
        return moment + timedelta(seconds=time.monotonic() - then)


_TYPES = {name: "integer" if name in ("number", "version") else "text" for name in FIELDS}
_INSERT = text(  # one parameter: a list for each column takes half as long again
    f"INSERT INTO revision ({', '.join(FIELDS)}) SELECT {', '.join(FIELDS)} FROM"  # noqa: S608  our own names
    f" json_to_recordset(CAST(:rows AS json)) AS r({', '.join(f'{name} {kind}' for name, kind in _TYPES.items())})"
)
_values = attrgetter(*FIELDS)
_HOLD = text("SELECT * FROM hold_record(:campaign, :branch, :type, :record)")


class ServerDatabase(Database):
    """A login's view of a database."""

    on_server = True

    def __init__(self, address: ServerAddress, engine: Engine) -> None:
        self.address = address
        self.name, self.short_name = address.shown, address.database
        self._engine, self._pid, self._open = engine, os.getpid(), True

    @classmethod
    def open(cls, address: ServerAddress, *, readonly: bool) -> ServerDatabase:
        """Open a database that ``orglife serve init`` made.

        Raises:
            StoreAway: it cannot be reached.
            LoginUnknown: the login belongs to no branch and is not the bureau's.
            StoreBroken, StoreNewer, StoreOutdated: it is not ours, or another version's.
        """
        database = cls(address, borrow_engine(address))
        try:
            with database.errors(writing=False), database.reading() as connection:
                database._look(connection, readonly=readonly)
        except BaseException:
            database.close()
            raise
        return database

    def _look(self, connection: Connection, *, readonly: bool) -> None:
        login = connection.execute(text("SELECT session_user")).scalar_one()
        if connection.execute(text("SELECT to_regclass('meta')")).scalar() is None:
            if connection.execute(text("SELECT to_regnamespace(:name)"), {"name": SCHEMA}).scalar() is None:
                raise StoreBroken(
                    path=self.name, what="它不是组织生活会工作簿的数据库，请管理员先用 orglife serve init 建立"
                )
            raise LoginUnknown(path=self.name, login=login)
        version = connection.execute(text("SELECT version FROM meta WHERE application = 'orglife'")).scalar() or 0
        if version > KNOWN:
            raise StoreNewer(path=self.name, version=version, known=KNOWN)
        if version < KNOWN:
            raise StoreOutdated(path=self.name, version=version, known=KNOWN)
        self.kind, branch = connection.execute(text("SELECT kind(), own_branch()")).one()
        if self.kind is None:
            raise LoginUnknown(path=self.name, login=login)
        self.own_branch = branch if self.kind == "branch" else ""
        self.writable = not readonly
        self.queries = ServerQueries(self.own_branch)

    def errors(self, *, writing: bool) -> contextlib.AbstractContextManager[None]:
        """See ``Database``."""
        return translated_errors(self.name, writing=writing)

    @contextlib.contextmanager
    def connection(self, **options: Any) -> Iterator[Connection]:
        """A connection outside of a transaction."""
        if self._pid != os.getpid():
            self._engine, self._pid = borrow_engine(self.address), os.getpid()
        with self._engine.connect().execution_options(**options) as connection:
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """See ``Database``."""
        with self.connection(**READING) as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def saving(self, clock: Clock | None) -> Iterator[Writer]:
        """See ``Database``. If the connection breaks at the commit, the server is asked whether it was committed.

        Raises:
            NotSaved: nothing was saved; or the server did not come back, and the sentence says that this is unknown.
        """
        with self._saving(clock) as (writer, _):
            yield writer

    @contextlib.contextmanager
    def _saving(self, clock: Clock | None) -> Iterator[tuple[Writer, ServerTurn]]:
        with self.connection(**WRITING) as connection:
            transaction = connection.begin()
            try:
                turn = ServerTurn(connection, clock)
                writer = Writer(turn)
                yield writer, turn
                writer.finish()
            except BaseException:
                with contextlib.suppress(DBAPIError):
                    transaction.rollback()
                raise
            try:
                transaction.commit()
                lost = False
            except DBAPIError as error:
                if not is_lost(error):
                    raise
                lost = True
        if writer.saved or writer.drafts:
            self._read_back(writer, lost=lost)

    def _read_back(self, writer: Writer, *, lost: bool) -> None:
        """Read back what was saved; if the server went away, retry until it answers."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with self._reading_back(writer, lost=lost) as other:
                    writer.require_stored(other)
            except DBAPIError as error:
                if not is_lost(error):
                    raise
                lost = True
                if time.monotonic() > until:
                    what = "数据库服务器在保存时断开了，不知道存了没有，请重新载入后核对"
                    raise NotSaved(what=what) from error
                time.sleep(_PAUSE)
            except NotSaved as error:
                if not lost:
                    raise
                raise NotSaved(what="数据库服务器在保存时断开了") from error
            else:
                return

    @contextlib.contextmanager
    def _reading_back(self, writer: Writer, *, lost: bool) -> Iterator[Connection]:
        if not lost:
            with self.connection(**SINGLE) as other:
                yield other
            return
        with self.connection(**WRITING) as other, other.begin():
            turn = ServerTurn(other, None)
            for campaign, branch in sorted(writer.chains):
                turn.hold(campaign, branch)  # waits for the commit, which may still be under way
            yield other

    def listen(self, on_hint: Callable[[], None]) -> Callable[[], None]:
        """See ``Database``; a connection of its own listens until the returned function is called."""
        return Listener(self.address, on_hint).stop

    def repeated(self, work: Callable[[Connection], None]) -> None:
        """Do work in a transaction; if the server goes away meanwhile, repeat it until the server answers.

        Args:
            work: It may be done twice: without an answer nobody knows whether the transaction was committed.
        """
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with self.connection(**WRITING) as connection, connection.begin():
                    work(connection)
            except DBAPIError as error:
                if not is_lost(error) or time.monotonic() > until:
                    raise
                time.sleep(_PAUSE)
            else:
                return

    def files(self) -> ServerFiles:
        """See ``Database``."""
        return ServerFiles(self)

    def may_append(self, branch: str) -> bool:
        """See ``Database``."""
        return self.writable and (self.kind == "intake" or branch == (self.own_branch or BUREAU))

    # --- loans -------------------------------------------------------------------------------------------------------

    def loan(self, branch: str) -> Loan | None:
        """See ``Database``."""
        with self.errors(writing=False), self.reading() as connection:
            return loans.open_loan(connection, branch)

    def loan_of(self, token: str) -> Loan | None:
        """A loan of this login's branch, open or ended; None = there is none of this token."""
        with self.errors(writing=False), self.reading() as connection:
            return loans.loan_of(connection, token)

    def loans(self) -> list[Loan]:
        """See ``Database``."""
        with self.errors(writing=False), self.reading() as connection:
            return loans.open_loans(connection)

    def now(self) -> datetime:
        """The server's time."""
        with self.errors(writing=False), self.reading() as connection:
            moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            return moment

    def lend(self, token: str, who: str, *, again: bool) -> Loan:
        """Begin a loan of the login's own branch.

        Raises:
            BranchLent: it is lent already, and ``again`` is false.
            NotOwnBranch: the login is no branch's.
            NotSaved: nothing was lent.
        """
        with self.errors(writing=True), self.connection(**WRITING) as connection, connection.begin():
            loans.lend(connection, token, who, again=again)
        begun = self.loan_of(token)
        if begun is None:  # the answer of the commit was lost, and so was the commit
            raise NotSaved(what="数据库服务器在保存时断开了")
        return begun

    def end_loan(self, branch: str, who: str, reason: str) -> None:
        """End the loan of a branch as its bureau.

        Raises:
            NotLent: it is not lent.
            NotOwnBranch: the login is not the bureau's.
        """
        with self.errors(writing=True), self.connection(**WRITING) as connection, connection.begin():
            loans.end_loan(connection, branch, who, reason)

    @contextlib.contextmanager
    def bringing_back(self, one: Loan, campaigns: Iterable[str], who: str) -> Iterator[Writer]:
        """A transaction that ends a loan and saves what was entered meanwhile, both or neither.

        Args:
            one: The loan.
            campaigns: The campaigns whose chains are continued.
            who: Who brings it back.

        Raises:
            NotLent: it ended meanwhile.
            NotSaved, StoreAway: nothing was saved, and it is still lent.
        """
        with self.errors(writing=True):
            with self._saving(None) as (writer, turn):
                for campaign in sorted(campaigns):  # before the loan, in the order of everybody who saves
                    turn.hold(campaign, one.branch)
                loans.bring_back(turn.connection, one.token, who)
                yield writer
            now = self.loan_of(one.token)
            if now is None or now.how != loans.RETURNED:  # with nothing entered, ``_saving`` did not read back
                raise NotSaved(what="数据库服务器在保存时断开了")

    def structure_problems(self, connection: Connection) -> Iterator[str]:
        """See ``Database``: what any login can see; ``check`` compares everything."""
        triggers, secured = connection.execute(_PROTECTION).one()
        if triggers < _TRIGGERS or not secured:
            yield "数据库里防止改动的设置不见了，它被改过。"
        wrong = connection.execute(WRONG_ENDS, {"own": self.own_branch}).scalar_one()
        if wrong:
            yield f"有{wrong}条修改历史的条数或末尾与登记的不符。"

    def lost_saves(self) -> list[str]:
        """Nothing: only the administrator can put an older state of a server back."""
        return []

    def backup(self, target: Path) -> None:
        """See ``Database``: all that the login sees, as an SQLite store, complete or not there."""
        new = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            file = FileDatabase.open(new, upgrades=tables.UPGRADES, create=True, readonly=False, busy_seconds=5)
            try:
                with (
                    self.errors(writing=False),
                    self.reading() as source,
                    file.errors(writing=True),
                    file.connection(begin="BEGIN IMMEDIATE") as copy,
                    copy.begin(),
                ):
                    _copy_rows(source, copy)
                sqlite_copies.backup(file.engine, target)
            finally:
                file.close()
        finally:
            for leftover in (new, *journal_files(new)):
                leftover.unlink(missing_ok=True)

    def close(self) -> None:
        """See ``Database``."""
        if self._open:
            self._open = False
            give_engine_back(self.address)


def _copy_rows(source: Connection, copy: Connection) -> None:
    for table, order in ((tables.revision, ("campaign", "branch", "number")), (tables.draft, ("seq",))):
        query = select(table).order_by(*(table.c[name] for name in order))
        rows = source.execution_options(yield_per=_ROWS).execute(query)
        for part in rows.mappings().partitions():
            copy.execute(insert(table), [{k: v for k, v in row.items() if k != "seq"} for row in part])


_TRIGGERS = sum(text.count("\nCREATE TRIGGER ") for text in UPGRADES.values())
_PROTECTION = text(
    "SELECT (SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n"
    " ON n.oid = c.relnamespace WHERE n.nspname = 'orglife' AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')),"
    " (SELECT bool_and(c.relrowsecurity) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'orglife' AND c.relkind = 'r')"
)
WRONG_ENDS = text(
    "SELECT count(*) FROM chain c FULL JOIN (SELECT DISTINCT ON (campaign, branch) campaign, branch, number, hash,"
    " count(*) OVER (PARTITION BY campaign, branch) AS many FROM revision ORDER BY campaign, branch, number DESC) r"
    " USING (campaign, branch) WHERE (:own = '' OR branch = :own) AND (coalesce(c.number, 0) <> coalesce(r.number, 0)"
    " OR coalesce(c.hash, '') <> coalesce(r.hash, '') OR coalesce(c.number, 0) <> coalesce(r.many, 0))"
)
