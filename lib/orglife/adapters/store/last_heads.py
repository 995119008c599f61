"""The last head of each chain, kept in a file beside the store: shows that acknowledged saves are gone.

``orglife.db-heads`` has one JSON line per save: campaign, branch, number, hash; the last line of a chain counts. Drafts have
one line each time too, with branch "" and the row's ``seq`` and hash. A line is written after its save is synced, so the
store is never behind the file, unless its log was lost or damaged, or somebody put an older copy in its place. The file
may be behind the store (a crash, an earlier program); lines that cannot be read are ignored.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from orglife.adapters.store.chain import Revision, chain_label

_MOST_LINES = 2000
"""From this number of lines the file is written anew when the store is opened, if it holds twice as many as chains."""

Line = tuple[str, str, int, str]


def place_of(store: Path) -> Path:
    """The file of a store."""
    return store.with_name(store.name + "-heads")


def note_saves(store: Path, saved: Sequence[Revision], drafts: Sequence[tuple[int, str]]) -> None:
    """Append the heads after a save; a failure only leaves the file behind the store."""
    lines: dict[tuple[str, str], Line] = {
        (r.campaign, r.branch): (r.campaign, r.branch, r.number, r.hash) for r in saved
    }
    if drafts:
        lines["", ""] = ("", "", *drafts[-1])
    if lines:
        with contextlib.suppress(OSError):
            number = os.open(place_of(store), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(number, _text(lines.values()))
            finally:
                os.close(number)


def lost_saves(store: Path, connection: sqlite3.Connection) -> list[str]:
    """What is gone from a store, in Chinese, one clause for each chain that ends before its last head."""
    lines = _read(place_of(store))
    lasts = {(line[0], line[1]): line for line in lines}
    if len(lines) > max(_MOST_LINES, 2 * len(lasts)):
        _write(place_of(store), lasts.values())
    return [what for line in lasts.values() if (what := _lost(line, connection))]


def forget(store: Path) -> None:
    """Remove the file: the store was replaced on purpose."""
    with contextlib.suppress(OSError):
        place_of(store).unlink()


def _lost(line: Line, connection: sqlite3.Connection) -> str:
    campaign, branch, number, digest = line
    if not branch:
        row = connection.execute("SELECT hash FROM draft WHERE seq = ?", (number,)).fetchone()
        return "" if row and row[0] == digest else "最后填的没有填完的记录"
    query = "SELECT hash FROM revision WHERE campaign = ? AND branch = ? AND number = ?"
    row = connection.execute(query, (campaign, branch, number)).fetchone()
    if row and row[0] == digest:
        return ""
    return f"{chain_label(campaign, branch)}的第{number}条修改"


def _read(path: Path) -> list[Line]:
    lines: list[Line] = []
    with contextlib.suppress(OSError):
        for raw in path.read_bytes().split(b"\n"):
            with contextlib.suppress(ValueError, TypeError):
                campaign, branch, number, digest = json.loads(raw)
                if isinstance(campaign, str) and isinstance(branch, str) and type(number) is int:
                    lines.append((campaign, branch, number, str(digest)))
    return lines


def _write(path: Path, lines: Iterable[Line]) -> None:
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    with contextlib.suppress(OSError):
        new.write_bytes(_text(lines))
        new.chmod(0o600)
        new.replace(path)


def _text(lines: Iterable[Line]) -> bytes:
    return b"".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines)
