"""Stage reviews: 对照检查."""

from __future__ import annotations

from orglife.core.stage import PaperForm, Stage
from orglife.stages.reviews.blanks import blanks
from orglife.stages.reviews.documents import documents
from orglife.stages.reviews.layout import LAYOUT
from orglife.stages.reviews.looked_at import RULES as LOOKED_AT_RULES
from orglife.stages.reviews.record import MemberReview, ProblemList, TeamReview
from orglife.stages.reviews.rules import RULES

STAGE = Stage(
    key="reviews",
    number=14,
    title="对照检查",
    phase="会前准备",
    records=(TeamReview, MemberReview, ProblemList),
    forms=(
        PaperForm("F5", "班子对照检查", retention="D30", missing_rules=("REVIEW-01", "REVIEW-11"), one_per_branch=True),
        PaperForm(
            "F6",
            "发言提纲",
            retention="D10",
            missing_rules=("REVIEW-03",),
            per_member=True,
            blank=True,
            responsible="member",
        ),
        PaperForm("F7", "问题清单", retention="D30", missing_rules=("REVIEW-10",), one_per_branch=True),
    ),
    rules=(*RULES, *LOOKED_AT_RULES),
    documents=documents,
    blanks=blanks,
    layout=LAYOUT,
    minutes=8,
    tour="班子对照检查和每名党员的发言提纲。还有几名党员没有提纲：试着录入一份，具体写人写事；程序不会代写。",
)
