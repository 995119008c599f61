"""F17 备案报告, F18 情况报告, F20 责令重新进行: letters with tables derived from the records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import PurePosixPath

from orglife.core.paper.block import (
    ISSUER,
    TO_FILL,
    AnyBlock,
    Column,
    Document,
    Facts,
    Heading,
    Note,
    Paragraph,
    Signature,
    Table,
)
from orglife.core.paper.paper import Sheet, round_mark, section, stacked
from orglife.core.record.dossier import day_words
from orglife.core.record.field import label_of
from orglife.stages.appraisal.record import Grade
from orglife.stages.plan.record import Attachment
from orglife.stages.rectification.record import Pledge, RectItem
from orglife.stages.report.record import Figures, Filing, RedoOrder, Report
from orglife.stages.reviews.record import TeamReview
from orglife.stages.shared.figures import GRADES, figures, preparation, until
from orglife.stages.shared.grade_words import grade_words
from orglife.stages.shared.order_paper import order_paper
from orglife.stages.shared.paper_order import by_aspect, by_source
from orglife.stages.shared.rounds import of_round


def documents(sheet: Sheet) -> list[Document]:
    """The filings by round, the report, the orders received."""
    dossier = sheet.dossier
    report = dossier.one(Report)
    branch = dossier.branch
    orders = [o for o in dossier.all(RedoOrder) if o.branch in ("", branch.id)]
    return [
        *(filing_paper(sheet, f) for f in sorted(dossier.all(Filing), key=lambda f: (f.round, f.id))),
        *([report_paper(sheet, report)] if report else []),
        *(order_paper(sheet, o, branch.name or branch.id) for o in orders),
    ]


def _signature(sheet: Sheet, letter: Filing | Report) -> Signature:
    """The branch as the body that issues the letter, above the letter's own date."""
    return Signature(roles=[(sheet.dossier.branch.name or TO_FILL) + ISSUER], day=sheet.text(letter, "date"))


def filing_paper(sheet: Sheet, filing: Filing) -> Document:
    """F17: the secretary's text if any, then the contents marked as filed."""
    name = sheet.campaign.meeting_name
    opening = Paragraph(
        text=f"现将本支部{name}和民主评议党员的有关情况报上，请予备案。"
    )  # a letter says what it is for
    blocks: list[AnyBlock] = sheet.prose(filing, "text") if filing.text else [opening]
    filed = [(heading, make_blocks) for name, heading, make_blocks in FILED if getattr(filing.contents, name)]
    for number, (heading, make_blocks) in enumerate(filed, start=1):
        blocks += [Heading(level=1, text=section(number, heading)), *make_blocks(sheet, filing)]
    blocks += _attached(sheet, filing)
    blocks += sheet.explanations([f"REPORT-{n:02d}" for n in (1, 2, 5)])
    blocks.append(_signature(sheet, filing))
    title = [
        sheet.dossier.branch.name or TO_FILL,
        f"关于{name}和民主评议党员",
        "情况的备案报告" + round_mark(filing.round),
    ]
    to = sheet.text(filing, "to")
    return sheet.document("F17", title, blocks, subject=filing.id, page="9704", recipient=to, subtitle="")


def _problems(sheet: Sheet, filing: Filing) -> list[AnyBlock]:  # noqa: ARG001  same signature as _grades
    """The problems of the leadership, with their causes."""
    review = sheet.dossier.one(TeamReview)
    if review is None or not review.items:
        return [Note(text="没有登记班子查摆的问题。")]
    columns = [
        Column(head="序号", share=3),
        Column(head="方面", share=8),
        Column(head="具体表现", share=17, align="left"),
        Column(head="根源", share=13, align="left"),
    ]
    rows = [
        [str(n), *(sheet.text(review, name, part=item) for name in ("aspect", "fact", "cause"))]
        for n, item in enumerate(by_aspect(sheet.campaign, review), start=1)
    ]
    blocks: list[AnyBlock] = [Table(columns=columns, rows=rows, record=sheet.dossier.label(review))]
    if review.none_declared:
        blocks.append(Note(text=f"经查无问题的方面：{sheet.text(review, 'none_declared')}。"))
    return blocks


def _measures(sheet: Sheet, filing: Filing) -> list[AnyBlock]:  # noqa: ARG001  same signature as _grades
    """The branch's list; of personal lists only the number of items."""
    all_items = sheet.dossier.all(RectItem)
    items = by_source(sheet, [i for i in all_items if i.owner_kind != "member"])
    columns = [
        Column(head="序号", share=3),
        Column(head="整改事项", share=11, align="left"),
        Column(head="具体措施", share=16, align="left"),
        Column(head="责任人", share=5),
        Column(head="时限", share=6),
    ]
    rows = [
        [
            str(n),
            *(sheet.text(item, name) for name in ("title", "measure", "responsible")),
            stacked(sheet.text(item, "due")),
        ]
        for n, item in enumerate(items, start=1)
    ]
    personal = len(all_items) - len(items)
    note = f"支部整改事项{len(items)}项" + (f"；另有个人整改事项{personal}项，见个人整改清单。" if personal else "。")
    table: list[AnyBlock] = [Table(columns=columns, rows=rows, record="整改事项")] if rows else []
    return [*table, Note(text=note)]


