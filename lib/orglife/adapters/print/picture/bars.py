"""Horizontal bars: labels on the left, bars divided by series, notes behind them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from orglife.adapters.print.picture.shapes import (
    FILLS,
    GREY,
    INK,
    LINE,
    SIZE,
    SMALL,
    WHITE,
    Drawing,
    DrawnBox,
    DrawnLines,
    DrawnText,
    LegendEntry,
    Shape,
    label,
    legend,
    text_width,
    wrapped,
)
from orglife.core.paper.chart.bars import BarRow, Bars

_LABEL, _NOTE, _GAP = 170.0, 190.0, 10.0
_BAR, _ROOM = 16.0, 8.0
_OVER = 4.0  # how far a limit's mark stands out of the bar


def draw_bars(chart: Bars, wide: float) -> Drawing:
    """Draw bars ``wide`` pixels wide."""
    drawing = Drawing(wide, 2.0)
    labels = [wrapped(row.label, min(_LABEL, wide * 0.3)) for row in chart.rows]
    notes = [wrapped(row.note, min(_NOTE, wide * 0.3), SMALL) for row in chart.rows]
    left = max((text_width(line, SIZE) for lines in labels for line in lines), default=0.0) + _GAP
    behind = max((text_width(line, SMALL) for lines in notes for line in lines), default=0.0)
    right = wide - (behind + _GAP if behind else 0.0)
    if len(chart.series) == 1:
        right -= text_width(f"{chart.most}{chart.unit}", SMALL) + 6
    scale = (right - left) / chart.most
    top = drawing.high
    for row, name, note in zip(chart.rows, labels, notes, strict=True):
        high = max(_BAR, LINE * len(name), LINE * len(note)) + _ROOM
        middle = drawing.high + high / 2
        drawing.add(*label(left - _GAP, middle, name, "end"))
        drawing.add(*_bar(chart, row, left, middle, scale))
        for number, line in enumerate(note):
            y = middle - LINE * (len(note) - 1) / 2 + number * LINE + SMALL * 0.36
            drawing.add(DrawnText(wide - behind, y, line, SMALL, fill="#3e4c59"))
        drawing.high += high
    drawing.add(DrawnLines((((left, top), (left, drawing.high)),), GREY))
    legend(drawing, list(_legend(chart)))
    return drawing


def _bar(chart: Bars, row: BarRow, left: float, middle: float, scale: float) -> Iterator[Shape]:
    x, y = left, middle - _BAR / 2
    for place, value in enumerate(row.values):
        part = value * scale
        if value:
            yield from FILLS[place % len(FILLS)](x, y, part, _BAR)
        if len(chart.series) > 1:
            yield from _inside(place, str(value), x, middle, part)
        x += part
    if len(chart.series) == 1:
        yield DrawnText(x + 5, middle + SMALL * 0.36, f"{row.values[0]}{chart.unit}", SMALL)
    if row.limit is not None:
        yield from _limit(left + row.limit * scale, middle)


def _inside(place: int, number: str, x: float, middle: float, room: float) -> Iterator[Shape]:
    """The number of a part, where it fits; on a pattern it stands on white."""
    need = text_width(number, SMALL) + 4
    if room < need + 2:
        return
    fill = place % len(FILLS)
    if fill > 1:
        yield DrawnBox(x + room / 2 - need / 2, middle - _BAR / 2 + 2, need, _BAR - 4, WHITE)
    colour = WHITE if fill == 0 else INK
    yield DrawnText(x + room / 2, middle + SMALL * 0.36, number, SMALL, "middle", colour)


def _limit(x: float, middle: float) -> Iterator[Shape]:
    reach = _BAR / 2 + _OVER
    yield DrawnLines((((x, middle - reach), (x, middle + reach)),), WHITE, 5.0)
    yield DrawnLines((((x, middle - reach), (x, middle + reach)),), INK, 2.5)


def _legend(chart: Bars) -> Iterator[LegendEntry]:
    if len(chart.series) > 1:
        for place, name in enumerate(chart.series):
            yield partial(_swatch, place), name
    if chart.limit:
        yield (lambda x, y: _limit(x + 11, y)), chart.limit


def _swatch(place: int, x: float, y: float) -> Iterator[Shape]:
    yield from FILLS[place % len(FILLS)](x, y - 6, 22.0, 12.0)
