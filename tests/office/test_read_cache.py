"""Reads are cached until the store or the day changes; snapshot reads ignore saves."""

from __future__ import annotations

import gc
import weakref
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from orglife.adapters.store.store import Store
from orglife.batch import making
from orglife.batch.sources import sample
from orglife.office import office, read_cache
from orglife.office.office import Office
from orglife.office.read_cache import MOST, ReadCache, cache_of
from tests.marks import thorough


class Counted:
    """A store whose state the test sets, and a read that counts."""

    def __init__(self) -> None:
        self.number = 0
        self.reads: list[Any] = []

    def state(self) -> tuple[int, int]:
        return self.number, 0

    def read(self) -> int:
        self.reads.append(self.number)
        return self.number


@pytest.fixture
def store() -> Counted:
    return Counted()


@pytest.fixture
def cache(store: Counted) -> ReadCache:
    return ReadCache(cast("Store", store))


def test_a_read_is_repeated_after_a_save_only(store: Counted, cache: ReadCache) -> None:
    assert [cache.once(("a",), store.read) for _ in range(3)] == [0, 0, 0]
    store.number = 1
    assert [cache.once(("a",), store.read), cache.once(("b",), store.read)] == [1, 1]
    assert store.reads == [0, 1, 1]


def test_a_new_day_is_another_state(store: Counted, cache: ReadCache, monkeypatch: pytest.MonkeyPatch) -> None:
    class Tomorrow(date):
        @classmethod
        def today(cls) -> Tomorrow:
            return cls(2124, 1, 1)

    cache.once(("a",), store.read)
    monkeypatch.setattr(read_cache, "date", Tomorrow)
    cache.once(("a",), store.read)
    assert store.reads == [0, 0]


def test_a_snapshot_ignores_saves_until_its_block_ends(store: Counted, cache: ReadCache) -> None:
    cache.once(("a",), store.read)
    store.number = 1
    with pytest.raises(RuntimeError), cache.still():
        assert cache.once(("a",), store.read) == 1  # the state at the beginning of the block
        store.number = 2
        assert [cache.once(("a",), store.read), cache.once(("b",), store.read)] == [1, 2]
        raise RuntimeError
    assert cache.once(("a",), store.read) == 2


def test_a_snapshot_within_a_snapshot_ends_with_the_outer_one(store: Counted, cache: ReadCache) -> None:
    with cache.still():
        cache.once(("a",), store.read)
        with cache.still():
            store.number = 1
        assert cache.once(("a",), store.read) == 0
    assert cache.once(("a",), store.read) == 1


def test_a_few_results_are_cached_and_more_are_read_again(store: Counted, cache: ReadCache) -> None:
    for number in range(MOST + 1):
        cache.once((number,), store.read)
    before = len(store.reads)
    cache.once((MOST - 1,), store.read)
    assert len(store.reads) == before
    cache.once((MOST,), store.read)
    assert len(store.reads) == before + 1


@thorough
def test_the_offices_of_one_store_share_its_cache_and_do_not_keep_it(store: Counted) -> None:
    assert cache_of(cast("Store", store)) is cache_of(cast("Store", store))
    assert cache_of(cast("Store", store)) is not cache_of(cast("Store", Counted()))
    short_lived = Counted()
    cache_of(cast("Store", short_lived))
    gone = weakref.ref(short_lived)
    del short_lived
    gc.collect()
    assert gone() is None


def test_the_notebooks_of_a_branch_read_and_check_it_once_in_a_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = sample(tmp_path / "records")
    root = making._unpacked(task, tmp_path / "task")
    checked = []
    monkeypatch.setattr(office, "run_rules", lambda *_, **__: checked.append(1) or [])
    for _ in range(3):  # notebooks
        with Office.open(root) as opened:
            opened.findings(opened.dossier(task.branch))
    assert checked == [1]
