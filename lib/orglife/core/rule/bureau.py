"""The bureau's own records with the dossiers of all branches, and the code that runs the bureau's rules.

A bureau rule is declared with ``@rule`` like any other, on a condition marked ``@over_all_branches``. Its findings are
never explained, because an explanation is a record of a branch.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar, cast

from orglife.core.record.dossier import Dossier, day_words
from orglife.core.record.record import Identified, Outsider, Record
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Finding, Subject, crash_finding, make_finding, type_of
from orglife.core.rule.rule import Condition, Regulation, Rule, Spot

R = TypeVar("R", bound=Record)
LEADERS = "bureau_leader"


@dataclass(frozen=True)
class Bureau:
    """The bureau's records and every branch's dossier, as of a day.

    Attributes:
        campaign: Id of the campaign.
        records: Bureau records by type, each list sorted by id.
        dossiers: Branch id → dossier.
        as_of: The day of the check.
    """

    campaign: str
    records: Mapping[str, tuple[Record, ...]]
    dossiers: Mapping[str, Dossier]
    as_of: date

    def all(self, kind: type[R]) -> tuple[R, ...]:
        """The bureau's records of a type, sorted by id."""
        return self.records.get(kind.TYPE, ())  # type: ignore[return-value]  # TYPE names the class

    def everything(self) -> Iterable[Record]:
        """All bureau records, type by type."""
        for records in self.records.values():
            yield from records

    @cached_property
    def leaders(self) -> dict[str, Record]:
        """Leaders of the bureau by id."""
        return {leader.id: leader for leader in self.records.get(LEADERS, ())}

    def name(self, who: str | Outsider | None) -> str:
        """The name of a leader's id or of an outsider; an unknown id is returned unchanged."""
        if isinstance(who, Outsider):
            return who.name
        return str(getattr(self.leaders.get(who or ""), "name", "")) or who or ""

    def branch_name(self, branch: str) -> str:
        """A branch's name; its id when the branch has no dossier here."""
        dossier = self.dossiers.get(branch)
        return (dossier.branch.name if dossier else "") or branch

    def home(self, entry: Identified) -> Dossier | None:
        """The dossier that holds an entry, compared by identity: ids are unique only within one dossier."""
        return next((d for d in self.dossiers.values() if d.index.get(entry.id) is entry), None)

    def label(self, entry: Identified) -> str:
        """An entry as users call it; a branch's entry begins with the branch's name."""
        home = self.home(entry)
        if home is not None:
            return f"{home.branch.name or home.branch.id}{home.label(entry)}"
        if entry.id in self.leaders:
            return self.name(entry.id)
        day = getattr(entry, "date", None)
        about = [self.branch_name(getattr(entry, "branch", "")), day_words(day) if isinstance(day, date) else ""]
        shown = "，".join(part for part in about if part)
        return f"{entry.LABEL}（{shown}）" if shown else entry.LABEL

    def subject(self, entry: Identified) -> Subject:
        """An entry as the subject of a finding."""
        home = self.home(entry)
        return Subject(type_of(entry), entry.id, self.label(entry), home.branch.id if home else "")


@dataclass(frozen=True)
class BureauCase:
    """The input of a bureau rule's condition."""

    bureau: Bureau
    campaign: Campaign
    params: Mapping[str, Any]
    rule: Rule

    def params_of(self, other: Rule) -> Mapping[str, Any]:
        """The parameters in force of another rule, for conditions that count in the same way."""
        return other.changed(self.campaign, None).params


BureauCondition = Callable[[BureauCase], Iterable[Spot]]


def over_all_branches(condition: BureauCondition) -> Condition:
    """Mark a condition over the bureau's data, so that ``@rule`` accepts it; only ``run_bureau`` runs such a rule."""
    return cast("Condition", condition)


def bureau_spots(rule: Rule, bureau: Bureau, campaign: Campaign) -> list[Spot]:
    """The places where a bureau rule's pattern occurs; [] when the rule is off."""
    if not rule.is_on(campaign):
        return []
    condition = cast("BureauCondition", rule.condition)
    return list(condition(BureauCase(bureau, campaign, rule.changed(campaign, None).params, rule)))


def run_bureau(
    rules: Iterable[Rule],
    bureau: Bureau,
    campaign: Campaign,
    *,
    regulations: Mapping[str, Regulation],
    due: Collection[str],
    strict: bool = False,
) -> list[Finding]:
    """Run bureau rules.

    Args:
        rules: Rules declared on ``@over_all_branches`` conditions, in the order of the findings.
        bureau: The bureau's records and all dossiers.
        campaign: The campaign in force.
        regulations: General regulations by id.
        due: Checkpoints that are due.
        strict: Raise when a rule crashes (tests); else the crash becomes a finding.

    Returns:
        Findings, never explained; those of one rule in the order of its spots.
    """
    findings: list[Finding] = []
    for each in rules:
        try:
            for place in bureau_spots(each, bureau, campaign):
                subjects = tuple(bureau.subject(entry) for entry in place.on)
                findings.append(make_finding(each, place, subjects, campaign, regulations, due))
        except Exception as error:
            if strict:
                raise
            findings.append(crash_finding(each, campaign, regulations, error))
    return findings
