"""Acknowledged means kept: killed programs, power loss, full disks, two programs at once, and a past that was tampered with.

The long runs carry the mark ``soak``; the same tests run shorter every time.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orglife.adapters.chain import FIELDS
from orglife.adapters.store import Revision, Store
from orglife.core.branch import Branch, Member
from orglife.core.errors import CannotWrite, OrglifeError, StoreBroken

C, B = "2024-seed", "b01"
SEED = int(os.environ.get("ORGLIFE_SEED", "20240222"))
posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")


def member(id: str, name: str = "李秀兰") -> Member:  # noqa: A002
    return Member.model_validate({"id": id, "name": name})


# --- a program that saves until it is stopped ------------------------------------------------------------------------

_SAVER = """
import os, sys
from orglife.adapters.store import Change, Store
from orglife.core.branch import Member
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


class Saver:
    """A child that acknowledges each save on a pipe, after the store did."""

    def __init__(self, path: Path, start: int = 0) -> None:
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", _SAVER, str(path), str(start)], stdout=subprocess.PIPE
        )
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


def sound(path: Path, acknowledged: list[str]) -> list[str]:
    """Open a store after a fault: whole, unbroken, every acknowledged save there. Returns all hashes."""
    began = time.perf_counter()
    with Store.open(path) as store:
        assert time.perf_counter() - began < 2
        assert store.verify() == []
        hashes = [r.hash for r in store.history(C, B)]
    assert not set(acknowledged) - set(hashes)
    return hashes


@posix
@pytest.mark.parametrize("folder", ["here", "坚果云"])
@pytest.mark.parametrize("kills", [7, pytest.param(100, marks=pytest.mark.soak)])
def test_killed_while_saving(tmp_path: Path, kills: int, folder: str) -> None:
    chance = random.Random(SEED + kills)  # noqa: S311
    path = tmp_path / folder / "orglife.db"
    path.parent.mkdir()
    acknowledged: list[str] = []
    for number in range(kills):
        saver = Saver(path, number * 100_000)
        wanted = chance.randrange(1, 60)
        while len(saver.acknowledged()) < wanted:
            time.sleep(0.001)
        time.sleep(chance.random() * 0.004)
        acknowledged += saver.kill()
        hashes = sound(path, acknowledged)
        assert [h for h in hashes if h in set(acknowledged)] == acknowledged  # and in their order
        assert len(hashes) - len(acknowledged) <= 2 * (number + 1)  # each time the save under way, of one or two records
    assert len(acknowledged) > kills * 10
    # An empty rollback journal may stay until the next save; nothing else does.
    assert {p.name for p in path.parent.iterdir()} <= {"orglife.db", "orglife.db-journal"}


@posix
@pytest.mark.parametrize("folder", ["here", "坚果云"])
@pytest.mark.parametrize("stops", [12, pytest.param(200, marks=pytest.mark.soak)])
def test_the_files_of_any_moment_make_a_sound_store(tmp_path: Path, stops: int, folder: str) -> None:
    """What a power loss leaves when all writes reached the disk: the files as they stand in the middle of a save."""
    chance = random.Random(SEED + stops)  # noqa: S311
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


@pytest.mark.parametrize("cuts", [40, pytest.param(1000, marks=pytest.mark.soak)])
def test_a_torn_log_loses_only_its_end(tmp_path: Path, cuts: int) -> None:
    """Unsynced pages of the log may be missing, or hold anything, after a power loss."""
    chance = random.Random(SEED)  # noqa: S311
    path, copy = tmp_path / "orglife.db", tmp_path / "copy" / "orglife.db"
    copy.parent.mkdir()
    with Store.open(path) as store:
        for number in range(40):
            store.put(C, B, member(f"m{number}"), who="张", base=0)
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
from orglife.adapters.store import Store
from orglife.core.branch import Member
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
        return subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode == 0  # noqa: S607
    except OSError:
        return False


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
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


# --- two programs at once --------------------------------------------------------------------------------------------

