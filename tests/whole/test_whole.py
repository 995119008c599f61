"""Whole branches: the samples, what the absence of each kind of record says, and another year's plan without code."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.core.paper.paper import Sheet
from orglife.core.record.exchange import dossier_json, read_parcel
from orglife.core.rule.bureau import Bureau, run_bureau
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import CHECKPOINTS
from orglife.office.dossiers import latest_day
from orglife.stages import BUREAU_RULES, RULES, STAGES
from orglife.stages.kinds import BUREAU_KINDS, KINDS
from orglife.stages.shared.due import checkpoints_up_to
from tests import branch as b

DEMO = b.ROOT / "templates" / "demo"
LATE = date(2024, 3, 15)


def sample(name: str) -> dict[str, Any]:
    return dict(json.loads((DEMO / f"{name}.json").read_text(encoding="utf-8")))


def errors(found: list[Finding]) -> set[str]:
    return {f.rule for f in found if f.counts and f.severity == "error"}


@pytest.mark.parametrize("name", ["b01", "b02", "b03"])
@pytest.mark.parametrize("checkpoint", CHECKPOINTS)
def test_the_honest_samples_hear_no_error_at_any_checkpoint(name: str, checkpoint: str) -> None:
    found = b.findings(RULES, b.dossier(sample(name), as_of=LATE), checkpoint=checkpoint)
    assert errors(found) == set()
    assert [f.rule for f in found if f.counts and f.severity == "warning"] == []


def test_the_test_branch_has_no_error() -> None:
    for checkpoint in CHECKPOINTS:
        assert errors(b.findings(RULES, b.dossier(), checkpoint=checkpoint)) == set()


def test_the_faulty_sample_has_at_least_fifteen_faults() -> None:
    found = b.findings(RULES, b.dossier(sample("b04"), as_of=LATE), checkpoint="close")
    assert len({f.rule for f in found if f.counts and f.severity in ("error", "warning")}) >= 15
    assert len({f.stage for f in found if f.counts}) >= 8


def test_the_bureau_sample_has_no_error() -> None:
    incoming = read_parcel((DEMO / "bureau.json").read_bytes(), "bureau.json", KINDS, BUREAU_KINDS)
    dossiers = {name: b.dossier(sample(name), as_of=LATE) for name in ("b01", "b02", "b03", "b04")}
    bureau = Bureau(incoming.campaign, incoming.records, dossiers, LATE)
    due = checkpoints_up_to("close")
    assert (
        errors(run_bureau(BUREAU_RULES, bureau, b.campaign(), regulations=b.regulations(), due=due, strict=True))
        == set()
    )


@pytest.mark.parametrize("name", ["b01", "b02", "b03", "b04"])
def test_samples_export_to_the_same_bytes(name: str) -> None:
    data = (DEMO / f"{name}.json").read_bytes()
    kinds = [
        kind for kind in KINDS if kind.TYPE in sample(name)["records"]
    ]  # a type that came later is not listed there
    assert len(kinds) >= 27
    assert dossier_json(b.dossier(sample(name)), kinds).encode() == data


ABSENT: list[tuple[str, tuple[str, ...], set[str]]] = [
    ("F1", ("plan",), {"PLAN-01"}),
    ("F2", ("study",), {"STUDY-01"}),
    ("F3", ("talk",), {"TALK-01", "TALK-04"}),
    ("F4", ("opinion",), {"OPIN-01"}),
    ("F5", ("team_review",), {"REVIEW-01"}),
    ("F6", ("member_review",), {"REVIEW-03"}),
    ("F7", ("problem_list",), {"REVIEW-10"}),
    ("F9", ("meeting",), {"MEET-01"}),
    ("F10", ("criticism",), {"CRIT-01"}),
    ("F11", ("tally",), {"VOTE-01"}),
    ("F12", ("grade_meeting", "grade"), {"GRADE-01"}),
    ("F12", ("grade_meeting",), {"GRADE-13"}),
    ("F13", ("superior_comment",), {"MEET-11"}),
    ("F14", ("rect_item",), {"RECT-01", "RECT-02"}),
    ("F14", ("rect_list",), {"RECT-04"}),
    ("F15", ("pledge",), {"RECT-03"}),
    ("F16", ("publication",), {"PUB-01"}),
    ("F17", ("filing",), {"REPORT-01"}),
    ("F18", ("report",), {"REPORT-03"}),
]


@pytest.mark.parametrize(
    ("form", "types", "wanted"), ABSENT, ids=lambda v: "-".join(sorted(v)) if isinstance(v, (set, tuple)) else v
)
@pytest.mark.parametrize("whole", ["test branch", "b01"])
def test_absence_is_found_once_and_for_its_own_cause(
    form: str, types: tuple[str, ...], wanted: set[str], whole: str
) -> None:
    raw = b.branch() if whole == "test branch" else sample("b01")
    if whole == "b01" and types == ("rect_list",):
        # its branch list names every source, so that nothing is left to declare: take one source away
        raw["records"]["rect_item"] = [r for r in raw["records"]["rect_item"] if r.get("source") != "education"]
        wanted = wanted | ({"RECT-05"} if _orphans(raw) else set())
    raw["records"] = {k: v for k, v in raw["records"].items() if k not in types}
    found = errors(b.findings(RULES, b.dossier(raw, as_of=LATE), checkpoint="close"))
    assert wanted <= found
    assert found - wanted == set(), form


def _orphans(raw: dict[str, Any]) -> bool:
    answered = {p for r in raw["records"]["rect_item"] for p in r.get("problem_ids", [])}
    team = {i["id"] for r in raw["records"]["team_review"] for i in r["items"]}
    return bool(team - answered)


def other_year() -> Campaign:
    """Another plan: other days, dimensions, agenda and quota base; one demand of the seed is not made."""
    raw = tomllib.loads((b.ROOT / "templates/campaigns/2024-seed.toml").read_text(encoding="utf-8"))
    del raw["demands"]["talks.among_members"]
    raw |= {
        "id": "2026-other",
        "title": "2026年专题组织生活会方案",
        "year": 2026,
        "theme": "以学习贯彻新修订的纪律处分条例为主题",
        "plan_deadline": date(2026, 1, 31),
        "meeting_start": date(2026, 2, 1),
        "meeting_end": date(2026, 3, 10),
        "finish_by": date(2026, 3, 15),
        "report_by": date(2026, 3, 20),
        "dimensions": ["politics", "discipline6"],
        "agenda": ["briefing", "criticism", "appraisal", "comment", "summary"],
        "override": {"GRADE-04": {"params": {"base": "all_members", "ratio_den": 4}}},
    }
    raw["labels"] |= {"politics": "政治纪律", "discipline6": "六大纪律"}
    return Campaign.model_validate(raw)


def shifted() -> dict[str, Any]:
    """The first sample two years on, in the other plan's words."""
    text = (DEMO / "b01.json").read_text(encoding="utf-8")
    text = text.replace('"2024-', '"2026-').replace('"2023-', '"2025-').replace('"2024-seed"', '"2026-other"')
    text = text.replace('"2026-seed"', '"2026-other"').replace("2026-02-29", "2026-02-28")
    raw = dict(json.loads(text))
    for review in raw["records"]["member_review"]:
        for number, item in enumerate(review["items"]):
            item["dimension"] = ("politics", "discipline6")[number % 2]
        used = {i["dimension"] for i in review["items"]} | {i["aspect"] for i in review["items"]}
        keys = ["ideals", "discipline", "style", "duty", "org_life", "politics", "discipline6"]
        review["none_declared"] = [k for k in keys if k not in used]
    meeting = raw["records"]["meeting"][0]
    meeting["agenda_done"] = ["briefing", "criticism", "appraisal", "comment", "summary"]
    raw["records"]["plan"][0]["made_on"] = "2026-01-20"
    return raw


