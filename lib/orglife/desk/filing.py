"""The page 定稿与归档: obstacles, codes, signed scans, and the long work behind its buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from orglife.adapters.disk import attachments, drives, files
from orglife.adapters.disk.record_files import CAMPAIGN
from orglife.adapters.engine.long_work import FOLDER, work_of
from orglife.adapters.form.form import HeadForm
from orglife.adapters.lab.page_scopes import renew_pages
from orglife.adapters.panel.filing import ARCHIVE, BACKUP, CARRY, COMPARE, FINALIZE, RESTORE, FilingActions, FilingPanel
from orglife.adapters.panel.loan import LoanPanel
from orglife.adapters.panel.scans import Chosen, Ended, ScansPanel
from orglife.adapters.panel.work_bar import WorkBar
from orglife.adapters.print.notebook_html import Button, buttons_html, filing_html, links_html
from orglife.core.formview import Layout
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier
from orglife.desk import loans
from orglife.desk.forms import BRANCH, EntryOpeners
from orglife.desk.many_scans import ManyScans
from orglife.desk.ports import BranchChoices, HeadPort
from orglife.filing import names, readiness, scans
from orglife.home.progress import CAMPAIGN_NOTEBOOK, FILING
from orglife.keeping.restorable import restorable_backups
from orglife.office.office import Office
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.plan.record import Attachment
from orglife.takeaway import downloads

CODES = ("unit_name", "fonds", "org_code")
"""The branch's data that the archive needs; the other fields are filled in on the page 工作方案."""
NOTHING = "✓ 没有差的了，可以定稿、归档。"
NOT_YET_FINAL = "现在还不能定稿、归档。请先把上面“一、还差什么”里列的改好、补上。"
NOT_YET_ARCHIVE = "可以定稿；归档要先填上面的全宗号、机构代码。"
BAG_MADE = "归档包已经打好。"
BAG_ELSEWHERE = "以前归过档，归档包不在这台电脑里，拷走的照样有效。要再拿一份，再点一次“归档”。"
NEXT_YEAR = (
    "明年的通知来了，先归档、备份今年的，再读通知、定方案。"
    "启用以后，党员名册和没有完成的整改事项自动带过去，今年的内容照旧能看。"
)
NEXT_YEAR_GIVEN = (
    "明年的方案由上级党组织启用，启用以后这里自动换上；党员名册和没有完成的整改事项自动带过去，今年的内容照旧能看。"
)
LEAVE = "用完了，点“退出”结束程序。填写的内容都已自动保存，下次打开接着用。"
_TONES = {readiness.WRONG: "wrong", readiness.DRAFT: "wrong"}
_UPLOADED = "uploaded.zip"


