"""When a meeting is entered day first: its other facts are asked for before what follows from them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orglife.stages import RULES
from tests import branch as b

BEFORE = ("member", "plan", "study", "talk", "opinion", "team_review", "member_review", "problem_list")
MEETING = b.branch()["records"]["meeting"][0]


def due(meeting: dict[str, Any], on: date) -> list[str]:
    raw = b.branch()
    records = {kind: many if kind in BEFORE else [] for kind, many in raw["records"].items()}
    records["meeting"] = [{"id": "mt", **meeting}]
    found = b.findings(RULES, b.dossier({**raw, "records": records}, as_of=on), checkpoint=None)
    return [finding.rule for finding in found if finding.due]


@pytest.mark.parametrize(
    ("on", "rules"),
    [
        (date(2024, 2, 20), []),
        (date(2024, 2, 23), []),
        (date(2024, 2, 24), ["MEET-06", "MEET-16", "VOTE-01"]),
        (date(2024, 2, 28), ["MEET-06", "MEET-16", "VOTE-01"]),
    ],
)
def test_a_day_alone_brings_the_minutes_and_the_ballot_only(on: date, rules: list[str]) -> None:
    assert sorted(due({"date": "2024-02-20"}, on)) == rules


def test_who_came_brings_what_follows_a_week_later() -> None:
    came = {"date": "2024-02-20", "present": MEETING["present"]}
    assert "RECT-01" not in due(came, date(2024, 2, 27))
    assert "RECT-01" in due(came, date(2024, 2, 28))
    assert "RECT-01" in due({"date": "2024-02-20", "completed": True}, date(2024, 2, 28))


def test_a_day_alone_does_not_put_off_the_end_of_the_campaign() -> None:
    assert "RECT-01" not in due({"date": "2024-02-20"}, date(2024, 3, 7))
    assert "RECT-01" in due({"date": "2024-02-20"}, date(2024, 3, 8))
