"""Loans of a server: take a branch home as a file and bring it back (定稿与归档), or end its loan (bureau)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from orglife.adapters.disk import files
from orglife.adapters.disk.attachments import display_name
from orglife.adapters.engine.long_work import FOLDER
from orglife.adapters.panel.end_loan import EndLoanPanel
from orglife.adapters.panel.loan import LoanActions, LoanPanel
from orglife.adapters.print.notebook_html import Button, buttons_html, filing_html
from orglife.home.progress import FILING
from orglife.office.office import Office
from orglife.takeaway import downloads, lending, returning

TITLE = "带走离线填、带回"
WORDS = (
    "要到没有网络的地方去填，先带走一份：下载的文件拷到自己的电脑，打开程序，在“从备份恢复”里选它。"
    "带走以后，这里只能看；填好以后在那台电脑上备份，把备份文件选到这里，带回来。"
)
HERE = "现在没有带走，这里可以填。"
_UPLOADED = "brought.zip"


def loan_panel(office: Office, branch: str, done: Callable[[], None]) -> LoanPanel:
    """The panel of one branch.

    Args:
        office: The workspace, whose store is on a server.
        branch: The branch of the login.
        done: Called after something was brought back.
    """

    def state() -> str:
        loan = office.store.loan(branch)
        what = downloads.TAKE_HOME if loan is None else downloads.TAKE_AGAIN
        line = HERE if loan is None else f"本支部的数据{lending.loan_words(loan)}，这里只能看。"
        return filing_html("made", [line]) + buttons_html([Button(what, FILING, "zip")])

    called: dict[Path, str] = {}  # the chosen file → its name, which comes from a browser and is never used as a path

    def keep(name: str, data: bytes) -> Path:
        place = office.workspace.root.resolve() / FOLDER / _UPLOADED
        files.make_private(place.parent)
        files.write(place, data)
        called[place] = Path(display_name(name)).stem
        return place

    def bring(source: Path, side: str) -> list[str]:
        return list(
            returning.bring_back(office, source, returning.ReturnOptions(otherwise=side, called=called[source]))
        )

    def look(source: Path) -> list[str]:
        return list(returning.bring_back(office, source, returning.ReturnOptions(dry=True, called=called[source])))

    return LoanPanel(LoanActions(state, keep, look, bring), done)


def end_loan_panel(office: Office, done: Callable[[], None]) -> EndLoanPanel:
    """The panel of the bureau.

    Args:
        office: The bureau's workspace, whose store is on a server.
        done: Called after a loan was ended.
    """
    lines: dict[str, str] = {}  # a name is read once for each loan: the page asks after every save

    def loans() -> list[tuple[str, str]]:
        now = office.store.loans()
        lines.update({one.token: lending.loan_line(office, one) for one in now if one.token not in lines})
        return [(lines[one.token], one.branch) for one in now]

    return EndLoanPanel(loans, lambda branch, reason: lending.end_loan(office, branch, reason), done)
