"""A branch's package compared with the workspace: what it changes here, and why it may have to be refused.

If the bureau's copy is a prefix of the package's history, the branch's revisions will be appended unchanged. If the bureau
has revisions of its own, ``merging`` merges the records one by one. ``handover`` saves the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from pathlib import Path

from orglife.adapters.disk import zips
from orglife.adapters.disk.record_files import CAMPAIGN
from orglife.adapters.disk.zip_writer import Part
from orglife.adapters.disk.zips import Zip
from orglife.adapters.store import witness
from orglife.adapters.store.chain import ChainHead, Revision
from orglife.core.errors import (
    BadPackage,
    HistoryRewritten,
    NotTheSameBranch,
    OlderPackage,
    OtherCampaign,
)
from orglife.core.record.dossier import Dossier
from orglife.core.record.exchange import load_json
from orglife.core.record.record import Record
from orglife.exchange import merging, packages, receipts
from orglife.exchange.difference import Difference, difference_of, every_change
from orglife.exchange.merging import Contradiction, Key
from orglife.exchange.packages import RECEIPT, Package
from orglife.office import history
from orglife.office.branch_ids import new_branch_id
from orglife.office.office import Office
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
        otherwise: Whose content is taken where both sides changed a record: ``ours`` or ``theirs``; "" = refuse the package.
        sides: The same for single records.
        seen: Head of the branch's chain here when the difference was shown; None = it was not shown before.
    """

    dry: bool = False
    reason: str = ""
    as_new: bool = False
    same: bool = False
    otherwise: str = ""
    sides: Mapping[Key, str] = field(default_factory=dict)
    seen: ChainHead | None = None


@dataclass(frozen=True)
class Arrival:
    """A package compared with the workspace.

    Attributes:
        differs: Returns what the package changes in this workspace; see ``difference``.
        continues: Our history is a prefix of the package's history: its revisions are appended unchanged.
        fresh: Number of revisions that are new in this workspace.
        known: The package's last revision was received before.
        here: Head of the branch's chain in this workspace.
        attachments: Files that are new in this workspace.
        contradictions: Records that both sides changed, to different content.
        only_here: Records that were changed here only, and stay so.
        reason: Why a history that lacks earlier received heads is accepted; "" = it lacks none.
    """

    package: Package
    differs: Callable[[], Difference]
    continues: bool
    fresh: int
    known: bool
    here: ChainHead
    attachments: tuple[Part, ...]
    contradictions: tuple[Contradiction, ...] = ()
    only_here: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""

    @property
    def difference(self) -> Difference:
        """What the package changes in this workspace, computed on first use; appending the revisions does not need it."""
        return self.differs()

    @property
    def open(self) -> tuple[Contradiction, ...]:
        """The contradictions that nobody has decided."""
        return tuple(each for each in self.contradictions if not each.side)

    @property
    def is_empty(self) -> bool:
        """Whether it brings nothing that is not here already."""
        return self.known and self.difference.is_empty and not self.attachments

    def lines(self, limit: int) -> Iterator[str]:
        """Describe the difference, naming at most ``limit`` records of each sort."""
        yield from self.difference.lines(limit)
        yield from merging.contradiction_lines(self.contradictions, other="支部", came="来件")
        yield from self._further()

    def details(self, limit: int) -> Iterator[str]:
        """The same without the contradictions, which the page shows by themselves."""
        yield from self.difference.lines(limit)
        yield from self._further()

    def _further(self) -> Iterator[str]:
        if self.only_here:
            yield merging.only_here_line(self.only_here)
        if self.fresh or self.attachments:
            yield f"  修改历史新增{self.fresh}条，附件{len(self.attachments)}个。"
        yield from (f"  {note}" for note in self.notes)
        if self.reason:
            yield f"  这份修改历史与以前收到的对不上，按写明的原因接收：{self.reason}"


def open_package(source: Path, name: str = "") -> AbstractContextManager[Zip]:
    """Open a package after its safety checks; see ``zips.open_zip``."""
    return zips.open_zip(source, shape=packages.FORMAT, largest=packages.LARGEST, name=name)


