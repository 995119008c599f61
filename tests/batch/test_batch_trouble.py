"""The batch when things go wrong: broken branches, killed processes, a full disk, a cluster that loses a worker."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pypdf
import pytest

from orglife.adapters.engine import pools, processes
from orglife.batch import driving, making
from orglife.batch.options import BatchOptions
from orglife.batch.sources import Sources
from orglife.batch.task import OutputTarget, Program, Task, program
from orglife.core.errors import OtherProgram
from orglife.office.office import Office
from tests import branch as b
from tests.alive import eventually, lives
from tests.conftest import copied, run
from tests.marks import first, thorough

BIN = Path(sys.executable).parent
QUICK = ("--stage", "plan", "--stage", "talks", "--formats", "html")
pytestmark = pytest.mark.skipif(not processes.FORKS_WELL, reason="the engine needs fork")


def fill(root: Path, folder: Path, **names: str) -> None:
    """Branches by id, with their names."""
    files = []
    for ident, name in names.items():
        file = folder / f"{ident}.json"
        raw = b.changed(b.branch(), put={"branch/id": ident, "branch/name": name})
        file.write_text(json.dumps(raw), encoding="utf-8")
        files.append(str(file))
    assert run("import", str(root), *files) == 0


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(root: Path, capsys: pytest.CaptureFixture[str], *more: str, status: int = 0) -> dict[str, dict[str, Any]]:
    capsys.readouterr()
    assert run("batch", str(root), *QUICK, "--json", *more) == status
    return {row["branch"]: row for row in json.loads(capsys.readouterr().out)["branches"]}


BREAK = """
import os, signal
name = desk.dossier().branch.name
if "报错" in name:
    raise ValueError(name)
if "循环" in name:
    while True:
        pass
if "退出" in name:
    os._exit(0)
if "被杀" in name:
    os.kill(os.getpid(), signal.SIGKILL)
if "内存" in name:
    hog = bytearray(1 << 34)
