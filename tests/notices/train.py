"""Train the ranker from the labelled notices: ``python -m tests.notices.train`` (``make reader``).

Each label file names, under ``[sentences]``, the sentences that a field is read from, and under ``[asked]`` those that
make a demand. The sets kept apart are not trained on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orglife.adapters.text.notice_file import paragraphs
from orglife.notice.demands import may_make
from orglife.notice.ranking.features import BUCKETS, features
from orglife.notice.ranking.ranker import COLUMNS, RANKED, STEP, WEIGHTS
from orglife.notice.ranking.units import Unit, units_of
from orglife.notice.reading import split_notice
from tests import branch as b
from tests.notices import measure as m

STRENGTH, ASKED_STRENGTH = 10.0, 30.0
"""Inverse of the regularization, as scikit-learn's C, for fields and for demands."""
REFUSED = 6.0
"""How many times the sentences of a notice count for a demand of which the label says that the notice doesn't make it."""
UNLIKELY, BESIDE = -5.0, 1.5
"""The score that a guessed sentence has at least, and how much less others have that count as not making the demand."""


@dataclass(frozen=True)
class Sample:
    """A labelled notice: its units, their features, and unit × column whether it is a sentence of the column.

    Attributes:
        has: The demands that the notice makes, as the label says.
        hasnt: The demands that it doesn't make, as the label says.
        asked: Whether its label names the sentences that make demands.
    """

    units: tuple[Unit, ...]
    features: tuple[tuple[int, ...], ...]
    read_from: NDArray[np.bool_]
    has: frozenset[str] = frozenset()
    hasnt: frozenset[str] = frozenset()
    asked: bool = True


@cache
def sample(kind: str, name: str) -> Sample:
    units = units_of(split_notice(m.source(kind, name)))
    asked = m.asked(kind, name)
    one = _sample(units, m.sentences(kind, name) | asked)
    has, hasnt = (frozenset(m.marks(kind, name)[which]) for which in ("has", "hasnt"))
    return replace(one, has=has, hasnt=hasnt, asked=bool(asked))


def _sample(units: tuple[Unit, ...], sentences: Mapping[str, Sequence[str]]) -> Sample:
    read_from = np.array([[u.quote.quote in sentences.get(name, ()) for name in COLUMNS] for u in units])
    return Sample(units, tuple(map(features, units)), read_from)


@cache
def plan() -> Sample:
    """The plan of the kit's campaign, whose demands are quoted in the campaign; its fields are not labelled."""
    units = units_of(split_notice(paragraphs((b.ROOT / "templates/campaigns/2024-seed.txt").read_bytes(), "plan.txt")))
    made = {
        key: [q for u in units if any(piece in (q := u.quote.quote) or _in(q, piece) for piece in demand.pieces)]
        for key, demand in b.campaign().demands.items()
    }
    return _sample(units, made)


def _in(quote: str, piece: str) -> bool:
    return len(quote) > _SHORT and quote in piece


_SHORT = 8


def samples(kinds: Sequence[str]) -> list[Sample]:
    return [sample(kind, name) for kind in kinds for name in m.names(kind)]


@cache
def told() -> list[tuple[int, bool, tuple[int, ...]]]:
    """Single sentences with a value, or without one, for one field each: the field's index, whether, the features."""
    from tests.notices.test_wordings import HEAD, TAIL, TOLD

    rows = []
    for field, sentences in TOLD.items():
        for sentence, value in sentences:
            first, *others = sentence.splitlines()
            units = units_of(split_notice([*HEAD, f"四、{first}", *others, *TAIL]))[len(HEAD) : -len(TAIL)]
            rows += [(RANKED.index(field), value is not None, features(unit)) for unit in units]
    return rows


