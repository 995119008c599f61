"""Work that is done in threads, for whoever waits for several pieces of it: it pays where the interpreter is let go."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = min(os.cpu_count() or 1, 4)
"""Pieces in the making; a long paper takes some hundred MB."""

_T = TypeVar("_T")


def run_ahead(calls: Iterable[Callable[[], _T]]) -> Generator[Future[_T], None, None]:
    """What the calls give, in their order; a few are made ahead, however slowly what they give is taken.

    Nothing is begun any more once the generator is closed.
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
        except BaseException:  # closed, or asked for something that cannot be
            pool.shutdown(wait=False, cancel_futures=True)
            raise
