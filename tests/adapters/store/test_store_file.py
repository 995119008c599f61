"""The file: made whole, for its owner only, brought up to date after a copy, refused in Chinese when it is not ours."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pytest
from sqlalchemy import Connection

from orglife.adapters.store import disks, tables
from orglife.adapters.store.store import Store
from orglife.core.errors import (
    CannotWrite,
    NoSuchFile,
    NotSaved,
    OrglifeError,
    SettingsBroken,
    StoreBroken,
    StoreBusy,
    StoreNewer,
)
from orglife.core.record.branch import Branch, Member
from tests.marks import first, thorough

C, B = "2024-seed", "b01"
POSIX = os.name == "posix"


def member(id: str = "m01", name: str = "李秀兰") -> Member:  # noqa: A002
    return Member.model_validate({"id": id, "name": name})


def save(path: Path, *ids: str) -> None:
    with Store.open(path) as store:
        for id_ in ids:
            store.put(C, B, member(id_), who="张", base=0)


def ids(path: Path | str, **options: bool) -> list[str]:
    with Store.open(path, **options) as store:
        return [s.id for s in store.current(C, B).records.get("member", [])]


def pragma(path: Path, name: str) -> object:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]
    finally:
        connection.close()


def sql(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for statement in statements:
            connection.execute(statement)
    finally:
        connection.close()


# --- making and closing ----------------------------------------------------------------------------------------------


def files_in(folder: Path) -> list[str]:
    """The files of stores in a folder, without the last heads."""
    return sorted(p.name for p in folder.iterdir() if not p.name.endswith("-heads"))


def test_a_store_outlives_its_program(tmp_path: Path) -> None:
    save(tmp_path / "orglife.db", "m01", "m02")
    assert ids(tmp_path / "orglife.db") == ["m01", "m02"]
    assert files_in(tmp_path) == ["orglife.db"]


def test_odd_names_and_urls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "支部 100%?#资料"
    folder.mkdir()
    save(folder / "数据 a&b.db", "m01")
    assert ids(folder / "数据 a&b.db") == ["m01"]
    with Store.open("sqlite:///orglife.db", folder=folder) as store:
        assert Path(store.name) == folder / "orglife.db"
    assert ids(str(folder / "数据 a&b.db")) == ["m01"]
    monkeypatch.chdir(folder)
    with Store.open("sqlite:///orglife.db") as store:
        assert Path(store.name).samefile(folder / "orglife.db")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "http://x", "://"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(SettingsBroken, match="sqlite:///文件名"):
        Store.open(url)


@pytest.mark.skipif(not POSIX, reason="file modes")
@pytest.mark.parametrize("folder", ["here", "坚果云"])
def test_files_are_for_their_owner_only(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "orglife.db"
    path.parent.mkdir()
    before = os.umask(0)
    try:
        with Store.open(path) as store, store.writing() as writer:
            writer.draft(C, B, "member", "m01", {"name": "x" * 100_000}, who="张")
            modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()}
    finally:
        os.umask(before)
    journal = "orglife.db-journal" if folder == "坚果云" else "orglife.db-wal"
    assert journal in modes
    assert set(modes.values()) == {0o600}
    path.chmod(0o644)
    save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_missing_store_is_made_only_when_asked(tmp_path: Path) -> None:
    for options in ({"create": False}, {"readonly": True}):
        with pytest.raises(NoSuchFile):
            Store.open(tmp_path / "orglife.db", **options)
    with pytest.raises(CannotWrite, match="文件夹不存在"):
        Store.open(tmp_path / "nowhere" / "orglife.db")
    assert list(tmp_path.iterdir()) == []


def test_many_make_the_same_store_at_once(tmp_path: Path) -> None:
    path = tmp_path / "orglife.db"
    faults: list[BaseException] = []
    gate = threading.Barrier(8)

    def work(number: int) -> None:
        try:
            gate.wait()
            with Store.open(path) as store:
                store.put(C, B, member(f"m{number}"), who="张", base=0)
        except BaseException as error:  # noqa: BLE001  told by the main thread
            faults.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(ids(path)) == 8
    assert files_in(tmp_path) == ["orglife.db"]


# --- files that are not ours, or not well ----------------------------------------------------------------------------


def _foreign(path: Path) -> None:
    sql(path, "CREATE TABLE t (x)")


def _without_table(path: Path) -> None:
    save(path, "m01")
    sql(path, "DROP TABLE revision")


def _cut(path: Path) -> None:
    save(path, *(f"m{n}" for n in range(40)))
    os.truncate(path, 5000)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda p: p.write_bytes(b""), "空的"),
        (lambda p: p.write_text("这是一个文本文件" * 100, encoding="utf-8"), "不是组织生活会工作簿"),
        (lambda p: p.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000), "损坏"),
        (lambda p: p.mkdir(), "不是文件"),
        (lambda p: p.symlink_to("nowhere"), "不是文件"),
        (_foreign, "不是组织生活会工作簿"),
        (_cut, "损坏"),
        (_without_table, "缺少应有的内容"),
    ],
)
def test_what_is_no_store_is_refused_and_left_alone(tmp_path: Path, make: Callable[[Path], object], what: str) -> None:
    path = tmp_path / "orglife.db"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StoreBroken, match=what) as caught, Store.open(path) as store:
        store.current(C, B)
    assert str(path) in str(caught.value)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_flipped_bit_is_never_read_as_if_it_were_entered(tmp_path: Path) -> None:
    path = tmp_path / "orglife.db"
    save(path, "m01")
    path.write_bytes(path.read_bytes().replace("李秀兰".encode(), "李秀芝".encode()))
    with Store.open(path) as store:
        for read in (store.current, store.history):
            with pytest.raises(StoreBroken, match="党支部b01的第1条与存入时不一致"):
                read(C, B)
    path.write_bytes(path.read_bytes().replace("李秀芝".encode(), b"\xff" * 9))
    with Store.open(path) as store, pytest.raises(StoreBroken, match="读不懂"):
        store.current(C, B)


@pytest.mark.skipif(not POSIX, reason="an open file cannot be moved on Windows")
def test_a_store_that_was_moved_away_takes_no_more_saves(tmp_path: Path) -> None:
    path = tmp_path / "orglife.db"
    with Store.open(path) as store:
        store.put(C, B, member(), who="张", base=0)
        path.rename(tmp_path / "elsewhere.db")
        with pytest.raises(StoreBroken, match="移走"):
            store.put(C, B, member("m02"), who="张", base=0)


@pytest.mark.parametrize("folder", ["here", "坚果云"])
def test_another_program_in_the_way_is_waited_for_and_then_named(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "orglife.db"
    path.parent.mkdir()
    save(path, "m01")
    with Store.open(path, busy_seconds=0.1) as store:
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy, match="没有保存"):
                store.put(C, B, member("m02"), who="张", base=0)
            assert store.version(C, B, "member", "m01") == 1
            with Store.open(path, busy_seconds=30) as patient:
                timer = threading.Timer(0.3, other.rollback)
                timer.start()
                patient.put(C, B, member("m02"), who="张", base=0)
                timer.join()
        finally:
            other.close()
    assert ids(path) == ["m01", "m02"]


def test_what_is_read_back_differently_is_not_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from orglife.adapters.store import reading

    with Store.open(tmp_path / "orglife.db") as store:
        sound = reading.revision_of
        monkeypatch.setattr(reading, "revision_of", lambda row: _worse(sound(row)))
        with pytest.raises(NotSaved, match="读回"):
            store.put(C, B, member(), who="张", base=0)


def _worse(revision: object) -> object:
    from dataclasses import replace

    return replace(revision, body="{}")  # type: ignore[type-var]


# --- read-only places ------------------------------------------------------------------------------------------------

_NOBODY = """
import os, sys
from orglife.adapters.store.store import Store
from orglife.core.record.branch import Branch, Member
from orglife.core.errors import OrglifeError
from orglife.core.building import build_models
import sqlalchemy.dialects.sqlite, hashlib, tempfile, encodings.idna
build_models()  # whoever gives up root may not be able to read the program's folder: nothing is imported from here on
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
try:
    store = Store.open(sys.argv[1])
    print(len(store.current("2024-seed", "b01").records["member"]), store.verify())
    store.put("2024-seed", "b01", Member.model_validate({"id": "m09"}), who="张", base=0)
    print("saved")
