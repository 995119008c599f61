"""What comes back from Excel and WPS: a sentence for each bad cell, patience with WPS, whole branches without a difference."""

from __future__ import annotations

import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from orglife.core.errors import BadInput
from orglife.exchange import intake, member_forms, workbooks
from orglife.office.office import Office
from tests.conftest import run
from tests.exchange.test_workbooks import changed, column, exported, records, roster, zipped
from tests.marks import thorough
from tests.whole.generate import EXCUSES, generated


def shared_name(book: Any) -> None:
    talks = book["谈心谈话"]
    talks.cell(3, column(talks, "谈话人员")).value = "魏长河、冉书砚"


def renamed_column(book: Any) -> None:
    talks = book["谈心谈话"]
    talks.cell(1, column(talks, "地点")).value = "在哪里"


def renamed_sheet(book: Any) -> None:
    book["谈心谈话"].title = "谈话"


BAD_CELLS: dict[str, tuple[Callable[[Any], Any], tuple[str, ...]]] = {
    "impossible date": (lambda book: book["谈心谈话"].__setitem__("B3", "2月30日"), ("“谈心谈话”表B3", "请")),
    "a number for a date": (lambda book: book["谈心谈话"].__setitem__("B3", 20.5), ("“谈心谈话”表B3", "请")),
    "formula": (lambda book: book["谈心谈话"].__setitem__("C3", "=C2"), ("“谈心谈话”表C3", "是公式")),
    "error value": (lambda book: book["谈心谈话"].__setitem__("C3", "#REF!"), ("“谈心谈话”表C3", "出错的值")),
    "shared name": (shared_name, ("“谈心谈话”表C3", "冉书砚（m3）、冉书砚（m55）")),
    "renamed column": (renamed_column, ("没有“在哪里”这一列，请改回原来的列名",)),
    "renamed sheet": (renamed_sheet, ("“谈话”表：这里没有叫这个名字的表",)),
    "no head row": (lambda book: book["谈心谈话"].delete_rows(1), ("“谈心谈话”表A1", "没有找到表头")),
    "an id of nobody": (
        lambda book: book["谈心谈话"].__setitem__("A3", "第 一"),
        ("“谈心谈话”表A3", "“第 一”"),
    ),
}


@pytest.mark.parametrize("name", BAD_CELLS)
def test_a_bad_cell_is_one_sentence_with_its_place_and_cure(name: str, filled: Path, tmp_path: Path) -> None:
    change, words = BAD_CELLS[name]
    assert (
        run(
            "import",
            str(filled),
            str(roster(tmp_path / "n.xlsx", ["编号", "姓名"], ["m3", "冉书砚"], ["m55", "冉书砚"])),
        )
        == 0
    )
    source = changed(exported(filled, tmp_path / "t.xlsx", "plan", "talks"), change)
    before = (filled / "orglife.db").read_bytes()
    with Office.open(filled) as office, pytest.raises(BadInput) as caught:
        intake.differences(office, [source])
    (line,) = caught.value.sentences
    assert all(word in line for word in ("t.xlsx的", *words)), line
    assert (filled / "orglife.db").read_bytes() == before


def test_what_wps_writes_is_read(filled: Path, tmp_path: Path) -> None:
    """A dimension of one cell, merged days, days as text, full-width digits, names with blanks, a title row above."""

    def change(book: Any) -> None:
        talks = book["谈心谈话"]
        talks["B2"].value, talks["B2"].number_format = "２０２４年２月７日", "@"
        talks["B3"].value = None
        talks.merge_cells("B2:B3")
        talks["B4"].value = 45331  # a day that lost its format
        talks.cell(4, column(talks, "开始")).value = "１４：３０"
        talks.cell(4, column(talks, "谈话人员")).value = "魏　长　河，简宁"
        talks.insert_rows(1)
        talks["A1"].value = "谈心谈话登记表"
        talks.merge_cells("A1:H1")

    source = exported(filled, tmp_path / "t.xlsx", "talks")
    book = load_workbook(source)
    change(book)
    sheet = book["谈心谈话"]
    sheet.merged_cells.ranges = {r for r in sheet.merged_cells.ranges if r.coord != "B2:B3"}
    sheet.merge_cells("B3:B4")
    book.save(source)
    with zipfile.ZipFile(source) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    parts = {n: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"', data) for n, data in parts.items()}
    source.write_bytes(zipped(parts))
    assert run("import", str(filled), str(source)) == 0
    talks = records(filled, "talk", tmp_path)
    assert [talks[f"t0{n}"]["date"] for n in (1, 2, 3)] == ["2024-02-07", "2024-02-07", "2024-02-09"]
    assert (talks["t03"]["start"], talks["t03"]["participants"]) == ("14:30", ["m1", "m7"])


def branches(count: int) -> Iterator[Any]:
    """Branches of all sizes and shapes, some with faults, some without whole types."""
    for seed in range(count):
        draw = random.Random(seed)
        size = draw.randint(3, 30)
        groups = size // 8 if size >= 16 and seed % 3 == 0 else 0
        raw = generated(
            size,
            committee=seed % 2 == 0,
            groups=groups,
            excused=draw.sample(EXCUSES, k=min(len(EXCUSES), (size - 3) // 4)) if not groups else (),
            probationary=size // 8,
            seed=seed,
        )
        for kind in draw.sample(sorted(raw["records"]), k=draw.randint(0, 4)):
            raw["records"][kind] = raw["records"][kind][: draw.randint(0, 2)]
        yield raw


def no_difference(root: Path, tmp_path: Path, count: int) -> None:
    for number, raw in enumerate(branches(count)):
        raw["branch"]["id"] = f"g{number:03d}"
        source = tmp_path / "raw.json"
        source.write_text(json.dumps(raw), encoding="utf-8")
        assert run("import", str(root), str(source)) == 0
        with Office.open(root) as office:
            name = raw["branch"]["id"]
            brought = [("表.xlsx", workbooks.export_workbook(office, name))]
            brought += member_forms.export_member_forms(office, name).items()
            assert all(each.is_empty for each in intake.differences_of(office, brought)), number


@thorough
def test_generated_branches_come_back_without_a_difference(workspace: Path, tmp_path: Path) -> None:
    no_difference(workspace, tmp_path, 3)


@pytest.mark.soak
def test_a_hundred_generated_branches_come_back_without_a_difference(workspace: Path, tmp_path: Path) -> None:
    no_difference(workspace, tmp_path, 100)
