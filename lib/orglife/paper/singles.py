"""Single papers: one file a paper, filled as in the stage's bound file, or blank to fill in by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from orglife.adapters.disk import files
from orglife.adapters.disk.workspace import SINGLE_PAPERS
from orglife.adapters.store.store import BUREAU
from orglife.bureau.overview import BUREAU_NAME
from orglife.bureau.superior import Superior, has_records
from orglife.core.errors import (
    BadInput,
    CannotWrite,
    NoBlankForm,
    NoBranch,
    NotFinal,
    OrglifeError,
    UnknownForm,
    UnknownSubject,
)
from orglife.core.paper.block import Bundle, Document
from orglife.core.record.dossier import Dossier
from orglife.office.office import Office
from orglife.stages import STAGES
from orglife.stages.catalogue import BLANKS, FORMS


@dataclass(frozen=True)
class PaperRequest:
    """Which papers to make, and how.

    Attributes:
        forms: Numbers, e.g. F6; empty = all.
        subjects: Ids of records or members; empty = all.
        blank: Make blank forms in place of filled ones.
        out: Folder for the papers; None = the workspace's records folder.
    """

    forms: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    blank: bool = False
    formats: tuple[str, ...] = ("html", "pdf")
    as_of: date | None = None
    final: bool = False
    out: Path | None = None


@dataclass(frozen=True)
class Single:
    """One paper, or several of the same form and subject, in a file of its own.

    Attributes:
        about: Ids that ``--subject`` can name: its subject, and the member that the subject belongs to.
    """

    form: str
    subject: str
    about: frozenset[str]
    bundle: Bundle

    @property
    def name(self) -> str:
        """The file's name without suffix: F6_r03, F4."""
        return f"{self.form}_{self.subject}" if self.subject else self.form


def checked_forms(forms: Sequence[str], *, blank: bool) -> tuple[str, ...]:
    """The requested forms, each once; f6 counts as F6.

    Raises:
        UnknownForm: there is no such form.
        NoBlankForm: it has no blank.
    """
    chosen = tuple(dict.fromkeys(form.strip().upper() for form in forms))
    for form in chosen:
        if form not in FORMS:
            raise UnknownForm(form=form, known="、".join(FORMS))
        if blank and form not in BLANKS:
            raise NoBlankForm(form=f"{form}（{FORMS[form].title}）", known="、".join(BLANKS))
    return chosen


def owners(office: Office, branches: Sequence[str]) -> list[str]:
    """Whose papers to make: the named branches (``_bureau`` = the bureau), else the workspace's own or only branch.

    Raises:
        UnknownBranch, BranchNotChosen, NoBranch.
    """
    if not branches:
        return [office.one_branch()]
    return [b if b == BUREAU else office.chosen([b])[0] for b in dict.fromkeys(branches)]


def singles(office: Office, owner: str, request: PaperRequest) -> list[Single]:
    """The requested papers of a branch or of the bureau, in the order of the stages.

    Raises:
        NotFinal: final papers are requested and the branch is not final.
    """
    papers = _of_bureau(office, request) if owner == BUREAU else _of_branch(office, owner, request)
    return [s for s in papers if not request.forms or s.form in request.forms]


def separated(bundles: Iterable[Bundle], dossier: Dossier | None) -> list[Single]:
    """Split the bound papers of some stages into single papers; those of the same form and subject stay together.

    Args:
        bundles: The papers of each stage.
        dossier: The branch; None for the bureau's papers.
    """
    together: dict[tuple[str, str], Single] = {}
    for bundle in bundles:
        for paper in bundle.documents:
            key = (paper.form, paper.subject)
            first = together.get(key)
            if first is None:
                own = bundle.model_copy(update={"documents": [paper], "title": paper.name})
                together[key] = Single(*key, _about(paper, dossier), own)
            else:
                documents = [*first.bundle.documents, paper]
                together[key] = replace(first, bundle=first.bundle.model_copy(update={"documents": documents}))
    return list(together.values())


def _of_branch(office: Office, branch: str, request: PaperRequest) -> list[Single]:
    dossier = office.dossier(branch, request.as_of)
    if request.final:
        office.require_final(dossier)
    stages = [stage for stage in STAGES if not stage.bureau]
    if request.blank:
        blanks = (office.bound(dossier, office.blanks(dossier, stage), stage.heading) for stage in stages)
        return separated((b.model_copy(update={"final": request.final}) for b in blanks), dossier)
    findings = office.findings(dossier)
    bundles = (office.numbered(office.bundle(dossier, stage, findings), dossier) for stage in stages)
    head = office.head(branch)
    return separated((b.sealed(head) if request.final else b for b in bundles), dossier)


