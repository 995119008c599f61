"""Page dimensions and the table layout that follows from them, shared by all formats with pages."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from orglife.core.paper.block import ISSUER, Block, Document, Facts, Page, Signature, Table, printed, width
from orglife.core.paper.columns import between, widths
from orglife.core.paper.lines import lines_of, set_width

POINT = 25.4 / 72  # mm
SIZE, SMALL = 12.0, 10.5  # pt, text in tables: 小四; 五号 in tables with many columns
TITLE, SUBTITLE, TITLE_GAP = 22.0, 15.75, 12.0  # pt: 二号, 三号, the room between lines
_JOINTS = (
    "局院部处科队会司厂校所站室市区县省团和与及的）"  # last characters of an organization's name, and conjunctions
)
_JOINING = 6  # characters of distance from the middle by which a break after a conjunction is penalized
_NO_WIDER = re.compile("[ -~·—‘’“”…\u3000-\u30ff\u3400-\u9fff\uff00-\uff60]*")  # characters no wider than a Chinese one
_CROWDED: dict[Page, int] = {"P": 5, "9704": 5, "T": 6, "L": 9}  # number of columns from which a table is set small
# Maximum lines of text for which a row, a grid of facts or a signature stays on one page; taller ones may break, because
# unbroken they could run off the page and be lost.
_WHOLE_ROW: dict[Page, int] = {"P": 12, "9704": 12, "T": 14, "L": 10}  # about a third of a page
# Of facts: with one line each; with longer texts, which may flow on; one value, which the pairs above it or a signature
# below it are held to, so that they leave a third of a page empty at most.
_WHOLE_FACTS, _WHOLE_TEXTS, _WHOLE_VALUE = 12, 6, 8
_WHOLE_SIGN = 10
_PAIR = 2  # facts side by side; more only where all their values are short enough
_HELD_ROW: dict[Page, int] = {"P": 18, "9704": 18, "T": 18, "L": 14}  # the last row, when a signature must stay with it
_LONGER = (1.15, 2)  # factor and lines by which a cell must exceed the others of its row: line counts are estimates
CELL_SIDES = 8.0  # pt, room left and right of the text of a cell
CELL_LINE = 1.42  # line height in a cell, in text sizes
_LONG = 4  # a table longer than this many pages in 小四 is set small
_LEAD = 4  # at most this many one-line rows are held to the first row of text
_SHORT = 0.12  # characters that a line holds less on average
_AFTER_SIGNERS = 0.3  # lines left free under those who signed
_SIGN_ROOM = 14.0  # full-width characters of a role beside its signature line
SIGN_INSET = 4.0  # 右空四字
_UNDER_TITLE, _UNDER_LETTER_TITLE = 0.25, 0.7  # lines; the room between two lines comes to them
_SEALS = ("（盖章）", "（公章）", ISSUER)


class PageFormat(NamedTuple):
    """A page: dimensions and margins in mm, text size and line pitch in points."""

    wide: float
    high: float
    top: float
    right: float
    bottom: float
    left: float
    size: float
    pitch: float

    @property
    def text_width(self) -> float:
        """Width of the type area in points."""
        return (self.wide - self.left - self.right) / POINT

    @property
    def landscape(self) -> bool:
        """Whether it is wider than high."""
        return self.wide > self.high


# 28 characters of 15.75 pt fit the 156 mm of the type area; of 16 pt, the usual 三号, they do not. 22 lines in 225 mm.
_OFFICIAL = PageFormat(210, 297, 37, 26, 35, 28, 15.75, 225 / 22 / POINT)
SHEETS: dict[Page, PageFormat] = {
    "P": _OFFICIAL,
    "9704": _OFFICIAL,
    "T": PageFormat(210, 297, 32, 22, 30, 28, 14, 25),
    "L": PageFormat(297, 210, 22, 26, 20, 27, 14, 25),
}


def lines(text: str) -> list[str]:
    """The lines of a text without blank ones; each is a paragraph."""
    return [line for line in printed(text).split("\n") if line.strip()]


def addressed(recipient: str) -> str:
    """The recipient of a letter with one colon at the end; "" without a recipient."""
    return printed(recipient).rstrip("：:") + "：" if recipient else ""


def title_lines(document: Document) -> list[str]:
    """The lines of a title; a line too long for the page is broken between names or words, else in the middle."""
    room = int(SHEETS[document.page].text_width / TITLE)
    return [part for line in document.title for part in _parted(printed(line), room)]


def _parted(line: str, room: int) -> list[str]:
    if not room < width(line) <= room * 2 or not _NO_WIDER.fullmatch(line):
        return [line]
    cuts = _cuts(line, room, room)
    middle = _joint(line, cuts) or min(cuts, key=lambda n: (abs(width(line[:n]) - width(line[n:])), n))
    return [line[:middle], line[middle:]]


def _cuts(line: str, first: float, second: float) -> list[int]:
    """Positions at which a line can be broken into parts no wider than ``first`` and ``second``."""
    return [n for n in range(1, len(line)) if width(line[:n]) <= first and width(line[n:]) <= second]


def _joint(line: str, cuts: Sequence[int]) -> int | None:
    """The cut nearest to the middle after an organization's name or a conjunction, preferring names; None without one."""
    joints = [
        n for n in cuts if line[n - 1] in _JOINTS and line[n] not in "）、，：；”』》" and line[n - 1 : n + 1] != "部委"
    ]
    return min(
        joints,
        key=lambda n: (abs(width(line[:n]) - width(line[n:])) + (_JOINING if line[n - 1] in "和与及的" else 0), n),
        default=None,
    )