desk.findings("talks")"""


REASONS = {
    "报错": "ValueError",
    "循环": "超过5秒",
    "退出": "exit 0",
    "被杀": "SIGKILL",
    "内存": "MemoryError",
    "坏字\U00013080": "U+13080",
}


@pytest.mark.parametrize(
    ("number", "faulty"), [pytest.param(24, 6, marks=thorough), pytest.param(200, 10, marks=pytest.mark.soak)]
)
def test_broken_branches_are_named_and_the_others_made(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], number: int, faulty: int
) -> None:
    """Some branches are broken, each in its own way; what is mended is made, and nothing else."""
    place = filled / "notebooks" / "12_talks.ipynb"
    nb = nbformat.read(place, as_version=4)
    next(c for c in nb.cells if c.metadata.tags == ["findings"]).source = BREAK
    nbformat.write(nb, place)
    ids = [f"t{n:02d}" for n in range(1, number + 1)]
    broken = dict(zip(ids[1:], islice(cycle(REASONS), faulty), strict=False))
    fill(filled, tmp_path, **({ident: f"第{ident}支部" for ident in ids} | broken))
    given = ("--jobs", "2", "--limit", "5", "--formats", "html,pdf")
    found = rows(filled, capsys, *given, status=1)
    assert {i for i, row in found.items() if row["status"] == "failed"} == set(broken)
    assert {row["status"] for i, row in found.items() if i not in broken} == {"done"}
    for ident, fault in broken.items():
        assert REASONS[fault] in found[ident]["error"], ident
        assert "谈心谈话" in found[ident]["error"]
        assert "Traceback" not in found[ident]["error"]
        assert not (filled / "records" / ident / "12_talks.html").exists()
    report = (filled / "logs" / "batch.json").read_text(encoding="utf-8")
    told = {row["branch"]: row for row in json.loads(report)["branches"]}
    assert told["t03"]["problems"][0]["cure"].startswith("请")
    assert json.loads(report)["counts"] == {"failed": faulty, "done": number - faulty, "skipped": 0}
    assert not [name for name in b.NAMES if name in report]
    assert "超过5秒" in (filled / "logs" / "batch.html").read_text(encoding="utf-8")
    mended = {"t03", "t05", "t07"}
    fill(filled, tmp_path, **dict.fromkeys(mended, "改好了"))
    again = rows(filled, capsys, *given, status=1)
    assert {i for i, row in again.items() if row["status"] == "done"} == mended
    assert {i for i, row in again.items() if row["status"] == "failed"} == set(broken) - mended


def canary_branches(root: Path, folder: Path) -> dict[str, str]:
    """Thirty branches, each with a word of its own in its records: id → word."""
    words = {f"t{n:02d}": f"CANARY{n:04d}" for n in range(1, 31)}
    fill(root, folder, **words)
    return words


@thorough
def test_nothing_of_one_branch_is_in_another(filled: Path, tmp_path: Path) -> None:
    words = canary_branches(filled, tmp_path)
    assert run("batch", str(filled), *QUICK, "--jobs", "2") == 0
    for ident, word in words.items():
        text = b"".join(p.read_bytes() for p in (filled / "records" / ident).iterdir())
        assert word.encode() in text
        assert [other for other in words.values() if other != word and other.encode() in text] == []


@pytest.mark.soak
def test_nothing_of_one_branch_is_in_anothers_pdf_or_in_a_log(filled: Path, tmp_path: Path) -> None:
    """Text, metadata and attachments of every PDF; the logs name branches, and nobody in them."""
    words = canary_branches(filled, tmp_path)
    assert run("batch", str(filled), "--jobs", "2", "--formats", "pdf") == 0
    for ident, word in words.items():
        for path in sorted((filled / "records" / ident).glob("*.pdf")):
            pdf = pypdf.PdfReader(path)
            parts = [page.extract_text() for page in pdf.pages]
            parts += [str(dict(pdf.metadata or {})), *(str(data) for data in pdf.attachments.values())]
            parts.append(str(pdf.xmp_metadata and pdf.xmp_metadata.stream.get_data()))
            seen = {other for other in words.values() if other in "".join(parts)}
            assert seen == {word}, path
    logs = "".join(p.read_text(encoding="utf-8") for p in (filled / "logs").iterdir())
    assert [name for name in b.NAMES if name in logs] == []


# --- killed --------------------------------------------------------------------------------------------------------------


def heeding_interrupts() -> None:
    """What a shell starts in the background ignores Ctrl+C, and hands that down; at a keyboard it counts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Driver:
    """``orglife batch`` as a process of its own; all that came of it bears its mark."""

    def __init__(self, root: Path, *more: str) -> None:
        self.mark = uuid.uuid4().hex
        environment = os.environ | {"ORGLIFE_TEST_MARK": self.mark, "TMPDIR": str(root.parent / "tmp")}
        (root.parent / "tmp").mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [str(BIN / "orglife"), "batch", str(root), *QUICK, "--jobs", "2", "--json", *more],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            preexec_fn=heeding_interrupts,  # noqa: PLW1509  it only sets a signal
        )

    def family(self) -> list[int]:
        """Every living process that came of it."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (folder / "environ").read_bytes() and lives(int(folder.name)):
                    found.append(int(folder.name))
            except OSError:
                continue
        return found

    def finish(self) -> dict[str, Any]:
        out, _ = self.process.communicate(timeout=240)
        return {row["branch"]: row for row in json.loads(out)["branches"]} if out else {}


@pytest.fixture(scope="module")
def twelve(filled_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of twelve branches, made once; the tests work on copies."""
    folder = tmp_path_factory.mktemp("twelve")
    root = copied(filled_workspace, folder / filled_workspace.name)
    fill(root, folder, **{f"t{n:02d}": f"第{n}支部" for n in range(1, 13)})
    return root


@pytest.fixture
def bureau(twelve: Path, tmp_path: Path) -> Path:
    return copied(twelve, tmp_path / twelve.name)


