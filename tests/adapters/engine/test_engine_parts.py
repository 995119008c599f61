"""The engine's parts without a notebook that runs: what is passed on, what a lost child means, which workers count as lost."""

from __future__ import annotations

import json
import os
import platform
import sys
import threading
from concurrent.futures import CancelledError, Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import v4

from orglife.adapters.engine import engine, pools, processes, runner, shell, zygote
from orglife.core.errors import (
    ClusterLost,
    DaskMissing,
    EngineNotHere,
    MissingTag,
    NotPython,
    NoWorkers,
    SchedulerAway,
    UnknownParameter,
    WorkerSilent,
)

# --- what a child reports --------------------------------------------------------------------------------------------


class Manager:
    """Papermill's notebook manager: notes what it is told of each cell."""

    def __init__(self) -> None:
        cells = [v4.new_markdown_cell("甲"), v4.new_code_cell("1"), v4.new_code_cell("2")]
        self.nb = v4.new_notebook(cells=cells)
        self.told: list[tuple[str, int]] = []

    def cell_start(self, cell: Any, cell_index: int) -> None:
        self.told.append(("start", cell_index))

    def cell_exception(self, cell: Any, cell_index: int) -> None:
        self.told.append(("exception", cell_index))

    def cell_complete(self, cell: Any, cell_index: int) -> None:
        self.told.append(("complete", cell_index))


def report(what: str, cell: int, **more: Any) -> bytes:
    return json.dumps({"is": what, "cell": cell, **more}).encode()


OUTPUT = {"output_type": "stream", "name": "stdout", "text": "1"}


def called(monkeypatch: pytest.MonkeyPatch, *answers: Any, reports: tuple[bytes, ...] = ()) -> list[Any]:
    """Calls of a zygote, each answered by the next answer; an exception is raised after the reports."""
    asked: list[Any] = []
    left = list(answers)

    def call(payload: bytes, seconds: float | None, megabytes: int, on_report: Any) -> bytes:
        asked.append((seconds, megabytes))
        for one in reports:
            on_report(one)
        answer = left.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return json.dumps(answer).encode()

    monkeypatch.setattr(engine, "_called", call)
    monkeypatch.setattr(zygote, "inside", lambda: False)
    return asked


LEFT = {"metadata": {"language_info": {"name": "python"}, "other": 1}, "outputs": [[], [OUTPUT], []]}


def test_outputs_of_all_cells_come_back_and_the_manager_hears_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    reports = (
        report("begun", 1),
        report("done", 1, outputs=[OUTPUT], count=7),
        report("done", 0, outputs=[], count=None),
    )
    asked = called(monkeypatch, LEFT, reports=reports)
    manager = Manager()
    done = engine.execute(manager, "python3", seconds=5, megabytes=100)
    assert asked == [(5, 100)]
    assert manager.told == [("start", 1), ("complete", 1), ("complete", 0)]
    assert (done.cells[1].outputs, done.cells[1].execution_count) == ([OUTPUT], 7)
    assert "outputs" not in done.cells[0]
    assert done.metadata["language_info"] == {"name": "python"}
    assert "other" not in done.metadata
    assert "widgets" not in done.metadata


def test_a_zygote_that_ended_before_any_cell_is_asked_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(called(monkeypatch, EOFError(), LEFT)) == 0
    asked = called(monkeypatch, EOFError(), LEFT)
    engine.execute(Manager(), "python3")
    assert len(asked) == 2
    called(monkeypatch, EOFError(), EOFError())
    with pytest.raises(EOFError):
        engine.execute(Manager(), "python3")
    asked = called(monkeypatch, EOFError(), LEFT, reports=(report("begun", 1),))
    with pytest.raises(DeadKernelError, match="Kernel died: EOF"):
        engine.execute(Manager(), "python3")
    assert len(asked) == 1, "a cell ran already"


@pytest.mark.parametrize(
    ("hung", "seconds", "error"),
    [(True, 2.5, CellTimeoutError), (True, None, DeadKernelError), (False, 2.5, DeadKernelError)],
)
def test_a_child_that_is_lost_fails_at_the_cell_that_ran(
    monkeypatch: pytest.MonkeyPatch, seconds: float | None, error: type[Exception], *, hung: bool
) -> None:
    called(monkeypatch, zygote.ChildLost("SIGKILL", hung=hung), reports=(report("begun", 2),))
    manager = Manager()
    with pytest.raises(error, match="2 seconds" if error is CellTimeoutError else "SIGKILL"):
        engine.execute(manager, "python3", seconds=seconds)
    assert manager.told == [("start", 2), ("exception", 2)]


