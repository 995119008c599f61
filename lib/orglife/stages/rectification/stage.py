"""Stage rectification: 落实整改."""

from __future__ import annotations

from orglife.core.stage import PaperForm, Stage
from orglife.stages.rectification.blanks import blanks
from orglife.stages.rectification.documents import documents
from orglife.stages.rectification.layout import LAYOUT
from orglife.stages.rectification.record import Pledge, Publication, RectItem, RectList
from orglife.stages.rectification.rules import RULES

STAGE = Stage(
    key="rectification",
    number=30,
    title="落实整改",
    phase="落实整改",
    records=(RectItem, RectList, Pledge, Publication),
    forms=(
        PaperForm(
            "F14",
            "整改清单",
            retention="D30",
            missing_rules=("RECT-01", "RECT-02"),
            per_member=True,
            blank=True,
            responsible="member",
        ),
        PaperForm(
            "F15",
            "整改承诺书",
            retention="D10",
            missing_rules=("RECT-03",),
            per_member=True,
            blank=True,
            responsible="member",
        ),
        PaperForm("F16", "公示", retention="D10", missing_rules=("PUB-01",)),
    ),
    rules=RULES,
    documents=documents,
    blanks=blanks,
    layout=LAYOUT,
    minutes=4,
    tour="从问题列出整改事项，写措施、责任人、时限；每名党员的整改承诺也在这里。",
)
