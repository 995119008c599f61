"""The bureau's rules against a table: each fires where it must and is silent just inside the boundary."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from orglife.core.record.exchange import read_parcel
from orglife.core.rule.bureau import Bureau, run_bureau
from orglife.core.rule.finding import Finding
from orglife.stages.kinds import BUREAU_KINDS, KINDS
from orglife.stages.plan.rules import BUREAU_RULES as PLAN_RULES
from orglife.stages.supervision.rules import BUREAU_RULES as SUPERVISION_RULES
from tests import branch as b

Json = dict[str, Any]
RULES = {rule.id: rule for rule in (*SUPERVISION_RULES, *PLAN_RULES)}
LEADER = {"id": "l1", "name": "贺承砚", "own_branch": "t02"}


def visit(ident: str = "s1", **changes: Any) -> Json:
    """A visit of the leader to the branch, with a comment and nothing found."""
    base = {"id": ident, "leader": "l1", "branch": "t01", "date": "2024-02-20", "commented": True, "finding": "none"}
    return {**base, **changes}


def order(**changes: Any) -> Json:
    """An order that annuls the branch's first round."""
    base = {"id": "ro", "branch": "t01", "round": 1, "scope": "appraisal", "date": "2024-03-01", "due": "2024-03-20"}
    return {**base, **changes}


def bureau(records: Json, *, received: list[Json] | None = None) -> Bureau:
    """A bureau with one leader and two branches; ``received``: orders that stand in the dossier of t01."""
    whole = {"bureau_leader": [LEADER], **records}
    data = json.dumps({"format": "orglife-bureau/1", "campaign": "2024-seed", "records": whole}).encode()
    first = b.changed(b.branch(), add={"redo_order": received or []})
    second = b.changed(b.branch(), put={"branch/id": "t02", "branch/name": "测试局窗口党支部"})
    dossiers = {raw["branch"]["id"]: b.dossier(raw) for raw in (first, second)}
    return Bureau("2024-seed", read_parcel(data, "test.json", KINDS, BUREAU_KINDS).records, dossiers, b.AS_OF)


def run(
    rule: str, of: Bureau, *, due: frozenset[str] = frozenset({"bureau"}), override: Json | None = None
) -> list[Finding]:
    """Findings of one rule, crashes raised."""
    campaign = b.campaign(**({"override": override} if override else {}))
    return run_bureau((RULES[rule],), of, campaign, regulations=b.regulations(), due=due, strict=True)


def formal(**changes: Any) -> Json:
    return visit(finding="formalism", **changes)


def distorted(**changes: Any) -> Json:
    return visit(finding="distorted", **changes)


OWN, AGAIN = visit(branch="t02"), visit("s2", date="2024-02-21")
TWO = {"SUPV-01": {"params": {"min_branches": 2}}}
OWN_COUNTS = {"SUPV-01": {"params": {"own_branch_counts": True}}}

