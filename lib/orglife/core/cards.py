"""A card: a sheet that asks one thing a line, what on the left, the answer beside it. For people who fill in once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orglife.core.cells import Cell, words_of
from orglife.core.grids import Problem, heading_key, is_empty
from orglife.core.pages import Grid, Head

ANSWER = "B"
"""The column in which answers stand."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is asked, with what is known of it; a derived one is only shown."""

    head: Head
    value: Cell = None


@dataclass(frozen=True, slots=True)
class Card:
    """One sheet.

    Attributes:
        intro: What a person reads first, a line each.
    """

    title: str
    intro: Sequence[str]
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands beside a label, and in which row."""

    label: str
    number: int
    cell: Cell


def answers(grid: Grid, labels: Sequence[str], problem: Problem) -> Iterator[Answer]:
    """The answers of a card that came back; a line that is not there is left out.

    Args:
        grid: The sheet.
        labels: What it asks.
        problem: Is told of answers to something else, and of a label that stands there twice.
    """
    known = {heading_key(label): label for label in labels}
    seen: dict[str, int] = {}
    for number, cells in grid.rows:
        asked = words_of(cells[0]) if cells else ""
        cell = cells[1] if len(cells) > 1 else None
        label = known.get(heading_key(asked))
        if label is None:
            if not is_empty(cell):
                what = f"没有“{asked}”这一项，请改回原来的名称" if asked else "左边没有写明是哪一项，请补上"
                problem(grid.title, number, ANSWER, f"{what}，或删去这一行。")
            continue
        if label in seen:
            problem(grid.title, number, ANSWER, f"“{label}”和第{seen[label]}行重复。请只保留一行。")
            continue
        seen[label] = number
        yield Answer(label, number, cell)
