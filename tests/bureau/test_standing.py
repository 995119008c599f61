"""The numbers, words and colours of invented branches, at the edges: in the tables, in the pictures, in the terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orglife.bureau import pictures
from orglife.bureau.overview import Overview, linked_cells
from orglife.bureau.standing import StageStanding, Standing, standing
from orglife.bureau.visits import visit_sums
from orglife.core.formview import LedgerRow, Look
from orglife.core.paper.block import Heading, Note, Table
from orglife.core.paper.chart.bars import Bars
from orglife.core.paper.chart.heat_map import HeatMap
from orglife.core.paper.chart.timeline import Timeline
from orglife.core.rule.finding import Explained, Kind
from orglife.core.rule.rule import Severity
from orglife.home.progress import branch_stages
from orglife.stages.supervision.record import Assignment, BureauLeader, Supervision
from tests import branch as b
from tests.bureau.test_filters import DAY, LIMIT, finding, one, overview
from tests.home.before import finding as of_rule


@pytest.mark.parametrize(
    ("counts", "words", "tone", "most"),
    [
        ({}, "—", "", 0),
        ({"recorded": True}, "已登记", "good", 0),
        ({"recorded": True, "todos": 1}, "待办1", "wait", 1),
        ({"warnings": 2, "todos": 1}, "请核对2\n待办1", "look", 2),
        ({"drafts": 1, "todos": 3}, "没填完1\n待办3", "look", 1),
        ({"drafts": 1, "warnings": 2}, "没填完1\n请核对2", "look", 3),
        ({"errors": 1, "warnings": 2, "drafts": 1, "todos": 4}, "须改正1\n没填完1\n请核对2\n待办4", "wrong", 1),
    ],
)
def test_the_state_of_a_stage_in_words_and_colour(counts: dict[str, int], words: str, tone: str, most: int) -> None:
    state = StageStanding.model_validate(counts)
    assert (state.words, state.tone, state.most) == (words, tone, most)


def test_todos_are_not_counted_as_findings() -> None:
    branch = one("a", "甲", found=(finding(), finding(todo=True), finding("warning")))
    assert (branch.count("error"), branch.count("warning"), branch.count("info")) == (1, 1, 0)


@pytest.mark.parametrize(
    ("met_on", "as_of", "words", "tone", "late"),
    [
        (LIMIT, DAY, "2024年3月15日", "good", ""),
        (date(2024, 3, 16), DAY, "2024年3月16日（迟1天）", "look", "会议晚1天"),
        (None, DAY, "到期未登记", "wrong", "会议到期未登记"),
        (None, date(2024, 3, 16), "到期未登记", "wrong", "会议到期未登记"),
        (None, LIMIT, "—", "", ""),
    ],
)
def test_days_beside_the_limit(met_on: date | None, as_of: date, words: str, tone: str, late: str) -> None:
    seen = replace(overview(one("a", "甲", met_on=met_on)), as_of=as_of)
    cells, tones = seen.times()
    assert (cells[0][3], tones[0][3]) == (words, tone)
    assert list(pictures.late_words(seen.standings[0], seen.campaign, as_of)) == ([late] if late else [])
    filed = overview(one("a", "甲", filed_on=None)).times()
    assert (filed[0][0][4], filed[1][0][4]) == ("—", ""), "filing has no limit of its own"


@pytest.mark.parametrize(
    ("cap", "words", "tone"),
    [(2, "一般2名", ""), (1, "一般2名（超过1名）", "look"), (None, "一般2名", "")],
)
def test_grades_over_their_usual_number(cap: int | None, words: str, tone: str) -> None:
    graded = one("a", "甲", grades={"excellent": 2, "qualified": 3}, cap=cap, cap_words="一般2名")
    seen = overview(graded, one("b", "乙"))
    cells, tones = seen.grades()
    place = 1 + list(seen.campaign.grades).index("excellent")
    assert len(cells) == 1, "only branches that have grades"
    assert (cells[0][place], cells[0][-1], tones[0][place]) == ("2", words, tone)
    assert [each for each in tones[0] if each] == ([tone] if tone else []), "no other cell is coloured"


def test_without_an_excellent_member_none_is_over_a_usual_number_of_none() -> None:
    cells, tones = overview(one("a", "甲", grades={"qualified": 3}, cap=0, cap_words="一般0名")).grades()
    assert (cells[0][-1], set(tones[0])) == ("一般0名", {""})
    assert sorted(cells[0][1:-1]) == ["0", "0", "0", "3"]


@pytest.mark.parametrize(
    ("done", "overdue", "tone", "rate"), [(3, 0, "good", "100%"), (2, 0, "", "66%"), (2, 1, "look", "66%")]
)
def test_rectification_of_a_branch(done: int, overdue: int, tone: str, rate: str) -> None:
    seen = overview(one("a", "甲", items=3, done=done, overdue=overdue), one("b", "乙"))
    assert seen.rectification() == (
        [["甲", "3", str(done), str(3 - done), str(overdue)]],
        [["", "", "", "", tone]],
    )
    (figure,) = pictures.rectification(seen.standings)
    assert isinstance(figure.chart, Bars)
    (row,) = figure.chart.rows
    assert (row.values, row.note) == ([done, 3 - done - overdue, overdue], f"完成{rate}")
    assert pictures.rectification(seen.standings[1:]) == [], "nothing to rectify"


def test_totals_and_lines() -> None:
    seen = overview(
        one("a", "甲", found=(finding(), finding("warning"), finding(todo=True)), items=2, done=1),
        one("b", "乙", met_on=None, filed_on=None, reported_on=None),
    )
    assert dict(seen.totals()) == {
        "党支部": "2个",
        "已开会": "1个",
        "有须改正的": "1个",
        "已报备案": "1个",
        "已报情况报告": "1个",
        "整改事项": "2项，已完成1项",
    }
    assert list(seen.lines())[1:] == ["甲（a）：须改正1，请核对1，待办1", "乙（b）：没有要改的"]


def test_findings_by_rule_come_by_weight_then_by_spread_then_by_number() -> None:
    def of(rule: str, severity: str = "error") -> object:
        return finding(severity).model_copy(update={"rule": rule})

    seen = overview(
        one("a", "甲", found=(of("W", "warning"), of("B"), of("A"), of("A"), finding(todo=True))),
        one("b", "乙", found=(of("B"), of("W", "warning"))),
        one("c", "丙", found=(of("W", "warning"),)),
    )
    assert [(f.rule, branches, number) for f, branches, number in seen.by_rule()] == [
        ("B", 2, 2),
        ("A", 1, 2),
        ("W", 3, 3),
    ]


def test_the_calendar_is_by_day_then_by_branch() -> None:
    planned = [("a", date(2024, 5, 3)), ("b", date(2024, 5, 2)), ("c", date(2024, 5, 2)), ("d", None)]
    branches = [one(key, key.upper(), met_on=None, planned_on=day) for key, day in planned]
    seen = overview(*branches, one("e", "E", planned_on=date(2024, 5, 1)))
    assigned = Assignment.stored({"id": "s1", "branch": "c", "supervisor": "l1"})
    leader = BureauLeader.stored({"id": "l1", "name": "顾明远"})
    bureau = replace(seen.bureau, records={"assignment": (assigned,), "bureau_leader": (leader,)})
    rows = replace(seen, bureau=bureau).calendar()
    assert [row[1:] for row in rows] == [["B", "未安排"], ["C", "顾明远"], ["A", "未安排"]]
    assert rows[0][0] == "2024年5月2日 周四"


def test_visits_of_the_leaders() -> None:
    leaders = tuple(
        BureauLeader.stored({"id": key, "name": name, "own_branch": own})
        for key, name, own in (("l1", "顾明远", "a"), ("l2", "韩知秋", ""))
    )
    seen_by = [("v1", "a", True), ("v2", "a", False), ("v3", "b", True)]
    visits = tuple(
        Supervision.stored({"id": key, "leader": "l1", "branch": branch, "commented": commented})
        for key, branch, commented in seen_by
    )
    seen = overview(one("a", "甲"))
    bureau = replace(seen.bureau, records={"bureau_leader": leaders, "supervision": visits})
    assert replace(seen, bureau=bureau).visits() == [
        ["顾明远", "甲", "甲、b", "2次"],
        ["韩知秋", "—", "尚未参加", "0次"],
    ]


@pytest.mark.parametrize(("number", "one_by_one"), [(pictures.MOST, True), (pictures.MOST + 1, False)])
def test_many_branches_are_drawn_as_sums(number: int, *, one_by_one: bool) -> None:
    some = [one(f"b{n}", f"支部{n}", items=1, done=1, grades={"excellent": 1}) for n in range(number)]
    seen = overview(*some)
    chart = pictures.standing(some).chart
    assert isinstance(chart, HeatMap if one_by_one else Bars)
    if isinstance(chart, Bars):
        assert {sum(row.values) for row in chart.rows} == {number}
        assert [row.values[0] for row in chart.rows] == [number] * len(branch_stages()), "all are registered"
    assert bool(pictures.times(some, seen.campaign, DAY)) is one_by_one
    assert bool(pictures.grades(some, seen.campaign)) is one_by_one
    assert bool(pictures.rectification(some)) is one_by_one


def test_the_picture_of_days() -> None:
    late = one("a", "甲", met_on=date(2024, 3, 16), filed_on=None, reported_on=None, plan_made_on=LIMIT)
    ahead = one("b", "乙", plan_made_on=None, met_on=None, filed_on=None, reported_on=None, planned_on=date(2024, 5, 1))
    seen = overview(late, ahead)
    (figure,) = pictures.times(seen.standings, seen.campaign, LIMIT)
    assert isinstance(figure.chart, Timeline)
    points = [[(point.word, point.state) for point in row.points] for row in figure.chart.rows]
    assert points == [[("工作方案", "done"), ("会议", "late")], [("拟开会", "due")]]
    blank = one("c", "丙", plan_made_on=None, met_on=None, filed_on=None, reported_on=None)
    assert pictures.times([blank], seen.campaign, LIMIT) == []


def test_excellent_is_drawn_first_and_has_the_limit() -> None:
    seen = overview(one("a", "甲", grades={"qualified": 3, "excellent": 2}, cap=0), one("b", "乙", grades={"basic": 1}))
    (figure,) = pictures.grades(seen.standings, seen.campaign)
    assert isinstance(figure.chart, Bars)
    assert figure.chart.series[0] == "优秀"
    first, second = figure.chart.rows
    assert (first.values[:2], first.limit, first.note) == ([2, 3], 0, "一般不超过0名")
    assert (second.limit, second.note) == (None, "")
    assert pictures.grades([one("c", "丙", grades={})], seen.campaign) == []


def test_cells_are_linked_to_papers_that_exist() -> None:
    seen: Overview = overview(one("a", "甲"))
    stage = branch_stages()[1]
    (row,) = linked_cells(seen, {("a", stage.notebook): "link", ("b", stage.notebook): "other"})
    assert row[0] == ("甲", "")
    assert [link for _, link in row] == ["", "", "link", *[""] * (len(branch_stages()) - 2)]


@pytest.mark.parametrize(
    ("answers", "look"),
    [
        ([], Look("支部还没有记下上级同志到会。")),
        (["v1"], Look("支部记下的到会都有督导记录。", "good")),
        (["v1", "", ""], Look("还有2次到会没有督导记录，排在前面。", "must")),
    ],
)
def test_visits_without_a_record_are_counted(answers: list[str], look: Look) -> None:
    rows = [
        LedgerRow(key=str(n), group="甲", text="到会", whose="顾明远", state=look, answer=answer, begin={})
        for n, answer in enumerate(answers)
    ]
    assert visit_sums(rows) == [look]


def test_details_leave_hints_out_and_put_todos_last() -> None:
    found = (finding("info"), finding(todo=True), finding("warning"), finding())
    *_, heading, table = overview(one("a", "甲", found=found)).paper(details=True).blocks
    assert isinstance(heading, Heading)
    assert isinstance(table, Table)
    assert (heading.text, [row[1] for row in table.rows]) == ("甲", ["须改正", "请核对", "待办"])
    *_, last = overview(one("b", "乙", found=found[:1])).paper(details=True).blocks
    assert isinstance(last, Note)
    assert last.text == "没有须改正、请核对和待办的。"


def test_texts_alike_are_listed_in_full_with_what_to_do() -> None:
    alike = [
        finding("warning").model_copy(
            update={"rule": rule, "message": "两份相似。", "in_full": full, "fix": "请核对。"}
        )
        for rule, full in (("COPY-06", "第1段和第2段相似。"), ("COPY-06", ""), ("COPY-08", ""))
    ]
    *_, heading, table = replace(overview(one("a", "甲")), findings=alike).paper().blocks
    assert isinstance(heading, Heading)
    assert isinstance(table, Table)
    assert heading.text.endswith("、发言提纲相似的")
    assert table.rows == [["第1段和第2段相似。", "请核对。"], ["两份相似。", "请核对。"]]
    first, second = table.columns
    assert (first.share, first.align) == (second.share, "left") == (12, second.align), "both are sentences"


def test_details_show_the_whole_sentence_where_there_is_one() -> None:
    found = tuple(finding().model_copy(update={"message": "少3条。", "in_full": full}) for full in ("少3条：甲。", ""))
    *_, table = overview(one("a", "甲", found=found)).paper(details=True).blocks
    assert isinstance(table, Table)
    assert [row[2] for row in table.rows] == ["少3条：甲。", "少3条。"]


# --- of a branch's records ---------------------------------------------------------------------------------------------


def of_records(**changes: Any) -> Standing:
    return standing(b.dossier(b.changed(b.branch(), **changes)), (), b.campaign())


def test_the_last_plan_counts_and_a_branch_without_a_name_is_called_by_its_id() -> None:
    later = {**b.plan(), "id": "plan2", "made_on": "2024-02-07", "planned_meeting_on": "2024-02-25"}
    both = of_records(add={"plan": [later]}, put={"branch/name": ""})
    assert (both.plan_made_on, both.planned_on, both.name) == (date(2024, 2, 7), date(2024, 2, 25), "t01")
    none = of_records(remove=["plan/plan", "meeting/mt", "filing/fl", "report/rp"])
    assert (none.plan_made_on, none.planned_on, none.met_on, none.filed_on, none.reported_on) == (None,) * 5
    assert none.name == "测试局机关党支部"


@pytest.mark.parametrize(
    ("status", "due", "done", "overdue"),
    [
        ("done", "2024-03-01", 1, 0),
        ("open", "2024-03-07", 0, 1),
        ("open", "2024-03-08", 0, 0),
        ("open", None, 0, 0),
        (None, "2024-03-07", 0, 1),
    ],
)
def test_what_is_not_done_after_its_day_is_overdue(
    status: str | None, due: str | None, done: int, overdue: int
) -> None:
    others = of_records()
    more = {"id": "ri99", "owner_kind": "branch", "status": status, "due": due}
    one = of_records(add={"rect_item": [{key: value for key, value in more.items() if value}]})
    assert (one.items - others.items, one.done - others.done, one.overdue - others.overdue) == (1, done, overdue)


def test_findings_that_count_and_todos_are_shown_and_counted_in_their_stage() -> None:
    later = {"due": False, "kind": Kind.MISSING}
    found = [
        of_rule(),
        of_rule(severity=Severity.WARNING),
        of_rule(explained=Explained("出差", "魏长河", None)),
        of_rule(**later),
        of_rule(stage="plan"),
    ]
    seen = standing(b.dossier(), found, b.campaign())
    assert [(f.stage, f.todo) for f in seen.found] == [
        ("talks", False),
        ("talks", False),
        ("talks", True),
        ("plan", False),
    ]
    assert (seen.stages["talks"].words, seen.stages["plan"].words) == ("须改正1\n请核对1\n待办1", "须改正1")
    assert seen.stages["study"].words == "已登记"
