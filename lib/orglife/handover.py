"""What a branch hands over: one file with its records, their whole history and the attachments; and how it is taken in.

The bureau keeps the head of every package it took in, in its own chain, so a branch that rewrites its past is found with
the next package. Where the bureau's copy is the beginning of what comes, the branch's revisions are appended unchanged;
where the bureau has revisions of its own, the difference is saved on top of them and the branch's history kept apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orglife
from orglife import history, intake, receipts
from orglife.adapters import attached, files, witness, zips
from orglife.adapters.chain import BRANCH, BUREAU, Head, Revision, problems
from orglife.adapters.store import Change, Snapshot, Stored
from orglife.adapters.workspace import CAMPAIGN
from orglife.adapters.zips import Part, Zip
from orglife.core.branch import Branch
from orglife.core.dossier import Dossier
from orglife.core.errors import BadPackage, HistoryRewritten, OrglifeError, OtherCampaign
from orglife.core.exchange import Parcel, dossier_json, load_json, read_parcel
from orglife.dossiers import dossier_of
from orglife.office import Office
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.kinds import BUREAU_KINDS, BY_TYPE, KINDS
from orglife.stages.plan.record import Attachment

FORMAT = "orglife-package/1"
DOSSIER, HISTORY, RECEIPT = "dossier.json", "history.jsonl", "receipt.json"
LARGEST = 2_000_000_000
LARGEST_TEXT = 60_000_000
LABELS: Mapping[str, str] = {**{t: kind.LABEL for t, kind in BY_TYPE.items()}, BRANCH: Branch.LABEL}
"""What record types are called."""


# --- out -------------------------------------------------------------------------------------------------------------


def export(office: Office, branch: str, out: Path) -> list[str]:
    """Write a branch's package; the same records give the same bytes.

    Args:
        office: The workspace.
        branch: The branch's id.
        out: The file.

    Returns:
        What the person who hands it over should know, one sentence each.

    Raises:
        OrglifeError: the store or an attachment cannot be read, or the file not be written.
    """
    dossier = dossier_of(office.store.current(office.campaign.id, branch), None)
    revisions = office.store.history(office.campaign.id, branch)
    root = office.workspace.root
    wanted = {a.file: a for a in dossier.all(Attachment) if _may_lie(a.file, branch)}
    there = {name: root / name for name, a in wanted.items() if _is(root / name, a.sha256)}
    receipt = receipts.place_of(office, branch)
    parts: list[tuple[str, bytes | Path]] = [
        (DOSSIER, dossier_json(dossier, KINDS).encode()),
        (HISTORY, witness.to_lines(revisions)),
        (CAMPAIGN, root / CAMPAIGN),
        *there.items(),
        *([(RECEIPT, receipt)] if receipt.is_file() else []),
    ]
    head = {
        "format": FORMAT,
        "campaign": office.campaign.id,
        "branch": branch,
        "program": orglife.__version__,
        "head": witness.head_of(revisions, (ArchiveItem.TYPE,))._asdict(),
    }
    zips.write(out, head, parts)
    return list(_leaves(dossier, revisions, there, len(dossier.all(Attachment)) - len(there)))


def _leaves(dossier: Dossier, revisions: Sequence[Revision], there: Mapping[str, Path], lost: int) -> Iterator[str]:
    count = sum(len(rows) for rows in dossier.records.values())
    yield (
        f"里面有{dossier.branch.name or dossier.branch.id}的党员{len(dossier.members)}名、记录{count}条、"
        f"修改历史{len(revisions)}条、附件{len(there)}个，都是个人信息，请只交给上级党组织。"
    )
    if lost:
        yield f"另有{lost}个附件在工作目录里找不到或已被改动，没有装入。请核对后重新附上。"
    if dossier.drafts:
        yield f"没有填完的{len(dossier.drafts)}条草稿没有装入。"


def _may_lie(name: str, branch: str) -> bool:
    """Whether a path is one of the branch's own attachments: below attachments/, in no other branch's folder."""
    parts = name.split("/")
    plain = all(part and part.strip(". ") == part for part in parts) and "\\" not in name
    return plain and parts[0] == attached.FOLDER and (len(parts) == 2 or (len(parts) == 3 and parts[1] == branch))  # noqa: PLR2004


def _is(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


# --- in --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Package:
    """A package that was read and is sound in itself."""

    name: str
    head: Head
    branch: Branch
    revisions: Sequence[Revision]
    parcel: Parcel
    campaign_text: bytes
    receipt: bytes = b""

    @property
    def end(self) -> Head:
        """The very last revision, archived items included."""
        return witness.head_of(self.revisions)


@dataclass(frozen=True)
class Arrival:
    """A package compared with what is there.

    Attributes:
        difference: What changes here.
        continues: What is here is the beginning of what comes: the revisions are appended unchanged.
        fresh: Revisions that are new here.
        conflicts: Records that were changed here as well, both versions side by side.
        attachments: Files that are new here.
    """

    package: Package
    difference: intake.Difference
    continues: bool
    fresh: int
    conflicts: tuple[str, ...]
    attachments: tuple[Part, ...]
    notes: tuple[str, ...] = field(default=())

    def lines(self, limit: int) -> Iterator[str]:
        """The difference in words, at most ``limit`` records of each sort named."""
        yield from self.difference.lines(limit)
        if self.conflicts:
            yield "  这里也改过下列记录，左边是这里现有的，右边是来件的；接收后以来件为准，这里的改动留在历史里："
            yield from (f"    {line}" for line in self.conflicts)
        if self.fresh or self.attachments:
            yield f"  修改历史新增{self.fresh}条，附件{len(self.attachments)}个。"
        yield from (f"  {note}" for note in self.notes)


def take(office: Office, source: Path, *, dry: bool, limit: int = 20) -> Iterator[str]:
    """Take one package in, whole or not at all, and leave a receipt; what is told comes as it happens.

    Args:
        office: The workspace.
        source: The package.
        dry: Only show the difference.
        limit: How many records of each sort are named.

    Raises:
        OrglifeError: one sentence why nothing of it was taken in.
    """
    with zips.opened(source, shape=FORMAT, largest=LARGEST) as pack:
        package = _read(office, pack)
        arrival = _compare(office, package, pack)
        yield from arrival.lines(limit)
        if dry:
            return
        new = _unpack(office, pack, arrival.attachments)
        try:
            _save(office, arrival)
        except BaseException:
            _drop(new)
            raise
    _keep_apart(office, arrival)
    text = receipts.made(office, package.branch.id, package.head)
    place = receipts.keep(office, package.branch.id, text.encode())
    yield f"  已接收，回执在“{place}”，请交给支部导入。"


def _read(office: Office, pack: Zip) -> Package:
    """Everything but the attachments, each part compared with the others."""
    pack.require(DOSSIER, HISTORY, CAMPAIGN)
    theirs = str(pack.head.get("campaign"))[:40]
    if theirs != office.campaign.id:
        raise OtherCampaign(name=pack.name, theirs=theirs, ours=office.campaign.id)
    data = pack.read(DOSSIER, most=LARGEST_TEXT)
    parcel = read_parcel(data, f"{pack.name}的{DOSSIER}", KINDS, BUREAU_KINDS)
    revisions = _history(pack)
    branch = parcel.branch
    if branch is None or branch.id != pack.head.get("branch") or parcel.campaign != theirs:
        raise BadPackage(name=pack.name, what=f"{DOSSIER}与{zips.MANIFEST}说的不是同一个支部或方案")
    if any((r.campaign, r.branch) != (theirs, branch.id) for r in revisions):
        raise BadPackage(name=pack.name, what="修改历史里有别的支部或方案的内容")
    _same(pack, parcel, revisions)
    head = witness.head_of(revisions, (ArchiveItem.TYPE,))
    if pack.head.get("head") != head._asdict():
        raise BadPackage(name=pack.name, what=f"{zips.MANIFEST}写的最后一条与修改历史不符")
    receipt = pack.read(RECEIPT, most=LARGEST_TEXT) if RECEIPT in pack.parts else b""
    text = pack.read(CAMPAIGN, most=LARGEST_TEXT)
    return Package(pack.name, head, branch, revisions, parcel, text, receipt)


def _history(pack: Zip) -> list[Revision]:
    try:
        revisions = list(witness.from_lines(pack.read(HISTORY, most=LARGEST_TEXT)))
    except ValueError as error:
        raise BadPackage(name=pack.name, what=f"{HISTORY}第{error}行读不懂") from error
    what = next(problems(revisions, LABELS), "" if revisions else "修改历史是空的。")
    if what:
        raise BadPackage(name=pack.name, what=what.removesuffix("。"))
    return revisions


def _same(pack: Zip, parcel: Parcel, revisions: Sequence[Revision]) -> None:
    """The dossier is what the history leads to, record by record."""
    last = {(r.type, r.record): r for r in revisions}
    live = {key: r for key, r in last.items() if r.action == "put"}
    assert parcel.branch is not None
    stated: dict[tuple[str, str], Any] = {(BRANCH, parcel.branch.id): parcel.branch.to_json()}
    stated |= {(t, r.id): r.to_json() for t, rows in parcel.records.items() for r in rows}
    for key in sorted(live.keys() | stated.keys()):
        entry = history.entry_of(key[0], live[key].data) if key in live else None
        if entry is None or entry.to_json() != stated.get(key):
            label = f"{LABELS.get(key[0], key[0])} {key[1]}"
            raise BadPackage(name=pack.name, what=f"{label}在{DOSSIER}里的内容与修改历史不符")


def _compare(office: Office, package: Package, pack: Zip) -> Arrival:
    branch = package.branch.id
    here = office.store.history(office.campaign.id, branch)
    _require_known_heads(office, package)
    same = witness.common(here, package.revisions)
    continues = same == len(here)
    taken = _taken(office, branch)
    fresh = len(package.revisions) - (same if continues else max((h.number for h in taken), default=same))
    found = intake.difference(office, package.parcel, package.name)
    conflicts = () if continues else tuple(_conflicts(office, package, here[same:]))
    parts = _attachments(package, pack)
    new = _new_ones(office, pack, parts)
    return Arrival(package, found, continues, fresh, conflicts, new, tuple(_notes(office, package, parts)))


def _taken(office: Office, branch: str) -> list[Head]:
    """The ends of the chains that came with earlier packages of a branch."""
    kept = office.store.history(office.campaign.id, BUREAU, history.WITNESS, branch)
    bodies = [r.data for r in kept if r.data]
    return [Head(body["number"], body["hash"]) for body in bodies]


def _require_known_heads(office: Office, package: Package) -> None:
    lost = witness.missing(package.revisions, _taken(office, package.branch.id))
    if lost:
        how = "没有了" if lost[0].number > len(package.revisions) else "变成了另一条"
        name = package.branch.name or package.branch.id
        raise HistoryRewritten(name=package.name, branch=name, id=package.branch.id, number=lost[0].number, how=how)


def _conflicts(office: Office, package: Package, ours: Sequence[Revision]) -> Iterator[str]:
    """Records that were changed here after the histories parted, and differ from what comes."""
    branch = package.branch.id
    snapshot = office.store.current(office.campaign.id, branch)
    now = _bodies(snapshot)
    theirs: dict[tuple[str, str], Any] = {(BRANCH, branch): package.branch.to_json()}
    theirs |= {(t, r.id): r.to_json() for t, rows in package.parcel.records.items() for r in rows}
    for key in dict.fromkeys((r.type, r.record) for r in ours if r.type != ArchiveItem.TYPE):
        mine, other = now.get(key), theirs.get(key)
        if mine != other:
            label = f"{LABELS.get(key[0], key[0])} {key[1]}"
            if mine is None or other is None:
                yield f"{label}：{'已撤回' if mine is None else '有'} ｜ {'没有' if other is None else '有'}"
            else:
                changes = history.side_by_side(office, branch, key[0], mine, other)
                yield from (f"{label} {c.label}：{c.before} ｜ {c.after}" for c in changes)


def _bodies(snapshot: Snapshot) -> dict[tuple[str, str], Any]:
    rows: list[tuple[str, Stored]] = [(t, row) for t, each in snapshot.records.items() for row in each]
    found: dict[tuple[str, str], Any] = {(t, row.id): row.body for t, row in rows}
    return found | ({(BRANCH, snapshot.id): snapshot.branch} if snapshot.branch else {})


def _attachments(package: Package, pack: Zip) -> tuple[Part, ...]:
    """The files that come along: each named by a record of the package, what it says, and of a kind that may be kept."""
    named = {a.file: a for a in package.parcel.records.get(Attachment.TYPE, ()) if isinstance(a, Attachment)}
    found = []
    for name, part in pack.parts.items():
        if name in (DOSSIER, HISTORY, CAMPAIGN, RECEIPT):
            continue
        record = named.get(name)
        if record is None or not _may_lie(name, package.branch.id):
            raise BadPackage(name=pack.name, what=f"里面的“{name[:60]}”不是本支部登记的附件")
        if record.sha256 != part.sha256:
            raise BadPackage(name=pack.name, what=f"附件{name}与登记的校验值不符")
        attached.recognise(pack.read(name, most=attached.LARGEST), Path(name))
        found.append(part)
    return tuple(found)


def _new_ones(office: Office, pack: Zip, parts: Sequence[Part]) -> tuple[Part, ...]:
    """The files that are not here yet; another file of the same name is never replaced."""
    root = office.workspace.root
    new = tuple(part for part in parts if not _is(root / part.file, part.sha256))
    for part in new:
        if (root / part.file).exists() or (root / part.file).is_symlink():
            raise BadPackage(name=pack.name, what=f"这里已有另一个叫{part.file}的附件")
    return new


def _notes(office: Office, package: Package, parts: Sequence[Part]) -> Iterator[str]:
    lost = len(package.parcel.records.get(Attachment.TYPE, ())) - len(parts)
    if lost:
        yield f"有{lost}个附件没有随包交来。"
    if package.campaign_text != files.read(office.workspace.root / CAMPAIGN):
        yield "支部用的方案文件与这里的内容不同，请核对是不是同一份方案。"
    if package.receipt:
        raw = load_json(package.receipt, f"{package.name}的{RECEIPT}")
        own = office.store.history(office.campaign.id, BUREAU)
        if receipts.is_receipt(raw) and receipts.contradicts(office, raw, own, f"{package.name}的{RECEIPT}"):
            yield "支部留存的回执与这里的督导记录历史对不上：这里的历史被改写过，或是从旧备份恢复的。请查明。"


def _unpack(office: Office, pack: Zip, parts: Sequence[Part]) -> list[Path]:
    """Put the attachments in place; the files that are new."""
    root = office.workspace.root
    new: list[Path] = []
    try:
        for part in parts:
            files.make_private((root / part.file).parent)
            pack.unpack(part.file, root / part.file)
            new.append(root / part.file)
    except BaseException:
        _drop(new)
        raise
    return new


def _drop(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _save(office: Office, arrival: Arrival) -> None:
    """Revisions (or the difference) and the new head, in one transaction."""
    package, campaign = arrival.package, office.campaign.id
    branch, end = package.branch.id, package.end
    kept = _taken(office, branch)
    if (not arrival.fresh or not arrival.continues) and arrival.difference.is_empty and end in kept:
        return  # the same package again
    with office.store.writing() as writer:
        if arrival.continues:
            writer.append(package.revisions)
        else:
            for change in arrival.difference.changes:
                writer.change(campaign, branch, change, who=office.author)
        if end not in kept:
            body = {"id": branch, **end._asdict(), "head": package.head._asdict()}
            writer.change(campaign, BUREAU, Change(history.WITNESS, branch, body), who=office.author)


def _keep_apart(office: Office, arrival: Arrival) -> None:
    """The branch's own history, where it could not be appended to ours."""
    if not arrival.continues:
        place = receipts.place_of(office, arrival.package.branch.id).with_suffix(".history.jsonl")
        files.make_private(place.parent)
        files.write(place, witness.to_lines(arrival.package.revisions))


def each(office: Office, sources: Sequence[Path], *, dry: bool) -> Iterator[tuple[str, bool]]:
    """Take packages in one by one; a bad one refuses only itself.

    Yields:
        What is told, and whether it is a refusal.
    """
    limit = 20 if len(sources) == 1 else 5
    for source in sources:
        try:
            for line in take(office, source, dry=dry, limit=limit):
                yield line, False
        except OrglifeError as error:
            what = [s if source.name in s else f"{source.name}：{s}" for s in error.sentences]
            yield from ((sentence, True) for sentence in what)
