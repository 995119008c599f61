"""How close the lines of a paper are set, as it is reckoned; what is printed is measured in ``adapters/print/test_typst.py``."""

from __future__ import annotations

import pytest

from orglife.core.paper import fitting, layout, pieces
from orglife.core.paper.block import AnyBlock, Column, Facts, Heading, Page, Paragraph, Signature, Table
from orglife.core.paper.lines import lines_of
from tests.adapters.print.papers import paper

SIGNED = Signature(roles=["本人"], day="2024年2月19日")
SHEET = layout.SHEETS["P"]
ACROSS = SHEET.text_width / SHEET.size


def lines(count: int) -> list[AnyBlock]:
    return [Paragraph(text=f"第{number}行。") for number in range(count)]


def test_only_a_paper_that_is_signed_is_set_closer() -> None:
    found = {count: fitting.fitted(paper(*lines(count), SIGNED)).close for count in range(10, 26)}
    assert {1.0} < set(found.values()) <= {1.0, *fitting.CLOSER}
    assert all(fitting.fitted(paper(*lines(count))).close == 1 for count in found)


def test_the_more_is_to_be_saved_the_closer_lines_are_set_until_nothing_can_be() -> None:
    closer = [close for count in range(10, 26) if (close := fitting.fitted(paper(*lines(count), SIGNED)).close) < 1]
    assert closer == sorted(closer, reverse=True)


def test_a_program_that_lays_out_lines_otherwise_gets_them_closer_and_no_page_more() -> None:
    for count in range(10, 26):
        document = paper(*lines(count), SIGNED)
        own = fitting.fitted(document).close
        spared = [fitting.fitted_elsewhere(document, spares).close for spares in ((0.0,), (0.3,), (1.0, 0.3))]
        assert all(close <= own for close in spared)
        assert spared == sorted(spared, reverse=True)


def test_a_page_that_is_full_to_the_last_line_gets_room_elsewhere() -> None:
    full = max(
        count for count in range(10, 26) if fitting.fitted(paper(*lines(count), SIGNED)).close == 1 and count < 20
    )
    assert fitting.fitted_elsewhere(paper(*lines(full), SIGNED), (2.0,)).close < 1
    assert fitting.fitted_elsewhere(paper(*lines(10), SIGNED), (2.0,)).close == 1
    assert fitting.fitted_elsewhere(paper(*lines(full)), (2.0,)).close == 1


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
    assert lines_of(text, ACROSS, 2) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("国国" + "A" * 10, 2),  # a word that fills its line
        ("国国" + "A" * 11, 3),
        ("国国" + "A" * 21, 4),
        ("AAAA国国国", 1),
        ("AAAA国国国国", 2),
        ("国" * 5 + "AAAA，", 2),
        ("国" * 4 + "A，" + "国" * 4, 2),
        ("国" * 4 + "（AAAA）", 2),  # a mark goes with what it encloses
        ("国" * 11, 3),
        ("国" * 10, 2),
    ],
)
def test_lines_of_a_narrow_column(text: str, count: int) -> None:
    assert lines_of(text, 5.5) == count


def test_room_in_cells_shrinks_with_the_lines_and_stays() -> None:
    for room in (lambda close: pieces.inset(5.0, close), pieces.leading):
        found = [room(close) for close in (1.0, *fitting.CLOSER)]
        assert found == sorted(found, reverse=True)
        assert found[-1] > 0
    assert pieces.inset(5.0, 1.0) == 5.0


@pytest.mark.parametrize("page", ["P", "9704", "T", "L"])
def test_a_paper_of_any_blocks_on_any_page_is_reckoned(page: Page) -> None:
    blocks = [
        Heading(text="一、谈话"),
        Facts(rows=[("时间", "2月7日"), ("谈到", "所谈的事。" * 90)]),
        Table(columns=[Column(head="甲"), Column(head="乙")], rows=[["左" * 300, "右" * 900], ["短", "短"]]),
        SIGNED,
    ]
    assert fitting.fitted(paper(*blocks, page=page)).close in (1.0, *fitting.CLOSER)


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


VALUE = 8  # lines of a value that stays on one page


