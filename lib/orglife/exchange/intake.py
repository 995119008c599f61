"""Import files: compute and show the difference first, then import all files or none; or each file on its own."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files
from orglife.adapters.store.store import BUREAU, Change, StoredRecord
from orglife.core.errors import BadInput, FormsInAZip, NotAForm, NotImportable, OrglifeError, OtherSheet
from orglife.core.record.branch import Branch
from orglife.core.record.exchange import Incoming, load_json, read_parcel
from orglife.core.record.record import Record
from orglife.core.sheet.returned import Bodies
from orglife.exchange import receipts, returned_forms, workbooks
from orglife.office.dossiers import FROM_BUREAU
from orglife.office.office import Office
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.kinds import BUREAU_KINDS, BY_TYPE, KINDS

WRITTEN = (".doc", ".docx", ".wps", ".pdf", ".txt")
"""Text documents: people hand in outlines this way, but the program cannot read a form from them."""
OTHER_SHEETS = (".csv", ".tsv", ".ods")
"""Spreadsheets of other formats: Excel and WPS offer them when a form is saved under another name."""


@dataclass(frozen=True)
class Difference:
    """The changes that one file makes to one branch (or to the bureau's records)."""

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


@dataclass(frozen=True)
class Refusal:
    """A file that cannot be taken in.

    Attributes:
        source: The file's name.
        sentences: All its problems, each with its position and what to do.
    """

    source: str
    sentences: tuple[str, ...]
    brings: bool = False
    refused: bool = True

    def lines(self, limit: int = 20) -> Iterator[str]:
        """The file's name, then its problems, at most ``limit``."""
        yield f"{self.source}："
        for sentence in self.sentences[:limit]:
            yield f"  {sentence.removeprefix(self.source).removeprefix('的').removeprefix('：')}"
        if len(self.sentences) > limit:
            yield f"  ……另有{len(self.sentences) - limit}处"


def differences(office: Office, sources: Sequence[Path], branch: str = "") -> list[Difference]:
    """Read files and compare them with the store.

    Args:
        office: The workspace.
        sources: The files.
        branch: The branch that a roster belongs to; "" = the one that the file names, else the workspace's own or only branch.

    Raises:
        BadInput: all problems of all files, each with its position.
    """
    call = _Import(office, branch)
    for source in sources:
        call.read(source.name, lambda source=source: files.read(source))  # type: ignore[misc]  # the default binds this source
    return call.done()


def differences_of(
    office: Office,
    uploads: Sequence[tuple[str, bytes]],
    branch: str = "",
) -> list[Difference]:
    """Same as ``differences``, from (name, bytes) pairs; with a branch, records are labelled by person and date, not id."""
    call = _Import(office, branch, named=office.dossier(branch).label if branch else None)
    for name, data in uploads:
        call.read(name, lambda data=data: data)  # type: ignore[misc]  # the default binds this data
    return call.done()


def differences_each(
    office: Office,
    uploads: Sequence[tuple[str, bytes]],
    branch: str,
    on_file: Callable[[int, str], None] = lambda *_: None,
) -> list[Difference | Refusal]:
    """Same as ``differences_of``, but each file stands on its own: one that is refused does not hinder the others.

    Args:
        office: The workspace.
        uploads: (name, bytes) of each file.
        branch: The branch whose page it is.
        on_file: Called before each file with the number of files read and its name.
    """
    call = _Import(office, branch, named=office.dossier(branch).label, apart=True)
    read: list[Difference | Refusal] = []
    for number, (name, data) in enumerate(uploads):
        on_file(number, name)
        read.append(call.read_alone(name, data))
    return read


def receipts_of(office: Office, uploads: Sequence[tuple[str, bytes]], branch: str) -> list[Difference]:
    """Compare receipts for a branch with the store, from (name, bytes) pairs.

    Raises:
        BadInput: a file is not a receipt, is another branch's receipt, or is incomplete.
    """
    wrong = [name for name, data in uploads if _receipt_for(name, data) != branch]
    if wrong:
        raise BadInput([f"“{name}”不是上级发给本支部的回执。请核对后另选一个。" for name in wrong])
    return differences_of(office, uploads, branch)


def _receipt_for(name: str, data: bytes) -> str:
    """The branch that a receipt is for; "" if the file is not a receipt."""
    try:
        raw = load_json(data, name)
    except OrglifeError:
        return ""
    return str(raw.get("branch")) if receipts.is_receipt(raw) else ""


@dataclass
class _Import:
    """The files of one import: several workbooks of a branch may be combined, a complete dossier may not.

    Attributes:
        owners: Branch → its first file, and whether that file is partial (only adds and revises).
        brought: Branch → records that earlier files of this import add, so that later files can refer to them.
        changed: (branch, type, id) → where a record is added or revised, and the change.
        apart: A file that is refused leaves the others as they are.
    """

    office: Office
    branch: str
    named: Callable[[Record], str] | None = None
    apart: bool = False
    problems: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)  # what an administrator can type about them
    differences: list[Difference] = field(default_factory=list)
    owners: dict[str, tuple[str, bool]] = field(default_factory=dict)
    brought: dict[str, Bodies] = field(default_factory=dict)
    changed: dict[tuple[str, str, str], tuple[str, str, Change]] = field(default_factory=dict)

    def read(self, name: str, data: Callable[[], bytes]) -> None:
        """Read one file; collect its problems instead of raising them."""
        try:
            self._read(name, data())
        except OrglifeError as error:
            self.problems += error.sentences
            self.commands.append(error.command)

    def read_alone(self, name: str, data: bytes) -> Difference | Refusal:
        """Read one file; if it has problems, the other files are read as if it were not there."""
        owners, changed, brought = dict(self.owners), dict(self.changed), copy.deepcopy(self.brought)
        self.read(name, lambda: data)
        if not self.problems:
            return self.differences[-1]
        sentences, self.problems = tuple(dict.fromkeys(self.problems)), []
        self.owners, self.changed, self.brought = owners, changed, brought
        return Refusal(name, sentences)

    def done(self) -> list[Difference]:
        """The differences of all files.

        Raises:
            BadInput: all problems of all files.
        """
        if self.problems:
            raise BadInput(self.problems, self.commands)
        return self.differences

    def _read(self, name: str, data: bytes) -> None:
        incoming = _incoming(self.office, name, data, self.branch, self.brought)
        _same_campaign(self.office, incoming, name)
        owner = incoming.branch.id if incoming.branch else BUREAU
        if owner in self.owners:
            file, partial = self.owners[owner]
            if not (partial and incoming.partial):
                self.problems.append(f"{name}和{file}都是同一个支部（{owner}）的数据，一次只能导入一个。请去掉一个。")
                return
        self.owners.setdefault(owner, (name, incoming.partial))

        twice: list[str] = []
        person = f"{incoming.person}（{name}）" if incoming.person not in name else name

        def first(change: Change) -> bool:
            place = incoming.places.get((change.type, change.id), "")
            is_first = self._first(owner, change, person if self.apart else name, place)
            if not is_first:
                twice.append(self.changed[owner, change.type, change.id][0])
            return is_first

        found = difference(self.office, incoming, name, first, self.named or _named)
        self.differences.append(replace(found, same_as=twice[0]) if twice and found.is_empty else found)

    def _first(self, owner: str, change: Change, name: str, place: str) -> bool:
        """Whether this is the first change to its record; a later change with other content is a problem."""
        key = (owner, change.type, change.id)
        if key not in self.changed:
            self.changed[key] = (name, place, change)
            if not change.base and change.body is not None:
                self.brought.setdefault(owner, {}).setdefault(change.type, {})[change.id] = dict(change.body)
            return True
        before, there, other = self.changed[key]
        if other.body != change.body:
            self.problems.append(
                f"{name}的{place or change.label}：与前面的“{before}”不同，没有收。要用这一份的，请只选这一份。"
                if self.apart
                else f"{_at(before, there)}和{_at(name, place)}都写了{change.label}，内容不同。请只留一份，或改成一样。"
            )
        return False


