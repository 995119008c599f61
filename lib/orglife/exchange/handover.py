"""A package taken in: compared with what is there, whole or not at all, with a witness kept and a receipt left.

The bureau keeps the head of every package it took in, in its own chain, so a branch that rewrites its past is found with
the next package. Where the bureau's copy is the beginning of what comes, the branch's revisions are appended unchanged;
where the bureau has revisions of its own, the difference is saved on top of them and the branch's history kept apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files, zips
from orglife.adapters.disk.workspace import CAMPAIGN
from orglife.adapters.disk.zips import Part, Zip
from orglife.adapters.store import witness
from orglife.adapters.store.chain import BRANCH, BUREAU, ChainHead, Revision
from orglife.adapters.store.store import Change, Snapshot, StoredRecord
from orglife.core.errors import (
    BadPackage,
    CannotWrite,
    HistoryRewritten,
    OrglifeError,
    OtherCampaign,
    ReceiptNotWritten,
)
from orglife.core.record.exchange import load_json
from orglife.exchange import intake, packages, receipts
from orglife.exchange.packages import LABELS, RECEIPT, Package, holds_bytes
from orglife.office import history
from orglife.office.office import Office
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.plan.record import Attachment


@dataclass(frozen=True)
class Arrival:
    """A package compared with what is there.

    Attributes:
        difference: What changes here.
        continues: What is here is the beginning of what comes: the revisions are appended unchanged.
        fresh: Revisions that are new here.
        conflicts: Records that were changed here as well, both versions side by side.
        attachments: Files that are new here.
        anew: Why a history is taken in that lacks heads that we were given.
    """

    package: Package
    difference: intake.Difference
    continues: bool
    fresh: int
    conflicts: tuple[str, ...]
    attachments: tuple[Part, ...]
    notes: tuple[str, ...] = ()
    anew: str = ""

    def lines(self, limit: int) -> Iterator[str]:
        """The difference in words, at most ``limit`` records of each sort named."""
        yield from self.difference.lines(limit)
        if self.conflicts:
            yield "  这里也改过下列记录，左边是这里现有的，右边是来件的；接收后以来件为准，这里的改动留在历史里："
            yield from (f"    {line}" for line in self.conflicts)
        if self.fresh or self.attachments:
            yield f"  修改历史新增{self.fresh}条，附件{len(self.attachments)}个。"
        yield from (f"  {note}" for note in self.notes)
        if self.anew:
            yield f"  这份修改历史与以前收到的对不上，按写明的原因接收：{self.anew}"


def take(office: Office, source: Path, *, dry: bool, reason: str = "", limit: int = 20) -> Iterator[str]:
    """Take one package in, whole or not at all, and leave a receipt; what is told comes as it happens.

    Args:
        office: The workspace.
        source: The package.
        dry: Only show the difference.
        reason: Why a history is taken in that lacks heads that we were given; "" = it is refused.
        limit: How many records of each sort are named.

    Raises:
        OrglifeError: one sentence why nothing of it was taken in.
    """
    with zips.open_zip(source, shape=packages.FORMAT, largest=packages.LARGEST) as pack:
        package = packages.read_package(pack)
        if package.incoming.campaign != office.campaign.id:
            raise OtherCampaign(name=pack.name, theirs=package.incoming.campaign[:40], ours=office.campaign.id)
        arrival = _compare(office, package, pack, reason)
        yield from arrival.lines(limit)
        if dry:
            return
        new = _unpack(office, pack, arrival.attachments)
        try:
            _save(office, arrival)
        except BaseException:
            _drop(new)
            raise
    place = _leave(office, arrival)
    yield f"  已接收，回执在“{place}”，请交给支部导入。"


def _leave(office: Office, arrival: Arrival) -> Path:
    """The receipt, and the branch's own history where it could not be appended to ours."""
    package = arrival.package
    try:
        if not arrival.continues:
            apart = receipts.receipt_file(office, package.branch.id).with_suffix(".history.jsonl")
            files.make_private(apart.parent)
            files.write(apart, witness.to_lines(package.revisions))
        text = receipts.made(office, package.branch.id, package.head)
        return receipts.keep(office, package.branch.id, text.encode())
    except CannotWrite as error:
        raise ReceiptNotWritten(name=package.name, what=error.fields["what"]) from error


