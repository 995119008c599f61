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
from tests.marks import thorough

Captured = pytest.CaptureFixture[str]


NAMES = {
    f"m{n}": name
    for n, name in enumerate(["魏长河", "祝秋实", "冉书砚", "田小禾", "陆望舒", "蒲大川", "简宁", "费仲文"], 1)
}


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
        put(book, "发言提纲", "经查无问题·理想信念", "√")
        row(
            book,
            "查摆的问题",
            "作风",
            具体表现=fact,
            根源="图省事",
            改进措施="按时交接班",
            三观剖析·人生观="√",
            三观剖析·价值观="是",
        )
        put(book, "整改承诺", "承诺内容", "按时交接班")

    return change


def test_one_file_a_person_named_by_the_person(filled: Path, tmp_path: Path) -> None:
    made = forms(filled, tmp_path / "表", "--members")
    assert [p.name for p in sorted(made.iterdir())] == sorted(f"对照检查_{name}.xlsx" for name in NAMES.values())
    again = forms(filled, tmp_path / "again", "--members")
    assert all((again / p.name).read_bytes() == p.read_bytes() for p in made.iterdir())
    some = forms(filled, tmp_path / "some", "--member", "m2", "--member", "m5")
    assert [p.name for p in sorted(some.iterdir())] == ["对照检查_祝秋实.xlsx", "对照检查_陆望舒.xlsx"]
    book = load_workbook(made / "对照检查_祝秋实.xlsx")
    assert any(c.value == "祝秋实" for r in book["填写说明"].iter_rows() for c in r)
    for sheet in book.worksheets[:5]:
        assert sheet.protection.sheet
        assert sheet["A1"].protection.locked
    assert not book["查摆的问题"]["C2"].protection.locked
    assert book["发言提纲"].data_validations.dataValidation


def test_views_are_ticked_from_a_list(filled: Path, tmp_path: Path) -> None:
    (path,) = forms(filled, tmp_path / "表", "--member", "m3").iterdir()
    book = load_workbook(path)
    sheet = book["查摆的问题"]
    heads = [c.value for c in sheet[1]]
    views = [heads.index(f"三观剖析·{view}") for view in ("世界观", "人生观", "价值观")]
    first = next(r for r in records(filled, "member_review", tmp_path).values() if r["member"] == "m3")["items"][0]
    ticked = {"worldview": "世界观", "life": "人生观", "values": "价值观"}
    marks = [sheet.cell(2, place + 1).value for place in views]
    assert [heads[p] for p, mark in zip(views, marks, strict=True) if mark] == [
        f"三观剖析·{ticked[view]}" for view in first["cause_views"]
    ]
    assert set(marks) <= {"√", None}
    rules = {
        str(rule.sqref).rstrip("0123456789").split(":")[0][0]: rule for rule in sheet.data_validations.dataValidation
    }
    for place in views:
        rule = rules[sheet.cell(1, place + 1).column_letter]
        assert rule.errorStyle == "stop"
        hidden, column = book.defined_names[rule.formula1].attr_text.split("!")
        assert [c[0].value for c in book[hidden.strip("'")][column.replace("$", "")]] == ["√", "×"]
    changed(path, lambda book: row(book, "查摆的问题", sheet["A2"].value, **{heads[p]: "×" for p in views}))
    assert run("import", str(filled), str(path)) == 0
    now = next(r for r in records(filled, "member_review", tmp_path).values() if r["member"] == "m3")["items"][0]
    assert now == {name: value for name, value in first.items() if name != "cause_views"}


def test_out_and_in_again_is_no_difference(filled: Path, tmp_path: Path, capsysbinary: Any) -> None:
    before = state(filled, capsysbinary)
    made = forms(filled, tmp_path / "表", "--members")
    assert run("import", str(filled), *map(str, sorted(made.iterdir()))) == 0
    assert capsysbinary.readouterr().err.decode().count("没有改动") == 8
    assert state(filled, capsysbinary) == before


@thorough
def test_what_members_write_becomes_records(early: Path, tmp_path: Path, capsys: Captured) -> None:
    made = forms(early, tmp_path / "表", "--members")
    assert (
        "批评意见" not in load_workbook(made / "对照检查_冉书砚.xlsx").sheetnames
    )  # nothing has been said at a meeting yet
    for each in ("m3", "m4"):
        changed(made / f"对照检查_{NAMES[each]}.xlsx", outlined(f"去年{each[1]}月值班时提前走了"))
    capsys.readouterr()
    assert run("import", str(early), *map(str, sorted(made.iterdir()))) == 0
    told = capsys.readouterr().err
    assert "冉书砚（对照检查_冉书砚.xlsx）：新增2条" in told
    assert "田小禾（对照检查_田小禾.xlsx）：新增2条" in told
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
    blank = forms(filled, tmp_path / "b", "--blank") / "对照检查_空白.xlsx"
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
    assert path.name == "对照检查_空白.xlsx"
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


