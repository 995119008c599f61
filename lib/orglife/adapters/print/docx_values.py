"""Values for the DOCX templates, including what is easier to compute here than there.

Lengths without a unit are in twentieths of a point (twips), Word's unit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from orglife.adapters.print import glyphs
from orglife.core.paper import fitting, layout, pieces
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
from orglife.core.paper.together import ties

BLANK_DAY = "　　年　　月　　日"
_MARK, _CODE = 2400, 4200  # space beside the theme for the draft mark, for an archive number
_TWIP = 20  # twips per point
_BODY = 16.0  # pt, 三号
_TITLE_LINE, _SUBTITLE_LINE, _FOOTER_LINE = 680, 478, 360  # 1/20 pt, as in styles.xml.j2
_SPARES = (2.0, 1.2, 0.6, 0.3)  # lines per page by which the layout of Word and its like may differ, the best first
_UNDER, _UNDER_LINE = 7.5, 180  # pt, twips: text under the page number, as in footer.xml.j2
_CELL_SHRINKS = 60  # twips by which the room in a cell shrinks more than in the PDF, per unit of the pitch
_LINE = 7.0  # length of a line to sign on, in characters


class Measures(NamedTuple):
    """Page measures in twips; ``small`` is the text size in half points, 0 for the size of the styles.

    ``close``: Factor of the line spacing, computed by ``fitting``.
    """

    paper: tuple[int, int]
    top: int
    right: int
    bottom: int
    left: int
    footer: int
    wide: int
    line: int
    pitch: float
    size: float
    small: int
    close: float = 1.0

    def drawn(self, close: float) -> Measures:
        """The same measures with the line spacing scaled by ``close``."""
        return self._replace(line=round(self.line * close), pitch=self.pitch * close, close=close)

    def cell(self, size: float) -> int:
        """Line spacing of text in a cell."""
        return round(
            (340 if size > layout.SMALL else 298) - size * _TWIP * (pieces.leading(1) - pieces.leading(self.close))
        )

    def beside(self, usual: int) -> int:
        """Space above and below the text of a cell; a closer line keeps some of what is cut off here."""
        return round(pieces.inset(usual, self.close) - (1 - self.close) * _CELL_SHRINKS)

    def inset(self, usual: int) -> int:
        """Space above and below a note."""
        return round(pieces.inset(usual, self.close))


def _measures(sheet: layout.PageFormat) -> Measures:
    def twips(mm: float) -> int:
        return round(mm / layout.POINT * _TWIP)

    paper = (twips(sheet.wide), twips(sheet.high))
    top, right, bottom, left = (twips(side) for side in (sheet.top, sheet.right, sheet.bottom, sheet.left))
    wide, high = paper[0] - left - right, paper[1] - top - bottom
    official = (
        sheet.size > layout.SHEETS["T"].size
    )  # Word has no 15.75 pt: use 16 pt, condensed so that 28 fit on a line
    return Measures(
        paper=paper,
        top=top,
        right=right,
        bottom=bottom,
        left=left,
        footer=bottom - twips(7) - _FOOTER_LINE,  # 7 mm below the text
        wide=wide,
        line=high // 22 if official else round(sheet.pitch * _TWIP),
        pitch=sheet.pitch,
        size=_BODY if official else sheet.size,
        small=0 if official else round(sheet.size * 2),
    )


MEASURES: dict[Page, Measures] = {page: _measures(sheet) for page, sheet in layout.SHEETS.items()}


class MarginHead(NamedTuple):
    """The content of the margins of a paper: over the text, or under it on a paper made for good."""

    page: Page
    theme: str
    draft: bool
    code: str
    checksum: str  # the chain's head, on final papers

    @property
    def for_good(self) -> bool:
        """Whether the top margin is left to the archive's stamp, with only the archive number in its corner."""
        return bool(self.code or self.checksum)

    @property
    def under(self) -> list[tuple[str, str]]:
        """The lines under the page number, each with its font."""
        lines = [(f"历史记录校验值：{self.checksum}", "宋体")] if self.checksum else []
        return [*lines, *([(f"会议主题：{self.theme}", "楷体")] if self.theme else [])] if self.for_good else []

    @property
    def beside(self) -> int:
        """Width reserved beside the theme."""
        return _MARK if self.draft else _CODE if self.code else 0


