"""Write workbooks for Excel and WPS: values only; typed text never becomes a formula.

The same pages give the same bytes.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.writer.excel import ExcelWriter

from orglife.adapters.disk import zip_writer
from orglife.core.errors import BadInput
from orglife.core.sheet.cards import FormCard, Question
from orglife.core.sheet.cells import Cell
from orglife.core.sheet.pages import CELL_LIMIT, LINK, ColumnHead, SheetPage, is_too_long

FORMAT = "orglife-xlsx/1"
META, LISTS = "_orglife", "_选项"
CREATOR = "组织生活会工作簿"
MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001  a fixed time in every file
SPARE_ROWS = 200  # rows below the last one that have drop-down lists too
LINE_HEIGHT = 14.5
LAST_COLUMN = 16384
CARD_WIDTHS = (30, 56, 34)  # label, answer, note
LONG_ANSWER = 6  # lines
_WIDTHS = {
    "day": 13,
    "person": 16,
    "people": 26,
    "ticks": 28,
    "strings": 22,
    "lines": 42,
}
_FORMATS = {"day": "yyyy-mm-dd", "clock": "hh:mm", "count": "0"}
_HEAD_FONT = Font(name="微软雅黑", size=10, bold=True, color="000000")
_BODY_FONT = Font(name="宋体", size=10.5)
_TITLE_FONT = Font(name="微软雅黑", size=14, bold=True)
_NOTE_FONT = Font(name="宋体", size=9, color="595959")
_OPEN = Protection(locked=False)
_FILLS = {"core": "F6D9C9", "other": "EDEDED", "derived": "D9D9D9"}
_BORDER = Border(**dict.fromkeys(("left", "right", "top", "bottom"), Side(style="thin", color="999999")))
_TOP = Alignment(wrap_text=True, vertical="top")
_LEFT = Alignment(wrap_text=True, vertical="top", horizontal="left")
_MIDDLE = Alignment(wrap_text=True, vertical="top", horizontal="center")


def write_workbook(pages: Sequence[SheetPage | FormCard], meta: Mapping[str, str]) -> bytes:
    """Pages as the bytes of an xlsx file; the same pages give the same bytes.

    Args:
        pages: One sheet each.
        meta: Written to a hidden sheet.

    Raises:
        BadInput: a text is too long for a cell.
    """
    _require_room([page for page in pages if isinstance(page, SheetPage)])
    book = Workbook()
    book.remove(book.active)
    lists = _Lists(book)
    for page in pages:
        sheet = book.create_sheet(page.title)
        (_WrittenPage(sheet, page, lists) if isinstance(page, SheetPage) else _CardSheet(sheet, page, lists)).write()
    hidden = book.create_sheet(META)
    hidden.sheet_state = "veryHidden"
    for item in {"format": FORMAT, **meta}.items():
        hidden.append(item)
    lists.finish()
    book.properties.creator = book.properties.lastModifiedBy = CREATOR
    book.properties.created = book.properties.modified = MOMENT
    return _packed(book)


def _packed(book: Any) -> bytes:
    written = io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(written, "w")).save()  # save() would put today's date in
    return zip_writer.rezipped(written, system=zip_writer.DOS)


def _require_room(pages: Iterable[SheetPage]) -> None:
    problems = [
        f"“{page.title}”表第{number}行的“{page.heads[place].heading}”有{len(cell)}字，电子表格一格最多{CELL_LIMIT}字。请先精简。"
        for page in pages
        for number, row in enumerate(page.rows, 2)
        for place, cell in enumerate(row)
        if is_too_long(cell)
    ]
    if problems:
        raise BadInput(problems)


class _Lists:
    """The hidden sheet with the choices of the drop-down lists."""

    def __init__(self, book: Any) -> None:
        self.book, self.names = book, dict[tuple[str, ...], str]()

    def name(self, choices: tuple[str, ...]) -> str:
        """The defined name of a list of choices."""
        return self.names.setdefault(choices, f"xx_{len(self.names) + 1}")

    def finish(self) -> None:
        """Write the lists to the hidden sheet."""
        sheet = self.book.create_sheet(LISTS)
        sheet.sheet_state = "veryHidden"
        for column, (choices, name) in enumerate(self.names.items(), 1):
            for row, choice in enumerate(choices, 1):
                _put(sheet.cell(row, column), choice)
            side = get_column_letter(column)
            place = f"'{LISTS}'!${side}$1:${side}${len(choices)}"
            self.book.defined_names[name] = DefinedName(name, attr_text=place)


class _WrittenPage:
    """Writes one page to its sheet."""

    def __init__(self, sheet: Any, page: SheetPage, lists: _Lists) -> None:
        self.sheet, self.page, self.lists = sheet, page, lists
        self.last = len(page.rows) + 1 + SPARE_ROWS
        self.styles = dict[str, Any]()

    def write(self) -> None:
        """Write headings, rows, drop-down lists and print settings."""
        for place, head in enumerate(self.page.heads, 1):
            self._head(place, head)
        for number, row in enumerate(self.page.rows, 2):
            for place, value in enumerate(row, 1):
                cell = self.sheet.cell(number, place)
                self._style(cell, self.page.heads[place - 1])
                _put(cell, value)
            self.sheet.row_dimensions[number].height = self._height(row)
        self._print()

    def _height(self, row: Sequence[Cell]) -> float:
        """The height that a row needs for its text: Excel and WPS do not compute it when they open a file."""
        lines = self.page.least
        for head, value in zip(self.page.heads, row, strict=True):
            if isinstance(value, str):
                lines = max(lines, _lines(value, _width(head)))
        return min(LINE_HEIGHT * lines + 3, 409.0)

    def _head(self, place: int, head: ColumnHead) -> None:
        cell = self.sheet.cell(1, place)
        _put(cell, head.heading)
        cell.font, cell.border = _HEAD_FONT, _BORDER
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        sort = "derived" if head.derived else "core" if head.core or head.kind == LINK else "other"
        cell.fill = PatternFill("solid", fgColor=_FILLS[sort])
        if head.note:
            cell.comment = Comment(head.note, CREATOR, height=30 + 20 * (1 + len(head.note) // 18), width=260)
        column = self.sheet.column_dimensions[get_column_letter(place)]
        column.width = _width(head)
        column.alignment, column.font, column.number_format = _alignment(head), _BODY_FONT, _number_format(head)
        column.protection = _OPEN
        self._choose(get_column_letter(place), head)

    def _choose(self, side: str, head: ColumnHead) -> None:
        if head.choices:
            self.sheet.add_data_validation(_chosen(head, self.lists, f"{side}2:{side}{self.last}"))

    def _style(self, cell: Any, head: ColumnHead) -> None:
        if head.kind in self.styles:
            cell._style = copy(self.styles[head.kind])  # noqa: SLF001  reuse the style, because looking it up is slow
            return
        cell.font, cell.alignment, cell.border = _BODY_FONT, _alignment(head), _BORDER
        cell.number_format, cell.protection = _number_format(head), _OPEN
        self.styles[head.kind] = copy(cell._style)  # noqa: SLF001

    def _print(self) -> None:
        sheet = self.sheet
        sheet.freeze_panes = "C2" if len(self.page.heads) > 2 and self.page.heads[0].kind == LINK else "B2"  # noqa: PLR2004
        _paper(sheet, "landscape")
        sheet.print_title_rows = "1:1"
        sheet.row_dimensions[1].height = 32
        rest = sheet.column_dimensions[get_column_letter(len(self.page.heads) + 1)]
        rest.min, rest.max, rest.width, rest.protection = len(self.page.heads) + 1, LAST_COLUMN, 10, _OPEN
        _protect(sheet)  # a row can be deleted only if all its cells are unlocked


class _CardSheet:
    """Writes one card to its sheet."""

    def __init__(self, sheet: Any, card: FormCard, lists: _Lists) -> None:
        self.sheet, self.card, self.lists = sheet, card, lists

    def write(self) -> None:
        """Write the introduction, then one line per question."""
        for letter, width in zip("ABC", CARD_WIDTHS, strict=True):
            self.sheet.column_dimensions[letter].width = width
        for number, words in enumerate(self.card.intro, 1):
            self._words(number, words, title=number == 1 < len(self.card.intro))
        for number, line in enumerate(self.card.lines, len(self.card.intro) + 2):
            self._line(number, line)
        _paper(self.sheet, "portrait")
        _protect(self.sheet)

    def _words(self, number: int, words: str, *, title: bool) -> None:
        cell = self.sheet.cell(number, 1)
        _put(cell, words)
        self.sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=len(CARD_WIDTHS))
        cell.font, cell.alignment = _TITLE_FONT if title else _BODY_FONT, _TOP
        room = sum(CARD_WIDTHS) * 0.92
        self.sheet.row_dimensions[number].height = 30 if title else LINE_HEIGHT * math.ceil(_room_of(words) / room) + 4

    def _line(self, number: int, line: Question) -> None:
        head = line.head
        label, value, note = (self.sheet.cell(number, place) for place in (1, 2, 3))
        _put(label, head.heading)
        label.font, label.fill = _HEAD_FONT, PatternFill("solid", fgColor=_FILLS["core" if head.core else "other"])
        _put(value, line.value)
        value.number_format = _number_format(head)
        _put(note, head.note)
        for cell in (label, value, note):
            cell.border, cell.alignment = _BORDER, _LEFT
        value.font, note.font = _BODY_FONT, _NOTE_FONT
        if head.derived:
            value.fill = PatternFill("solid", fgColor=_FILLS["derived"])
        else:
            value.protection = _OPEN
        if head.choices:
            self.sheet.add_data_validation(_chosen(head, self.lists, f"B{number}"))
        texts = (head.heading, line.value if isinstance(line.value, str) else "", head.note)
        lines = max(_lines(text, width) for text, width in zip(texts, CARD_WIDTHS, strict=True))
        least = LONG_ANSWER if head.kind == "lines" else 1
        self.sheet.row_dimensions[number].height = min(LINE_HEIGHT * max(lines, least) + 5, 409.0)


def _chosen(head: ColumnHead, lists: _Lists, cells: str) -> DataValidation:
    """The drop-down list for a range of cells."""
    rule = DataValidation("list", formula1=lists.name(head.choices), allow_blank=True, showErrorMessage=True)
    rule.errorStyle = "stop" if head.closed else "warning"
    rule.errorTitle, rule.error = (
        "请核对",
        "请从列表中选择。" if head.closed else "列表里没有这一项，确定这样填吗？",
    )
    rule.add(cells)
    return rule


def _paper(sheet: Any, orientation: str) -> None:
    """Print settings: A4, fitted to the page width, the sheet's name on top and the page number at the bottom."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = orientation, 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddHeader.center.text, sheet.oddFooter.center.text = "&A", "第&P页，共&N页"
    sheet.page_margins.left = sheet.page_margins.right = 0.5


