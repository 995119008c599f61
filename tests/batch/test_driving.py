"""How branches are given to workers, and what becomes of each, with workers that only say what a test tells them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.engine.pools import Failure
from orglife.batch import driving
from orglife.batch.driving import run_batch
from orglife.batch.options import BatchOptions
from orglife.batch.run_record import DONE, FAILED, SKIPPED, BranchResult, RunRecord, Trouble
from orglife.batch.task import OutputTarget, TaskResult
from orglife.core.errors import CannotWrite, ClusterLost, NoSuchFile, OrglifeError, OtherProgram


class Workers:
    """Workers that make every branch's papers as soon as too many chunks wait; what they are given is noted."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.width, self.far = folder, 1, False
        self.executor = SimpleNamespace(submit=self.submit)
        self.out: list[list[Any]] = []
        self.chunks: list[list[str]] = []
        self.waiting = 0
        self.targets: list[OutputTarget] = []
        self.sources: dict[str, Any] = {}
        self.back: dict[str, Any] = {}
        self.kept = self.at_home = 0
        office = SimpleNamespace()
        monkeypatch.setattr(driving, "_pool", self.pool)
        monkeypatch.setattr(driving, "used", nullcontext)
        monkeypatch.setattr(driving.Office, "open", lambda *_, **__: nullcontext(office))
        monkeypatch.setattr(driving, "lay_missing_notebooks", lambda _: None)
        monkeypatch.setattr(driving, "Sources", lambda *_: SimpleNamespace(task=self.task, keep=self.keep))
        monkeypatch.setattr(driving, "Spread", lambda *_, **__: self)
        for name, value in {"_CHUNK": 16, "_SHARES": 4, "_AHEAD": 2}.items():  # whatever is best at the time
            monkeypatch.setattr(driving, name, value)

    def pool(self, _options: Any, width: int) -> Workers:
        if self.targets:
            self.at_home += 1
        else:
            self.width = width if not self.far else self.width
        return self

    def submit(self, _work: Any, tasks: list[Any]) -> Any:
        return SimpleNamespace(result=lambda: [TaskResult(BranchResult(task.branch, DONE)) for task in tasks])

    def keep(self) -> None:
        self.kept += 1

    def task(self, branch: str, target: OutputTarget) -> Any:
        self.targets.append(target)
        held = self.sources.get(branch, SimpleNamespace(branch=branch, name=f"第{branch}支部", home="", target=target))
        if isinstance(held, OrglifeError):
            raise held
        return held

    def give(self, tasks: list[Any]) -> None:
        self.out.append(tasks)
        self.chunks.append([task.branch for task in tasks])

    def finished(self, most: int) -> Iterator[tuple[list[Any], Any]]:
        self.waiting = max(self.waiting, min(len(self.out), most))
        while len(self.out) > most:
            tasks = self.out.pop()
            first = self.back.get(tasks[0].branch)
            done = [self.back.get(task.branch, TaskResult(BranchResult(task.branch, DONE))) for task in tasks]
            yield tasks, first if isinstance(first, Failure) else done

    def run(self, *branches: str, jobs: int = 1) -> list[BranchResult]:
        told: list[str] = []
        rows = run_batch(BatchOptions(self.folder), branches, jobs=jobs, on_row=lambda row: told.append(row.branch))
        assert sorted(told) == sorted(branches)
        assert [row.branch for row in rows] == list(branches), "in the order asked for"
        assert self.kept == 1
        return rows


@pytest.fixture
def workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workers:
    return Workers(tmp_path, monkeypatch)


def names(number: int) -> list[str]:
    return [f"b{n}" for n in range(number)]


@pytest.mark.parametrize(
    ("number", "width", "sizes"),
    [
        (3, 1, [1, 1, 1]),
        (7, 1, [1] * 7),
        (8, 1, [2, 2, 2, 2]),
        (9, 1, [2, 2, 2, 2, 1]),
        (8, 2, [1] * 8),
        (63, 1, [15, 15, 15, 15, 3]),
        (68, 1, [16, 16, 16, 16, 4]),
        (80, 1, [16] * 5),
    ],
)
def test_a_cluster_gets_several_branches_at_a_time(workers: Workers, number: int, width: int, sizes: list[int]) -> None:
    workers.far, workers.width = True, width
    workers.run(*names(number))
    assert [len(chunk) for chunk in workers.chunks] == sizes
    assert sum(workers.chunks, []) == names(number)  # noqa: RUF017  few


