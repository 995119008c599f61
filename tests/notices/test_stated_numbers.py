"""Numbers that a notice states reach the check that counts with them; a term in days that no field holds is named."""

from __future__ import annotations

import pytest

from orglife.campaigns.decisions import ConfirmState
from orglife.core.rule.campaign import parse_campaign
from orglife.notice import stated_numbers
from orglife.notice.deciding import Decision, confirmed_draft, readings
from orglife.notice.drafting import campaign_toml
from orglife.notice.reading import read_notice
from orglife.notice.stated_numbers import terms_in_days
from orglife.stages import RULES_BY_ID
from tests.notices.test_wordings import HEAD, TAIL

NOTICE = """关于召开2026年度组织生活会和开展民主评议党员的通知
各党支部：
按照上级党组织要求，现就召开2026年度组织生活会和开展民主评议党员有关事项通知如下。
一、会前准备
（一）组织学习。会前组织党员集中学习{study}，个人自学与集中学习相结合。
二、召开会议
2027年1月10日至1月31日召开组织生活会。党员之间开展批评，每人至少提出{each}条批评意见。
三、整改落实
会后制定整改清单，明确整改措施，整改情况在一定范围内公示，公示不少于7天。
四、有关要求
会后10日内将情况报告报局机关党总支。
中共某局机关总支部委员会
2026年12月20日"""


def state_of(study: str = "不少于2次", each: str = "两") -> ConfirmState:
    return ConfirmState("通知.txt", "2026-notice", NOTICE.format(study=study, each=each).splitlines())


def campaign_from(state: ConfirmState, *, struck: str = "") -> dict[str, dict[str, object]]:
    state.decisions = {
        r.key: Decision("struck") if r.key == struck else Decision("confirmed", r.value)
        for r in readings(state.draft)
        if r.kind != "blank"
    }
    draft = confirmed_draft(state.draft, state.decisions)
    campaign = parse_campaign(campaign_toml(draft, state.name, stem=state.ident))
    return {rule: dict(change.params) for rule, change in campaign.override.items()}


@pytest.mark.parametrize(("study", "number"), [("不少于2次", 2), ("至少三次", 3), ("不低于两次", 2)])
def test_confirmed_numbers_reach_the_campaign(study: str, number: int) -> None:
    assert campaign_from(state_of(study)) == {
        "STUDY-01": {"min_sessions": number},
        "CRIT-01": {"min_total": 2},
        "PUB-03": {"min_days": 7},
    }


@pytest.mark.parametrize(
    ("words", "params"),
    [
        ("不超过支部正式党员数的三分之一", {"base": "full_members"}),
        ("不超过参加评议党员总数的三分之一", {"base": "graded"}),
        ("不超过党员总数的三分之一", None),
        ("不超过参评党员的20%", {"base": "graded", "ratio_num": 20, "ratio_den": 100}),
        ("不超过党员总数的30%", {"ratio_num": 30, "ratio_den": 100}),
    ],
)
def test_the_base_of_a_share_reaches_the_campaign(words: str, params: dict[str, object] | None) -> None:
    state = state_of()
    state.paragraphs.insert(-3, f"民主评议优秀等次{words}。")
    assert campaign_from(state).get("GRADE-04") == params


def test_what_is_struck_or_not_stated_changes_no_check() -> None:
    assert "STUDY-01" not in campaign_from(state_of("，做好记录"))
    assert "STUDY-01" not in campaign_from(state_of(), struck="demand:study.held")


def test_the_usual_numbers_are_those_of_the_rules() -> None:
    for counted in stated_numbers._COUNTED:
        assert RULES_BY_ID[counted.rule].params[counted.param] == counted.usual
        assert RULES_BY_ID[counted.rule].demand == counted.demand
    rule, param = stated_numbers._PUBLISHED
    assert RULES_BY_ID[rule].params[param] == stated_numbers._USUAL_DAYS
    for usual in ("不少于1次", "不少于0次"):
        assert "STUDY-01" not in campaign_from(state_of(usual))


def test_a_term_in_days_is_named() -> None:
    (sentence,) = terms_in_days(state_of().draft)
    assert sentence.startswith("“会后10日内将情况报告报局机关党总支”（四）没有写进方案")


@pytest.mark.parametrize(("share", "said"), [("1/4", True), ("1/0", False), ("0/0", False)])
def test_a_share_of_nothing_changes_no_rule(share: str, said: bool) -> None:
    draft = read_notice([*HEAD, f"四、优秀等次不超过党员总数的{share}。", *TAIL], "x")
    assert ("ratio_den" in campaign_toml(draft, "x", stem="x")) == said
