"""Texts that are made fit for one line, for instance the name of a file's bookmark."""

from __future__ import annotations

import pytest

from orglife.adapters.print.glyphs import one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [("甲 乙", "甲 乙"), ("甲\n乙", "甲 乙"), ("甲\u202e乙", "甲乙"), ("甲\x07乙", "甲乙"), ("\n", " "), ("", "")],
)
def test_a_break_becomes_a_blank_and_a_forbidden_character_is_left_out(text: str, line: str) -> None:
    assert one_line(text) == line
