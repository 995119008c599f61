"""Import a branch's package: compare it with the store, save all of it or nothing, record its head, write a receipt.

The bureau records the head of every accepted package in its own chain. A branch that rewrites its history is therefore
detected with its next package. If the bureau's copy is a prefix of the package's history, the branch's revisions are
appended unchanged. If the bureau has revisions of its own, the difference is saved as new revisions and the branch's
history is stored in a separate file beside the receipt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files, zips
from orglife.adapters.disk.workspace import CAMPAIGN
from orglife.adapters.disk.zip_writer import Part
from orglife.adapters.disk.zips import Zip
from orglife.adapters.store import witness
from orglife.adapters.store.chain import BRANCH, BUREAU, ChainHead, Revision
from orglife.adapters.store.store import Change, Snapshot, StoredRecord
from orglife.core.errors import (
    BadPackage,
    CannotWrite,
    HistoryRewritten,
    NotTheSameBranch,
    OrglifeError,
    OtherCampaign,
    ReceiptNotWritten,
)
from orglife.core.record.exchange import load_json
from orglife.exchange import intake, packages, receipts
from orglife.exchange.packages import LABELS, RECEIPT, Package, holds_bytes
from orglife.office import history
from orglife.office.branch_ids import new_branch_id
from orglife.office.office import Office
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.plan.record import Attachment


@dataclass(frozen=True)
class ImportOptions:
    """How packages are imported.

    Attributes:
        dry: Only show the difference.
        reason: Why a history that lacks earlier received heads is accepted; "" = refuse it.
        as_new: A package whose history has nothing in common with the branch of that id here is another branch's; it gets
            an id of its own.
        same: It is the same branch's; records are added and revised, none is withdrawn.
    """

    dry: bool = False
    reason: str = ""
    as_new: bool = False
    same: bool = False


@dataclass(frozen=True)
class Arrival:
    """A package compared with the workspace.

    Attributes:
        difference: What the package changes in this workspace.
        continues: Our history is a prefix of the package's history: its revisions are appended unchanged.
        fresh: Number of revisions that are new in this workspace.
        conflicts: Records that were also changed here, both versions side by side.
        attachments: Files that are new in this workspace.
        reason: Why a history that lacks earlier received heads is accepted; "" = it lacks none.
    """

    package: Package
    difference: intake.Difference
    continues: bool
    fresh: int
    conflicts: tuple[str, ...]
    attachments: tuple[Part, ...]
    notes: tuple[str, ...] = ()
    reason: str = ""

    def lines(self, limit: int) -> Iterator[str]:
        """Describe the difference, naming at most ``limit`` records of each sort."""
        yield from self.difference.lines(limit)
        if self.conflicts:
            yield "  这里也改过下列记录，左边是这里现有的，右边是来件的；接收后以来件为准，这里的改动留在历史里："
            yield from (f"    {line}" for line in self.conflicts)
        if self.fresh or self.attachments:
            yield f"  修改历史新增{self.fresh}条，附件{len(self.attachments)}个。"
        yield from (f"  {note}" for note in self.notes)
        if self.reason:
            yield f"  这份修改历史与以前收到的对不上，按写明的原因接收：{self.reason}"


def import_package(office: Office, source: Path, options: ImportOptions, limit: int = 20) -> Iterator[str]:
    """Import one package, all of it or nothing, and write a receipt; messages are yielded as the work proceeds.

    Args:
        office: The workspace.
        source: The package.
        options: How it is imported.
        limit: How many records of each sort are named.

    Raises:
        OrglifeError: why the package was refused; nothing was imported.
    """
    with zips.open_zip(source, shape=packages.FORMAT, largest=packages.LARGEST) as pack:
        package = packages.read_package(pack)
        if package.incoming.campaign != office.campaign.id:
            raise OtherCampaign(name=pack.name, theirs=package.incoming.campaign[:40], ours=office.campaign.id)
        arrival = _compare(office, package, pack, options)
        package = arrival.package
        if package.origin:
            yield f"{package.branch.name or package.origin}（来件代号{package.origin}）在这里的代号是{package.branch.id}。"
        yield from arrival.lines(limit)
        if options.dry:
            return
        new = _unpack(office, pack, arrival)
        try:
            _save(office, arrival)
        except BaseException:
            _delete_files(new)
            raise
    receipt = _write_receipt(office, arrival)
    yield f"  已接收，回执在“{receipt}”，请交给支部导入。"


def _write_receipt(office: Office, arrival: Arrival) -> Path:
    """Write the receipt, and the branch's own history if it could not be appended to ours."""
    package = arrival.package
    try:
        if not arrival.continues:
            own_history = receipts.receipt_file(office, package.branch.id).with_suffix(".history.jsonl")
            files.make_private(own_history.parent)
            files.write(own_history, witness.to_lines(package.revisions))
        text = receipts.receipt_text(office, package.branch.id, package.head, package.own_id)
        return receipts.store_receipt(office, package.branch.id, text.encode())
    except CannotWrite as error:
        raise ReceiptNotWritten(name=package.name, what=error.fields["what"]) from error


