"""Talks as a network: the leadership in the middle, the other members around it."""

from __future__ import annotations

from itertools import combinations

from orglife.core.paper.block import Figure
from orglife.core.paper.chart.network import LinkKind, Network, NetworkLink, NetworkNode
from orglife.core.paper.paper import Sheet
from orglife.stages.shared.people import people
from orglife.stages.shared.rounds import first_meeting_day
from orglife.stages.talks.record import Talk
from orglife.stages.talks.rules import pairs_without_talk, team_pair_without_talk

BOTH = 2


def talk_network(sheet: Sheet) -> Figure | None:
    """Who has talked with whom, and which pairs of the leadership still have to; None without members."""
    dossier = sheet.dossier
    everybody = people(dossier, first_meeting_day(dossier))
    max_participants = team_pair_without_talk.changed(sheet.campaign, dossier.branch).params["max_participants"]
    links: dict[frozenset[str], LinkKind] = {
        frozenset((a.id, b.id)): "missing" for a, b in pairs_without_talk(dossier, max_participants)
    }
    for talk in sorted(dossier.all(Talk), key=lambda each: len(each.participants)):
        for pair, kind in _links(talk):
            links.setdefault(pair, kind)
    known = everybody.all.keys() | {ident for pair in links for ident in pair}
    members = [member for member in dossier.members.values() if member.id in known]
    if not members:
        return None
    chart = Network(
        head="党员",
        central="班子成员",
        lone="还没有谈过",
        link_words={"pair": "两人谈过", "group": "多人一起谈过", "missing": "必谈，还没有谈"},
        nodes=[
            NetworkNode(id=member.id, label=dossier.name(member.id), central=member.id in everybody.team)
            for member in members
        ],
        links=[
            NetworkLink(first=first, second=second, kind=kind)
            for (first, second), kind in ((sorted(pair), kind) for pair, kind in links.items())
            if {first, second} <= dossier.members.keys()
        ],
    )
    return Figure(title="谈话网络", chart=chart)


def _links(talk: Talk) -> list[tuple[frozenset[str], LinkKind]]:
    """A talk of two links both; in a larger one its initiator is linked to each of the others."""
    people_of_talk = list(dict.fromkeys(talk.participants))
    if len(people_of_talk) == BOTH:
        return [(frozenset(people_of_talk), "pair")]
    first = talk.initiator if talk.initiator in people_of_talk else next(iter(people_of_talk), "")
    return [(frozenset(pair), "group") for pair in combinations(people_of_talk, 2) if first in pair]
