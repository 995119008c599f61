"""What is copied in Excel or WPS and pasted into a table: cut into cells, its headings understood, laid over the rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from orglife.core.record.words import name_key

MOST_ROWS = 1000  # of one paste; a branch has fewer of anything
_FIELD = re.compile(r'"((?:[^"]|"")*)"(?=[\t\n]|\Z)|[^\t\n]*')
_NAME = ("姓名", "党员姓名")  # what a list from elsewhere says above the names, whatever our column is called
_HEADINGS = 2  # so many known headings make a line of headings


class GridRow(NamedTuple):
    """One row of a table: a key that stays with it, and what stands in its cells."""

    key: str
    cells: list[Any]


@dataclass(frozen=True)
class PasteColumn:
    """A column as a paste sees it.

    Attributes:
        title: Its heading.
        read: Makes of a text what stands in the cell.
        names: Its value says whose row it is.
        typed: Somebody may write in it.
    """

    title: str
    read: Callable[[str], Any]
    names: bool = False
    typed: bool = True


def cells_of(text: str) -> list[list[str]]:
    """The cells of a copied block; a cell of several lines comes in quotation marks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    block: list[list[str]] = [[]]
    place = 0
    while place <= len(text):
        found = _FIELD.match(text, place)
        assert found is not None  # it matches anything
        block[-1].append(_unquoted(found))
        place = found.end() + 1
        if text[found.end() : place] == "\n":
            block.append([])
    while block and not any(cell.strip() for cell in block[-1]):
        block.pop()
    return block


def _unquoted(found: re.Match[str]) -> str:
    inner = found.group(1)
    if inner is None or not re.search(r'[\t\n]|""', inner):
        return found.group().strip()  # somebody's own quotation marks
    return inner.replace('""', '"').strip()


def lay(
    targets: Sequence[PasteColumn],
    rows: Sequence[GridRow],
    at: tuple[str, int],
    text: str,
    *,
    fresh: Callable[[], GridRow | None],
) -> tuple[list[GridRow], str]:
    """Lay a copied block over a table.

    Args:
        targets: The columns.
        rows: The table as it is.
        at: Key of the row and number of the column where the block begins.
        text: What was copied.
        fresh: Makes one more row; gives None where the table takes none.

    Returns:
        The table as it is then, and a sentence about what found no place ("" when all did).
    """
    block = cells_of(text)
    columns: list[int | None] = list(range(at[1], len(targets)))
    headings = _headings(targets, block[0]) if block else None
    if headings is not None:
        columns, block = headings, block[1:]
    laid = [GridRow(row.key, list(row.cells)) for row in rows]
    start = next((place for place, row in enumerate(laid) if row.key == at[0]), len(laid))
    whose = next(
        (c for c in headings or () if c is not None and targets[c].names), None
    )  # 姓名 stands among the headings
    left = max(0, len(block) - MOST_ROWS)
    for step, cells in enumerate(block[:MOST_ROWS]):
        values = {
            column: targets[column].read(cell)
            for column, cell in zip(columns, cells, strict=False)
            if column is not None and (targets[column].typed or targets[column].names)  # what is reckoned is not read
        }
        row = _row_of(laid, whose, values, start + step if whose is None else None, fresh)
        if row is None:
            left += 1
            continue
        for column, value in values.items():
            if targets[column].typed:
                row.cells[column] = value
    wide = max((len(cells) for cells in block), default=0)
    lost = headings is None and wide > len(columns)
    return laid, "".join([f"有{left}行放不下，没有粘贴。" if left else "", "有几列放不下，没有粘贴。" if lost else ""])


def _headings(targets: Sequence[PasteColumn], first: Sequence[str]) -> list[int | None] | None:
    """Which column each cell of a line of headings means; None when it is no such line."""
    titles = {_title(target.title): place for place, target in enumerate(targets)}
    names = next((place for place, target in enumerate(targets) if target.names), None)
    if names is not None:
        titles = dict.fromkeys(_NAME, names) | titles
    found = [titles.get(_title(cell)) for cell in first]
    known = sum(place is not None for place in found)
    return found if known >= min(_HEADINGS, len(first)) and known else None


def _title(text: str) -> str:
    """A heading as it is compared: without unit and star."""
    return name_key(re.sub(r"\s*[*＊（(].*$", "", text, flags=re.DOTALL))


def _row_of(
    laid: list[GridRow],
    whose: int | None,
    values: dict[int, Any],
    place: int | None,
    fresh: Callable[[], GridRow | None],
) -> GridRow | None:
    if place is not None:
        while len(laid) <= place:
            row = fresh()
            if row is None:
                return None
            laid.append(row)
        return laid[place]
    assert whose is not None
    name = values.get(whose)
    found = next((row for row in laid if name is not None and row.cells[whose] == name), None)
    if found is None:
        found = fresh()
        if found is not None:
            laid.append(found)
    return found
