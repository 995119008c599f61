"""The pages outside the stages as HTML: home, the bureau's overview, the campaign being confirmed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from orglife.adapters.disk.record_files import UNSIGNED
from orglife.adapters.print import notebook_html
from orglife.adapters.print.html import figure_html
from orglife.bureau.overview import Overview, linked_cells
from orglife.bureau.pictures import MOST
from orglife.bureau.standing import Standing, StandingFinding
from orglife.bureau.superior import (
    INTAKE,
    INTAKE_NOTEBOOK,
    INTAKE_TITLE,
    OVERVIEW,
    Superior,
    draft_labels,
    has_records,
)
from orglife.core.paper.block import Figure
from orglife.core.record.dossier import Dossier, day_words
from orglife.core.rule.campaign import Campaign
from orglife.core.rule.finding import Finding
from orglife.exchange import receipts
from orglife.exchange.correspondence import ReplyState, correspondence
from orglife.filing.readiness import archived
from orglife.home.back import receipt_words, remark_rows
from orglife.home.deadlines import by_words, deadlines
from orglife.home.owed import columns_of, owed
from orglife.home.places import scan_of
from orglife.home.progress import (
    CAMPAIGN,
    CAMPAIGN_DRAFT,
    CAMPAIGN_NOTEBOOK,
    FILING_NOTEBOOK,
    FILING_TITLE,
    StageState,
    branch_stages,
    stage_rows,
)
from orglife.home.ticked import check_rows
from orglife.home.today import today
from orglife.office.office import Office
from orglife.stages import RULES_BY_ID, STAGES
from orglife.stages.archive.items import in_order
from orglife.stages.archive.record import RETENTIONS, ArchiveItem

NAMED_LOANS = 5
"""Most branches taken home that are named."""
LENT = "{who}{day}把本支部的数据带走离线填写了，带回以前，这里只能看，不能改。那台电脑找不回来的，请上级党组织结束这次带走。"
TAKEN = "这一份是从服务器带走的，请在这里填写；带回以前，服务器上只能看。填好以后，请把它带回服务器。"
RETURNED = "这一份已经带回服务器，只能看。请到服务器上接着填。"
NO_ITEMS = "还没有归档。归档以后，这里列出归档文件目录。"


def home(office: Office, branch: str, dossier: Dossier, findings: Sequence[Finding]) -> str:
    """A branch's first page: steps for today, state of each stage, what each member owes.

    Args:
        office: The open workspace.
        branch: Id of the open branch; it may be new and unsaved.
        dossier: Its records.
        findings: All its findings.
    """
    campaign = office.campaign
    signatures = office.signed_papers(dossier, findings)
    debts = owed(dossier, findings)
    receipt = receipts.read_acknowledgement(office, branch) if dossier.branch.id == branch else None
    answered = receipts.remark_states(office, dossier, receipt)
    shown = notebook_html.home_html(
        day=_day_line(office, dossier),
        steps=[
            (step, by_words(step.by, dossier.as_of) if step.by else "")
            for step in today(dossier, campaign, findings, signatures, answered, filed=archived(office, dossier))
        ],
        deadlines=deadlines(dossier, campaign),
        stages=_rows(office, dossier, findings),
        owed=(columns_of(debts), debts),
        signatures=[(paper, scan_of(paper.record).link if paper.record else "") for paper in signatures],
        back=(receipt_words(receipt), remark_rows(dossier, answered)),
    )
    return _pending(office) + _lent(office, branch) + shown + _check_items(dossier, campaign)


def _lent(office: Office, branch: str) -> str:
    """A sentence if the branch was taken home, or if this workspace is the copy taken home; "" = neither."""
    loan, settings = office.store.loan(branch), office.workspace.settings
    if loan is not None:
        day = day_words(loan.since.astimezone().date())
        return notebook_html.sentence_html(LENT.format(day=day, who=loan.who or "有人"))
    if settings.loan:
        return notebook_html.sentence_html(RETURNED if settings.returned else TAKEN)
    return ""


def _rows(office: Office, dossier: Dossier, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return stage_rows(dossier, findings, lambda stage: office.unfilled(dossier, stage))


def _day_line(office: Office, dossier: Dossier) -> str:
    day = day_words(dossier.as_of)
    return f"今天是{day}" if dossier.as_of == office.workspace.today() else f"按{day}的情况核对"


def _check_items(dossier: Dossier, campaign: Campaign) -> str:
    """Table of the plan's demands that no rule checks, and whether each is ticked."""
    rows = check_rows(dossier, campaign)
    if not rows:
        return ""
    done = sum(state != "未打勾" for _, _, state in rows)
    title = f"方案的其他要求（{len(rows)}项，已落实{done}项；在“工作方案”的“其他要求”里打勾）"
    return notebook_html.table_html(title, ("要求", "出处", "落实"), [[(cell, "") for cell in row] for row in rows])


