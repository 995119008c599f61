"""What the cell of findings shows beside them: papers that are not filled in, blank fields, drafts, ways to mend."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.disk.record_files import UNSIGNED
from orglife.core.record.dossier import Draft
from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import Kind, Severity
from orglife.desk import findings
from orglife.home.progress import HOME
from tests import branch as b
from tests.home.before import EXPLAINED, before, finding

UNFILLED = {"plan": ["工作方案"], "talks": ["谈话记录", "登记表"], "study": ["登记表"]}
WARNING, HINT = Severity.WARNING, Severity.INFO


def page(raw: b.Json | None = None, **more: Any) -> Any:
    dossier = more.pop("dossier", None) or b.dossier(raw)
    office = SimpleNamespace(
        unfilled=lambda _, stage: UNFILLED.get(stage.key, []), author=more.pop("author", "甲"), campaign=b.campaign()
    )
    return SimpleNamespace(
        branch_findings=lambda: (dossier, []), dossier=lambda: dossier, office=office, link=lambda place: place, **more
    )


@pytest.mark.parametrize(
    ("found", "stage", "shown"),
    [
        ([], "talks", ["谈话记录", "登记表"]),
        ([], "", ["工作方案", "登记表", "谈话记录"]),
        ([], HOME, ["工作方案", "登记表", "谈话记录"]),
        ([finding(due=False)], "", []),
        ([finding()], "", []),
        ([finding(explained=EXPLAINED)], "talks", ["谈话记录", "登记表"]),
        ([finding(severity=WARNING)], "", ["工作方案", "登记表"]),
        ([finding(severity=WARNING)], "talks", []),
        ([finding(severity=WARNING, explained=EXPLAINED)], "talks", ["谈话记录", "登记表"]),
        ([finding(severity=WARNING, kind=Kind.WRONG)], "talks", ["谈话记录", "登记表"]),
        ([finding(severity=HINT)], "talks", ["谈话记录", "登记表"]),
    ],
)
def test_papers_with_blanks_are_named_where_no_finding_reports_the_gap(
    found: list[Finding], stage: str, shown: list[str]
) -> None:
    assert findings._unfilled(page(), stage, found) == shown


@pytest.mark.parametrize(
    ("changes", "stage", "labels"),
    [
        ({}, "plan", []),
        ({"put": {"branch/name": ""}}, "plan", ["支部名称"]),
        ({"put": {"branch/name": ""}}, "", ["支部名称"]),
        ({"put": {"branch/name": ""}}, HOME, ["支部名称"]),
        ({"put": {"branch/name": ""}}, "talks", []),
        ({"put": {"branch/name": ""}, "remove": ["member", "plan"]}, "plan", []),
    ],
)
def test_blank_fields_of_the_branch_are_named_once_something_is_recorded(
    changes: dict[str, Any], stage: str, labels: list[str]
) -> None:
    blanks = findings._blanks(page(before(**changes)), stage)
    assert [label for label, _ in blanks] == labels
    assert [list(link.path) for _, link in blanks] == [["name"]] * len(labels)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("stage", "listed"), [("", 2), (HOME, 2), ("talks", 1), ("study", 0)])
def test_drafts_are_those_of_the_page(stage: str, listed: int) -> None:
    dossier = SimpleNamespace(drafts=(Draft("talk", "x", {}), Draft("pledge", "y", {})))
    assert len(findings._drafts(page(dossier=dossier), stage)) == listed


@pytest.mark.parametrize(("author", "by"), [("魏长河", "m1"), (UNSIGNED, None)])
def test_a_reason_begins_with_who_types(author: str, by: str | None) -> None:
    link: Any = findings._way_to_explain(page(author=author), finding())
    assert link.begin.get("by") == by


@pytest.mark.parametrize(
    ("stage", "studied", "leads_to"),
    [("meeting", False, "study"), ("meeting", True, "meeting"), ("talks", False, "talk")],
)
def test_before_a_study_what_the_meeting_lacks_leads_to_the_study(stage: str, *, studied: bool, leads_to: str) -> None:
    """不学习不开会."""
    shut = [] if studied else [finding(stage="study", rule="STUDY-01", checkpoint="prep")]
    asked = page(before(remove=["study"]), stage_findings=lambda _: shut)
    rule = {"meeting": "MEET-01", "talks": "TALK-01"}[stage]
    link: Any = findings._way_to_mend(asked, finding(stage=stage, rule=rule))
    assert link.type == leads_to
