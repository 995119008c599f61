"""Stage study: 集中学习."""

from __future__ import annotations

from orglife.core.stage import PaperForm, Stage
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
    forms=(PaperForm("F2", "学习记录", retention="D10", missing_rules=("STUDY-01",), blank=True),),
    rules=RULES,
    documents=documents,
    blanks=blanks,
    layout=LAYOUT,
    minutes=5,
    tour="登记集中学习，勾选参加的人；没参加的登记补学。没有学习过，“召开会议”那一页不会打开。",
)
