"""A sheet that came back, read by its headings: where they stand, what is wrong with them, the rows below."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orglife.core.record.words import name_key
from orglife.core.sheet.cells import Cell, words_of
from orglife.core.sheet.pages import SheetRows

HEAD_ROWS = 10  # headings are looked for in so many rows: people put a title above
NO_SUCH_SHEET = "本程序没有这张表。请改回原来的表名，或删去这张表。"
Problem = Callable[[str, int, str, str], None]
"""Takes what is wrong: the sheet, its row, its column's letters, a sentence."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its number, the columns it has, and its cells by heading."""

    number: int
    cells: Mapping[str, Cell]
    letters: Mapping[str, str]


def rows_of(grid: SheetRows, headings: Sequence[str], problem: Problem) -> Iterator[SheetRow]:
    """The rows below the headings that hold anything.

    Args:
        grid: The sheet.
        headings: Those that it may have; the first must be there.
        problem: Is told what is wrong with the headings.
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
        found = {h: cells[place] for place, h in order.items() if place < len(cells) and not is_empty(cells[place])}
        if found:
            yield SheetRow(number, found | dict.fromkeys(set(order.values()) - found.keys()), letters)


def _check_heads(grid: SheetRows, first: str, start: int, order: Mapping[int, str], problem: Problem) -> None:
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
            said = words_of(heads[place]) if place < len(heads) else ""
            what = f"没有“{said}”这一列，请改回原来的列名" if said else "这一列没有列名，请补上列名"
            problem(grid.title, number, letter(place), f"{what}，或删去这一列。")


def _head_row(grid: SheetRows, wanted: Mapping[str, str]) -> tuple[int, dict[int, str] | None]:
    """Which of the first rows holds the headings, and which stand where."""
    best: tuple[int, dict[int, str] | None] = (0, None)
    for index, (_, cells) in enumerate(grid.rows[:HEAD_ROWS]):
        order = {p: wanted[h] for p, c in enumerate(cells) if isinstance(c, str) and (h := heading_key(c)) in wanted}
        if len(order) > len(best[1] or ()):
            best = (index, order)
    return best


def heading_key(text: str) -> str:
    """A heading as it is compared: stars and 必填 do not matter."""
    return name_key(re.sub(r"[*＊]|[（(]必填[）)]", "", text))


def is_empty(cell: Cell) -> bool:
    """Whether a cell holds nothing but blanks."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def letter(column: int) -> str:
    """A column's letters: 0 → A, 26 → AA."""
    text, rest = "", column + 1
    while rest:
        rest, ones = divmod(rest - 1, 26)
        text = chr(65 + ones) + text
    return text