TABLE: list[tuple[str, str, Json, Json, list[str]]] = [
    ("SUPV-01", "没有参加", {}, {}, ["l1"]),
    ("SUPV-01", "参加了恰好一个", {"supervision": [visit()]}, {}, []),
    ("SUPV-01", "只参加了自己所在支部", {"supervision": [OWN]}, {}, ["l1"]),
    ("SUPV-01", "自己所在支部也算的方案", {"supervision": [OWN]}, OWN_COUNTS, []),
    ("SUPV-01", "要求两个，同一支部去了两次", {"supervision": [visit(), AGAIN]}, TWO, ["l1"]),
    ("SUPV-01", "要求两个，恰好两个", {"supervision": [visit(), visit("s2", branch="t03")]}, TWO, []),
    ("SUPV-01", "别人参加的不算", {"supervision": [visit(leader={"name": "贺承砚"})]}, {}, ["l1"]),
    ("SUPV-01", "没有登记局领导时不核对", {"bureau_leader": []}, {}, []),
    ("SUPV-02", "参加了没有点评", {"supervision": [visit(commented=False)]}, {}, ["l1"]),
    ("SUPV-02", "两次中点评了一次", {"supervision": [visit(commented=False), AGAIN]}, {}, []),
    ("SUPV-02", "没有参加的由SUPV-01提示", {}, {}, []),
    ("SUPV-02", "只在自己所在支部没有点评", {"supervision": [visit(branch="t02", commented=False)]}, {}, []),
    ("SUPV-02", "在自己所在支部的点评不抵", {"supervision": [OWN, visit("s2", commented=False)]}, {}, ["l1"]),
    ("SUPV-02", "自己所在支部也算的方案", {"supervision": [OWN, visit("s2", commented=False)]}, OWN_COUNTS, []),
    ("SUPV-03", "走形式没有纠正", {"supervision": [formal(correction=" ")]}, {}, ["s1"]),
    ("SUPV-03", "走形式已经纠正", {"supervision": [formal(correction="当场重来")]}, {}, []),
    ("SUPV-03", "没有发现走形式", {"supervision": [visit()]}, {}, []),
    ("SUPV-04", "失真失实没有责令", {"supervision": [distorted()]}, {}, ["s1"]),
    ("SUPV-04", "已经责令", {"supervision": [distorted()], "redo_order": [order()]}, {}, []),
    ("SUPV-04", "责令的是另一支部", {"supervision": [distorted()], "redo_order": [order(branch="t02")]}, {}, ["s1"]),
    ("SUPV-04", "责令的是上一轮", {"supervision": [distorted(round=2)], "redo_order": [order()]}, {}, ["s1"]),
    ("SUPV-04", "走形式不必责令", {"supervision": [formal()]}, {}, []),
    ("DATA-01", "督导人没有登记", {"supervision": [visit(leader="l9")]}, {}, ["s1"]),
    (
        "DATA-01",
        "督导人是外单位的",
        {"assignment": [{"id": "a1", "branch": "t01", "supervisor": {"name": "柏青"}}]},
        {},
        [],
    ),
    (
        "DATA-01",
        "支部的党员编号在这里不算",
        {"assignment": [{"id": "a1", "branch": "t01", "supervisor": "m1"}]},
        {},
        ["a1"],
    ),
    ("DATA-02", "督导日期在核对日之后", {"supervision": [visit(date="2024-03-09")]}, {}, ["s1"]),
    ("DATA-02", "督导日期就在核对日", {"supervision": [visit(date="2024-03-08")]}, {}, []),
    ("DATA-02", "拟到会日期可以在以后", {"assignment": [{"id": "a1", "planned_on": "2025-01-01"}]}, {}, []),
    ("DATA-02", "责令的时限可以在以后", {"redo_order": [order(due="2025-01-01")]}, {}, []),
]


@pytest.mark.parametrize(
    ("rule", "records", "override", "expect"),
    [(rule, records, override, expect) for rule, _, records, override, expect in TABLE],
    ids=[f"{rule}-{name}" for rule, name, *_ in TABLE],
)
def test_case(rule: str, records: Json, override: Json, expect: list[str]) -> None:
    found = run(rule, bureau(records), override=override)
    assert [[s.id for s in f.subjects] for f in found] == [[ident] for ident in expect]
    assert all("{" not in f.message + f.fix for f in found)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_has_both_sides(rule: str) -> None:
    mine = [expect for ident, *_, expect in TABLE if ident == rule]
    assert any(mine)
    assert not all(mine)


def test_order_received_by_the_branch_counts_too() -> None:
    assert run("SUPV-04", bureau({"supervision": [distorted()]}, received=[order()])) == []


def test_missing_waits_for_the_bureau_checkpoint() -> None:
    (early,) = run("SUPV-01", bureau({}), due=frozenset({"setup", "prep"}))
    (due,) = run("SUPV-01", bureau({}))
    assert (early.due, due.due) == (False, True)


def test_messages_name_leader_and_branch() -> None:
    (found,) = run("SUPV-02", bureau({"supervision": [visit(commented=False)]}))
    assert found.message == "贺承砚参加了测试局机关党支部的会议，没有点评记录。"
    assert (found.subjects[0].type, found.subjects[0].label) == ("bureau_leader", "贺承砚")
    assert found.clause.quote == "并进行点评"


def test_unknown_leader_and_unknown_branch_are_shown_as_entered() -> None:
    (found,) = run("DATA-01", bureau({"supervision": [visit(leader="l9", branch="b77", date="")]}))
    assert found.message == "督导记录（b77）里的局领导“l9”没有登记。"


def test_an_explanation_in_a_branch_answers_no_bureau_finding() -> None:
    of = bureau({"supervision": [formal()]})
    answer = {"id": "ex", "rule": "SUPV-03", "subjects": ["s1"], "reason": "已纠正", "by": "m1", "date": "2024-03-01"}
    explained = b.dossier(b.changed(b.branch(), add={"explanation": [answer]}))
    (found,) = run("SUPV-03", Bureau(of.campaign, of.records, {"t01": explained}, date(2024, 3, 8)))
    assert found.explained is None
    assert found.counts
