"""What is to be archived, and what became of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from orglife.adapters.bag import bag


@dataclass(frozen=True)
class ArchiveOptions:
    """What is to be archived, and where to. It travels to workers.

    Attributes:
        root: The workspace's folder, absolute.
        as_is: Unfinished branches are taken as they are.
        out: Takes the place of the workspace's archive folder.
        jobs: How many branches at a time.
        token: Names the unfinished bags of this run.
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
        """Where a branch's bag lies until it is complete."""
        return self.target / f"{bag.PARTIAL}{self.token}-{branch}"


@dataclass(frozen=True)
class Outcome:
    """What became of a branch, in Chinese sentences."""

    good: bool
    sentences: tuple[str, ...]
