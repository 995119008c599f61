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
_TEXT = "甲乙丙丁戊己庚辛壬癸，子丑寅卯辰巳午未申酉戌亥。" * 5
_LENGTHS = (1, 6, 11, 12, 23, 24, 25, 40, 41, 60, 61, 90)  # characters of a text that takes the place of another


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
_SEED = b.campaign()
CAMPAIGNS: tuple[dict[str, Any], ...] = (
    {},
    {"papers": list(PAPERS)},
    {"papers": [], "agenda": [], "member_order": "id"},
    {
        "demands": {**_SEED.demands, **{one: {"source": "三", "quote": "报送"} for one in PAPERS.values() if one}},
        "meeting_start": date(2024, 2, 21),
        "meeting_end": date(2024, 3, 3),
        "grades": ["excellent", "qualified", "unqualified"],
        "rect_sources": ["meeting", "opinions"],
    },
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


@cache
def _days() -> list[str]:
    """The days that the branches name."""
    return sorted({one for values in _values().values() for one in values if _DAY.fullmatch(str(one))})


@cache
def _records() -> dict[str, list[b.Json]]:
    """Record type → the records of all branches."""
    found: dict[str, list[b.Json]] = defaultdict(list)
    for number in range(len(BASES)):
        for kind, rows in json.loads(_base(number))["records"].items():
            found[kind] += rows[:3]
    return {kind: rows for kind, rows in found.items() if rows}


def _renamed(value: Any, suffix: str) -> Any:
    """A record with other ids, of itself and of its parts."""
    if isinstance(value, dict):
        return {key: f"{part}{suffix}" if key == "id" else _renamed(part, suffix) for key, part in value.items()}
    return [_renamed(part, suffix) for part in value] if isinstance(value, list) else value


def _added(kind: str, rng: random.Random) -> list[b.Json]:
    """Records of other branches, for three of ten types."""
    if kind == "member" or rng.random() > 0.3:
        return []
    return [
        _renamed(one, f"z{number}") for number, one in enumerate(rng.choices(_records()[kind], k=rng.randint(1, 2)))
    ]


def _moved(value: str, rng: random.Random) -> str:
    """A day or a clock time near another one, or a day on which something else was."""
    if _DAY.fullmatch(value) and rng.random() < 0.5:
        return rng.choice(_days())
    if _DAY.fullmatch(value):
        days = rng.choice([-40, -8, -7, -2, -1, 1, 2, 7, 8, 40])
        return (date.fromisoformat(value) + timedelta(days=days)).isoformat()
    return f"{rng.randint(8, 18):02d}:{rng.choice([0, 30]):02d}"


def _changed(value: Any, path: str, rng: random.Random) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return rng.choice([0, max(value - 1, 0), value + 1, value + 1, value + 2, 12, 13])
    if isinstance(value, str) and rng.random() < 0.5 and (_DAY.fullmatch(value) or _CLOCK.fullmatch(value)):
        return _moved(value, rng)
    if isinstance(value, str) and len(re.findall("[一-鿿]", value)) > 4 and rng.random() < 0.6:
        return _TEXT[: rng.choice(_LENGTHS)]
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
    share = rng.choice([0.02, 0.06, 0.15])
    records = {
        kind: [
            _varied(one, f"/{kind}/", rng, share)
            for one in [*raw["records"].get(kind, ()), *_added(kind, rng)]
            if kind == "member" or rng.random() >= share / 3
        ]
        for kind in _records()
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
