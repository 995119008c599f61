"""Pictures of numbers, described without colours or coordinates; adapters draw them.

Each chart gives its numbers in two more ways: as sentences (the text alternative) and as a table.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field

from orglife.core.record.dossier import day_words

Tone = Literal["", "good", "wait", "look", "wrong"]
"""A state: done, still to come, to be checked, to be corrected. A cell's text or mark shows the same as its background."""


class NumbersTable(NamedTuple):
    """The numbers of a chart: headings, and as many cells in each row."""

    heads: list[str]
    rows: list[list[str]]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Chart(_Model):
    """A picture of numbers. ``head`` is the heading of its labels in the table of numbers."""

    head: str

    def words(self) -> str:
        """All numbers in sentences."""
        raise NotImplementedError

    def numbers(self) -> NumbersTable:
        """All numbers as a table."""
        raise NotImplementedError

    def texts(self) -> Iterator[str]:
        """Every text that is drawn."""
        raise NotImplementedError

    @property
    def length(self) -> int:
        """The number of parts that it can be divided into."""
        return 1

    def parts(self, count: int) -> list[Self]:  # noqa: ARG002  charts without rows stay whole
        """The chart in at most ``count`` parts with equal scales, one under the other."""
        return [self]


class _RowChart(Chart):
    """A chart of rows, each with a label."""

    rows: list[Any]

    @property
    def length(self) -> int:
        return max(len(self.rows), 1)

    def parts(self, count: int) -> list[Self]:
        """Rows in parts of nearly equal length."""
        if not self.rows:
            return [self]
        length = math.ceil(len(self.rows) / max(count, 1))
        scale = self._scale()
        return [
            self.model_copy(update={"rows": self.rows[start : start + length], **scale})
            for start in range(0, len(self.rows), length)
        ]

    def _scale(self) -> dict[str, Any]:
        """The fields that fix the scale of a part to that of the whole."""
        return {}


class BarRow(_Model):
    """One bar: its label and one value per series.

    Attributes:
        limit: The value that it should not exceed (or should reach); drawn as a mark on the bar.
        note: A few words behind the bar.
    """

    label: str
    values: list[Annotated[int, Field(ge=0)]]
    limit: int | None = None
    note: str = ""


class Bars(_RowChart):
    """Horizontal bars, each divided by series.

    Attributes:
        series: What each part of a bar counts.
        unit: Unit of the values.
        limit: What the limits of the rows mean; "" = there are none.
        end: The value at the end of the scale; 0 = the largest total or limit.
        note: Heading of the notes in the table.
    """

    kind: Literal["bars"] = "bars"
    series: list[str]
    rows: list[BarRow]
    unit: str = ""
    limit: str = ""
    end: int = 0
    note: str = "备注"

    def model_post_init(self, _context: Any, /) -> None:
        """Refuse rows with a value too many or too few."""
        for row in self.rows:
            if len(row.values) != len(self.series):
                msg = f"{len(row.values)} values for {len(self.series)} series"
                raise ValueError(msg)

    @property
    def most(self) -> int:
        """The value at the end of the scale, at least 1."""
        return max([self.end, 1, *(max(sum(row.values), row.limit or 0) for row in self.rows)])

    def _scale(self) -> dict[str, Any]:
        return {"end": self.most}

    def words(self) -> str:
        return "".join(f"{row.label}：{'，'.join(self._facts(row))}。" for row in self.rows)

    def _facts(self, row: BarRow) -> Iterator[str]:
        several = len(self.series) > 1
        for name, value in zip(self.series, row.values, strict=True):
            yield f"{name if several else ''}{value}{self.unit}"
        if row.limit is not None:
            yield f"{self.limit}{row.limit}{self.unit}"
        if row.note:
            yield row.note

    def numbers(self) -> NumbersTable:
        limits, notes = bool(self.limit), any(row.note for row in self.rows)
        heads = [self.head, *self.series, *([self.limit] if limits else []), *([self.note] if notes else [])]
        rows = [
            [
                row.label,
                *map(str, row.values),
                *(["—" if row.limit is None else str(row.limit)] if limits else []),
                *([row.note] if notes else []),
            ]
            for row in self.rows
        ]
        return NumbersTable(heads, rows)

    def texts(self) -> Iterator[str]:
        yield from (*self.series, self.unit, self.limit)
        for row in self.rows:
            yield from (row.label, row.note)


