"""The first page: how far each stage is, what comes next, and the same as a paper to print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orglife.core.block import Bundle, Column, Document, Note, Table
from orglife.core.campaign import Campaign
from orglife.core.dossier import Dossier, day_words
from orglife.core.finding import Finding, count
from orglife.core.stage import Stage
from orglife.stages import STAGES

HOME = "home"
TITLE = "工作进度"


def branch_stages() -> list[Stage]:
    """The stages that a branch goes through, in order."""
    return [stage for stage in STAGES if not stage.bureau]


def stage_rows(dossier: Dossier, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """One row a stage: what is recorded, what counts, what is to be done, and the next step."""
    rows = []
    for stage in branch_stages():
        mine = [f for f in findings if f.stage == stage.key]
        total = count(mine)
        drafts = sum(d.type in {k.TYPE for k in stage.records} for d in dossier.drafts)
        rows.append(
            {
                "title": stage.title,
                "link": f"{stage.notebook}.ipynb",
                "records": _recorded(dossier, stage),
                "errors": total.errors,
                "warnings": total.warnings,
                "todos": total.todos,
                "drafts": drafts,
                "next": next_step(mine, drafts),
            }
        )
    return rows


def next_step(findings: Sequence[Finding], drafts: int) -> str:
    """The one thing to do next in a stage: mend what is wrong, finish drafts, then what is still to be done."""
    wrong = next((f for f in findings if f.counts and f.severity == "error"), None)
    if wrong:
        return wrong.fix
    if drafts:
        return "请把没有填完的记录填完。"
    check = next((f for f in findings if f.counts and f.severity == "warning"), None)
    if check:
        return check.fix
    todo = next((f for f in findings if f.is_todo), None)
    return todo.fix if todo else "没有待办。"


def _recorded(dossier: Dossier, stage: Stage) -> str:
    parts = [f"{k.LABEL}{len(dossier.records.get(k.TYPE, ()))}" for k in stage.records if dossier.records.get(k.TYPE)]
    return "、".join(parts) or "—"


def progress_paper(dossier: Dossier, findings: Sequence[Finding], campaign: Campaign) -> Bundle:
    """The state of all stages as a paper to print or to forward."""
    rows = [
        [r["title"], r["records"], str(r["errors"]), str(r["warnings"]), str(r["todos"]), r["next"]]
        for r in stage_rows(dossier, findings)
    ]
    table = Table(
        columns=[
            Column(head="阶段", share=4),
            Column(head="已登记", share=8, align="left"),
            Column(head="须改正", share=2),
            Column(head="请核对", share=2),
            Column(head="待办", share=2),
            Column(head="下一步", share=12, align="left"),
        ],
        rows=rows,
    )
    note = Note(
        text=f"核对日：{day_words(dossier.as_of)}。须改正：不符合方案或党内法规的规定；请核对：请看一看是否属实。"
    )
    paper = Document(form="进度", title=[TITLE], subtitle=dossier.branch.name, page="T", blocks=[table, note])
    return Bundle(documents=[paper], title=TITLE, branch=dossier.branch.name, campaign=campaign.title)
