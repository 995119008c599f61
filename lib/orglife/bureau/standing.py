"""The state of one branch in the overview, small enough to cache and to send between processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from orglife.core.paper.chart.base import Tone
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Finding, count
from orglife.core.stage import Stage
from orglife.home.progress import branch_stages, drafts_of
from orglife.stages.appraisal.documents import usual_cap
from orglife.stages.appraisal.grades import grading_day
from orglife.stages.plan.record import Plan
from orglife.stages.rectification.record import RectItem
from orglife.stages.report.record import Filing, Report
from orglife.stages.shared.people import people
from orglife.stages.shared.rounds import grades_in_force, meeting_in_force
from orglife.stages.supervision.visitors import Visitor, visitors


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StageStanding(_Model):
    """The state of one stage of one branch: counts of findings, todos and drafts, and whether it has any record."""

    errors: int = 0
    warnings: int = 0
    todos: int = 0
    drafts: int = 0
    recorded: bool = False

    @property
    def words(self) -> str:
        """The state in words, most serious first: 须改正2 / 待办1, 已登记, or — when there is nothing."""
        parts = [
            f"{word}{number}"
            for number, word in (
                (self.errors, "须改正"),
                (self.drafts, "没填完"),
                (self.warnings, "请核对"),
                (self.todos, "待办"),
            )
            if number
        ]
        return "\n".join(parts) or ("已登记" if self.recorded else "—")

    @property
    def most(self) -> int:
        """The number of the most serious kind."""
        return next((number for number in (self.errors, self.warnings + self.drafts, self.todos) if number), 0)

    @property
    def tone(self) -> Tone:
        """The background of its cell."""
        if self.errors:
            return "wrong"
        if self.warnings or self.drafts:
            return "look"
        if self.todos:
            return "wait"
        return "good" if self.recorded else ""


class StandingFinding(_Model):
    """A finding in the overview."""

    rule: str
    title: str
    severity: str
    stage: str
    message: str
    in_full: str = ""
    fix: str
    clause: str
    todo: bool = False


class Standing(_Model):
    """The state of one branch on one day.

    Attributes:
        superior: 上级党组织, as the branch has entered it.
        stages: Stage key → its state.
        grades: Grade key → number of members, from the appraisal round in force.
        cap: The usual maximum of 优秀 (GRADE-04).
        overdue: Number of open rectification items past their due day.
        visitors: The superior's visitors to its meetings.
        found: Findings that count, and todos; explained findings are left out.
    """

    branch: str
    name: str
    superior: str = ""
    as_of: date
    members: int
    stages: dict[str, StageStanding]
    planned_on: date | None = None
    plan_made_on: date | None = None
    met_on: date | None = None
    filed_on: date | None = None
    reported_on: date | None = None
    grades: dict[str, int] = {}
    cap: int | None = None
    cap_words: str = ""
    items: int = 0
    done: int = 0
    overdue: int = 0
    visitors: tuple[Visitor, ...] = ()
    found: tuple[StandingFinding, ...] = ()

    def count(self, severity: str) -> int:
        """The number of findings of a severity, todos not counted."""
        return sum(f.severity == severity and not f.todo for f in self.found)


def standing_finding(finding: Finding) -> StandingFinding:
    """A finding converted for the overview."""
    return StandingFinding(
        rule=finding.rule,
        title=finding.title,
        severity=finding.severity.value,
        stage=finding.stage,
        message=finding.message,
        in_full=finding.in_full,
        fix=finding.fix,
        clause=finding.clause.words,
        todo=finding.is_todo,
    )


def standing(dossier: Dossier, findings: Sequence[Finding], campaign: Campaign) -> Standing:
    """The state of a branch, from its records and findings."""
    plan = next(iter(dossier.all(Plan)[-1:]), None)
    meeting = meeting_in_force(dossier)
    grades = grades_in_force(dossier)
    cap = usual_cap(dossier, campaign, grading_day(dossier)) if grades else None
    items = dossier.all(RectItem)
    return Standing(
        branch=dossier.branch.id,
        name=dossier.branch.name or dossier.branch.id,
        superior=dossier.branch.superior,
        members=len(people(dossier, dossier.as_of).all),
        stages={stage.key: _of_stage(stage, dossier, findings) for stage in branch_stages()},
        planned_on=plan.planned_meeting_on if plan else None,
        plan_made_on=plan.made_on if plan else None,
        met_on=meeting.date if meeting else None,
        filed_on=_last(r.date for r in dossier.all(Filing)),
        reported_on=_last(r.date for r in dossier.all(Report)),
        grades=dict(Counter(g.grade for g in grades.values() if g.grade)),
        cap=cap.cap if cap else None,
        cap_words=cap.words if cap else "",
        items=len(items),
        done=sum(i.status == "done" for i in items),
        overdue=sum(i.status != "done" and i.due is not None and i.due < dossier.as_of for i in items),
        visitors=visitors(dossier),
        found=tuple(standing_finding(f) for f in findings if f.counts or f.is_todo),
        as_of=dossier.as_of,
    )


def _of_stage(stage: Stage, dossier: Dossier, findings: Sequence[Finding]) -> StageStanding:
    mine = [f for f in findings if f.stage == stage.key]
    total = count(mine)
    return StageStanding(
        errors=total.errors,
        warnings=total.warnings,
        todos=total.todos,
        drafts=len(drafts_of(dossier, stage)),
        recorded=any(dossier.records.get(kind.TYPE) for kind in stage.records),
    )


def _last(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day), default=None)
