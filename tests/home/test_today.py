"""「今天20分钟做什么」 as a table: a state of the branch, a day, and what is to be done first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.core.record.dossier import Draft
from orglife.core.rule.campaign import parse_campaign
from orglife.core.rule.rule import Kind, Severity
from orglife.home.today import MOST, SITTING, Step, today
from orglife.stages import RULES
from orglife.stages.shared.received import RemarkState
from orglife.stages.shared.signed import Signed
from tests import branch as b
from tests.home.before import before, finding, seen

EARLY, EVE, LATE = date(2024, 2, 19), date(2024, 2, 24), date(2024, 3, 1)


def steps(raw: b.Json, day: date, drafts: tuple[Draft, ...] = (), signed: tuple[Signed, ...] = ()) -> list[Step]:
    dossier, findings = seen(raw, day, drafts=drafts)
    return today(dossier, b.campaign(), findings, signed)


@pytest.mark.parametrize(
    ("raw", "day", "moods", "stage", "words"),
    [
        ({"put": {"branch/name": ""}}, EARLY, ["begin"], "plan", "名册"),
        ({"remove": ["member"]}, EARLY, ["begin"], "plan", "名册"),
        ({"remove": ["plan"]}, EARLY, ["todo"], "plan", "工作方案"),
        ({"remove": ["talk/t01"]}, EARLY, ["todo"], "talks", "魏长河与祝秋实"),
        ({"remove": ["talk/t01"]}, EVE, ["print", "todo"], "home", "会议用表"),
        ({"put": {"plan/plan/made_on": "2024-02-12"}}, EVE, ["wrong", "print"], "plan", "时限是"),
        ({}, LATE, ["todo"], "meeting", "会议记录"),
        ({}, date(2024, 3, 8), ["wrong"], "meeting", "会议记录"),
        ({}, EARLY, ["wait"], "home", "等开会（2024年2月26日）"),
        ({}, EVE, ["print"], "home", "会议用表"),
    ],
    ids=[
        "no name",
        "no roster",
        "no plan",
        "a pair",
        "eve of the meeting",
        "wrong first",
        "no minutes yet",
        "no minutes at all",
        "all prepared",
        "all prepared on the eve",
    ],
)
def test_the_first_thing(raw: dict[str, Any], day: date, moods: list[str], stage: str, words: str) -> None:
    chosen = steps(before(**raw), day)
    assert chosen[0].stage == stage
    assert words in chosen[0].what + chosen[0].how
    assert [s.mood for s in chosen][: len(moods)] == moods


def test_the_plan_is_written_before_what_it_plans() -> None:
    """A founding leaves a plan with its day only; one whose parts are all written lets study begin."""
    plan = {"contents", "phases"}
    begun = before(remove=["study", "talk"])
    (whole,) = begun["records"]["plan"]
    assert [s.stage for s in steps(begun, EARLY)] == ["study", "talks"]
    begun["records"]["plan"] = [{name: value for name, value in whole.items() if name not in plan}]
    assert [s.stage for s in steps(begun, EARLY)] == ["plan", "plan"]


@pytest.mark.parametrize("days", [{}, {"planned_meeting_on": "2026-12-20"}])
def test_a_campaign_without_days_asks_for_the_day_of_the_meeting(days: dict[str, str]) -> None:
    raw = before(remove=["study", "plan"])
    raw["records"]["plan"] = [{"id": "plan1", **days}] if days else []
    campaign = parse_campaign(ws.campaign_text("annual"), name="annual")
    dossier, findings = seen(raw, date(2026, 12, 1), campaign=campaign)
    chosen = today(dossier, campaign, findings)
    assert ("拟开会日期" in chosen[0].how) == (not days)
    assert any(s.stage == "study" for s in chosen)
    if not days:
        assert "planned_meeting_on" in chosen[0].link


@pytest.mark.parametrize("day", [date(2024, 2, 1), EARLY, EVE, date(2024, 2, 26), LATE, date(2026, 1, 1)])
@pytest.mark.parametrize("without", ["plan", "study", "talk", "member_review", "opinion"])
def test_it_fits_into_a_sitting(day: date, without: str) -> None:
    chosen = steps(before(remove=[without]), day)
    assert 1 <= len(chosen) <= MOST
    assert sum(s.minutes for s in chosen) <= SITTING
    assert all(s.minutes > 0 and s.what and s.how for s in chosen)


def test_what_is_too_long_is_cut_to_what_fits() -> None:
    (first, *_) = steps(before(remove=["member_review", "team_review"]), date(2024, 2, 10))
    outlines = steps(before(remove=["member_review"]), date(2024, 2, 10))
    cut = next(s for s in outlines if "发言提纲（8处）" in s.what)
    assert "魏长河、祝秋实、冉书砚、田小禾等" in cut.what
    assert "今天先做2处" in cut.how
    assert cut.minutes == 16
    assert first.minutes == SITTING  # a whole paper fills the sitting


def test_several_short_problems_after_the_meeting_are_one_list_that_says_what_can_still_be_done() -> None:
    reviews = b.branch()["records"]["member_review"]
    short = {
        f"member_review/{r['id']}/items/0/fact": fact
        for r, fact in zip(reviews, ("学习不够。", "作风不实；"), strict=False)
    }
    raw = b.changed(b.branch(), put=short)
    (step,) = [
        s for s in today(b.dossier(raw), b.campaign(), b.findings(RULES, b.dossier(raw)), ()) if "过于简略" in s.what
    ]
    assert "（2处）：学习不够、作风不实" in step.what
    assert "不用改；写一句情况说明" in step.how


def test_what_follows_from_a_meeting_is_no_step_before_its_minutes_are_there() -> None:
    """Late, with no minutes: a pair's talk, as many outlines as fit, and not the list of what is put right."""
    raw = before(remove=["talk/t01", "member_review"])
    chosen = steps(raw, date(2024, 5, 1))
    assert [(s.stage, s.minutes) for s in chosen] == [("talks", 6), ("reviews", 8)]
    assert "今天先做1处" in chosen[1].how
    late = steps(before(), date(2024, 5, 1))
    assert [s.stage for s in late] == ["meeting"]


