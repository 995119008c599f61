"""What was entered in a branch at home is brought back to the server.

Bringing back appends the revisions as they are and ends the loan, in one transaction. Where the loan ended before, for
instance because the bureau ended it, the server may have gone on: then the records are merged one by one.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from orglife.adapters.disk import attachments
from orglife.adapters.disk.record_files import ATTACHMENTS
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.store import addresses, witness
from orglife.adapters.store.chain import ChainHead, Revision
from orglife.adapters.store.store import Store
from orglife.adapters.store.writer import Writer
from orglife.core.errors import (
    CannotWrite,
    Contradictions,
    NotBroughtBack,
)
from orglife.core.record.dossier import day_words
from orglife.core.record.exchange import Incoming
from orglife.exchange import intake, merging
from orglife.exchange.difference import difference_of
from orglife.exchange.merging import Key, Merge
from orglife.keeping import restoring
from orglife.office.dossiers import dossier_of
from orglife.office.office import Office
from orglife.office.workspace_store import open_store
from orglife.stages.kinds import KINDS
from orglife.stages.plan.record import Attachment
from orglife.takeaway.lending import database_of, own_branch_of

if TYPE_CHECKING:
    from orglife.adapters.store.server.database import ServerDatabase
    from orglife.adapters.store.server.loans import Loan

_CLOCK_SLACK = timedelta(minutes=10)
"""As in the database: how far entries of a loan may lie before its beginning and after now."""
_NOTHING = ChainHead(0, "")
_MERGING = "请上级党组织结束这次带走，再带回一次，程序会逐条核对合并"
_ASK = "请核对是不是从这里带走的那一份；不是的，把它当作支部的包交给上级党组织"


@dataclass(frozen=True)
class ReturnOptions:
    """How records are brought back.

    Attributes:
        dry: Only show what would be done.
        otherwise: After the loan ended: whose content is taken where both sides changed a record, ``ours`` or
            ``theirs``; "" = ask.
        sides: The same for single records.
        called: What people call the file, where it was chosen in a page; "" = its own name.
    """

    dry: bool = False
    otherwise: str = ""
    sides: Mapping[Key, str] = field(default_factory=dict)
    called: str = ""


def bring_back(office: Office, source: Path, options: ReturnOptions = ReturnOptions()) -> Iterator[str]:
    """Bring back what was entered at home.

    Args:
        office: The branch's workspace, whose store is on a server.
        source: The workspace at home, or a backup of it.
        options: How.

    Raises:
        NotBroughtBack, Contradictions, OrglifeError: why not; nothing was changed.
    """
    database, branch = database_of(office), own_branch_of(office)
    called = options.called or str(source)
    with _opened(source) as workspace:
        settings = workspace.settings
        taken = database.loan_of(settings.loan) if settings.loan else None
        if taken is None or taken.branch != branch:
            raise NotBroughtBack(path=called, what="它不是从这里带走的，或者是别的支部的", how=_ASK)
        # the settings of the folder may be anybody's: no login is carried to a server that they name
        if not isinstance(addresses.address_of(settings.store, folder=workspace.root), Path):
            raise NotBroughtBack(path=called, what="它的数据不在这个文件夹里", how=_ASK)
        with open_store(workspace.root, readonly=True) as store:
            if what := store.first_problem():
                raise NotBroughtBack(path=called, what=what, how=_ASK)
            chains = {c: store.history(c, branch) for c, owner in sorted(store.heads()) if owner == branch}
            _require_all_that_was_taken(called, taken, chains)
            home = _Home(called, workspace, store, chains)
            fresh = {c: rows for c, rows in chains.items() if not _is_here(office, rows)}
            if taken.ended is None:
                yield from _append(office, database, taken, home, options)
            elif not fresh:
                yield f"“{called}”里的内容都已经在服务器上了，没有新的。"
            else:
                yield from _merge_all(office, taken, home, fresh, options)
        if not options.dry and source.is_dir():
            yield from _noted_as_returned(workspace)


@dataclass(frozen=True)
class _Home:
    """What was opened of a workspace at home.

    Attributes:
        called: What people call it.
        chains: Campaign → the branch's whole history there.
    """

    called: str
    workspace: Workspace
    store: Store
    chains: Mapping[str, Sequence[Revision]]


@contextlib.contextmanager
def _opened(source: Path) -> Iterator[Workspace]:
    """The workspace at home; a backup of it is unpacked into a private folder, which is removed after the block."""
    if not source.is_file():
        yield Workspace.open(source)
        return
    with tempfile.TemporaryDirectory() as room:
        place = Path(room) / "home"
        list(restoring.restore(source, place, sure=True))
        yield Workspace.open(place)


def _require_all_that_was_taken(called: str, taken: Loan, chains: Mapping[str, Sequence[Revision]]) -> None:
    """The history at home must begin with what was taken."""
    for campaign, head in taken.heads.items():
        rows = chains.get(campaign, ())
        if not witness.holds_head(rows, head):
            how = "没有了" if head.number > len(rows) else "变成了另一条"
            what = f"带走时的第{head.number}条修改在那里{how}，它是从旧备份恢复的，或者历史被改写过"
            raise NotBroughtBack(path=called, what=what, how="请找带走以后一直在用的那一份")


def _is_here(office: Office, rows: Sequence[Revision]) -> bool:
    """Whether the server has all of a chain."""
    if not rows:
        return True
    last = rows[-1]
    return witness.holds_head(office.store.history(last.campaign, last.branch), ChainHead(last.number, last.hash))


def _append(
    office: Office, database: ServerDatabase, taken: Loan, home: _Home, options: ReturnOptions
) -> Iterator[str]:
    """Append what was entered at home as it is, and end the loan: both or neither."""
    new = [r for c, rows in home.chains.items() for r in rows[taken.heads.get(c, _NOTHING).number :]]
    _require_right_times(home.called, taken, new, database.now())
    yield f"{office.branch_name(taken.branch)}：带走以后新增修改{len(new)}条。"
    if options.dry:
        return
    copied = _bring_attachments(office, home)
    try:
        with database.bringing_back(taken, home.chains, office.author) as writer:
            writer.append(new)
            for campaign in home.chains:
                _bring_drafts(office, home, writer, campaign, taken.branch)
    except BaseException:
        office.files.withdraw(copied)
        raise
    yield f"已带回，附件{len(copied)}个。服务器上现在可以接着填了。"


def _require_right_times(called: str, taken: Loan, new: Sequence[Revision], now: datetime) -> None:
    """Require times of entry between the loan's beginning and now: the database refuses other rows."""
    for revision in new:
        at = datetime.fromisoformat(revision.at)
        if not taken.since - _CLOCK_SLACK <= at <= now + _CLOCK_SLACK:
            day = day_words(at.astimezone().date())
            what = f"第{revision.number}条修改写的录入时间是{day}，不在带走以后、现在以前，那台电脑的时钟不准"
            raise NotBroughtBack(path=called, what=what, how=_MERGING)


