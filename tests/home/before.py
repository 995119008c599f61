"""The test branch before its meeting: what is recorded later is not there yet."""

from __future__ import annotations

from datetime import date
from typing import Any

from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Explained, Finding
from orglife.core.rule.rule import Clause, Kind, Severity
from orglife.stages import RULES
from tests import branch as b

PREPARED = ("member", "plan", "study", "talk", "opinion", "team_review", "member_review", "problem_list")


def before(**changes: Any) -> b.Json:
    """All preparations done, the meeting planned for 26 February, with changes as ``changed`` takes them."""
    raw = b.branch()
    raw["records"] = {name: rows for name, rows in raw["records"].items() if name in PREPARED}
    raw["records"]["plan"][0]["planned_meeting_on"] = "2024-02-26"
    return b.changed(raw, **changes)


def seen(
    raw: b.Json, day: date, *, drafts: tuple[Any, ...] = (), campaign: Campaign | None = None
) -> tuple[Dossier, list[Finding]]:
    """A dossier on a day with everything that is found on that day."""
    dossier = b.dossier(raw, as_of=day)
    dossier = Dossier(dossier.campaign, dossier.branch, dossier.records, day, drafts=drafts)
    return dossier, b.findings(RULES, dossier, campaign, checkpoint=None)


EXPLAINED = Explained("出差", "m1", date(2024, 2, 8))


def finding(**about: Any) -> Finding:
    """A missing talk, due, with changes."""
    usual: dict[str, Any] = {
        "rule": "TALK-01",
        "title": "没有谈",
        "severity": Severity.ERROR,
        "kind": Kind.MISSING,
        "checkpoint": "prep",
        "stage": "talks",
        "subjects": (),
        "field": None,
        "message": "还没有谈。",
        "fix": "请谈心。",
        "clause": Clause("实施方案二", "必谈"),
        "due": True,
    }
    return Finding(**{**usual, **about})
