"""The pieces of a paper that no page break divides: how they fill pages, and which are held together."""

from __future__ import annotations

import pytest

from orglife.core.paper import layout, pieces
from orglife.core.paper.block import (
    ISSUER,
    AnyBlock,
    Column,
    Document,
    Facts,
    Heading,
    Note,
    Page,
    Paragraph,
    Signature,
    Space,
    Table,
)
from orglife.core.paper.pieces import Piece, paged
from orglife.core.paper.together import Tie, ties

SHEET = layout.SHEETS["P"]
ACROSS = int(SHEET.text_width / SHEET.size)
"""Characters of a line of text."""


def paper(*blocks: AnyBlock, page: Page = "P") -> Document:
    return Document(form="F1", title=["标题"], blocks=list(blocks), page=page)


def pieces_of(*blocks: AnyBlock, page: Page = "P", close: float = 1.0) -> list[Piece]:
    """The pieces of the first of some blocks."""
    document = paper(*blocks, page=page)
    return list(pieces.parts(document, layout.grids(document), close))[1]


# --- filling pages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "pages", "taken"),
    [
        ([], 1, 0),
        ([Piece(10)] * 10, 1, 100),  # a page that is just full
        ([Piece(10)] * 11, 2, 10),
        ([Piece(50, over=5), Piece(50, over=5)], 2, 50),  # no room is left above what begins a page
        ([Piece(40, over=5), Piece(50, over=5)], 1, 95),
        ([Piece(60), Piece(30, held=True), Piece(30)], 2, 60),  # held together
        ([Piece(60), Piece(30), Piece(30)], 2, 30),
        ([Piece(60), Piece(45, under=5)], 1, 105),  # the room under the last line may be missing
        ([Piece(60), Piece(46, under=5)], 2, 46),
        ([Piece(60), Piece(50, again=20)], 2, 70),  # the heading of a table stands again
        ([Piece(250)], 3, 50),  # taller than a page
        ([Piece(10), Piece(10, over=pieces.NEW_PAGE)], 2, 10),
        ([Piece(100.01)], 1, 100.01),  # a hundredth of a point is an error of rounding
        ([Piece(60), Piece(40.01)], 1, 100.01),
        ([Piece(60), Piece(40.02)], 2, 40.02),
        ([Piece(100.02)], 2, 0.02),
    ],
)
def test_pieces_fill_pages(parts: list[Piece], pages: int, taken: float) -> None:
    assert paged(parts, 100) == (pages, pytest.approx(taken))


def test_pages_go_on_where_others_end() -> None:
    assert paged([Piece(30)], 100, (2, 60)) == (2, 90)
    assert paged([Piece(50)], 100, (2, 60)) == (3, 50)


# --- text ------------------------------------------------------------------------------------------------------------


def held(*blocks: AnyBlock) -> list[bool]:
    return [piece.held for piece in pieces_of(*blocks)]


def text(lines: int, last: int = 20) -> Paragraph:
    """A paragraph of some lines, the last one of so many characters."""
    return Paragraph(text="字" * ((lines - 1) * ACROSS - 2 + last if lines > 1 else last))