def _compare(office: Office, package: Package, pack: Zip, reason: str) -> Arrival:
    branch = package.branch.id
    here = office.store.history(office.campaign.id, branch)
    broken = _lost(office, package)
    if broken and not reason:
        raise broken
    same = witness.common_length(here, package.revisions)
    continues = same == len(here)
    taken = _taken(office, branch)
    fresh = len(package.revisions) - (same if continues else max((h.number for h in taken), default=same))
    found = intake.difference(office, package.incoming, package.name)
    conflicts = () if continues else tuple(_conflicts(office, package, here[same:]))
    anew = reason if broken else ""
    new = _new_ones(office, pack, package.attachments)
    return Arrival(package, found, continues, fresh, conflicts, new, tuple(_notes(office, package)), anew)


def _taken(office: Office, branch: str) -> list[ChainHead]:
    """The ends of the chains that came with earlier packages of a branch, from the last history begun anew on."""
    kept = office.store.history(office.campaign.id, BUREAU, history.WITNESS, branch)
    found: list[ChainHead] = []
    for body in (r.data for r in kept if r.data):
        if body.get("reason"):
            found.clear()
        found.append(ChainHead(body["number"], body["hash"]))
    return found


def _lost(office: Office, package: Package) -> HistoryRewritten | None:
    """What is to be said of a history that lacks a head that we were given."""
    lost = witness.missing_heads(package.revisions, _taken(office, package.branch.id))
    if not lost:
        return None
    how = "没有了" if lost[0].number > len(package.revisions) else "变成了另一条"
    name = package.branch.name or package.branch.id
    return HistoryRewritten(name=package.name, branch=name, id=package.branch.id, number=lost[0].number, how=how)


def _conflicts(office: Office, package: Package, ours: Sequence[Revision]) -> Iterator[str]:
    """Records that were changed here after the histories parted, and differ from what comes."""
    branch = package.branch.id
    snapshot = office.store.current(office.campaign.id, branch)
    now = _bodies(snapshot)
    theirs: dict[tuple[str, str], Any] = {(BRANCH, branch): package.branch.to_json()}
    theirs |= {(t, r.id): r.to_json() for t, rows in package.incoming.records.items() for r in rows}
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
    rows: list[tuple[str, StoredRecord]] = [(t, row) for t, each in snapshot.records.items() for row in each]
    found: dict[tuple[str, str], Any] = {(t, row.id): row.body for t, row in rows}
    return found | ({(BRANCH, snapshot.id): snapshot.branch} if snapshot.branch else {})


def _new_ones(office: Office, pack: Zip, parts: Sequence[Part]) -> tuple[Part, ...]:
    """The files that are not here yet; another file of the same name is never replaced."""
    root = office.workspace.root
    new = tuple(part for part in parts if not holds_bytes(root / part.file, part.sha256))
    for part in new:
        if (root / part.file).exists() or (root / part.file).is_symlink():
            raise BadPackage(name=pack.name, what=f"这里已有另一个叫{part.file}的附件")
    return new


def _notes(office: Office, package: Package) -> Iterator[str]:
    lost = len(package.incoming.records.get(Attachment.TYPE, ())) - len(package.attachments)
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
            why = {"reason": arrival.anew} if arrival.anew else {}
            body = {"id": branch, **end._asdict(), "head": package.head._asdict(), **why}
            writer.change(campaign, BUREAU, Change(history.WITNESS, branch, body), who=office.author)


def each(office: Office, sources: Sequence[Path], *, dry: bool, reason: str = "") -> Iterator[tuple[str, bool]]:
    """Take packages in one by one; a bad one refuses only itself.

    Yields:
        What is told, and whether it is a refusal.
    """
    limit = 20 if len(sources) == 1 else 5
    for source in sources:
        try:
            for line in take(office, source, dry=dry, reason=reason, limit=limit):
                yield line, False
        except OrglifeError as error:
            what = [s if source.name in s else f"{source.name}：{s}" for s in error.sentences]
            yield from ((sentence, True) for sentence in what)
