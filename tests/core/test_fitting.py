"""How close the lines of a paper are set, as it is reckoned; what is printed is measured in ``adapters/print/test_typst.py``."""

from __future__ import annotations

import pytest

from orglife.core.paper import fitting, layout
from orglife.core.paper.block import AnyBlock, Column, Facts, Heading, Page, Paragraph, Signature, Table
from tests.adapters.print.papers import paper

SIGNED = Signature(roles=["本人"], day="2024年2月19日")
SHEET = layout.SHEETS["P"]
ACROSS = SHEET.text_width / SHEET.size


def lines(count: int) -> list[AnyBlock]:
    return [Paragraph(text=f"第{number}行。") for number in range(count)]


def test_only_a_paper_that_is_signed_is_set_closer() -> None:
    found = {count: fitting.closeness(paper(*lines(count), SIGNED)) for count in range(10, 26)}
    assert {1.0} < set(found.values()) <= {1.0, *fitting.CLOSER}
    assert all(fitting.closeness(paper(*lines(count))) == 1 for count in found)


def test_the_more_is_to_be_saved_the_closer_lines_are_set_until_nothing_can_be() -> None:
    closer = [close for count in range(10, 26) if (close := fitting.closeness(paper(*lines(count), SIGNED))) < 1]
    assert closer == sorted(closer, reverse=True)


def test_room_left_over_never_sets_lines_less_close() -> None:
    for count in range(14, 24):
        spared = [fitting.closeness(paper(*lines(count), SIGNED), spare=spare) for spare in (0.0, 0.3, 1.0)]
        tried = [close for close in spared if close < 1]
        assert tried == sorted(tried, reverse=True)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("国" * 26, 1),  # with the indent of a first line
        ("国" * 27, 2),
        ("编号" * 11 + "HT-2023-0917-A", 2),  # a number is not broken
        ("A" * 200, 5),  # one longer than a line begins the next one and is
    ],
)
def test_lines_of_a_paragraph(text: str, count: int) -> None:
    assert fitting.lines_of(text, ACROSS) == count


def test_room_in_cells_shrinks_with_the_lines_and_stays() -> None:
    for room in (lambda close: fitting.inset(5.0, close), fitting.leading):
        found = [room(close) for close in (1.0, *fitting.CLOSER)]
        assert found == sorted(found, reverse=True)
        assert found[-1] > 0
    assert fitting.inset(5.0, 1.0) == 5.0


@pytest.mark.parametrize("page", ["P", "9704", "T", "L"])
def test_a_paper_of_any_blocks_on_any_page_is_reckoned(page: Page) -> None:
    blocks = [
        Heading(text="一、谈话"),
        Facts(rows=[("时间", "2月7日"), ("谈到", "所谈的事。" * 90)]),
        Table(columns=[Column(head="甲"), Column(head="乙")], rows=[["左" * 300, "右" * 900], ["短", "短"]]),
        SIGNED,
    ]
    assert fitting.closeness(paper(*blocks, page=page)) in (1.0, *fitting.CLOSER)


@pytest.mark.parametrize(("page", "crowded"), [("P", 5), ("9704", 5), ("T", 6), ("L", 9)])
def test_a_table_of_many_columns_is_set_small(page: Page, crowded: int) -> None:
    sizes = [
        layout.table_grid(Table(columns=[Column(head="甲")] * count, rows=[["短"] * count]), page).size
        for count in (crowded - 1, crowded)
    ]
    assert sizes == [layout.SIZE, layout.SMALL]


@pytest.mark.parametrize(("page", "lines"), [("P", 12), ("T", 14), ("L", 10)])
def test_a_row_of_more_than_a_third_of_a_page_may_break(page: Page, lines: int) -> None:
    rows = [["\n".join("短" * count)] for count in (lines, lines + 1)]
    assert layout.table_grid(Table(columns=[Column(head="甲")], rows=rows), page).whole == [True, False]


def test_titles_are_parted_at_a_joint() -> None:
    one = paper(Paragraph(text="短"))
    parted = layout.title_lines(
        one.model_copy(update={"title": ["东海市自然资源和规划局机关党支部专题组织生活会工作方案"]})
    )
    assert parted == ["东海市自然资源和规划局", "机关党支部专题组织生活会工作方案"]
    assert layout.title_lines(one.model_copy(update={"title": ["工作方案"]})) == ["工作方案"]
