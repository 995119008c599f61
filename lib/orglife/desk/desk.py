"""The desk: one branch open in a notebook. Notebooks call nothing else."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from orglife.adapters.disk.record_files import CAMPAIGN as CAMPAIGN_FILE_NAME
from orglife.adapters.disk.workspace import handed_branch, nearest_root
from orglife.adapters.print import notebook_html
from orglife.adapters.store.store import BUREAU
from orglife.bureau.superior import INTAKE, OVERVIEW
from orglife.campaigns.following import follow, opened
from orglife.core.errors import BranchNotChosen, NoBranch, OrglifeError, UnknownBranch, UnknownType
from orglife.core.stage import Stage
from orglife.desk import documents, findings, front_pages
from orglife.desk.open_branch import OpenBranch
from orglife.home.progress import CAMPAIGN, FILING, FILING_NOTEBOOK, FILING_TITLE, HOME, branch_stages
from orglife.keeping import backups
from orglife.office.arguments import parse_day, stage_of
from orglife.office.branch_ids import new_branch_id
from orglife.office.office import Office, gate
from orglife.paper.on_request import of_bureau
from orglife.stages.kinds import BY_TYPE, KINDS

if TYPE_CHECKING:
    import pandas as pd

    from orglife.desk.live import LivePage


SAVED = "内容已经自动保存，可以随时关闭，下次接着填。"
GIVEN_BY_BUREAU = "方案由上级党组织在服务器上启用，启用以后这里自动换上，不用选文件。"


class Refreshed(Protocol):
    """A part of a page that is shown again after every save."""

    def refresh(self) -> None:
        """Show it as it is now."""


class Desk(OpenBranch):
    """An open branch with the cells of its notebook.

    Attributes:
        live: Renews the page when others save; None = renewed only after its own saves and when the user comes back.
    """

    def __init__(self, office: Office, branch: str, *, as_of: date | None, final: bool, interactive: bool) -> None:
        super().__init__(office, branch, as_of=as_of, final=final, interactive=interactive)
        self._views: list[Refreshed] = []
        self._campaign_replaced = False  # in another window: tables on this page still list the old one
        self._openers: dict[str, Callable[..., None]] = {}  # functions that open this page's forms, by record type
        self._campaign_listeners: list[Callable[[], None]] = []  # refresh forms with the campaign's lists
        self.live: LivePage | None = None

    @classmethod
    def open(
        cls, workspace: str = "", branch: str = "", *, as_of: str = "", final: bool = False, interactive: bool = True
    ) -> Self:
        """Open a branch of a workspace.

        Args:
            workspace: The folder; "" = the nearest one upwards that holds orglife.toml.
            branch: Its id; "" = the one that ``start`` passes on, else the workspace's own, else the only one.
            as_of: Day of the check, ISO 8601; "" = today if interactive, else the latest day in the records.
            final: Make final papers.
            interactive: Show forms.

        Raises:
            OrglifeError: no workspace, no such branch, an invalid day, or (``final``) an unfinished branch.
        """
        _show_sentences(interactive=interactive)
        place = Path(workspace) if workspace else nearest_root(Path.cwd())
        branch = branch or ("" if workspace else handed_branch())
        day = parse_day(as_of)
        office = opened(place) if interactive else Office.open(place)
        if interactive:
            _back_up(office)
        desk = cls(
            office, _branch_of(office, branch, interactive=interactive), as_of=day, final=final, interactive=interactive
        )
        if final and desk.branch in ("", BUREAU):
            desk.superior().require_final()
        elif final:
            office.require_final(desk.dossier())
        return desk

    def frame(self, kind: str) -> pd.DataFrame:
        """The records of one type as a table with Chinese headings.

        Args:
            kind: Type name, e.g. ``talk``; ``overview`` = all branches × stages.

        Raises:
            UnknownType: there is no such type.
        """
        from orglife.adapters.frames import frame  # noqa: PLC0415  load pandas only for a table

        if kind == OVERVIEW:
            return self.superior().frame()
        if kind not in BY_TYPE:
            raise UnknownType(type=kind, known="、".join(k.TYPE for k in KINDS))
        return frame(BY_TYPE[kind], self.dossier(), self.office.campaign)

    # --- the cells ---------------------------------------------------------------------------------------------------

    def form(self, stage: str) -> Any:
        """The forms of a stage; each entry is saved automatically."""
        if self.lacks_branch(stage):
            return self._page(self._say_why_no_branch)
        if stage == HOME:
            self._renew_when_others_save(self.refresh)
            return self._page(lambda: front_pages.home(self.office, self.branch, *self.branch_findings()))
        if stage == OVERVIEW:
            return self._overview()
        if stage == FILING and self.interactive:
            return self._filing().panel.box
        chosen = stage_of(stage) if stage not in (CAMPAIGN, FILING, INTAKE) else None
        if not self.interactive:
            return self._page(lambda: notebook_html.sentence_html("出件时不显示录入表。"))
        if stage == INTAKE:
            return self._intake()
        if chosen is None:
            return self._campaign_form()
        if chosen.bureau:
            return self._bureau_forms()
        if stage == "meeting" and gate(self.stage_findings("study")) is not None:
            return self._gated(chosen)
        return self._forms(chosen)

    def findings(self, stage: str = "") -> notebook_html.View:
        """Findings of a stage ("" = of all), refreshed after every save."""

        def make() -> str:
            if self.lacks_branch(stage):
                return ""
            if self._campaign_replaced:
                return notebook_html.sentence_html("方案已经更换。请点右上角的“重新载入”，再接着填写。")
            return findings.findings_html(self, stage)

        return self._page(make)

    def documents(self, stage: str) -> notebook_html.View:
        """A stage's papers: as HTML for the notebook, and as blocks for the exporters."""

        def make() -> dict[str, Any]:
            if self.lacks_branch(stage):
                return {"text/html": "", "text/plain": ""}
            return documents.documents(self, stage)

        return self._view(notebook_html.View, make)

    def next(self, stage: str = "") -> notebook_html.View:
        """Links to the next pages, and what the page's bar shows; a batch has no bar."""

        def make() -> str:
            links = notebook_html.links_html(SAVED, self._next_links(stage))
            return links + notebook_html.page_state_html(self._bar(stage)) if self.interactive else links

        return self._page(make)

    def _of_branch(self, stage: str) -> bool:
        """Whether a page shows one branch."""
        return bool(self.branch) and not of_bureau(stage)

    def _next_links(self, stage: str) -> Sequence[tuple[str, str]]:
        """(label, notebook) of the pages that follow."""
        if not self._of_branch(stage):
            return front_pages.links_beside(stage, bureau=self.in_bureau)
        order = branch_stages()
        keys = [s.key for s in order]
        place = keys.index(stage) + 1 if stage in keys else len(order) if stage == FILING else 0
        links = [("回首页", "00_home.ipynb")] if stage else []
        if place < len(order):
            return [*links, (f"下一步：{order[place].title}", f"{order[place].notebook}.ipynb")]
        return links if stage == FILING else [*links, (f"下一步：{FILING_TITLE}", FILING_NOTEBOOK)]

    def _bar(self, stage: str) -> dict[str, Any]:
        """What the page's bar shows."""
        if not self._of_branch(stage):
            return front_pages.author_state(self.office)
        return front_pages.page_state(self.office, *self.branch_findings())

    def show(self, what: str) -> None:
        """Open an entry in this page's forms and mark a field: ``[type, id, path, begin]`` as JSON, see ``EntryLink``."""
        kind, ident, path, begin = json.loads(what)
        opener = self._openers.get(kind)
        if opener is not None:
            opener(ident, begin, path)

    def refresh(self) -> None:
        """Refresh all views; called after an entry is saved and when the user returns to the page."""
        with contextlib.suppress(OrglifeError):
            self.office.author = self.office.files.signed()
            if self.office.renew():
                follow(self.office)
                self._campaign_replaced = True
                for refresh_form in self._campaign_listeners:
                    refresh_form()
        with self.computed_once():
            for view in self._views:
                view.refresh()

    # --- inside ------------------------------------------------------------------------------------------------------

    def _say_why_no_branch(self) -> str:
        try:
            self.office.one_branch()
        except OrglifeError as error:
            return notebook_html.sentence_html(str(error))
        return ""  # a branch was added meanwhile: reloading the page shows it

    def _filing(self) -> Any:
        """The page 定稿与归档, made once and refreshed like the other views."""
        from orglife.desk.filing import FilingDesk  # noqa: PLC0415  as _forms

        filing = FilingDesk(self.office, self.branch, self.dossier, self.refresh, self.day, self._openers)
        if filing.loans is not None:  # the download is made by the page's server
            self._renew_when_others_save(filing.loans.refresh)
        self._views.append(filing)
        return filing

    def _intake(self) -> Any:
        """The page 收件, made once and refreshed like the other views."""
        from orglife.desk.collecting import IntakeDesk  # noqa: PLC0415  as _forms

        intake = IntakeDesk(self.office, self.day, self.refresh, self._campaign_listeners.append, self._openers)
        self._views.append(intake)
        return intake.box

    def _overview(self) -> Any:
        """All branches by stage: in a page a table to choose from, refreshed like the other views; else the whole table."""
        if not self.interactive:
            return self._page(lambda: front_pages.overview(self.superior()))
        from orglife.desk.overview_board import OverviewDesk  # noqa: PLC0415  as _forms

        overview = OverviewDesk(self.superior)
        self._views.append(overview)
        self._renew_when_others_save(overview.renew)
        return overview.box

    def _renew_when_others_save(self, renew: Callable[[], None]) -> None:
        """Renew the page when somebody else saves, on a server only."""
        if not self.interactive or not self.office.store.on_server:
            return
        from orglife.desk.live import live_page  # noqa: PLC0415  as _forms

        store = self.office.store
        self.live = live_page(store, lambda: (store.state(), store.loans()), renew)

    def _campaign_form(self) -> Any:
        if not self.office.files.may_write(CAMPAIGN_FILE_NAME):
            now = f"现在用的方案：{self.office.campaign.title or self.office.campaign.id}。"
            return self._page(lambda: notebook_html.sentence_html(now + GIVEN_BY_BUREAU))
        from orglife.adapters.panel.confirm import ConfirmForm  # noqa: PLC0415  as _forms
        from orglife.campaigns.confirming import Confirming  # noqa: PLC0415  loads the notice reader

        form = ConfirmForm(Confirming(self.office), on_saved=self.refresh)
        self._campaign_listeners.append(form.refresh)
        if self.in_bureau:
            return form.box
        from orglife.desk.next_campaign import given_campaign_panel  # noqa: PLC0415  as _forms

        return given_campaign_panel(self.office, self.refresh, form.box)

    def _bureau_forms(self) -> Any:
        from orglife.desk.forms import bureau_forms  # noqa: PLC0415  as _forms

        return bureau_forms(self.office, self.day, self.refresh, self._campaign_listeners.append, self._openers)

    def _forms(self, stage: Stage) -> Any:
        from orglife.desk.forms import branch_forms  # noqa: PLC0415  papers do not need ipywidgets

        more = (self.dossier, self.refresh, self._campaign_listeners.append, self._openers)
        with self.office.still():
            return branch_forms(self.office, self.branch, stage, self.as_of, *more)

    def _gated(self, chosen: Stage) -> notebook_html.View:
        """不学习不开会: show the forms only after a collective study or an explanation of its absence."""
        opened: dict[str, Any] = {}

        def make() -> dict[str, Any]:
            shut = None if opened else gate(self.stage_findings("study"))
            if shut is not None:
                after = notebook_html.links_html("登记好以后，再回到这一页。", [("去登记集中学习", "11_study.ipynb")])
                return {"text/html": notebook_html.findings_html([shut]) + after, "text/plain": ""}
            if not opened:
                opened.update(self._forms(chosen)._repr_mimebundle_())
            return opened

        return self._view(notebook_html.View, make)

    def _page(self, make: Callable[[], str]) -> notebook_html.View:
        return self._view(notebook_html.HtmlView, make)

    def _view(
        self, kind: Callable[[Callable[[], Any]], notebook_html.View], make: Callable[[], Any]
    ) -> notebook_html.View:
        """A view of one state of the store: what is saved while it is made waits for the next."""

        def steady() -> Any:
            with self.office.still():
                return make()

        view = kind(steady)
        if self.interactive:
            view.show_own_errors()
        self._views.append(view)
        return view


def _branch_of(office: Office, branch: str, *, interactive: bool) -> str:
    """The branch to open; in an empty workspace, an interactive desk opens a new branch.

    "" if a bureau has no branch or several: the bureau's own pages need none, and a branch's page says why it is empty.
    """
    if branch == BUREAU:
        return BUREAU
    try:
        return office.one_branch(branch)
    except (BranchNotChosen, NoBranch, UnknownBranch):
        if office.workspace.settings.role == "bureau" and not branch:
            return ""
        if not interactive or office.branches():
            raise
        # the page 工作方案 asks for the branch's data
        own = branch or office.workspace.settings.branch
        office.opening = own or office.workspace.reserved_branch(new_branch_id)
        return office.opening


def _back_up(office: Office) -> None:
    """Make today's copy, in case ``start`` has been running for days; ignore errors, which ``start`` reports."""
    with contextlib.suppress(OrglifeError):
        backups.make_daily_copy(office)


def _show_sentences(*, interactive: bool) -> None:
    """In an interactive notebook, show an error's sentence instead of a traceback."""
    if not interactive:
        return
    from IPython.core.getipython import get_ipython  # noqa: PLC0415

    shell = get_ipython()
    if shell is not None:
        notebook_html.friendly_errors(shell)
