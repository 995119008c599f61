"""Demands that the ranker finds: what a unit must say besides."""

from __future__ import annotations

import pytest

from orglife.notice.reading import read_notice

NOTICE = """关于召开2025年度组织生活会和开展民主评议党员的通知
各党支部：
一、会前准备
（一）制定方案。{sentence}
（二）集中学习。组织党员认真学习党章。
二、召开会议
各党支部于2026年2月召开会议。
局机关党委
2025年12月20日"""


@pytest.mark.parametrize(
    ("sentence", "reviewed"),
    [
        ("各党支部要在2026年1月20日前制定好工作方案。", False),
        ("各党支部要在2026年1月20日前制定好工作方案，报局机关党委审核后实施。", True),
    ],
)
def test_a_plan_is_reviewed_only_where_somebody_reviews_it(sentence: str, reviewed: bool) -> None:
    draft = read_notice(NOTICE.format(sentence=sentence).split("\n"), "通知.txt")
    keys = {demand.key for demand in draft.demands}
    assert "plan.made" in keys
    assert ("plan.reviewed" in keys) is reviewed
