"""姓氏笔画: names in the order in which offices list them."""

from __future__ import annotations

import random

import pytest

from orglife.core.record.strokes import COMPOUND, stroke_key, strokes

ROWS = {
    "strokes of the surname": "丁一 于谦 王五 石磊 刘备 李白 林冲 胡适 秦琼 黄忠 程普 雷锋 蔡伦 魏征",
    "equal strokes: 横竖撇点折 in turn": "王明 韦明 毛明 方明 邓明",  # 横横 横横 撇 点 折
    "a later stroke decides": "杜明 李明 杨明",  # all 横竖撇点, then 横; 折竖; 折撇
    "林 before 欧": "林明 欧明",
    "single given names first": "王毅 王一鸣 王七郎",
    "given names: strokes, character by character": "张一 张三 张明 张一一 张一丁 张三丰 张三明",
    "a compound surname at its first character": "邓通 司马光 皮日休 欧阳修 诸葛亮 蔡伦",
    "after the same character as a surname": "司光 司马光 欧建国 欧阳修",
    "single before double in a compound surname": "欧阳修 欧阳一鸣",
    "a dot parts a name: its surname is one character": "欧阳·修 欧镕国 欧阳修",
    "two characters are a surname and a given name": "司马 司一鸣",
    "rare characters by strokes, after the common ones of as many": "张一 胡明 㛃明 䶮明 秦明",
    "members of other peoples: by the first character": "买买提·吐尔逊 阿依古丽·买买提 迪丽努尔",
    "names that are not Chinese come last": "魏征 Smith",
}


@pytest.mark.parametrize("names", ROWS.values(), ids=ROWS.keys())
def test_order(names: str) -> None:
    wanted = names.split()
    mixed = wanted.copy()
    random.Random(7).shuffle(mixed)
    assert sorted(mixed, key=stroke_key) == wanted


STROKES = {
    1: "一乙", 2: "丁", 3: "口", 4: "王", 5: "龙", 6: "刘阳", 8: "欧玥", 9: "䶮㛃鿍", 10: "诸", 11: "堃𠅤",
    12: "葛𬭎", 14: "頔", 15: "镕", 16: "㵘",
}  # fmt: skip


@pytest.mark.parametrize(("count", "chars"), STROKES.items())
def test_strokes(count: int, chars: str) -> None:
    assert [strokes(char) for char in chars] == [count] * len(chars)


@pytest.mark.parametrize("char", ["A", "·", "，", "😀", " "])
def test_no_strokes(char: str) -> None:
    assert strokes(char) is None


def test_marks_and_blanks_in_a_name_count_for_nothing() -> None:
    assert stroke_key("王 明") == stroke_key("王明") == stroke_key("王\u3000明")
    assert stroke_key("买买提·吐尔逊") == stroke_key("买买提•吐尔逊")


def test_a_blank_name_has_its_place() -> None:
    assert sorted(["", "Smith", "魏征"], key=stroke_key) == ["魏征", "Smith", ""]


def test_every_character_of_the_standard_has_its_own_place() -> None:
    keys = {stroke_key(chr(code)) for code in range(0x4E00, 0x9FA6)}
    assert len(keys) == 0x9FA6 - 0x4E00
    assert all(strokes(chr(code)) for code in range(0x4E00, 0x9FA6))


def test_compound_surnames_are_two_characters() -> None:
    assert {len(name) for name in COMPOUND} == {2}
