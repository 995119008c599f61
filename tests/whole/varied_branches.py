"""Branches changed at random, for a number each: values blanked, exchanged for others of the same field, days and votes moved.

What comes out is odd and incomplete, yet each value is one that somebody may enter. Papers, findings and hints of such a
branch show conditions that the whole branches never meet.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any

from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import PAPERS, Campaign
from orglife.stages import RULES
from tests import branch as b
from tests.home.before import before
from tests.stages.test_wanted_papers import with_every_paper
from tests.whole import unusual
from tests.whole.generate import EXCUSES, generated

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK = re.compile(r"\d{2}:\d{2}")
_MOST = 30  # values of a field that are exchanged for each other


def _every_paper() -> b.Json:
    """The test branch with a record for each paper that a campaign may want."""
    dossier = with_every_paper().dossier
    records = {kind: [one.to_json() for one in found] for kind, found in dossier.records.items()}
    return {**b.branch(), "records": records}


BASES: tuple[Callable[[], b.Json], ...] = (
    b.branch,
    unusual.branch,
    unusual.blank,
    _every_paper,
    before,
    lambda: generated(9, seed=9, committee=True, excused=EXCUSES[:3], probationary=1),
    lambda: generated(18, seed=18, committee=True, groups=2, excused=EXCUSES[:4], probationary=2),
)
CAMPAIGNS: tuple[dict[str, Any], ...] = (
    {},
    {"papers": list(PAPERS)},
    {"papers": [], "agenda": [], "member_order": "id"},
)
"""What the campaign says otherwise than the seed campaign."""


@cache
def _base(number: int) -> str:
    return json.dumps(BASES[number](), ensure_ascii=False)


@cache
def _values() -> dict[str, list[Any]]:
    """Field of a record type → the values that it has in any of the branches."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)

    def note(path: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, part in value.items():
                note(f"{path}/{key}", part)
        elif isinstance(value, list):
            for part in value:
                note(f"{path}/", part)
        else:
            found[path][json.dumps(value)] = value

    for number in range(len(BASES)):
        note("", json.loads(_base(number))["records"])
    return {path: [*values.values()][:_MOST] for path, values in found.items()}


def _moved(value: str, rng: random.Random) -> str:
    """A day or a clock time near another one."""
    if _DAY.fullmatch(value):
        days = rng.choice([-40, -8, -7, -2, -1, 1, 2, 7, 8, 40])
        return (date.fromisoformat(value) + timedelta(days=days)).isoformat()
    return f"{rng.randint(8, 18):02d}:{rng.choice([0, 30]):02d}"


def _changed(value: Any, path: str, rng: random.Random) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return max(value + rng.choice([-1, 1, 1, 2]), 0)
    if isinstance(value, str) and rng.random() < 0.5 and (_DAY.fullmatch(value) or _CLOCK.fullmatch(value)):
        return _moved(value, rng)
    return rng.choice(_values()[path])


def _varied(value: Any, path: str, rng: random.Random, share: float) -> Any:
    """A value of which a share of the fields is blank or another."""
    if isinstance(value, dict):
        found = {}
        for key, part in value.items():
            if key not in {"id", "round", "name"} and rng.random() < share / 2:
                continue  # left blank
            found[key] = part if key == "id" else _varied(part, f"{path}/{key}", rng, share)
        return found
    if isinstance(value, list):
        kept = [part for part in value if rng.random() >= share / 2]
        parts = [_varied(part, f"{path}/", rng, share) for part in kept]
        return parts if any(isinstance(part, dict) for part in parts) else list(dict.fromkeys(parts))
    return _changed(value, path, rng) if not path.endswith("/round") and rng.random() < share else value


def branch(seed: int) -> b.Json:
    """A branch of a number."""
    rng = random.Random(seed)
    raw = json.loads(_base(seed % len(BASES)))
    share = rng.choice([0.04, 0.1, 0.25])
    records = {
        kind: [_varied(one, f"/{kind}/", rng, share) for one in rows if kind == "member" or rng.random() >= share / 3]
        for kind, rows in raw["records"].items()
    }
    return {**raw, "branch": _own(raw["branch"], rng), "records": records}


def _own(own: b.Json, rng: random.Random) -> b.Json:
    """The branch's own data."""
    other = {"has_committee": rng.random() < 0.5, "superior": rng.choice(["", own.get("superior", "")])}
    return {**own, **other} if rng.random() < 0.4 else own


def campaign(seed: int) -> Campaign:
    """The campaign of a number."""
    return b.campaign(**CAMPAIGNS[seed % len(CAMPAIGNS)])


def sheet(seed: int) -> Sheet:
    """The branch of a number with its findings."""
    dossier, used = dossier_of(seed), campaign(seed)
    return Sheet(dossier, used, b.findings(RULES, dossier, used))


def dossier_of(seed: int) -> Dossier:
    """The branch of a number on some day."""
    return b.dossier(branch(seed), as_of=b.AS_OF + timedelta(days=random.Random(seed).choice([-25, -10, 0, 0, 30])))
