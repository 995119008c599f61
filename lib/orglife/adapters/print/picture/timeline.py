"""Rows of days on one scale: stretches, marked days, and a line at the day of the check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from orglife.adapters.print.picture.shapes import (
    AMBER,
    BLUE,
    GREY,
    INK,
    LINE,
    RED,
    RULE,
    SIZE,
    SMALL,
    WHITE,
    Drawing,
    DrawnBox,
    DrawnDot,
    DrawnLines,
    DrawnText,
    LegendEntry,
    Point,
    Shape,
    label,
    legend,
    text_width,
    wrapped,
)
from orglife.core.paper.chart.timeline import SpanState, Timeline, TimelineRow

_LABEL, _NOTE, _GAP = 230.0, 150.0, 10.0
_ROOM, _SPAN = 10.0, 10.0
_HEAD = 24.0  # room for the months, or for the words of lines
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 600, 1200)
"""Months between two marks of the scale."""
_MONTH = 46.0
"""Least room for a mark of the scale."""


class _Scale(NamedTuple):
    left: float
    right: float
    first: date
    last: date

    def x(self, day: date) -> float:
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return self.left + share * (self.right - self.left)


def draw_timeline(chart: Timeline, wide: float) -> Drawing:
    """Draw a time line ``wide`` pixels wide."""
    drawing = Drawing(wide, 2.0)
    labels = [wrapped(row.label, min(_LABEL, wide * 0.34)) for row in chart.rows]
    notes = [wrapped(row.note, min(_NOTE, wide * 0.2), SMALL) for row in chart.rows]
    left = max((text_width(line, SIZE) for lines in labels for line in lines), default=0.0) + _GAP
    behind = max((text_width(line, SMALL) for lines in notes for line in lines), default=0.0)
    scale = _Scale(left + 8, wide - behind - _GAP - 8, *chart.days)
    drawing.add(*_words_of_lines(chart, scale, drawing))
    months = list(_months(scale))
    drawing.add(*(DrawnText(x, drawing.high + 12, word, SMALL, "middle", GREY) for x, word in months))
    drawing.high += _HEAD - 4
    top = drawing.high
    rows: list[Shape] = []
    for row, name, note in zip(chart.rows, labels, notes, strict=True):
        high = LINE * max(len(name), len(note), 1) + _ROOM
        middle = drawing.high + high / 2
        rows += label(left - _GAP, middle, name, "end")
        rows += _row(row, chart.marks, middle, scale)
        rows += (
            DrawnText(wide - behind, middle - LINE * (len(note) - 1) / 2 + n * LINE + SMALL * 0.36, line, SMALL)
            for n, line in enumerate(note)
        )
        drawing.high += high
    bottom = drawing.high
    drawing.add(DrawnLines((((left, top), (scale.right + 8, top)),), RULE))
    if months:
        drawing.add(DrawnLines(tuple(((x, top), (x, bottom)) for x, _ in months), "#e4e7eb"))
    drawing.add(*(DrawnLines((((x, top), (x, bottom)),), GREY, 1.2, "2 3") for x in _limits(chart, scale)))
    drawing.add(*rows)
    if scale.first <= chart.today <= scale.last:
        now = scale.x(chart.today)
        drawing.add(DrawnLines((((now, top - 3), (now, bottom)),), RED, 1.8, "6 3"))
    drawing.high += 2
    legend(drawing, list(_legend(chart)))
    return drawing


def _limits(chart: Timeline, scale: _Scale) -> list[float]:
    return [scale.x(point.day) for point in chart.limits]


def _words_of_lines(chart: Timeline, scale: _Scale, drawing: Drawing) -> Iterator[Shape]:
    """The words at the upright lines, over the scale: each in the first line of text where it has room."""
    words = [(scale.x(min(max(chart.today, scale.first), scale.last)), chart.today_label, RED)]
    words += [(scale.x(p.day), f"{p.word}{p.day.month}月{p.day.day}日", INK) for p in chart.limits]
    ends: list[float] = []  # where each line of text ends
    for x, word, colour in sorted(words):
        (text,) = wrapped(word, scale.right - scale.left, SMALL, most=1)
        need = text_width(text, SMALL)
        start = min(max(x - need / 2, 0.0), drawing.wide - need)
        level = next((n for n, end in enumerate(ends) if start >= end), len(ends))
        ends[level : level + 1] = [start + need + 8]
        yield DrawnText(start, 14 + level * LINE, text, SMALL, fill=colour, bold=colour == RED)
    drawing.high += LINE * len(ends) + 2


def _months(scale: _Scale) -> Iterator[tuple[float, str]]:
    """Marks at the first days of months: x and word; the year stands at the first one and at each January."""
    count = (scale.last.year - scale.first.year) * 12 + scale.last.month - scale.first.month
    room = max(int((scale.right - scale.left) / _MONTH), 1)
    step = next((step for step in _STEPS if count / step <= room), _STEPS[-1])
    year, end = 0, -1000.0
    for number in range(scale.first.year * 12 + scale.first.month - 1, scale.last.year * 12 + scale.last.month):
        if number % step:
            continue
        day = date(number // 12, number % 12 + 1, 1)
        if not scale.first <= day <= scale.last:
            continue
        word = f"{day.year}年" if step >= 12 else f"{day.month}月" if day.year == year else f"{day.year}年{day.month}月"
        half = text_width(word, SMALL) / 2
        x = scale.x(day)
        if x - half >= end and x - half >= 0:
            yield x, word
            year, end = day.year, x + half + 4


def _row(row: TimelineRow, marks: Sequence[str], middle: float, scale: _Scale) -> Iterator[Shape]:
    for span in row.spans:
        first, last = sorted((scale.x(span.first), scale.x(span.last)))
        yield from _span(first, last, middle, span.state)
    for point in row.points:
        if point.state == "due":
            yield from _due(scale.x(point.day), middle)
        else:
            yield from _mark(scale.x(point.day), middle, marks.index(point.word), late=point.state == "late")


def _span(first: float, last: float, middle: float, state: SpanState) -> Iterator[Shape]:
    """A stretch: filled when done, a frame while open, lines across when late."""
    wide, y = max(last - first, 2.0), middle - _SPAN / 2
    if state == "done":
        yield DrawnBox(first, y, wide, _SPAN, "#8fb3d4")
    elif state == "open":
        yield DrawnBox(first, y, wide, _SPAN, WHITE, BLUE, 1.2)
    else:
        yield DrawnBox(first, y, wide, _SPAN, "#fdf0ee", RED, 1.0)
        marks = [first + step * 4.0 for step in range(1, int(wide / 4.0) + 1) if step * 4.0 < wide]
        if marks:
            yield DrawnLines(tuple(((x, y), (x, y + _SPAN)) for x in marks), RED, 1.2)


def _due(x: float, middle: float) -> Iterator[Shape]:
    """A hollow diamond for what is due."""
    corners = ((x, middle - 6.5), (x + 6.5, middle), (x, middle + 6.5), (x - 6.5, middle))
    yield DrawnLines((corners,), AMBER, 1.6, fill=WHITE, closed=True)


def _mark(x: float, middle: float, place: int, *, late: bool = False) -> Iterator[Shape]:
    """A filled mark for what was done, each word's of its own shape; a late one stands in a ring."""
    colour = RED if late else BLUE
    if late:
        yield DrawnDot(x, middle, 8.5, WHITE, RED, 1.4)
    corners = _SHAPES[place % len(_SHAPES)]
    if corners:
        outline = tuple((x + dx, middle + dy) for dx, dy in corners)
        yield DrawnLines((outline,), WHITE, 1.0, fill=colour, closed=True)
    else:
        yield DrawnDot(x, middle, 5.5, colour, WHITE, 1.0)


