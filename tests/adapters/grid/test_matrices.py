"""What a tick does to a list of members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from orglife.adapters.grid.matrices import ticked

ROSTER = ["m1", "m2", "m3"]


@pytest.mark.parametrize(
    ("ticks", "now", "then"),
    [
        ({"m1": True}, None, ["m1"]),
        ({"m1": True}, ["m1"], ["m1"]),
        ({"m2": True}, ["m1", "m3"], ["m1", "m2", "m3"]),
        ({"m2": True}, ["m3", "m1"], ["m3", "m1", "m2"]),
        ({"m2": False}, ["m1", "m2", "m3"], ["m1", "m3"]),
        ({"m2": None}, ["m1", "m2"], ["m1"]),
        ({"m2": None}, ["m1"], ["m1"]),
        ({"m1": True}, ["m9", "m2"], ["m9", "m1", "m2"]),
        ({"m1": True}, ["m2", "m9"], ["m2", "m9", "m1"]),
        ({"m2": True}, ["m1", "m9"], ["m1", "m9", "m2"]),
        ({}, ["m3", "m2"], ["m3", "m2"]),
    ],
)
def test_a_tick_adds_or_removes_a_member_and_keeps_the_order(
    ticks: Mapping[str, bool | None], now: Sequence[str] | None, then: Sequence[str]
) -> None:
    assert ticked(ticks, ROSTER, now) == then