def _at(name: str, place: str) -> str:
    return f"{name}的{place}" if place else name


def take_in(office: Office, accepted: Sequence[Difference], *, author: str = "") -> None:
    """Save all differences in one transaction; if any change is refused, save none."""
    changes = [(d.branch, d.changes) for d in accepted if d.changes]
    if changes:
        office.store.apply_all(office.campaign.id, changes, who=author or office.author)
    for difference in accepted:
        if difference.receipt:
            office.files.write(receipts.receipt_name(difference.branch), difference.receipt)


def _incoming(office: Office, name: str, data: bytes, branch: str, earlier: workbooks.Earlier) -> Incoming:
    if workbooks.is_workbook(Path(name)):
        book = workbooks.open_workbook(name, data)
        read = returned_forms.read_member_form if returned_forms.is_member_form(book.meta) else workbooks.read_workbook
        return read(office, name, book, branch, earlier)
    suffix = Path(name).suffix.lower()
    if suffix in WRITTEN:
        raise NotAForm(path=name)
    if suffix == ".zip" and b".xlsx" in data:
        raise FormsInAZip(path=name)
    if suffix in OTHER_SHEETS:
        raise OtherSheet(path=name)
    if suffix not in (".json", ""):
        raise NotImportable(path=name)
    raw = load_json(data, name)
    if receipts.is_receipt(raw):
        return receipts.read_receipt(office, raw, data, name)
    return read_parcel(data, name, KINDS, BUREAU_KINDS)


