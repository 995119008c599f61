"""Rules, spots and findings: what was looked for, where it was found, and what is said about it.

A rule is a pure function of a dossier and a campaign. It yields; it never raises for what a user entered, never stops at
the first hit, knows no clock but ``dossier.as_of``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as data_field
from datetime import date
from enum import StrEnum
from string import Formatter
from typing import Any, Literal

from orglife.core.branch import Branch, Explanation, Member
from orglife.core.campaign import Campaign, TypeOverride
from orglife.core.dossier import Dossier, day_words
from orglife.core.record import Entry, Identified, Record

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


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about; ``branch`` only in bureau findings about a branch's own record."""

    type: str
    id: str
    label: str
    branch: str = ""

    def to_json(self) -> dict[str, str]:
        """Plain JSON."""
        shown = {"type": self.type, "id": self.id, "label": self.label}
        return {**shown, "branch": self.branch} if self.branch else shown


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

    def is_on(self, campaign: Campaign) -> bool:
        """On when the campaign makes its demand or a general regulation does, and no campaign field it names is blank."""
        wanted = campaign.makes(self.demand) or bool(self.general)
        return wanted and not any(campaign.is_blank(name) for name in self.needs)

    def changed(self, campaign: Campaign, branch: Branch | None) -> TypeOverride:
        """Severity and params in force for a branch (None: the bureau): the rule's, the campaign's, then its type's."""
        override = campaign.override.get(self.id)
        severity: Any = self.severity.value
        params = dict(self.params)
        for change in (override, override.types.get(branch.type) if override and branch else None):
            if change is None:
                continue
            severity = change.severity or severity
            params |= change.params
        if self.id.startswith(("WORD", "COPY")) and severity == "error":
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
        )

    return declare


@dataclass(frozen=True)
class Explained:
    """Reason, person and day of the explanation that answers a finding."""

    reason: str
    by: str
    date: date | None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"reason": self.reason, "by": self.by, "date": self.date.isoformat() if self.date else None}


@dataclass(frozen=True)
class Finding:
    """A spot put into words, with its clause, its time and its answer."""

    rule: str
    title: str
    severity: Severity
    kind: Kind
    checkpoint: str
    stage: str
    subjects: tuple[Subject, ...]
    field: str | None
    message: str
    fix: str
    clause: Clause
    due: bool
    explained: Explained | None = None

    @property
    def counts(self) -> bool:
        """Whether it counts: due and not explained."""
        return self.due and self.explained is None

    @property
    def is_todo(self) -> bool:
        """Neither due nor explained: something still to be done."""
        return not self.due and self.explained is None

    def to_json(self) -> dict[str, Any]:
        """A finding as ``orglife-findings/1`` gives it."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "kind": self.kind.value,
            "due": self.due,
            "explained": self.explained.to_json() if self.explained else None,
            "checkpoint": self.checkpoint,
            "stage": self.stage,
            "field": self.field,
            "subjects": [s.to_json() for s in self.subjects],
            "message": self.message,
            "fix": self.fix,
            "clause": self.clause.to_json(),
        }


def spots(rule: Rule, dossier: Dossier, campaign: Campaign) -> list[Spot]:
    """Where a rule's pattern is found; [] when the rule is off. Worked out once a dossier."""
    dossier.memo.setdefault(("campaign", id(campaign)), campaign)  # kept alive, so that its identity stays its own
    key = ("spots", rule.id, id(campaign))
    if key not in dossier.memo:
        found: list[Spot] = []
        if rule.is_on(campaign):
            params = rule.changed(campaign, dossier.branch).params
            found = list(rule.condition(Case(dossier, campaign, params, rule)))
        dossier.memo[key] = found
    return dossier.memo[key]  # type: ignore[no-any-return]  # filled above


def run(
    rules: Iterable[Rule],
    dossier: Dossier,
    campaign: Campaign,
    *,
    regulations: Mapping[str, Regulation],
    due: Collection[str],
    strict: bool = False,
) -> list[Finding]:
    """Run rules over a dossier.

    Args:
        rules: The rules, in the order in which findings are to stand.
        dossier: One branch.
        campaign: The campaign in force.
        regulations: General regulations by id.
        due: Checkpoints that are due.
        strict: Raise when a rule crashes (tests); else the crash becomes a finding.

    Returns:
        Findings, those of one rule in the order of its spots.
    """
    found: list[Finding] = []
    for each in rules:
        try:
            found += [worded(each, s, dossier, campaign, regulations, due) for s in spots(each, dossier, campaign)]
        except Exception:
            if strict:
                raise
            found.append(crashed(each, campaign, regulations))
    return found


def worded(
    rule: Rule,
    place: Spot,
    dossier: Dossier,
    campaign: Campaign,
    regulations: Mapping[str, Regulation],
    due: Collection[str],
) -> Finding:
    """A spot as a finding: sentences filled in, clause, due, explanation."""
    subjects = tuple(subject_of(entry, dossier) for entry in place.on)
    explained = _explained(rule, [entry.id for entry in place.on], dossier)
    return said(rule, place, subjects, campaign, regulations, due, branch=dossier.branch, explained=explained)


