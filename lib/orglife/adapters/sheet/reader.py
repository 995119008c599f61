"""Read workbooks of Excel and WPS. Sizes are checked before a file is opened, to refuse zip bombs."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

from orglife.adapters.disk import zips
from orglife.adapters.sheet.writer import LISTS, META
from orglife.core.errors import BadInput
from orglife.core.sheet.cells import Cell
from orglife.core.sheet.grids import require_fits
from orglife.core.sheet.pages import MAX_ROWS, SheetRows

MAX_BYTES = 20_000_000
MAX_UNPACKED = 100_000_000
MAX_COLUMNS, MAX_CELLS = 256, 400_000
MAX_ELEMENTS, ELEMENTS_OF_A_CELL = 300_000, 5
"""Most XML elements for formatting, lists and merged cells, which take up to 20 µs each to read, and for each cell's value."""
MAX_CHARACTERS = 10_000_000
_SHOWN = 20  # characters of a cell in a sentence
_BEGINNING = 400
"""Bytes at the start of a part that are searched for zero bytes, the sign of UTF-16."""
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe|\xfe\xff|\x00<")
"""How XML begins, whatever the part is called: a workbook may call its sheets as it likes."""
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_DIGITS = 9
_ROW = re.compile(rb'<(?:\w+:)?row\b[^<>]*?\sr="(\d+)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^<>]*?\sref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


@dataclass(frozen=True)
class WorkbookContents:
    """The contents of a workbook.

    Attributes:
        meta: Key → value of our hidden sheet; empty when the file is not one of ours.
        grids: The rows of the other sheets.
    """

    meta: Mapping[str, str]
    grids: Sequence[SheetRows]


def read_workbook(data: bytes, name: str) -> WorkbookContents:
    """Read a workbook.

    Args:
        data: The file's bytes.
        name: The file's name in messages.

    Raises:
        BadInput: not a workbook, encrypted, with macros, or too large. Problems of single cells are listed in the grids.
    """
    _require_plain(data, name)
    parts = _measured(data, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about styles of other programs, which we do not use
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            room = _Room(name)
            grids = [_grid(sheet, parts, room) for sheet in book.worksheets if sheet.title not in (META, LISTS)]
            meta = _meta(book)
            book.close()
    except BadInput:
        raise
    except Exception as error:  # openpyxl raises many kinds of exceptions for broken parts
        raise BadInput([f"{name}读不出来，文件不完整。请用Excel或WPS打开它，另存为“Excel 工作簿”后再试。"]) from error
    return WorkbookContents(meta, grids)


def _require_plain(data: bytes, name: str) -> None:
    if not data.strip():
        raise BadInput([f"{name}是空文件。请重新导出或换一个文件。"])
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise BadInput([f"{name}设了打开密码。请用Excel或WPS去掉密码，另存后再试。"])
        raise BadInput([f"{name}是旧格式的电子表格。请用Excel或WPS打开它，另存为“Excel 工作簿”后再试。"])
    if len(data) > MAX_BYTES:
        raise BadInput([f"{name}太大（{len(data) // 1_000_000}MB）。请删去图片和多余的表，只留要导入的内容。"])


def _measured(data: bytes, name: str) -> dict[str, bytes]:
    """The XML parts of the sheets, after checking that the file is safe to open."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = {part.filename: part.file_size for part in archive.infolist()}
            _require_known(sizes, name)
            if sum(sizes.values()) > MAX_UNPACKED:
                raise BadInput([f"{name}展开后太大，没有打开。请删去多余的行和表，只留要导入的内容。"])
            contents = ((p, archive.read(p)) for p in sizes)
            parts = {p: part for p, part in contents if p.endswith((".xml", ".rels")) or _XML.match(part)}
    except zips.DAMAGE as error:
        raise BadInput([f"{name}不是电子表格，或已损坏。请用Excel或WPS打开它，另存为“Excel 工作簿”后再试。"]) from error
    # every program writes these parts in UTF-8: in UTF-16 nothing of what is looked for here would be found
    if any(b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\x00" in part[:_BEGINNING] for part in parts.values()):
        raise BadInput(
            [f"{name}含有电子表格不该有的内容，没有打开。请在Excel或WPS中新建一个文件，把内容复制过去再试。"]
        )
    if b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        raise BadInput([_MACRO.format(name=name)])
    sheets = {p: part for p, part in parts.items() if p.startswith("xl/worksheets/")}
    cells = _require_small(sheets, name)
    if sum(part.count(b"<") - part.count(b"</") for part in parts.values()) > MAX_ELEMENTS + ELEMENTS_OF_A_CELL * cells:
        raise BadInput([f"{name}里的字体、格式太多，没有打开。请新建一个文件，把内容“选择性粘贴—数值”过去，再试。"])
    return sheets


_MACRO = "{name}带有宏，没有打开。请另存为“Excel 工作簿”（不带宏）后再试。"


def _require_known(sizes: Mapping[str, int], name: str) -> None:
    if any(part.endswith("vbaProject.bin") for part in sizes):
        raise BadInput([_MACRO.format(name=name)])
    if "xl/workbook.xml" not in sizes and "[Content_Types].xml" not in sizes:
        raise BadInput([f"{name}不是电子表格。请换一个文件，或用Excel、WPS另存为“Excel 工作簿”后再试。"])


def _require_small(sheets: Mapping[str, bytes], name: str) -> int:
    """The number of cells, once it is not too large."""
    cells = 0
    for part in sheets.values():
        rows = max((int(n) if len(n) <= _DIGITS else MAX_ROWS + 1 for n in _ROW.findall(part)), default=0)
        if rows > MAX_ROWS or part.count(b"<row") + part.count(b":row ") > MAX_ROWS:
            raise _too_many_rows(name)
        cells += part.count(b"<c ") + part.count(b":c ")
    if cells > MAX_CELLS:
        raise BadInput([f"{name}的内容太多（超过{MAX_CELLS}格）。请分成几个文件，只留要导入的内容。"])
    return cells


def _too_many_rows(name: str) -> BadInput:
    return BadInput([f"{name}有一张表超过{MAX_ROWS}行。请删去多余的空行（选中后“删除行”），再试。"])


@dataclass
class _Room:
    """What may still be read from a workbook: a small file can repeat one text in many cells and merge cells over many rows.

    Attributes:
        name: The file's name in messages.
        rows: Rows of all sheets, those left out between two that are there too.
        merged: Rows that merged cells cover.
        characters: Characters of all cells.
    """

    name: str
    rows: int = 3 * MAX_ROWS
    merged: int = MAX_CELLS
    characters: int = MAX_CHARACTERS

    def rows_of(self, sheet: Any) -> Iterator[Any]:
        """The rows of a sheet, with those that are left out between two."""
        for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), 1):
            self.rows -= 1
            if number > MAX_ROWS or self.rows < 0:
                raise _too_many_rows(self.name)
            yield row

    def take(self, value: Cell, times: int = 1) -> None:
        """Count a value once for each of the cells that show it."""
        self.characters -= times * (len(value) if isinstance(value, str) else 0)
        if self.characters < 0:
            raise BadInput([f"{self.name}的文字太多，没有打开。请分成几个文件，只留要导入的内容。"])

    def merge(self, value: Cell, rows: int) -> None:
        """Count a value that a merged cell repeats in rows below."""
        self.merged -= rows
        if self.merged < 0:
            raise BadInput([f"{self.name}里合并的格子太多，没有打开。请取消合并，再试。"])
        self.take(value, rows)


def _meta(book: Any) -> dict[str, str]:
    if META not in book.sheetnames:
        return {}
    rows = book[META].iter_rows(max_row=20, max_col=2, values_only=True)
    return {str(key): str(value or "") for key, value in rows if key}


def _grid(sheet: Any, parts: Mapping[str, bytes], room: _Room) -> SheetRows:
    """The non-empty rows of a sheet; the value of a merged cell is copied to each row that it covers."""
    sheet.reset_dimensions()  # WPS may store the wrong range A1:A1
    cells_by_row: dict[int, list[Cell]] = {}
    faults: list[tuple[int, int, str]] = []
    for row in room.rows_of(sheet):
        for place, cell in enumerate(row):
            if cell.value is None:
                continue
            value, fault = _value(cell)
            require_fits(room.name, sheet.title, cell.row, place, value)
            room.take(value)
            if fault:
                faults.append((cell.row, place, fault))
            cells = cells_by_row.setdefault(cell.row, [])
            cells += [None] * (place - len(cells))
            cells.append(value)
    _fill_merged(cells_by_row, parts.get(sheet._worksheet_path.lstrip("/"), b""), room)  # noqa: SLF001  no public name for the part's path
    rows = [(number, tuple(cells)) for number, cells in sorted(cells_by_row.items()) if any(_holds(c) for c in cells)]
    return SheetRows(sheet.title, rows, faults)


def _value(cell: Any) -> tuple[Cell, str]:
    if cell.data_type == "f":
        return None, "是公式。请改成数值（复制后“选择性粘贴—数值”）。"
    if cell.data_type == "e":
        return None, f"是出错的值（{str(cell.value)[:_SHOWN]}）。请改正或删去。"
    value: Cell = cell.value
    if isinstance(value, str):
        value = re.sub("_x000[dD]_", "", value).replace("\r\n", "\n")
    return value, ""


def _holds(cell: Cell) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


def _fill_merged(cells_by_row: dict[int, list[Cell]], part: bytes, room: _Room) -> None:
    """Copy the value of a merged cell to all rows that it covers."""
    for left, top, right, bottom in _ranges(part):
        cells = cells_by_row.get(top, [])
        value = cells[left] if left < len(cells) else None
        if value is None or left != right:
            continue  # a cell merged over several columns is a title, not a value of each column
        room.merge(value, max(0, bottom - top))
        for number in range(top + 1, bottom + 1):
            row = cells_by_row.setdefault(number, [])
            row += [None] * (left + 1 - len(row))
            row[left] = value


def _ranges(part: bytes) -> Iterator[tuple[int, int, int, int]]:
    for match in _MERGED.finditer(part):
        left, top, right, bottom = (g.decode() for g in match.groups())
        if int(bottom) <= MAX_ROWS:
            yield column_index_from_string(left) - 1, int(top), column_index_from_string(right) - 1, int(bottom)
