"""Which files can be imported, and what is said of the others; each file on its own or all together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orglife.core.errors import BadInput
from orglife.exchange import intake
from orglife.office.office import Office
from tests import branch as b


@pytest.mark.parametrize("name", ["甲", "甲.json", "甲.JSON"])
def test_a_data_file_is_read_whatever_case_its_suffix_has(filled: Path, name: str) -> None:
    with Office.open(filled) as office:
        (found,) = intake.differences_of(office, [(name, json.dumps(b.branch()).encode())])
    assert (found.source, found.is_empty) == (name, True)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("甲.docx", b"x", "“甲.docx”是文字文件，不能导入"),
        ("甲.PDF", b"x", "“甲.PDF”是文字文件，不能导入"),
        ("甲.zip", b"PK 1.xlsx", "“甲.zip”是压缩包。请先解压"),
        ("甲.zip", b"PK 1.txt", "“甲.zip”不是认得的文件"),
        ("甲.csv", b"x", "“甲.csv”读不出全部的表"),
        ("甲.dat", b"x", "“甲.dat”不是认得的文件"),
        ("甲.txt.xlsx.dat", b"x.xlsx", "不是认得的文件"),
    ],
)
def test_other_files_are_refused_with_what_to_do(filled: Path, name: str, data: bytes, words: str) -> None:
    with Office.open(filled) as office, pytest.raises(BadInput) as refusal:
        intake.differences_of(office, [(name, data)])
    (sentence,) = refusal.value.sentences
    assert words in sentence


def test_of_files_that_stand_alone_a_bad_one_hinders_no_other(filled: Path) -> None:
    told: list[tuple[int, str]] = []
    good = json.dumps(b.changed(b.branch(), put={"talk/t01/place": "值班室"})).encode()
    other = json.dumps({**b.branch(), "campaign": "2023-x"}).encode()
    uploads = [("一.json", b"{"), ("二.json", good), ("三.json", good), ("四.json", other)]
    with Office.open(filled) as office:
        found = intake.differences_each(office, uploads, "t01", lambda number, name: told.append((number, name)))
        with pytest.raises(BadInput) as refusal:
            intake.differences_of(office, uploads)
    assert [each.refused for each in found] == [True, False, True, True]
    assert [each.brings for each in found] == [False, True, False, False]
    assert told == [(0, "一.json"), (1, "二.json"), (2, "三.json"), (3, "四.json")]
    lines = [list(each.lines()) for each in found]
    assert lines[1][1] == "  ～ 谈心谈话（2024年2月7日，魏长河、祝秋实）：地点"
    assert lines[2] == ["三.json：", "  和二.json都是同一个支部（t01）的数据，一次只能导入一个。请去掉一个。"]
    assert "是方案“2023-x”的数据，这里用的是“2024-seed”" in lines[3][1]
    assert len(refusal.value.sentences) == 3
