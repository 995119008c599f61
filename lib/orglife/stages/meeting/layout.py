"""The meeting form: attendance first, then the rest, with live hints; criticisms as a matrix of texts."""

from __future__ import annotations

from orglife.core.formview import Layout, Live, Look, WordsView
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.stages.meeting.record import Criticism, Meeting
from orglife.stages.shared.people import people
from orglife.stages.shared.quorum import attendance, quorum


def meeting_live(meeting: Meeting, dossier: Dossier, _campaign: Campaign) -> Live:
    """应到, 实到 and the quorum; members who are neither present nor registered as absent."""
    came, count = attendance(dossier, meeting), quorum(dossier, meeting)
    text = f"应到{came.expected}人，实到{came.present}人。有表决权的{count.expected}人，到会{count.present}人，"
    looks = [
        Look(text + "达到半数以上，可以开会。", "good") if count.met else Look(text + "不足半数，不能开会。", "bad")
    ]
    away = {absence.member for absence in meeting.absent}
    silent = [m.name for m in came.members if m not in came.attended and m.id not in away]
    if silent:
        looks.append(Look(f"没有到会、也没有登记缺席的：{'、'.join(silent)}。", "must"))
    return Live({"present": looks, "speeches": _speakers(meeting, dossier)})


def _speakers(meeting: Meeting, dossier: Dossier) -> list[Look]:
    if meeting.groups or not meeting.speeches:
        return []
    spoke = {speech.member for speech in meeting.speeches}
    roster = people(dossier, meeting.date).all
    left = [roster[i].name for i in dict.fromkeys(meeting.present) if i in roster and i not in spoke]
    if left:
        return [Look(f"到会而没有发言的：{'、'.join(left)}。", "must")]
    critical = {speech.member for speech in meeting.speeches if speech.self_criticism}
    silent = [roster[i].name for i in dict.fromkeys(meeting.present) if i in roster and i not in critical]
    if silent:
        return [Look(f"发了言、还没有勾“作自我批评”的：{'、'.join(silent)}。", "must")]
    return [Look("到会的都作了自我批评。", "good")]


LAYOUT = Layout(
    views=(WordsView(Criticism, "author", "target", "text"),),
    first={Meeting.TYPE: ("date", "present", "absent", "guests")},
    live={Meeting.TYPE: meeting_live},
)