def _compare(office: Office, package: Package, pack: Zip, options: ImportOptions) -> Arrival:
    package = package.under(_id_here(office, package, options))
    branch = package.branch.id
    ours = office.store.history(office.campaign.id, branch)
    common = 0 if package.origin else witness.common_length(ours, package.revisions)
    received = _received_heads(office, branch)
    unrelated = bool(ours) and not common and not package.origin and not _continues_a_package(office, package)
    if unrelated and not options.same:
        raise _not_the_same(office, package)
    rewritten = _rewritten_history(office, package, received)
    if rewritten and not options.reason and not unrelated:
        raise rewritten
    continues = not package.origin and common == len(ours)
    fresh = len(package.revisions) - (common if continues else max((h.number for h in received), default=common))
    incoming = replace(package.incoming, partial=True) if unrelated else package.incoming
    difference = intake.difference(office, incoming, package.name)
    if not continues:
        difference = _keeping_what_is_ours(difference, package)
    conflicts = () if continues else tuple(_conflicts(office, package, ours[common:], received))
    why = (options.reason or SAME_BRANCH) if rewritten else ""
    attachments = _new_attachments(office, pack, package)
    return Arrival(package, difference, continues, fresh, conflicts, attachments, tuple(_notes(office, package)), why)


def _keeping_what_is_ours(difference: intake.Difference, package: Package) -> intake.Difference:
    """The difference without withdrawing records that the branch never had: they were entered here."""
    theirs = {(r.type, r.record) for r in package.revisions}
    changes = tuple(c for c in difference.changes if c.body is not None or (c.type, c.id) in theirs)
    kept = {c.label for c in changes if c.body is None}
    ours = [label for label in difference.withdrawn if label not in kept]
    who = "、".join(ours[:NAMED]) + ("等" if len(ours) > NAMED else "")
    notes = (f"这里另行录入、支部没有的{len(ours)}条记录照旧保留：{who}。",)
    return replace(
        difference,
        changes=changes,
        withdrawn=tuple(label for label in difference.withdrawn if label in kept),
        notes=(*difference.notes, *(notes if ours else ())),
    )


NAMED = 5
"""Records named in one sentence."""
SAME_BRANCH = "由接收人确认是同一个支部"
"""The reason kept in the bureau's chain where a person said so."""


def _id_here(office: Office, package: Package, options: ImportOptions) -> str:
    """The branch's id here: its own, else the one that it got because another branch had the same."""
    branch = package.branch.id
    for row in office.store.current(office.campaign.id, BUREAU, (history.WITNESS,)).records.get(history.WITNESS, ()):
        if row.body.get("origin") == _origin_of(package):
            return row.id
    ours = office.store.history(office.campaign.id, branch)
    apart = ours and ours[0].hash != package.first and not _continues_a_package(office, package)
    return new_branch_id() if apart and options.as_new else branch


def _origin_of(package: Package) -> dict[str, str]:
    return {"branch": package.own_id, "first": package.first}


def _continues_a_package(office: Office, package: Package) -> bool:
    """Whether the history holds the end of a package that was received under this id."""
    return any(
        head.number > 0 and witness.holds_head(package.revisions, head)
        for head in _received_heads(office, package.branch.id)
    )


def _not_the_same(office: Office, package: Package) -> NotTheSameBranch:
    theirs = package.branch.name or package.branch.id
    ours = office.branch_name(package.branch.id)
    return NotTheSameBranch(name=package.name, ours=ours, theirs=theirs, id=package.branch.id)


def _received_heads(office: Office, branch: str) -> list[ChainHead]:
    """Last revisions of a branch's earlier packages, since the last time a changed history was accepted with a reason."""
    witnesses = office.store.history(office.campaign.id, BUREAU, history.WITNESS, branch)
    heads: list[ChainHead] = []
    for body in (r.data for r in witnesses if r.data):
        if body.get("reason"):
            heads.clear()
        heads.append(ChainHead(body["number"], body["hash"]))
    return heads


def _rewritten_history(office: Office, package: Package, received: Sequence[ChainHead]) -> HistoryRewritten | None:
    """The error for a history that lacks a head received earlier; None if it holds all of them."""
    del office
    missing = witness.missing_heads(package.revisions, received)
    if not missing:
        return None
    change = "没有了" if missing[0].number > len(package.revisions) else "变成了另一条"
    name = package.branch.name or package.branch.id
    return HistoryRewritten(name=package.name, branch=name, id=package.branch.id, number=missing[0].number, how=change)


