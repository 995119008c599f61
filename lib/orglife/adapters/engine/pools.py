"""Where tasks are done: this machine's processes, or those of a Dask cluster. Both are executors of the standard library."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from orglife.adapters.engine import processes, zygote
from orglife.core.errors import DaskMissing, NoWorkers, SchedulerAway

_ANSWER_SECONDS = 10
_RETRIES = 3
Item = TypeVar("Item")
Result = TypeVar("Result")


def default_jobs() -> int:
    """One worker a processor."""
    return max(1, os.cpu_count() or 1)


class Pool(Protocol):
    """Where tasks are done.

    Attributes:
        width: How many are done at a time.
        executor: Takes them.
        far: Workers may not reach the target.
    """

    width: int
    executor: Executor
    far: bool

    def lost(self, error: BaseException) -> bool:
        """Whether an error means that a worker was lost and its task is to be given again; a new worker is there then."""

    def stop(self) -> None:
        """End whatever is being done, at once."""

    def close(self) -> None:
        """Nothing is to be done any more."""


class Forks:
    """This machine, by zygotes: a thread for each only hands on what its children say."""

    far = False

    def __init__(self, width: int) -> None:
        self.width = width
        self.executor: Executor = ThreadPoolExecutor(width, "orglife", initializer=self._begin)
        self._stopped = False

    @staticmethod
    def _begin() -> None:
        processes.sweep()

    def lost(self, error: BaseException) -> bool:  # noqa: ARG002
        """Never: a zygote that is lost is begun anew where it is used."""
        return False

    def stop(self) -> None:
        """Kill all zygotes with their children."""
        self.executor.shutdown(wait=False, cancel_futures=True)
        zygote.stop_all()

    def close(self) -> None:
        """Let the threads end; the zygotes end with this process, or when nobody has wanted them for a while."""
        self.executor.shutdown(wait=True)


class Processes:
    """This machine, by processes that papermill's own engine starts its kernels from."""

    far = False

    def __init__(self, width: int) -> None:
        self.width = width
        self.executor: Executor = self._new()

    def _new(self) -> Executor:
        # spawn: a forked child hangs once its parent has typeset anything
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.width, mp_context=spawn, initializer=_begin_worker)

    def lost(self, error: BaseException) -> bool:
        """A worker's end takes the pool along: another one is made."""
        if not isinstance(error, BrokenProcessPool):
            return False
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.executor = self._new()
        return True

    def stop(self) -> None:
        """Kill the workers."""
        for process in list(getattr(self.executor, "_processes", None) or {}.values()):
            process.kill()
        self.executor.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Let the workers end."""
        self.executor.shutdown(wait=True)


def _begin_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt at the keyboard is the caller's affair
    if processes.CAN_FORK:
        processes.die_with_parent()


class Cluster:
    """A Dask cluster that somebody else keeps.

    Args:
        address: Of its scheduler, ``tcp://…``.

    Raises:
        DaskMissing, SchedulerAway, NoWorkers: nothing was begun.
    """

    far = True

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client  # noqa: PLC0415  only with the extra
        except ImportError as error:
            raise DaskMissing from error
        try:
            self._client: Any = Client(address, timeout=_ANSWER_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise SchedulerAway(address=address) from error
        self.width = sum(self._client.nthreads().values())
        if not self.width:
            self._client.close()
            raise NoWorkers(address=address)
        self.executor: Executor = self._client.get_executor(pure=False, retries=_RETRIES)

    def ask(self, question: Callable[[], Any]) -> dict[str, Any]:
        """What every worker answers to a question, by its address; an error from one that cannot."""
        return dict(self._client.run(question, on_error="return"))

    def lost(self, error: BaseException) -> bool:
        """Dask gives a lost worker's task to another by itself, several times; then it gives up."""
        return type(error).__name__ == "KilledWorker"

    def stop(self) -> None:
        """Take back what was given."""
        self.executor.shutdown(wait=False)
        self._client.close()

    def close(self) -> None:
        """Leave; the cluster is not ours."""
        self._client.close()


@dataclass(frozen=True)
class Failure:
    """What came back in place of a result.

    Attributes:
        error: What the work raised.
        lost: Whether its worker was lost, and no other one is to be tried.
    """

    error: Exception
    lost: bool


class Spread(Generic[Item, Result]):
    """Items given to a pool's workers, each handed back with its result.

    Args:
        pool: Where the work is done.
        work: Called with an item, in a worker.
        attempts: How often an item is given at most while its workers are lost.
    """

    def __init__(self, pool: Pool, work: Callable[[Item], Result], *, attempts: int = 1) -> None:
        self._pool, self._work, self._attempts = pool, work, attempts
        self._out: dict[Future[Result], tuple[Item, int]] = {}

    def give(self, item: Item, attempt: int = 1) -> None:
        """Hand an item to the next free worker."""
        self._out[self._pool.executor.submit(self._work, item)] = item, attempt

    def finished(self, most: int = 0) -> Iterator[tuple[Item, Result | Failure]]:
        """Items whose work is done, in the order of completion; waits until no more than ``most`` are out."""
        while len(self._out) > most:
            wait(self._out, return_when=FIRST_COMPLETED)
            yield from self._done()
        yield from self._done()

    def _done(self) -> Iterator[tuple[Item, Result | Failure]]:
        for future in [future for future in self._out if future.done()]:
            item, attempt = self._out.pop(future)
            try:
                result = future.result()
            except Exception as error:  # noqa: BLE001  one item's trouble must not end the others
                lost = self._pool.lost(error)
                if lost and attempt < self._attempts:
                    self.give(item, attempt + 1)
                else:
                    yield item, Failure(error, lost)
            else:
                yield item, result


@contextlib.contextmanager
def used(pool: Pool) -> Iterator[Pool]:
    """A pool that is closed in the end, at once when something goes wrong."""
    try:
        yield pool
    except BaseException:
        pool.stop()
        raise
    pool.close()
