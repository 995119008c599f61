"""What the run of one branch leaves: a result for the user, and packet.json, written last, for the next run."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orglife.core.errors import OrglifeError

DONE, SKIPPED, FAILED = "done", "skipped", "failed"
FORMAT = "orglife-packet/1"


@dataclass(frozen=True)
class Trouble:
    """Why papers were not made.

    Attributes:
        sentence: What is wrong and what to do; it may name persons.
        plain: The same without personal data, for logs.
        stage: Title of the stage; blank if it concerns the whole branch.
        command: What an administrator needs, for commands only.
    """

    sentence: str
    plain: str
    stage: str = ""
    command: str = ""

    @classmethod
    def of(cls, error: OrglifeError, stage: str = "") -> list[Trouble]:
        """One for each sentence of an error."""
        return [cls(sentence, error.plain, stage, error.command) for sentence in error.sentences]

    @property
    def words(self) -> str:
        """The sentence, with the stage in front of it."""
        return f"{self.stage}：{self.sentence}" if self.stage else self.sentence


@dataclass(frozen=True)
class BranchResult:
    """The result for one branch."""

    branch: str
    status: str
    seconds: float = 0.0
    name: str = ""
    files: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()

    @property
    def error(self) -> str:
        """Why it failed; blank if it did not."""
        return "".join(trouble.words for trouble in self.troubles)

    @property
    def command(self) -> str:
        """What an administrator needs about it; commands add it."""
        return "".join(dict.fromkeys(trouble.command for trouble in self.troubles))

    def to_json(self) -> dict[str, Any]:
        """A row of ``orglife-batch/1``."""
        return {
            "branch": self.branch,
            "status": self.status,
            "error": self.error + self.command or None,
            "seconds": round(self.seconds, 2),
            "findings": dict(self.counts),
        }


@dataclass
class RunRecord:
    """The stages that a branch's runs have left: notebook name → input digest, formats, files, papers.

    Attributes:
        stages: An entry a stage.
        head: About the run: campaign, branch, name, as_of, final, program, findings.
        written: Its modification time in nanoseconds; a file that it lists must not be newer.
    """

    stages: dict[str, dict[str, Any]]
    head: dict[str, Any] = field(default_factory=dict)
    written: int = 0

    @classmethod
    def read(cls, path: Path) -> RunRecord:
        """The run record of an earlier run; an empty one if it cannot be read, so that everything is made again."""
        try:
            written, content = path.stat().st_mtime_ns, json.loads(path.read_bytes())
            stages = dict(content.pop("stages"))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls({})
        return cls(stages, content, written)

    def whole(self, folder: Path, notebook: str, *, verify: bool) -> bool:
        """Whether a stage's files are unchanged: by size and time, or by every byte.

        Args:
            folder: The branch's folder.
            notebook: The stage's notebook, e.g. ``12_talks``.
            verify: Compare every byte.
        """
        try:
            place = f"{folder}{os.sep}"  # with 100,000 files joining paths costs more than stat
            return all(
                self._intact(place + file["file"], file, verify=verify) for file in self.stages[notebook]["files"]
            )
        except (KeyError, TypeError):
            return False

    def made_from(self, notebook: str, digest: str, formats: Sequence[str]) -> bool:
        """Whether a stage was made from this input, in all these formats."""
        entry = self.stages.get(notebook, {})
        return entry.get("digest") == digest and set(formats) <= set(entry.get("formats", []))

    def text(self) -> str:
        """packet.json, the stages in their order."""
        content = {"format": FORMAT, **self.head, "stages": dict(sorted(self.stages.items()))}
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    def _intact(self, path: str, file: Mapping[str, Any], *, verify: bool) -> bool:
        try:
            stat = os.stat(path)  # noqa: PTH116
            if stat.st_size != file["bytes"]:
                return False
            if verify:
                return bool(hashlib.sha256(Path(path).read_bytes()).hexdigest() == file["sha256"])
        except OSError:
            return False
        return bool(stat.st_mtime_ns <= self.written)