def _of_bureau(office: Office, request: PaperRequest) -> list[Single]:
    superior = Superior(office, request.as_of)
    if request.final:
        superior.require_final()
    papers = superior.blanks() if request.blank else superior.papers()
    bundle = superior.bundle([paper for paper in papers if paper.form])
    return separated([bundle.sealed(office.head(BUREAU)) if request.final else bundle], None)


def _about(paper: Document, dossier: Dossier | None) -> frozenset[str]:
    owner = getattr(dossier.index.get(paper.subject), "member", "") if dossier else ""
    return frozenset({paper.subject, owner} - {""})


def make_singles(office: Office, branches: Sequence[str], request: PaperRequest, say: Callable[[str], None]) -> bool:
    """Write the papers of some branches; no file is ever partial.

    Args:
        office: The open workspace.
        branches: Their ids; ``_bureau`` = the bureau itself.
        request: What to make.
        say: Prints a sentence: what was made and what failed; one sentence if the target cannot be written to.

    Returns:
        Whether everything was made; failures were reported.

    Raises:
        BadInput: subjects were given for blank forms. Nothing is made.
        UnknownSubject: no paper of these branches is about it. Nothing is made.
    """
    return _reporting(lambda: _make(office, branches, request, say), say)


def _reporting(work: Callable[[], bool], say: Callable[[str], None]) -> bool:
    try:
        return work()
    except CannotWrite as error:
        say(str(error))
        return False


def _make(office: Office, branches: Sequence[str], request: PaperRequest, say: Callable[[str], None]) -> bool:
    if request.blank and request.subjects:
        raise BadInput(["空白表不分对象。请去掉 --subject，或去掉 --blank。"])
    good, of_branch = True, {}
    for branch in branches:
        try:
            of_branch[branch] = singles(office, branch, request)
        except NotFinal as error:
            say(str(error))
            good = False
    for subject in request.subjects:
        if good and not any(subject in paper.about for papers in of_branch.values() for paper in papers):
            raise UnknownSubject(subject=subject)
    for branch, papers in of_branch.items():
        chosen = [p for p in papers if not request.subjects or p.about & set(request.subjects)]
        good = _write(office, branch, chosen, request, say) and good
    return good


def make_all(office: Office, branches: Sequence[str], request: PaperRequest, say: Callable[[str], None]) -> bool:
    """A set for proofreading: every form, filled and blank, of the named branches, else of all and of the bureau.

    Raises:
        UnknownBranch, NoBranch.
    """
    chosen = owners(office, branches) if branches else office.branches()
    if not chosen:
        raise NoBranch
    if not branches and has_records(office):
        chosen = [*chosen, BUREAU]

    def both() -> bool:
        filled = _make(office, chosen, request, say)
        return _make(office, chosen, replace(request, blank=True), say) and filled

    return _reporting(both, say)


def _write(
    office: Office, owner: str, papers: Sequence[Single], request: PaperRequest, say: Callable[[str], None]
) -> bool:
    from orglife.adapters.print import exporters  # noqa: PLC0415  heavy

    name = BUREAU_NAME if owner == BUREAU else office.branch_name(owner)
    target = (request.out or office.workspace.records) / owner / SINGLE_PAPERS
    part = request.out / ".partial" if request.out else office.workspace.partial
    made, problems = 0, []
    each = [(paper, kind) for paper in papers for kind in request.formats]
    for (paper, kind), data in zip(each, exporters.render_all([(p.bundle, kind) for p, kind in each]), strict=True):
        try:
            files.write(target / f"{paper.name}.{kind}", data(), part=part)
            made += 1
        except OrglifeError as error:
            if isinstance(error, CannotWrite) and files.concerns_folder(error):
                files.clear(part)
                raise
            problems += [f"{paper.name}：{sentence}" for sentence in error.sentences]
    files.clear(part)
    say(f"{name}（{owner}）：" + (f"{len(papers)}份，{made}个文件，在“{target}”。" if papers else "没有可以出的文件。"))
    for problem in problems:
        say(problem)
    return not problems
