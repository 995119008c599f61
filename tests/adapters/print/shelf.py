"""What the tests of forms stand on: a branch of twelve to choose from, and a port in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from orglife.adapters.field.port import EntryVersion, StoredEntry
from orglife.adapters.form.form import RecordForm
from orglife.core.errors import SaveConflict

MEMBERS = [(f"m{n:02d}", f"同志{n}") for n in range(1, 13)]
KEYS = {
    "rect_sources": [("meeting", "会上查摆的问题")],
    "materials": [("code", "《准则》")],
    "agenda": [("briefing", "书记通报"), ("self_criticism", "自我批评"), ("mutual", "相互批评"), ("summary", "小结")],
    "aspects": [("thought", "思想方面"), ("style", "作风方面")],
    "team_aspects": [("politics", "政治功能"), ("organising", "组织力")],
    "dimensions": [("ideal", "理想信念"), ("duty", "担当")],
    "key_checks": [("privilege", "特权思想"), ("gifts", "收受礼品")],
    "grades": [("excellent", "优秀"), ("qualified", "合格")],
}


class Offers:
    """A branch of twelve."""

    years = (2024,)
    today = date(2024, 2, 20)

    def __init__(self) -> None:
        self.people = list(MEMBERS)
        self.visitors: list[tuple[str, str]] = []

    def members(self) -> Sequence[tuple[str, str]]:
        return self.people

    def guests(self) -> Sequence[tuple[str, str]]:
        return self.visitors

    def problems(self) -> Sequence[tuple[str, str]]:
        return [("m01.p1", "窗口排班不公开")]

    def records(self) -> Sequence[tuple[str, str]]:
        return []

    def branches(self) -> Sequence[tuple[str, str]]:
        return [("b01", "第一党支部")]

    def keys(self, name: str) -> Sequence[tuple[str, str]]:
        return KEYS.get(name, [])


class Shelf:
    """A port in memory with optimistic versions, shared by two windows where a test wants that."""

    who = "王建国"

    def __init__(self, *records: Any) -> None:
        self.kept: dict[str, tuple[int, Any]] = {record.id: (1, record) for record in records}
        self.drafts: dict[str, dict[str, Any]] = {}
        self.ever: dict[str, list[str]] = {}
        self.saves: list[Any] = []
        self.removed: list[str] = []
        self.broken: Exception | None = None
        self.count = 0
        self.history: dict[str, list[EntryVersion]] = {i: [self._past(1, r)] for i, (_, r) in self.kept.items()}

    def _past(self, version: int, record: Any) -> EntryVersion:
        return EntryVersion(version, self.who, f"2024-02-20T06:{version:02d}:00.000000Z", record.to_json())

    def past(self, id: str) -> list[EntryVersion]:  # noqa: A002
        return self.history.get(id, [])

    def list(self) -> list[StoredEntry]:
        ids = sorted({*self.kept, *self.drafts})
        return [StoredEntry(i, f"第{i}条", *self.kept.get(i, (0, None)), self.drafts.get(i)) for i in ids]

    def save(self, record: Any, base: int) -> int:
        if self.broken:
            raise self.broken
        version = self.kept.get(record.id, (0, None))[0]
        if version != base:
            raise SaveConflict(record=record.id)
        self.kept[record.id] = (version + 1, record)
        self.drafts.pop(record.id, None)
        self.saves.append(record)
        self.history.setdefault(record.id, []).append(self._past(version + 1, record))
        return version + 1

    def remove(self, id: str, base: int) -> None:  # noqa: A002
        if self.kept.get(id, (0, None))[0] != base:
            raise SaveConflict(record=id)
        self.kept.pop(id, None)
        self.drafts.pop(id, None)
        self.removed.append(id)

    def draft(self, id: str, fields: Mapping[str, Any]) -> None:  # noqa: A002
        if self.broken:
            raise self.broken
        self.drafts[id] = dict(fields)

    def new_id(self) -> str:
        self.count += 1
        return f"new{self.count}"

    def used(self, id: str) -> Iterable[str]:  # noqa: A002
        return self.ever.get(id, [])

    def record(self, id: str) -> Any:  # noqa: A002
        return self.kept[id][1]


def form(kind: type[Any], *records: Any, shelf: Shelf | None = None, **more: Any) -> tuple[Any, Shelf]:
    shelf = shelf or Shelf(*records)
    choices = more.pop("choices", None) or Offers()
    return RecordForm(kind, shelf, choices=choices, **more), shelf


def typed(control: Any, text: Any) -> None:
    control.w.value = text


def every_widget(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from every_widget(child)