def title_height(document: Document) -> float | None:
    """Height of title and subtitle in points; None if a line may wrap, because the height is then known only when set."""
    subtitle, lines = printed(document.subtitle), title_lines(document)
    room = SHEETS[document.page].text_width
    if not all(_NO_WIDER.fullmatch(line) and len(line) * TITLE <= room for line in lines):
        return None
    if not _NO_WIDER.fullmatch(subtitle) or len(subtitle) * SUBTITLE > room:
        return None
    height = len(lines) * TITLE + (len(lines) - 1) * TITLE_GAP
    return height + (TITLE_GAP + SUBTITLE if subtitle else 0)


def under_title(document: Document) -> float:
    """Lines left free at least between the title and what follows: nearly one over a recipient (GB/T 9704-2012, 7.3.2)."""
    return _UNDER_LETTER_TITLE if document.recipient else _UNDER_TITLE


def seals(block: Signature) -> list[str]:
    """The roles that affix a seal instead of signing."""
    return [role for role in block.roles if role.endswith(_SEALS)]


def sealed_name(role: str) -> str:
    """The role of a body that seals, as it is printed."""
    return printed(role.removesuffix(ISSUER))


def role_room(page: Page, *, dated: bool) -> float:
    """Characters of a role that fit beside its line; ``dated``: no room is needed to write the date after the line."""
    sheet = SHEETS[page]
    behind = (11 if sheet.landscape else 4) if dated else 8.5
    return sheet.text_width / sheet.size - 7 - behind - 1


def role_parts(role: str, beside: float, above: float) -> tuple[str, str]:
    """Split a role into the parts (above, beside) its signature line; both are used when one line is too short for it.

    Args:
        role: The printed role.
        beside: Characters that fit beside the signature line.
        above: Characters that fit on a line above it.
    """
    if width(role) <= beside:
        return "", role
    cut = _joint(role, _cuts(role, above, beside)) if width(role) > above else None
    return (role[:cut], role[cut:]) if cut else (role, "")


def signers(block: Signature, page: Page) -> list[tuple[str, str]]:
    """For each role that signs, its parts (above, beside) the signature line."""
    sheet, sealed = SHEETS[page], seals(block)
    beside = role_room(page, dated=bool(block.day and not sealed))
    above = sheet.text_width / sheet.size - SIGN_INSET
    return [role_parts(f"{printed(role)}：", beside, above) for role in block.roles if role not in sealed]


