"""The pictures of the stages: what they say is what the records hold, and what the rules count."""

from __future__ import annotations

from datetime import date
from typing import Any

from orglife.core.paper.block import Figure
from orglife.core.paper.chart.bars import Bars
from orglife.core.paper.chart.network import Network
from orglife.core.paper.chart.timeline import Timeline
from orglife.core.paper.paper import Sheet
from orglife.stages import BY_KEY, STAGES
from orglife.stages.appraisal.pictures import grades_against_share, votes_of_members
from orglife.stages.rectification.pictures import items_over_time
from orglife.stages.reviews.pictures import problems_by_aspect
from orglife.stages.talks.pictures import talk_network
from orglife.stages.talks.rules import team_pair_without_talk
from tests import branch as b
from tests.whole.generate import generated

DRAWN = ("talks", "reviews", "appraisal", "rectification")


def sheet(raw: dict[str, Any] | None = None, as_of: date = b.AS_OF) -> Sheet:
    return Sheet(b.dossier(raw, as_of=as_of), b.campaign())


def changed(*, put: dict[str, Any] | None = None, remove: list[str] | None = None) -> dict[str, Any]:
    return b.changed(b.branch(), put=put, remove=remove)


def chart(figure: Figure | None) -> Any:
    assert figure is not None
    return figure.chart


def test_stages_with_pictures_are_these_four() -> None:
    assert tuple(stage.key for stage in STAGES if stage.layout.has_figures) == DRAWN


def test_an_empty_branch_has_no_pictures() -> None:
    empty = b.branch() | {"records": {}}
    assert [figure for key in DRAWN for figure in BY_KEY[key].layout.figures(sheet(empty))] == []


def test_the_network_misses_exactly_the_pairs_that_the_rule_reports() -> None:
    for remove in ([], ["talk/t01"], ["talk/t01", "talk/t02", "talk/t03"]):
        raw = changed(remove=remove)
        network: Network = chart(talk_network(sheet(raw)))
        missing = {frozenset((link.first, link.second)) for link in network.links if link.kind == "missing"}
        reported = {
            frozenset(subject.id for subject in finding.subjects)
            for finding in b.findings((team_pair_without_talk,), b.dossier(raw))
        }
        assert missing == reported
        assert bool(missing) == bool(remove)


def test_a_talk_of_two_is_a_firm_line_and_one_of_many_goes_out_from_who_began_it() -> None:
    together = b.talk("t90", "m6", "m7", participants=["m4", "m6", "m7"])
    network: Network = chart(
        talk_network(Sheet(b.dossier(b.changed(b.branch(), add={"talk": [together]})), b.campaign()))
    )
    kinds = {frozenset((link.first, link.second)): link.kind for link in network.links}
    assert kinds[frozenset(("m6", "m7"))] == kinds[frozenset(("m6", "m4"))] == "group"
    assert frozenset(("m4", "m7")) not in kinds
    assert kinds[frozenset(("m4", "m5"))] == "pair"
    again = chart(talk_network(sheet(b.changed(b.branch(), add={"talk": [together, b.talk("t91", "m7", "m6")]}))))
    assert "pair" in {link.kind for link in again.links if {link.first, link.second} == {"m6", "m7"}}


def test_problems_are_counted_by_aspect() -> None:
    bars: Bars = chart(problems_by_aspect(sheet()))
    dossier = sheet().dossier
    team = sum(len(review.items) for review in dossier.records["team_review"])  # type: ignore[attr-defined]
    members = sum(len(review.items) for review in dossier.records["member_review"])  # type: ignore[attr-defined]
    assert [sum(column) for column in zip(*(row.values for row in bars.rows), strict=True)] == [team, members]
    assert [row.label for row in bars.rows][: len(b.campaign().aspects)] == [
        b.campaign().label(key) for key in b.campaign().aspects
    ]


def test_votes_stand_in_the_order_of_the_ballot_with_the_grade_fixed() -> None:
    bars: Bars = chart(votes_of_members(sheet()))
    tally = sheet().dossier.records["tally"][0]
    by_name = {sheet().dossier.name(row.member): row for row in tally.rows}  # type: ignore[attr-defined]
    assert {row.label for row in bars.rows} == set(by_name)
    for row in bars.rows:
        of_member = by_name[row.label]
        assert row.values == ([0] * 5 if of_member.no_grade else list(of_member.votes))
    assert bars.most >= (tally.valid or 0)  # type: ignore[attr-defined]
    assert "评定：优秀" in {row.note for row in bars.rows}


def test_grades_stand_against_the_limit_of_the_rule() -> None:
    bars: Bars = chart(grades_against_share(sheet()))
    best = bars.rows[0]
    assert (best.label, best.limit) == ("优秀", 2)
    assert best.note == "一般不超过2名"
    assert all(row.limit is None for row in bars.rows[1:])


def test_an_item_is_open_overdue_or_done_as_of_the_day_of_the_check() -> None:
    raw = b.branch()
    items = raw["records"]["rect_item"]
    items[0] |= {"status": "open", "due": "2024-03-10"}
    items[0].pop("done_on", None)
    items[1] |= {"status": "done", "due": "2024-03-05", "done_on": "2024-03-07"}
    first, second = "逾期的事项", "晚完成的事项"
    items[0]["title"], items[1]["title"] = first, second

    def notes(as_of: date) -> dict[str, str]:
        timeline: Timeline = chart(items_over_time(sheet(raw, as_of)))
        assert timeline.today == as_of
        return {row.label.split("：", 1)[1]: row.note for row in timeline.rows}

    assert notes(date(2024, 3, 8))[first] == "还有2天"
    assert notes(date(2024, 3, 10))[first] == "今天到期"
    assert notes(date(2024, 3, 12))[first] == "已超期2天"
    assert notes(date(2024, 3, 12))[second] == "已完成，晚2天"
    late = [row for row in chart(items_over_time(sheet(raw, date(2024, 3, 12)))).rows if first in row.label]
    assert [span.state for span in late[0].spans][-1] == "late"


def test_fifty_members_have_all_pictures() -> None:
    raw = generated(50, committee=True, seed=7)
    dossier = b.dossier(raw, as_of=date(2024, 4, 1))
    figures = [f for key in DRAWN for f in BY_KEY[key].layout.figures(Sheet(dossier, b.campaign()))]
    assert len(figures) == 5
    network = next(figure.chart for figure in figures if isinstance(figure.chart, Network))
    assert len(network.nodes) == 50
