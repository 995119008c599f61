"""The parts of a step: what comes next in a stage, when it is due, how it is shortened, where it leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from orglife.core.paper.block import Heading, Note, Table
from orglife.core.record.dossier import Draft
from orglife.core.rule.campaign import CheckItemText
from orglife.core.rule.finding import Explained, Finding, Subject
from orglife.core.rule.rule import CHECKPOINT_WORDS, Clause, Effect, Kind, Severity
from orglife.home.back import SHOWN, back_step, receipt_words, remark_rows
from orglife.home.deadlines import Deadline, by_when, by_words, meeting_planned
from orglife.home.lacking import QUOTED, complete_paper, lacking, lacking_paper, lacking_rows
from orglife.home.owed import columns_of, owed
from orglife.home.places import link_for, of_branch, of_draft
from orglife.home.progress import NOTHING_LEFT, StageState, next_step, recorded, state_of
from orglife.home.step import Step
from orglife.home.ticked import check_rows
from orglife.home.today import SITTING, minutes_for, today
from orglife.stages import BY_KEY
from orglife.stages.shared.received import Acknowledgement, RemarkState
from orglife.stages.shared.signed import Signed
from tests import branch as b
from tests.home.before import before, seen

EARLY = date(2024, 2, 8)
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
    ],
)
def test_the_next_step_of_a_stage_is_its_most_urgent(
    findings: Sequence[Finding], drafts: int, blanks: list[str], papers: list[str], step: str
) -> None:
    assert next_step(findings, drafts, blanks, papers) == step


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
    ("days", "waits", "done", "words", "mood"),
    [
        (0, 0, True, "已登记", "done"),
        (-1, 0, False, "已过1天", "late"),
        (0, 0, False, "今天是最后一天", "near"),
        (3, 0, False, "还有3天", "near"),
        (4, 0, False, "还有4天", "ahead"),
        (3, 1, False, "还有1天开始", "ahead"),
    ],
)
def test_a_deadline_in_words(days: int, waits: int, *, done: bool, words: str, mood: str) -> None:
    deadline = Deadline("报送", None, date(2024, 3, 7), days, waits, done)
    assert (deadline.words, deadline.mood, deadline.when) == (words, mood, "2024年3月7日前")
    window = Deadline("开会", date(2024, 2, 11), date(2024, 2, 29), days, waits, done)
    assert window.when == "2024年2月11日至2024年2月29日"


@pytest.mark.parametrize(
    ("day", "now", "words"),
    [
        (None, EARLY, "现在就办"),
        (EARLY, None, "2024年2月8日前"),
        (EARLY, EARLY, "2024年2月8日前"),
        (EARLY, date(2024, 2, 9), "2024年2月8日前（已过）"),
    ],
)
def test_a_due_day_in_words(day: date | None, now: date | None, words: str) -> None:
    assert by_words(day, now) == words


@pytest.mark.parametrize(
    ("stage", "checkpoint", "day"),
    [
        ("plan", "prep", date(2024, 2, 10)),
        ("talks", "prep", date(2024, 2, 26)),
        ("meeting", "meeting", date(2024, 2, 29)),
        ("plan", "meeting", date(2024, 2, 29)),
        ("rectification", "rectify", date(2024, 3, 4)),
        ("talks", "setup", None),
        ("talks", "archive", None),
    ],
)
def test_by_when_something_is_due(stage: str, checkpoint: str, day: date | None) -> None:
    dossier = b.dossier(before(), as_of=EARLY)
    assert by_when(finding(stage=stage, checkpoint=checkpoint), dossier, b.campaign()) == day
    close = by_when(finding(stage="report", checkpoint="close"), dossier, b.campaign())
    assert close == b.campaign().report_deadline is not None


def test_without_a_meeting_and_its_plan_the_last_day_of_the_campaign_counts() -> None:
    no_days = before(put={"plan/plan/planned_meeting_on": ""})
    assert meeting_planned(b.dossier(no_days, as_of=EARLY), b.campaign()) == b.campaign().meeting_end
    held = meeting_planned(b.dossier(b.branch()), b.campaign())
    assert str(held) == b.branch()["records"]["meeting"][0]["date"]


@pytest.mark.parametrize(
    ("change", "is_listed"),
    [
        ({}, True),
        ({"due": False}, True),
        ({"severity": Severity.WARNING}, True),
        ({"severity": Severity.INFO}, False),
        ({"kind": Kind.WRONG}, False),
        ({"explained": EXPLAINED}, False),
        ({"effect": Effect.EXPLAIN}, False),
    ],
)
def test_what_is_still_lacking(change: Mapping[str, Any], *, is_listed: bool) -> None:
    one = finding(**change)
    assert lacking([one]) == ([one] if is_listed else [])


def test_the_page_of_what_is_missing_in_its_parts() -> None:
    dossier = b.dossier(before(), as_of=EARLY)
    both = [finding(), finding(rule="TALK-02", due=False, checkpoint="close", clause=Clause("方案三", "甲……乙"))]
    page = lacking_paper(dossier, b.campaign(), both)
    assert [block.text for block in page.blocks if isinstance(block, Heading)] == [
        "一、已经到时候的",
        "二、还没到时候的",
    ]
    only_later = lacking_paper(dossier, b.campaign(), both[1:])
    assert [block.text for block in only_later.blocks if isinstance(block, Heading)] == ["一、还没到时候的"]
    mistakes = [finding(kind=Kind.WRONG), finding(kind=Kind.WRONG, severity=Severity.WARNING)]
    notes = [block.text for block in lacking_paper(dossier, b.campaign(), mistakes).blocks if isinstance(block, Note)]
    assert notes == ["另有已登记、须改正的内容1处，请在工作簿里改正。"]


@pytest.mark.parametrize(("number", "quoted"), [(QUOTED, True), (QUOTED + 1, False)])
def test_a_long_page_of_what_is_missing_quotes_no_clauses(number: int, *, quoted: bool) -> None:
    dossier = b.dossier(before(), as_of=EARLY)
    many = [finding(rule=f"TALK-{n:02}") for n in range(number)]
    page = lacking_paper(dossier, b.campaign(), many)
    (table,) = (block for block in page.blocks if isinstance(block, Table))
    assert {"必谈" in row[-1] for row in table.rows} == {quoted}


@pytest.mark.parametrize(
    ("rule", "subjects", "who"),
    [
        ("TALK-01", ("m1", "m2", "m1"), 2),
        ("TALK-01", (), 0),
        ("DISP-01", ("m1",), 0),
    ],
)
def test_whom_a_row_names(rule: str, subjects: Sequence[str], who: int) -> None:
    dossier = b.dossier(before(), as_of=EARLY)
    named = tuple(Subject("member", ident, "") for ident in subjects)
    (row,) = lacking_rows(dossier, b.campaign(), [finding(rule=rule, subjects=named)])
    names = list(dict.fromkeys(dossier.name(ident) for ident in subjects))
    assert row.who == ("、".join(names) if who else "党支部")


@pytest.mark.parametrize(("day", "due"), [(date(2024, 2, 26), False), (date(2024, 2, 27), True)])
def test_a_row_is_due_from_the_day_after_its_last_day(day: date, *, due: bool) -> None:
    dossier = b.dossier(before(), as_of=day)
    (row,) = lacking_rows(dossier, b.campaign(), [finding(due=False)])
    assert (row.due, row.by) == (due, "2024年2月26日前")
    (no_day,) = lacking_rows(dossier, b.campaign(), [finding(due=False, checkpoint="archive")])
    assert no_day.by == f"{CHECKPOINT_WORDS['archive']}时"


def test_branches_without_gaps_are_numbered_from_one() -> None:
    dossier = b.dossier(before(), as_of=EARLY)
    page = complete_paper([dossier, dossier])
    (table,) = (block for block in page.blocks if isinstance(block, Table))
    assert [row[0] for row in table.rows] == ["1", "2"]
    assert any("下列2个党支部" in block.text for block in page.blocks if isinstance(block, Note))


@pytest.mark.parametrize(
    ("change", "owes"),
    [
        ({}, {"谈心谈话": True}),
        ({"due": False}, {"谈心谈话": False}),
        ({"rule": "TALK-05"}, None),
        ({"kind": Kind.WRONG}, None),
        ({"severity": Severity.INFO}, None),
        ({"explained": EXPLAINED}, None),
        ({"effect": Effect.EXPLAIN}, None),
    ],
)
def test_what_a_member_owes(change: Mapping[str, Any], owes: dict[str, bool] | None) -> None:
    dossier = b.dossier(before(), as_of=EARLY)
    rows = owed(dossier, [finding(subjects=(Subject("member", "m2", ""), Subject("talk", "none", "")), **change)])
    assert [row.due for row in rows] == ([owes] if owes else [])
    assert columns_of(rows) == (list(owes) if owes else [])


def test_one_due_finding_makes_the_column_due_and_members_stay_in_the_order_of_the_roster() -> None:
    dossier = b.dossier(before(), as_of=EARLY)
    later, now = (
        finding(subjects=(Subject("member", "m3", ""), Subject("member", "m1", "")), due=due) for due in (False, True)
    )
    for pair in ([later, now], [now, later]):
        rows = owed(dossier, pair)
        order = list(dossier.members)
        assert [order.index(row.member) for row in rows] == sorted(order.index(row.member) for row in rows)
        assert {row.due["谈心谈话"] for row in rows} == {True}


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


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (None, "未打勾"),
        ({"done": False, "date": "2024-02-08"}, "未打勾"),
        ({"done": True}, "已落实"),
        ({"done": True, "date": "2024-02-08"}, "已落实（2024年2月8日）"),
    ],
)
def test_the_ticks_of_the_branch(record: b.Json | None, words: str) -> None:
    item = CheckItemText(id="i1", text="开一次党课", source="方案五", quote="开一次党课")
    own = [{"id": "c1", "demand": "开一次党课", **record}] if record else []
    other = {"id": "c2", "demand": "别的要求", "done": True}
    dossier = b.dossier(before(add={"check_item": [*own, other]}), as_of=EARLY)
    campaign = b.campaign().model_copy(update={"check_items": [item]})
    assert check_rows(dossier, campaign) == [("开一次党课", "方案五", words)]
