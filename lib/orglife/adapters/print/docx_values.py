"""What the templates of DOCX get: papers as values, with everything counted that is easier to count here.

Word counts in twentieths of a point; lengths without a unit are in these.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from orglife.adapters.print import glyphs
from orglife.core.paper import fitting, layout
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

BLANK_DAY = "　　年　　月　　日"
_MARK, _CODE = 2400, 4200  # room beside the theme for the mark of a draft, for an archive number
_TWIP = 20  # to a point
_BODY = 16.0  # pt, 三号
_TITLE_LINE, _SUBTITLE_LINE, _FOOTER_LINE = 680, 478, 360  # 1/20 pt, as in styles.xml.j2
_SPARE, _SPARE_TABLE = 1.2, 2.0  # lines a page that Word's pages may differ by; where there are tables
_LINE = 7.0  # characters, to sign on


class Measures(NamedTuple):
    """A sheet in Word's units (1/20 pt); ``small`` is the text's size in half points where it is not the styles'.

    ``close``: How close the lines are set, as ``fitting`` reckons it.
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
        """The same with its lines set closer."""
        return self._replace(line=round(self.line * close), pitch=self.pitch * close, close=close)

    def cell(self, size: float) -> int:
        """Line pitch of the text of a cell."""
        return round(
            (340 if size > layout.SMALL else 298) - size * _TWIP * (fitting.leading(1) - fitting.leading(self.close))
        )

    def inset(self, usual: int) -> int:
        """Room over and under a cell, a note."""
        return round(fitting.inset(usual, self.close))


def _measures(sheet: layout.PageFormat) -> Measures:
    def twips(mm: float) -> int:
        return round(mm / layout.POINT * _TWIP)

    paper = (twips(sheet.wide), twips(sheet.high))
    top, right, bottom, left = (twips(side) for side in (sheet.top, sheet.right, sheet.bottom, sheet.left))
    wide, high = paper[0] - left - right, paper[1] - top - bottom
    official = sheet.size > layout.SHEETS["T"].size  # Word knows no 15.75 pt: 三号 is 16, drawn together until 28 fit
    return Measures(
        paper=paper,
        top=top,
        right=right,
        bottom=bottom,
        left=left,
        footer=bottom - twips(7) - _FOOTER_LINE,  # 7 mm under the text
        wide=wide,
        line=high // 22 if official else round(sheet.pitch * _TWIP),
        pitch=sheet.pitch,
        size=_BODY if official else sheet.size,
        small=0 if official else round(sheet.size * 2),
    )


MEASURES: dict[Page, Measures] = {page: _measures(sheet) for page, sheet in layout.SHEETS.items()}


class MarginHead(NamedTuple):
    """What stands in the margin over a paper."""

    page: Page
    theme: str
    draft: bool
    code: str
    checksum: str  # the history's head, on papers made for good

    @property
    def beside(self) -> int:
        """Room taken beside the theme."""
        return _MARK if self.draft else _CODE if self.code else 0


def margin_head_of(document: Document) -> MarginHead:
    """What stands over a paper."""
    return MarginHead(
        document.page, printed(document.theme), document.draft, printed(document.code), printed(document.head)
    )


def paper(document: Document, headers: Mapping[MarginHead, Mapping[str, str]]) -> dict[str, Any]:
    """A paper as body.xml.j2 takes it; each block comes with what is counted for it, and whether it must stay with the next.

    Args:
        document: The paper.
        headers: Relationships of the headers by kind of page.
    """
    spare = _SPARE_TABLE if any(isinstance(block, Table) for block in document.blocks) else _SPARE
    sheet, head = MEASURES[document.page].drawn(fitting.closeness(document, spare=spare)), margin_head_of(document)
    subtitle = printed(document.subtitle)
    return {
        "sheet": sheet,
        "headers": headers[head],
        "header": _header_top(head, sheet),
        "title": "\n".join(glyphs.one_line(line) for line in layout.title_lines(document)),
        "subtitle": subtitle,
        "after": _after_title(layout.title_lines(document), subtitle, sheet),
        "recipient": layout.addressed(document.recipient),
        "blocks": [
            (block, view, isinstance(after, Signature))
            for block, after in pairwise([*document.blocks, None])
            if block and (view := _view(block, document.page, sheet)) is not None
        ],
    }