def fit(
    training: Sequence[Sample],
    sentences: Sequence[tuple[int, bool, tuple[int, ...]]] = (),
    columns: Sequence[str] = COLUMNS,
) -> NDArray[np.int8]:
    """The weights, bucket × column: one logistic regression per column, rounded; ``sentences`` as ``told``.

    Columns other than ``columns`` stay 0. A demand is trained a second time with the notices whose labels say that they
    make it, but not where: there the likeliest sentence counts as the one that makes it.
    """
    weights = np.zeros((BUCKETS + 1, len(COLUMNS)), dtype=np.int8)
    for name in columns:
        number = COLUMNS.index(name)
        demand = name not in RANKED
        from_ = [*(s for s in training if s.asked), plan()] if demand else training
        more = [(wants, f) for field, wants, f in sentences if field == number]
        rows = [*(f for s in from_ for f in s.features), *(f for _, f in more)]
        labels = [*(bool(y) for s in from_ for y in s.read_from[:, number]), *(wants for wants, _ in more)]
        counts = [REFUSED if name in s.hasnt else 1.0 for s in from_ for _ in s.units] + [1.0] * len(more)
        model = _model(rows, labels, counts, ASKED_STRENGTH if demand else STRENGTH)
        if demand and (told_only := [s for s in training if not s.asked]):
            for one in told_only:
                for features_, label, count in _guessed(model, one, name):
                    rows.append(features_)
                    labels.append(label)
                    counts.append(count)
            model = _model(rows, labels, counts, ASKED_STRENGTH)
        both = np.append(model.coef_[0], model.intercept_[0])
        weights[:, number] = np.clip(np.rint(both / STEP), -127, 127).astype(np.int8)
    return weights


def _model(rows: Sequence[tuple[int, ...]], labels: Sequence[bool], counts: Sequence[float], strength: float) -> Any:
    """A logistic regression, fitted."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, solver="liblinear", random_state=0)
    return model.fit(_matrix(rows), np.array(labels), sample_weight=np.array(counts))


def _guessed(model: Any, one: Sample, demand: str) -> Iterator[tuple[tuple[int, ...], bool, float]]:
    """The units of a notice whose label names its demands only: features, whether it makes the demand, and its count.

    Of a notice that makes the demand, the likeliest unit makes it; those nearly as likely are left out.
    """
    if demand in one.hasnt:
        yield from ((f, False, REFUSED) for f in one.features)
    elif demand in one.has:
        likely = model.decision_function(_matrix(one.features))
        likely[[not may_make(demand, unit) for unit in one.units]] = -np.inf
        best = int(likely.argmax())
        if likely[best] > UNLIKELY:
            for number, f in enumerate(one.features):
                if number == best or likely[number] <= likely[best] - BESIDE:
                    yield f, number == best, 1.0


def _matrix(rows: Sequence[tuple[int, ...]]) -> Any:
    """The features as a sparse matrix whose rows have length 1."""
    from scipy.sparse import csr_matrix

    values = np.concatenate([np.full(len(f), 1 / np.sqrt(len(f))) for f in rows])
    ends = np.cumsum([0, *map(len, rows)])
    return csr_matrix((values, np.concatenate(rows), ends), shape=(len(rows), BUCKETS))


def trained() -> NDArray[np.int8]:
    """The weights that are shipped."""
    return fit(samples([kind for kind in m.SETS if kind not in m.APART]), told())


def shipped() -> NDArray[np.int8]:
    """The weights of the file."""
    return np.fromfile(WEIGHTS, dtype=np.int8).reshape(BUCKETS + 1, len(COLUMNS))


def scores(weights: NDArray[np.int8], one: Sample) -> NDArray[np.float64]:
    """Column × unit, as ``rank`` computes them."""
    model = weights.astype(np.int64)
    rows = [model[list(f)].sum(axis=0) / np.sqrt(len(f)) + model[-1] for f in one.features]
    return np.array(rows).T * STEP


def main() -> None:
    trained().tofile(WEIGHTS)


if __name__ == "__main__":
    main()
