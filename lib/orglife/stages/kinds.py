"""Every record type, in the order in which a dossier lists them."""

from __future__ import annotations

from orglife.core.record.branch import Explanation, Member
from orglife.core.record.record import Record
from orglife.stages.appraisal.record import Disposal, Grade, GradeMeeting, Tally
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.meeting.record import Criticism, Meeting, SuperiorComment
from orglife.stages.opinions.record import Opinion
from orglife.stages.plan.record import Attachment, CheckItem, Plan
from orglife.stages.rectification.record import Pledge, Publication, RectItem, RectList
from orglife.stages.report.record import Filing, RedoOrder, Remark, Report
from orglife.stages.reviews.record import MemberReview, ProblemList, TeamReview
from orglife.stages.study.record import Study
from orglife.stages.supervision.record import Assignment, BureauLeader, Supervision
from orglife.stages.talks.record import Talk

KINDS: tuple[type[Record], ...] = (
    Member,
    Plan,
    Explanation,
    CheckItem,
    Attachment,
    Study,
    Talk,
    Opinion,
    TeamReview,
    MemberReview,
    ProblemList,
    Meeting,
    Criticism,
    SuperiorComment,
    Tally,
    GradeMeeting,
    Grade,
    Disposal,
    RectItem,
    RectList,
    Pledge,
    Publication,
    Filing,
    Report,
    RedoOrder,
    Remark,
    ArchiveItem,
)
BUREAU_KINDS: tuple[type[Record], ...] = (BureauLeader, Supervision, Assignment, RedoOrder, Remark)
BY_TYPE: dict[str, type[Record]] = {kind.TYPE: kind for kind in (*KINDS, *BUREAU_KINDS)}
