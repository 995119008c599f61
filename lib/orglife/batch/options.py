"""What to make for every branch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orglife.adapters.engine import processes
from orglife.adapters.engine.engine import NAME
from orglife.adapters.engine.runner import CELL_SECONDS, STOCK
from orglife.adapters.store.store import BUREAU
from orglife.bureau.superior import has_records
from orglife.core.stage import Stage
from orglife.office.office import Office
from orglife.stages import STAGES

MEGABYTES = 2048


@dataclass(frozen=True)
class BatchOptions:
    """What to make for every branch.

    Attributes:
        root: The workspace.
        stages: Keys of the stages; empty = all.
        as_of: Date of the check; None = per branch the latest date of its records.
        final: Make final papers; an unfinished branch fails.
        out: Folder for the papers; None = the workspace's records folder.
        force: Make unchanged papers again, too.
        verify: Compare earlier papers byte by byte.
        engine: A papermill engine; "" = ours on Linux, else papermill's own.
        scheduler: Address of a Dask scheduler; "" = processes of this machine.
        seconds: Time limit for a notebook and the printing of its papers.
        megabytes: Memory limit for a branch; 0 = no limit.
        campaign: Id of an earlier campaign; "" = the one in force.
    """

    root: Path
    stages: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("html", "pdf")
    as_of: date | None = None
    final: bool = False
    out: Path | None = None
    force: bool = False
    verify: bool = False
    engine: str = ""
    scheduler: str = ""
    seconds: int = CELL_SECONDS
    megabytes: int = MEGABYTES
    campaign: str = ""

    @property
    def target(self) -> Path:
        """The folder that holds one folder a branch."""
        records = self.root / "records"
        return self.out or (records / f"_{self.campaign}" if self.campaign else records)

    @property
    def partial(self) -> Path:
        """The folder for unfinished files, on the same disk as the target."""
        return (self.out / ".partial") if self.out else self.root / ".orglife" / "partial"

    @property
    def runs_with(self) -> str:
        """Name of the engine in use."""
        return self.engine or (NAME if processes.FORKS_WELL else STOCK)

    def chosen(self, *, bureau: bool = False) -> list[Stage]:
        """The stages to make, in order: those of a branch, or of the bureau."""
        return [s for s in STAGES if s.bureau == bureau and (not self.stages or s.key in self.stages)]

    def everyone(self, office: Office, branches: Sequence[str], *, whole: bool) -> list[str]:
        """Whose papers to make: the branches, and the bureau if all branches are meant and it has records.

        The bureau's notebooks open the workspace itself and so the campaign in force: no papers of an earlier campaign.
        """
        own = whole and not self.campaign and has_records(office) and self.chosen(bureau=True)
        return [*(branches if self.chosen() else ()), *([BUREAU] if own else ())]
