"""Stage report: 备案与报告."""

from __future__ import annotations

from orglife.core.stage import PaperForm, Stage
from orglife.stages.report.documents import documents
from orglife.stages.report.layout import LAYOUT
from orglife.stages.report.record import Filing, RedoOrder, Remark, Report
from orglife.stages.report.rules import RULES

STAGE = Stage(
    key="report",
    number=31,
    title="备案与报告",
    phase="备案与报告",
    records=(Filing, Report, RedoOrder, Remark),
    forms=(
        PaperForm("F17", "备案报告", retention="D30", missing_rules=("REPORT-01",)),
        PaperForm("F18", "情况报告", retention="D30", missing_rules=("REPORT-03",), one_per_branch=True),
        PaperForm("F20", "责令重新进行", retention="D30", if_recorded=True, responsible="issued_by"),
    ),
    rules=RULES,
    documents=documents,
    layout=LAYOUT,
    minutes=5,
    tour="最后是备案和情况报告。页面下方的“文件”就是打印出来的样子，点“打印（PDF）”试一试。导览到此结束。",
)
