"""What is read from a workbook: merged cells, cells without a usable value, blank rows; and what is not opened."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import pytest
from openpyxl import Workbook

from orglife.adapters.sheet import reader
from orglife.core.errors import BadInput
from orglife.core.sheet.cells import Cell
from orglife.core.sheet.pages import SheetRows

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(cells: str, merged: Sequence[str] = ()) -> bytes:
    """A workbook of one sheet, its rows and merged ranges as XML."""
    made, out = io.BytesIO(), io.BytesIO()
    Workbook().save(made)
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData><mergeCells>{ranges}</mergeCells></worksheet>'
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return out.getvalue()


def rows_of(*rows: Mapping[str, str]) -> str:
    """Rows of cells: column letter → text, or a number in digits."""
    lines = []
    for number, cells in enumerate(rows, 1):
        made = "".join(
            f'<c r="{letter}{number}"><v>{text}</v></c>'
            if text.isdigit()
            else f'<c r="{letter}{number}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
            for letter, text in cells.items()
        )
        lines.append(f'<row r="{number}">{made}</row>')
    return "".join(lines)


def grid(cells: str, merged: Sequence[str] = ()) -> SheetRows:
    (one,) = reader.read_workbook(workbook(cells, merged), "t.xlsx").grids
    return one


@pytest.mark.parametrize(
    ("merged", "rows"),
    [
        (["A1:A3"], [(1, ("甲", "乙")), (2, ("甲", "丙")), (3, ("甲", None, "丁"))]),
        (["A1:A4"], [(1, ("甲", "乙")), (2, ("甲", "丙")), (3, ("甲", None, "丁")), (4, ("甲",))]),
        (["A1:A1", "C3:C4"], [(1, ("甲", "乙")), (2, (None, "丙")), (3, (None, None, "丁")), (4, (None, None, "丁"))]),
        (["A1:B3"], [(1, ("甲", "乙")), (2, (None, "丙")), (3, (None, None, "丁"))]),
        (["A2:A3"], [(1, ("甲", "乙")), (2, (None, "丙")), (3, (None, None, "丁"))]),
        (["C1:C2", "D1:D2", "A7:A8"], [(1, ("甲", "乙")), (2, (None, "丙")), (3, (None, None, "丁"))]),
    ],
)
def test_the_value_of_merged_rows_is_read_in_each_of_them(
    merged: Sequence[str], rows: Sequence[tuple[int, Sequence[Cell]]]
) -> None:
    """A cell merged over several columns is a title, and a blank one has nothing to repeat."""
    assert grid(rows_of({"A": "甲", "B": "乙"}, {"B": "丙"}, {"C": "丁"}), merged).rows == rows


@pytest.mark.parametrize(("most", "last"), [(4, 4), (3, 1)])
def test_cells_merged_beyond_the_last_row_that_is_read_are_not_repeated(
    most: int, last: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_ROWS", most)
    assert [number for number, _ in grid(rows_of({"A": "甲"}), ["A1:A4"]).rows] == [*range(1, last + 1)]


def test_a_row_without_anything_readable_is_left_out_and_a_number_is_enough() -> None:
    read = grid(rows_of({"A": " ", "B": "\t"}, {"B": "0"}, {}, {"A": "一_x000D_\n二\r\n三"}))
    assert read.rows == [(2, (None, 0)), (4, ("一\n二\n三",))]


def test_formulas_and_errors_are_told_where_they_stand() -> None:
    wrong = "#" + "错" * 20
    cells = f'<row r="2"><c r="B2"><f>1+1</f></c><c r="C2" t="e"><v>{wrong}</v></c><c r="D2"><v>5</v></c></row>'
    read = grid(cells)
    assert read.rows == [(2, (None, None, None, 5))]
    assert read.faults == [
        (2, 1, "是公式。请改成数值（复制后“选择性粘贴—数值”）。"),
        (2, 2, f"是出错的值（{wrong[:20]}）。请改正或删去。"),
    ]


def zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        for name, data in parts.items():
            pack.writestr(name, data)
    return out.getvalue()


BOOK, TYPES, SHEET = "xl/workbook.xml", "[Content_Types].xml", "xl/worksheets/sheet1.xml"
INCOMPLETE, UNSAFE = "文件不完整", "含有电子表格不该有的内容"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({BOOK: b""}, INCOMPLETE),
        ({TYPES: b""}, INCOMPLETE),
        ({"a.xml": b""}, "不是电子表格。请换一个文件"),
        ({BOOK: b"", "xl/vbaProject.bin": b""}, "带有宏"),
        ({BOOK: b"", TYPES: b"<a>macroEnabled</a>"}, "带有宏"),
        ({BOOK: b"x<!DOCTYPE a>"}, UNSAFE),
        ({BOOK: b"x<!ENTITY a>"}, UNSAFE),
        ({BOOK: b"", "xl/a.rels": b"x<!ENTITY a>"}, UNSAFE),
        ({BOOK: b"", "xl/a.bin": b" <!ENTITY a>"}, UNSAFE),
        ({BOOK: b"", "xl/a.bin": b"x<!ENTITY a>"}, INCOMPLETE),
        ({BOOK: b" " * 399 + b"\0"}, UNSAFE),
        ({BOOK: b" " * 400 + b"\0"}, INCOMPLETE),
        ({BOOK: b"", SHEET: b'<row r="20000"/>'}, INCOMPLETE),
        ({BOOK: b"", SHEET: b'<row r="20001"/>'}, "超过20000行"),
        ({BOOK: b"", SHEET: b'<row r="9999999999"/>'}, "超过20000行"),
    ],
)
def test_what_is_no_sound_workbook_gets_its_own_sentence(parts: Mapping[str, bytes], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        reader.read_workbook(zipped(parts), "t.xlsx")


@pytest.mark.parametrize(
    ("limit", "most", "sheet", "fits"),
    [
        ("MAX_ELEMENTS", 3, b"<a/><b></b><c/>", True),
        ("MAX_ELEMENTS", 3, b"<a/><b></b><c/><d/>", False),
        ("MAX_ELEMENTS", 3, b"<c />" + b"<a/>" * 7, True),
        ("MAX_ELEMENTS", 3, b"<c />" + b"<a/>" * 8, False),
        ("MAX_CELLS", 2, b"<c /><x:c />", True),
        ("MAX_CELLS", 2, b"<c /><x:c /><c />", False),
        ("MAX_ROWS", 2, b"<row/><x:row />", True),
        ("MAX_ROWS", 2, b"<row/><x:row /><row/>", False),
        ("MAX_ROWS", 2, b'<row r="2"/>', True),
        ("MAX_ROWS", 2, b'<row r="3"/>', False),
        ("MAX_UNPACKED", 4, b"<a/>", True),
        ("MAX_UNPACKED", 4, b"<a/> ", False),
    ],
)
def test_a_workbook_may_be_just_as_large_as_can_be_read(
    limit: str, most: int, sheet: bytes, fits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, limit, most)
    with pytest.raises(BadInput) as refusal:
        reader.read_workbook(zipped({BOOK: b"", SHEET: sheet}), "t.xlsx")
    assert (INCOMPLETE in str(refusal.value)) is fits
