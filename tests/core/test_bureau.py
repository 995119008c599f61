"""The bureau as rules see it, and how its rules are run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from orglife.core.record.record import Outsider
from orglife.core.rule.bureau import Bureau, BureauCase, over_all_branches, run_bureau
from orglife.core.rule.rule import Rule, Severity, Spot, rule, spot
from orglife.stages.reviews.record import MemberReview
from orglife.stages.supervision.record import BureauLeader, Supervision
from tests import branch as b

LEADER = BureauLeader.model_validate({"id": "l1", "name": "贺承砚"})
VISIT = Supervision.model_validate({"id": "r1", "leader": "l1", "branch": "t01", "date": "2024-02-20"})


@pytest.fixture
def bureau() -> Bureau:
    dossiers = {
        ident: b.dossier(b.changed(b.branch(), put={"branch/id": ident, "branch/name": name}))
        for ident, name in (("t01", "机关党支部"), ("t02", "窗口党支部"))
    }
    return Bureau("2024-seed", {"bureau_leader": (LEADER,), "supervision": (VISIT,)}, dossiers, b.AS_OF)


@rule(
    "SUPV-99",
    severity=Severity.WARNING,
    title="两个支部的第一份提纲",
    message="相似度{score}%，不低于{warn_percent}%。",
    fix="请分别核实。",
    checkpoint="bureau",
    stage="supervision",
    kind="wrong",
    per="pair",
    general="consistent",
    params={"warn_percent": 75},
)
@over_all_branches
def first_outlines(case: BureauCase) -> Iterator[Spot]:
    """The first outline of each branch."""
    reviews = [d.all(MemberReview)[0] for d in case.bureau.dossiers.values()]
    yield spot(*reviews, score=80)


@rule(
    "SUPV-98",
    severity=Severity.INFO,
    title="会出错的核对",
    message="",
    fix="",
    checkpoint="bureau",
    stage="supervision",
    kind="missing",
    per="branch",
    general="consistent",
)
@over_all_branches
def crashing(case: BureauCase) -> Iterator[Spot]:
    """A rule with a bug."""
    yield spot(score=1 // len(case.bureau.all(MemberReview)))


def findings(bureau: Bureau, *rules: Rule, strict: bool = True) -> list[dict[str, object]]:
    found = run_bureau(
        rules, bureau, b.campaign(), regulations=b.regulations(), due=frozenset({"bureau"}), strict=strict
    )
    return [f.to_json() for f in found]


def test_names_and_labels(bureau: Bureau) -> None:
    assert bureau.name("l1") == bureau.label(LEADER) == "贺承砚"
    assert bureau.name("l9") == "l9"
    assert bureau.name(None) == ""
    assert bureau.name(Outsider(name="柏青", unit="局机关党总支")) == "柏青"
    assert bureau.branch_name("t02") == "窗口党支部"
    assert bureau.branch_name("t09") == "t09"
    assert bureau.label(VISIT) == "督导记录（机关党支部，2024年2月20日）"
    assert bureau.all(Supervision) == (VISIT,)
    assert list(bureau.everything()) == [LEADER, VISIT]


def test_subjects_of_two_branches_with_the_same_id_are_told_apart(bureau: Bureau) -> None:
    (found,) = findings(bureau, first_outlines)
    assert found["subjects"] == [
        {"type": "member_review", "id": "r1", "label": "机关党支部发言提纲（魏长河）", "branch": "t01"},
        {"type": "member_review", "id": "r1", "label": "窗口党支部发言提纲（魏长河）", "branch": "t02"},
    ]
    assert found["message"] == "相似度80%，不低于75%。"


def test_a_bureau_record_is_never_taken_for_a_branch_record_of_the_same_id(bureau: Bureau) -> None:
    assert bureau.subject(VISIT).to_json() == {"type": "supervision", "id": "r1", "label": bureau.label(VISIT)}


def test_overrides_hold_and_those_of_a_branch_type_do_not(bureau: Bureau) -> None:
    override = {
        "SUPV-99": {"severity": "info", "params": {"warn_percent": 60}, "types": {"regular": {"severity": "error"}}}
    }
    campaign = b.campaign(override=override)
    (found,) = run_bureau((first_outlines,), bureau, campaign, regulations={}, due=frozenset(), strict=True)
    assert (found.severity, found.message) == (Severity.INFO, "相似度80%，不低于60%。")
    assert found.due  # kind wrong


def test_a_rule_without_its_demand_is_off(bureau: Bureau) -> None:
    off = replace(first_outlines, general="", demand="supervision.nothing")
    assert findings(bureau, off) == []


def test_a_crash_becomes_a_finding_and_does_not_stop_the_others(bureau: Bureau) -> None:
    first, second = findings(bureau, crashing, first_outlines, strict=False)
    assert first["message"] == "“会出错的核对”这项检查未能运行。"
    assert (first["severity"], first["due"], first["subjects"]) == ("error", True, [])
    assert second["rule"] == "SUPV-99"
    with pytest.raises(ZeroDivisionError):
        findings(bureau, crashing)
