"""Characters that no text may hold are refused where they come in, each with its place; what pasting brings may stay."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import openpyxl
import pytest

from orglife.core.errors import BadInput
from orglife.core.paper.block import printed
from orglife.core.record.characters import INVISIBLE, LINE_ENDS, is_refused, refused, visible
from orglife.core.record.entered import sentence
from orglife.core.record.record import Outsider
from orglife.office import answers
from orglife.office.office import Office
from orglife.stages.kinds import KINDS
from orglife.stages.talks.record import Talk
from tests import branch as b
from tests.conftest import run
from tests.marks import thorough

ODD = {
    "bell": "\x07",
    "escape": "\x1b",
    "delete": "\x7f",
    "C1": "\x9b",
    "bidi override": "\u202e",
    "bidi isolate": "\u2067",
    "private use": "\ue863",
    "private use, plane 16": "\U00100000",
    "half of a pair": "\ud83d",
    "noncharacter": "\ufffe",
    "noncharacter inside": "\ufdd0",
    "noncharacter, plane 2": "\U0002ffff",
    "annotation": "\ufff9",
    "pasted picture": "\ufffc",
    "tag": "\U000e0041",
    "invisible plus": "\u2064",
}


@pytest.mark.parametrize("char", ODD.values(), ids=ODD.keys())
def test_an_odd_character_is_refused_with_its_place(char: str) -> None:
    found = refused(f"一二{char}三")
    assert found is not None
    assert (found.place, found.code) == ("第3个字", f"U+{ord(char):04X}")
    assert is_refused(char)
    assert visible(f"一{char}") == "一\ufffd"


@pytest.mark.parametrize("end", LINE_ENDS)
def test_a_place_in_a_text_of_lines_counts_lines(end: str) -> None:
    found = refused(f"一{end}二三\u202e")
    assert found is not None
    assert found.place == "第2行第3个字"


@pytest.mark.parametrize("char", ["\t", *LINE_ENDS, *sorted(INVISIBLE), "\ufe00", "\U000e0101", "\u3000", "\xa0"])
def test_what_pasting_brings_may_stay_and_is_cleaned_on_paper(char: str) -> None:
    assert refused(f"一{char}二") is None
    assert printed(f"一{char}二") in ("一二", "一 二", "一\n二", "一\u3000二")


@thorough
def test_every_other_character_may_be_entered() -> None:
    """Of all of Unicode only controls, formatting, private use, halves and noncharacters are refused."""
    kinds = {unicodedata.category(chr(code)) for code in range(0x110000) if is_refused(chr(code))}
    assert kinds == {"Cc", "Cf", "Cn", "Co", "Cs", "So"}
    assert [code for code in range(0x110000) if is_refused(chr(code)) and unicodedata.category(chr(code)) == "So"] == [
        0xFFFC
    ]
    letters = [chr(c) for c in range(0x110000) if unicodedata.category(chr(c))[0] in "LMNPSZ" and c != 0xFFFC]
    assert not any(is_refused(char) for char in letters)


TEXTS = [
    ("talk", {"id": "x", "thoughts": "好\u202e"}, "thoughts"),
    ("talk", {"id": "x", "place": "好\x07"}, "place"),
    ("member", {"id": "x", "name": "王\ue000"}, "name"),
    ("meeting", {"id": "x", "recorder": {"name": "王\ue000"}}, "recorder.name"),
    ("meeting", {"id": "x", "absent": [{"member": "m1", "reason": "病\x00"}]}, "absent[0].reason"),
    ("meeting", {"id": "x", "guests": [{"id": "g", "name": "甲", "unit": "局\ufffe"}]}, "guests[0].unit"),
    ("plan", {"id": "x", "contents": {"steps": "一\n二\u2066"}}, "contents.steps"),
    ("member_review", {"id": "x", "items": [{"id": "p", "fact": "事\ud800"}]}, "items[0].fact"),
    ("archive_item", {"id": "x", "persons": ["甲", "乙\u206a"]}, "persons"),
]


@pytest.mark.parametrize(("kind", "body", "place"), TEXTS, ids=[t[2] for t in TEXTS])
def test_json_with_one_is_refused_whole_with_its_place(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, body: b.Json, place: str
) -> None:
    file = tmp_path / "odd.json"
    raw = b.changed(b.branch(), add={kind: [body, {"id": "y"}]})
    file.write_text(json.dumps(raw), encoding="utf-8")
    with Office.open(filled) as office:
        before = office.dossier("t01").records
    capsys.readouterr()
    assert run("import", str(filled), str(file)) == 2
    told = capsys.readouterr().err
    number = len(b.branch()["records"].get(kind, ()))
    assert f"records.{kind}[{number}].{place}：第" in told
    assert "U+" in told
    assert "请删去后重新输入。" in told
    assert len(told.strip().splitlines()) == 1
    with Office.open(filled) as office:
        assert office.dossier("t01").records == before


def test_no_field_of_any_record_takes_one() -> None:
    """Also where a field is a key or an id: every string that a record holds is looked at."""
    for kind in KINDS:
        for name, info in kind.model_fields.items():
            if name == "id" or "str" not in str(info.annotation):
                continue
            for value in ("\u202e", ["\u202e"], {"name": "\u202e"}, {"\u202e": "yes"}):
                with pytest.raises(ValueError) as error:  # noqa: PT011  pydantic's is one
                    kind.model_validate({"id": "x", name: value})
                assert error.type.__name__ == "ValidationError"


def test_the_sentence_beside_the_field() -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011
        Talk.model_validate({"id": "t", "thoughts": "一\n好好\x07"})
    (one,) = error.value.errors()  # type: ignore[attr-defined]
    assert one["loc"] == ("thoughts",)
    assert sentence(one) == "第2行第3个字是看不见的控制字符。请删去后重新输入。"


def test_a_self_made_character_is_named_for_what_it_is() -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011
        Outsider.model_validate({"name": "王\ue863"})
    assert "自造字" in sentence(error.value.errors()[0])  # type: ignore[attr-defined]


def test_what_is_stored_is_read() -> None:
    old = Talk.upgraded({"id": "t", "thoughts": "好\x07"})
    assert old.thoughts == "好\x07"


def test_an_explanation_with_one_is_refused(filled: Path) -> None:
    raw = b.changed(b.branch(), remove=["talk/t01"])
    file = filled.parent / "less.json"
    file.write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(filled), str(file)) == 0
    with Office.open(filled) as office:
        dossier = office.dossier("t01")
        found = next(f for f in office.findings(dossier) if f.rule == "TALK-01")
        ids = [s.id for s in found.subjects]
        with pytest.raises(BadInput, match="U\\+202E"):
            answers.explain(office, "t01", "TALK-01", ids, "因\u202e病", author="m1", as_of=dossier.as_of)
        assert not office.dossier("t01").explanations


def test_a_workbook_with_one_is_refused_at_its_cell(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = filled.parent / "talks.xlsx"
    assert (
        run("export", str(filled), "--branch", "t01", "--format", "xlsx", "--stage", "talks", "--out", str(book)) == 0
    )
    filled_in = openpyxl.load_workbook(book)
    page = next(s for s in filled_in.worksheets if any(c.value == "t01" for row in s.iter_rows() for c in row))
    cell = next(c for row in page.iter_rows() for c in row if c.value == "谈了近来的家事和心气")
    cell.value = "谈了\u202e家事"
    filled_in.save(book)
    capsys.readouterr()
    assert run("import", str(filled), str(book)) == 2
    told = capsys.readouterr().err
    assert cell.coordinate in told or str(cell.row) in told
    assert "看不见的格式字符" in told
    with Office.open(filled) as office:
        assert office.dossier("t01").one(Talk) is not None
        assert not any("\u202e" in t.thoughts for t in office.dossier("t01").all(Talk))
