"""Rules for disposals: whom they apply to, who decided, whether the member was heard. No rule proposes a disposal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from orglife.core.record.dossier import Dossier
from orglife.core.rule.rule import Case, Effect, Severity, Spot, rule, spot
from orglife.stages.appraisal.grades import subject_of_grade
from orglife.stages.appraisal.record import DISPOSAL_KINDS, Disposal, Grade
from orglife.stages.shared.quorum import vote_carried
from orglife.stages.shared.rounds import grades_in_force, of_round, round_in_force

FORMAL = ("correct_by_deadline", "advise_out", "remove")
"""组织处置, decided by the 党员大会; talks and 警示教育 are help and not included."""


def disposals(dossier: Dossier) -> list[Disposal]:
    """The disposals of the round in force."""
    return of_round(dossier, Disposal, round_in_force(dossier))


def sentence_values(case: Case, disposal: Disposal) -> dict[str, Any]:
    """Name and kind for the message."""
    return {"name": case.dossier.name(disposal.member), "kind": DISPOSAL_KINDS.get(disposal.kind or "", "处置")}


def graded_without_disposal(case: Case, grade: str) -> Iterator[Spot]:
    """Members with the given grade but without any registered disposal."""
    with_disposal = {d.member for d in disposals(case.dossier)}
    for ident, graded in grades_in_force(case.dossier).items():
        if graded.grade == grade and ident not in with_disposal:
            yield spot(subject_of_grade(case.dossier, graded), name=case.dossier.name(ident))


@rule(
    "DISP-01",
    severity=Severity.ERROR,
    title="不合格党员没有处置事项",
    message="{name}评定为不合格，没有处置事项的记录。",
    fix="请登记党组织提出的意见和程序进度；是否处置由党组织决定。",
    checkpoint="rectify",
    stage="appraisal",
    kind="missing",
    per="member",
    asks="disposal",
    demand="appraisal.disposal",
    general="use-of-unqualified",
)
def unqualified_without_disposal(case: Case) -> Iterator[Spot]:
    """A member was graded 不合格, but no disposal is registered."""
    yield from graded_without_disposal(case, Grade.UNQUALIFIED)


@rule(
    "DISP-02",
    severity=Severity.ERROR,
    title="基本合格党员没有教育帮助或处置事项",
    message="{name}评定为基本合格，没有教育帮助或处置的记录。",
    fix="请由党组织研究谈话帮助、警示教育等安排，安排后登记。",
    checkpoint="rectify",
    stage="appraisal",
    kind="missing",
    per="member",
    asks="disposal",
    demand="appraisal.disposal",
    general="use-of-results",
)
def basic_without_help(case: Case) -> Iterator[Spot]:
    """A member was graded 基本合格, but nothing is registered; any kind is enough, including a talk."""
    yield from graded_without_disposal(case, Grade.BASIC)


@rule(
    "DISP-03",
    severity=Severity.WARNING,
    title="对基本合格党员处置过重",
    message="{name}评定为基本合格，拟作{kind}，明显比通常做法重。",
    fix="请核对等次和依据，报上级党组织把关。",
    checkpoint="rectify",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="disposal",
    general="use-of-results",
    params={"heavy": ["advise_out", "remove"]},
)
def basic_disposed_too_heavily(case: Case) -> Iterator[Spot]:
    """A member graded 基本合格 got 劝退 or 除名."""
    grades = grades_in_force(case.dossier)
    for disposal in disposals(case.dossier):
        grade = grades.get(disposal.member)
        if grade and grade.grade == Grade.BASIC and disposal.kind in case.params["heavy"]:
            yield spot(disposal, field="kind", **sentence_values(case, disposal))


@rule(
    "DISP-04",
    severity=Severity.ERROR,
    title="限期改正时限缺失或过长",
    message="{name}限期改正的期限{term}，应当明确，一般6个月，不超过{max_months}个月。",
    fix="请核对决定的期限并更正；没有定期限的，请由党组织明确。",
    checkpoint="rectify",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="disposal",
    general="jiaoyu-30",
    params={"max_months": 12},
    effect=Effect.VALIDITY,
)
def deadline_missing_or_too_long(case: Case) -> Iterator[Spot]:
    """限期改正 has no term, or a term of more than a year; exactly a year is allowed."""
    for disposal in disposals(case.dossier):
        if disposal.kind == "correct_by_deadline" and (
            disposal.months is None or disposal.months > case.params["max_months"]
        ):
            term = "没有写明" if disposal.months is None else f"为{disposal.months}个月"
            yield spot(disposal, field="months", term=term, **sentence_values(case, disposal))


@rule(
    "DISP-05",
    severity=Severity.ERROR,
    title="处置未经党员大会讨论通过",
    message="{name}的{kind}已登记生效，没有党员大会讨论通过的有效记录。",
    fix="请提交党员大会讨论表决后再报批；已经表决的，请核对到会和赞成人数，如实登记。",
    checkpoint="rectify",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="disposal",
    general="zhibu-11-disposal",
    params={"kinds": list(FORMAL)},
    effect=Effect.VALIDITY,
)
def in_effect_without_assembly(case: Case) -> Iterator[Spot]:
    """A disposal took effect without a valid vote of the 党员大会.

    The clause quoted is 支部工作条例 for 限期改正, and 党章第九条 for 劝退 and 除名.
    """
    for disposal in disposals(case.dossier):
        if disposal.kind not in case.params["kinds"] or disposal.effective_on is None:
            continue
        if not vote_carried(case.dossier, disposal.assembly):
            clause = "" if disposal.kind == "correct_by_deadline" else "dangzhang-9"
            yield spot(disposal, field="assembly", general=clause, **sentence_values(case, disposal))


@rule(
    "DISP-06",
    severity=Severity.ERROR,
    title="处置未经上级批准即生效",
    message="{name}的{kind}已登记生效，{why}。",
    fix="请报上级党组织批准，以批准日期为准；日期有误的请更正。",
    checkpoint="rectify",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="disposal",
    general="dangzhang-9",
    params={"kinds": ["advise_out", "remove"]},
    effect=Effect.VALIDITY,
)
def in_effect_before_approval(case: Case) -> Iterator[Spot]:
    """劝退 or 除名 took effect without the superior's approval or before it; the same day is allowed."""
    for disposal in disposals(case.dossier):
        if disposal.kind not in case.params["kinds"] or disposal.effective_on is None:
            continue
        if not disposal.approved_by or disposal.approved_on is None:
            yield spot(
                disposal, field="effective_on", why="没有上级党组织批准的记录", **sentence_values(case, disposal)
            )
        elif disposal.effective_on < disposal.approved_on:
            yield spot(
                disposal, field="effective_on", why="生效日期早于上级党组织批准日期", **sentence_values(case, disposal)
            )