def _same_campaign(office: Office, incoming: Incoming, name: str) -> None:
    if incoming.campaign != office.campaign.id:
        raise BadInput(
            [
                f"{name}的 campaign：是方案“{incoming.campaign}”的数据，这里用的是“{office.campaign.id}”。请导入本方案的数据。"
            ]
        )


def every_change(_change: Change) -> bool:
    """True: all changes are included."""
    return True


def difference(
    office: Office,
    incoming: Incoming,
    source: str,
    wanted: Callable[[Change], bool] = every_change,
    named: Callable[[Record], str] | None = None,
) -> Difference:
    """Compare imported records with the store.

    Args:
        office: The workspace.
        incoming: The content of the file.
        source: The file's name in messages.
        wanted: Whether to include a change; False e.g. if another file makes the same change.
        named: Returns a record's label; by default its type, id and name.
    """
    owner = incoming.branch.id if incoming.branch else BUREAU
    snapshot = office.store.current(office.campaign.id, owner)
    stored = {t: {row.id: row for row in rows} for t, rows in snapshot.records.items()}
    protected = _protected_ids(office, owner, stored) if incoming.branch and not incoming.receipt else {}
    sorter = _Sorter(wanted, named or _named, keep_others=incoming.partial)
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
        self, wanted: Callable[[Change], bool], named: Callable[[Record], str], *, keep_others: bool = False
    ) -> None:
        self.wanted, self.named = wanted, named
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
        if self.wanted(change):
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
            named = self.named(record)
            label = named if existing is None else f"{named}：{_changed(record, existing.body)}"
            self._put(Change.put(record, base=existing.version if existing else 0), label, new=existing is None)
        imported = {record.id for record in records}
        for ident, row in stored.items():
            if ident not in imported and ident not in protected and not self.keep_others:
                label = f"{BY_TYPE[type_name].LABEL} {ident}"
                change = Change.remove(type_name, ident, base=row.version, label=label)
                if self.wanted(change):
                    self.withdrawn.append(label)
                    self.changes.append(change)


def _changed(record: Record, before: Mapping[str, Any]) -> str:
    """Titles of the fields that differ; for a list whose length changed, both lengths."""
    now = record.to_json()
    names = [n for n in type(record).model_fields if now.get(n) != before.get(n)]
    return "、".join(_field(record, n, before.get(n), now.get(n)) for n in names) or "写法"


def _field(record: Record, name: str, before: Any, now: Any) -> str:
    title = type(record).model_fields[name].title or name
    lists = [each or [] for each in (before, now) if each is None or isinstance(each, list)]
    if len(lists) == len((before, now)) and len(lists[0]) != len(lists[1]):
        return f"{title}（{len(lists[0])}项改为{len(lists[1])}项）"
    return title


def _named(record: Record) -> str:
    name = getattr(record, "name", "")
    return f"{record.LABEL} {record.id}" + (f"（{name}）" if name else "")