def compare(office: Office, pack: Zip, options: ImportOptions, *, for_people: bool = False) -> Arrival:
    """Read a package and compare it with the workspace.

    Args:
        office: The workspace.
        pack: The package.
        options: How it would be imported.
        for_people: Call records by person and date instead of type and id.

    Raises:
        OrglifeError: why it cannot be imported with these options.
    """
    package = packages.read_package(pack)
    if package.incoming.campaign != office.campaign.id:
        raise OtherCampaign(name=pack.name, theirs=package.incoming.campaign[:40], ours=office.campaign.id)
    ours = office.store.history(office.campaign.id, package.branch.id)
    branch = _id_here(office, package, options, ours)
    if branch != package.branch.id:
        package, ours = package.under(branch), office.store.history(office.campaign.id, branch)
    common = 0 if package.origin else witness.common_length(ours, package.revisions)
    received = received_heads(office, branch)
    unrelated = bool(ours) and not common and not package.origin and not _continues_a_package(office, package)
    if unrelated and not options.same:
        raise _not_the_same(office, package)
    rewritten = _rewritten_history(package, received)
    if rewritten and not options.reason and not unrelated:
        if witness.holds_head(ours, package.end):
            raise OlderPackage(**rewritten.fields, theirs=package.end.number)
        raise rewritten
    continues = not package.origin and common == len(ours)
    held = [head.number for head in received if witness.holds_head(package.revisions, head)]
    fresh = len(package.revisions) - max([common, *held])
    merge = None
    if not continues:
        in_common = [] if unrelated else received
        merge = merging.merge_of(office, package, in_common, common, options.sides, options.otherwise)
    label_of = _label_in(office, package) if for_people else None
    includes = merge.takes if merge else every_change
    attachments = _new_attachments(office, pack, package)
    differs = cache(partial(difference_of, office, package.incoming, package.name, includes, label_of))
    if merge:
        differs()  # decides record by record, and so finds the contradictions
    return Arrival(
        package,
        differs,
        continues,
        fresh,
        package.end in received,
        witness.head_of(ours),
        attachments,
        tuple(merge.contradictions) if merge else (),
        tuple(merge.only_here) if merge else (),
        tuple(_notes(office, package)),
        (options.reason or SAME_BRANCH) if rewritten else "",
    )


def _label_in(office: Office, package: Package) -> Callable[[Record], str]:
    """What the package's records are called for people."""
    return Dossier(office.campaign.id, package.branch, package.incoming.records, date.min).label


SAME_BRANCH = "由接收人确认是同一个支部"
"""The reason kept in the bureau's chain where a person said so."""


def _id_here(office: Office, package: Package, options: ImportOptions, ours: Sequence[Revision]) -> str:
    """The branch's id here: its own, else the one that it got because another branch had the same.

    Args:
        office: The workspace.
        package: The package.
        options: How it would be imported.
        ours: The history here of the branch that has its own id.
    """
    branch, origin = package.branch.id, origin_of(package)
    for ident, body in office.bureau_chain.bodies(history.WITNESS).items():
        if body.get("origin") == origin:
            return ident
    apart = ours and ours[0].hash != package.first and not _continues_a_package(office, package)
    return new_branch_id() if apart and options.as_new else branch


def origin_of(package: Package) -> dict[str, str]:
    """What tells a branch apart in its own workspace: its id and the hash of its first revision."""
    return {"branch": package.own_id, "first": package.first}


def _continues_a_package(office: Office, package: Package) -> bool:
    """Whether the history holds the end of a package that was received under this id."""
    return any(
        head.number > 0 and witness.holds_head(package.revisions, head)
        for head in received_heads(office, package.branch.id)
    )


def _not_the_same(office: Office, package: Package) -> NotTheSameBranch:
    theirs = package.branch.name or package.branch.id
    ours = office.branch_name(package.branch.id)
    return NotTheSameBranch(name=package.name, ours=ours, theirs=theirs, id=package.branch.id)


def received_heads(office: Office, branch: str) -> list[ChainHead]:
    """Last revisions of a branch's earlier packages, since the last time a changed history was accepted with a reason."""
    witnesses = office.bureau_chain.revisions_of(history.WITNESS, branch)
    heads: list[ChainHead] = []
    for body in (r.data for r in witnesses if r.data):
        if body.get("reason"):
            heads.clear()
        heads.append(ChainHead(body["number"], body["hash"]))
    return heads


def _rewritten_history(package: Package, received: Sequence[ChainHead]) -> HistoryRewritten | None:
    """The error for a history that lacks a head received earlier; None if it holds all of them."""
    missing = witness.missing_heads(package.revisions, received)
    if not missing:
        return None
    change = "没有了" if missing[0].number > len(package.revisions) else "变成了另一条"
    name = package.branch.name or package.branch.id
    return HistoryRewritten(name=package.name, branch=name, id=package.branch.id, number=missing[0].number, how=change)


def _new_attachments(office: Office, pack: Zip, package: Package) -> tuple[Part, ...]:
    """Attachments that the workspace lacks; a different file of the same name is an error and is never replaced."""
    here = office.files
    new = tuple(p for p in package.attachments if here.digest(package.place_of(p.file)) != p.sha256)
    for part in new:
        place = package.place_of(part.file)
        if here.taken(place):
            raise BadPackage(name=pack.name, what=f"这里已有另一个叫{place}的附件")
    return new


def _notes(office: Office, package: Package) -> Iterator[str]:
    missing = len(package.incoming.records.get(Attachment.TYPE, ())) - len(package.attachments)
    if missing:
        yield f"有{missing}个附件没有随包交来。"
    if package.campaign_text != office.files.read(CAMPAIGN):
        yield "支部用的方案文件与这里的内容不同，请核对是不是同一份方案。"
    if package.receipt:
        raw = load_json(package.receipt, f"{package.name}的{RECEIPT}")
        own = office.bureau_chain.revisions
        if receipts.is_receipt(raw) and receipts.contradicts(office, raw, own, f"{package.name}的{RECEIPT}"):
            yield "支部留存的回执与这里的督导记录历史对不上：这里的历史被改写过，或是从旧备份恢复的。请查明。"