def whole(target: Path) -> None:
    """Every file that is there is whole."""
    for path in target.rglob("*"):
        if path.is_file():
            assert not path.name.startswith(".part-"), path
            text = path.read_text(encoding="utf-8")
            assert text.rstrip().endswith("</html>" if path.suffix == ".html" else "}"), path


def kill_and_resume(root: Path, reference: dict[str, str], seed: int) -> None:
    chance = random.Random(seed)
    target = root / "records"
    shutil.rmtree(target)
    target.mkdir()
    driver = Driver(root)
    try:
        want = chance.randrange(0, 11)
        assert eventually(lambda: len(list(target.glob("*/packet.json"))) >= want or not driver.family(), 120)
        time.sleep(chance.random() * 0.1)
        victims = [p for p in driver.family() if p != driver.process.pid]
        victim = driver.process.pid if seed % 2 or not victims else chance.choice(victims)
        done_before = {path.parent.name for path in target.glob("*/packet.json")}
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        left = driver.finish()
        assert eventually(lambda: not driver.family()), "an orphan is left"
    finally:
        driver.process.kill()
        driver.process.communicate()
    whole(target)
    assert not list(root.rglob(".part-*"))
    if victim != driver.process.pid:
        assert sum(row["status"] == "failed" for row in left.values()) <= 1, "only a killed child's branch is lost"
    again = Driver(root).finish()
    assert {row["status"] for row in again.values()} <= {"done", "skipped"}
    assert {i for i, row in again.items() if row["status"] == "done"}.isdisjoint(done_before), "done twice"
    assert digests(target) == reference


def kills(root: Path, number: int) -> None:
    Driver(root).finish()
    reference = digests(root / "records")
    assert len(reference) == 12 * 3
    for seed in range(number):
        kill_and_resume(root, reference, seed)
    assert list((root.parent / "tmp").iterdir()) == []


@thorough
def test_kill_at_any_moment_leaves_whole_files_and_no_orphan(bureau: Path) -> None:
    kills(bureau, 1)


@pytest.mark.soak
def test_fifty_kills(bureau: Path) -> None:
    kills(bureau, 50)


@thorough
def test_an_interrupt_at_the_keyboard_ends_everything(bureau: Path) -> None:
    driver = Driver(bureau)
    assert eventually(lambda: len(list((bureau / "records").glob("*/packet.json"))) >= 2, 120)
    driver.process.send_signal(signal.SIGINT)
    driver.process.communicate(timeout=60)
    assert driver.process.returncode == 130
    assert eventually(lambda: not driver.family())
    whole(bureau / "records")
    assert not list(bureau.rglob(".part-*"))


