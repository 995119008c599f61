"""Every rule against the tables in tests/cases: it fires where it must and is silent just inside the boundary."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.core.record.dossier import Dossier
from orglife.stages import RULES
from orglife.stages.reviews.record import MemberReview, TeamReview
from tests import branch as b

CASES = [
    (file.stem, case)
    for file in sorted((Path(__file__).parents[1] / "cases").glob("*.toml"))
    for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
]
BY_ID = {rule.id: rule for rule in RULES}


def earlier(texts: dict[str, str]) -> dict[str, MemberReview]:
    return {m: MemberReview.model_validate({"id": f"r{m}", "member": m, "text": text}) for m, text in texts.items()}


def dossier_of(case: dict[str, Any], raw: b.Json | None = None) -> Dossier:
    """The branch of a case; other records than its own where they are given."""
    if raw is None:
        raw = b.changed(b.branch(), put=case.get("put"), remove=case.get("remove"), add=case.get("add"))
    dossier = b.dossier(raw, as_of=case.get("as_of", b.AS_OF))
    if "earlier" in case:
        dossier = replace(dossier, earlier_reviews=earlier(case["earlier"]), earlier_year=2023)
    if "earlier_team" in case:
        team = TeamReview.model_validate({"id": "tr", "text": case["earlier_team"]})
        dossier = replace(dossier, earlier_team=team, earlier_year=2023)
    return dossier


@pytest.mark.parametrize(("stage", "case"), CASES, ids=[f"{c['rule']}-{c['name']}" for _, c in CASES])
def test_case(stage: str, case: dict[str, Any]) -> None:
    rule = BY_ID[case["rule"]]
    dossier = dossier_of(case)
    assert isinstance(dossier.as_of, date)
    found = b.findings((rule,), dossier, b.campaign(**case.get("campaign", {})))
    assert [[s.id for s in f.subjects] for f in found] == case["expect"], [f.message for f in found]
    for finding in found:
        assert "{" not in finding.message + finding.fix
        for words in case.get("says", []):
            assert words in finding.message


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_every_rule_has_both_sides(rule: Any) -> None:
    mine = [case for _, case in CASES if case["rule"] == rule.id]
    assert any(case["expect"] for case in mine), f"{rule.id}: no case in which it fires"
    assert any(not case["expect"] for case in mine), f"{rule.id}: no case in which it is silent"