def stacked(*heights: int, page: Page = "P") -> layout.FactsGrid:
    """The layout of facts whose values have so many lines; none of them shares a line of the grid."""
    rows = [(f"事项{n}", "\n".join("查" * height)) for n, height in enumerate(heights)]
    return layout.facts_grid(Facts(rows=rows, across=1), page)


@pytest.mark.parametrize(("short", "lead"), [(0, 0), (1, 1), (4, 4), (5, 0)])
def test_a_few_short_lines_stay_with_the_text_that_they_lead_to(short: int, lead: int) -> None:
    assert stacked(*[1] * short, 20).lead == lead
    assert stacked(*[1] * short, 20, 1, 1).lead == lead


def test_facts_of_half_a_page_stay_on_one_page() -> None:
    assert stacked(*[1] * 12).whole
    assert stacked(5, 1).whole
    assert not stacked(5, 2).whole  # texts flow on, so that no page stays half empty
    assert not stacked(*[1] * 13).whole
    assert stacked(*[1] * 13).lead == 0  # nothing but short lines


@pytest.mark.parametrize(("page", "whole", "held"), [("P", 12, 18), ("9704", 12, 18), ("T", 14, 18), ("L", 10, 14)])
def test_what_stays_in_one_piece_with_a_signature(page: Page, whole: int, held: int) -> None:
    """A last row that is low stays with the signature; the signature follows at the end of a higher one."""
    for lines in (whole, whole + 1, held, held + 1):
        table = layout.table_grid(Table(columns=[Column(head="甲")], rows=[["短"], ["\n".join("查" * lines)]]), page)
        assert table.held == (lines <= held)
        assert table.whole == [True, lines <= whole]
        assert table.tail == (-1 if lines <= whole else 0)
    for lines in (VALUE, VALUE + 1, held, held + 1):
        facts = stacked(1, lines, page=page)
        assert facts.held == (lines <= held)
        assert facts.may_break == [False, lines > VALUE]
        assert facts.tail == (-1 if lines <= VALUE else 1)


