"""Horizontal bars, each divided by series."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from orglife.core.paper.chart.base import ChartPart, NumbersTable, RowChart


class BarRow(ChartPart):
    """One bar: its label and one value per series.

    Attributes:
        limit: The value that it should not exceed (or should reach); drawn as a mark on the bar.
        note: A few words behind the bar.
    """

    label: str
    values: list[Annotated[int, Field(ge=0)]]
    limit: int | None = None
    note: str = ""


class Bars(RowChart):
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
