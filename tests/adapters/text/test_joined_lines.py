"""Lines that were wrapped at a margin become paragraphs again."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from orglife.adapters.text.notice_file import joined, paragraphs, width
from orglife.core.errors import NoticeUnreadable

FULL = "各党支部要组织党员认真学习有关文件精神并结合实际开展讨论"


@pytest.mark.parametrize(
    ("end", "begin", "between"),
    [
        ("甲", "乙", ""),
        ("abc", "def", " "),
        ("abc", "乙", ""),
        ("甲", "def", ""),
        ("abc", "3乙", ""),
        ("2024", "abc", ""),
    ],
)
def test_only_two_latin_words_are_joined_with_a_space(end: str, begin: str, between: str) -> None:
    assert joined([FULL + end, begin + FULL, FULL + "。"])[0].startswith(FULL + end + between + begin)


def test_a_short_line_ends_a_paragraph() -> None:
    """A line goes on when it is full; one within a sentence, when it is rather long."""
    full = "查" * 28
    lines = [full, full, full, full]
    assert joined([*lines, "查" * 23, "下一段"]) == [full * 4 + "查" * 23 + "下一段"]
    assert joined([*lines, "查" * 22, "下一段"]) == [full * 4 + "查" * 22, "下一段"]
    assert joined([*lines, "查" * 25 + "。", "下一段"]) == [full * 4 + "查" * 25 + "。下一段"]
    assert joined([*lines, "查" * 24 + "。", "下一段"]) == [full * 4 + "查" * 24 + "。", "下一段"]
    assert joined([]) == []
    assert joined(["一行"]) == ["一行"]


@pytest.mark.parametrize(("columns", "wrapped"), [(9, False), (10, True), (60, True), (61, False)])
def test_text_is_joined_only_when_it_was_wrapped_at_a_usual_width(columns: int, wrapped: bool) -> None:
    line = "查" * columns
    assert len(paragraphs("\n".join([line] * 8).encode(), "通知.txt")) == (1 if wrapped else 8)


def test_a_few_long_lines_are_paragraphs_of_their_own() -> None:
    line = "查" * 30
    assert paragraphs("\n".join([line] * 3).encode(), "通知.txt") == [line] * 3
    assert paragraphs("\n".join([line] * 4).encode(), "通知.txt") == [line * 4]
    ended = [line[:-1] + "。"] * 2
    assert len(paragraphs("\n".join([line, line, *ended]).encode(), "通知.txt")) == 4
    short = ["查" * 12] * 13
    assert len(paragraphs("\n".join([line] * 4 + short).encode(), "通知.txt")) < 17
    assert len(paragraphs("\n".join([line] * 4 + short * 2).encode(), "通知.txt")) == 30


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_is_read_in_each_usual_encoding(encoding: str) -> None:
    assert paragraphs("关于召开会议的通知2024\n一、时间".encode(encoding), "通知.txt") == [
        "关于召开会议的通知2024",
        "一、时间",
    ]


@pytest.mark.parametrize(("latin", "is_read"), [(26, True), (25, False)])
def test_utf_16_without_a_mark_is_known_by_its_latin_characters(latin: int, is_read: bool) -> None:
    text = "a" * latin + "查" * (100 - latin)
    assert paragraphs(text.encode("utf-16-le"), "通知.txt") == [text]
    with nullcontext() if is_read else pytest.raises(NoticeUnreadable):
        assert paragraphs(text.encode("utf-16-be"), "通知.txt") == [text]


def test_width_counts_chinese_twice() -> None:
    assert width(" 查ab，Ａ ") == 8
