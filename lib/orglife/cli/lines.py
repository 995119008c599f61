"""Output of the commands as lines and JSON: findings, fields, batch results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, get_args

from orglife.adapters.print.fonts import Serving
from orglife.adapters.store.chain import BUREAU
from orglife.batch.run_record import DONE, FAILED, SKIPPED, BranchResult
from orglife.core.errors import FOR_ADMINISTRATORS, WAITING
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier, day_words
from orglife.core.record.entered import SENTENCES
from orglife.core.record.field import label_of
from orglife.core.record.record import Entry
from orglife.core.rule.campaign import SENTENCES as CAMPAIGN_SENTENCES
from orglife.core.rule.cards import Card, groups
from orglife.core.rule.finding import Finding, count
from orglife.core.rule.rule import SEVERITY_WORDS, Effect, Severity
from orglife.home.lacking import Lack, clause_words
from orglife.office.checking import Checked
from orglife.stages.kinds import BUREAU_KINDS, KINDS, draft_label
from orglife.stages.whole.overrides import SENTENCES as OVERRIDE_SENTENCES

MOST_OF_A_RULE = 50
"""Most findings of one card that are listed."""


def clock_line(name: str, numbers: Sequence[int]) -> str:
    """What ``check`` says when the clock ran back before some entries of a branch."""
    what = f"修改历史第{numbers[-1]}条" + (f"等{len(numbers)}条" if len(numbers) > 1 else "")
    return f"提示：{name}的{what}时间比前一条早，电脑的时钟那时往回走过。请核对电脑现在的日期和时间；先后以条数为准。"


def check_lines(checked: Checked) -> Iterator[str]:
    """The findings of ``check`` as lines, branch by branch, the most severe first."""
    for dossier, findings in checked.branches:
        yield from _branch_lines(dossier, findings, checked.as_of)
    if checked.bureau:
        yield "上级督导"
        yield from _finding_lines(checked.bureau)


def _branch_lines(dossier: Dossier, findings: Sequence[Finding], day: date) -> Iterator[str]:
    total = count(findings)
    yield (
        f"{dossier.branch.name or dossier.branch.id}（{dossier.branch.id}）截至{day_words(day)}："
        f"须改正{total.errors}，请核对{total.warnings}，提示{total.infos}，待办{total.todos}"
    )
    yield from _finding_lines(findings)
    for draft in dossier.drafts:
        yield f"  [没填完] {draft_label(draft)} {draft.id}"


def _finding_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """The findings of a branch in their groups, one card a cause; of each card at most ``MOST_OF_A_RULE``."""
    for group in groups(findings):
        yield f" {group.heading}（{group.number}）" + (f"：{group.summary}" if group.summary else "")
        for card in group.cards:
            yield from _card_lines(card)


def _card_lines(card: Card) -> Iterator[str]:
    first, many = card.first, card.leads[1:]
    if many:
        yield f"  [{_mood(first)}] {first.rule} {first.title}（{len(card.leads)}处）"
        yield from (f"      · {f.message}" for f in card.leads[:MOST_OF_A_RULE])
        if len(card.leads) > MOST_OF_A_RULE:
            yield f"      · 只列出{MOST_OF_A_RULE}处。请先改正列出的，再核对一次。"
    else:
        yield f"  [{_mood(first)}] {first.rule} {first.message}"
    yield f"      {first.fix}"
    if first.explained:
        yield f"      情况说明：{first.explained.reason}"
    if card.clauses:
        yield f"      依据：{'；'.join(card.clauses)}"


def _mood(finding: Finding) -> str:
    if finding.explained:
        return "已说明"
    if not finding.due:
        return "待办"
    explain = finding.severity is Severity.ERROR and finding.effect is Effect.EXPLAIN
    return "须说明" if explain else SEVERITY_WORDS[finding.severity]


def todo_of_branches(branches: Sequence[tuple[Dossier, Sequence[Lack]]]) -> Iterator[str]:
    """What each branch still lacks; several branches that lack nothing share one line at the end."""
    complete = [dossier for dossier, rows in branches if not rows]
    together = len(complete) > 1
    for dossier, rows in branches:
        if rows or not together:
            yield from todo_lines(dossier, rows)
    if together:
        names = "、".join(f"{d.branch.name or d.branch.id}（{d.branch.id}）" for d in complete)
        yield f"没有缺的{len(complete)}个党支部：{names}"


def todo_lines(dossier: Dossier, rows: Sequence[Lack]) -> Iterator[str]:
    """What a branch still lacks, as lines."""
    head = f"{dossier.branch.name or dossier.branch.id}（{dossier.branch.id}）截至{day_words(dossier.as_of)}"
    yield f"{head}：还缺{len(rows)}项" if rows else f"{head}：没有缺的"
    for row in rows:
        yield f"  {row.by}{'（已到期）' if row.due else ''}  {row.stage}  {row.what}：{row.who}"
        yield f"      依据：{clause_words(row.clause)}"


def other_sentences() -> Iterator[str]:
    """Other sentences for proofreading: refused entries, campaigns and overrides, then all fields.

    Fields of a nested object follow the first record that holds it.
    """
    for part, sentences in (("entered", SENTENCES), ("campaign", CAMPAIGN_SENTENCES), ("override", OVERRIDE_SENTENCES)):
        yield from (f"{part}.{key}\t{sentence}" for key, sentence in sentences.items())
    for part, about in (("NotSaved.WAITING", WAITING), ("StoreAway.COMMAND", FOR_ADMINISTRATORS)):
        yield from (f"{part}\t{what}：{sentence}" for what, sentence in about.items())
    seen: set[type[Entry]] = set()
    kinds: tuple[type[Entry], ...] = (Branch, *KINDS, *BUREAU_KINDS)
    for kind in kinds:
        yield from _field_lines(kind, getattr(kind, "TYPE", "") or "branch", seen)


def _field_lines(kind: type[Entry], name: str, seen: set[type[Entry]]) -> Iterator[str]:
    if kind in seen:
        return
    seen.add(kind)
    for field_name, info in kind.model_fields.items():
        yield f"{name}.{field_name}\t{label_of(info)}\t{info.description or ''}".rstrip()
        for part in _entries(info.annotation):
            yield from _field_lines(part, f"{name}.{field_name}", seen)


def _entries(annotation: object) -> Iterator[type[Entry]]:
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        yield annotation
    for part in get_args(annotation):
        yield from _entries(part)


_STATUS = {DONE: "已出件", SKIPPED: "没有变化", FAILED: "没有完成"}


def batch_line(row: BranchResult) -> str:
    """The result of one branch."""
    head = f"{row.name or row.branch}（{row.branch}）：{_STATUS[row.status]}"
    detail = f"，{row.files}个文件" if row.files else ""
    counts = f"，须改正{row.counts['errors']}、请核对{row.counts['warnings']}" if row.counts else ""
    return f"{head}{detail}{counts}，{row.seconds:.1f}秒" + (f"。{row.error}{row.command}" if row.error else "")


def batch_json(rows: Sequence[BranchResult]) -> dict[str, Any]:
    """``orglife-batch/1``: one row for each branch, and the bureau's own row if there is one."""
    own = [row.to_json() for row in rows if row.branch == BUREAU]
    branches = [row.to_json() for row in rows if row.branch != BUREAU]
    return {"format": "orglife-batch/1", "branches": branches, **({"bureau": own[0]} if own else {})}


def batch_summary(rows: Sequence[BranchResult], target: Path) -> str:
    """Summary of all branches."""
    rows = [row for row in rows if row.branch != BUREAU]
    parts = [f"{word}{n}个" for status, word in _STATUS.items() if (n := sum(r.status == status for r in rows))]
    return f"共{len(rows)}个支部：{'，'.join(parts) or '没有支部'}。文件在“{target}”。"


def font_line(serving: Serving) -> str:
    """A role and the font file that serves it."""
    note = f"\t{serving.note}" if serving.note else ""
    return f"{serving.role}\t{serving.file.name}{note}"