@thorough
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
        changed(made / f"对照检查_冉书砚（{each}）.xlsx", outlined(f"{each}去年值班时提前走了"))
    assert run("import", str(early), *(str(made / f"对照检查_冉书砚（{each}）.xlsx") for each in ("m3", "m55"))) == 0
    assert {r["member"] for r in records(early, "member_review", tmp_path).values()} == {"m3", "m55"}
    (path,) = forms(early, tmp_path / "b", "--blank").iterdir()
    changed(path, lambda book: put(book, "填写说明", "姓名", "冉书砚"))
    (line,) = refused(capsys, "import", str(early), str(path))
    assert "冉书砚（m3）、冉书砚（m55）" in line


@thorough
def test_many_are_taken_in_or_none(early: Path, tmp_path: Path, capsysbinary: Any) -> None:
    before = state(early, capsysbinary)
    made = forms(early, tmp_path / "表", "--members")
    changed(made / "对照检查_冉书砚.xlsx", outlined())

    def wrong(book: Any) -> None:
        put(book, "发言提纲", "日期", "2024年2月30日")
        put(book, "发言提纲", "经查无问题·理想信念", "也许")
        book["查摆的问题"]["C2"].value = "=A1"
        book["发言提纲"]["A40"].value, book["发言提纲"]["B40"].value = "心情", "好"
        book.create_sheet("别的")["A1"].value = "草稿"

    changed(made / "对照检查_田小禾.xlsx", wrong)
    changed(made / "对照检查_陆望舒.xlsx", lambda book: put(book, "填写说明", "姓名", "祝秋实"))
    lines = refused_bytes(capsysbinary, "import", str(early), *map(str, sorted(made.iterdir())))
    for words in (
        "对照检查_田小禾.xlsx的“发言提纲”表B3：",
        "对照检查_田小禾.xlsx的“查摆的问题”表C2：是公式",
        "对照检查_田小禾.xlsx的“发言提纲”表B40：没有“心情”",
        "“也许”不是打勾。请从列表里选 √，没有的空着。",
        "对照检查_田小禾.xlsx的“别的”表：",
        "这是陆望舒的表，写的却是“祝秋实”",
    ):
        assert any(words in line for line in lines), (words, lines)
    assert len(lines) == 6
    assert state(early, capsysbinary) == before


def test_two_files_that_disagree_are_named_together(early: Path, tmp_path: Path, capsysbinary: Any) -> None:
    before = state(early, capsysbinary)
    one = changed(forms(early, tmp_path / "一", "--member", "m3") / "对照检查_冉书砚.xlsx", outlined())
    two = one.with_name("副本.xlsx")
    two.write_bytes(one.read_bytes())
    capsysbinary.readouterr()
    assert run("import", str(early), str(one), str(two), "--dry-run") == 0  # the same said twice is said once
    assert "冉书砚（副本.xlsx）：与对照检查_冉书砚.xlsx相同，没有改动。" in capsysbinary.readouterr().err.decode()
    changed(two, lambda book: put(book, "整改承诺", "承诺内容", "别的"))
    (line,) = refused_bytes(capsysbinary, "import", str(early), str(one), str(two))
    assert "对照检查_冉书砚.xlsx的“整改承诺”表和副本.xlsx的“整改承诺”表都写了" in line
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
    for files in ((source, tmp_path / "t01.json"), (tmp_path / "t01.json", source)):
        (line,) = refused(capsys, "import", str(filled), *map(str, files))
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
    assert "党员名册里没有“冉书砚”这名党员" in line


def meta(book: Any, key: str, value: str) -> None:
    """Change what the hidden sheet of a form says."""
    next(r for r in book["_orglife"].iter_rows() if r[0].value == key)[1].value = value


