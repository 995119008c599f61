"""Talks as a matrix: who has talked with whom, and which pairs are still missing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from orglife.core.formview import FigureView, Layout, Pairs
from orglife.core.record.dossier import Dossier, day_words
from orglife.core.rule.campaign import Campaign
from orglife.stages.shared.people import excused, people
from orglife.stages.shared.rounds import first_meeting_day
from orglife.stages.talks.pictures import talk_network
from orglife.stages.talks.record import Talk
from orglife.stages.talks.rules import members_not_covered, pairs_without_talk, talks_in_time, team_pair_without_talk


def team_pairs(dossier: Dossier) -> set[frozenset[str]]:
    """All pairs within the leadership."""
    team = people(dossier, first_meeting_day(dossier)).team
    return {frozenset(pair) for pair in combinations(team, 2)}


def not_reached(dossier: Dossier, campaign: Campaign) -> list[str]:
    """Sentences about pairs and members without a talk so far, and about talks that came too late to count."""
    everybody = people(dossier, first_meeting_day(dossier))
    talks = [set(talk.participants) for talk in talks_in_time(dossier)]
    max_participants = team_pair_without_talk.changed(campaign, dossier.branch).params["max_participants"]
    pairs = [f"{a.name}与{b.name}" for a, b in pairs_without_talk(dossier, max_participants)]
    base = {i: m for i, m in everybody.ordinary.items() if not excused(m)}
    covered = {i for talk in talks if talk & everybody.team.keys() for i in talk & base.keys()}
    uncovered = [m.name for i, m in base.items() if i not in covered]
    sentences = [f"班子成员之间还没有谈的：{'、'.join(pairs)}。"] if pairs else []
    if uncovered:
        percent = members_not_covered.changed(campaign, dossier.branch).params["coverage_percent"]
        sentences.append(
            f"班子成员还没有谈到的党员：{'、'.join(uncovered)}（已谈{len(covered)}名，共{len(base)}名，应谈到{percent}%）。"
        )
    day = first_meeting_day(dossier)
    late = len(dossier.all(Talk)) - len(talks)
    return [*sentences, *([f"{day_words(day)}开会之后的{late}次谈话不计在内。"] if late and day else [])]


def begin_talk(dossier: Dossier, subjects: Sequence[str], _campaign: Campaign) -> dict[str, Any]:
    """A talk between the members who have not talked yet; the first of them begins it."""
    members = [ident for ident in subjects if ident in dossier.members]
    return {"participants": members[:2], "initiator": members[0]} if members else {}


LAYOUT = Layout(
    views=(
        Pairs(Talk, "participants", "initiator", team_pairs, not_reached),
        FigureView(Talk, talk_network, beside=True),
    ),
    begin_for={Talk.TYPE: begin_talk},
)
