"""Hints of saves: whoever may read what was saved is told at once; another account hears nothing, whatever it listens to."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from orglife.adapters.store.chain import BUREAU
from orglife.adapters.store.store import Change
from orglife.core.record.branch import Branch, Member
from tests.adapters.store.server.test_loans import Scene, database_of
from tests.database_server import TestDatabase, acting_as

C = "2024-seed"


@pytest.fixture
def scene(database: TestDatabase) -> Scene:
    return Scene(database)


class Ear:
    """Counts the hints that a login's store gives."""

    def __init__(self, scene: Scene, login: str) -> None:
        self._news = threading.Condition()
        self.heard = 0
        self._store = scene.database.open(login)
        with acting_as(login):
            self._stop = self._store.listen(self._hint)
        assert self.waits_for(1), "it does not listen"

    def _hint(self) -> None:
        with self._news:
            self.heard += 1
            self._news.notify_all()

    def waits_for(self, number: int, seconds: float = 10) -> bool:
        with self._news:
            return self._news.wait_for(lambda: self.heard >= number, seconds)

    def close(self) -> None:
        self._stop()
        self._store.close()


@pytest.fixture
def ears(scene: Scene) -> Iterator[dict[str, Ear]]:
    listening = {name: Ear(scene, getattr(scene, name)) for name in ("a", "b", "bureau")}
    yield listening
    for ear in listening.values():
        ear.close()


def save(scene: Scene, name: str, branch: str, *changes: Change) -> None:
    with scene.database.open(getattr(scene, name)) as store:
        store.apply(C, branch, changes, who="张")


def member(name: str) -> Change:
    return Change.put(Member.model_validate({"id": "m1", "name": name}))


def remark(branch: str) -> Change:
    return Change("remark", "r1", {"id": "r1", "branch": branch, "text": "请补"})


def told(ears: dict[str, Ear], *who: str) -> None:
    """Exactly these are told, once more than before."""
    before = {name: ear.heard for name, ear in ears.items()}
    for name in who:
        assert ears[name].waits_for(2), name
    time.sleep(0.3)
    now = {name for name, ear in ears.items() if ear.heard > 1}
    assert now == set(who), before


def test_a_save_is_told_to_the_branch_and_its_bureau(scene: Scene, ears: dict[str, Ear]) -> None:
    save(scene, "a", "a", member("甲"))
    told(ears, "a", "bureau")


def test_a_draft_is_told(scene: Scene, ears: dict[str, Ear]) -> None:
    with scene.database.open(scene.b) as store:
        store.draft(C, "b", "talk", "t1", {"date": "1"}, who="张")
    told(ears, "b", "bureau")


def test_a_remark_is_told_to_the_branch_that_it_names(scene: Scene, ears: dict[str, Ear]) -> None:
    save(scene, "bureau", BUREAU, remark("b"))
    told(ears, "b", "bureau")


def test_a_remark_turned_over_is_told_to_both(scene: Scene) -> None:
    save(scene, "bureau", BUREAU, remark("a"))
    ears = {name: Ear(scene, getattr(scene, name)) for name in ("a", "b", "bureau")}
    save(scene, "bureau", BUREAU, remark("b"))
    told(ears, "a", "b", "bureau")
    for ear in ears.values():
        ear.close()


def test_what_else_the_bureau_saves_is_told_to_no_branch(scene: Scene, ears: dict[str, Ear]) -> None:
    save(scene, "bureau", BUREAU, Change("supervision", "s1", {"id": "s1", "branch": "a"}))
    told(ears, "bureau")


def test_a_loan_is_told(scene: Scene, ears: dict[str, Ear]) -> None:
    scene.lend()
    told(ears, "a", "bureau")


def test_a_save_that_is_undone_is_told_to_nobody(scene: Scene, ears: dict[str, Ear]) -> None:
    with scene.database.open(scene.a) as store, contextlib.suppress(ZeroDivisionError), store.writing() as writer:
        writer.change(C, "a", member("甲"), who="张")
        raise ZeroDivisionError
    told(ears)