@rule(
    "DISP-07",
    severity=Severity.ERROR,
    title="处置前没有听取本人意见",
    message="没有在表决前听取{name}本人意见的记录。",
    fix="表决前确已谈话听取的，请如实登记日期；联系不上的，请写明经过；没有听取的，请听取后重新表决。",
    checkpoint="rectify",
    stage="appraisal",
    kind="missing",
    per="record",
    asks="disposal",
    general="chuzhi-hearing",
    params={"kinds": list(FORMAL)},
    effect=Effect.VALIDITY,
)
def voted_without_hearing(case: Case) -> Iterator[Spot]:
    """The 党员大会 voted before the member was heard.

    The same day is allowed; a note on why the member could not be heard also suffices.
    """
    for disposal in disposals(case.dossier):
        if disposal.kind not in case.params["kinds"] or disposal.assembly is None or disposal.heard_note:
            continue
        day = disposal.assembly.date
        if disposal.heard_on is None or (day is not None and disposal.heard_on > day):
            yield spot(disposal, field="heard_on", **sentence_values(case, disposal))


@rule(
    "DISP-08",
    severity=Severity.ERROR,
    title="限期改正没有帮助教育措施",
    message="{name}限期改正没有帮助教育措施。",
    fix="请明确帮教责任人和措施。",
    checkpoint="rectify",
    stage="appraisal",
    kind="missing",
    per="record",
    asks="disposal",
    general="jiaoyu-30",
)
def deadline_without_help(case: Case) -> Iterator[Spot]:
    """限期改正 has no measures of help and education."""
    for disposal in disposals(case.dossier):
        if disposal.kind == "correct_by_deadline" and not disposal.help_measures:
            yield spot(disposal, field="help_measures", **sentence_values(case, disposal))


