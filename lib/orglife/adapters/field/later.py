"""A thing to be done after a pause; at once where there is no loop (tests, scripts), at the latest when the program ends."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
from collections.abc import Callable
from typing import Any


class Later:
    """One thing that waits for its time; asked for again, it waits anew.

    Args:
        action: What is to be done.
        guard: Lets no failure go unseen.
    """

    _waiting: set[Later] = set()  # noqa: RUF012  shared on purpose: all that is still to be done

    def __init__(self, action: Callable[[], Any], guard: Callable[[Callable[..., Any]], Callable[..., None]]) -> None:
        self._action, self._guard = action, guard
        self._handle: asyncio.TimerHandle | None = None

    def start(self, seconds: float, *, otherwise_now: bool = False) -> None:
        """Do it after so many seconds; ``otherwise_now``: at once where nobody can wait."""
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
        """Do not do it; the action itself calls this first."""
        self._waiting.discard(self)
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    @classmethod
    def finish(cls) -> None:
        """Do now what is still waiting: a page was left, and its program is about to end."""
        for one in list(cls._waiting):
            with contextlib.suppress(Exception):  # the others are to be saved all the same
                one._action()


atexit.register(Later.finish)
