"""F4 征求意见汇总: every opinion verbatim, without the giver's name."""

from __future__ import annotations

from collections import Counter

from orglife.core.paper.block import AnyBlock, Column, Document, Note, Signature, Table
from orglife.core.paper.paper import Sheet, dash, stacked
from orglife.core.record.dossier import by_day
from orglife.stages.opinions.record import SOURCES, TEAM, Opinion

UNHEARD = ("box", "online")
"""Channels without a person who hears the opinion."""

COLUMNS = [
    Column(head="序号", share=5),
    Column(head="来源", share=9),
    Column(head="对象", share=9),
    Column(head="渠道\n日期", share=9),
    Column(head="听取人", share=9),
    Column(head="意见内容", share=30, align="left"),
    Column(head="回应", share=29, align="left"),
]


def documents(sheet: Sheet) -> list[Document]:
    """One paper with all opinions in order of dates; [] without opinions."""
    opinions = by_day(sheet.dossier.all(Opinion))
    if not opinions:
        return []
    blocks: list[AnyBlock] = [
        Note(text=_counts(opinions)),
        Table(columns=COLUMNS, rows=[_row(sheet, n, o) for n, o in enumerate(opinions, start=1)], record="征求意见"),
        *sheet.explanations([f"OPIN-{n:02d}" for n in range(1, 6)]),
        Signature(roles=["支部书记"]),
    ]
    return [sheet.document("F4", ["征求意见汇总表"], blocks, page="L")]


def _row(sheet: Sheet, number: int, opinion: Opinion) -> list[str]:
    has_listener = opinion.channel not in UNHEARD
    return [
        str(number),
        sheet.text(opinion, "source"),
        sheet.text(opinion, "target"),
        f"{sheet.text(opinion, 'channel')}\n{stacked(sheet.text(opinion, 'date'))}",
        dash(sheet.text(opinion, "heard_by", asked=has_listener)),
        sheet.text(opinion, "text"),
        dash(opinion.response),
    ]


def _counts(opinions: list[Opinion]) -> str:
    by_source = Counter[str](o.source for o in opinions if o.source)
    parts = "、".join(f"{label}{by_source[key]}条" for key, label in SOURCES.items() if by_source[key])
    team = sum(o.target == TEAM for o in opinions)
    persons = sum(bool(o.target) and o.target != TEAM for o in opinions)
    about = "、".join(f"{who}{n}条" for who, n in (("对支部班子", team), ("对党员个人", persons)) if n)
    return f"共征求意见{'，'.join(p for p in (f'{len(opinions)}条', parts, about) if p)}。本表不记提意见人姓名。"
