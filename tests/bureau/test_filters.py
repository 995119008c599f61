"""Branches of the overview are chosen by superior, state and name; what is counted is what is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from orglife.bureau import filters
from orglife.bureau.filters import NO_SUPERIOR, STATES, Filter
from orglife.bureau.overview import Overview
from orglife.bureau.standing import StageStanding, Standing, StandingFinding
from orglife.core.rule.bureau import Bureau
from orglife.home.progress import branch_stages
from tests import branch as b

DAY = date(2024, 4, 30)
LIMIT = date(2024, 3, 15)


def finding(severity: str = "error", *, todo: bool = False) -> StandingFinding:
    return StandingFinding(
        rule="X-1", title="", severity=severity, stage="talks", message="", fix="", clause="", todo=todo
    )


def one(branch: str, name: str, **more: object) -> Standing:
    """A branch that has done everything in time."""
    done = {stage.key: StageStanding(recorded=True) for stage in branch_stages()}
    days = dict.fromkeys(("plan_made_on", "met_on", "filed_on", "reported_on"), date(2024, 2, 20))
    return Standing(**{"branch": branch, "name": name, "as_of": DAY, "members": 3, "stages": done, **days, **more})


def overview(*standings: Standing) -> Overview:
    campaign = b.campaign(plan_deadline=LIMIT, meeting_end=LIMIT, report_by=LIMIT)
    return Overview(campaign, standings, Bureau(campaign.id, {}, {}, DAY), (), DAY)


SEEN = {
    "errors": [one("b", "乙", found=(finding(),)), one("c", "丙", found=(finding("warning"), finding(todo=True)))],
    "late": [one("b", "乙", met_on=date(2024, 3, 16)), one("c", "丙", met_on=LIMIT)],
    "looks": [one("b", "乙", found=(finding("warning"),)), one("c", "丙", found=(finding("info"),))],
    "drafts": [one("b", "乙", stages=one("b", "").stages | {"talks": StageStanding(drafts=1)}), one("c", "丙")],
    "todos": [one("b", "乙", found=(finding(todo=True),)), one("c", "丙", found=(finding(),))],
    "not_met": [one("b", "乙", met_on=None), one("c", "丙")],
    "not_reported": [one("b", "乙", reported_on=None), one("c", "丙")],
    "overdue": [one("b", "乙", items=2, overdue=1), one("c", "丙", items=2)],
    "clean": [one("b", "乙", found=(finding("info"),)), one("c", "丙", found=(finding(todo=True),))],
}


@pytest.mark.parametrize("state", STATES)
def test_each_state_chooses_whom_it_names_and_no_other(state: str) -> None:
    seen = overview(*SEEN[state])
    assert [s.name for s in Filter(state=state).chosen(seen)] == ["乙"]
    assert dict(filters.states(seen, seen.standings))[state].endswith("（1）")


@pytest.mark.parametrize(
    ("more", "clean"),
    [
        ({}, True),
        ({"found": (finding("info"),)}, True),
        ({"found": (finding("info", todo=True),)}, False),
        ({"found": (finding("warning"),)}, False),
        ({"found": (finding("info"), finding())}, False),
        ({"stages": one("b", "").stages | {"talks": StageStanding(drafts=1)}}, False),
        ({"met_on": None, "overdue": 1}, True),
    ],
)
def test_hints_alone_leave_nothing_to_mend(more: dict[str, object], *, clean: bool) -> None:
    assert len(Filter(state="clean").chosen(overview(one("b", "乙", **more)))) == clean


def test_not_registered_after_the_limit_is_late_before_it_is_not() -> None:
    seen = overview(one("b", "乙", reported_on=None))
    assert [s.name for s in Filter(state="late").chosen(seen)] == ["乙"]
    assert Filter(state="late").chosen(replace(seen, as_of=LIMIT)) == []


def test_groups_are_the_superiors_that_the_branches_entered() -> None:
    seen = overview(
        one("a", "甲", superior="河东党总支"), one("b", "乙", superior=" 河东党总支 "), one("c", "丙", superior="")
    )
    assert filters.superiors(seen) == [("没有填上级党组织", "没有填上级党组织（1）"), ("河东党总支", "河东党总支（2）")]
    assert [s.name for s in Filter("河东党总支").chosen(seen)] == ["甲", "乙"]
    assert [s.name for s in Filter(NO_SUPERIOR).chosen(seen)] == ["丙"]
    assert filters.superiors(overview(one("a", "甲"), one("b", "乙"))) == []


def test_a_part_of_the_name_or_the_whole_id_is_enough() -> None:
    seen = overview(one("b01", "河东 灌区党支部"), one("b011", "河西党支部"))
    assert [s.branch for s in Filter(name="东灌").chosen(seen)] == ["b01"]
    assert [s.branch for s in Filter(name="河").chosen(seen)] == ["b01", "b011"]
    assert [s.branch for s in Filter(name="b01").chosen(seen)] == ["b01"]
    assert Filter(name="海").chosen(seen) == []


def test_where_a_state_is_chosen_those_with_most_to_mend_come_first() -> None:
    seen = overview(
        one("a", "甲", found=(finding(),)),
        one("b", "乙", found=(finding(), finding())),
        one("d", "丁", found=(finding(), finding("warning"))),
        one("c", "丙", found=(finding(), finding("warning"))),
    )
    assert [s.name for s in Filter(state="errors").chosen(seen)] == ["乙", "丙", "丁", "甲"]
    assert [s.name for s in Filter().chosen(seen)] == ["甲", "乙", "丁", "丙"]


def test_an_unknown_state_from_a_page_left_open_chooses_all() -> None:
    seen = overview(one("a", "甲"))
    assert len(Filter(state="gone").chosen(seen)) == 1
