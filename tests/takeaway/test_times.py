"""The clocks of a computer and of the server: when a branch is taken home, and what was entered there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from orglife.adapters.store.chain import Revision
from orglife.core.errors import ClockWrong, NotBroughtBack
from orglife.takeaway import lending, returning

if TYPE_CHECKING:
    from orglife.adapters.store.server.database import ServerDatabase
    from orglife.adapters.store.server.loans import Loan

NOW = datetime(2024, 2, 20, 12, tzinfo=UTC)
TAKEN = datetime(2024, 2, 5, 12, tzinfo=UTC)


class Clock(datetime):
    """The computer's clock."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return NOW


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("seconds", "wrong"), [(0, 0), (359, 0), (360, 6), (7200, 120)])
def test_a_clock_is_wrong_from_the_sixth_minute_on(
    seconds: int, wrong: int, sign: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lending, "datetime", Clock)
    database = cast("ServerDatabase", SimpleNamespace(now=lambda: NOW + sign * timedelta(seconds=seconds)))
    if not wrong:
        lending._require_right_clock(database)
        return
    with pytest.raises(ClockWrong) as refused:
        lending._require_right_clock(database)
    assert refused.value.fields["minutes"] == wrong


@pytest.mark.parametrize(
    ("at", "accepted"),
    [
        (TAKEN - timedelta(minutes=10), True),
        (TAKEN - timedelta(minutes=10, microseconds=1), False),
        (TAKEN, True),
        (NOW + timedelta(minutes=10), True),
        (NOW + timedelta(minutes=10, microseconds=1), False),
    ],
)
def test_what_was_entered_at_home_lies_between_the_loan_and_now(at: datetime, accepted: bool) -> None:
    loan = cast("Loan", SimpleNamespace(since=TAKEN))
    text = at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    revision = Revision("2024-seed", "t01", 7, "talk", "t1", 1, "甲", text, "remove", None, "")
    if accepted:
        returning._require_right_times("U盘", loan, [revision], NOW)
        return
    with pytest.raises(NotBroughtBack, match="第7条修改写的录入时间"):
        returning._require_right_times("U盘", loan, [revision], NOW)
