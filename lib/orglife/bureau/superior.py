"""The bureau's own records and papers, and the overview of all branches. Used by desk, batch and commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from orglife.adapters.store.store import BUREAU
from orglife.bureau.overview import BUREAU_NAME, Overview
from orglife.bureau.survey import read_parts, survey
from orglife.core.errors import NotFinal
from orglife.core.paper.block import Bundle, Document
from orglife.core.paper.paper import Sheet
from orglife.core.record.branch import Branch
from orglife.core.record.dossier import Dossier, Draft
from orglife.core.rule.bureau import Bureau
from orglife.core.rule.finding import Finding, count
from orglife.home.progress import branch_stages
from orglife.office.dossiers import latest_day
from orglife.office.office import Office
from orglife.stages import STAGES
from orglife.stages.kinds import BUREAU_KINDS
from orglife.stages.supervision.stage import STAGE

if TYPE_CHECKING:
    import pandas as pd

OVERVIEW = "overview"
INTAKE, INTAKE_TITLE, INTAKE_NOTEBOOK = "intake", "收件", "41_intake.ipynb"
"""The bureau's page that takes in packages. It is no stage: it holds no records of its own."""


@dataclass(frozen=True)
class Superior:
    """The bureau and all branches on one day.

    Attributes:
        office: The open workspace.
        as_of: The day of the check; None = for each branch the latest day of its records, for the bureau the latest of all.
    """

    office: Office
    as_of: date | None = None

    @cached_property
    def dossiers(self) -> list[Dossier]:
        """The branches as the bureau's rules and papers need them, ordered by branch id; see ``read_parts``."""
        return read_parts(self.office, self.overview.standings, self.overview.read)

    @cached_property
    def bureau(self) -> Bureau:
        """The bureau's records together with all dossiers."""
        return self.office.bureau(self.dossiers, self.as_of or self._latest())

    def _latest(self) -> date:
        own = [r for rows in self.office.bureau_records().values() for r in rows]
        days = [d.as_of for d in self.dossiers]
        return max([latest_day(own, date.today()), *days]) if own else max(days, default=date.today())

    @cached_property
    def drafts(self) -> tuple[Draft, ...]:
        """The bureau's drafts."""
        return self.office.snapshot(BUREAU).drafts

    @cached_property
    def findings(self) -> list[Finding]:
        """The findings of the bureau's rules."""
        return self.office.bureau_findings(self.dossiers, self.bureau.as_of)

    # --- papers ------------------------------------------------------------------------------------------------------

    def papers(self) -> list[Document]:
        """The bureau's papers: F19, F20 and the assignments."""
        made = (s.bureau_documents(self.bureau, self.office.campaign) for s in STAGES if s.bureau_documents)
        return [paper for papers in made for paper in papers]

    def blanks(self) -> list[Document]:
        """The bureau's blank forms."""
        any_sheet = Sheet(
            Dossier(self.office.campaign.id, Branch(id="bureau"), {}, self.bureau.as_of), self.office.campaign
        )
        return [paper for s in STAGES if s.bureau and s.blanks for paper in s.blanks(any_sheet)]

    def bundle(self, documents: list[Document], title: str = STAGE.heading) -> Bundle:
        """Papers of the bureau in one bundle."""
        return Bundle(
            documents=documents,
            title=title,
            branch=BUREAU_NAME,
            campaign=self.office.campaign.title,
            dated=latest_day(self.bureau.everything(), self.bureau.as_of).isoformat(),
        )

    def require_final(self) -> None:
        """Refuse final papers while the bureau has drafts or a paper has blanks to fill in.

        Findings do not block: an open finding about a leader's visits does not make a paper incomplete.

        Raises:
            NotFinal: there are drafts, or papers with blanks.
        """
        problems = [f"还有{len(self.drafts)}条没有填完的记录"] if self.drafts else []
        open_papers = list(dict.fromkeys(d.heading for d in self.papers() if d.draft))
        if open_papers:
            problems.append(f"这些文件还有待填内容：{'、'.join(open_papers)}")
        if problems:
            raise NotFinal(branch=BUREAU_NAME, what="；".join(problems))

    # --- overview ----------------------------------------------------------------------------------------------------

    @cached_property
    def overview(self) -> Overview:
        """The overview of all branches."""
        return survey(self.office, self.as_of)

    def frame(self) -> pd.DataFrame:
        """The overview as a table: one row per branch (index 支部), one column per stage."""
        import pandas as pd  # noqa: PLC0415  slow to import

        rows, _ = self.overview.heat()
        return pd.DataFrame(
            [row[1:] for row in rows],
            index=pd.Index([row[0] for row in rows], name="支部"),
            columns=[stage.title for stage in branch_stages()],
            dtype="string",
        )

    def papers_made(self) -> dict[tuple[str, str], str]:
        """(branch, notebook) → link to the stage's HTML paper, relative to the notebooks' folder; only existing papers."""
        return {
            (branch, notebook): f"../{path}"
            for branch in self.office.branches()
            for notebook, path in self.papers_of(branch).items()
        }

    def papers_of(self, branch: str) -> dict[str, str]:
        """Notebook → path of the stage's HTML paper in the workspace; only existing papers."""
        records = self.office.workspace.records
        return {
            stage.notebook: f"records/{branch}/{stage.notebook}.html"
            for stage in branch_stages()
            if (records / branch / f"{stage.notebook}.html").is_file()
        }


def has_records(office: Office) -> bool:
    """Whether this workspace has any records of the bureau."""
    return any(office.bureau_records().values())


def draft_labels(drafts: Iterable[Draft]) -> Sequence[str]:
    """The labels of the record types of drafts."""
    known = {kind.TYPE: kind.LABEL for kind in BUREAU_KINDS}
    return [known.get(draft.type, draft.type) + (f"（{draft.note}）" if draft.note else "") for draft in drafts]


def finding_counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Counts of the bureau's findings, in the form used for a branch."""
    return count(list(findings)).to_json()
