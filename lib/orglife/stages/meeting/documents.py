"""F8 议程, F9 会议记录, F10 批评意见汇总, F13 上级点评: the papers of the meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from orglife.core.paper.block import (
    AnyBlock,
    Column,
    Document,
    Facts,
    Heading,
    Note,
    Paragraph,
    Signature,
    Table,
    paragraphs,
)
from orglife.core.paper.paper import Sheet, dash, latest, numbered, period, round_mark, section
from orglife.core.record.dossier import day_words
from orglife.core.record.field import label_of
from orglife.core.record.words import outsider_words, phrase
from orglife.stages.appraisal.record import Tally
from orglife.stages.meeting import script
from orglife.stages.meeting.last_year import last_year_paper
from orglife.stages.meeting.notice import notice_paper
from orglife.stages.meeting.record import (
    Absence,
    Covers,
    Criticism,
    GroupSession,
    Guest,
    LastYear,
    Meeting,
    MeetingNotice,
    Resolution,
    Speech,
    SuperiorComment,
    WorkReport,
)
from orglife.stages.meeting.script import script_paper
from orglife.stages.meeting.work_report import work_report_paper
from orglife.stages.plan.record import Plan
from orglife.stages.shared.explained import attendance_words
from orglife.stages.shared.people import people
from orglife.stages.shared.rounds import guest, of_round


def documents(sheet: Sheet) -> list[Document]:
    """The agenda, then for each round its minutes, criticisms and comments."""
    known = sheet.dossier.one(Meeting) is not None or sheet.dossier.one(Plan) is not None
    papers = [agenda_paper(sheet)] if known else []
    papers += [last_year_paper(sheet, record) for record in sheet.dossier.all(LastYear)]
    papers += [notice_paper(sheet, record) for record in sheet.dossier.all(MeetingNotice)]
    papers += [work_report_paper(sheet, record) for record in sheet.dossier.all(WorkReport)]
    if sheet.campaign.wants(script.PAPER):
        papers += [script_paper(sheet, meeting) for meeting in sheet.dossier.all(Meeting)]
    for meeting in sorted(sheet.dossier.all(Meeting), key=lambda m: (m.round, m.id)):
        papers.append(minutes(sheet, meeting))
        criticisms = of_round(sheet.dossier, Criticism, meeting.round)
        if criticisms:
            papers.append(criticism_paper(sheet, meeting, criticisms))
        papers += [comment_paper(sheet, meeting, c) for c in of_round(sheet.dossier, SuperiorComment, meeting.round)]
    return papers


def agenda_paper(sheet: Sheet) -> Document:
    """F8, derived: the campaign's agenda with the day and place of the meeting, or the planned day."""
    meeting, plan = sheet.dossier.one(Meeting), sheet.dossier.one(Plan)
    day = meeting.date if meeting else plan.planned_meeting_on if plan else None
    start = meeting.planned_start or meeting.start if meeting else None
    chair = sheet.dossier.name(meeting.chair) if meeting else ""
    blocks: list[AnyBlock] = [
        Facts(
            rows=[
                ("时间", period(day_words(day), start, None)),
                ("地点", meeting.place if meeting else ""),
                ("主持人", chair),
                ("参加人员", f"全体党员（{len(people(sheet.dossier, day).all)}名）"),
            ]
        )
    ]
    blocks += [
        Paragraph(text=section(n, sheet.campaign.label(key)), flush=False)
        for n, key in enumerate(sheet.campaign.agenda, start=1)
    ]
    return sheet.document("F8", [f"{sheet.campaign.meeting_name}议程"], blocks)


