"""Rules: what is looked for, everything that is said about it, and where its pattern is found.

A rule is a pure function of a dossier and a campaign. It yields; it never raises for what a user entered, never stops at
the first hit, knows no clock but ``dossier.as_of``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as data_field
from enum import StrEnum
from typing import Any, Literal

from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Identified, Record
from orglife.core.rule.campaign import Campaign, TypeOverride

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


SEVERITY_WORDS = {Severity.ERROR: "须改正", Severity.WARNING: "请核对", Severity.INFO: "提示"}


class Kind(StrEnum):
    """missing: something not yet there, due from its checkpoint on; wrong: what is there is wrong, due at once."""

    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Regulation:
    """A general regulation that rules rest on, whatever the campaign."""

    id: str
    source: str
    quote: str
    read_at_source: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """Where a demand stands and its words; ``general`` is the regulation behind it, when there is one too."""

    source: str
    quote: str
    read_at_source: bool = True
    general: Clause | None = None

    @property
    def words(self) -> str:
        """The clause as it is shown to a person."""
        text = self.source + "".join(f"「{piece}」" for piece in self.quote.split("……") if piece)
        if not self.read_at_source:
            text += "（未核对原文）"
        return f"{text}；{self.general.words}" if self.general else text

    def to_json(self) -> dict[str, Any]:
        """``{"source", "quote"}``, with ``general`` where a regulation stands behind the campaign's own clause."""
        shown: dict[str, Any] = {"source": self.source, "quote": self.quote}
        if not self.read_at_source:
            shown["read_at_source"] = False
        if self.general:
            shown["general"] = self.general.to_json()
        return shown


@dataclass(frozen=True)
class Spot:
    """One place where a rule's pattern was found.

    Args:
        on: The records, nested objects or members it is about; () for the branch as a whole.
        field: The field, where one alone is meant.
        general: Another regulation than the rule's own, for rules whose clause depends on the case.
        words: Values for the placeholders of message and fix.
        stage: Another stage than the rule's own, for rules that look at records of several stages.
    """

    on: tuple[Identified, ...] = ()
    field: str | None = None
    general: str = ""
    words: Mapping[str, Any] = data_field(default_factory=dict)
    stage: str = ""


def spot(*on: Identified, field: str | None = None, general: str = "", stage: str = "", **words: Any) -> Spot:
    """A spot with its words as keywords."""
    return Spot(on, field, general, words, stage)


Condition = Callable[["Case"], Iterable[Spot]]
Opens = Callable[[Dossier, Campaign], Iterable[Record]]


@dataclass(frozen=True)
class Case:
    """What a rule looks at: a dossier, the campaign, and the rule's own parameters in force."""

    dossier: Dossier
    campaign: Campaign
    params: Mapping[str, Any]
    rule: Rule

    def fires(self, other: Rule) -> list[Spot]:
        """The spots of another rule on the same dossier, [] when it is off: for 「not evaluated when X fires」."""
        return spots(other, self.dossier, self.campaign)


@dataclass(frozen=True)
class Rule:
    """A check, with everything that is said about it, in one place."""

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
    why: str = ""
    asks: str = ""
    field: str = ""
    minutes: int = 0
    never_error: bool = False
    opens: Opens | None = None

    def is_on(self, campaign: Campaign) -> bool:
        """On when the campaign makes its demand or a general regulation does, and no campaign field it names is blank."""
        wanted = campaign.makes(self.demand) or bool(self.general)
        return wanted and not any(campaign.is_blank(name) for name in self.needs)

    def changed(self, campaign: Campaign, branch: Branch | None) -> TypeOverride:
        """Severity and params in force for a branch (None: the bureau): the rule's, the campaign's, then its type's."""
        key = (id(self), branch.type if branch else None)
        if key not in campaign.memo:
            campaign.memo[key] = (self, self._changed(campaign, branch))  # itself too, lest another gets its id
        found: TypeOverride = campaign.memo[key][1]
        return found

    def _changed(self, campaign: Campaign, branch: Branch | None) -> TypeOverride:
        override = campaign.override.get(self.id)
        severity: Any = self.severity.value
        params = dict(self.params)
        for change in (override, override.types.get(branch.type) if override and branch else None):
            if change is None:
                continue
            severity = change.severity or severity
            params |= change.params
        if self.never_error and severity == "error":
            severity = "warning"
        return TypeOverride(severity=severity, params=params)

    def clause(self, campaign: Campaign, regulations: Mapping[str, Regulation], general: str = "") -> Clause:
        """The clause the rule rests on: the campaign's own words first, then the general regulation."""
        behind = regulations.get(general or self.general)
        law = Clause(behind.source, behind.quote, behind.read_at_source) if behind else None
        if campaign.makes(self.demand):
            demand = campaign.demands[self.demand]
            return Clause(demand.source, demand.quote, general=law)
        return law or Clause("", "")


def rule(
    id: str,  # noqa: A002  what everybody calls it
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
) -> Callable[[Condition], Rule]:
    """Declare a rule; the decorated condition yields spots.

    Args:
        id: Fixed for ever.
        severity: error only where a cited clause is violated.
        title: The pattern found, not the remedy.
        message: What is so; placeholders are words of the spot, params and campaign fields.
        fix: What to do next; never an invitation to write something up after the event.
        checkpoint: From when something missing is due.
        stage: Stage key of the notebook in whose list it stands.
        kind: missing or wrong.
        per: branch, member, pair, record, item, text or leader: what one finding is for.
        demand: Key of the campaign's demand.
        general: Id of the general regulation.
        needs: Campaign fields that the condition names.
        params: Numbers and lists that a campaign may override.
        asks: Record type (or ``branch``) that somebody opens or begins to mend a finding; "" = the records it names.
        field: Field to look at where a finding names none; dots lead further in, e.g. ``items.0.cause_views``.
        minutes: About how long one finding takes; 0 = as long as an entry of its stage.
        never_error: A hint to a person: a campaign cannot make it an error.
        opens: Records that lack something, where a finding is about the branch as a whole; the first is opened.
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
            why=(condition.__doc__ or "").strip(),
            asks=asks,
            field=field,
            minutes=minutes,
            never_error=never_error,
            opens=opens,
        )

    return declare


def spots(rule: Rule, dossier: Dossier, campaign: Campaign) -> list[Spot]:
    """Where a rule's pattern is found; [] when the rule is off. Worked out once a dossier."""
    key = ("spots", rule.id, campaign)
    if key not in dossier.memo:
        found: list[Spot] = []
        if rule.is_on(campaign):
            params = rule.changed(campaign, dossier.branch).params
            found = list(rule.condition(Case(dossier, campaign, params, rule)))
        dossier.memo[key] = found
    return dossier.memo[key]  # type: ignore[no-any-return]  # filled above
