"""A heat map: rows × columns of states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from orglife.core.paper.chart.base import ChartPart, NumbersTable, RowChart, Tone


class HeatCell(ChartPart):
    """The state of one row in one column; ``number`` is shown beside its mark, ``words`` say both."""

    tone: Tone = ""
    words: str = "—"
    number: int = 0


class HeatRow(ChartPart):
    """One row of a heat map."""

    label: str
    cells: list[HeatCell]


class HeatMap(RowChart):
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
