"""The difference that a file makes to the store: which records are added, revised and withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orglife.adapters.store.store import BUREAU, Change, StoredRecord
from orglife.core.record.branch import Branch
from orglife.core.record.exchange import Incoming
from orglife.core.record.field import label_of
from orglife.core.record.record import Record
from orglife.exchange import receipts
from orglife.office.dossiers import FROM_BUREAU
from orglife.office.office import Office
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.kinds import BY_TYPE


@dataclass(frozen=True)
class Difference:
    """The changes that one file makes to one branch (or to the bureau's records).

    Attributes:
        source: The file's name.
        branch: The branch's id, or ``BUREAU``.
        name: The branch's name.
        added, revised, withdrawn: Labels of the records.
        receipt: The receipt to store; b"" if the file is none.
        person: Who filled the form in; "" if it is no member's form.
        same_as: An earlier file of the same import with the same changes; "" if there is none.
    """

    source: str
    branch: str
    name: str
    new_branch: bool
    changes: tuple[Change, ...]
    added: tuple[str, ...] = ()
    revised: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    receipt: bytes = b""
    person: str = ""
    same_as: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether the file changes no record."""
        return not self.changes

    @property
    def brings(self) -> bool:
        """Whether there is anything to save: changes or a receipt."""
        return bool(self.changes or self.receipt)

    @property
    def refused(self) -> bool:
        """False: the file could be read."""
        return False

    def lines(self, limit: int = 20) -> Iterator[str]:
        """Describe the difference, naming at most ``limit`` records of each sort."""
        head = "新支部，" if self.new_branch else ""
        whose = f"{self.person}（{self.source}）" if self.person else f"{self.name}（{self.branch}）"
        yield (
            f"{whose}：{head}新增{len(self.added)}条，修改{len(self.revised)}条，移除{len(self.withdrawn)}条。"
            if not self.is_empty
            else f"{whose}：与{self.same_as or '现有数据'}相同，没有改动。"
        )
        for mark, labels in (("＋", self.added), ("～", self.revised), ("－", self.withdrawn)):
            for label in labels[:limit]:
                yield f"  {mark} {label}"
            if len(labels) > limit:
                yield f"  {mark} ……另有{len(labels) - limit}条"
        yield from self.notes


def every_change(_change: Change) -> bool:
    """True: all changes are included."""
    return True


def difference_of(
    office: Office,
    incoming: Incoming,
    source: str,
    includes: Callable[[Change], bool] = every_change,
    label_of: Callable[[Record], str] | None = None,
) -> Difference:
    """Compare imported records with the store.

    Args:
        office: The workspace.
        incoming: The content of the file.
        source: The file's name in messages.
        includes: Whether to include a change; False e.g. if another file makes the same change.
        label_of: A record's label; by default its type, id and name.
    """
    owner = incoming.branch.id if incoming.branch else BUREAU
    snapshot = office.store.current(office.campaign.id, owner)
    stored = {t: {row.id: row for row in rows} for t, rows in snapshot.records.items()}
    protected = _protected_ids(office, owner, stored) if incoming.branch and not incoming.receipt else {}
    sorter = _Sorter(includes, label_of or _label_by_id, keep_others=incoming.partial)
    if incoming.branch is not None:
        sorter.head(incoming.branch, snapshot.branch, snapshot.version)
    for type_name, records in incoming.records.items():
        sorter.records(type_name, records, stored.get(type_name, {}), protected.get(type_name, frozenset()))
    return Difference(
        source=source,
        branch=owner,
        name=(incoming.branch.name or owner) if incoming.branch else "局机关的督导记录",
        new_branch=incoming.branch is not None and snapshot.branch is None,
        changes=tuple(sorter.changes),
        added=tuple(sorter.added),
        revised=tuple(sorter.revised),
        withdrawn=tuple(sorter.withdrawn),
        notes=incoming.notes,
        receipt=incoming.receipt,
        person=incoming.person,
    )


def _protected_ids(
    office: Office, branch: str, stored: Mapping[str, Mapping[str, StoredRecord]]
) -> dict[str, frozenset[str]]:
    """Ids that an imported dossier must not change or withdraw: archive items, and records entered by the bureau."""
    bureau = _entered_by_bureau(office)
    received = receipts.received_ids(office, branch)
    protected = {k.TYPE: frozenset(bureau[k.TYPE]) | received.get(k.TYPE, frozenset()) for k in FROM_BUREAU}
    protected[ArchiveItem.TYPE] = frozenset(stored.get(ArchiveItem.TYPE, {}))
    return protected


def _entered_by_bureau(office: Office) -> dict[str, Collection[str]]:
    """Ids of the bureau's orders and remarks, by type; for a branch's login on a server, of those sent to it."""
    if not office.store.own_branch:
        return {k.TYPE: office.bureau_chain.bodies(k.TYPE).keys() for k in FROM_BUREAU}
    sent = office.store.current(office.campaign.id, BUREAU, [k.TYPE for k in FROM_BUREAU]).records
    return {k.TYPE: [row.id for row in sent.get(k.TYPE, ())] for k in FROM_BUREAU}


class _Sorter:
    """Sorts a file's records into added, revised and (unless ``keep_others``) withdrawn."""

    def __init__(
        self, includes: Callable[[Change], bool], label_of: Callable[[Record], str], *, keep_others: bool
    ) -> None:
        self.includes, self.label_of = includes, label_of
        self.keep_others = keep_others
        self.changes: list[Change] = []
        self.added: list[str] = []
        self.revised: list[str] = []
        self.withdrawn: list[str] = []

    def head(self, branch: Branch, now: Mapping[str, Any] | None, version: int) -> None:
        """Compare the branch's own data."""
        if now == branch.to_json():
            return
        label = f"党支部 {branch.name or branch.id}"
        self._put(Change.put(branch, base=version, label=label), label, new=now is None)

    def _put(self, change: Change, label: str, *, new: bool) -> None:
        if self.includes(change):
            (self.added if new else self.revised).append(label)
            self.changes.append(change)

    def records(
        self, type_name: str, records: Sequence[Record], stored: Mapping[str, StoredRecord], protected: frozenset[str]
    ) -> None:
        """Compare the records of one type."""
        for record in records:
            existing = stored.get(record.id)
            if record.id in protected or (existing is not None and existing.body == record.to_json()):
                continue
            label = self.label_of(record)
            if existing is not None:
                label += f"：{_changed(record, existing.body)}"
            self._put(Change.put(record, base=existing.version if existing else 0), label, new=existing is None)
        imported = {record.id for record in records}
        for ident, row in stored.items():
            if ident not in imported and ident not in protected and not self.keep_others:
                label = f"{BY_TYPE[type_name].LABEL} {ident}"
                change = Change.remove(type_name, ident, base=row.version, label=label)
                if self.includes(change):
                    self.withdrawn.append(label)
                    self.changes.append(change)


def _changed(record: Record, before: Mapping[str, Any]) -> str:
    """Titles of the fields that differ; for a list whose length changed, both lengths."""
    now = record.to_json()
    names = [n for n in type(record).model_fields if now.get(n) != before.get(n)]
    return "、".join(_field(record, n, before.get(n), now.get(n)) for n in names) or "写法"


def _field(record: Record, name: str, before: Any, now: Any) -> str:
    title = label_of(type(record).model_fields[name])
    lists = [each or [] for each in (before, now) if each is None or isinstance(each, list)]
    if len(lists) == len((before, now)) and len(lists[0]) != len(lists[1]):
        return f"{title}（{len(lists[0])}项改为{len(lists[1])}项）"
    return title


def _label_by_id(record: Record) -> str:
    """A record by its type, its id and, if it has one, its name."""
    name = getattr(record, "name", "")
    return f"{record.LABEL} {record.id}" + (f"（{name}）" if name else "")
