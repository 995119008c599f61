"""Stage supervision: 上级督导."""

from __future__ import annotations

from orglife.core.stage import Stage
from orglife.stages.supervision.blanks import blanks
from orglife.stages.supervision.documents import documents
from orglife.stages.supervision.record import Assignment, BureauLeader, Supervision
from orglife.stages.supervision.rules import RULES

STAGE = Stage(
    key="supervision",
    number=40,
    title="上级督导",
    phase="上级督导",
    records=(BureauLeader, Supervision, Assignment),
    rules=RULES,
    documents=documents,
    blanks=blanks,
    bureau=True,
)