def minutes(sheet: Sheet, meeting: Meeting) -> Document:
    """F9: attendance with its numbers explained, then the agenda in the order held."""
    label = sheet.dossier.label(meeting)
    blocks: list[AnyBlock] = [*_attendance(sheet, meeting, label)]
    number = 0
    for key in _sections(sheet, meeting):
        number += 1
        blocks.append(Heading(level=1, text=section(number, sheet.campaign.label(key))))
        if key in _CONTENT:  # another year's agenda may have items without a record
            blocks += _CONTENT[key](sheet, meeting)
    if meeting.resolutions:
        blocks.append(Heading(level=1, text=section(number + 1, "表决事项")))
        blocks.append(_resolutions(sheet, meeting))
    blocks += paragraphs(meeting.closing, record=label)
    blocks += sheet.explanations([f"MEET-{n:02d}" for n in range(1, 16)])
    blocks.append(Signature(roles=["主持人", "记录人"], day=_held_until(sheet, meeting)))
    blocks += _added_later(sheet, meeting, label)
    title = [f"{sheet.campaign.meeting_name}会议记录" + round_mark(meeting.round)]
    return sheet.document("F9", title, blocks, subject=meeting.id)


def _attendance(sheet: Sheet, meeting: Meeting, label: str) -> list[AnyBlock]:
    everybody = people(sheet.dossier, meeting.date)
    present = set(meeting.present)
    facts = [
        ("时间", period(sheet.text(meeting, "date"), meeting.start, meeting.end)),
        ("地点", sheet.text(meeting, "place")),
        ("主持人", sheet.text(meeting, "chair")),
        ("记录人", sheet.text(meeting, "recorder")),
        ("到会人数", f"应到{len(everybody.expected)}名，实到{len(present)}名"),
        ("到会党员", sheet.names(meeting.present)),
        ("缺席", "；".join(_absence(sheet, meeting, a) for a in meeting.absent) or "无"),
        ("列席", "；".join(_guest(sheet, meeting, g) for g in meeting.guests) or "无"),
    ]
    if meeting.mode != "onsite":
        facts.append(("形式", sheet.text(meeting, "mode")))
    if meeting.delegation_note:
        facts.append(("委托说明", meeting.delegation_note))
    return [Facts(rows=facts, record=label), Note(text=attendance_words(sheet, meeting))]


def _held_until(sheet: Sheet, meeting: Meeting) -> str:
    """The last day of the meeting itself: its own, that of a group's session, that of its ballot."""
    if meeting.date is None:
        return ""
    tallies = of_round(sheet.dossier, Tally, meeting.round)
    return latest(meeting.date, *(g.date for g in meeting.groups), *(t.date for t in tallies))


def _added_later(sheet: Sheet, meeting: Meeting, label: str) -> list[AnyBlock]:
    """What was done after the minutes had been signed, each with its day, and a line for who adds it."""
    informed = sorted((a for a in meeting.absent if a.informed_on), key=lambda a: a.informed_on or date.max)
    if not informed:
        return []
    notes = [
        Note(
            text=f"补记：{day_words(a.informed_on)}，已向{sheet.text(meeting, 'member', part=a)}通报会议情况。",
            record=label,
        )
        for a in informed
    ]
    return [*notes, Signature(roles=["补记人"])]


def _absence(sheet: Sheet, meeting: Meeting, absence: Absence) -> str:
    reason = phrase(sheet.text(meeting, "reason", part=absence))
    by = sheet.text(meeting, "approved_by", part=absence)
    return f"{sheet.text(meeting, 'member', part=absence)}（{reason}，{by}批准）"


def _guest(sheet: Sheet, meeting: Meeting, one: Guest) -> str:
    unit, capacity = sheet.text(meeting, "unit", part=one), sheet.text(meeting, "capacity", part=one)
    return f"{sheet.text(meeting, 'name', part=one)}（{unit}，{capacity}）"


def _sections(sheet: Sheet, meeting: Meeting) -> list[str]:
    """The agenda items in the order held, then items that were recorded but are missing from it."""
    held = [key for key in dict.fromkeys(meeting.agenda_done) if key in sheet.campaign.agenda]
    recorded = {
        "briefing": meeting.briefing.has_anything(),
        "criticism": bool(meeting.speeches or meeting.groups),
        "summary": meeting.summary.has_anything(),
    }
    return held + [key for key in sheet.campaign.agenda if recorded.get(key) and key not in held]