def is_tall(block: Signature) -> bool:
    """Whether a signature is too tall to stay in one piece with the text before it."""
    return sum(_height([printed(role)], [_SIGN_ROOM]) for role in block.roles) > _WHOLE_SIGN


def room_between(block: Block | None, after: Block) -> float:
    """Lines left free between two blocks: one under the day of a letter, less between talks."""
    if not isinstance(block, Signature) or isinstance(after, Signature):
        return 0.0
    return 1.0 if seals(block) else _AFTER_SIGNERS


class FactsGrid(NamedTuple):
    """The layout of a block of facts.

    Attributes:
        lines: The pairs that stand side by side.
        across: Maximum number of pairs side by side.
        label: Width of the labels in characters.
        whole: The block stays on one page.
        held: Number of last lines of pairs that a signature stays with; 0 where the last one is too high for that.
        line_counts: Estimated lines of text of each line of pairs.
        may_break: Which lines of pairs may break over pages.
        lead: Number of lines of pairs at the beginning (a day, a name) that stay on the page of the line after them.
        tail: Cell index of the last value if it may break over pages (a signature then follows at its end), else -1.
        rooms: Characters on a line of a value that stands alone, and of one that shares its line.
    """

    lines: list[list[tuple[str, str]]]
    across: int
    label: float
    whole: bool
    held: int
    line_counts: list[int]
    may_break: list[bool]
    lead: int
    tail: int
    rooms: tuple[float, float]


def facts_grid(block: Facts, page: Page) -> FactsGrid:
    """Lay out a block of facts that has rows."""
    wide = SHEETS[page].text_width
    label = min(max(4.0, *(width(printed(label)) for label, _ in block.rows)), 7.0)
    side = label * SIZE + 14
    full = (wide - side - 12) / SIZE  # room in full-width characters
    most: int = block.across
    while most > _PAIR and any((wide / most - side - 12) / SIZE < set_width(value) for _, value in block.rows):
        most //= 2
    half = (wide / max(most, _PAIR) - side - 12) / SIZE
    rows = [[(printed(label), printed(value)) for label, value in line] for line in block.lines(half, most)]
    line_counts = [max(_height(pair, (label, full)) for pair in line) for line in rows]
    across = max(len(line) for line in rows)
    may_break = [lines > _WHOLE_VALUE for lines in line_counts]
    whole = sum(line_counts) <= (_WHOLE_TEXTS if max(line_counts) > 1 else _WHOLE_FACTS)
    lead = next((number for number, lines in enumerate(line_counts) if lines > 1), 0)
    if whole or lead > _LEAD:
        lead = 0
    tail = 1 if may_break[-1] else -1  # a value of several lines stands alone
    held = int(line_counts[-1] <= _HELD_ROW[page])
    return FactsGrid(rows, across, label, whole, held, line_counts, may_break, lead, tail, (full, half))


class TableGrid(NamedTuple):
    """The layout of a table.

    Attributes:
        size: Text size in points.
        rooms: Characters that fit on a line of each column.
        shares: Widths of the columns in points.
        rows: The printed texts.
        whole: Which rows stay on one page.
        held: 1 where the last row is low enough for a signature to stay with it, else 0.
        line_counts: Estimated lines of text of each row.
        tail: Index of the clearly longest cell of the last row if that row may break (a signature then follows at the
            end of this cell), else -1.
        head: Estimated lines of the heading row.
    """

    size: float
    rooms: list[float]
    shares: list[float]
    rows: list[list[str]]
    whole: list[bool]
    held: int
    line_counts: list[int]
    tail: int
    head: int


