"""The package that a branch hands over: records, full history and attachments; read only if all parts are consistent.

``handover`` imports it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import orglife
from orglife.adapters.disk import attachments, zip_writer, zips
from orglife.adapters.disk.record_files import ATTACHMENTS, CAMPAIGN
from orglife.adapters.disk.zip_writer import Part
from orglife.adapters.disk.zips import Zip
from orglife.adapters.store import witness
from orglife.adapters.store.chain import BRANCH, ChainHead, Revision, chain_problems
from orglife.core.errors import BadPackage, OrglifeError
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier
from orglife.core.record.exchange import Incoming, dossier_json, read_parcel
from orglife.core.record.record import Entry
from orglife.exchange import receipts
from orglife.office import disclosure, history
from orglife.office.dossiers import dossier_of
from orglife.office.office import Office
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.kinds import BUREAU_KINDS, BY_TYPE, KINDS
from orglife.stages.plan.record import Attachment

FORMAT = "orglife-package/1"
DOSSIER, HISTORY, RECEIPT = "dossier.json", "history.jsonl", "receipt.json"
PARTS = frozenset({zip_writer.MANIFEST, DOSSIER, HISTORY})
"""A zip that holds any of these may be a package, complete or damaged."""
LARGEST = 2_000_000_000
LARGEST_HISTORY, LARGEST_TEXT = 40_000_000, 20_000_000
LABELS: Mapping[str, str] = {**{t: kind.LABEL for t, kind in BY_TYPE.items()}, BRANCH: Branch.LABEL}
"""Labels of the record types."""


# --- out -------------------------------------------------------------------------------------------------------------


def export_package(office: Office, branch: str, out: Path, where: str = "") -> list[str]:
    """Write a branch's package; the same records always give the same bytes.

    Args:
        office: The workspace.
        branch: The branch's id.
        out: The file.
        where: The location named in messages; "" = the file's path.

    Returns:
        Messages for the person who hands it over, one sentence each.

    Raises:
        OrglifeError: the store or an attachment cannot be read, or the file cannot be written.
    """
    dossier = dossier_of(office.store.current(office.campaign.id, branch), None)
    revisions = office.store.history(office.campaign.id, branch)
    named = {a.file: a for a in dossier.all(Attachment) if _is_own_path(a.file, branch)}
    packed = [name for name, a in named.items() if office.files.digest(name) == a.sha256]
    receipt = receipts.sent_back(office, branch)
    parts: list[tuple[str, bytes | Path]] = [
        (DOSSIER, dossier_json(dossier, KINDS).encode()),
        (HISTORY, witness.to_lines(revisions)),
        (CAMPAIGN, office.workspace.campaign_bytes()),
        *([(RECEIPT, receipt)] if receipt else []),
    ]
    head = {
        "format": FORMAT,
        "campaign": office.campaign.id,
        "branch": branch,
        "program": orglife.__version__,
        "head": witness.head_of(revisions, (ArchiveItem.TYPE,))._asdict(),
    }
    with tempfile.TemporaryDirectory() as room:
        parts += [(name, office.files.local(name, Path(room))) for name in packed]
        zip_writer.write_zip(out, head, parts)
    return list(_export_notes(dossier, revisions, packed, where or str(out)))


def _export_notes(dossier: Dossier, revisions: Sequence[Revision], packed: Sequence[str], where: str) -> Iterator[str]:
    count = sum(len(rows) for rows in dossier.records.values())
    yield (
        f"里面有{dossier.branch.name or dossier.branch.id}的党员{len(dossier.members)}名、记录{count}条、"
        f"修改历史{len(revisions)}条、附件{len(packed)}个，请只交给上级党组织。"
    )
    yield disclosure.disclosure_line(
        dossier, where, also="改过、删过的内容" + (f"，附件{len(packed)}个" if packed else "")
    )
    missing = len(dossier.all(Attachment)) - len(packed)
    if missing:
        yield f"另有{missing}个附件在工作目录里找不到或已被改动，没有装入。请核对后重新附上。"
    if dossier.drafts:
        yield f"没有填完的{len(dossier.drafts)}条草稿没有装入。"


def _is_own_path(name: str, branch: str) -> bool:
    """Whether a path may be one of the branch's attachments: in attachments/ itself or in the branch's folder there."""
    parts = name.split("/")
    plain = all(part and part.strip(". ") == part for part in parts) and "\\" not in name
    return plain and parts[0] == ATTACHMENTS and (len(parts) == 2 or (len(parts) == 3 and parts[1] == branch))  # noqa: PLR2004


# --- in --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Package:
    """A package that was read and is internally consistent.

    Attributes:
        branch: The branch under the id that it has here.
        origin: Its id in its own workspace, where that is another one.
    """

    name: str
    head: ChainHead
    branch: Branch
    revisions: Sequence[Revision]
    incoming: Incoming
    attachments: tuple[Part, ...]
    campaign_text: bytes
    receipt: bytes = b""
    origin: str = ""

    @property
    def first(self) -> str:
        """Hash of the first revision: two branches that have the same id differ in it."""
        return self.revisions[0].hash

    @property
    def own_id(self) -> str:
        """The branch's id in its own workspace."""
        return self.origin or self.branch.id

    def under(self, branch: str) -> Package:
        """The package as that of a branch with another id here; its history stays as it is."""
        if branch == self.branch.id:
            return self
        head = self.branch.model_copy(update={"id": branch})
        moved = tuple(
            r.model_copy(update={"file": self.place_of(r.file, branch)}) if isinstance(r, Attachment) else r
            for r in self.incoming.records.get(Attachment.TYPE, ())
        )
        records = {**self.incoming.records, **({Attachment.TYPE: moved} if moved else {})}
        incoming = replace(self.incoming, branch=head, records=records)
        return replace(self, branch=head, incoming=incoming, origin=self.own_id)

    def place_of(self, file: str, branch: str = "") -> str:
        """Where an attachment of the package lies in this workspace."""
        branch = branch or self.branch.id
        return file if branch == self.own_id else f"{ATTACHMENTS}/{branch}/{file.rsplit('/', 1)[-1]}"

    @property
    def end(self) -> ChainHead:
        """Head of the whole history, archive items included."""
        return witness.head_of(self.revisions)


