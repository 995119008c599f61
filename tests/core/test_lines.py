"""How many lines a text takes, as it is reckoned: where a word, a mark or an indent makes one line more."""

from __future__ import annotations

import pytest

from orglife.core.paper.lines import lines_of, set_width


def test_letters_are_a_little_wider_than_half_a_chinese_character() -> None:
    assert [set_width(text) for text in ("", "字字", "ab", "字a", "é")] == pytest.approx([0, 2, 1.1, 1.55, 1])


@pytest.mark.parametrize(
    ("text", "indent", "lines"),
    [
        ("", 0, 1), ("字" * 10, 0, 1), ("字" * 11, 0, 2), ("字" * 8, 2, 1), ("字" * 9, 2, 2), ("字" * 20, 0, 2), ("字" * 20, 1, 3),
        # what a mark takes with it to the next line counts where little room is left
        ("字" * 8 + "「「「字" + "字" * 7, 0, 3), ("字" * 8 + "「「「字" + "字" * 6 + "a", 0, 2), ("字" * 6 + "「「「字" + "字" * 7, 2, 3),
        ("字" * 18 + "「「「字" + "字" * 7, 0, 4), ("字" * 18 + "「「「字" + "字" * 6, 0, 3),
        # a mark that ends a line is squeezed, one that begins a part is not
        ("字" * 7 + "ab字。" + "字" * 9, 0, 2), ("字" * 7 + "ab「字" + "字" * 9, 0, 3), ("字" * 7 + "abc字。" + "字" * 9, 0, 3),
        # a word of four letters is not broken, wherever it stands
        ("字" * 6 + "abcdefgh" + "字" * 6, 0, 3), ("字" * 6 + "abc" + "字" * 6, 0, 2), ("字" * 6 + "abcdefgh" + "字" * 5, 0, 2),
        # one that is longer than a line is
        ("a" * 60 + "字" * 7, 0, 5), ("a" * 60 + "字" * 8, 0, 6), ("字" * 5 + "a" * 19 + "字" * 9, 0, 3), ("字" * 5 + "a" * 19 + "字" * 10, 0, 4),
    ],
)  # fmt: skip
def test_the_lines_of_a_text(text: str, indent: int, lines: int) -> None:
    assert lines_of(text, 10, indent) == lines


def test_a_word_as_long_as_a_line_stands_on_one() -> None:
    assert [lines_of("字" * 5 + "a" * count, 11) for count in (20, 21)] == [2, 3]
