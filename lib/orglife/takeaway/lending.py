"""A branch whose records are on a server is taken home, goes on there without the server, and is brought back.

The database marks the branch as lent, and refuses whatever is saved to it; at home there is an ordinary workspace with the
whole history. Bringing back appends its revisions as they are and ends the loan, in one transaction. Where the loan ended
before, for instance because the bureau ended it, the server may have gone on: then the records are merged one by one.
"""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from orglife.adapters.disk import attachments, files
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.daily_copies import STORE
from orglife.adapters.disk.record_files import ATTACHMENTS, CAMPAIGN, CAMPAIGNS, RECEIPTS
from orglife.adapters.disk.workspace import FolderFiles, Settings, Workspace
from orglife.adapters.store import addresses, witness
from orglife.adapters.store.chain import BRANCH, BUREAU, ChainHead, Revision
from orglife.adapters.store.store import Change, Store
from orglife.adapters.store.writer import Writer
from orglife.core.errors import (
    CannotWrite,
    ClockWrong,
    Contradictions,
    NotBroughtBack,
    NotOnServer,
    OnlyBranchTakes,
    OnlyBureauEnds,
    OrglifeError,
    StoreBroken,
)
from orglife.core.record.dossier import Dossier, day_words
from orglife.core.record.exchange import Incoming
from orglife.exchange import intake, merging
from orglife.exchange.merging import Key, Merge
from orglife.keeping import restoring
from orglife.office.dossiers import dossier_of
from orglife.office.office import Office, open_store
from orglife.stages.kinds import KINDS
from orglife.stages.plan.record import Attachment

if TYPE_CHECKING:
    from orglife.adapters.store.server.database import ServerDatabase
    from orglife.adapters.store.server.loans import Loan

CLOCK_MINUTES = 5
"""How far the computer's clock may be from the server's when a branch is taken home."""
_CLOCK_SLACK = timedelta(minutes=10)
"""As in the database: entries of a loan lie between its beginning and now, and so far beyond."""
SUPERIOR = "上级党组织"
_BESIDE = (CAMPAIGNS, RECEIPTS, ATTACHMENTS)
"""Folders of files that belong to the records."""
_MERGING = "请上级党组织结束这次带走，再带回一次，程序会逐条核对合并"
_ASK = "请核对是不是从这里带走的那一份；不是的，把它当作支部的包交给上级党组织"


# --- taking home -----------------------------------------------------------------------------------------------------


def take_home(office: Office, target: Path, *, again: bool = False) -> Iterator[str]:
    """Make an ordinary workspace with the branch's whole history, and lend the branch to it.

    The loan is begun before the records are copied, and the folder appears last, complete: a power cut leaves a loan
    without a workspace, which ``again`` replaces, and never a workspace without a loan.

    Args:
        office: The branch's workspace, whose store is on a server.
        target: A new or empty folder.
        again: Take it once more, in place of an earlier time; what was taken then can only be merged.

    Raises:
        NotOnServer, OnlyBranchTakes, BranchLent, ClockWrong, WorkspaceExists, OrglifeError: nothing was taken.
    """
    database = _database(office)
    branch = _own_branch(office)
    _require_right_clock(database)
    taken: Loan | None = None
    try:
        with ws.complete_folder(target) as new:
            taken = database.lend(secrets.token_urlsafe(18), office.author, again=again)
            revisions = _fill(office, taken, new)
    except BaseException:
        if taken is not None:  # a full disk, for instance: the branch is not left without a workspace that has it
            with contextlib.suppress(OrglifeError), database.bringing_back(taken, (), office.author):
                pass
        raise
    yield f"{office.branch_name(branch)}的数据已带到“{target}”，修改历史{revisions}条。"
    yield "带回以前，服务器上只能看，不能改。请在带走的这一份里填写，填好以后带回来；不要带走两份分头填。"
    yield f"带出的个人信息：本支部的全部数据、修改历史和附件，写到“{target}”；没有加密，请看管好这台电脑。"


