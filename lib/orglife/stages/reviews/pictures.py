"""The problems found, by aspect."""

from __future__ import annotations

from orglife.core.paper.block import Figure
from orglife.core.paper.chart.bars import BarRow, Bars
from orglife.core.paper.paper import Sheet
from orglife.stages.reviews.record import MemberReview, TeamReview


def problems_by_aspect(sheet: Sheet) -> Figure | None:
    """The number of problems of the leadership and of the members in each aspect; None without reviews."""
    team, members = sheet.dossier.all(TeamReview), sheet.dossier.all(MemberReview)
    of_team = [item.aspect for review in team for item in review.items]
    of_members = [item.aspect for review in members for item in review.items]
    if not of_team and not of_members:
        return None
    listed = [*sheet.campaign.aspects, *sheet.campaign.team_aspects]
    declared = [aspect for review in team for aspect in review.none_declared]
    declared += [aspect for review in members for aspect in review.none_declared]
    rows = [
        BarRow(
            label=sheet.campaign.label(aspect) if aspect else "没有选方面",
            values=[of_team.count(aspect), of_members.count(aspect)],
            note=f"{declared.count(aspect)}份写明无问题" if aspect in declared else "",
        )
        for aspect in dict.fromkeys([*listed, *of_team, *of_members])
    ]
    return Figure(
        title="各方面查摆的问题",
        chart=Bars(head="方面", series=["党支部班子", "党员"], unit="项", rows=rows, note="经查无问题"),
    )
