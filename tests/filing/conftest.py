"""A workspace whose test branch went through 定稿 and 归档 once, as the page does it; the tests work on copies."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from orglife.filing import tasks
from tests.archive.conftest import make


@dataclass
class Told:
    """What long work reports."""

    steps: list[tuple[int, int, str]] = field(default_factory=list)

    def __call__(self, done: int, total: int, label: str) -> None:
        self.steps.append((done, total, label))


@dataclass(frozen=True)
class Filed:
    """The workspace, with what was reported and said on the way."""

    root: Path
    final: Told
    archive: Told
    lines: tuple[str, ...]


def arguments(root: Path, **more: object) -> dict[str, str]:
    return {"root": str(root), "branch": "t01", **{name: str(value) for name, value in more.items()}}


@pytest.fixture(scope="session")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Filed:
    """The archived workspace; nothing in it may be changed."""
    root = make(tmp_path_factory.mktemp("filing") / "工作 目录")
    final, archive = Told(), Told()
    lines = [*tasks.finalize(arguments(root), final), *tasks.archive(arguments(root), archive)]
    return Filed(root, final, archive, tuple(lines))
