"""Rows of days on one scale: what happened, what is due, what is late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Literal

from orglife.core.paper.chart.base import ChartPart, NumbersTable, RowChart
from orglife.core.record.dossier import day_words

_FAR, _MONTH = 2, timedelta(days=30)
SpanState = Literal["done", "open", "late"]
PointState = Literal["done", "due", "late"]


class TimeSpan(ChartPart):
    """A stretch of days, both ends included."""

    first: date
    last: date
    state: SpanState = "open"


class TimePoint(ChartPart):
    """A day in a row: what happened, or what is due."""

    day: date
    word: str
    state: PointState = "done"


class TimelineRow(ChartPart):
    """One row of a time line; ``note`` says in a few words how it stands."""

    label: str
    spans: list[TimeSpan] = []
    points: list[TimePoint] = []
    note: str = ""


class Timeline(RowChart):
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
