"""What one branch's run leaves: a row for the person who waits, and packet.json, written last, for the next run."""

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
        sentence: What is so and what to do; it may name persons.
        plain: The same without anything personal, for logs.
        stage: Title of the stage; blank when it is about the branch as a whole.
    """

    sentence: str
    plain: str
    stage: str = ""

    @classmethod
    def of(cls, error: OrglifeError, stage: str = "") -> list[Trouble]:
        """An error by its sentences."""
        return [cls(sentence, error.plain, stage) for sentence in error.sentences]

    @property
    def words(self) -> str:
        """The sentence with its stage."""
        return f"{self.stage}：{self.sentence}" if self.stage else self.sentence


@dataclass(frozen=True)
class BranchResult:
    """What became of one branch."""

    branch: str
    status: str
    seconds: float = 0.0
    name: str = ""
    files: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()

    @property
    def error(self) -> str:
        """Why it failed; blank when it did not."""
        return "".join(trouble.words for trouble in self.troubles)

    def to_json(self) -> dict[str, Any]:
        """A row of ``orglife-batch/1``."""
        return {
            "branch": self.branch,
            "status": self.status,
            "error": self.error or None,
            "seconds": round(self.seconds, 2),
            "findings": dict(self.counts),
        }


@dataclass
class RunRecord:
    """The stages that a branch's runs have left: notebook name → input digest, formats, files, papers.

    Attributes:
        stages: An entry a stage.
        head: What is told of the run: campaign, branch, name, as_of, final, program, findings.
        written: When it was written, in nanoseconds of the disk it lies on: nothing that it lists is newer.
    """

    stages: dict[str, dict[str, Any]]
    head: dict[str, Any] = field(default_factory=dict)
    written: int = 0

    @classmethod
    def read(cls, path: Path) -> RunRecord:
        """The packet of an earlier run; an empty one when it cannot be read: then everything is made again."""
        try:
            written, content = path.stat().st_mtime_ns, json.loads(path.read_bytes())
            stages = dict(content.pop("stages"))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls({})
        return cls(stages, content, written)

    def whole(self, folder: Path, notebook: str, *, verify: bool) -> bool:
        """Whether a stage's papers are there as they were written: by size and time, or by every byte.

        Args:
            folder: The branch's folder.
            notebook: The stage's notebook, e.g. ``12_talks``.
            verify: Compare every byte.
        """
        try:
            place = f"{folder}{os.sep}"  # a bureau has a hundred thousand files: joining paths takes longer than asking
            return all(
                self._intact(place + kept["file"], kept, verify=verify) for kept in self.stages[notebook]["files"]
            )
        except (KeyError, TypeError):
            return False

    def made_from(self, notebook: str, digest: str, formats: Sequence[str]) -> bool:
        """Whether a stage was made from an input, in every format that is wanted."""
        entry = self.stages.get(notebook, {})
        return entry.get("digest") == digest and set(formats) <= set(entry.get("formats", []))

    def text(self) -> str:
        """packet.json, the stages in their order."""
        content = {"format": FORMAT, **self.head, "stages": dict(sorted(self.stages.items()))}
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    def _intact(self, path: str, kept: Mapping[str, Any], *, verify: bool) -> bool:
        try:
            stat = os.stat(path)  # noqa: PTH116
            if stat.st_size != kept["bytes"]:
                return False
            if verify:
                return bool(hashlib.sha256(Path(path).read_bytes()).hexdigest() == kept["sha256"])
        except OSError:
            return False
        return bool(stat.st_mtime_ns <= self.written)
