"""Lists in two columns, read down the left column and then down the right one, on each page anew.

How many entries a page holds follows from what stands before them, so a list is laid out when its paper is put together:
one table for each page that it takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from orglife.core.paper import fitting
from orglife.core.paper.block import AnyBlock, Document, Table

# Lines of a page left free where the list goes on (a row at most), and where it all stands on the page: heights are
# estimates.
_GOES_ON, _SPARE = 1.0, 0.6


def side_by_side(cells: Sequence[list[str]], filler: Sequence[str]) -> list[list[str]]:
    """Entries as rows of two, filled downwards; ``filler``: the cells beside the last one of an odd number."""
    half = (len(cells) + 1) // 2
    return [[*left, *right] for left, right in zip_longest(cells[:half], cells[half:], fillvalue=list(filler))]


def folded(document: Document) -> Document:
    """The paper with each list (a table with ``filler``) in two columns; a list of several pages becomes several tables.

    A paper with such a list may be set closer to save its last page: then the pages before hold more of the list, too.
    """
    usual = _folded(document, 1.0)
    if len(usual.blocks) == len(document.blocks):
        return usual
    close = fitting.fitted(usual).close
    return usual if close == 1 else _folded(document, close)


def _folded(document: Document, close: float) -> Document:
    """The paper with its lists as they fill pages at a share of the usual line pitch."""
    number = 0
    while number < len(document.blocks):
        block = document.blocks[number]
        if isinstance(block, Table) and block.filler:
            document = _first_folded(document, number, block, close)
        number += 1
    return document


def _first_folded(document: Document, number: int, table: Table, close: float) -> Document:
    """The paper with a list that is one table, or one table and the rest of the list, which begins the next page."""
    whole = _replaced(document, number, [_beside(table, table.rows)])
    reckoned = fitting.Rows(whole, number)
    if len(reckoned.by_page(spare=_SPARE)) == 1:
        return whole
    rows = reckoned.by_page(close=close)
    if len(rows) <= 1:  # a list without entries takes none
        return whole
    entries = 2 * max(rows[0] - 1, reckoned.by_page(close=close, spare=_GOES_ON)[0])
    if entries >= len(table.rows):
        return whole
    rest = table.model_copy(update={"rows": table.rows[entries:], "new_page": True})
    return _replaced(document, number, [_beside(table, table.rows[:entries]), rest])


def _beside(table: Table, entries: list[list[str]]) -> Table:
    rows = side_by_side(entries, table.filler)
    return table.model_copy(update={"columns": table.columns * 2, "rows": rows, "filler": []})


def _replaced(document: Document, number: int, tables: list[Table]) -> Document:
    blocks: list[AnyBlock] = [*document.blocks[:number], *tables, *document.blocks[number + 1 :]]
    return document.model_copy(update={"blocks": blocks})