def test_a_failed_cell_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    called(monkeypatch, LEFT, reports=(report("failed", 1),))
    manager = Manager()
    engine.execute(manager, "python3")
    assert manager.told == [("exception", 1)]


@pytest.mark.parametrize(("kernel", "language"), [("ir", "python"), ("python3", "R"), ("python3", "")])
def test_only_python_runs(kernel: str, language: str) -> None:
    manager = Manager()
    manager.nb.metadata["kernelspec"] = {"language": language}
    with pytest.raises(NotPython):
        engine.execute(manager, kernel)


def test_without_forks_there_is_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zygote, "inside", lambda: False)
    monkeypatch.setattr(processes, "CAN_FORK", False)
    with pytest.raises(EngineNotHere):
        engine.execute(Manager(), "python3")


# --- a notebook before it runs ---------------------------------------------------------------------------------------


PYTHON = {"kernelspec": {"language": "python", "name": "python3", "display_name": "Python"}}


def test_a_notebook_without_a_tag_and_a_parameter_that_it_lacks_are_refused(tmp_path: Path) -> None:
    cells = [v4.new_code_cell(f"{tag}_ = 1", metadata={"tags": [tag]}) for tag in runner.TAGS]
    place = tmp_path / "a.ipynb"
    place.write_text(json.dumps(v4.new_notebook(cells=cells, metadata=PYTHON)))
    runner.check(place, {"parameters_": 2})
    with pytest.raises(UnknownParameter) as unknown:
        runner.check(place, {"other": 2})
    assert unknown.value.fields == {"notebook": "a.ipynb", "name": "other", "known": "parameters_"}
    place.write_text(json.dumps(v4.new_notebook(cells=cells[:-1], metadata=PYTHON)))
    with pytest.raises(MissingTag) as missing:
        runner.check(place, {})
    assert missing.value.fields == {"notebook": "a.ipynb", "tag": runner.TAGS[-1]}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("BadInput", "不行。", "不行"),
        ("NotSaved", "没有保存。", "没有保存"),
        ("KeyError", "魏长河", "程序遇到了意外情况，请联系管理员"),
    ],
)
def test_the_sentence_of_a_failed_cell_is_ours_or_names_nobody(name: str, text: str, sentence: str) -> None:
    assert runner._sentence(SimpleNamespace(ename=name, evalue=text)) == sentence  # type: ignore[arg-type]


