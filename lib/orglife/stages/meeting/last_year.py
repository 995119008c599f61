"""F23 上年度组织生活会整改落实情况通报: the paper, its blank, and the rules that look for it."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.paper.block import AnyBlock, Column, Document, Facts, Heading, Signature, Table
from orglife.core.paper.paper import Sheet, dash, section
from orglife.core.record.dossier import day_words, short
from orglife.core.rule.rule import Case, Severity, Spot, rule, spot
from orglife.stages.meeting.record import LastYear, LastYearItem
from orglife.stages.rectification.record import RectItem
from orglife.stages.shared.blank_forms import BLANK, ROOM

FORM = "F23"
_ROWS = 8
_COLUMNS = [
    Column(head="序号", share=3),
    Column(head="整改事项", share=9, align="left"),
    Column(head="整改措施", share=10, align="left"),
    Column(head="状态", share=3),
    Column(head="落实情况", share=14, align="left"),
]


def last_year_paper(sheet: Sheet, record: LastYear) -> Document:
    """F23: when last year's meeting was held, how many items are done, and what has come of each."""
    done = sum(item.status == "done" for item in record.items)
    blocks: list[AnyBlock] = [
        Facts(
            rows=[
                ("上年度会议", sheet.text(record, "held_on")),
                ("通报日期", sheet.text(record, "reported_on")),
                ("整改事项", f"{len(record.items)}项，已完成{done}项，未完成{len(record.items) - done}项"),
            ],
            across=1,
            record=sheet.dossier.label(record),
        )
    ]
    number = 0
    if record.text:
        number += 1
        blocks += [Heading(text=section(number, "总的情况")), *sheet.prose(record, "text", under=1)]
    blocks.append(Heading(text=section(number + 1, "逐项落实情况")))
    rows = [_row(sheet, record, n, item) for n, item in enumerate(record.items, start=1)]
    blocks.append(Table(columns=_COLUMNS, rows=rows or [["—"] * len(_COLUMNS)], record=sheet.dossier.label(record)))
    blocks += sheet.explanations([not_reported.id, result_missing.id, carried_item_left_out.id])
    blocks.append(Signature(roles=["支部书记"], day=day_words(record.reported_on)))
    return sheet.document(FORM, _title(sheet), blocks, subject=record.id, page="T", one=True)


def _title(sheet: Sheet) -> list[str]:
    return [f"上年度{sheet.campaign.meeting_name.removeprefix('专题')}", "整改落实情况通报"]


def _row(sheet: Sheet, record: LastYear, number: int, item: LastYearItem) -> list[str]:
    return [
        str(number),
        sheet.text(record, "title", part=item),
        dash(sheet.text(record, "measure", part=item)),
        sheet.text(record, "status", part=item),
        sheet.text(record, "result", part=item),
    ]


def last_year_blank(sheet: Sheet) -> Document:
    """F23 to fill in by hand."""
    blocks: list[AnyBlock] = [
        Facts(rows=[("上年度会议", ""), ("通报日期", "")]),
        Table(columns=_COLUMNS, rows=[[str(n), ROOM, "", "", ""] for n in range(1, _ROWS + 1)]),
        Signature(roles=["支部书记"]),
    ]
    return sheet.document(FORM, _title(sheet), blocks, subject=BLANK, page="T")


@rule(
    "MEET-18",
    severity=Severity.ERROR,
    title="没有通报上年度整改落实情况",
    message="没有登记上年度组织生活会整改落实情况的通报。",
    fix="请在会上通报，通报后照通报的内容登记。",
    fix_after="会上通报过的，请照通报的内容登记；没有通报的，请在下一次党员大会上补充通报，并写明情况。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="branch",
    asks="last_year",
    demand="meeting.last_year",
)
def not_reported(case: Case) -> Iterator[Spot]:
    """The campaign asks for it, and nothing or only an empty entry is recorded."""
    if not any(record.items or record.text for record in case.dossier.all(LastYear)):
        yield spot()


@rule(
    "MEET-19",
    severity=Severity.WARNING,
    title="上年度整改通报不完整",
    message="上年度整改事项“{title}”没有写：{missing}。",
    fix="请写明完成没有、做了什么、结果怎样；没有完成的，写原因和下一步。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="record",
    asks="last_year",
    field="items",
    demand="meeting.last_year",
)
def result_missing(case: Case) -> Iterator[Spot]:
    """An item says neither whether it is done nor what came of it, or one of the two."""
    for record in case.dossier.all(LastYear):
        for number, item in enumerate(record.items):
            missing = [label for label, value in (("状态", item.status), ("落实情况", item.result)) if not value]
            if missing:
                yield spot(record, field=f"items.{number}", title=short(item.title, 40) or "未写事项", missing=missing)


@rule(
    "MEET-20",
    severity=Severity.WARNING,
    title="上年结转的事项没有列入通报",
    message="上年结转的整改事项“{title}”没有列入上年度整改通报。",
    fix="请列入通报，写明没有完成的原因和下一步。",
    fix_after="会上通报过的，请补登这一项；没有通报的，请在下一次党员大会上补充通报，写明没有完成的原因和下一步。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="record",
    asks="last_year",
    field="items",
    demand="meeting.last_year",
)
def carried_item_left_out(case: Case) -> Iterator[Spot]:
    """An item of the branch's own list was carried over from last year, and the report does not name it."""
    reports = case.dossier.all(LastYear)
    named = {_bare(item.title) for record in reports for item in record.items}
    if not named:
        return
    for item in case.dossier.all(RectItem):
        if item.carried_from and item.owner_kind != "member" and item.title and _bare(item.title) not in named:
            yield spot(item, field="title", title=short(item.title, 40))


def _bare(text: str) -> str:
    """A title without blanks and marks at its end."""
    return "".join(text.split()).rstrip("。；，")