def test_more_than_ten_lines_of_roles_are_too_tall_to_stay_in_one_piece() -> None:
    for role, each in (("记录人", 1), ("中共东海市自然资源和规划局机关总支部委员会", 2)):
        assert not layout.is_tall(Signature(roles=[role] * (10 // each)))
        assert layout.is_tall(Signature(roles=[role] * (10 // each + 1)))


@pytest.mark.parametrize(("left", "right", "tail"), [(13, 9, 0), (13, 10, -1), (9, 13, 1), (14, 10, 0), (13, 13, -1)])
def test_a_signature_follows_the_clearly_longest_cell(left: int, right: int, tail: int) -> None:
    cells = ["\n".join("查" * count) for count in (left, right)]
    table = Table(columns=[Column(head="甲"), Column(head="乙")], rows=[cells])
    assert layout.table_grid(table, "P").tail == tail


def test_a_table_of_more_than_four_pages_is_set_small_unless_its_rows_are_blank() -> None:
    columns = [Column(head="序号"), Column(head="内容", share=5)]

    def size(*rows: list[str]) -> float:
        return layout.table_grid(Table(columns=columns, rows=list(rows)), "P").size

    assert size(*[["1", "一句话。"]] * 149) == layout.SIZE  # 149 lines of 17.04 pt; four pages have 637.8 pt each
    assert size(*[["1", "一句话。"]] * 150) == layout.SMALL
    assert size(*[["1", "一句话。"]] * 149, ["", "\n\n"]) == layout.SMALL  # a blank row has one line
    assert size(["1", "一句话。"], *[["", "\n\n"]] * 100) == layout.SIZE


@pytest.mark.parametrize(
    ("values", "count"),
    [
        (["张三", "李四"], 1),
        (["张三", "查" * 20], 2),
        (["查" * 20, "张三"], 2),
        (["张三", "上\n下"], 2),
        (["张三\n", "李四"], 1),  # a line end after the text is not another line
        (["张三", "李四", "王五"], 2),
    ],
)
def test_short_facts_stand_side_by_side(values: list[str], count: int) -> None:
    rows = [(f"事项{n}", value) for n, value in enumerate(values)]
    grid = layout.facts_grid(Facts(rows=rows), "P")
    assert len(grid.lines) == count
    assert [pair for line in grid.lines for pair in line] == [(label, value) for label, value in rows]
    assert len(layout.facts_grid(Facts(rows=rows, across=1), "P").lines) == len(values)


@pytest.mark.parametrize(
    ("label", "wide"), [("名", 4.0), ("四个字名", 4.0), ("五个字的名", 5.0), ("九个字那么长的标签", 7.0)]
)
def test_labels_are_as_wide_as_the_longest_within_limits(label: str, wide: float) -> None:
    assert layout.facts_grid(Facts(rows=[("时间", "二月"), (label, "值")]), "P").label == wide


def test_a_role_too_long_for_its_line_begins_above_it() -> None:
    long = "中共东海市自然资源和规划局机关总支部委员会审核人"
    assert layout.role_parts("记录人：", 10, 20) == ("", "记录人：")
    assert layout.role_parts("十个字的职务名称在此", 10, 20) == ("", "十个字的职务名称在此")
    assert layout.role_parts(long, 10, 30) == (long, "")
    above, beside = layout.role_parts(long, 12, 15)
    assert (above, beside) == ("中共东海市自然资源和规划局", "机关总支部委员会审核人")
    assert layout.role_parts("查" * 24, 12, 15) == ("查" * 24, "")  # no place to part it at


@pytest.mark.parametrize(
    ("page", "dated", "most"),
    [("P", True, 16), ("P", False, 11.5), ("T", True, 20), ("T", False, 15.5), ("L", True, 30), ("L", False, 32.5)],
)
def test_room_of_a_role_beside_its_line(page: Page, dated: bool, most: float) -> None:
    """A day under the signatures leaves more room; on a landscape page it stands on the line itself."""
    day = "2024年2月20日" if dated else ""
    for wide, above in ((most, ""), (most + 0.5, "查")):
        role = "查" * int(wide - 1) + "A" * (wide % 1 > 0)
        ((long, beside),) = layout.signers(Signature(roles=[role], day=day), page)
        assert (long[:1], bool(beside)) == (above, not above)


def test_a_day_under_a_seal_leaves_the_other_roles_as_little_room_as_none() -> None:
    role, day = "查" * 14, "2024年2月20日"
    assert layout.signers(Signature(roles=[role], day=day), "P") == [("", role + "：")]
    assert layout.signers(Signature(roles=[role, "某支部（盖章）"], day=day), "P") == [(role + "：", "")]


@pytest.mark.parametrize(
    ("title", "parted"),
    [
        ("查" * 20, ["查" * 20]),
        ("查" * 21, ["查" * 10, "查" * 11]),
        ("查" * 41, ["查" * 41]),  # no two lines hold it
        ("Ａ" * 21, ["Ａ" * 10, "Ａ" * 11]),
        ("ß" * 60, ["ß" * 60]),  # how wide these are is not known
    ],
)
def test_a_title_is_parted_when_it_does_not_fit(title: str, parted: list[str]) -> None:
    one = paper(Paragraph(text="短")).model_copy(update={"title": [title]})
    assert layout.title_lines(one) == parted


def test_titles_are_parted_at_a_joint() -> None:
    one = paper(Paragraph(text="短"))
    parted = layout.title_lines(
        one.model_copy(update={"title": ["东海市自然资源和规划局机关党支部专题组织生活会工作方案"]})
    )
    assert parted == ["东海市自然资源和规划局", "机关党支部专题组织生活会工作方案"]
    assert layout.title_lines(one.model_copy(update={"title": ["工作方案"]})) == ["工作方案"]


def test_the_rows_of_a_table_on_each_page_leave_lines_free_as_asked() -> None:
    table = Table(columns=[Column(head="列")] * 2, rows=[["字", "字"]] * 60)
    rows = fitting.Rows(paper(table), 0)
    usual, spared = rows.by_page(), rows.by_page(spare=3.0)
    assert sum(usual) == sum(spared) == 60
    assert usual[0] - spared[0] in (3, 4)  # rows of 22 points, lines of 29
    assert rows.by_page(close=1.0, spare=3.0) == spared
