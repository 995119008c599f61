"""All rules of the rectification: lists and pledges, public notices."""

from __future__ import annotations

from orglife.core.rule.rule import Rule
from orglife.stages.rectification import lists, publicity

RULES: tuple[Rule, ...] = (*lists.RULES, *publicity.RULES)
