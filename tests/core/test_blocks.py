"""Blocks of papers: what is printed of a text, how wide it is, which facts stand side by side, the numbers of a picture."""

from __future__ import annotations

from datetime import date

import pytest

from orglife.core.paper.block import Bundle, Column, Document, Facts, Figure, Heading, Signature, Table, printed, width
from orglife.core.paper.chart.bars import BarRow, Bars
from orglife.core.paper.chart.timeline import Timeline


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("一\r\n二\r三\u2028四\x0b五", "一\n二\n三\n四\n五"),
        ("一\t二\u00a0三\u2003四", "一 二 三 四"),
        ("\u200b\u3000\u3000开头", "\u3000\u3000开头"),  # people indent with the full-width space
        ("葛\ufe00辻\U000e0100邉\U000e01ef", "葛辻邉"),
        ("\u200b\ufdff\ufe10\U000e00ff\U000e01f0", "\ufdff\ufe10\U000e00ff\U000e01f0"),
        ("普通的字 and so on", "普通的字 and so on"),
    ],
)
def test_what_is_printed_of_a_text(text: str, shown: str) -> None:
    assert printed(text) == shown


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("", 0),
        ("国A1", 2),
        ("国\nABCDEFGH\n国国", 4),  # the longest line
        ("é㎡", 1 + 1),  # some letters are as wide as a Chinese character in Chinese fonts
        ("가", 1),
        ("ｱب", 0.5 + 0.5),
    ],
)
def test_the_width_of_a_text(text: str, wide: float) -> None:
    assert width(text) == wide


A, B, LONG, LINES = ("甲", "值"), ("乙", "字" * 12), ("丙", "字" * 12 + "a"), ("丁", "一\n二")


@pytest.mark.parametrize(
    ("rows", "across", "lengths"),
    [
        ([A, B, A], 2, [2, 1]),
        ([A, B, A], 1, [1, 1, 1]),
        ([A, B, A, A, A], 4, [4, 1]),
        ([A, LONG, A, A], 2, [1, 1, 2]),  # nothing stands beside a long one
        ([LINES, A, A], 2, [1, 2]),
        ([("甲", "一\n"), A], 2, [2]),  # the Enter at its end is no second line
        ([("独", "值"), A, A], 2, [1, 2]),
        ([A, ("独", "值"), A], 2, [1, 1, 1]),
        ([], 2, []),
    ],
)
def test_short_facts_stand_side_by_side(rows: list[tuple[str, str]], across: int, lengths: list[int]) -> None:
    block = Facts(rows=rows, across=across, alone=["独"])
    assert [len(line) for line in block.lines()] == lengths
    assert [pair for line in block.lines() for pair in line] == rows


def test_fewer_and_narrower_facts_may_be_asked_for() -> None:
    assert [len(line) for line in Facts(rows=[A] * 4, across=4).lines(across=2)] == [2, 2]
    assert [len(line) for line in Facts(rows=[A, B]).lines(11.5)] == [1, 1]


@pytest.mark.parametrize(
    ("rows", "tones", "sound"),
    [
        ([["1", "2"]], [], True),
        ([["1", "2"]], [["good", ""]], True),
        ([["1"]], [], False),
        ([["1", "2", "3"]], [], False),
        ([["1", "2"]], [["good"]], False),
        ([["1", "2"]], [["good", ""], ["", ""]], False),
        ([["1", "2"], ["1", "2"]], [["good", ""]], False),
        ([], [], True),
    ],
)
def test_a_table_has_a_cell_for_each_column(rows: list[list[str]], tones: list[list[str]], sound: bool) -> None:
    columns = [Column(head="甲"), Column(head="乙")]
    if sound:
        assert Table(columns=columns, rows=rows, tones=tones).rows == rows
    else:
        with pytest.raises(ValueError, match="row of|tones for"):
            Table(columns=columns, rows=rows, tones=tones)


def test_columns_of_numbers_are_as_wide_as_their_texts_need_within_bounds() -> None:
    rows = [BarRow(label="字" * 19, values=[7, 1], note="字" * 9 + "a"), BarRow(label="短", values=[1, 2])]
    table = Figure(title="得票", chart=Bars(head="党员", series=["优", "基本合格"], rows=rows)).table()
    assert [column.share for column in table.columns] == [18 + 1, 3 + 1, 4 + 1, 10 + 1]
    assert [column.align for column in table.columns] == ["left", "center", "center", "center"]


def test_the_line_of_a_time_line_is_called_today_on_that_day_only() -> None:
    day, other = date(2024, 3, 15), date(2024, 3, 16)
    figure = Figure(title="进度", chart=Timeline(head="事项", rows=[], today=day))
    assert figure.seen_on(day).alternative.startswith("进度。今天2024年3月15日")
    assert figure.seen_on(other) is figure.seen_on(None) is figure
    bars = Figure(title="得票", chart=Bars(head="党员", series=["票"], rows=[]))
    assert bars.seen_on(day) is bars


def paper(form: str, subject: str = "", **about: str) -> Document:
    return Document(form=form, subject=subject, title=["会议", "记录"], blocks=[], **about)


@pytest.mark.parametrize(
    ("bundle", "heading"),
    [
        (Bundle(documents=[paper("F9")], title="召开会议"), "召开会议"),
        (Bundle(documents=[paper("F9", about="2月20日"), paper("F8")]), "会议记录（2月20日）"),
        (Bundle(documents=[paper("F9")]), "会议记录"),
        (Bundle(documents=[]), "组织生活会材料"),
    ],
)
def test_the_heading_of_a_file(bundle: Bundle, heading: str) -> None:
    assert bundle.heading == heading


def test_archive_numbers_go_to_the_papers_of_their_form_and_subject() -> None:
    bundle = Bundle(documents=[paper("F6", "r1"), paper("F6", "r2", code="旧"), paper("F9", "r1")])
    numbered = bundle.numbered({("F6", "r1"): "J001", ("F9", "r9"): "J002"})
    assert [one.code for one in numbered.documents] == ["J001", "旧", ""]
    assert [one.code for one in numbered.unnumbered().documents] == ["", "", ""]
    sealed = numbered.sealed("7f3a")
    assert [one.head for one in sealed.documents] == ["7f3a"] * 3
    assert (sealed.final, numbered.final) == (True, False)


def test_texts_of_a_paper_name_the_record_that_they_come_from() -> None:
    blocks = [Heading(text="一", record="会议"), Signature(roles=["某局（印章）"], day="今天")]
    texts = [pair for pair in Document(form="F9", title=["题"], blocks=blocks).texts() if pair[0]]
    assert texts == [("题", ""), ("一", "会议"), ("某局", ""), ("今天", "")]
    assert Heading(text="一").level == 1
