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
from orglife.core.sheet.pages import MAX_ROWS, SheetRows

MAX_BYTES = 20_000_000
MAX_UNPACKED = 100_000_000
MAX_COLUMNS, MAX_CELLS = 256, 400_000
_BEGINNING = 400
"""Bytes in which a part written in UTF-16 shows itself."""
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\sr="(\d+)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\sref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


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
            grids = [_grid(sheet, parts) for sheet in book.worksheets if sheet.title not in (META, LISTS)]
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
            parts = {p: archive.read(p) for p in sizes if p.endswith((".xml", ".rels"))}
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
    _require_small(sheets, name)
    return sheets


_MACRO = "{name}带有宏，没有打开。请另存为“Excel 工作簿”（不带宏）后再试。"


def _require_known(sizes: Mapping[str, int], name: str) -> None:
    if any(part.endswith("vbaProject.bin") for part in sizes):
        raise BadInput([_MACRO.format(name=name)])
    if "xl/workbook.xml" not in sizes and "[Content_Types].xml" not in sizes:
        raise BadInput([f"{name}不是电子表格。请换一个文件，或用Excel、WPS另存为“Excel 工作簿”后再试。"])


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


def _grid(sheet: Any, parts: Mapping[str, bytes]) -> SheetRows:
    """The non-empty rows of a sheet; the value of a merged cell is copied to each row that it covers."""
    sheet.reset_dimensions()  # WPS may store the wrong range A1:A1
    cells_by_row: dict[int, list[Cell]] = {}
    faults: list[tuple[int, int, str]] = []
    for row in sheet.iter_rows(max_col=MAX_COLUMNS):
        for place, cell in enumerate(row):
            if cell.value is None:
                continue
            value, fault = _value(cell)
            if fault:
                faults.append((cell.row, place, fault))
            cells = cells_by_row.setdefault(cell.row, [])
            cells += [None] * (place - len(cells))
            cells.append(value)
    _fill_merged(cells_by_row, parts.get(sheet._worksheet_path.lstrip("/"), b""))  # noqa: SLF001  no public name for the part's path
    rows = [(number, tuple(cells)) for number, cells in sorted(cells_by_row.items()) if any(_holds(c) for c in cells)]
    return SheetRows(sheet.title, rows, faults)


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


def _fill_merged(cells_by_row: dict[int, list[Cell]], part: bytes) -> None:
    """Copy the value of a merged cell to all rows that it covers."""
    for left, top, right, bottom in _ranges(part):
        cells = cells_by_row.get(top, [])
        value = cells[left] if left < len(cells) else None
        if value is None or left != right:
            continue  # a cell merged over several columns is a title, not a value of each column
        for number in range(top + 1, bottom + 1):
            row = cells_by_row.setdefault(number, [])
            row += [None] * (left + 1 - len(row))
            row[left] = value


def _ranges(part: bytes) -> Iterator[tuple[int, int, int, int]]:
    for match in _MERGED.finditer(part):
        left, top, right, bottom = (g.decode() for g in match.groups())
        if int(bottom) <= MAX_ROWS:
            yield column_index_from_string(left) - 1, int(top), column_index_from_string(right) - 1, int(bottom)
