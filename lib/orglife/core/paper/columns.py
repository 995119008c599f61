"""Widths of the columns of a table: those that the form sets, changed where the contents need it.

Room moves from columns that need less to columns that need more: first so that names, dates and numbers stand on one
line, then to make long texts lower. A column with an empty cell is written on by hand and keeps its width.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

_PARTS = re.compile(r"[!-~]+?(?:[-/_.:@](?=[!-~])|(?=[^!-~])|$)[年月日]?")
"""Parts of a text between which a line may end: of YX-2023-00817 three, of 2024年2月15日 three."""
_MEETING = re.compile("[!-~](?=[\u4e00-\u9fff])|[\u4e00-\u9fff](?=[!-~])")
_BETWEEN = 0.25  # characters of room that some programs put where Chinese meets numbers, so that a day fits there too
_NAME = 4  # characters of a cell that is not to be broken at all
_SHORT = 10.0  # characters of a cell that is to stand on one line where others have room
_SPARE = 0.3  # characters that a column keeps beyond what it needs: widths are estimates
_MANY = 2  # times that a column, and its longest text, must be higher than another to get room from it
_TAKEN = 0.3  # at most this share of a column is taken from it


class _Need(NamedTuple):
    """What a column needs, in characters: for the part that must not be broken, for its longest line, for all."""

    part: float
    line: float
    total: float
    written_on: bool


def widths(
    rooms: Sequence[float], heads: Sequence[str], rows: Sequence[Sequence[str]], measure: Callable[[str], float]
) -> list[float]:
    """The characters that each column holds on a line; their sum is that of ``rooms``.

    Args:
        rooms: Characters that the columns hold with the widths that the form sets.
        heads: Their headings; columns of one heading (a list in two columns) stay equally wide.
        rows: The printed cells.
        measure: Width of a line in characters.
    """
    needs = (
        [_need(head, cells, measure) for head, cells in zip(heads, zip(*rows, strict=True), strict=True)]
        if rows
        else []
    )
    if all(need.line <= room for need, room in zip(needs, rooms, strict=False)):
        return list(rooms)
    needs = [_widest([other for other, named in zip(needs, heads, strict=True) if named == head]) for head in heads]
    wide = list(rooms)
    spare = [
        0.0 if need.written_on else max(0.0, min(room * _TAKEN, room - need.line - _SPARE))
        for need, room in zip(needs, rooms, strict=True)
    ]
    long = [need.line > max(room, _SHORT) for need, room in zip(needs, rooms, strict=True)]
    for parts in (True, False):  # first what must not be broken, then what should stand on one line
        wants = [
            max(0.0, (need.part if parts else need.line) + _SPARE - room) if not flows or parts else 0.0
            for need, room, flows in zip(needs, wide, long, strict=True)
        ]
        if parts and sum(wants) > sum(spare):  # long texts lend what is missing
            lent = [
                max(0.0, min(room * _TAKEN, room - need.part - _SPARE)) if flows and not want else 0.0
                for need, room, flows, want in zip(needs, wide, long, wants, strict=True)
            ]
            _move(wide, wants, lent, limit=sum(wants) - sum(spare))
            wants = [max(0.0, need.part + _SPARE - room) for need, room in zip(needs, wide, strict=True)]
        _move(wide, wants, spare)
    _move(wide, [need.total if flows else 0.0 for need, flows in zip(needs, long, strict=True)], spare, fill=True)
    _level(wide, needs, long)
    return wide


def _level(wide: list[float], needs: Sequence[_Need], long: Sequence[bool]) -> None:
    """Move room to the column with the highest text from columns of long texts that are much lower."""
    height = [need.total / room if flows else 0.0 for need, room, flows in zip(needs, wide, long, strict=True)]
    highest = max(height)
    tallest = [need.line / room for need, room in zip(needs, wide, strict=True)]  # the longest line of each column
    most = tallest[height.index(highest)]
    lent = [
        max(0.0, min(room * _TAKEN, room - need.part - _SPARE))
        if flows and high * _MANY < highest and tall * _MANY <= most
        else 0.0
        for need, room, flows, high, tall in zip(needs, wide, long, height, tallest, strict=True)
    ]
    _move(wide, [float(high == highest) for high in height], lent, fill=True)


def _move(
    wide: list[float], wants: Sequence[float], spare: list[float], *, limit: float = 0, fill: bool = False
) -> None:
    """Give what is spare to the columns that want it, in proportion; at most ``limit``, or all of it if ``fill``."""
    needed, available = sum(wants), sum(spare)
    if not needed or not available:
        return
    moved = available if fill else min(needed, available, limit or needed)
    for number in range(len(wide)):
        wide[number] += moved * (wants[number] / needed - spare[number] / available)
    spare[:] = [one * (1 - moved / available) for one in spare]


def _need(head: str, cells: Sequence[str], measure: Callable[[str], float]) -> _Need:
    text = "\n".join((head, *cells))
    lines = text.split("\n")
    measured = [measure(line) for line in lines]
    wide = max(measured)
    if wide <= _SHORT:
        wide = max(one + between(line) for one, line in zip(measured, lines, strict=True))
    parts = [*_PARTS.findall(text), *(line for line in lines if len(line) <= _NAME)]
    part = max((one for one in map(measure, set(parts)) if one <= _SHORT), default=0.0)  # a longer one breaks anywhere
    return _Need(part, wide, sum(measured), any(not cell.strip() for cell in cells))


def between(line: str) -> float:
    """Characters of room that some programs add to a line, where Chinese meets numbers."""
    return _BETWEEN * len(_MEETING.findall(line))


def _widest(needs: Sequence[_Need]) -> _Need:
    """The need of columns that are to be equally wide."""
    return _Need(
        max(need.part for need in needs),
        max(need.line for need in needs),
        max(need.total for need in needs),
        any(need.written_on for need in needs),
    )
