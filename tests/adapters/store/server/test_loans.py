"""A branch that is lent: the database itself refuses whatever is saved to it, and nobody lends or returns another's."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from orglife.adapters.store.chain import BUREAU
from orglife.adapters.store.server import admin, check
from orglife.adapters.store.server.database import ServerDatabase
from orglife.adapters.store.server.loans import Loan
from orglife.adapters.store.server.schema import UPGRADES
from orglife.adapters.store.store import Change, Store
from orglife.core.errors import BranchLent, NotLent, NotOwnBranch, NotSaved
from orglife.core.record.branch import Branch, Member
from tests.adapters.store.server.test_attacks import insert, revision
from tests.database_server import ADMIN, TestDatabase, acting_as
from tests.marks import first

C = "2024-seed"


class Scene:
    """Branches a and b, a bureau and its intake, each with a login."""

    def __init__(self, database: TestDatabase) -> None:
        self.database = database
        self.a, self.b = database.add("branch", "a"), database.add("branch", "b")
        self.bureau, self.intake = database.add("bureau"), database.add("intake")
        for login, branch in ((self.a, "a"), (self.b, "b")):
            with database.open(login) as store:
                store.put(C, branch, Branch.model_validate({"id": branch, "name": f"支部{branch}"}), who="张", base=0)

    def sql(self, statement: str, *given: Any, login: str = "") -> list[tuple[Any, ...]]:
        return self.database.sql(statement, *given, login=login or self.a)

    def head(self) -> str:
        return str(self.sql("SELECT hash FROM chain WHERE branch = 'a'", login=ADMIN)[0][0])

    @contextlib.contextmanager
    def connected(self, login: str, *, options: str = "-c search_path=orglife") -> Iterator[psycopg.Connection]:
        server = self.database.server
        with psycopg.connect(host=str(server.folder), port=server.port, dbname=self.database.name, user=login,
                             options=options) as connection:  # fmt: skip
            yield connection

    def lend(self, token: str = "t1", *, again: bool = False) -> Loan:
        with self.database.open(self.a) as store:
            return database_of(store).lend(token, "李秀兰", again=again)

    def problems(self) -> list[str]:
        with acting_as(ADMIN):
            return list(check.problems(self.database.address, {}))


def database_of(store: Store) -> ServerDatabase:
    assert isinstance(store.database, ServerDatabase)
    return store.database


def member(name: str = "甲") -> Member:
    return Member.model_validate({"id": "m1", "name": name})


@pytest.fixture
def scene(database: TestDatabase) -> Scene:
    return Scene(database)


# --- what is refused while a branch is lent --------------------------------------------------------------------------


def test_a_lent_branch_is_read_and_not_saved_to(scene: Scene) -> None:
    loan = scene.lend()
    assert loan.heads[C].number == 1
    day = loan.since.astimezone()
    for login in (scene.a, scene.intake):
        with scene.database.open(login) as store:
            assert store.current(C, "a").branch == {"id": "a", "name": "支部a"} or store.current(C, "a").branch
            told = store.loan("a")
            assert told is not None
            assert (told.who, told.branch) == ("李秀兰", "a")
            for save in (
                lambda store=store: store.put(C, "a", member(), who="张", base=0),
                lambda store=store: store.remove(C, "a", "branch", "a", who="张", base=1),
                lambda store=store: store.draft(C, "a", "talk", "t1", {"date": "1"}, who="张"),
                lambda store=store: store.put("another", "a", member(), who="张", base=0),
                lambda store=store: store.apply_all(C, [("a", [Change.put(member())])], who="张"),
            ):
                with pytest.raises(BranchLent, match=f"{day.year}年{day.month}月{day.day}日由李秀兰带走了"):
                    save()  # type: ignore[no-untyped-call]
            assert len(store.history(C, "a")) == 1
    assert scene.problems() == []


def test_other_branches_and_the_bureau_go_on(scene: Scene) -> None:
    scene.lend()
    with scene.database.open(scene.b) as store:
        store.put(C, "b", member(), who="王", base=0)
        assert store.loan("a") is None, "whose branch is lent is nobody else's business"
    with scene.database.open(scene.bureau) as store:
        store.apply(C, BUREAU, [Change("remark", "r1", {"id": "r1", "branch": "a", "text": "请补"})], who="局")
        assert store.loan("a") is not None
        assert [loan.branch for loan in store.loans()] == ["a"]
    with scene.database.open(scene.intake) as store, pytest.raises(BranchLent):  # all or nothing
        store.apply_all(C, [("b", [Change.put(member("乙"))]), ("a", [Change.put(member())])], who="局")
    with scene.database.open(scene.b) as store:
        assert [r.data["name"] for r in store.history(C, "b", "member") if r.data] == ["甲"]


def test_once_brought_back_it_is_saved_to_again(scene: Scene) -> None:
    loan = scene.lend()
    with scene.database.open(scene.a) as store:
        with database_of(store).bringing_back(loan, [C], "张") as writer:
            writer.change(C, "a", Change.put(member()), who="张")
        assert store.loan("a") is None
        store.put(C, "a", member("乙"), who="张", base=1)
        told = database_of(store).loan_of("t1")
        assert told is not None
        assert (told.how, told.ended_who) == ("returned", "张")
        with pytest.raises(NotLent), database_of(store).bringing_back(loan, [C], "张"):
            pass
    assert scene.problems() == []


def test_what_fails_while_it_is_brought_back_leaves_it_lent(scene: Scene) -> None:
    loan = scene.lend()
    with scene.database.open(scene.a) as store:
        with pytest.raises(ZeroDivisionError), database_of(store).bringing_back(loan, [C], "张") as writer:
            writer.change(C, "a", Change.put(member()), who="张")
            raise ZeroDivisionError
        assert store.loan("a") is not None
        assert len(store.history(C, "a")) == 1


def test_it_is_lent_once_and_again_replaces(scene: Scene) -> None:
    first_loan = scene.lend()
    with pytest.raises(BranchLent, match="由李秀兰带走了"):
        scene.lend("t2")
    scene.lend("t2", again=True)
    with scene.database.open(scene.a) as store:
        told = database_of(store).loan_of("t1")
        assert told is not None
        assert told.how == "again"
        with pytest.raises(NotLent), database_of(store).bringing_back(first_loan, [C], "张"):
            pass
        assert store.loan("a") is not None


def test_again_is_refused_where_nothing_is_lent(scene: Scene) -> None:
    with pytest.raises(NotLent):
        scene.lend(again=True)


# --- the bureau ------------------------------------------------------------------------------------------------------


def test_the_bureau_ends_a_loan_with_a_reason(scene: Scene) -> None:
    scene.lend()
    with scene.database.open(scene.bureau) as store:
        with pytest.raises(psycopg.errors.CheckViolation):
            scene.sql("SELECT end_loan('a', '局', ' ')", login=scene.bureau)
        database_of(store).end_loan("a", "局", "电脑丢失")
        with pytest.raises(NotLent):
            database_of(store).end_loan("a", "局", "电脑丢失")
    with scene.database.open(scene.a) as store:
        store.put(C, "a", member(), who="张", base=0)
        told = database_of(store).loan_of("t1")
        assert told is not None
        assert (told.how, told.reason, told.ended_who) == ("ended", "电脑丢失", "局")


# --- attacks ---------------------------------------------------------------------------------------------------------

DENIED, NOBODY_ELSE = "permission denied", "only a branch itself|only the bureau"


@pytest.mark.parametrize(
    ("login", "statement", "reason"),
    [
        ("b", "SELECT bring_back('t1', 'x')", "none is open"),
        ("b", "SELECT end_loan('a', 'x', 'x')", "only the bureau"),
        ("a", "SELECT end_loan('a', 'x', 'x')", "only the bureau"),
        ("a", "SELECT bring_back('t2', 'x')", "none is open"),
        ("a", "SELECT bring_back(NULL, 'x')", "none is open"),
        ("a", "SELECT lend('t2', 'x', false)", "lent already"),
        ("bureau", "SELECT lend('t2', 'x', false)", "only a branch itself"),
        ("bureau", "SELECT bring_back('t1', 'x')", "only a branch itself"),
        ("intake", "SELECT bring_back('t1', 'x')", "only a branch itself"),
        ("intake", "SELECT lend('t2', 'x', true)", "only a branch itself"),
        ("a", "UPDATE loan SET ended = now(), how = 'returned'", DENIED),
        ("bureau", "UPDATE loan SET ended = now(), how = 'returned'", DENIED),
        ("a", "DELETE FROM loan", DENIED),
        ("a", "TRUNCATE loan", DENIED),
        ("a", "INSERT INTO loan (token, branch, who, login, heads) VALUES ('t3', 'b', 'x', 'x', '{}')", DENIED),
        ("a", "ALTER TABLE loan DISABLE TRIGGER ALL", "must be owner"),
        ("a", "DROP TRIGGER revision_not_lent ON revision", "must be owner"),
        ("a", "SELECT end_open_loan('a', NULL, 'ended', 'x', 'x')", DENIED),
        ("a", "SELECT hold_branch('b')", DENIED),
        ("a", "SELECT * FROM loan FOR UPDATE", DENIED),
        ("a", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT bring_back('t1', 'x')", "isolation level"),
        ("a", "SET session_replication_role = replica", DENIED),
        (ADMIN, "DELETE FROM loan", "append only"),
        (ADMIN, "TRUNCATE loan", "append only"),
    ],
)
def test_the_database_refuses(scene: Scene, login: str, statement: str, reason: str) -> None:
    scene.lend()
    with pytest.raises(psycopg.Error, match=reason):
        scene.sql(statement, login=getattr(scene, login, login))
    assert scene.sql("SELECT count(*) FROM loan WHERE ended IS NULL", login=ADMIN) == [(1,)]


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_a_branch_does_not_save_while_it_is_lent_by_its_own_sql(scene: Scene, isolation: str) -> None:
    """In any isolation level, also with the eyes of a moment before the loan."""
    statement, values = insert(revision(prev=scene.head()))
    with scene.connected(scene.a) as own:
        own.execute(f"BEGIN ISOLATION LEVEL {isolation}")
        assert own.execute("SELECT count(*) FROM loan").fetchone() == (0,)
        scene.lend()
        with pytest.raises(psycopg.Error, match="lent|isolation level"):
            own.execute(statement.encode(), values)
    assert scene.sql("SELECT count(*) FROM revision WHERE branch = 'a'", login=ADMIN) == [(1,)]


def test_a_loan_waits_for_a_save_that_is_under_way(scene: Scene) -> None:
    """Else a row would come after the loan that the workspace at home does not have, in a chain that is new, too."""
    new = revision(campaign="brand-new", number=1, type="member", prev="")
    statement, values = insert(new)
    with scene.connected(scene.a) as own:
        own.execute(statement.encode(), values)
        lent: list[Loan] = []
        thread = threading.Thread(target=lambda: lent.append(scene.lend()))
        thread.start()
        time.sleep(0.3)
        assert not lent, "it did not wait"
        own.commit()
        thread.join(timeout=20)
    assert {campaign: head.number for campaign, head in lent[0].heads.items()} == {C: 1, "brand-new": 1}


def test_lending_is_not_hindered_by_another_branch(scene: Scene) -> None:
    with scene.connected(scene.b) as other:
        other.execute("SELECT hold_chain(%s, 'b')", [C])
        other.execute("SELECT lend('t9', 'x', false)")
        scene.lend()
        other.rollback()


@pytest.mark.parametrize(
    ("when", "refused"),
    [
        (timedelta(minutes=-9), False),
        (timedelta(minutes=-11), True),
        (timedelta(days=-40), True),
        (timedelta(minutes=11), True),
        (timedelta(minutes=9), False),
    ],
)
def test_a_loan_is_no_way_to_date_entries_back(scene: Scene, when: timedelta, refused: bool) -> None:
    scene.lend()
    at = (datetime.now(UTC) + when).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    statement, values = insert(revision(prev=scene.head(), at=at))
    with scene.connected(scene.a) as own:
        own.execute("SELECT bring_back('t1', 'x')")
        if refused:
            with pytest.raises(psycopg.Error, match="not entered at its time"):
                own.execute(statement.encode(), values)
        else:
            own.execute(statement.encode(), values)


def test_what_was_entered_during_a_long_loan_keeps_its_times(scene: Scene) -> None:
    scene.lend()
    scene.sql("UPDATE loan SET since = since - interval '20 days'", login=ADMIN)
    at = (datetime.now(UTC) - timedelta(days=19)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    statement, values = insert(revision(prev=scene.head(), at=at))
    with scene.connected(scene.a) as own:
        own.execute("SELECT bring_back('t1', 'x')")
        own.execute(statement.encode(), values)
        own.commit()
        statement, values = insert(revision(prev=scene.head(), number=3, version=2, at=at))
        with pytest.raises(psycopg.Error, match="not entered at its time"):  # only in the transaction that brings back
            own.execute(statement.encode(), values)
    assert scene.problems() == []


# --- the server goes away --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reached", [False, True])
def test_an_answer_that_is_lost_is_asked_for(scene: Scene, monkeypatch: pytest.MonkeyPatch, reached: bool) -> None:
    """The connection breaks at the commit, before or after the server heard it; nothing was entered at home."""
    loan = scene.lend()
    commit = psycopg.Connection.commit

    def broken(self: psycopg.Connection) -> None:
        monkeypatch.undo()
        if reached:
            commit(self)
        self.close()
        raise psycopg.OperationalError("server closed the connection")

    refused = contextlib.nullcontext() if reached else pytest.raises(NotSaved, match="断开")
    with scene.database.open(scene.a) as store:
        database = database_of(store)
        with refused, database.bringing_back(loan, [C], "张"):
            monkeypatch.setattr(psycopg.Connection, "commit", broken)
        assert (store.loan("a") is None) == reached


def test_a_database_that_is_away_is_one_sentence(scene: Scene) -> None:
    with scene.database.open(scene.a) as store, scene.database.away():
        for work in (lambda: store.loan("a"), lambda: database_of(store).lend("t1", "张", again=False)):
            with pytest.raises((NotSaved, Exception)) as told:
                work()  # type: ignore[no-untyped-call]
            assert "数据库服务器" in str(told.value) or "用不了" in str(told.value)
    with scene.database.open(scene.a) as store:
        assert store.loan("a") is None


# --- the administrator -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sabotage", "found"),
    first(
        3,
        [
            ("DROP TRIGGER revision_not_lent ON revision", "触发器“revision.revision_not_lent”不见了"),
            ("ALTER TABLE draft DISABLE TRIGGER draft_not_lent", "触发器“draft.draft_not_lent”被改过"),
            ("GRANT UPDATE ON loan TO orglife_user", "表的权限“loan”被改过"),
            ("ALTER TABLE loan DISABLE ROW LEVEL SECURITY", "行权限的开关“loan”被改过"),
            ("DROP INDEX loan_open", "索引“loan_open”不见了"),
            ("ALTER TABLE revision DISABLE TRIGGER USER; INSERT INTO revision (campaign, branch, number, type, record,"
             " version, who, at, action, body, prev, hash) SELECT campaign, branch, 2, 'member', 'x', 1, who, at, 'remove',"
             " NULL, hash, 'h' FROM revision WHERE branch = 'a'; UPDATE chain SET number = 2, hash = 'h' WHERE branch = 'a';"
             " ALTER TABLE revision ENABLE TRIGGER USER", "支部a带走以后，服务器上的修改历史变了"),
        ],
    ),
)  # fmt: skip
def test_sabotage_is_found(scene: Scene, sabotage: str, found: str) -> None:
    scene.lend()
    scene.sql(sabotage, login=ADMIN)
    told = scene.problems()
    assert [one for one in told if found in one], told


def test_a_database_from_before_loans_is_upgraded_with_what_it_holds(database: TestDatabase) -> None:
    """As an administrator does it: the tables of the version before, with rows and logins, then ``serve upgrade``."""
    before = {1: UPGRADES[1]}
    server = database.server
    server.sql(f"DROP DATABASE {database.name} WITH (FORCE)", database="postgres")
    with acting_as(ADMIN):
        admin.init(database.address, before)
        login = database.add("branch", "a")
        body = '{"id":"a","name":"支部a"}'
        statement, values = insert(revision(number=1, type="branch", record="a", body=body))
        database.sql(statement, *values, login=login)
        assert admin.upgrade(database.address) == (1, max(UPGRADES))
        assert list(check.problems(database.address, {})) == []
    with database.open(login) as store:
        database_of(store).lend("t1", "张", again=False)
        assert [r.number for r in store.history(C, "a")] == [1]
        with pytest.raises(BranchLent):
            store.put(C, "a", member(), who="张", base=0)


def test_a_login_of_nobody_lends_nothing(scene: Scene) -> None:
    with scene.database.open(scene.bureau) as store, pytest.raises(NotOwnBranch):
        database_of(store).lend("t1", "局", again=False)