_SHAPES: tuple[tuple[Point, ...], ...] = (
    (),  # a circle
    ((-4.5, -4.5), (4.5, -4.5), (4.5, 4.5), (-4.5, 4.5)),
    ((0, -5.5), (5.5, 4.5), (-5.5, 4.5)),
    ((0, 5.5), (5.5, -4.5), (-5.5, -4.5)),
    ((0, -6), (6, 0), (0, 6), (-6, 0)),
)


def _legend(chart: Timeline) -> Iterator[LegendEntry]:
    points = [point for row in chart.rows for point in row.points]
    for place, word in enumerate(chart.marks):
        yield partial(_sample_mark, place, late=False), word
    if any(point.state == "late" for point in points):
        yield partial(_sample_mark, 0, late=True), chart.late_word
    if due := list(dict.fromkeys(point.word for point in points if point.state == "due")):
        yield (lambda x, y: _due(x + 11, y)), "、".join(due)
    spans = {span.state for row in chart.rows for span in row.spans}
    for stretch, meaning in chart.span_words.items():
        if stretch in spans:
            yield partial(_sample_span, stretch), meaning


def _sample_mark(place: int, x: float, y: float, *, late: bool) -> Sequence[Shape]:
    return list(_mark(x + 11, y, place, late=late))


def _sample_span(state: SpanState, x: float, y: float) -> Sequence[Shape]:
    return list(_span(x, x + 22, y, state))
