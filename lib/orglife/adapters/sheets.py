"""Workbooks for Excel and WPS: pages to bytes and back. Values only; nothing that is typed becomes a formula.

The same pages give the same bytes. What comes in is measured before it is opened: a file made to be huge is refused.
"""

from __future__ import annotations

import io
import math
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.writer.excel import ExcelWriter

from orglife.adapters import zips
from orglife.core.cells import Cell
from orglife.core.errors import BadInput
from orglife.core.pages import LINK, Grid, Head, Page

FORMAT = "orglife-xlsx/1"
META, LISTS = "_orglife", "_选项"
CREATOR = "组织生活会工作簿"
MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001  no file holds a clock reading
ZIP_MOMENT = (1980, 1, 1, 0, 0, 0)
SPARE_ROWS = 200  # below the last row, ready for more
LINE_HEIGHT = 14.5
CELL_LIMIT = 32767  # characters that a cell holds
MAX_BYTES = 20_000_000
MAX_UNPACKED = 100_000_000
MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 20_000, 256, 400_000
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\sr="(\d+)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\sref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_WIDTHS = {
    "day": 13,
    "clock": 9,
    "count": 9,
    "tick": 9,
    "person": 16,
    "people": 26,
    "ticks": 28,
    "strings": 22,
    "lines": 42,
}
_FORMATS = {"day": "yyyy-mm-dd", "clock": "hh:mm", "count": "0"}
_HEAD_FONT = Font(name="微软雅黑", size=10, bold=True, color="000000")
_BODY_FONT = Font(name="宋体", size=10.5)
_FILLS = {"core": "F6D9C9", "other": "EDEDED", "derived": "D9D9D9"}
_BORDER = Border(**dict.fromkeys(("left", "right", "top", "bottom"), Side(style="thin", color="999999")))
_TOP = Alignment(wrap_text=True, vertical="top")
_MIDDLE = Alignment(wrap_text=True, vertical="top", horizontal="center")


@dataclass(frozen=True)
class Book:
    """A workbook that came in.

    Attributes:
        meta: What our hidden sheet says; empty when the file is not one of ours.
        grids: The other sheets.
    """

    meta: Mapping[str, str]
    grids: Sequence[Grid]


# --- out -------------------------------------------------------------------------------------------------------------


def to_bytes(pages: Sequence[Page], meta: Mapping[str, str]) -> bytes:
    """Pages as an xlsx file; the same pages give the same bytes.

    Args:
        pages: One sheet each.
        meta: Kept in a hidden sheet.

    Raises:
        BadInput: a text is longer than a cell holds.
    """
    _require_room(pages)
    book = Workbook()
    book.remove(book.active)
    lists = _Lists(book)
    for page in pages:
        _Sheet(book.create_sheet(page.title), page, lists).write()
    hidden = book.create_sheet(META)
    hidden.sheet_state = "veryHidden"
    for item in {"format": FORMAT, **meta}.items():
        hidden.append(item)
    lists.finish()
    book.properties.creator = book.properties.lastModifiedBy = CREATOR
    book.properties.created = book.properties.modified = MOMENT
    return _packed(book)