def _fill(office: Office, taken: Loan, new: Path) -> int:
    """Fill the folder of a workspace at home; the number of revisions."""
    for folder in ws.FOLDERS:
        files.make_private(new / folder)
    ws.lay_notebooks(new)
    office.store.backup(new / STORE)
    with Store.open(new / STORE, create=False) as store:
        problems = store.verify(drafts=False)
        if problems:
            raise StoreBroken(path=office.store.name, what=problems[0].removesuffix("。"))
        heads = {campaign: head for (campaign, owner), head in store.heads().items() if owner == taken.branch}
        if heads != dict(taken.heads):
            raise StoreBroken(path=office.store.name, what="读出的修改历史与带走时登记的不同")
        for campaign in taken.heads:
            _bring_what_was_sent(office.store, store, campaign)
    home = FolderFiles(new)
    for name in (CAMPAIGN, *(name for folder in _BESIDE for name in office.files.names(folder))):
        home.write(name, office.files.read(name))
    days = office.workspace.settings.backup_days
    own = Settings(branch=taken.branch, author=office.files.author(), backup_days=days, loan=taken.token)
    files.write(new / ws.SETTINGS, own.to_toml().encode())
    return sum(head.number for head in heads.values())


def _bring_what_was_sent(server: Store, home: Store, campaign: str) -> None:
    """The bureau's orders and remarks to the branch, as they are now: its chain itself the branch may not see."""
    sent = server.current(campaign, BUREAU).records
    changes = [Change(kind, row.id, row.body) for kind, rows in sent.items() for row in rows]
    if changes:
        home.apply(campaign, BUREAU, changes, who=SUPERIOR)


def _require_right_clock(database: ServerDatabase) -> None:
    minutes = abs(datetime.now(UTC) - database.now()) // timedelta(minutes=1)
    if minutes > CLOCK_MINUTES:
        raise ClockWrong(minutes=minutes)


# --- bringing back ---------------------------------------------------------------------------------------------------


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
    database, branch = _database(office), _own_branch(office)
    called = options.called or str(source)
    with _home(source) as home:
        taken = database.loan_of(home.settings.loan) if home.settings.loan else None
        if taken is None or taken.branch != branch:
            raise NotBroughtBack(path=called, what="它不是从这里带走的，或者是别的支部的", how=_ASK)
        # the settings of the folder may be anybody's: no login is carried to a server that they name
        if not isinstance(addresses.address_of(home.settings.store, folder=home.root), Path):
            raise NotBroughtBack(path=called, what="它的数据不在这个文件夹里", how=_ASK)
        with open_store(home.root, readonly=True) as store:
            problems = store.verify(drafts=False)
            if problems:
                raise NotBroughtBack(path=called, what=problems[0].removesuffix("。"), how=_ASK)
            chains = {c: store.history(c, branch) for c, owner in sorted(store.heads()) if owner == branch}
            _require_all_that_was_taken(called, taken, chains)
            given = _Home(called, home, store, chains)
            fresh = {c: rows for c, rows in chains.items() if not _is_here(office, rows)}
            if taken.ended is None:
                yield from _append(office, database, taken, given, options)
            elif not fresh:
                yield f"“{called}”里的内容都已经在服务器上了，没有新的。"
            else:
                yield from _merge_all(office, taken, given, fresh, options)
        if not options.dry and source.is_dir():
            yield from _noted_as_returned(home)


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
def _home(source: Path) -> Iterator[Workspace]:
    """The workspace at home; a backup of it is unpacked into a private folder for as long."""
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
    """What was entered at home was entered after it was taken, and before now; the database refuses other rows."""
    for revision in new:
        at = datetime.fromisoformat(revision.at)
        if not taken.since - _CLOCK_SLACK <= at <= now + _CLOCK_SLACK:
            day = day_words(at.astimezone().date())
            what = f"第{revision.number}条修改写的录入时间是{day}，不在带走以后、现在以前，那台电脑的时钟不准"
            raise NotBroughtBack(path=called, what=what, how=_MERGING)


def _bring_drafts(office: Office, home: _Home, writer: Writer, campaign: str, branch: str) -> None:
    """Unfinished entries as they are at home."""
    there = {(d.type, d.id): d for d in home.store.current(campaign, branch).drafts if not d.damaged}
    here = {(d.type, d.id) for d in office.store.current(campaign, branch).drafts}
    for key, draft in there.items():
        writer.draft(campaign, branch, *key, draft.fields, who=home.workspace.settings.author or office.author)
    for key in here - there.keys():
        writer.draft(campaign, branch, *key, None, who=office.author)


