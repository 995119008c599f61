"""The desk: one branch open in a notebook. Notebooks call nothing else."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from orglife.adapters.disk.record_files import CAMPAIGN as CAMPAIGN_FILE_NAME
from orglife.adapters.disk.record_files import UNSIGNED
from orglife.adapters.disk.workspace import handed_branch, nearest_root
from orglife.adapters.print import html, notebook_html
from orglife.adapters.store.store import BUREAU
from orglife.bureau.superior import INTAKE, OVERVIEW, Superior
from orglife.campaigns.following import follow, opened
from orglife.core.errors import BranchNotChosen, NoBranch, OrglifeError, UnknownBranch, UnknownType
from orglife.core.paper.block import DOCUMENTS_MIME, FORMATS
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import quoted
from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import Kind, Severity
from orglife.core.stage import Stage
from orglife.desk import front_pages
from orglife.home import places
from orglife.home.progress import CAMPAIGN, FILING, FILING_NOTEBOOK, FILING_TITLE, HOME, blanks_of, drafts_of, recorded
from orglife.keeping import backups
from orglife.office.answers import person_reference
from orglife.office.branch_ids import new_branch_id
from orglife.office.office import Office, gate, parse_day, stage_of
from orglife.paper.on_request import (
    BLANKS,
    CAMPAIGN_FILE,
    LACKING,
    PACK,
    PICTURES,
    RECEIPTS,
    STAGE,
    bureau_bundle,
    of_bureau,
    stage_bundle,
)
from orglife.stages import BY_KEY, STAGES
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.kinds import BY_TYPE, KINDS, draft_label

if TYPE_CHECKING:
    import pandas as pd

    from orglife.desk.live import LivePage


SAVED = "内容已经自动保存，可以随时关闭，下次接着填。"
NOT_BEGUN = "本阶段还没有登记，登记以后在这里核对。"
NOT_ARCHIVED, ARCHIVED = "还没有归档。", "归档的各件齐全，与目录一致。"
GIVEN_BY_BUREAU = "方案由上级党组织在服务器上启用，启用以后这里自动换上，不用选文件。"
NO_PAPERS = "本阶段还没有可以出的文件。"
BranchFindings = tuple[Dossier, list[Finding]]


class Refreshed(Protocol):
    """A part of a page that is shown again after every save."""

    def refresh(self) -> None:
        """Show it as it is now."""


class Desk:
    """One branch of a workspace, open in a notebook.

    Attributes:
        interactive: Show forms; otherwise the notebook only makes papers.
        live: Renews the page when others save; None = it is renewed after saves of its own, and when somebody comes back.
        final: Papers are made for good: an unfinished branch is refused.
    """

    def __init__(self, office: Office, branch: str, *, as_of: date | None, final: bool, interactive: bool) -> None:
        self.office, self.branch = office, branch
        self.final, self.interactive = final, interactive
        self._as_of = as_of
        self._views: list[Refreshed] = []
        self._refreshed: BranchFindings | None = None
        self._superior: tuple[object, Superior] | None = None
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

    # --- records -----------------------------------------------------------------------------------------------------

    @property
    def as_of(self) -> date | None:
        """The day of the check; None = the latest day in the records."""
        return self._as_of or (self.office.workspace.today() if self.interactive else None)

    def dossier(self) -> Dossier:
        """The branch's current records."""
        begun = self.office.opening  # a new branch without data of its own
        branch = begun if begun and begun == self.branch else self.office.one_branch(self.branch)
        return self.office.dossier(branch, self.as_of)

    def superior(self) -> Superior:
        """The bureau's current view: its own records and all branches; read anew once anything has changed."""
        state = (self.office.store.state(), self.as_of, date.today(), id(self.office.campaign))
        if self._superior is None or self._superior[0] != state:
            self._superior = state, Superior(self.office, self.as_of)
        return self._superior[1]

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
        if self._lacks_branch(stage):
            return self._page(self._say_why_no_branch)
        if stage == HOME:
            self._renew_when_others_save(self.refresh)
            return self._page(lambda: front_pages.home(self.office, self.branch, *self._branch_findings()))
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
        if stage == "meeting" and gate(self._findings("study")) is not None:
            return self._gated(chosen)
        return self._forms(chosen)

    def findings(self, stage: str = "") -> notebook_html.View:
        """Findings of a stage ("" = of all), refreshed after every save."""

        def make() -> str:
            if self._lacks_branch(stage):
                return ""
            if self._campaign_replaced:
                return notebook_html.sentence_html("方案已经更换。请点右上角的“重新载入”，再接着填写。")
            if stage == CAMPAIGN:
                return front_pages.campaign_check(self.office)
            if stage == FILING:
                return self._archive_findings()
            if stage == INTAKE:
                return front_pages.exchanged(self.office)
            if of_bureau(stage):
                return front_pages.bureau_findings(self.superior(), stage, self._basis("supervision"))
            drafts = [(draft_label(d), self._link(places.of_draft(d.type, d.id))) for d in self._drafts(stage)]
            findings, numbers = self._findings(stage), self._numbers(stage)
            finding_links = notebook_html.FindingLinks(self._way_to_mend, self._way_to_explain)
            begun = stage not in BY_KEY or recorded(self._branch_findings()[0], BY_KEY[stage])
            return notebook_html.findings_html(
                findings, drafts, self._basis(stage), numbers, folded=stage in ("", HOME), links=finding_links,
                nothing=notebook_html.NOTHING_FOUND if begun else NOT_BEGUN, unfilled=self._unfilled(stage, findings),
                blanks=self._blanks(stage),
            )  # fmt: skip

        return self._page(make)

    def _blanks(self, stage: str) -> list[tuple[str, str]]:
        """(label, link) of each field of the branch's own data that is still to be filled in."""
        chosen, dossier = BY_KEY.get(stage or "plan", BY_KEY["plan"]), self._branch_findings()[0]
        left = blanks_of(dossier, chosen) if recorded(dossier, chosen) else []
        return [(spec.label, self._link(places.of_branch(dossier, spec.name))) for spec in left]

    def _unfilled(self, stage: str, stage_findings: Sequence[Finding]) -> list[str]:
        """Papers that still show 〔待填〕 although no finding reports a gap in their stage."""
        if any(f.is_todo or (f.counts and f.severity is Severity.ERROR) for f in stage_findings):
            return []
        dossier, findings = self._branch_findings()
        reported = {
            f.stage for f in stage_findings if f.counts and f.kind is Kind.MISSING and f.severity is not Severity.INFO
        }
        keys = [stage] if stage in BY_KEY else [each.key for each in STAGES if not each.bureau]
        keys = [key for key in keys if key not in reported]
        headings = (each for key in keys for each in self.office.unfilled(dossier, BY_KEY[key], findings))
        return list(dict.fromkeys(headings))

    def _numbers(self, stage: str) -> list[str]:
        """Explain how a stage's numbers are calculated from the saved records."""
        explain = BY_KEY[stage].numbers if stage in BY_KEY else None
        return explain(Sheet(self.dossier(), self.office.campaign)) if explain else []

    def documents(self, stage: str) -> notebook_html.View:
        """A stage's papers: as HTML for the notebook, and as blocks for the exporters."""

        def make() -> dict[str, Any]:
            if self._lacks_branch(stage):
                return {"text/html": "", "text/plain": ""}
            bundle = self._final_bundle(stage) if self.final else self._bundle(stage)
            shown = front_pages.catalogue(self.dossier()) if stage == FILING else notebook_html.sentence_html(NO_PAPERS)
            if bundle.documents:
                shown = "" if notebook_html.View.unseen else html.fragment(bundle.documents)
            if stage == INTAKE:
                shown = ""
            buttons = self._buttons(stage) if self.interactive and stage != FILING else []
            if not bundle.documents and stage != INTAKE:
                buttons = [button for button in buttons if button.what != STAGE]
            return {
                "text/html": (notebook_html.buttons_html(buttons) if buttons else "") + shown,
                "text/plain": "、".join(d.heading for d in bundle.documents) or "还没有文件",
                DOCUMENTS_MIME: bundle.model_dump(mode="json"),
            }

        return self._view(notebook_html.View(make))

    def next(self, stage: str = "") -> notebook_html.View:
        """Links to the next pages."""

        def make() -> str:
            order = [s for s in STAGES if not s.bureau]
            keys = [s.key for s in order]
            place = keys.index(stage) + 1 if stage in keys else len(order) if stage == FILING else 0
            if of_bureau(stage) or not self.branch:
                beside = front_pages.links_beside(stage, bureau=self._in_bureau)
                return notebook_html.links_html(SAVED, beside) + self._told(front_pages.author_state(self.office))
            links = [("回首页", "00_home.ipynb")] if stage else []
            if place < len(order):
                links.append((f"下一步：{order[place].title}", f"{order[place].notebook}.ipynb"))
            elif stage != FILING:
                links.append((f"下一步：{FILING_TITLE}", FILING_NOTEBOOK))
            state = front_pages.page_state(self.office, *self._branch_findings())
            return notebook_html.links_html(SAVED, links) + self._told(state)

        return self._page(make)

    def _told(self, state: Mapping[str, Any]) -> str:
        """What the page's bar shows; nothing on paper."""
        return notebook_html.page_state_html(state) if self.interactive else ""

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
        self._refreshed = None if self.branch in ("", BUREAU) else self._branch_findings()
        try:
            for view in self._views:
                view.refresh()
        finally:
            self._refreshed = None

    # --- inside ------------------------------------------------------------------------------------------------------

    def _branch_findings(self) -> BranchFindings:
        """The branch and its findings, computed once for all views of one refresh."""
        if self._refreshed is not None:
            return self._refreshed
        dossier = self.dossier()
        return dossier, self.office.findings(dossier)

    def _lacks_branch(self, stage: str) -> bool:
        """Whether this is a branch's page in a bureau that has no branch, or several and none is chosen."""
        return self.interactive and not self.branch and not of_bureau(stage)

    def _say_why_no_branch(self) -> str:
        try:
            self.office.one_branch()
        except OrglifeError as error:
            return notebook_html.sentence_html(str(error))
        return ""  # a branch was added meanwhile: reloading the page shows it

    def _findings(self, stage: str = "") -> list[Finding]:
        return [f for f in self._branch_findings()[1] if stage in ("", HOME, f.stage)]

    def _link(self, place: places.EntryLink | None) -> str:
        """URL of an entry; "" if there is none, or if the desk is not interactive."""
        return place.link if place is not None and self.interactive else ""

    def _way_to_mend(self, finding: Finding) -> str:
        shut = gate(self._findings("study")) if finding.stage == "meeting" else None
        return self._link(places.link_for(shut or finding, self._branch_findings()[0], self.office.campaign))

    def _way_to_explain(self, finding: Finding) -> str:
        dossier, who = self._branch_findings()[0], self.office.author
        return self._link(
            places.explaining(finding, dossier, person_reference(who, dossier) if who != UNSIGNED else None)
        )

    def _basis(self, stage: str) -> list[tuple[str, str]]:
        """The plan's demands on this stage, without duplicates: text and source."""
        demands = [d for key, d in self.office.campaign.demands.items() if key.split(".")[0] == stage]
        return list({d.quote: (quoted(*d.pieces), d.source) for d in demands}.values())

    def _drafts(self, stage: str) -> list[Any]:
        if not stage or stage == HOME:
            return list(self.dossier().drafts)
        return drafts_of(self.dossier(), stage_of(stage))

    def _final_bundle(self, stage: str) -> Any:
        """A stage's final papers; each shows the head of the history that it was made from."""
        owner = BUREAU if of_bureau(stage) else self.dossier().branch.id
        return self._bundle(stage).sealed(self.office.head(owner))

    def _bundle(self, stage: str) -> Any:
        if of_bureau(stage):
            return bureau_bundle(self.superior(), stage)
        dossier, findings = self._branch_findings()
        return stage_bundle(self.office, dossier, stage, findings)

    def _buttons(self, stage: str) -> list[notebook_html.Button]:
        """Buttons for the files that a page can make."""
        if stage == CAMPAIGN:
            given = [notebook_html.Button(CAMPAIGN_FILE, stage, "toml")] if self._in_bureau else []
            return [*given, *_in_formats(STAGE, stage)]
        if stage == INTAKE:
            return [notebook_html.Button(RECEIPTS, stage, "zip")] if self.office.branches() else []
        what = LACKING if stage == HOME else STAGE
        buttons = _in_formats(what, stage)
        if stage == HOME:
            return [*buttons, notebook_html.Button(PACK, stage, "pdf")]
        blank = stage in BY_KEY and self._has_blanks(BY_KEY[stage])
        drawn = stage in BY_KEY and BY_KEY[stage].layout.has_figures
        more = [what for what, wanted in ((BLANKS, blank), (PICTURES, drawn)) if wanted]
        return [*buttons, *(notebook_html.Button(what, stage, "pdf") for what in more)]

    def _has_blanks(self, stage: Stage) -> bool:
        """Whether a stage has blank forms under this campaign; the bureau's own do not depend on it."""
        if stage.blanks is None or stage.bureau:
            return stage.blanks is not None
        return bool(self.office.blanks(self.dossier(), stage))

    def _filing(self) -> Any:
        """The page 定稿与归档, made once and refreshed like the other views."""
        from orglife.desk.filing import FilingDesk  # noqa: PLC0415  as _forms

        filing = FilingDesk(
            self.office, self.branch, self.dossier, self.refresh, self.as_of or self.office.workspace.day_of_check()
        )
        filing.make(self._openers)
        if filing.loans is not None:  # the download is made by the page's server
            self._renew_when_others_save(filing.loans.refresh)
        self._views.append(filing)
        return filing

    def _intake(self) -> Any:
        """The page 收件, made once and refreshed like the other views."""
        from orglife.desk.collecting import IntakeDesk  # noqa: PLC0415  as _forms

        intake = IntakeDesk(self.office, self.as_of or self.office.workspace.day_of_check(), self.refresh)
        box = intake.make(self._campaign_listeners.append, self._openers)
        self._views.append(intake)
        return box

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
        """Show the page anew when somebody else saved, where the store tells of it."""
        if not self.interactive or not self.office.store.on_server:
            return
        from orglife.desk.live import live_page  # noqa: PLC0415  as _forms

        store = self.office.store
        self.live = live_page(store, lambda: (store.state(), store.loans()), renew)

    def _archive_findings(self) -> str:
        """What the archive's own rules find."""
        dossier, _ = self._branch_findings()
        findings = self.office.findings(dossier, "archive", (ArchiveItem.STAGE,))
        return notebook_html.findings_html(findings, nothing=ARCHIVED if dossier.all(ArchiveItem) else NOT_ARCHIVED)

    def _campaign_form(self) -> Any:
        if not self.office.files.may_write(CAMPAIGN_FILE_NAME):
            now = f"现在用的方案：{self.office.campaign.title or self.office.campaign.id}。"
            return self._page(lambda: notebook_html.sentence_html(now + GIVEN_BY_BUREAU))
        from orglife.adapters.panel.confirm import ConfirmForm  # noqa: PLC0415  as _forms
        from orglife.campaigns.confirming import Confirming  # noqa: PLC0415  loads the notice reader

        form = ConfirmForm(Confirming(self.office), on_saved=self.refresh)
        self._campaign_listeners.append(form.refresh)
        if self._in_bureau:
            return form.box
        from orglife.desk.next_campaign import given_campaign_panel  # noqa: PLC0415  as _forms

        return given_campaign_panel(self.office, self.refresh, form.box)

    @property
    def _in_bureau(self) -> bool:
        return self.office.workspace.settings.role == "bureau"

    def _bureau_forms(self) -> Any:
        from orglife.desk.forms import bureau_forms  # noqa: PLC0415  as _forms

        day = self.as_of or self.office.workspace.day_of_check()
        return bureau_forms(self.office, day, self.refresh, self._campaign_listeners.append, self._openers)

    def _forms(self, stage: Stage) -> Any:
        from orglife.desk.forms import branch_forms  # noqa: PLC0415  papers do not need ipywidgets

        more = (self.dossier, self.refresh, self._campaign_listeners.append, self._openers)
        return branch_forms(self.office, self.branch, stage, self.as_of, *more)

    def _gated(self, chosen: Stage) -> notebook_html.View:
        """不学习不开会: show the forms only after a collective study or an explanation of its absence."""
        opened: dict[str, Any] = {}

        def make() -> dict[str, Any]:
            shut = None if opened else gate(self._findings("study"))
            if shut is not None:
                after = notebook_html.links_html("登记好以后，再回到这一页。", [("去登记集中学习", "11_study.ipynb")])
                return {"text/html": notebook_html.findings_html([shut]) + after, "text/plain": ""}
            if not opened:
                opened.update(self._forms(chosen)._repr_mimebundle_())
            return opened

        return self._view(notebook_html.View(make))

    def _page(self, make: Callable[[], str]) -> notebook_html.View:
        return self._view(notebook_html.HtmlView(make))

    def _view(self, view: notebook_html.View) -> notebook_html.View:
        if self.interactive:
            view.show_own_errors()
        self._views.append(view)
        return view


def _in_formats(what: str, stage: str) -> list[notebook_html.Button]:
    """A button for each format, PDF first."""
    return [notebook_html.Button(what, stage, kind) for kind in sorted(FORMATS, key=lambda kind: kind != "pdf")]


def _branch_of(office: Office, wanted: str, *, interactive: bool) -> str:
    """The branch to open; in an empty workspace, an interactive desk opens a new branch.

    "" if a bureau has no branch or several: the bureau's own pages need none, and a branch's page says why it is empty.
    """
    if wanted == BUREAU:
        return BUREAU
    try:
        return office.one_branch(wanted)
    except (BranchNotChosen, NoBranch, UnknownBranch):
        if office.workspace.settings.role == "bureau" and not wanted:
            return ""
        if not interactive or office.branches():
            raise
        # the page 工作方案 asks for the branch's data
        own = wanted or office.workspace.settings.branch
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


__all__ = ["DOCUMENTS_MIME", "Desk"]