_RIVAL = """
import sys, threading
from orglife.adapters.store import Store
from orglife.core.branch import Member
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


@pytest.mark.parametrize("folder", ["here", "坚果云"])
def test_two_programs_with_two_threads_each_lose_and_double_nothing(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "orglife.db"
    path.parent.mkdir()
    rivals = [subprocess.Popen([sys.executable, "-c", _RIVAL, str(path), name]) for name in "ab"]  # noqa: S603
    assert [rival.wait(timeout=120) for rival in rivals] == [0, 0]
    with Store.open(path) as store:
        history = store.history(C, B)
        assert store.verify() == []
        assert store.version(C, B, "member", "both") == 100
        assert len(store.current(C, B).records["member"]) == 101
    assert [r.number for r in history] == list(range(1, 201))


_FORK = """
import os, sys
from orglife.adapters.store import Store
from orglife.core.branch import Member
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
def test_a_forked_process_uses_connections_of_its_own(tmp_path: Path) -> None:
    assert _run([sys.executable, "-W", "error", "-c", _FORK, str(tmp_path / "orglife.db")]) == ["3 []"]


# --- tampering -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("genuine") / "orglife.db"
    with Store.open(path) as store:
        store.put(C, B, Branch.model_validate({"id": B, "name": "清河局第一党支部"}), who="张", base=0)
        store.put(C, B, member("m01"), who="张", base=0)
        store.put(C, "b02", member("m01"), who="王", base=0)
        store.put(C, B, member("m01", "改"), who="李", base=1)
        store.remove(C, B, "member", "m01", who="李", base=2)
        store.put(C, B, member("m02"), who="李", base=0)
    return path


@pytest.fixture
def copied(genuine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(genuine, tmp_path / "orglife.db"))


