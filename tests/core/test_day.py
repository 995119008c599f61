"""A day of check that remembers on which days it would have been answered the same."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from orglife.core.record.day import Watched, days_after

DAY, BEFORE, AFTER = date(2024, 3, 10), date(2024, 3, 1), date(2024, 4, 1)
ASKED: list[Callable[[date], object]] = [
    lambda d: d < AFTER,
    lambda d: AFTER > d,  # noqa: SIM300
    lambda d: d <= DAY,
    lambda d: DAY <= d,  # noqa: SIM300
    lambda d: d > BEFORE,
    lambda d: d >= DAY,
    lambda d: d == BEFORE,
    lambda d: d != AFTER,
    lambda d: DAY == d,  # noqa: SIM300
    lambda d: d in (BEFORE, AFTER),
    lambda d: d in {BEFORE, DAY},
    lambda d: max([BEFORE, d, AFTER]),
    lambda d: min(BEFORE, d),
    lambda d: sorted([AFTER, d, BEFORE]).index(AFTER),
    lambda d: AFTER - d,
    lambda d: d - BEFORE,
    lambda d: d + timedelta(days=1),
    lambda d: timedelta(days=1) + d,
    lambda d: d - timedelta(days=1),
    lambda d: (d.year, d.month, d.day),
    lambda d: d.month,
    str,
    repr,
    hash,
    lambda d: f"{d:%Y}",
    lambda d: d.strftime("%j"),
    lambda d: d.isoformat(),
    lambda d: d.weekday(),
    lambda d: d.toordinal(),
    lambda d: d.replace(day=2),
    lambda d: d.timetuple(),
    lambda d: d == d,  # noqa: PLR0124
    lambda d: d is None,
    bool,
    lambda d: d < AFTER and d > BEFORE,
    lambda d: d < date.max and d >= date.min,
]


@pytest.mark.parametrize("ask", ASKED)
def test_within_its_days_every_answer_is_the_same_and_what_tells_the_day_holds_on_it_alone(
    ask: Callable[[date], object],
) -> None:
    day = Watched(DAY)
    answer = ask(day)
    assert answer == ask(DAY)
    assert day.since <= DAY <= day.until
    for days in range(-60, 60):
        other = DAY + timedelta(days=days)
        if day.since <= other <= day.until:
            assert ask(other) == answer


def test_it_asks_no_more_than_it_must() -> None:
    day = Watched(DAY)
    assert (day.since, day.until) == (date.min, date.max)
    assert BEFORE < day < AFTER
    assert (day.since, day.until) == (BEFORE + timedelta(days=1), AFTER - timedelta(days=1))
    assert day.itself == DAY
    assert type(day.itself) is date


def test_what_is_no_other_day_tells_nothing_of_it() -> None:
    day = Watched(DAY)
    assert day == day  # noqa: PLR0124
    assert day != "2024-03-10"
    assert (day.since, day.until) == (date.min, date.max)


@pytest.mark.parametrize(
    ("day", "days", "after"),
    [
        (DAY, 1, date(2024, 3, 11)), (DAY, -10, date(2024, 2, 29)), (DAY, 0, DAY), (date.max, 0, date.max),
        (date.max, 1, date.max), (DAY, 10**9, date.max), (date.min, -1, date.min), (DAY, -(10**9), date.min),
    ],
)  # fmt: skip
def test_days_after_a_day_end_with_the_calendar(day: date, days: int, after: date) -> None:
    assert days_after(day, days) == after


def test_it_does_not_travel() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Watched(DAY))
