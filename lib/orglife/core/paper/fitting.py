"""Choose the line pitch of a paper, so that no new page is begun only for a signature and a line or two before it.

GB/T 9704-2012, 7.3.5, requires this: seal, signature and date must be on a page with text; if the rest of the page has
no room for them, the line pitch is reduced. If a paper's last page would hold little, this module estimates whether a
smaller pitch saves that page; if pages stay half empty because their parts must not be split, it estimates whether a
slightly smaller pitch saves many pages. These are estimates, not measurements, so each page keeps some spare room.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, pairwise
from typing import NamedTuple

from orglife.core.paper import breaks, layout
from orglife.core.paper.block import Document, Figure, Signature
from orglife.core.paper.pieces import NEW_PAGE, Piece, paged, parts, title_height

CLOSER = (0.97, 0.94, 0.91, 0.88, 0.85, 0.82, 0.79, 0.77)
"""Line pitches as shares of the usual one; the first that saves the page is taken. The smallest is 三号 on 22 pt."""
_SPARE = 0.3  # lines per page left free to allow for errors of the estimate
_LITTLE = 0.42  # last page at most 42 % full: try to drop it
_MANY, _LITTLE_CLOSER = 0.75, 0.88  # if at most this share of the pages would do, reduce the pitch down to this share
_UNSIGNED = {"F11", "F25"}  # the ballot, which is one sheet, and the chair's script


class Fit(NamedTuple):
    """How a paper is set: the share of the usual line pitch (1, or one of CLOSER), and its grids."""

    close: float
    grids: layout.Grids


def fitted(document: Document) -> Fit:
    """How the paper is set.

    Only papers with a signature and without pictures are set closer, and a few that nobody signs. Nothing is tried if
    even the smallest pitch does not save a page.
    """
    grids = layout.grids(document)
    if not _may_be_closer(document):
        return Fit(1.0, grids)
    reckoned = _Reckoned(document, grids)
    return _broken_well(reckoned, _closeness(reckoned))


def fitted_elsewhere(document: Document, spares: Sequence[float]) -> Fit:
    """How the paper is set in a program whose lines are a little higher or shorter than ours, so that no page is added.

    It puts room where Chinese meets numbers.

    Args:
        document: The paper.
        spares: Lines per page to leave free for the difference; the first number with which the paper fits is taken.
    """
    grids = layout.grids(document)
    if not _may_be_closer(document):
        return Fit(1.0, grids)
    reckoned = _Reckoned(document, grids)
    own = _broken_well(reckoned, _closeness(reckoned))
    pages = _Reckoned(document, own.grids).pages(own.close, spare=0)
    elsewhere = _Reckoned(document, [layout.spaced(grid) for grid in own.grids])
    tried = [close for close in (1.0, *CLOSER) if close <= own.close]
    fitting = (elsewhere.widest(tried, pages, spare=spare) for spare in spares)
    return own._replace(close=next((close for close in fitting if close is not None), own.close))


def _broken_well(reckoned: _Reckoned, close: float) -> Fit:
    """The paper with its talks broken over pages where a reader expects it; a little closer where fewer are broken so."""
    signed = breaks.signed_facts(reckoned.document, reckoned.grids)
    if not signed:
        return Fit(close, reckoned.grids)
    best: tuple[tuple[int, int], Fit] | None = None
    for one in dict.fromkeys((1.0, close, *(one for one in CLOSER if _LITTLE_CLOSER <= one < close))):
        broken = breaks.broken_well(reckoned.document, reckoned.grids, signed, one)
        if best is None or (broken.torn, broken.pages) < best[0]:
            best = (broken.torn, broken.pages), Fit(one, broken.grids)
        if one <= close and not broken.torn:
            break
    return best[1] if best else Fit(close, reckoned.grids)


def _may_be_closer(document: Document) -> bool:
    kinds = {type(block) for block in document.blocks}
    return Figure not in kinds and (Signature in kinds or document.form in _UNSIGNED)


class _Reckoned:
    """The pieces of a paper at the usual pitch and at the smallest one, from which those between follow."""

    def __init__(self, document: Document, grids: layout.Grids) -> None:
        self.document, self.grids, sheet = document, grids, layout.SHEETS[document.page]
        self.room, self.pitch = (sheet.high - sheet.top - sheet.bottom) / layout.POINT, sheet.pitch
        self.usual = list(chain.from_iterable(parts(document, self.grids, 1.0)))
        # only at the usual pitch does the title take whole lines
        self._title = Piece(title_height(document, sheet, sheet.pitch, whole_lines=False))

    @cached_property
    def _least(self) -> list[Piece]:
        return list(chain.from_iterable(parts(self.document, self.grids, CLOSER[-1])))

    def pieces(self, close: float) -> Iterable[Piece]:
        """The pieces at a pitch."""
        return self.usual if close == 1 else _between([self._title, *self.usual[1:]], self._least, close)

    def pages(self, close: float, *, spare: float = _SPARE) -> int:
        """Number of pages at a pitch, with ``spare`` lines of each page left free."""
        return paged(self.pieces(close), self.room - self.pitch * spare)[0]

    def widest(self, tried: Sequence[float], target: int, *, spare: float = _SPARE) -> float | None:
        """The first of the pitches, the widest one first, with which the paper takes ``target`` pages; None if none does."""
        place = bisect.bisect_left(tried, True, key=lambda close: self.pages(close, spare=spare) <= target)
        return tried[place] if place < len(tried) else None


def _closeness(reckoned: _Reckoned) -> float:
    pages, taken = paged(reckoned.usual, reckoned.room)
    little = taken <= reckoned.room * _LITTLE or _runs_over(reckoned)
    target = pages - 1 if little else int(pages * _MANY)
    if not target or reckoned.pages(CLOSER[-1]) > target:
        return 1.0
    tried = CLOSER if little else [close for close in CLOSER if close >= _LITTLE_CLOSER]
    return reckoned.widest(tried, target) or 1.0


def _runs_over(reckoned: _Reckoned) -> bool:
    """Whether what stands before a table that begins a page runs over its page by little."""
    starts = [number for number, piece in enumerate(reckoned.usual) if piece.over >= NEW_PAGE]
    stretches = (paged(reckoned.usual[start:end], reckoned.room) for start, end in pairwise([0, *starts]))
    return any(pages > 1 and taken <= reckoned.room * _LITTLE for pages, taken in stretches)


def _between(usual: list[Piece], least: list[Piece], close: float) -> Iterator[Piece]:
    """The pieces at another pitch, by linear interpolation between the smallest and the usual pitch."""
    share = (close - CLOSER[-1]) / (1 - CLOSER[-1])

    def grown(small: float, large: float) -> float:
        return small + share * (large - small)

    for large, small in zip(usual, least, strict=True):
        yield Piece(
            grown(small.high, large.high),
            grown(small.over, large.over),
            large.held,
            grown(small.again, large.again),
            grown(small.under, large.under),
        )


class Rows:
    """Estimated rows of a table on each page that it takes."""

    def __init__(self, document: Document, number: int) -> None:
        """``number``: index of the table among the blocks."""
        self._reckoned = _Reckoned(document, layout.grids(document))
        counts = [len(part) for part in parts(document, self._reckoned.grids, 1.0)]
        first = sum(counts[: number + 1]) + 1  # the heading of the table is a piece, too
        self._rows = range(first, first + counts[number + 1] - 1)

    @cached_property
    def _own(self) -> float:
        return _closeness(self._reckoned) if _may_be_closer(self._reckoned.document) else 1.0

    def by_page(self, *, close: float = 0.0, spare: float = 0.0) -> list[int]:
        """The rows on each page.

        Args:
            close: At this share of the usual line pitch; 0 = at the one that the paper is set with.
            spare: Lines of each page left free; those of ``fitted`` where it sets the paper closer.
        """
        own = 1.0 if close else self._own
        room = self._reckoned.room - self._reckoned.pitch * (spare if own == 1 else _SPARE)
        on: Counter[int] = Counter()
        filled = (1, 0.0)
        held: list[Piece] = []  # not placed yet: the next piece must be on their page
        rows = 0  # among them
        for number, piece in enumerate(self._reckoned.pieces(close or own)):
            held.append(piece)
            rows += number in self._rows
            if not piece.held:
                filled = paged(held, room, filled)
                on[filled[0]] += rows
                held, rows = [], 0
        on[filled[0]] += rows
        return [on[page] for page in sorted(on) if on[page]]
