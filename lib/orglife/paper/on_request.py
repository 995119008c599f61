"""Papers printed on request: a stage's papers, blanks and pictures, the list of what is missing, the meeting pack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orglife.adapters.disk import files, leftovers, zip_writer
from orglife.adapters.disk.workspace import SINGLE_PAPERS
from orglife.bureau.superior import INTAKE, OVERVIEW, Superior
from orglife.core.errors import NothingToPrint, PackageTooLarge, UnknownChoice
from orglife.core.paper.block import FORMATS, AnyBlock, Bundle, Document
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.core.rule.finding import Finding
from orglife.core.stage import Stage
from orglife.exchange import member_forms, workbooks
from orglife.home.lacking import (
    Lack,
    complete_paper,
    lacking_bundle,
    lacking_paper,
    lacking_rows,
    says_nothing_else,
)
from orglife.home.progress import CAMPAIGN, FILING, FILING_TITLE, HOME
from orglife.office.arguments import stage_of
from orglife.office.office import Office
from orglife.paper.meeting_pack import meeting_pack
from orglife.stages import BY_KEY
from orglife.stages.rectification.record import Pledge

STAGE, BLANKS, LACKING, PACK, PICTURES = "stage", "blanks", "lacking", "pack", "pictures"
MEMBERS, MEMBER_BLANK, WORKBOOK, PACKAGE, RECEIPTS = "members", "member", "workbook", "package", "receipts"
CAMPAIGN_FILE = "campaign_file"
PACK_FILE = "meeting"
PICTURES_FORM = "附图"
HANDED = "交给上级的包"
DOWNLOADS = "浏览器的下载文件夹"
LARGEST = 200_000_000
"""Largest package in bytes that a browser can download: it is held in memory."""


@dataclass(frozen=True)
class PaperFile:
    """A file to download.

    Attributes:
        notes: Sentences for whoever downloads it.
    """

    name: str
    data: bytes
    notes: Sequence[str] = ()


def of_bureau(stage: str) -> bool:
    """Whether a page is one of the bureau's."""
    return stage in (OVERVIEW, INTAKE, CAMPAIGN) or (stage in BY_KEY and BY_KEY[stage].bureau)


def bureau_bundle(superior: Superior, stage: str) -> Bundle:
    """The papers of one of the bureau's pages."""
    if stage == OVERVIEW:
        return superior.overview.bundle()
    if stage == CAMPAIGN:
        from orglife.campaigns.confirming import HEADING, Confirming  # noqa: PLC0415  it brings all that reads a notice

        return superior.bundle(Confirming(superior.office).papers(), HEADING)
    return superior.bundle([] if stage == INTAKE else superior.papers())


def stage_bundle(office: Office, dossier: Dossier, stage: str, findings: Sequence[Finding]) -> Bundle:
    """The papers of one of a branch's pages; that of the first page is the list of what is missing."""
    if stage == HOME:
        papers = office.marked([lacking_paper(dossier, office.campaign, findings)])
        return lacking_bundle(papers, office.campaign, dossier.branch.name)
    if stage == FILING:
        return office.bound(dossier, [], FILING_TITLE)
    return office.numbered(office.bundle(dossier, stage_of(stage), findings), dossier)


def pictures_bundle(office: Office, dossier: Dossier, stage: Stage) -> Bundle:
    """A stage's pictures with their numbers; not a form, never filed."""
    sheet = Sheet(dossier, office.campaign)
    blocks: list[AnyBlock] = []
    for figure in stage.layout.figures(sheet):
        blocks += [figure.model_copy(update={"numbered": True}), figure.table()]
    title = f"{stage.title}图"
    papers = [sheet.document(PICTURES_FORM, [title], blocks, page="T")] if blocks else []
    return office.bound(dossier, office.marked(papers), title)


def make_paper(office: Office, branch: str, what: str, stage: str, kind: str, as_of: date | None) -> PaperFile:
    """A file, printed now from the store, without a notebook.

    Args:
        office: The open workspace.
        branch: Id of the branch; "" for the bureau's pages.
        what: ``stage``, ``blanks``, ``pictures``, ``lacking`` or ``pack``; ``members``, ``member`` or ``workbook`` for Excel and WPS;
            ``package`` for the superior.
        stage: Key of the stage, for the first three and the last.
        kind: One of the formats; workbooks have their own.
        as_of: Date of the check; None = the latest date of the records.

    Returns:
        The file; its name holds branch and paper and no personal data.

    Raises:
        UnknownChoice, UnknownStage, UnknownBranch: there is no such format, stage or branch.
        NothingToPrint: the stage has no paper yet.
        OrglifeError: it cannot be printed, e.g. no font has a character.
    """
    if what in (MEMBERS, MEMBER_BLANK, WORKBOOK):
        return _to_fill_in(office, office.one_branch(branch), what, stage)
    if what == PACKAGE:
        return _to_hand_over(office, office.one_branch(branch))
    if what == CAMPAIGN_FILE:
        return _to_give_out(office)
    if what == RECEIPTS:
        return _receipts(office)
    if kind not in FORMATS:
        raise UnknownChoice(what="格式", value=kind, known="、".join(FORMATS))
    bundle = _asked_for(office, branch, what, stage, as_of)
    if not bundle.documents:
        raise NothingToPrint(title=bundle.title)
    from orglife.adapters.print import exporters  # noqa: PLC0415  heavy

    data = exporters.render(bundle, kind)
    if what == PACK:
        place = office.workspace.records / office.one_branch(branch) / SINGLE_PAPERS / f"{PACK_FILE}.{kind}"
        files.write(place, data, part=office.workspace.partial)
    return PaperFile(f"{_file_name(bundle)}.{kind}", data)


