"""One folder per stage: records, rules, papers, layout; `cycle.py` lists the stages, `shared/` and `whole/` serve several."""

from __future__ import annotations

from orglife.core.rule.rule import Rule
from orglife.core.stage import Stage
from orglife.stages.archive.package import PACKAGE_RULES
from orglife.stages.archive.rules import archive_rules
from orglife.stages.cycle import STAGES
from orglife.stages.meeting.criticism import criticism_too_short
from orglife.stages.reviews.rules import problem_too_brief
from orglife.stages.whole.copies import BUREAU_RULES as COPY_BUREAU_RULES
from orglife.stages.whole.copies import RULES as COPY_RULES
from orglife.stages.whole.reworded import BUREAU_RULES as REWORDED_BUREAU_RULES
from orglife.stages.whole.reworded import RULES as REWORDED_RULES
from orglife.stages.whole.signed_days import RULES as SIGNED_DAY_RULES
from orglife.stages.whole.wording import wording_rules

BY_KEY: dict[str, Stage] = {stage.key: stage for stage in STAGES}
RULES: tuple[Rule, ...] = (
    *(rule for stage in STAGES for rule in stage.rules),
    *wording_rules((problem_too_brief, criticism_too_short)),
    *COPY_RULES,
    *REWORDED_RULES,
    *SIGNED_DAY_RULES,
    *archive_rules(STAGES),
)
"""Rules over one branch's dossier."""
BUREAU_RULES: tuple[Rule, ...] = (
    *(rule for stage in STAGES for rule in stage.bureau_rules),
    *COPY_BUREAU_RULES,
    *REWORDED_BUREAU_RULES,
)
"""Rules over the bureau's records and all branches. DATA-01 and DATA-02 occur here too, applied to those records."""
RULES_BY_ID: dict[str, Rule] = {rule.id: rule for rule in (*PACKAGE_RULES, *BUREAU_RULES, *RULES)}
ALL_RULES: tuple[Rule, ...] = (
    *RULES,
    *(rule for rule in (*PACKAGE_RULES, *BUREAU_RULES) if RULES_BY_ID[rule.id] is rule),
)
"""Every rule once; where two rules share an id, the one in ``RULES_BY_ID``."""

__all__ = ["ALL_RULES", "BUREAU_RULES", "BY_KEY", "PACKAGE_RULES", "RULES", "RULES_BY_ID", "STAGES"]


def campaign_needs() -> dict[str, tuple[str, ...]]:
    """Map each rule id to the campaign fields that its condition needs."""
    return {rule.id: rule.needs for rule in ALL_RULES if rule.needs}
