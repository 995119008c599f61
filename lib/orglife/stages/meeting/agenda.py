"""Rules for the agenda: minutes that are still being entered, parts left out, and their order."""

from __future__ import annotations

from collections.abc import Iterator

from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.shared.minutes import left_to_enter
from orglife.stages.shared.rounds import meeting_in_force

CORE_OF_AGENDA = frozenset({"criticism", "appraisal"})
"""Keys of the parts without which the meeting is not valid."""
HELD_AGAIN = "会上进行过、登记时漏了的，请核对更正；没有进行的，请另行开会完成，不必补记。"
"""Fix of MEET-06 where one of these was left out."""


def missing_agenda(case: Case) -> list[str]:
    """Keys of the plan's agenda that the meeting omitted; [] without a meeting or while MEET-06 is off."""
    meeting = meeting_in_force(case.dossier)
    if meeting is None or not agenda_item_missing.is_on(case.campaign):
        return []
    return [key for key in case.campaign.agenda if key not in meeting.agenda_done]


@rule(
    "MEET-25",
    severity=Severity.ERROR,
    title="会议记录还没有录完",
    message="会议记录还没有录完，还没有填：{left}。",
    fix="请接着填。会上确实没有的不用填；全部填好以后，勾选“记录完成”。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="record",
    asks="meeting",
    minutes=20,
    demand="meeting.held",
    general="jiaoyu-17",
    effect=Effect.ONGOING,
)
def minutes_half_entered(case: Case) -> Iterator[Spot]:
    """Minutes are being entered: one finding for all that is not typed yet, for which the other rules are silent."""
    left, meeting = left_to_enter(case.dossier, case.campaign), meeting_in_force(case.dossier)
    if meeting is not None and left:
        yield spot(meeting, left="；".join(left))


@rule(
    "MEET-06",
    severity=Severity.ERROR,
    title="会议议程缺项",
    message="会议缺少议程：{missing}。",
    fix="会上进行过、登记时漏了的，请核对更正；没有进行的，请在下一次党员大会或党小组会上补上，并报上级党组织。",
    checkpoint="meeting",
    stage="meeting",
    kind="missing",
    per="record",
    asks="meeting",
    field="agenda_done",
    demand="meeting.agenda",
    needs=("agenda",),
)
def agenda_item_missing(case: Case) -> Iterator[Spot]:
    """The meeting omitted parts of the plan's agenda; one finding names all of them; silent for MEET-25.

    Without criticism or without the appraisal it was no such meeting: only then another one is asked for.
    """
    meeting, missing = meeting_in_force(case.dossier), missing_agenda(case)
    if meeting and missing and not case.fires(minutes_half_entered):
        void = not CORE_OF_AGENDA.isdisjoint(missing)
        yield spot(
            meeting,
            field="agenda_done",
            fix=HELD_AGAIN if void else "",
            effect=Effect.VALIDITY if void else None,
            missing=case.campaign.labels_of(missing),
        )


@rule(
    "MEET-07",
    severity=Severity.WARNING,
    title="会议议程顺序不符",
    message="会议的实际议程是{order}，与方案的次序不一致。",
    fix="录入有误的请更正；会上确实作了调整的，请写明原因。",
    checkpoint="meeting",
    stage="meeting",
    kind="wrong",
    per="record",
    asks="meeting",
    field="agenda_done",
    demand="meeting.agenda",
    needs=("agenda",),
    effect=Effect.EXPLAIN,
)
def agenda_out_of_order(case: Case) -> Iterator[Spot]:
    """All parts were held, but in another order; parts that the plan does not name may come anywhere."""
    meeting = meeting_in_force(case.dossier)
    if meeting is None or missing_agenda(case):
        return
    planned = list(dict.fromkeys(case.campaign.agenda))
    held = list(dict.fromkeys(key for key in meeting.agenda_done if key in planned))
    if held != planned:
        order = "→".join(case.campaign.label(key) for key in held)
        yield spot(meeting, field="agenda_done", order=order)