def _protect(sheet: Any) -> None:
    """Protect headings and labels from being overwritten, without a password; allow everything else."""
    sheet.protection.sheet = True
    for what in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter"):
        setattr(sheet.protection, what, False)  # False = allowed


def _lines(text: str, width: float) -> int:
    return sum(max(1, math.ceil(_room_of(line) / (width * 0.92))) for line in text.split("\n"))


def _room_of(line: str) -> int:
    return sum(2 if ord(char) > 255 else 1 for char in line)  # noqa: PLR2004  Chinese is twice as wide


def _width(head: ColumnHead) -> float:
    if head.kind == "tick":
        return max(9, min(len(head.heading) + 3, 20))  # the heading in two lines
    longest = max((2 * len(choice) + 4 for choice in head.choices), default=0)
    return max(_WIDTHS.get(head.kind, 0), min(longest, 24), min(2 * len(head.heading) + 2, 20), 10)


def _alignment(head: ColumnHead) -> Alignment:
    return _MIDDLE if head.kind in ("day", "clock", "count", "tick", LINK) else _TOP


def _number_format(head: ColumnHead) -> str:
    return _FORMATS.get(head.kind, "General" if head.kind == LINK else "@")


def _put(cell: Any, value: Cell) -> None:
    """Set a cell's value; text stays text, even if it begins with “=”."""
    if isinstance(value, str):
        cell.value = None
        cell._value, cell.data_type = value, "s"  # noqa: SLF001  assigning cell.value would make "=…" a formula
        if value[:1] in "=+-@\t":
            cell.quotePrefix = True
    else:
        cell.value = value