def _grades(sheet: Sheet, filing: Filing) -> list[AnyBlock]:
    """Counts and the grade of each member in the filing's round."""
    grades = {g.member: g for g in of_round(sheet.dossier, Grade, filing.round)}
    if not grades:
        return [Note(text="没有登记评定等次。")]
    ordered = sorted(grades.values(), key=lambda g: (sheet.rank(g.member), g.id))
    counts = "，".join(
        f"{sheet.campaign.label(k)}{sum(g.grade == k for g in ordered)}名" for k in sheet.campaign.grades
    )
    cells = [[str(n), sheet.text(g, "member"), grade_words(sheet, g)] for n, g in enumerate(ordered, start=1)]
    heads = (("序号", 2), ("姓名", 4), ("评定等次", 7))
    columns = [Column(head=head, share=share) for head, share in heads]
    blocks: list[AnyBlock] = [Paragraph(text=f"{counts}。")] if counts else []
    return [*blocks, Table(columns=columns, rows=cells, filler=["—"] * len(columns), record="评定等次")]


FILED: tuple[tuple[str, str, Callable[[Sheet, Filing], list[AnyBlock]]], ...] = (
    ("problems", "班子查摆的问题", _problems),
    ("measures", "整改措施", _measures),
    ("grades", "民主评议党员结果", _grades),
)
"""Field of FilingContents, heading, function that makes the blocks under the heading."""


def _attached(sheet: Sheet, filing: Filing) -> list[AnyBlock]:
    """附件说明: the files attached to the filing, except the scan of the signed letter itself."""
    files = [a for a in sheet.dossier.all(Attachment) if a.record == filing.id and a.kind != "signed_scan"]
    names = [f"{sheet.text(a, 'kind')}（{PurePosixPath(sheet.text(a, 'file')).name}）" for a in files]
    if len(names) == 1:
        return [Paragraph(text=f"附件：{names[0]}")]
    return [Paragraph(text=f"{'附件：' if n == 1 else ''}{n}.{name}") for n, name in enumerate(names, start=1)]


def report_paper(sheet: Sheet, report: Report) -> Document:
    """F18: the secretary's own text, then as 附表 the figures from the records as of the report's day."""
    day = report.date or sheet.dossier.as_of
    blocks: list[AnyBlock] = [
        *sheet.prose(report, "text"),
        *sheet.explanations([f"REPORT-{n:02d}" for n in range(3, 7)]),
        _signature(sheet, report),
        Heading(level=1, text="附表：有关数字"),
        Facts(rows=report_facts(sheet, day), across=4, record="情况报告"),
        Note(text=f"上表数字按截至{day_words(day)}的记录得出。" if report.date else "上表数字按现有记录得出。"),
    ]
    title = [
        sheet.dossier.branch.name or TO_FILL,
        f"关于召开{sheet.campaign.meeting_name}和",
        "开展民主评议党员情况的报告",
    ]
    to = sheet.text(report, "to")
    return sheet.document("F18", title, blocks, page="9704", recipient=to, subtitle="")


UNITS = {"expected": "名", "present": "名", "criticism_count": "条", "rect_count": "项", "done_count": "项"}


def report_facts(sheet: Sheet, on: date) -> list[tuple[str, str]]:
    """Figures from the records as of a day, as (label, value) pairs."""
    counts = figures(sheet.dossier, on)
    grades = [g for g in GRADES if g in sheet.campaign.grades or counts[g]]

    def shown(*names: str) -> list[tuple[str, str]]:
        return [(_figure_label(sheet, n), f"{counts[n]}{UNITS.get(n, '名')}") for n in names if n in counts]

    return [
        *preparation(sheet.dossier, on),
        *shown("expected", "present", *grades, "criticism_count"),
        ("整改承诺", f"{len({p.member for p in until(sheet.dossier, Pledge, on)})}名"),
        *shown("rect_count", "done_count"),
    ]


def _figure_label(sheet: Sheet, name: str) -> str:
    if name in GRADES:
        return sheet.campaign.labels.get(name) or label_of(Figures.model_fields[name]).removesuffix("人数")
    return label_of(Figures.model_fields[name]).removesuffix("条数").removesuffix("数")