def _bring_drafts(office: Office, home: _Home, writer: Writer, campaign: str, branch: str) -> None:
    """Unfinished entries as they are at home."""
    at_home = {(d.type, d.id): d for d in home.store.current(campaign, branch).drafts if not d.damaged}
    on_server = {(d.type, d.id) for d in office.store.current(campaign, branch).drafts}
    for key, draft in at_home.items():
        writer.draft(campaign, branch, *key, draft.fields, who=home.workspace.settings.author or office.author)
    for key in on_server - at_home.keys():
        writer.draft(campaign, branch, *key, None, who=office.author)


def _bring_attachments(office: Office, home: _Home) -> list[str]:
    """Store the attachments that are not here yet; names of the new files, which are made from their content.

    A file that no record names stays at home: somebody put it there.

    Raises:
        NotBroughtBack, NotAnAttachment: one is another file than was attached, or none that may be attached.
    """
    digests = {
        row.data.get("file"): row.data.get("sha256")
        for rows in home.chains.values()
        for row in rows
        if row.type == Attachment.TYPE and row.data
    }
    at_home = home.workspace.files
    fresh = [
        name
        for name in at_home.names(ATTACHMENTS)
        if name in digests and not office.files.taken(name) and office.files.may_write(name)
    ]
    for name in fresh:  # all of them before the first is stored
        if attachments.recognise(at_home.read(name), name).sha256 != digests[name]:
            how = "请在带走的一份里重新附上这个文件"
            raise NotBroughtBack(path=home.called, what=f"附件{name}与登记的校验值不符", how=how)
    for name in fresh:
        office.files.write(name, at_home.read(name))
    return fresh


