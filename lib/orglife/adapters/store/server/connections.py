"""Connections to a PostgreSQL server: one pool for each address and process, and single ones outside of it."""

from __future__ import annotations

import os
import selectors
import threading
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from orglife.adapters.store.addresses import ServerAddress
from orglife.adapters.store.server.schema import SCHEMA

READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
WRITING = {"isolation_level": "READ COMMITTED"}
SINGLE = {"isolation_level": "AUTOCOMMIT"}
"""Each statement by itself: two journeys to the server less than in a transaction."""
_CONNECT_SECONDS = 5
_SETTINGS = {
    "search_path": SCHEMA,
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "10min",
    "timezone": "UTC",
}
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2, "tcp_user_timeout": 10000}
"""A page reports a broken network after ten seconds; the last value is in milliseconds."""

_engines: dict[tuple[ServerAddress, int], tuple[Engine, int]] = {}
"""Address and process → its engine, and how many stores use it: every page opens the store for itself, and a connection
costs the server memory. A forked process must not use its parent's."""
_lock = threading.Lock()


def engine_of(address: ServerAddress, **options: Any) -> Engine:
    """A new engine on a server; the caller disposes of it."""
    query = dict(address.options) | {"host": address.host, "port": address.port}
    url = URL.create(
        "postgresql+psycopg",
        username=address.login or None,
        database=address.database,
        query={name: value for name, value in query.items() if value},
    )
    settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    arguments = {
        "options": settings,
        "connect_timeout": _CONNECT_SECONDS,
        "application_name": "orglife",
        **_KEEPALIVE,
    }
    return create_engine(url, connect_args=arguments, **options)


def borrow_engine(address: ServerAddress) -> Engine:
    """The engine that all stores of this process at an address share; each gives it back once."""
    with _lock:
        key = address, os.getpid()
        engine, users = _engines.get(key, (None, 0))
        if engine is None:
            engine = engine_of(
                address,
                poolclass=QueuePool,
                pool_size=2,
                max_overflow=15,
                pool_timeout=30,
                pool_recycle=300,
            )
            event.listen(engine, "checkout", _require_alive)
        _engines[key] = engine, users + 1
        return engine


def give_engine_back(address: ServerAddress) -> None:
    """Give a borrowed engine back; the last user disposes of it."""
    with _lock:
        key = address, os.getpid()
        if key not in _engines:  # a forked process that never used it
            return
        engine, users = _engines[key]
        if users > 1:
            _engines[key] = engine, users - 1
            return
        del _engines[key]
        engine.dispose()


def _require_alive(connection: psycopg.Connection, *_: object) -> None:
    """Make the pool open another connection where the server has ended this one.

    The server announces the end of a connection, and nothing else arrives on an idle one, so only a connection with
    something to read is tested. ``pool_pre_ping`` tests every time, which adds two journeys to each save.
    """
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_READ)
            if selector.select(0):
                connection.execute("SELECT 1")
                connection.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error


def connect(address: ServerAddress, **options: Any) -> psycopg.Connection:
    """A connection outside of the pool, in which every statement commits by itself; the caller closes it.

    Args:
        address: The database.
        options: Further arguments of ``psycopg.connect``.
    """
    arguments: dict[str, Any] = dict(address.options)
    arguments |= {"host": address.host, "port": address.port, "user": address.login}
    return psycopg.connect(
        dbname=address.database,
        autocommit=True,
        connect_timeout=_CONNECT_SECONDS,
        **{name: value for name, value in arguments.items() if value},
        **options,
    )
