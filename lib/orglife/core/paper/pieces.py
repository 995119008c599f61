"""The pieces of a paper that no page break divides, with their heights, and how they fill pages.

These are estimates, not measurements: what is printed is set by the adapters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from orglife.core.paper import layout
from orglife.core.paper.block import (
    Block,
    Document,
    Facts,
    Heading,
    Note,
    Page,
    Paragraph,
    Signature,
    Space,
    Table,
    printed,
    width,
)
from orglife.core.paper.lines import lines_of
from orglife.core.paper.together import INDENT, Tie, ties

# Dimensions from templates/typst/record.typ; when the pitch is reduced, room inside a cell shrinks faster than the pitch.
_NOTE, _NOTE_LEADING = 12.0, 7.0  # pt
_FACTS_INSET, _TABLE_INSET = 5.5, 5.0  # above and below the text of a cell, pt
_LEADING_SHRINKS, _INSET_SHRINKS = 0.75, 2.5  # per unit by which the pitch shrinks
_OVER_FACTS, _OVER_TABLE = 0.5, 0.6  # lines: room above a grid
_OVER_SIGNATURE, _SIGNATURE, _SIGNATURE_GUTTER, _SEAL = 0.7, 1.15, 0.9, 2.6  # first in lines, others in text sizes
_TOGETHER = 2  # lines that stay together at the beginning and the end of a row that breaks
_NOTHING = 0.01  # pt: rounding tolerance, so that 22 lines always fit on a page
NEW_PAGE = 1e6
"""Room above what begins a page, in points: more than any page has."""


class Piece(NamedTuple):
    """A part that no page break divides; lengths in points.

    Attributes:
        high: Its height.
        over: Room above it, unless it begins a page.
        held: Whether the next piece must be on the same page.
        again: Height of what is repeated above it when it begins a page: the heading of a table.
        under: Room between lines below it, not needed at the end of a page.
    """

    high: float
    over: float = 0.0
    held: bool = False
    again: float = 0.0
    under: float = 0.0


def inset(usual: float, close: float) -> float:
    """Room above and below the text of a cell, in points, at a reduced line pitch."""
    return usual * (1 - _INSET_SHRINKS * (1 - close))


def leading(close: float) -> float:
    """Room between the lines of a cell, as a share of its text size, at a reduced line pitch."""
    return layout.CELL_LINE - 1 - _LEADING_SHRINKS * (1 - close)


def paged(pieces: Iterable[Piece], room: float, after: tuple[int, float] = (1, 0.0)) -> tuple[int, float]:
    """(Number of pages, height used on the last page), with those that are filled ``after`` other pieces.

    Pieces that are held together are placed as one group: ``first`` is the first piece, ``height`` the total.
    """
    pages, taken = after
    first: Piece | None = None
    height = 0.0
    for piece in pieces:
        height += piece.high + (piece.over if first else 0)
        first = first or piece
        if piece.held:
            continue
        if taken and taken + first.over + height - piece.under > room + _NOTHING:
            pages, taken = pages + 1, first.again
        taken += height + (first.over if taken else 0)
        if taken - piece.under > room + _NOTHING:  # taller than a page
            pages, taken = pages + int(taken / room), taken % room
        height, first = 0.0, None
    return pages, taken


def parts(document: Document, grids: layout.Grids, close: float) -> Iterator[list[Piece]]:
    """The pieces of the title and of each block; the last piece before a signature is held to it."""
    sheet = layout.SHEETS[document.page]
    pitch = sheet.pitch * close
    head = [Piece(title_height(document, sheet, pitch, whole_lines=close == 1))]
    yield [*head, Piece(pitch)] if document.recipient else head
    tied = ties(document, grids)
    befores, afters = [None, *document.blocks], [*document.blocks[1:], None]
    for before, block, after, grid, own in zip(befores, document.blocks, afters, grids, tied, strict=False):
        pieces = list(pieces_of(block, grid, document.page, close, own, signed=isinstance(after, Signature)))
        if pieces and (room := layout.room_between(before, block)):
            pieces[0] = pieces[0]._replace(over=pieces[0].over + pitch * room)
        yield pieces


def pieces_of(
    block: Block,
    grid: layout.TableGrid | layout.FactsGrid | None,
    page: Page,
    close: float,
    tied: Sequence[Tie] = (Tie.NONE,),
    *,
    signed: bool,
) -> Iterator[Piece]:
    """The pieces of a block.

    Args:
        block: The block.
        grid: Its layout, if it is a grid.
        page: Kind of page.
        close: The share of the usual line pitch.
        tied: What its paragraphs are held to.
        signed: A signature follows.
    """
    sheet = layout.SHEETS[page]
    pitch, across = sheet.pitch * close, sheet.text_width / sheet.size
    match block:
        case Heading():
            yield Piece(pitch * lines_of(printed(block.text), across, INDENT), held=True)
        case Paragraph():
            counts = [lines_of(line, across, INDENT) for line in layout.lines(block.text)]
            left = sum(counts)
            for count, tie in zip(counts, tied, strict=True):
                for number in range(count, 0, -1):
                    # before a signature the first line is not left on the page before, see ``signed`` in record.typ
                    held = signed and left in (1, counts[-1])
                    yield Piece(pitch, held=held or _tied(tie, number, count), under=pitch - sheet.size)
                    left -= 1
        case Note():
            count = sum(lines_of(line, sheet.text_width / _NOTE, INDENT) for line in layout.lines(block.text))
            yield Piece(count * (_NOTE + inset(_NOTE_LEADING, close)), pitch - sheet.size, signed)
        case Facts() | Table():
            new_page = isinstance(block, Table) and block.new_page
            yield from _grid(grid, pitch, close, held=signed or tied[0] == Tie.NEXT, new_page=new_page) if grid else ()
        case Space():
            yield from [Piece(pitch)] * block.lines
        case Signature():
            yield Piece(_signature(block, page, close))


def _tied(tie: Tie, number: int, count: int) -> bool:
    """Whether a line, the ``number``-th from the end of its paragraph, is held to the next one."""
    return tie == Tie.NEXT or (number == 2 and tie != Tie.NONE) or (number == count and tie == Tie.ENDS)  # noqa: PLR2004


def title_height(document: Document, sheet: layout.PageFormat, pitch: float, *, whole_lines: bool) -> float:
    """Height from the title to the first line of text; ``whole_lines``: rounded up to lines on an official page."""
    lines = sum(math.ceil(width(line) * layout.TITLE / sheet.text_width) for line in layout.title_lines(document))
    guess = lines * (layout.TITLE + layout.TITLE_GAP) + (layout.SUBTITLE if document.subtitle else -layout.TITLE_GAP)
    height = (layout.title_height(document) or guess) + pitch * layout.under_title(document)
    if whole_lines and sheet.size > layout.SHEETS["T"].size:
        height = math.ceil(height / pitch) * pitch
    return height + pitch - sheet.size


def _row(lines: float, size: float, around: float, close: float) -> float:
    """Height of a row whose cells have ``lines`` lines, with ``around`` points above and below."""
    return lines * size + (lines - 1) * size * leading(close) + 2 * inset(around, close)


def _grid(
    grid: layout.TableGrid | layout.FactsGrid, pitch: float, close: float, *, held: bool, new_page: bool
) -> Iterator[Piece]:
    """The rows of a grid. Rows of facts that share a page are held together; a table's heading is held to its first row.

    Args:
        grid: The grid.
        pitch: The line pitch in points.
        close: The share of the usual one that it is.
        held: A signature, or text, follows and stays with the last row.
        new_page: It begins a page.
    """
    counts = grid.line_counts
    if isinstance(grid, layout.TableGrid):
        size, around, over, lead = grid.size, _TABLE_INSET, 0.0, 0
        may_break, heading = [not whole for whole in grid.whole], _row(grid.head, grid.size, _TABLE_INSET, close)
        yield Piece(heading, NEW_PAGE if new_page else pitch * _OVER_TABLE, held=True)
    else:
        size, around, over = layout.SIZE, _FACTS_INSET, pitch * _OVER_FACTS
        lead = len(counts) if grid.whole else grid.lead
        may_break, heading = grid.may_break, 0.0
    for number, (lines, breaks) in enumerate(zip(counts, may_break, strict=True), 1):
        ends, above = number == len(counts), over if number == 1 else 0.0
        unbroken = ends and held and grid.held and grid.tail < 0  # a low last row is not broken before a signature
        if breaks and not unbroken:
            line = size * (1 + leading(close))
            edge = _TOGETHER * line + inset(around, close)
            yield Piece(edge, above, again=heading)
            yield from [Piece(line, again=heading)] * (lines - 2 * _TOGETHER)
            yield Piece(edge - size * leading(close), held=ends and held, again=heading)
        else:
            high = _row(lines, size, around, close)
            signed = held and number > len(counts) - max(grid.held, 1)
            yield Piece(high, above, signed or (number <= lead and not ends), heading)


def _signature(block: Signature, page: Page, close: float) -> float:
    """Height of the signature lines and the seals; in portrait the lines are below one another."""
    sheet, seals, signers = layout.SHEETS[page], len(layout.seals(block)), layout.signers(block, page)
    roles, above = len(signers), sum(bool(above) for above, _ in signers)
    if sheet.landscape and not above:
        lines = math.ceil(roles / 2)
    else:
        lines = roles + above + bool(block.day and roles and not seals)  # the day has a line of its own
    signed = _SIGNATURE * lines + _SIGNATURE_GUTTER * close * max(lines - 1, 0)
    return sheet.pitch * close * _OVER_SIGNATURE + sheet.size * (signed + _SEAL * seals)
