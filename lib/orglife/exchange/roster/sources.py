"""A roster's file or pasted text as sheets: workbooks, csv and text in the usual encodings, tables in Word documents."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orglife.adapters.disk import zips
from orglife.adapters.grid.pasted import cells_of
from orglife.adapters.text.word import NotWord, TooLarge, word_paragraphs, word_tables
from orglife.core.errors import BadInput
from orglife.core.sheet.cells import Lexicon
from orglife.core.sheet.grids import require_fits
from orglife.core.sheet.pages import MAX_ROWS, SheetRows
from orglife.core.sheet.roster.columns import FIELDS, head_of
from orglife.core.sheet.roster.reading import read_roster_sheets, read_typed_list
from orglife.core.sheet.roster.rows import RosterRead
from orglife.exchange import workbooks

PASTED = "粘贴的名单"
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".et")
PLAIN = (".csv", ".txt", ".tsv")
LARGEST = 5_000_000
_LARGEST_TEXT = 400_000  # characters: a thousand members with all that people note about them
_SAVE_AS = "请用Excel或WPS另存为“Excel 工作簿”，或者把表格复制、粘贴到这里。"
_DELIMITERS = "\t,，;；|"
csv.field_size_limit(_LARGEST_TEXT)  # a cell that is too long is refused with its place, which the module cannot tell


@dataclass(frozen=True)
class RosterSource:
    """A roster before it is read.

    Attributes:
        name: The file's name, or what was pasted, in sentences.
        grids: Its sheets; none for a typed list.
        text: The typed list; "" for sheets.
        branch: Id of the branch that a workbook of ours names.
    """

    name: str
    grids: Sequence[SheetRows] = ()
    text: str = ""
    branch: str = ""

    def read(self, lexicon: Lexicon, uses: Mapping[int, str] | None = None) -> RosterRead:
        """Read it; ``uses`` is what a person chose for each column."""
        if self.grids:
            return read_roster_sheets(self.name, self.grids, lexicon, uses)
        return read_typed_list(self.text)


def source_of_file(name: str, data: bytes) -> RosterSource:
    """Open a roster's file.

    Raises:
        BadInput: it is of no kind that can be read; the sentence says what to do.
    """
    suffix = Path(name).suffix.lower()
    if not data.strip():
        raise BadInput([f"{name}是空文件。请重新保存或换一个文件。"])
    if suffix in WORKBOOKS:
        book = workbooks.open_workbook(name, data)
        return RosterSource(name, book.grids, branch=book.meta.get("branch", ""))
    if len(data) > LARGEST:
        raise BadInput([f"{name}太大，不像是党员名册。请核对后另选一个。"])
    if suffix == ".docx":
        return _of_word(name, data)
    if suffix in PLAIN:
        return source_of_text(name, _decoded(name, data), cells=suffix == ".csv")
    if suffix in (".doc", ".wps"):
        raise BadInput([f"{name}是旧格式的文档。请用Word或WPS另存为“Word 文档”，或者把名单复制、粘贴到这里。"])
    raise BadInput([f"{name}不是电子表格，也不是文档。党员名册请用Excel、WPS表格，Word文件或纯文字文件。{_SAVE_AS}"])


def source_of_text(name: str, text: str, *, cells: bool = False) -> RosterSource:
    """What was pasted or typed, or the text of a file: cells divided by tabs or commas, else a list.

    Args:
        name: What it is called in sentences.
        text: The text.
        cells: It is a table even where nothing divides its cells.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\ufeff\n")
    if len(text) > _LARGEST_TEXT:
        raise BadInput([f"{name}太长，不像是党员名册。请只留党员名册。"])
    lines = [line for line in text.split("\n") if line.strip()]
    delimiter = _delimiter(lines)
    if not delimiter and cells:
        delimiter = max(",;\t", key=text.count)
    if not delimiter:
        return RosterSource(name, text=text)
    if delimiter == "\t":
        block = cells_of(text)
    else:
        block = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    return RosterSource(name, [_grid(name, "名单", block)])


def _delimiter(lines: Sequence[str]) -> str:
    """What divides the cells; "" if the lines have none: a list as people type it."""
    if 2 * sum("\t" in line for line in lines) > len(lines):
        return "\t"
    for line in lines:
        for delimiter in _DELIMITERS:
            heads = [head_of(cell.strip(' "')) for cell in line.split(delimiter)]
            if sum(head in FIELDS for head in heads) > 1 and "name" in map(FIELDS.get, heads):
                return delimiter
    return ""


def _decoded(name: str, data: bytes) -> str:
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search("[\x00-\x08\x0e-\x1f]", text):
            return text
    raise BadInput([f"{name}里的文字读不出来。{_SAVE_AS}"])


def _of_word(name: str, data: bytes) -> RosterSource:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            tables = word_tables(package)
            paragraphs = [] if tables else word_paragraphs(package)
    except TooLarge as error:
        raise BadInput([f"{name}展开后太大，没有打开。请只留党员名册。"]) from error
    except (NotWord, *zips.DAMAGE) as error:
        raise BadInput([f"{name}不是Word文件，或已损坏。请用Word或WPS打开它，另存为“Word 文档”后再试。"]) from error
    if not tables:
        return source_of_text(name, "\n".join(paragraphs))
    if max(map(len, tables)) > MAX_ROWS:
        raise BadInput([f"{name}有一张表超过{MAX_ROWS}行。请只留党员名册。"])
    return RosterSource(name, [_grid(name, f"表{number}", table) for number, table in enumerate(tables, 1)])


def _grid(name: str, title: str, table: Sequence[Sequence[str]]) -> SheetRows:
    for number, cells in enumerate(table, 1):
        for place, cell in enumerate(cells):
            require_fits(name, title, number, place, cell)
    rows = [(number, tuple(cells)) for number, cells in enumerate(table, 1) if any(cell.strip() for cell in cells)]
    return SheetRows(title, rows)
