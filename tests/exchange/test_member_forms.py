"""Members' own forms: one workbook a person out, many back at once, all or none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests import branch as b
from tests.cli.test_cli import refused
from tests.conftest import run
from tests.exchange.test_workbooks import changed, exported, records, refused_bytes, roster, state

Captured = pytest.CaptureFixture[str]


def forms(root: Path, out: Path, *options: str) -> Path:
    assert run("export", str(root), "--branch", "t01", "--format", "xlsx", *options, "--out", str(out)) == 0
    return out


def put(book: Any, title: str, label: str, value: Any) -> None:
    """Answer one line of a card."""
    sheet = book[title]
    next(row for row in sheet.iter_rows() if row[0].value == label)[1].value = value


def row(book: Any, title: str, first: str, **cells: Any) -> None:
    """Fill the row that begins with a word, or the next free one."""
    sheet = book[title]
    heads = {c.value: c.column for c in sheet[1]}
    number = next((r[0].row for r in sheet.iter_rows(min_row=2) if r[0].value == first), sheet.max_row + 1)
    sheet.cell(number, 1).value = first
    for heading, value in cells.items():
        sheet.cell(number, heads[heading]).value = value


@pytest.fixture
def early(workspace: Path, tmp_path: Path) -> Path:
    """The test branch before anybody has written anything, and before the meeting."""
    raw = b.branch()
    for kind in ("member_review", "pledge", "rect_item", "criticism", "meeting", "superior_comment", "problem_list"):
        raw["records"].pop(kind, None)
    source = tmp_path / "early.json"
    source.write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(workspace), str(source)) == 0
    return workspace


def outlined(fact: str = "去年5月3日值班时提前走了") -> Callable[[Any], None]:
    def change(book: Any) -> None:
        put(book, "发言提纲", "日期", "２月１０日")
        put(book, "发言提纲", "经查无问题·理想信念", "是")
        row(book, "查摆的问题", "作风", 具体表现=fact, 根源="图省事", 三观剖析="人生观、价值观", 改进措施="按时交接班")
        put(book, "整改承诺", "承诺内容", "按时交接班")

    return change


def test_one_file_a_person_without_names_in_file_names(filled: Path, tmp_path: Path) -> None:
    made = forms(filled, tmp_path / "表", "--members")
    assert [p.name for p in sorted(made.iterdir())] == [f"t01_m{n}.xlsx" for n in range(1, 9)]
    again = forms(filled, tmp_path / "again", "--members")
    assert all((again / p.name).read_bytes() == p.read_bytes() for p in made.iterdir())
    some = forms(filled, tmp_path / "some", "--member", "m2", "--member", "m5")
    assert [p.name for p in sorted(some.iterdir())] == ["t01_m2.xlsx", "t01_m5.xlsx"]
    book = load_workbook(made / "t01_m2.xlsx")
    assert any(c.value == "祝秋实" for r in book["填写说明"].iter_rows() for c in r)
    for sheet in book.worksheets[:5]:
        assert sheet.protection.sheet
        assert sheet["A1"].protection.locked
    assert not book["查摆的问题"]["C2"].protection.locked
    assert book["发言提纲"].data_validations.dataValidation


def test_out_and_in_again_is_no_difference(filled: Path, tmp_path: Path, capsysbinary: Any) -> None:
    before = state(filled, capsysbinary)
    made = forms(filled, tmp_path / "表", "--members")
    assert run("import", str(filled), *map(str, sorted(made.iterdir()))) == 0
    assert capsysbinary.readouterr().err.decode().count("没有改动") == 8
    assert state(filled, capsysbinary) == before


def test_what_members_write_becomes_records(early: Path, tmp_path: Path, capsys: Captured) -> None:
    made = forms(early, tmp_path / "表", "--members")
    assert "批评意见" not in load_workbook(made / "t01_m3.xlsx").sheetnames  # nothing has been said at a meeting yet
    for each in ("m3", "m4"):
        changed(made / f"t01_{each}.xlsx", outlined(f"去年{each[1]}月值班时提前走了"))
    capsys.readouterr()
    assert run("import", str(early), *map(str, sorted(made.iterdir()))) == 0
    told = capsys.readouterr().err
    assert "冉书砚（t01_m3.xlsx）：新增2条" in told
    assert "田小禾（t01_m4.xlsx）：新增2条" in told
    assert told.count("里没有填写内容") == 6
    found = {r["member"]: r for r in records(early, "member_review", tmp_path).values()}
    assert set(found) == {"m3", "m4"}
    assert found["m3"]["date"] == "2024-02-10"
    assert found["m3"]["none_declared"] == ["ideals"]
    (item,) = found["m3"]["items"]
    assert item.pop("id").startswith(found["m3"]["id"])
    assert item == {
        "aspect": "style",
        "fact": "去年3月值班时提前走了",
        "cause": "图省事",
        "cause_views": ["life", "values"],
        "measure": "按时交接班",
    }
    assert {r["member"] for r in records(early, "pledge", tmp_path).values()} == {"m3", "m4"}


def test_a_form_only_adds_and_revises(filled: Path, tmp_path: Path) -> None:
    before = next(r for r in records(filled, "member_review", tmp_path).values() if r["member"] == "m3")

    def change(book: Any) -> None:
        outlined()(book)  # the problem of the same aspect, in other words
        row(book, "查摆的问题", "组织生活", 具体表现="去年有两次没有参加党小组会")
        put(book, "发言提纲", "全文", None)

    (path,) = forms(filled, tmp_path / "表", "--member", "m3").iterdir()
    assert run("import", str(filled), str(changed(path, change))) == 0
    now = next(r for r in records(filled, "member_review", tmp_path).values() if r["member"] == "m3")
    assert now["id"] == before["id"]
    assert [i["id"] for i in now["items"]][: len(before["items"])] == [i["id"] for i in before["items"]]
    assert now["items"][0]["fact"] == "去年5月3日值班时提前走了"
    assert len(now["items"]) == len(before["items"]) + 1
    blank = forms(filled, tmp_path / "b", "--blank") / "t01_空白.xlsx"
    changed(blank, lambda book: put(book, "填写说明", "姓名", "冉书砚"))
    assert run("import", str(filled), str(blank)) == 0
    assert next(r for r in records(filled, "member_review", tmp_path).values() if r["member"] == "m3") == now


def test_criticism_is_asked_for_once_the_meeting_is_over(filled: Path, tmp_path: Path) -> None:
    count = len(records(filled, "criticism", tmp_path))
    (path,) = forms(filled, tmp_path / "表", "--member", "m3").iterdir()

    sheet = load_workbook(path)["批评意见"]
    targets = [r[0].value for r in sheet.iter_rows(min_row=2) if r[0].value]
    assert "冉书砚" not in targets
    assert len(set(targets)) == 7
    changed(path, lambda book: row(book, "批评意见", "魏长河", 意见="去年三次支委会你都没有让别人把话说完"))
    assert run("import", str(filled), str(path)) == 0
    now = records(filled, "criticism", tmp_path)
    assert len(now) == count
    assert [c["text"] for c in now.values() if (c["author"], c["target"]) == ("m3", "m1")] == [
        "去年三次支委会你都没有让别人把话说完"
    ]


def test_a_blank_form_goes_to_whom_it_names(early: Path, tmp_path: Path, capsys: Captured) -> None:
    (path,) = forms(early, tmp_path / "表", "--blank").iterdir()
    assert path.name == "t01_空白.xlsx"
    changed(path, outlined())
    (line,) = refused(capsys, "import", str(early), str(path))
    assert "“填写说明”表B" in line
    assert "没有写姓名" in line
    changed(path, lambda book: put(book, "填写说明", "姓名", "王五"))
    (line,) = refused(capsys, "import", str(early), str(path))
    assert "党员名册里没有“王五”" in line
    changed(path, lambda book: put(book, "填写说明", "姓名", " 冉　书 砚 "))
    assert run("import", str(early), str(path)) == 0
    assert [r["member"] for r in records(early, "member_review", tmp_path).values()] == ["m3"]


def test_of_two_with_one_name_the_id_tells(early: Path, tmp_path: Path, capsys: Captured) -> None:
    assert (
        run(
            "import",
            str(early),
            str(roster(tmp_path / "n.xlsx", ["编号", "姓名"], ["m3", "冉书砚"], ["m55", "冉书砚"])),
        )
        == 0
    )
    made = forms(early, tmp_path / "表", "--members")
    for each in ("m3", "m55"):  # the form of each says which
        changed(made / f"t01_{each}.xlsx", outlined(f"{each}去年值班时提前走了"))
    assert run("import", str(early), *(str(made / f"t01_{each}.xlsx") for each in ("m3", "m55"))) == 0
    assert {r["member"] for r in records(early, "member_review", tmp_path).values()} == {"m3", "m55"}
    (path,) = forms(early, tmp_path / "b", "--blank").iterdir()
    changed(path, lambda book: put(book, "填写说明", "姓名", "冉书砚"))
    (line,) = refused(capsys, "import", str(early), str(path))
    assert "冉书砚（m3）、冉书砚（m55）" in line


def test_many_are_taken_in_or_none(early: Path, tmp_path: Path, capsysbinary: Any) -> None:
    before = state(early, capsysbinary)
    made = forms(early, tmp_path / "表", "--members")
    changed(made / "t01_m3.xlsx", outlined())

    def wrong(book: Any) -> None:
        put(book, "发言提纲", "日期", "2024年2月30日")
        put(book, "发言提纲", "经查无问题·理想信念", "也许")
        book["查摆的问题"]["C2"].value = "=A1"
        book["发言提纲"]["A40"].value, book["发言提纲"]["B40"].value = "心情", "好"
        book.create_sheet("别的")["A1"].value = "草稿"

    changed(made / "t01_m4.xlsx", wrong)
    changed(made / "t01_m5.xlsx", lambda book: put(book, "填写说明", "姓名", "祝秋实"))
    lines = refused_bytes(capsysbinary, "import", str(early), *map(str, sorted(made.iterdir())))
    for words in (
        "t01_m4.xlsx的“发言提纲”表B3：",
        "t01_m4.xlsx的“查摆的问题”表C2：是公式",
        "t01_m4.xlsx的“发言提纲”表B40：没有“心情”",
        "“也许”看不出",
        "t01_m4.xlsx的“别的”表：",
        "这是陆望舒的表，写的却是“祝秋实”",
    ):
        assert any(words in line for line in lines), (words, lines)
    assert len(lines) == 6
    assert state(early, capsysbinary) == before


def test_two_files_that_disagree_are_named_together(early: Path, tmp_path: Path, capsysbinary: Any) -> None:
    before = state(early, capsysbinary)
    one = changed(forms(early, tmp_path / "一", "--member", "m3") / "t01_m3.xlsx", outlined())
    two = one.with_name("副本.xlsx")
    two.write_bytes(one.read_bytes())
    capsysbinary.readouterr()
    assert run("import", str(early), str(one), str(two), "--dry-run") == 0  # the same said twice is said once
    assert "冉书砚（副本.xlsx）：与现有数据相同" in capsysbinary.readouterr().err.decode()
    changed(two, lambda book: put(book, "整改承诺", "承诺内容", "别的"))
    (line,) = refused_bytes(capsysbinary, "import", str(early), str(one), str(two))
    assert "t01_m3.xlsx的“整改承诺”表和副本.xlsx的“整改承诺”表都写了" in line
    assert state(early, capsysbinary) == before


def test_stage_workbooks_of_one_branch_go_together(filled: Path, tmp_path: Path, capsysbinary: Any) -> None:
    one = exported(filled, tmp_path / "a.xlsx", "talks")
    two = exported(filled, tmp_path / "b.xlsx", "talks", "study")
    fresh = {"B": "2.9", "C": "魏长河、简宁", "D": "魏长河"}

    def add(book: Any, words: str = "") -> None:
        sheet = book["谈心谈话"]
        for letter, value in fresh.items():
            sheet[f"{letter}20"].value = value
        if words:
            sheet["C3"].value = words

    changed(one, add)
    changed(two, lambda book: add(book, "魏长河、田小禾"))
    assert run("import", str(filled), str(one), str(two)) == 0
    talks = records(filled, "talk", tmp_path)
    assert sum(t.get("participants") == ["m1", "m7"] and t.get("date") == "2024-02-09" for t in talks.values()) == 1
    assert talks["t02"]["participants"] == ["m1", "m4"]
    changed(one, lambda book: book["谈心谈话"].__setitem__("C3", "魏长河、简宁"))
    changed(two, lambda book: book["谈心谈话"].__setitem__("C3", "魏长河、冉书砚"))
    (line,) = refused_bytes(capsysbinary, "import", str(filled), str(one), str(two))
    assert "a.xlsx的“谈心谈话”表第3行和b.xlsx的“谈心谈话”表第3行都写了谈心谈话 t02，内容不同" in line


def test_a_whole_state_stands_alone(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    assert run("export", str(filled), "--out", str(tmp_path / "t01.json")) == 0
    source = exported(filled, tmp_path / "a.xlsx", "talks")
    (line,) = refused(capsys, "import", str(filled), str(source), str(tmp_path / "t01.json"))
    assert "一次只能导入一个" in line


def test_export_of_forms_says_what_it_needs(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    out = str(tmp_path / "x")
    for options in (
        ("--members",),
        ("--members", "--out", out),
        ("--format", "xlsx", "--blank", "--member", "m1", "--out", out),
        ("--format", "xlsx", "--members", "--stage", "talks", "--out", out),
        ("--format", "xlsx", "--members", "--bureau", "--out", out),
        ("--format", "xlsx", "--member", "m99", "--out", out),
    ):
        refused(capsys, "export", str(filled), *options)
    assert not (tmp_path / "x").exists()


def test_a_form_of_somebody_who_left_the_roster_is_told(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    (path,) = forms(filled, tmp_path / "表", "--member", "m3").iterdir()

    def change(book: Any) -> None:
        next(r for r in book["_orglife"].iter_rows() if r[0].value == "member")[1].value = "m99"

    (line,) = refused(capsys, "import", str(filled), str(changed(path, change)))
    assert "“m99”" in line
