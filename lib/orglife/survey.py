"""The overview of a workspace, made quickly: branches that did not change are not checked again.

What was found of a branch is kept in ``.orglife/standings-….jsonl``, each line under a key of all that it depends on: the
branch's and the bureau's history, the campaign, the day, the program. A line that is not under its key is made anew, so
the file may be removed, cut or altered at any time.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from pydantic import ValidationError

import orglife
from orglife.adapters import files
from orglife.adapters.store import BUREAU
from orglife.adapters.workspace import CAMPAIGN
from orglife.core.branch import Member
from orglife.core.errors import CannotWrite, UnreadableFile
from orglife.dossiers import FROM_BUREAU
from orglife.office import Office
from orglife.overview import Overview
from orglife.stages.report.record import RedoOrder
from orglife.stages.reviews.record import MemberReview
from orglife.standing import Found, Standing, found_of, standing

MANY = 60
"""Branches to be checked from which a second process pays for its start."""
_CHUNK = 20
COMPARED = (Member, MemberReview, RedoOrder)
"""All that the bureau's rules read of the branches' records."""


def survey(office: Office, as_of: date | None = None, *, jobs: int = 1, branches_only: bool = False) -> Overview:
    """All branches of a workspace at a glance.

    Args:
        office: The open workspace.
        as_of: The day of the check; None = per branch the latest day of its records, for the bureau the latest of all.
        jobs: Processes that check branches, where many are to be checked.
        branches_only: Leave out what the bureau's rules find over all branches: they compare every outline with every
            other.
    """
    keys = _Keys.of(office, as_of)
    kept = _Kept.read(_place(office))
    branches = office.branches()
    wanted = {branch: keys.branch(branch) for branch in branches}
    known = {b: s for b, key in wanted.items() if (s := kept.standings.get(key)) is not None}
    fresh = dict(_checked(office, [b for b in branches if b not in known], as_of, jobs))
    standings = [known.get(branch) or fresh[branch] for branch in branches]
    all_key = _digest([keys.common, keys.marks.get(BUREAU, ""), *wanted.values()])
    found = kept.bureau.get(all_key)
    day = as_of or max((s.as_of for s in standings), default=date.today())
    if found is None and not branches_only:
        parts = [office.part(s.branch, COMPARED, s.as_of) for s in standings]
        found = tuple(found_of(f) for f in office.bureau_findings(parts, day))
    if fresh or (found is not None and all_key not in kept.bureau):
        whole = kept.bureau if found is None else {all_key: found}
        _Kept({wanted[s.branch]: s for s in standings}, whole).write(_place(office))
    return Overview(office.campaign, standings, office.bureau([], day), found or (), day)


@dataclass(frozen=True)
class _Keys:
    """What a branch's standing depends on.

    Attributes:
        marks: Whose → a mark that changes with everything saved.
        common: The campaign, the day, the program.
        sent: Branch → what the bureau entered for it; what it enters for itself changes no branch.
    """

    marks: Mapping[str, str]
    common: str
    sent: Mapping[str, str]

    @classmethod
    def of(cls, office: Office, as_of: date | None) -> _Keys:
        place = office.workspace
        plan = place.root / "campaigns" / f"{office.campaign.id}.toml" if place.earlier else place.root / CAMPAIGN
        day = str(as_of or f"latest before {date.today()}")
        own = office.bureau_records()
        sent: dict[str, str] = defaultdict(str)
        for kind in FROM_BUREAU:
            for record in own.get(kind.TYPE, ()):
                sent[str(getattr(record, "branch", ""))] += record.model_dump_json()
        return cls(office.store.marks(), _digest([_program(), files.read_text(plan), day]), sent)

    def branch(self, branch: str) -> str:
        return _digest([self.common, branch, self.marks.get(branch, ""), self.sent.get(branch, "")])


def _program() -> str:
    """The program's own files by size and time: an edit while developing is another program."""
    folder = Path(orglife.__file__).parent
    stats = [(str(p.relative_to(folder)), p.stat()) for p in sorted(folder.rglob("*.py"))]
    return repr([(name, s.st_size, s.st_mtime_ns) for name, s in stats])


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _place(office: Office) -> Path:
    return office.workspace.root / ".orglife" / f"standings-{office.campaign.id}.jsonl"


@dataclass(frozen=True)
class _Kept:
    """Standings and the bureau's findings by their keys."""

    standings: Mapping[str, Standing]
    bureau: Mapping[str, tuple[Found, ...]]

    @classmethod
    def read(cls, path: Path) -> _Kept:
        """What was kept; nothing where the file is not there or not ours."""
        standings: dict[str, Standing] = {}
        bureau: dict[str, tuple[Found, ...]] = {}
        try:
            lines = files.read_text(path).splitlines() if path.is_file() else []
            for line in lines:
                row = json.loads(line)
                if "standing" in row:
                    standings[row["key"]] = Standing.model_validate_json(json.dumps(row["standing"]))
                else:
                    bureau[row["key"]] = tuple(Found.model_validate(f) for f in row["bureau"])
        except (UnreadableFile, ValueError, KeyError, TypeError, ValidationError):
            return cls({}, {})
        return cls(standings, bureau)

    def write(self, path: Path) -> None:
        """Keep it for the next time; a place that cannot be written only costs time."""
        rows: list[dict[str, object]] = [
            {"key": key, "standing": s.model_dump(mode="json")} for key, s in self.standings.items()
        ]
        rows += [{"key": key, "bureau": [f.model_dump() for f in found]} for key, found in self.bureau.items()]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        try:
            files.make_private(path.parent)
            files.write(path, text.encode())
        except CannotWrite:
            return


def _checked(office: Office, branches: Sequence[str], as_of: date | None, jobs: int) -> Iterator[tuple[str, Standing]]:
    """Branches checked anew, here or, where many are, in several processes."""
    if jobs == 1 or len(branches) < MANY:
        yield from _check(office, branches, as_of)
        return
    campaign = office.campaign.id if office.workspace.earlier else ""
    chunks = [branches[start : start + _CHUNK] for start in range(0, len(branches), _CHUNK)]
    # spawned, not forked: Typst's threads do not survive a fork
    with ProcessPoolExecutor(max_workers=min(jobs, len(chunks)), mp_context=get_context("spawn")) as pool:
        work = [pool.submit(_check_apart, office.workspace.root, campaign, chunk, as_of) for chunk in chunks]
        for each in work:
            yield from each.result()


def _check_apart(root: Path, campaign: str, branches: Sequence[str], as_of: date | None) -> list[tuple[str, Standing]]:
    with Office.open(root, campaign=campaign) as office:
        return list(_check(office, branches, as_of))


def _check(office: Office, branches: Sequence[str], as_of: date | None) -> Iterator[tuple[str, Standing]]:
    for branch in branches:
        dossier = office.dossier(branch, as_of)
        yield branch, standing(dossier, office.findings(dossier), office.campaign)
