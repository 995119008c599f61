"""Talks as a matrix: who has talked with whom, and which pairs are still missing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from orglife.core.formview import FigureView, Layout, Look, Pairs
from orglife.core.record.dossier import Dossier, day_words
from orglife.core.rule.campaign import Campaign
from orglife.stages.shared.people import on_roster, people
from orglife.stages.shared.rounds import first_meeting_day
from orglife.stages.talks.pictures import talk_network
from orglife.stages.talks.record import Talk
from orglife.stages.talks.rules import (
    MOST_PAIRED,
    coverage,
    crowd_without_talk,
    members_not_covered,
    pairs_without_talk,
    talks_in_time,
    team_pair_without_talk,
)


def team_pairs(dossier: Dossier) -> set[frozenset[str]]:
    """All pairs within the leadership; none if it is too many people."""
    team = people(dossier, first_meeting_day(dossier)).team
    return set() if len(team) > MOST_PAIRED else {frozenset(pair) for pair in combinations(team, 2)}


def not_reached(dossier: Dossier, campaign: Campaign) -> list[Look]:
    """Sentences about pairs and members without a talk so far, and about talks that came too late to count."""
    talks = talks_in_time(dossier)
    max_participants = team_pair_without_talk.changed(campaign, dossier.branch).params["max_participants"]
    pairs = [f"{dossier.name(a.id)}与{dossier.name(b.id)}" for a, b in pairs_without_talk(dossier, max_participants)]
    looks = [Look(f"班子成员之间还没有谈的：{'、'.join(pairs)}。", "must")] if pairs else []
    if crowd := sum(1 for _ in crowd_without_talk(dossier, max_participants)):
        looks.append(Look(f"班子成员里有{crowd}名还没有与其他每一名都谈。请先核对名册里谁是班子成员。", "must"))
    percent = members_not_covered.changed(campaign, dossier.branch).params["coverage_percent"]
    reach = coverage(dossier, percent)
    if reach.uncovered:
        names = dossier.names(member.id for member in reach.uncovered)
        asked = f"共{reach.total}名，应谈到{percent}%，即{reach.needed}名；已谈{reach.covered}名"
        state = "，够了" if reach.enough else f"，还差{reach.needed - reach.covered}名"
        looks.append(Look(f"班子成员还没有谈到的党员：{names}（{asked}{state}）。", "good" if reach.enough else "must"))
    day = first_meeting_day(dossier)
    late = len(dossier.all(Talk)) - len(talks)
    return [*looks, *([Look(f"{day_words(day)}开会之后的{late}次谈话不计在内。", "must")] if late and day else [])]


def begin_talk(dossier: Dossier, subjects: Sequence[str], _campaign: Campaign) -> dict[str, Any]:
    """A talk between the members who have not talked yet; the first of them begins it."""
    members = on_roster(dossier, subjects)
    return {"participants": members[:2], "initiator": members[0]} if members else {}


LAYOUT = Layout(
    views=(
        Pairs(Talk, "participants", "initiator", team_pairs, not_reached),
        FigureView(Talk, talk_network, beside=True),
    ),
    begin_for={Talk.TYPE: begin_talk},
)