def test_after_the_connection_was_lost_it_listens_again(scene: Scene, ears: dict[str, Ear]) -> None:
    """And says so once: something may have been saved meanwhile."""
    with scene.database.away():
        pass
    assert ears["a"].waits_for(2, 30)
    save(scene, "a", "a", member("甲"))
    assert ears["a"].waits_for(3, 30)


def test_stopped_it_has_no_connection(scene: Scene) -> None:
    ear = Ear(scene, scene.a)
    query = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s"
    before = scene.sql(query, scene.a, login="postgres")[0][0]
    ear.close()
    assert before == 2  # it listens, and the store's pool has one
    for _ in range(50):
        if scene.sql(query, scene.a, login="postgres") == [(0,)]:
            return
        time.sleep(0.1)
    raise AssertionError(scene.sql(query, scene.a, login="postgres"))


# --- attacks ---------------------------------------------------------------------------------------------------------

DENIED = "permission denied"


def test_a_listener_under_another_account_hears_nothing(scene: Scene) -> None:
    """It listens to every name that it can make up or find out, while a and the bureau save."""
    with scene.connected(scene.b) as attacker:
        attacker.autocommit = True
        own = attacker.execute("SELECT own_channel()").fetchone()
        names = [
            "a",
            "b",
            BUREAU,
            "orglife",
            "ol",
            "",
            scene.a,
            scene.bureau,
            C,
            "revision",
            "hint",
            str(own and own[0]),
        ]
        found = [str(row[0]) for row in attacker.execute("SELECT pg_listening_channels()").fetchall()]
        for name in {*names, *found} - {""}:
            attacker.execute(sql.SQL("LISTEN {}").format(sql.Identifier(name)))
        save(scene, "a", "a", member("甲"))
        save(scene, "bureau", BUREAU, remark("a"))
        with scene.database.open(scene.a) as store:
            store.draft(C, "a", "talk", "t1", {"date": "1"}, who="张")
            database_of(store).lend("t1", "张", again=False)
        assert list(attacker.notifies(timeout=1)) == []
        save(scene, "b", "b", member("乙"))  # it hears its own
        assert [(n.channel, n.payload) for n in attacker.notifies(timeout=5, stop_after=1)] == [
            (str(own and own[0]), "")
        ]


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM hint_secret", "SELECT channel_of('a')", "SELECT give_hint(ARRAY['a'])", "SELECT hint_of_revisions()",
     "UPDATE hint_secret SET value = 'x'", "SELECT value FROM hint_secret s, LATERAL (SELECT 1) x"],
)  # fmt: skip
def test_the_names_are_not_to_be_had(scene: Scene, statement: str) -> None:
    with pytest.raises(psycopg.Error, match=DENIED):
        scene.sql(statement, login=scene.b)


def test_each_has_a_channel_that_does_not_tell_whose_it_is(scene: Scene) -> None:
    names = {login: scene.sql("SELECT own_channel()", login=login)[0][0] for login in (scene.a, scene.b, scene.bureau)}
    assert len(set(names.values())) == 3
    assert scene.sql("SELECT own_channel()", login=scene.intake)[0][0] == names[scene.bureau]
    assert all(len(name) == 50 and name != "a" for name in names.values())


def test_a_false_hint_proves_nothing(scene: Scene, ears: dict[str, Ear]) -> None:
    """Whoever knows a channel can call out on it; nothing is believed because of it."""
    with scene.database.open(scene.a) as store:
        before: Any = store.state()
        scene.sql("SELECT pg_notify(own_channel(), 'b has saved')")
        assert ears["a"].waits_for(2)
        assert store.state() == before


def test_a_login_that_was_removed_hears_nothing(scene: Scene) -> None:
    from orglife.adapters.store.server import admin

    with acting_as("postgres"):
        admin.remove(scene.database.address, scene.b)
    with scene.database.open(scene.a) as store:
        store.put(C, "a", Branch.model_validate({"id": "a", "name": "改"}), who="张", base=None)
    assert scene.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = %s", scene.b, login="postgres") == [(0,)]
