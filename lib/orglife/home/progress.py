"""Progress of each stage: its state, its records, its open findings, and the next step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier, Draft
from orglife.core.record.record import is_blank
from orglife.core.record.shape import Spec, specs_of
from orglife.core.rule.finding import Finding, count
from orglife.core.rule.rule import Severity
from orglife.core.stage import Stage
from orglife.stages import STAGES

HOME = "home"
FILING, FILING_TITLE, FILING_NOTEBOOK = "filing", "定稿与归档", "32_filing.ipynb"
"""The last page of a branch's cycle. It is no stage: it holds no records and prints no papers of its own."""
CAMPAIGN, CAMPAIGN_NOTEBOOK = "campaign", "01_campaign.ipynb"
CAMPAIGN_DRAFT = "campaign-draft.json"
"""File with the open decisions about a notice; named here because importing ``campaigns`` is slow."""
NOTHING_LEFT = "没有待办。"


class StageState(StrEnum):
    """State of a stage; pages use the value as a CSS class."""

    IDLE = "idle"
    GOING = "going"
    WRONG = "wrong"
    DONE = "done"

    @property
    def sign(self) -> str:
        """A symbol for the state, so that it does not depend on colour."""
        return {StageState.IDLE: "○", StageState.GOING: "◐", StageState.WRONG: "！", StageState.DONE: "✓"}[self]

    @property
    def word(self) -> str:
        """The state in Chinese."""
        return {
            StageState.IDLE: "未开始",
            StageState.GOING: "进行中",
            StageState.WRONG: "有须改正",
            StageState.DONE: "已完成",
        }[self]


def branch_stages() -> list[Stage]:
    """The branch's stages, in order."""
    return [stage for stage in STAGES if not stage.bureau]


def drafts_of(dossier: Dossier, stage: Stage) -> list[Draft]:
    """The unfinished entries of a stage; the branch's own data belongs to the plan stage."""
    types = {kind.TYPE for kind in stage.records} | ({"branch"} if stage.key == "plan" else set())
    return [draft for draft in dossier.drafts if draft.type in types]


def blanks_of(dossier: Dossier, stage: Stage) -> list[Spec]:
    """Empty core fields in the branch's own data, which no rule checks; none for stages other than plan."""
    if stage.key != "plan":
        return []
    return [s for s in specs_of(Branch) if s.core and is_blank(getattr(dossier.branch, s.name))]


def state_of(findings: Sequence[Finding], *, recorded: bool, drafts: int) -> StageState:
    """The state of a stage.

    DONE means: something is recorded, no entry or paper is unfinished, and every finding but hints is resolved or
    explained.

    Args:
        findings: The stage's findings.
        recorded: Whether the stage has any record.
        drafts: Number of unfinished entries and fields.
    """
    if any(f.counts and f.severity is Severity.ERROR for f in findings):
        return StageState.WRONG
    if not recorded and not drafts:
        return StageState.IDLE
    open_ones = any(not f.explained and f.severity is not Severity.INFO for f in findings)
    return StageState.GOING if drafts or open_ones else StageState.DONE


def stage_rows(
    dossier: Dossier, findings: Sequence[Finding], unfilled: Callable[[Stage], Sequence[str]] = lambda _: ()
) -> list[dict[str, Any]]:
    """One row per stage: state, records, counts of errors, warnings, to-dos and drafts, and the next step.

    Args:
        dossier: The branch.
        findings: Its findings.
        unfilled: Gives a stage's papers that still show 〔待填〕; asked only where something is recorded and nothing else
            is left to do, because the papers have to be laid out.
    """
    rows = []
    for stage in branch_stages():
        stage_findings = [f for f in findings if f.stage == stage.key]
        total = count(stage_findings)
        drafts = len(drafts_of(dossier, stage))
        records = recorded(dossier, stage)
        blanks = [spec.label for spec in blanks_of(dossier, stage)] if records else []
        state = state_of(stage_findings, recorded=bool(records), drafts=drafts + len(blanks))
        papers = unfilled(stage) if state is StageState.DONE else ()
        rows.append(
            {
                "title": stage.title,
                "link": f"{stage.notebook}.ipynb",
                "state": StageState.GOING if papers else state,
                "records": records or "—",
                "errors": total.errors,
                "warnings": total.warnings,
                "todos": total.todos,
                "drafts": drafts,
                "next": "—"
                if not stage_findings and not records and not drafts
                else next_step(stage_findings, drafts, blanks, papers),
            }
        )
    return rows


def next_step(findings: Sequence[Finding], drafts: int, blanks: Sequence[str], papers: Sequence[str]) -> str:
    """The next step in a stage: correct errors, finish drafts, do the to-dos and warnings, then fill in blanks."""
    wrong = next((f for f in findings if f.counts and f.severity is Severity.ERROR), None)
    if wrong:
        return wrong.fix
    if drafts:
        return "请把没有填完的记录填完。"
    todo = next((f for f in findings if f.is_todo and f.severity is not Severity.INFO), None)
    check = next((f for f in findings if f.counts and f.severity is Severity.WARNING), None)
    first = todo or check
    if first:
        return first.fix
    if blanks:
        return f"请填写党支部的{'、'.join(blanks)}。"
    return f"请填上“{'”“'.join(papers)}”里还空着的地方。" if papers else NOTHING_LEFT


def recorded(dossier: Dossier, stage: Stage) -> str:
    """The branch's records in words, "" if none; records from the bureau (退回意见, 责令重新进行) are not counted."""
    own = (kind for kind in stage.records if not kind.BUREAU)
    parts = [f"{kind.LABEL}{len(mine)}" for kind in own if (mine := dossier.records.get(kind.TYPE))]
    return "、".join(parts)