def said(
    rule: Rule,
    place: Spot,
    subjects: tuple[Subject, ...],
    campaign: Campaign,
    regulations: Mapping[str, Regulation],
    due: Collection[str],
    *,
    branch: Branch | None = None,
    explained: Explained | None = None,
) -> Finding:
    """A spot as a finding about given subjects; branch is None at the bureau."""
    change = rule.changed(campaign, branch)
    words = _Words(place.words, change.params, campaign)
    return Finding(
        rule=rule.id,
        title=rule.title,
        severity=Severity(change.severity or rule.severity),
        kind=rule.kind,
        checkpoint=rule.checkpoint,
        stage=place.stage or rule.stage,
        subjects=subjects,
        field=place.field,
        message=words.fill(rule.message),
        fix=words.fill(rule.fix),
        clause=rule.clause(campaign, regulations, place.general),
        due=rule.kind is Kind.WRONG or rule.checkpoint in due,
        explained=explained,
    )


def subject_of(entry: Identified, dossier: Dossier) -> Subject:
    """The subject of a finding: a record, a nested object or a member, with a label that a person knows."""
    return Subject(type_of(entry), entry.id, dossier.label(entry))


def type_of(entry: Identified) -> str:
    """The type of a subject: a record's key in the dossier, a nested object's class in the same spelling."""
    if isinstance(entry, Record):
        return entry.TYPE
    name = type(entry).__name__
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


def _explained(rule: Rule, subjects: Sequence[str], dossier: Dossier) -> Explained | None:
    if rule.checkpoint == BUREAU:
        return None
    for answer in dossier.explanations:
        if answer.rule == rule.id and set(subjects) <= set(answer.subjects):
            return Explained(answer.reason, dossier.name(answer.by), answer.date)
    return None


def crashed(rule: Rule, campaign: Campaign, regulations: Mapping[str, Regulation]) -> Finding:
    """What is said of a rule that could not run."""
    return Finding(
        rule=rule.id,
        title=rule.title,
        severity=Severity.ERROR,
        kind=Kind.WRONG,
        checkpoint=rule.checkpoint,
        stage=rule.stage,
        subjects=(),
        field=None,
        message=f"“{rule.title}”这项检查未能运行。",
        fix="请联系管理员。",
        clause=rule.clause(campaign, regulations),
        due=True,
    )


class _Words:
    """Fills placeholders: words of the spot first, then params, then campaign fields."""

    def __init__(self, words: Mapping[str, Any], params: Mapping[str, Any], campaign: Campaign) -> None:
        self.words, self.params, self.campaign = words, params, campaign

    def fill(self, template: str) -> str:
        pieces: list[str] = []
        for literal, name, _, _ in Formatter().parse(template):
            pieces.append(literal)
            if name is not None:
                pieces.append(in_words(self._value(name)))
        return "".join(pieces)

    def _value(self, name: str) -> Any:
        if name in self.words:
            return self.words[name]
        if name in self.params:
            return self.params[name]
        if name == "report_by":
            return self.campaign.report_deadline
        return getattr(self.campaign, name)


def in_words(value: Any) -> str:
    """A value as it is read in a sentence: dates as people write them, lists joined by 、."""
    if value is None:
        return ""
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, (list, tuple)):
        return "、".join(in_words(item) for item in value)
    return str(value)


@dataclass(frozen=True)
class Counts:
    """How many findings of a severity count, and how many are to-dos."""

    errors: int = 0
    warnings: int = 0
    infos: int = 0
    todos: int = 0

    def to_json(self) -> dict[str, int]:
        """Plain JSON."""
        return {"errors": self.errors, "warnings": self.warnings, "infos": self.infos, "todos": self.todos}


def count(findings: Iterable[Finding]) -> Counts:
    """Count findings: due and unexplained ones by severity, to-dos apart."""
    total = Counts()
    for finding in findings:
        if finding.is_todo:
            total = replace(total, todos=total.todos + 1)
        elif finding.counts and finding.severity is Severity.ERROR:
            total = replace(total, errors=total.errors + 1)
        elif finding.counts and finding.severity is Severity.WARNING:
            total = replace(total, warnings=total.warnings + 1)
        elif finding.counts:
            total = replace(total, infos=total.infos + 1)
    return total


def each_member(ids: Iterable[str], dossier: Dossier) -> Iterator[Member]:
    """The members of the roster among some ids, in their order, each once."""
    for member in dict.fromkeys(ids):
        if member in dossier.members:
            yield dossier.members[member]


__all__ = [
    "BUREAU",
    "CHECKPOINTS",
    "Case",
    "Clause",
    "Counts",
    "Entry",
    "Explanation",
    "Finding",
    "Kind",
    "Regulation",
    "Rule",
    "Severity",
    "Spot",
    "Subject",
    "count",
    "rule",
    "run",
    "spot",
    "spots",
]
