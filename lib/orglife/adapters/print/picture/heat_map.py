"""Rows × columns of states, each with a mark and a number on a tinted cell."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from orglife.adapters.print.picture.shapes import (
    GREY,
    LINE,
    RULE,
    SIZE,
    SMALL,
    TONES,
    Drawing,
    DrawnBox,
    DrawnText,
    Shape,
    label,
    legend,
    text_width,
    tone_mark,
    wrapped,
)
from orglife.core.paper.chart.base import Tone
from orglife.core.paper.chart.heat_map import HeatCell, HeatMap

_LABEL, _GAP, _ROW = 210.0, 10.0, 22.0


def draw_heat_map(chart: HeatMap, wide: float) -> Drawing:
    """Draw a heat map ``wide`` pixels wide."""
    drawing = Drawing(wide, 2.0)
    labels = [wrapped(row.label, min(_LABEL, wide * 0.3)) for row in chart.rows]
    left = max((text_width(line, SIZE) for lines in labels for line in lines), default=0.0) + _GAP
    column = (wide - left) / max(len(chart.columns), 1)
    heads = [wrapped(head, column - 4, SMALL) for head in chart.columns]
    drawing.high += LINE * max(map(len, heads), default=0) + 4
    for number, lines in enumerate(heads):
        for place, line in enumerate(reversed(lines)):
            middle = left + (number + 0.5) * column
            drawing.add(DrawnText(middle, drawing.high - 7 - place * LINE, line, SMALL, "middle", GREY))
    for row, name in zip(chart.rows, labels, strict=True):
        high = max(_ROW, LINE * len(name) + 6)
        middle = drawing.high + high / 2
        drawing.add(*label(left - _GAP, middle, name, "end"))
        for number, cell in enumerate(row.cells):
            drawing.add(*_cell(cell, left + number * column, drawing.high, column, high))
        drawing.high += high
    occurring = {cell.tone for row in chart.rows for cell in row.cells}
    legend(drawing, [(partial(_sample, tone), word) for tone, word in chart.tone_words.items() if tone in occurring])
    return drawing


def _cell(cell: HeatCell, x: float, y: float, wide: float, high: float) -> Iterator[Shape]:
    yield DrawnBox(x + 0.5, y + 0.5, wide - 1, high - 1, TONES[cell.tone], RULE, 0.8)
    number = str(cell.number) if cell.number else ""
    shift = (text_width(number, SMALL) + 4) / 2 if number else 0.0
    yield from tone_mark(x + wide / 2 - shift, y + high / 2, cell.tone)
    if number:
        yield DrawnText(x + wide / 2 - shift + 9, y + high / 2 + SMALL * 0.36, number, SMALL)


def _sample(tone: Tone, x: float, y: float) -> Iterator[Shape]:
    yield DrawnBox(x, y - 7, 22, 14, TONES[tone], RULE, 0.8)
    yield from tone_mark(x + 11, y, tone)
