"""When something is due, what is lacking and from whom, and what the branch has ticked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from orglife.core.paper.block import Heading, Note, Table
from orglife.core.rule.campaign import CheckItemText
from orglife.core.rule.finding import Subject
from orglife.core.rule.rule import CHECKPOINT_WORDS, Clause, Effect, Kind, Severity
from orglife.home.deadlines import Deadline, by_when, by_words, meeting_planned
from orglife.home.lacking import QUOTED, complete_paper, lacking, lacking_paper, lacking_rows
from orglife.home.owed import columns_of, owed
from orglife.home.ticked import check_rows
from tests import branch as b
from tests.home.before import EXPLAINED, before, finding

EARLY = date(2024, 2, 8)


@pytest.mark.parametrize(
    ("days", "waits", "done", "words", "mood"),
    [
        (0, 0, True, "已登记", "done"),
        (-1, 0, False, "已过1天", "late"),
        (0, 0, False, "今天是最后一天", "near"),
        (1, 0, False, "还有1天", "near"),
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