class FilingDesk:
    """What the page shows and does for one branch.

    Args:
        office: The workspace.
        branch: Id of the branch.
        dossier: Returns the branch's current records.
        saved: Called after every save, and when long work has ended.
        day: The day of the check.
        openers: Receives the function that opens the form of the codes.

    Attributes:
        panel: The page's panel, with the form of the codes and the panel of scans in it.
        loans: The panel to take the branch home; None where the workspace is not a branch's login on a server.
    """

    def __init__(
        self,
        office: Office,
        branch: str,
        dossier: Callable[[], Dossier],
        saved: Callable[[], None],
        day: date,
        openers: EntryOpeners,
    ) -> None:
        self.office, self.branch, self._dossier, self._saved, self._day = office, branch, dossier, saved, day
        self.root = office.workspace.root.resolve()
        self.work = work_of(self.root)
        self.loans: LoanPanel | None = loans.loan_panel(office, branch, saved) if office.store.own_branch else None
        form = self._codes_form()
        openers[BRANCH] = form.go
        self.scans = self._scans_panel()
        parts = [
            (
                "归档要用的代码",
                "全宗号、机构代码请问档案室，每件档案的编号里都有；还不知道的可以先空着，不影响定稿。",
                form.box,
            ),
            ("签字扫描件", "", self.scans.box),
        ]
        if self.loans is not None:
            parts.append((loans.TITLE, loans.WORDS, self.loans.box))
        self.panel = FilingPanel(
            self._actions(),
            lambda titles, changed: WorkBar(self.work, titles, changed),
            self.obstacles_html,
            parts,
            self._worked,
        )

    def _actions(self) -> FilingActions:
        return FilingActions(
            final=lambda bar: bar.start(FINALIZE, names.FINAL, self._arguments()),
            archive=lambda bar: bar.start(ARCHIVE, names.ARCHIVE, self._arguments()),
            carry=self._carry,
            backup=self._backup,
            compare=lambda bar, source: bar.start(COMPARE, names.COMPARE, self._arguments(source=source)),
            restore=lambda bar, source: bar.start(RESTORE, names.RESTORE, self._arguments(source=source)),
            drives=drives.drives,
            backups=self._backups,
            keep=self._keep,
            state=self._state,
            may=self._may,
            on_server=self.office.store.on_server,
            next_html=self._next_year(),
            quit_html=filing_html("leave", LEAVE, str(self.root)),
        )

    def refresh(self) -> None:
        """Show everything as it is now; called after each save, and when the user comes back to the page."""
        self.panel.refresh()
        self.scans.refresh()
        if self.loans is not None:
            self.loans.refresh()

    def _worked(self) -> None:
        state = self.work.state
        if state.title == RESTORE and state.good:
            renew_pages()
        else:
            self._saved()

    # --- obstacles, and what was made --------------------------------------------------------------------------------

    def obstacles_html(self) -> str:
        """The obstacles to final papers and the archive, in groups."""
        obstacles = readiness.obstacles(self.office, self._dossier())
        groups = [(kind, [each for each in obstacles if each.kind == kind]) for kind in readiness.ORDER]
        shown = [(kind, _TONES.get(kind, "todo"), mine) for kind, mine in groups if mine]
        unsigned = sum(not each.signed for each in self._targets() if each.single)
        later = f"还有{unsigned}份没有附签字扫描件，见下面“签字扫描件”。" if unsigned else ""
        return filing_html("obstacles", shown, NOTHING + later)

    def _next_year(self) -> str:
        """What to do when the next year's notice comes, with a link if this workspace begins its own campaigns."""
        if not self.office.files.may_write(CAMPAIGN):
            return links_html(NEXT_YEAR_GIVEN, [])
        return links_html(NEXT_YEAR, [("读通知、定方案", CAMPAIGN_NOTEBOOK)])

    def _may(self) -> tuple[bool, bool]:
        obstacles = readiness.obstacles(self.office, self._dossier())
        return not readiness.blocks_final(obstacles), not obstacles

    def _state(self) -> str:
        """What was made so far, with buttons to download it."""
        papers = downloads.final_papers(self.office, self.branch)
        bag = downloads.latest_bag(self.office, self.branch)
        lines = [f"定稿文件{len(papers)}份：{'、'.join(papers)}。" if papers else "现在的内容还没有定稿文件。"]
        lines.append(BAG_MADE if bag is not None else BAG_ELSEWHERE if self._filed() else "还没有归档包。")
        final, archive = self._may()
        if not archive:
            lines.insert(0, NOT_YET_ARCHIVE if final else NOT_YET_FINAL)
        downloads_made = [(downloads.PAPERS, bool(papers)), (downloads.BAG, bag is not None), (downloads.BACKUP, True)]
        buttons = buttons_html([Button(what, FILING, "zip") for what, made in downloads_made if made])
        return filing_html("made", lines) + buttons

    def _filed(self) -> bool:
        """Whether the branch was archived, with its numbers, here or on the computer that a backup came from."""
        return any(not item.withdrawn for item in self._dossier().all(ArchiveItem))

    # --- codes and scans ---------------------------------------------------------------------------------------------

    def _codes_form(self) -> HeadForm:
        """The form of the branch's own data with the codes only; other fields keep their values."""
        choices = BranchChoices(self.office, self.branch, self._day, self.office.workspace.today() or self._day)
        hidden = [name for name in Branch.model_fields if name not in (*CODES, "id")]
        port = HeadPort(self.office, self.branch)
        layout = Layout(hide={Branch.__name__: hidden}, first={Branch.__name__: CODES})
        return HeadForm(Branch, port, choices=choices, on_saved=self._saved, layout=layout)

    def _targets(self) -> list[scans.ScanTarget]:
        dossier = self._dossier()
        return scans.scan_targets(dossier, self.office.signed_papers(dossier, self.office.findings(dossier)))

    def _scans_panel(self) -> ScansPanel:
        records: dict[str, tuple[str, ...]] = {}  # key → what it stands for, since the files were chosen

        def match(names: Sequence[str]) -> Sequence[str]:
            known = self._targets()
            records.clear()
            records.update({target.key: target.records for target in known})
            return scans.match_scans(names, known)

        def doubt(file: attachments.Attached, key: str) -> str:
            dossier = self._dossier()
            mine = set(records.get(key, ()))
            others = [a.record for a in dossier.all(Attachment) if a.sha256 == file.sha256 and a.record not in mine]
            known = next((dossier.index[each] for each in others if each in dossier.index), None)
            if known is None:
                return ""
            label = dossier.label(known) if hasattr(known, "TYPE") else ""
            return f"这个文件已经附在“{label}”，请核对是不是选错了。"

        def take(chosen: Sequence[Chosen], ended: Ended) -> None:
            many.begin([(name, file, records.get(key, ())) for name, file, key in chosen], ended)

        many = ManyScans(self.office, self.branch, lambda: self._dossier().as_of, self._saved)
        return ScansPanel(self._targets, match, attachments.recognise, doubt, take, many.box)

    # --- long work ---------------------------------------------------------------------------------------------------

    def _arguments(self, **more: Any) -> dict[str, Any]:
        return {"root": str(self.root), "branch": self.branch, **{name: str(value) for name, value in more.items()}}

    def _carry(self, bar: WorkBar, what: str, folder: Path) -> None:
        kind = {"papers": downloads.PAPERS, "bag": downloads.BAG, "package": downloads.PACKAGE}[what]
        bar.start(CARRY, names.CARRY, self._arguments(what=kind, folder=folder))

    def _backup(self, bar: WorkBar, folder: Path) -> None:
        bar.start(BACKUP, names.BACKUP, self._arguments(folder=folder))

    def _backups(self) -> list[tuple[str, str]]:
        return [(label, str(path)) for label, path in restorable_backups(self.root)]

    def _keep(self, name: str, data: bytes) -> Path:  # noqa: ARG002  it comes from a browser: not used as a path
        place = self.root / FOLDER / _UPLOADED
        files.write(place, data)
        return place