def _packed(book: Any) -> bytes:
    first, last = io.BytesIO(), io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(first, "w", zipfile.ZIP_STORED)).save()  # save() would put today's date in
    with zipfile.ZipFile(first) as loose, zipfile.ZipFile(last, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in loose.namelist():
            part = zipfile.ZipInfo(name, ZIP_MOMENT)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0  # the same on every system
            packed.writestr(part, loose.read(name))
    return last.getvalue()


def _require_room(pages: Iterable[Page]) -> None:
    problems = [
        f"“{page.title}”表第{number}行的“{page.heads[place].heading}”有{len(cell)}字，电子表格一格最多{CELL_LIMIT}字。请先分段精简，或导出JSON。"
        for page in pages
        for number, row in enumerate(page.rows, 2)
        for place, cell in enumerate(row)
        if isinstance(cell, str) and len(cell.encode("utf-16-le")) // 2 > CELL_LIMIT
    ]
    if problems:
        raise BadInput(problems)


class _Lists:
    """The hidden sheet with what the drop-down lists offer."""

    def __init__(self, book: Any) -> None:
        self.book, self.names = book, dict[tuple[str, ...], str]()

    def name(self, choices: tuple[str, ...]) -> str:
        """The name under which a list is known."""
        return self.names.setdefault(choices, f"xx_{len(self.names) + 1}")

    def finish(self) -> None:
        """Write the lists down."""
        sheet = self.book.create_sheet(LISTS)
        sheet.sheet_state = "veryHidden"
        for column, (choices, name) in enumerate(self.names.items(), 1):
            for row, choice in enumerate(choices, 1):
                _put(sheet.cell(row, column), choice)
            side = get_column_letter(column)
            place = f"'{LISTS}'!${side}$1:${side}${len(choices)}"
            self.book.defined_names[name] = DefinedName(name, attr_text=place)


class _Sheet:
    """One page being written."""

    def __init__(self, sheet: Any, page: Page, lists: _Lists) -> None:
        self.sheet, self.page, self.lists = sheet, page, lists
        self.last = len(page.rows) + 1 + SPARE_ROWS
        self.styles = dict[str, Any]()

    def write(self) -> None:
        """Headings, rows, lists, and how it is printed."""
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
        """High enough for the text of a row: programs do not work it out when they open a file."""
        lines = 1
        for head, value in zip(self.page.heads, row, strict=True):
            if isinstance(value, str):
                room = _width(head) * 0.92
                lines = max(lines, sum(max(1, math.ceil(_room_of(line) / room)) for line in value.split("\n")))
        return min(LINE_HEIGHT * lines + 3, 409.0)

    def _head(self, place: int, head: Head) -> None:
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
        self._choose(get_column_letter(place), head)

    def _choose(self, side: str, head: Head) -> None:
        if not head.choices:
            return
        rule = DataValidation("list", formula1=self.lists.name(head.choices), allow_blank=True, showErrorMessage=True)
        rule.errorStyle = "stop" if head.closed else "warning"
        rule.errorTitle, rule.error = (
            "请核对",
            "请从列表中选择。" if head.closed else "列表里没有这一项，确定这样填吗？",
        )
        rule.add(f"{side}2:{side}{self.last}")
        self.sheet.add_data_validation(rule)

    def _style(self, cell: Any, head: Head) -> None:
        if head.kind in self.styles:
            cell._style = copy(self.styles[head.kind])  # noqa: SLF001  a style is looked up once, not for each cell
            return
        cell.font, cell.alignment, cell.border = _BODY_FONT, _alignment(head), _BORDER
        cell.number_format = _number_format(head)
        self.styles[head.kind] = copy(cell._style)  # noqa: SLF001

    def _print(self) -> None:
        sheet = self.sheet
        sheet.freeze_panes = "C2" if len(self.page.heads) > 2 and self.page.heads[0].kind == LINK else "B2"  # noqa: PLR2004
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = "1:1"
        sheet.oddHeader.center.text, sheet.oddFooter.center.text = "&A", "第&P页，共&N页"
        sheet.page_margins.left = sheet.page_margins.right = 0.5
        sheet.row_dimensions[1].height = 32


def _room_of(line: str) -> int:
    return sum(2 if ord(char) > 255 else 1 for char in line)  # noqa: PLR2004  Chinese takes twice the room


def _width(head: Head) -> float:
    longest = max((2 * len(choice) + 4 for choice in head.choices), default=0)
    return max(_WIDTHS.get(head.kind, 0), min(longest, 24), min(2 * len(head.heading) + 2, 20), 10)


def _alignment(head: Head) -> Alignment:
    return _MIDDLE if head.kind in ("day", "clock", "count", "tick", LINK) else _TOP


def _number_format(head: Head) -> str:
    return _FORMATS.get(head.kind, "General" if head.kind == LINK else "@")


def _put(cell: Any, value: Cell) -> None:
    """A value into a cell; text stays text whatever it begins with."""
    if isinstance(value, str):
        cell.value = None
        cell._value, cell.data_type = value, "s"  # noqa: SLF001  cell.value would make a formula of "=…"
        if value[:1] in "=+-@\t":
            cell.quotePrefix = True
    else:
        cell.value = value


# --- in --------------------------------------------------------------------------------------------------------------


def from_bytes(data: bytes, name: str) -> Book:
    """Read a workbook.

    Args:
        data: The file's bytes.
        name: How the file is named in messages.

    Raises:
        BadInput: it is none, is locked, holds macros, or is too large; what is wrong with single cells stands in
            the grids.
    """
    _require_plain(data, name)
    parts = _measured(data, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl leaves out, styles of other programs, is nothing to us
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            grids = [_grid(sheet, parts) for sheet in book.worksheets if sheet.title not in (META, LISTS)]
            meta = _meta(book)
            book.close()
    except BadInput:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes it raise
        raise BadInput([f"{name}读不出来，不是完整的xlsx文件。请用Excel或WPS打开它，另存为xlsx后再试。"]) from error
    return Book(meta, grids)


def _require_plain(data: bytes, name: str) -> None:
    if not data.strip():
        raise BadInput([f"{name}是空文件。请重新导出或换一个文件。"])
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise BadInput([f"{name}设了打开密码。请用Excel或WPS去掉密码，另存后再试。"])
        raise BadInput([f"{name}是旧格式的电子表格（xls或et）。请用Excel或WPS打开它，另存为xlsx后再试。"])
    if len(data) > MAX_BYTES:
        raise BadInput([f"{name}太大（{len(data) // 1_000_000}MB）。请删去图片和多余的表，只留要导入的内容。"])


def _measured(data: bytes, name: str) -> dict[str, bytes]:
    """The sheets' parts, once it is certain that the file may be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = {part.filename: part.file_size for part in archive.infolist()}
            _require_known(sizes, name)
            if sum(sizes.values()) > MAX_UNPACKED:
                raise BadInput([f"{name}展开后太大，没有打开。请删去多余的行和表，只留要导入的内容。"])
            parts = {p: archive.read(p) for p in sizes if p.endswith((".xml", ".rels"))}
    except zips.DAMAGE as error:
        raise BadInput([f"{name}不是电子表格（xlsx），或已损坏。请用Excel或WPS打开它，另存为xlsx后再试。"]) from error
    if any(b"<!DOCTYPE" in part or b"<!ENTITY" in part for part in parts.values()):
        raise BadInput(
            [f"{name}含有电子表格不该有的内容，没有打开。请在Excel或WPS中新建一个文件，把内容复制过去再试。"]
        )
    if b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        raise BadInput([_MACRO.format(name=name)])
    sheets = {p: part for p, part in parts.items() if p.startswith("xl/worksheets/")}
    _require_small(sheets, name)
    return sheets


_MACRO = "{name}带有宏，没有打开。请另存为不带宏的xlsx后再试。"


def _require_known(sizes: Mapping[str, int], name: str) -> None:
    if any(part.endswith("vbaProject.bin") for part in sizes):
        raise BadInput([_MACRO.format(name=name)])
    if "xl/workbook.xml" not in sizes and "[Content_Types].xml" not in sizes:
        raise BadInput([f"{name}不是电子表格（xlsx）。请换一个文件，或用Excel、WPS另存为xlsx后再试。"])


def _require_small(sheets: Mapping[str, bytes], name: str) -> None:
    cells = 0
    for part in sheets.values():
        rows = max((int(number) for number in _ROW.findall(part)), default=0)
        if rows > MAX_ROWS or part.count(b"<row") + part.count(b":row ") > MAX_ROWS:
            raise BadInput([f"{name}有一张表超过{MAX_ROWS}行。请删去多余的空行（选中后“删除行”），再试。"])
        cells += part.count(b"<c ") + part.count(b":c ")
    if cells > MAX_CELLS:
        raise BadInput([f"{name}的内容太多（超过{MAX_CELLS}格）。请分成几个文件，只留要导入的内容。"])


def _meta(book: Any) -> dict[str, str]:
    if META not in book.sheetnames:
        return {}
    rows = [[c.value for c in row[:2]] for row in book[META].iter_rows(max_row=20, max_col=2)]
    return {str(row[0]): str(row[1] or "") for row in rows if len(row) > 1 and row[0]}


def _grid(sheet: Any, parts: Mapping[str, bytes]) -> Grid:
    """A sheet's rows that hold anything; a merged cell's value stands in each of its cells."""
    sheet.reset_dimensions()  # WPS may say A1:A1 whatever there is
    found: dict[int, list[Cell]] = {}
    faults: list[tuple[int, int, str]] = []
    for row in sheet.iter_rows(max_col=MAX_COLUMNS):
        for place, cell in enumerate(row):
            if cell.value is None:
                continue
            value, fault = _value(cell)
            if fault:
                faults.append((cell.row, place, fault))
            cells = found.setdefault(cell.row, [])
            cells += [None] * (place - len(cells))
            cells.append(value)
    _spread(found, parts.get(sheet._worksheet_path.lstrip("/"), b""))  # noqa: SLF001  there is no other way to its part
    rows = [(number, tuple(cells)) for number, cells in sorted(found.items()) if any(_holds(c) for c in cells)]
    return Grid(sheet.title, rows, faults)


def _value(cell: Any) -> tuple[Cell, str]:
    if cell.data_type == "f":
        return None, "是公式。请改成数值（复制后“选择性粘贴—数值”）。"
    if cell.data_type == "e":
        return None, f"是出错的值（{cell.value}）。请改正或删去。"
    value: Cell = cell.value
    if isinstance(value, str):
        value = re.sub("_x000[dD]_", "", value).replace("\r\n", "\n")
    return value, ""


def _holds(cell: Cell) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


def _spread(found: dict[int, list[Cell]], part: bytes) -> None:
    """Give a merged cell's value to every row and column that it covers."""
    for left, top, right, bottom in _ranges(part):
        cells = found.get(top, [])
        value = cells[left] if left < len(cells) else None
        if value is None or left != right:
            continue  # a title over several columns says nothing about each
        for number in range(top + 1, bottom + 1):
            row = found.setdefault(number, [])
            row += [None] * (left + 1 - len(row))
            row[left] = value


def _ranges(part: bytes) -> Iterator[tuple[int, int, int, int]]:
    for found in _MERGED.finditer(part):
        left, top, right, bottom = (g.decode() for g in found.groups())
        if int(bottom) <= MAX_ROWS:
            yield column_index_from_string(left) - 1, int(top), column_index_from_string(right) - 1, int(bottom)
