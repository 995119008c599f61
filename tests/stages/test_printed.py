"""Every field of a record is printed on some paper, or its declaration says that none shows it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import pytest

from orglife.core.paper.paper import Sheet
from orglife.core.record.record import Identified, Record
from orglife.core.record.shape import Spec, specs_of
from orglife.core.stage import Stage
from orglife.stages import BY_KEY, STAGES
from orglife.stages.kinds import KINDS
from orglife.stages.plan.record import CheckItem
from tests import branch as b
from tests.marks import thorough

MARK = "印在何处"
PRINTING = [stage for stage in STAGES if not stage.bureau]
TYPED = [kind for kind in KINDS if kind.STAGE in {stage.key for stage in PRINTING}]
INSIDE = "p.inside"  # id of an object that a fixture lacks


class Place(NamedTuple):
    """A field, the way to it from its record, and the lists and objects on that way."""

    spec: Spec
    way: tuple[str | int, ...]
    holders: tuple[Spec, ...]

    @property
    def name(self) -> str:
        return ".".join(str(step) for step in self.way if step != 0)


def places(specs: Sequence[Spec], way: tuple[str | int, ...] = (), holders: tuple[Spec, ...] = ()) -> Iterator[Place]:
    for spec in specs:
        if spec.item is not None:
            step = (*way, spec.name, 0) if spec.kind == "rows" else (*way, spec.name)
            yield from places(specs_of(spec.item), step, (*holders, spec))
        elif not spec.derived:
            yield Place(spec, (*way, spec.name), holders)


def put(record: Any, place: Place, value: Any) -> Any:
    """Set a field of a copy of a record; what should hold it and is not there is made. Returns the copy."""
    changed = at = copy.deepcopy(record)
    for spec in place.holders:
        assert spec.item is not None
        if spec.kind == "rows":
            rows = at.setdefault(spec.name, [])
            if not rows:
                rows.append({"id": INSIDE} if issubclass(spec.item, Identified) else {})
            at = rows[0]
        else:
            at = at.setdefault(spec.name, {})
    at[place.spec.name] = value
    return changed


def values(spec: Spec) -> list[Any]:
    """Values of a field of which at least one is not the one that stands there."""
    keys = [*spec.labels, *(key for name in spec.lists for key in b.campaign().keys(name))]
    if spec.ref in ("member", "person", "target"):
        keys = ["m1", "m2", "m5"]
    return {
        "text": keys or [MARK],
        "lines": [MARK],
        "choice": keys or ["x-other"],
        "count": [7, 77],
        "tick": [True, False],
        "day": ["2024-02-01", "2024-02-02"],
        "clock": ["04:44", "05:55"],
        "person": [{"name": MARK}],
        "people": [[{"name": MARK}]],
        "strings": [["x-other"]],
        "ticks": [[key] for key in keys] or [["x-other"]],
        "map": [{key: "no"} for key in b.campaign().key_checks],
    }[spec.kind]


@cache
def bases() -> tuple[b.Json, ...]:
    """The branch of the fixtures, and those of the demonstration."""
    demo = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted((b.ROOT / "templates/demo").glob("b0*.json"))
    ]
    return (b.branch(), *demo)


def papers(stages: Sequence[Stage], base: b.Json, kind: type[Record], record: b.Json, number: int) -> str:
    """The papers of some stages as one text, with one of the branch's records in the place of another."""
    rows = list(base["records"].get(kind.TYPE, ()))
    rows[number : number + 1] = [record]
    dossier = b.dossier({**base, "records": {**base["records"], kind.TYPE: rows}})
    sheet = Sheet(dossier, b.campaign())
    made = [paper for stage in stages if stage.documents for paper in stage.documents(sheet)]
    return "".join(paper.model_dump_json() for paper in made)


def is_printed(kind: type[Record], place: Place) -> bool:
    """Whether another value gives other papers: in the fixture's branch first, and of the record's own stage first."""
    for base, stages in product(bases(), ([BY_KEY[kind.STAGE]], PRINTING)):
        for number, record in enumerate(base["records"].get(kind.TYPE) or [{"id": "x1"}]):
            changed = (put(record, place, value) for value in (None, *values(place.spec)))
            made = (papers(stages, base, kind, one, number) for one in changed)
            first = next(made)
            if any(other != first for other in made):
                return True
    return False


@thorough
@pytest.mark.parametrize("kind", TYPED, ids=lambda kind: kind.TYPE)
def test_every_field_is_printed_or_declared_unprinted(kind: type[Record]) -> None:
    forgotten = [place.name for place in places(specs_of(kind)) if place.spec.printed and not is_printed(kind, place)]
    assert forgotten == [], (
        f"{kind.TYPE}: these fields are on no paper. Print them in the documents.py of stage {kind.STAGE}; "
        "declare entry(…, printed=False) where no paper is to show them"
    )


def test_a_field_that_no_paper_shows_is_noticed() -> None:
    note = next(place for place in places(specs_of(CheckItem)) if place.name == "note")
    assert not is_printed(CheckItem, note)
