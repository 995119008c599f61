"""People and who is connected with whom: the central ones in the middle, the others around them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from orglife.adapters.print.picture.shapes import (
    AMBER,
    BLUE,
    GREY,
    INK,
    LINE,
    RED,
    SIZE,
    WHITE,
    Drawing,
    DrawnBox,
    DrawnCurve,
    DrawnLines,
    Extent,
    LegendEntry,
    Point,
    Shape,
    label,
    legend,
    text_width,
    wrapped,
)
from orglife.core.paper.chart.network import LinkKind, Network

_ROOM, _LINES = 6 * SIZE, 7  # width of a name's line; most lines of a name
_PAD, _HALO = 8.0, 2.0  # room in a box beside its name; white around a box
_ACROSS, _UPWARDS = 12.0, 8.0  # least room between two boxes side by side, one over the other
_RING = 10
"""Most boxes that stand on an ellipse; more stand along the sides of a rectangle."""
LINK_LOOKS: dict[LinkKind, tuple[str, float, str]] = {
    "pair": (BLUE, 1.6, ""),
    "group": (GREY, 1.2, "2 3"),
    "missing": (RED, 2.6, "9 5"),
}
_BEND = 0.45
"""How far a link between two boxes at the edge is drawn towards the middle, so that it passes beside the others."""
_ASIDE = (0.0, 0.12, -0.12, 0.25, -0.25, 0.4, -0.4, 0.6, -0.6)
"""Ways to bend a link aside, tried in this order, as shares of its length."""
_INNER, _INNER_OF_MANY = 0.46, 0.55
"""Size of the inner ellipse as a share of the whole: with few boxes around it, with many."""


class _Area(NamedTuple):
    x: float
    y: float
    wide: float
    high: float

    @property
    def middle(self) -> Point:
        return self.x + self.wide / 2, self.y + self.high / 2


class _Name(NamedTuple):
    """The lines of a name and the size of its box."""

    lines: list[str]
    wide: float
    high: float


def draw_network(chart: Network, wide: float) -> Drawing:
    """Draw a network ``wide`` pixels wide."""
    names = {node.id: _name(node.label) for node in chart.nodes}
    central = [node.id for node in chart.nodes if node.central]
    others = [node.id for node in chart.nodes if not node.central]
    inner, outer = (central, others) if others else ([], central)
    around = [names[ident] for ident in outer]
    within = [names[ident] for ident in inner]
    area = _Area(_HALO, _HALO, wide - 2 * _HALO, _height(around, within, wide - 2 * _HALO))
    places = dict(zip(outer, _placed(around, area), strict=True))
    places |= dict(zip(inner, _placed(within, _inside(around, area)), strict=True))
    drawing = Drawing(wide, area.high + 2 * _HALO)
    boxes = {ident: _extent(places[ident], name) for ident, name in names.items()}
    order: Sequence[LinkKind] = ("group", "pair", "missing")
    for link in sorted(chart.links, key=lambda each: order.index(each.kind)):
        thirds = [boxes[ident] for ident in boxes if ident not in (link.first, link.second)]
        edge = link.first in outer and link.second in outer
        ends = places[link.first], places[link.second]
        drawing.add(_line(ends, link.kind, area, edge=edge, boxes=thirds))
    for node in chart.nodes:
        drawing.add(*_box(places[node.id], names[node.id], central=node.central, lone=chart.is_lone(node.id)))
    legend(drawing, list(_legend(chart)))
    return drawing


def _name(text: str) -> _Name:
    lines = wrapped(text, _ROOM, most=_LINES) or ["？"]
    return _Name(lines, max(text_width(line, SIZE) for line in lines) + 2 * _PAD, LINE * len(lines) + _PAD)


def _extent(place: Point, name: _Name) -> Extent:
    """A box with a little room around it."""
    half, up = name.wide / 2 + _HALO, name.high / 2 + _HALO
    return Extent(place[0] - half, place[1] - up, place[0] + half, place[1] + up)


def _tallest(names: Sequence[_Name]) -> float:
    return max((name.high for name in names), default=0.0)


def _widest(names: Sequence[_Name]) -> float:
    return max((name.wide for name in names), default=0.0)


def _height(around: Sequence[_Name], within: Sequence[_Name], wide: float) -> float:
    """The height that both rings need."""
    upwards = _tallest(within) + _UPWARDS
    inside = upwards * (len(within) / 2 + 1) if len(within) <= _RING else _column(within, range(len(within))) / 2
    if len(around) <= _RING:
        own = (_tallest(around) + 2 * _UPWARDS) * (len(around) / 2 + 1)
        return max(own, inside / _INNER if within else 0.0, 120.0 if len(around) < 4 else 240.0)
    _, right, _, left = _sides(around, wide)
    column = max(_column(around, right), _column(around, left))
    return max(column + 2 * (_tallest(around) + _UPWARDS), inside / _INNER_OF_MANY)


def _column(names: Sequence[_Name], numbers: Iterable[int]) -> float:
    return sum(names[number].high + _UPWARDS for number in numbers)


def _inside(around: Sequence[_Name], area: _Area) -> _Area:
    """The area of the central boxes, well inside of the others."""
    share = _INNER if len(around) <= _RING else _INNER_OF_MANY
    wide, high = area.wide * share, area.high * share
    return _Area(area.x + (area.wide - wide) / 2, area.y + (area.high - high) / 2, wide, high)


def _placed(names: Sequence[_Name], area: _Area) -> list[Point]:
    """The middle of each box, clockwise from the top."""
    if len(names) == 1:
        return [area.middle]
    if len(names) > _RING:
        return _along(names, area)
    (x, y), wide, high = area.middle, _widest(names), _tallest(names)
    across, upwards = max((area.wide - wide) / 2, 0.0), max((area.high - high) / 2, 0.0)
    turn = 0.0 if len(names) == 2 else -math.pi / 2  # two stand side by side
    angles = [turn + 2 * math.pi * number / len(names) for number in range(len(names))]
    return [(x + across * math.cos(angle), y + upwards * math.sin(angle)) for angle in angles]


def _sides(names: Sequence[_Name], wide: float) -> tuple[list[int], list[int], list[int], list[int]]:
    """The boxes at the top, right, bottom and left, clockwise, by number."""
    total = len(names)
    row = min(max(int((wide + _ACROSS) / (_widest(names) + _ACROSS)), 1), math.ceil(total / 4))
    rest = total - 2 * row
    right = math.ceil(rest / 2)
    cuts = (0, row, row + right, 2 * row + right, total)
    top, at_right, bottom, at_left = (list(range(a, b)) for a, b in pairwise(cuts))
    return top, at_right, bottom, at_left


def _along(names: Sequence[_Name], area: _Area) -> list[Point]:
    """Boxes along the four sides of an area."""
    top, right, bottom, left = _sides(names, area.wide)
    edge = _tallest(names)
    places: dict[int, Point] = {}
    for numbers, y in ((top, area.y + edge / 2), (bottom[::-1], area.y + area.high - edge / 2)):
        slot = area.wide / len(numbers)
        for place, number in enumerate(numbers):
            places[number] = (area.x + (place + 0.5) * slot, y)
    for numbers, at_right in ((right, True), (left[::-1], False)):
        spare = area.high - 2 * edge - sum(names[number].high for number in numbers)
        gap = max(spare / (len(numbers) + 1), 0.0)
        y = area.y + edge + gap
        for number in numbers:
            half = names[number].wide / 2
            places[number] = (area.x + area.wide - half if at_right else area.x + half, y + names[number].high / 2)
            y += names[number].high + gap
    return [places[number] for number in range(len(names))]


def _line(ends: tuple[Point, Point], kind: LinkKind, area: _Area, *, edge: bool, boxes: Sequence[Extent]) -> DrawnCurve:
    """A link that passes behind no box of a third, where there is such a way: it would be read as two links to it.

    Args:
        ends: The middles of its boxes.
        kind: The kind of link.
        area: The picture; the line stays inside.
        edge: Both boxes stand at the edge: the line is drawn towards the middle.
        boxes: The boxes of all others.
    """
    ways: list[tuple[int, DrawnCurve]] = []
    for aside in _ASIDE:
        way = _curve(ends, kind, area, aside, _BEND * edge)
        hits = _hits(way, boxes)
        if not hits:
            return way
        ways.append((hits, way))
    return min(ways, key=itemgetter(0))[1]


def _curve(ends: tuple[Point, Point], kind: LinkKind, area: _Area, aside: float, bend: float) -> DrawnCurve:
    """A line bent aside by a share of its length, and towards the middle by the share ``bend`` of the way there."""
    (ax, ay), (bx, by), (mx, my) = *ends, area.middle
    hx, hy = (ax + bx) / 2, (ay + by) / 2
    x = hx + (mx - hx) * bend + (ay - by) * aside
    y = hy + (my - hy) * bend + (bx - ax) * aside
    turn = min(max(x, area.x), area.x + area.wide), min(max(y, area.y), area.y + area.high)
    return DrawnCurve(ends[0], turn, ends[1], *LINK_LOOKS[kind])


def _hits(curve: DrawnCurve, boxes: Sequence[Extent]) -> int:
    """The number of boxes that a curve passes behind."""
    around = curve.extent()
    near = [box for box in boxes if _overlap(box, around)]
    return sum(any(_within(point, box) for point in curve.points()) for box in near)


def _overlap(a: Extent, b: Extent) -> bool:
    return a.left <= b.right and b.left <= a.right and a.top <= b.bottom and b.top <= a.bottom


def _within(point: Point, box: Extent) -> bool:
    return box.left <= point[0] <= box.right and box.top <= point[1] <= box.bottom


def _box(place: Point, name: _Name, *, central: bool, lone: bool) -> Iterator[Shape]:
    """A name in its box: dark for central ones, a broken frame for those without a link."""
    x, y = place[0] - name.wide / 2, place[1] - name.high / 2
    yield DrawnBox(x - _HALO, y - _HALO, name.wide + 2 * _HALO, name.high + 2 * _HALO, WHITE, radius=8)
    if central:
        yield DrawnBox(x, y, name.wide, name.high, BLUE, AMBER if lone else BLUE, 2.2, "4 3" if lone else "", 6)
    elif lone:
        yield DrawnBox(x, y, name.wide, name.high, "#fff8f1", AMBER, 1.8, "4 3", 6)
    else:
        yield DrawnBox(x, y, name.wide, name.high, WHITE, "#7b8794", 1.2, "", 6)
    yield from label(place[0], place[1], name.lines, "middle", fill=WHITE if central else INK, bold=central or lone)


def _legend(chart: Network) -> Iterator[LegendEntry]:
    if chart.central and any(node.central for node in chart.nodes):
        yield (lambda x, y: [DrawnBox(x, y - 6, 22, 12, BLUE, radius=3)]), chart.central
    for kind in chart.kinds:
        yield partial(_sample, kind), chart.link_words[kind]
    if chart.lone and any(chart.is_lone(node.id) for node in chart.nodes):
        yield (lambda x, y: [DrawnBox(x, y - 6, 22, 12, "#fff8f1", AMBER, 1.8, "4 3", 3)]), chart.lone


def _sample(kind: LinkKind, x: float, y: float) -> Sequence[Shape]:
    colour, thick, dash = LINK_LOOKS[kind]
    return [DrawnLines((((x, y), (x + 22, y)),), colour, thick, dash)]
