"""A read-only store in one JSON file: the records that travel with a batch task.

The office reads it like any other store. The private workspace of a task names it in its settings:
``store = "carried:records.json"``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from orglife.adapters.store.chain import ChainHead
from orglife.adapters.store.reading import Snapshot, StoredRecord
from orglife.adapters.store.store import Revision, Store
from orglife.core.errors import StoreBroken
from orglife.core.record.dossier import Draft

FILE = "records.json"
URL = f"carried:{FILE}"


def pack_snapshots(snapshots: Iterable[Snapshot]) -> str:
    """Snapshots as JSON text. The head of each chain is included, its history is not."""
    return json.dumps([_packed(snapshot) for snapshot in snapshots], ensure_ascii=False)


def _packed(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "campaign": snapshot.campaign,
        "id": snapshot.id,
        "head": list(snapshot.head),
        "branch": snapshot.branch,
        "version": snapshot.version,
        "records": {kind: [list(row) for row in rows] for kind, rows in snapshot.records.items()},
        "drafts": [[d.type, d.id, dict(d.fields), d.damaged, d.note] for d in snapshot.drafts],
    }


def _unpacked(raw: dict[str, Any]) -> Snapshot:
    records = {kind: [StoredRecord(*row) for row in rows] for kind, rows in raw["records"].items()}
    drafts = tuple(Draft(*draft) for draft in raw["drafts"])
    head = ChainHead(*raw["head"])
    return Snapshot(raw["campaign"], raw["id"], head, raw["branch"], raw["version"], records, drafts)


class TaskStore(Store):
    """A store that came with a task. Nothing in it changes."""

    def __init__(self, path: Path) -> None:
        self.name, self.short_name = str(path), path.name
        self.writable, self.own_branch, self.on_server = False, "", False
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            self._snapshots = {(s.campaign, s.id): s for s in map(_unpacked, raw)}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreBroken(path=str(path), what="读不出来") from error

    @classmethod
    def at(cls, path: Path) -> TaskStore:
        """The store in a file; cached by the file's inode, modification time and size."""
        try:
            stat = path.stat()
        except OSError as error:
            raise StoreBroken(path=str(path), what="读不出来") from error
        return _at(path, stat.st_ino, stat.st_mtime_ns, stat.st_size)

    def state(self) -> tuple[int, int]:
        """Always the same: nothing changes."""
        return 0, 0

    def files(self) -> None:
        """They came with the task, in its folder."""

    def may_append(self, branch: str) -> bool:  # noqa: ARG002
        """Never: nothing is saved here."""
        return False

    def close(self) -> None:
        """Do nothing: no file is open."""

    def listen(self, on_hint: Callable[[], None]) -> Callable[[], None]:  # noqa: ARG002
        """Nothing changes."""
        return lambda: None

    def loan(self, branch: str) -> None:
        """None: a task's records cannot be lent."""

    def loans(self) -> list[Any]:
        """None, as above."""
        return []

    def campaigns(self) -> list[str]:
        """Ids of the campaigns in the file, sorted."""
        return sorted({campaign for campaign, _ in self._snapshots})

    def branches(self, campaign: str) -> list[str]:
        """Ids of the branches in the file, sorted."""
        return sorted(i for (year, i), s in self._snapshots.items() if year == campaign and s.branch is not None)

    def current(self, campaign: str, branch: str, types: Collection[str] = ()) -> Snapshot:
        """A branch, or its records of some types, as of the making of the task; empty when it is not in the file."""
        empty = Snapshot(campaign, branch, ChainHead(0, ""), None, 0, {}, ())
        snapshot = self._snapshots.get((campaign, branch), empty)
        if not types:
            return snapshot
        return replace(snapshot, records={kind: rows for kind, rows in snapshot.records.items() if kind in types})

    def marks(self) -> dict[str, str]:
        """Branch id → hash of the head in the file; never changes."""
        return {branch: snapshot.head.hash for (_, branch), snapshot in self._snapshots.items()}

    def version(self, campaign: str, branch: str, type: str, id: str) -> int:  # noqa: A002
        """The version of a record; 0 when it is not in the file."""
        rows = self.current(campaign, branch).records.get(type, ())
        return next((row.version for row in rows if row.id == id), 0)

    def head(self, campaign: str, branch: str, *, without: Collection[str] = ()) -> ChainHead:  # noqa: ARG002
        """The head in the file. The office computed it with its own ``without``, so the argument is ignored."""
        return self.current(campaign, branch).head

    def history(self, campaign: str, branch: str, type: str | None = None, id: str | None = None) -> list[Revision]:  # noqa: A002, ARG002
        """Always empty: the file holds no history."""
        return []


@lru_cache(maxsize=4)
def _at(path: Path, *_identity: int) -> TaskStore:
    return TaskStore(path)
