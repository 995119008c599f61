"""What each member still owes, from the findings about missing records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from orglife.core.record.dossier import Dossier
from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import Effect, Kind, Severity

COLUMNS: dict[str, tuple[str, ...]] = {
    "学习或补学": ("STUDY-03",),
    "谈心谈话": ("TALK-01", "TALK-02", "TALK-04"),
    "发言提纲": ("REVIEW-03", "REVIEW-04", "REVIEW-05"),
    "请假手续": ("MEET-05",),
    "自我批评": ("MEET-09",),
    "批评意见": ("CRIT-01",),
    "整改清单": ("RECT-02",),
    "整改承诺": ("RECT-03",),
}
"""What a member can owe → the rules that find it missing."""
_OF_RULE = {rule: column for column, rules in COLUMNS.items() for rule in rules}


@dataclass
class Owed:
    """What one member owes: column → whether it is due now."""

    member: str
    name: str
    due: dict[str, bool] = field(default_factory=dict)


def owed(dossier: Dossier, findings: Sequence[Finding]) -> list[Owed]:
    """Members who owe something, in the order of the roster; without hints, explained findings and what can no longer be done."""
    by_member: dict[str, Owed] = {}
    for finding in findings:
        column = _OF_RULE.get(finding.rule)
        if column is None or finding.explained or finding.kind is not Kind.MISSING or finding.severity is Severity.INFO:
            continue
        if finding.effect is Effect.EXPLAIN:  # nobody can do it any more
            continue
        for member in members_of(finding, dossier):
            debtor = by_member.setdefault(member, Owed(member, dossier.name(member)))
            debtor.due[column] = debtor.due.get(column, False) or finding.due
    order = list(dossier.members)
    return sorted(by_member.values(), key=lambda debtor: order.index(debtor.member))


def columns_of(rows: Sequence[Owed]) -> list[str]:
    """The columns in which at least one member owes something."""
    return [column for column in COLUMNS if any(column in row.due for row in rows)]


def members_of(finding: Finding, dossier: Dossier) -> Iterator[str]:
    """Ids of the members that a finding names, directly or through a member's record."""
    for subject in finding.subjects:
        about = subject.id if subject.type == "member" else getattr(dossier.index.get(subject.id), "member", None)
        if about in dossier.members:
            yield str(about)
