"""Measure sets with models not trained on their authors: ``python -m tests.notices.left_out`` writes left_out.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from orglife.notice.model import FIELDS
from orglife.notice.ranking import ranker
from orglife.notice.ranking.ranker import RANKED
from tests.notices import measure as m
from tests.notices import train

FILE = m.HERE / "left_out.json"
TOPS = (1, 3, 5)


def weights_without(kind: str) -> NDArray[np.int8]:
    """The weights of a model that has not seen the authors of a set; the demands are those of the shipped model."""
    fields = train.fit(train.samples(m.of_others(kind)), train.told(), columns=RANKED)
    return np.hstack([fields[:, : len(RANKED)], train.shipped()[:, len(RANKED) :]])


def hits(weights: NDArray[np.int8], tested: Sequence[train.Sample]) -> NDArray[np.int64]:
    """Field × (facts, and for each of ``TOPS`` those with a right sentence among so many)."""
    table = np.zeros((len(RANKED), 1 + len(TOPS)), dtype=np.int64)
    for one in tested:
        order = np.argsort(-train.scores(weights, one), axis=1, kind="stable")
        for number in range(len(RANKED)):
            right = one.read_from[:, number]
            if right.any():
                table[number] += [1, *(right[order[number, :top]].any() for top in TOPS)]
    return table


def read(weights: NDArray[np.int8], kind: str) -> NDArray[np.int64]:
    """Field × facts found, marked, right, given."""
    table = []
    m.draft.cache_clear()
    with patch.object(ranker, "weights", lambda: weights):
        for name in FIELDS:
            score = m.total(kind, name)
            table.append([score.found, score.marked, score.right, score.given])
    m.draft.cache_clear()
    return np.array(table)


def measured() -> dict[str, dict[str, list[int]]]:
    """What ``measure.LEFT_OUT`` holds."""
    models = {kind: weights_without(kind) for kind in m.SETS}
    ranked = {kind: hits(weights, train.samples([kind])) for kind, weights in models.items()}
    facts = {kind: read(weights, kind) for kind, weights in models.items()}
    return {
        "ranked": {kind: table.sum(axis=0).tolist() for kind, table in ranked.items()},
        "ranked_by_field": dict(zip(RANKED, sum(ranked.values()).tolist(), strict=True)),  # type: ignore[union-attr]
        "read": {kind: table.sum(axis=0).tolist() for kind, table in facts.items()},
        "read_by_field": dict(zip(FIELDS, sum(facts.values()).tolist(), strict=True)),  # type: ignore[union-attr]
    }


def main() -> None:
    FILE.write_text(json.dumps(measured(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
