"""Quorum, majority and the cap of 优秀 against plain counting, for every size of branch that there is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest

from orglife.core.record.dossier import Dossier
from orglife.stages.appraisal.record import AssemblyVote, GradeMeeting
from orglife.stages.meeting.record import Meeting
from orglife.stages.shared.quorum import (
    attendance,
    committee_quorum,
    excellent_cap,
    half_or_more,
    more_than_half,
    quorum,
    share,
    vote_carried,
)
from tests import branch as b

DAY = date(2024, 2, 20)
SIZES = range(3, 61)
USUAL = {"base": "full_members", "ratio_num": 1, "ratio_den": 3, "rounding": "floor"}


def roster(size: int) -> list[dict[str, Any]]:
    """Members of every kind, the same ones for a size every time."""
    pick = random.Random(size)
    return [
        {
            "id": f"m{n}",
            "name": f"党员{n}",
            "status": pick.choice(["full"] * 6 + ["probationary", "on_probation", "suspended"]),
            "role": ["secretary", "deputy", "committee"][n] if n < 3 else "member",
            "quorum_excluded": pick.random() < 0.1,
            **({"left_on": "2024-02-20"} if pick.random() < 0.1 else {}),
            **({"joined_on": "2024-02-21"} if pick.random() < 0.1 else {}),
        }
        for n in range(size)
    ]


def with_roster(members: list[dict[str, Any]], **records: Any) -> Dossier:
    """A dossier of a roster and little else."""
    raw = {**b.branch(), "records": {"member": members, **records}}
    return b.dossier(raw)


def there(members: list[dict[str, Any]], *statuses: str) -> Iterator[str]:
    """Ids in the branch on the day with one of the statuses, counted by hand."""
    for m in members:
        if m["status"] in statuses and "left_on" not in m and "joined_on" not in m:
            yield m["id"]


@pytest.mark.parametrize("size", SIZES)
def test_quorum_and_attendance_agree_with_plain_counting(size: int) -> None:
    members = roster(size)
    out = {m["id"] for m in members if m["quorum_excluded"]}
    voters = [i for i in there(members, "full") if i not in out]
    should_come = [i for i in there(members, "full", "probationary", "on_probation") if i not in out]
    dossier = with_roster(members)
    for came in range(size + 1):
        present = [m["id"] for m in members[:came]]
        meeting = Meeting(id="mt", date=DAY, present=present + present)
        voting, coming = quorum(dossier, meeting), attendance(dossier, meeting)
        voters_there = [i for i in voters if i in present]
        assert (voting.expected, voting.present) == (len(voters), len(voters_there))
        assert voting.met == (Fraction(len(voters_there)) >= Fraction(len(voters), 2))
        assert (coming.expected, coming.present) == (len(should_come), len([i for i in should_come if i in present]))
        assert {m.id for m in coming.excluded} == out & set(there(members, "full", "probationary", "on_probation"))


@pytest.mark.parametrize("size", SIZES)
def test_committee_quorum_counts_the_leadership(size: int) -> None:
    members = roster(size)
    team = [i for i in there(members, "full", "probationary", "on_probation") if i in ("m0", "m1", "m2")]
    dossier = with_roster(members)
    for came in range(size + 1):
        present = [m["id"] for m in members[:came]]
        count = committee_quorum(dossier, GradeMeeting(id="gm", body="committee", date=DAY, present=present))
        assert (count.expected, count.present) == (len(team), len([i for i in team if i in present]))
        assert count.met == (count.present >= count.expected / 2)


@pytest.mark.parametrize("size", SIZES)
def test_vote_is_carried_by_more_than_half_of_those_expected(size: int) -> None:
    members = roster(size)
    out = {m["id"] for m in members if m["quorum_excluded"]}
    voters = len([i for i in there(members, "full") if i not in out])
    dossier = with_roster(members)
    for present in range(voters + 1):
        for yes in range(present + 1):
            vote = AssemblyVote(date=DAY, present=present, yes=yes)
            assert vote_carried(dossier, vote) == (present >= voters / 2 and yes > voters / 2)
    assert not vote_carried(dossier, None)
    assert not vote_carried(dossier, AssemblyVote(date=DAY))


@pytest.mark.parametrize("size", SIZES)
def test_cap_agrees_with_plain_counting(size: int) -> None:
    members = roster(size)
    full = list(there(members, "full", "on_probation"))
    everybody = list(there(members, "full", "on_probation", "probationary"))
    grades = [
        {"id": f"g{m['id']}", "member": m["id"], "waiver": "lost_contact"} for n, m in enumerate(members) if n % 5 == 0
    ]
    dossier = with_roster(members, grade=grades)
    graded = [i for i in full if int(i[1:]) % 5]
    for kind, counted in (("full_members", full), ("all_members", everybody), ("graded", graded)):
        third = Fraction(len(counted), 3)
        rounded = {"floor": floor(third), "nearest": floor(third + Fraction(1, 2)), "ceil": ceil(third)}
        for rounding, whole in rounded.items():
            params = USUAL | {"base": kind, "rounding": rounding}
            cap = excellent_cap(dossier, params, waivers=("lost_contact",), day=DAY)
            assert (cap.base, cap.cap, cap.rounding) == (len(counted), whole, rounding)
    assert excellent_cap(dossier, USUAL | {"base": "graded"}, day=DAY).base == len(full)


@pytest.mark.parametrize("size", SIZES)
def test_half_is_half_or_more_and_not_more_than_half(size: int) -> None:
    for part in range(size + 1):
        assert half_or_more(part, size) == (part * 2 - size >= 0)
        assert more_than_half(part, size) == (part > size - part)


def test_cap_of_two_is_none_and_half_a_person_goes_up() -> None:
    assert share(2, 1, 3) == 0
    assert [share(n, 1, 2, "nearest") for n in (1, 2, 3)] == [1, 1, 2]
    assert [share(n, 1, 3, "ceil") for n in (3, 4, 6, 7)] == [1, 2, 2, 3]
    assert [share(n, 1, 3, "nearest") for n in (1, 2, 4, 5)] == [0, 1, 1, 2]


def test_the_excluded_are_named() -> None:
    raw = b.changed(b.branch(), put={"member/m6/quorum_excluded": True})
    count = quorum(b.dossier(raw), Meeting(id="mt", date=DAY, present=["m1"]))
    assert [m.id for m in count.excluded] == ["m6", "m7", "m8"]
    assert [m.id for m in count.attended] == ["m1"]
    assert count.passes(3)
    assert not count.passes(2)


def test_cap_says_whom_it_counts() -> None:
    dossier = b.dossier()
    words = {"all_members": "党员总数", "full_members": "正式党员", "graded": "参评党员"}
    for base, said in words.items():
        assert excellent_cap(dossier, USUAL | {"base": base}).base_words == said
    assert excellent_cap(dossier, USUAL).ratio_words == "三分之一"


@pytest.mark.parametrize(
    ("numerator", "denominator", "words"),
    [(1, 3, "三分之一"), (3, 10, "十分之三"), (10, 11, "11分之十"), (15, 100, "100分之15"), (0, 3, "三分之零")],
)
def test_the_share_in_words_is_in_chinese_up_to_ten(numerator: int, denominator: int, words: str) -> None:
    params = {**USUAL, "ratio_num": numerator, "ratio_den": denominator}
    assert excellent_cap(b.dossier(), params).ratio_words == words
