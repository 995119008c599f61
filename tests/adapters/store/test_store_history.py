"""Nobody changes the past unseen: the database refuses, and what is changed behind its back is found.

A whole chain written anew, or its end cut off together with the counter, is found only against the head that papers and
the bureau keep; that is not tested here. The long run carries the mark ``soak``.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from orglife.adapters.store.chain import FIELDS, digest
from orglife.adapters.store.store import Revision, Store
from orglife.core.errors import CannotWrite, ChainBroken, OrglifeError, StoreBroken
from orglife.core.record.branch import Branch, Member
from tests.marks import thorough

C, B = "2024-seed", "b01"
SEED = int(os.environ.get("ORGLIFE_SEED", "20240222"))


def member(id: str, name: str = "李秀兰") -> Member:  # noqa: A002
    return Member.model_validate({"id": id, "name": name})


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
    tampered(copied, f"UPDATE revision SET {column} = {change} WHERE seq = {seq}")
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
        tampered(copied, f"UPDATE revision SET body = {swap} WHERE seq = 4")
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


def test_a_missing_revision_is_named(copied: Path) -> None:
    tampered(copied, "DELETE FROM revision WHERE seq = 4")
    assert "方案2024-seed、党支部b01缺第3条，后面是第4条。" in faults(copied)


def test_a_revision_rewritten_with_a_fitting_hash(copied: Path) -> None:
    with Store.open(copied) as store:
        second = store.history(C, B)[1]
    forged = replace(second, who="别人")
    tampered(copied, f"UPDATE revision SET who = '别人', hash = '{digest(forged)}' WHERE seq = {second.seq}")
    assert [fault for fault in faults(copied) if "第3条" in fault and "接不上" in fault]


@pytest.mark.parametrize(
    "statements",
    [
        "DROP TRIGGER revision_update",
        "DROP TRIGGER draft_delete; CREATE TRIGGER draft_delete BEFORE DELETE ON draft BEGIN SELECT 1; END",
        "CREATE TRIGGER more AFTER INSERT ON draft BEGIN UPDATE draft SET who = ''; END",
    ],
    ids=["missing", "emptied", "added"],
)
def test_missing_emptied_and_added_triggers_are_noticed(copied: Path, statements: str) -> None:
    connection = sqlite3.connect(copied)
    connection.executescript(statements)
    connection.close()
    assert ["防止改动" in fault for fault in faults(copied)] == [True]


@pytest.mark.parametrize(
    "statements",
    [
        "CREATE TABLE other (a)",
        "CREATE VIEW shown AS SELECT * FROM revision",
        "CREATE INDEX more ON revision (length(body))",
        "DROP INDEX draft_latest",
        "ALTER TABLE draft ADD COLUMN more TEXT",
        "CREATE VIRTUAL TABLE words USING fts5 (a)",
    ],
)
def test_tables_that_are_not_ours_are_noticed(copied: Path, statements: str) -> None:
    connection = sqlite3.connect(copied)
    connection.executescript(statements)
    connection.close()
    assert ["表或索引" in fault for fault in faults(copied)] == [True]


def test_statistics_of_sqlite_itself_are_no_matter(copied: Path) -> None:
    connection = sqlite3.connect(copied)
    connection.executescript("ANALYZE; VACUUM")
    connection.close()
    assert faults(copied) == []


@pytest.mark.parametrize("number", [0, -1])
def test_a_number_of_the_schema_that_cannot_be_is_a_sentence(copied: Path, number: int) -> None:
    connection = sqlite3.connect(copied)
    connection.execute(f"PRAGMA user_version = {number}")
    connection.close()
    with pytest.raises(StoreBroken, match="版式编号不对"):
        Store.open(copied)


def test_records_are_named_in_the_readers_words(copied: Path) -> None:
    tampered(copied, "UPDATE revision SET who = '别人' WHERE seq = 2")
    with Store.open(copied) as store:
        assert "方案2024-seed、党支部b01的第2条（党员 m01）内容与存入时不一致，被改动过。" in store.verify(
            {"member": "党员"}
        )


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
        "INSERT OR REPLACE INTO revision SELECT 1, campaign, branch, 6, type, record, 2, who, at, action, body, hash, 'x'"
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


@thorough
@pytest.mark.parametrize("flips", [150, pytest.param(5000, marks=pytest.mark.soak)])
def test_a_flipped_byte_anywhere_in_the_file(copied: Path, genuine: Path, flips: int) -> None:
    """Either it is found, or nothing that was entered is different."""
    chance = random.Random(SEED)
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


@pytest.mark.parametrize(
    "at", ["9999-99-99T99:99:99.000000Z", "9999-12-31T23:59:59.000000Z", "2024-02-30T08:00:00.000000Z"]
)
def test_a_time_that_cannot_be_is_refused_and_a_store_that_holds_one_is_read(
    copied: Path, tmp_path: Path, at: str
) -> None:
    with Store.open(copied) as store:
        last = store.history(C, B)[-1]
    forged = replace(last, at=at)
    forged = replace(forged, hash=digest(forged))
    with Store.open(tmp_path / "other.db") as other:
        with pytest.raises(ChainBroken):
            other.append([*store_before(copied, last.number), forged])
        assert other.history(C, B) == []
    tampered(copied, f"UPDATE revision SET at = '{at}', hash = '{forged.hash}' WHERE seq = {last.seq}")
    with Store.open(copied) as store:
        assert store.current(C, B).records
        assert store.history(C, B)[-1].at == at
        assert store.verify() != []


def store_before(path: Path, number: int) -> list[Revision]:
    with Store.open(path) as store:
        return [revision for revision in store.history(C, B) if revision.number < number]