def _noted_as_returned(workspace: Workspace) -> Iterator[str]:
    """Mark the workspace at home as brought back, so that nobody saves there what would stay there."""
    try:
        workspace.set_returned()
    except CannotWrite:
        yield f"“{workspace.root}”写不进去，没有标上“已带回”：请不要再在那里填写。"


# --- after the loan ended --------------------------------------------------------------------------------------------


def _merge_all(
    office: Office, taken: Loan, home: _Home, fresh: Mapping[str, Sequence[Revision]], options: ReturnOptions
) -> Iterator[str]:
    """Merge record by record: what was entered on one side only is kept, and contradictions are shown side by side."""
    yield _how_it_ended(taken)
    for campaign, rows in fresh.items():
        if campaign == office.campaign.id:
            yield from _merge(office, home, rows, options)
            continue
        with Office.open(office.workspace.root, author=office.author, campaign=campaign) as then:
            yield from _merge(then, home, rows, options)


def _how_it_ended(taken: Loan) -> str:
    day = day_words(taken.ended.astimezone().date()) if taken.ended else ""
    who = taken.ended_who or "有人"
    how = {
        "returned": f"这一份{day}已由{who}带回过，后来在那里又改过",
        "again": f"{day}{who}另带走过一份",
        "ended": f"这次带走{day}已由上级党组织（{who}）结束，原因：{taken.reason}",
    }[taken.how]
    return f"{how}，所以逐条核对合并，服务器上后来录入的不会去掉。"


def _merge(office: Office, home: _Home, rows: Sequence[Revision], options: ReturnOptions) -> Iterator[str]:
    campaign, branch = rows[0].campaign, rows[0].branch
    at_home = home.store.current(campaign, branch)
    dossier = dossier_of(at_home, None)
    ours = office.store.history(campaign, branch)
    base = merging.bodies_after(ours[: witness.common_length(ours, rows)])
    merge = Merge(
        office,
        branch,
        merging.bodies_of(office.store.current(campaign, branch)),
        merging.bodies_of(at_home),
        base,
        options.sides,
        options.otherwise,
    )
    incoming = Incoming(campaign, dossier.branch, {kind.TYPE: dossier.all(kind) for kind in KINDS})
    difference = difference_of(office, incoming, home.called, merge.takes, dossier.label)
    yield from difference.lines()
    yield from merging.contradiction_lines(merge.contradictions, other="带走的一份", came="带走的一份")
    if merge.only_here:
        yield merging.only_here_line(merge.only_here)
    if options.dry:
        return
    undecided = [each for each in merge.contradictions if not each.side]
    if undecided:
        raise Contradictions(name=home.called, branch=office.branch_name(branch), count=len(undecided))
    copied = _bring_attachments(office, home)
    try:
        intake.take_in(office, [difference])
    except BaseException:
        office.files.withdraw(copied)
        raise
    yield f"已合并带回，附件{len(copied)}个。带走的一份的修改历史留在那里，请保留它。"
