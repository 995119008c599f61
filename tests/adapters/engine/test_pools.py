"""Items given to workers come back, each once: done, or with the reason, also when all workers are gone."""

from __future__ import annotations

import os
import time
from concurrent.futures import CancelledError, Executor, Future
from pathlib import Path

import pytest

from orglife.adapters.engine.pools import Failure, Processes, Spread, used
from orglife.core.errors import ClusterLost, OrglifeError
from tests.alive import eventually, lives


class Scripted(Executor):
    """Finishes a task only when told to."""

    def __init__(self) -> None:
        self.tasks: list[Future[str]] = []

    def submit(self, *_: object, **__: object) -> Future[str]:  # type: ignore[override]
        self.tasks.append(Future())
        return self.tasks[-1]


class Frail:
    """A pool whose workers may be gone."""

    width, far = 2, True

    def __init__(self) -> None:
        self.executor = Scripted()
        self.away: OrglifeError | None = None

    def lost(self, error: BaseException) -> bool:
        return isinstance(error, CancelledError)

    def gone(self) -> OrglifeError | None:
        return self.away

    def stop(self) -> None:
        pass

    close = stop


def work(item: str) -> str:
    return item


def test_what_is_out_when_all_workers_are_gone_is_handed_back_with_the_reason() -> None:
    pool = Frail()
    spread: Spread[str, str] = Spread(pool, work, attempts=3)
    for item in "abc":
        spread.give(item)
    pool.executor.tasks[0].set_result("done")
    pool.executor.tasks[1].set_exception(CancelledError())
    pool.away = ClusterLost(address="tcp://x")
    found = dict(spread.finished())
    assert found.pop("a") == "done"
    assert set(found) == {"b", "c"}
    assert all(isinstance(one, Failure) and one.error is pool.away for one in found.values())
    spread.give("d")
    ((item, failure),) = spread.finished()
    assert (item, isinstance(failure, Failure)) == ("d", True)
    assert list(spread.finished()) == []


def test_a_task_that_was_cancelled_is_given_again_while_there_are_workers() -> None:
    pool = Frail()
    spread: Spread[str, str] = Spread(pool, work, attempts=2)
    spread.give("a")
    pool.executor.tasks[0].set_exception(CancelledError())
    assert list(spread.finished(1)) == []
    pool.executor.tasks[1].set_exception(CancelledError())
    ((item, failure),) = spread.finished()
    assert item == "a"
    assert isinstance(failure, Failure)
    assert failure.lost


def begun(folder: Path) -> None:
    """Work that ends only with its process, whose number names a file."""
    (folder / str(os.getpid())).touch()
    time.sleep(600)


def test_a_cancelled_run_kills_its_workers(tmp_path: Path) -> None:
    def cancelled() -> None:
        with used(Processes(2)) as pool:
            for _ in range(2):
                pool.executor.submit(begun, tmp_path)
            while len(list(tmp_path.iterdir())) < 2:
                time.sleep(0.05)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cancelled()
    workers = [int(path.name) for path in tmp_path.iterdir()]
    assert eventually(lambda: not any(map(lives, workers)), 120)