def _header_top(head: MarginHead, sheet: Measures) -> int:
    """Where the header begins so that it ends 7 mm over the text."""
    room = (sheet.wide - head.beside) / _TWIP / 9  # characters of 9 pt
    tall = max(240 * math.ceil(width(f"会议主题：{head.theme}") / (room - 1)), 340 if head.draft else 0)
    tall += 240 if head.checksum else 0
    return max(sheet.top - round(7 / layout.POINT * _TWIP) - tall, 200)


def _after_title(title: list[str], subtitle: str, sheet: Measures) -> int:
    """Room under the title: it is a whole number of lines high, and the text under it stays on the grid."""
    lines = sum(math.ceil(width(printed(line)) * layout.TITLE * _TWIP / sheet.wide) for line in title if line)
    taken = lines * _TITLE_LINE + (_SUBTITLE_LINE if subtitle else 0)
    return 140 if sheet.small or sheet.close < 1 else -taken % sheet.line


def _view(block: Block, page: Page, sheet: Measures) -> Any:
    """What the template needs beside the block itself; None where nothing is to be printed."""
    match block:
        case Heading():
            return glyphs.one_line(block.text)
        case Paragraph() | Note():
            return layout.lines(block.text)
        case Facts() if block.rows:
            grid = layout.facts_grid(block, page)
            return {"grid": grid, "widths": _fact_widths(grid, sheet.wide)}
        case Table():
            shares = [column.share for column in block.columns]
            return {"grid": layout.table_grid(block, page), "widths": _shared(sheet.wide, shares)}
        case Space():
            return block.lines
        case Signature():
            return _signature(block, sheet)
    return None


def _shared(wide: int, shares: list[int]) -> list[int]:
    """Widths that together are exactly ``wide``."""
    edges = [round(wide * sum(shares[:number]) / sum(shares)) for number in range(len(shares) + 1)]
    return [after - before for before, after in pairwise(edges)]


def _fact_widths(grid: layout.FactsGrid, wide: int) -> list[int]:
    label = round((grid.label * layout.SIZE + 14) * _TWIP)
    values = _shared(wide - label * grid.across, [1] * grid.across)
    return [one for value in values for one in (label, value)]


def _signature(block: Signature, sheet: Measures) -> dict[str, Any]:
    """Seals with their indent from the right; then lines to sign on, each with one role or two, and the day."""
    seals, day, em = layout.seals(block), printed(block.day), sheet.size * _TWIP
    roles = [printed(role) + "：" for role in block.roles if role not in seals]
    own = "" if seals else day  # a day that stands under a seal is not said again
    flat = (
        sheet.paper[0] > sheet.paper[1]
    )  # height is dear on a wide page: two roles side by side, the day in their line
    tails = ["" if own else BLANK_DAY for _ in roles]
    if own and flat and roles:
        tails[-1] = f"　　{own}　　"
    under = width(day or BLANK_DAY) / 2
    return {
        "day": day,
        "dated": bool(own and roles) and not flat,
        "inset": round(layout.SIGN_INSET * em),
        "seals": [
            (printed(name), round(max(0.0, layout.SIGN_INSET + under - width(printed(name)) / 2) * em))
            for name in seals
        ],
        "lines": _places(list(zip(roles, tails, strict=True)), min(len(roles), 2 if flat else 1), sheet, flat=flat),
    }


class _SignatureTab(NamedTuple):
    """A place to sign: the line runs from ``start`` to ``end`` (1/20 pt); what of a role is too long for it stands above."""

    role: str
    long: str
    tail: str
    start: int
    end: int


def _places(pairs: list[tuple[str, str]], across: int, sheet: Measures, *, flat: bool) -> list[list[_SignatureTab]]:
    """Places ``across`` to a line, set from the right: room for the longest tail, the line, the longest role."""
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