SIGNED = Signature(roles=["本人"])


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([text(4)], [False] * 4),
        ([Heading(text="一、情况"), text(4)], [True]),
        ([text(4), SIGNED], [True, False, False, True]),  # neither its first line nor the last one stands apart
        ([text(1), SIGNED], [True]),
        ([text(5, last=3)], [False, False, False, True, False]),  # a short last line is not alone
        ([text(3, last=3)], [True, True, False]),
        ([text(5, last=6)], [False] * 5),
        ([Note(text="注")], [False]),
        ([Note(text="注"), SIGNED], [True]),
    ],
)
def test_lines_that_stay_together(blocks: list[AnyBlock], expected: list[bool]) -> None:
    assert held(*blocks) == expected


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([text(4)], [[Tie.NONE]]),
        ([Heading(text="一"), text(1), text(1)], [[Tie.NONE], [Tie.NEXT], [Tie.NONE]]),
        ([Heading(text="一"), text(1), Heading(text="二")], [[Tie.NONE], [Tie.NONE], [Tie.NONE]]),
        ([Heading(text="一"), text(4)], [[Tie.NONE], [Tie.ENDS]]),
        ([Heading(text="一"), text(4), text(4)], [[Tie.NONE], [Tie.ENDS], [Tie.NONE]]),
        ([text(4, last=5)], [[Tie.END]]),
        ([text(4, last=6)], [[Tie.NONE]]),
        ([text(3, last=5)], [[Tie.ENDS]]),
        ([text(4, last=ACROSS)], [[Tie.END]]),  # it may run over
        ([Facts(rows=[("项", "值")]), text(4)], [[Tie.NEXT], [Tie.ENDS]]),
        ([Facts(rows=[("项", "值")]), Note(text="注")], [[Tie.NONE], [Tie.NONE]]),
        ([Facts(rows=[("项", "字" * 400)]), text(4)], [[Tie.NONE], [Tie.NONE]]),  # facts that break lead nothing
        ([text(4, last=5), SIGNED], [[Tie.NONE], [Tie.NONE]]),  # the signature holds it
        ([Heading(text="一"), Paragraph(text="字\n字\n字")], [[Tie.NONE], [Tie.NEXT, Tie.NONE, Tie.NONE]]),
    ],
)
def test_what_paragraphs_are_held_to(blocks: list[AnyBlock], expected: list[list[Tie]]) -> None:
    document = paper(*blocks)
    assert ties(document, layout.grids(document)) == expected


def test_heights_of_text_follow_the_line_pitch() -> None:
    assert [piece.high for piece in pieces_of(text(3))] == [SHEET.pitch] * 3
    assert [piece.high for piece in pieces_of(text(2), close=0.8)] == pytest.approx([SHEET.pitch * 0.8] * 2)
    assert [piece.under for piece in pieces_of(text(1))] == [SHEET.pitch - SHEET.size]
    assert [piece.high for piece in pieces_of(Space(lines=3))] == [SHEET.pitch] * 3
    assert pieces_of(Heading(text="字" * (ACROSS - 2)))[0].high == SHEET.pitch
    assert pieces_of(Heading(text="字" * (ACROSS - 1)))[0].high == 2 * SHEET.pitch


# --- tables and facts ------------------------------------------------------------------------------------------------


def table(*cells: str, new_page: bool = False) -> Table:
    return Table(
        columns=[Column(head="列", align="left")] * 2, rows=[[cell, "字"] for cell in cells], new_page=new_page
    )


def tall(lines: int) -> str:
    return "\n".join("字" * lines)


def test_a_heading_stays_with_the_first_row_and_stands_again_on_each_page() -> None:
    head, *rows = pieces_of(table("字", "字"))
    assert (head.held, [row.held for row in rows]) == (True, [False, False])
    assert [row.again for row in rows] == [head.high] * 2
    assert rows[0].over == 0 < head.over < SHEET.pitch
    assert pieces_of(table("字", new_page=True))[0].over == pieces.NEW_PAGE


def test_only_the_last_row_stays_with_a_signature() -> None:
    assert [row.held for row in pieces_of(table("字", "字"), SIGNED)] == [True, False, True]
    high = Table(columns=[Column(head="列", align="left")] * 2, rows=[["字", "字"], [tall(18), tall(18)]])
    assert [row.held for row in pieces_of(high, SIGNED)] == [True, False, True]  # a last row is not broken before it
    assert len(pieces_of(high)) == 2 + 16  # any other is, between its first and last two lines
    assert len(pieces_of(table("字", tall(18)), SIGNED)) == 2 + 16  # one long cell: the signature stands at its end


