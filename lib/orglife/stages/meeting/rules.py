"""Rules for the meeting: its day, who chaired it, briefing, comment and summary."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.record.field import label_of
from orglife.core.rule.rule import Case, Effect, Rule, Severity, Spot, rule, spot
from orglife.stages.meeting import criticism, work_report
from orglife.stages.meeting.agenda import (
    agenda_item_missing,
    agenda_out_of_order,
    minutes_half_entered,
    missing_agenda,
)
from orglife.stages.meeting.attendance import (
    absent_without_leave,
    attendance_misstated,
    attendance_not_entered,
    leader_absent,
    too_few_present,
)
from orglife.stages.meeting.last_year import carried_item_left_out, not_reported, result_missing
from orglife.stages.meeting.notice import meeting_differs_from_notice, notice_missing
from orglife.stages.meeting.record import Briefing, Covers, SuperiorComment
from orglife.stages.meeting.speeches import member_before_team, no_self_criticism
from orglife.stages.shared.people import people, secretary
from orglife.stages.shared.rounds import comments_in_force, meeting_in_force, of_round, ordered_again
from orglife.stages.shared.stated import differing


@rule(
    "MEET-01",
    severity=Severity.ERROR,
    title="缺少会议记录",
    message="没有{meeting_name}的会议记录。",
    fix="已经开会的，请按会上的记录如实录入；还没有开会的，请安排开会。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="branch",
    asks="meeting",
    minutes=20,
    demand="meeting.held",
    general="jiaoyu-17",
)
def no_meeting(case: Case) -> Iterator[Spot]:
    """No minutes of any round exist."""
    if meeting_in_force(case.dossier) is None:
        yield spot()


@rule(
    "MEET-02",
    severity=Severity.ERROR,
    title="会议日期不在规定时段",
    message="会议日期{date}不在{meeting_start}至{meeting_end}之间。",
    fix="日期有误的请更正；日期无误的，请如实保留，并向上级党组织说明。",
    checkpoint="meeting",
    stage="meeting",
    kind="wrong",
    per="record",
    asks="meeting",
    demand="meeting.window",
    needs=("meeting_start", "meeting_end"),
    effect=Effect.EXPLAIN,
)
def meeting_outside_window(case: Case) -> Iterator[Spot]:
    """The meeting was held too early or too late; both limits are inclusive, and a round ordered again is exempt."""
    meeting = meeting_in_force(case.dossier)
    start, end = case.campaign.meeting_start, case.campaign.meeting_end
    if meeting is None or meeting.date is None or start is None or end is None:
        return
    if not start <= meeting.date <= end and not ordered_again(case.dossier, meeting.round):
        yield spot(meeting, field="date", date=meeting.date)


@rule(
    "MEET-03",
    severity=Severity.ERROR,
    title="主持人不是书记，也没有委托",
    message="会议由{chair}主持，{why}。",
    fix="主持人填错的请更正；书记确曾委托副书记或委员主持的，请登记委托说明；没有委托的，请写明情况。",
    checkpoint="meeting",
    stage="meeting",
    kind="wrong",
    per="record",
    asks="meeting",
    field="delegation_note",
    demand="meeting.chair",
    general="zhibu-14",
    effect=Effect.EXPLAIN,
)
def chaired_by_someone_else(case: Case) -> Iterator[Spot]:
    """The chair was neither the secretary nor a member of the leadership with a delegation note."""
    meeting = meeting_in_force(case.dossier)
    the_secretary = secretary(case.dossier, meeting.date) if meeting else None
    if meeting is None or the_secretary is None or meeting.chair in ("", the_secretary.id):
        return
    in_team = meeting.chair in people(case.dossier, meeting.date).team
    if not (in_team and meeting.delegation_note):
        reason = "没有书记委托的说明" if in_team else "主持人不是副书记或委员"
        yield spot(meeting, field="chair", chair=case.dossier.name(meeting.chair), why=reason)


@rule(
    "MEET-08",
    severity=Severity.ERROR,
    title="书记通报内容不全",
    message="书记通报没有写：{missing}。",
    fix="会上通报过的，请如实登记；没有通报的，请在下一次党员大会上补充通报，并写明情况。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="record",
    asks="meeting",
    field="briefing",
    demand="meeting.briefing",
)
def briefing_incomplete(case: Case) -> Iterator[Spot]:
    """The briefing lacks preparation, opinions or problems; an omitted one is reported by MEET-06; silent for MEET-25."""
    meeting = meeting_in_force(case.dossier)
    if meeting is None or "briefing" in missing_agenda(case) or case.fires(minutes_half_entered):
        return
    missing = meeting.briefing.blanks()
    if missing:
        yield spot(meeting, field="briefing", missing=missing)


@rule(
    "MEET-11",
    severity=Severity.ERROR,
    title="缺少上级点评",
    message="没有上级党组织与会指导同志的点评记录。",
    fix="会上有点评的，请登记与会同志及其点评；上级没有派人到会的，请写明情况。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="record",
    asks="superior_comment",
    demand="meeting.comment",
    effect=Effect.EXPLAIN,
)
def no_comment(case: Case) -> Iterator[Spot]:
    """No superior among the guests commented; an omitted comment is reported by MEET-06; silent for MEET-25."""
    meeting = meeting_in_force(case.dossier)
    if meeting is None or "comment" in missing_agenda(case) or case.fires(minutes_half_entered):
        return
    if not comments_in_force(case.dossier):
        yield spot(meeting)


@rule(
    "MEET-12",
    severity=Severity.WARNING,
    title="点评内容不全",
    message="上级点评没有涉及：{missing}。",
    fix="请核对点评记录；确实没有涉及的，如实保留。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="record",
    asks="superior_comment",
    field="covers",
    opens=lambda dossier, _campaign: comments_in_force(dossier),
    demand="meeting.comment_scope",
    effect=Effect.EXPLAIN,
)
def comment_too_narrow(case: Case) -> Iterator[Spot]:
    """The comments together omit the meeting, the criticism or the guidance; silent for MEET-25."""
    meeting = meeting_in_force(case.dossier)
    if meeting is None or "comment" in missing_agenda(case) or case.fires(no_comment):
        return
    if case.fires(minutes_half_entered):
        return
    comments = of_round(case.dossier, SuperiorComment, meeting.round)
    labels = {name: label_of(info) for name, info in Covers.model_fields.items()}
    missing = [label for name, label in labels.items() if not any(getattr(c.covers, name) for c in comments)]
    if comments and missing:
        yield spot(meeting, missing=missing)


@rule(
    "MEET-13",
    severity=Severity.ERROR,
    title="没有书记的会议小结",
    message="会议小结{why}，应由{who}作表态性发言。",
    fix="会上作过的，请如实登记；没有作的，请在下一次党员大会或党小组会上补上，并报上级党组织。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="record",
    asks="meeting",
    field="summary",
    demand="meeting.summary",
)
def summary_missing_or_by_someone_else(case: Case) -> Iterator[Spot]:
    """The closing statement has no text, or was made by neither the secretary nor the delegate who chaired.

    A delegate is accepted only with a delegation note, as for the chair (MEET-03). For MEET-25 only the wrong speaker is
    reported.
    """
    meeting = meeting_in_force(case.dossier)
    the_secretary = secretary(case.dossier, meeting.date) if meeting else None
    if meeting is None or the_secretary is None or "summary" in missing_agenda(case):
        return
    name, by = case.dossier.name, meeting.summary.by
    speaker = meeting.chair if meeting.delegation_note else the_secretary.id
    typing = bool(case.fires(minutes_half_entered))
    reasons = [] if meeting.summary.text or typing else ["没有写要点"]
    if by != speaker and (by or not typing):
        reasons.append(f"由{name(by)}作" if by else "没有写明由谁作")
    if reasons:
        who = f"受委托的主持人{name(speaker)}" if meeting.delegation_note else f"支部书记{name(speaker)}"
        yield spot(meeting, field="summary", why=reasons, who=who)


@rule(
    "MEET-17",
    severity=Severity.INFO,
    title="书记通报的数字与记录不符",
    message="书记通报写“{quote}”，按记录应为{derived}。",
    fix="请核对：会上原话如此的，保留；登记漏了的，补上漏登记的那一条。",
    checkpoint="meeting",
    stage="meeting",
    kind="wrong",
    per="text",
    asks="meeting",
    field="briefing",
    general="consistent",
)
def briefing_number_differs(case: Case) -> Iterator[Spot]:
    """A number in the secretary's briefing differs from the records as of the meeting."""
    meeting = meeting_in_force(case.dossier)
    if meeting is None:
        return
    day = meeting.date or case.dossier.as_of
    for name in Briefing.model_fields:
        for stated in differing(getattr(meeting.briefing, name), case.dossier, day):
            yield spot(meeting, field="briefing", quote=stated.quote, derived=stated.derived)


RULES: tuple[Rule, ...] = (
    no_meeting,
    minutes_half_entered,
    meeting_outside_window,
    chaired_by_someone_else,
    too_few_present,
    absent_without_leave,
    attendance_not_entered,
    agenda_item_missing,
    agenda_out_of_order,
    briefing_incomplete,
    no_self_criticism,
    member_before_team,
    no_comment,
    comment_too_narrow,
    summary_missing_or_by_someone_else,
    leader_absent,
    attendance_misstated,
    briefing_number_differs,
    *criticism.RULES,
    not_reported,
    result_missing,
    carried_item_left_out,
    notice_missing,
    meeting_differs_from_notice,
    *work_report.RULES,
)
