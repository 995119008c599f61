"""Every rule around the cases of tests/cases: what it says there in full, and what it says when one thing is changed.

Changed are the numbers that a campaign may set, the day, and each field of the records that a case is about. A golden file for
each rule holds the differences; a comparison that is off by one, or a part of a condition that is missing, shows there.
``make golden`` rewrites them after a wanted change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest

from orglife.core.errors import BadInput
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier
from orglife.core.rule.rule import Rule
from orglife.stages import RULES
from orglife.stages.kinds import BY_TYPE
from orglife.stages.whole.overrides import CHOICES
from tests import branch as b
from tests.marks import thorough
from tests.stages.test_cases import CASES, dossier_of
from tests.whole.golden_files import GOLDEN, compare, rows_of
from tests.whole.test_changes import leaves, put

NUMBERS = (0, 3, 12, 40, 75, 101)
"""Values of a number that are tried in any case, beside those around the default."""
DAYS = ["2024-02-20", "2024-02-21", "2024-06-16"]
Found = list[str]


def of_rule(rule: Rule) -> list[dict[str, Any]]:
    return [case for _, case in CASES if case["rule"] == rule.id]


def raw_of(case: dict[str, Any]) -> b.Json:
    return b.changed(b.branch(), put=case.get("put"), remove=case.get("remove"), add=case.get("add"))


def found(rule: Rule, dossier: Dossier, case: dict[str, Any], **params: Any) -> Found:
    """On what a rule says something, and the field that it opens."""
    changes = dict(case.get("campaign", {}))
    if params:
        own = dict(changes.get("override", {}))
        before = own.get(rule.id, {})
        own[rule.id] = {**before, "params": {**before.get("params", {}), **params}}
        changes["override"] = own
    made = b.findings((rule,), dossier, b.campaign(**changes))
    return [f"{'todo ' if f.is_todo else ''}{' '.join(s.id for s in f.subjects)} {f.field or ''}".strip() for f in made]


def difference(now: Found, before: Found) -> list[str]:
    return [*(f"+{one}" for one in now if one not in before), *(f"-{one}" for one in before if one not in now)]


def numbers(rule: Rule, name: str) -> list[Any]:
    """The values of a parameter that are tried; none of patterns and lists."""
    default = rule.params[name]
    if type(default) is int:
        return sorted({*NUMBERS, default - 1, default, default + 1} - ({0, -1} if name.endswith("_den") else {-1}))
    if type(default) is bool:
        return [False, True]
    return list(CHOICES.get(name, DAYS if name == "effective_from" else ()))


def turns(at: Callable[[Any], Found], values: list[Any]) -> Iterator[tuple[Any, list[str]]]:
    """Each value from which on something else is found, and the difference; numbers between two values are tried too."""
    known = {value: at(value) for value in values}

    def between(low: int, high: int) -> Iterator[tuple[int, int]]:
        middle = (low + high) // 2
        if known[low] == known[high] or middle == low:
            yield low, high
            return
        known[middle] = at(middle)
        yield from between(low, middle)
        yield from between(middle, high)

    for low, high in pairwise(values):
        for before, value in between(low, high) if type(low) is int else [(low, high)]:
            if change := difference(known[value], known[before]):
                yield value, change


def days(case: dict[str, Any]) -> Iterator[date]:
    """The days beside that of the case; the day of the meeting and the one before, and days about the limits after it."""
    day = case.get("as_of", b.AS_OF)
    yield from (day - timedelta(days=1), day + timedelta(days=1))
    yield from (date(2024, 2, 19), date(2024, 2, 20), date(2024, 2, 28), date(2024, 3, 1))


def about(raw: b.Json, case: dict[str, Any]) -> Iterator[tuple[str, list[b.Json], int]]:
    """The records that a case is about: of its findings, and those that it changes or adds; each with its place."""
    idents = {ident for subjects in case["expect"] for ident in subjects}
    idents |= {path.split("/")[1] for path in case.get("put", {}) if path.count("/") > 1}
    idents |= {record["id"] for records in case.get("add", {}).values() for record in records if "id" in record}
    for name, rows in raw["records"].items():
        for place, row in enumerate(rows):
            if row.get("id") in idents:
                yield name, rows, place


@thorough
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_a_rule_says_in_its_cases(rule: Rule) -> None:
    lines: dict[str, Any] = {}
    for case in of_rule(rule):
        for number, f in enumerate(b.findings((rule,), dossier_of(case), b.campaign(**case.get("campaign", {}))), 1):
            how = [f.severity.value, f.effect.value, "todo" if f.is_todo else "due", f.field or "", f.cause]
            lines[f"{case['name']} {number}"] = [" ".join(s.id for s in f.subjects), *how, f.message, f.fix]
    compare(GOLDEN / f"rules/{rule.id}.json", rows_of(lines))


@thorough
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_a_rule_says_when_one_thing_in_a_case_is_changed(rule: Rule) -> None:
    """Of the first case only, and in the first record that it is about: all would take minutes."""
    lines: dict[str, Any] = {}
    case = of_rule(rule)[0]
    dossier, raw = dossier_of(case), raw_of(case)
    before = found(rule, dossier, case)
    for name in rule.params:
        for value, change in turns(lambda v: found(rule, dossier, case, **{name: v}), numbers(rule, name)):  # noqa: B023
            lines[f"{case['name']}: {name} {value}"] = change
    for day in days(case):
        if change := difference(found(rule, replace(dossier, as_of=day), case), before):
            lines[f"{case['name']}: on {day}"] = change
    for kind, rows, place in islice(about(raw, case), 1):
        body = rows[place]
        for path, others in leaves(BY_TYPE.get(kind, Branch), body):
            for value in others:
                changed = {kind: [*rows[:place], put(body, path, value), *rows[place + 1 :]]}
                with suppress(BadInput):
                    records = {**dossier.records, kind: b.dossier({**raw, "records": changed}).records[kind]}
                    if change := difference(found(rule, replace(dossier, records=records), case), before):
                        lines[f"{case['name']}: {body['id']}.{'.'.join(map(str, path))} = {value}"] = change
    compare(GOLDEN / f"rules/{rule.id}-changed.json", rows_of(lines))
