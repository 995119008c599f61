"""「还缺什么」: one page to print or forward: what is missing, from whom, by when, under which clause.

The page never quotes what members wrote, and it does not name members who are subject to disposal (组织处置).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orglife.core.paper.block import AnyBlock, Bundle, Column, Document, Facts, Heading, Note, Paragraph, Table
from orglife.core.paper.paper import section
from orglife.core.record.dossier import Dossier, day_words
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.campaign import quoted as quoted_words
from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import CHECKPOINT_WORDS, Clause, Effect, Kind, Severity
from orglife.home.deadlines import by_when, by_words, deadlines
from orglife.home.owed import members_of
from orglife.home.progress import branch_stages
from orglife.stages.kinds import BY_TYPE

TITLE = "还缺什么"
QUOTED = 8
"""Quote clauses only up to this many rows, so that everything fits on one page."""
UNNAMED = "DISP-"
"""Prefix of the rules about disposal: the page is forwarded, so their subjects are not named on it."""


def lacking(findings: Sequence[Finding]) -> list[Finding]:
    """Findings of kind MISSING, due or not, that can still be done; without hints and explained ones."""
    missing = [f for f in findings if f.kind is Kind.MISSING and not f.explained and f.severity is not Severity.INFO]
    return [f for f in missing if f.effect is not Effect.EXPLAIN]


@dataclass(frozen=True)
class Lack:
    """What one rule finds missing: stage, what, from whom, by when, whether it is due, and the clause."""

    stage: str
    what: str
    who: str
    by: str
    due: bool
    clause: Clause


def lacking_rows(dossier: Dossier, campaign: Campaign, findings: Sequence[Finding]) -> list[Lack]:
    """One row for each rule that finds something missing, in the order of the findings."""
    titles = {stage.key: stage.title for stage in branch_stages()}
    together: dict[tuple[str, str], list[Finding]] = {}
    for finding in lacking(findings):
        together.setdefault((finding.stage, finding.rule), []).append(finding)
    rows = []
    for (stage, rule), group in together.items():
        who = dict.fromkeys(dossier.name(m) for f in group for m in members_of(f, dossier))
        named = "、".join(who) if who and not rule.startswith(UNNAMED) else "党支部"
        first = group[0]
        day = by_when(first, dossier, campaign)
        by = by_words(day) if day or first.due else f"{CHECKPOINT_WORDS[first.checkpoint]}时"
        due = first.due or (day is not None and day < dossier.as_of)
        rows.append(Lack(titles.get(stage, "归档"), first.title, named, by, due, first.clause))
    return rows


def _table(rows: Sequence[Lack], *, quoted: bool) -> Table:
    shares = (10, 7, 8, 13) if quoted else (30, 18, 24, 28)
    columns = [
        Column(head=head, share=share, align="left")
        for head, share in zip(("还缺什么", "谁", "期限", "依据"), shares, strict=True)
    ]
    return Table(columns=columns, rows=[[r.what, r.who, r.by, clause_words(r.clause, quoted=quoted)] for r in rows])


def clause_words(clause: Clause, *, quoted: bool = True) -> str:
    """The source of a demand; with ``quoted``, also the first piece of its text."""
    pieces = [piece for piece in clause.quote.split("……") if piece]
    return clause.source + (quoted_words(pieces[0]) if pieces and quoted else "")


def lacking_paper(dossier: Dossier, campaign: Campaign, findings: Sequence[Finding]) -> Document:
    """The page 「还缺什么」 for one branch."""
    times = [(d.label, f"{d.when}，{d.words}") for d in deadlines(dossier, campaign)]
    blocks: list[AnyBlock] = [Facts(rows=[("截至", day_words(dossier.as_of)), *times])]
    rows = lacking_rows(dossier, campaign, findings)
    groups = [
        (word, [r for r in rows if r.due is due]) for word, due in (("已经到时候的", True), ("还没到时候的", False))
    ]
    for number, (word, mine) in enumerate(((w, m) for w, m in groups if m), start=1):
        blocks += [Heading(text=section(number, word)), _table(mine, quoted=len(rows) <= QUOTED)]
    if not rows:
        blocks.append(Paragraph(text="按现在登记的内容，没有缺的。"))
    drafts = dict.fromkeys(BY_TYPE[d.type].LABEL if d.type in BY_TYPE else "党支部" for d in dossier.drafts)
    if drafts:
        blocks.append(Note(text=f"另有没有填完的记录{len(dossier.drafts)}条：{'、'.join(drafts)}。"))
    wrong = sum(f.kind is Kind.WRONG for f in findings if f.counts and f.severity is Severity.ERROR)
    if wrong:
        blocks.append(Note(text=f"另有已登记、须改正的内容{wrong}处，请在工作簿里改正。"))
    return Document(form="缺项", title=[TITLE], subtitle=dossier.branch.name, page="T", blocks=blocks)


def says_nothing_else(page: Document) -> bool:
    """Whether a page without missing items has no notes either, about drafts or mistakes."""
    return not any(isinstance(block, Note) for block in page.blocks)


def complete_paper(branches: Sequence[Dossier]) -> Document:
    """One list of the branches that lack nothing."""
    columns = [
        Column(head="序号", share=2),
        Column(head="党支部", share=12, align="left"),
        Column(head="截至", share=6),
    ]
    rows = [[str(n), d.branch.name or d.branch.id, day_words(d.as_of)] for n, d in enumerate(branches, start=1)]
    blocks: list[AnyBlock] = [
        Note(text=f"按现在登记的内容，下列{len(rows)}个党支部没有缺的。"),
        Table(columns=columns, rows=rows),
    ]
    return Document(form="缺项", title=["没有缺项的党支部"], page="T", blocks=blocks)


def lacking_bundle(papers: Sequence[Document], campaign: Campaign, branch: str = "") -> Bundle:
    """The pages of several branches as one file."""
    return Bundle(documents=list(papers), title=TITLE, branch=branch, campaign=campaign.title)
