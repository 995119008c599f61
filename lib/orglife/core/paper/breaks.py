"""Where a block of facts that is signed, such as a talk, is broken over pages.

A block that does not fit on what is left of a page goes to the next page whole, if the page before is well filled without
it; else two of its rows go there with the signature, so that no single row stands above it. Long values flow on.
"""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from orglife.core.paper import layout
from orglife.core.paper.block import Document, Signature
from orglife.core.paper.pieces import Piece, paged, parts, pieces_of

_FILLED = 0.63  # share of a page that is filled well enough
_SURE = 1  # lines left free by what surely fits: heights are estimates
_ROWS = 2  # rows to stand above a signature on a new page


class Broken(NamedTuple):
    """A paper's grids, the pages that it takes, and how many blocks are broken that would fit on a page."""

    grids: layout.Grids
    pages: int
    torn: int


def signed_facts(document: Document, grids: layout.Grids) -> set[int]:
    """Indexes of the blocks of facts that are signed and do not stay whole as they are."""
    return {
        number
        for number, (grid, after) in enumerate(zip(grids, document.blocks[1:], strict=False))
        if isinstance(grid, layout.FactsGrid) and not grid.whole and isinstance(after, Signature)
    }


def broken_well(document: Document, grids: layout.Grids, signed: Container[int], close: float) -> Broken:
    """Choose which of the ``signed`` blocks stay whole or keep two rows with their signature at a share of the pitch."""
    sheet = layout.SHEETS[document.page]
    room = (sheet.high - sheet.top - sheet.bottom) / layout.POINT
    every = list(parts(document, grids, close))
    best = list(grids)
    pages, torn, taken = 1, 0, 0.0
    held: list[Piece] = []  # not placed yet: the next piece must be on their page
    for number, part in enumerate(every, start=-1):  # the title stands before the blocks
        placed = part
        if number in signed and isinstance(grid := grids[number], layout.FactsGrid):
            unit = [*held, *part, *every[number + 2]]
            high = sum(piece.over + piece.high for piece in unit)
            if taken + high > room - _SURE * sheet.pitch:
                better = _broken(grid, unit, len(held) + len(part), taken, room)
                torn += taken + high > room >= high and not better.whole and not any(grid.may_break)
                if better is not grid:
                    best[number] = better
                    placed = list(pieces_of(document.blocks[number], better, document.page, close, signed=True))
        held += placed
        if held and not held[-1].held:
            more, taken = paged([Piece(taken), *held], room)
            pages, held = pages + more - 1, []
    return Broken(best, pages, torn)


def _broken(grid: layout.FactsGrid, unit: list[Piece], rows_end: int, taken: float, room: float) -> layout.FactsGrid:
    """A grid that does not fit on what is left of its page, as it is broken best.

    Args:
        grid: The facts.
        unit: The heading above them, their rows, and the signature.
        rows_end: Index after the last row.
        taken: What is filled of the page.
        room: Height of a page.
    """
    heights = [piece.over + piece.high for piece in unit]
    if sum(heights) <= room and taken >= _FILLED * room and not any(grid.may_break):
        return grid._replace(whole=True, lead=0)
    low = grid.held and not any(grid.may_break[-_ROWS:]) and len(grid.lines) > grid.lead + _ROWS
    before = taken + sum(heights[: rows_end - _ROWS])
    return grid._replace(held=_ROWS) if low and _FILLED * room <= before <= room else grid
