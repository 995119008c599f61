"""When each checkpoint falls due: computed from the records and the campaign's dates, never from a clock."""

from __future__ import annotations

from datetime import date

from orglife.core.record.day import days_after
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.rule import BUREAU, CHECKPOINTS
from orglife.stages.meeting.record import Meeting
from orglife.stages.report.record import Filing, Report
from orglife.stages.shared.rounds import meeting_day, meeting_in_force

MINUTES_DAYS = 3
"""Days after the meeting by which the minutes must be complete."""
RECTIFY_DAYS = 7
"""Days after the meeting by which grades and lists must exist."""


def checkpoints_up_to(checkpoint: str) -> frozenset[str]:
    """The checkpoints due under ``check --checkpoint X``: all up to X; for close and archive the bureau's too."""
    if checkpoint == BUREAU:
        return frozenset({BUREAU})
    upto = CHECKPOINTS[: CHECKPOINTS.index(checkpoint) + 1]
    return frozenset(upto) | ({BUREAU} if checkpoint in ("close", "archive") else frozenset())


def due_checkpoints(dossier: Dossier, campaign: Campaign, checkpoint: str | None = None) -> frozenset[str]:
    """The checkpoints due on the day of the check, or up to the checkpoint requested by name.

    When a checkpoint is due, all earlier ones are due too.
    """
    if checkpoint is not None:
        return checkpoints_up_to(checkpoint)
    due = {
        "prep": _prep_due(dossier, campaign),
        "meeting": _meeting_due(dossier, campaign),
        "rectify": _rectify_due(dossier, campaign),
        "close": _is_past(dossier.as_of, campaign.report_deadline, 0),
    }
    last = max((CHECKPOINTS.index(name) for name, is_due in due.items() if is_due), default=0)
    return frozenset(CHECKPOINTS[: last + 1]) | ({BUREAU} if due["close"] else frozenset())


def meeting_held(dossier: Dossier) -> bool:
    """Whether the meeting was held by the day of the check: what had to come before it can no longer be done."""
    return any(m.completed or (m.date is not None and m.date <= dossier.as_of) for m in dossier.all(Meeting))


def bureau_due(campaign: Campaign, as_of: date, checkpoint: str | None = None) -> frozenset[str]:
    """The bureau's checkpoint if it is due on a day, or the checkpoints up to the one requested by name."""
    if checkpoint is not None:
        return checkpoints_up_to(checkpoint)
    return frozenset({BUREAU}) if _is_past(as_of, campaign.report_deadline, 0) else frozenset()


def _is_past(as_of: date, day: date | None, days: int) -> bool:
    return day is not None and as_of > days_after(day, days)


def _prep_due(dossier: Dossier, campaign: Campaign) -> bool:
    return meeting_held(dossier) or _is_past(dossier.as_of, campaign.meeting_end, 0)


def _meeting_due(dossier: Dossier, campaign: Campaign) -> bool:
    meeting = meeting_in_force(dossier)
    if meeting is not None and meeting.completed:
        return True
    return _is_past(dossier.as_of, meeting_day(dossier) or campaign.meeting_end, MINUTES_DAYS)


def _rectify_due(dossier: Dossier, campaign: Campaign) -> bool:
    if any(dossier.records.get(kind.TYPE) for kind in (Filing, Report)):
        return True
    meeting = meeting_in_force(dossier)
    entered = meeting is not None and (meeting.completed or bool(meeting.present))
    day = meeting_day(dossier) if entered else None  # a day alone: first the minutes, then what follows from them
    return _is_past(dossier.as_of, day or campaign.meeting_end, RECTIFY_DAYS)
