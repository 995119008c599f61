"""TOML from outside: what cannot be read is told with its place."""

from __future__ import annotations

import pytest

from orglife.core.record.toml_text import LARGEST, TomlError, read_toml


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = 1\nb = = 2", "第2行第5列"),
        ("a = ", "文件末尾"),
        ("a = 1\n\nb" + ".c" * 41 + " = 1", "第3行的键有太多层"),
        ("a = " + "[" * 100_000, "括号套得太深"),
        ("#" * (LARGEST + 1), "文件太大"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(TomlError) as told:
        read_toml(text)
    assert str(told.value) == words


def test_a_file_of_the_largest_length_is_read() -> None:
    assert read_toml("a = 1\n" + "#" * (LARGEST - 6)) == {"a": 1}
