"""What to archive, and the outcome for a branch."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from orglife.adapters.bag import bag


@dataclass(frozen=True)
class ArchiveOptions:
    """What to archive, and where to. It is pickled for workers.

    Attributes:
        root: The workspace's folder, absolute.
        as_is: Archive unfinished branches too, without numbers.
        out: Folder for the bags; None = the workspace's archive folder.
        jobs: How many branches to archive at a time.
        token: Part of the names of this run's unfinished bags.
    """

    root: Path
    as_is: bool = False
    out: Path | None = None
    jobs: int = 1
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def target(self) -> Path:
        """The folder that holds the bags."""
        return self.out or self.root / "archive"

    def part(self, branch: str) -> Path:
        """The folder of a branch's unfinished bag."""
        return self.target / f"{bag.PARTIAL}{self.token}-{branch}"


@dataclass(frozen=True)
class Outcome:
    """Whether a branch has its bag, the sentences to show, in Chinese, and the bag."""

    good: bool
    sentences: tuple[str, ...]
    bag: Path | None = None
