"""Whether the superior has looked at a text before the meeting, where a campaign asks for it."""

from __future__ import annotations

from datetime import date

FIRST = "请在会前报上级党组织审阅，审阅后登记日期。"
AFTERWARDS = "会前审阅过的，请如实登记日期；没有审阅的，请写明情况。"


def why_not_reviewed(reviewed_on: date | None, day: date | None) -> str:
    """Why a text counts as not looked at by the day of the meeting; "" when it was; the day itself is in time.

    Args:
        reviewed_on: The day on which the superior looked at it.
        day: The day of the first meeting; None = not known yet.
    """
    if reviewed_on is None:
        return "没有报上级审阅的日期"
    return "的审阅日期晚于会议" if day and reviewed_on > day else ""
