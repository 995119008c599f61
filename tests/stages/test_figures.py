"""Figures of the report on a day: what is done on that very day counts, what follows does not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orglife.core.record.dossier import Dossier
from orglife.stages.rectification.record import RectItem
from orglife.stages.shared.figures import done_by, figures, grades_on, meeting_on, preparation
from tests import branch as b

DAY = date(2024, 3, 20)


@pytest.mark.parametrize(
    ("status", "done_on", "counts"),
    [
        ("done", DAY, True),
        ("done", date(2024, 3, 21), False),
        ("done", date(2024, 3, 19), True),
        ("done", None, False),
        ("open", DAY, False),
    ],
)
def test_an_item_is_done_by_its_own_day(status: str, done_on: date | None, counts: bool) -> None:
    item = RectItem.model_construct(id="r1", status=status, done_on=done_on)
    assert done_by(item, DAY) is counts


def dossier(**records: list[dict[str, Any]]) -> Dossier:
    """The roster with these records alone."""
    return b.dossier({**b.branch(), "records": {"member": b.members(), **records}})


def meeting(ident: str, day: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": ident, "date": day, "round": number, **more}


@pytest.mark.parametrize(
    ("meetings", "in_force"),
    [
        ([], ""),
        ([meeting("a", "2024-03-21")], ""),
        ([meeting("a", "2024-03-20")], "a"),
        ([meeting("a", "")], "a"),
        ([meeting("a", "2024-03-10"), meeting("b", "")], "a"),
        ([meeting("a", "2024-03-10"), meeting("b", "2024-03-10")], "b"),
        ([meeting("a", "2024-03-10"), meeting("b", "2024-03-01", 2)], "b"),
        ([meeting("a", "2024-03-10"), meeting("b", "2024-03-21", 2)], "a"),
    ],
)
def test_the_meeting_of_the_report_is_the_last_one_held_by_its_day(
    meetings: list[dict[str, Any]], in_force: str
) -> None:
    found = meeting_on(dossier(meeting=meetings), DAY)
    assert (found.id if found else "") == in_force


@pytest.mark.parametrize(
    ("sessions", "grade"),
    [
        ({}, "qualified"),
        ({"meeting": [meeting("a", "2024-03-20", 2)]}, "basic"),
        ({"tally": [meeting("a", "", 2)]}, "basic"),
        ({"grade_meeting": [meeting("a", "2024-03-20", 2)]}, "basic"),
        ({"grade_meeting": [meeting("a", "2024-03-21", 2)]}, "qualified"),
        ({"grade_meeting": [meeting("a", "2024-03-01", 3)]}, None),
    ],
)
def test_the_grades_of_the_report_are_those_of_the_round_in_force_on_its_day(
    sessions: dict[str, list[dict[str, Any]]], grade: str | None
) -> None:
    grades = [
        {"id": f"g{n}", "member": "m1", "grade": mark, "round": number}
        for n, (mark, number) in enumerate([("excellent", 1), ("qualified", 1), ("basic", 2)])
    ]
    found = dossier(grade=grades, **sessions)
    assert grades_on(found, DAY) == ({"m1": grade} if grade else {})
    counted = figures(found, DAY)
    assert [name for name in ("excellent", "qualified", "basic", "unqualified") if counted[name]] == [
        *filter(None, [grade])
    ]


def test_the_report_counts_those_expected_those_who_came_and_criticism_of_others() -> None:
    criticism = [
        {"id": f"c{n}", "author": "m1", "target": who, "text": "晚到", "round": number}
        for n, (who, number) in enumerate([("m2", 1), ("m3", 1), ("m1", 1), ("m2", 2)])
    ]
    items = [
        {"id": f"k{n}", "owner_kind": "branch", "title": "事", "status": "done", "done_on": day}
        for n, day in enumerate(["2024-03-19", "2024-03-20", "2024-03-21"])
    ]
    held = [meeting("a", "2024-03-20", present=["m1", "m2", "m4"])]
    marks = dict.fromkeys(("excellent", "qualified", "basic", "unqualified"), 0)
    of_items = {"rect_count": 3, "done_count": 2}
    assert figures(dossier(meeting=held, criticism=criticism, rect_item=items), DAY) == {
        "expected": 8,
        "present": 3,
        "criticism_count": 2,
        **marks,
        **of_items,
    }
    assert figures(dossier(criticism=criticism, rect_item=items), DAY) == {**marks, **of_items}


def test_what_was_done_before_counts_up_to_the_day_of_the_report_and_so_does_what_has_no_day() -> None:
    days = ["2024-03-19", "2024-03-20", "2024-03-21", ""]
    records = {
        "study": [
            *({"id": f"s{n}", "date": day, "form": "collective"} for n, day in enumerate(days)),
            {"id": "s9", "date": "2024-03-01", "form": "self"},
        ],
        "talk": [{"id": f"t{n}", "date": day} for n, day in enumerate(days[1:])],
        "opinion": [{"id": f"o{n}", "date": day} for n, day in enumerate(days[2:])],
        "team_review": [
            {"id": "tr1", "date": days[0], "items": [b.item("tr1.p1", "duty")]},
            {"id": "tr2", "date": days[1], "items": [b.item(f"tr2.p{n}", "duty") for n in (1, 2)]},
            {"id": "tr3", "date": days[2], "items": []},
        ],
        "member_review": [
            {
                "id": f"r{n}",
                "member": f"m{n + 1}",
                "date": day,
                "items": [b.item(f"r{n}.p{k}", "duty") for k in range(n + 1)],
            }
            for n, day in enumerate(days)
        ],
    }
    assert preparation(dossier(**records), DAY) == [
        ("集中学习", "3次"), ("谈心谈话", "2次"), ("征求意见", "1条"), ("发言提纲", "3份"), ("班子问题", "2个"), ("党员问题", "7个"),
    ]  # fmt: skip
    assert dict(preparation(dossier(), DAY))["班子问题"] == "0个"
