"""The cache of the overview: ``.orglife/standings-….jsonl``.

It has one line a branch, under a key made of all that the result depends on except the date (history of branch and bureau,
campaign, program), with the first and last date for which it holds. A line with another key or outside these dates is
computed again, so the file may be removed, cut or altered at any time.

A line shows only a digest of its key. The result, which quotes names and opinions, is masked (``sealed``).
"""

from __future__ import annotations

import base64
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

import orglife
from orglife.adapters.disk import files
from orglife.bureau.sealed import digest, masked, row_id
from orglife.bureau.standing import Standing, StandingFinding
from orglife.core.errors import CannotWrite, UnreadableFile
from orglife.office.dossiers import FROM_BUREAU
from orglife.office.office import Office


class CachedRow(BaseModel):
    """The cached result for a branch, or of the bureau's rules, with the first and last date for which it holds.

    The dates are dates of the check; for a branch that is checked as of its latest record, they are calendar dates.

    Attributes:
        read: The branches whose records the bureau's rules read; without those of others they find the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    since: date
    until: date
    standing: Standing | None = None
    bureau: tuple[StandingFinding, ...] | None = None
    read: tuple[str, ...] = ()


class SealedRow(BaseModel):
    """A row as the file holds it.

    Attributes:
        id: Digest of the row's key.
        salt: Random; makes the key stream differ from that of other rows with this key.
        box: The row as JSON, masked, in Base64.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    salt: str
    box: str

    @classmethod
    def of(cls, row: CachedRow) -> SealedRow:
        """Seal a row."""
        salt = secrets.token_hex(16)
        box = masked(row.model_dump_json(exclude_defaults=True).encode(), row.key, salt)
        return cls(id=row_id(row.key), salt=salt, box=base64.b64encode(box).decode())

    def opened(self, key: str) -> CachedRow | None:
        """The row; None if the line was altered."""
        try:
            row = CachedRow.model_validate_json(masked(base64.b64decode(self.box, validate=True), key, self.salt))
        except ValueError:
            return None
        return row if row.key == key else None


def holding(rows: Mapping[str, SealedRow], key: str, day: date) -> CachedRow | None:
    """The row under a key, if it holds on a day."""
    sealed = rows.get(row_id(key))
    row = sealed.opened(key) if sealed else None
    return row if row is not None and row.since <= day <= row.until else None


def on_day(row: CachedRow, as_of: date | None) -> Standing:
    """A branch's standing, with the day asked for."""
    if row.standing is None:  # a branch's key never holds the bureau's result
        raise TypeError(row.key)
    return row.standing if as_of is None else row.standing.model_copy(update={"as_of": as_of})


@dataclass(frozen=True)
class CacheKeys:
    """What the cached results depend on.

    Attributes:
        marks: Branch or bureau → a mark that changes with every save.
        common: Digest of campaign, program and the sort of day.
        plan: Digest of campaign and program.
        sent: Branch → the bureau's entries for it; its other entries change no branch.
    """

    marks: Mapping[str, str]
    common: str
    plan: str
    sent: Mapping[str, str]

    @classmethod
    def of(cls, office: Office, as_of: date | None) -> CacheKeys:
        """The keys of a workspace as it is now."""
        sort = "latest day of the records" if as_of is None else "day asked for"
        own = office.bureau_records()
        sent: dict[str, str] = defaultdict(str)
        for kind in FROM_BUREAU:
            for record in own.get(kind.TYPE, ()):
                sent[str(getattr(record, "branch", ""))] += record.model_dump_json()
        both = digest([_program(), office.workspace.campaign_bytes().decode()])
        return cls(office.store.marks(), digest([both, sort]), both, sent)

    def branch(self, branch: str) -> str:
        """The key of a branch's result."""
        return digest([self.common, branch, self.marks.get(branch, ""), self.sent.get(branch, "")])

    def print(self, branch: str) -> str:
        """The key of the print of a branch's outlines."""
        return digest(["outlines", self.plan, branch, self.marks.get(branch, "")])


@cache
def _program() -> str:
    """The program's source files with size and time as they were loaded, so that an edit invalidates what was cached."""
    folder = Path(orglife.__file__).parent
    stats = [(str(p.relative_to(folder)), p.stat()) for p in sorted(folder.rglob("*.py"))]
    return repr([(name, s.st_size, s.st_mtime_ns) for name, s in stats])


def place_of(office: Office, as_of: date | None) -> Path:
    """The file of the cache."""
    sort = "latest-" if as_of is None else ""
    return office.workspace.root / ".orglife" / f"standings-{sort}{office.campaign.id}.jsonl"


def read_rows(path: Path) -> dict[str, SealedRow]:
    """Cached rows by the digest of their key; empty if the file is missing or unreadable."""
    try:
        lines = files.read_text(path).split("\n")[:-1] if path.is_file() else []
        rows = [SealedRow.model_validate_json(line) for line in lines]
    except (UnreadableFile, ValidationError):
        return {}
    return {row.id: row for row in rows}


def write_rows(path: Path, rows: Iterable[CachedRow]) -> None:
    """Write the cache; ignore a folder that cannot be written to."""
    text = "".join(SealedRow.of(row).model_dump_json() + "\n" for row in rows)
    try:
        files.make_private(path.parent)
        files.write(path, text.encode())
    except CannotWrite:
        return
