"""A damaged draft is named, set aside and replaced by what a daily copy holds; everything else goes on."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from orglife.adapters.store.drafts import draft_hash
from orglife.adapters.store.store import Store
from orglife.core.errors import StoreBroken
from orglife.core.record.dossier import Draft
from orglife.keeping import backups
from orglife.office.office import Office
from tests.conftest import run
from tests.marks import thorough

Captured = pytest.CaptureFixture[str]
C, B = "2024-seed", "t01"
TYPED = {"date": "二月", "place": "会议室里说的话" * 20}
BAD = Draft("talk", "talk9", {}, damaged=True)


def flip(path: Path, old: bytes, new: bytes) -> None:
    """Change bytes in the file behind the program's back; the log is folded into it first."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))


@pytest.fixture
def drafted(filled: Path) -> Path:
    with Office.open(filled) as office:
        office.store.draft(C, B, "talk", "talk8", {"date": "三月"}, who="张")
        office.store.draft(C, B, "talk", "talk9", TYPED, who="张")
    return filled


FLIPS = {
    "no JSON": (b'{"date":"\\u4e8c', b'|"date":"\\u4e8c'),
    "quiet": (b'{"date":"\\u4e8c', b'{"date":"\\u4e8d'),
    "no text": (b'{"date":"\\u4e8c', b'\xff"date":"\\u4e8c'),
}


@pytest.mark.parametrize("change", FLIPS.values(), ids=FLIPS)
def test_everything_else_works_and_the_draft_is_named(
    drafted: Path, change: tuple[bytes, bytes], capsys: Captured, tmp_path: Path
) -> None:
    flip(drafted / "orglife.db", *change)
    for command in (
        ("check", str(drafted)),
        ("todo", str(drafted)),
        ("export", str(drafted), "--branch", B, "--out", str(tmp_path / "out.json")),
        ("backup", str(drafted), "--out", str(tmp_path / "stick")),
    ):
        capsys.readouterr()
        status = run(*command)
        shown = capsys.readouterr()
        assert status in (0, 1), shown
        if command[0] in ("check", "backup"):
            assert "talk9" in shown.out + shown.err
            assert "已损坏" in shown.out + shown.err
    assert run("verify", str(drafted)) == 1
    assert "没有填完的记录（谈心谈话 talk9）与存入时不一致" in capsys.readouterr().out
    with Office.open(drafted) as office:
        talk8, talk9 = office.dossier(B).drafts
        assert (talk8.fields, talk8.damaged) == ({"date": "三月"}, False)
        assert (talk9.fields, talk9.damaged) == ({}, True)
        office.store.draft(C, B, "talk", "talk9", TYPED, who="张")
        assert office.store.verify() == []
        assert [d.fields for d in office.dossier(B).drafts] == [{"date": "三月"}, TYPED]


def test_the_last_backup_is_offered(drafted: Path, capsys: Captured) -> None:
    with Office.open(drafted) as office:
        assert backups.make_daily_copy(office)
    flip(drafted / "orglife.db", *FLIPS["quiet"])
    with Office.open(drafted) as office:
        talk9 = office.dossier(B).drafts[1]
        assert talk9.fields == TYPED
        assert talk9.note.endswith("备份里的；请核对后保存")
    assert run("check", str(drafted)) in (0, 1)
    assert talk9.note in capsys.readouterr().out


def test_a_backup_with_a_damaged_draft_is_restored(drafted: Path, tmp_path: Path) -> None:
    flip(drafted / "orglife.db", *FLIPS["no text"])
    assert run("backup", str(drafted), "--out", str(tmp_path / "stick")) == 0
    (copy,) = (tmp_path / "stick").glob("*.zip")
    assert run("restore", str(copy), "--to", str(tmp_path / "新")) == 0
    with Store.open(tmp_path / "新" / "orglife.db") as store:
        assert store.current(C, B).drafts == (Draft("talk", "talk8", {"date": "三月"}), BAD)


def test_a_damaged_draft_is_settled(drafted: Path) -> None:
    flip(drafted / "orglife.db", *FLIPS["no text"])
    with Store.open(drafted / "orglife.db") as store:
        store.settle(C, B, "talk", "talk9", who="张")
        assert [d.id for d in store.current(C, B).drafts] == ["talk8"]
        assert store.verify() == []


def test_the_database_takes_no_draft_without_its_hash(drafted: Path) -> None:
    connection = sqlite3.connect(drafted / "orglife.db")
    with pytest.raises(sqlite3.IntegrityError, match="append only"):
        connection.execute(
            "INSERT INTO draft (campaign, branch, type, record, who, at, fields) VALUES ('c', 'b', 't', 'r', '', '', '{}')"
        )
    connection.close()


def test_the_hash_is_what_the_docs_say() -> None:
    values = {"campaign": "c", "branch": "b", "type": "talk", "record": "t1", "who": "张", "at": "x", "fields": None}
    assert draft_hash(values) == "4760dc2f6d935889162fc8c8b9f80587ba9b8a19cf83f0555885057d9ad38903"


@thorough
@pytest.mark.parametrize("flips", [150, pytest.param(5000, marks=pytest.mark.soak)])
def test_a_flipped_bit_in_the_drafts_costs_no_record(drafted: Path, flips: int) -> None:
    """Each bit of the pages of drafts: records are read as they are, and a draft is the true one or named."""
    path = drafted / "orglife.db"
    with Store.open(path) as store:
        store.draft(C, B, "talk", "talk7", {"date": "四月"}, who="张")
        true = store.current(C, B)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'draft'").fetchone()[0]
    connection.close()
    original = path.read_bytes()
    page = range((root - 1) * size, root * size)
    used = [at for at in page if original[at]]
    chance = random.Random(21)
    unnoticed = 0
    for _ in range(flips):
        damaged = bytearray(original)
        damaged[chance.choice(used)] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        with Store.open(path) as store:
            found = store.current(C, B)
            assert (found.records, found.head, found.branch) == (true.records, true.head, true.branch)
            store.state()
            store.marks()
            unnoticed += not store.verify() and found.drafts != true.drafts
        for journal in path.parent.glob("orglife.db-*"):
            journal.unlink()
    assert unnoticed == 0


def test_a_damaged_history_is_still_refused(drafted: Path) -> None:
    flip(drafted / "orglife.db", "测试局机关党支部".encode(), "测试局机关党支布".encode())
    with Store.open(drafted / "orglife.db") as store, pytest.raises(StoreBroken):
        store.current(C, B)
