"""Acknowledged means kept on a server too: killed servers, lost answers, servers that are away, many writers at once.

The long run carries the mark ``soak``.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.store.server import connections
from orglife.adapters.store.server import database as server_database
from orglife.adapters.store.store import Change, Store
from orglife.core.errors import NotSaved, OrglifeError, SaveConflict, StoreAway
from orglife.core.record.branch import Member
from tests.adapters.store.test_store_faults import Saver
from tests.database_server import DatabaseServer, TestDatabase, acting_as, children_of
from tests.marks import thorough

C = "2024-seed"
SEED = int(os.environ.get("ORGLIFE_SEED", "20240222"))


def member(id: str, name: str = "李秀兰") -> Member:  # noqa: A002
    return Member.model_validate({"id": id, "name": name})


# --- killed ----------------------------------------------------------------------------------------------------------


class Writers:
    """Threads that save to a branch each until they are stopped, and remember what was acknowledged."""

    def __init__(self, database: TestDatabase, branches: int) -> None:
        self.acknowledged: dict[str, list[str]] = defaultdict(list)
        self.unexpected: list[BaseException] = []
        self.refused = 0
        self._database = database
        self._over = threading.Event()
        self.logins = {f"k{number}": database.add("branch", f"k{number}") for number in range(branches)}
        stores = {branch: database.open(login) for branch, login in self.logins.items()}
        self._threads = [threading.Thread(target=self._save, args=each) for each in stores.items()]
        for thread in self._threads:
            thread.start()

    def _save(self, branch: str, store: Store) -> None:
        turn = 0
        with store:
            while not self._over.is_set():
                turn += 1
                changes = [Change.put(member(f"m{turn % 30}", "李" * (1 + turn % 40)))]
                if turn % 10 == 9:
                    changes.append(Change.put(member(f"n{turn % 30}")))
                try:
                    self.acknowledged[branch] += [r.hash for r in store.apply(C, branch, changes, who="张")]
                except OrglifeError:
                    self.refused += 1
                    time.sleep(0.05)
                except BaseException as error:  # noqa: BLE001  a traceback is what nobody may see
                    self.unexpected.append(error)
                    return

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def count(self) -> int:
        return sum(map(len, self.acknowledged.values()))


@thorough
@pytest.mark.parametrize("rounds", [2, pytest.param(24, marks=pytest.mark.soak)])
def test_killed_servers_backends_and_writers_lose_nothing(rounds: int) -> None:
    """In turn all of a server's processes, its first one, one backend, and a program that saves."""
    server, chance = DatabaseServer(), random.Random(SEED + rounds)
    try:
        with TestDatabase(server) as database:
            writers = Writers(database, 4)
            login = database.add("branch", "b01")
            told: list[str] = []
            try:
                for number in range(rounds):
                    with acting_as(login):
                        saver = Saver(database.url, number * 1000)  # type: ignore[arg-type]  # or an address
                    before = writers.count()
                    while writers.count() < before + 20 or len(saver.acknowledged()) < 5:
                        assert not writers.unexpected
                        time.sleep(0.01)
                    time.sleep(chance.random() * 0.3)
                    told += saver.kill()
                    _harm(server, ("all", "first", "backend")[number % 3], chance)
            finally:
                writers.stop()
            assert writers.unexpected == []
            lost, more = 0, 0
            for branch, own in {**writers.logins, "b01": login}.items():
                acknowledged = set(told if branch == "b01" else writers.acknowledged[branch])
                with database.open(own) as store:
                    kept = {r.hash for r in store.history(C, branch)}
                    assert store.verify() == []
                lost += len(acknowledged - kept)
                more += 0 if branch == "b01" else len(kept - acknowledged)  # a killed program hears nothing any more
            print(f"{rounds} rounds, {writers.count() + len(told)} acknowledged, {lost} lost, {more} kept and refused")
            assert (lost, more) == (0, 0)
            assert writers.count() > rounds * 20
    finally:
        server.remove()


def _harm(server: DatabaseServer, what: str, chance: random.Random) -> None:
    if what == "backend":
        backends = [pid for pid in children_of(server.pid) if _is_backend(pid)]
        os.kill(chance.choice(backends), signal.SIGKILL)
        while set(backends) & set(children_of(server.pid)):  # it ends them all before it recovers
            time.sleep(0.01)
    else:
        server.kill(all_processes=what == "all")
        server.start()
    assert server.answers()


