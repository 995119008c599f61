"""Results of reading a store, cached until the store or the day changes: a save is followed by a dozen reads of one branch."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from orglife.adapters.store.store import Store

MOST = 8  # results cached per state of the store: one branch at work, not a bureau's hundreds


class ReadCache:
    """The cached results of one open store. It does not keep the store alive."""

    def __init__(self, store: Store) -> None:
        self._store = weakref.proxy(store)
        self._results: dict[Any, Any] = {}
        self._state: tuple[tuple[int, int], date] | None = None
        self._still = False

    def once(self, key: tuple[Any, ...], read: Callable[[], Any]) -> Any:
        """The cached result for a key, else that of ``read``."""
        self._renew()
        results = self._results
        if key in results:
            return results[key]
        result = read()
        if len(results) < MOST:
            results[key] = result
        return result

    @contextlib.contextmanager
    def still(self) -> Iterator[None]:
        """Snapshot reads: ignore concurrent saves."""
        self._renew()
        before, self._still = self._still, True
        try:
            yield
        finally:
            self._still = before

    def _renew(self) -> None:
        """Drop all results when the store or the day has changed since the first of them."""
        if self._still:
            return
        state = (self._store.state(), date.today())
        if self._state != state:
            self._results, self._state = {}, state


_CACHES: weakref.WeakKeyDictionary[Store, ReadCache] = weakref.WeakKeyDictionary()


def cache_of(store: Store) -> ReadCache:
    """The cache of a store, shared by all offices that read it: in a batch, each notebook of a branch opens one."""
    if store not in _CACHES:
        _CACHES[store] = ReadCache(store)
    return _CACHES[store]
