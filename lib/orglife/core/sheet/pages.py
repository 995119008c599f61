"""Lay out records as the pages of a workbook, independent of any file format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from orglife.core.record.field import is_ident
from orglife.core.record.record import Identified, Record
from orglife.core.record.shape import Spec
from orglife.core.record.words import NO, YES
from orglife.core.sheet.cells import MARK, Cell, Lexicon, Unfit, as_json, from_json
from orglife.core.sheet.columns import DOT, ID, PLACE, Keys, SheetColumn, SheetTable, table_of

Body = dict[str, Any]
LINK = "link"
_JOINED = {"ticks": "可填多项，用顿号隔开。", "people": "可填多人，用顿号隔开。", "strings": "可填多项，用顿号隔开。"}
_PERSON = "本支部党员填姓名；外单位人员写成 姓名（单位）。"

MAX_ROWS = 20_000
"""Most rows of one sheet or table that is read."""
CELL_LIMIT = 32_767
"""Most characters of a cell, in UTF-16 as Excel counts them."""


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """The head of a column.

    Attributes:
        kind: Kind of value (see ``shape``), or ``link``.
        note: Hint for users, or "".
        choices: Options of the drop-down list.
        closed: Other values are refused.
    """

    heading: str
    kind: str
    note: str = ""
    core: bool = False
    derived: bool = False
    choices: tuple[str, ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One sheet.

    Attributes:
        least: Minimum height of a row in lines: larger when users will write in it.
    """

    title: str
    heads: Sequence[ColumnHead]
    rows: Sequence[Sequence[Cell]]
    least: int = 1


@dataclass(frozen=True, slots=True)
class SheetRows:
    """One returned sheet: (row number, cells) of every non-empty row.

    Attributes:
        faults: (row, column, sentence) of cells without a usable value: formulas, errors.
    """

    title: str
    rows: Sequence[tuple[int, Sequence[Cell]]]
    faults: Sequence[tuple[int, int, str]] = field(default=())


def is_too_long(cell: Cell) -> TypeGuard[str]:
    """Whether a text has more characters than a cell of Excel or WPS holds."""
    if not isinstance(cell, str) or 2 * len(cell) <= CELL_LIMIT:
        return False
    return len(cell) > CELL_LIMIT or len(cell.encode("utf-16-le", "surrogatepass")) // 2 > CELL_LIMIT


def pages_of(kind: type[Identified], records: Iterable[Identified], lexicon: Lexicon) -> list[SheetPage]:
    """The pages of a record type: one for the records, then one for each of their lists."""
    bodies = [record.to_json() for record in records]
    table = table_of(kind, map_keys(lexicon, bodies))
    return [_page(one, bodies, lexicon) for one in table.every()]


def map_keys(lexicon: Lexicon, bodies: Iterable[Body] = (), headings: Iterable[str] = ()) -> Keys:
    """Make the function that returns a map's keys: the campaign's, then others that occur in records or headings."""

    def keys(spec: Spec) -> list[tuple[str, str]]:
        offered = lexicon.offers(spec)
        brought = [key for body in bodies for key in body.get(spec.name) or ()]
        brought += _from_headings(f"{spec.label}{DOT}", headings, {label for _, label in offered})
        others = [key for key in dict.fromkeys(brought) if key not in dict(offered)]
        return [*offered, *((key, key if is_ident(key) else MARK + as_json(key)) for key in others)]

    return keys


def _from_headings(head: str, headings: Iterable[str], known: set[str]) -> Iterable[str]:
    for heading in headings:
        rest = heading.removeprefix(head)
        if rest == heading or rest in known:
            continue
        try:
            key = from_json(rest) if rest.startswith(MARK) else rest if is_ident(rest) else None
        except Unfit:
            continue
        if isinstance(key, str):
            yield key


def _page(table: SheetTable, bodies: Sequence[Body], lexicon: Lexicon) -> SheetPage:
    entries = [row for body in bodies for row in _entries(body, table.path, (body["id"],))]
    columns = [c for c in table.columns if not c.spare or any(value_at(body, c) is not None for _, body in entries)]
    rows = [
        [*(places if table.links else ()), *(lexicon.write(value_at(body, c), c.spec) for c in columns)]
        for places, body in entries
    ]
    return SheetPage(table.title, [*_link_heads(table), *(heading_of(c, lexicon) for c in columns)], rows)


def _entries(body: Body, path: Sequence[str], places: tuple[Cell, ...]) -> Iterable[tuple[tuple[Cell, ...], Body]]:
    if not path:
        yield places, body
        return
    for number, part in enumerate(body.get(path[0]) or (), 1):
        yield from _entries(part, path[1:], (*places, number))


def value_at(body: Body, column: SheetColumn) -> Any:
    """A column's value in a JSON object; None when it is blank."""
    value: Any = body
    for step in (*column.path, *([column.key] if column.key else [])):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def put_at(body: Body, column: SheetColumn, value: Any) -> None:
    """Set a column's value in a JSON object; None removes it."""
    *way, last = (*column.path, *([column.key] if column.key else []))
    for step in way:
        inner = body.get(step)
        if not isinstance(inner, dict):
            inner = body[step] = {}
        body = inner
    if value is None:
        body.pop(last, None)
    else:
        body[last] = value


def _link_heads(table: SheetTable) -> list[ColumnHead]:
    notes = {PLACE: "第几项；空着按行的先后。"}
    if table.links:
        notes[table.links[0]] = f"照“{table.links[0].removesuffix(ID)}”表的“{ID}”一列填写。"
    return [ColumnHead(h, LINK, notes.get(h, f"照上一级表的“{PLACE}”填写。"), core=h != PLACE) for h in table.links]


def heading_of(column: SheetColumn, lexicon: Lexicon) -> ColumnHead:
    """A column's head, with its note and options."""
    spec = column.spec
    single = spec.kind in ("choice", "person", "tick")
    offered = tuple(label for _, label in lexicon.offers(spec) if label)
    choices = (YES, NO) if spec.kind == "tick" else offered
    return ColumnHead(
        column.heading,
        spec.kind,
        _note(column, choices, single=single),
        core=spec.core,
        derived=spec.derived,
        choices=choices if single else (),
        closed=spec.kind == "tick" or (spec.kind == "choice" and bool(spec.labels) and not spec.ref),
    )


def _note(column: SheetColumn, choices: Sequence[str], *, single: bool) -> str:
    spec = column.spec
    if spec.name == "id":
        return "新增的一行可以空着，导入时由程序编号；已有的请不要改。"
    parts = [spec.help, _JOINED.get(spec.kind, "")]
    if spec.kind in ("person", "people"):
        parts.append(_PERSON)
    elif choices and not single and len("、".join(choices)) <= 200:  # noqa: PLR2004  longer notes are not read
        parts.append(f"可填：{'、'.join(choices)}。")
    if spec.derived:
        parts.append("由程序填写。")
    return "".join(part for part in parts if part)


def bodies_of(records: Iterable[Record]) -> dict[str, Body]:
    """Id → record as a JSON object."""
    return {record.id: record.to_json() for record in records}
