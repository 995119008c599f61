"""The log is folded into the file when nobody saves, so that the file alone holds what was entered."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orglife.adapters.store import folding, last_heads
from orglife.adapters.store.store import Store
from orglife.core.record.branch import Member

C, B = "2024-seed", "b01"
PATIENCE = 60.0


def until(come: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not come():
        assert time.monotonic() < end
        time.sleep(0.01)


def log_of(store: Store) -> Path:
    return Path(store.name + "-wal")


def empty(log: Path) -> bool:
    return log.stat().st_size == 0


def waiting() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(folding, "IDLE_SECONDS", 0.05)
    with Store.open(tmp_path / "orglife.db") as opened:
        yield opened


def test_a_copy_of_the_file_alone_is_complete_once_nobody_saves(store: Store, tmp_path: Path) -> None:
    for number in range(3):
        store.put(C, B, Member(id=f"m{number}", name="李秀兰"), who="张", base=0)
    store.draft(C, B, "talk", "t1", {"date": "二月"}, who="张")
    until(lambda: empty(log_of(store)))
    copy = tmp_path / "copy"
    copy.mkdir()
    for place in (Path(store.name), last_heads.place_of(Path(store.name))):
        shutil.copy(place, copy)
    with Store.open(copy / "orglife.db") as other:
        assert [other.version(C, B, "member", f"m{n}") for n in range(3)] == [1, 1, 1]
        assert len(other.current(C, B).drafts) == 1
    until(lambda: not waiting())
    store.put(C, B, Member(id="m0", name="李兰"), who="张", base=1)
    until(lambda: empty(log_of(store)))


def test_whoever_reads_or_saves_is_not_kept_waiting(store: Store) -> None:
    store.put(C, B, Member(id="m1", name="李秀兰"), who="张", base=0)
    reader = sqlite3.connect(store.name, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM revision").fetchone() == (1,)
    store.put(C, B, Member(id="m2", name="李秀兰"), who="张", base=0)
    assert not folding.fold(store.database.engine)  # type: ignore[attr-defined]
    assert not empty(log_of(store))
    store.put(C, B, Member(id="m3", name="李秀兰"), who="张", base=0)
    assert reader.execute("SELECT count(*) FROM revision").fetchone() == (1,)
    reader.execute("COMMIT")
    reader.close()
    until(lambda: empty(log_of(store)))
    with store.database.connection() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 10_000


def test_one_thread_waits_however_many_saves_and_none_after_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "IDLE_SECONDS", 3600.0)
    before = len(waiting())
    with Store.open(tmp_path / "orglife.db") as store:
        for number in range(5):
            store.put(C, B, Member(id=f"m{number}", name="李秀兰"), who="张", base=0)
        assert len(waiting()) == before + 1
    until(lambda: len(waiting()) == before)


def test_a_file_that_was_replaced_is_left_alone(store: Store, tmp_path: Path) -> None:
    with Store.open(tmp_path / "other.db") as other:
        other.put(C, B, Member(id="m1", name="别人"), who="李", base=0)
    store.put(C, B, Member(id="m1", name="李秀兰"), who="张", base=0)
    (tmp_path / "other.db").replace(store.name)
    now = Path(store.name).read_bytes()
    until(lambda: not waiting())
    assert Path(store.name).read_bytes() == now


def test_a_disk_that_fails_leaves_the_log_for_the_next_save(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(engine: object) -> bool:
        raise sqlite3.OperationalError(engine)

    with monkeypatch.context() as broken:
        broken.setattr(folding, "_checkpoint", failing)
        store.put(C, B, Member(id="m1", name="李秀兰"), who="张", base=0)
        until(lambda: not waiting())
    assert not empty(log_of(store))
    store.put(C, B, Member(id="m2", name="李秀兰"), who="张", base=0)
    until(lambda: empty(log_of(store)))
