"""A rule and what becomes of a spot: whether it is on, its settings in force, its clause, its sentences, its explanation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orglife.core.errors import BadInput
from orglife.core.record.dossier import Dossier, excerpt
from orglife.core.rule.cards import cards, groups
from orglife.core.rule.finding import Counts, Finding, count, in_words, run_rules, type_of
from orglife.core.rule.rule import (
    BUREAU,
    Case,
    Clause,
    Effect,
    Kind,
    Regulation,
    Rule,
    Severity,
    Spot,
    rule,
    spot,
    spots,
)
from orglife.stages.meeting.record import Meeting
from tests import branch as b

LAW = Regulation("law", "《条例》第1条", "应当开会", read_at_source=False)


@rule(
    "TEST-01",
    severity=Severity.WARNING,
    title="会议",
    message="{who}的会在{day}，不少于{least}人，{report_by}前报，主题{theme}。",
    fix="请核对{who}。",
    fix_after="已经开过，请说明{who}。",
    checkpoint="prep",
    stage="meeting",
    kind="missing",
    per="record",
    demand="meeting.window",
    general="law",
    params={"least": 2},
)
def held(case: Case) -> Iterator[Spot]:
    """Each meeting."""
    for meeting in case.dossier.all(Meeting):
        yield spot(meeting, field="date", who=["甲", "乙"], day=meeting.date)


def findings(*rules: Rule, of: Dossier | None = None, strict: bool = True, **more: Any) -> list[Finding]:
    campaign = b.campaign(**more.pop("campaign", {}))
    more = {"regulations": {"law": LAW}, "due": frozenset({"prep"}), **more}
    return run_rules(rules or (held,), of or b.dossier(), campaign, strict=strict, **more)


def test_the_placeholders_are_words_of_the_spot_then_parameters_then_fields_of_the_campaign() -> None:
    (found,) = findings(campaign={"report_by": date(2024, 3, 15), "theme": "主题甲"})
    assert found.message == "甲、乙的会在2024年2月20日，不少于2人，2024年3月15日前报，主题主题甲。"
    assert found.fix == "请核对甲、乙。"
    assert (found.rule, found.title, found.stage, found.field) == ("TEST-01", "会议", "meeting", "date")
    (subject,) = found.subjects
    assert subject.to_json() == {"type": "meeting", "id": "mt", "label": "会议记录（2024年2月20日）"}
    assert found.to_json()["due"] is True
    (later,) = findings(due=frozenset())
    assert (later.due, later.counts, later.is_todo) == (False, False, True)
    (wrong,) = findings(replace(held, kind=Kind.WRONG), due=frozenset())
    assert (wrong.due, wrong.counts, wrong.is_todo) == (True, True, False)
    answered = b.dossier(b.changed(b.branch(), add={"explanation": [ANSWER]}))
    (answered_later,) = findings(of=answered, due=frozenset())
    assert (answered_later.due, answered_later.counts, answered_later.is_todo) == (False, False, False)
    assert (found.due, found.counts, found.is_todo) == (True, True, False)


@pytest.mark.parametrize(
    ("change", "is_held", "fix", "effect"),
    [
        ({}, False, "请核对", Effect.ONGOING),
        ({}, True, "已经开过", Effect.EXPLAIN),
        ({"fix_after": ""}, True, "请核对", Effect.EXPLAIN),
        ({"checkpoint": "meeting"}, True, "已经开过", Effect.ONGOING),
        ({"kind": Kind.WRONG}, True, "已经开过", Effect.CORRECT),
        ({"kind": Kind.WRONG}, False, "请核对", Effect.CORRECT),
        ({"effect": Effect.VALIDITY}, False, "请核对", Effect.VALIDITY),
        ({"effect": Effect.VALIDITY}, True, "已经开过", Effect.VALIDITY),
        ({"effect_after": Effect.VALIDITY}, False, "请核对", Effect.ONGOING),
        ({"effect_after": Effect.VALIDITY, "effect": Effect.CORRECT}, True, "已经开过", Effect.VALIDITY),
    ],
)
def test_what_a_finding_asks_for_before_and_after_the_meeting(
    change: dict[str, Any], is_held: bool, fix: str, effect: Effect
) -> None:
    (found,) = findings(replace(held, **change), held=is_held)
    assert found.fix.startswith(fix)
    assert found.effect is effect


def test_a_spot_may_have_its_own_stage_fix_effect_and_regulation() -> None:
    own = spot(stage="talks", fix="另办{least}。", effect=Effect.EXPLAIN, general="other")
    other = {"law": LAW, "other": Regulation("other", "《准则》", "应当谈心", read_at_source=True)}
    (found,) = findings(replace(held, condition=lambda case: [own], message="空"), regulations=other)
    assert (found.stage, found.fix, found.effect, found.subjects) == ("talks", "另办2。", Effect.EXPLAIN, ())
    assert found.clause.general == Clause("《准则》", "应当谈心")
    assert found.message == found.in_full == "空"


@pytest.mark.parametrize(
    ("change", "on"),
    [
        ({}, True),
        ({"demand": "", "general": "law"}, True),
        ({"demand": "meeting.nothing", "general": "law"}, True),
        ({"demand": "meeting.nothing", "general": ""}, False),
        ({"demand": "", "general": ""}, False),
        ({"general": ""}, True),
        ({"needs": ("theme",)}, True),
        ({"needs": ("theme", "stale_terms")}, False),
        ({"needs": ("stale_terms+aspects",)}, True),
        ({"needs": ("report_by",)}, True),
    ],
)
def test_a_rule_is_on_where_something_demands_it_and_what_it_needs_is_filled_in(
    change: dict[str, Any], on: bool
) -> None:
    campaign = {"theme": "主题甲", "stale_terms": [], "report_by": "", "finish_by": date(2024, 3, 8)}
    one = replace(held, **change)
    assert one.is_on(b.campaign(**campaign)) is on
    assert bool(spots(one, b.dossier(), b.campaign(**campaign))) is on
    assert bool(findings(one, campaign=campaign)) is on


@pytest.mark.parametrize(
    ("override", "never_error", "severity", "least"),
    [
        ({}, False, "warning", 2),
        ({"severity": "error"}, False, "error", 2),
        ({"severity": "error"}, True, "warning", 2),
        ({"severity": "info"}, True, "info", 2),
        ({"params": {"least": 5}}, False, "warning", 5),
        ({"types": {"small": {"severity": "error", "params": {"least": 9}}}}, False, "warning", 2),
        ({"params": {"least": 5}, "types": {"regular": {"params": {"least": 7}}}}, False, "warning", 7),
        ({"severity": "info", "types": {"regular": {"severity": "error"}}}, False, "error", 2),
        ({"severity": "info", "params": {"least": 5}, "types": {"regular": {}}}, False, "info", 5),
    ],
)
def test_settings_of_the_kind_of_branch_go_before_those_of_the_campaign_and_the_rule(
    override: dict[str, Any], never_error: bool, severity: str, least: int
) -> None:
    campaign = {"override": {"TEST-01": override}}
    one = replace(held, never_error=never_error)
    dossier = b.dossier(b.changed(b.branch(), put={"branch/type": "regular"}))
    (found,) = findings(one, of=dossier, campaign=campaign)
    assert found.severity == severity
    assert f"不少于{least}人" in found.message
    of_bureau = one.changed(b.campaign(**campaign), None)
    assert of_bureau.params == {"least": override.get("params", {}).get("least", 2)}


def test_a_clause_names_the_plan_then_the_regulation_behind_it() -> None:
    (found,) = findings()
    demand = b.campaign().demands["meeting.window"]
    assert found.clause == Clause(
        demand.source, demand.quote, general=Clause("《条例》第1条", "应当开会", read_at_source=False)
    )
    assert found.clause.words.endswith("（未核对原文）")
    assert "；《条例》第1条" in found.clause.words
    assert "（未核对原文）" not in Clause("《准则》", "应当谈心").words
    assert found.clause.to_json() == {
        "source": demand.source, "quote": demand.quote,
        "general": {"source": "《条例》第1条", "quote": "应当开会", "read_at_source": False},
    }  # fmt: skip
    (alone,) = findings(replace(held, demand=""))
    assert alone.clause.to_json() == {"source": "《条例》第1条", "quote": "应当开会", "read_at_source": False}
    (none,) = findings(regulations={})
    assert none.clause == Clause(demand.source, demand.quote)
    (bare,) = findings(replace(held, demand=""), regulations={})
    assert bare.clause == Clause("", "")


ANSWER = {"id": "x1", "rule": "TEST-01", "subjects": ["mt"], "reason": "补开", "by": "m4", "date": "2024-03-01"}


@pytest.mark.parametrize(
    ("answer", "change", "explained"),
    [
        (ANSWER, {}, True),
        ({**ANSWER, "subjects": ["m1", "mt"]}, {}, True),
        ({**ANSWER, "subjects": ["m1"]}, {}, False),
        ({**ANSWER, "subjects": []}, {}, False),
        ({**ANSWER, "rule": "TEST-02"}, {}, False),
        ({**ANSWER, "reason": ""}, {}, False),
        (ANSWER, {"checkpoint": BUREAU}, False),
    ],
)
def test_an_explanation_answers_a_finding_of_its_rule_about_its_subjects(
    answer: dict[str, Any], change: dict[str, Any], explained: bool
) -> None:
    dossier = b.dossier(b.changed(b.branch(), add={"explanation": [answer]}))
    (found,) = findings(replace(held, **change), of=dossier, due=frozenset({"prep", BUREAU}))
    assert found.counts is not explained
    assert not found.is_todo
    assert found.to_json()["explained"] == (
        {"reason": "补开", "by": "田小禾", "date": "2024-03-01"} if explained else None
    )


def test_an_explanation_of_a_graver_rule_of_the_same_cause_answers_too() -> None:
    mild = replace(held, id="TEST-02", cause="one", severity=Severity.INFO)
    dossier = b.dossier(b.changed(b.branch(), add={"explanation": [ANSWER]}))
    for cause, severity, answered in (
        ("one", Severity.WARNING, True),
        ("one", Severity.INFO, False),
        ("two", Severity.WARNING, False),
        ("", Severity.ERROR, False),
    ):
        graver = replace(held, cause=cause, severity=severity)
        assert [bool(f.explained) for f in findings(graver, mild, of=dossier)] == [True, answered]
    bare = replace(held, id="TEST-03")
    assert [bool(f.explained) for f in findings(held, bare, of=dossier)] == [True, False]


def test_a_rule_that_crashes_is_one_error_and_the_others_run() -> None:
    crash = replace(held, id="TEST-09", condition=_crashing)
    told = replace(crash, condition=_refusing)
    first, second, third = findings(crash, told, held, strict=False)
    assert (first.message, first.fix) == ("“会议”这项检查未能运行。", "请联系管理员。")
    assert (first.severity, first.due, first.kind, first.subjects) == (Severity.ERROR, True, Kind.WRONG, ())
    assert "请改方案" in second.fix
    assert third.rule == "TEST-01"
    with pytest.raises(IndexError):
        findings(crash)


def _crashing(_: Case) -> list[Spot]:
    raise IndexError


def _refusing(_: Case) -> list[Spot]:
    raise BadInput(["请改方案。"])


def test_a_rule_may_ask_whether_another_fires() -> None:
    case = Case(b.dossier(), b.campaign(), {}, held)
    assert len(case.fires(held)) == 1
    assert case.fires(replace(held, id="TEST-04", demand="", general="")) == []


def test_words_in_a_sentence() -> None:
    long = excerpt("字" * 41)
    assert in_words(None) == ""
    assert in_words([date(2024, 2, 5), 3, None, ["《甲》", "《乙》"]]) == "2024年2月5日、3、、《甲》《乙》"
    assert in_words(long) == "字" * 40 + "…"
    assert in_words((long,), whole=True) == "字" * 41
    assert in_words("甲", whole=True) == "甲"
    long_message = replace(held, message="{text}", fix="", condition=lambda case: [spot(text=long)])
    (found,) = findings(long_message)
    assert (found.message, found.in_full) == ("字" * 40 + "…", "字" * 41)


def test_the_type_of_a_part_is_its_class_in_small_letters() -> None:
    index = b.dossier().index
    assert [type_of(index[ident]) for ident in ("mt", "r1.p1", "mt.g1", "sc.p1")] == [
        "meeting", "review_item", "guest", "problem",
    ]  # fmt: skip


def test_findings_are_counted_by_severity_and_what_is_still_to_be_done_apart() -> None:
    rules = [
        replace(held, id=f"TEST-1{n}", severity=severity)
        for n, severity in enumerate([Severity.ERROR, Severity.WARNING, Severity.WARNING, Severity.INFO])
    ]
    todo = replace(held, id="TEST-19", checkpoint="close")
    dossier = b.dossier(b.changed(b.branch(), add={"explanation": [{**ANSWER, "rule": "TEST-11"}]}))
    found = findings(*rules, todo, of=dossier)
    assert count(found) == Counts(1, 1, 1, 1)
    assert count(found).to_json() == {"errors": 1, "warnings": 1, "infos": 1, "todos": 1}
    shown = [(group.heading, group.mood, group.number, len(group.cards), group.grave) for group in groups(found)]
    assert shown == [
        ("正在整改", "ongoing", 2, 2, True), ("还没有做", "todo", 1, 1, False),
        ("提示，供参考", "info", 1, 1, False), ("已说明", "explained", 1, 1, False),
    ]  # fmt: skip
    assert [bool(group.meaning) for group in groups(found)] == [True, False, False, False]
    assert [group.summary for group in groups(found)] == ["", "", "", ""]
    assert [card.first.severity for card in groups(found)[0].cards] == [Severity.ERROR, Severity.WARNING]


def test_findings_without_a_cause_share_a_card_only_by_rule_and_fix() -> None:
    two = replace(held, condition=lambda case: [spot(who="甲", day=None), spot(who="甲", day=date(2024, 2, 5))])
    (card,) = cards(findings(two))
    assert (len(card.leads), card.also) == (2, ())
    assert "甲的会在，" in card.first.message
    mild = replace(two, id="TEST-02", cause="one", severity=Severity.INFO)
    grave = replace(two, cause="one", severity=Severity.ERROR)
    of_one = [replace(each, condition=lambda case: [spot(who="甲", day=None)]) for each in (mild, grave, mild)]
    (led,) = cards(findings(*of_one))
    assert [f.rule for f in (led.first, *led.also)] == ["TEST-01", "TEST-02", "TEST-02"]
    assert card.clauses == [card.first.clause.words]
    other = replace(two, condition=lambda case: [spot(who="甲", day=None), spot(who="乙", day=None)])
    assert len(cards(findings(other))) == 2
    bare = replace(two, demand="", general="")
    assert cards(findings(bare)) == []
