"""F24 会议通知: the letter that calls the meeting, its blank, and the rules that compare it with the meeting."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.paper.block import ISSUER, TO_FILL, AnyBlock, Document, Facts, Heading, Paragraph, Signature, Space
from orglife.core.paper.paper import Sheet, latest, section
from orglife.core.record.dossier import Dossier, clock_words, day_words
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.meeting.record import MeetingNotice
from orglife.stages.plan.record import Plan
from orglife.stages.shared.blank_forms import BLANK
from orglife.stages.shared.rounds import first_meeting_day, meeting_in_force

FORM = "F24"


def notice_paper(sheet: Sheet, notice: MeetingNotice) -> Document:
    """F24: when and where, the agenda, who comes, and what to prepare; issued by the branch."""
    label = sheet.dossier.label(notice)
    when = f"{sheet.text(notice, 'meeting_on')}{sheet.text(notice, 'start')}"
    name = sheet.campaign.meeting_name
    blocks: list[AnyBlock] = [
        Paragraph(text=f"定于{when}在{sheet.text(notice, 'place')}召开{name}。现将有关事项通知如下。", record=label),
        Heading(text=section(1, "会议议程")),
        *_agenda(sheet),
        Heading(text=section(2, "参加人员")),
        Paragraph(text=sheet.text(notice, "who"), record=label),
    ]
    if notice.prepare:
        blocks += [Heading(text=section(3, "会前准备")), *sheet.prose(notice, "prepare", under=1)]
    issuer = (sheet.dossier.branch.name or TO_FILL) + ISSUER
    blocks += sheet.explanations([notice_missing.id, meeting_differs_from_notice.id])
    blocks.append(Signature(roles=[issuer], day=latest(notice.sent_on)))
    return sheet.document(
        FORM, _title(sheet), blocks, subject=notice.id, page="9704", recipient=notice.to, subtitle="", one=True
    )


def _title(sheet: Sheet) -> list[str]:
    return [f"关于召开{sheet.campaign.meeting_name}的通知"]


def _agenda(sheet: Sheet) -> list[AnyBlock]:
    items = [sheet.campaign.label(key) for key in sheet.campaign.agenda]
    return [Paragraph(text=f"{n}.{text}") for n, text in enumerate(items, start=1)] or [Paragraph(text="见会议议程。")]


def notice_blank(sheet: Sheet) -> Document:
    """F24 to fill in by hand."""
    blocks: list[AnyBlock] = [
        Facts(rows=[("时间", ""), ("地点", ""), ("参加人员", "")], across=1),
        Heading(text=section(1, "会议议程")),
        *_agenda(sheet),
        Heading(text=section(2, "会前准备")),
        Space(lines=6),
        Signature(roles=[(sheet.dossier.branch.name or "党支部") + ISSUER]),
    ]
    return sheet.document(FORM, _title(sheet), blocks, subject=BLANK, page="9704", subtitle="")


def begin_notice(dossier: Dossier, _campaign: Campaign) -> dict[str, str]:
    """The day for which the meeting is planned."""
    plan = dossier.one(Plan)
    day = plan.planned_meeting_on if plan else None
    return {"meeting_on": day.isoformat()} if day else {}


@rule(
    "MEET-21",
    severity=Severity.ERROR,
    title="没有会议通知",
    message="没有登记召开{meeting_name}的通知。",
    fix="请照发出的通知登记；还没有发的，请在会前发出。",
    fix_after="发过通知的，请照发出的登记；没有发的，请写明情况。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="branch",
    asks="meeting_notice",
    demand="meeting.notice",
    effect_after=Effect.EXPLAIN,
)
def notice_missing(case: Case) -> Iterator[Spot]:
    """The campaign demands a notice, and none is recorded."""
    if not case.dossier.all(MeetingNotice):
        yield spot()


@rule(
    "MEET-22",
    severity=Severity.WARNING,
    title="会议与通知的不一致",
    message="会议通知写{noticed}，会议记录写{held}。",
    fix="请核对：通知以后改过时间、地点的，照实保留；登记写错的，请更正。",
    checkpoint="meeting",
    stage="meeting",
    kind="wrong",
    per="record",
    asks="meeting_notice",
    general="consistent",
)
def meeting_differs_from_notice(case: Case) -> Iterator[Spot]:
    """The first meeting was held on another day or at another place than the notice says, or before it was sent."""
    meeting, held = meeting_in_force(case.dossier), first_meeting_day(case.dossier)
    for notice in case.dossier.all(MeetingNotice):
        if held and notice.meeting_on and held != notice.meeting_on:
            yield spot(notice, field="meeting_on", noticed=day_words(notice.meeting_on), held=day_words(held))
        if held and notice.sent_on and notice.sent_on > held:
            yield spot(
                notice, field="sent_on", noticed=f"{day_words(notice.sent_on)}发出", held=f"{day_words(held)}开会"
            )
        if meeting and meeting.round == 1 and meeting.place and notice.place and meeting.place != notice.place:
            yield spot(notice, field="place", noticed=notice.place, held=meeting.place)
        started = meeting.planned_start if meeting and meeting.round == 1 else None
        if started and notice.start and started != notice.start:
            yield spot(notice, field="start", noticed=clock_words(notice.start), held=f"通知时间{clock_words(started)}")
