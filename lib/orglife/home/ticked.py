"""Demands of the campaign that no rule checks, and which of them the branch ticked."""

from __future__ import annotations

from orglife.core.record.dossier import Dossier, day_words
from orglife.core.rule.campaign import Campaign
from orglife.stages.plan.record import CheckItem


def check_rows(dossier: Dossier, campaign: Campaign) -> list[tuple[str, str, str]]:
    """Rows for the demands that no rule checks: text, source, and the branch's entry (「其他要求」)."""
    entered = {record.demand: record for record in dossier.all(CheckItem)}
    rows = []
    for item in campaign.check_items:
        record = entered.get(item.text)
        done = record is not None and record.done
        day = f"（{day_words(record.date)}）" if record and record.date else ""
        rows.append((item.text, item.source, f"已落实{day}" if done else "未打勾"))
    return rows
