"""The batch of a bureau whose records are on a PostgreSQL server, on a cluster whose workers have no login there.

Scheduler and workers are programs of their own, each with a home, a temporary folder and a current folder of its own; they
reach neither the target nor the database.
"""

from __future__ import annotations

import ctypes
import json
import os
import struct
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.engine import processes
from orglife.batch.options import BatchOptions
from orglife.batch.sources import Sources
from orglife.batch.task import OutputTarget, Task
from orglife.office.office import Office
from tests import branch as b
from tests.alive import eventually
from tests.batch.test_batch_trouble import digests
from tests.conftest import run
from tests.database_server import TestDatabase, acting_as
from tests.marks import thorough

C = "2024-seed"
BIN = Path(sys.executable).parent
BRANCHES = {f"t{n:02d}": f"CANARY{n:04d}" for n in range(1, 7)}
"""Id → a word that is in the records of this branch only."""
pytestmark = pytest.mark.skipif(not processes.FORKS_WELL, reason="the engine needs fork")


class Place:
    """A bureau on a server, and the same records in a workspace with a file."""

    def __init__(self, database: TestDatabase, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.login = database.add("bureau")
        files = []
        for branch, word in BRANCHES.items():
            raw = b.changed(b.branch(), put={"branch/id": branch, "branch/name": word})
            (folder / f"{branch}.json").write_text(json.dumps(raw), encoding="utf-8")
            files.append(str(folder / f"{branch}.json"))
        self.filled("文件", Settings(role="bureau"), "", files)
        self.filled("收件", Settings(role="bureau", store=database.url), database.add("intake"), files)
        self.root = self.filled("局", Settings(role="bureau", store=database.url), self.login, [])

    def filled(self, name: str, settings: Settings, login: str, files: list[str]) -> Path:
        with acting_as(login):
            Workspace.create(self.folder / name, ws.campaign_text(C), settings)
            assert not files or run("import", str(self.folder / name), *files) == 0
        return self.folder / name

    def batch(self, name: str, out: str, *more: str) -> dict[str, str]:
        """``orglife batch`` as a program of its own, with relative paths; the bytes that it made."""
        command = [str(BIN / "orglife"), "batch", name, "--stage", "plan", "--stage", "talks", "--json", "--out", out]
        environment = os.environ | {"PGUSER": self.login, "HOME": str(own_folder(self.folder, "driver"))}
        done = subprocess.run([*command, *more], cwd=self.folder, env=environment, capture_output=True, text=True,
                              timeout=300, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert {row["status"] for row in json.loads(done.stdout)["branches"]} == {"done"}
        return digests(self.folder / out)


def own_folder(folder: Path, name: str) -> Path:
    (folder / name).mkdir(exist_ok=True)
    return folder / name


@pytest.fixture
def place(database: TestDatabase, tmp_path: Path) -> Place:
    return Place(database, tmp_path)


class Cluster:
    """A scheduler and two workers, each with folders of its own and nothing of this program's environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.homes = [own_folder(folder, f"home{number}") for number in range(3)]
        told = self.homes[0] / "scheduler.json"
        common = ["--host", "127.0.0.1", "--no-dashboard"]
        self.processes = [self._program(0, "scheduler", *common, "--port", "0", "--scheduler-file", str(told))]
        assert eventually(lambda: told.exists() and told.stat().st_size > 0, 60)  # it is there before it is written
        self.address = str(json.loads(told.read_text(encoding="utf-8"))["address"])
        self.processes += [
            self._program(n, "worker", self.address, *common, "--nthreads", "1", "--no-nanny") for n in (1, 2)
        ]

    def _program(self, number: int, *words: str) -> subprocess.Popen[bytes]:
        home = self.homes[number]
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(home), "TMPDIR": str(home)}
        with (home / "log").open("wb") as log:
            return subprocess.Popen([str(BIN / "dask"), *words], cwd=home, env=environment, stdout=log, stderr=log)

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    one = Cluster(own_folder(tmp_path, "cluster"))
    yield one
    one.stop()


def opening(url: str) -> Callable[[], str]:
    """What a worker is asked to do: open the database; it tells how that ended. (A local function travels by value.)"""

    def tried() -> str:
        from orglife.adapters.store.store import Store
        from orglife.core.errors import OrglifeError

        try:
            with Store.open(url):
                return "opened"
        except OrglifeError as error:
            return type(error).__name__

    return tried


class Arrivals:
    """Counts how often a file is put in its place in some folders (inotify: renamed to, or written and closed)."""

    _MOVED_TO, _CLOSE_WRITE = 0x80, 0x08

    def __init__(self, folders: list[Path]) -> None:
        self.counted: Counter[str] = Counter()
        libc = ctypes.CDLL(None, use_errno=True)
        self._number = libc.inotify_init1(0)
        self._folders = {
            libc.inotify_add_watch(self._number, str(folder).encode(), self._MOVED_TO | self._CLOSE_WRITE): folder.name
            for folder in folders
        }
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while True:
            data, place = os.read(self._number, 65536), 0
            while place < len(data):
                watch, _, _, length = struct.unpack_from("iIII", data, place)
                name = data[place + 16 : place + 16 + length].rstrip(b"\0").decode()
                place += 16 + length
                if not name.startswith("."):
                    self.counted[f"{self._folders[watch]}/{name}"] += 1


@thorough
def test_a_cluster_without_a_login_makes_the_same_bytes_once(place: Place, cluster: Cluster) -> None:
    from distributed import Client

    near = place.batch("局", "近处")
    assert place.batch("文件", "文件的") == near, "the same records in a file"
    with Client(cluster.address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
        answers = client.run(opening(place.database.url))
        assert set(answers.values()) <= {"LoginUnknown", "StoreAway"}
        assert len(answers) == 2
    for branch in BRANCHES:
        (place.folder / "远处" / branch).mkdir(parents=True)
    arrivals = Arrivals([place.folder / "远处" / branch for branch in BRANCHES])
    far = place.batch("局", "远处", "--scheduler", cluster.address)
    assert far == near
    assert eventually(lambda: set(arrivals.counted) == set(far), 10)
    assert set(arrivals.counted.values()) == {1}, "papers are written to the target once"
    left = [p for home in cluster.homes for p in home.rglob("*") if p.is_file()]
    assert [p for p in left if any(word.encode() in p.read_bytes() for word in (*BRANCHES.values(), *b.NAMES))] == []
    assert not list(place.folder.rglob(".part-*"))
    assert not list(place.folder.rglob("probe-*"))


@thorough
def test_a_task_carries_the_records_of_its_branch_and_no_way_to_the_database(place: Place) -> None:
    with acting_as(place.login), Office.open(place.root) as office:
        sources = Sources(BatchOptions(root=place.root, formats=("html",)), office)
        for branch, word in BRANCHES.items():
            task = sources.task(branch, OutputTarget("papers", "partial"))
            assert isinstance(task, Task)
            text = json.dumps(dict(task.files), ensure_ascii=False) + repr(task)
            others: list[Any] = [other for other in BRANCHES.values() if other != word and other in text]
            assert word in text
            assert others == []
            assert "postgresql" not in text
            assert str(place.database.server.folder) not in text