def _is_backend(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return b" orglife" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


# --- a line that breaks at the commit --------------------------------------------------------------------------------


class Line:
    """A socket between program and server that breaks at the next commit.

    Attributes:
        at_commit: What happens to the next commit: "" nothing, "unsent" the server never hears it, "unheard" the answer is
            lost, "late" the server hears it a second after the program's line broke, "away" as unheard, and nobody
            answers any more.
    """

    def __init__(self, server: DatabaseServer, folder: Path) -> None:
        self.at_commit = ""
        self.broken = 0
        self._target = str(server.folder / f".s.PGSQL.{server.port}")
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(folder / f".s.PGSQL.{server.port}"))
        self._socket.listen(50)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                ours, _ = self._socket.accept()
            except OSError:
                return
            if self.at_commit == "away" and self.broken:
                ours.close()
                continue
            theirs = socket.socket(socket.AF_UNIX)
            theirs.connect(self._target)
            threading.Thread(target=self._carry, args=(ours, theirs), daemon=True).start()
            threading.Thread(target=_pass_on, args=(theirs, ours), daemon=True).start()

    def _carry(self, ours: socket.socket, theirs: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := ours.recv(65536):
                if b"COMMIT\0" in data and self.at_commit and not self.broken:
                    self.broken += 1
                    if self.at_commit in ("unheard", "away"):
                        _shut(ours)
                        theirs.sendall(data)
                        time.sleep(0.5)
                    elif self.at_commit == "late":
                        _shut(ours)
                        time.sleep(1)
                        theirs.sendall(data)
                        time.sleep(0.5)
                    break
                theirs.sendall(data)
        _shut(ours)
        _shut(theirs)

    def close(self) -> None:
        self._socket.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    _shut(target)


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@pytest.fixture
def line(
    database: TestDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Line, Callable[[], Store]]]:
    folder = database.server.folder / f"line{database.name}"  # short enough for a socket's path
    folder.mkdir()
    between = Line(database.server, folder)
    login = database.add("branch", "b01")
    url = f"postgresql:///{database.name}?host={folder}&port={database.server.port}"

    def opened() -> Store:
        with acting_as(login):
            return Store.open(url)

    yield between, opened
    between.close()


@pytest.mark.parametrize("at_commit", ["unheard", "late"])
def test_a_commit_whose_answer_is_lost_is_asked_for(line: tuple[Line, Callable[[], Store]], at_commit: str) -> None:
    between, opened = line
    with opened() as store:
        store.put(C, "b01", member("m1"), who="张", base=0)
        between.at_commit = at_commit
        saved = store.put(C, "b01", member("m2"), who="张", base=0)
        assert between.broken == 1
        assert store.history(C, "b01")[-1] == saved


def test_a_commit_that_never_came_is_refused(line: tuple[Line, Callable[[], Store]]) -> None:
    between, opened = line
    with opened() as store:
        store.draft(C, "b01", "member", "m2", {"name": "李"}, who="张")
        between.at_commit = "unsent"
        with pytest.raises(NotSaved, match="在保存时断开"):
            store.put(C, "b01", member("m2"), who="张", base=0)
        assert between.broken == 1
        assert store.history(C, "b01") == []
        assert store.current(C, "b01").drafts[0].fields == {"name": "李"}
        store.put(C, "b01", member("m2"), who="张", base=0)


