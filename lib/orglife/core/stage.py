"""A stage: its key, title, records, rules, documents and forms, declared in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from orglife.core.formview import Layout
from orglife.core.paper.block import Document
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Record
from orglife.core.rule.bureau import Bureau
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.rule import Rule

Documents = Callable[[Sheet], list[Document]]


@dataclass(frozen=True)
class PaperForm:
    """A form of a stage: its name, its retention period, and the rules that notice when it is missing.

    Attributes:
        number: E.g. F3; never used for another form.
        retention: Retention period unless the campaign sets another: D10, D30 or Y; "" = not archived.
        missing_rules: Ids of the rules that report that it is missing.
        one_per_branch: A branch has one paper of it, whatever its subject in the catalogue.
        per_member: Each member has a paper of their own; one member's missing paper does not affect the others.
        if_recorded: Archiving reports it as missing only when something is recorded for it.
        blank: It has a blank form to fill in by hand.
        responsible: Who is responsible for its papers: ``member`` = the paper's member, else the name of a field of the
            subject; "" = the branch.
    """

    number: str
    title: str
    retention: str
    missing_rules: tuple[str, ...] = ()
    one_per_branch: bool = False
    per_member: bool = False
    if_recorded: bool = False
    blank: bool = False
    responsible: str = ""


@dataclass(frozen=True)
class Stage:
    """One stage of the campaign, in the order of the cycle."""

    key: str
    number: int
    title: str
    phase: str
    records: tuple[type[Record], ...] = ()
    rules: tuple[Rule, ...] = ()
    documents: Documents | None = None
    forms: tuple[PaperForm, ...] = ()
    """The forms that it prints, in order."""
    bureau_rules: tuple[Rule, ...] = ()
    """Rules on the bureau's records and all branches."""
    bureau_documents: Callable[[Bureau, Campaign], list[Document]] | None = None
    """The bureau's papers, made from its records and all branches."""
    bureau: bool = False
    blanks: Documents | None = None
    """Blank forms to fill in by hand; the subject tells the blanks of one form apart."""
    numbers: Callable[[Sheet], list[str]] | None = None
    """One sentence each on how the stage's numbers (应到, 表决权, 优秀 …) are calculated; shown beside its forms."""

    layout: Layout = field(default_factory=Layout)
    """The layout of its forms."""

    minutes: int = 3
    """Estimated minutes to type one missing entry."""
    tour: str = ""
    """The text about its page in the rehearsal's tour; "" = the tour skips the page."""

    def entered(self, campaign: Campaign, dossier: Dossier) -> tuple[type[Record], ...]:
        """The record types to be entered: those for papers that the campaign does not want only where some exist."""
        return tuple(kind for kind in self.records if campaign.wants(kind.PAPER) or dossier.records.get(kind.TYPE))

    @property
    def notebook(self) -> str:
        """File name of the stage's notebook, without suffix: ``12_talks``."""
        return f"{self.number:02d}_{self.key}"

    @property
    def heading(self) -> str:
        """会前准备 · 谈心谈话."""
        return f"{self.phase} · {self.title}" if self.phase != self.title else self.title