def _conflicts(
    office: Office, package: Package, ours: Sequence[Revision], received: Sequence[ChainHead]
) -> Iterator[str]:
    """Records changed here since the branch's last package whose content differs from the new one.

    What both sides had in common is the state of the package's own history at the last head that was received.
    """
    branch = package.branch.id
    our_bodies = _bodies(office.store.current(office.campaign.id, branch))
    their_bodies: dict[tuple[str, str], Any] = {(BRANCH, branch): package.branch.to_json()}
    their_bodies |= {(t, r.id): r.to_json() for t, rows in package.incoming.records.items() for r in rows}
    common = _common_state(package, received)
    for key in dict.fromkeys((r.type, r.record) for r in ours if r.type != ArchiveItem.TYPE):
        our_body, their_body = our_bodies.get(key), their_bodies.get(key)
        if our_body in (their_body, common.get(key, _NEVER)):
            continue
        label = f"{LABELS.get(key[0], key[0])} {key[1]}"
        if our_body is None or their_body is None:
            yield f"{label}：{'已撤回' if our_body is None else '有'} ｜ {'没有' if their_body is None else '有'}"
        else:
            changes = history.side_by_side(office, branch, key[0], our_body, their_body)
            yield from (f"{label} {c.label}：{c.before} ｜ {c.after}" for c in changes)


_NEVER = object()


def _common_state(package: Package, received: Sequence[ChainHead]) -> dict[tuple[str, str], Any]:
    """Records of the package's history at the last received head, under the ids that they have here."""
    number = max((h.number for h in received if witness.holds_head(package.revisions, h)), default=0)
    state: dict[tuple[str, str], Any] = {}
    for revision in package.revisions[:number]:
        body = revision.data
        key = (revision.type, revision.record)
        if revision.type == BRANCH:
            key = (BRANCH, package.branch.id)
            body = body and {**body, "id": package.branch.id}
        elif revision.type == Attachment.TYPE and body and body.get("file"):
            body = {**body, "file": package.place_of(body["file"])}
        state[key] = body
    return state


def _bodies(snapshot: Snapshot) -> dict[tuple[str, str], Any]:
    rows: list[tuple[str, StoredRecord]] = [(t, row) for t, each in snapshot.records.items() for row in each]
    bodies: dict[tuple[str, str], Any] = {(t, row.id): row.body for t, row in rows}
    return bodies | ({(BRANCH, snapshot.id): snapshot.branch} if snapshot.branch else {})


def _new_attachments(office: Office, pack: Zip, package: Package) -> tuple[Part, ...]:
    """Attachments that the workspace lacks; a different file of the same name is an error and is never replaced."""
    root = office.workspace.root
    new = tuple(p for p in package.attachments if not holds_bytes(root / package.place_of(p.file), p.sha256))
    for part in new:
        place = package.place_of(part.file)
        if (root / place).exists() or (root / place).is_symlink():
            raise BadPackage(name=pack.name, what=f"这里已有另一个叫{place}的附件")
    return new


def _notes(office: Office, package: Package) -> Iterator[str]:
    missing = len(package.incoming.records.get(Attachment.TYPE, ())) - len(package.attachments)
    if missing:
        yield f"有{missing}个附件没有随包交来。"
    if package.campaign_text != files.read(office.workspace.root / CAMPAIGN):
        yield "支部用的方案文件与这里的内容不同，请核对是不是同一份方案。"
    if package.receipt:
        raw = load_json(package.receipt, f"{package.name}的{RECEIPT}")
        own = office.store.history(office.campaign.id, BUREAU)
        if receipts.is_receipt(raw) and receipts.contradicts(office, raw, own, f"{package.name}的{RECEIPT}"):
            yield "支部留存的回执与这里的督导记录历史对不上：这里的历史被改写过，或是从旧备份恢复的。请查明。"


def _unpack(office: Office, pack: Zip, arrival: Arrival) -> list[Path]:
    """Extract the attachments into the workspace and return the new files."""
    root = office.workspace.root
    new: list[Path] = []
    try:
        for part in arrival.attachments:
            target = root / arrival.package.place_of(part.file)
            files.make_private(target.parent)
            pack.unpack(part.file, target)
            new.append(target)
    except BaseException:
        _delete_files(new)
        raise
    return new


def _delete_files(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _save(office: Office, arrival: Arrival) -> None:
    """Save the revisions (or the difference) and the new head in one transaction."""
    package, campaign = arrival.package, office.campaign.id
    branch, end = package.branch.id, package.end
    received = _received_heads(office, branch)
    if (not arrival.fresh or not arrival.continues) and arrival.difference.is_empty and end in received:
        return  # the same package was imported before
    with office.store.writing() as writer:
        if arrival.continues:
            writer.append(package.revisions)
        else:
            for change in arrival.difference.changes:
                writer.change(campaign, branch, change, who=office.author)
        if end not in received:
            why = {"reason": arrival.reason} if arrival.reason else {}
            origin = {"origin": _origin_of(package)} if package.origin else {}
            body = {"id": branch, **end._asdict(), "head": package.head._asdict(), **why, **origin}
            writer.change(campaign, BUREAU, Change(history.WITNESS, branch, body), who=office.author)


def import_packages(office: Office, sources: Sequence[Path], options: ImportOptions) -> Iterator[tuple[str, bool]]:
    """Import packages one by one; a refused package does not stop the others.

    Yields:
        A message, and whether it is a refusal.
    """
    limit = 20 if len(sources) == 1 else 5
    for source in sources:
        try:
            for line in import_package(office, source, options, limit):
                yield line, False
        except OrglifeError as error:
            what = [s if source.name in s else f"{source.name}：{s}" for s in error.sentences]
            yield from ((sentence, True) for sentence in what)
