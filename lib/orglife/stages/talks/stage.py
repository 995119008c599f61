"""Stage talks: 谈心谈话."""

from __future__ import annotations

from orglife.core.stage import PaperForm, Stage
from orglife.stages.talks.blanks import blanks
from orglife.stages.talks.documents import documents
from orglife.stages.talks.layout import LAYOUT
from orglife.stages.talks.record import Talk
from orglife.stages.talks.rules import RULES

STAGE = Stage(
    key="talks",
    number=12,
    title="谈心谈话",
    phase="会前准备",
    records=(Talk,),
    forms=(
        PaperForm("F3", "谈心谈话记录", retention="D10", missing_rules=("TALK-04",), one_per_branch=True, blank=True),
    ),
    rules=RULES,
    documents=documents,
    blanks=blanks,
    layout=LAYOUT,
    minutes=6,
    tour="谈一次登记一条。班子成员两两要谈到；下面会列出还差哪两位。试一试：补上还没谈的一对，看提示消失。",
)
