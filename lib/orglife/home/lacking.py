"""「还缺什么」: one page to print or forward: what is missing, of whom, by when, with its clause.

It names what is missing and never repeats what anybody wrote; whoever is to be dealt with is not named on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from orglife.core.block import AnyBlock, Bundle, Column, Document, Facts, Note, Paragraph, Table
from orglife.core.campaign import Campaign
from orglife.core.dossier import Dossier, day_words
from orglife.core.finding import Finding, count
from orglife.core.rule import Clause, Kind, Severity
from orglife.home.deadlines import by_when, by_words, deadlines
from orglife.home.owed import members_of
from orglife.home.progress import branch_stages
from orglife.stages.kinds import BY_TYPE

TITLE = "还缺什么"
QUOTED = 8
"""Rows up to which a clause is quoted: the page stays one."""
UNNAMED = "DISP-"
"""Beginning of the rules about how a member is dealt with: their subjects stay off a page that is passed on."""


def lacking(findings: Sequence[Finding]) -> list[Finding]:
    """What is missing, due or not; hints, what is explained and what is wrong are left out."""
    return [f for f in findings if f.kind is Kind.MISSING and not f.explained and f.severity is not Severity.INFO]


def lacking_rows(dossier: Dossier, campaign: Campaign, findings: Sequence[Finding]) -> list[list[str]]:
    """A row for each rule that finds something missing: stage, what, who, by when, clause."""
    titles = {stage.key: stage.title for stage in branch_stages()}
    together: dict[tuple[str, str], list[Finding]] = {}
    for finding in lacking(findings):
        together.setdefault((finding.stage, finding.rule), []).append(finding)
    rows = []
    for (stage, rule), group in together.items():
        who = dict.fromkeys(dossier.name(m) for f in group for m in members_of(f, dossier))
        named = "、".join(who) if who and not rule.startswith(UNNAMED) else "党支部"
        by = f"{by_words(by_when(group[0], dossier, campaign))}" + ("（已到期）" if group[0].due else "")
        rows.append([titles.get(stage, ""), group[0].title, named, by, _clause(group[0].clause, len(together))])
    return rows


def _clause(clause: Clause, rows: int) -> str:
    """Where it stands; with its words while the page has room for them."""
    if rows > QUOTED:
        return clause.source
    pieces = [piece for piece in clause.quote.split("……") if piece]
    return clause.source + (f"「{pieces[0]}」" if pieces else "")


def lacking_paper(dossier: Dossier, campaign: Campaign, findings: Sequence[Finding]) -> Document:
    """The page."""
    times = [(d.label, f"{d.when}，{d.words}") for d in deadlines(dossier, campaign)]
    blocks: list[AnyBlock] = [Facts(rows=[("核对日", day_words(dossier.as_of)), *times])]
    rows = lacking_rows(dossier, campaign, findings)
    if rows:
        columns = [
            Column(head="阶段", share=4),
            Column(head="还缺什么", share=9, align="left"),
            Column(head="谁", share=8, align="left"),
            Column(head="何时前", share=6),
            Column(head="依据", share=9, align="left"),
        ]
        blocks.append(Table(columns=columns, rows=rows))
    else:
        blocks.append(Paragraph(text="按现在登记的内容，没有缺的。"))
    drafts = dict.fromkeys(BY_TYPE[d.type].LABEL if d.type in BY_TYPE else "党支部" for d in dossier.drafts)
    if drafts:
        blocks.append(Note(text=f"另有没有填完的记录{len(dossier.drafts)}条：{'、'.join(drafts)}。"))
    wrong = sum(f.kind is Kind.WRONG for f in findings if f.counts and f.severity is Severity.ERROR)
    if wrong:
        blocks.append(Note(text=f"另有已登记、须改正的内容{wrong}处，请在工作簿里改正。"))
    todo = count(findings).todos
    if rows and todo:
        blocks.append(Note(text="没有写“已到期”的还没到时候，请按日期做完。"))
    return Document(form="缺项", title=[TITLE], subtitle=dossier.branch.name, page="T", blocks=blocks)


def lacking_bundle(papers: Sequence[Document], campaign: Campaign, branch: str = "") -> Bundle:
    """The pages of some branches as one file."""
    return Bundle(documents=list(papers), title=TITLE, branch=branch, campaign=campaign.title)
