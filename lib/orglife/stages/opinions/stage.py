"""Stage opinions: 征求意见."""

from __future__ import annotations

from orglife.core.stage import PaperForm, Stage
from orglife.stages.opinions.blanks import blanks
from orglife.stages.opinions.documents import documents
from orglife.stages.opinions.layout import LAYOUT
from orglife.stages.opinions.record import Opinion
from orglife.stages.opinions.rules import RULES

STAGE = Stage(
    key="opinions",
    number=13,
    title="征求意见",
    phase="会前准备",
    records=(Opinion,),
    forms=(
        PaperForm("F4", "征求意见汇总", retention="D10", missing_rules=("OPIN-01",), one_per_branch=True, blank=True),
    ),
    rules=RULES,
    documents=documents,
    blanks=blanks,
    layout=LAYOUT,
    minutes=3,
    tour="登记群众和服务对象的意见，不写提意见人的姓名。确实没有意见的，登记“无意见”。",
)
