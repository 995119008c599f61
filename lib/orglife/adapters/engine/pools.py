"""Pools that run tasks: processes of this machine or of a Dask cluster, behind the standard library's executors."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from orglife.adapters.engine import processes, zygote
from orglife.core.errors import ClusterLost, DaskMissing, NoWorkers, OrglifeError, SchedulerAway, WorkerSilent

_ANSWER_SECONDS = 10
_GONE_SECONDS = 10.0  # without any worker, after which a cluster counts as lost
_LOOK_SECONDS = 1.0
_RETRIES = 3
Item = TypeVar("Item")
Result = TypeVar("Result")


def default_jobs() -> int:
    """One worker a processor."""
    return max(1, os.cpu_count() or 1)


class Pool(Protocol):
    """Runs tasks.

    Attributes:
        width: Number of tasks that run at a time.
        executor: Takes the tasks.
        far: Workers may be unable to write to the target folder.
    """

    width: int
    executor: Executor
    far: bool

    def lost(self, error: BaseException) -> bool:
        """Whether an error means that a worker was lost; if so, it has been replaced and the task can be submitted again."""

    def gone(self) -> OrglifeError | None:
        """Why no task will be finished any more; None while there are workers."""

    def stop(self) -> None:
        """Kill all running tasks."""

    def close(self) -> None:
        """Release the workers; no more tasks will come."""


class Forks:
    """This machine, with zygotes: one thread for each passes on the reports of its children."""

    far = False

    def __init__(self, width: int) -> None:
        self.width = width
        self.executor: Executor = ThreadPoolExecutor(width, "orglife", initializer=self._begin)
        self._stopped = False

    @staticmethod
    def _begin() -> None:
        processes.sweep()

    def lost(self, error: BaseException) -> bool:  # noqa: ARG002
        """Never: the caller of a zygote starts a new one."""
        return False

    def gone(self) -> None:
        """Never: as above."""

    def stop(self) -> None:
        """Kill all zygotes and their children."""
        self.executor.shutdown(wait=False, cancel_futures=True)
        zygote.stop_all()

    def close(self) -> None:
        """End the threads; zygotes end with this process or after some minutes without a call."""
        self.executor.shutdown(wait=True)


class Processes:
    """This machine, with worker processes in which papermill's own engine starts kernels."""

    far = False

    def __init__(self, width: int) -> None:
        self.width = width
        self.executor: Executor = self._new()

    def _new(self) -> Executor:
        # spawn: a forked child hangs if its parent has used the typesetter
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.width, mp_context=spawn, initializer=_begin_worker)

    def lost(self, error: BaseException) -> bool:
        """The end of one worker breaks the pool: replace the pool."""
        if not isinstance(error, BrokenProcessPool):
            return False
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.executor = self._new()
        return True

    def gone(self) -> None:
        """Never: the pool is replaced."""

    def stop(self) -> None:
        """Kill the workers."""
        workers = getattr(self.executor, "_processes", None) or {}
        for process in list(workers.values()):
            process.kill()
        self.executor.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Wait for the workers to end."""
        self.executor.shutdown(wait=True)


def _begin_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller handles Ctrl+C
    if processes.CAN_FORK:
        processes.die_with_parent()


class Cluster:
    """A Dask cluster that somebody else runs.

    Args:
        address: Of its scheduler, ``tcp://…``.

    Raises:
        DaskMissing, SchedulerAway, NoWorkers: no task was started.
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
        self._address = address
        self._seen = time.monotonic()
        self._closed = threading.Event()
        threading.Thread(target=self._watch, name="orglife-cluster", daemon=True).start()

    def _watch(self) -> None:
        """Note when there were workers last. In a thread: a scheduler that hangs does not answer at all."""
        while not self._closed.wait(_LOOK_SECONDS):
            with contextlib.suppress(Exception):  # it is away: the time goes on
                if self._client.status == "running" and self._client.nthreads():
                    self._seen = time.monotonic()

    def gone(self) -> OrglifeError | None:
        """ClusterLost when there were no workers, or no scheduler, for some seconds."""
        away = self._client.status == "closed" or time.monotonic() - self._seen > _GONE_SECONDS
        return ClusterLost(address=self._address) if away else None

    def ask(self, question: Callable[[], Any]) -> dict[str, Any]:
        """Call a function on every worker; address → result, or the error that it raised.

        Raises:
            WorkerSilent: a worker, or the scheduler, does not answer.
        """
        answers: queue.Queue[Any] = queue.Queue()

        def call() -> None:
            try:
                answers.put(self._client.run(question, on_error="return"))
            except Exception as error:  # noqa: BLE001  handed to the caller
                answers.put(error)

        threading.Thread(target=call, daemon=True).start()  # the client itself would wait for ever
        try:
            answer = answers.get(timeout=_ANSWER_SECONDS)
        except queue.Empty as error:
            raise WorkerSilent(address=self._address) from error
        if isinstance(answer, Exception):
            raise WorkerSilent(address=self._address) from answer
        return dict(answer)

    def lost(self, error: BaseException) -> bool:
        """Dask retries a lost worker's task itself; ``KilledWorker`` means that it gave up, cancelled that its scheduler went."""
        return type(error).__name__ in ("KilledWorker", "FutureCancelledError") or isinstance(error, CancelledError)

    def stop(self) -> None:
        """Cancel the submitted tasks."""
        with contextlib.suppress(Exception):  # it is away
            self.executor.shutdown(wait=False)
        self.close()

    def close(self) -> None:
        """Disconnect; the cluster goes on."""
        self._closed.set()
        with contextlib.suppress(Exception):  # as above
            self._client.close(timeout=2)


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
        self._refused: list[Item] = []
        self._gone: OrglifeError | None = None

    def give(self, item: Item, attempt: int = 1) -> None:
        """Hand an item to the next free worker; once all workers are gone, it is handed back with the reason."""
        if self._ended():
            self._refused.append(item)
        else:
            self._out[self._pool.executor.submit(self._work, item)] = item, attempt

    def finished(self, most: int = 0) -> Iterator[tuple[Item, Result | Failure]]:
        """Items whose work is done, in the order of completion; waits until no more than ``most`` are out."""
        while len(self._out) > most:
            wait(self._out, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
            yield from self._done()
        yield from self._done()

    def _ended(self) -> bool:
        self._gone = self._gone or self._pool.gone()
        return self._gone is not None

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
        if self._out and self._ended():  # nobody will finish them
            self._refused += [item for item, _ in self._out.values()]
            self._out.clear()
        refused, self._refused = self._refused, []
        yield from ((item, Failure(self._gone, lost=True)) for item in refused if self._gone is not None)


@contextlib.contextmanager
def used(pool: Pool) -> Iterator[Pool]:
    """Close a pool at the end; on an error kill its tasks."""
    try:
        yield pool
    except BaseException:
        pool.stop()
        raise
    pool.close()
