"""Run several calls in threads while the caller waits; worthwhile when the GIL is released."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = min(os.cpu_count() or 1, 4)
"""Calls in flight; a long paper takes some hundred MB."""

_T = TypeVar("_T")


def run_ahead(calls: Iterable[Callable[[], _T]]) -> Generator[Future[_T], None, None]:
    """Run calls in threads and yield their futures in order; at most ``AT_ONCE`` calls run ahead of the consumer.

    Closing the generator cancels the calls that have not started.
    """
    with ThreadPoolExecutor(AT_ONCE, "orglife-ahead") as pool:
        begun: deque[Future[_T]] = deque()
        try:
            for call in calls:
                begun.append(pool.submit(call))
                if len(begun) > AT_ONCE:
                    yield begun.popleft()
            while begun:
                yield begun.popleft()
        except BaseException:  # the generator was closed, or ``calls`` raised
            pool.shutdown(wait=False, cancel_futures=True)
            raise
