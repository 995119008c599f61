"""One branch open in a notebook: its records and findings as they are now, shared by all cells of the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from orglife.adapters.store.store import BUREAU
from orglife.bureau.superior import Superior
from orglife.core.record.dossier import Dossier
from orglife.core.rule.finding import Finding
from orglife.home.places import EntryLink
from orglife.home.progress import HOME
from orglife.office.office import Office
from orglife.paper.on_request import of_bureau

BranchFindings = tuple[Dossier, list[Finding]]


class OpenBranch:
    """A branch of a workspace, or its bureau.

    Attributes:
        office: The workspace.
        branch: Id of the branch, or ``BUREAU``; "" = a bureau without a branch, or with several and none chosen.
        final: Papers are made for good: an unfinished branch is refused.
        interactive: Show forms; otherwise the notebook only makes papers.
    """

    def __init__(self, office: Office, branch: str, *, as_of: date | None, final: bool, interactive: bool) -> None:
        self.office, self.branch = office, branch
        self.final, self.interactive = final, interactive
        self._as_of = as_of
        self._computed: BranchFindings | None = None
        self._superior: tuple[object, Superior] | None = None

    @property
    def as_of(self) -> date | None:
        """The day of the check; None = the latest day in the records."""
        return self._as_of or (self.office.workspace.today() if self.interactive else None)

    @property
    def day(self) -> date:
        """The day of the check for pages that are not about one branch's records."""
        return self.as_of or self.office.workspace.day_of_check()

    @property
    def in_bureau(self) -> bool:
        """Whether the workspace is a bureau's."""
        return self.office.workspace.settings.role == "bureau"

    def lacks_branch(self, stage: str) -> bool:
        """Whether this is a branch's page in a bureau that has no branch, or several and none is chosen."""
        return self.interactive and not self.branch and not of_bureau(stage)

    def dossier(self) -> Dossier:
        """The branch's current records."""
        begun = self.office.opening  # a new branch without data of its own
        branch = begun if begun and begun == self.branch else self.office.one_branch(self.branch)
        return self.office.dossier(branch, self.as_of)

    def superior(self) -> Superior:
        """The bureau's current view: its own records and all branches; cached until something changes."""
        state = (self.office.store.state(), self.as_of, date.today(), id(self.office.campaign))
        if self._superior is None or self._superior[0] != state:
            self._superior = state, Superior(self.office, self.as_of)
        return self._superior[1]

    def branch_findings(self) -> BranchFindings:
        """The branch's records and findings."""
        if self._computed is not None:
            return self._computed
        dossier = self.dossier()
        return dossier, self.office.findings(dossier)

    @contextmanager
    def computed_once(self) -> Iterator[None]:
        """Compute ``branch_findings`` once for all views that are refreshed together."""
        self._computed = None if self.branch in ("", BUREAU) else self.branch_findings()
        try:
            yield
        finally:
            self._computed = None

    def stage_findings(self, stage: str) -> list[Finding]:
        """Findings of one stage, or ("" or home) of all."""
        return [f for f in self.branch_findings()[1] if stage in ("", HOME, f.stage)]

    def link(self, place: EntryLink | None) -> str:
        """URL of an entry; "" if there is none, or if the page is not interactive."""
        return place.link if place is not None and self.interactive else ""