def page_state(office: Office, dossier: Dossier, findings: Sequence[Finding]) -> dict[str, Any]:
    """Data for the page's top bar on a branch's page: state of each stage, who types."""
    rows = _rows(office, dossier, findings)
    states = {f"notebooks/{r['link']}": [r["state"].value, r["state"].sign, notebook_html.state_words(r)] for r in rows}
    filed = archived(office, dossier) if dossier.branch.id in office.branches() else False
    state = StageState.DONE if filed else StageState.IDLE
    states[f"notebooks/{FILING_NOTEBOOK}"] = [state.value, state.sign, "已归档" if filed else "未归档"]
    people = [dossier.name(m.id) for m in dossier.members.values() if m.name and m.left_on is None]
    return {"states": states, "people": people} | author_state(office)


def author_state(office: Office) -> dict[str, Any]:
    """Data for the top bar of any page: the author, what the page says of her, whether it asks who she is."""
    note, asked = office.files.about_author()
    return {"author": "" if office.author == UNSIGNED else office.author, "note": note, "asked": asked}


def catalogue(dossier: Dossier) -> str:
    """Table of the archived items; a sentence before anything is archived."""
    items = in_order(i for i in dossier.all(ArchiveItem) if not i.withdrawn)
    if not items:
        return notebook_html.sentence_html(NO_ITEMS)
    heads = ("档号", "题名", "责任者", "保管期限", "页数")
    rows = [
        [
            (text, "")
            for text in (i.code, i.title, i.responsible, RETENTIONS.get(i.retention or "", ""), str(i.pages or 0))
        ]
        for i in items
    ]
    return notebook_html.table_html(f"归档文件目录（{len(items)}件）", heads, rows)


# --- the bureau's ----------------------------------------------------------------------------------------------------


def overview(superior: Superior) -> str:
    """Table of all branches by stage, then pictures of days, grades and rectification."""
    if not superior.office.branches():
        return before_overview(superior.office)
    heads = ("党支部", *(stage.title for stage in branch_stages()))
    cells = linked_cells(superior.overview, superior.papers_made())
    _, tones = superior.overview.heat()
    shown = notebook_html.table_html(f"截至{day_words(superior.bureau.as_of)}", heads, cells, tones)
    figures = overview_figures(superior.office, superior.overview)
    return before_overview(superior.office) + shown + "".join(map(figure_html, figures))


def before_overview(office: Office) -> str:
    """The lines above the overview: open decisions of a campaign draft, branches taken home; without a branch, what to do."""
    if office.branches():
        return _pending(office) + _taken_home(office)
    sentence = "还没有支部。各支部交来的包在“收件”页收，收下以后，这里就能看到各支部做到哪一步。"
    return _pending(office) + notebook_html.links_html(sentence, [("去收支部的包", INTAKE_NOTEBOOK)])


def _taken_home(office: Office) -> str:
    """A sentence that names the branches taken home, which are read-only on the server now; "" without any."""
    if not office.store.on_server:
        return ""
    from orglife.takeaway.lending import loan_line  # noqa: PLC0415  needed on a server only

    loans = office.store.loans()
    named = "；".join(loan_line(office, one) for one in loans[:NAMED_LOANS])
    more = f"等{len(loans)}个支部" if len(loans) > NAMED_LOANS else ""
    return notebook_html.sentence_html(f"{named}{more}。") if loans else ""


def overview_figures(office: Office, overview: Overview) -> list[Figure]:
    """The pictures below the overview, as they look today."""
    today = office.workspace.today()
    return [figure.seen_on(today) for figure in overview.figures()]


def branch_details(standing: Standing, stage: str) -> str:
    """The findings of a branch, in one stage or ("") in all, unfolded."""
    findings = [f for f in standing.found if stage in ("", f.stage)]
    return notebook_html.branches_html([_of_branch(standing, findings)], _titles(), opened=True)


def _titles() -> dict[str, str]:
    return {each.key: each.title for each in STAGES}


def _of_branch(standing: Standing, findings: Sequence[StandingFinding]) -> tuple[Any, ...]:
    """A branch's name, its numbers of errors, warnings and to-dos, and its findings."""
    errors, warnings = (sum(f.severity == word and not f.todo for f in findings) for word in ("error", "warning"))
    return standing.name, errors, warnings, sum(f.todo for f in findings), findings


