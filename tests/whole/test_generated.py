"""Complete branches of every size hear nothing; order, names and a common move of all days change no finding."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Finding
from orglife.stages import RULES
from orglife.stages.whole.copies import outlines
from tests import branch as b
from tests.marks import thorough
from tests.whole.faults import FAULTS
from tests.whole.generate import EXCUSES, generated
from tests.whole.planting import common_branch, planted

Json = dict[str, Any]
SIZES = range(3, 61)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
CAMPAIGN_DAYS = ("plan_deadline", "meeting_start", "meeting_end", "finish_by", "report_by")
OWN_DAY = {"DISP-10", "DISP-11"}
"""Rules with a date of their own."""


def counted(found: list[Finding]) -> list[str]:
    return [f"{f.rule} {f.message}" for f in found if f.counts and f.severity != "info"]


def shapes(size: int) -> Iterator[Json]:
    """What a branch of a size may look like: everybody there; some excused and probationary; in groups when it is big."""
    some: Json = {"excused": EXCUSES[: (size - 3) // 4], "probationary": size // 8}
    # three in a row of the ways not to come, another three for the next size: small branches meet all of them
    turned = (EXCUSES[size % 6 :] + EXCUSES)[: min((size - 3) // 4, 6)]
    yield {"committee": True}
    yield {"committee": True, **some}
    yield {"committee": False, "excused": turned, "probationary": (size - 3) // 5}
    if size >= 16:
        yield {"committee": True, "groups": size // 8, **some}


@thorough
@pytest.mark.parametrize("size", SIZES)
def test_an_honest_branch_of_any_size_hears_nothing(size: int) -> None:
    for shape in shapes(size):
        dossier = b.dossier(generated(size, seed=size, **shape))
        assert len(dossier.members) == size
        found = b.findings(RULES, dossier, checkpoint="close")
        assert counted(found) == [], shape
        assert {f.rule for f in found} - {"CRIT-02"} <= {f"ARCH-{n:02d}" for n in range(1, 5)}, shape


@pytest.mark.parametrize("size", [3, 4, 5, 6])
def test_a_small_branch_needs_no_committee(size: int) -> None:
    raw = generated(size, committee=False)
    assert "type" not in raw["branch"]
    assert counted(b.findings(RULES, b.dossier(raw), checkpoint="close")) == []


@pytest.mark.parametrize("seed", range(6))
def test_another_seed_is_another_branch_as_quiet(seed: int) -> None:
    raw = generated(31, committee=True, groups=3, excused=EXCUSES, probationary=4, seed=seed)
    assert raw == generated(31, committee=True, groups=3, excused=EXCUSES, probationary=4, seed=seed)
    assert raw != generated(31, committee=True, groups=3, excused=EXCUSES, probationary=4, seed=seed + 1)
    assert counted(b.findings(RULES, b.dossier(raw), checkpoint="close")) == []


def test_the_outlines_are_long_enough_to_be_compared() -> None:
    found = outlines(b.dossier(generated(60, committee=True)))
    assert sum(len(o.masked) >= 150 for o in found) == 60
    assert len({o.text for o in found}) == 60


def damaged(seed: int) -> Json:
    """A generated branch with four faults, so that there is something to be found."""
    chosen = random.Random(seed).sample(FAULTS, 4)
    raw = common_branch(seed)
    for fault in chosen:
        try:
            raw = planted(raw, fault)
        except (IndexError, KeyError, StopIteration, ValueError):
            continue  # another fault took away what this one would damage
    return raw


def rules_and_subjects(raw: Json, campaign: Campaign | None = None, as_of: date = b.AS_OF) -> list[Any]:
    found = b.findings(RULES, b.dossier(raw, as_of=as_of), campaign, checkpoint="close")
    return sorted((f.rule, tuple(s.id for s in f.subjects), f.field or "", f.severity, f.due) for f in found)


def turned(value: Any, shuffle: random.Random) -> Json:
    """The records entered in another order."""
    records = {kind: shuffle.sample(list(entries), len(entries)) for kind, entries in value["records"].items()}
    kinds = shuffle.sample(list(records), len(records))
    return {**value, "records": {kind: records[kind] for kind in kinds}}


FEW = settings(max_examples=12, deadline=None, derandomize=True, database=None)
MANY = settings(max_examples=200, deadline=None, derandomize=True, database=None)
SEEDS = st.integers(min_value=0, max_value=10_000)


def both(property_: Callable[..., None], **strategies: Any) -> tuple[Callable[..., None], Callable[..., None]]:
    """A property with a few examples, and with many for the long run."""
    return FEW(given(**strategies)(property_)), pytest.mark.soak(MANY(given(**strategies)(copy_of(property_))))


def copy_of(property_: Callable[..., None]) -> Callable[..., None]:
    def again(**arguments: Any) -> None:
        property_(**arguments)

    return again


def order_changes_nothing(seed: int) -> None:
    raw = damaged(seed)
    first, second = (
        b.findings(RULES, b.dossier(r), checkpoint="close") for r in (raw, turned(raw, random.Random(seed)))
    )
    assert [f.to_json() for f in first] == [f.to_json() for f in second]


def names_change_nothing(seed: int) -> None:
    raw = damaged(seed)
    renamed = copy.deepcopy(raw)
    for number, member in enumerate(renamed["records"]["member"]):
        member["name"] = f"欧阳{'霁霂霈霏霓霖霙'[number % 7]}{'珏琤珩珮琚璘瑀'[number // 7 % 7]}"
    before, after = (b.findings(RULES, b.dossier(r), checkpoint="close") for r in (raw, renamed))
    names = {
        m["name"]: new["name"] for m, new in zip(raw["records"]["member"], renamed["records"]["member"], strict=True)
    }

    def plain(finding: Finding) -> Any:
        text = json.dumps(finding.to_json(), ensure_ascii=False)
        for old, new in names.items():
            text = text.replace(old, "某").replace(new, "某")
        return re.sub(r"某(同志)?|\.\.\.|…+", "某", text)

    assert [plain(f) for f in before] == [plain(f) for f in after]


def moved(value: Any, days: int) -> Any:
    """Every day in it so many days later."""
    if isinstance(value, dict):
        return {key: moved(inner, days) for key, inner in value.items()}
    if isinstance(value, list):
        return [moved(inner, days) for inner in value]
    if isinstance(value, str) and DAY.fullmatch(value):
        return (date.fromisoformat(value) + timedelta(days=days)).isoformat()
    return value


def moved_campaign(days: int) -> Campaign:
    plan = b.campaign()
    step = timedelta(days=days)
    changes: Json = {k: getattr(plan, k) + step for k in CAMPAIGN_DAYS if getattr(plan, k)}
    materials = [m.model_dump() | ({"published": m.published + step} if m.published else {}) for m in plan.materials]
    return b.campaign(**changes, materials=materials)


def days_change_nothing(seed: int, days: int) -> None:
    raw = damaged(seed)
    late = rules_and_subjects(moved(raw, days), moved_campaign(days), b.AS_OF + timedelta(days=days))
    assert [f for f in late if f[0] not in OWN_DAY] == [f for f in rules_and_subjects(raw) if f[0] not in OWN_DAY]


test_order_of_entry, test_order_of_entry_long = both(order_changes_nothing, seed=SEEDS)
test_names, test_names_long = both(names_change_nothing, seed=SEEDS)
test_days, test_days_long = both(
    days_change_nothing, seed=SEEDS, days=st.sampled_from([-366, -1, 1, 7, 29, 365, 366, 1461, 3653])
)
