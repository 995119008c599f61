"""To whom a filing and a report go, by one name, and which numbers of a text differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orglife.core.formview import Layout, Live, Look, Taken
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.stages.report.record import Filing, Report
from orglife.stages.shared.addressee import SUPERIOR
from orglife.stages.shared.bodies import same_body
from orglife.stages.shared.stated import differing


def text_live(record: Filing | Report, dossier: Dossier, _campaign: Campaign) -> Live:
    """The numbers of the text that differ from the records."""
    looks = [
        Look(f"正文写“{stated.quote}”，按记录应为{stated.derived}。", "must")
        for stated in differing(record.text, dossier, record.date or dossier.as_of)
    ]
    return Live({"text": looks})


def report_goes_to(_values: Mapping[str, Any], dossier: Dossier, campaign: Campaign) -> str:
    """The body that the plan names, as the branch's other entries call it; they decide where the plan names none."""
    filings = [filing.to for filing in dossier.all(Filing) if filing.to]
    known = [*reversed(filings), dossier.branch.superior]
    fitting = (name for name in known if name and (not campaign.report_to or same_body(name, campaign.report_to)))
    return next(fitting, campaign.report_to)


LAYOUT = Layout(
    taken={
        Filing.TYPE: {"to": SUPERIOR},
        Report.TYPE: {"to": Taken(report_goes_to, "取自实施方案，名称照前面填过的")},
    },
    spared={Report.TYPE: ("figures",)},
    live={Filing.TYPE: text_live, Report.TYPE: text_live},
)
