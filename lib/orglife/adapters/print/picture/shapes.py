"""Shapes on a plane of CSS pixels, and their SVG. What differs by state differs by pattern or mark too, never by colour alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from orglife.core.paper.block import printed
from orglife.core.paper.chart.base import Tone
from orglife.core.paper.lines import set_width
from orglife.core.record.characters import visible

INK, GREY, PALE, RULE, WHITE = "#1f2933", "#616e7c", "#f4f5f7", "#cbd2d9", "#ffffff"
BLUE, RED, AMBER, GREEN = "#2f5d8c", "#b42318", "#8a4b08", "#17603a"
TONES: dict[Tone, str] = {"": WHITE, "good": "#e3f1e7", "wait": "#e7eef8", "look": "#fbf0d5", "wrong": "#f7dcd8"}
SIZE, SMALL = 13.0, 12.0
LINE = 16.0
"""Height of a line of labels."""
_WIDE, _WIDER = frozenset("%@&mwMWABCDEGHKNOQRUVXY"), 0.4  # Latin characters much wider than half a Chinese one
_ASCENT, _DESCENT = 0.88, 0.24  # of a line of Chinese, in text sizes
Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


class Extent(NamedTuple):
    """The smallest upright rectangle around a shape."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class DrawnBox:
    """A rectangle; its border is drawn inside its edges."""

    x: float
    y: float
    wide: float
    high: float
    fill: str = "none"
    stroke: str = "none"
    thick: float = 1.0
    dash: str = ""
    radius: float = 0.0

    def extent(self) -> Extent:
        return Extent(self.x, self.y, self.x + self.wide, self.y + self.high)

    def svg(self) -> str:
        inset = self.thick / 2 if self.stroke != "none" else 0.0
        place = f'x="{_n(self.x + inset)}" y="{_n(self.y + inset)}"'
        size = f'width="{_n(max(self.wide - 2 * inset, 0))}" height="{_n(max(self.high - 2 * inset, 0))}"'
        rounded = f' rx="{_n(self.radius)}"' if self.radius else ""
        return f'<rect {place} {size}{rounded} fill="{self.fill}"{_stroke(self.stroke, self.thick, self.dash)}/>'