def test_another_year_needs_no_code() -> None:
    campaign = other_year()
    dossier = b.dossier(shifted(), as_of=date(2026, 3, 15))
    found = b.findings(RULES, dossier, campaign, "close")
    assert errors(found) == set()
    assert not [f for f in found if f.rule == "TALK-03"]
    clauses = {f.clause.quote for f in found}
    assert all("2024" not in quote for quote in clauses)
    sheet = Sheet(dossier, campaign, found)
    papers = {d.form: d for s in STAGES if s.documents for d in s.documents(sheet)}
    agenda = [text for text, _ in papers["F8"].texts()]
    assert [t for t in agenda if "、" in t and t[0] in "一二三四五"][2].endswith("开展民主评议")
    printed = " ".join(text for d in papers.values() for text, _ in d.texts())
    assert "六大纪律" in printed
    assert "发挥作用合格" not in printed
    assert "2024年" not in " ".join(text for text, _ in papers["F9"].texts())


def test_the_quota_follows_the_campaign() -> None:
    dossier = b.dossier(shifted(), as_of=date(2026, 3, 15))
    quota = tuple(rule for rule in RULES if rule.id == "GRADE-04")
    assert b.findings(quota, dossier, other_year()) == []  # 12 members, a quarter: 3, and 3 were graded 优秀
    stricter = other_year().model_dump() | {
        "override": {"GRADE-04": {"params": {"base": "all_members", "ratio_den": 6}}}
    }
    (finding,) = b.findings(quota, dossier, Campaign.model_validate(stricter))
    assert "2名" in finding.message


def test_latest_day_leaves_plans_and_limits_out() -> None:
    dossier = b.dossier(as_of=date(2030, 1, 1))
    assert latest_day(dossier.everything(), date(2030, 1, 1)) == date(2024, 2, 28)
    assert latest_day(dossier.everything(), date(2024, 2, 10)) <= date(2024, 2, 10)
    assert latest_day((), date(2024, 5, 5)) == date(2024, 5, 5)


def test_findings_do_not_depend_on_the_order_of_entry(tmp_path: Path) -> None:
    raw = sample("b04")
    turned = {**raw, "records": {k: list(reversed(v)) for k, v in raw["records"].items()}}
    first, second = (b.findings(RULES, b.dossier(r, as_of=LATE)) for r in (raw, turned))
    assert [f.to_json() for f in first] == [f.to_json() for f in second]