@pytest.mark.parametrize("before", [None, "", f"/a{os.pathsep}{os.pathsep}OWN{os.pathsep}/b"])
def test_the_environment_of_a_run_is_put_back(
    before: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = str(Path(sys.prefix) / "share" / "jupyter")
    for name in ("IPYTHONDIR", "PYTHONSAFEPATH"):
        monkeypatch.delenv(name, raising=False)
    if before is None:
        monkeypatch.delenv("JUPYTER_PATH", raising=False)
    else:
        monkeypatch.setenv("JUPYTER_PATH", before.replace("OWN", own))
    first = dict(os.environ)
    with runner._own_settings(tmp_path):
        assert os.environ["JUPYTER_PATH"].split(os.pathsep) == [own, *(["/a", "/b"] if before else [])]
        assert os.environ["PYTHONSAFEPATH"] == "1"
        assert Path(os.environ["IPYTHONDIR"]).is_dir()
    assert dict(os.environ) | {"PYDEVD_DISABLE_FILE_VALIDATION": ""} == first | {"PYDEVD_DISABLE_FILE_VALIDATION": ""}


# --- workers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("processors", "jobs"), [(None, 1), (0, 1), (1, 1), (6, 6)])
def test_there_is_a_worker_for_each_processor(
    processors: int | None, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    assert pools.default_jobs() == jobs


class Counted:
    """A pool that notes how it ends."""

    def __init__(self) -> None:
        self.ends: list[str] = []

    def stop(self) -> None:
        self.ends.append("stop")

    def close(self) -> None:
        self.ends.append("close")


def test_a_pool_is_closed_in_the_end_and_stopped_when_something_fails() -> None:
    pool = Counted()
    with pools.used(pool) as same:  # type: ignore[arg-type]
        assert same is pool
    assert pool.ends == ["close"]
    with pytest.raises(KeyboardInterrupt), pools.used(pool):  # type: ignore[arg-type]
        raise KeyboardInterrupt
    assert pool.ends == ["close", "stop"]


def test_a_broken_pool_is_replaced_and_a_failed_task_breaks_none() -> None:
    pool = pools.Processes(1)
    first = pool.executor
    assert pool.lost(ValueError("x")) is False
    assert pool.executor is first
    assert pool.lost(BrokenProcessPool("x")) is True
    assert pool.executor is not first
    pool.stop()
    assert (pool.gone(), pools.Forks(1).lost(BrokenProcessPool("x"))) == (None, False)


class OneTask(Executor):
    """Fails every task as if its worker were lost."""

    def submit(self, *_: object, **__: object) -> Future[str]:  # type: ignore[override]
        failed: Future[str] = Future()
        failed.set_exception(CancelledError())
        return failed


def test_a_lost_task_is_given_once_unless_more_attempts_are_asked_for() -> None:
    pool = SimpleNamespace(executor=OneTask(), lost=lambda _: True, gone=lambda: None)
    spread: pools.Spread[str, str] = pools.Spread(pool, str)  # type: ignore[arg-type]
    spread.give("a")
    ((item, failure),) = spread.finished()
    assert (item, failure.lost) == ("a", True)  # type: ignore[union-attr]
    more: pools.Spread[str, str] = pools.Spread(pool, str, attempts=3)  # type: ignore[arg-type]
    more.give("b", 2)
    assert [one for one, _ in more.finished()] == ["b"]


class KilledWorker(Exception):  # noqa: N818  Dask's name
    """As Dask says that it gave a task up."""


class FutureCancelledError(Exception):
    """As Dask says that its scheduler went."""


def cluster(status: str, seen: float) -> pools.Cluster:
    """A cluster that nobody connected to."""
    made = object.__new__(pools.Cluster)
    made._client, made._seen, made._address = SimpleNamespace(status=status), seen, "tcp://x"
    return made


@pytest.mark.parametrize(
    ("status", "seen", "gone"),
    [("running", 100.0, False), ("running", 90.0, False), ("running", 89.9, True), ("closed", 100.0, True)],
)
def test_a_cluster_is_gone_after_ten_seconds_without_a_worker(
    status: str, seen: float, monkeypatch: pytest.MonkeyPatch, *, gone: bool
) -> None:
    monkeypatch.setattr(pools.time, "monotonic", lambda: 100.0)
    why = cluster(status, seen).gone()
    assert isinstance(why, ClusterLost) is gone
    assert (why is None) is not gone


@pytest.mark.parametrize(
    ("error", "lost"),
    [(KilledWorker(), True), (FutureCancelledError(), True), (CancelledError(), True), (ValueError(), False)],
)
def test_which_errors_of_a_cluster_mean_a_lost_worker(error: Exception, *, lost: bool) -> None:
    assert cluster("running", 0).lost(error) is lost


class Scheduler:
    """A scheduler's client: its workers, and what they answer."""

    def __init__(self, threads: dict[str, int], answer: Any = None) -> None:
        self.threads, self.answer, self.closed, self.status = threads, answer, 0, "running"
        self.asked: list[Any] = []

    def __call__(self, address: str, **options: Any) -> Scheduler:
        self.asked.append((address, options["set_as_default"]))
        if not isinstance(self.threads, dict):
            raise self.threads
        return self

    def nthreads(self) -> dict[str, int]:
        return self.threads

    def get_executor(self, **options: Any) -> Any:
        assert options["pure"] is False
        return SimpleNamespace(shutdown=lambda wait: self.asked.append(("shutdown", wait)))

    def run(self, question: Any, *, on_error: str) -> Any:
        assert on_error == "return"
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer if self.answer is not None else threading.Event().wait(5)

    def close(self, **_: Any) -> None:
        self.closed += 1


def connected(monkeypatch: pytest.MonkeyPatch, scheduler: Any) -> pools.Cluster:
    monkeypatch.setitem(sys.modules, "distributed", scheduler and SimpleNamespace(Client=scheduler))
    return pools.Cluster("tcp://x")


def test_a_cluster_has_as_many_workers_as_threads_and_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    scheduler = Scheduler({"a": 2, "b": 3}, {"a": 1})
    pool = connected(monkeypatch, scheduler)
    assert (pool.width, pool.ask(int), pool.gone(), scheduler.closed) == (5, {"a": 1}, None, 0)
    pool.stop()
    assert scheduler.asked == [("tcp://x", False), ("shutdown", False)]
    assert scheduler.closed == 1


@pytest.mark.parametrize("away", [OSError("x"), ValueError("x"), TimeoutError("x")])
def test_a_scheduler_that_does_not_answer_is_away(away: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SchedulerAway):
        connected(monkeypatch, Scheduler(away))  # type: ignore[arg-type]


def test_a_cluster_without_workers_or_dask_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = Scheduler({})
    with pytest.raises(NoWorkers):
        connected(monkeypatch, empty)
    assert empty.closed == 1
    with pytest.raises(DaskMissing):
        connected(monkeypatch, None)


@pytest.mark.parametrize("answer", [None, OSError("gone")])
def test_workers_that_do_not_answer_are_silent(answer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "_ANSWER_SECONDS", 0.05 if answer is None else 60)
    pool = connected(monkeypatch, Scheduler({"a": 1}, answer))
    with pytest.raises(WorkerSilent):
        pool.ask(int)
    pool.close()


@pytest.mark.parametrize(
    ("status", "threads", "seen"), [("running", {"a": 1}, True), ("running", {}, False), ("closed", {"a": 1}, False)]
)
def test_workers_are_seen_while_the_scheduler_runs(
    status: str, threads: dict[str, int], monkeypatch: pytest.MonkeyPatch, *, seen: bool
) -> None:
    made = cluster(status, 0.0)
    made._client = SimpleNamespace(status=status, nthreads=lambda: threads)
    looks = iter([False, True])
    made._closed = SimpleNamespace(wait=lambda _: next(looks))  # type: ignore[assignment]
    monkeypatch.setattr(pools.time, "monotonic", lambda: 100.0)
    made._watch()
    assert made._seen == (100.0 if seen else 0.0)


def test_a_pool_that_has_ended_may_be_stopped() -> None:
    pool = pools.Processes(1)
    pool.close()
    pool.stop()


# --- the operating system --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("node", "name"), [("", "?"), ("局机关", "局机关")])
def test_a_machine_without_a_name_has_a_sign(node: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "node", lambda: node)
    assert processes.machine() == name


def test_threads_are_counted() -> None:
    before, go = processes.threads(), threading.Event()
    more = [threading.Thread(target=go.wait) for _ in range(3)]
    for one in more:
        one.start()
    assert processes.threads() == before + 3
    go.set()
    for one in more:
        one.join()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux asks the system instead")
def test_elsewhere_a_process_looks_whether_its_parent_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    parents = [7, 7, 7, 1]
    slept: list[float] = []
    monkeypatch.setattr(os, "getppid", lambda: parents.pop(0))
    monkeypatch.setattr(processes.time, "sleep", slept.append)
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    processes._watch(7)
    assert (slept, ended) == ([1.0] * 3, [1])


# --- the shell's messages --------------------------------------------------------------------------------------------


@pytest.fixture
def wire() -> Any:
    """A wire whose messages are kept."""
    one = shell._Wire()
    one.kept = []  # type: ignore[attr-defined]
    one.sink = one.kept.append  # type: ignore[attr-defined]
    return one


def test_what_a_cell_prints_is_sent_when_it_is_flushed(wire: Any) -> None:
    stream = shell._Stream(wire, "stdout", 1)
    assert (stream.writable(), stream.fileno(), stream.write("一"), stream.write("二三")) == (True, 1, 1, 2)
    with pytest.raises(TypeError, match="must be str, not bytes"):
        stream.write(b"x")  # type: ignore[arg-type]
    assert wire.kept == []
    stream.flush()
    stream.flush()
    assert [message["content"] for message in wire.kept] == [{"name": "stdout", "text": "一二三"}]


def test_what_is_written_past_python_is_sent_once(wire: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "raw").open("w+b") as file:
        monkeypatch.setattr(zygote, "raw_output", file.fileno())
        os.write(file.fileno(), "甲\n".encode() + b"\xff")
        shell._raw_output(wire)
        shell._raw_output(wire)
        assert [message["content"] for message in wire.kept] == [{"name": "stdout", "text": "甲\n\ufffd"}]
        assert os.fstat(file.fileno()).st_size == 0
        os.write(file.fileno(), b"again")
        shell._raw_output(wire)
        assert wire.kept[1]["content"]["text"] == "again"
    monkeypatch.setattr(zygote, "raw_output", -1)
    shell._raw_output(wire)
    assert len(wire.kept) == 2


def test_a_message_is_delivered_as_a_kernel_would_send_it(wire: Any) -> None:
    sent = wire.send(None, "comm_msg", {"data": {}}, metadata={"a": 1}, buffers=[b"x"])
    assert (sent["msg_type"], sent["content"], sent["metadata"]) == ("comm_msg", {"data": {}}, {"a": 1})
    assert [bytes(buffer) for buffer in sent["buffers"]] == [b"x"]
    assert sent["parent_header"] == {"msg_id": "cell"}
    ready = {"msg_type": "ready"}
    assert wire.send(None, ready)["buffers"] == []
    assert [message["msg_type"] for message in wire.kept] == ["comm_msg", "ready"]
    wire.sink = None
    wire.send(None, "later", {})
    assert len(wire.kept) == 2


def test_a_notebook_that_asks_gets_no_answer() -> None:
    with pytest.raises(RuntimeError, match="nobody is there to answer 姓名"):
        shell._nobody_answers("姓名")


def test_the_language_is_told_as_a_kernel_tells_it() -> None:
    told = shell._language()
    assert told["version"] == platform.python_version()
    assert told["pygments_lexer"] == f"ipython{sys.version_info.major}"
    assert told["codemirror_mode"] == {"name": "ipython", "version": sys.version_info.major}


# --- one cell ----------------------------------------------------------------------------------------------------------


class Shell:
    """A shell that runs nothing: it notes the cells, and answers with an error or none."""

    def __init__(self, before: Exception | None = None, inside: Exception | None = None) -> None:
        self.ran: list[str] = []
        self.execution_count, self.errors = 3, (before, inside)
        self.display_pub = SimpleNamespace(session=SimpleNamespace(sink=None))

    def run_cell(self, source: str, *, store_history: bool) -> Any:
        assert store_history, "the next cell gets the next number"
        self.ran.append(source)
        return SimpleNamespace(error_before_exec=self.errors[0], error_in_exec=self.errors[1])


def run_one(monkeypatch: pytest.MonkeyPatch, used: Shell, cell: Any, *, allowed: bool = False) -> Any:
    monkeypatch.setattr(shell, "shell", lambda: used)
    monkeypatch.setattr(shell, "_raw_output", lambda _: None)
    client = shell.Client(Manager())
    client.allow_errors = allowed
    return client.execute_cell(cell, 0)


@pytest.mark.parametrize(
    ("cell", "ran"),
    [
        (v4.new_code_cell("1"), True),
        (v4.new_code_cell(" \n"), False),
        (v4.new_markdown_cell("1"), False),
        (v4.new_code_cell("1", metadata={"tags": ["skip-execution"]}), False),
        (v4.new_code_cell("1", metadata={"tags": ["other"]}), True),
    ],
)
def test_only_code_is_run_and_begins_without_outputs(cell: Any, monkeypatch: pytest.MonkeyPatch, *, ran: bool) -> None:
    used = Shell()
    cell.outputs, cell.execution_count = [OUTPUT], None
    assert run_one(monkeypatch, used, cell) is cell
    assert (used.ran, cell.outputs, cell.execution_count) == ((["1"], [], 3) if ran else ([], [OUTPUT], None))


@pytest.mark.parametrize("where", ["before", "inside"])
@pytest.mark.parametrize(
    ("allowed", "tags", "fails"), [(False, [], True), (True, [], False), (False, ["raises-exception"], False)]
)
def test_an_error_of_a_cell_ends_the_notebook_unless_it_is_expected(
    where: str, tags: list[str], monkeypatch: pytest.MonkeyPatch, *, allowed: bool, fails: bool
) -> None:
    cell = v4.new_code_cell("1", metadata={"tags": tags})
    used = Shell(**{where: KeyError("x")})
    if fails:
        with pytest.raises(CellExecutionError) as failed:
            run_one(monkeypatch, used, cell, allowed=allowed)
        assert failed.value.ename == "KeyError"
    else:
        run_one(monkeypatch, used, cell, allowed=allowed)
    assert used.ran == ["1"]


def test_a_shell_is_renewed_once_it_was_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell.gc, "freeze", lambda: None)
    resets: list[bool] = []
    one = SimpleNamespace(execution_count=9, reset=lambda *, new_session: resets.append(new_session))
    shell.renew(one)
    assert (resets, one.execution_count) == ([], 9)
    one.orglife_used = True
    shell.renew(one)
    shell.renew(one)
    assert (resets, one.execution_count, one.orglife_used) == ([True], 1, False)