def _briefing(sheet: Sheet, meeting: Meeting) -> list[AnyBlock]:
    label = sheet.dossier.label(meeting)
    return [
        Paragraph(text=f"{title}：{sheet.text(meeting, name, part=meeting.briefing)}", record=label)
        for name, title in (("preparation", "准备工作"), ("opinions", "征求意见"), ("problems", "查摆问题"))
    ]


def _criticism(sheet: Sheet, meeting: Meeting) -> list[AnyBlock]:
    label = sheet.dossier.label(meeting)
    blocks: list[AnyBlock] = []
    for session in meeting.groups:
        blocks += _group(sheet, meeting, session, label)
    if meeting.groups and meeting.speeches:  # numbers begin anew, and self-criticism was made in the groups
        blocks.append(Heading(level=2, text="全体党员会上的发言"))
    blocks += _speeches(sheet, meeting, meeting.speeches, label, critical=not meeting.groups)
    count = len(of_round(sheet.dossier, Criticism, meeting.round))
    blocks.append(Paragraph(text=f"相互批评意见{count}条，逐条见批评意见汇总。" if count else "没有登记相互批评意见。"))
    return blocks


def _group(sheet: Sheet, meeting: Meeting, session: GroupSession, label: str) -> list[AnyBlock]:
    rows = [
        ("党小组", sheet.text(meeting, "group", part=session)),
        ("时间", period(sheet.text(meeting, "date", part=session), session.start, session.end)),
        ("主持人", sheet.text(meeting, "chair", part=session)),
        *(
            (label_of(GroupSession.model_fields[name]), sheet.text(meeting, name, part=session))
            for name in ("recorder", "place")
            if session.is_set(name)
        ),
        ("到会", sheet.names(session.present)),
    ]
    return [Facts(rows=rows, record=label), *_speeches(sheet, meeting, session.speeches, label)]


def _speeches(
    sheet: Sheet, meeting: Meeting, speeches: list[Speech], label: str, *, critical: bool = True
) -> list[AnyBlock]:
    """The speeches in their order; ``critical``: say of whom it is that no self-criticism was made."""
    turns: list[AnyBlock] = []
    for turn in sorted(speeches, key=lambda s: (s.order is None, s.order)):
        who = sheet.text(meeting, "member", part=turn)
        what = turn.points or ("作自我批评。" if turn.self_criticism else "")
        mark = "" if turn.self_criticism or not critical else "（未作自我批评）"
        lines = what.splitlines() or [""]
        turns.append(Paragraph(text=f"{turn.order or ''}.{who}{mark}：{lines[0]}".lstrip("."), record=label))
        turns += paragraphs("\n".join(lines[1:]), record=label)
    return turns


def _comment(sheet: Sheet, meeting: Meeting) -> list[AnyBlock]:
    comments = of_round(sheet.dossier, SuperiorComment, meeting.round)
    return [
        Paragraph(text=f"{_author(sheet, c)}作了点评，见上级点评记录。", record=sheet.dossier.label(c))
        for c in comments
    ] or [Paragraph(text="没有登记上级点评。")]


def _appraisal(sheet: Sheet, meeting: Meeting) -> list[AnyBlock]:
    tallies = of_round(sheet.dossier, Tally, meeting.round)
    return [
        Paragraph(
            text=f"{sheet.text(t, 'date')}进行民主测评，发出测评票{sheet.text(t, 'issued')}张，"
            f"收回{sheet.text(t, 'returned')}张，有效{sheet.text(t, 'valid')}张，结果见民主测评汇总表。",
            record=sheet.dossier.label(t),
        )
        for t in tallies
    ] or [Paragraph(text="没有登记民主测评。")]


def _summary(sheet: Sheet, meeting: Meeting) -> list[AnyBlock]:
    label = sheet.dossier.label(meeting)
    by = sheet.text(meeting, "by", part=meeting.summary)
    first, *rest = sheet.text(meeting, "text", part=meeting.summary).splitlines() or [""]
    return [Paragraph(text=f"{by}：{first}", record=label), *paragraphs("\n".join(rest), record=label)]


