"""A stage: its key, title, records, rules and documents, wired once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from orglife.core.formview import Layout
from orglife.core.paper.block import Document
from orglife.core.paper.paper import Sheet
from orglife.core.record.record import Record
from orglife.core.rule.rule import Rule

Documents = Callable[[Sheet], list[Document]]


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
