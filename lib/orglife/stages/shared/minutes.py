"""Minutes that are being entered: what of them is still to be typed, in one list instead of a finding for each.

While somebody types the minutes, most of what the rules miss is simply not typed yet. Once 记录完成 is ticked, or at most
one part is blank, each rule speaks for itself.
"""

from __future__ import annotations

from orglife.core.record.dossier import Dossier
from orglife.core.record.memo import memoized
from orglife.core.rule.campaign import Campaign
from orglife.stages.meeting.record import GroupSession, Meeting, SuperiorComment
from orglife.stages.shared.people import excused, people, secretary
from orglife.stages.shared.rounds import comments_in_force, criticisms_in_force, meeting_in_force, of_round

FEW = 2
"""With so many wholly blank parts, minutes count as being entered; a single blank part was probably left out."""
NAMED = 3
"""Most names in a list of people."""


@memoized
def left_to_enter(dossier: Dossier, campaign: Campaign) -> list[str]:
    """What is still to be entered into minutes that are being entered; [] where none are.

    That is: somebody is entered as present, the day is not ahead, 记录完成 is not ticked, and several parts are blank.
    """
    meeting = meeting_in_force(dossier)
    if meeting is None or meeting.completed or not meeting.present:
        return []
    if meeting.date is not None and meeting.date > dossier.as_of:
        return []
    if _blank_parts(dossier, meeting, campaign) < FEW:
        return []
    missing = [key for key in campaign.agenda if key not in meeting.agenda_done]
    nothing = len(missing) == len(campaign.agenda)
    left = _absences(dossier, meeting)
    if missing:
        left.append("实际议程" if nothing else f"议程里的{campaign.labels_of(missing)}")

    def asked(demand: str, part: str) -> bool:
        """Whether the plan asks for it, and the agenda, once it is entered, holds it."""
        return campaign.makes(demand) and (nothing or part not in missing)

    if asked("meeting.briefing", "briefing") and meeting.briefing.blanks():
        left.append("书记通报")
    left += _speeches(dossier, meeting, campaign)
    if asked("meeting.comment", "comment"):
        left += _comments(dossier, meeting)
    if asked("meeting.summary", "summary") and secretary(dossier, meeting.date) and meeting.summary.blanks():
        left.append("会议小结")
    return left


def _blank_parts(dossier: Dossier, meeting: Meeting, campaign: Campaign) -> int:
    """How many parts that the plan asks for hold nothing at all."""
    speeches = [speech for session in _sessions(meeting) for speech in session.speeches]
    briefing = meeting.briefing
    parts = {
        "meeting.briefing": briefing.preparation or briefing.opinions or briefing.problems,
        "meeting.self_criticism": any(speech.self_criticism for speech in speeches),
        "meeting.criticism_each": criticisms_in_force(dossier),
        "meeting.comment": comments_in_force(dossier),
        "meeting.summary": meeting.summary.text,
    }
    agenda = bool(campaign.agenda) and not meeting.agenda_done
    return int(agenda) + sum(1 for demand, part in parts.items() if campaign.makes(demand) and not part)


def _sessions(meeting: Meeting) -> list[Meeting | GroupSession]:
    return [meeting, *meeting.groups]


def _absences(dossier: Dossier, meeting: Meeting) -> list[str]:
    """Members who are neither present nor on leave."""
    on_leave = {each.member for each in meeting.absent if each.reason and each.approved_by}
    expected = people(dossier, meeting.date).expected.values()
    away = [m.id for m in expected if m.mobile_state != "lost" and m.id not in {*meeting.present, *on_leave}]
    return [f"{_names(dossier, away)}缺席的原因和批准人"] if away else []


def _speeches(dossier: Dossier, meeting: Meeting, campaign: Campaign) -> list[str]:
    """Members who came and whose self-criticism, or whose criticism of others, is not entered."""
    sessions = _sessions(meeting)
    came = {i for session in sessions for i in session.present}
    spoke = {s.member for session in sessions for s in session.speeches if s.self_criticism}
    roster = people(dossier, meeting.date).all
    left = []
    silent = [i for i, member in roster.items() if i in came - spoke and not excused(member)]
    if silent and campaign.makes("meeting.self_criticism"):
        left.append(f"{_names(dossier, silent)}的自我批评")
    critics = {c.author for c in criticisms_in_force(dossier) if c.target != c.author and c.target in roster}
    without = [i for i in roster if i in meeting.present and i not in critics]
    if without and campaign.makes("meeting.criticism_each") and len(roster.keys() & set(meeting.present)) > 1:
        left.append(f"{_names(dossier, without)}的批评意见")
    return left


def _comments(dossier: Dossier, meeting: Meeting) -> list[str]:
    """The superior's comment, or what it covers."""
    if not comments_in_force(dossier):
        return ["上级点评"]
    comments = of_round(dossier, SuperiorComment, meeting.round)
    covered = any(each.covers.meeting or each.covers.criticism or each.covers.guidance for each in comments)
    return [] if covered else ["上级点评涉及的内容"]


def _names(dossier: Dossier, members: list[str]) -> str:
    """Members by name; of many the first and how many."""
    names = "、".join(dossier.name(ident) for ident in members[:NAMED])
    return names if len(members) <= NAMED else f"{names}等{len(members)}人"
