"""Choose the line pitch of a paper, so that no new page is begun only for a signature and a line or two before it.

GB/T 9704-2012, 7.3.5, requires this: seal, signature and date must be on a page with text; if the rest of the page has
no room for them, the line pitch is reduced. If a paper's last page would hold little, this module estimates whether a
smaller pitch saves that page; if pages stay half empty because their parts must not be split, it estimates whether a
slightly smaller pitch saves many pages. These are estimates, not measurements, so each page keeps some spare room.
"""

from __future__ import annotations

import bisect
import functools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from orglife.core.paper import layout
from orglife.core.paper.block import (
    Block,
    Document,
    Facts,
    Figure,
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

CLOSER = (0.97, 0.94, 0.91, 0.88, 0.85, 0.82, 0.79, 0.77)
"""Line pitches as shares of the usual one; the first that saves the page is taken. The smallest is 三号 on 22 pt."""
_SPARE = 0.3  # lines per page left free to allow for errors of the estimate
_LITTLE = 0.42  # last page at most 42 % full: try to drop it
_MANY, _LITTLE_CLOSER = 0.75, 0.88  # if at most this share of the pages would do, reduce the pitch down to this share
# Dimensions from templates/typst/record.typ; when the pitch is reduced, room inside a cell shrinks faster than the pitch.
_NOTE, _NOTE_LEADING = 12.0, 7.0  # pt
_FACTS_INSET, _TABLE_INSET = 5.5, 5.0  # above and below the text of a cell, pt
_LEADING_SHRINKS, _INSET_SHRINKS = 0.75, 2.5  # per unit by which the pitch shrinks
_OVER_FACTS, _OVER_TABLE, _UNDER_TITLE = 0.5, 0.6, 0.25  # lines: room above a grid, below the title
_OVER_SIGNATURE, _SIGNATURE, _SIGNATURE_GUTTER, _SEAL = 0.7, 1.15, 0.9, 2.6  # first in lines, others in text sizes
_INDENT, _SQUEEZED = 2, 0.5  # characters: indent of a first line; squeeze of a punctuation mark at a line's end
_MOVED = 0.5  # characters per line that move to the next line with a punctuation mark
_CLOSING = "，。、；：？！）」』》〉】”’"
_WORD = re.compile("[!-~]{4,}")
_UNIT = re.compile(f"[（「『《〈【“‘]*(?:[!-~]+[年月日]?|.)[{_CLOSING}]*")
_TOGETHER = 2  # lines that stay together at the beginning and the end of a row that breaks
_BALLOT = "F11"
_NOTHING = 0.01  # pt: rounding tolerance, so that 22 lines always fit on a page
_NEW_PAGE = 1e6  # pt: more room above than any page has


class _Piece(NamedTuple):
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


def closeness(document: Document, grids: layout.Grids | None = None) -> float:
    """The share of the usual line pitch to set the paper with: 1, or one of CLOSER.

    Only papers with a signature and without pictures are set closer, and the ballot, which is one sheet. Nothing is tried if even the smallest pitch does not save a page.

    Args:
        document: The paper.
        grids: Its ``layout.grids``, if they are known already.
    """
    return _closeness(_Reckoned(document, grids)) if _may_be_closer(document) else 1.0


def closeness_elsewhere(document: Document, spares: Sequence[float], grids: layout.Grids | None = None) -> float:
    """The line pitch for a program whose lines are a little higher or shorter than ours, so that no page is added.

    It puts room where Chinese meets numbers.

    Args:
        document: The paper.
        spares: Lines per page to leave free for the difference; the first number with which the paper fits is taken.
        grids: Its ``layout.grids``, if they are known already.
    """
    if not _may_be_closer(document):
        return 1.0
    grids = layout.grids(document) if grids is None else grids
    reckoned = _Reckoned(document, grids)
    own = _closeness(reckoned)
    pages = reckoned.pages(own, spare=0)
    there = _Reckoned(document, [layout.spaced(grid) for grid in grids])
    tried = [close for close in (1.0, *CLOSER) if close <= own]
    fitting = (there.widest(tried, pages, spare=spare) for spare in spares)
    return next((close for close in fitting if close is not None), own)


def _may_be_closer(document: Document) -> bool:
    kinds = {type(block) for block in document.blocks}
    return Figure not in kinds and (Signature in kinds or document.form == _BALLOT)


class _Reckoned:
    """The pieces of a paper at the usual pitch and at the smallest one, from which those between follow."""

    def __init__(self, document: Document, grids: layout.Grids | None) -> None:
        self._document, sheet = document, layout.SHEETS[document.page]
        self.grids = layout.grids(document) if grids is None else grids
        self.room, self.pitch = (sheet.high - sheet.top - sheet.bottom) / layout.POINT, sheet.pitch
        self.usual = list(chain.from_iterable(_parts(document, self.grids, 1.0)))
        # only at the usual pitch does the title take whole lines
        self._title = _Piece(_title(document, sheet, sheet.pitch, whole_lines=False))

    @cached_property
    def _least(self) -> list[_Piece]:
        return list(chain.from_iterable(_parts(self._document, self.grids, CLOSER[-1])))

    def pieces(self, close: float) -> Iterable[_Piece]:
        """The pieces at a pitch."""
        return self.usual if close == 1 else _between([self._title, *self.usual[1:]], self._least, close)

    def pages(self, close: float, *, spare: float = _SPARE) -> int:
        """Number of pages at a pitch, with ``spare`` lines of each page left free."""
        return _paged(self.pieces(close), self.room - self.pitch * spare)[0]

    def widest(self, tried: Sequence[float], wanted: int, *, spare: float = _SPARE) -> float | None:
        """The first of the pitches, the widest one first, with which the paper takes ``wanted`` pages; None if none does."""
        place = bisect.bisect_left(tried, True, key=lambda close: self.pages(close, spare=spare) <= wanted)
        return tried[place] if place < len(tried) else None


def _closeness(reckoned: _Reckoned) -> float:
    pages, taken = _paged(reckoned.usual, reckoned.room)
    little = taken <= reckoned.room * _LITTLE
    wanted = pages - 1 if little else int(pages * _MANY)
    if not wanted or reckoned.pages(CLOSER[-1]) > wanted:
        return 1.0
    tried = CLOSER if little else [close for close in CLOSER if close >= _LITTLE_CLOSER]
    return reckoned.widest(tried, wanted) or 1.0


def _between(usual: list[_Piece], least: list[_Piece], close: float) -> Iterator[_Piece]:
    """The pieces at another pitch, by linear interpolation between the smallest and the usual pitch."""
    share = (close - CLOSER[-1]) / (1 - CLOSER[-1])

    def grown(small: float, large: float) -> float:
        return small + share * (large - small)

    for large, small in zip(usual, least, strict=True):
        yield _Piece(
            grown(small.high, large.high),
            grown(small.over, large.over),
            large.held,
            grown(small.again, large.again),
            grown(small.under, large.under),
        )


def _paged(pieces: Iterable[_Piece], room: float) -> tuple[int, float]:
    """(Number of pages, height used on the last page).

    Pieces that are held together are placed as one group: ``first`` is the first piece, ``height`` the total.
    """
    pages, taken = 1, 0.0
    first: _Piece | None = None
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


def rows_by_page(document: Document, number: int, *, usual: bool = False, spare: float = 0.0) -> list[int]:
    """Estimated rows of a table on each page that it takes.

    Args:
        document: The paper.
        number: Index of the table among the blocks.
        usual: At the usual line pitch, not at the one that the paper is set with.
        spare: Lines of each page left free.
    """
    reckoned = _Reckoned(document, None)
    close = 1.0 if usual or not _may_be_closer(document) else _closeness(reckoned)
    pieces, room = list(reckoned.pieces(close)), reckoned.room - reckoned.pitch * (spare if close == 1 else _SPARE)
    parts = list(_parts(document, reckoned.grids, 1.0))
    first = sum(map(len, parts[: number + 1])) + 1  # the heading is a piece, too
    ends = [place for place in range(first, first + len(parts[number + 1]) - 1)]
    on = [_paged(pieces[: next((n for n in range(end, len(pieces)) if not pieces[n].held), end) + 1], room)[0] for end in ends]
    return [on.count(page) for page in sorted(set(on))]


def _parts(document: Document, grids: layout.Grids, close: float) -> Iterator[list[_Piece]]:
    """The pieces of the title and of each block; the last piece before a signature is held to it."""
    sheet = layout.SHEETS[document.page]
    pitch = sheet.pitch * close
    head = [_Piece(_title(document, sheet, pitch, whole_lines=close == 1))]
    yield [*head, _Piece(pitch)] if document.recipient else head
    for block, grid, after in zip(document.blocks, grids, [*document.blocks[1:], None], strict=True):
        yield list(_pieces(block, grid, document.page, close, signed=isinstance(after, Signature)))


def _pieces(
    block: Block, grid: layout.TableGrid | layout.FactsGrid | None, page: Page, close: float, *, signed: bool
) -> Iterator[_Piece]:
    """The pieces of a block; ``signed``: a signature follows."""
    sheet = layout.SHEETS[page]
    pitch, across = sheet.pitch * close, sheet.text_width / sheet.size
    match block:
        case Heading():
            yield _Piece(pitch * lines_of(printed(block.text), across), held=True)
        case Paragraph():
            counts = [lines_of(line, across) for line in layout.lines(block.text)]
            for number in range(sum(counts), 0, -1):
                # before a signature the first line is not left on the page before, see ``signed`` in record.typ
                held = signed and number in (1, counts[-1])
                yield _Piece(pitch, held=held, under=pitch - sheet.size)
        case Note():
            count = sum(lines_of(line, sheet.text_width / _NOTE) for line in layout.lines(block.text))
            yield _Piece(count * (_NOTE + inset(_NOTE_LEADING, close)), pitch - sheet.size, signed)
        case Facts() | Table():
            new_page = isinstance(block, Table) and block.new_page
            yield from _grid(grid, pitch, close, held=signed, new_page=new_page) if grid else ()
        case Space():
            yield from [_Piece(pitch)] * block.lines
        case Signature():
            yield _Piece(_signature(block, page, close))


@functools.lru_cache(maxsize=4096)  # a paper's paragraphs are reckoned at two pitches, in PDF and in Word
def lines_of(text: str, room: float) -> int:
    """Number of lines of a paragraph when a line holds ``room`` Chinese characters.

    Latin words and numbers are not broken, so they leave room at the end of a line.
    """
    whole = layout.set_width(text) + _INDENT
    lines = math.ceil(whole / room)
    if lines * room - whole > lines * _MOVED and not _WORD.search(text):
        return lines
    lines, taken = 1, float(_INDENT)
    for unit in _UNIT.findall(text):
        wide = layout.set_width(unit)
        taken += wide
        if taken > room + (_SQUEEZED if unit[-1] in _CLOSING else 0):
            lines, taken = lines + 1, wide
            if wide > room:
                lines, taken = lines + int(wide / room), wide % room
    return lines


def _title(document: Document, sheet: layout.PageFormat, pitch: float, *, whole_lines: bool) -> float:
    """Height from the title to the first line of text; ``whole_lines``: rounded up to lines on an official page."""
    lines = sum(math.ceil(width(line) * layout.TITLE / sheet.text_width) for line in layout.title_lines(document))
    guess = lines * (layout.TITLE + layout.TITLE_GAP) + (layout.SUBTITLE if document.subtitle else -layout.TITLE_GAP)
    height = (layout.title_height(document) or guess) + pitch * _UNDER_TITLE
    if whole_lines and sheet.size > layout.SHEETS["T"].size:
        height = math.ceil(height / pitch) * pitch
    return height + pitch - sheet.size


def _row(lines: float, size: float, around: float, close: float) -> float:
    """Height of a row whose cells have ``lines`` lines, with ``around`` points above and below."""
    return lines * size + (lines - 1) * size * leading(close) + 2 * inset(around, close)


def _grid(
    grid: layout.TableGrid | layout.FactsGrid, pitch: float, close: float, *, held: bool, new_page: bool
) -> Iterator[_Piece]:
    """The rows of a grid. Rows of facts that share a page are held together; a table's heading is held to its first row.

    Args:
        grid: The grid.
        pitch: The line pitch in points.
        close: The share of the usual one that it is.
        held: A signature follows and stays with the last row.
        new_page: It begins a page.
    """
    counts = grid.line_counts
    if isinstance(grid, layout.TableGrid):
        size, around, over, lead = grid.size, _TABLE_INSET, 0.0, 0
        may_break, heading = [not whole for whole in grid.whole], _row(1, grid.size, _TABLE_INSET, close)
        yield _Piece(heading, _NEW_PAGE if new_page else pitch * _OVER_TABLE, held=True)
    else:
        size, around, over = layout.SIZE, _FACTS_INSET, pitch * _OVER_FACTS
        lead = len(counts) if grid.whole else grid.lead
        may_break, heading = grid.may_break, 0.0
    for number, (lines, breaks) in enumerate(zip(counts, may_break, strict=True), 1):
        ends, above = number == len(counts), over if number == 1 else 0.0
        unbroken = ends and held and grid.held and grid.tail < 0  # a low last row is not broken before a signature
        if breaks and lines >= 2 * _TOGETHER and not unbroken:
            line = size * (1 + leading(close))
            edge = _TOGETHER * line + inset(around, close)
            yield _Piece(edge, above, again=heading)
            yield from [_Piece(line, again=heading)] * (lines - 2 * _TOGETHER)
            yield _Piece(edge - size * leading(close), held=ends and held, again=heading)
        else:
            high = _row(lines, size, around, close)
            yield _Piece(high, above, (ends and held) or (number <= lead and not ends), heading)


def _signature(block: Signature, page: Page, close: float) -> float:
    """Height of the signature lines and the seals; in portrait the lines are below one another."""
    sheet, seals, signers = layout.SHEETS[page], len(layout.seals(block)), layout.signers(block, page)
    roles, above = len(signers), sum(bool(above) for above, _ in signers)
    if sheet.wide > sheet.high and not above:
        lines = math.ceil(roles / 2)
    else:
        lines = roles + above + bool(block.day and roles and not seals)  # the day has a line of its own
    signed = _SIGNATURE * lines + _SIGNATURE_GUTTER * close * max(lines - 1, 0)
    return sheet.pitch * close * _OVER_SIGNATURE + sheet.size * (signed + _SEAL * seals)