@dataclass(frozen=True)
class DrawnLines:
    """Polylines of one style; ``closed`` fills them."""

    lines: tuple[tuple[Point, ...], ...]
    stroke: str = INK
    thick: float = 1.0
    dash: str = ""
    fill: str = "none"
    closed: bool = False

    def extent(self) -> Extent:
        xs, ys = zip(*(point for line in self.lines for point in line), strict=True)
        return Extent(min(xs), min(ys), max(xs), max(ys))

    def svg(self) -> str:
        end = "Z" if self.closed else ""
        path = "".join("M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in line) + end for line in self.lines)
        return f'<path d="{path}" fill="{self.fill}"{_stroke(self.stroke, self.thick, self.dash)}/>'


@dataclass(frozen=True)
class DrawnCurve:
    """A line from ``start`` to ``end``, bent towards ``bend``."""

    start: Point
    bend: Point
    end: Point
    stroke: str
    thick: float
    dash: str

    def extent(self) -> Extent:
        xs, ys = zip(self.start, self.bend, self.end, strict=True)
        return Extent(min(xs), min(ys), max(xs), max(ys))

    def points(self, count: int = 32) -> list[Point]:
        """Points along the curve, its ends included."""
        (a, b), (c, d), (e, f) = self.start, self.bend, self.end
        shares = [number / count for number in range(count + 1)]
        return [
            ((1 - t) ** 2 * a + 2 * t * (1 - t) * c + t * t * e, (1 - t) ** 2 * b + 2 * t * (1 - t) * d + t * t * f)
            for t in shares
        ]

    def svg(self) -> str:
        (a, b), (c, d), (e, f) = self.start, self.bend, self.end
        path = f"M{_n(a)} {_n(b)}Q{_n(c)} {_n(d)} {_n(e)} {_n(f)}"
        return f'<path d="{path}" fill="none"{_stroke(self.stroke, self.thick, self.dash)}/>'


@dataclass(frozen=True)
class DrawnDot:
    """A circle."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str
    thick: float

    def extent(self) -> Extent:
        return Extent(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)

    def svg(self) -> str:
        radius = self.radius - self.thick / 2
        place = f'cx="{_n(self.x)}" cy="{_n(self.y)}" r="{_n(radius)}"'
        return f'<circle {place} fill="{self.fill}"{_stroke(self.stroke, self.thick, "")}/>'


@dataclass(frozen=True)
class DrawnText:
    """One line of text; ``y`` is its baseline."""

    x: float
    y: float
    text: str
    size: float = SIZE
    anchor: Anchor = "start"
    fill: str = INK
    bold: bool = False

    def extent(self) -> Extent:
        wide = text_width(self.text, self.size)
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return Extent(left, self.y - self.size * _ASCENT, left + wide, self.y + self.size * _DESCENT)

    def svg(self) -> str:
        anchor = f' text-anchor="{self.anchor}"' if self.anchor != "start" else ""
        bold = ' font-weight="600"' if self.bold else ""
        look = f'font-size="{_n(self.size)}" fill="{self.fill}"{anchor}{bold}'
        return f'<text x="{_n(self.x)}" y="{_n(self.y)}" {look}>{escape(self.text)}</text>'


Shape = DrawnBox | DrawnLines | DrawnCurve | DrawnDot | DrawnText


@dataclass
class Drawing:
    """Shapes within ``wide`` × ``high`` pixels, in the order in which they are drawn."""

    wide: float
    high: float
    shapes: list[Shape] = field(default_factory=list)

    def add(self, *shapes: Shape) -> None:
        self.shapes += shapes

    def svg(self, alternative: str, *, family: str = "") -> str:
        """The drawing as an SVG element.

        Args:
            alternative: Its text for readers who cannot see it.
            family: CSS font families; "" = those of the page around it.
        """
        size = f'width="{_n(self.wide)}" height="{_n(self.high)}" viewBox="0 0 {_n(self.wide)} {_n(self.high)}"'
        fonts = f" font-family={quoteattr(family)}" if family else ""
        label = f'role="img" aria-label={quoteattr(clean(alternative))}'
        inside = "".join(shape.svg() for shape in self.shapes)
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {label}{fonts}>{inside}</svg>'


def clean(text: str) -> str:
    """A user's text as it may be drawn: on one line, forbidden characters replaced."""
    return " ".join(visible(printed(text)).split())


def text_width(text: str, size: float) -> float:
    """Width of a line, slightly more than any of our fonts needs."""
    return (set_width(text) + _WIDER * sum(char in _WIDE for char in text)) * size


def wrapped(text: str, room: float, size: float = SIZE, most: int = 3) -> list[str]:
    """A text in at most ``most`` lines no wider than ``room``; what is left over is replaced by ``…``.

    The whole text stands in the chart's words and table.
    """
    lines, line = [], ""
    for char in clean(text):
        if line and text_width(line + char, size) > room:
            lines.append(line)
            line = ""
        line += char
    lines = [*lines, line] if line else lines
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and text_width(last + "…", size) > room:
        last = last[:-1]
    return [*lines[: most - 1], last + "…"]


def label(
    x: float, middle: float, lines: Sequence[str], anchor: Anchor = "start", **look: str | bool
) -> Iterator[Shape]:
    """Lines of text around a height."""
    first = middle - LINE * (len(lines) - 1) / 2 + SIZE * 0.36
    for number, line in enumerate(lines):
        yield DrawnText(x, first + number * LINE, line, anchor=anchor, **look)  # type: ignore[arg-type]


# --- fills of bars ----------------------------------------------------------------------------------------------------


def _hatched(x: float, y: float, wide: float, high: float, gap: float, *, down: bool = False) -> DrawnLines | None:
    """Diagonal lines inside a rectangle."""
    lines = []
    for step in range(1, math.ceil((wide + high) / gap)):
        reach = step * gap
        a = (min(reach, wide), max(reach - wide, 0.0))
        b = (max(reach - high, 0.0), min(reach, high))
        ends = [(x + (wide - px if down else px), y + py) for px, py in (a, b)]
        lines.append((ends[0], ends[1]))
    return DrawnLines(tuple(lines), BLUE, 0.9) if lines else None


def _solid(x: float, y: float, wide: float, high: float) -> Iterator[Shape]:
    yield DrawnBox(x, y, wide, high, BLUE)


def _light(x: float, y: float, wide: float, high: float) -> Iterator[Shape]:
    yield DrawnBox(x, y, wide, high, "#c9dbec", BLUE, 0.8)


def _striped(x: float, y: float, wide: float, high: float) -> Iterator[Shape]:
    yield DrawnBox(x, y, wide, high, WHITE, BLUE, 0.8)
    if lines := _hatched(x, y, wide, high, 7.0):
        yield lines


def _crossed(x: float, y: float, wide: float, high: float) -> Iterator[Shape]:
    yield DrawnBox(x, y, wide, high, WHITE, BLUE, 0.8)
    yield from (lines for down in (False, True) if (lines := _hatched(x, y, wide, high, 6.0, down=down)))


def _blank(x: float, y: float, wide: float, high: float) -> Iterator[Shape]:
    yield DrawnBox(x, y, wide, high, WHITE, GREY, 1.0, "3 2")


FILLS: tuple[Callable[[float, float, float, float], Iterator[Shape]], ...] = (
    _solid,
    _light,
    _striped,
    _crossed,
    _blank,
)
"""How the series of bars look, in order; they differ in grey as well. More series repeat them."""


# --- marks of states --------------------------------------------------------------------------------------------------


def tone_mark(x: float, y: float, tone: Tone) -> Iterator[Shape]:
    """The mark of a state around a point: ✓ done, ring to come, triangle to be checked, filled square to be corrected."""
    match tone:
        case "good":
            yield DrawnLines((((x - 4, y), (x - 1, y + 3.5), (x + 4.5, y - 4)),), GREEN, 1.8)
        case "wait":
            yield DrawnDot(x, y, 4.5, WHITE, BLUE, 1.5)
        case "look":
            yield DrawnLines((((x, y - 4.5), (x + 5, y + 4), (x - 5, y + 4)),), AMBER, 1.5, fill=WHITE, closed=True)
        case "wrong":
            yield DrawnBox(x - 4.5, y - 4.5, 9, 9, RED)


# --- legends ----------------------------------------------------------------------------------------------------------

LegendEntry = tuple[Callable[[float, float], Iterable[Shape]], str]
"""Draws its sample, 22 wide, from a point at the left on the middle line; and the word beside it."""
_SAMPLE = 22.0


def legend(drawing: Drawing, entries: Sequence[LegendEntry]) -> None:
    """Add the legend under what is drawn, in as many lines as it needs, and extend the drawing."""
    x, y = 0.0, drawing.high + 14
    for sample, word in entries:
        (text,) = wrapped(word, drawing.wide - _SAMPLE - 8, SMALL, most=1) or [""]
        wide = _SAMPLE + 5 + text_width(text, SMALL)
        if x and x + wide > drawing.wide:
            x, y = 0.0, y + LINE + 4
        drawing.add(*sample(x, y), DrawnText(x + _SAMPLE + 5, y + SMALL * 0.36, text, SMALL, fill="#3e4c59"))
        x += wide + 18
    if entries:
        drawing.high = y + 13


def _stroke(colour: str, thick: float, dash: str) -> str:
    if colour == "none":
        return ""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f' stroke="{colour}" stroke-width="{_n(thick)}"{dashed}'


def _n(value: float) -> str:
    """A coordinate with at most one decimal, the same on every machine."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
