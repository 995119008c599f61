"""What one branch's run leaves: a row for the person who waits, and packet.json, written last, for the next run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DONE, SKIPPED, FAILED = "done", "skipped", "failed"
FORMAT = "orglife-packet/1"


@dataclass(frozen=True)
class Row:
    """What became of one branch."""

    branch: str
    status: str
    error: str = ""
    seconds: float = 0.0
    name: str = ""
    files: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

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
class Packet:
    """The stages that a branch's runs have left: notebook name → input digest, formats, files, papers."""

    stages: dict[str, dict[str, Any]]

    @classmethod
    def parse(cls, text: bytes) -> Packet:
        """The packet of an earlier run; an empty one when it cannot be read: then everything is made again."""
        try:
            return cls(dict(json.loads(text)["stages"]))
        except (ValueError, KeyError, TypeError):
            return cls({})

    def holds(self, folder: Path, notebook: str, digest: str, formats: Sequence[str], *, verify: bool) -> bool:
        """Whether a stage is there as it was written, made from the same input, in every format that is wanted.

        Args:
            folder: The branch's folder.
            notebook: The stage's notebook, e.g. ``12_talks``.
            digest: Digest of the input now.
            formats: The formats wanted.
            verify: Compare every byte, not only sizes.
        """
        entry = self.stages.get(notebook)
        if not entry or entry.get("digest") != digest or not set(formats) <= set(entry.get("formats", [])):
            return False
        wanted = [kept for kept in entry["files"] if Path(kept["file"]).suffix[1:] in formats]
        return all(_intact(folder / kept["file"], kept, verify=verify) for kept in wanted)

    def text(self, head: Mapping[str, Any]) -> str:
        """packet.json, the stages in their order."""
        content = {"format": FORMAT, **head, "stages": dict(sorted(self.stages.items()))}
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _intact(path: Path, kept: Mapping[str, Any], *, verify: bool) -> bool:
    try:
        if path.stat().st_size != kept["bytes"]:
            return False
        return not verify or hashlib.sha256(path.read_bytes()).hexdigest() == kept["sha256"]
    except OSError:
        return False
