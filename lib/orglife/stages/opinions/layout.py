"""Opinions as a table to type and paste into."""

from __future__ import annotations

from orglife.core.formview import EntryTable, Layout, Look
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.stages.opinions.record import SOURCES, Opinion


def opinions_live(opinions: list[Opinion], _dossier: Dossier, _campaign: Campaign) -> list[Look]:
    """How many opinions there are, by source."""
    counts = [f"{label}{n}条" for key, label in SOURCES.items() if (n := sum(o.source == key for o in opinions))]
    return [Look(f"共{len(opinions)}条：{'，'.join(counts)}。", "good")] if counts else []


LAYOUT = Layout(
    views=(
        EntryTable(
            Opinion,
            ("date", "source", "target", "channel", "heard_by", "text", "response"),
            opinions_live,
            title="征求意见一览",
            hint="一条一行，填一格存一格；新的一行先照上一行填好日期、来源、对象、渠道、听取人，不同的请改。可从 Excel 或 WPS 粘贴几行。",
            add="加一条",
            same_as_above=("date", "source", "target", "channel", "heard_by"),
        ),
    ),
)
