"""F26 民主评议情况统计表: the numbers of the appraisal for the superior, counted from the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from orglife.core.paper.block import AnyBlock, Column, Document, Facts, Note, Signature, Table
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import day_words
from orglife.core.rule.rule import Case, Severity, Spot, rule, spot
from orglife.stages.appraisal.record import DISPOSAL_KINDS, WAIVERS, Disposal, GradeStatistics
from orglife.stages.shared.blank_forms import BLANK
from orglife.stages.shared.people import people
from orglife.stages.shared.rounds import grade_meeting_in_force, grades_in_force, tally_in_force

FORM = "F26"
_COLUMNS = [Column(head="项目", share=10, align="left"), Column(head="人数", share=4), Column(head="比例", share=4)]


def statistics_paper(sheet: Sheet, record: GradeStatistics) -> Document:
    """F26: members, grades with their share of those graded, members without a grade by reason, disposals, the ballot."""
    blocks: list[AnyBlock] = [
        Facts(rows=[("报送单位", sheet.text(record, "to")), ("统计日期", sheet.text(record, "date"))], across=1),
        Table(columns=_COLUMNS, rows=_rows(sheet), record=sheet.dossier.label(record)),
        Note(text=_ballot(sheet)),
        Note(text="比例按评定了等次的党员计算，四舍五入到百分之一。"),
    ]
    if record.note:
        blocks += [Note(text=f"说明：{record.note}", record=sheet.dossier.label(record))]
    blocks += sheet.explanations([statistics_missing.id, counted_too_early.id])
    blocks.append(Signature(roles=["填表人", "支部书记"], day=day_words(record.date)))
    return sheet.document(FORM, ["民主评议党员情况统计表"], blocks, subject=record.id, one=True)


def statistics_blank(sheet: Sheet) -> Document:
    """F26 to fill in by hand."""
    blocks: list[AnyBlock] = [
        Facts(rows=[("报送单位", ""), ("统计日期", "")], across=1),
        Table(columns=_COLUMNS, rows=[[label, "", ""] for label, _, _ in _rows(sheet, every=True)]),
        Signature(roles=["填表人", "支部书记"]),
    ]
    return sheet.document(FORM, ["民主评议党员情况统计表"], blocks, subject=BLANK)


def _rows(sheet: Sheet, *, every: bool = False) -> list[list[str]]:
    """Project, number, share; reasons and disposals that did not occur only if ``every``."""
    meeting, grades = grade_meeting_in_force(sheet.dossier), grades_in_force(sheet.dossier)
    roster = people(sheet.dossier, meeting.date if meeting else None)
    rostered = {member: grade for member, grade in grades.items() if member in roster.all}
    marks = Counter(grade.grade for grade in rostered.values() if grade.grade)
    graded = sum(marks.values())
    waived: Counter[str] = Counter(grade.waiver for grade in rostered.values() if grade.waiver and not grade.grade)
    disposed: Counter[str] = Counter(one.kind for one in sheet.dossier.all(Disposal) if one.kind)
    rows = [
        ["党员总数", str(len(roster.all)), "—"],
        ["其中：正式党员", str(len(roster.full)), "—"],
        ["其中：预备党员", str(sum(m.status == "probationary" for m in roster.all.values())), "—"],
        ["评定等次的", str(graded), "—"],
    ]
    for key in sheet.campaign.grades:
        share = f"{marks[key] * 100 / graded:.0f}%" if graded else "—"
        rows.append([f"其中：{sheet.campaign.label(key)}", str(marks[key]), share])
    rows.append(["没有评定等次的", str(len(roster.all) - graded), "—"])
    rows += [[f"其中：{label}", str(waived[key]), "—"] for key, label in WAIVERS.items() if every or waived[key]]
    rows += [
        [f"处置：{label}", str(disposed[key]), "—"] for key, label in DISPOSAL_KINDS.items() if every or disposed[key]
    ]
    return rows


def _ballot(sheet: Sheet) -> str:
    tally = tally_in_force(sheet.dossier)
    if tally is None:
        return "没有登记民主测评。"
    parts = (f"{title}{sheet.text(tally, name)}张" for name, title in _BALLOT.items())
    return f"民主测评：{'，'.join(parts)}。"


_BALLOT = {"issued": "发出", "returned": "收回", "valid": "有效", "invalid": "无效"}


@rule(
    "STAT-01",
    severity=Severity.ERROR,
    title="没有民主评议情况统计表",
    message="没有登记民主评议情况统计表。",
    fix="评定以后，请登记统计表的日期和报送单位，数字由程序按登记统计。",
    checkpoint="close",
    stage="appraisal",
    kind="missing",
    per="branch",
    asks="grade_statistics",
    demand="appraisal.statistics",
)
def statistics_missing(case: Case) -> Iterator[Spot]:
    """The campaign demands the table, and none is recorded."""
    if not case.dossier.all(GradeStatistics):
        yield spot()


@rule(
    "STAT-02",
    severity=Severity.WARNING,
    title="统计表早于评定",
    message="统计表的日期是{counted}，评定等次在{decided}。",
    fix="请核对两个日期；统计以后又重新评定的，请重新统计。",
    checkpoint="close",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="grade_statistics",
    field="date",
    general="consistent",
)
def counted_too_early(case: Case) -> Iterator[Spot]:
    """The table is dated before the grades in force were decided."""
    meeting = grade_meeting_in_force(case.dossier)
    for record in case.dossier.all(GradeStatistics):
        if meeting and meeting.date and record.date and record.date < meeting.date:
            yield spot(record, counted=day_words(record.date), decided=day_words(meeting.date))


RULES = (statistics_missing, counted_too_early)
