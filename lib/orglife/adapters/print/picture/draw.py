"""Draw a chart, whole or in parts that fit on pages."""

from __future__ import annotations

import math
from typing import NamedTuple

from orglife.adapters.print.picture.bars import draw_bars
from orglife.adapters.print.picture.heat_map import draw_heat_map
from orglife.adapters.print.picture.network import draw_network
from orglife.adapters.print.picture.shapes import Drawing
from orglife.adapters.print.picture.timeline import draw_timeline
from orglife.core.paper.block import Figure, Page
from orglife.core.paper.chart.bars import Bars
from orglife.core.paper.chart.base import Chart
from orglife.core.paper.chart.heat_map import HeatMap
from orglife.core.paper.chart.network import Network
from orglife.core.paper.chart.timeline import Timeline
from orglife.core.paper.layout import POINT, SHEETS

SCREEN, NARROW = 720.0, 520.0
"""Width of a picture on a screen; of a network with few nodes, which stands beside its matrix."""
FEW = 12
POINTS = 0.75
"""A pixel on paper, in points: labels of 13 pixels are as large as small print."""
_SHARE = 0.8  # of a page's height that one part may fill: a title and a heading stand above it


def on_screen(chart: Chart) -> Drawing:
    """A chart as wide as a screen shows it."""
    return draw(chart, NARROW if isinstance(chart, Network) and len(chart.nodes) <= FEW else SCREEN)


def draw(chart: Chart, wide: float) -> Drawing:
    """The shapes of a chart, ``wide`` pixels wide and as high as needed."""
    match chart:
        case Bars():
            return draw_bars(chart, wide)
        case Timeline():
            return draw_timeline(chart, wide)
        case Network():
            return draw_network(chart, wide)
        case HeatMap():
            return draw_heat_map(chart, wide)
    raise TypeError(chart)


def draw_parts(chart: Chart, wide: float, high: float) -> list[tuple[Chart, Drawing]]:
    """A chart in as few parts as fit into ``high`` pixels each, by rows; one that has no rows stays whole.

    Returns:
        Each part with its drawing.
    """
    count = max(math.ceil(draw(chart, wide).high / high), 1)
    while True:
        drawn = [(part, draw(part, wide)) for part in chart.parts(count)]
        if count >= chart.length or all(drawing.high <= high for _, drawing in drawn):
            return drawn
        count += 1


class PrintedPart(NamedTuple):
    """A drawing on paper: its width in points, and its text alternative."""

    drawing: Drawing
    wide: float
    words: str


def drawn_on_page(figure: Figure, page: Page) -> list[PrintedPart]:
    """A figure's drawings for a page of paper, as wide as its text; one that is higher than the page is made smaller."""
    sheet = SHEETS[page]
    high = (sheet.high - sheet.top - sheet.bottom) / POINT / POINTS * _SHARE
    return [
        PrintedPart(drawing, drawing.wide * POINTS * min(1.0, high / drawing.high), f"{figure.title}。{part.words()}")
        for part, drawing in draw_parts(figure.chart, sheet.text_width / POINTS, high)
    ]
