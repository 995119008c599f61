"""Single papers: one file a paper, filled as in the stage's bound file, or blank to write on by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from orglife.adapters.disk import files
from orglife.adapters.disk.workspace import SINGLE_PAPERS
from orglife.adapters.store.store import BUREAU
from orglife.bureau.superior import NAME as BUREAU_NAME
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
class Wanted:
    """Which papers are to be made, and how.

    Attributes:
        forms: Numbers, e.g. F6; empty = all.
        subjects: Ids of records or members; empty = all.
        blank: Forms to write on by hand in place of the filled ones.
        out: Takes the place of the workspace's records folder.
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
    """One paper (or those of one form and subject) as it stands in a file of its own.

    Attributes:
        about: Ids that ask for it: its subject, and the member whose it is.
    """

    form: str
    subject: str
    about: frozenset[str]
    bundle: Bundle

    @property
    def name(self) -> str:
        """The file's name without its ending: F6_r03, F4."""
        return f"{self.form}_{self.subject}" if self.subject else self.form


def checked_forms(forms: Sequence[str], *, blank: bool) -> tuple[str, ...]:
    """The forms asked for, each once; f6 is F6.

    Raises:
        UnknownForm: there is no such form.
        NoBlankForm: there is no blank of it.
    """
    found = tuple(dict.fromkeys(form.strip().upper() for form in forms))
    for form in found:
        if form not in FORMS:
            raise UnknownForm(form=form, known="、".join(FORMS))
        if blank and form not in BLANKS:
            raise NoBlankForm(form=f"{form}（{FORMS[form].title}）", known="、".join(BLANKS))
    return found


def owners(office: Office, branches: Sequence[str]) -> list[str]:
    """Whose papers are made: the branches named (``_bureau`` = the bureau), else the workspace's own or only one.

    Raises:
        UnknownBranch, BranchNotChosen, NoBranch.
    """
    if not branches:
        return [office.one_branch()]
    return [b if b == BUREAU else office.chosen([b])[0] for b in dict.fromkeys(branches)]


def singles(office: Office, owner: str, wanted: Wanted) -> list[Single]:
    """The papers of a branch, or of the bureau, in the forms that are wanted, in the order of the stages.

    Raises:
        NotFinal: papers for good are asked for, and it is not finished.
    """
    found = _of_bureau(office, wanted) if owner == BUREAU else _of_branch(office, owner, wanted)
    together: dict[tuple[str, str], Single] = {}
    for paper in found:
        key = (paper.form, paper.subject)
        first = together.get(key)
        if first is not None:  # the same form and subject twice: one file holds both
            documents = [*first.bundle.documents, *paper.bundle.documents]
            paper = Single(*key, first.about, first.bundle.model_copy(update={"documents": documents}))  # noqa: PLW2901
        together[key] = paper
    return [s for s in together.values() if not wanted.forms or s.form in wanted.forms]


def _of_branch(office: Office, branch: str, wanted: Wanted) -> list[Single]:
    dossier = office.dossier(branch, wanted.as_of)
    if wanted.final:
        office.require_final(dossier)
    findings = office.findings(dossier)
    found: list[Single] = []
    for stage in STAGES:
        if stage.bureau:
            continue
        bundle = office.numbered(office.bundle(dossier, stage, findings), dossier)
        if wanted.final:
            bundle = bundle.sealed(office.head(branch))
        papers = bundle.documents
        if wanted.blank:
            papers = office.blanks(dossier, stage)
        found += [_single(paper, bundle, dossier) for paper in papers]
    return found


def _of_bureau(office: Office, wanted: Wanted) -> list[Single]:
    superior = Superior(office, wanted.as_of)
    if wanted.final:
        superior.require_final()
    papers = superior.blanks() if wanted.blank else superior.papers()
    bundle = superior.bundle(papers)
    if wanted.final:
        bundle = bundle.sealed(office.head(BUREAU))
        papers = bundle.documents
    return [_single(paper, bundle, None) for paper in papers if paper.form]


def _single(paper: Document, bundle: Bundle, dossier: Dossier | None) -> Single:
    owner = getattr(dossier.index.get(paper.subject), "member", "") if dossier else ""
    own = bundle.model_copy(update={"documents": [paper], "title": paper.heading})
    return Single(paper.form, paper.subject, frozenset({paper.subject, owner} - {""}), own)


def make_singles(office: Office, branches: Sequence[str], wanted: Wanted, say: Callable[[str], None]) -> bool:
    """Make the papers of some branches, whole files or none.

    Args:
        office: The open workspace.
        branches: Their ids; ``_bureau`` = the bureau itself.
        wanted: What is to be made.
        say: Tells the person at the keyboard what was made; a place that takes no file at all is one sentence.

    Returns:
        Whether everything was made; what was not has been told.

    Raises:
        BadInput: subjects were given for blank forms. Nothing is made.
        UnknownSubject: no paper of any of the branches is about it. Nothing is made.
    """
    return _told(lambda: _make(office, branches, wanted, say), say)


def _told(work: Callable[[], bool], say: Callable[[str], None]) -> bool:
    try:
        return work()
    except CannotWrite as error:
        say(str(error))
        return False


def _make(office: Office, branches: Sequence[str], wanted: Wanted, say: Callable[[str], None]) -> bool:
    if wanted.blank and wanted.subjects:
        raise BadInput(["空白表不分对象。请去掉 --subject，或去掉 --blank。"])
    good, found = True, {}
    for branch in branches:
        try:
            found[branch] = singles(office, branch, wanted)
        except NotFinal as error:
            say(str(error))
            good = False
    for subject in wanted.subjects:
        if good and not any(subject in paper.about for papers in found.values() for paper in papers):
            raise UnknownSubject(subject=subject)
    for branch, papers in found.items():
        asked = [p for p in papers if not wanted.subjects or p.about & set(wanted.subjects)]
        good = _write(office, branch, asked, wanted, say) and good
    return good


def make_all(office: Office, branches: Sequence[str], wanted: Wanted, say: Callable[[str], None]) -> bool:
    """A proof-reader's set: every form, filled and blank, of the branches named, else of all and of the bureau.

    Raises:
        UnknownBranch, NoBranch.
    """
    chosen = owners(office, branches) if branches else office.branches()
    if not chosen:
        raise NoBranch
    if not branches and has_records(office):
        chosen = [*chosen, BUREAU]

    def both() -> bool:
        filled = _make(office, chosen, wanted, say)
        return _make(office, chosen, replace(wanted, blank=True), say) and filled

    return _told(both, say)


def _write(office: Office, owner: str, papers: Sequence[Single], wanted: Wanted, say: Callable[[str], None]) -> bool:
    from orglife.adapters.print import exporters  # noqa: PLC0415  heavy

    name = BUREAU_NAME if owner == BUREAU else office.branch_name(owner)
    target = (wanted.out or office.workspace.records) / owner / SINGLE_PAPERS
    part = wanted.out / ".partial" if wanted.out else office.workspace.partial
    made, problems = 0, []
    each = [(paper, kind) for paper in papers for kind in wanted.formats]
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
