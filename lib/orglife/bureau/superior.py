"""The bureau's side: its own records and papers, and all branches at a glance. Desk, batch and commands call it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from orglife.adapters.store.store import BUREAU
from orglife.bureau.overview import Overview
from orglife.bureau.survey import survey
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
from orglife.stages.kinds import BUREAU_KINDS
from orglife.stages.supervision.documents import bureau_documents
from orglife.stages.supervision.stage import STAGE

if TYPE_CHECKING:
    import pandas as pd

NAME = "上级党组织"
OVERVIEW = "overview"


@dataclass(frozen=True)
class Superior:
    """The bureau and all branches as they are at one moment.

    Attributes:
        office: The open workspace.
        as_of: The day of the check; None = per branch the latest day of its records, for the bureau the latest of all.
    """

    office: Office
    as_of: date | None = None

    @cached_property
    def dossiers(self) -> list[Dossier]:
        """Every branch, by id."""
        return [self.office.dossier(branch, self.as_of) for branch in self.office.branches()]

    @cached_property
    def bureau(self) -> Bureau:
        """The bureau's records with all dossiers."""
        return self.office.bureau(self.dossiers, self.as_of or self._latest())

    def _latest(self) -> date:
        own = [r for rows in self.office.bureau_records().values() for r in rows]
        days = [d.as_of for d in self.dossiers]
        return max([latest_day(own, date.today()), *days]) if own else max(days, default=date.today())

    @cached_property
    def drafts(self) -> tuple[Draft, ...]:
        """Unfinished entries of the bureau."""
        return self.office.store.current(self.office.campaign.id, BUREAU).drafts

    @cached_property
    def findings(self) -> list[Finding]:
        """What the bureau's rules find."""
        return self.office.bureau_findings(self.dossiers, self.bureau.as_of)

    # --- papers ------------------------------------------------------------------------------------------------------

    def papers(self) -> list[Document]:
        """F19, F20 and the assignments."""
        return bureau_documents(self.bureau, self.office.campaign)

    def blanks(self) -> list[Document]:
        """Blank forms of the bureau."""
        any_sheet = Sheet(
            Dossier(self.office.campaign.id, Branch(id="bureau"), {}, self.bureau.as_of), self.office.campaign
        )
        return STAGE.blanks(any_sheet) if STAGE.blanks else []

    def bundle(self, documents: list[Document], title: str = STAGE.heading) -> Bundle:
        """Papers of the bureau as they are bound together."""
        return Bundle(
            documents=documents,
            title=title,
            branch=NAME,
            campaign=self.office.campaign.title,
            dated=latest_day(self.bureau.everything(), self.bureau.as_of).isoformat(),
        )

    def require_final(self) -> None:
        """Refuse papers for good while an entry is unfinished or something is to be filled in.

        Findings hold nothing up here: a leader who has not come is not a paper that is not done.

        Raises:
            NotFinal: what is still open.
        """
        problems = [f"还有{len(self.drafts)}条没有填完的记录"] if self.drafts else []
        open_papers = list(dict.fromkeys(d.heading for d in self.papers() if d.draft))
        if open_papers:
            problems.append(f"这些文件还有待填内容：{'、'.join(open_papers)}")
        if problems:
            raise NotFinal(branch=NAME, what="；".join(problems))

    # --- overview ----------------------------------------------------------------------------------------------------

    @cached_property
    def overview(self) -> Overview:
        """All branches at a glance."""
        return survey(self.office, self.as_of)

    def frame(self) -> pd.DataFrame:
        """The overview as a table: a row a branch (index 支部), a column a stage."""
        import pandas as pd  # noqa: PLC0415  only loaded when a table is wanted

        rows, _ = self.overview.heat()
        return pd.DataFrame(
            [row[1:] for row in rows],
            index=pd.Index([row[0] for row in rows], name="支部"),
            columns=[stage.title for stage in branch_stages()],
            dtype="string",
        )

    def papers_made(self) -> dict[tuple[str, str], str]:
        """(branch, notebook) → address of the stage's bound paper, from the notebooks' folder."""
        records = self.office.workspace.records
        return {
            (branch, stage.notebook): f"../records/{branch}/{stage.notebook}.html"
            for branch in self.office.branches()
            for stage in branch_stages()
            if (records / branch / f"{stage.notebook}.html").is_file()
        }


def has_records(office: Office) -> bool:
    """Whether the bureau entered anything in this workspace."""
    return any(office.bureau_records().values())


def draft_labels(drafts: Iterable[Draft]) -> Sequence[str]:
    """What unfinished entries are called."""
    known = {kind.TYPE: kind.LABEL for kind in BUREAU_KINDS}
    return [known.get(draft.type, draft.type) for draft in drafts]


def finding_counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Counts of the bureau's findings, as for a branch."""
    return count(list(findings)).to_json()
