"""To whom a filing and a report go, from the branch and the campaign, and which numbers of a text differ."""

from __future__ import annotations

from orglife.core.formview import Layout, Live, Look, Taken
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.stages.report.record import Filing, Report
from orglife.stages.shared.stated import differing


def text_live(record: Filing | Report, dossier: Dossier, _campaign: Campaign) -> Live:
    """The numbers of the text that differ from the records."""
    looks = [
        Look(f"正文写“{stated.quote}”，按记录应为{stated.derived}。", "must")
        for stated in differing(record.text, dossier, record.date or dossier.as_of)
    ]
    return Live({"text": looks})


LAYOUT = Layout(
    taken={
        Filing.TYPE: {
            "to": Taken(lambda _values, dossier, _campaign: dossier.branch.superior, "取自支部信息的“上级党组织”")
        },
        Report.TYPE: {"to": Taken(lambda _values, _dossier, campaign: campaign.report_to, "取自实施方案")},
    },
    spared={Report.TYPE: ("figures",)},
    live={Filing.TYPE: text_live, Report.TYPE: text_live},
)