@pytest.mark.parametrize(("jobs", "number", "width"), [(2, 9, 2), (4, 3, 3), (1, 9, 1), (4, 0, 1)])
def test_this_machine_gets_one_branch_at_a_time_and_two_wait_for_each_worker(
    workers: Workers, jobs: int, number: int, width: int
) -> None:
    rows = workers.run(*names(number), jobs=jobs)
    assert {row.status for row in rows} <= {DONE}
    assert all(len(chunk) == 1 for chunk in workers.chunks)
    assert workers.width == width
    assert workers.waiting == min(2 * width, number)


@pytest.mark.parametrize("far", [False, True])
def test_a_cluster_s_workers_find_out_by_a_file_whether_they_reach_the_target(
    workers: Workers, *, far: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers.far = far
    there: list[bool] = []
    give = workers.give
    monkeypatch.setattr(workers, "give", lambda tasks: (there.append(tasks[0].target.here), give(tasks)))
    workers.run("b1")
    (target,) = workers.targets
    assert (target.folder, target.partial) == (
        str(workers.folder / "records"),
        str(workers.folder / ".orglife/partial"),
    )
    assert there == [True]
    assert bool(target.probe) is far
    assert target.here is not far, "the file is gone"


def test_what_has_not_changed_or_cannot_be_read_is_given_to_nobody(workers: Workers) -> None:
    workers.sources = {
        "b1": RunRecord({}, {"name": "甲", "findings": {"errors": 2}}),
        "b2": NoSuchFile(path="x"),
        "b4": RunRecord({}),
    }
    same, broken, made, blank = workers.run("b1", "b2", "b3", "b4")
    assert (same.status, same.name, dict(same.counts)) == (SKIPPED, "甲", {"errors": 2})
    assert (blank.status, blank.name, dict(blank.counts)) == (SKIPPED, "", {})
    assert (broken.status, len(broken.troubles), made.status) == (FAILED, 1, DONE)
    assert workers.chunks == [["b3"]]


@pytest.mark.parametrize(("far", "home", "chunks"), [(True, "/w", []), (True, "", [["b1"]]), (False, "/w", [["b1"]])])
def test_papers_that_read_all_branches_are_made_here(
    workers: Workers, home: str, chunks: list[list[str]], *, far: bool
) -> None:
    workers.far = far
    workers.sources["b1"] = SimpleNamespace(branch="b1", name="", home=home, target=OutputTarget("f", "p"))
    (row,) = workers.run("b1")
    assert (row.status, workers.chunks, workers.at_home) == (DONE, chunks, not chunks)


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Failure(ValueError("魏长河"), lost=True), "意外停止"),
        (Failure(ValueError("魏长河"), lost=False), "程序遇到了意外情况"),
        (Failure(ClusterLost(address="tcp://x"), lost=True), str(ClusterLost(address="tcp://x"))),
    ],
)
def test_a_chunk_that_fails_fails_each_of_its_branches(workers: Workers, failure: Failure, words: str) -> None:
    workers.far = True
    workers.back["b0"] = failure
    rows = workers.run(*names(8))
    assert [row.status for row in rows] == [FAILED, FAILED, *[DONE] * 6]
    assert rows[1].name == "第b1支部"
    assert words in rows[0].error
    assert "魏长河" not in rows[0].error


def test_another_program_on_a_worker_ends_the_run(workers: Workers) -> None:
    workers.back["b0"] = Failure(OtherProgram(worker="w", there="a", here="b"), lost=False)
    with pytest.raises(OtherProgram):
        workers.run("b0", "b1")


@pytest.mark.parametrize("refused", [False, True])
def test_files_that_a_worker_sends_back_are_written(
    workers: Workers, monkeypatch: pytest.MonkeyPatch, *, refused: bool
) -> None:
    put: list[Sequence[Any]] = []

    def placed(*given: Any) -> None:
        put.append(given[1:])
        if refused:
            raise CannotWrite(path="x", what="磁盘已满")

    monkeypatch.setattr(driving, "put", placed)
    before = Trouble("缺名单。", "缺名单。")
    workers.back["b1"] = TaskResult(BranchResult("b1", DONE, troubles=(before,)), {"a.pdf": b"1", "packet.json": b"2"})
    (row,) = workers.run("b1")
    assert put == [("b1", "a.pdf", b"1"), ("b1", "packet.json", b"2")][: 1 if refused else 2]
    assert row.status == (FAILED if refused else DONE)
    assert row.troubles[0] == before
    assert len(row.troubles) == 1 + refused
