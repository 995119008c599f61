"""Every field of a record is printed somewhere, or its declaration says that no paper shows it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pytest

from orglife.core.paper.paper import Sheet
from orglife.core.record.record import Record
from orglife.core.record.shape import Spec, specs_of
from orglife.stages import STAGES
from orglife.stages.kinds import KINDS
from tests import branch as b

Way = tuple[str | int, ...]
MARK = "印在何处"
PRINTING = [stage for stage in STAGES if stage.documents and not stage.bureau]
TYPED = [kind for kind in KINDS if kind.STAGE in {stage.key for stage in STAGES}]


def papers(raw: b.Json) -> str:
    """All papers of a branch as one text."""
    dossier = b.dossier(raw)
    sheet = Sheet(dossier, b.campaign())
    made = [paper for stage in PRINTING if stage.documents for paper in stage.documents(sheet)]
    return "".join(paper.model_dump_json() for paper in made)


@cache
def plain() -> b.Json:
    return b.branch()


def other(spec: Spec, now: Any) -> Any:
    """Another value than the one that stands in a field."""
    keys = [*spec.labels, *(key for name in spec.lists for key in b.campaign().keys(name))]
    if spec.ref in ("member", "person", "target"):
        keys = ["m1", "m2", "m3"]
    one = next((key for key in keys if key != now and key not in (now or ())), "")
    return {
        "text": one or MARK,
        "lines": MARK,
        "choice": one,
        "count": 77,
        "tick": not now,
        "day": "2024-02-01" if now != "2024-02-01" else "2024-02-02",
        "clock": "04:44",
        "person": {"name": MARK},
        "people": [{"name": MARK}],
        "strings": [MARK],
        "ticks": [one],
        "map": {one: "no"},
    }[spec.kind]


def fields(specs: Sequence[Spec], value: Any, way: Way = ()) -> Iterator[tuple[Way, Spec]]:
    for spec in specs:
        if spec.derived:
            continue
        here = (*way, spec.name)
        if spec.item is None:
            yield here, spec
            continue
        inner = (value or {}).get(spec.name)
        row = (inner or [None])[0] if spec.kind == "rows" else inner
        yield from fields(specs_of(spec.item), row, (*here, 0) if spec.kind == "rows" else here)
