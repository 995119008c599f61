"""Headings that somebody types in a text: 黑体 and 楷体 where the levels follow each other, 仿宋 otherwise."""

from __future__ import annotations

import pytest

from orglife.core.paper.block import Heading, Paragraph, paragraphs


def levels(text: str, under: int = 0) -> list[int]:
    return [block.level if isinstance(block, Heading) else 0 for block in paragraphs(text, under=under)]


@pytest.mark.parametrize(
    ("text", "under", "expected"),
    [
        ("一、会前准备\n（一）学习\n学了两次。\n1.谈话到人\n二、会议情况\n（二）评议", 0, [1, 2, 0, 0, 1, 2]),
        ("（一）学习\n学了两次。", 0, [0, 0]),  # level 1 is missing
        ("（一）学习\n学了两次。", 1, [2, 0]),
        ("一、会前学了两次，谈了三次", 0, [0]),
        ("一、会前准备。", 0, [0]),
        ("十二、其他", 0, [1]),
        ("一是认识不够", 0, [0]),
        ("一、" + "长" * 30, 0, [1]),
        ("一、" + "长" * 31, 0, [0]),
    ],
)
def test_levels(text: str, under: int, expected: list[int]) -> None:
    assert levels(text, under) == expected


def test_no_word_is_lost() -> None:
    text = "一、会前准备\n\n  （一）学习  \n学了两次。"
    assert [b.text for b in paragraphs(text) if isinstance(b, (Heading, Paragraph))] == [
        "一、会前准备",
        "（一）学习",
        "学了两次。",
    ]