@thorough
def test_a_full_disk_fails_branches_and_leaves_nothing_half(bureau: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A limit on file sizes in place of a full disk: papers above it cannot be written."""
    command = f"ulimit -f 100; exec {BIN / 'orglife'} batch '{bureau}' --stage talks --jobs 1 --branch t01"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stderr
    assert "无法写入" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (bureau / "records" / "t01" / "12_talks.pdf").exists()
    assert not list(bureau.rglob(".part-*"))
    assert run("batch", str(bureau), "--stage", "talks", "--branch", "t01") == 0


@thorough
def test_a_place_that_takes_no_file_is_one_sentence(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file := tmp_path / "taken").write_text("a file where a folder should be")
    capsys.readouterr()
    assert run("batch", str(filled), *QUICK, "--json", "--out", str(file / "papers")) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "无法写入" in line
    assert "路径中有一段不是文件夹" in line
    assert file.read_text() == "a file where a folder should be"


# --- far away ------------------------------------------------------------------------------------------------------------


class Far(pools.Forks):
    """Workers that do not reach the target."""

    far = True


@thorough
def test_papers_travel_back_where_the_target_cannot_be_reached(
    bureau: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = BatchOptions(root=bureau, stages=("plan", "talks"), formats=("html",))
    branches = [f"t{n:02d}" for n in range(1, 13)]
    assert {row.status for row in driving.run_batch(options, branches, jobs=2)} == {"done"}
    near = digests(bureau / "records")
    shutil.rmtree(bureau / "records")
    monkeypatch.setattr(driving, "_pool", lambda options, jobs: Far(jobs))
    monkeypatch.setattr(OutputTarget, "here", False)
    assert {row.status for row in driving.run_batch(options, branches, jobs=2)} == {"done"}
    assert digests(bureau / "records") == near
    assert not (bureau / ".orglife" / "partial").exists()


class Breaking:
    """A pool whose workers are lost now and then."""

    far, width = False, 2

    def __init__(self, times: int) -> None:
        self.executor = ThreadPoolExecutor(2)
        self._times = times
        submit = self.executor.submit

        def sometimes(work: Any, tasks: Any) -> Any:
            if self._times:
                self._times -= 1
                return submit(self._lose)
            return submit(work, tasks)

        self.executor.submit = sometimes  # type: ignore[method-assign,assignment]

    @staticmethod
    def _lose() -> None:
        raise ConnectionError

    def gone(self) -> None:
        return None

    def lost(self, error: BaseException) -> bool:
        return isinstance(error, ConnectionError)

    def stop(self) -> None:
        self.executor.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        self.executor.shutdown()


@pytest.mark.parametrize(("times", "status"), [(2, "done"), (9, "failed")])
def test_a_lost_workers_task_is_given_again_but_not_for_ever(
    filled: Path, monkeypatch: pytest.MonkeyPatch, times: int, status: str
) -> None:
    monkeypatch.setattr(driving, "_pool", lambda options, jobs: Breaking(times))
    options = BatchOptions(root=filled, stages=("plan",), formats=("html",))
    (row,) = driving.run_batch(options, ["t01"], jobs=2)
    assert row.status == status


class Strange(pools.Cluster):
    """A cluster whose second worker has another program, or none."""

    def __init__(self, answer: Any) -> None:
        self.width, self.executor, self._answer = 2, ThreadPoolExecutor(1), answer

    def ask(self, question: Any) -> dict[str, Any]:
        return {"tcp://10.0.0.1:1": question(), "tcp://10.0.0.2:1": self._answer}

    def stop(self) -> None:
        self.close()

    def close(self) -> None:
        self.executor.shutdown()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Program("0.0.9", "f" * 64), "0.0.9（ffffffff）"),
        (Program(program().version, "e" * 64), f"{program().version}（eeeeeeee）"),
        (ModuleNotFoundError("orglife"), "没有装好的"),
    ],
)
def test_workers_with_another_program_are_refused_before_anything_is_made(
    filled: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: Any, words: str
) -> None:
    monkeypatch.setattr(driving, "_pool", lambda options, jobs: Strange(answer))
    capsys.readouterr()
    assert run("batch", str(filled), *QUICK, "--scheduler", "tcp://10.0.0.1:8786") == 2
    told = capsys.readouterr().err
    assert "tcp://10.0.0.2:1" in told
    assert words in told
    assert program().words in told
    assert "Traceback" not in told
    assert not list((filled / "records").iterdir())


def test_a_worker_refuses_tasks_of_another_program(filled: Path) -> None:
    with Office.open(filled) as office:
        options = BatchOptions(root=filled, stages=("plan",), formats=("html",))
        task = Sources(options, office).task("t01", OutputTarget(str(options.target), str(options.partial)))
    assert isinstance(task, Task)
    with pytest.raises(OtherProgram, match="0.0.9"):
        making.work([replace(task, program=Program("0.0.9", "f" * 64))])
    assert not list((filled / "records").iterdir())


@pytest.mark.parametrize("address", first(2, ["nowhere", "tcp://127.0.0.1", "tcp://127.0.0.1:9"]))
def test_a_scheduler_that_is_not_there(filled: Path, capsys: pytest.CaptureFixture[str], address: str) -> None:
    pytest.importorskip("distributed")
    capsys.readouterr()
    assert run("batch", str(filled), *QUICK, "--scheduler", address) == 2
    assert "连不上调度程序" in capsys.readouterr().err
    assert not list((filled / "records").iterdir())


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers without nannies; the address and the workers."""
    pytest.importorskip("distributed")
    folder = tmp_path / "dask"
    folder.mkdir()
    told = folder / "scheduler.json"
    common = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = str(BIN / "dask")
    scheduler = subprocess.Popen(
        [dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)],
        **common,
    )
    worker = [dask, "worker", "--scheduler-file", str(told), "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    workers: list[subprocess.Popen[bytes]] = []
    try:
        assert eventually(lambda: told.exists() and told.stat().st_size > 0, 60)  # it is there before it is written
        workers += [subprocess.Popen([*worker, "--host", "127.0.0.1"], **common) for _ in range(2)]
        address = json.loads(told.read_text(encoding="utf-8"))["address"]
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


@pytest.mark.soak
def test_a_cluster_makes_the_same_bytes_and_survives_a_lost_worker(
    bureau: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = cluster
    Driver(bureau).finish()
    near = digests(bureau / "records")
    shutil.rmtree(bureau / "records")
    (bureau / "records").mkdir()
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    driver = Driver(bureau, "--scheduler", address)
    assert eventually(lambda: len(list((bureau / "records").glob("*/packet.json"))) >= 2, 120)
    workers[0].kill()
    assert {row["status"] for row in driver.finish().values()} == {"done"}
    assert digests(bureau / "records") == near
    assert not list(bureau.rglob(".part-*"))
    assert not list(bureau.rglob("probe-*"))


def kill_all(workers: list[subprocess.Popen[bytes]], _: psutil.Process) -> None:
    for worker in workers:
        worker.kill()


def kill_scheduler(_: list[subprocess.Popen[bytes]], scheduler: psutil.Process) -> None:
    scheduler.kill()


def hang_scheduler(_: list[subprocess.Popen[bytes]], scheduler: psutil.Process) -> None:
    scheduler.suspend()


IN_CI = [(kill_scheduler, True)]


@thorough
@pytest.mark.parametrize(
    ("how", "early"),
    [
        pytest.param(how, early, marks=[] if (how, early) in IN_CI else pytest.mark.soak)
        for how in (kill_all, kill_scheduler, hang_scheduler)
        for early in (True, False)
    ],
)
def test_a_cluster_that_is_lost_is_told_and_the_rest_is_made_here(
    bureau: Path,
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
    how: Callable[[list[subprocess.Popen[bytes]], psutil.Process], None],
    early: bool,
) -> None:
    address, workers = cluster
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    port = int(address.rsplit(":", 1)[1])
    (scheduler,) = (
        process
        for process in psutil.Process().children()
        if any(c.laddr.port == port and c.status == "LISTEN" for c in process.net_connections("tcp"))
    )
    driver = Driver(bureau, "--scheduler", address)
    packets = bureau / "records"
    if early:
        assert eventually(lambda: bool(list((bureau / ".orglife" / "partial").glob("probe-*"))), 60)
    else:
        assert eventually(lambda: len(list(packets.glob("*/packet.json"))) >= 2, 120)
    how(workers, scheduler)
    rows = driver.finish()
    assert driver.process.returncode in (1, 2)
    if rows:
        assert len(rows) == 12, "every branch is named"
        lost = [row for row in rows.values() if row["status"] != "done"]
        assert lost
        assert [row for row in lost if "一起出件的几台电脑" not in row["error"]] == []
    assert not list(bureau.rglob("probe-*"))
    again = Driver(bureau)
    assert {row["status"] for row in again.finish().values()} <= {"done", "skipped"}


@thorough
def test_a_worker_that_is_killed_before_it_did_anything_is_made_up_for(
    bureau: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = cluster
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    driver = Driver(bureau, "--scheduler", address)
    assert eventually(lambda: bool(list((bureau / ".orglife" / "partial").glob("probe-*"))), 60)
    workers[0].kill()
    rows = driver.finish()
    assert {row["status"] for row in rows.values()} <= {"done"}
    if not rows:  # it was asked just then which program it runs
        assert driver.process.returncode == 2
