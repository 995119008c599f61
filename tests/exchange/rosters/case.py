"""What one roster looks like, and what it says."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import docx
import openpyxl


@dataclass(frozen=True)
class RosterCase:
    """One roster as a person hands it over.

    Attributes:
        title: What is special about it.
        form: How it comes: ``xlsx``, ``docx``, ``csv gbk``, ``csv utf-8-sig``, ``txt utf-16`` …, ``pasted`` (tabs) or ``text``.
        content: Its lines, cells divided by ``|``; a cell ``@2019-07-01`` of a workbook is a date, ``=…`` a formula.
        expected: One line a member: name, status, office, and other fields as ``field=value``. ``?`` in place of a value
            means that it is asked about, ``?`` before the name that the name is; a line that begins with ``-`` is shown
            but not ticked.
        notices: Words that must occur in the sentences above the table.
        merged: Ranges of merged cells.
        sheets: Other sheets: (title, content) before and after the one with the members.
        refused: Words of the sentence if nothing can be read.
    """

    title: str
    form: str
    content: str
    expected: str = ""
    notices: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    sheets: tuple[tuple[str, str], ...] = ()
    sheet: str = "Sheet1"
    refused: str = ""

    @property
    def is_pasted(self) -> bool:
        return self.form in ("pasted", "text")

    def text(self) -> str:
        """What is pasted."""
        lines = self.content.strip("\n")
        return lines.replace("|", "\t") if self.form == "pasted" else lines

    def file(self) -> tuple[str, bytes]:
        """The file's name and bytes."""
        if self.form == "xlsx":
            return "名册.xlsx", self._workbook()
        if self.form == "docx":
            return "名册.docx", self._document()
        suffix, encoding = self.form.split()
        delimiter = "\t" if suffix == "txt" else ","
        held = io.StringIO()
        csv.writer(held, delimiter=delimiter).writerows(self._rows())
        return f"名册.{suffix}", held.getvalue().encode(encoding)

    def _rows(self) -> list[list[str]]:
        return [line.split("|") for line in self.content.strip("\n").splitlines()]

    def _workbook(self) -> bytes:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, content in (*self.sheets, (self.sheet, self.content)):
            sheet = book.create_sheet(title)
            for line in content.strip("\n").splitlines():
                sheet.append([_typed(cell) for cell in line.split("|")])
        for each in self.merged:
            book[self.sheet].merge_cells(each)
        held = io.BytesIO()
        book.save(held)
        return held.getvalue()

    def _document(self) -> bytes:
        """Lines without ``|`` are paragraphs, the others rows of one table."""
        paper = docx.Document()
        lines = self._rows()
        rows = [cells for cells in lines if len(cells) > 1]
        table = None
        for cells in lines:
            if len(cells) == 1:
                paper.add_paragraph(cells[0])
            elif table is None:
                table = paper.add_table(len(rows), max(map(len, rows)))
                for number, row in enumerate(rows):
                    for place, cell in enumerate(row):
                        table.cell(number, place).text = cell
        for each in self.merged:
            assert table is not None
            (top, left), (bottom, right) = (map(int, corner.split(",")) for corner in each.split(":"))
            first = table.cell(top, left)
            text = first.text
            first.merge(table.cell(bottom, right)).text = text
        held = io.BytesIO()
        paper.save(held)
        return held.getvalue()


def _typed(cell: str) -> Any:
    """A cell as Excel stores what was typed."""
    if cell.startswith("@"):
        return datetime.combine(date.fromisoformat(cell[1:]), datetime.min.time())
    if cell.isdigit() and len(cell) < 10 and not cell.startswith("0"):
        return int(cell)
    return cell or None
