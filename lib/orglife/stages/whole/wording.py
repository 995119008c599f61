"""WORD: wording that says nothing. Hints to a person, at most one for a text, none for opinions of other people.

A text is hinted at when one of a signal's patterns is found in it and ``unless`` is not. What is hollow when it stands
alone is fine beside a fact, so ``unless`` knows the traces of a fact: a number, a day, a deed, a name called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from orglife.core.record.dossier import Dossier, short
from orglife.core.record.memo import once
from orglife.core.record.record import Identified
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.rule import Case, Rule, Severity, Spot, rule, spot
from orglife.stages.meeting.record import Criticism
from orglife.stages.rectification.record import Pledge
from orglife.stages.reviews.record import TeamReview
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
from orglife.stages.whole.texts import WrittenText, words_at

SHOWN_CHARS = 40
PRECEDENCE = (
    "WORD-10",
    "WORD-01",
    "WORD-04",
    "WORD-07",
    "WORD-02",
    "WORD-03",
    "WORD-05",
    "WORD-06",
    "WORD-08",
    "WORD-09",
    "WORD-11",
)
"""Which hint a text gets when several would fit."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A text with what was found in it."""

    words: WrittenText
    found: str


Hits = Mapping[str, Sequence[Hit]]
"""Rule id → its hits."""


@dataclass
class Wording:
    """The wording rules together: what one has hinted at, the others leave alone.

    Args:
        too_brief: Rules that find a text too short; it gets no hint on top.
    """

    too_brief: tuple[Rule, ...]
    rules: dict[str, Rule] = field(default_factory=dict)

    def hits(self, case: Case) -> Hits:
        """All hits in a dossier, worked out once."""
        return once(case.dossier.memo, ("wording", case.campaign), lambda: self._look(case))

    def _look(self, case: Case) -> Hits:
        taken = {(on.id, s.field or "") for each in self.too_brief for s in case.fires(each) for on in s.on}
        mask = cache(_mask(case.campaign))
        found: dict[str, list[Hit]] = {}
        for ident in PRECEDENCE:
            hits = list(_of_rule(self.rules[ident], case.dossier, case.campaign, taken, mask))
            taken.update(hit.words.key for hit in hits)
            found[ident] = hits
        return found


def _of_rule(
    each: Rule, dossier: Dossier, campaign: Campaign, taken: set[tuple[str, str]], mask: Callable[[str], str]
) -> Iterator[Hit]:
    """Texts that one rule would hint at, among those not taken."""
    if not each.is_on(campaign):
        return
    params = each.changed(campaign, dossier.branch).params
    look = finder(tuple(params.get("patterns", ())), params.get("unless", ""), tuple(campaign.stale_terms))
    for path in dict.fromkeys(params["applies_to"]):
        for words in words_at(dossier, path):
            found = look(mask(words.text)) if words.key not in taken else ""
            if found:
                taken.add(words.key)
                yield Hit(words, found)


def _mask(campaign: Campaign) -> Callable[[str], str]:
    """Takes the campaign's own title and theme out of a text: whoever quotes them says nothing of his own."""
    own = [text for text in (campaign.title, campaign.theme) if text]

    def mask(text: str) -> str:
        for each in own:
            if each in text:
                text = text.replace(each, " ")
        return text

    return mask


@lru_cache(maxsize=64)
def finder(patterns: tuple[str, ...], unless: str, terms: tuple[str, ...] = ()) -> Callable[[str], str]:
    """What finds a signal in a text: gives the words found, "" for none.

    Args:
        patterns: Regular expressions, one of which must be found; () to look for ``terms`` instead.
        unless: A regular expression that must not be found; "" for none.
        terms: Words to look for when there is no pattern.
    """
    if not patterns:
        return lambda text: "、".join(term for term in terms if term and term in text)
    searches = [re.compile(p).search for p in patterns]
    excused = re.compile(unless).search if unless else None

    def look(text: str) -> str:
        for search in searches:
            found = search(text)
            if found:
                return "" if excused and excused(text) else found.group() or " "
        return ""

    return look


def wording_rules(too_brief: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules WORD-01 to WORD-11, in the order of their ids.

    Args:
        too_brief: Rules whose finding about a text silences every hint about it (REVIEW-07, CRIT-03).
    """
    together = Wording(tuple(too_brief))
    signals = (ADVICE, OTHERS, LECTURE, FLATTERY, TRIFLE, PLATITUDE, NOBODY, EXCUSE, EMPTY_MEASURE, LEFT_OVER, STALE)
    together.rules.update((s.id, _declared(s, together)) for s in signals)
    return tuple(together.rules.values())


def _declared(signal: Signal, together: Wording) -> Rule:
    def condition(case: Case) -> Iterator[Spot]:
        for hit in together.hits(case)[case.rule.id]:
            yield _spot(hit, case.dossier)

    condition.__doc__ = signal.why
    params: dict[str, Any] = {"applies_to": list(signal.applies_to)}
    if signal.patterns:
        params = {"patterns": list(signal.patterns), "unless": signal.unless, **params}
    return rule(
        signal.id,
        severity=Severity.INFO,
        title=signal.title,
        message=signal.message,
        fix=signal.fix,
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
        text=short(hit.words.text, SHOWN_CHARS),
        hits=short(hit.found, SHOWN_CHARS),
        what="承诺" if isinstance(record, Pledge) else "措施",
        whose=_whose(record, dossier),
    )


def _whose(record: Identified, dossier: Dossier) -> str:
    """Whose words they are, as a sentence begins: 甲对乙的意见, 甲的发言提纲, 工作方案."""
    if isinstance(record, Criticism):
        author, target = dossier.name(record.author), dossier.name(record.target)
        return f"{author}对{target}的意见" if author and target else record.LABEL
    owner = dossier.name(getattr(record, "member", "") or getattr(record, "owner", ""))
    return f"{owner}的{record.LABEL}" if owner and not isinstance(record, TeamReview) else record.LABEL
