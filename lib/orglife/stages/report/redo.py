"""Rule on carrying out an order to repeat; it is here because order and filing are records of this stage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from orglife.core.record.dossier import Dossier
from orglife.core.rule.rule import Case, Severity, Spot, rule, spot
from orglife.stages.appraisal.record import GradeMeeting, Tally
from orglife.stages.meeting.record import Meeting
from orglife.stages.report.record import Filing, RedoOrder


@rule(
    "SUPV-05",
    severity=Severity.ERROR,
    title="责令后没有重新进行",
    message="{date}责令重新进行，新一轮还没有完成：{missing}。",
    fix="请按通知重新进行并重新备案；正在进行的，请写明进度。",
    checkpoint="close",
    stage="appraisal",
    kind="missing",
    per="record",
    demand="supervision.redo",
)
def redo_not_carried_out(case: Case) -> Iterator[Spot]:
    """An order to repeat is past its time limit (or has none), and no later round is complete and filed."""
    dossier = case.dossier
    for order in dossier.all(RedoOrder):
        if order.due is not None and dossier.as_of <= order.due:
            continue
        annulled = order.round or 1
        sessions = (*dossier.all(Meeting), *dossier.all(Tally), *dossier.all(GradeMeeting))
        later = sorted({r.round for r in sessions if r.round > annulled})
        missing = min((_missing_parts(dossier, order, number) for number in later or [annulled + 1]), key=len)
        if missing:
            yield spot(order, date=order.date, missing=missing)


def _missing_parts(dossier: Dossier, order: RedoOrder, number: int) -> list[str]:
    """What a round lacks for an order to be carried out."""

    def since(day: date | None) -> bool:
        return order.date is None or (day is not None and day >= order.date)

    latest = dossier.one(Filing)
    satisfied = {
        "会议": order.scope != "whole" or any(m.round == number for m in dossier.all(Meeting)),
        "民主测评": any(t.round == number and since(t.date) for t in dossier.all(Tally)),
        "评定": any(g.round == number and since(g.date) for g in dossier.all(GradeMeeting)),
        "备案": latest is not None and latest.round == number,
    }
    return [label for label, done in satisfied.items() if not done]
