"""Stage study: 集中学习."""

from __future__ import annotations

from orglife.core.stage import Stage
from orglife.stages.study.blanks import blanks
from orglife.stages.study.documents import documents
from orglife.stages.study.layout import LAYOUT
from orglife.stages.study.record import Study
from orglife.stages.study.rules import RULES

STAGE = Stage(
    key="study",
    number=11,
    title="集中学习",
    phase="会前准备",
    records=(Study,),
    rules=RULES,
    documents=documents,
    blanks=blanks,
    layout=LAYOUT,
)
