"""Rules for study before the meeting: it took place, covered every text, reached every member, after publication."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.record.dossier import Dossier
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.shared.people import excused, people
from orglife.stages.shared.rounds import before, first_meeting_day
from orglife.stages.study.record import Study


def studies_in_time(dossier: Dossier) -> list[Study]:
    """Sessions on or before the day of the first meeting; all sessions if there is no meeting day."""
    return [s for s in dossier.all(Study) if before(dossier, s)]


@rule(
    "STUDY-01",
    severity=Severity.ERROR,
    title="会前未组织集中学习（不学习不开会）",
    message="{why}，会前至少学习{min_sessions}次；学习以前不能填会议记录。",
    fix="请组织集中学习并登记签到。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="study",
    kind="missing",
    per="branch",
    asks="study",
    demand="study.held",
    general="zhibu-17",
    params={"min_sessions": 1},
)
def no_collective_study(case: Case) -> Iterator[Spot]:
    """The branch held no collective study before the meeting; self-study does not count. Blocks the minutes."""
    held = [s for s in studies_in_time(case.dossier) if s.form == "collective"]
    if len(held) < case.params["min_sessions"]:
        yield spot(why=f"只集中学习了{len(held)}次" if held else "还没有集中学习记录")


@rule(
    "STUDY-02",
    severity=Severity.ERROR,
    title="规定学习内容未学全",
    message="会前学习没有包括：{missing}。",
    fix="请在会前安排学习并登记。",
    fix_after="请写明情况。",
    checkpoint="prep",
    stage="study",
    kind="missing",
    per="branch",
    asks="study",
    field="material_ids",
    demand="study.materials",
    needs=("materials",),
)
def material_not_studied(case: Case) -> Iterator[Spot]:
    """A prescribed text was studied in no session of any form before the meeting; silent when STUDY-01 fires."""
    if case.fires(no_collective_study):
        return
    studied = {ident for s in studies_in_time(case.dossier) for ident in s.material_ids}
    missing = [case.campaign.label(m.id) for m in case.campaign.materials if m.id not in studied]
    if missing:
        yield spot(missing=missing)


@rule(
    "STUDY-03",
    severity=Severity.WARNING,
    title="党员未参加学习也未补学",
    message="{name}没有参加学习，也没有补学记录。",
    fix="请安排补学，补学后登记；年老体弱的可送学上门。",
    checkpoint="prep",
    stage="study",
    kind="missing",
    per="member",
    asks="study",
    field="makeup",
    demand="study.everyone",
    effect=Effect.ONGOING,
    effect_after=Effect.ONGOING,
)
def member_has_not_studied(case: Case) -> Iterator[Spot]:
    """A member neither attended a session of any form nor caught up, on any date; silent when STUDY-01 fires."""
    if case.fires(no_collective_study):
        return
    studied = {i for s in case.dossier.all(Study) for i in (*s.attendees, *(m.member for m in s.makeup))}
    for member in people(case.dossier, first_meeting_day(case.dossier)).all.values():
        if member.id not in studied and not excused(member) and member.mobile_state != "abroad":
            yield spot(member, name=case.dossier.name(member.id))


@rule(
    "STUDY-04",
    severity=Severity.WARNING,
    title="超前学习：学习日期早于材料发布日期",
    message="{date}的学习记录中，{titles}当时尚未发布。",
    fix="请核对学习日期和内容，如实更正并说明。",
    checkpoint="prep",
    stage="study",
    kind="wrong",
    per="record",
    asks="study",
    demand="supervision.no_formalism",
    needs=("materials",),
)
def studied_before_publication(case: Case) -> Iterator[Spot]:
    """A text was recorded as studied before its publication; texts without a publication date are skipped."""
    published = {m.id: m.published for m in case.campaign.materials if m.published}
    for study in case.dossier.all(Study):
        too_early = [i for i in study.material_ids if study.date and i in published and study.date < published[i]]
        if too_early:
            yield spot(study, field="date", date=study.date, titles=[case.campaign.label(i) for i in too_early])


RULES = (no_collective_study, material_not_studied, member_has_not_studied, studied_before_publication)
