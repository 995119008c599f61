"""Delayed actions: run after a pause, immediately without an event loop (tests, scripts), at the latest at exit."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
from collections.abc import Callable
from typing import Any

DELAY = 0.6  # seconds from the last key to the save
RETRY = 5.0  # seconds until a failed save is tried again


class Later:
    """One action with a timer; starting it again restarts the timer.

    Args:
        action: The action; it must call ``stop`` first.
        guard: Wraps the action so that its exceptions are reported.
    """

    _waiting: set[Later] = set()  # noqa: RUF012  shared on purpose: all waiting actions of the process

    def __init__(self, action: Callable[[], Any], guard: Callable[[Callable[..., Any]], Callable[..., None]]) -> None:
        self._action, self._guard = action, guard
        self._handle: asyncio.TimerHandle | None = None

    def start(self, seconds: float, *, otherwise_now: bool = False) -> None:
        """Run the action after a delay.

        Args:
            seconds: The delay.
            otherwise_now: Without an event loop, run the action now instead of not at all.
        """
        self.stop()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            if otherwise_now:
                self._action()
            return
        self._waiting.add(self)
        self._handle = loop.call_later(seconds, self._guard(self._action))

    def stop(self) -> None:
        """Cancel the timer; the action itself calls this first."""
        self._waiting.discard(self)
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    @classmethod
    def finish(cls) -> None:
        """Run all waiting actions now, because the process is about to end."""
        for one in list(cls._waiting):
            with contextlib.suppress(Exception):  # one failure must not stop the other saves
                one._action()


atexit.register(Later.finish)
