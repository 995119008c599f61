"""WORD: empty wording. Hints for a person to judge: at most one per text, none on collected opinions.

A hollow text says neither who nor what nor when (``plain_words``). Set phrases support that and tell which kind it is: a
text gets a hint when a signal's pattern matches and the text states none of the facts that the signal names; a phrase
that is empty by itself is acceptable beside a fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from orglife.core.errors import EndlessExpression
from orglife.core.record.dossier import Dossier, excerpt
from orglife.core.record.memo import once
from orglife.core.record.record import Identified
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.expressions import searcher
from orglife.core.rule.rule import Case, Effect, Rule, Severity, Spot, rule, spot
from orglife.stages.meeting.record import Criticism
from orglife.stages.rectification.record import Pledge, RectItem
from orglife.stages.reviews.record import TeamReview
from orglife.stages.whole.plain_words import FACTS, has_clause_without, is_hollow, is_parallel, says
from orglife.stages.whole.signals import (
    ADVICE,
    EMPTY_MEASURE,
    EXCUSE,
    FLATTERY,
    LECTURE,
    LEFT_OVER,
    NOBODY,
    OTHERS,
    PLATITUDE,
    STALE,
    TRIFLE,
    Signal,
)
from orglife.stages.whole.texts import WrittenText, texts_at

SIGNALS = {
    signal.id: signal
    for signal in (
        ADVICE,
        OTHERS,
        LECTURE,
        FLATTERY,
        TRIFLE,
        PLATITUDE,
        NOBODY,
        EXCUSE,
        EMPTY_MEASURE,
        LEFT_OVER,
        STALE,
    )
}
PRECEDENCE = (
    "WORD-10",
    "WORD-01",
    "WORD-04",
    "WORD-07",
    "WORD-02",
    "WORD-03",
    "WORD-05",
    "WORD-08",
    "WORD-06",
    "WORD-09",
    "WORD-11",
)
"""Which hint a text gets when several match: the first in this order."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A text with the words that matched in it."""

    words: WrittenText
    matched: str


Hits = Mapping[str, "Sequence[Hit] | EndlessExpression"]
"""Map from rule id to its hits, or to why the rule could not search."""


@dataclass
class Wording:
    """The wording rules as one group: a text that has a hint from one rule gets none from the others.

    Args:
        too_brief: Rules that report a text as too short; such a text gets no hint.
    """

    too_brief: tuple[Rule, ...]
    rules: dict[str, Rule] = field(default_factory=dict)

    def hits(self, case: Case) -> Hits:
        """All hits in a dossier, computed once."""
        return once(case.dossier.memo, ("wording", case.campaign), lambda: self._find_all(case))

    def _find_all(self, case: Case) -> Hits:
        taken = {(on.id, s.field or "") for each in self.too_brief for s in case.fires(each) for on in s.on}
        mask_text = cache(_campaign_mask(case.campaign))
        hits_by_rule: dict[str, list[Hit] | EndlessExpression] = {}
        for ident in PRECEDENCE:
            try:
                hits = list(_hits_of_rule(self.rules[ident], case.dossier, case.campaign, set(taken), mask_text))
            except EndlessExpression as error:  # of this rule; the others search on
                hits_by_rule[ident] = error
                continue
            taken.update(hit.words.key for hit in hits)
            hits_by_rule[ident] = hits
        return hits_by_rule


def _hits_of_rule(
    wording_rule: Rule, dossier: Dossier, campaign: Campaign, taken: set[tuple[str, str]], mask: Callable[[str], str]
) -> Iterator[Hit]:
    """Texts that one rule matches, except those in ``taken``; adds its own to ``taken``."""
    if not wording_rule.is_on(campaign):
        return
    params = wording_rule.changed(campaign, dossier.branch).params
    find = finder(SIGNALS[wording_rule.id], params, tuple(campaign.stale_terms))
    for path in dict.fromkeys(params["applies_to"]):
        for words in texts_at(dossier, path):
            matched = find(mask(words.text)) if words.key not in taken else ""
            if matched:
                taken.add(words.key)
                yield Hit(words, matched)


