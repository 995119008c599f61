"""The parts of a step: what comes next in a stage, when it is due, how it is shortened, where it leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from orglife.core.record.dossier import Dossier, Draft
from orglife.core.rule.finding import Finding, Subject
from orglife.core.rule.rule import Kind, Severity
from orglife.home.back import SHOWN, back_step, receipt_words, remark_rows
from orglife.home.places import link_for, of_branch, of_draft
from orglife.home.progress import NOTHING_LEFT, StageState, next_step, recorded, stage_rows, state_of
from orglife.home.step import Step
from orglife.home.today import SITTING, minutes_for, today
from orglife.stages import BY_KEY
from orglife.stages.shared.received import Acknowledgement, RemarkState
from orglife.stages.shared.signed import Signed
from tests import branch as b
from tests.home.before import EXPLAINED, before, finding, seen

EARLY = date(2024, 2, 8)


WRONG = finding(fix="请改正。")
WARNING = finding(severity=Severity.WARNING, fix="请核对。")
HINT = finding(severity=Severity.INFO, fix="供参考。")
TODO = finding(due=False, fix="请补上。")


@pytest.mark.parametrize(
    ("findings", "drafts", "blanks", "papers", "step"),
    [
        ([TODO, WARNING, WRONG], 1, ["名称"], ["方案"], "请改正。"),
        ([TODO, WARNING], 1, ["名称"], ["方案"], "请把没有填完的记录填完。"),
        ([WARNING, TODO], 0, ["名称"], ["方案"], "请补上。"),
        ([HINT, WARNING], 0, ["名称"], ["方案"], "请核对。"),
        ([finding(explained=EXPLAINED), HINT], 0, ["名称", "上级党组织"], ["方案"], "请填写党支部的名称、上级党组织。"),
        ([finding(severity=Severity.INFO, due=False)], 0, [], ["方案", "计划"], "请填上“方案”“计划”里还空着的地方。"),
        ([HINT], 0, [], [], NOTHING_LEFT),
        ([finding(severity=Severity.WARNING, explained=EXPLAINED)], 0, [], [], NOTHING_LEFT),
    ],
)
def test_the_next_step_of_a_stage_is_its_most_urgent(
    findings: Sequence[Finding], drafts: int, blanks: list[str], papers: list[str], step: str
) -> None:
    assert next_step(findings, drafts, blanks, papers) == step


def test_a_stage_in_which_nothing_was_begun_has_no_next_step() -> None:
    empty = b.dossier({**b.branch(), "records": {}})
    dossier = Dossier(empty.campaign, empty.branch, {}, EARLY, drafts=(Draft("talk", "x1", {}),))
    some = [finding(stage="study", fix="请组织学习。")]
    steps = {row["title"]: row["next"] for row in stage_rows(dossier, some)}
    assert steps.pop("谈心谈话") == "请把没有填完的记录填完。"
    assert steps.pop("集中学习") == "请组织学习。"
    assert set(steps.values()) == {"—"}


@pytest.mark.parametrize(
    ("findings", "has_records", "drafts", "state"),
    [
        ([], False, 0, StageState.IDLE),
        ([], False, 1, StageState.GOING),
        ([], True, 0, StageState.DONE),
        ([], True, 1, StageState.GOING),
        ([TODO], False, 0, StageState.IDLE),
        ([WARNING], True, 0, StageState.GOING),
        ([HINT, finding(explained=EXPLAINED)], True, 0, StageState.DONE),
        ([WRONG], False, 0, StageState.WRONG),
        ([finding(severity=Severity.WARNING, due=False)], True, 0, StageState.GOING),
    ],
)
def test_the_state_of_a_stage(
    findings: Sequence[Finding], *, has_records: bool, drafts: int, state: StageState
) -> None:
    assert state_of(findings, recorded=has_records, drafts=drafts) is state


def test_records_are_counted_by_kind() -> None:
    raw = b.branch()
    words = recorded(b.dossier(raw), BY_KEY["talks"])
    assert words.endswith(str(len(raw["records"]["talk"])))
    assert recorded(b.dossier(before()), BY_KEY["meeting"]) == ""


@pytest.mark.parametrize(
    ("minutes", "each", "room", "left"),
    [(10, 0, 10, 10), (10, 0, 9, None), (10, 3, 9, 9), (10, 3, 8, 6), (10, 3, 2, None), (0, 0, 0, 0)],
)
def test_a_step_is_shortened_to_the_parts_that_fit(minutes: int, each: int, room: int, left: int | None) -> None:
    step = Step("todo", "什么", "怎么办。", "plan", minutes, each=each).within(room)
    assert (step.minutes if step else None) == left
    if step and each and left:
        assert step.how == f"怎么办。今天先做{left // each}处。"


@pytest.mark.parametrize(
    ("stage", "at", "place", "link"),
    [
        ("plan", "", "工作方案", "10_plan.ipynb"),
        ("plan", "31_report.ipynb#x", "备案与报告", "31_report.ipynb#x"),
        ("filing", "32_filing.ipynb", "定稿与归档", "32_filing.ipynb"),
        ("home", "", "首页", ""),
    ],
)
def test_where_a_step_leads(stage: str, at: str, place: str, link: str) -> None:
    step = Step("todo", "什么", "怎么办。", stage, 1, at=at)
    assert (step.place, step.link) == (place, link)


@pytest.mark.parametrize(
    ("receipt", "words"),
    [
        (None, ""),
        (Acknowledgement(3, "", 0), "上级党组织收到过本支部交去的包。以后没有改动。"),
        (Acknowledgement(3, "", 1), "上级党组织收到过本支部交去的包。以后又改了1处，还没有再交。"),
    ],
)
def test_what_the_superior_has_received(receipt: Acknowledgement | None, words: str) -> None:
    assert receipt_words(receipt) == words


def test_the_moment_of_a_receipt_is_told_in_full() -> None:
    words = receipt_words(Acknowledgement(3, "2024-03-08T08:05:00.000000Z", 0))
    assert "2024年3月8日" in words
    assert "时05分以前登记的内容" in words


def remarked(number: int, text: str = "请补齐") -> b.Json:
    rows = [{"id": f"rk{n}", "branch": "t01", "text": text} for n in range(number)]
    return before(add={"remark": rows})


@pytest.mark.parametrize(
    ("number", "what", "minutes"),
    [
        (1, "上级退回修改：请补齐", 4),
        (2, "上级退回修改（2条）：请补齐", 8),
        (6, "上级退回修改（6条）：请补齐", SITTING),
    ],
)
def test_the_step_for_open_remarks(number: int, what: str, minutes: int) -> None:
    dossier = b.dossier(remarked(number), as_of=EARLY)
    step = back_step(dossier, {}, SITTING)
    assert step is not None
    assert (str(step.what), step.minutes, step.stage) == (what, minutes, "report")
    answered = {f"rk{n}": RemarkState.SENT for n in range(number)}
    assert back_step(dossier, answered, SITTING) is None


@pytest.mark.parametrize(("length", "cut"), [(SHOWN, False), (SHOWN + 1, True)])
def test_a_long_remark_is_cut_in_the_step(length: int, *, cut: bool) -> None:
    step = back_step(b.dossier(remarked(1, "改" * length), as_of=EARLY), {}, SITTING)
    assert step is not None
    assert str(step.what).endswith("…") is cut


def test_remarks_that_are_settled_come_last() -> None:
    dossier = b.dossier(remarked(2), as_of=EARLY)
    rows = remark_rows(dossier, {"rk0": RemarkState.SENT})
    assert [row["state"] for row in rows] == [RemarkState.OPEN, RemarkState.SENT]
    assert {row["from"] for row in rows} == {"上级党组织"}
    assert {row["about"] for row in rows} == {"本支部的材料"}
    assert ["remark" in row["link"] and row["text"] != "" for row in rows] == [True, True], "each leads to itself"


@pytest.mark.parametrize(
    ("change", "minutes"),
    [
        ({"rule": "NONE-01", "kind": Kind.WRONG}, 2),
        ({"rule": "NONE-01", "stage": "talks"}, BY_KEY["talks"].minutes),
        ({"rule": "NONE-01", "stage": "archive"}, 3),
    ],
)
def test_minutes_of_a_finding(change: Mapping[str, Any], minutes: int) -> None:
    assert minutes_for(finding(**change)) == minutes


@pytest.mark.parametrize(("number", "end"), [(4, "丁"), (5, "丁等")])
def test_a_step_names_at_most_four(number: int, end: str) -> None:
    names = "甲乙丙丁戊"[:number]
    group = [finding(subjects=(Subject("talk", f"x{n}", f"谈话（{name}。）"),)) for n, name in enumerate(names)]
    dossier, _ = seen(before(), EARLY)
    (first, *_) = today(dossier, b.campaign(), group)
    assert first.what == f"没有谈（{number}处）：{'、'.join(names[:4])}{end[1:]}"


@pytest.mark.parametrize(("number", "minutes"), [(1, 1), (20, 20), (21, 20)])
def test_attaching_scans_fills_one_sitting_at_most(number: int, minutes: int) -> None:
    dossier = b.dossier(b.branch())
    papers = [Signed("F4", "", "征求意见", signed=False)] * number
    (step, *_) = today(dossier, b.campaign(), [], [*papers, Signed("F5", "", "对照检查", signed=True)])
    assert (step.mood, step.minutes) == ("sign", minutes)
    assert f"还有{number}份" in step.what


def test_links_to_the_branch_and_to_drafts() -> None:
    dossier = b.dossier(before(), as_of=EARLY)
    assert (of_branch(dossier, "name").path, of_branch(dossier, "name").id) == (["name"], "t01")
    assert of_draft("none", "x") is None
    draft = of_draft("branch", "t01")
    assert draft is not None
    assert (draft.notebook, draft.type) == ("10_plan", "branch")
    talk = of_draft("talk", "d1")
    assert talk is not None
    assert (talk.notebook, talk.type, talk.id) == ("12_talks", "talk", "d1")
    assert link_for(finding(stage="archive"), dossier, b.campaign()) is None


def test_drafts_of_the_branch_itself_are_named() -> None:
    dossier, _ = seen(before(), EARLY, drafts=(Draft("branch", "t01", {}),))
    (step, *_) = today(dossier, b.campaign(), [])
    assert (step.mood, step.stage, step.minutes) == ("draft", "plan", 3)
    assert step.what == "没有填完的记录（1条）：党支部"
