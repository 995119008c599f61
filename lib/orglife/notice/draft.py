"""The draft that is read from a notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orglife.notice.model import Fact, Notice, NoticeDemand, NoticeQuote, as_places
from orglife.notice.ranking.ranker import AS_RANKED, RANKED, Ranking

FORMAT = "orglife-campaign-draft/1"
CANDIDATES = (*RANKED, *AS_RANKED)
"""The fields with ranked sentences."""


@dataclass(frozen=True)
class NoticeDraft:
    """The draft read from a notice.

    Attributes:
        ranking: The sentences, ranked for each field.
        facts: Every field of ``FIELDS`` → fact; None when the notice is silent.
        more: Field of ``MORE`` → fact; only fields with a fact.
        demands: The known demands that the notice makes.
        unread: Sentences that ask for something and match no demand.
    """

    notice: Notice
    ranking: Ranking
    facts: dict[str, Fact | None]
    more: dict[str, Fact]
    demands: tuple[NoticeDemand, ...] = ()
    unread: tuple[NoticeQuote, ...] = ()

    def fact(self, name: str) -> Fact | None:
        """A fact of ``FIELDS`` or ``MORE``, None when the notice is silent."""
        return self.facts.get(name) or self.more.get(name)

    def value(self, name: str) -> Any:
        """The value of a fact, None when the notice is silent."""
        fact = self.fact(name)
        return fact.value if fact else None

    def as_json(self) -> dict[str, Any]:
        """The draft as JSON, as printed by ``campaign read --json``."""
        return {
            "format": FORMAT,
            "facts": {name: fact.as_json() if fact else None for name, fact in self.facts.items()},
            "more": {name: fact.as_json() for name, fact in self.more.items()},
            "demands": {a.key: as_places(a.words) for a in self.demands},
            "candidates": {name: [c.as_json() for c in self.ranking.candidates(name)] for name in CANDIDATES},
            "unread": [{"text": at.quote, **at.as_json()} for at in self.unread],
        }
