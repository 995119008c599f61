"""What findings ask for fits the day: before the meeting what comes before it, afterwards only what can still be done."""

from __future__ import annotations

import re

import pytest

from orglife.core.rule.rule import Effect, Rule
from orglife.stages import BUREAU_RULES, RULES

ALL = (*RULES, *BUREAU_RULES)
GONE = re.compile("请在会前|请在会上|请先通知")
"""Can no longer be done once the meeting was held."""
ANOTHER = re.compile("另行(?:开会|召开)")


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_after_the_meeting_nothing_is_asked_that_came_before_it(rule: Rule) -> None:
    if rule.effect_on(held=True) is not Effect.EXPLAIN or rule.fix_after:
        assert not GONE.search(rule.fix_after or rule.fix)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_another_meeting_only_where_the_vote_or_the_meeting_is_void(rule: Rule) -> None:
    for text in (rule.fix, rule.fix_after):
        if ANOTHER.search(text):
            assert rule.effect_on(held=True) is Effect.VALIDITY
