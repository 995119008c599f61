"""Where the layout of tables, facts, titles and signatures changes: just inside each limit, and just beyond it."""

from __future__ import annotations

import pytest

from orglife.core.paper import layout
from orglife.core.paper.block import ISSUER, Column, Document, Facts, Heading, Page, Signature, Table

PAGES: list[Page] = ["P", "9704", "T", "L"]


def tall(lines: int) -> str:
    """A text of some lines."""
    return "\n".join("字" * lines)


def table(rows: list[list[str]], page: Page = "P") -> layout.TableGrid:
    return layout.table_grid(Table(columns=[Column(head="列") for _ in rows[0]], rows=rows), page)


def facts(*values: str, across: int = 1) -> layout.FactsGrid:
    return layout.facts_grid(
        Facts(rows=[(f"项{number}", value) for number, value in enumerate(values)], across=across), "P"
    )


@pytest.mark.parametrize(("page", "columns"), [("P", 5), ("9704", 5), ("T", 6), ("L", 9)])
def test_a_table_of_many_columns_is_set_small(page: Page, columns: int) -> None:
    assert table([["字"] * (columns - 1)], page).size == layout.SIZE
    assert table([["字"] * columns], page).size == layout.SMALL


@pytest.mark.parametrize(("page", "whole", "held"), [("P", 12, 18), ("9704", 12, 18), ("T", 14, 18), ("L", 10, 14)])
def test_a_low_row_stays_on_one_page_and_a_last_one_with_its_signature(page: Page, whole: int, held: int) -> None:
    assert table([[tall(whole), ""]], page).whole == [True]
    assert table([[tall(whole + 1), ""]], page).whole == [False]
    assert table([[tall(held), ""]], page).held == 1
    assert table([[tall(held + 1), ""]], page).held == 0


@pytest.mark.parametrize("page", PAGES)
def test_a_long_table_is_set_small_and_blank_rows_to_write_on_do_not_make_it_long(page: Page) -> None:
    sheet = layout.SHEETS[page]
    line = layout.SIZE * layout.CELL_LINE
    four_pages = int(4 * (sheet.high - sheet.top - sheet.bottom) / layout.POINT / line)
    assert table([["字", "字"]] * four_pages, page).size == layout.SIZE
    assert table([["字", "字"]] * (four_pages + 1), page).size == layout.SMALL
    room = "\u3000\n\u3000"
    assert table([["字", room]] * four_pages, page).size == layout.SIZE
    assert table([["字", room]] * (four_pages + 1), page).size == layout.SMALL


def test_a_high_last_row_ends_beside_its_signature_only_where_one_cell_is_clearly_the_longest() -> None:
    assert table([["字", tall(19)]]).tail == 1
    assert table([[tall(19), "字"]]).tail == 0
    assert table([[tall(19), tall(14)]]).tail == 0
    assert table([[tall(19), tall(15)]]).tail == -1  # 15 × 1.15 + 2 lines are more than 19
    assert table([[tall(13), tall(9)]]).tail == 0
    assert table([[tall(13), tall(10)]]).tail == -1
    assert table([["字", tall(12)]]).tail == -1  # it does not break


def test_facts_stay_on_one_page_while_they_are_few() -> None:
    assert facts(*["字"] * 12).whole
    assert not facts(*["字"] * 13).whole
    assert facts(tall(6)).whole
    assert not facts(tall(7)).whole
    assert not facts("字", tall(6)).whole


def test_a_long_value_may_break_and_the_signature_then_follows_its_end() -> None:
    assert (facts(tall(8)).may_break, facts(tall(8)).tail) == ([False], -1)
    assert (facts(tall(9)).may_break, facts(tall(9)).tail) == ([True], 1)
    assert (facts(tall(9), "字").may_break, facts(tall(9), "字").tail) == ([True, False], -1)
    assert facts(tall(18)).held == 1
    assert facts(tall(19)).held == 0


@pytest.mark.parametrize(("short", "lead"), [(0, 0), (1, 1), (4, 4), (5, 0)])
def test_a_few_short_facts_stay_with_the_first_long_one(short: int, lead: int) -> None:
    assert facts(*["字"] * short, tall(9)).lead == lead
    assert facts(*["字"] * short, tall(2)).lead == (lead if short > 4 else 0)  # those that all stay together need none


@pytest.mark.parametrize(
    ("label", "room"), [("项", 4.0), ("项目名称五", 5.0), ("一个七个字的项目", 7.0), ("很长很长很长的项目", 7.0)]
)
def test_labels_have_a_width_between_bounds(label: str, room: float) -> None:
    assert layout.facts_grid(Facts(rows=[(label, "值"), ("项", "值")], across=1), "P").label == room


def test_four_facts_stand_side_by_side_only_where_all_are_short() -> None:
    assert facts(*["3次"] * 4, across=4).across == 4
    assert facts("3次", "3次", "3次", "三次谈心谈话", across=4).across == 2


def test_a_signature_of_many_roles_may_be_parted_from_the_text_before_it() -> None:
    assert not layout.is_tall(Signature(roles=["支部书记"] * 10))
    assert layout.is_tall(Signature(roles=["支部书记"] * 11))
    long = "某" * 14
    assert not layout.is_tall(Signature(roles=[long] * 10))
    assert layout.is_tall(Signature(roles=[f"{long}某"] * 6))  # two lines each


