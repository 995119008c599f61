"""The overview of a workspace; results of unchanged branches are cached (``standings_cache``).

The bureau's rules compare all branches. Of many, only those are read whose texts may be alike by their prints
(``outline_prints``), which are made when a branch is checked.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType

from orglife.adapters.engine import processes
from orglife.adapters.store.store import BUREAU
from orglife.bureau.outline_prints import OutlinePrint, StoredPrints, with_texts_alike
from orglife.bureau.overview import Overview
from orglife.bureau.sealed import digest
from orglife.bureau.standing import Standing, standing, standing_finding
from orglife.bureau.standings_cache import CachedRow, CacheKeys, holding, on_day, place_of, read_rows, write_rows
from orglife.core.building import build_models
from orglife.core.record.branch import Branch, Member
from orglife.core.record.day import Watched
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import recorded_days
from orglife.office.dossiers import part_of
from orglife.office.office import Office
from orglife.stages.report.record import RedoOrder
from orglife.stages.reviews.record import MemberReview, TeamReview

MANY = 60
"""Minimum number of branches to check for which starting more processes pays."""
PRINTED = 60
"""From this number of branches, prints of their texts choose those that the bureau's rules read."""
READ = 8
"""Reading this many branches for the bureau's rules takes as long as checking one."""
_CHUNK = 20
COMPARED = (Member, MemberReview, TeamReview, RedoOrder)
"""The record types that the bureau's rules read."""
_NOTHING_READ: Mapping[str, Dossier] = MappingProxyType({})
PART, PRINT = "part", "print"
"""What is returned with a branch that is read: its records of the types above, or the print of its texts."""


def survey(office: Office, as_of: date | None = None, *, jobs: int = 1, branches_only: bool = False) -> Overview:
    """The overview of all branches of a workspace.

    Args:
        office: The open workspace.
        as_of: Date of the check; None = per branch the latest date of its records, for the bureau the latest of all.
        jobs: Number of processes, used if many branches are to be checked.
        branches_only: Leave out the bureau's rules, which compare every outline with every other.
    """
    keys, place, today = CacheKeys.of(office, as_of), place_of(office, as_of), as_of or date.today()
    cached = read_rows(place)
    key_by_branch = {branch: keys.branch(branch) for branch in office.branches()}
    all_key = digest([keys.common, keys.marks.get(BUREAU, ""), *key_by_branch.values()])
    whole = holding(cached, all_key, today)
    compares = whole is None and not branches_only
    rows = {branch: row for branch, key in key_by_branch.items() if (row := holding(cached, key, today)) is not None}
    needed = _Needed.of(office, keys, key_by_branch, compares=compares, checks=len(rows) < len(key_by_branch))
    asked = [
        _Asked(b, key, rows.get(b), needed.brings(b))
        for b, key in key_by_branch.items()
        if b not in rows or needed.brings(b)
    ]
    fresh = any(one.known is None for one in asked)
    parts: dict[str, Dossier] = {}
    for look in _looks(office, asked, as_of, jobs):
        rows[look.branch] = look.row
        if look.part is not None:
            parts[look.branch] = look.part
        if look.print is not None:
            needed.keep(look.branch, look.print)
    needed.write()
    standings = [on_day(rows[branch], as_of) for branch in key_by_branch]
    day = as_of or max((s.as_of for s in standings), default=today)
    if compares:
        read = needed.chosen(office, parts)
        whole = _compared(office, all_key, read_parts(office, standings, read, parts), rows.values(), as_of, day)
        whole = whole.model_copy(update={"read": tuple(sorted(read))})
    if compares or fresh:
        last = [whole] if whole is not None else [row for row in rows.values() if row.bureau is not None]
        write_rows(place, [*(rows[branch] for branch in key_by_branch), *last])
    findings, read_branches = (whole.bureau or (), whole.read) if whole is not None else ((), ())
    return Overview(office.campaign, standings, office.bureau([], day), findings, day, frozenset(read_branches))


def branch_keys(office: Office, as_of: date | None) -> dict[str, str]:
    """Branch → a string that changes with everything that its standing depends on except the date; the bureau too."""
    keys = CacheKeys.of(office, as_of)
    return {branch: keys.branch(branch) for branch in keys.marks}


def checked(office: Office, branch: str, as_of: date | None) -> Standing:
    """Check one branch, without reading or writing the cache."""
    return on_day(_checked(office, office.dossier(branch, as_of), "", as_of), as_of)


def read_parts(
    office: Office, standings: Iterable[Standing], read: Container[str], parts: Mapping[str, Dossier] = _NOTHING_READ
) -> list[Dossier]:
    """The dossiers for the bureau's rules: with the records of some branches, of the others with the name alone.

    Args:
        office: The workspace.
        standings: All branches.
        read: The branches whose records are read.
        parts: Those that were read already.
    """
    with office.still():
        return [
            (parts.get(one.branch) or office.part(one.branch, COMPARED, one.as_of))
            if one.branch in read
            else _without_records(office, one)
            for one in standings
        ]


def _without_records(office: Office, one: Standing) -> Dossier:
    own = Branch(id=one.branch, name=one.name)
    return part_of(Dossier(office.campaign.id, own, {k.TYPE: () for k in COMPARED}, one.as_of), COMPARED)


