"""Paste a block copied in Excel or WPS into a table: split it into cells, match its headings, fill the rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from orglife.core.record.words import name_key

MOST_ROWS = 1000  # per paste; no table of a branch is that long
_FIELD = re.compile(r'"((?:[^"]|"")*)"(?=[\t\n]|\Z)|[^\t\n]*')
_NAME = ("姓名", "党员姓名")  # usual headings of names in other lists, accepted for our name column
_HEADINGS = 2  # known headings that make a line a heading line


class GridRow(NamedTuple):
    """One row of a table: its permanent key and its cells."""

    key: str
    cells: list[Any]


@dataclass(frozen=True)
class PasteColumn:
    """A column as the target of a paste.

    Attributes:
        title: Its heading.
        read: Pasted text → the cell's content.
        names: Its value identifies the row's member.
        typed: Its cells take input.
    """

    title: str
    read: Callable[[str], Any]
    names: bool = False
    typed: bool = True


def cells_of(text: str) -> list[list[str]]:
    """Split a copied block into cells; a cell of several lines is enclosed in quotation marks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    block: list[list[str]] = [[]]
    place = 0
    while place <= len(text):
        match = _FIELD.match(text, place)
        assert match is not None  # it matches any text
        block[-1].append(_unquoted(match))
        place = match.end() + 1
        if text[match.end() : place] == "\n":
            block.append([])
    while block and not any(cell.strip() for cell in block[-1]):
        block.pop()
    return block


def _unquoted(match: re.Match[str]) -> str:
    inner = match.group(1)
    if inner is None or not re.search(r'[\t\n]|""', inner):
        return match.group().strip()  # the quotation marks are part of the text
    return inner.replace('""', '"').strip()


def paste(
    targets: Sequence[PasteColumn],
    rows: Sequence[GridRow],
    at: tuple[str, int],
    text: str,
    *,
    fresh: Callable[[], GridRow | None],
) -> tuple[list[GridRow], str]:
    """Paste a copied block into a table.

    Args:
        targets: The columns.
        rows: The current rows.
        at: Row key and column number of the cell where the block begins.
        text: The copied text.
        fresh: Makes a new row; returns None when the table cannot grow.

    Returns:
        The new rows, and a message about cells that did not fit ("" when all did).
    """
    block = cells_of(text)
    columns: list[int | None] = list(range(at[1], len(targets)))
    headings = _headings(targets, block[0]) if block else None
    if headings is not None:
        columns, block = headings, block[1:]
    pasted = [GridRow(row.key, list(row.cells)) for row in rows]
    start = next((place for place, row in enumerate(pasted) if row.key == at[0]), len(pasted))
    naming = next((c for c in headings or () if c is not None and targets[c].names), None)  # column of a heading 姓名
    left, unknown, filled = max(0, len(block) - MOST_ROWS), list[str](), set[str]()
    for step, cells in enumerate(block[:MOST_ROWS]):
        values = {
            column: targets[column].read(cell)
            for column, cell in zip(columns, cells, strict=False)
            if column is not None and (targets[column].typed or targets[column].names)  # calculated columns are skipped
        }
        if naming is None:
            row = _row_at(pasted, start + step, fresh)
            left += row is None
        else:
            row = _row_of(pasted, naming, str(values.get(naming) or ""), fresh, filled)
            unknown += [] if row else [str(values.get(naming) or "（没有写姓名的）")]
        if row is None:
            continue
        filled.add(row.key)
        for column, value in values.items():
            if targets[column].typed and not (column == naming and row.cells[column]):  # the row has its name already
                row.cells[column] = value
    wide = max((len(cells) for cells in block), default=0)
    lost = headings is None and wide > len(columns)
    strangers = f"这张表里没有{'、'.join(dict.fromkeys(unknown))}，这{len(unknown)}行没有粘贴。" if unknown else ""
    return pasted, "".join(
        [strangers, f"有{left}行放不下，没有粘贴。" if left else "", "有几列放不下，没有粘贴。" if lost else ""]
    )


def _headings(targets: Sequence[PasteColumn], first: Sequence[str]) -> list[int | None] | None:
    """The column number of each heading in the first line; None when the line holds no headings."""
    titles = {_title(target.title): place for place, target in enumerate(targets)}
    names = next((place for place, target in enumerate(targets) if target.names), None)
    if names is not None:
        titles = dict.fromkeys(_NAME, names) | titles
    columns = [titles.get(_title(cell)) for cell in first]
    known = sum(place is not None for place in columns)
    return columns if known >= min(_HEADINGS, len(first)) and known else None


def _title(text: str) -> str:
    """A heading for comparison: without unit and star."""
    return name_key(re.sub(r"\s*[*＊（(].*$", "", text, flags=re.DOTALL))


def _row_at(rows: list[GridRow], place: int, fresh: Callable[[], GridRow | None]) -> GridRow | None:
    """The row at a place; rows are added up to it, None when the table cannot grow."""
    while len(rows) <= place:
        row = fresh()
        if row is None:
            return None
        rows.append(row)
    return rows[place]


def _row_of(
    rows: list[GridRow], naming: int, name: str, fresh: Callable[[], GridRow | None], filled: Collection[str]
) -> GridRow | None:
    """The row of a name, or a new one; of several rows with one name the first that was not filled before."""
    key = name_key(name)
    same = [row for row in rows if key and name_key(str(row.cells[naming] or "")) == key]
    row = next((row for row in same if row.key not in filled), same[-1] if same else None)
    return row or _row_at(rows, len(rows), fresh)
