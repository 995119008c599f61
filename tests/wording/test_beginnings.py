"""Labelled sentences cut off after each character: how far the hints about wording reach.

The golden file holds, for each sentence, from which of its characters on another rule hints at it, or it counts as hollow, as
parallel, or as one with a clause of its own: a number of characters that decides is moved nowhere unseen. ``make golden``
rewrites it after a wanted change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

import pytest

from orglife.stages import RULES_BY_ID
from orglife.stages.whole.plain_words import has_clause_without, is_hollow, is_parallel
from orglife.stages.whole.signals import EMPTY_MEASURE
from orglife.stages.whole.wording import SIGNALS, finder
from tests.whole.golden_files import GOLDEN, compare, rows_of
from tests.wording import measure as m

EACH = 6
"""Sentences of each kind and label."""
OWN = "。甲乙丙丁戊己庚辛壬癸子丑寅卯"
"""A clause without any word of a list; it follows each sentence, so that clauses of all lengths do."""


def chosen() -> dict[str, list[str]]:
    """Sentences by kind."""
    found: dict[str, list[str]] = {}
    for (field, _label), group in groupby(sorted(m.sentences()), key=lambda one: one[:2]):
        found.setdefault(field, []).extend(text for _, _, text in [*group][:EACH])
    return found


def turns(look: Callable[[str], object], text: str) -> Iterator[str]:
    """The lengths from which on something else is seen in the beginning of a text."""
    before: object = look("")
    for length in range(1, len(text) + 1):
        if (now := look(text[:length])) != before:
            yield f"{length} {now}"
            before = now


@pytest.mark.parametrize("field", m.PATHS)
def test_beginnings_of_sentences_are_judged_as_before(field: str) -> None:
    finders = {ident: finder(SIGNALS[ident], RULES_BY_ID[ident].params) for ident in m.WITH_PATTERNS}
    clauses = {signal.id: signal.clause for signal in SIGNALS.values() if signal.clause[0]}
    lines: dict[str, object] = {}
    for sentence in chosen()[field]:
        text = sentence + OWN
        seen: dict[str, list[str]] = {
            "hints": [*turns(lambda part: [ident for ident, find in finders.items() if find(part)], text)],
            "hollow": [*turns(is_hollow, sentence)],
            "hollow measure": [*turns(lambda part: is_hollow(part, (), EMPTY_MEASURE.most_residue), sentence)],
            "parallel": [*turns(is_parallel, sentence)],
        }
        for ident, clause in clauses.items():
            seen[f"clause {ident}"] = [*turns(lambda part, clause=clause: has_clause_without(part, *clause), text)]  # type: ignore[misc]
        lines[sentence] = {name: found for name, found in seen.items() if found}
    compare(GOLDEN / f"wording/{field}.json", rows_of(lines))
