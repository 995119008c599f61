"""Read the pages of a returned workbook as records: rows add and revise records, none are deleted.

A row belongs to the record with its id; without an id, to the record of its member, round or owner; else it is new.
Values without a column or sheet stay unchanged. Problems are collected, each with its sheet and cell.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from orglife.core.record.entered import Unreadable, plain, read_count, sentence
from orglife.core.record.record import Entry, Identified, Record, faults
from orglife.core.sheet.cells import Cell, Lexicon, Unfit, words_of
from orglife.core.sheet.columns import ID, PLACE, SheetColumn, SheetTable, table_of
from orglife.core.sheet.grids import HEAD_ROWS, NO_SUCH_SHEET, SheetRow, is_empty, letter, rows_of
from orglife.core.sheet.pages import Body, SheetRows, map_keys, put_at

Bodies = dict[str, dict[str, Body]]
"""Type → id → record as a JSON object; the branch's own data under ``branch``."""
_OWNERS: Mapping[str, tuple[str, ...]] = {
    "dossier": (),
    "round": ("round",),
    "member": ("member", "round"),
    "owner": ("owner_kind", "owner"),
}


@dataclass
class Returned:
    """The result of reading a workbook.

    Attributes:
        records: Type → complete records that the pages name.
        places: (type, id) → sheet and row of each record, in words.
        problems: Sentences about what could not be read.
    """

    records: dict[str, list[Identified]] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read_returned(
    name: str,
    grids: Sequence[SheetRows],
    kinds: Sequence[type[Identified]],
    bodies: Bodies,
    lexicon: Callable[[Bodies], Lexicon],
) -> Returned:
    """Read the pages of a workbook.

    Args:
        name: Name of the file in problems.
        grids: Its sheets.
        kinds: Types to look for; the roster first, so that its new names are known to the others.
        bodies: The current records; not changed.
        lexicon: Makes the lexicon from the records, including those read from the file so far.
    """
    reader = _Reader(name, {grid.title.strip(): grid for grid in grids}, copy.deepcopy(bodies))
    for kind in kinds:
        reader.kind(kind, lexicon(reader.bodies))
    reader.unknown_sheets()
    return reader.result


class _Reader:
    """Reads the pages of one file."""

    def __init__(self, name: str, grids: dict[str, SheetRows], bodies: Bodies) -> None:
        self.name, self.grids, self.bodies = name, grids, bodies
        self.result = Returned()
        self.known: set[str] = set()
        self.taken = set(ids_of(bodies))
        for grid in grids.values():
            for row, column, what in grid.faults:
                self.problem(grid.title, row, letter(column), what)

    def problem(self, title: str, row: int, column: str, what: str) -> None:
        self.result.problems.append(f"{self.name}的“{title}”表{column}{row}：{what}")

    def unknown_sheets(self) -> None:
        """Report sheets with content that belong to no type."""
        for title, grid in self.grids.items():
            if title not in self.known and grid.rows:
                self.result.problems.append(f"{self.name}的“{title}”表：{NO_SUCH_SHEET}")

    def kind(self, kind: type[Identified], lexicon: Lexicon) -> None:
        """Read all pages of a type."""
        type_name = getattr(kind, "TYPE", "") or "branch"
        current = self.bodies.setdefault(type_name, {})
        bare = table_of(kind, map_keys(lexicon))
        titles = [t.title for t in bare.every()]
        self.known |= set(titles)
        if not any(title in self.grids for title in titles):
            return
        headings = [
            words_of(c) for t in titles if t in self.grids for _, row in self.grids[t].rows[:HEAD_ROWS] for c in row
        ]
        table = table_of(kind, map_keys(lexicon, current.values(), headings))
        sheet = _ReturnedPages(self, lexicon, kind, current)
        sheet.records(table)
        for child in table.children:
            sheet.lists(child, {(ident,): current[ident] for ident in current}, {(i,) for i in sheet.touched})
        self.result.records[type_name] = list(sheet.whole())
        for ident, (title, row) in sheet.touched.items():
            self.result.places[type_name, ident] = f"“{title}”表第{row.number}行"

    def rows(self, table: SheetTable) -> Iterator[SheetRow]:
        """The rows below the headings; problems with the headings are reported."""
        grid = self.grids.get(table.title)
        return iter(()) if grid is None else rows_of(grid, table.headings, self.problem)


