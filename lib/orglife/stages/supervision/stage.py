"""Stage supervision: 上级督导."""

from __future__ import annotations

from orglife.core.stage import PaperForm, Stage
from orglife.stages.supervision.blanks import blanks
from orglife.stages.supervision.documents import bureau_documents, documents
from orglife.stages.supervision.record import Assignment, BureauLeader, Supervision
from orglife.stages.supervision.rules import BUREAU_RULES, RULES

STAGE = Stage(
    key="supervision",
    number=40,
    title="上级督导",
    phase="上级督导",
    records=(BureauLeader, Supervision, Assignment),
    forms=(PaperForm("F19", "督导记录", retention="D10", blank=True),),
    rules=RULES,
    bureau_rules=BUREAU_RULES,
    documents=documents,
    bureau_documents=bureau_documents,
    blanks=blanks,
    bureau=True,
)
