"""A card: a sheet with one question per row, the label on the left and the answer beside it. For one-time users."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from orglife.core.sheet.cells import Cell, Lexicon, Unfit, words_of
from orglife.core.sheet.columns import DOT, SheetColumn, SheetTable
from orglife.core.sheet.grids import ReportProblem, heading_key, is_empty
from orglife.core.sheet.pages import Body, ColumnHead, SheetRows, heading_of, put_at, value_at

ANSWER = "B"
"""The column of the answers."""
TICKED, UNTICKED = "√", "×"


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its known value; a derived field is only shown."""

    head: ColumnHead
    value: Cell = None


@dataclass(frozen=True, slots=True)
class FormCard:
    """One sheet.

    Attributes:
        intro: Instructions at the top, one row each.
    """

    title: str
    intro: Sequence[str]
    lines: Sequence[Question]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a label, with its row number."""

    label: str
    number: int
    cell: Cell


def answers(grid: SheetRows, labels: Sequence[str], problem: ReportProblem) -> Iterator[Answer]:
    """The answers of a returned card; missing rows are skipped.

    Args:
        grid: The sheet.
        labels: The labels of the card.
        problem: Called for answers beside an unknown label, and for a label that occurs twice.
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


@dataclass(frozen=True, slots=True)
class Slot:
    """One answer that a user fills in: a field, or one key of a list of keys to be ticked."""

    column: SheetColumn
    key: str = ""

    def cell(self, body: Body, lexicon: Lexicon) -> Cell:
        """The known value as a cell."""
        value = value_at(body, self.column)
        if self.key:
            return TICKED if self.key in (value or ()) else None
        return lexicon.write(value, self.column.spec)

    def head(self, lexicon: Lexicon) -> ColumnHead:
        """The label with its note and its list to choose from."""
        head = heading_of(self.shown(), lexicon)
        return replace(head, choices=(TICKED, UNTICKED)) if self.key else head

    def shown(self) -> SheetColumn:
        """The field as the row shows it."""
        if not self.key:
            return self.column
        return replace(self.column, spec=replace(self.column.spec, kind="tick", labels={}, lists=(), help=""))

    def put(self, body: Body, cell: Cell, lexicon: Lexicon) -> None:
        """Store the answer; a blank answer changes nothing.

        Raises:
            Unfit, Unreadable: the answer cannot be read.
        """
        try:
            answer = lexicon.read(cell, self.shown().spec)
        except Unfit:
            if not self.key:
                raise
            what = f"“{words_of(cell)}”不是打勾。请从列表里选 {TICKED}，没有的空着。"
            raise Unfit(what) from None
        if answer is None:
            return
        if not self.key:
            put_at(body, self.column, answer)
            return
        listed = list(value_at(body, self.column) or ())
        if answer != (self.key in listed):
            listed = [*listed, self.key] if answer else [key for key in listed if key != self.key]
            put_at(body, self.column, listed or None)


def slots_of(table: SheetTable, lexicon: Lexicon, hidden: Collection[tuple[str, ...]]) -> dict[str, Slot]:
    """The answers of a card or of a table's row, by label; ``hidden`` are the paths of fields that are not asked for."""
    slots: dict[str, Slot] = {}
    for column in asked_of(table, hidden):
        if column.spec.kind != "ticks":
            slots[column.heading] = Slot(column)
            continue
        for key, label in lexicon.offers(column.spec):
            heading = f"{column.heading}{DOT}{label}"
            slots[heading] = Slot(replace(column, heading=heading), key)
    return slots


def asked_of(table: SheetTable, hidden: Collection[tuple[str, ...]]) -> list[SheetColumn]:
    """The columns of a table that a user fills in."""
    return [c for c in table.columns if c.path not in hidden and not c.spare]
