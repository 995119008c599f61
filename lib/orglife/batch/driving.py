"""All branches: give those that changed to workers, here or on a cluster, a few at a time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from orglife.adapters.disk import files, leftovers
from orglife.adapters.disk.notebooks import lay_missing_notebooks
from orglife.adapters.engine import engine, runner
from orglife.adapters.engine.pools import Cluster, Failure, Forks, Pool, Processes, Spread, used
from orglife.batch.making import put, work
from orglife.batch.options import BatchOptions
from orglife.batch.run_record import FAILED, SKIPPED, BranchResult, RunRecord, Trouble
from orglife.batch.sources import Sources
from orglife.batch.task import OutputTarget, Program, Task, TaskResult, program
from orglife.core.errors import BranchLost, ClusterLost, OrglifeError, OtherProgram, ProgramFailed
from orglife.office.office import Office

_AHEAD = 2  # chunks given to each worker in advance
_CHUNK, _SHARES = 16, 4
_ATTEMPTS = 3


def run_batch(
    options: BatchOptions,
    branches: Sequence[str],
    *,
    jobs: int,
    on_row: Callable[[BranchResult], None] = lambda _: None,
) -> list[BranchResult]:
    """Make the papers of some branches.

    Args:
        options: What to make.
        branches: Their ids.
        jobs: How many at a time; a cluster uses all its workers.
        on_row: Called with each result, in the order of completion.

    Returns:
        One result a branch, in the order of ``branches``.

    Raises:
        UnknownChoice: papermill does not know the engine.
        DaskMissing, SchedulerAway, NoWorkers, WorkerSilent, OtherProgram: nothing was started.
    """
    runner.require_engine(options.runs_with)
    rows: dict[str, BranchResult] = {}
    width = min(jobs, max(1, len(branches)))
    with (
        used(_pool(options, width)) as pool,
        Office.open(options.root, campaign=options.campaign) as office,
        leftovers.only_run(options.partial),
    ):
        lay_missing_notebooks(options.root)
        for row in _Run(options, office, pool).rows(branches):
            rows[row.branch] = row
            on_row(row)
    files.clear(options.partial)
    return [rows[branch] for branch in branches]


def _pool(options: BatchOptions, jobs: int) -> Pool:
    if options.scheduler:
        return Cluster(options.scheduler)
    return Forks(jobs) if options.runs_with == engine.NAME else Processes(jobs)


class _Run:
    """One run: tasks are given to workers in chunks, and their results come back."""

    def __init__(self, options: BatchOptions, office: Office, pool: Pool) -> None:
        self.options, self.office, self.pool = options, office, pool
        self.chunks: Spread[list[Task], list[TaskResult]] = Spread(pool, work, attempts=_ATTEMPTS)

    def rows(self, branches: Sequence[str]) -> Iterator[BranchResult]:
        """The result of each branch as it is done."""
        target, probe = self._target()
        try:
            self._same_program()
            sources = Sources(self.options, self.office)
            size = max(1, min(_CHUNK, len(branches) // (self.pool.width * _SHARES))) if self.pool.far else 1
            tasks: list[Task] = []
            for branch in branches:
                source = self._source(sources, branch, target)
                if isinstance(source, BranchResult):
                    yield source
                elif source.home and self.pool.far:
                    yield from self._at_home(source)
                else:
                    tasks.append(source)
                if len(tasks) == size:
                    self.chunks.give(tasks)
                    tasks = []
                yield from self._finished(self.pool.width * _AHEAD)
            if tasks:
                self.chunks.give(tasks)
            yield from self._finished(0)
            sources.keep()
        finally:
            if probe is not None:
                probe.unlink(missing_ok=True)

    def _target(self) -> tuple[OutputTarget, Path | None]:
        """Where papers go; a cluster's worker looks for the probe file to learn whether it can write there."""
        folder, partial = str(self.options.target), str(self.options.partial)
        if not self.pool.far:
            return OutputTarget(folder, partial), None
        probe = self.options.partial / f"probe-{secrets.token_hex(8)}"
        files.write(probe, b"")
        return OutputTarget(folder, partial, str(probe)), probe

    def _same_program(self) -> None:
        if not isinstance(self.pool, Cluster):
            return
        for worker, answer in self.pool.ask(program).items():
            if answer != program():
                words = answer.words if isinstance(answer, Program) else "没有装好的"
                raise OtherProgram(worker=worker, there=words, here=program().words)

    def _source(self, sources: Sources, branch: str, target: OutputTarget) -> BranchResult | Task:
        started = time.monotonic()
        try:
            source = sources.task(branch, target)
        except OrglifeError as error:
            return BranchResult(branch, FAILED, time.monotonic() - started, troubles=tuple(Trouble.of(error)))
        if isinstance(source, RunRecord):
            counts, name = source.head.get("findings", {}), str(source.head.get("name", ""))
            return BranchResult(branch, SKIPPED, time.monotonic() - started, name=name, counts=counts)
        return source

    def _finished(self, most: int) -> Iterator[BranchResult]:
        """Results of finished chunks; waits until at most ``most`` chunks are out."""
        for tasks, results in self.chunks.finished(most):
            if not isinstance(results, Failure):
                yield from (self._placed(result, task) for result, task in zip(results, tasks, strict=True))
            elif isinstance(results.error, OtherProgram):
                raise results.error
            else:
                yield from (_failed(task, results) for task in tasks)

    def _placed(self, made: TaskResult, task: Task) -> BranchResult:
        """Write the files that a worker sent back."""
        try:
            for name, data in made.outputs.items():
                put(task.target, task.branch, name, data)
        except OrglifeError as error:
            return replace(made.row, status=FAILED, troubles=(*made.row.troubles, *Trouble.of(error)))
        return made.row

    def _at_home(self, task: Task) -> Iterator[BranchResult]:
        """Make the bureau's papers here: they read all branches."""
        here = _pool(replace(self.options, scheduler=""), 1)
        with used(here):
            (made,) = here.executor.submit(work, [task]).result()
        yield made.row


def _failed(task: Task, failure: Failure) -> BranchResult:
    kind = type(failure.error).__name__
    error: OrglifeError = BranchLost(how=kind) if failure.lost else ProgramFailed(kind=kind)
    if isinstance(failure.error, ClusterLost):
        error = failure.error
    return BranchResult(task.branch, FAILED, name=task.name, troubles=tuple(Trouble.of(error)))
