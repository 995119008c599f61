"""Rules for filing and report: filed, reported in writing, in time, with figures that match the records."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.rule.campaign import REPORT_DAYS
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.appraisal.record import GradeMeeting
from orglife.stages.meeting.record import Meeting
from orglife.stages.report.record import Figures, Filing, FilingContents, Report
from orglife.stages.report.redo import redo_not_carried_out
from orglife.stages.shared.bodies import same_body
from orglife.stages.shared.figures import figures
from orglife.stages.shared.rounds import grade_meeting_in_force, meeting_in_force, ordered_again
from orglife.stages.shared.stated import differing


@rule(
    "REPORT-01",
    severity=Severity.ERROR,
    title="没有备案",
    message="没有报上级党组织备案的记录。",
    fix="请报上级党组织备案后登记日期。",
    checkpoint="close",
    stage="report",
    kind="missing",
    per="branch",
    asks="filing",
    demand="report.filing",
)
def filing_missing(case: Case) -> Iterator[Spot]:
    """Nothing was filed with the superior."""
    if not case.dossier.all(Filing):
        yield spot()


@rule(
    "REPORT-02",
    severity=Severity.ERROR,
    title="备案内容不全",
    message="备案没有包括：{missing}。",
    fix="请报送完整的备案材料。",
    checkpoint="close",
    stage="report",
    kind="missing",
    per="record",
    asks="filing",
    demand="report.filing_contents",
)
def filing_incomplete(case: Case) -> Iterator[Spot]:
    """The latest filing lacks problems, measures or grades."""
    filing = case.dossier.one(Filing)
    if filing is None:
        return
    fields = FilingContents.model_fields
    missing = [info.title for name, info in fields.items() if not getattr(filing.contents, name)]
    if missing:
        yield spot(filing, field="contents", missing=missing)


@rule(
    "REPORT-03",
    severity=Severity.ERROR,
    title="没有书面情况报告",
    message="没有向{report_to}的书面情况报告。",
    fix="请书记撰写报告；填了日期，“文件”里就有汇总好的数字可以参照；书记签字后报送。",
    checkpoint="close",
    stage="report",
    kind="missing",
    per="branch",
    asks="report",
    minutes=20,
    demand="report.written",
    needs=("report_to",),
)
def report_missing(case: Case) -> Iterator[Spot]:
    """No written report went to the body that the plan names, in full or in short."""
    report = case.dossier.one(Report)
    if report is None or not same_body(report.to, case.campaign.report_to):
        yield spot()


@rule(
    "REPORT-04",
    severity=Severity.WARNING,
    title="情况报告不及时",
    message="情况报告的日期是{date}，时限是{report_by}{usual}。",
    fix="请如实保留日期，写明原因。",
    checkpoint="close",
    stage="report",
    kind="wrong",
    per="record",
    asks="report",
    demand="report.prompt",
    needs=("report_by",),
    effect=Effect.EXPLAIN,
)
def report_late(case: Case) -> Iterator[Spot]:
    """The report is dated after the campaign's deadline."""
    report, limit = case.dossier.one(Report), case.campaign.report_deadline
    if report and report.date and limit and report.date > limit:
        usual = (
            ""
            if case.campaign.report_by
            else f"（方案没有写日子，照通常做法算到完成时限后{REPORT_DAYS}天，方案可以另定）"
        )
        yield spot(report, field="date", date=report.date, usual=usual)


@rule(
    "REPORT-05",
    severity=Severity.ERROR,
    title="未在规定时间内完成",
    message="会议或评定完成于{date}，时限是{finish_by}。",
    fix="请如实保留日期，向上级党组织说明。",
    checkpoint="rectify",
    stage="report",
    kind="wrong",
    per="record",
    asks="report",
    demand="report.finished",
    needs=("finish_by",),
    effect=Effect.EXPLAIN,
)
def finished_late(case: Case) -> Iterator[Spot]:
    """The meeting or the grade meeting, whichever was later, took place after the deadline.

    A round that was ordered again has its own time limit in the order.
    """
    dossier, limit = case.dossier, case.campaign.finish_by
    both: tuple[Meeting | GradeMeeting | None, ...] = (meeting_in_force(dossier), grade_meeting_in_force(dossier))
    held = [(r.date, r) for r in both if r and r.date and not ordered_again(dossier, r.round)]
    day, last = max(held, key=lambda pair: pair[0], default=(None, None))
    if day and last and limit and day > limit:
        yield spot(last, field="date", date=day)


@rule(
    "REPORT-06",
    severity=Severity.WARNING,
    title="报告数字与记录不符",
    message="报告里{key}写的是{stated}，按记录是{derived}。",
    fix="请核对；以记录为准的，更正报告。",
    checkpoint="close",
    stage="report",
    kind="wrong",
    per="item",
    asks="report",
    general="consistent",
)
def figure_differs(case: Case) -> Iterator[Spot]:
    """A figure stated in the report differs from the records as of the report's day."""
    report = case.dossier.one(Report)
    if report is None:
        return
    derived = figures(case.dossier, report.date or case.dossier.as_of)
    for name, info in Figures.model_fields.items():
        stated = getattr(report.figures, name)
        if stated is not None and name in derived and stated != derived[name]:
            yield spot(report, field="figures", key=info.title, stated=stated, derived=derived[name])


@rule(
    "REPORT-07",
    severity=Severity.WARNING,
    title="正文里的数字与记录不符",
    message="{record}正文写“{quote}”，按记录应为{derived}。",
    fix="请核对；以记录为准的，更正正文；登记漏了的，先改正登记。",
    checkpoint="close",
    stage="report",
    kind="wrong",
    per="text",
    asks="report",
    field="text",
    general="consistent",
)
def number_in_text_differs(case: Case) -> Iterator[Spot]:
    """A number in the text of the report or the latest filing differs from the records as of its day.

    What an older report states in ``figures`` is compared by REPORT-06.
    """
    dossier = case.dossier
    for record in (dossier.one(Report), dossier.one(Filing)):
        if record is None:
            continue
        entered = record.figures.model_dump(exclude_none=True) if isinstance(record, Report) else {}
        for stated in differing(record.text, dossier, record.date or dossier.as_of, entered):
            yield spot(record, field="text", record=record.LABEL, quote=stated.quote, derived=stated.derived)


RULES = (
    filing_missing,
    filing_incomplete,
    report_missing,
    report_late,
    finished_late,
    figure_differs,
    number_in_text_differs,
    redo_not_carried_out,
)
