"""The drawn charts, shape by shape, beside those that were looked at; the sizes of their lines and marks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

import pytest

from orglife.adapters.print.picture.draw import FEW, NARROW, SCREEN, draw, on_screen
from orglife.adapters.print.picture.network import LINK_LOOKS
from orglife.adapters.print.picture.shapes import DrawnText, text_width, wrapped
from orglife.core.paper.chart.bars import BarRow, Bars
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
DRAWN = {
    "network_of_four": network(4),
    "network_with_a_ring_of_leaders": network(13, team=12),
    "network_along_the_edges": network(24, team=3, long=True),
    "two_people": network(2, team=2),
    "bars": bars(9),
    "bars_of_one_series": ONE_SERIES,
    "timeline": timeline(9),
    "timeline_of_six_marks": MARKS,
    "heat_map": heat_map(4),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_drawn_as_it_was_looked_at(name: str) -> None:
    svg = on_screen(DRAWN[name]).svg(name)
    compare(GOLDEN / "pictures" / f"{name}.svg", svg.replace("><", ">\n<") + "\n")


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


def test_one_series_has_its_number_and_unit_behind_the_bar() -> None:
    texts = [shape.text for shape in draw(ONE_SERIES, SCREEN).shapes if isinstance(shape, DrawnText)]
    assert [text for text in texts if text.endswith("项")] == ["0项", "1项", "2项"]
