"""Check the chronological order of the days of a notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from orglife.notice.model import Fact, Notice
from orglife.notice.values.agreeing import doubtful


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
    """The window, marked ``uncertain`` if it conflicts with another day: that quote then stands beside its own.

    「3月15日前」 and 「2月底前」 do not exclude each other.
    """
    if window is None:
        return None
    start, end = window.value["start"], window.value["end"]
    begins = start or end
    by = mended.value["deadline"] if mended else None
    done, planned = more.get("finish_by"), more.get("plan_deadline")
    others = (
        (report, report.value["deadline"] if report else None),
        (Fact(by, mended.words[-1:], mended.sure) if mended else None, by),
        (done, done.value if done else None),
    )
    for other, day in others:
        if other and day and day < begins:
            return doubtful(window, other)
    return doubtful(window, planned) if planned and planned.value > end else window
