"""The meeting form: attendance first, then the rest, with live hints; criticisms as a matrix of texts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from orglife.core.formview import Layout, Live, Look, Taken, WordsView
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.stages.meeting.notice import begin_notice
from orglife.stages.meeting.record import Briefing, Criticism, LastYear, Meeting, MeetingNotice, WorkReport
from orglife.stages.meeting.work_report import begin_work_report, work_report_live
from orglife.stages.plan.record import Plan
from orglife.stages.shared.people import people
from orglife.stages.shared.quorum import attendance, quorum
from orglife.stages.shared.rounds import first_meeting_day
from orglife.stages.shared.stated import differing, totals


def meeting_live(meeting: Meeting, dossier: Dossier, _campaign: Campaign) -> Live:
    """应到, 实到 and the quorum; members who are neither present nor registered as absent."""
    came, count = attendance(dossier, meeting), quorum(dossier, meeting)
    text = f"应到{came.expected}人，实到{came.present}人。有表决权的{count.expected}人，到会{count.present}人，"
    looks = [
        Look(text + "达到半数以上，可以开会。", "good") if count.met else Look(text + "不足半数，不能开会。", "bad")
    ]
    away = {absence.member for absence in meeting.absent}
    unaccounted = [dossier.name(m.id) for m in came.members if m not in came.attended and m.id not in away]
    if unaccounted:
        looks.append(Look(f"没有到会、也没有登记缺席的：{'、'.join(unaccounted)}。", "must"))
    reported = {f"briefing.{name}": [Look(f"按记录：{words}。")] for name, words in totals(dossier).items()}
    for name in Briefing.model_fields:
        for stated in differing(getattr(meeting.briefing, name), dossier, meeting.date or dossier.as_of):
            reported[f"briefing.{name}"].append(Look(f"这里写“{stated.quote}”，按记录应为{stated.derived}。", "must"))
    return Live({"present": looks, "speeches": _speakers(meeting, dossier), **reported})


def begin_meeting(dossier: Dossier, _campaign: Campaign) -> dict[str, str]:
    """The day for which the meeting was planned, once it has come; place and hour as the notice gave them."""
    plan, notice = dossier.one(Plan), dossier.one(MeetingNotice)
    day = plan.planned_meeting_on if plan else None
    noticed = {"place": notice.place, "planned_start": str(notice.to_json().get("start") or "")} if notice else {}
    begun = {"date": day.isoformat() if day and day <= dossier.as_of else "", **noticed}
    return {name: value for name, value in begun.items() if value}


def first_day(_values: Mapping[str, Any], dossier: Dossier, _campaign: Campaign) -> str | None:
    """The day of the first meeting."""
    day = first_meeting_day(dossier)
    return day.isoformat() if day else None


def meeting_fill(
    values: Mapping[str, Any], _changed: Collection[str], dossier: Dossier, _campaign: Campaign
) -> Mapping[str, Any]:
    """What was typed already: a group's day is that of the meeting, a superior's unit the branch's superior."""
    filled: dict[str, Any] = {}
    day, groups, guests = values.get("date"), values.get("groups") or (), values.get("guests") or ()
    if day and not all(group.get("date") for group in groups):
        filled["groups"] = [{**group, "date": group.get("date") or day} for group in groups]
    above = dossier.branch.superior
    if above and any(_sent_from_above(guest) for guest in guests):
        filled["guests"] = [{**guest, "unit": above} if _sent_from_above(guest) else guest for guest in guests]
    return filled


def _sent_from_above(guest: Mapping[str, Any]) -> bool:
    """Whether a guest came from the superior, of a unit that was not typed."""
    return guest.get("capacity") == "superior" and not guest.get("unit")


def _speakers(meeting: Meeting, dossier: Dossier) -> list[Look]:
    if meeting.groups or not meeting.speeches:
        return []
    spoke = {speech.member for speech in meeting.speeches}
    roster = people(dossier, meeting.date).all
    without_speech = [dossier.name(i) for i in dict.fromkeys(meeting.present) if i in roster and i not in spoke]
    if without_speech:
        return [Look(f"到会而没有发言的：{'、'.join(without_speech)}。", "must")]
    critical = {speech.member for speech in meeting.speeches if speech.self_criticism}
    without_self_criticism = [
        dossier.name(i) for i in dict.fromkeys(meeting.present) if i in roster and i not in critical
    ]
    if without_self_criticism:
        return [Look(f"发了言、还没有勾“作自我批评”的：{'、'.join(without_self_criticism)}。", "must")]
    return [Look("到会的都作了自我批评。", "good")]


LAYOUT = Layout(
    views=(WordsView(Criticism, "author", "target", "text"),),
    first={Meeting.TYPE: ("date", "present", "absent", "guests")},
    live={Meeting.TYPE: meeting_live, WorkReport.TYPE: work_report_live},
    begin={Meeting.TYPE: begin_meeting, MeetingNotice.TYPE: begin_notice, WorkReport.TYPE: begin_work_report},
    taken={
        WorkReport.TYPE: {"date": Taken(first_day, "取自会议记录的日期")},
        LastYear.TYPE: {"reported_on": Taken(first_day, "取自会议记录的日期")},
    },
    fill={Meeting.TYPE: meeting_fill},
)