def margin_head_of(document: Document) -> MarginHead:
    """The top margin of a paper."""
    return MarginHead(
        document.page, printed(document.theme), document.draft, printed(document.code), printed(document.head)
    )


_Parts = Mapping[MarginHead, Mapping[str, str]]


def paper(document: Document, headers: _Parts, footers: _Parts) -> dict[str, Any]:
    """A paper for body.xml.j2; each block with its computed values and whether to keep it with the next block.

    Args:
        document: The paper; its pictures become tables of their numbers.
        headers: Margin head → kind of page → relationship id of the header.
        footers: The same for the footer.
    """
    document = document.model_copy(update={"blocks": list(_numbers_for_pictures(document.blocks))})
    close, grids = fitting.fitted_elsewhere(document, _SPARES)
    sheet, head = MEASURES[document.page].drawn(close), margin_head_of(document)
    subtitle = printed(document.subtitle)
    return {
        "sheet": sheet,
        "headers": headers[head],
        "footers": footers[head],
        "footer": _footer_bottom(head, sheet),
        "header": _header_top(head, sheet),
        "title": "\n".join(glyphs.one_line(line) for line in layout.title_lines(document)),
        "subtitle": subtitle,
        "after": _after_title(document, sheet),
        "recipient": layout.addressed(document.recipient),
        "blocks": [
            (block, view, isinstance(after, Signature), tied, layout.room_between(before, block))
            for (before, block, after), grid, tied in zip(
                _between_others(document.blocks), grids, ties(document, grids), strict=True
            )
            if (view := _view(block, grid, sheet)) is not None
        ],
    }


def _between_others(blocks: Sequence[Block]) -> Iterator[tuple[Block | None, Block, Block | None]]:
    """Each block with the one before it and the one after it."""
    return zip([None, *blocks], blocks, [*blocks[1:], None], strict=False)


