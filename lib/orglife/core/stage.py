"""A stage: its key, title, records, rules and documents, wired once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from orglife.core.formview import Layout
from orglife.core.paper.block import Document
from orglife.core.paper.paper import Sheet
from orglife.core.record.record import Record
from orglife.core.rule.bureau import Bureau
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.rule import Rule

Documents = Callable[[Sheet], list[Document]]


@dataclass(frozen=True)
class PaperForm:
    """A form of a stage: what it is called, how long its papers are kept, and what finds that one is missing.

    Attributes:
        number: F3; never used again.
        retention: How long it is kept where the campaign names nothing else: D10, D30 or Y; "" = it is not archived.
        missed_by: Ids of the rules that find its absence.
        one: A branch has one paper of it, whatever subject that is catalogued under.
        per_member: Each member has a paper of his own: the absence of another's says nothing about it.
        if_recorded: Archiving misses it only where something is recorded.
        blank: There is a blank to write on by hand.
        responsible: Who answers for its papers: ``member`` = the member whose it is, else the field of the subject
            that names who; "" = the branch.
    """

    number: str
    title: str
    retention: str
    missed_by: tuple[str, ...] = ()
    one: bool = False
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
    """The forms that it prints."""
    bureau_rules: tuple[Rule, ...] = ()
    """Rules over the bureau's records and all branches."""
    bureau_documents: Callable[[Bureau, Campaign], list[Document]] | None = None
    """The bureau's papers, made from its records and all branches."""
    bureau: bool = False
    blanks: Documents | None = None
    """Forms to write on by hand; the subject of each says which of its form's blanks it is."""
    numbers: Callable[[Sheet], list[str]] | None = None
    """How the stage's numbers (应到, 表决权, 优秀 …) come about, a sentence each; shown beside its forms."""

    layout: Layout = field(default_factory=Layout)
    """How its forms are laid out."""

    minutes: int = 3
    """Minutes to type one missing entry, once it has taken place."""
    tour: str = ""
    """What the tour of the rehearsal says of its page; "" = the tour passes it over."""

    @property
    def notebook(self) -> str:
        """File name of the stage's notebook, without suffix: ``12_talks``."""
        return f"{self.number:02d}_{self.key}"

    @property
    def heading(self) -> str:
        """会前准备 · 谈心谈话."""
        return f"{self.phase} · {self.title}" if self.phase != self.title else self.title
