"""Listening for hints of saves, in a thread with a connection of its own (see ``hint_schema``)."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Callable, Iterator

import psycopg
from psycopg import sql

from orglife.adapters.store.addresses import ServerAddress
from orglife.adapters.store.server.connections import connect
from orglife.adapters.store.server.schema import SCHEMA

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
"""Seconds after which a server that went away is tried again; doubled each time."""


class Listener:
    """Tells somebody of hints until it is stopped.

    Args:
        address: The database.
        on_hint: Called in the listener's thread: once when it listens, after each hint, and after a connection was lost and
            is there again, because hints were missed.
    """

    def __init__(self, address: ServerAddress, on_hint: Callable[[], None]) -> None:
        self._address, self._on_hint = address, on_hint
        self._woken, self._wake = socket.socketpair()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="orglife-hints", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the connection and the thread."""
        if self._over.is_set():
            return
        self._over.set()
        with contextlib.suppress(OSError):
            self._wake.send(b"x")
        if threading.current_thread() is not self._thread:  # where rubbish is collected, any thread may stop it
            self._thread.join(timeout=10)

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._over.is_set():
            with contextlib.suppress(psycopg.Error, OSError):  # it is away: whoever saves or reads is told so
                for _ in self._hints():
                    pause = _FIRST_PAUSE
                    self._on_hint()
            self._over.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        self._wake.close()
        self._woken.close()

    def _hints(self) -> Iterator[None]:
        """A value when it listens and for each hint; many at a time are one. Ends when it is stopped."""
        with connect(self._address, options=f"-c search_path={SCHEMA}", application_name="orglife") as connection:
            row = connection.execute("SELECT own_channel()").fetchone()
            channel = row[0] if row else None
            if not channel:
                return
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            yield
            while not self._over.is_set():
                select.select([connection.fileno(), self._woken.fileno()], [], [])
                if list(connection.notifies(timeout=0)):
                    yield