@dataclass
class _ReturnedPages:
    """Reads the pages of one type."""

    reader: _Reader
    lexicon: Lexicon
    kind: type[Identified]
    current: dict[str, Body]
    touched: dict[str, tuple[str, SheetRow]] = field(default_factory=dict)

    def records(self, table: SheetTable) -> None:
        """Read the rows of the records themselves."""
        for row in self.reader.rows(table):
            ident = plain(words_of(row.cells.get(table.headings[0])))
            body = copy.deepcopy(self.current.get(ident, {}))
            self._fill(table, row, body)
            if not ident:
                ident = self._owner(body) or fresh_id(self._stem, self.reader.taken)
                body = copy.deepcopy(self.current.get(ident, {"id": ident}))
                self._fill(table, row, body)
            if ident in self.touched:
                self.reader.problem(
                    table.title,
                    row.number,
                    "A",
                    f"“{ident}”和第{self.touched[ident][1].number}行是同一条。请只保留一行，或改编号。",
                )
            self.current[ident] = {**body, "id": ident}
            self.touched[ident] = (table.title, row)

    @property
    def _stem(self) -> str:
        return getattr(self.kind, "TYPE", "") or "b0"

    def _owner(self, body: Body) -> str:
        """Id of the record that a row without an id belongs to; "" for a new record."""
        keys = _OWNERS.get(getattr(self.kind, "ONE_PER", "") or ("" if issubclass(self.kind, Record) else "dossier"))
        blank = {"round": 1}

        def same(other: Body) -> bool:
            if keys is None:
                return {k: v for k, v in other.items() if k != "id"} == {k: v for k, v in body.items() if k != "id"}
            return all(other.get(k, blank.get(k)) == body.get(k, blank.get(k)) for k in keys)

        matches = [ident for ident, other in self.current.items() if same(other)]
        return max(matches, default="")

    def _fill(self, table: SheetTable, row: SheetRow, body: Body) -> None:
        """Store a row's cells in an object."""
        for column in table.columns:
            if column.heading not in row.cells or column.path == ("id",):
                continue
            put_at(body, column, self._value(table, row, column))

    def _value(self, table: SheetTable, row: SheetRow, column: SheetColumn) -> Any:
        try:
            return self.lexicon.read(row.cells[column.heading], column.spec)
        except (Unfit, Unreadable) as error:
            self._report_once(table.title, row, column.heading, str(error))
            return None

    def _report_once(self, title: str, row: SheetRow, heading: str, what: str) -> None:
        problems = self.reader.result.problems
        before = len(problems)
        self.reader.problem(title, row.number, row.letters.get(heading, "A"), what)
        if problems[-1] in problems[:before]:
            problems.pop()

    # --- lists -------------------------------------------------------------------------------------------------------

    def lists(self, table: SheetTable, owners: Mapping[tuple[Any, ...], Body], scope: set[tuple[Any, ...]]) -> None:
        """Read the rows of a list and assign them to their owners.

        Args:
            table: The list's table.
            owners: (record id, position …) → object that may own rows.
            scope: Owners whose list is replaced by the page's rows, even by none.
        """
        has_page = table.title in self.reader.grids
        below = self._listed(table, owners, scope) if has_page else _as_they_are(table, owners)
        for child in table.children:
            self.lists(child, below, {place for place in below if place[0] in self.touched})

    def _listed(
        self, table: SheetTable, owners: Mapping[tuple[Any, ...], Body], scope: set[tuple[Any, ...]]
    ) -> dict[tuple[Any, ...], Body]:
        groups: dict[tuple[Any, ...], list[tuple[int, SheetRow]]] = {owner: [] for owner in scope}
        for row in self.reader.rows(table):
            if all(is_empty(row.cells.get(h)) for h in row.cells if h not in table.links[:-1]):
                continue  # a merged link cell extends below the last entry
            owner = self._belongs(table, row, owners)
            if owner is not None:
                self.touched.setdefault(owner[0], (table.title, row))
                groups.setdefault(owner, []).append((self._place(table, row), row))
        below: dict[tuple[Any, ...], Body] = {}
        for owner, rows in groups.items():
            below |= self._group(table, owner, owners[owner], rows)
        return below

    def _belongs(
        self, table: SheetTable, row: SheetRow, owners: Mapping[tuple[Any, ...], Body]
    ) -> tuple[Any, ...] | None:
        """The owner of a row; when there is only one record, its id may be blank."""
        head, *middle = table.links[:-1]
        ident = plain(words_of(row.cells.get(head)))
        places = [_number(row.cells.get(h)) for h in middle]
        if not ident and len({owner[0] for owner in owners}) == 1:
            ident = next(iter(owners))[0]
        owner = (ident, *places)
        if owner in owners:
            return owner
        below = f"第{'、'.join(str(p or '？') for p in places)}项" if places else ""
        what = (
            f"没有编号为“{ident}”的{self.kind.LABEL}{below and '，或它没有' + below}" if ident else "没有写明属于哪一条"
        )
        self._report_once(table.title, row, head, f"{what}。请照“{head.removesuffix(ID)}”表的“{ID}”一列填写。")
        return None

    def _place(self, table: SheetTable, row: SheetRow) -> int:
        try:
            return read_count(words_of(row.cells.get(PLACE))) or 0
        except Unreadable as error:
            self._report_once(table.title, row, PLACE, str(error))
            return 0

    def _group(
        self, table: SheetTable, owner: tuple[Any, ...], holder: Body, rows: Sequence[tuple[int, SheetRow]]
    ) -> dict[tuple[Any, ...], Body]:
        """Build one owner's list in the order of 序号; a row without one follows the row above it."""
        ordered: list[tuple[int, int, int, SheetRow]] = []
        last = 0
        for number, row in rows:
            last = number or last
            ordered.append((last, row.number, number, row))
        before = list(holder.get(table.path[-1]) or ())
        below: dict[tuple[Any, ...], Body] = {}
        items = []
        for _, _, number, row in sorted(ordered, key=lambda each: each[:2]):
            item = self._item(table, owner, row, number, before)
            items.append(item)
            place = number or max((p[-1] for p in below), default=0) + 1
            if table.children and (*owner, place) in below:
                self._report_once(table.title, row, PLACE, f"序号{place}用了两次。请改成不同的序号。")
            below[(*owner, place)] = item
        if items:
            holder[table.path[-1]] = items
        else:
            holder.pop(table.path[-1], None)
        return below

    def _item(
        self, table: SheetTable, owner: tuple[Any, ...], row: SheetRow, number: int, before: Sequence[Body]
    ) -> Body:
        item: Body = {}
        if issubclass(table.item, Identified):
            ident = plain(words_of(row.cells.get(ID)))
            item = copy.deepcopy(next((b for b in before if b.get("id") == ident), {}))
            item["id"] = ident or nested_id(owner[0], table.item, self.reader.taken)
        elif 0 < number <= len(before):
            item = copy.deepcopy(before[number - 1])
        self._fill(table, row, item)
        return item

    # --- whole records -----------------------------------------------------------------------------------------------

    def whole(self) -> Iterator[Identified]:
        """The validated records that the pages name."""
        for ident, (title, row) in self.touched.items():
            try:
                yield self.kind.model_validate(self.current[ident])
            except ValidationError as error:
                for each in faults(error):
                    self._report_once(title, row, *self._where(each, ident))

    def _where(self, error: Mapping[str, Any], ident: str) -> tuple[str, str]:
        table = table_of(self.kind, map_keys(self.lexicon))
        loc = tuple(part for part in error["loc"] if isinstance(part, str))
        column = next((c for t in table.every() for c in t.columns if (*t.path, *c.path) == loc), None)
        heading = column.heading if column else ID
        lead = "" if column and column.heading in table.headings else f"{self.kind.LABEL}“{ident}”的“{heading}”，"
        return heading, lead + sentence(error)


