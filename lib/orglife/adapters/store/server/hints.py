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
"""Seconds before the next attempt to reach a server that went away; doubled each time."""


class Listener:
    """Calls a function at each hint until it is stopped.

    Args:
        address: The database.
        on_hint: Called in the listener's thread: once when listening begins, after each hint, and after a lost connection
            was restored, because hints were missed.
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
        if threading.current_thread() is not self._thread:  # the garbage collector may call it in any thread
            self._thread.join(timeout=10)

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._over.is_set():
            with contextlib.suppress(psycopg.Error, OSError):  # the server is away: the next save or reading reports it
                for _ in self._hints():
                    pause = _FIRST_PAUSE
                    self._on_hint()
            self._over.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        self._wake.close()
        self._woken.close()

    def _hints(self) -> Iterator[None]:
        """Yield once when listening begins, then once for each batch of hints, until the listener is stopped."""
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
