"""Measures of the pages, and what follows from them for tables: the same in every format that has pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orglife.core.block import Facts, Page, Signature, Table, printed, width

POINT = 25.4 / 72  # mm
SIZE, SMALL = 12.0, 10.5  # pt, of tables: 小四, and 五号 where there are many columns
TITLE = 22.0  # pt: 二号
_CROWDED: dict[Page, int] = {"P": 5, "9704": 5, "T": 6, "L": 9}  # columns from which a table is set small
_WHOLE_ROW, _WHOLE_FACTS = 12, 20  # lines of text up to which a row, a grid of facts is kept on one page
_SEALS = ("（盖章）", "（公章）", "（印章）")


class Sheet(NamedTuple):
    """A page: its sides and margins in mm, size and line pitch of its text in points."""

    wide: float
    high: float
    top: float
    right: float
    bottom: float
    left: float
    size: float
    pitch: float

    @property
    def text_width(self) -> float:
        """Width of the type area in points."""
        return (self.wide - self.left - self.right) / POINT


# 28 characters of 15.75 pt fit the 156 mm of the type area; 16 pt, the usual 三号, does not. 22 lines in 225 mm.
_OFFICIAL = Sheet(210, 297, 37, 26, 35, 28, 15.75, 225 / 22 / POINT)
SHEETS: dict[Page, Sheet] = {
    "P": _OFFICIAL,
    "9704": _OFFICIAL,
    "T": Sheet(210, 297, 32, 22, 30, 28, 14, 25),
    "L": Sheet(297, 210, 22, 26, 20, 27, 14, 25),
}


def lines(text: str) -> list[str]:
    """A text line by line, blank ones dropped: each is a paragraph of its own."""
    return [line for line in printed(text).split("\n") if line.strip()]


def seals(block: Signature) -> list[str]:
    """The roles that seal instead of signing."""
    return [role for role in block.roles if role.endswith(_SEALS)]


class FactsGrid(NamedTuple):
    """Facts as they stand: lines of one or two pairs, pairs side by side, width of the labels in characters, in one piece."""

    lines: list[list[tuple[str, str]]]
    across: int
    label: float
    whole: bool


def facts_grid(block: Facts, page: Page) -> FactsGrid:
    """Lay out a block of facts that has rows."""
    wide = SHEETS[page].text_width
    label = min(max(4.0, *(width(printed(label)) for label, _ in block.rows)), 7.0)
    side = label * SIZE + 14
    half, full = (wide / 2 - side - 12) / SIZE, (wide - side - 12) / SIZE  # full-width characters
    rows = [[(printed(label), printed(value)) for label, value in line] for line in block.lines(half)]
    tall = sum(max(_height(pair, (label, full)) for pair in line) for line in rows)
    return FactsGrid(rows, max(len(line) for line in rows), label, tall <= _WHOLE_FACTS)


class TableGrid(NamedTuple):
    """A table as it stands: size of its text in points, room of each column in characters, rows and which are in one piece."""

    size: float
    rooms: list[float]
    rows: list[list[str]]
    whole: list[bool]


def table_grid(block: Table, page: Page) -> TableGrid:
    """Lay out a table."""
    size = SMALL if len(block.columns) >= _CROWDED[page] else SIZE
    shares = sum(column.share for column in block.columns)
    rooms = [(SHEETS[page].text_width * column.share / shares - 8) / size for column in block.columns]
    rows = [[printed(cell) for cell in row] for row in block.rows]
    return TableGrid(size, rooms, rows, [_height(cells, rooms) <= _WHOLE_ROW for cells in rows])


def _height(cells: Sequence[str], rooms: Sequence[float]) -> int:
    """About how many lines a row takes."""
    return max(
        sum(int(width(line) / max(room, 1)) + 1 for line in cell.split("\n"))
        for cell, room in zip(cells, rooms, strict=True)
    )
