"""Acknowledged means kept: killed programs, power loss, full disks, two programs at once.

The long runs carry the mark ``soak``; the same tests run shorter every time.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import pytest

from orglife.adapters.store.store import Store
from orglife.core.record.branch import Member
from tests.marks import thorough

C, B = "2024-seed", "b01"
SEED = int(os.environ.get("ORGLIFE_SEED", "20240222"))
REOPENED: list[float] = []
"""Seconds that each opening after a fault took."""
posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")


# --- a program that saves until it is stopped ------------------------------------------------------------------------

_SAVER = """
import os, sys
from orglife.adapters.store.store import Change, Store
from orglife.core.record.branch import Member
path, start = sys.argv[1], int(sys.argv[2])
with Store.open(path) as store:
    os.write(1, b"ready\\n")
    for n in range(start, start + 100_000):
        one = Member.model_validate({"id": f"m{n % 50}", "name": "李秀兰" * (1 + n % 40)})
        if n % 10 == 9:
            other = Member.model_validate({"id": f"m{n % 50 + 1}"})
            hashes = [r.hash for r in store.apply("2024-seed", "b01", [Change.put(one), Change.put(other)], who="张")]
        else:
            hashes = [store.put("2024-seed", "b01", one, who="张", base=None).hash]
        os.write(1, (" ".join(hashes) + "\\n").encode())