_FAR, _MONTH = 2, timedelta(days=30)
SpanState = Literal["done", "open", "late"]
PointState = Literal["done", "due", "late"]


class TimeSpan(_Model):
    """A stretch of days, both ends included."""

    first: date
    last: date
    state: SpanState = "open"


class TimePoint(_Model):
    """A day in a row: what happened, or what is due."""

    day: date
    word: str
    state: PointState = "done"


class TimelineRow(_Model):
    """One row of a time line; ``note`` says in a few words how it stands."""

    label: str
    spans: list[TimeSpan] = []
    points: list[TimePoint] = []
    note: str = ""


class Timeline(_RowChart):
    """Rows of days on one scale, with a line at the day of the check.

    Attributes:
        today: The day of the check.
        today_word: What it is called: 今天, or 截至 where it may be another day.
        limits: Days that concern all rows, e.g. a deadline of the campaign.
        first: First day of the scale; None = as the rows need.
        last: Last day of the scale.
        span_words: What the spans mean; only those that occur are explained.
        late_word: What a late point means.
        mark_order: The words of points in the order of their marks; [] = as they occur.
    """

    kind: Literal["timeline"] = "timeline"
    rows: list[TimelineRow]
    today: date
    today_word: str = "截至"
    limits: list[TimePoint] = []
    first: date | None = None
    last: date | None = None
    span_words: dict[SpanState, str] = {"done": "已完成", "open": "进行中", "late": "超期"}
    late_word: str = "晚于时限"
    mark_order: list[str] = []

    @property
    def days(self) -> tuple[date, date]:
        """First and last day of the scale; the day of the check lengthens it up to ``_FAR`` times."""
        days = [point.day for point in self.limits]
        for row in self.rows:
            days += [day for span in row.spans for day in (span.first, span.last)]
            days += [point.day for point in row.points]
        first, last = min(days, default=self.today), max(days, default=self.today)
        room = max(last - first, _MONTH) * _FAR
        if first - room <= self.today <= last + room:
            first, last = min(first, self.today), max(last, self.today)
        return self.first or first, self.last or last

    @property
    def marks(self) -> list[str]:
        """The words of points that are not only due; each has a mark of its own, by its place in this list."""
        words = [point.word for row in self.rows for point in row.points if point.state != "due"]
        return self.mark_order or list(dict.fromkeys(words))

    @property
    def today_label(self) -> str:
        """The text at the line of the day; on a scale that does not reach it, there is no line, and the text says so."""
        first, last = self.days
        if first <= self.today <= last:
            return f"{self.today_word}{self.today.month}月{self.today.day}日"
        return f"{self.today_word}{day_words(self.today)}（在图外）"

    def _scale(self) -> dict[str, Any]:
        first, last = self.days
        return {"first": first, "last": last, "mark_order": self.marks}

    def words(self) -> str:
        sentences = [f"{self.today_word}{day_words(self.today)}。"]
        if self.limits:
            sentences.append("，".join(f"{point.word}{day_words(point.day)}" for point in self.limits) + "。")
        sentences += [f"{row.label}：{'，'.join(self._facts(row)) or '没有日期'}。" for row in self.rows]
        return "".join(sentences)

    def _facts(self, row: TimelineRow) -> Iterator[str]:
        for point in sorted(row.points, key=lambda each: each.day):
            yield f"{point.word}{self._day(point)}"
        if row.note:
            yield row.note

    def _day(self, point: TimePoint) -> str:
        return day_words(point.day) + (f"（{self.late_word}）" if point.state == "late" else "")

    def numbers(self) -> NumbersTable:
        words = list(dict.fromkeys(point.word for row in self.rows for point in row.points))
        rows = [
            [
                row.label,
                *("、".join(self._day(point) for point in row.points if point.word == word) or "—" for word in words),
                row.note or "—",
            ]
            for row in self.rows
        ]
        return NumbersTable([self.head, *words, "情况"], rows)

    def texts(self) -> Iterator[str]:
        yield from (self.today_word, self.late_word)
        yield from (point.word for point in self.limits)
        yield from self.span_words.values()
        for row in self.rows:
            yield from (row.label, row.note, *(point.word for point in row.points))


LinkKind = Literal["pair", "group", "missing"]


