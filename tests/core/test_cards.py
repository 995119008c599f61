"""How findings are shown: four groups by what they mean, one card for each cause, fixes that fit the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from orglife.cli.lines import _finding_lines
from orglife.core.rule.cards import cards, groups
from orglife.core.rule.finding import Explained, Finding
from orglife.core.rule.rule import EFFECT_WORDS, Effect, Severity
from orglife.home.lacking import lacking
from orglife.stages import RULES
from tests import branch as b

LEADER_AWAY: dict[str, Any] = {
    "member/m2/is_leader": True,
    "meeting/mt/present": ["m1", "m3", "m4", "m5", "m6", "m7", "m8"],
}


def found(rules: set[str], as_of: date = b.AS_OF, **changes: Any) -> list[Finding]:
    chosen = tuple(rule for rule in RULES if rule.id in rules)
    return b.findings(chosen, b.dossier(b.changed(b.branch(), **changes), as_of=as_of), checkpoint=None)


def test_one_absence_is_one_card() -> None:
    both = found({"MEET-05", "MEET-14"}, put=LEADER_AWAY)
    assert [f.rule for f in both] == ["MEET-05", "MEET-14"]
    (card,) = cards(both)
    assert [f.rule for f in card.leads] == ["MEET-14"]
    assert [f.rule for f in card.also] == ["MEET-05"]
    assert len(card.clauses) == 2


def test_an_absence_of_two_with_one_leader_is_two_cards() -> None:
    put = LEADER_AWAY | {"meeting/mt/present": ["m1", "m4", "m5", "m6", "m7", "m8"]}
    shown = cards(found({"MEET-05", "MEET-14"}, put=put))
    assert [[f.rule for f in card.leads] for card in shown] == [["MEET-14"], ["MEET-05"]]


def test_an_explanation_of_the_graver_finding_answers_the_other() -> None:
    answer = {"id": "x1", "rule": "MEET-14", "subjects": ["m2"], "reason": "出差", "by": "m1", "date": "2024-02-22"}
    both = found({"MEET-05", "MEET-14"}, put=LEADER_AWAY, add={"explanation": [answer]})
    assert all(f.explained for f in both)
    other = {**answer, "rule": "MEET-05"}
    both = found({"MEET-05", "MEET-14"}, put=LEADER_AWAY, add={"explanation": [other]})
    assert [bool(f.explained) for f in both] == [True, False]


def test_seven_overdue_items_are_named_once() -> None:
    items = [
        {
            "id": f"late{n}",
            "owner_kind": "branch",
            "title": f"事项{n}",
            "source": "meeting",
            "measure": "月底前办结",
            "responsible": "m1",
            "due": "2024-03-01",
            "status": "open",
        }
        for n in range(7)
    ]
    late = found({"RECT-09"}, as_of=date(2024, 3, 20), add={"rect_item": items})
    assert len(late) == 7
    (group,) = groups(late)
    assert (group.heading, group.number, len(group.cards)) == ("正在整改", 7, 1)
    lines = list(_finding_lines(late))
    assert sum("请写明延期原因" in line for line in lines) == 1
    assert sum("事项" in line and "·" in line for line in lines) == 7


def test_every_problem_stands_in_one_of_the_four_groups() -> None:
    faulty = b.findings(RULES, b.dossier(b.changed(b.branch(), remove=["talk", "opinion", "tally"])), checkpoint=None)
    problems = [f for f in faulty if f.counts and f.severity != "info"]
    shown = [g for g in groups(faulty) if g.heading in EFFECT_WORDS.values()]
    assert sum(g.number for g in shown) == len(problems) > 3
    assert [g.heading for g in shown] == [EFFECT_WORDS[e] for e in Effect if any(f.effect is e for f in problems)]


BEFORE, AFTER = date(2024, 2, 20), date(2024, 2, 23)


@pytest.mark.parametrize(
    ("rule", "gone"),
    [
        ("TALK-01", "talk"),
        ("OPIN-01", "opinion"),
        ("STUDY-01", "study"),
        ("REVIEW-03", "member_review"),
        ("PLAN-01", "plan"),
    ],
)
def test_after_the_meeting_only_what_can_still_be_done(rule: str, gone: str) -> None:
    day = date.fromisoformat(b.branch()["records"]["meeting"][0]["date"])
    ahead = found({rule}, as_of=day - timedelta(days=1), remove=[gone], put={"meeting/mt/completed": False})
    past = found({rule}, as_of=day + timedelta(days=1), remove=[gone])
    assert ahead
    assert past
    assert {f.effect for f in ahead} == {Effect.ONGOING}
    assert {f.effect for f in past} == {Effect.EXPLAIN}
    assert all("会议已经开过" not in f.fix for f in (*ahead, *past))
    assert all("会前" not in f.fix and "请组织" not in f.fix for f in past)
    assert lacking(ahead)
    assert not lacking(past)


def test_one_line_sums_up_the_hints() -> None:
    hollow = {
        "member_review/r4/items/0/fact": "理论学习不够深入系统，宗旨意识不够强。",
        "member_review/r5/items/0/fact": "担当精神不够，工作标准不高。",
        "member_review/r5/items/0/measure": "进一步加强理论学习，提高思想认识。",
    }
    hints = found({"WORD-06", "WORD-09"}, put=hollow)
    (group,) = groups(hints)
    assert group.summary == "空泛套话、没有事例2处，空头整改措施1处"
    assert " 提示，供参考（3）：空泛套话、没有事例2处，空头整改措施1处" in list(_finding_lines(hints))


def test_each_finding_stands_in_one_group_by_what_is_to_be_done() -> None:
    """Errors and warnings by their meaning, then what is not due yet, hints, and what is explained."""
    one = replace(found({"MEET-14"}, put=LEADER_AWAY)[0], cause="")
    error, warning, hint = (
        replace(one, severity=severity) for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)
    )
    said = Explained("因病", "m1", None)
    given = [
        error, replace(error, explained=said), replace(error, due=False), replace(warning, title="丙"),
        hint, replace(hint, title="甲"), replace(hint, title="甲", fix="另一样"), replace(hint, due=False), replace(hint, explained=said),
    ]  # fmt: skip
    shown = [(group.heading, group.number, group.grave, group.summary) for group in groups(given)]
    assert shown == [
        ("只能说明", 2, True, ""),
        ("还没有做", 2, False, ""),
        ("提示，供参考", 3, False, f"甲2处，{one.title}1处"),
        ("已说明", 2, False, ""),
    ]
    assert [group.summary for group in groups([hint, hint])] == [""]
    assert [group.grave for group in groups([warning])] == [False]
    assert [bool(group.meaning) for group in groups(given)] == [True, False, False, False]
