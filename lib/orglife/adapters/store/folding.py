"""A WAL checkpoint (“folding”) some seconds after the last save, so that the file alone holds everything.

SQLite itself does it every thousand pages and when the last program closes the file. A page stays open for days, and until
then a damaged log, or a copy of the file without it, lacks what was entered.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

IDLE_SECONDS = 5.0
"""Seconds from the last save to the checkpoint."""


class IdleFolding:
    """One timer thread, only while a checkpoint is pending."""

    def __init__(self, fold: Callable[[], bool]) -> None:
        """``fold`` runs the checkpoint and returns whether it was complete."""
        self._fold = fold
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._last = 0.0
        self._closed = False
        self._pid = os.getpid()

    def saved(self) -> None:
        """Schedule a checkpoint; called after each save."""
        if os.getpid() != self._pid:  # a forked child has no such thread, and its lock may never be released
            return
        with self._lock:
            self._last = time.monotonic()
            if self._timer is None:
                self._wait(IDLE_SECONDS)

    def close(self) -> None:
        """Cancel the pending checkpoint; one under way ends first."""
        if os.getpid() != self._pid:
            return
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()

    def _wait(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._look)
        self._timer.daemon = True
        self._timer.start()

    def _look(self) -> None:
        with self._lock:
            self._timer = None
            if self._closed:
                return
            left = self._last + IDLE_SECONDS - time.monotonic()
            if left > 0 or not self._fold():
                self._wait(left if left > 0 else IDLE_SECONDS)


def fold(engine: Engine) -> bool:
    """Fold the log of a file in and empty it; False, without waiting, while the file is being read or written.

    The log is emptied because a damaged log would put older pages over newer ones.
    """
    try:
        return _checkpoint(engine)
    except (sqlite3.Error, SQLAlchemyError):
        return True  # a full or broken disk: the log stays, and the next save tries again


def _checkpoint(engine: Engine) -> bool:
    with contextlib.closing(engine.raw_connection()) as raw:
        cursor = raw.cursor()
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            (busy, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
            cursor.close()
    return not busy
