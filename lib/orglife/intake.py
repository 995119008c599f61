"""What comes in from files: the difference is worked out and shown first, then all files are taken in or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orglife import receipts, workbooks
from orglife.adapters import files
from orglife.adapters.store import BUREAU, Change, Stored
from orglife.core.branch import Branch
from orglife.core.errors import BadInput, NotImportable, OrglifeError
from orglife.core.exchange import Parcel, load_json, read_parcel
from orglife.core.record import Record
from orglife.dossiers import FROM_BUREAU
from orglife.office import Office
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.kinds import BUREAU_KINDS, BY_TYPE, KINDS


@dataclass(frozen=True)
class Difference:
    """What one file changes in one branch (or in the bureau's records)."""

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

    @property
    def is_empty(self) -> bool:
        """Whether the file changes no record."""
        return not self.changes

    @property
    def brings(self) -> bool:
        """Whether there is anything to be saved."""
        return bool(self.changes or self.receipt)

    def lines(self, limit: int = 20) -> Iterator[str]:
        """The difference in words, at most ``limit`` records of each sort named."""
        head = "新支部，" if self.new_branch else ""
        yield (
            f"{self.name}（{self.branch}）：{head}新增{len(self.added)}条，修改{len(self.revised)}条，移除{len(self.withdrawn)}条。"
            if not self.is_empty
            else f"{self.name}（{self.branch}）：与现有数据相同，没有改动。"
        )
        for mark, labels in (("＋", self.added), ("～", self.revised), ("－", self.withdrawn)):
            for label in labels[:limit]:
                yield f"  {mark} {label}"
            if len(labels) > limit:
                yield f"  {mark} ……另有{len(labels) - limit}条"
        yield from self.notes


def differences(office: Office, sources: Sequence[Path], branch: str = "") -> list[Difference]:
    """Read files and compare them with what is there.

    Args:
        office: The workspace.
        sources: The files.
        branch: Where a roster goes; "" = where the file says, else the workspace's own or only branch.

    Raises:
        BadInput: every problem of every file, with its place.
    """
    problems: list[str] = []
    found: list[Difference] = []
    seen: dict[str, str] = {}
    for source in sources:
        try:
            parcel = _read(office, source, branch)
            _same_campaign(office, parcel, source)
            owner = parcel.branch.id if parcel.branch else BUREAU
            if owner in seen:
                problems.append(
                    f"{source.name}和{seen[owner]}都是同一个支部（{owner}）的数据，一次只能导入一个。请去掉一个。"
                )
            seen[owner] = source.name
            found.append(difference(office, parcel, source.name))
        except OrglifeError as error:
            problems += error.sentences
    if problems:
        raise BadInput(problems)
    return found


def take_in(office: Office, found: Sequence[Difference], *, author: str = "") -> None:
    """Save all differences in one go; after any refusal nothing is changed."""
    changes = [(d.branch, d.changes) for d in found if d.changes]
    if changes:
        office.store.apply_all(office.campaign.id, changes, who=author or office.author)
    for one in found:
        if one.receipt:
            receipts.keep(office, one.branch, one.receipt)


def _read(office: Office, source: Path, branch: str) -> Parcel:
    if workbooks.is_workbook(source):
        return workbooks.read(office, source, branch)
    data = files.read(source)
    if source.suffix.lower() not in (".json", ""):
        raise NotImportable(path=str(source))
    raw = load_json(data, source.name)
    if receipts.is_receipt(raw):
        return receipts.read(office, raw, data, source.name)
    return read_parcel(data, source.name, KINDS, BUREAU_KINDS)


def _same_campaign(office: Office, parcel: Parcel, source: Path) -> None:
    if parcel.campaign != office.campaign.id:
        raise BadInput(
            [
                f"{source.name}的 campaign：是方案“{parcel.campaign}”的数据，这里用的是“{office.campaign.id}”。请导入本方案的数据。"
            ]
        )


def difference(office: Office, parcel: Parcel, source: str) -> Difference:
    """What a parcel changes here.

    Args:
        office: The workspace.
        parcel: What the file brings.
        source: How the file is named in messages.
    """
    owner = parcel.branch.id if parcel.branch else BUREAU
    snapshot = office.store.current(office.campaign.id, owner)
    here = {t: {row.id: row for row in rows} for t, rows in snapshot.records.items()}
    kept = _untouchable(office, owner, here) if parcel.branch and not parcel.receipt else {}
    sorter = _Sorter(keep_others=parcel.partial)
    if parcel.branch is not None:
        sorter.head(parcel.branch, snapshot.branch, snapshot.version)
    for type_name, records in parcel.records.items():
        sorter.records(type_name, records, here.get(type_name, {}), kept.get(type_name, frozenset()))
    return Difference(
        source=source,
        branch=owner,
        name=(parcel.branch.name or owner) if parcel.branch else "局机关的督导记录",
        new_branch=parcel.branch is not None and snapshot.branch is None,
        changes=tuple(sorter.changes),
        added=tuple(sorter.added),
        revised=tuple(sorter.revised),
        withdrawn=tuple(sorter.withdrawn),
        notes=parcel.notes,
        receipt=parcel.receipt,
    )


def _untouchable(office: Office, branch: str, here: Mapping[str, Mapping[str, Stored]]) -> dict[str, frozenset[str]]:
    """Ids that a dossier may neither change nor withdraw: archived papers, and what the bureau entered, here or there."""
    bureau = office.store.current(office.campaign.id, BUREAU).records
    sent = receipts.received(office, branch)
    kept = {
        k.TYPE: frozenset(r.id for r in bureau.get(k.TYPE, ())) | sent.get(k.TYPE, frozenset()) for k in FROM_BUREAU
    }
    kept[ArchiveItem.TYPE] = frozenset(here.get(ArchiveItem.TYPE, {}))
    return kept


class _Sorter:
    """Sorts what a file brings into added, revised and (unless others are kept) withdrawn."""

    def __init__(self, *, keep_others: bool = False) -> None:
        self.keep_others = keep_others
        self.changes: list[Change] = []
        self.added: list[str] = []
        self.revised: list[str] = []
        self.withdrawn: list[str] = []

    def head(self, branch: Branch, now: Mapping[str, Any] | None, version: int) -> None:
        """The branch's own data."""
        if now == branch.to_json():
            return
        (self.revised if now is not None else self.added).append(f"党支部 {branch.name or branch.id}")
        self.changes.append(Change.put(branch, base=version, label=f"党支部 {branch.id}"))

    def records(
        self, type_name: str, records: Sequence[Record], here: Mapping[str, Stored], kept: frozenset[str]
    ) -> None:
        """The records of one type."""
        for record in records:
            now = here.get(record.id)
            if record.id in kept or (now is not None and now.body == record.to_json()):
                continue
            if now is None:
                self.added.append(_named(record))
            else:
                self.revised.append(f"{_named(record)}：{_changed(record, now.body)}")
            self.changes.append(Change.put(record, base=now.version if now else 0))
        brought = {record.id for record in records}
        for ident, row in here.items():
            if ident not in brought and ident not in kept and not self.keep_others:
                label = f"{BY_TYPE[type_name].LABEL} {ident}"
                self.withdrawn.append(label)
                self.changes.append(Change.remove(type_name, ident, base=row.version, label=label))


def _changed(record: Record, before: Mapping[str, Any]) -> str:
    """The fields that differ."""
    now = record.to_json()
    return (
        "、".join(i.title or n for n, i in type(record).model_fields.items() if now.get(n) != before.get(n)) or "写法"
    )


def _named(record: Record) -> str:
    name = getattr(record, "name", "")
    return f"{record.LABEL} {record.id}" + (f"（{name}）" if name else "")
