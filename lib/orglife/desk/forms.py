"""A stage's forms, matrices and tables for one branch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import ipywidgets as W

from orglife.adapters.disk import attachments
from orglife.adapters.field.messages import guard
from orglife.adapters.form.form import HeadForm, RecordForm
from orglife.adapters.grid.ledger import LedgerBoard
from orglife.adapters.grid.matrices import Opens
from orglife.adapters.grid.views import board_of
from orglife.adapters.panel.attach import AttachPanel
from orglife.adapters.panel.exchange import ExchangePanel, FileDifference, PanelWords
from orglife.adapters.panel.figure import FigurePanel
from orglife.adapters.panel.roster import RosterPanel
from orglife.adapters.print.html import figure_html
from orglife.adapters.print.notebook_html import Button, buttons_html
from orglife.bureau.survey import survey
from orglife.bureau.visits import VISITS
from orglife.core.formview import FigureView, Live, LiveOf, Ticks, TypedView
from orglife.core.paper.paper import Sheet
from orglife.core.record.branch import Branch, Member
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Record, RoundRecord
from orglife.core.rule.campaign import Campaign
from orglife.core.stage import Stage
from orglife.desk.derived import Derived
from orglife.desk.many_forms import ManyForms
from orglife.desk.ports import BranchChoices, BureauChoices, BureauPort, HeadPort, StorePort
from orglife.exchange import intake
from orglife.exchange.difference import Difference
from orglife.exchange.roster.taking import BranchRoster
from orglife.office import answers
from orglife.office.office import Office
from orglife.stages import BY_KEY
from orglife.stages.kinds import BUREAU_KINDS
from orglife.stages.plan.record import ATTACHMENT_KINDS, Attachment
from orglife.stages.rectification.record import Pledge
from orglife.stages.reviews.record import MemberReview
from orglife.stages.shared.hints import hints
from orglife.stages.shared.rounds import round_to_fill
from orglife.stages.shared.signed import attachment_targets
from orglife.stages.supervision.record import Supervision

EXCHANGE, HANDOVER = "收发填写表", "交给上级、收回执"
PLEDGE_WORDS = PanelWords(
    "“党员填写表”里是整改承诺，下载后先解压，一人一份发给本人，在Excel或WPS里填；收回后在这里一次选中几十份。"
    "先显示差别，按“确认导入”才保存。表里空着的，原来的内容照旧。"
)
BRANCH = "branch"
"""Name of the branch's own data among the record types."""
FormSheet = tuple[str, tuple[str, ...], Callable[[], list[Any]]]
"""A title, the record types of its forms, and a function that makes its views and forms when it is first shown."""
EntryOpener = Callable[[str, Mapping[str, Any], Sequence[str | int]], None]
"""Opens the entry with an id, or (id "") a new entry with initial values, and marks the field at a path."""
EntryOpeners = dict[str, EntryOpener]


def branch_forms(
    office: Office,
    branch: str,
    stage: Stage,
    as_of: date | None,
    dossier: Callable[[], Dossier],
    saved: Callable[[], None],
    on_campaign_change: Callable[[Callable[[], None]], None],
    openers: EntryOpeners,
) -> W.DOMWidget:
    """Make the forms of a stage.

    Args:
        office: The workspace.
        branch: Id of the branch.
        stage: The stage.
        as_of: The day of the check; None = the dossier's own.
        dossier: Returns the branch's current records.
        saved: Called after every save.
        on_campaign_change: Registers a function to call when the campaign changes.
        openers: Receives a function that opens each form, by record type.
    """
    day = as_of or dossier().as_of
    choices = BranchChoices(office, branch, day, office.workspace.today() or day)
    sheets: list[FormSheet] = []
    if stage.key == "plan":
        own = HeadPort(office, branch)
        sheets.append((Branch.LABEL, (BRANCH,), lambda: [HeadForm(Branch, own, choices=choices, on_saved=saved)]))
    for kind in stage.entered(office.campaign, dossier()):
        port = StorePort(office, branch, kind, day)
        sheets.append((kind.LABEL, (kind.TYPE,), partial(_sheet, stage, kind, port, choices, dossier, saved)))
    if MemberReview in stage.records or Pledge in stage.records:
        sheets.append((EXCHANGE, (), lambda: [exchange_panel(office, branch, stage, saved)]))
    if stage.key == "report" and not office.store.on_server:  # on a server the superior sees what is saved
        sheets.append((HANDOVER, (), lambda: [handover_panel(office, branch, stage, saved)]))
    return SheetTabs(sheets, on_campaign_change, openers).box