class NetworkNode(_Model):
    """A person or thing; ``central`` ones are drawn in the middle."""

    id: str
    label: str
    central: bool = False


class NetworkLink(_Model):
    """A connection between two nodes: of just the two, among others of a group, or one that is still missing."""

    first: str
    second: str
    kind: LinkKind = "pair"


class Network(Chart):
    """Who is connected with whom.

    Attributes:
        central: What the nodes in the middle are.
        link_words: What each kind of link means.
        lone: What a node without a link (other than a missing one) is called.
    """

    kind: Literal["network"] = "network"
    nodes: list[NetworkNode]
    links: list[NetworkLink] = []
    central: str = ""
    link_words: dict[LinkKind, str]
    lone: str = ""

    def model_post_init(self, _context: Any, /) -> None:
        """Refuse links that lead nowhere."""
        known = {node.id for node in self.nodes}
        if strangers := {end for link in self.links for end in (link.first, link.second)} - known:
            msg = f"links to unknown nodes: {sorted(strangers)}"
            raise ValueError(msg)

    def partners(self, ident: str, kind: LinkKind) -> list[str]:
        """Labels of the nodes that a node is linked to, in the order of the nodes."""
        ends = {link.second if link.first == ident else link.first for link in self._of(ident) if link.kind == kind}
        return [node.label for node in self.nodes if node.id in ends]

    def is_lone(self, ident: str) -> bool:
        """Whether a node has no link yet."""
        return all(link.kind == "missing" for link in self._of(ident))

    def _of(self, ident: str) -> Sequence[NetworkLink]:
        return [link for link in self.links if ident in (link.first, link.second)]

    @property
    def kinds(self) -> list[LinkKind]:
        """The kinds of links that occur, in the order of ``link_words``."""
        occurring = {link.kind for link in self.links}
        return [kind for kind in self.link_words if kind in occurring]

    def words(self) -> str:
        return "".join(f"{node.label}：{'；'.join(self._facts(node)) or self.lone or '无'}。" for node in self.nodes)

    def _facts(self, node: NetworkNode) -> Iterator[str]:
        for kind in self.kinds:
            if names := self.partners(node.id, kind):
                yield f"{self.link_words[kind]}{len(names)}人（{'、'.join(names)}）"

    def numbers(self) -> NumbersTable:
        kinds = self.kinds
        rows = [
            [
                node.label + (f"（{self.central}）" if node.central and self.central else ""),
                *("、".join(self.partners(node.id, kind)) or "—" for kind in kinds),
                str(len({name for kind in kinds if kind != "missing" for name in self.partners(node.id, kind)})),
            ]
            for node in self.nodes
        ]
        return NumbersTable([self.head, *(self.link_words[kind] for kind in kinds), "人数"], rows)

    def texts(self) -> Iterator[str]:
        yield from (self.central, self.lone, *self.link_words.values())
        yield from (node.label for node in self.nodes)


class HeatCell(_Model):
    """The state of one row in one column; ``number`` is shown beside its mark, ``words`` say both."""

    tone: Tone = ""
    words: str = "—"
    number: int = 0


class HeatRow(_Model):
    """One row of a heat map."""

    label: str
    cells: list[HeatCell]


class HeatMap(_RowChart):
    """Rows × columns of states. ``tone_words`` explain the marks."""

    kind: Literal["heat_map"] = "heat_map"
    columns: list[str]
    rows: list[HeatRow]
    tone_words: dict[Tone, str]

    def model_post_init(self, _context: Any, /) -> None:
        """Refuse rows with a cell too many or too few."""
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                msg = f"{len(row.cells)} cells in {len(self.columns)} columns"
                raise ValueError(msg)

    def words(self) -> str:
        return "".join(
            f"{row.label}：{'，'.join(f'{c}{cell.words}' for c, cell in zip(self.columns, row.cells, strict=True))}。"
            for row in self.rows
        )

    def numbers(self) -> NumbersTable:
        return NumbersTable(
            [self.head, *self.columns], [[row.label, *(cell.words for cell in row.cells)] for row in self.rows]
        )

    def texts(self) -> Iterator[str]:
        yield from (*self.columns, *self.tone_words.values())
        yield from (row.label for row in self.rows)


AnyChart = Annotated[Bars | Timeline | Network | HeatMap, Field(discriminator="kind")]