def test_what_was_begun_comes_before_what_is_new() -> None:
    drafts = (Draft("talk", "talk1", {"date": "?"}), Draft("talk", "talk2", {}), Draft("branch", "t01", {}))
    chosen = steps(before(remove=["problem_list"]), EARLY, drafts)
    assert [(s.mood, s.stage) for s in chosen] == [("draft", "plan"), ("draft", "talks"), ("todo", "reviews")]
    assert "（2条）：谈心谈话" in chosen[1].what


def test_when_all_is_recorded_signatures_are_left_and_then_nothing() -> None:
    paper = Signed("F1", "", "工作方案", signed=False)
    (last,) = [s for s in steps(b.branch(), b.AS_OF, signed=(paper,)) if s.mood == "sign"]
    assert "还有1份" in last.what
    assert (last.place, last.link) == ("定稿与归档", "32_filing.ipynb")
    signed = Signed("F1", "", "工作方案", signed=True)
    assert not [s for s in steps(b.branch(), b.AS_OF, signed=(signed,)) if s.mood in ("wrong", "draft", "sign")]


def test_when_nothing_is_left_the_step_is_to_file_until_the_branch_is_archived() -> None:
    dossier = b.dossier(b.branch())
    assert today(dossier, b.campaign(), [], filed=True) == []
    (step,) = today(dossier, b.campaign(), [], filed=False)
    assert (step.mood, step.place, step.link) == ("file", "定稿与归档", "32_filing.ipynb")
    paper = Signed("F1", "", "工作方案", signed=False)
    assert [s.mood for s in today(dossier, b.campaign(), [], (paper,), filed=False)] == ["sign"]


def test_a_day_is_named_and_the_link_leads_to_the_stage() -> None:
    (step, *_) = steps(before(remove=["plan"]), EARLY)
    assert (step.by, step.place) == (date(2024, 2, 10), "工作方案")
    assert step.link.split("#")[0] == "10_plan.ipynb"


def test_hints_and_what_is_explained_are_no_steps() -> None:
    why = {
        "id": "ex",
        "rule": "TALK-01",
        "subjects": ["m1", "m2"],
        "reason": "一人在外",
        "by": "m1",
        "date": "2024-02-08",
    }
    raw = before(remove=["talk/t01"], add={"explanation": [why]})
    assert not [s for s in steps(raw, EARLY) if "魏长河与祝秋实" in s.what]


def test_what_was_returned_comes_first_and_leads_to_what_it_is_about() -> None:
    remarks = [
        {"id": "rk1", "branch": "t01", "by": "局机关党总支", "record": "st", "text": "学习记录没有研讨要点"},
        {"id": "rk2", "branch": "t01", "text": "附件请补齐"},
    ]
    raw = before(add={"remark": remarks})
    dossier, findings = seen(raw, EARLY)
    first = today(dossier, b.campaign(), findings)[0]
    assert (first.mood, first.place, first.minutes) == ("back", "集中学习", 8)
    assert first.link.startswith("11_study.ipynb#")
    assert "退回修改（2条）：学习记录没有研讨要点" in first.what
    done = {"rk1": RemarkState.CHANGED, "rk2": RemarkState.SENT}
    assert today(dossier, b.campaign(), findings, (), done)[0].mood != "back"


def test_the_button_names_the_page_that_it_leads_to() -> None:
    step = Step("check", "日期还没有到。", "请核对。", "plan", 2, at="31_report.ipynb#%5B%22report%22%5D")
    assert step.place == "备案与报告"
    assert Step("todo", "x", "y", "plan", 2).place == "工作方案"
    assert Step("wait", "x", "y", "home", 0).place == "首页"


@pytest.mark.parametrize(("number", "moods"), [(9, ["wrong", "wait"]), (10, ["wrong"])])
def test_after_a_full_sitting_nothing_more_is_suggested(number: int, moods: list[str]) -> None:
    """Each mistake takes two of twenty minutes; waiting takes none."""
    dossier, _ = seen(before(), EARLY)
    wrong = [finding(kind=Kind.WRONG, rule="TALK-06", message=f"第{n}处") for n in range(number)]
    assert [step.mood for step in today(dossier, b.campaign(), wrong, ())] == moods


def test_what_has_no_day_comes_before_what_is_due_later() -> None:
    dossier, _ = seen(before(), EARLY)
    later = finding(due=False, severity=Severity.WARNING)
    undated = finding(due=False, severity=Severity.WARNING, stage="plan", rule="PLAN-02")
    campaign = b.campaign(plan_deadline="")
    assert [step.stage for step in today(dossier, campaign, [later, undated], ())] == ["plan", "talks"]