def _to_fill_in(office: Office, branch: str, what: str, stage: str) -> PaperFile:
    """Workbooks to fill in with Excel or WPS and to import again."""
    name = files.file_name(office.branch_name(branch))
    if what == WORKBOOK:
        return PaperFile(f"{name} {stage_of(stage).title}.xlsx", workbooks.export_workbook(office, branch, [stage]))
    pledges = stage == Pledge.STAGE
    made = member_forms.export_member_forms(office, branch, blank=what == MEMBER_BLANK, pledge_only=pledges)
    if what == MEMBER_BLANK:
        return PaperFile(*made.popitem())
    return PaperFile(  # each is a zip already
        f"{name} {'整改承诺填写表' if pledges else '党员填写表'}.zip", zip_writer.zipped(made.items(), stored=True)
    )


def _to_hand_over(office: Office, branch: str) -> PaperFile:
    """The branch's package for the superior."""
    from orglife.exchange import packages  # noqa: PLC0415  not needed to make papers

    with leftovers.unfinished_folder(office.workspace.partial) as folder:
        place = folder / f"{files.file_name(office.branch_name(branch))} {HANDED}.zip"
        sentences = packages.export_package(office, branch, place, DOWNLOADS)
        if place.stat().st_size > LARGEST:
            raise PackageTooLarge(what=HANDED, megabytes=place.stat().st_size // 1_000_000, button=f"写{HANDED}")
        return PaperFile(place.name, place.read_bytes(), sentences)


def _to_give_out(office: Office) -> PaperFile:
    """The campaign in force, for the branches."""
    title = "".join(char for char in office.campaign.title or office.campaign.id if char.isalnum() or char in " -_（）")
    notes = ("发给各支部。支部打开“方案”页，在“上级下发的方案”里选这个文件，看过有哪些变化再启用。",)
    return PaperFile(f"方案 {title[:50]}.toml", office.workspace.campaign_bytes(), notes)


def _receipts(office: Office) -> PaperFile:
    """The receipts of all branches, made now, each under its branch's name."""
    from orglife.exchange import receipts  # noqa: PLC0415  not needed to make papers

    made = receipts.renew_all(office)
    if not made:
        raise NothingToPrint(title="回执")
    names = receipt_names({branch: office.branch_name(branch) for branch in made})
    parts = [(names[branch], text) for branch, text in made.items()]
    notes = (f"{len(parts)}个支部的回执，含退回意见，请各发给各支部。",)
    if len(parts) == 1:
        return PaperFile(*parts[0], notes)
    return PaperFile("回执.zip", zip_writer.zipped(parts), notes)


def receipt_names(branches: Mapping[str, str]) -> dict[str, str]:
    """Id → the file name of its receipt: its branch's name, with the id only where two branches are called the same."""
    names = {branch: files.file_name(name) for branch, name in branches.items()}
    often = Counter(names.values())
    return {branch: f"回执 {name}{f'（{branch}）' if often[name] > 1 else ''}.json" for branch, name in names.items()}


def _asked_for(office: Office, branch: str, what: str, stage: str, as_of: date | None) -> Bundle:
    if of_bureau(stage):
        superior = Superior(office, as_of)
        if what == BLANKS:
            return superior.bundle(superior.blanks(), "空白表")
        return bureau_bundle(superior, stage)
    dossier = office.dossier(office.one_branch(branch), as_of)
    if what == PACK:
        return meeting_pack(office, dossier)
    if what == BLANKS:
        chosen = stage_of(stage)
        return office.bound(dossier, office.blanks(dossier, chosen), f"{chosen.title}空白表")
    if what == PICTURES:
        return pictures_bundle(office, dossier, stage_of(stage))
    if what in (STAGE, LACKING):
        page = HOME if what == LACKING else stage
        return stage_bundle(office, dossier, page, office.findings(dossier))
    raise UnknownChoice(what="文件", value=what, known=f"{STAGE}、{BLANKS}、{PICTURES}、{LACKING}、{PACK}")


def todo(office: Office, branches: Sequence[str], as_of: date | None) -> list[tuple[Dossier, list[Lack], Document]]:
    """For each branch the dossier, the rows of missing items, and the page that lists them."""
    lists = []
    for branch in branches:
        dossier = office.dossier(branch, as_of)
        findings = office.findings(dossier)
        (page,) = office.marked([lacking_paper(dossier, office.campaign, findings)])
        lists.append((dossier, lacking_rows(dossier, office.campaign, findings), page))
    return lists


def write_todo(office: Office, lists: Sequence[tuple[Dossier, list[Lack], Document]], out: Path) -> None:
    """Write the pages of some branches as one file in the format of its suffix. Branches that lack nothing share a page.

    Raises:
        UnknownChoice: the suffix is no format.
        OrglifeError: it cannot be printed or written; no file is left.
    """
    from orglife.adapters.print import exporters  # noqa: PLC0415  heavy

    complete = [not rows and says_nothing_else(page) for _, rows, page in lists]
    together = sum(complete) > 1
    pages = [page for (_, _, page), whole in zip(lists, complete, strict=True) if not (together and whole)]
    if together:
        pages.append(complete_paper([dossier for (dossier, _, _), whole in zip(lists, complete, strict=True) if whole]))
    exporters.write_file(lacking_bundle(pages, office.campaign), out)


def _file_name(bundle: Bundle) -> str:
    """Branch and title, without characters that a file name must not hold."""
    name = f"{bundle.branch} {bundle.title}".replace(" · ", "-").strip()
    return "".join(char for char in name if char.isalnum() or char in " -_（）〔〕·")
