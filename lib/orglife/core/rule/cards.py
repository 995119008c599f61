"""Findings as they are shown: four groups by what they mean, one card for each cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import EFFECT_MEANS, EFFECT_WORDS, Effect, Severity

WORDING = "用语提示："
"""First word of the titles of hints about wording."""
TODO, HINTS, EXPLAINED = "还没有做", "提示，供参考", "已说明"
"""Headings of the findings outside the four groups."""


class Card(NamedTuple):
    """Findings shown together because they share a cause or a fix.

    Attributes:
        leads: The findings whose messages are shown, of one rule and with one fix.
        also: Findings of other rules about the same thing: their clauses are named too.
    """

    leads: tuple[Finding, ...]
    also: tuple[Finding, ...] = ()

    @property
    def first(self) -> Finding:
        """The finding that names rule, fix and clause of all."""
        return self.leads[0]

    @property
    def clauses(self) -> list[str]:
        """The clauses behind all of its findings, each once, in words."""
        return list(dict.fromkeys(f.clause.words for f in (self.first, *self.also) if f.clause.words))


def cards(findings: Iterable[Finding]) -> list[Card]:
    """One card for each cause, in the order of the first finding of each.

    Findings of several rules with one ``cause`` about the same subjects become one, led by the most severe; then those of
    one rule with the same fix are shown together.
    """
    causes: dict[object, list[Finding]] = {}
    for finding in findings:
        one = (finding.cause, finding.subjects, finding.due, finding.explained) if finding.cause else id(finding)
        causes.setdefault(one, []).append(finding)
    together: dict[object, list[list[Finding]]] = {}
    for group in causes.values():
        group.sort(key=lambda f: f.severity.rank)
        lead = group[0]
        key = (lead.rule, lead.title, lead.fix, lead.clause, lead.effect, lead.due, lead.explained, len(group))
        together.setdefault(key, []).append(group)
    return [Card(tuple(g[0] for g in groups), tuple(groups[0][1:])) for groups in together.values()]


class CardGroup(NamedTuple):
    """A heading with its cards and the number of findings in them."""

    heading: str
    mood: str
    number: int
    cards: list[Card]

    @property
    def meaning(self) -> str:
        """What the heading asks for, where it is one of the four groups; "" for the others."""
        return EFFECT_MEANS[Effect(self.mood)] if self.heading in EFFECT_WORDS.values() else ""

    @property
    def grave(self) -> bool:
        """Whether something in it must be corrected before final papers are made."""
        return any(f.counts and f.severity is Severity.ERROR for card in self.cards for f in card.leads)

    @property
    def summary(self) -> str:
        """How many hints there are of which kind, in one line; "" for the other groups, and for a single kind."""
        kinds = Counter(f.title.removeprefix(WORDING) for card in self.cards for f in card.leads)
        if self.heading != HINTS or len(kinds) < 2:  # noqa: PLR2004  one kind sums up nothing
            return ""
        return "，".join(f"{title}{number}处" for title, number in kinds.most_common())


def groups(findings: Sequence[Finding]) -> list[CardGroup]:
    """The four groups of errors and warnings, then to-dos, hints and what is explained; empty ones are left out."""
    problems = [f for f in findings if f.counts and f.severity is not Severity.INFO]
    parts = [
        *((EFFECT_WORDS[e], e.value, [f for f in problems if f.effect is e]) for e in Effect),
        (TODO, "todo", [f for f in findings if f.is_todo]),
        (HINTS, "info", [f for f in findings if f.counts and f.severity is Severity.INFO]),
        (EXPLAINED, "explained", [f for f in findings if f.explained]),
    ]
    return [
        CardGroup(heading, mood, len(own), sorted(cards(own), key=lambda c: c.first.severity.rank))
        for heading, mood, own in parts
        if own
    ]