_CONTENT: dict[str, Callable[[Sheet, Meeting], list[AnyBlock]]] = {
    "briefing": _briefing,
    "criticism": _criticism,
    "comment": _comment,
    "appraisal": _appraisal,
    "summary": _summary,
}


def _resolutions(sheet: Sheet, meeting: Meeting) -> Table:
    voters = len(people(sheet.dossier, meeting.date).voters)
    numbers = ("present", "yes", "no", "abstain")
    return Table(
        columns=[Column(head="事项", share=4, align="left"), Column(head="应到")]
        + [Column(head=label_of(Resolution.model_fields[n])) for n in numbers],
        rows=[
            [
                sheet.text(meeting, "subject", part=r),
                str(r.expected if r.expected is not None else voters),
                *(sheet.text(meeting, n, part=r) for n in numbers),
            ]
            for r in meeting.resolutions
        ],
        record=sheet.dossier.label(meeting),
    )


def criticism_paper(sheet: Sheet, meeting: Meeting, criticisms: list[Criticism]) -> Document:
    """F10: every criticism of the round in the speaker's words; the paper's subject is the meeting."""
    criticisms = sorted(criticisms, key=lambda c: (sheet.rank(c.author), sheet.rank(c.target), c.id))
    rows = [
        [
            str(n),
            sheet.text(c, "author"),
            sheet.text(c, "target"),
            sheet.text(c, "text"),
            dash(sheet.text(c, "kind")),
            dash(c.response),
        ]
        for n, c in enumerate(criticisms, start=1)
    ]
    columns = [
        Column(head="序号", share=2),
        Column(head="批评人", share=3),
        Column(head="对象", share=3),
        Column(head="批评意见", share=20, align="left"),
        Column(head="类别", share=2),
        Column(head="本人表态", share=8, align="left"),
    ]
    authors = {c.author for c in criticisms}
    blocks: list[AnyBlock] = [
        Note(text=f"{sheet.text(meeting, 'date')}会议，{len(authors)}名党员提出批评意见{len(criticisms)}条。"),
        Table(columns=columns, rows=rows, record="批评意见"),
        *sheet.explanations([f"CRIT-{n:02d}" for n in range(1, 6)]),
        Signature(roles=["记录人"], day=day_words(meeting.date)),
    ]
    title = ["相互批评意见汇总表" + round_mark(meeting.round)]
    return sheet.document("F10", title, blocks, subject=meeting.id, page="L")


def comment_paper(sheet: Sheet, meeting: Meeting, comment: SuperiorComment) -> Document:
    """F13: the comment of the superior's representative, and the problems pointed out."""
    label = sheet.dossier.label(comment)
    covered = [label_of(info) for n, info in Covers.model_fields.items() if getattr(comment.covers, n)]
    blocks: list[AnyBlock] = [
        Facts(
            rows=[
                ("点评人", _author(sheet, comment)),
                ("日期", sheet.text(meeting, "date")),
                ("涉及内容", "、".join(covered) or "无"),
            ],
            record=label,
        ),
        Heading(level=1, text=section(1, "点评要点")),
        *sheet.prose(comment, "text", under=1),
        Heading(level=1, text=section(2, "点出的问题")),
    ]
    blocks += [
        Paragraph(text=numbered(n, sheet.text(comment, "text", part=p)), record=label)
        for n, p in enumerate(comment.problems, start=1)
    ] or [Paragraph(text="无")]
    blocks.append(Signature(roles=["点评人"], day=day_words(meeting.date)))
    return sheet.document("F13", ["上级党组织点评记录" + round_mark(comment.round)], blocks, subject=comment.id)


def _author(sheet: Sheet, comment: SuperiorComment) -> str:
    who = guest(sheet.dossier, comment.author)
    if who is None:
        return sheet.text(comment, "author")
    return outsider_words(who.name, who.unit)