@dataclass(frozen=True)
class _Needed:
    """What the bureau's rules need of each branch: of few branches their records, of many first a print.

    Attributes:
        keys: Branch → the key of its print.
        prints: The prints of many branches; None = there are few, or none is needed.
        compares: Whether the bureau's rules run.
    """

    keys: Mapping[str, str]
    prints: StoredPrints | None
    compares: bool

    @classmethod
    def of(cls, office: Office, keys: CacheKeys, branches: Iterable[str], *, compares: bool, checks: bool) -> _Needed:
        own = {branch: keys.print(branch) for branch in branches}
        path = office.workspace.root / ".orglife" / f"outlines-{office.campaign.id}.bin"
        prints = StoredPrints.read(path) if len(own) >= PRINTED and (compares or checks) else None
        return cls(own, prints, compares)

    def brings(self, branch: str) -> str:
        """What to return with the branch: a print, its part, or nothing."""
        if self.prints is not None:
            return "" if self.prints.has(self.keys[branch]) else PRINT
        return PART if self.compares else ""

    def keep(self, branch: str, data: bytes) -> None:
        """Keep a print that was made."""
        if self.prints is not None:
            self.prints.put(self.keys[branch], data)

    def write(self) -> None:
        """Write the prints that were made."""
        if self.prints is not None:
            self.prints.write(self.keys.values())

    def chosen(self, office: Office, parts: Mapping[str, Dossier]) -> set[str]:
        """The branches whose records the bureau's rules need; in those of others they would find nothing."""
        if self.prints is None:
            return set(parts)
        known = {branch: self.prints.take(key) for branch, key in self.keys.items()}
        readable = {branch: one for branch, one in known.items() if one is not None}
        damaged_or_ordered = {branch for branch, one in known.items() if one is None or one.orders}
        return with_texts_alike(readable, office.campaign) | damaged_or_ordered


# --- checking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """A branch to read or check.

    Attributes:
        known: Its cached row; None = check it.
        brings: What to bring along: ``PART``, ``PRINT`` or "".
    """

    branch: str
    key: str
    known: CachedRow | None
    brings: str


@dataclass(frozen=True)
class _Look:
    """A branch's row, with its part or print if requested."""

    branch: str
    row: CachedRow
    part: Dossier | None = None
    print: bytes | None = None


def _looks(office: Office, asked: Sequence[_Asked], as_of: date | None, jobs: int) -> Iterator[_Look]:
    """Read or check branches, here or, if there are many, in several processes."""
    checks = sum(one.known is None for one in asked)
    if jobs == 1 or checks + (len(asked) - checks) // READ < MANY:
        with office.still():
            yield from (_look(office, one, as_of) for one in asked)
        return
    campaign = office.campaign.id if office.workspace.earlier else ""
    chunks = [asked[start : start + _CHUNK] for start in range(0, len(asked), _CHUNK)]
    build_models()
    # fork only a process with a single thread: threads, e.g. Typst's, do not survive a fork
    context = get_context("fork" if sys.platform == "linux" and processes.threads() == 1 else "spawn")
    arguments = (office.workspace.root, campaign)
    with _uncollected(), ProcessPoolExecutor(min(jobs, len(chunks)), context, _begin, arguments) as pool:
        for work in [pool.submit(_looks_apart, chunk, as_of) for chunk in chunks]:
            yield from work.result()


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Pause the garbage collector: all objects made here stay alive, and scanning them costs time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


_apart: list[Office] = []
"""In a worker process: its open workspace."""


def _begin(root: Path, campaign: str) -> None:
    gc.enable()
    gc.freeze()
    _apart[:] = [Office.open(root, campaign=campaign)]


def _looks_apart(asked: Sequence[_Asked], as_of: date | None) -> list[_Look]:
    with _apart[0].still():
        return [_look(_apart[0], one, as_of) for one in asked]


def _look(office: Office, asked: _Asked, as_of: date | None) -> _Look:
    if asked.known is not None:
        day = on_day(asked.known, as_of).as_of
        part = office.part(asked.branch, COMPARED, day)
        return _brought(office, asked, asked.known, part)
    dossier = office.dossier(asked.branch, as_of)
    return _brought(office, asked, _checked(office, dossier, asked.key, as_of), dossier)


def _brought(office: Office, asked: _Asked, row: CachedRow, dossier: Dossier) -> _Look:
    if asked.brings == PRINT:
        return _Look(asked.branch, row, print=OutlinePrint.of(dossier, office.campaign).to_bytes())
    return _Look(asked.branch, row, part_of(dossier, COMPARED) if asked.brings else None)


def _checked(office: Office, dossier: Dossier, key: str, as_of: date | None) -> CachedRow:
    """Check a branch."""
    if as_of is None:
        since, until = _latest_between(dossier, date.today())
        return CachedRow(
            key=key, since=since, until=until, standing=standing(dossier, office.findings(dossier), office.campaign)
        )
    day = Watched(as_of)
    watched = replace(dossier, as_of=day)
    result = standing(watched, office.findings(watched), office.campaign).model_copy(update={"as_of": as_of})
    return CachedRow(key=key, since=day.since, until=day.until, standing=result)


def _latest_between(dossier: Dossier, today: date) -> tuple[date, date]:
    """The first and last calendar date on which a dossier's latest record date is the same as today."""
    days = {day for record in dossier.everything() for day in recorded_days(record)}
    past, coming = [d for d in days if d <= today], [d for d in days if d > today]
    if not past:
        return today, today
    return max(past), min(coming) - timedelta(days=1) if coming else date.max


def _compared(
    office: Office, key: str, parts: Sequence[Dossier], rows: Iterable[CachedRow], as_of: date | None, day: date
) -> CachedRow:
    """Run the bureau's rules over all branches."""
    watched = Watched(day)
    dossiers = [replace(part, as_of=watched) for part in parts] if as_of else parts
    with _uncollected():
        findings = tuple(standing_finding(f) for f in office.bureau_findings(dossiers, watched))
    since, until = watched.since, watched.until
    if as_of is None:  # the day follows from the branches
        spans = [(row.since, row.until) for row in rows]
        since, until = max((s for s, _ in spans), default=day), min((u for _, u in spans), default=day)
    return CachedRow(key=key, since=since, until=until, bureau=findings)
