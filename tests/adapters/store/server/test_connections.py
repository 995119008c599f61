"""Connections to a server without a server: what the driver is told, who shares one, how long a lost one is waited for."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DisconnectionError

from orglife.adapters.store.addresses import ServerAddress
from orglife.adapters.store.server import connections, hints
from orglife.adapters.store.server.hints import Listener

FULL = ServerAddress("o", "db.example", "5433", "ol123", (("sslmode", "verify-full"),))
BARE = ServerAddress("o")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the driver and the engine were told."""
    heard: dict[str, Any] = {}
    monkeypatch.setattr(psycopg, "connect", lambda **what: heard.update(what))
    monkeypatch.setattr(connections, "create_engine", lambda url, **more: heard.update(url=url, **more))
    return heard


def test_a_single_connection_is_told_what_the_address_says(told: dict[str, Any]) -> None:
    connections.connect(FULL, application_name="x")
    assert told == {
        "dbname": "o",
        "autocommit": True,
        "connect_timeout": 5,
        "host": "db.example",
        "port": "5433",
        "user": "ol123",
        "sslmode": "verify-full",
        "application_name": "x",
    }
    told.clear()
    connections.connect(BARE)
    assert told == {"dbname": "o", "autocommit": True, "connect_timeout": 5}


def test_an_engine_is_told_the_same_and_notices_a_broken_network(told: dict[str, Any]) -> None:
    connections.engine_of(FULL, pool_size=1)
    assert str(told["url"]) == "postgresql+psycopg://ol123@/o?host=db.example&port=5433&sslmode=verify-full"
    assert told["pool_size"] == 1
    arguments = told["connect_args"]
    assert (arguments["connect_timeout"], arguments["application_name"]) == (5, "orglife")
    assert "-c lock_timeout=10s" in arguments["options"]
    seconds = arguments["keepalives_idle"] + arguments["keepalives_interval"] * arguments["keepalives_count"]
    assert seconds == 2 * arguments["tcp_user_timeout"] / 1000 == 20
    connections.engine_of(BARE)
    assert str(told["url"]) == "postgresql+psycopg:///o"


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Engines that were made; each notes how often it was disposed of."""
    made: list[Any] = []

    def engine_of(address: ServerAddress, **options: Any) -> Any:
        engine = create_engine("sqlite://")
        engine.disposed = []  # type: ignore[attr-defined]
        engine.dispose = lambda: engine.disposed.append(True)  # type: ignore[attr-defined, method-assign]
        made.append(engine)
        return engine

    monkeypatch.setattr(connections, "engine_of", engine_of)
    monkeypatch.setattr(connections, "_engines", {})
    return made


def test_all_stores_of_a_process_share_an_engine_until_the_last_gives_it_back(engines: list[Any]) -> None:
    first, second = connections.borrow_engine(FULL), connections.borrow_engine(FULL)
    other = connections.borrow_engine(BARE)
    assert first is second is engines[0]
    assert other is engines[1]
    connections.give_engine_back(FULL)
    assert engines[0].disposed == []
    connections.give_engine_back(FULL)
    connections.give_engine_back(FULL)
    assert (engines[0].disposed, engines[1].disposed) == ([True], [])
    assert connections.borrow_engine(FULL) is engines[2]


def test_a_forked_process_neither_uses_nor_gives_back_its_parents(
    engines: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    connections.borrow_engine(FULL)
    pid = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: pid + 1)
    connections.give_engine_back(FULL)
    assert engines[0].disposed == []
    assert connections.borrow_engine(FULL) is engines[1]


class Idle(SimpleNamespace):
    """A connection that has something to read, or not; asking it fails where the server has ended it."""

    def __init__(self, *, speaks: bool, ended: bool) -> None:
        self.near, self.far = socket.socketpair()
        if speaks:
            self.far.send(b"x")
        super().__init__(asked=[], ended=ended)

    def fileno(self) -> int:
        return self.near.fileno()

    def execute(self, statement: str) -> None:
        self.asked.append(statement)
        if self.ended:
            raise psycopg.OperationalError

    def rollback(self) -> None:
        self.asked.append("rollback")


@pytest.mark.parametrize(
    ("speaks", "ended", "asked"),
    [(False, True, []), (True, False, ["SELECT 1", "rollback"]), (True, True, None)],
)
def test_only_a_connection_with_something_to_read_is_tested(
    asked: list[str] | None, *, speaks: bool, ended: bool
) -> None:
    one = Idle(speaks=speaks, ended=ended)
    if asked is None:
        with pytest.raises(DisconnectionError):
            connections._require_alive(one)  # type: ignore[arg-type]
    else:
        connections._require_alive(one)  # type: ignore[arg-type]
        assert one.asked == asked
    one.near.close()
    one.far.close()


# --- a listener ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "pauses", "hints_heard"),
    [
        ([None] * 8, [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0], 0),
        ([None, None, 1, None], [1.0, 2.0, 1.0, 2.0], 1),
        ([2, 0], [1.0, 2.0], 2),
    ],
)
def test_a_server_that_is_away_is_asked_more_and_more_seldom(
    monkeypatch: pytest.MonkeyPatch, answers: list[int | None], pauses: list[float], hints_heard: int
) -> None:
    """Each time the server is away (None), or gives some hints before the connection is lost."""
    left, waited, heard = list(answers), [], []

    def hints_of(listener: Listener) -> Iterator[None]:
        answer = left.pop(0)
        if answer is None:
            raise psycopg.OperationalError
        yield from [None] * answer

    class Over:
        def is_set(self) -> bool:
            return not left

        def wait(self, seconds: float) -> None:
            waited.append(seconds)

        def set(self) -> None: ...

    monkeypatch.setattr(Listener, "_hints", hints_of)
    monkeypatch.setattr(hints.threading, "Event", Over)
    monkeypatch.setattr(hints.threading, "Thread", lambda target, **_: SimpleNamespace(start=target))
    Listener(BARE, lambda: heard.append(True))
    assert waited == pauses
    assert len(heard) == hints_heard
