"""Stage plan: 工作方案."""

from __future__ import annotations

from orglife.core.record.branch import Explanation, Member
from orglife.core.stage import Stage
from orglife.stages.plan.documents import documents
from orglife.stages.plan.layout import LAYOUT
from orglife.stages.plan.record import Attachment, CheckItem, Plan
from orglife.stages.plan.rules import RULES

STAGE = Stage(
    key="plan",
    number=10,
    title="工作方案",
    phase="会前准备",
    records=(Member, Plan, Explanation, CheckItem, Attachment),
    rules=RULES,
    documents=documents,
    layout=LAYOUT,
)