def read_package(pack: Zip) -> Package:
    """Read a package and check its parts against each other.

    Raises:
        BadPackage, BadInput: the package is not consistent.
    """
    pack.require(DOSSIER, HISTORY, CAMPAIGN)
    data = pack.read(DOSSIER, most=LARGEST_TEXT)
    incoming = read_parcel(data, f"{pack.name}的{DOSSIER}", KINDS, BUREAU_KINDS)
    revisions = _history(pack)
    branch = incoming.branch
    if branch is None or (branch.id, incoming.campaign) != (pack.head.get("branch"), pack.head.get("campaign")):
        raise BadPackage(name=pack.name, what=f"{DOSSIER}与{zip_writer.MANIFEST}说的不是同一个支部或方案")
    if any((r.campaign, r.branch) != (incoming.campaign, branch.id) for r in revisions):
        raise BadPackage(name=pack.name, what="修改历史里有别的支部或方案的内容")
    _require_equal(pack, incoming, revisions)
    head = witness.head_of(revisions, (ArchiveItem.TYPE,))
    if pack.head.get("head") != head._asdict():
        raise BadPackage(name=pack.name, what=f"{zip_writer.MANIFEST}写的最后一条与修改历史不符")
    attached = _attachments(pack, branch.id, incoming)
    receipt = pack.read(RECEIPT, most=LARGEST_TEXT) if RECEIPT in pack.parts else b""
    text = pack.read(CAMPAIGN, most=LARGEST_TEXT)
    return Package(pack.name, head, branch, revisions, incoming, attached, text, receipt)


