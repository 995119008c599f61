"""Read a returned sheet by its headings: find and check them, and return the rows below."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orglife.core.errors import BadInput
from orglife.core.record.words import name_key
from orglife.core.sheet.cells import Cell, words_of
from orglife.core.sheet.pages import CELL_LIMIT, SheetRows, is_too_long

HEAD_ROWS = 10  # number of rows searched for headings: people put a title above them
NO_SUCH_SHEET = "这里没有叫这个名字的表。请改回原来的表名，或删去这张表。"
ReportProblem = Callable[[str, int, str, str], None]
"""Reports a problem: sheet, row, column letters, sentence."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number, and its cells and column letters by heading."""

    number: int
    cells: Mapping[str, Cell]
    letters: Mapping[str, str]


def rows_of(grid: SheetRows, headings: Sequence[str], problem: ReportProblem) -> Iterator[SheetRow]:
    """The non-empty rows below the headings.

    Args:
        grid: The sheet.
        headings: Allowed headings; the first is required.
        problem: Called for each problem with the headings.
    """
    if not grid.rows:
        return
    start, order = _head_row(grid, {heading_key(h): h for h in headings})
    if order is None:
        problem(grid.title, 1, "A", f"没有找到表头。请保留“{headings[0]}”等各列的名称。")
        return
    _check_heads(grid, headings[0], start, order, problem)
    letters = {heading: letter(place) for place, heading in order.items()}
    for number, cells in grid.rows[start + 1 :]:
        filled = {h: cells[place] for place, h in order.items() if place < len(cells) and not is_empty(cells[place])}
        if filled:
            yield SheetRow(number, filled | dict.fromkeys(set(order.values()) - filled.keys()), letters)


def _check_heads(grid: SheetRows, first: str, start: int, order: Mapping[int, str], problem: ReportProblem) -> None:
    number, heads = grid.rows[start]
    seen: set[str] = set()
    for place, heading in order.items():
        if heading in seen:
            problem(grid.title, number, letter(place), f"“{heading}”这一列出现了两次。请只保留一列。")
        seen.add(heading)
    if first not in seen:
        problem(grid.title, number, "A", f"缺少“{first}”这一列。请补上这一列。")
    width = max(len(cells) for _, cells in grid.rows)
    for place in range(width):
        used = any(place < len(cells) and not is_empty(cells[place]) for _, cells in grid.rows[start:])
        if used and place not in order:
            typed = words_of(heads[place]) if place < len(heads) else ""
            what = f"没有“{typed}”这一列，请改回原来的列名" if typed else "这一列没有列名，请补上列名"
            problem(grid.title, number, letter(place), f"{what}，或删去这一列。")


def _head_row(grid: SheetRows, known: Mapping[str, str]) -> tuple[int, dict[int, str] | None]:
    """Index of the row with the most known headings among the first rows, and its headings by column."""
    best: tuple[int, dict[int, str] | None] = (0, None)
    for index, (_, cells) in enumerate(grid.rows[:HEAD_ROWS]):
        order = {p: known[h] for p, c in enumerate(cells) if isinstance(c, str) and (h := heading_key(c)) in known}
        if len(order) > len(best[1] or ()):
            best = (index, order)
    return best


def heading_key(text: str) -> str:
    """Key for comparing headings: ignores stars and 必填."""
    return name_key(re.sub(r"[*＊]|[（(]必填[）)]", "", text))


def is_empty(cell: Cell) -> bool:
    """Whether a cell is empty or contains only blanks."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def letter(column: int) -> str:
    """A column's letters: 0 → A, 26 → AA."""
    text, rest = "", column + 1
    while rest:
        rest, ones = divmod(rest - 1, 26)
        text = chr(65 + ones) + text
    return text


def require_fits(name: str, title: str, row: int, column: int, cell: Cell) -> None:
    """Refuse a cell that holds more than a cell of Excel or WPS can: whoever reads a sheet looks at each text many times.

    Args:
        name: The file's name in the message.
        title: The sheet's title.
        row: The row's number, from 1.
        column: The column's place, from 0.
        cell: Its value.

    Raises:
        BadInput: it holds more.
    """
    if is_too_long(cell):
        place = f"{name}的“{title}”表第{row}行{letter(column)}列"
        problem = (
            f"{place}的一格里有{len(cell)}字，一格最多{CELL_LIMIT}字，没有打开。请精简这一格，或分到几格里，再试。"
        )
        raise BadInput([problem])