def _numbers_for_pictures(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with a table for each picture that no table of the paper follows: we draw SVG, which older Word lacks."""
    for block in blocks:
        if not isinstance(block, Figure):
            yield block
        elif not block.numbered:
            yield from (Note(text=block.title), block.table())


def _header_top(head: MarginHead, sheet: Measures) -> int:
    """The top of the header such that it ends 7 mm above the text."""
    room = (sheet.wide - head.beside) / _TWIP / 9  # characters of 9 pt
    tall = max(240 * math.ceil(width(f"会议主题：{head.theme}") / (room - 1)), 340 if head.draft else 0)
    if head.for_good and not head.draft:
        tall = 240
    return max(sheet.top - round(7 / layout.POINT * _TWIP) - tall, 200)


def _footer_bottom(head: MarginHead, sheet: Measures) -> int:
    """The distance of the footer from the edge such that its page number stands 7 mm below the text."""
    room = sheet.wide / _TWIP / _UNDER
    lines = sum(math.ceil(width(text) / (room - 1)) for text, _ in head.under)
    return max(sheet.footer - lines * _UNDER_LINE, 200)


def _after_title(document: Document, sheet: Measures) -> int:
    """Space below the title that makes its height a multiple of the line spacing, so that the text stays on the grid."""
    leading = (_TITLE_LINE - layout.TITLE * _TWIP) / 2  # a line of a title has room below its text already
    least = round(sheet.line * layout.under_title(document) - leading) if document.recipient else 0
    if sheet.small or sheet.close < 1:
        return max(least, 140)
    title = layout.title_lines(document)
    lines = sum(math.ceil(width(printed(line)) * layout.TITLE * _TWIP / sheet.wide) for line in title if line)
    taken = lines * _TITLE_LINE + (_SUBTITLE_LINE if printed(document.subtitle) else 0) + least
    return least + -taken % sheet.line


def _view(block: Block, grid: layout.TableGrid | layout.FactsGrid | None, sheet: Measures) -> Any:
    """The values that the template needs besides the block itself; None for a block that prints nothing."""
    match block:
        case Heading():
            return glyphs.one_line(block.text)
        case Paragraph() | Note():
            return layout.lines(block.text)
        case Facts() if isinstance(grid, layout.FactsGrid):
            return {"grid": grid, "widths": _fact_widths(grid, sheet.wide)}
        case Table() if isinstance(grid, layout.TableGrid):
            return {"grid": grid, "widths": _shared(sheet.wide, grid.shares)}
        case Space():
            return block.lines
        case Signature():
            return _signature(block, sheet)
    return None


def _shared(wide: int, shares: Sequence[float]) -> list[int]:
    """Rounded column widths in proportion to ``shares`` that add up to exactly ``wide``."""
    edges = [round(wide * sum(shares[:number]) / sum(shares)) for number in range(len(shares) + 1)]
    return [after - before for before, after in pairwise(edges)]


def _fact_widths(grid: layout.FactsGrid, wide: int) -> list[int]:
    label = round((grid.label * layout.SIZE + 14) * _TWIP)
    values = _shared(wide - label * grid.across, [1] * grid.across)
    return [one for value in values for one in (label, value)]


def _signature(block: Signature, sheet: Measures) -> dict[str, Any]:
    """Seals with their indent from the right, then lines to sign on with one or two roles each, and the day."""
    seals, day, em = layout.seals(block), printed(block.day), sheet.size * _TWIP
    roles = [printed(role) + "：" for role in block.roles if role not in seals]
    own = "" if seals else day  # a day under a seal is not repeated
    flat = (
        sheet.paper[0] > sheet.paper[1]
    )  # save height on a landscape page: two roles side by side, with the day on their line
    tails = ["" if own else BLANK_DAY for _ in roles]
    if own and flat and roles:
        tails[-1] = f"　　{own}　　"
    under = width(day or BLANK_DAY) / 2
    return {
        "day": day,
        "dated": bool(own and roles) and not flat,
        "inset": round(layout.SIGN_INSET * em),
        "seals": [
            (name, round(max(0.0, layout.SIGN_INSET + under - width(name) / 2) * em))
            for name in map(layout.sealed_name, seals)
        ],
        "lines": _places(list(zip(roles, tails, strict=True)), min(len(roles), 2 if flat else 1), sheet, flat=flat),
    }


class _SignatureTab(NamedTuple):
    """A line to sign on from ``start`` to ``end`` (twips); ``long`` is the part of a long role printed above it."""

    role: str
    long: str
    tail: str
    start: int
    end: int


def _places(pairs: list[tuple[str, str]], across: int, sheet: Measures, *, flat: bool) -> list[list[_SignatureTab]]:
    """Lines to sign on, ``across`` side by side, laid out from the right: longest tail, the line, longest role."""
    lines: list[list[_SignatureTab]] = [[] for _ in range(0, len(pairs), across or 1)]
    em, right = sheet.size * _TWIP, float(sheet.wide)
    for number in reversed(range(across)):
        column = pairs[number::across]
        tail = max(width(tail) for _, tail in column) or (1.0 if flat else layout.SIGN_INSET)
        end = right - tail * em
        start = end - _LINE * em
        room = sheet.wide / across - (tail + _LINE) * em
        for line, (role, behind) in zip(lines, column, strict=False):
            above, beside = layout.role_parts(role, room / em, sheet.wide / em - layout.SIGN_INSET)
            line.insert(0, _SignatureTab(beside, above, behind, round(start), round(end)))
        right = start - min(max(width(role) for role, _ in column) * em, room)
    return lines
