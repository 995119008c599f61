"""The drawn charts, shape by shape, beside those that were looked at; the sizes of their lines and marks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import get_args

import pytest

from orglife.adapters.print.picture.draw import FEW, NARROW, SCREEN, draw, on_screen
from orglife.adapters.print.picture.network import LINK_LOOKS
from orglife.adapters.print.picture.shapes import (
    GREY,
    SIZE,
    SMALL,
    Anchor,
    DrawnBox,
    DrawnCurve,
    DrawnText,
    text_width,
    wrapped,
)
from orglife.core.paper.chart.bars import BarRow, Bars
from orglife.core.paper.chart.base import Chart
from orglife.core.paper.chart.network import Network, NetworkNode
from orglife.core.paper.chart.timeline import SpanState, Timeline, TimelineRow, TimePoint, TimeSpan
from tests.adapters.print.test_pictures import DAY, bars, heat_map, names, network, timeline
from tests.whole.golden_files import GOLDEN, compare

ONE_SERIES = Bars(
    head="支部",
    series=["已完成"],
    unit="项",
    rows=[BarRow(label=name, values=[number]) for number, name in enumerate(names(3))],
)
MARKS = Timeline(
    head="支部",
    rows=[
        TimelineRow(
            label=name,
            spans=[TimeSpan(first=DAY - timedelta(days=30), last=DAY - timedelta(days=9), state=state)],
            points=[
                TimePoint(day=DAY + timedelta(days=7 * place), word=word, state="late" if place == number else "done")
                for place, word in enumerate(("方案", "会议", "备案", "报告", "整改", "公示"))
            ],
        )
        for number, (name, state) in enumerate(zip(names(3), get_args(SpanState), strict=False))
    ],
    today=DAY,
)
FROM_THE_FIRST = Timeline(
    head="事项",
    rows=[TimelineRow(label="一", spans=[TimeSpan(first=date(2024, 3, 1), last=date(2024, 5, 20))])],
    today=DAY,
)
DRAWN = {
    "network_of_four": network(4),
    "network_with_a_ring_of_leaders": network(13, team=12),
    "network_along_the_edges": network(24, team=3, long=True),
    "two_people": network(2, team=2),
    "bars": bars(9),
    "bars_of_one_series": ONE_SERIES,
    "timeline": timeline(9),
    "timeline_of_six_marks": MARKS,
    "timeline_from_the_first_of_a_month": FROM_THE_FIRST,
    "heat_map": heat_map(4),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_drawn_as_it_was_looked_at(name: str) -> None:
    svg = on_screen(DRAWN[name]).svg(name)
    compare(GOLDEN / "pictures" / f"{name}.svg", svg.replace("><", ">\n<") + "\n")


def drawn_texts(chart: Chart, wide: float) -> list[DrawnText]:
    return [shape for shape in draw(chart, wide).shapes if isinstance(shape, DrawnText)]


def test_what_is_missing_is_the_thickest_line_and_each_kind_has_its_own_dashes() -> None:
    assert LINK_LOOKS["missing"][1] > LINK_LOOKS["pair"][1] > LINK_LOOKS["group"][1]
    assert len({dash for _, _, dash in LINK_LOOKS.values()}) == len({colour for colour, *_ in LINK_LOOKS.values()}) == 3


@pytest.mark.parametrize(("nodes", "wide"), [(FEW, NARROW), (FEW + 1, SCREEN)])
def test_a_network_of_few_is_narrow(nodes: int, wide: float) -> None:
    assert on_screen(network(nodes)).wide == wide
    assert on_screen(bars(1)).wide == SCREEN


@pytest.mark.parametrize(
    ("text", "room", "most", "lines"),
    [
        ("甲乙丙", 39.0, 3, ["甲乙丙"]),
        ("甲乙丙", 38.9, 3, ["甲乙", "丙"]),
        ("甲乙丙丁", 26.0, 2, ["甲乙", "丙丁"]),
        ("甲乙丙丁戊", 26.0, 2, ["甲乙", "丙…"]),
        ("", 26.0, 2, []),
        ("甲\n乙", 60.0, 2, ["甲 乙"]),
    ],
)
def test_labels_are_wrapped(text: str, room: float, most: int, lines: Sequence[str]) -> None:
    assert wrapped(text, room, 13.0, most) == lines
    assert all(text_width(line, 13.0) <= room for line in lines)


def test_a_character_wider_than_the_room_stands_alone() -> None:
    assert wrapped("甲乙", 5.0) == ["甲", "乙"]


@pytest.mark.parametrize(("anchor", "left"), [("start", 100.0), ("middle", 87.0), ("end", 74.0)])
def test_a_text_begins_ends_or_has_its_middle_at_its_place(anchor: Anchor, left: float) -> None:
    edge = DrawnText(100.0, 50.0, "甲乙", anchor=anchor).extent()
    assert (edge.left, edge.right) == (left, left + 26.0)
    assert edge.top < 50.0 - SIZE / 2
    assert 50.0 < edge.bottom < 50.0 + SIZE / 2


def test_points_of_a_curve_reach_from_end_to_end() -> None:
    points = DrawnCurve((0.0, 0.0), (5.0, 10.0), (10.0, 0.0), "#000000", 1.0, "").points(4)
    assert (points[0], points[2], points[-1]) == ((0.0, 0.0), (5.0, 5.0), (10.0, 0.0))
    assert len(points) == 5


def test_a_person_without_a_name_has_a_box_with_a_question_mark() -> None:
    chart = Network(head="党员", nodes=[NetworkNode(id="m1", label=" ")], link_words={})
    assert [one.text for one in drawn_texts(chart, SCREEN)] == ["？"]


@pytest.mark.parametrize("chart", [network(2), network(13, team=1), network(14, team=13, long=True)])
def test_everybody_is_drawn_in_a_picture_narrower_than_a_name(chart: Network) -> None:
    drawing = draw(chart, 40.0)
    boxes = [shape.extent() for shape in drawing.shapes if isinstance(shape, DrawnBox) and shape.radius == 6]
    assert len(boxes) == len(chart.nodes)
    assert min(box.top for box in boxes) >= 0
    assert max(box.bottom for box in boxes) <= drawing.high
    if len(boxes) == 2:
        assert {(box.left + box.right) / 2 for box in boxes} == {20.0}


def test_a_time_line_of_little_room_has_a_mark_for_months() -> None:
    assert "2024年3月" in [one.text for one in drawn_texts(FROM_THE_FIRST, 90.0)]


@pytest.mark.parametrize(("spare", "shown"), [(0.01, True), (-0.01, False)])
def test_the_number_of_a_part_is_shown_where_it_just_fits(spare: float, shown: bool) -> None:
    chart = Bars(head="人", series=["甲", "乙"], rows=[BarRow(label="一", values=[1, 9])])
    bar = 10 * (text_width("1", SMALL) + 6)
    texts = [one.text for one in drawn_texts(chart, text_width("一", SIZE) + 10 + bar + spare)]
    assert ("1" in texts) is shown


@pytest.mark.parametrize(("spare", "lines"), [(0.01, 1), (-0.01, 2)])
def test_words_over_a_time_line_share_a_line_where_they_just_fit(spare: float, lines: int) -> None:
    limit = TimePoint(day=DAY + timedelta(days=50), word="全部整改完成的时限")
    chart = Timeline(head="事项", rows=[], today=DAY, limits=[limit])
    need = sum(text_width(words, SMALL) for words in (chart.today_label, "全部整改完成的时限5月4日"))
    texts = drawn_texts(chart, need + 8 + spare)
    assert len({one.y for one in texts if one.fill != GREY}) == lines


def test_one_series_has_its_number_and_unit_behind_the_bar() -> None:
    texts = [one.text for one in drawn_texts(ONE_SERIES, SCREEN)]
    assert [text for text in texts if text.endswith("项")] == ["0项", "1项", "2项"]
