"""Renew an open page when others save: the store gives a hint, then the page compares what it shows."""

from __future__ import annotations

import asyncio
import contextlib
import time
import weakref
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from orglife.adapters.field.messages import guard
from orglife.adapters.store.store import Store

REST = 2.0
"""Pause after a renewal, as a multiple of its duration, so that many saves do not keep the kernel busy."""


class LivePage:
    """Renews a page in the event loop and the scope that it was made in, until the page is dropped.

    Args:
        store: Gives the hints.
        state: Returns what the page depends on; the page is renewed only when this has changed.
        renew: Shows the page as it is now.
    """

    def __init__(self, store: Store, state: Callable[[], Any], renew: Callable[[], None]) -> None:
        self._loop, self._context = asyncio.get_running_loop(), copy_context()
        self._state, self._renew = state, renew
        self._shown = state()
        self._waiting = False
        self._rested = 0.0
        hint = weakref.WeakMethod(self._hint)  # the listener's thread must not keep a dropped page alive
        self.stop = weakref.finalize(self, store.listen(lambda: (alive := hint()) and alive()))
        self.stop.atexit = False

    def _hint(self) -> None:
        """In the listener's thread."""
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(guard(self._wait, _unsaid, "live"), context=self._context)

    def _wait(self) -> None:
        if not self._waiting:
            self._waiting = True
            pause = max(0.0, self._rested - time.monotonic())
            self._loop.call_later(pause, guard(self._look, _unsaid, "live"), context=self._context)

    def _look(self) -> None:
        self._waiting = False
        begun = time.monotonic()
        try:
            state = self._state()
            if state != self._shown:
                self._renew()
                self._shown = state
        finally:
            now = time.monotonic()
            self._rested = now + REST * (now - begun)


def _unsaid(_text: str) -> None:
    """Do nothing: the page shows the error already."""


def live_page(store: Store, state: Callable[[], Any], renew: Callable[[], None]) -> LivePage | None:
    """Renew a page from now on; None in scripts, and when the store is a file, which gives no hints."""
    if not store.on_server:
        return None
    try:
        return LivePage(store, state, renew)
    except RuntimeError:  # no event loop
        return None