def exchange_panel(office: Office, branch: str, stage: Stage, saved: Callable[[], None]) -> ExchangePanel:
    """Panel to export members' forms and import them again."""
    buttons = [
        Button("members", stage.key, "zip"),
        Button("member", stage.key, "xlsx"),
        Button("workbook", stage.key, "xlsx"),
    ]
    return ExchangePanel(
        buttons_html(buttons),
        lambda uploads: intake.differences_each(office, uploads, branch),
        partial(_take_in, office),
        saved,
        PLEDGE_WORDS if stage.key == Pledge.STAGE else PanelWords(),
        reading=ManyForms(office, branch),
    )


def handover_panel(office: Office, branch: str, stage: Stage, saved: Callable[[], None]) -> ExchangePanel:
    """Panel to export the branch's package for the superior and import the receipt."""
    return ExchangePanel(
        buttons_html([Button("package", stage.key, "zip")]),
        lambda uploads: intake.receipts_of(office, uploads, branch),
        partial(_take_in, office),
        saved,
        PanelWords(
            "点“交给上级的包”，把下载的文件拷给上级党组织；什么时候都可以交，改了再交一次。"
            "上级发回的回执，在这里选中收下；上级要修改的意见在回执里，收下以后列在首页。",
            choose="选择上级发回的回执",
            nothing="这份回执以前收过，没有新的内容。",
            accepted=".json",
        ),
    )


def bureau_forms(
    office: Office,
    day: date,
    saved: Callable[[], None],
    on_campaign_change: Callable[[Callable[[], None]], None],
    openers: EntryOpeners,
) -> W.DOMWidget:
    """Make the bureau's forms; see ``branch_forms``."""
    names = {branch: office.branch_name(branch) for branch in office.branches()}
    choices = BureauChoices(office, names, day, office.workspace.day_of_check())
    ports = {kind: BureauPort(office, kind, day, names) for kind in BUREAU_KINDS}
    parts: dict[type[Record], list[Any]] = {}

    def renew() -> None:
        saved()
        for part in parts[Supervision]:
            part.refresh()

    forms = {k: RecordForm(k, ports[k], choices=choices, on_saved=renew) for k in BUREAU_KINDS}
    visits = LedgerBoard(
        VISITS,
        ports[Supervision],
        rows=lambda: VISITS.rows(survey(office, day, branches_only=True), office.campaign),
        opens=_entry_opener(forms[Supervision]),
        choices=choices,
        on_saved=saved,
    )
    parts |= {k: [visits, form] if k is Supervision else [form] for k, form in forms.items()}
    return SheetTabs(
        [(k.LABEL, (k.TYPE,), partial(parts.__getitem__, k)) for k in BUREAU_KINDS], on_campaign_change, openers
    ).box


def _entry_opener(form: RecordForm) -> Opens:
    """A function that opens an entry in a form, or (id "") a new entry with initial values."""

    def open_entry(id: str, values: Mapping[str, Any]) -> None:  # noqa: A002
        if id:
            form.show_entry(id)
        else:
            form.start(values)

    return open_entry


def _take_in(office: Office, difference: FileDifference) -> None:
    assert isinstance(difference, Difference)  # a refused file brings nothing
    intake.take_in(office, [difference])


def attach_panel(office: Office, branch: str, dossier: Callable[[], Dossier], saved: Callable[[], None]) -> AttachPanel:
    """Panel to attach signed scans, sign-in sheets and photos to records."""

    def offers() -> list[tuple[str, str, str]]:
        now = dossier()
        return attachment_targets(now, list(office.all_papers(now, office.findings(now))))

    def attach(record: str, kind: str, checked_file: attachments.Attached) -> bool:
        existing = {attachment.id for attachment in office.dossier(branch).all(Attachment)}
        return answers.attach_checked(office, branch, record, checked_file, kind).id not in existing

    kinds = [(label, key) for key, label in ATTACHMENT_KINDS.items()]
    return AttachPanel(offers, kinds, attachments.recognise, attach, saved)


