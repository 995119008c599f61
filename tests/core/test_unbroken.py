"""What no line end may divide: a number and its unit, a name, the last two characters; only where a line may end there."""

from __future__ import annotations

import pytest

from orglife.core.paper.unbroken import TextParts, keep_together, names_in

NAMES = ["王建国"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("短", "短"),
        ("字" * 10, "字" * 10),  # fills the line
        ("字" * 9 + "2024年开会的事", ["字" * 9, ["2024年"], "开会的事"]),
        ("字" * 9 + "王建国说了话", ["字" * 9, ["王建国"], "说了话"]),
        ("字" * 20 + "。", ["字" * 18, ["字字。"]]),
        ("字" * 12 + "共计123456元）。”", ["字" * 12 + "共计", ["123456元）。”"]]),  # with the marks behind it
        (
            "字" * 6 + "2024年王建国说了话的事",
            ["字" * 6 + "2024年", ["王建国"], "说了话", ["的事"]],
        ),  # neighbours are two parts
        ("王建国" + "字" * 12, "王建国" + "字" * 12),  # far from the end of a line
        ("字" * 9 + "3A2" + "字" * 5, "字" * 9 + "3A2" + "字" * 5),  # no number of its own
    ],
)
def test_parts_of_a_text(text: str, parts: TextParts) -> None:
    assert keep_together(text, 10, NAMES) == parts


def test_the_indent_of_a_first_line_counts() -> None:
    assert keep_together("字" * 10, 10, indent=0) == "字" * 10
    assert keep_together("字" * 10, 10, indent=2) != "字" * 10


def test_paragraphs_are_reckoned_one_by_one() -> None:
    assert keep_together("字" * 8 + "\n" + "字" * 8, 10) == "字" * 8 + "\n" + "字" * 8
    parts = keep_together("字\n" + "字" * 9 + "王建国说了话", 10, NAMES)
    assert parts == ["字", "\n", "字" * 9, ["王建国"], "说了话"]


def test_a_part_as_wide_as_the_line_is_not_kept() -> None:
    name = "阿卜杜拉·买买提江"
    assert [name] in keep_together("字" * 9 + name + "说了话", 10, [name])
    assert [name] not in keep_together("字" * 9 + name + "说了话", 9, [name])


def test_names_that_overlap_are_one_part() -> None:
    assert ["王建国庆"] in keep_together("字" * 8 + "王建国庆说了话", 10, ["王建国", "国庆"])


@pytest.mark.parametrize(
    ("names", "present"),
    [
        (["王建国", "王建"], ["王建国", "王建"]),
        (["王建", "王建国"], ["王建国", "王建"]),  # the longest first
        (["李", "很" * 9, "赵六"], []),  # too short, too long, not there
        (["很" * 8, "很很"], ["很" * 8, "很很"]),
        (["长", "很" * 8 + "长"], []),
    ],
)
def test_names_in_long_texts(names: list[str], present: list[str]) -> None:
    assert names_in(["很" * 8 + "长的一段文字里有王建国", "李"], names) == present


def test_texts_of_one_line_are_not_searched() -> None:
    assert names_in(["王建国" + "字" * 9], ["王建国"]) == []
    assert names_in(["王建国" + "字" * 10], ["王建国"]) == ["王建国"]
