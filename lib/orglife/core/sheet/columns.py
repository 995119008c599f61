"""The tables and columns of a record type: the only source of their order and their headings.

A single nested object has columns in its owner's table (主要内容·基本要求), a map has one column per key, a list of nested
objects has a table of its own, linked by the record's id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from orglife.core.record.record import Entry, Identified
from orglife.core.record.shape import Spec, specs_of

DOT = "·"
ID, PLACE = "编号", "序号"
Keys = Callable[[Spec], Sequence[tuple[str, str]]]
"""Keys of a map with their labels, in the order to show them."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a table.

    Attributes:
        heading: Chinese heading.
        path: Path of the value in the table's object.
        key: For a map, the key of this column.
        spare: Shown only when a record has a value: set by the program, or not used in this type.
    """

    heading: str
    path: tuple[str, ...]
    spec: Spec
    key: str = ""
    spare: bool = False


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table: one row per record, or per nested object of a list.

    Attributes:
        path: Path from the record to the list; () for the record itself.
        links: Headings of the columns that link a row to its owner: the record's id, then the position in each list.
    """

    title: str
    item: type[Entry]
    path: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    links: tuple[str, ...] = ()
    children: tuple[SheetTable, ...] = ()

    @property
    def headings(self) -> list[str]:
        """All headings in order, first the id or the links."""
        return [*self.links, *(c.heading for c in self.columns)]

    def every(self) -> Iterator[SheetTable]:
        """The table and its descendants, depth first."""
        yield self
        for child in self.children:
            yield from child.every()


def table_of(kind: type[Identified], keys: Keys) -> SheetTable:
    """The table of a record type (or of the branch's own data), with the tables of its lists.

    Args:
        kind: The type.
        keys: Returns the keys of a map.
    """
    return _Layout(kind, keys).table(kind, kind.LABEL, (), ())


@dataclass(frozen=True)
class _Layout:
    kind: type[Identified]
    keys: Keys

    def table(self, item: type[Entry], title: str, path: tuple[str, ...], links: tuple[str, ...]) -> SheetTable:
        columns, lists = self._columns(item, (), ""), [s for s in specs_of(item) if s.kind == "rows"]
        children = []
        for spec in lists:
            assert spec.item is not None
            own = (*links[:-1], f"{spec_title(title)}{PLACE}") if links else (f"{title}{ID}",)
            name = f"{title}{DOT}{spec.label}"
            children.append(self.table(spec.item, name, (*path, spec.name), (*own, PLACE)))
        shown = tuple(replace(c, spare=c.spare or self._hidden(path, c)) for c in columns)
        return SheetTable(title, item, path, shown, links, tuple(children))

    def _columns(self, item: type[Entry], path: tuple[str, ...], head: str) -> Iterator[SheetColumn]:
        for bare in specs_of(item):
            spec = self._of_type(bare)
            place, heading = (*path, spec.name), head + spec.label
            if spec.kind == "object" and spec.item is not None:
                yield from self._columns(spec.item, place, heading + DOT)
            elif spec.kind == "map":
                for key, label in self.keys(spec):
                    yield SheetColumn(f"{heading}{DOT}{label}", place, replace(spec, kind="choice", lists=()), key)
            elif spec.kind != "rows":
                yield SheetColumn(heading, place, spec, spare=spec.derived and spec.name != "id")

    def _of_type(self, spec: Spec) -> Spec:
        other = self.kind.OTHER_LISTS
        return replace(spec, lists=tuple(other.get(name, name) for name in spec.lists))

    def _hidden(self, path: tuple[str, ...], column: SheetColumn) -> bool:
        return ".".join((*path, *column.path)) in self.kind.UNUSED


def spec_title(title: str) -> str:
    """The last part of a table's title: 会议记录·分组 → 分组."""
    return title.rsplit(DOT, 1)[-1]
