"""What is found, printed, hinted and filled in for branches changed at random: a line with digests for each part of a stage.

``test_golden.py`` shows all this in full for a few branches; here many conditions meet that no whole branch meets. ``make
golden`` rewrites these files after a wanted change: look at what a branch says before you accept one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from orglife.core.formview import EntryTable, FollowUp, Layout, Ledger, Pairs, TableView, Ticks
from orglife.core.paper.changes import compare_records
from orglife.core.paper.paper import Sheet
from orglife.core.rule.finding import Finding
from orglife.core.stage import Stage
from orglife.stages import STAGES
from orglife.stages.kinds import BY_TYPE
from tests.whole import varied_branches as varied
from tests.whole.golden_files import GOLDEN, compare, rows_of
from tests.whole.test_golden import looks
from tests.whole.test_sizes import digest

OF_BRANCHES = [stage for stage in STAGES if not stage.bureau]


def _views(layout: Layout, sheet: Sheet) -> Iterator[Any]:
    """What stands in the views of a stage and below them."""
    dossier, campaign = sheet.dossier, sheet.campaign
    for view in layout.views:
        if isinstance(view, Pairs):
            yield [sorted(map(sorted, view.must(dossier))), view.left(dossier, campaign)]
        elif isinstance(view, Ticks):
            values = [one.to_json() for one in dossier.all(view.kind)]
            yield [[view.title(one), sorted(view.later(one))] for one in values]
        elif isinstance(view, TableView | EntryTable | FollowUp):
            records = dossier.all(view.kind)
            yield view.live(records, dossier, campaign)
            if isinstance(view, EntryTable):
                yield [[one.key, one.values] for one in view.proposals(dossier, campaign)]
            if not isinstance(view, TableView) and view.order:
                yield [view.order(one.to_json(), dossier, campaign) for one in records]
        elif isinstance(view, Ledger):
            rows = view.rows(dossier, campaign)
            yield [[*row] for row in rows]
            yield view.sums(rows)
    yield [[figure.title, figure.alternative] for figure in layout.figures(sheet)]


def _filled(layout: Layout, sheet: Sheet) -> Iterator[Any]:
    """What new entries begin with, what follows from the values of entries, and what is taken from elsewhere."""
    dossier, campaign = sheet.dossier, sheet.campaign
    subjects = [[subject.id for subject in finding.subjects] for finding in sheet.findings[::7]]
    for begin in layout.begin.values():
        yield begin(dossier, campaign)
    for begin_for in layout.begin_for.values():
        yield [begin_for(dossier, ids, campaign) for ids in [*subjects, [next(iter(dossier.members), "")]]]
    for kind, fill in layout.fill.items():
        made: list[Any] = []
        for record in dossier.all(BY_TYPE[kind])[:12]:
            values = record.to_json()
            made += [fill({**values, name: ""}, {name}, dossier, campaign) for name in values if name != "id"]
            made += [fill(values, names, dossier, campaign) for names in ((), *([name] for name in values))]
        yield made
    for kind, taken in layout.taken.items():
        for source in taken.values():
            yield [source.value(one.to_json(), dossier, campaign) for one in dossier.all(BY_TYPE[kind])]


def _hints(layout: Layout, sheet: Sheet) -> dict[str, Any]:
    """What is said beside the fields of each record, and of a new one."""
    return {
        kind: [
            looks(live(record, sheet.dossier, sheet.campaign))
            for record in [*sheet.dossier.all(BY_TYPE[kind]), BY_TYPE[kind](id=f"new-{kind}")]
        ]
        for kind, live in layout.live.items()
    }


def _found(findings: list[Finding]) -> list[str]:
    """For each rule how often it fires, and a digest of all its sentences."""
    by_rule = defaultdict[str, list[Any]](list)
    for one in findings:
        by_rule[one.rule].append(
            [one.severity, one.message, one.fix, one.field, *(subject.id for subject in one.subjects)]
        )
    return [f"{rule} {len(rows)} {digest(rows)}" for rule, rows in by_rule.items()]


def _changes(stage: Stage, sheet: Sheet) -> Iterator[Any]:
    """What differs between records of one type, as the history tells it; the first one is new, the last one is removed."""
    for kind in stage.records:
        records = sheet.dossier.all(kind)[:6]
        for before, after in zip([None, *records], [*records, None], strict=True):
            yield compare_records(before, after, sheet)


def _lines(stage: Stage, sheet: Sheet) -> Iterator[tuple[str, Any]]:
    rules = {rule.id for rule in stage.rules}
    yield "findings", _found([one for one in sheet.findings if one.rule in rules])
    for name, make in (("papers", stage.documents), ("blanks", stage.blanks)):
        if make:
            yield name, [f"{one.form} {one.subject} {digest(one.model_dump(mode='json'))}" for one in make(sheet)]
    if stage.numbers:
        yield "numbers", digest(stage.numbers(sheet))
    yield "hints", {kind: digest(found) for kind, found in _hints(stage.layout, sheet).items()}
    yield "filled", [digest(found) for found in _filled(stage.layout, sheet)]
    yield "changes", digest([*_changes(stage, sheet)])
    yield "views", [digest(found) for found in _views(stage.layout, sheet)]


@pytest.mark.parametrize("seed", range(98))
def test_a_branch_with_odd_and_missing_values(seed: int) -> None:
    sheet = varied.sheet(seed)
    found = {f"{stage.key} {name}": line for stage in OF_BRANCHES for name, line in _lines(stage, sheet) if line}
    compare(GOLDEN / f"varied/branch-{seed}.json", rows_of(found))
