"""Chinese numerals in both directions."""

from __future__ import annotations

import pytest

from orglife.core.record.numerals import by_digit, chinese, in_figures, number_of


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (-1, "-1"),
        (0, "0"),
        (1, "一"),
        (2, "二"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (19, "十九"),
        (20, "二十"),
        (21, "二十一"),
        (30, "三十"),
        (99, "九十九"),
        (100, "100"),
    ],
)
def test_a_number_in_words(number: int, words: str) -> None:
    assert chinese(number) == words


def test_what_is_written_is_read_again() -> None:
    assert [number_of(chinese(number)) for number in range(1, 100)] == list(range(1, 100))


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("", 0),
        ("0", 0),
        ("12", 12),
        ("a", 0),
        ("①", 1),
        ("⑳", 20),
        ("㉑", 0),  # the next sign belongs to another series
        ("⑴", 1),
        ("⒇", 20),
        ("㈠", 1),
        ("㈩", 10),
        ("❶", 1),
        ("Ⅰ", 1),
        ("Ⅻ", 12),
        ("元", 1),
        ("两", 2),
        ("百", 100),
        ("一百零", 100),
        ("二百三十四", 234),
        ("十", 10),
        ("十五", 15),
        ("甲", 0),
    ],
)
def test_words_as_a_number(words: str, number: int) -> None:
    assert number_of(words) == number


def test_years_and_counts_in_a_text() -> None:
    assert by_digit("二〇二五年度，二○二六，二零二七") == "2025年度，2026，2027"
    assert in_figures("二十三人，十人，三十，二〇二四年，两次，九") == "23人，10人，30，2024年，2次，9"
