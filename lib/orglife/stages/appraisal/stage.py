"""Stage appraisal: 民主评议."""

from __future__ import annotations

from orglife.core.stage import PaperForm, Stage
from orglife.stages.appraisal.blanks import blanks
from orglife.stages.appraisal.documents import documents, numbers
from orglife.stages.appraisal.layout import LAYOUT
from orglife.stages.appraisal.record import Disposal, Grade, GradeMeeting, GradeStatistics, Tally, TeamTally
from orglife.stages.appraisal.rules import RULES

STAGE = Stage(
    key="appraisal",
    number=21,
    title="民主评议",
    phase="民主评议",
    records=(Tally, GradeMeeting, Grade, Disposal, TeamTally, GradeStatistics),
    forms=(
        PaperForm("F11", "民主测评汇总", retention="D30", missing_rules=("VOTE-01",), blank=True),
        PaperForm("F12", "评定与反馈", retention="D30", missing_rules=("GRADE-01",), blank=True),
        PaperForm(
            "F21", "处置事项", retention="Y", missing_rules=("DISP-01", "DISP-02"), per_member=True, if_recorded=True
        ),
        PaperForm(
            "F29",
            "班子测评汇总",
            retention="D30",
            missing_rules=("VOTE-09",),
            one_per_branch=True,
            if_recorded=True,
            blank=True,
        ),
        PaperForm(
            "F26",
            "评议统计表",
            retention="D10",
            missing_rules=("STAT-01",),
            one_per_branch=True,
            if_recorded=True,
            blank=True,
        ),
    ),
    rules=RULES,
    documents=documents,
    blanks=blanks,
    numbers=numbers,
    layout=LAYOUT,
    minutes=3,
    tour="录入测评票的汇总数，不录谁投了什么。票数对不上时，下面会说是哪一处。",
)