def renamed_pledge(book: Any, label: str) -> None:
    """Another name for the sheet of the pledge, and one of its two labels written as ``label``."""
    sheet = book["整改承诺"]
    next(r for r in sheet.iter_rows() if r[0].value == "承诺内容")[0].value = label
    sheet.title = "别的"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda book: meta(book, "campaign", "2023-appraisal"), "是另一次组织生活会的填写表，不是这一次的"),
        (
            lambda book: (meta(book, "branch", "t02"), put(book, "填写说明", "党支部", "城关党支部")),
            "是“城关党支部”的填写表，不是本支部的。请交给“城关党支部”",
        ),
        (lambda book: meta(book, "member", "m99"), "党员名册里没有“冉书砚”这名党员。请先登记到名册"),
        (
            lambda book: setattr(book["发言提纲"], "title", "提纲"),
            "的“提纲”表：这张表的名称改过了。请改回“发言提纲”。",
        ),
        (
            lambda book: setattr(book["查摆的问题"], "title", "问题 (2)"),
            "的“问题 (2)”表：这张表的名称改过了。请改回“查摆的问题”。",
        ),
        (lambda book: renamed_pledge(book, "承诺内容"), "的“别的”表：这张表的名称改过了。请改回“整改承诺”。"),
        (lambda book: renamed_pledge(book, "心情"), "的“别的”表：这里没有叫这个名字的表"),
        (lambda book: book["查摆的问题"].delete_rows(1), "的“查摆的问题”表A1：没有找到表头"),
        (
            lambda book: put(book, "发言提纲", "经查无问题·作风", "没有什么大问题"),
            "的“发言提纲”表B6：“没有什么大问题”不是打勾。请从列表里选 √，没有的空着。",
        ),
    ],
)
def test_each_way_to_spoil_a_form_has_its_sentence(
    early: Path, tmp_path: Path, capsys: Captured, change: Callable[[Any], Any], words: str
) -> None:
    path = forms(early, tmp_path / "表", "--member", "m3") / "对照检查_冉书砚.xlsx"
    changed(path, outlined())
    changed(path, change)
    path = path.rename(path.with_name("我的.xlsx"))
    (line,) = refused(capsys, "import", str(early), "--branch", "t01", str(path))
    assert line.startswith("冉书砚（我的.xlsx）"), "the person is named though the file's name does not say it"
    assert words in line
    assert not records(early, "member_review", tmp_path)


def test_what_is_missing_from_a_form_changes_nothing_and_is_noted(
    filled: Path, tmp_path: Path, capsysbinary: Any
) -> None:
    before = state(filled, capsysbinary)
    (path,) = forms(filled, tmp_path / "表", "--member", "m3").iterdir()

    def less(book: Any) -> None:
        del book["整改承诺"]
        sheet = book["发言提纲"]
        sheet.delete_rows(next(r[0].row for r in sheet.iter_rows() if r[0].value == "日期"))
        book["查摆的问题"].delete_rows(2)

    capsysbinary.readouterr()
    assert run("import", str(filled), str(changed(path, less))) == 0
    told = capsysbinary.readouterr().err.decode()
    assert "里没有“整改承诺”表，这一部分没有改动。" in told
    assert "的“发言提纲”表少了“日期”，这几项没有改动。" in told
    assert "的“查摆的问题”表里没有原来登记的1个问题，没有删去。不要的请在页面里删。" in told
    assert state(filled, capsysbinary) == before


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("冉书砚.xls", bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 512, "冉书砚.xls是旧格式的电子表格"),
        ("冉书砚.et", bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 512, "冉书砚.et是旧格式的电子表格"),
        (
            "冉书砚.xlsx",
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "冉书砚.xlsx设了打开密码。请用Excel或WPS去掉密码",
        ),
        ("冉书砚.csv", "日期,2月5日".encode("gbk"), "“冉书砚.csv”读不出全部的表"),
        ("冉书砚.ods", b"PK", "“冉书砚.ods”读不出"),
        ("~$对照检查_冉书砚.xlsx", b"x", "临时文件，不用选"),
    ],
)
def test_files_of_other_kinds_are_refused_with_the_way_to_mend_them(
    early: Path, tmp_path: Path, capsys: Captured, name: str, data: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    (line,) = refused(capsys, "import", str(early), str(path))
    assert words in line
    assert "。请" in line or "，选" in line


def test_names_that_no_file_can_have_are_made_fit(early: Path, tmp_path: Path) -> None:
    source = tmp_path / "early.json"
    raw = json.loads(source.read_text(encoding="utf-8"))
    names = {"m3": "冉/书:砚", "m4": "田 小禾", "m5": "田小禾", "m6": "长" * 40, "m7": "宽" * 41}
    for member in raw["records"]["member"]:
        member["name"] = names.get(member["id"], member["name"])
    source.write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(early), str(source)) == 0
    made = {p.name for p in forms(early, tmp_path / "表", "--members").iterdir()}
    assert {"对照检查_冉书砚.xlsx", "对照检查_田 小禾（m4）.xlsx", "对照检查_田小禾（m5）.xlsx"} < made
    assert {f"对照检查_{'长' * 40}.xlsx", f"对照检查_{'宽' * 40}.xlsx"} < made