def _as_they_are(table: SheetTable, owners: Mapping[tuple[Any, ...], Body]) -> dict[tuple[Any, ...], Body]:
    return {
        (*owner, number): item
        for owner, body in owners.items()
        for number, item in enumerate(body.get(table.path[-1]) or (), 1)
    }


def _number(cell: Cell) -> int | None:
    try:
        return read_count(words_of(cell))
    except Unreadable:
        return None


def ids_of(body: Any) -> Iterator[str]:
    """Every id in a JSON object or a structure of them, including ids of nested objects."""
    if isinstance(body, dict):
        if isinstance(body.get("id"), str):
            yield body["id"]
        for value in body.values():
            yield from ids_of(value)
    elif isinstance(body, list):
        for value in body:
            yield from ids_of(value)


def fresh_id(stem: str, taken: set[str]) -> str:
    """An unused id, made of the stem and a running number; it is added to ``taken``."""
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    taken.add(f"{stem}{number}")
    return f"{stem}{number}"


def nested_id(owner: str, item: type[Entry], taken: set[str]) -> str:
    """An id for a nested object of a record: m03.p2, meeting1.g1."""
    mark = getattr(item, "ID_LETTER", "")
    return fresh_id(f"{owner}.{mark}" if len(owner) < 34 else mark, taken)  # noqa: PLR2004  40 in all