@rule(
    "DISP-09",
    severity=Severity.WARNING,
    title="对预备党员适用了正式党员的处置",
    message="{name}是预备党员，一般不适用{kind}。",
    fix="请按延长预备期或取消预备党员资格的程序办理。",
    checkpoint="rectify",
    stage="appraisal",
    kind="wrong",
    per="record",
    asks="disposal",
    general="dangzhang-7",
    params={"kinds": ["correct_by_deadline", "advise_out"]},
    effect=Effect.VALIDITY,
)
def probationary_disposed_as_full(case: Case) -> Iterator[Spot]:
    """A disposal meant for full members was used for a probationary member."""
    for disposal in disposals(case.dossier):
        member = case.dossier.members.get(disposal.member)
        if member and member.status == "probationary" and disposal.kind in case.params["kinds"]:
            yield spot(disposal, field="kind", **sentence_values(case, disposal))


def _under_the_regulation(case: Case) -> Iterator[Disposal]:
    """Formal disposals proposed since the 处置办法 is in force."""
    since = date.fromisoformat(str(case.params["effective_from"]))
    for disposal in disposals(case.dossier):
        if disposal.kind in case.params["kinds"] and disposal.proposed_on and disposal.proposed_on >= since:
            yield disposal


@rule(
    "DISP-11",
    severity=Severity.WARNING,
    title="处置前没有调查核实",
    message="{name}的{kind}没有在党员大会前调查核实的记录。",
    fix="请先由支委会派人调查核实，形成材料，再提交党员大会；已经核实的，请如实登记日期。",
    checkpoint="rectify",
    stage="appraisal",
    kind="missing",
    per="record",
    asks="disposal",
    general="chuzhi-investigate",
    params={"kinds": list(FORMAL), "effective_from": "2024-06-16"},
    effect=Effect.VALIDITY,
)
def not_investigated(case: Case) -> Iterator[Spot]:
    """Nobody looked into the facts before the 党员大会 on a disposal; the same day is allowed."""
    for disposal in _under_the_regulation(case):
        investigated_on, day = disposal.investigated_on, disposal.assembly.date if disposal.assembly else None
        if investigated_on is None or (day is not None and investigated_on > day):
            yield spot(disposal, field="investigated_on", **sentence_values(case, disposal))


@rule(
    "DISP-10",
    severity=Severity.WARNING,
    title="启动处置没有事前备案",
    message="{name}的{kind}没有在党员大会前报基层党委备案的记录。",
    fix="请先报基层党委事前备案，再提交党员大会；已经备案的，请如实登记日期。",
    checkpoint="rectify",
    stage="appraisal",
    kind="missing",
    per="record",
    asks="disposal",
    general="chuzhi-2024",
    params={"kinds": list(FORMAL), "effective_from": "2024-06-16"},
    effect=Effect.VALIDITY,
)
def not_filed_beforehand(case: Case) -> Iterator[Spot]:
    """A disposal proposed under the 处置办法 was not filed before the 党员大会; the same day is allowed."""
    for disposal in _under_the_regulation(case):
        filed_on, day = disposal.prior_filed_on, disposal.assembly.date if disposal.assembly else None
        if filed_on is None or (day is not None and filed_on > day):
            yield spot(disposal, field="prior_filed_on", **sentence_values(case, disposal))


RULES = (
    unqualified_without_disposal,
    basic_without_help,
    basic_disposed_too_heavily,
    deadline_missing_or_too_long,
    in_effect_without_assembly,
    in_effect_before_approval,
    voted_without_hearing,
    deadline_without_help,
    probationary_disposed_as_full,
    not_filed_beforehand,
    not_investigated,
)
