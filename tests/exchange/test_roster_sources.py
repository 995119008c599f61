"""A roster's file or pasted text as sheets: what divides its cells, and what is too large or of no kind that is read."""

from __future__ import annotations

import pytest

from orglife.core.errors import BadInput
from orglife.exchange.roster.sources import source_of_file, source_of_text


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("张三\t男\n李四\t女\n王五", [("张三", "男"), ("李四", "女"), ("王五",)]),
        ("张三\t男\n李四", None),
        ("姓名\t党员身份\n李四", [("姓名", "党员身份"), ("李四",)]),
        ("姓名,党员身份\n张三,正式\n\n李四,预备", [("姓名", "党员身份"), ("张三", "正式"), ("李四", "预备")]),
        ("某局党员\n姓名；党员身份\n张三；正式", [("某局党员",), ("姓名", "党员身份"), ("张三", "正式")]),
        ('"姓名" | 党员身份\n张三|正式', [("姓名", "党员身份"), ("张三", "正式")]),
        ("姓名,张三", None),
        ("党员身份,党内职务\n正式,书记", None),
        ("姓名\n张三", None),
        ("张三、李四", None),
    ],
)
def test_cells_are_divided_by_tabs_or_by_what_divides_known_headings(
    text: str, rows: list[tuple[str, ...]] | None
) -> None:
    source = source_of_text("名单", text)
    if rows is None:
        assert (list(source.grids), source.text) == ([], text)
        return
    (grid,) = source.grids
    found = [tuple(str(cell) for cell in cells) for _, cells in grid.rows]
    assert [tuple(cell for cell in cells if cell) for cells in found] == rows
    assert source.text == ""
    assert grid.rows[0][0] == 1


@pytest.mark.parametrize(
    ("text", "cells"),
    [("姓名\n张三", ["姓名"]), ("张三;男,女;x", ["张三", "男,女", "x"]), ("张三,男,女;x", ["张三", "男", "女;x"])],
)
def test_a_file_of_a_table_is_one_also_without_headings(text: str, cells: list[str]) -> None:
    (grid,) = source_of_text("甲.csv", text, cells=True).grids
    assert list(grid.rows[0][1]) == cells


def test_tabs_divide_the_cells_of_a_table_however_many_commas_are_in_them() -> None:
    (grid,) = source_of_text("甲.csv", "张三\t一,二,三\n李四\t四,五,六", cells=True).grids
    assert [list(cells) for _, cells in grid.rows] == [["张三", "一,二,三"], ["李四", "四,五,六"]]


@pytest.mark.parametrize(("name", "sheets"), [("甲.csv", 1), ("甲.CSV", 1), ("甲.txt", 0), ("甲.tsv", 0)])
def test_one_column_is_a_table_in_a_csv_and_a_list_elsewhere(name: str, sheets: int) -> None:
    assert len(source_of_file(name, "姓名\n张三".encode()).grids) == sheets


def test_the_rows_keep_their_numbers() -> None:
    (grid,) = source_of_text("名单", "姓名,党员身份\n,\n张三,正式").grids
    assert [number for number, _ in grid.rows] == [1, 3]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_end_as_on_any_computer(end: str) -> None:
    (grid,) = source_of_text("名单", f"\ufeff姓名,党员身份{end}张三,正式{end}").grids
    assert [list(cells) for _, cells in grid.rows] == [["姓名", "党员身份"], ["张三", "正式"]]


def test_a_text_or_file_that_is_far_too_long_is_refused() -> None:
    assert source_of_text("名单", "长" * 400_000).text
    with pytest.raises(BadInput, match="名单太长"):
        source_of_text("名单", "长" * 400_001)
    for size, what in ((5_000_000, "太长"), (5_000_001, "太大")):
        with pytest.raises(BadInput, match=what):
            source_of_file("甲.txt", b"a" * size)


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("甲.txt", b" \n", "空文件"),
        ("甲.csv", b"\x00\x01", "读不出来"),
        ("甲.doc", b"x", "旧格式的文档"),
        ("甲.WPS", b"x", "旧格式的文档"),
        ("甲.pdf", b"x", "不是电子表格，也不是文档"),
        ("甲.docx", b"x", "不是Word文件"),
    ],
)
def test_a_file_of_no_kind_that_is_read_is_refused(name: str, data: bytes, what: str) -> None:
    with pytest.raises(BadInput, match=what):
        source_of_file(name, data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_is_read_in_the_usual_encodings(encoding: str) -> None:
    (grid,) = source_of_file("甲.TXT", "姓名,党员身份\n张三,正式".encode(encoding)).grids
    assert list(grid.rows[1][1]) == ["张三", "正式"]
