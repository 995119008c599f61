"""Columns give room that they do not need to columns that need more; nothing is lost, and rows to write on keep theirs."""

from __future__ import annotations

import pytest

from orglife.core.paper.columns import between, widths
from orglife.core.paper.lines import set_width

LONG = "字" * 60


def wide(rooms: list[float], rows: list[list[str]], heads: list[str] | None = None) -> list[float]:
    return [round(room, 2) for room in widths(rooms, heads or [f"列{n}" for n in range(len(rooms))], rows, set_width)]


@pytest.mark.parametrize(
    ("rooms", "rows", "expected"),
    [
        ([10, 20], [], [10, 20]),
        ([10, 10, 10], [["字" * 10, "1", "王建国"]], [10, 10, 10]),  # every line fits
        ([10, 10, 10], [["1", "王建国", LONG]], [7, 7, 16]),  # at most three tenths are taken
        ([4, 10, 10], [["1", "王建国", LONG]], [2.8, 7, 14.2]),
        ([3, 5, 20], [["1", "2024年2月15日", LONG]], [2.1, 5.9, 20]),
        ([4, 5, 20], [["三个字", "2024年2月15日", LONG]], [3.3, 5.7, 20]),  # what it needs and 0.3 more stays
        ([3, 5, 20], [["", "2024年2月15日", LONG]], [3, 5, 20]),  # a cell to write on
        ([10, 10], [["字", LONG], ["字", ""]], [7, 13]),  # also in the column that gets room
        (
            [5, 20, 20],
            [["张" * 10, "短", LONG]],
            [10.3, 14, 20.7],
        ),  # ten characters stand on one line where there is room
        ([5, 20, 20], [["张" * 11, "短", LONG]], [6.02, 14, 24.98]),  # longer texts share it by their length
        ([3, 20, 20], [["中文很长很长很长很长ABCDEFGH", "字" * 300, "短"]], [4.7, 24.3, 14]),  # a word is not broken
        ([5, 20], [["张王李赵钱孙", "字" * 20]], [5, 20]),  # a line of six characters may break
    ],
)
def test_room_goes_where_it_is_needed(rooms: list[float], rows: list[list[str]], expected: list[float]) -> None:
    result = wide(rooms, rows)
    assert sum(result) == pytest.approx(sum(rooms), abs=0.05)
    assert result == pytest.approx(expected, abs=0.01)


def test_columns_of_one_heading_stay_equally_wide() -> None:
    assert wide([4, 8, 4, 8], [["1", "字" * 30, "2", "字"]], ["序号", "姓名", "序号", "姓名"]) == [2.8, 9.2, 2.8, 9.2]


def test_a_name_is_not_broken_though_long_texts_stand_beside_it() -> None:
    first, second = wide([3, 20], [["欧阳建国", "字" * 300]])
    assert first >= 4
    assert second < 20


def test_the_highest_text_gets_room_from_much_lower_ones_only() -> None:
    assert wide([10, 20], [["字" * 200, "字" * 30]]) == [16, 14]
    assert wide([10, 10], [["字" * 90, "字" * 60]]) == [10, 10]  # less than twice as high
    assert wide([10, 20], [["字" * 30, "字" * 100], *[["字" * 30, "字"]] * 9]) == [
        10,
        20,
    ]  # one text is long there, too


def test_some_programs_part_chinese_from_numbers() -> None:
    assert between("2024年2月15日") == 1.25
    assert between("二月") == 0


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["字" * 122, "字" * 60]], [10, 10]),  # with their headings just twice as high, 124 and 62
        ([["字" * 123, "字" * 60]], [13, 7]),
        ([["字" * 122, "字" * 61], ["字" * 122, "字"]], [13, 7]),  # its longest text is twice as long
        ([["字" * 122, "字" * 62], ["字" * 122, "字"]], [10, 10]),
    ],
)
def test_much_lower_is_less_than_half_as_high(rows: list[list[str]], expected: list[float]) -> None:
    assert wide([10, 10], rows, ["甲乙", "丙丁"]) == expected


@pytest.mark.parametrize(("letters", "first"), [(10, 10.3), (11, 3)])
def test_a_word_of_ten_characters_is_not_broken_and_a_longer_one_is(letters: int, first: float) -> None:
    assert widths([3, 40], ["甲", "乙"], [["A" * letters, "字" * 300]], len)[0] >= first
    assert (widths([3, 40], ["甲", "乙"], [["A" * letters, "字" * 300]], len)[0] >= 10) is (letters == 10)