def tampered(path: Path, *statements: str) -> None:
    """Change rows as one who knows SQLite would: without the triggers, which are put back after it."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, text in triggers:
            connection.execute(text)
    finally:
        connection.close()


def faults(path: Path) -> list[str]:
    with Store.open(path) as store:
        return store.verify()


def test_untouched_is_sound(copied: Path) -> None:
    tampered(copied)
    assert faults(copied) == []


_CHANGES = {
    "seq": "seq + 100",
    "number": "number + 100",
    "version": "version + 100",
    "action": "CASE action WHEN 'put' THEN 'remove' ELSE 'put' END, body = CASE action WHEN 'put' THEN NULL ELSE '{}' END",
    "body": "coalesce(replace(body, '\"id\"', '\"id\" '), '{}'), action = 'put'",
}


@pytest.mark.parametrize("column", ["seq", *FIELDS])
@pytest.mark.parametrize("seq", range(1, 7))
def test_any_column_of_any_row(copied: Path, seq: int, column: str) -> None:
    change = _CHANGES.get(column, f"{column} || 'x'")
    tampered(copied, f"UPDATE revision SET {column} = {change} WHERE seq = {seq}")  # noqa: S608
    assert faults(copied)


def test_any_character_of_a_body(copied: Path, genuine: Path) -> None:
    body = "SELECT length(body) FROM revision WHERE seq = 4"
    connection = sqlite3.connect(copied)
    length = connection.execute(body).fetchone()[0]
    connection.close()
    assert length > 10
    for at in range(1, length + 1):
        shutil.copy(genuine, copied)
        other = f"CASE substr(body, {at}, 1) WHEN 'x' THEN 'y' ELSE 'x' END"
        swap = f"substr(body, 1, {at - 1}) || {other} || substr(body, {at + 1})"
        tampered(copied, f"UPDATE revision SET body = {swap} WHERE seq = 4")  # noqa: S608
        assert [f for f in faults(copied) if "第3条" in f], at


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM revision WHERE seq = 1"],
        ["DELETE FROM revision WHERE seq = 4"],
        ["DELETE FROM revision WHERE seq = 6"],
        ["DELETE FROM revision"],
        ["DELETE FROM revision WHERE branch = 'b02'"],
        ["UPDATE revision SET number = 9 WHERE seq = 2", "UPDATE revision SET number = 2 WHERE seq = 4",
         "UPDATE revision SET number = 3 WHERE seq = 2"],
        ["UPDATE revision SET body = cast(x'7b226964223a226d3031ff227d' AS TEXT) WHERE seq = 2"],
    ],
)  # fmt: skip
def test_rows_deleted_swapped_or_damaged(copied: Path, statements: list[str]) -> None:
    tampered(copied, *statements)
    assert faults(copied)


def test_missing_triggers_are_noticed(copied: Path) -> None:
    connection = sqlite3.connect(copied)
    connection.execute("DROP TRIGGER revision_update")
    connection.close()
    assert ["防止改动" in fault for fault in faults(copied)] == [True]


def test_records_are_named_in_the_readers_words(copied: Path) -> None:
    tampered(copied, "UPDATE revision SET who = '别人' WHERE seq = 2")
    with Store.open(copied) as store:
        assert "方案2024-seed、党支部b01的第2条（党员 m01）内容与存入时不一致，被改动过。" in store.verify({"member": "党员"})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE revision SET who = who",
        "DELETE FROM revision WHERE seq = 6",
        "UPDATE draft SET fields = NULL",
        "DELETE FROM draft",
        "INSERT OR REPLACE INTO revision SELECT * FROM revision WHERE seq = 6",
        "INSERT OR REPLACE INTO revision SELECT 7, campaign, branch, number, type, record, version, '别人', at, action, body,"
        " prev, hash FROM revision WHERE seq = 6",
        "INSERT OR REPLACE INTO revision SELECT 7, campaign, branch, 6, type, record, version, who, at, action, body, hash, 'x'"
        " FROM revision WHERE seq = 6",
        "INSERT INTO revision SELECT 7, campaign, branch, 6, type, record, 2, who, at, action, body, prev, hash"
        " FROM revision WHERE seq = 6",
    ],
)
def test_the_database_itself_refuses_to_change_the_past(copied: Path, statement: str) -> None:
    with Store.open(copied) as store:
        store.draft(C, B, "talk", "t1", {"a": "b"}, who="张")
        before = store.history(C, B)
    connection = sqlite3.connect(copied, isolation_level=None)
    try:
        with pytest.raises(sqlite3.IntegrityError, match="append only|continue its chain"):
            connection.execute(statement)
    finally:
        connection.close()
    with Store.open(copied) as store:
        assert store.history(C, B) == before
        assert len(store.current(C, B).drafts) == 1


@pytest.mark.parametrize("flips", [150, pytest.param(5000, marks=pytest.mark.soak)])
def test_a_flipped_byte_anywhere_in_the_file(copied: Path, genuine: Path, flips: int) -> None:
    """Either it is found, or nothing that was entered is different."""
    chance = random.Random(SEED)  # noqa: S311
    original = genuine.read_bytes()
    with Store.open(genuine, readonly=True) as store:
        true = [*store.history(C, B), *store.history(C, "b02")]
    used = [at for at, byte in enumerate(original) if byte]  # most of the file is free space
    found = 0
    for _ in range(flips):
        at = chance.choice(used)
        damaged = bytearray(original)
        damaged[at] ^= 1 << chance.randrange(8)
        copied.write_bytes(damaged)
        for journal in ("-wal", "-shm", "-journal"):
            copied.with_name(copied.name + journal).unlink(missing_ok=True)
        found += _found(copied, true)
    assert found > flips / 4


def _found(path: Path, true: list[Revision]) -> bool:
    try:
        with Store.open(path) as store:
            if store.verify():
                return True
            assert [*store.history(C, B), *store.history(C, "b02")] == true
            return False
    except OrglifeError as error:
        assert isinstance(error, StoreBroken | CannotWrite) or "较新" in str(error), error
        return True


def test_the_fixture_holds_what_the_tests_count_on(genuine: Path) -> None:
    with Store.open(genuine, readonly=True) as store:
        assert [r.seq for r in store.history(C, B)] == [1, 2, 4, 5, 6]
