"""The cell that shows what was found in a stage, with links to the entries to change."""

from __future__ import annotations

from collections.abc import Sequence

from orglife.adapters.disk.record_files import UNSIGNED
from orglife.adapters.print import notebook_html
from orglife.bureau.superior import INTAKE
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Draft
from orglife.core.rule.campaign import quoted
from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import Kind, Severity
from orglife.desk import front_pages
from orglife.desk.open_branch import OpenBranch
from orglife.home import places
from orglife.home.progress import CAMPAIGN, FILING, HOME, blanks_of, branch_stages, drafts_of, recorded
from orglife.office.answers import person_reference
from orglife.office.arguments import stage_of
from orglife.office.office import gate
from orglife.paper.on_request import of_bureau
from orglife.stages import BY_KEY
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.kinds import draft_label

NOT_BEGUN = "本阶段还没有登记，登记以后在这里核对。"
NOT_ARCHIVED, ARCHIVED = "还没有归档。", "归档的各件齐全，与目录一致。"


def findings_html(page: OpenBranch, stage: str) -> str:
    """Findings of a page: of a stage, or ("" or home) of all."""
    if stage == CAMPAIGN:
        return front_pages.campaign_check(page.office)
    if stage == FILING:
        return _archive_findings(page)
    if stage == INTAKE:
        return front_pages.exchanged(page.office)
    if of_bureau(stage):
        return front_pages.bureau_findings(page.superior(), stage, _basis(page, "supervision"))
    findings = page.stage_findings(stage)
    begun = stage not in BY_KEY or recorded(page.branch_findings()[0], BY_KEY[stage])
    return notebook_html.findings_html(
        findings,
        [(draft_label(d), page.link(places.of_draft(d.type, d.id))) for d in _drafts(page, stage)],
        _basis(page, stage),
        _numbers(page, stage),
        folded=stage in ("", HOME),
        links=notebook_html.FindingLinks(
            mend=lambda finding: _way_to_mend(page, finding), explain=lambda finding: _way_to_explain(page, finding)
        ),
        nothing=notebook_html.NOTHING_FOUND if begun else NOT_BEGUN,
        unfilled=_unfilled(page, stage, findings),
        blanks=_blanks(page, stage),
    )


def _archive_findings(page: OpenBranch) -> str:
    """What the archive's own rules find."""
    dossier, _ = page.branch_findings()
    findings = page.office.findings(dossier, "archive", (ArchiveItem.STAGE,))
    return notebook_html.findings_html(findings, nothing=ARCHIVED if dossier.all(ArchiveItem) else NOT_ARCHIVED)


def _basis(page: OpenBranch, stage: str) -> list[tuple[str, str]]:
    """The plan's demands on a stage, without duplicates: text and source."""
    demands = [d for key, d in page.office.campaign.demands.items() if key.split(".")[0] == stage]
    return list({d.quote: (quoted(*d.pieces), d.source) for d in demands}.values())


def _drafts(page: OpenBranch, stage: str) -> list[Draft]:
    if not stage or stage == HOME:
        return list(page.dossier().drafts)
    return drafts_of(page.dossier(), stage_of(stage))


def _numbers(page: OpenBranch, stage: str) -> list[str]:
    """Sentences that say how a stage's numbers are calculated from the saved records."""
    explain = BY_KEY[stage].numbers if stage in BY_KEY else None
    return explain(Sheet(page.dossier(), page.office.campaign)) if explain else []


def _way_to_mend(page: OpenBranch, finding: Finding) -> str:
    shut = gate(page.stage_findings("study")) if finding.stage == "meeting" else None
    return page.link(places.link_for(shut or finding, page.branch_findings()[0], page.office.campaign))


def _way_to_explain(page: OpenBranch, finding: Finding) -> str:
    dossier, author = page.branch_findings()[0], page.office.author
    person = person_reference(author, dossier) if author != UNSIGNED else None
    return page.link(places.explaining(finding, dossier, person))


def _unfilled(page: OpenBranch, stage: str, stage_findings: Sequence[Finding]) -> list[str]:
    """Papers that still show 〔待填〕 although no finding reports a gap in their stage."""
    if any(f.is_todo or (f.counts and f.severity is Severity.ERROR) for f in stage_findings):
        return []
    dossier = page.branch_findings()[0]
    reported = {
        f.stage for f in stage_findings if f.counts and f.kind is Kind.MISSING and f.severity is not Severity.INFO
    }
    keys = [stage] if stage in BY_KEY else [each.key for each in branch_stages()]
    keys = [key for key in keys if key not in reported]
    headings = (each for key in keys for each in page.office.unfilled(dossier, BY_KEY[key]))
    return list(dict.fromkeys(headings))


def _blanks(page: OpenBranch, stage: str) -> list[tuple[str, str]]:
    """(label, link) of each field of the branch's own data that is still to be filled in."""
    chosen, dossier = BY_KEY.get(stage or "plan", BY_KEY["plan"]), page.branch_findings()[0]
    left = blanks_of(dossier, chosen) if recorded(dossier, chosen) else []
    return [(spec.label, page.link(places.of_branch(dossier, spec.name))) for spec in left]
