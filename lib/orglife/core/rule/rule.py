"""Rules: the pattern that each looks for, all its sentences, and the places where the pattern occurs.

A rule is a pure function of a dossier and a campaign. It yields every place, never raises because of what a user
entered, and reads no clock other than ``dossier.as_of``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as data_field
from enum import StrEnum
from typing import Any, Literal

from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier
from orglife.core.record.memo import once
from orglife.core.record.record import Identified, Record
from orglife.core.rule import expressions
from orglife.core.rule.campaign import Campaign, TypeOverride, quoted

CHECKPOINTS = ("setup", "prep", "meeting", "rectify", "close", "archive")
BUREAU = "bureau"
CHECKPOINT_WORDS = {
    "setup": "名册建立时",
    "prep": "会前准备",
    "meeting": "会议",
    "rectify": "整改",
    "close": "结束",
    "archive": "归档",
    "bureau": "上级督导",
}


class Severity(StrEnum):
    """error: a cited clause is violated; warning: usual practice; info: a hint."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return list(Severity).index(self)


class Effect(StrEnum):
    """What a finding means for the branch: what it touches and what can still be done about it."""

    VALIDITY = "validity"
    CORRECT = "correct"
    EXPLAIN = "explain"
    ONGOING = "ongoing"


EFFECT_WORDS = {
    Effect.VALIDITY: "影响结果效力",
    Effect.CORRECT: "可以更正登记",
    Effect.EXPLAIN: "只能说明",
    Effect.ONGOING: "正在整改",
}
"""The four groups, in the order in which they are shown."""

EFFECT_MEANS = {
    Effect.VALIDITY: "关系到会议、评议的结果算不算数，先看这些",
    Effect.CORRECT: "登记写得不对的，改过来就行",
    Effect.EXPLAIN: "现在补不了的，写明情况",
    Effect.ONGOING: "还没有做的，或者还在改的",
}
"""What each group asks of its reader; shown beside its heading on a page."""

SEVERITY_WORDS = {Severity.ERROR: "须改正", Severity.WARNING: "请核对", Severity.INFO: "提示"}


class Kind(StrEnum):
    """missing: an entry is missing, due from its checkpoint on; wrong: an existing entry is wrong, due at once."""

    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Regulation:
    """A general regulation that rules are based on in every campaign."""

    id: str
    source: str
    quote: str
    read_at_source: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """The source and text of a demand; ``general`` is the general regulation behind it, if any."""

    source: str
    quote: str
    read_at_source: bool = True
    general: Clause | None = None

    @property
    def words(self) -> str:
        """The clause as text for users."""
        text = self.source + quoted(*(piece for piece in self.quote.split("……") if piece))
        if not self.read_at_source:
            text += "（未核对原文）"
        return f"{text}；{self.general.words}" if self.general else text

    def to_json(self) -> dict[str, Any]:
        """``{"source", "quote"}``, with ``general`` when the campaign's clause has a general regulation behind it."""
        shown: dict[str, Any] = {"source": self.source, "quote": self.quote}
        if not self.read_at_source:
            shown["read_at_source"] = False
        if self.general:
            shown["general"] = self.general.to_json()
        return shown


@dataclass(frozen=True, slots=True)
class Spot:
    """One place where a rule's pattern occurs.

    Args:
        on: The records, nested objects or members it is about; () for the branch as a whole.
        field: The field, when it is about one field only.
        general: Overrides the rule's regulation, for rules whose clause depends on the case.
        words: Values for the placeholders of message and fix.
        stage: Overrides the rule's stage, for rules that check records of several stages.
        fix: Overrides the rule's fix, for rules whose remedy depends on the case.
        effect: Overrides the rule's effect, likewise.
    """

    on: tuple[Identified, ...] = ()
    field: str | None = None
    general: str = ""
    words: Mapping[str, Any] = data_field(default_factory=dict)
    stage: str = ""
    fix: str = ""
    effect: Effect | None = None


def spot(
    *on: Identified,
    field: str | None = None,
    general: str = "",
    stage: str = "",
    fix: str = "",
    effect: Effect | None = None,
    **words: Any,
) -> Spot:
    """Make a spot; the other keyword arguments are its words."""
    return Spot(on, field, general, words, stage, fix, effect)


Condition = Callable[["Case"], Iterable[Spot]]
Opens = Callable[[Dossier, Campaign], Iterable[Record]]


@dataclass(frozen=True)
class Case:
    """The input of a rule's condition: dossier, campaign, and the rule's parameters in force."""

    dossier: Dossier
    campaign: Campaign
    params: Mapping[str, Any]
    rule: Rule

    def fires(self, other: Rule) -> list[Spot]:
        """The spots of another rule on the same dossier, [] when it is off: for rules that are skipped when it fires."""
        return spots(other, self.dossier, self.campaign)


