"""The plan: rules on roster and branch at their limits, demands that nobody has entered yet, days of the submission."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.core.paper.block import Document, Facts, Heading, Signature, Table
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.core.rule.rule import Rule
from orglife.stages.plan import documents, rules, submission
from orglife.stages.plan.layout import next_check_item
from orglife.stages.plan.record import Plan, PlanSubmission
from tests import branch as b

DEMANDED = {"plan.reviewed": {"source": "通知三", "quote": "先报上级审阅"}}


def changed(**changes: Any) -> Dossier:
    return b.dossier(b.changed(b.branch(), **changes))


def said(rule: Rule, dossier: Dossier, **campaign: Any) -> list[str]:
    return [finding.message for finding in b.findings((rule,), dossier, b.campaign(**campaign))]


# --- roster ----------------------------------------------------------------------------------------------------------


def branch_of(team: int, full: int, *, committee: bool, kind: str = "") -> Dossier:
    """A branch of so many full members, of whom so many are of the leadership."""
    members = [
        {"id": f"m{n:02}", "name": f"甲{n:02}", "status": "full", "role": "committee" if n <= team else "member"}
        for n in range(1, full + 1)
    ]
    own = {**b.branch()["branch"], "has_committee": committee, **({"type": kind} if kind else {})}
    return b.dossier({**b.branch(), "branch": own, "records": {"member": members}})


@pytest.mark.parametrize(
    ("team", "full", "committee", "kind", "found"),
    [
        (1, 6, False, "", False),
        (1, 7, False, "", True),
        (0, 6, False, "", False),
        (8, 6, False, "", False),
        (2, 7, True, "", True),
        (3, 7, True, "", False),
        (7, 9, True, "", False),
        (8, 9, True, "", True),
        (3, 6, True, "", False),
        (1, 7, False, "temporary", False),
    ],
)
def test_a_committee_fits_the_size_of_the_branch(team: int, full: int, committee: bool, kind: str, found: bool) -> None:
    dossier = branch_of(min(team, full), full, committee=committee, kind=kind)
    messages = said(rules.committee_does_not_fit, dossier)
    assert bool(messages) is found
    if found:
        assert messages[0].startswith(f"正式党员{full}名，{'设' if committee else '未设'}支委会，班子成员{team}名，")


@pytest.mark.parametrize(
    ("status", "clause"), [("probationary", "dangzhang-7"), ("on_probation", "dangzhang-41"), ("full", "")]
)
def test_who_cannot_be_elected_holds_no_office_under_the_clause_of_the_status(status: str, clause: str) -> None:
    found = b.findings((rules.team_member_not_eligible,), changed(put={"member/m2/status": status}))
    assert [finding.clause.source for finding in found] == ([b.regulations()[clause].source] if clause else [])


@pytest.mark.parametrize(
    ("roles", "wrong", "vacant"),
    [
        ({}, "", False),
        ({"m2": "secretary"}, "登记了2名支部书记，应为1名。", False),
        ({"m1": "member"}, "", True),
        ({"m1": "member", "m2": "member"}, "没有登记支部书记，应为1名。", False),
    ],
)
def test_no_secretary_beside_a_deputy_is_a_vacancy(roles: dict[str, str], wrong: str, vacant: bool) -> None:
    dossier = changed(put={f"member/{ident}/role": role for ident, role in roles.items()})
    assert said(rules.not_one_secretary, dossier) == ([wrong] if wrong else [])
    assert said(rules.secretary_vacant, dossier) == (
        ["名册中没有书记，有副书记祝秋实。要求书记本人做的各项暂不核对。"] if vacant else []
    )


@pytest.mark.parametrize(
    ("basis", "approved", "met", "why"),
    [
        ("bedridden", "2024-02-20", "2024-02-20", ""),
        ("bedridden", "2024-02-21", "2024-02-20", "同意和通过的日期晚于会议"),
        ("bedridden", "2024-02-21", "", ""),
        ("bedridden", "", "2024-02-20", "没有同意和通过的日期"),
        ("", "2024-02-20", "2024-02-20", "没有登记核减情形"),
        ("", "", "", "没有登记核减情形、没有同意和通过的日期"),
    ],
)
def test_who_does_not_count_has_a_case_and_was_approved_by_the_day_of_the_meeting(
    basis: str, approved: str, met: str, why: str
) -> None:
    put = {"quorum_excluded": True, "quorum_basis": basis, "quorum_approved_on": approved}
    dossier = changed(put={"meeting/mt/date": met, **{f"member/m4/{name}": value for name, value in put.items()}})
    assert said(rules.excluded_without_ground, dossier) == ([f"田小禾登记为不计入应到会人数，但{why}。"] if why else [])


def test_strangers_are_named_once_with_the_first_field_that_holds_them() -> None:
    dossier = changed(
        put={
            "meeting/mt/chair": "m99",
            "meeting/mt/present": ["m1", "m99", "m98"],
            "opinion/o1/target": "m97",
            "opinion/o2/target": "team",
        }
    )
    found = b.findings((rules.member_not_on_roster,), dossier)
    assert sorted((finding.subjects[0].id, finding.field) for finding in found) == [
        ("mt", "chair"),
        ("mt", "present"),
        ("o1", "target"),
    ]


def test_what_was_demanded_beside_the_rules_is_offered_until_it_is_entered() -> None:
    campaign = b.campaign(check_items=[{"id": "a", "text": "甲"}, {"id": "b", "text": "乙"}])
    assert next_check_item(b.dossier(), campaign) == "甲"
    assert next_check_item(changed(add={"check_item": [{"id": "c", "demand": "甲"}]}), campaign) == "乙"
    both = [{"id": "c", "demand": "甲"}, {"id": "d", "demand": "乙"}]
    assert next_check_item(changed(add={"check_item": both}), campaign) == ""
    assert next_check_item(b.dossier(), b.campaign()) == ""


# --- the submission --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reviewed", "fields", "missing"),
    [
        ("2024-02-10", {"reviewer": {"name": "柏青", "unit": ""}, "opinion": "同意"}, ""),
        ("", {}, ""),
        ("2024-02-10", {}, "审阅人、审阅意见"),
        ("", {"opinion": "同意"}, "审阅日期、审阅人"),
        ("", {"reviewer": {"name": "柏青", "unit": ""}, "submitted_on": ""}, "报送日期、审阅日期、审阅意见"),
        ("", {"submitted_on": ""}, "报送日期"),
    ],
)
def test_an_answer_is_entered_whole(reviewed: str, fields: dict[str, Any], missing: str) -> None:
    add = {"plan_submission": [{"id": "ps", "submitted_on": "2024-02-06", **fields}]}
    dossier = changed(put={"plan/plan/reviewed_on": reviewed}, add=add)
    assert said(submission.answer_incomplete, dossier) == ([f"方案报审没有登记：{missing}。"] if missing else [])
    without = changed(remove=["plan"], add=add)
    assert bool(said(submission.answer_incomplete, without)) is bool(fields)


@pytest.mark.parametrize(
    ("made", "sent", "answered", "demanded", "why"),
    [
        ("2024-02-05", "2024-02-05", "2024-02-05", False, ""),
        ("2024-02-06", "2024-02-05", "2024-02-07", False, "报送日期2024年2月5日早于制定日期2024年2月6日"),
        ("2024-02-05", "2024-02-07", "2024-02-06", False, "审阅日期2024年2月6日早于报送日期2024年2月7日"),
        ("2024-02-08", "", "2024-02-07", False, "审阅日期2024年2月7日早于制定日期2024年2月8日"),
        ("2024-02-05", "2024-02-06", "2024-02-20", False, ""),
        ("2024-02-05", "2024-02-06", "2024-02-21", False, "会议日期2024年2月20日早于审阅日期2024年2月21日"),
        ("2024-02-05", "2024-02-06", "2024-02-21", True, ""),
        ("2024-02-05", "2024-02-06", "", False, "2024年2月20日开会以前没有登记上级的审阅日期"),
        ("2024-02-05", "2024-02-06", "", True, ""),
    ],
)
def test_what_follows_is_not_dated_before(made: str, sent: str, answered: str, demanded: bool, why: str) -> None:
    put = {"plan/plan/made_on": made, "plan/plan/reviewed_on": answered}
    dossier = changed(put=put, add={"plan_submission": [{"id": "ps", "submitted_on": sent}]})
    found = said(submission.days_out_of_order, dossier, **({"demands": DEMANDED} if demanded else {}))
    assert found == ([f"方案报审：{why}。"] if why else [])
    assert said(submission.days_out_of_order, changed(put=put)) == []


def facts_of(paper: Document) -> dict[str, str]:
    return {label: value for block in paper.blocks if isinstance(block, Facts) for label, value in block.rows}


@pytest.mark.parametrize(
    ("put", "remove", "rows"),
    [
        ({}, [], [["1", "2024年2月5日", "—"]]),
        ({"plan/plan/reviewed_on": "2024-02-08"}, [], [["1", "2024年2月5日", "2024年2月8日"]]),
        ({}, ["plan"], [["1", "—", "—"]]),
        (
            {"team_review/tr/reviewed_on": "2024-02-19"},
            [],
            [["1", "2024年2月5日", "—"], ["2", "2024年2月18日", "2024年2月19日"]],
        ),
        (
            {"member_review/r1/reviewed_on": "2024-02-18", "member_review/r2/reviewed_on": "2024-02-19", "member_review/r2/date": "2024-02-17"},
            ["team_review"],
            [["1", "2024年2月5日", "—"], ["2", "2024年2月18日", "2024年2月19日"]],
        ),
    ],
)  # fmt: skip
def test_the_submission_lists_what_the_superior_looked_at(
    put: dict[str, str], remove: list[str], rows: list[list[str]]
) -> None:
    dossier = changed(put=put, remove=remove)
    record = PlanSubmission.model_validate({"id": "ps", "to": "局党委", "submitted_on": "2024-02-06"})
    paper = submission.submission_paper(Sheet(dossier, b.campaign()), record)
    (table,) = [block for block in paper.blocks if isinstance(block, Table)]
    assert [[row[0], *row[2:]] for row in table.rows] == rows
    answered = [row[2] for row in rows if row[2] != "—"]
    assert facts_of(paper)["审阅日期"] == (answered[-1] if answered else "〔待填〕")
    days = [block.day for block in paper.blocks if isinstance(block, Signature)]
    assert days == ["2024年2月6日", answered[-1] if answered else ""]


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({"made_on": "2024-02-05"}, "2024年2月5日"),
        ({"made_on": "2024-02-05", "approved_on": "2024-02-06"}, "2024年2月6日"),
        ({"approved_on": "2024-02-06"}, ""),
    ],
)
def test_the_plan_is_signed_on_the_later_of_its_days(fields: dict[str, str], day: str) -> None:
    sheet = Sheet(b.dossier(), b.campaign())
    paper = documents.plan_paper(sheet, Plan.model_validate({"id": "plan", **fields}))
    (signature,) = [block for block in paper.blocks if isinstance(block, Signature)]
    assert signature.day == day
    heads = [block.text for block in paper.blocks if isinstance(block, Heading)]
    assert [head[:2] for head in heads[:5]] == ["一、", "二、", "三、", "四、", "五、"]
    assert [head[:3] for head in heads[5:]] == ["（一）", "（二）", "（三）"]
    assert "上级审阅日期" not in facts_of(paper)
    seen = documents.plan_paper(sheet, Plan.model_validate({"id": "plan", "reviewed_on": "2024-02-08", **fields}))
    assert facts_of(seen)["上级审阅日期"] == "2024年2月8日"