def table_grid(block: Table, page: Page) -> TableGrid:
    """Lay out a table."""
    sheet, rows = SHEETS[page], [[printed(cell) for cell in row] for row in block.rows]
    size = SMALL if len(block.columns) >= _CROWDED[page] else SIZE
    rooms = _rooms(block, rows, sheet, size)
    line_counts = [_height(cells, rooms) for cells in rows]
    if size == SIZE and _pages(sum(line_counts), sheet) > _LONG:
        # count written rows only: blank rows to write on do not make it long
        written = sum(_height([cell if cell.strip() else "" for cell in cells], rooms) for cells in rows)
        if _pages(written, sheet) > _LONG:
            size = SMALL
            rooms = _rooms(block, rows, sheet, size)
            line_counts = [_height(cells, rooms) for cells in rows]
    whole = [height <= _WHOLE_ROW[page] for height in line_counts]
    tail = _longest(rows[-1], rooms) if rows and not whole[-1] else -1
    held = int(bool(line_counts) and line_counts[-1] <= _HELD_ROW[page])
    shares = [round(room * size + CELL_SIDES, 1) for room in rooms]
    head = _height([printed(column.head) for column in block.columns], rooms)
    return TableGrid(size, rooms, shares, rows, whole, held, line_counts, tail, head)


Grids = Sequence[TableGrid | FactsGrid | None]
"""The layout of each block of a paper; None for a block that is no grid, or an empty one."""


def grids(document: Document) -> Grids:
    """Lay out all grids of a paper; several steps need them, and each costs as much as setting its text."""
    return [_grid(block, document.page) for block in document.blocks]


def _grid(block: Block, page: Page) -> TableGrid | FactsGrid | None:
    if isinstance(block, Table):
        return table_grid(block, page)
    return facts_grid(block, page) if isinstance(block, Facts) and block.rows else None


def spaced(grid: TableGrid | FactsGrid | None) -> TableGrid | FactsGrid | None:
    """The grid with the lines that it takes in programs that put room where Chinese meets numbers."""
    if isinstance(grid, TableGrid):
        return grid._replace(line_counts=[_spaced_height(cells, grid.rooms) for cells in grid.rows])
    if isinstance(grid, FactsGrid):
        rooms = (grid.label, grid.rooms[0])
        counts = [max(_spaced_height(pair, rooms) for pair in line) for line in grid.lines]
        return grid._replace(line_counts=counts)
    return None


def _pages(lines: int, sheet: PageFormat) -> float:
    return lines * SIZE * CELL_LINE / ((sheet.high - sheet.top - sheet.bottom) / POINT)


def _rooms(block: Table, rows: Sequence[Sequence[str]], sheet: PageFormat, size: float) -> list[float]:
    shares = sum(column.share for column in block.columns)
    rooms = [(sheet.text_width * column.share / shares - CELL_SIDES) / size for column in block.columns]
    return widths(rooms, [printed(column.head) for column in block.columns], rows, set_width)


def _longest(cells: Sequence[str], rooms: Sequence[float]) -> int:
    """Index of the cell that is clearly longer than all others of its row; -1 if none is."""
    counts = [_height([cell], [room]) for cell, room in zip(cells, rooms, strict=True)]
    second, first = ([0, *sorted(counts)])[-2:]
    share, more = _LONGER
    return counts.index(first) if first >= second * share + more else -1


def _height(cells: Sequence[str], rooms: Sequence[float]) -> int:
    """Estimated number of lines of a row."""
    return max(sum(lines_of(line, room) for line in cell.split("\n")) for cell, room in zip(cells, rooms, strict=True))


def _spaced_height(cells: Sequence[str], rooms: Sequence[float]) -> int:
    """Lines of a row in programs that put room where Chinese meets numbers."""
    return max(
        sum(_turned(set_width(line) + between(line), room) for line in cell.split("\n"))
        for cell, room in zip(cells, rooms, strict=True)
    )


def _turned(wide: float, room: float) -> int:
    """Number of lines after wrapping: each holds whole characters, and sometimes one less before a punctuation mark."""
    return 1 if wide <= room else math.ceil(wide / max(int(room) - _SHORT, 1))
