"""A store that lost acknowledged saves is recognised at every opening: a lost log, a damaged log, an older copy."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from orglife.adapters.store import file_database, last_heads
from orglife.adapters.store.store import Store
from orglife.core.errors import StoreTooOld
from orglife.core.record.branch import Member
from tests.conftest import run

C, B = "2024-seed", "t01"
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def logged(filled: Path) -> Path:
    """A workspace whose last saves stand in the log only, as a crash leaves it."""
    store = filled / "orglife.db"
    keeper = sqlite3.connect(store)  # an open connection keeps the log from being folded in
    keeper.execute("SELECT count(*) FROM revision").fetchone()
    with Store.open(store) as opened:
        for number in range(5):
            opened.put(C, B, Member(id=f"zz{number}", name="后来的"), who="张", base=0)
        opened.draft(C, B, "talk", "talk9", {"date": "二月"}, who="张")
    crashed = filled.with_name("断电以后")
    shutil.copytree(filled, crashed)
    keeper.close()
    return crashed


def lose(root: Path) -> None:
    (root / "orglife.db-wal").unlink()


def damage_log(root: Path) -> None:
    log = root / "orglife.db-wal"
    data = bytearray(log.read_bytes())
    data[len(data) // 3] ^= 1
    log.write_bytes(data)


def cut(root: Path) -> None:
    log = root / "orglife.db-wal"
    log.write_bytes(log.read_bytes()[: log.stat().st_size // 2])


def copy_of_the_file_alone(root: Path) -> None:
    for name in ("orglife.db-wal", "orglife.db-shm"):
        (root / name).unlink(missing_ok=True)


@pytest.mark.parametrize("harm", [lose, damage_log, cut, copy_of_the_file_alone])
def test_what_is_gone_is_named_and_nothing_is_written_over_it(logged: Path, harm: object, capsys: Captured) -> None:
    harm(logged)  # type: ignore[operator]
    for command in ("check", "verify"):
        capsys.readouterr()
        assert run(command, str(logged)) != 0
        shown = capsys.readouterr()
        assert "比最后一次保存的旧" in shown.out + shown.err
        assert "党支部t01的第107条修改" in shown.out + shown.err
    with pytest.raises(StoreTooOld):
        Store.open(logged / "orglife.db", readonly=True)


def test_a_whole_log_is_read_after_a_crash(logged: Path) -> None:
    assert run("verify", str(logged)) == 0
    with Store.open(logged / "orglife.db") as store:
        assert store.version(C, B, "member", "zz4") == 1


def test_a_lost_draft_is_named(filled: Path, tmp_path: Path) -> None:
    shutil.copy(filled / "orglife.db", tmp_path / "before.db")
    with Store.open(filled / "orglife.db") as store:
        store.draft(C, B, "talk", "talk9", {"date": "二月"}, who="张")
    shutil.copy(tmp_path / "before.db", filled / "orglife.db")
    with pytest.raises(StoreTooOld, match="最后填的没有填完的记录"):
        Store.open(filled / "orglife.db")


def test_the_ways_on(logged: Path, tmp_path: Path) -> None:
    """A backup is restored over it, or the loss is accepted by removing the file of heads."""
    assert run("backup", str(logged), "--out", str(tmp_path / "stick")) == 0
    (backup,) = (tmp_path / "stick").glob("*.zip")
    with Store.open(logged / "orglife.db") as store:
        store.put(C, B, Member(id="zz9", name="后来的"), who="张", base=0)
    assert run("restore", str(backup), "--to", str(logged), "--yes") == 0
    assert run("verify", str(logged)) == 0
    with Store.open(logged / "orglife.db") as store:
        head = store.put(C, B, Member(id="zz9", name="再一次"), who="张", base=0)
    with sqlite3.connect(logged / "orglife.db") as connection:
        connection.execute("DROP TRIGGER revision_delete")
        connection.execute("DELETE FROM revision WHERE number = ? AND branch = ?", (head.number, B))
    connection.close()
    with pytest.raises(StoreTooOld):
        Store.open(logged / "orglife.db")
    last_heads.place_of(logged / "orglife.db").unlink()
    Store.open(logged / "orglife.db").close()


def test_a_file_that_is_behind_garbled_or_long_is_no_reason(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heads = last_heads.place_of(filled / "orglife.db")
    with heads.open("ab") as file:
        file.write(b'["2024-seed","t01"\n\xff\xff\n[1,2,3,4]\n{"a":1}\nnull\n')
    Store.open(filled / "orglife.db").close()
    monkeypatch.setattr(last_heads, "_MOST_LINES", 3)
    with Store.open(filled / "orglife.db") as store:
        for number in range(9):
            store.put(C, B, Member(id=f"zz{number}", name="x"), who="张", base=0)
    Store.open(filled / "orglife.db").close()
    assert len(heads.read_bytes().splitlines()) <= 3
    heads.unlink()
    Store.open(filled / "orglife.db").close()


@pytest.mark.parametrize("flips", [25, pytest.param(1000, marks=pytest.mark.soak)])
def test_a_flipped_bit_in_the_log_loses_nothing_without_a_word(logged: Path, tmp_path: Path, flips: int) -> None:
    """Wherever the bit lies: every acknowledged save is there, or the store is refused and says what is gone."""
    chance, kept = random.Random(flips), ("orglife.db", "orglife.db-wal", "orglife.db-heads")
    files = {name: (logged / name).read_bytes() for name in kept}
    refused = 0
    for number in range(flips):
        place = tmp_path / str(number)
        place.mkdir()
        log = bytearray(files["orglife.db-wal"])
        log[chance.randrange(len(log))] ^= 1 << chance.randrange(8)
        for name, data in {**files, "orglife.db-wal": bytes(log)}.items():
            (place / name).write_bytes(data)
        try:
            with Store.open(place / "orglife.db") as store:
                assert store.verify() == []
                assert {f"zz{n}" for n in range(5)} <= {row.id for row in store.current(C, B).records["member"]}
                assert [draft.id for draft in store.current(C, B).drafts] == ["talk9"]
        except StoreTooOld as error:
            refused += 1
            assert str(error).endswith("。")
        shutil.rmtree(place)
    assert 0 < refused <= flips


@pytest.mark.parametrize(("count", "words"), [(1, "0"), (3, "0、1、2"), (4, "0、1、2等4处"), (5, "0、1、2等5处")])
def test_of_many_lost_saves_three_are_named(count: int, words: str) -> None:
    assert file_database._few([str(number) for number in range(count)]) == words
