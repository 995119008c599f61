"""The file of last heads, line by line: what it holds, what of it counts, and when it is written anew."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.store import last_heads


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "orglife.db"


@pytest.fixture
def rows() -> Iterator[sqlite3.Connection]:
    """A store with three revisions of two branches, and a draft."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE revision (campaign, branch, number, hash)")
    connection.execute("CREATE TABLE draft (seq, hash)")
    held = [("2024", "b01", 1, "a1"), ("2024", "b01", 2, "a2"), ("2024", "b02", 1, "b1")]
    connection.executemany("INSERT INTO revision VALUES (?, ?, ?, ?)", held)
    connection.execute("INSERT INTO draft VALUES (5, 'd5')")
    yield connection
    connection.close()


def saved(campaign: str, branch: str, number: int, digest: str) -> Any:
    return SimpleNamespace(campaign=campaign, branch=branch, number=number, hash=digest)


def lines(store: Path) -> list[list[Any]]:
    return [json.loads(line) for line in last_heads.place_of(store).read_text(encoding="utf-8").splitlines()]


def written(store: Path, *held: Any) -> None:
    last_heads.place_of(store).write_text(
        "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in held), encoding="utf-8"
    )


def test_a_save_notes_the_last_head_of_each_chain_and_the_last_draft(store: Path) -> None:
    last_heads.note_saves(store, [saved("2024", "b01", 1, "a1"), saved("2024", "b01", 2, "a2")], [])
    last_heads.note_saves(store, [saved("2024", "b02", 1, "b1")], [(4, "d4"), (5, "d5")])
    last_heads.note_saves(store, [], [(6, "d6")])
    last_heads.note_saves(store, [], [])
    assert lines(store) == [["2024", "b01", 2, "a2"], ["2024", "b02", 1, "b1"], ["", "", 5, "d5"], ["", "", 6, "d6"]]
    assert stat.S_IMODE(last_heads.place_of(store).stat().st_mode) == 0o600
    last_heads.forget(store)
    last_heads.forget(store)
    assert not last_heads.place_of(store).exists()


@pytest.mark.parametrize(
    ("held", "lost"),
    [
        ([], []),
        ([["2024", "b01", 2, "a2"], ["2024", "b02", 1, "b1"], ["", "", 5, "d5"]], []),
        ([["2024", "b01", 1, "a1"]], []),
        ([["2024", "b01", 3, "a3"]], ["方案2024、党支部b01的第3条修改"]),
        ([["2024", "b01", 2, "other"]], ["方案2024、党支部b01的第2条修改"]),
        ([["2024", "b01", 3, "a3"], ["2024", "b01", 2, "a2"]], []),
        ([["2023", "b01", 2, "a2"]], ["方案2023、党支部b01的第2条修改"]),
        ([["", "", 6, "d6"]], ["最后填的没有填完的记录"]),
        ([["", "", 5, "other"]], ["最后填的没有填完的记录"]),
        ([["2024", "b02", 9, "x"], ["", "", 6, "x"]], ["方案2024、党支部b02的第9条修改", "最后填的没有填完的记录"]),
    ],
)
def test_what_the_store_lacks_is_named(
    store: Path, rows: sqlite3.Connection, held: list[list[Any]], lost: list[str]
) -> None:
    written(store, *held)
    assert last_heads.lost_saves(store, rows) == lost


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "null",
        '["2024", "b01", 3]',
        '["2024", "b01", "3", "x"]',
        '["2024", "b01", true, "x"]',
        '[1, "b01", 3, "x"]',
        '["2024", 1, 3, "x"]',
        '["2024", "b01", 3.0, "x"]',
    ],
)
def test_a_line_that_cannot_be_read_is_no_reason(store: Path, rows: sqlite3.Connection, line: str) -> None:
    written(store, line, ["2024", "b02", 9, "x"], line)
    assert last_heads.lost_saves(store, rows) == ["方案2024、党支部b02的第9条修改"]


def test_without_the_file_nothing_is_lost(store: Path, rows: sqlite3.Connection) -> None:
    assert last_heads.lost_saves(store, rows) == []


@pytest.mark.parametrize(
    ("most", "first", "second", "left"),
    [(4, 4, 0, 4), (4, 5, 0, 1), (0, 2, 0, 2), (0, 3, 0, 1), (0, 2, 2, 4), (0, 3, 2, 2), (5, 3, 2, 5)],
)
def test_a_file_of_many_lines_for_few_chains_is_written_anew(
    store: Path,
    rows: sqlite3.Connection,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    first: int,
    second: int,
    left: int,
) -> None:
    monkeypatch.setattr(last_heads, "_MOST_LINES", most)
    held = [["2024", "b01", 2, "a2"]] * first + [["2024", "b02", 1, "b1"]] * second
    written(store, *held)
    last_heads.place_of(store).chmod(0o644)
    assert last_heads.lost_saves(store, rows) == []
    assert len(lines(store)) == left
    assert stat.S_IMODE(last_heads.place_of(store).stat().st_mode) == (0o644 if left == len(held) else 0o600)
    assert [path.name for path in store.parent.iterdir()] == ["orglife.db-heads"]