def test_a_server_that_never_comes_back_leaves_no_false_answer(
    line: tuple[Line, Callable[[], Store]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_database, "PATIENCE", 0.5)
    between, opened = line
    with opened() as store:
        between.at_commit = "away"
        with pytest.raises(NotSaved, match="不知道存了没有"):
            store.put(C, "b01", member("m2"), who="张", base=0)


# --- away ------------------------------------------------------------------------------------------------------------


@thorough
def test_a_server_that_is_away_is_one_sentence_and_what_comes_after_works() -> None:
    server = DatabaseServer()
    try:
        with TestDatabase(server) as database:
            login = database.add("branch", "b01")
            with database.open(login) as store:
                store.put(C, "b01", member("m1"), who="张", base=0)
                server.stop()
                with pytest.raises(NotSaved, match="连不上数据库服务器"):
                    store.put(C, "b01", member("m2"), who="张", base=0)
                for read in (store.state, store.marks, store.heads, store.campaigns, store.verify, store.digest):
                    with pytest.raises(StoreAway, match="连不上数据库服务器"):
                        read()
                with pytest.raises(StoreAway):
                    store.backup(server.folder / "copy.db")
                assert not list(server.folder.glob("*copy*"))
                with pytest.raises(StoreAway, match="连不上"):
                    database.open(login)
                server.start()
                store.put(C, "b01", member("m2"), who="张", base=0)
                assert [r.number for r in store.history(C, "b01")] == [1, 2]
    finally:
        server.remove()


@thorough
def test_a_server_that_never_answers_is_one_sentence() -> None:
    """As one whose disk hangs: it accepts the connection and says nothing."""
    with tempfile.TemporaryDirectory(prefix="olmute") as folder, socket.socket(socket.AF_UNIX) as mute:
        mute.bind(f"{folder}/.s.PGSQL.5432")
        mute.listen()
        with pytest.raises(StoreAway, match="连不上数据库服务器"):
            Store.open(f"postgresql:///orglife?host={folder}")


def test_too_many_at_once_is_one_sentence(database: TestDatabase) -> None:
    login = database.add("branch", "b01")
    database.sql(f"ALTER ROLE {login} CONNECTION LIMIT 0")
    with pytest.raises(StoreAway, match="用的人太多"):
        database.open(login)


def test_a_character_that_the_server_cannot_keep_is_one_sentence(database: TestDatabase) -> None:
    with (
        database.open(database.add("branch", "b01")) as store,
        pytest.raises(NotSaved, match="里面有存不进去的字符"),
    ):
        store.put(C, "b01", member("m1"), who="张\0", base=0)


def test_a_chain_that_is_held_too_long_is_one_sentence(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections._SETTINGS, "lock_timeout", "200ms")
    login = database.add("branch", "b01")
    with database.open(login) as store, database.open(login) as other, other.writing() as writer:
        writer.draft(C, "b01", "talk", "t1", {"date": "1"}, who="张")
        with pytest.raises(NotSaved, match="别人正在保存同一个支部"):
            store.put(C, "b01", member("m1"), who="王", base=0)


def test_the_time_of_entry_is_the_servers(database: TestDatabase) -> None:
    """A computer whose clock is an hour off saves as any other; there is nothing to be told."""
    with database.open(database.add("branch", "b01")) as store:
        saved = store.put(C, "b01", member("m1"), who="张", base=0)
    ((seconds,),) = database.sql("SELECT abs(extract(epoch FROM received - %s::timestamptz)) FROM revision", saved.at)
    assert seconds < 5


def test_a_clock_of_its_own_that_is_an_hour_off_is_refused(database: TestDatabase) -> None:
    from datetime import UTC, datetime, timedelta

    late = lambda: datetime.now(UTC) + timedelta(hours=1)  # noqa: E731
    with (
        database.open(database.add("branch", "b01"), clock=late) as store,
        pytest.raises(NotSaved, match="录入时间不对"),
    ):
        store.put(C, "b01", member("m1"), who="张", base=0)


# --- many at once ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("branches", [12, pytest.param(50, marks=pytest.mark.soak)])
def test_writers_of_many_branches_do_not_hinder_each_other(database: TestDatabase, branches: int) -> None:
    writers = Writers(database, branches)
    until = time.monotonic() + 60
    while min(len(writers.acknowledged[branch]) for branch in writers.logins) < 10 and time.monotonic() < until:
        time.sleep(0.05)
    writers.stop()
    assert (writers.refused, writers.unexpected) == (0, [])
    assert len(writers.acknowledged) == branches
    with database.open(database.add("bureau")) as store:
        assert {b: h.number for (_, b), h in store.heads().items()} == {
            b: len(a) for b, a in writers.acknowledged.items()
        }
        assert store.verify() == []


def test_two_who_change_one_record_meet_one_conflict_each_time(database: TestDatabase) -> None:
    login = database.add("branch", "b01")
    outcomes: list[list[str]] = []
    with database.open(login) as one, database.open(login) as other:
        one.put(C, "b01", member("m1"), who="张", base=0)
        for base in range(1, 21):
            told: list[str] = []
            gate = threading.Barrier(2)

            def change(store: Store, base: int = base, told: list[str] = told, gate: Any = gate) -> None:
                gate.wait()
                try:
                    store.put(C, "b01", member("m1", f"第{base}次"), who="张", base=base)
                    told.append("saved")
                except SaveConflict:
                    told.append("conflict")

            threads = [threading.Thread(target=change, args=(store,)) for store in (one, other)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            outcomes.append(sorted(told))
        assert outcomes == [["conflict", "saved"]] * 20
        assert one.version(C, "b01", "member", "m1") == 21


def test_readers_see_one_moment(database: TestDatabase) -> None:
    """What is committed while a reader reads does not mix with what he read before."""
    login = database.add("branch", "b01")
    with database.open(login) as store, store.database.reading() as connection:
        before = store.database.queries.state(connection)
        store.put(C, "b01", member("m1"), who="张", base=0)
        assert store.database.queries.state(connection) == before
        assert store.database.queries.snapshot(connection, C, "b01").records == {}
        assert store.state() != before


# --- copies ----------------------------------------------------------------------------------------------------------


def test_a_backup_is_a_file_of_ones_own_chain(database: TestDatabase, tmp_path: Path) -> None:
    a, bureau = database.add("branch", "a"), database.add("bureau")
    with database.open(a) as store:
        store.apply(C, "a", [Change.put(member("m1")), Change.put(member("m2"))], who="张")
        for date in ("1", "2", "\ud800"):
            store.draft(C, "a", "talk", "t1", {"date": date}, who="张")
        with database.open(bureau) as other:
            other.put(C, "_bureau", member("m1"), who="局", base=0)
        store.backup(tmp_path / "copy.db")
        with Store.open(tmp_path / "copy.db", create=False) as copy:
            assert copy.verify() == []
            assert copy.history(C, "a") == store.history(C, "a")
            assert copy.current(C, "a") == store.current(C, "a")
            assert copy.heads() == store.heads()
            digest = copy.digest()
            assert digest == store.digest()
        store.backup(tmp_path / "again.db")
        with Store.open(tmp_path / "again.db", create=False) as again:
            assert again.digest() == digest
    assert sorted(p.name for p in tmp_path.iterdir()) == ["again.db", "copy.db"]


# --- a full disk -----------------------------------------------------------------------------------------------------

_FILLING = """
import random, time
from orglife.adapters.store.server import database as server_database
from orglife.core.errors import NotSaved, OrglifeError
from orglife.core.record.branch import Explanation
from tests.database_server import DatabaseServer, TestDatabase
server_database.PATIENCE = 1.0
words = "".join(chr(random.randrange(0x4E00, 0x9FA5)) for _ in range(100_000))  # the server would compress others
server = DatabaseServer()
with TestDatabase(server) as database:
    login = database.add("branch", "b01")
    filler = server.folder / "filler"
    def put(store, number):
        one = Explanation.model_validate({"id": f"e{number}", "rule": "TALK-01", "reason": words})
        return store.put("2024-seed", "b01", one, who="张", base=None).hash
    with database.open(login) as store:
        saved = [put(store, 0)]
        with filler.open("wb") as file:
            try:
                while True:
                    file.write(bytes(1_000_000))
            except OSError:
                pass
        filler.open("rb+").truncate(filler.stat().st_size - 3_000_000)
        told = set()
        for number in range(1, 200):
            try:
                saved.append(put(store, number))
            except OrglifeError as error:
                told.add(type(error).__name__)
                if number > 100 or len(told) > 1 or server._process.poll() is not None:
                    break
        assert told <= {"NotSaved", "StoreAway"}, told
        assert told
        files, scan, refused = store.files(), random.randbytes(4_000_000), ""
        try:
            files.write("attachments/b01/scan.pdf", scan)
        except OrglifeError as error:
            refused = str(error)
        assert "磁盘空间不足" in refused or "连不上" in refused, refused
        filler.unlink()
        if not server.answers():
            server.start()
        for _ in range(50):
            try:
                saved.append(put(store, 999))
                break
            except OrglifeError:
                time.sleep(0.2)
        assert files.digest("attachments/b01/scan.pdf") == ""
        files.write("attachments/b01/scan.pdf", scan)
        assert files.read("attachments/b01/scan.pdf") == scan
        kept = {r.hash for r in store.history("2024-seed", "b01")}
        print(len(set(saved) - kept), len(saved) > 1, store.verify())
server.remove()
"""


def _own_disk() -> bool:
    try:
        return os.getuid() == 0 and subprocess.run(["unshare", "-m", "true"], check=False).returncode == 0
    except OSError:
        return False


@pytest.mark.thorough
@pytest.mark.skipif(not _own_disk(), reason="only root may give the server a disk of its own (unshare)")
def test_a_full_disk_of_the_server_loses_nothing_acknowledged() -> None:
    with tempfile.TemporaryDirectory(prefix="olfull") as folder:
        Path(folder).chmod(0o755)  # the server runs under another account
        mount = 'mount -t tmpfs -o size=160m,mode=1777 tmpfs "$0" && exec "$@"'
        command = ["unshare", "-m", "sh", "-c", mount, folder, sys.executable, "-c", _FILLING]
        given = {**os.environ, "TMPDIR": folder}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=given)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "0 True []"


def test_a_branch_is_told_of_its_own_clock_only(database: TestDatabase) -> None:
    from datetime import UTC, datetime, timedelta

    moments = iter([datetime(2024, 2, 5, tzinfo=UTC) - timedelta(days=day) for day in range(4)])
    with database.open(database.add("intake"), clock=lambda: next(moments)) as store:
        for branch in ("b01", "b02"):
            store.put(C, branch, member("m1"), who="张", base=0)
            store.put(C, branch, member("m1"), who="张", base=1)
        assert store.clock_backs(C) == {"b01": [2], "b02": [2]}
    with database.open(database.add("branch", "b01")) as store:
        assert store.clock_backs(C) == {"b01": [2]}
