"""A branch whose records are on a server is taken home, goes on there without the server, and is brought back (``returning``).

The database marks the branch as lent and refuses every save to it; at home there is an ordinary workspace with the whole
history. The bureau may end a loan.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from orglife.adapters.disk import files
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.daily_copies import STORE
from orglife.adapters.disk.folder_files import FolderFiles
from orglife.adapters.disk.notebooks import lay_notebooks
from orglife.adapters.disk.record_files import ATTACHMENTS, CAMPAIGN, CAMPAIGNS, RECEIPTS
from orglife.adapters.disk.settings import Settings, write_settings
from orglife.adapters.store.chain import BUREAU
from orglife.adapters.store.store import Change, Store
from orglife.core.errors import (
    ClockWrong,
    NotOnServer,
    OnlyBranchTakes,
    OnlyBureauEnds,
    OrglifeError,
    StoreBroken,
)
from orglife.core.record.dossier import day_words
from orglife.office.office import Office

if TYPE_CHECKING:
    from orglife.adapters.store.server.database import ServerDatabase
    from orglife.adapters.store.server.loans import Loan

CLOCK_MINUTES = 5
"""Most minutes between the computer's clock and the server's when a branch is taken home."""
SUPERIOR = "上级党组织"
_FOLDERS = (CAMPAIGNS, RECEIPTS, ATTACHMENTS)
"""Folders of files that belong to the records."""


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
    database = database_of(office)
    branch = own_branch_of(office)
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
    lay_notebooks(new)
    office.store.backup(new / STORE)
    with Store.open(new / STORE, create=False) as store:
        if what := store.first_problem():
            raise StoreBroken(path=office.store.name, what=what)
        heads = {campaign: head for (campaign, owner), head in store.heads().items() if owner == taken.branch}
        if heads != dict(taken.heads):
            raise StoreBroken(path=office.store.name, what="读出的修改历史与带走时登记的不同")
        for campaign in taken.heads:
            _bring_what_was_sent(office.store, store, campaign)
    home = FolderFiles(new)
    for name in (CAMPAIGN, *(name for folder in _FOLDERS for name in office.files.names(folder))):
        home.write(name, office.files.read(name))
    days = office.workspace.settings.backup_days
    own = Settings(branch=taken.branch, author=office.files.author(), backup_days=days, loan=taken.token)
    write_settings(new, own)
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


# --- the bureau ------------------------------------------------------------------------------------------------------


def end_loan(office: Office, branch: str, reason: str) -> str:
    """End the loan of a branch as its bureau; the sentence that says so.

    Raises:
        NotOnServer, OnlyBureauEnds, NotLent, BadInput: nothing was changed.
    """
    database = database_of(office)
    if office.store.own_branch:
        raise OnlyBureauEnds
    database.end_loan(branch, office.author, reason)
    return f"{office.branch_name(branch)}的带走已结束，服务器上现在可以填了。带走的那一份以后带回时逐条核对合并。"


def loan_lines(office: Office) -> list[str]:
    """Which branches are lent now, as this login sees them; no full stop."""
    return [loan_line(office, one) for one in database_of(office).loans()]


def loan_line(office: Office, one: Loan) -> str:
    """A branch that is lent; no full stop."""
    return f"{office.branch_name(one.branch)}（{one.branch}）{loan_words(one)}"


def loan_words(one: Loan) -> str:
    """Who took a branch, and when."""
    return f"{day_words(one.since.astimezone().date())}由{one.who or '有人'}带走，还没有带回"


# --- inside ---


def database_of(office: Office) -> ServerDatabase:
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


def own_branch_of(office: Office) -> str:
    """The branch of the login.

    Raises:
        OnlyBranchTakes: it is the bureau's.
    """
    if not office.store.own_branch:
        raise OnlyBranchTakes
    return office.store.own_branch
