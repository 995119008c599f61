"""What travels to a worker: everything that one branch's papers are made from, and where they go."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orglife
from orglife.adapters.disk import paths
from orglife.adapters.print import fonts
from orglife.batch.run_record import BranchResult

PACKET = "packet.json"


@dataclass(frozen=True)
class Program:
    """Which program makes papers: equal ones make equal bytes."""

    version: str
    digest: str

    @property
    def words(self) -> str:
        """For a person."""
        return f"{self.version}（{self.digest[:8]}）"


@lru_cache(maxsize=1)
def program() -> Program:
    """This program: its version, and a digest over it, the typesetter, templates and fonts."""
    total = hashlib.sha256(f"{orglife.__version__} {version('typst')} {fonts.digest()}".encode())
    for folder in (paths.templates(), Path(orglife.__file__).parent):
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix in (".py", ".typ", ".j2", ".toml")):
            total.update(path.read_bytes())
    return Program(orglife.__version__, total.hexdigest())


@dataclass(frozen=True)
class OutputTarget:
    """Where papers go.

    Attributes:
        folder: One folder a branch in it.
        partial: A folder for unfinished files on the same disk; this task's own is made in it.
        probe: A file that a worker sees only when the target is the same folder for it; blank: it surely is.
    """

    folder: str
    partial: str
    probe: str = ""

    @property
    def here(self) -> bool:
        """Whether the target can be reached from this process."""
        return not self.probe or Path(self.probe).is_file()


@dataclass(frozen=True)
class Task:
    """One branch's work.

    Attributes:
        branch: Its id, or the bureau's.
        name: What it is called.
        files: The private workspace, path → text; empty for the bureau's own, which is made in ``home``.
        home: The workspace itself, for the bureau's own papers: they are about all branches.
        as_of: ISO day; blank = the latest day of the records.
        digests: Notebook → input digest, of those that are to be made, in order.
        known: Notebook → entry of the packet, of whatever is there as it was written.
    """

    branch: str
    name: str
    program: Program
    target: OutputTarget
    digests: Mapping[str, str]
    known: Mapping[str, Mapping[str, Any]]
    formats: tuple[str, ...]
    as_of: str
    final: bool
    engine: str
    seconds: int
    megabytes: int
    force: bool = False
    files: Mapping[str, str] = field(default_factory=dict)
    home: str = ""


@dataclass(frozen=True)
class TaskResult:
    """What became of a task.

    Attributes:
        row: For the person who waits.
        outputs: File name → bytes, None = to be removed; what could not be put in place where it was made. packet.json
            is the last.
    """

    row: BranchResult
    outputs: Mapping[str, bytes | None] = field(default_factory=dict)
