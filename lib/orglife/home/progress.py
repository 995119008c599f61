"""How far each stage is: its state in a word, what is recorded, what counts, and the one thing to do next."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier, Draft
from orglife.core.record.record import is_blank
from orglife.core.record.shape import specs_of
from orglife.core.rule.finding import Finding, count
from orglife.core.rule.rule import Severity
from orglife.core.stage import Stage
from orglife.stages import STAGES

HOME = "home"
CAMPAIGN, CAMPAIGN_NOTEBOOK = "campaign", "01_campaign.ipynb"
CAMPAIGN_DRAFT = "campaign-draft.json"
"""Of the page where a notice is confirmed: what is open there; its own room is heavy and only loaded where it is used."""
NOTHING_LEFT = "没有待办。"


class StageState(StrEnum):
    """How far a stage is; the value goes into pages as a class name."""

    IDLE = "idle"
    GOING = "going"
    WRONG = "wrong"
    DONE = "done"

    @property
    def sign(self) -> str:
        """A sign beside the word, so that nobody depends on colour."""
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
    """The stages that a branch goes through, in order."""
    return [stage for stage in STAGES if not stage.bureau]


def drafts_of(dossier: Dossier, stage: Stage) -> list[Draft]:
    """The unfinished entries of a stage; the branch's own data are entered with the plan."""
    types = {kind.TYPE for kind in stage.records} | ({"branch"} if stage.key == "plan" else set())
    return [draft for draft in dossier.drafts if draft.type in types]


def blanks_of(dossier: Dossier, stage: Stage) -> list[str]:
    """What the branch's own data, entered with the plan, still lack: titles of core fields that no rule asks for."""
    if stage.key != "plan":
        return []
    return [s.label for s in specs_of(Branch) if s.core and is_blank(getattr(dossier.branch, s.name))]


def state_of(findings: Sequence[Finding], *, recorded: bool, drafts: int) -> StageState:
    """The state of a stage.

    Done: something is recorded, no entry is unfinished, and nothing but hints is open; what is to be looked at is
    either mended or explained.

    Args:
        findings: Those of the stage.
        recorded: Whether anything is recorded there.
        drafts: Number of unfinished entries.
    """
    if any(f.counts and f.severity is Severity.ERROR for f in findings):
        return StageState.WRONG
    if not recorded and not drafts:
        return StageState.IDLE
    open_ones = any(not f.explained and f.severity is not Severity.INFO for f in findings)
    return StageState.GOING if drafts or open_ones else StageState.DONE


def stage_rows(dossier: Dossier, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """One row a stage: its state, what is recorded, what counts, what is to be done, and the next step."""
    rows = []
    for stage in branch_stages():
        mine = [f for f in findings if f.stage == stage.key]
        total = count(mine)
        drafts = len(drafts_of(dossier, stage))
        there = recorded(dossier, stage)
        blanks = blanks_of(dossier, stage) if there else []
        rows.append(
            {
                "title": stage.title,
                "link": f"{stage.notebook}.ipynb",
                "state": state_of(mine, recorded=bool(there), drafts=drafts + len(blanks)),
                "records": there or "—",
                "errors": total.errors,
                "warnings": total.warnings,
                "todos": total.todos,
                "drafts": drafts,
                "next": "—" if not mine and not there and not drafts else next_step(mine, drafts, blanks),
            }
        )
    return rows


def next_step(findings: Sequence[Finding], drafts: int, blanks: Sequence[str] = ()) -> str:
    """The one thing to do next in a stage: mend what is wrong, finish drafts, then what is still to be done."""
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
    return f"请填写党支部的{'、'.join(blanks)}。" if blanks else NOTHING_LEFT


def recorded(dossier: Dossier, stage: Stage) -> str:
    """What the branch recorded, "" for nothing; what the bureau sent (退回意见, 责令重新进行) is not the branch's work."""
    own = (kind for kind in stage.records if not kind.BUREAU)
    parts = [f"{kind.LABEL}{len(mine)}" for kind in own if (mine := dossier.records.get(kind.TYPE))]
    return "、".join(parts)
