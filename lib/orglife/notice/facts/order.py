"""Check the chronological order of the days of a notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from orglife.notice.facts.spans import contradiction
from orglife.notice.model import Fact, Notice


def deadline_after_meeting(notice: Notice, window: Fact | None, fact: Fact | None) -> Fact | None:
    """The fact, with its deadline a year later if the year was derived and the deadline is before the meeting.

    If the notice names no days for the meeting, the day of the notice is used instead.
    """
    value = fact.value if fact else None
    if not fact or not isinstance(value, dict) or not value.get("deadline") or fact.sure == "stated":
        return fact
    signed = notice.calendar.day.isoformat() if notice.calendar.day else ""
    begins = (window.value["start"] or window.value["end"]) if window else signed
    by = date.fromisoformat(value["deadline"])
    if not begins or value["deadline"] >= begins or (by.month, by.day) == (2, 29):
        return fact
    return replace(fact, value={**value, "deadline": by.replace(year=by.year + 1).isoformat()}, sure="uncertain")


def checked_window(
    window: Fact | None, more: Mapping[str, Fact], report: Fact | None, mended: Fact | None
) -> Fact | None:
    """The window, marked ``uncertain`` if it conflicts with another day.

    A conflict is an error only if neither day is uncertain and the window has a first day: 「3月15日前」 and
    「2月底前」 do not exclude each other.

    Raises:
        NoticeContradicts: days in an impossible order; names both places and quotes.
    """
    if window is None:
        return None
    start, end = window.value["start"], window.value["end"]
    begins = start or end
    by = mended.value["deadline"] if mended else None
    done = more.get("finish_by")
    others = (
        ("会议时间和报告时限", report, report.value["deadline"] if report else None),
        ("会议时间和整改时限", Fact(by, mended.words[-1:], mended.sure) if mended else None, by),
        ("会议时间和完成时限", done, done.value if done else None),
    )
    doubtful = False
    for what, other, day in others:
        if not (other and day and begins and day < begins):
            continue
        if start and "uncertain" not in (window.sure, other.sure):
            raise contradiction(what, window, other)
        doubtful = True
    planned = more.get("plan_deadline")
    if planned and end and planned.value > end:
        if "uncertain" not in (window.sure, planned.sure):
            raise contradiction("方案制定时限和会议时间", planned, window)
        doubtful = True
    return replace(window, sure="uncertain") if doubtful else window
