"""Stage plan: 工作方案."""

from __future__ import annotations

from orglife.core.formview import Layout
from orglife.core.record.branch import Explanation, Member
from orglife.core.stage import Stage
from orglife.stages.plan.documents import documents
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
    layout=Layout(
        hide={Attachment.TYPE: ("file",)},
        elsewhere={Attachment.TYPE: "还没有附上的文件。扫描件或照片在上面选好、附上，这里就有。"},
    ),
)
