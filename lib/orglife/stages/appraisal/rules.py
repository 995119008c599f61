"""All rules of the appraisal: ballot, grades, disposals and statistics."""

from __future__ import annotations

from orglife.core.rule.rule import Rule
from orglife.stages.appraisal import disposal, grades, statistics, tally, team_ballot

RULES: tuple[Rule, ...] = (*tally.RULES, *grades.RULES, *disposal.RULES, *statistics.RULES, *team_ballot.RULES)
