"""F27 支部工作报告: the secretary's own text with the figures of the year, its blank, and the rules that compare both."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.formview import Live, Look
from orglife.core.paper.block import TO_FILL, AnyBlock, Document, Facts, Heading, Note, Signature, Space
from orglife.core.paper.paper import Sheet, section
from orglife.core.record.dossier import Dossier, day_words
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.rule import Case, Severity, Spot, rule, spot
from orglife.stages.meeting.record import LastYear, WorkReport
from orglife.stages.shared.blank_forms import BLANK
from orglife.stages.shared.figures import preparation
from orglife.stages.shared.people import people, secretaries
from orglife.stages.shared.stated import differing

FORM = "F27"


def work_report_paper(sheet: Sheet, report: WorkReport) -> Document:
    """F27: who reports and when, the text as it was typed, then as 附表 the figures of the records on that day."""
    blocks: list[AnyBlock] = [
        Facts(
            rows=[("报告人", sheet.text(report, "reporter")), ("报告日期", sheet.text(report, "date"))],
            record=sheet.dossier.label(report),
        ),
        *sheet.prose(report, "text"),
        *sheet.explanations([report_missing.id, number_differs.id]),
        Signature(roles=["报告人"], day=day_words(report.date)),
        Heading(text="附表：有关数字"),
        Facts(rows=_figures(sheet, report), across=4, record=sheet.dossier.label(report)),
        Note(text=f"上表数字按截至{day_words(report.date)}的记录得出。" if report.date else "上表数字按现有记录得出。"),
    ]
    return sheet.document(FORM, _title(sheet), blocks, subject=report.id, subtitle="", one=True)


def work_report_blank(sheet: Sheet) -> Document:
    """F27 to write by hand."""
    blocks: list[AnyBlock] = [
        Facts(rows=[("报告人", ""), ("报告日期", "")]),
        Heading(text=section(1, "一年来的工作")),
        Space(lines=5),
        Heading(text=section(2, "存在的问题")),
        Space(lines=4),
        Heading(text=section(3, "今后的打算")),
        Space(lines=4),
        Signature(roles=["报告人"]),
    ]
    return sheet.document(FORM, _title(sheet), blocks, subject=BLANK, subtitle="")


def _title(sheet: Sheet) -> list[str]:
    year = f"{sheet.campaign.year}年度" if sheet.campaign.year else ""
    return [f"{sheet.dossier.branch.name or TO_FILL}", f"{year}工作报告"]


def _figures(sheet: Sheet, report: WorkReport) -> list[tuple[str, str]]:
    day = report.date or sheet.dossier.as_of
    roster = people(sheet.dossier, day)
    probationary = sum(member.status == "probationary" for member in roster.all.values())
    items = [item for record in sheet.dossier.all(LastYear) for item in record.items]
    done = sum(item.status == "done" for item in items)
    return [
        ("党员", f"{len(roster.all)}名" + (f"，其中预备党员{probationary}名" if probationary else "")),
        *preparation(sheet.dossier, day),
        *([("上年度整改", f"{len(items)}项，已完成{done}项")] if items else []),
    ]


def begin_work_report(dossier: Dossier, _campaign: Campaign) -> dict[str, str]:
    """The secretary reports."""
    holders = secretaries(dossier)
    return {"reporter": holders[0].id} if len(holders) == 1 else {}


def work_report_live(report: WorkReport, dossier: Dossier, _campaign: Campaign) -> Live:
    """The numbers of the text that differ from the records."""
    day = report.date or dossier.as_of
    return Live(
        {
            "text": [
                Look(f"正文写“{stated.quote}”，按记录应为{stated.derived}。", "must")
                for stated in differing(report.text, dossier, day)
            ]
        }
    )


@rule(
    "MEET-23",
    severity=Severity.ERROR,
    title="没有支部工作报告",
    message="没有登记支部工作报告。",
    fix="请报告人撰写，在会上报告，报告后录入原文。",
    fix_after="会上作过报告的，请录入报告原文；没有作的，请在下一次党员大会上报告，并写明情况。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="branch",
    asks="work_report",
    minutes=20,
    demand="meeting.work_report",
)
def report_missing(case: Case) -> Iterator[Spot]:
    """The campaign demands a report on the branch's work, and none or only an empty one is recorded."""
    if not any(report.text for report in case.dossier.all(WorkReport)):
        yield spot()


@rule(
    "MEET-24",
    severity=Severity.WARNING,
    title="工作报告里的数字与记录不符",
    message="支部工作报告写“{quote}”，按记录应为{derived}。",
    fix="请核对；以记录为准的，更正报告；登记漏了的，先改正登记。",
    checkpoint="meeting",
    stage="meeting",
    kind="wrong",
    per="text",
    asks="work_report",
    field="text",
    general="consistent",
)
def number_differs(case: Case) -> Iterator[Spot]:
    """A number in the text differs from the records as of the report's day."""
    for report in case.dossier.all(WorkReport):
        for stated in differing(report.text, case.dossier, report.date or case.dossier.as_of):
            yield spot(report, field="text", quote=stated.quote, derived=stated.derived)


RULES = (report_missing, number_differs)