def bureau_findings(superior: Superior, stage: str, basis: Sequence[tuple[str, str]]) -> str:
    """Findings in the bureau's own records; on the overview, also those of each branch.

    Args:
        superior: The bureau and all branches.
        stage: The page.
        basis: The plan's demands on the bureau: text and source.
    """
    labels = [(label, "") for label in draft_labels(superior.drafts)]
    html = notebook_html.findings_html(superior.findings, labels, basis, nothing=_nothing_found(superior, stage))
    standings = superior.overview.standings if stage == OVERVIEW else ()
    if len(standings) > MOST:
        return html + notebook_html.sentence_html(f"{len(standings)}个支部的核对结果，在上面的表里点支部或一格看。")
    branches = [_of_branch(each, each.found) for each in standings]
    return html + notebook_html.branches_html(branches, _titles()) if branches else html


def exchanged(office: Office) -> str:
    """Table of what was received from each branch, what was returned, and whether it was answered."""
    lines = correspondence(office)
    if not lines:
        return notebook_html.sentence_html("还没有收过支部的包。把支部交来的包拖到上面，收下以后，这里列出收发情况。")
    heads = ("党支部", "情况", "最近一次收到", "收过几次", "退回意见", "支部已收下意见")
    rows = [
        [
            (each.name, ""),
            (each.answer.value, ""),
            (day_words(each.received) or "还没有收到包", ""),
            (f"{each.packages}次" if each.packages else "", ""),
            (f"{each.returned}条，{day_words(each.returned_on)}" if each.returned else "没有", ""),
            (f"{each.delivered}条" if each.returned else "", ""),
        ]
        for each in lines
    ]
    tones = [["", _TONES[each.answer], "", "", "", ""] for each in lines]
    waiting = sum(each.answer is ReplyState.RETURNED for each in lines)
    title = f"收发情况（{len(lines)}个支部" + (f"，{waiting}个退回了还没有再交）" if waiting else "）")
    return notebook_html.table_html(title, heads, rows, tones)


_TONES = {ReplyState.RETURNED: "wait", ReplyState.ANSWERED: "good", ReplyState.RECEIVED: "good", ReplyState.WAITING: ""}


def _nothing_found(superior: Superior, stage: str) -> str:
    """The sentence when the bureau's own rules find nothing; it says nothing good about branches with findings."""
    if not superior.office.branches() and not has_records(superior.office):
        return f"还没有支部，也没有登记督导，没有什么可核对。请先到“{INTAKE_TITLE}”页收支部的包。"
    if stage == OVERVIEW:
        return "督导记录没有要改正的；各支部的核对结果在下面，逐个列出。"
    return "✓ 按现在登记的督导记录，没有要改正或补充的。"


def links_beside(stage: str, *, bureau: bool) -> list[tuple[str, str]]:
    """(title, address) of links on a page that is not about one branch: the bureau's other pages, or back."""
    if stage == CAMPAIGN and not bureau:
        return [("回首页", "00_home.ipynb"), (f"回{FILING_TITLE}", FILING_NOTEBOOK)]
    pages = [
        (OVERVIEW, "全局总览", "90_overview.ipynb"),
        (INTAKE, INTAKE_TITLE, INTAKE_NOTEBOOK),
        ("supervision", "上级督导", "40_supervision.ipynb"),
        (CAMPAIGN, "读通知、定方案", CAMPAIGN_NOTEBOOK),
    ]
    return [(title, address) for key, title, address in pages if key != stage]


# --- the campaign in the making --------------------------------------------------------------------------------------


def _pending(office: Office) -> str:
    """Link to the open decisions of a campaign draft; "" without a draft."""
    root = office.workspace.root
    if not (root / CAMPAIGN_DRAFT).exists():
        return ""
    from orglife.campaigns.decisions import pending  # noqa: PLC0415  loads the notice reader

    sentence = pending(root)
    return notebook_html.links_html(sentence, [("去确认", CAMPAIGN_NOTEBOOK)]) if sentence else ""


_FIELD_AND_RULES = re.compile(r"（[a-z_]+：(?P<rules>[A-Z]+-\d+(?:、[A-Z]+-\d+)*)）")
"""How a sentence of ``campaign check`` names a field and the rules that read it."""


def _for_a_reader(sentence: str) -> str:
    """A sentence of ``campaign check`` with the titles of the checks in place of the field's name and their ids."""

    def titles(match: re.Match[str]) -> str:
        return "：" + "、".join(f"“{RULES_BY_ID[rule].title}”" for rule in match["rules"].split("、"))

    return _FIELD_AND_RULES.sub(titles, sentence)


def campaign_check(office: Office) -> str:
    """Result of ``campaign check`` for the decisions confirmed so far."""
    from orglife.campaigns.confirming import Confirming  # noqa: PLC0415  as _pending

    check = Confirming(office).check()
    if check is None:
        return notebook_html.sentence_html("还没有读通知。")
    sentences = [_for_a_reader(each) for each in (*check.problems, *check.notes)]
    if not sentences:
        return notebook_html.sentence_html("方案里没有发现要核对的。")
    return notebook_html.table_html("已确认的内容写成方案后，请核对", ("内容",), [[(each, "")] for each in sentences])