def _bring_attachments(office: Office, home: _Home) -> list[str]:
    """Store the attachments that are not here yet; names of the new files, which are made from their content.

    A file that no record names stays at home: somebody put it there.

    Raises:
        NotBroughtBack, NotAnAttachment: one is another file than was attached, or none that may be attached.
    """
    stated = {
        row.data.get("file"): row.data.get("sha256")
        for rows in home.chains.values()
        for row in rows
        if row.type == Attachment.TYPE and row.data
    }
    there = home.workspace.files
    fresh = [
        name
        for name in there.names(ATTACHMENTS)
        if name in stated and not office.files.taken(name) and office.files.may_write(name)
    ]
    for name in fresh:  # all of them before the first is stored
        if attachments.recognise(there.read(name), name).sha256 != stated[name]:
            how = "请在带走的一份里重新附上这个文件"
            raise NotBroughtBack(path=home.called, what=f"附件{name}与登记的校验值不符", how=how)
    for name in fresh:
        office.files.write(name, there.read(name))
    return fresh


def _noted_as_returned(home: Workspace) -> Iterator[str]:
    """From now on nobody can save at home, where it would not come back."""
    try:
        home.set_returned()
    except CannotWrite:
        yield f"“{home.root}”写不进去，没有标上“已带回”：请不要再在那里填写。"


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
    there = home.store.current(campaign, branch)
    dossier = dossier_of(there, None)
    ours = office.store.history(campaign, branch)
    base = merging.bodies_after(ours[: witness.common_length(ours, rows)])
    merge = Merge(
        office,
        branch,
        merging.bodies_of(office.store.current(campaign, branch)),
        _records(dossier),
        base,
        options.sides,
        options.otherwise,
    )
    incoming = Incoming(campaign, dossier.branch, {kind.TYPE: dossier.all(kind) for kind in KINDS})
    found = intake.difference(office, incoming, home.called, merge.takes, dossier.label)
    yield from found.lines()
    yield from merging.contradiction_lines(merge.contradictions, other="带走的一份", came="带走的一份")
    if merge.kept:
        yield merging.kept_line(merge.kept)
    if options.dry:
        return
    undecided = [each for each in merge.contradictions if not each.side]
    if undecided:
        raise Contradictions(name=home.called, branch=office.branch_name(branch), count=len(undecided))
    copied = _bring_attachments(office, home)
    try:
        intake.take_in(office, [replace(found, receipt=b"")])
    except BaseException:
        office.files.withdraw(copied)
        raise
    yield f"已合并带回，附件{len(copied)}个。带走的一份的修改历史留在那里，请保留它。"


def _records(dossier: Dossier) -> dict[Key, Mapping[str, object]]:
    own: dict[Key, Mapping[str, object]] = {(BRANCH, dossier.branch.id): dossier.branch.to_json()}
    return own | {(kind.TYPE, record.id): record.to_json() for kind in KINDS for record in dossier.all(kind)}


# --- the bureau ------------------------------------------------------------------------------------------------------


def end_loan(office: Office, branch: str, reason: str) -> str:
    """End the loan of a branch as its bureau; the sentence that says so.

    Raises:
        NotOnServer, OnlyBureauEnds, NotLent, BadInput: nothing was changed.
    """
    database = _database(office)
    if office.store.own_branch:
        raise OnlyBureauEnds
    database.end_loan(branch, office.author, reason)
    return f"{office.branch_name(branch)}的带走已结束，服务器上现在可以填了。带走的那一份以后带回时逐条核对合并。"


def loan_lines(office: Office) -> list[str]:
    """Which branches are lent now, as this login sees them; no full stop."""
    return [loan_line(office, one) for one in _database(office).loans()]


def loan_line(office: Office, one: Loan) -> str:
    """A branch that is lent; no full stop."""
    return f"{office.branch_name(one.branch)}（{one.branch}）{loan_words(one)}"


def loan_words(one: Loan) -> str:
    """Who took a branch, and when."""
    return f"{day_words(one.since.astimezone().date())}由{one.who or '有人'}带走，还没有带回"


# --- inside ----------------------------------------------------------------------------------------------------------

_NOTHING = ChainHead(0, "")


def _database(office: Office) -> ServerDatabase:
    """The database of a workspace whose store is on a server.

    Raises:
        NotOnServer: it is in a file.
    """
    if not office.store.on_server:
        raise NotOnServer(path=str(office.workspace.root))
    from orglife.adapters.store.server.database import ServerDatabase  # noqa: PLC0415  its driver is optional

    database = office.store.database
    assert isinstance(database, ServerDatabase)
    return database


def _own_branch(office: Office) -> str:
    """The branch of the login.

    Raises:
        OnlyBranchTakes: it is the bureau's.
    """
    if not office.store.own_branch:
        raise OnlyBranchTakes
    return office.store.own_branch
