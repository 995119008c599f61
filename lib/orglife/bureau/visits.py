"""The bureau's ledger of visits: each visitor that a branch recorded, beside the bureau's own supervision record."""

from __future__ import annotations

from collections.abc import Sequence

from orglife.bureau.overview import Overview
from orglife.core.formview import Ledger, LedgerRow, Look
from orglife.core.record.dossier import day_words
from orglife.core.rule.campaign import Campaign
from orglife.stages.supervision.record import FINDINGS, BureauLeader, Supervision
from orglife.stages.supervision.visitors import find_visit

NOT_YET = Look("还没有督导记录", "must")


def visit_rows(overview: Overview, _campaign: Campaign) -> list[LedgerRow]:
    """One row per visitor in the branches' meeting records; those without a supervision record come first."""
    visits, leaders = overview.bureau.all(Supervision), overview.bureau.all(BureauLeader)
    rows = []
    for each in overview.standings:
        for number, visitor in enumerate(each.visitors):
            record = find_visit(visitor, each.branch, visits, leaders)
            comment = "，有点评" if visitor.commented else "，没有点评记录"
            rows.append(
                LedgerRow(
                    key=f"{each.branch}.{number}",
                    group=each.name,
                    text=f"{day_words(visitor.day) or '日期没有填'}到会{comment}",
                    whose=visitor.name,
                    state=_state(record),
                    answer=record.id if record else "",
                    begin=visitor.initial_values(each.branch, leaders),
                )
            )
    return sorted(rows, key=lambda row: bool(row.answer))


def _state(record: Supervision | None) -> Look:
    if record is None:
        return NOT_YET
    return Look(f"督导记录（{day_words(record.date)}，结论：{FINDINGS.get(record.finding or '', '没有填')}）", "good")


def visit_sums(rows: Sequence[LedgerRow]) -> list[Look]:
    """One line that counts the visits without a supervision record."""
    left = sum(not row.answer for row in rows)
    if left:
        return [Look(f"还有{left}次到会没有督导记录，排在前面。", "must")]
    return [Look("支部记下的到会都有督导记录。", "good")] if rows else [Look("支部还没有记下上级同志到会。")]


VISITS = Ledger(
    Supervision,
    ("党支部", "支部会议记录里的", "谁到会", "督导记录"),
    visit_rows,
    visit_sums,
    title="谁到过会",
    hint="来自各支部的会议记录。点“登记”新开一条督导记录：督导人、支部、日期和是否点评已经填好，结论由督导人定。",
    begin=("登记", "为这次到会登记督导记录"),
)