def _campaign_mask(campaign: Campaign) -> Callable[[str], str]:
    """Return a function that removes the campaign's title and theme from a text: quoting them is neutral."""
    phrases = [text for text in (campaign.title, campaign.theme) if text]

    def mask(text: str) -> str:
        for phrase in phrases:
            if phrase in text:
                text = text.replace(phrase, " ")
        return text

    return mask


def finder(signal: Signal, params: Mapping[str, Any], terms: tuple[str, ...] = ()) -> Callable[[str], str]:
    """Return a function that gives the words in a text that a signal reports, "" for none.

    Args:
        signal: The signal.
        params: Its parameters in force: patterns, unless, facts and set_words; without patterns, ``terms`` are searched.
        terms: Words to search for when there are no patterns.
    """
    if "patterns" not in params:
        return lambda text: "、".join(term for term in terms if term and term in text)
    searches = [searcher(pattern) for pattern in params["patterns"]]
    unless = searcher(params["unless"]) if params["unless"] else None
    facts, common = tuple(params.get("facts", ())), tuple(params.get("set_words", ()))

    telling = [name for name in signal.facts if name != "i_did"]  # “我” alone is no fact

    def find(text: str) -> str:
        if unless and unless(text):
            return ""
        if signal.hollow and is_hollow(text, common, signal.most_residue) and not says(text, telling, facts):
            return text
        if signal.parallel and is_parallel(text) and not says(text, (*FACTS, *telling), facts):
            return text
        match = next(filter(None, (search(text) for search in searches)), None)
        if match is None or says(text, signal.facts, facts):
            return ""
        return "" if signal.clause[0] and has_clause_without(text, *signal.clause) else str(match.group()) or " "

    return find


def wording_rules(too_brief: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules WORD-01 to WORD-11, in the order of their ids.

    Args:
        too_brief: Rules whose finding about a text suppresses every hint about it (REVIEW-07, CRIT-03).
    """
    wording = Wording(tuple(too_brief))
    wording.rules.update((s.id, _declared(s, wording)) for s in SIGNALS.values())
    return tuple(wording.rules.values())


def _declared(signal: Signal, wording: Wording) -> Rule:
    def condition(case: Case) -> Iterator[Spot]:
        hits = wording.hits(case)[case.rule.id]
        if isinstance(hits, EndlessExpression):
            raise hits
        for hit in hits:
            yield _spot(hit, case.dossier)

    condition.__doc__ = signal.why
    params: dict[str, Any] = {"applies_to": list(signal.applies_to)}
    if signal.patterns:
        words: dict[str, Any] = {"facts": []} if signal.facts else {}
        words |= {"set_words": []} if signal.hollow else {}
        params = {"patterns": list(signal.patterns), "unless": signal.unless, **words, **params}
    return rule(
        signal.id,
        severity=Severity.INFO,
        title=signal.title,
        message=signal.message,
        fix=signal.fix,
        fix_after=signal.fix_after,
        effect_after=Effect.EXPLAIN,
        checkpoint=signal.checkpoint,
        stage=signal.stage,
        kind="wrong",
        per="text",
        never_error=True,
        demand=signal.demand,
        general=signal.general,
        params=params,
    )(condition)


def _spot(hit: Hit, dossier: Dossier) -> Spot:
    record, holder = hit.words.record, hit.words.holder
    return spot(
        holder,
        field=hit.words.field,
        stage=record.STAGE,
        effect=Effect.ONGOING if isinstance(record, (Pledge, RectItem)) else None,
        text=excerpt(hit.words.text),
        hits=excerpt(hit.matched),
        what="承诺" if isinstance(record, Pledge) else "措施",
        whose=_whose(record, dossier),
    )


def _whose(record: Identified, dossier: Dossier) -> str:
    """The owner of a text, as the subject of a sentence: 甲对乙的意见, 甲的发言提纲, 工作方案."""
    if isinstance(record, Criticism):
        author, target = dossier.name(record.author), dossier.name(record.target)
        return f"{author}对{target}的意见" if author and target else record.LABEL
    owner = dossier.name(getattr(record, "member", "") or getattr(record, "owner", ""))
    return f"{owner}的{record.LABEL}" if owner and not isinstance(record, TeamReview) else record.LABEL