def _sheet(
    stage: Stage,
    kind: type[Record],
    port: StorePort,
    choices: BranchChoices,
    dossier: Callable[[], Dossier],
    saved: Callable[[], None],
) -> list[Any]:
    """The views and the form of one record type; a save in one of them refreshes the others."""
    campaign = port.office.campaign
    layout = stage.layout.for_campaign(campaign)
    begin = beginning(dossier(), kind, campaign)
    parts: list[Any] = []

    def renew() -> None:
        saved()
        for part in parts:
            part.refresh()

    def live(work: LiveOf | None) -> Callable[[Any], Live] | None:
        return (lambda record: work(record, dossier(), campaign)) if work is not None else None

    derived = Derived(layout, kind, dossier, campaign)
    form = RecordForm(
        kind,
        port,
        choices=choices,
        on_saved=renew,
        fill=derived.fill,
        sources=derived.sources,
        begin_of=derived.begin_of,
        begin=begin,
        locked=kind.BUREAU,
        hints=lambda record: hints(record, dossier()),
        live=live(layout.live.get(kind.TYPE)),
        layout=layout,
    )

    def board(view: TypedView) -> Any:
        more: dict[str, Any] = {"dossier": dossier, "campaign": campaign, "opens": _entry_opener(form)}
        more |= {"fill": derived.fill, "begin_of": derived.begin_of}
        return board_of(view, port, choices=choices, on_saved=renew, begin=begin, **more)

    def drawn(view: FigureView) -> str:
        figure = view.figure(Sheet(dossier(), campaign))
        return figure_html(figure.seen_on(port.office.workspace.today())) if figure is not None else ""

    views = [view for view in layout.views if view.kind is kind and not isinstance(view, FigureView)]
    figures = [view for view in layout.views if view.kind is kind and isinstance(view, FigureView)]
    below = [view for view in views if isinstance(view, Ticks)]  # they grow, so they must not stand above the form
    if kind is Member:
        parts.append(RosterPanel(BranchRoster(port.office, port.branch), renew, open=not dossier().members))
    if kind is Attachment:
        parts.append(attach_panel(port.office, port.branch, dossier, renew))
    above = [board(view) for view in views if view not in below]
    for view in figures:
        if view.beside:
            above[-1] = FigurePanel(partial(drawn, view), above[-1])
    parts += [*above, form, *(board(view) for view in below)]
    parts += [FigurePanel(partial(drawn, view)) for view in figures if not view.beside]
    return parts


def beginning(dossier: Dossier, kind: type[Record], campaign: Campaign) -> dict[str, Any]:
    """What a new entry starts with, so that a fact typed once is never asked for again."""
    number = round_to_fill(dossier, kind) if issubclass(kind, RoundRecord) else 1
    begin = BY_KEY[kind.STAGE].layout.begin.get(kind.TYPE)
    return {**({"round": number} if number > 1 else {}), **(begin(dossier, campaign) if begin else {})}


class SheetTabs:
    """Sheets in tabs, made when first selected and refreshed when selected again; a single sheet has no tab.

    On the fullest pages half of the widgets are in later tabs, which most visits never open.

    Args:
        sheets: The sheets in order.
        on_campaign_change: Registers a function to call when the campaign changes.
        openers: Receives a function that opens each form, by record type.
    """

    def __init__(
        self,
        sheets: Sequence[FormSheet],
        on_campaign_change: Callable[[Callable[[], None]], None],
        openers: EntryOpeners,
    ) -> None:
        self._sheets, self._on_campaign_change = sheets, on_campaign_change
        self._made: dict[int, list[Any]] = {}
        self._boxes = [W.VBox() for _ in sheets]
        say = next(part.say for part in reversed(self._parts_of(0)) if not isinstance(part, FigurePanel))
        self._tab: W.Tab | None = None
        if len(sheets) > 1:
            self._tab = W.Tab(children=self._boxes, titles=[title for title, _, _ in sheets])
            self._tab.observe(guard(self._show_tab, say, "tabs"), "selected_index")
        for number, (_, types, _) in enumerate(sheets):
            for each in types:
                openers[each] = guard(partial(self._open_entry, number, each), say, "door")

    @property
    def box(self) -> W.DOMWidget:
        """The widget to display."""
        return self._tab or self._boxes[0]

    def _parts_of(self, number: int) -> list[Any]:
        """The views and forms of a sheet, made on first use."""
        if number not in self._made:
            parts = self._made[number] = self._sheets[number][2]()
            self._boxes[number].children = tuple(part.box for part in parts)
            for part in parts:
                self._on_campaign_change(part.refresh)
        return self._made[number]

    def _show_tab(self, change: Any) -> None:
        made_before = change["new"] in self._made
        for part in self._parts_of(change["new"]):
            if made_before:
                part.refresh()

    def _open_entry(
        self, number: int, type_: str, ident: str, begin: Mapping[str, Any], path: Sequence[str | int]
    ) -> None:
        if self._tab is not None:
            self._tab.selected_index = number
        for part in self._parts_of(number):
            if isinstance(part, AttachPanel) and not ident:
                part.begin(begin)
        forms = (part for part in self._parts_of(number) if isinstance(part, RecordForm))
        next(form for form in forms if type_ == (BRANCH if form.single else form.type)).go(ident, begin, path)
