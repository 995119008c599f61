"""The units that are ranked: sentences, rows of tables and the items of the attachment list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orglife.notice.clause import NoticeClause
from orglife.notice.model import Notice, NoticeQuote, quote_at

_ROW = re.compile(r"\S[ \u3000]*[|｜\t]")
_LONG = 120
"""A sentence with more characters is split at its semicolons."""


@dataclass(frozen=True)
class Unit:
    """A sentence, or a row of a table, and what stands before it.

    Attributes:
        clause: The clause that contains it.
        start: Its start in ``clause.plain``.
        end: Its end in ``clause.plain``.
        before: The sentence before it, within its clause or the clause before.
        number: Its number in the notice, from 0.
    """

    clause: NoticeClause
    start: int
    end: int
    before: str = ""
    number: int = 0

    @property
    def plain(self) -> str:
        """Its normalized text."""
        return self.clause.plain[self.start : self.end]

    @property
    def quote(self) -> NoticeQuote:
        """Its characters as written, with its place."""
        return quote_at(self.clause, self.start, self.end)


def units_of(notice: Notice) -> tuple[Unit, ...]:
    """All units of a notice, in the order of the text."""
    units: list[Unit] = []
    for clause in notice.clauses:
        for start, end in _spans(clause):
            unit = Unit(clause, start, end, units[-1].plain if units else "", len(units))
            if unit.quote.quote:
                units.append(unit)
    return tuple(units)


def in_order(units: Iterable[Unit]) -> list[Unit]:
    """The units in the order of the text."""
    return sorted(units, key=lambda unit: unit.number)


def _spans(clause: NoticeClause) -> Iterator[tuple[int, int]]:
    if _ROW.search(clause.line.raw):
        yield 0, len(clause.plain)
        return
    for start, end in clause.line.sentences:
        if end - start <= _LONG:
            yield start, end
            continue
        begun = start
        for match in re.finditer("；", clause.plain[start:end]):
            yield begun, start + match.end()
            begun = start + match.end()
        if end > begun:
            yield begun, end