def test_a_high_row_breaks_but_not_in_its_first_or_last_two_lines() -> None:
    head, *lines = pieces_of(table(tall(15), "字"))
    first, *middle, last, row = lines
    assert len(middle) == 11
    assert {piece.high for piece in middle} == {layout.SIZE * layout.CELL_LINE}
    assert first.high > 2 * layout.SIZE * layout.CELL_LINE
    whole = pieces_of(table(tall(12), "字"))[1].high
    assert first.high + sum(piece.high for piece in middle) + last.high == pytest.approx(
        whole + 3 * layout.SIZE * layout.CELL_LINE
    )
    assert all(piece.again == head.high for piece in (*lines, row))


def test_a_few_short_facts_are_held_to_the_first_long_one() -> None:
    assert held(Facts(rows=[("项", "字"), ("项", tall(9)), ("项", "字")], across=1))[0] is True
    assert held(Facts(rows=[("项", "字"), ("项", "字")], across=1)) == [True, False]  # they all stay on one page
    assert held(Facts(rows=[("项", "字")] * 13, across=1)) == [False] * 13


def test_room_stands_above_the_first_of_some_facts() -> None:
    first, second = pieces_of(Facts(rows=[("项", "字"), ("项", "字")], across=1))
    assert second.over == 0 < first.over < SHEET.pitch


def test_rows_shrink_with_the_line_pitch() -> None:
    usual, closer = (pieces_of(table(tall(3)), close=close)[1].high for close in (1.0, 0.88))
    assert 0.7 < closer / usual < 1


# --- signatures ------------------------------------------------------------------------------------------------------


def height(*roles: str, day: str = "", page: Page = "P") -> float:
    return pieces_of(Signature(roles=list(roles), day=day), page=page)[0].high


def test_each_who_signs_takes_a_line() -> None:
    one, two, three = height("本人"), height("本人", "书记"), height("本人", "书记", "记录人")
    assert 0 < two - one == pytest.approx(three - two)
    assert height("本人", day="2024年2月5日") == pytest.approx(two)  # the day has a line of its own
    assert height("中共某某局机关党支部委员会和其他与会同志") == pytest.approx(two)  # too long to stand beside its line


def test_a_seal_takes_more_room_than_a_line_and_none_for_its_day() -> None:
    sealed, signed = height(f"某支部{ISSUER}"), height("本人")
    assert sealed > signed
    assert height(f"某支部{ISSUER}", day="2024年2月5日") == sealed
    assert height(f"某支部{ISSUER}", f"某局{ISSUER}") - sealed == pytest.approx(SHEET.size * 2.6)
    both = height("本人", f"某支部{ISSUER}")
    assert height("本人", f"某支部{ISSUER}", day="2024年2月5日") == both


def test_on_wide_paper_two_sign_side_by_side() -> None:
    one, two, three, four = (height(*["本人"] * count, page="L") for count in (1, 2, 3, 4))
    assert one == two < three == four


def test_one_line_under_a_heading_is_held_to_the_text_below_it() -> None:
    document = paper(Heading(text="一"), text(1), text(1))
    assert [[piece.held for piece in part] for part in pieces.parts(document, layout.grids(document), 1.0)] == [
        [False], [True], [True], [False],
    ]  # fmt: skip


def test_a_block_without_anything_takes_no_room_even_under_a_signature() -> None:
    document = paper(SIGNED, Facts(rows=[]), Note(text="注"))
    title, signature, nothing, note = pieces.parts(document, layout.grids(document), 1.0)
    assert (len(title), len(signature), nothing, len(note)) == (1, 1, [], 1)


def test_a_last_row_too_high_for_its_page_is_broken_even_before_a_signature() -> None:
    columns = [Column(head="列", align="left")] * 2
    low, high = (Table(columns=columns, rows=[[tall(lines)] * 2]) for lines in (18, 19))
    assert len(pieces_of(low, SIGNED)) == 2
    assert len(pieces_of(high, SIGNED)) == 1 + 19 - 2


def test_a_day_without_anybody_to_sign_takes_no_line() -> None:
    assert height(day="2024年2月5日") == height() < height("本人")
