"""Figures of the report on a day: what is done on that very day counts, what follows does not."""

from __future__ import annotations

from datetime import date

import pytest

from orglife.stages.rectification.record import RectItem
from orglife.stages.shared.figures import done_by

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