"""


_FORKING = f"""
import json, os, sys
from orglife.adapters.engine.processes import die_with_parent
from orglife.adapters.store.store import Store  # what a saver needs, loaded once
saver = compile({_SAVER!r}, "saver", "exec")
for line in sys.stdin:
    path, start, told = json.loads(line)
    child = os.fork()
    if child == 0:
        die_with_parent()
        os.dup2(os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
        sys.argv = ["", path, start]
        exec(saver, {{"__name__": "__main__"}})
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


class Nursery:
    """A program that forks savers, one after the other: a thousand of them need not load everything a thousand times."""

    def __init__(self) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen([sys.executable, "-c", _FORKING], text=True, **pipes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def killed(self, path: str, start: int, told: Path, wanted: int, wait: float) -> list[str]:
        """A saver is killed a little after so many acknowledged hashes; all that it acknowledged."""
        assert self.process.stdin
        assert self.process.stdout
        told.unlink(missing_ok=True)
        self.process.stdin.write(json.dumps([path, str(start), str(told)]) + "\n")
        self.process.stdin.flush()
        child = int(self.process.stdout.readline())
        while not told.exists() or len(told.read_bytes().split()) <= wanted:
            time.sleep(0.001)
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
        assert self.process.stdout.readline() == "gone\n"
        text = told.read_bytes()
        return text[: text.rfind(b"\n") + 1].decode().split()[1:]  # the first word is "ready"


class Saver:
    """A child that acknowledges each save on a pipe, after the store did."""

    def __init__(self, path: Path, start: int = 0) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", _SAVER, str(path), str(start)], stdout=subprocess.PIPE)
        assert self.process.stdout
        assert self.process.stdout.readline() == b"ready\n"
        os.set_blocking(self.process.stdout.fileno(), False)
        self.text = b""

    def acknowledged(self) -> list[str]:
        """Hashes acknowledged so far."""
        assert self.process.stdout
        while chunk := self.process.stdout.read():
            self.text += chunk
        return self.text[: self.text.rfind(b"\n") + 1].decode().split()

    def kill(self) -> list[str]:
        """SIGKILL; hashes acknowledged until then."""
        self.process.kill()
        self.process.wait()
        found = self.acknowledged()
        assert self.process.stdout
        self.process.stdout.close()
        return found


def sound(path: Path | str, acknowledged: list[str]) -> list[str]:
    """Open a store after a fault: whole, unbroken, every acknowledged save there. Returns all hashes."""
    began = time.perf_counter()
    with Store.open(path) as store:
        REOPENED.append(time.perf_counter() - began)
        assert REOPENED[-1] < 2
        assert store.verify() == []
        hashes = [r.hash for r in store.history(C, B)]
    assert not set(acknowledged) - set(hashes)
    return hashes


@thorough
@posix
@pytest.mark.parametrize("kills", [7, *(pytest.param(n, marks=pytest.mark.soak) for n in range(98, 103))])
def test_killed_while_saving(tmp_path: Path, kills: int, address: str) -> None:
    """A thousand kills in all in the long run: five stores of about a hundred in each sort of folder."""
    chance = random.Random(SEED + kills)
    acknowledged: list[str] = []
    with Nursery() as nursery:
        for number in range(kills):
            wanted, wait = chance.randrange(1, 60), chance.random() * 0.004
            acknowledged += nursery.killed(address, number * 100_000, tmp_path / "told", wanted, wait)
            hashes = sound(address, acknowledged)
            assert [h for h in hashes if h in set(acknowledged)] == acknowledged  # and in their order
            assert len(hashes) - len(acknowledged) <= 2 * (
                number + 1
            )  # each time the save under way, of one or two records
    assert len(acknowledged) > kills * 10
    print(f"{kills} kills, {len(acknowledged)} saves acknowledged, slowest reopening {max(REOPENED):.3f} s")
    # An empty rollback journal may stay until the next save; nothing else does.
    beside = set() if "://" in address else {p.name for p in Path(address).parent.iterdir()}
    assert beside <= {"orglife.db", "orglife.db-journal", "orglife.db-heads"}


@thorough
@posix
@pytest.mark.parametrize("folder", ["here", "坚果云"])
@pytest.mark.parametrize("stops", [12, pytest.param(200, marks=pytest.mark.soak)])
def test_the_files_of_any_moment_make_a_sound_store(tmp_path: Path, stops: int, folder: str) -> None:
    """What a power loss leaves when all writes reached the disk: the files as they stand in the middle of a save."""
    chance = random.Random(SEED + stops)
    path, copy = tmp_path / folder / "orglife.db", tmp_path / f"{folder}-copy" / "orglife.db"
    path.parent.mkdir()
    saver = Saver(path)
    beside: set[str] = set()
    try:
        for _ in range(stops):
            time.sleep(chance.random() * 0.03)
            saver.process.send_signal(signal.SIGSTOP)
            os.waitpid(saver.process.pid, os.WUNTRACED)
            copy.parent.mkdir()
            for file in path.parent.iterdir():
                if not file.name.endswith("-shm"):  # rebuilt from the log; it never has to be on the disk
                    shutil.copy(file, copy.parent)
                    beside.add(file.name)
            acknowledged = saver.acknowledged()
            saver.process.send_signal(signal.SIGCONT)
            sound(copy, acknowledged)
            shutil.rmtree(copy.parent)
        assert len(saver.acknowledged()) > stops
    finally:
        saver.kill()
    assert beside > {"orglife.db"}  # it was caught with unfinished business


@thorough
@pytest.mark.parametrize("cuts", [40, pytest.param(1000, marks=pytest.mark.soak)])
def test_a_torn_log_loses_only_its_end(tmp_path: Path, cuts: int) -> None:
    """Unsynced pages of the log may be missing, or hold anything, after a power loss."""
    chance = random.Random(SEED)
    path, copy = tmp_path / "orglife.db", tmp_path / "copy" / "orglife.db"
    copy.parent.mkdir()
    with Store.open(path) as store:
        for number in range(40):
            store.put(C, B, Member.model_validate({"id": f"m{number}", "name": "李秀兰"}), who="张", base=0)
        whole = [r.hash for r in store.history(C, B)]
        main, log = path.read_bytes(), path.with_name("orglife.db-wal").read_bytes()
    lengths = set()
    for _ in range(cuts):
        cut = chance.randrange(len(log))
        tail = chance.choice([b"", chance.randbytes(len(log) - cut), bytes(len(log) - cut)])
        copy.write_bytes(main)
        copy.with_name("orglife.db-wal").write_bytes(log[:cut] + tail)
        hashes = sound(copy, [])
        assert hashes == whole[: len(hashes)]
        lengths.add(len(hashes))
    assert len(lengths) > 5


# --- a full disk -----------------------------------------------------------------------------------------------------

_FILLER = """
import os, pathlib, resource, sys
from orglife.adapters.store.store import Store
from orglife.core.record.branch import Member
from orglife.core.errors import CannotWrite, NotSaved
path, how = sys.argv[1], sys.argv[2]
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
def squeeze(size):
    if how == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
def room():
    if how == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    else:
        os.remove(filler)
filler = os.path.join(os.path.dirname(path), "filler")
if how == "limit":
    squeeze(4000)
    try:
        Store.open(path)
        print("made?!")
    except CannotWrite as error:
        print(error.fields["what"], os.listdir(os.path.dirname(path)))
squeeze(300_000)
if how == "tmpfs":
    open(filler, "wb").write(bytes(200_000))
store = Store.open(path)
saved = []
def put(n):
    one = Member.model_validate({"id": f"m{n}", "name": "李" * 3000})
    saved.append(store.put("2024-seed", "b01", one, who="张", base=0).hash)
def refused(n):
    try:
        put(n)
    except (CannotWrite, NotSaved) as error:
        return error.fields["what"]
n = 0
while not (why := refused(n)):
    n += 1
assert n > 5, n
print(why, "again:", refused(n + 1) is not None)
print([r.hash for r in store.history("2024-seed", "b01")] == saved, store.verify())
try:
    store.backup(pathlib.Path(path + ".copy"))
    print("copied?!" if how == "tmpfs" else "copied")
except CannotWrite as error:
    print("no copy")
assert not [f for f in os.listdir(os.path.dirname(path)) if f.endswith(".new")]
room()
put(n + 2)
store.close()
store = Store.open(path)
print([r.hash for r in store.history("2024-seed", "b01")] == saved, store.verify(), len(saved) == n + 1)
store.close()
"""


def _own_mounts() -> bool:
    try:
        return subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@thorough
@posix
@pytest.mark.parametrize("folder", ["here", "坚果云"])
def test_a_file_that_may_not_grow(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "orglife.db"
    path.parent.mkdir()
    lines = _run([sys.executable, "-c", _FILLER, str(path), "limit"])
    assert lines.pop(0).endswith("空间不足 []")
    assert lines[0].startswith("磁盘")
    assert lines[0].endswith("again: True")
    assert [lines[1], lines[3]] == ["True []", "True [] True"]


@thorough
@posix
@pytest.mark.skipif(not _own_mounts(), reason="no file system of one's own here (unshare)")
@pytest.mark.parametrize("folder", ["here", "坚果云"])
def test_a_full_disk(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "orglife.db"
    path.parent.mkdir()
    mount = 'mount -t tmpfs -o size=900k tmpfs "$0" && exec "$@"'
    command = ["unshare", "-rm", "sh", "-c", mount, str(path.parent)]
    lines = _run([*command, sys.executable, "-c", _FILLER, str(path), "tmpfs"])
    assert lines == ["磁盘空间不足 again: True", "True []", "no copy", "True [] True"]


def _run(command: list[str]) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


# --- two programs at once --------------------------------------------------------------------------------------------

_RIVAL = """
import sys, threading
from orglife.adapters.store.store import Store
from orglife.core.record.branch import Member
from orglife.core.errors import SaveConflict
with Store.open(sys.argv[1], busy_seconds=60) as store:
    def work(part):
        for n in range(25):
            store.put("2024-seed", "b01", Member.model_validate({"id": f"{sys.argv[2]}-{part}-{n}"}), who="张", base=0)
            while True:
                base = store.version("2024-seed", "b01", "member", "both")
                try:
                    store.put("2024-seed", "b01", Member.model_validate({"id": "both"}), who="张", base=base)
                    break
                except SaveConflict:
                    pass
    threads = [threading.Thread(target=work, args=(part,)) for part in range(2)]
    [t.start() for t in threads]
    [t.join() for t in threads]
"""


@thorough
def test_two_programs_with_two_threads_each_lose_and_double_nothing(address: str) -> None:
    rivals = [subprocess.Popen([sys.executable, "-c", _RIVAL, address, name]) for name in "ab"]
    assert [rival.wait(timeout=120) for rival in rivals] == [0, 0]
    with Store.open(address) as store:
        history = store.history(C, B)
        assert store.verify() == []
        assert store.version(C, B, "member", "both") == 100
        assert len(store.current(C, B).records["member"]) == 101
    assert [r.number for r in history] == list(range(1, 201))


_FORK = """
import os, sys
from orglife.adapters.store.store import Store
from orglife.core.record.branch import Member
store = Store.open(sys.argv[1])
put = lambda id: store.put("2024-seed", "b01", Member.model_validate({"id": id}), who="张", base=0)
put("before")
child = os.fork()
if not child:
    put("child")
    store.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
put("after")
print(len(store.history("2024-seed", "b01")), store.verify())
store.close()
"""


@posix
def test_a_forked_process_uses_connections_of_its_own(address: str) -> None:
    assert _run([sys.executable, "-W", "error", "-c", _FORK, address]) == ["3 []"]
