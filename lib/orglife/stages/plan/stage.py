"""Stage plan: 工作方案."""

from __future__ import annotations

from orglife.core.record.branch import Explanation, Member
from orglife.core.stage import PaperForm, Stage
from orglife.stages.plan.documents import blanks, documents
from orglife.stages.plan.layout import LAYOUT
from orglife.stages.plan.record import Attachment, CheckItem, Plan, PlanSubmission
from orglife.stages.plan.rules import BUREAU_RULES, RULES

STAGE = Stage(
    key="plan",
    number=10,
    title="工作方案",
    phase="会前准备",
    records=(Member, Plan, PlanSubmission, Explanation, CheckItem, Attachment),
    forms=(
        PaperForm("F1", "工作方案", retention="D30", missing_rules=("PLAN-01",), one_per_branch=True),
        PaperForm(
            "F28",
            "方案报审",
            retention="D30",
            missing_rules=("PLAN-05",),
            one_per_branch=True,
            if_recorded=True,
            blank=True,
        ),
    ),
    rules=RULES,
    bureau_rules=BUREAU_RULES,
    documents=documents,
    blanks=blanks,
    layout=LAYOUT,
    minutes=4,
    tour="登记支部名称、党员名册和工作方案。试一试：把一名党员的职务改掉，看下面的核对怎么变。填了就保存，没有“保存”按钮。",
)
