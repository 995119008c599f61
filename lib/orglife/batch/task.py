"""What a worker gets: all inputs of one branch's papers, and where the papers go."""

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
    """Identity of a program; equal programs make equal bytes."""

    version: str
    digest: str

    @property
    def words(self) -> str:
        """Version and short digest, for messages."""
        return f"{self.version}（{self.digest[:8]}）"


@lru_cache(maxsize=1)
def program() -> Program:
    """This program: its version, and a digest over code, typesetter, templates and fonts."""
    total = hashlib.sha256(f"{orglife.__version__} {version('typst')} {fonts.digest()}".encode())
    for folder in (paths.templates(), Path(orglife.__file__).parent):
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix in (".py", ".typ", ".j2", ".toml")):
            total.update(path.read_bytes())
    return Program(orglife.__version__, total.hexdigest())


@dataclass(frozen=True)
class OutputTarget:
    """Where papers go.

    Attributes:
        folder: Holds one folder a branch.
        partial: For unfinished files, on the same disk; each task makes its own folder in it.
        probe: A file that a worker can see only if it reaches the target; blank = it always does.
    """

    folder: str
    partial: str
    probe: str = ""

    @property
    def here(self) -> bool:
        """Whether this process can write to the target."""
        return not self.probe or Path(self.probe).is_file()


@dataclass(frozen=True)
class Task:
    """One branch's work.

    Attributes:
        branch: Its id, or the bureau's.
        name: Its Chinese name.
        files: The private workspace, path → text; empty for the bureau.
        home: The workspace itself, for the bureau's papers, which read all branches; blank for a branch.
        as_of: ISO day; blank = the latest day of the records.
        digests: Notebook → input digest, for the stages to make, in order.
        known: Notebook → entry of the run record, for the stages whose files are unchanged.
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
    """The result of a task.

    Attributes:
        row: The result to show.
        outputs: File name → bytes (None = remove the file), if the worker cannot reach the target; packet.json is last.
    """

    row: BranchResult
    outputs: Mapping[str, bytes | None] = field(default_factory=dict)