# --- titles and roles ------------------------------------------------------------------------------------------------


def paper(*title: str, subtitle: str = "", recipient: str = "") -> Document:
    return Document(form="F1", title=list(title), subtitle=subtitle, recipient=recipient, blocks=[])


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("字" * 20, ["字" * 20]),  # fills the line
        ("字" * 21, ["字" * 10, "字" * 11]),  # no name ends in it: in the middle
        ("中共某某局机关第一党支部组织生活会情况的报告", ["中共某某局机关第一党支部", "组织生活会情况的报告"]),
        ("某局关于召开组织生活会和开展民主评议的情况", ["某局关于召开组织生活会", "和开展民主评议的情况"]),
        (
            "某某某某某某某某部委某某某某某某某某某某某",
            ["某某某某某某某某部委", "某某某某某某某某某某某"],
        ),  # 部 of 部委 ends no name
        ("某某局，某某厅机关党支部关于开展评议的情况报告", ["某某局，某某厅机关党支部", "关于开展评议的情况报告"]),
        (
            "某" * 9 + "局，" + "甲" * 4 + "部" + "丙" * 8,
            ["某" * 9 + "局，" + "甲" * 4 + "部", "丙" * 8],
        ),  # no line begins with ，
        (
            "某" * 8 + "局甲乙和" + "丙" * 12,
            ["某" * 8 + "局", "甲乙和" + "丙" * 12],
        ),  # rather after a name than after 和
        ("某" * 7 + "局甲乙丙和" + "丁" * 12, ["某" * 7 + "局甲乙丙和", "丁" * 12]),  # unless the name is far off
        ("某某某某某局甲1乙和" + "丁" * 13, ["某某某某某局甲1乙和", "丁" * 13]),  # by seven characters
        ("字" * 41, ["字" * 41]),  # too long for two lines: left to the adapters
        ("🌸" + "字" * 20, ["🌸" + "字" * 20]),  # a character of unknown width
    ],
)
def test_a_title_is_broken_after_a_name_near_its_middle(title: str, lines: list[str]) -> None:
    assert layout.title_lines(paper(title)) == lines


def test_the_height_of_a_title_is_known_where_no_line_wraps() -> None:
    one, gap, under = layout.TITLE, layout.TITLE_GAP, layout.SUBTITLE
    assert layout.title_height(paper("标题")) == one
    assert layout.title_height(paper("标题", "两行")) == 2 * one + gap
    assert layout.title_height(paper("标题", subtitle="某支部")) == one + gap + under
    assert layout.title_height(paper("标题", subtitle="字" * 28)) == one + gap + under
    assert layout.title_height(paper("标题", subtitle="字" * 29)) is None
    assert layout.title_height(paper("字" * 41)) is None
    assert layout.title_height(paper("🌸")) is None
    assert layout.title_height(paper("标题", subtitle="🌸")) is None


def test_more_room_is_left_between_title_and_recipient() -> None:
    assert layout.under_title(paper("标题")) < layout.under_title(paper("标题", recipient="某局")) < 1


def test_a_recipient_has_one_colon() -> None:
    assert [layout.addressed(text) for text in ("某局", "某局：", "某局:", "")] == ["某局：", "某局：", "某局：", ""]


def test_room_between_blocks() -> None:
    signed, sealed, text = Signature(roles=["本人"]), Signature(roles=[f"某支部{ISSUER}"]), Heading(text="一")
    assert layout.room_between(None, text) == 0
    assert layout.room_between(text, signed) == 0
    assert layout.room_between(signed, signed) == 0
    assert 0 < layout.room_between(signed, text) < 1
    assert layout.room_between(sealed, text) == 1


def test_a_long_role_stands_above_its_line_in_part_or_as_a_whole() -> None:
    name = "中共某某局机关党支部委员会"
    assert layout.role_parts(name, len(name), 40) == ("", name)
    assert layout.role_parts(name, len(name) - 1, 40) == (name, "")
    assert layout.role_parts(name, 9, 9) == ("中共某某局", "机关党支部委员会")
    assert layout.role_parts(name, 2, 9) == (name, "")  # no name ends where both parts would fit


def test_who_seals_does_not_sign() -> None:
    block = Signature(roles=["支部书记", f"某支部{ISSUER}", "某局（盖章）", "某厂（公章）"])
    assert layout.seals(block) == block.roles[1:]
    assert [layout.sealed_name(role) for role in layout.seals(block)] == ["某支部", "某局（盖章）", "某厂（公章）"]
    assert layout.signers(block, "P") == [("", "支部书记：")]


def test_programs_that_part_chinese_from_numbers_take_more_lines() -> None:
    cell = "自2024年2月15日至3月9日" * 2
    grid = table([[cell, "字", "字"]])
    spaced = layout.spaced(grid)
    assert isinstance(spaced, layout.TableGrid)
    assert spaced.line_counts[0] >= grid.line_counts[0]
    assert spaced._replace(line_counts=grid.line_counts) == grid
    own = facts("2024年2月15日" * 4, "字")
    elsewhere = layout.spaced(own)
    assert isinstance(elsewhere, layout.FactsGrid)
    assert elsewhere.line_counts[0] > own.line_counts[0]
    assert elsewhere.line_counts[1] == own.line_counts[1]
    assert layout.spaced(None) is None