@dataclass(frozen=True, eq=False)
class Rule:
    """A check with its condition, sentences, clause and settings. Compared by identity, so that it can be a cache's key."""

    id: str
    stage: str
    checkpoint: str
    severity: Severity
    kind: Kind
    per: str
    title: str
    message: str
    fix: str
    condition: Condition
    demand: str = ""
    general: str = ""
    needs: tuple[str, ...] = ()
    params: Mapping[str, Any] = data_field(default_factory=dict)
    asks: str = ""
    field: str = ""
    minutes: int = 0
    never_error: bool = False
    opens: Opens | None = None
    fix_after: str = ""
    effect: Effect | None = None
    effect_after: Effect | None = None
    cause: str = ""

    def fix_on(self, *, held: bool) -> str:
        """The fix on a day: before the meeting, or once it was held what can still be done then."""
        return self.fix_after if held and self.fix_after else self.fix

    def effect_on(self, *, held: bool) -> Effect:
        """What a finding means on a day: before the meeting, or once it was held.

        Unless the rule says otherwise, a wrong entry can be corrected, and what is missing is still to be done; what had
        to be there before the meeting can only be explained afterwards.
        """
        if held and self.effect_after is not None:
            return self.effect_after
        if self.effect is not None:
            return self.effect
        if self.kind is Kind.WRONG:
            return Effect.CORRECT
        return Effect.EXPLAIN if held and self.checkpoint == "prep" else Effect.ONGOING

    def is_on(self, campaign: Campaign) -> bool:
        """Whether the campaign or a general regulation demands it and none of the campaign fields it needs is blank."""
        demanded = campaign.makes(self.demand) or bool(self.general)
        return demanded and not any(campaign.is_blank(name) for name in self.needs)

    def changed(self, campaign: Campaign, branch: Branch | None) -> TypeOverride:
        """Severity and params in force for a branch (None: bureau): branch type overrides campaign overrides rule."""
        key = ("changed", self, branch.type if branch else "")
        return once(campaign.memo, key, lambda: self._changed(campaign, branch))

    def _changed(self, campaign: Campaign, branch: Branch | None) -> TypeOverride:
        override = campaign.override.get(self.id)
        severity: Any = self.severity.value
        params = dict(self.params)
        own = override.types.get(branch.type) if override and branch else None
        for place, change in ((self.id, override), (f"{self.id}.types.{branch.type if branch else ''}", own)):
            if change is None:
                continue
            severity = change.severity or severity
            params |= {
                name: expressions.of_campaign(name, value, f"override.{place}.params.{name}")
                for name, value in change.params.items()
            }
        if self.never_error and severity == "error":
            severity = "warning"
        return TypeOverride(severity=severity, params=params)

    def clause(self, campaign: Campaign, regulations: Mapping[str, Regulation], general: str = "") -> Clause:
        """The clause behind the rule: the campaign's demand, backed by the regulation, else the regulation alone."""
        behind = regulations.get(general or self.general)
        return once(campaign.memo, ("clause", self, behind), lambda: self._clause(campaign, behind))

    def _clause(self, campaign: Campaign, behind: Regulation | None) -> Clause:
        law = Clause(behind.source, behind.quote, behind.read_at_source) if behind else None
        if campaign.makes(self.demand):
            demand = campaign.demands[self.demand]
            return Clause(demand.source, demand.quote, general=law)
        return law or Clause("", "")


def rule(
    id: str,  # noqa: A002  rules are known by their id
    *,
    severity: Severity,
    title: str,
    message: str,
    fix: str,
    checkpoint: str,
    stage: str,
    kind: Literal["missing", "wrong"],
    per: str,
    demand: str = "",
    general: str = "",
    needs: tuple[str, ...] = (),
    params: Mapping[str, Any] | None = None,
    asks: str = "",
    field: str = "",
    minutes: int = 0,
    never_error: bool = False,
    opens: Opens | None = None,
    fix_after: str = "",
    effect: Effect | None = None,
    effect_after: Effect | None = None,
    cause: str = "",
) -> Callable[[Condition], Rule]:
    """Declare a rule; the decorated condition yields spots.

    Args:
        id: Never changed and never used for another rule.
        severity: error only when a cited clause is violated.
        title: The pattern, not the remedy.
        message: The fact; placeholders are words of the spot, params and campaign fields.
        fix: What to do next; must never invite users to write a record after the event.
        fix_after: What can still be done once the meeting was held; "" = the same.
        effect: What a finding means; None = by kind and checkpoint (``Rule.effect_on``).
        effect_after: What it means once the meeting was held; None = the same.
        cause: Rules with the same cause find one thing: their findings about the same subjects are shown as one.
        checkpoint: The checkpoint from which a missing entry is due.
        stage: Key of the stage whose notebook lists it.
        kind: missing or wrong.
        per: branch, member, pair, record, item, text or leader: what one finding is about.
        demand: Key of the campaign's demand.
        general: Id of the general regulation.
        needs: Campaign fields that the condition reads.
        params: Numbers and lists that a campaign may override.
        asks: Record type (or ``branch``) that a user opens or adds to resolve a finding; "" = the finding's own records.
        field: Field to show when the finding names none; a dotted path into the record, e.g. ``items.0.cause_views``.
        minutes: Estimated time to resolve one finding; 0 = the stage's ``minutes``.
        never_error: A campaign cannot raise its severity to error.
        opens: Incomplete records, for a finding about the branch as a whole; the first is opened.
    """

    def declare(condition: Condition) -> Rule:
        return Rule(
            id=id,
            stage=stage,
            checkpoint=checkpoint,
            severity=severity,
            kind=Kind(kind),
            per=per,
            title=title,
            message=message,
            fix=fix,
            condition=condition,
            demand=demand,
            general=general,
            needs=needs,
            params=dict(params or {}),
            asks=asks,
            field=field,
            minutes=minutes,
            never_error=never_error,
            opens=opens,
            fix_after=fix_after,
            effect=effect,
            effect_after=effect_after,
            cause=cause,
        )

    return declare


def spots(rule: Rule, dossier: Dossier, campaign: Campaign) -> list[Spot]:
    """The places where a rule's pattern occurs; [] when the rule is off. Cached per dossier."""
    return once(dossier.memo, ("spots", rule.id, campaign), lambda: _spots(rule, dossier, campaign))


def _spots(rule: Rule, dossier: Dossier, campaign: Campaign) -> list[Spot]:
    if not rule.is_on(campaign):
        return []
    params = rule.changed(campaign, dossier.branch).params
    return list(rule.condition(Case(dossier, campaign, params, rule)))
