"""All stages of the cycle; a new one is entered here and nowhere else."""

from __future__ import annotations

from orglife.core.stage import Stage
from orglife.stages.appraisal.stage import STAGE as APPRAISAL
from orglife.stages.meeting.stage import STAGE as MEETING
from orglife.stages.opinions.stage import STAGE as OPINIONS
from orglife.stages.plan.stage import STAGE as PLAN
from orglife.stages.rectification.stage import STAGE as RECTIFICATION
from orglife.stages.report.stage import STAGE as REPORT
from orglife.stages.reviews.stage import STAGE as REVIEWS
from orglife.stages.study.stage import STAGE as STUDY
from orglife.stages.supervision.stage import STAGE as SUPERVISION
from orglife.stages.talks.stage import STAGE as TALKS

STAGES: tuple[Stage, ...] = (
    PLAN,
    STUDY,
    TALKS,
    OPINIONS,
    REVIEWS,
    MEETING,
    APPRAISAL,
    RECTIFICATION,
    REPORT,
    SUPERVISION,
)
