"""Workbooks and rosters through the commands: what is taken in, what is told, and that nothing else changes."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.cli.test_cli import refused
from tests.conftest import run
from tests.marks import thorough

Captured = pytest.CaptureFixture[str]


def exported(root: Path, out: Path, *stages: str) -> Path:
    wanted = [part for stage in stages for part in ("--stage", stage)]
    assert run("export", str(root), "--branch", "t01", "--format", "xlsx", *wanted, "--out", str(out)) == 0
    return out


def state(root: Path, capsysbinary: Any) -> bytes:
    capsysbinary.readouterr()
    assert run("export", str(root)) == 0
    return bytes(capsysbinary.readouterr().out)


def records(root: Path, kind: str, tmp_path: Path) -> dict[str, Any]:
    assert run("export", str(root), "--out", str(tmp_path / "now.json")) == 0
    return {r["id"]: r for r in json.loads((tmp_path / "now.json").read_text(encoding="utf-8"))["records"][kind]}


def changed(path: Path, change: Callable[[Any], Any]) -> Path:
    book = load_workbook(path)
    change(book)
    book.save(path)
    return path


def column(sheet: Any, heading: str) -> int:
    return next(c.column for c in sheet[1] if c.value == heading)


def roster(path: Path, *rows: list[Any]) -> Path:
    book = Workbook()
    book.active.title = "花名册"
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


HEADS = ["序号", "姓名", "性别", "政治面貌", "党内职务", "党小组", "转入时间"]


# --- stages out and in -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stages", [(), ("talks",), ("plan", "meeting"), ("appraisal",)])
def test_out_and_in_is_no_difference(stages: tuple[str, ...], filled: Path, tmp_path: Path, capsysbinary: Any) -> None:
    before = state(filled, capsysbinary)
    source = exported(filled, tmp_path / "表.xlsx", *stages)
    assert run("import", str(filled), str(source)) == 0
    assert "没有改动" in capsysbinary.readouterr().err.decode()
    assert state(filled, capsysbinary) == before
    again = exported(filled, tmp_path / "again.xlsx", *stages)
    assert again.read_bytes() == source.read_bytes()


def test_into_an_empty_workspace_it_makes_the_branch(
    filled: Path, workspace: Path, tmp_path: Path, capsysbinary: Any
) -> None:
    other = tmp_path / "另一处"
    assert run("new", str(other), "--campaign", "2024-seed") == 0
    assert run("import", str(other), str(exported(filled, tmp_path / "all.xlsx"))) == 0
    assert state(other, capsysbinary) == state(filled, capsysbinary)


def test_rows_add_and_revise_and_never_withdraw(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    def change(book: Any) -> None:
        talks = book["谈心谈话"]
        talks.delete_rows(3)  # t02: stays
        talks.cell(2, column(talks, "地点")).value = "值班室"
        talks.cell(2, column(talks, "日期")).value = "２月８日"
        new = talks.max_row + 3  # empty rows between
        for heading, value in {
            "日期": "2.9",
            "谈话人员": "m2，简宁",
            "发起人": " 祝 秋 实 ",
            "开始": "下午3点",
        }.items():
            talks.cell(new, column(talks, heading)).value = value
        talks.move_range("B1:B30", cols=20)  # columns in another order
        book.create_sheet("Sheet9")

    source = changed(exported(filled, tmp_path / "t.xlsx", "talks"), change)
    capsys.readouterr()
    assert run("import", str(filled), str(source)) == 0
    told = capsys.readouterr().err
    assert "新增1条，修改1条，移除0条" in told
    assert "谈心谈话 t01：日期、地点" in told
    now = records(filled, "talk", tmp_path)
    assert (now["t01"]["place"], now["t01"]["date"]) == ("值班室", "2024-02-08")
    assert "t02" in now
    fresh = {k: v for k, v in now["talk1"].items() if k != "id"}
    assert fresh == {"date": "2024-02-09", "participants": ["m2", "m7"], "initiator": "m2", "start": "15:00"}
    assert run("import", str(filled), str(source)) == 0  # a row without an id that is there already
    assert "没有改动" in capsys.readouterr().err


def test_lists_are_linked_by_id_and_keep_their_order(filled: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        absent = book["会议记录·缺席"]
        absent.append(["mt", None, "简宁", "出差", "魏长河"])
        absent["C2"].value = "陆望舒"
        absent["A3"].value = None
        absent.merge_cells("A2:A3")
        speeches = book["会议记录·发言"]
        first = [c.value for c in speeches[2]]
        speeches.delete_rows(2)
        speeches.append(first)  # sorted otherwise by hand: 序号 tells the order
        book["会议记录·列席"].append(["mt", 2, None, "章程", "局机关", "列席"])

    assert run("import", str(filled), str(changed(exported(filled, tmp_path / "m.xlsx", "meeting"), change))) == 0
    meeting = records(filled, "meeting", tmp_path)["mt"]
    assert [a["member"] for a in meeting["absent"]] == ["m5", "m7"]
    assert meeting["absent"][0]["approved_on"] == "2024-02-19"
    assert [s["order"] for s in meeting["speeches"]] == list(range(1, 8))
    assert meeting["guests"][1] == {"id": "mt.g2", "name": "章程", "unit": "局机关", "capacity": "observer"}


def test_a_member_s_outline_is_found_without_its_id(filled: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        grades = book["评定等次"]
        grades["A2"].value = None
        grades.cell(2, column(grades, "评定意见")).value = "带头改"

    assert run("import", str(filled), str(changed(exported(filled, tmp_path / "g.xlsx", "appraisal"), change))) == 0
    now = records(filled, "grade", tmp_path)
    assert len(now) == 8
    assert now["g1"]["opinion"] == "带头改"


def test_a_missing_column_or_sheet_leaves_what_is_there(filled: Path, tmp_path: Path, capsysbinary: Any) -> None:
    before = state(filled, capsysbinary)

    def change(book: Any) -> None:
        del book["会议记录·发言"]
        meeting = book["会议记录"]
        meeting.delete_cols(column(meeting, "地点"))
        speeches = book["会议记录·缺席"]
        speeches.delete_cols(column(speeches, "原因"))

    assert run("import", str(filled), str(changed(exported(filled, tmp_path / "m.xlsx", "meeting"), change))) == 0
    assert state(filled, capsysbinary) == before


def test_new_names_in_the_file_are_known_to_its_other_sheets(filled: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["党员"].append(["m9", "新同志", "正式党员", "党员"])
        book["党员"]["B2"].value = "魏长江"
        talks = book["谈心谈话"]
        talks.cell(2, column(talks, "谈话人员")).value = "魏长河、新同志"

    source = changed(exported(filled, tmp_path / "p.xlsx", "plan", "talks"), change)
    assert run("import", str(filled), str(source)) == 0
    assert records(filled, "talk", tmp_path)["t01"]["participants"] == ["m1", "m9"]
    assert records(filled, "member", tmp_path)["m1"]["name"] == "魏长江"


def test_every_problem_is_told_with_sheet_and_cell(filled: Path, tmp_path: Path, capsysbinary: Any) -> None:
    before = state(filled, capsysbinary)

    def change(book: Any) -> None:
        talks = book["谈心谈话"]
        talks["B2"].value = "2024年2月30日"
        talks["C3"].value = "魏长河、王五"
        talks["D4"].value = "=A1"
        talks["A6"].value = "t01"
        talks.cell(1, 20).value = "语气"
        talks.cell(5, 20).value = "重"
        book.create_sheet("别的")["A1"].value = "草稿"
        study = book["集中学习·补学"]
        study["A2"].value, study["C2"].value = "没有的", "简宁"

    source = changed(exported(filled, tmp_path / "t.xlsx", "talks", "study"), change)
    lines = refused_bytes(capsysbinary, "import", str(filled), str(source))
    for words in (
        "“谈心谈话”表B2：",
        "“谈心谈话”表C3：党员名册里没有“王五”",
        "“谈心谈话”表D4：是公式",
        "“谈心谈话”表A6：“t01”和第2行",
        "“谈心谈话”表T1：没有“语气”",
        "“别的”表：",
        "“集中学习·补学”表A2：",
    ):
        assert any(words in line for line in lines), (words, lines)
    assert len(lines) == 7
    assert state(filled, capsysbinary) == before


def refused_bytes(capsysbinary: Any, *arguments: str) -> list[str]:
    capsysbinary.readouterr()
    assert run(*arguments) == 2
    return str(capsysbinary.readouterr().err.decode()).strip().splitlines()


def test_an_id_used_elsewhere_or_malformed_is_told(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    source = changed(exported(filled, tmp_path / "t.xlsx", "talks"), lambda book: book["谈心谈话"].append(["m1"]))
    (line,) = refused(capsys, "import", str(filled), str(source))
    assert "“m1”用了两次" in line
    source = changed(exported(filled, tmp_path / "t.xlsx", "talks"), lambda book: book["谈心谈话"].append(["第一"]))
    (line,) = refused(capsys, "import", str(filled), str(source))
    assert "“谈心谈话”表A11：" in line


def test_the_branchs_own_sheet_is_one_row_with_its_id(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    def renamed(book: Any) -> None:
        book["党支部"].cell(2, column(book["党支部"], "支部代号")).value = "t02"

    def added(book: Any) -> None:
        sheet = book["党支部"]
        sheet.append([cell.value for cell in sheet[2]])
        sheet.cell(3, column(sheet, "支部代号")).value = "t02"

    for change in (renamed, added):
        source = changed(exported(filled, tmp_path / "t.xlsx", "plan"), change)
        lines = refused(capsys, "import", str(filled), str(source))
        assert "t.xlsx的“党支部”表：只能有一行，支部代号是“t01”。请改回。" in lines


# --- files that are none ---------------------------------------------------------------------------------------------


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def plain_book(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(part: str, data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(plain_book(["姓名"], ["甲某"]))) as archive:
        return zipped({n: archive.read(n) for n in archive.namelist()} | {part: data})


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
MERGED = SHEET % b'<row r="1"><c r="A1"><v>1</v></c></row>'
MERGED = MERGED.replace(b"</worksheet>", b"<mergeCells>%s</mergeCells></worksheet>")
LONG = b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"a" * 32_767 + b"</t></is></c></row>"


def with_cell(contents: bytes) -> bytes:
    cell = b'<row r="1"><c r="A1" t="inlineStr">' + contents + b"</c></row>"
    return with_part("xl/worksheets/sheet1.xml", SHEET % cell)


def with_sheets(count: int, sheet: bytes) -> bytes:
    book = Workbook()
    for _ in range(count - 1):
        book.create_sheet()
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {n: sheet if n.startswith("xl/worksheets/sheet") else archive.read(n) for n in archive.namelist()}
    return zipped(parts)


BAD: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "empty": (b"", "空文件"),
    "a letter": ("一封信".encode(), "不是电子表格"),
    "another zip": (zipped({"a.txt": b"x"}), "不是电子表格"),
    "cut off": (plain_book(["姓名"], ["甲"])[:-400], "不是电子表格"),
    "broken inside": (with_part("xl/workbook.xml", b"<workbook"), "读不出来"),
    "locked": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "密码"),
    "old": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "旧格式"),
    "macros": (with_part("xl/vbaProject.bin", b"x"), "宏"),
    "entities": (with_part("xl/worksheets/sheet1.xml", b"<!DOCTYPE x><x/>"), "不该有的内容"),
    "entities in UTF-16": (with_part("xl/worksheets/sheet1.xml", "<!DOCTYPE x><x/>".encode("utf-16")), "不该有的内容"),
    "UTF-16 without a mark": (with_part("xl/workbook.xml", "<x/>".encode("utf-16-le")), "不该有的内容"),
    "bomb": (with_part("xl/media/x.bin", b"\0" * 101_000_000), "展开后太大"),
    "a million empty rows": (
        with_part("xl/worksheets/sheet1.xml", SHEET % b"".join(b'<row r="%d"/>' % n for n in range(1, 1_000_001))),
        "行",
    ),
    "a far row": (with_part("xl/worksheets/sheet1.xml", SHEET % b'<row r="1048576"><c r="A1048576"/></row>'), "行"),
    "a far row that no list of numbers shows": (
        lambda: with_part("xl/worksheets/sheet1.xml", SHEET % b"<row r='999999999'><c/></row>"),
        "超过20000行",
    ),
    "a row without end": (
        lambda: with_part("xl/worksheets/sheet1.xml", SHEET % b'<row r="%s"/>' % (b"9" * 6000)),
        "行",
    ),
    "rows that never end": (lambda: with_part("xl/worksheets/sheet1.xml", b"<row " * 1_000_000), "行"),
    "many rows in many sheets": (
        lambda: with_sheets(60, SHEET % b'<row r="19999"><c r="IV19999"><v>1</v></c></row>'),
        "行",
    ),
    "a cell too long": (
        lambda: with_cell("<is><t>{}</t></is>".format("字" * 32_768).encode()),
        "第1行A列的一格里有32768字",
    ),
    "a cell of 30 MB": (lambda: with_cell(b"<is><t>%s</t></is>" % (b"a" * 30_000_000)), "第1行A列的一格里有30000000字"),
    "a cell of a million pieces": (lambda: with_cell(b"<is>%s</is>" % (b"<r><t>a</t></r>" * 1_000_000)), "格式太多"),
    "pieces in a part without its name": (
        lambda: with_part("xl/strings.dat", b" <sst>%s</sst>" % (b"<si/>" * 1_000_000)),
        "格式太多",
    ),
    "cells merged a million times": (
        lambda: with_part("xl/worksheets/sheet1.xml", MERGED % (b'<mergeCell ref="A1:A20000"/>' * 1_000_000)),
        "格式太多",
    ),
    "cells merged over many rows": (
        lambda: with_part("xl/worksheets/sheet1.xml", MERGED % (b'<mergeCell ref="A1:A20000"/>' * 100)),
        "合并的格子太多",
    ),
    "one text in all cells": (
        lambda: with_part(
            "xl/worksheets/sheet1.xml",
            (SHEET % LONG).replace(b"</worksheet>", b'<mergeCells><mergeCell ref="A1:A900"/></mergeCells></worksheet>'),
        ),
        "文字太多",
    ),
    "no known sheet": (plain_book(["品名", "数量"], ["纸", 3]), "不是认得的文件"),
}


@thorough
@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_one_sentence_and_quick(name: str, filled: Path, tmp_path: Path, capsys: Captured) -> None:
    made, words = BAD[name]
    data = made if isinstance(made, bytes) else made()
    source = tmp_path / "坏.xlsx"
    source.write_bytes(data)
    before = (filled / "orglife.db").read_bytes()
    start = time.process_time()
    (line,) = refused(capsys, "import", str(filled), str(source))
    assert time.process_time() - start < 2
    assert words in line
    assert (filled / "orglife.db").read_bytes() == before
    (line,) = refused(capsys, "new", str(tmp_path / "新"), "--campaign", "2024-seed", "--roster", str(source))
    assert not (tmp_path / "新").exists()


def test_files_of_others_are_refused(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    for key, value in (("campaign", "1999"), ("branch", "t77"), ("format", "orglife-xlsx/9")):

        def change(book: Any, key: str = key, value: str = value) -> None:
            next(row for row in book["_orglife"].iter_rows() if row[0].value == key)[1].value = value

        lines = refused(
            capsys, "import", str(filled), str(changed(exported(filled, tmp_path / "t.xlsx", "talks"), change))
        )
        assert value in lines[0]
    (line,) = refused(capsys, "import", str(filled), str(tmp_path / "t.xlsx"), "--branch", "t02")
    macro = tmp_path / "t.xlsm"
    macro.write_bytes(b"x")
    (line,) = refused(capsys, "import", str(filled), str(macro))
    assert "宏" in line


def test_export_says_what_it_needs(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    (line,) = refused(capsys, "export", str(filled), "--format", "xlsx")
    assert "--out" in line
    refused(capsys, "export", str(filled), "--format", "xlsx", "--bureau", "--out", str(tmp_path / "x.xlsx"))
    refused(
        capsys, "export", str(filled), "--format", "xlsx", "--stage", "supervision", "--out", str(tmp_path / "x.xlsx")
    )
    refused(capsys, "export", str(filled), "--stage", "talks")
    assert not (tmp_path / "x.xlsx").exists()


# --- rosters ---------------------------------------------------------------------------------------------------------


def test_a_roster_adds_and_revises(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    source = roster(
        tmp_path / "名册.xlsx",
        ["测试局机关党支部党员花名册"],
        [],
        HEADS,
        [1, "魏 长 河", "男", "中共党员", "支部书记", "一组", None],
        [2, "祝秋实", "女", "正式党员", None, "二组", None],
        [3, "贺新", "男", "中共预备党员", "", None, "2024年1月5日"],
        [None, "合计：3人"],
    )
    capsys.readouterr()
    assert run("import", str(filled), str(source), "--dry-run") == 0
    told = capsys.readouterr().err
    assert "新增1条，修改2条，移除0条" in told
    assert "没有用到的列：性别" in told
    assert run("import", str(filled), str(source)) == 0
    now = records(filled, "member", tmp_path)
    assert now["m1"] == {"id": "m1", "name": "魏长河", "status": "full", "role": "secretary", "group": "一组"}
    assert now["m2"]["role"] == "deputy"  # a blank cell changes nothing
    assert now["m01"] == {
        "id": "m01",
        "name": "贺新",
        "status": "probationary",
        "role": "member",
        "joined_on": "2024-01-05",
    }
    assert len(now) == 9


def test_what_is_wrong_in_a_roster_is_told_at_once(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    source = roster(
        tmp_path / "名册.xlsx",
        ["姓名", "政治面貌", "职务", "转入日期"],
        ["田小禾", "群众", "组织", "去年"],
        ["田小禾", "党员", None, None],
        [None, "党员", "书记", None],
    )
    lines = refused(capsys, "import", str(filled), str(source))
    for words in ("表B2：“群众”", "表C2：“组织”", "表D2：“去年”", "表A4：没有姓名"):
        assert any(words in line for line in lines), (words, lines)
    source = roster(tmp_path / "名册.xlsx", ["姓名"], ["田小禾"], ["田 小禾"])
    (line,) = refused(capsys, "import", str(filled), str(source))
    assert "第3行与“花名册”表第2行都是“田小禾”" in line
    assert (
        run(
            "import",
            str(filled),
            str(roster(tmp_path / "n.xlsx", ["编号", "姓名"], ["m4", "田小禾"], ["m55", "田小禾"])),
        )
        == 0
    )
    (line,) = refused(capsys, "import", str(filled), str(roster(tmp_path / "n.xlsx", ["姓名"], ["田小禾"])))
    assert "支部里有2名党员叫“田小禾”" in line


def test_where_a_roster_goes(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    source = roster(tmp_path / "r.xlsx", ["支部代号：t02", "支部名称", "第二党支部"], ["姓名"], ["贺新"])
    assert run("import", str(filled), str(source)) == 0
    refused(capsys, "import", str(filled), str(source), "--branch", "t01")
    plain = roster(tmp_path / "p.xlsx", ["姓名"], ["贺新"])
    refused(capsys, "import", str(filled), str(plain))  # two branches now
    assert run("import", str(filled), str(plain), "--branch", "t02") == 0
    assert "没有改动" in capsys.readouterr().err
    refused(capsys, "import", str(filled), str(plain), "--branch", "../x")


def test_new_with_a_roster(tmp_path: Path, capsys: Captured) -> None:
    source = roster(tmp_path / "r.xlsx", ["党员名册"], HEADS, [1, "魏长河", "男", "正式", "书记", None, None])
    root = tmp_path / "新"
    assert run("new", str(root), "--campaign", "2024-seed", "--roster", str(source)) == 0
    (ident,) = re.findall("（(zb-[0-9A-Z]{5}-[0-9A-Z]{5})），党员1名", capsys.readouterr().err)
    assert records(root, "member", tmp_path) == {
        "m01": {"id": "m01", "name": "魏长河", "status": "full", "role": "secretary"}
    }
    assert f'branch = "{ident}"' in (root / "orglife.toml").read_text(encoding="utf-8")
    named = roster(tmp_path / "n.xlsx", ["姓名", "支部代号"], ["魏长河", "zb03"])
    assert run("new", str(tmp_path / "新3"), "--campaign", "2024-seed", "--roster", str(named)) == 0
    assert "（zb03）" in capsys.readouterr().err
    assert run("new", str(tmp_path / "新4"), "--campaign", "2024-seed", "--roster", str(source), "--branch", "b01") == 0
    assert "（b01），党员1名" in capsys.readouterr().err
    for options in (["--roster", str(source), "--branch", "../x"], ["--branch", "b01"]):
        refused(capsys, "new", str(tmp_path / "新5"), "--campaign", "2024-seed", *options)
    assert not (tmp_path / "新5").exists()


def test_a_roster_of_another_branch_is_asked_about(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    source = roster(tmp_path / "r.xlsx", ["姓名"], ["贺新"], ["钱进"], ["孙立"], ["魏长河"])
    (line,) = refused(capsys, "import", str(filled), str(source))
    assert "名册里有4人，只有1人与本支部现有的8名党员同名" in line
    assert "--branch t01" in line
    assert run("import", str(filled), str(source), "--branch", "t01") == 0
    assert "新增3条" in capsys.readouterr().err
    stated = roster(tmp_path / "s.xlsx", ["支部代号：t01"], ["姓名"], ["周一"], ["吴二"], ["郑三"], ["王四"])
    assert run("import", str(filled), str(stated)) == 0, "it says itself whose it is"
    lines = refused(capsys, "import", str(filled), str(stated), "--branch", "t02")
    assert "s.xlsx是支部“t01”的名册，不是“t02”的。请换一个文件。" in lines


@pytest.mark.parametrize(
    "rows",
    [[["品名"], ["纸"]], [["姓名"]], [["姓名", "身份"], ["甲某", "群众"]], [["姓名", "支部代号"], ["甲某", "../x"]]],
)
def test_a_wrong_roster_leaves_no_workspace(rows: list[list[Any]], tmp_path: Path, capsys: Captured) -> None:
    source = roster(tmp_path / "r.xlsx", *rows)
    refused(capsys, "new", str(tmp_path / "新"), "--campaign", "2024-seed", "--roster", str(source))
    assert not (tmp_path / "新").exists()
    refused(capsys, "new", str(tmp_path / "新"), "--campaign", "2024-seed", "--roster", str(tmp_path / "none.xlsx"))
    refused(capsys, "new", str(tmp_path / "新"), "--campaign", "2024-seed", "--roster", str(tmp_path))
    assert not (tmp_path / "新").exists()