def faults(source: Path, known: str = "") -> list[tuple[str, str, str]]:
    """Problems of a package, each as (part, kind, Chinese words); empty if it is consistent.

    Args:
        source: The file.
        known: Hash of a head that somebody else recorded; the history must contain it.
    """
    try:
        with zips.open_zip(source, shape=FORMAT, largest=LARGEST, whole=False) as pack:
            if different := list(pack.differences()):
                return different
            if out_of_order := _disorder(pack):
                return [(HISTORY, "order", text) for text in out_of_order]
            revisions = read_package(pack).revisions
            if what := pack.altered():
                return [("", "changed", what)]
    except BadPackage as error:
        return [("", "changed", str(error.fields["what"]))]
    except OrglifeError as error:
        return [("", "changed", sentence.rstrip("。")) for sentence in error.sentences]
    if known and all(revision.hash != known for revision in revisions):
        return [(HISTORY, "changed", "历史里没有您提供的校验值，整段历史可能被改写或截短")]
    return []


def _disorder(pack: Zip) -> list[str]:
    """Revisions of a readable history that are out of order; [] if none are, or if it cannot be read."""
    try:
        numbers = [r.number for r in witness.from_lines(pack.read(HISTORY, most=LARGEST_HISTORY))]
    except (ValueError, BadPackage):
        return []
    if numbers == sorted(numbers):
        return []
    late = [now for before, now in pairwise(numbers) if now < before]
    return [f"修改历史的第{number}条顺序颠倒" for number in late]


def _history(pack: Zip) -> list[Revision]:
    try:
        revisions = list(witness.from_lines(pack.read(HISTORY, most=LARGEST_HISTORY)))
    except ValueError as error:
        raise BadPackage(name=pack.name, what=f"{HISTORY}第{error}行读不懂") from error
    what = next(chain_problems(revisions, LABELS), "" if revisions else "修改历史是空的。")
    if what:
        raise BadPackage(name=pack.name, what=what.removesuffix("。"))
    return revisions


def _require_equal(pack: Zip, incoming: Incoming, revisions: Sequence[Revision]) -> None:
    """Require that the dossier equals the state after the last revision, record by record."""
    last = {(r.type, r.record): r for r in revisions}
    live = {key: r for key, r in last.items() if r.action == "put"}
    assert incoming.branch is not None
    stated: dict[tuple[str, str], Entry] = {(BRANCH, incoming.branch.id): incoming.branch}
    stated |= {(t, r.id): r for t, rows in incoming.records.items() for r in rows}
    for key in sorted(live.keys() | stated.keys()):
        data = live[key].data if key in live else None
        if data is not None and data == incoming.plain.get(key):
            continue  # word for word the same, as nearly always
        now = stated[key].to_json() if key in stated else None
        if data is not None and data == now:
            continue  # no old schema to upgrade
        entry = history.entry_of(key[0], data)
        if entry is None or entry.to_json() != now:
            label = f"{LABELS.get(key[0], key[0])} {key[1]}"
            raise BadPackage(name=pack.name, what=f"{label}在{DOSSIER}里的内容与修改历史不符")


def _attachments(pack: Zip, branch: str, incoming: Incoming) -> tuple[Part, ...]:
    """The package's attachments: each named by a record, with the recorded hash, and of an allowed file type."""
    named = {a.file: a for a in incoming.records.get(Attachment.TYPE, ()) if isinstance(a, Attachment)}
    parts = []
    for name, part in pack.parts.items():
        if name in (DOSSIER, HISTORY, CAMPAIGN, RECEIPT):
            continue
        record = named.get(name)
        if record is None or not _is_own_path(name, branch):
            raise BadPackage(name=pack.name, what=f"里面的“{name[:60]}”不是本支部登记的附件")
        if record.sha256 != part.sha256:
            raise BadPackage(name=pack.name, what=f"附件{name}与登记的校验值不符")
        attachments.recognise(pack.read(name, most=attachments.LARGEST), name)
        parts.append(part)
    return tuple(parts)