except OrglifeError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an ordinary user gets to (pytest's own are closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="orglife-test-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.skipif(not POSIX, reason="users and modes")
@pytest.mark.parametrize("mode", first(1, [0o555, 0o755]))
def test_a_read_only_place_is_read_and_not_written(open_folder: Path, mode: int) -> None:
    path = open_folder / "orglife.db"
    save(path, "m01", "m02")
    path.chmod(0o400)
    open_folder.chmod(mode)
    if os.getuid() == 0:
        for owned in (path, open_folder):
            os.chown(owned, 65534, 65534)
    before = path.read_bytes()
    lines = _as_nobody(path)
    assert lines[0] == "2 []"
    assert lines[1].startswith(f"CannotWrite 无法写入“{path}”：文件或文件夹是只读的")
    assert path.read_bytes() == before
    if mode == 0o555:
        assert files_in(open_folder) == ["orglife.db"]
        assert _as_nobody(open_folder / "new.db")[0].startswith("CannotWrite")
    path.chmod(0o600)
    open_folder.chmod(0o755)
    assert _as_nobody(path) == ["2 []", "saved"]


def _as_nobody(path: Path) -> list[str]:
    done = subprocess.run([sys.executable, "-c", _NOBODY, str(path)], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_a_store_opened_for_reading_refuses_to_write(tmp_path: Path) -> None:
    path = tmp_path / "orglife.db"
    save(path, "m01")
    before = path.read_bytes()
    with Store.open(path, readonly=True) as store:
        assert store.verify() == []
        with pytest.raises(CannotWrite):
            store.put(C, B, member("m02"), who="张", base=0)
    assert path.read_bytes() == before


# --- schema ----------------------------------------------------------------------------------------------------------


def _to_3(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE extra (x TEXT)")


def _to_4(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE extra ADD COLUMN y TEXT")


def _fails(connection: Connection) -> None:
    connection.exec_driver_sql("DROP TRIGGER revision_update")
    connection.exec_driver_sql("DROP TABLE draft")
    raise ZeroDivisionError


LATER = {**tables.UPGRADES, 3: _to_3, 4: _to_4}


def test_tables_and_columns_agree() -> None:
    connection = sqlite3.connect(":memory:")
    for statement in (*tables._VERSION_1, *tables._VERSION_2):
        connection.execute(statement)
    for table in (tables.revision, tables.draft):
        found = [row[1] for row in connection.execute(f"PRAGMA table_info({table.name})")]
        assert found == [column.name for column in table.columns]
    triggers = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    connection.close()
    assert triggers == tables.TRIGGERS


def test_an_older_store_is_copied_and_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "orglife.db"
    save(path, "m01", "m02")
    with Store.open(path, upgrades=LATER) as store:
        assert [s.id for s in store.current(C, B).records["member"]] == ["m01", "m02"]
        store.put(C, B, member("m03"), who="张", base=0)
        assert store.verify() == []
    assert pragma(path, "user_version") == 4
    copy = tmp_path / "orglife.db.v2.bak"
    assert files_in(tmp_path) == ["orglife.db", copy.name]
    assert not POSIX or stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert ids(copy) == ["m01", "m02"]
    Store.open(path, upgrades=LATER).close()
    assert len(files_in(tmp_path)) == 2


def test_an_earlier_copy_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "orglife.db.v2.bak").write_text("earlier")
    save(tmp_path / "orglife.db", "m01")
    Store.open(tmp_path / "orglife.db", upgrades=LATER).close()
    assert (tmp_path / "orglife.db.v2.bak").read_text() == "earlier"
    assert ids(tmp_path / "orglife.db.v2-2.bak") == ["m01"]


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "orglife.db"
    save(path, "m01")
    with pytest.raises(ZeroDivisionError):
        Store.open(path, upgrades={**LATER, 4: _fails})
    assert files_in(tmp_path) == ["orglife.db"]
    assert pragma(path, "user_version") == 2
    with Store.open(path) as store:
        assert store.verify() == []
        store.put(C, B, member("m02"), who="张", base=0)


def test_a_new_store_has_the_latest_schema_without_copies(tmp_path: Path) -> None:
    Store.open(tmp_path / "orglife.db", upgrades=LATER).close()
    assert pragma(tmp_path / "orglife.db", "user_version") == 4
    assert files_in(tmp_path) == ["orglife.db"]


def test_a_newer_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "orglife.db"
    Store.open(path, upgrades=LATER).close()
    before = path.read_bytes()
    with pytest.raises(StoreNewer, match="较新的程序"):
        Store.open(path)
    assert path.read_bytes() == before
    assert files_in(tmp_path) == ["orglife.db"]


def test_an_older_store_is_read_from_an_upgraded_copy_where_it_may_not_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "orglife.db"
    save(path, "m01")
    before = path.read_bytes()
    with Store.open(path, upgrades=LATER, readonly=True) as store:
        assert not store.writable
        assert [r.id for r in store.current(C, B).records["member"]] == ["m01"]
        assert store.verify() == []
        with pytest.raises(CannotWrite):
            store.put(C, B, member("m02"), who="张", base=0)
    assert path.read_bytes() == before
    assert list(tmp_path.glob("*.bak")) == []


def test_a_backup_is_a_store_of_its_own(tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    with Store.open(tmp_path / "orglife.db") as store:
        store.put(C, B, member(), who="张", base=0)
        store.backup(target)
        store.put(C, B, member("m02"), who="张", base=0)
        with pytest.raises(CannotWrite):
            store.backup(tmp_path / "nowhere" / "copy.db")
    assert ids(target, readonly=True) == ["m01"]
    assert files_in(tmp_path) == ["copy.db", "orglife.db"]


# --- where it lies ---------------------------------------------------------------------------------------------------

MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
//server/share /mnt/share cifs rw 0 0
host:/vol /mnt/my\040files nfs4 rw 0 0
/dev/sdb1 /mnt/share/usb vfat rw 0 0
me@host: /home/me/remote fuse.sshfs rw 0 0
C: /mnt/c 9p rw 0 0
/dev/sdc1 /media/u fuseblk rw 0 0
proc
"""


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        ("/home/me/ws/orglife.db", "wal"),
        ("/mnt/share/ws/orglife.db", "delete"),
        ("/mnt/share2/ws/orglife.db", "wal"),
        ("/mnt/share/usb/orglife.db", "wal"),
        ("/mnt/my files/orglife.db", "delete"),
        ("/home/me/remote/a/orglife.db", "delete"),
        ("/mnt/c/Users/orglife.db", "delete"),
        ("/media/u/orglife.db", "wal"),
        ("/home/me/OneDrive - 清河局/ws/orglife.db", "delete"),
        ("/home/me/我的坚果云/orglife.db", "delete"),
        ("/home/me/Nutstore Files/orglife.db", "delete"),
        ("/home/me/WPS云盘/orglife.db", "delete"),
        ("/home/me/WPSDrive/1/orglife.db", "delete"),
        ("/home/me/Dropbox/orglife.db", "delete"),
        ("/home/me/iCloudDrive/orglife.db", "delete"),
        ("/home/me/Library/Mobile Documents/orglife.db", "delete"),
        ("/home/me/百度网盘/orglife.db", "delete"),
        ("/home/me/同步/orglife.db", "delete"),
        ("/home/me/支部资料/OneDrive.db", "wal"),
    ],
)
def test_the_journal_suits_the_place(path: str, mode: str) -> None:
    assert disks.journal_mode(Path(path), mounts=MOUNTS) == mode


def test_windows_network_paths() -> None:
    assert disks.is_network(PureWindowsPath(r"\\server\share\ws\orglife.db"))
    assert not disks.is_network(PureWindowsPath(r"C:\ws\orglife.db"))
    assert disks.is_synced(PureWindowsPath(r"C:\Users\张\OneDrive\ws\orglife.db"))
    assert disks.file_system(PurePosixPath("/x"), "") == ""


def test_the_journal_follows_the_place_when_a_store_moves(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "坚果云"
    here.mkdir()
    there.mkdir()
    save(here / "orglife.db", "m01")
    assert pragma(here / "orglife.db", "journal_mode") == "wal"
    shutil.move(here / "orglife.db", there)
    save(there / "orglife.db", "m02")
    assert pragma(there / "orglife.db", "journal_mode") == "delete"
    assert ids(there / "orglife.db") == ["m01", "m02"]


@pytest.mark.parametrize(("folder", "level"), [("here", 2), ("坚果云", 3)])
def test_every_save_reaches_the_disk(tmp_path: Path, folder: str, level: int) -> None:
    """FULL with the log; EXTRA with the rollback journal, whose deletion a power loss could otherwise undo."""
    path = tmp_path / folder / "orglife.db"
    path.parent.mkdir()
    with Store.open(path) as store, store.writing() as writer:
        assert writer._connection.exec_driver_sql("PRAGMA synchronous").scalar() == level


def test_errors_are_chinese_sentences() -> None:
    for error in (StoreBusy(path="x"), StoreBroken(path="x", what="y"), NotSaved(what="y")):
        assert isinstance(error, OrglifeError)
        assert str(error).endswith("。")


# --- files that people have ------------------------------------------------------------------------------------------

KEPT = sorted((Path(__file__).parent / "stores").glob("v*.sql"))


def _kept(dump: Path, path: Path) -> Path:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
    return path


def test_there_is_a_kept_store_of_every_published_schema() -> None:
    assert [int(dump.stem[1:]) for dump in KEPT] == sorted(tables.UPGRADES)


@pytest.mark.parametrize("dump", KEPT, ids=lambda dump: dump.stem)
@pytest.mark.parametrize("upgrades", [tables.UPGRADES, LATER], ids=["today's", "a later one"])
def test_a_kept_store_opens_with_everything_in_it(tmp_path: Path, dump: Path, upgrades: Any) -> None:
    path = _kept(dump, tmp_path / "orglife.db")
    before = pragma(path, "user_version")
    with Store.open(path, upgrades=upgrades) as store:
        assert store.verify() == []
        assert store.branches(C) == ["b01", "b02"]
        snapshot = store.current(C, B)
        assert [(m.id, m.version, m.body["status"]) for m in snapshot.records["member"]] == [
            ("m1", 1, "full"),
            ("m3", 2, "probationary"),
        ]
        assert [(d.id, d.fields) for d in snapshot.drafts] == [("m4", {"name": "田小禾", "joined_on": "二月"})]
        assert [r.who for r in store.history(C, B, "member", "m2")] == ["魏长河", "祝秋实"]
        assert snapshot.head.hash == "a33448e937cab9b85bbfc07643582ac1643c4658d69037fd86f6ad25326ceb59"
        store.put(C, B, member("m9"), who="张", base=0)
        assert store.verify() == []
    copies = [p.name for p in tmp_path.glob("*.bak")]
    assert copies == ([] if before == max(upgrades) else [f"orglife.db.v{before}.bak"])


@thorough
@pytest.mark.skipif(sys.platform == "win32", reason="locks of a process are POSIX's")
def test_opening_again_does_not_let_go_of_the_locks_of_the_first(tmp_path: Path) -> None:
    """Another process that comes and goes must not take the log away under a store that is open twice here."""
    path = tmp_path / "orglife.db"
    code = (
        "import sys; from pathlib import Path; from orglife.adapters.store.store import Store\n"
        "with Store.open(Path(sys.argv[1])) as s: print(s.version('c', 'b', 'branch', 'b'))"
    )

    def seen_from_outside() -> int:
        return int(subprocess.check_output([sys.executable, "-c", code, str(path)], text=True))

    with Store.open(path) as first:
        first.put("c", "b", Branch(id="b"), who="", base=0)
        with Store.open(path):
            assert seen_from_outside() == 1
            first.put("c", "b", Branch(id="b"), who="", base=1)
            assert seen_from_outside() == 2
