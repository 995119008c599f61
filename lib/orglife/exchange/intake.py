"""Import files: compute and show the difference first, then import all files or none; or each file on its own."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from orglife.adapters.disk import files
from orglife.adapters.store.store import BUREAU, Change
from orglife.core.errors import BadInput, FormsInAZip, NotAForm, NotImportable, OrglifeError, OtherSheet
from orglife.core.record.exchange import Incoming, load_json, read_parcel
from orglife.core.record.record import Record
from orglife.core.sheet.returned import Bodies
from orglife.exchange import receipts, returned_forms, workbooks
from orglife.exchange.difference import Difference, difference_of
from orglife.office.office import Office
from orglife.stages.kinds import BUREAU_KINDS, KINDS

WRITTEN = (".doc", ".docx", ".wps", ".pdf", ".txt")
"""Text documents: people hand in outlines this way, but the program cannot read a form from them."""
OTHER_SHEETS = (".csv", ".tsv", ".ods")
"""Spreadsheets of other formats: Excel and WPS offer them when a form is saved under another name."""


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
    call = _Import(office, branch, label_of=office.dossier(branch).label if branch else None)
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
    call = _Import(office, branch, label_of=office.dossier(branch).label, apart=True)
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
    label_of: Callable[[Record], str] | None = None
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

        difference = difference_of(self.office, incoming, name, first, self.label_of)
        if twice and difference.is_empty:
            difference = replace(difference, same_as=twice[0])
        self.differences.append(difference)

    def _first(self, owner: str, change: Change, name: str, place: str) -> bool:
        """Whether this is the first change to its record; a later change with other content is a problem."""
        key = (owner, change.type, change.id)
        if key not in self.changed:
            self.changed[key] = (name, place, change)
            if not change.base and change.body is not None:
                self.brought.setdefault(owner, {}).setdefault(change.type, {})[change.id] = dict(change.body)
            return True
        earlier, earlier_place, other = self.changed[key]
        if other.body != change.body:
            self.problems.append(
                f"{name}的{place or change.label}：与前面的“{earlier}”不同，没有收。要用这一份的，请只选这一份。"
                if self.apart
                else f"{_at(earlier, earlier_place)}和{_at(name, place)}都写了{change.label}，内容不同。请只留一份，或改成一样。"
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
            [f"{name}是方案“{incoming.campaign}”的数据，这里用的是“{office.campaign.id}”。请导入本方案的数据。"]
        )
