"""Score the units of a notice for each field and demand: one linear model each, read from ``weights.bin``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from orglife.notice.model import FIELDS, Notice, NoticeQuote
from orglife.notice.ranking.features import BUCKETS, features
from orglife.notice.ranking.units import Unit, units_of
from orglife.notice.vocabulary import DEMANDS

RANKED = (*FIELDS, "plan_deadline", "finish_by")
"""The fields of the model."""
COLUMNS = (*RANKED, *DEMANDS)
"""What the columns of the model are for."""
AS_RANKED: Mapping[str, str] = {
    "aspects": "member_dimensions",
    "dimensions": "member_dimensions",
    "key_checks": "member_dimensions",
    "title": "year",
}
"""Other fields → the field whose ranking serves them."""
STEP = 1 / 8
"""The value of one unit of a weight."""
WEIGHTS = Path(__file__).with_name("weights.bin")
"""A byte (-127 to 127) per bucket and column, bucket by bucket; the constants of the columns come last."""
LIKELY: Mapping[str, tuple[float, float, int]] = {
    "theme": (-4.0, -4.0, 3),
    "rectification": (-4.2, -3.2, 8),
    "grades": (-3.5, -2.0, 4),
    "excellent_ratio": (-4.0, -2.0, 4),
    "voting_quorum": (-4.0, -2.0, 4),
    "disposition": (-5.5, -4.0, 8),
    "publicity": (-3.0, -2.0, 3),
    "forms": (-4.2, -4.2, 16),
    "filing": (-10.5, -9.0, 5),
    "report": (-3.7, -2.0, 8),
    "study_items": (-3.7, -1.5, 12),
    "talk_rules": (-2.5, -2.5, 12),
    "agenda_steps": (-3.5, -2.0, 12),
    "member_dimensions": (-5.7, -4.2, 5),
    "branch_dimensions": (-5.0, -3.5, 5),
    "meeting_window": (-4.0, -2.5, 5),
    "special_rules": (-0.9, -0.9, 99),
    "probationary_rule": (-4.5, -3.0, 4),
    "plan_deadline": (-6.0, -4.5, 3),
    "finish_by": (-6.5, -5.0, 5),
}
"""Field → the score above which the best unit is read for it, the score for others, and the number of units at most."""
SHOWN = 5
"""Number of candidates of a field."""


@cache
def weights() -> NDArray[np.int8]:
    """The weights of the columns for each bucket; the last row holds the constants."""
    return np.frombuffer(WEIGHTS.read_bytes(), dtype=np.int8).reshape(BUCKETS + 1, len(COLUMNS))


def unit_scores(buckets: tuple[int, ...]) -> tuple[float, ...]:
    """The score of each column for a unit with these features."""
    table = weights()
    sums = table[list(buckets)].sum(axis=0, dtype=np.int64)  # integers, so equal on every machine
    return tuple(((sums / np.sqrt(len(buckets)) + table[BUCKETS]) * STEP).tolist())


def score_of(name: str, unit: Unit) -> float:
    """The score of a part of a unit for a field."""
    return unit_scores(features(unit))[COLUMNS.index(name)]


@dataclass(frozen=True)
class Ranking:
    """The units of a notice.

    Attributes:
        units: All units, in the order of the text.
        scores: The scores of each unit, by the index of the column; above 0 is more likely than not.
        orders: Column → the indexes of the units, best first; made when first asked for.
    """

    units: tuple[Unit, ...]
    scores: tuple[tuple[float, ...], ...]
    orders: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False)

    def order(self, name: str) -> tuple[int, ...]:
        """The indexes of the units, the likeliest for a field first; () for a field that is not ranked."""
        ranked = AS_RANKED.get(name, name)
        if ranked not in COLUMNS:
            return ()
        if ranked not in self.orders:
            column = COLUMNS.index(ranked)
            self.orders[ranked] = tuple(sorted(range(len(self.units)), key=lambda n: -self.scores[n][column]))
        return self.orders[ranked]

    def score(self, name: str, number: int) -> float:
        """The score of a unit for a field or demand."""
        return self.scores[number][COLUMNS.index(AS_RANKED.get(name, name))]

    def likely(self, name: str) -> tuple[Unit, ...]:
        """The units that a field is read from, best first."""
        best, least, most = LIKELY[AS_RANKED.get(name, name)]
        order = self.order(name)[:most]
        return tuple(self.units[n] for n in order if self.score(name, n) > (best if n == order[0] else least))

    def candidates(self, name: str) -> tuple[NoticeQuote, ...]:
        """The quotes of the likeliest units, best first, without duplicates."""
        return tuple(unit.quote for unit in self.shown(name))

    def shown(self, name: str, most: int = SHOWN) -> tuple[Unit, ...]:
        """At most ``most`` of the likeliest units, best first, without repetitions (equal words in the same place)."""
        units = {self.units[n].quote: self.units[n] for n in reversed(self.order(name)[: 2 * most])}
        return tuple(reversed(units.values()))[:most]


def rank(notice: Notice) -> Ranking:
    """Score every unit of a notice for every field and demand."""
    units = units_of(notice)
    return Ranking(units, tuple(unit_scores(features(unit)) for unit in units))
