"""Turns the cancellation of long work into a sentence that names what remains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from orglife.core.errors import BadInput


@contextmanager
def explain_cancellation(left: Callable[[], str]) -> Iterator[None]:
    """Say what is left when the work is cancelled."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise BadInput([f"已取消。{left()}"]) from error
