"""The obstacles to 定稿 and 归档, each with a link to the entry to change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orglife.core.paper.block import Document
from orglife.core.record.dossier import Dossier
from orglife.core.record.memo import once
from orglife.core.record.record import Record, is_blank
from orglife.core.record.shape import specs_of
from orglife.core.rule.finding import Finding
from orglife.core.rule.rule import Severity
from orglife.home.places import BRANCH, EntryLink, link_for, of_draft, of_record
from orglife.home.progress import FILING_NOTEBOOK
from orglife.office.office import CATALOGUE_STAGE, Office
from orglife.stages import BY_KEY
from orglife.stages.archive.numbers import cannot_number
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.kinds import draft_label
from orglife.stages.shared.signed import records_of

WRONG, DRAFT, BLANK, TODO, CODE = "须改正", "没有填完的记录", "文件里还有〔待填〕", "还没有做", "归档要用的代码"
_CODES = (("全宗号", "fonds"), ("机构代码", "org_code"))
ORDER = (WRONG, DRAFT, BLANK, TODO, CODE)


@dataclass(frozen=True)
class Obstacle:
    """One obstacle.

    Attributes:
        kind: One of ``ORDER``.
        what: What it is.
        how: What to do; "" if that is plain.
        link: Address of the entry to change.
    """

    kind: str
    what: str
    how: str
    link: str


def obstacles(office: Office, dossier: Dossier) -> list[Obstacle]:
    """The obstacles: missing requirements of ``require_final`` and of archive numbers, and open to-dos."""
    return once(
        dossier.memo,
        ("obstacles", office.campaign),
        lambda: sorted(_obstacles(office, dossier), key=lambda each: ORDER.index(each.kind)),
    )


def blocks_final(listed: Sequence[Obstacle]) -> bool:
    """Whether final papers would be refused; codes are asked for by the archive only."""
    return any(each.kind != CODE for each in listed)


def archived(office: Office, dossier: Dossier) -> bool:
    """Whether the branch is archived as it is now: only archive items were saved since, and nothing is wrong with them."""
    branch = dossier.branch.id
    last = office.store.head(office.campaign.id, branch)
    if last.hash == office.head(branch) or all(item.withdrawn for item in dossier.all(ArchiveItem)):
        return False
    return not any(f.counts and f.stage == CATALOGUE_STAGE for f in office.findings(dossier, "archive"))


def _obstacles(office: Office, dossier: Dossier) -> Iterator[Obstacle]:
    at_close = office.findings(dossier, "close")
    waiting = {_key(f) for f in office.findings(dossier) if f.is_todo}
    for finding in at_close:
        if finding.counts and finding.severity is Severity.ERROR and finding.stage != CATALOGUE_STAGE:
            kind = TODO if _key(finding) in waiting else WRONG
            yield Obstacle(kind, finding.message, finding.fix, _mending(finding, dossier, office))
    for draft in dossier.drafts:
        place = of_draft(draft.type, draft.id)
        yield Obstacle(DRAFT, draft_label(draft), "请把标红的地方改正或补上。", place.link if place else "")
    for paper in office.all_papers(dossier, at_close):
        if paper.draft:
            yield _blank(paper, dossier)
    for problem in cannot_number(dossier.branch, office.campaign):
        field = next((name for word, name in _CODES if word in problem), "")
        at = EntryLink(FILING_NOTEBOOK.removesuffix(".ipynb"), BRANCH, dossier.branch.id, [field]).link if field else ""
        yield Obstacle(CODE, f"{problem}。", "", at)


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.rule, tuple(s.id for s in finding.subjects), finding.message


def _mending(finding: Finding, dossier: Dossier, office: Office) -> str:
    place = link_for(finding, dossier, office.campaign)
    return place.link if place else (f"{BY_KEY[finding.stage].notebook}.ipynb" if finding.stage in BY_KEY else "")


def _blank(paper: Document, dossier: Dossier) -> Obstacle:
    """A paper that shows 〔待填〕, with a link to the first blank of the records that it is made from."""
    for ident in records_of(dossier, paper):
        record = dossier.index.get(ident)
        if isinstance(record, Record) and (names := _blank_fields(record)):
            place = of_record(ident, dossier)
            if place is not None:
                here = EntryLink(place.notebook, place.type, place.id, [*place.path, names[0]])
                return Obstacle(BLANK, paper.heading, "请填上还空着的地方。", here.link)
    stage = next((s for s in BY_KEY.values() if any(f.number == paper.form for f in s.forms)), None)
    return Obstacle(BLANK, paper.heading, "请填上还空着的地方。", f"{stage.notebook}.ipynb" if stage else "")


def _blank_fields(record: Record) -> list[str]:
    names = (spec.name for spec in specs_of(type(record)) if spec.core and not spec.derived)
    return [name for name in names if is_blank(getattr(record, name, None))]
