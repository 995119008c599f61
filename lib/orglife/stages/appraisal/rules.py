"""All rules of the appraisal: ballot, grades and disposals."""

from __future__ import annotations

from orglife.core.rule.rule import Rule
from orglife.stages.appraisal import disposal, grades, tally

RULES: tuple[Rule, ...] = (*tally.RULES, *grades.RULES, *disposal.RULES)
