"""Findings: the places where a rule's pattern occurs, in words, with clause, due state and explanation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from string import Formatter
from typing import Any

from orglife.core.errors import OrglifeError
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier, Excerpt, day_words
from orglife.core.record.memo import once
from orglife.core.record.record import Identified, Record
from orglife.core.record.words import in_series
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.rule import BUREAU, Clause, Effect, Kind, Regulation, Rule, Severity, Spot, spots


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about; ``branch`` is set only in bureau findings about a branch's own record."""

    type: str
    id: str
    label: str
    branch: str = ""

    def to_json(self) -> dict[str, str]:
        """Plain JSON."""
        shown = {"type": self.type, "id": self.id, "label": self.label}
        return {**shown, "branch": self.branch} if self.branch else shown


@dataclass(frozen=True)
class Explained:
    """The explanation that answers a finding: reason, person and day."""

    reason: str
    by: str
    date: date | None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"reason": self.reason, "by": self.by, "date": self.date.isoformat() if self.date else None}


@dataclass(frozen=True, slots=True)
class Finding:
    """A spot in words, with its clause, whether it is due, and its explanation.

    ``message`` quotes the beginnings of long texts, for the screen; ``in_full`` quotes them whole, for papers.
    """

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
    in_full: str = ""
    effect: Effect = Effect.CORRECT
    cause: str = ""

    @property
    def counts(self) -> bool:
        """Whether it counts as a problem: due and not explained."""
        return self.due and self.explained is None

    @property
    def is_todo(self) -> bool:
        """Whether it is still to be done: neither due nor explained."""
        return not self.due and self.explained is None

    def to_json(self) -> dict[str, Any]:
        """The finding in the format ``orglife-findings/1``."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "kind": self.kind.value,
            "due": self.due,
            "explained": self.explained.to_json() if self.explained else None,
            "checkpoint": self.checkpoint,
            "stage": self.stage,
            "effect": self.effect.value,
            "field": self.field,
            "subjects": [s.to_json() for s in self.subjects],
            "message": self.message,
            "fix": self.fix,
            "clause": self.clause.to_json(),
        }


def run_rules(
    rules: Iterable[Rule],
    dossier: Dossier,
    campaign: Campaign,
    *,
    regulations: Mapping[str, Regulation],
    due: Collection[str],
    held: bool = False,
    strict: bool = False,
) -> list[Finding]:
    """Run rules over a dossier.

    Args:
        rules: The rules, in the order of the findings.
        dossier: One branch.
        campaign: The campaign in force.
        regulations: General regulations by id.
        due: Checkpoints that are due.
        held: Whether the meeting was held: the fixes then name only what can still be done.
        strict: Raise when a rule crashes (tests); else the crash becomes a finding.

    Returns:
        Findings, those of one rule in the order of its spots.
    """
    findings: list[Finding] = []
    rules = list(rules)
    for each in rules:
        stronger = [r.id for r in rules if r.cause and r.cause == each.cause and r.severity.rank < each.severity.rank]
        try:
            findings += [
                branch_finding(each, s, dossier, campaign, regulations, due, held=held, stronger=stronger)
                for s in spots(each, dossier, campaign)
            ]
        except Exception as error:
            if strict:
                raise
            findings.append(crash_finding(each, campaign, regulations, error))
    return findings


def branch_finding(
    rule: Rule,
    place: Spot,
    dossier: Dossier,
    campaign: Campaign,
    regulations: Mapping[str, Regulation],
    due: Collection[str],
    *,
    held: bool = False,
    stronger: Collection[str] = (),
) -> Finding:
    """Make a finding of a spot: fill in its sentences, add clause, due state and explanation.

    An explanation for a ``stronger`` rule of the same cause about the same subjects answers this finding too.
    """
    subjects = tuple(subject_of(entry, dossier) for entry in place.on)
    explained = _explained(rule, [entry.id for entry in place.on], dossier, stronger)
    return make_finding(
        rule, place, subjects, campaign, regulations, due, branch=dossier.branch, explained=explained, held=held
    )


def make_finding(
    rule: Rule,
    place: Spot,
    subjects: tuple[Subject, ...],
    campaign: Campaign,
    regulations: Mapping[str, Regulation],
    due: Collection[str],
    *,
    branch: Branch | None = None,
    explained: Explained | None = None,
    held: bool = False,
) -> Finding:
    """Make a finding of a spot about given subjects; ``branch`` is None for bureau findings."""
    change = rule.changed(campaign, branch)
    words = _Words(place.words, change.params, campaign)
    message, in_full = words.fill(rule.message), words.fill(rule.message, whole=True)
    return Finding(
        rule=rule.id,
        title=rule.title,
        severity=Severity(change.severity or rule.severity),
        kind=rule.kind,
        checkpoint=rule.checkpoint,
        stage=place.stage or rule.stage,
        subjects=subjects,
        field=place.field,
        message=message,
        fix=words.fill(place.fix or rule.fix_on(held=held)),
        clause=rule.clause(campaign, regulations, place.general),
        due=rule.kind is Kind.WRONG or rule.checkpoint in due,
        explained=explained,
        in_full=message if in_full == message else in_full,  # one text where nothing is cut: findings may be millions
        effect=place.effect or rule.effect_on(held=held),
        cause=rule.cause,
    )


def subject_of(entry: Identified, dossier: Dossier) -> Subject:
    """An entry as the subject of a finding, with the label that users know."""
    return once(
        dossier.memo, ("subject", id(entry)), lambda: (Subject(type_of(entry), entry.id, dossier.label(entry)), entry)
    )[0]  # hold a reference to the entry so that the id() key stays unique


def type_of(entry: Identified) -> str:
    """The type of a subject: a record's TYPE; a nested object's class name in snake case."""
    if isinstance(entry, Record):
        return entry.TYPE
    name = type(entry).__name__
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


def _explained(
    rule: Rule, subjects: Sequence[str], dossier: Dossier, stronger: Collection[str] = ()
) -> Explained | None:
    if rule.checkpoint == BUREAU:
        return None
    for answer in dossier.explanations:
        if answer.rule in (rule.id, *stronger) and set(subjects) <= set(answer.subjects):
            return Explained(answer.reason, dossier.name(answer.by), answer.date)
    return None


def crash_finding(rule: Rule, campaign: Campaign, regulations: Mapping[str, Regulation], error: Exception) -> Finding:
    """The finding about a rule that raised an exception; the text of an OrglifeError says how to correct the campaign."""
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
        fix=str(error) if isinstance(error, OrglifeError) else "请联系管理员。",
        clause=rule.clause(campaign, regulations),
        due=True,
    )


@lru_cache(maxsize=1024)
def _parts(template: str) -> tuple[tuple[str, str | None], ...]:
    """A sentence as (text, name of the placeholder after it)."""
    return tuple((literal, name) for literal, name, _, _ in Formatter().parse(template))


class _Words:
    """Fills placeholders from the spot's words, else the rule's params, else the campaign's fields."""

    def __init__(self, words: Mapping[str, Any], params: Mapping[str, Any], campaign: Campaign) -> None:
        self.words, self.params, self.campaign = words, params, campaign

    def fill(self, template: str, *, whole: bool = False) -> str:
        pieces: list[str] = []
        for literal, name in _parts(template):
            pieces.append(literal)
            if name is not None:
                pieces.append(in_words(self._value(name), whole=whole))
        return "".join(pieces)

    def _value(self, name: str) -> Any:
        if name in self.words:
            return self.words[name]
        if name in self.params:
            return self.params[name]
        if name == "report_by":
            return self.campaign.report_deadline
        return getattr(self.campaign, name)


def in_words(value: Any, *, whole: bool = False) -> str:
    """A value as text in a sentence: dates as people write them, lists joined by 、, quotations in full if ``whole``."""
    if value is None:
        return ""
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, (list, tuple)):
        return in_series(in_words(item, whole=whole) for item in value)
    return value.whole if whole and isinstance(value, Excerpt) else str(value)


@dataclass(frozen=True)
class Counts:
    """Number of findings that count, by severity, and of to-dos."""

    errors: int = 0
    warnings: int = 0
    infos: int = 0
    todos: int = 0

    def to_json(self) -> dict[str, int]:
        """Plain JSON."""
        return {"errors": self.errors, "warnings": self.warnings, "infos": self.infos, "todos": self.todos}


def count(findings: Iterable[Finding]) -> Counts:
    """Count due and unexplained findings by severity, and to-dos separately."""
    numbers = Counter("todo" if f.is_todo else f.severity for f in findings if f.is_todo or f.counts)
    return Counts(numbers[Severity.ERROR], numbers[Severity.WARNING], numbers[Severity.INFO], numbers["todo"])
