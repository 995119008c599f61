"""What all charts have in common: each gives its numbers also as sentences (the text alternative) and as a table."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict

Tone = Literal["", "good", "wait", "look", "wrong"]
"""A state: done, still to come, to be checked, to be corrected. A cell's text or mark shows the same as its background."""


class NumbersTable(NamedTuple):
    """The numbers of a chart: headings, and as many cells in each row."""

    heads: list[str]
    rows: list[list[str]]


class ChartPart(BaseModel):
    """A chart, or a row or a cell of one."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Chart(ChartPart):
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


class RowChart(Chart):
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
