"""Papers and archive of all branches: a step for each, one that fails harms no other, what is done is not done again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orglife.core.errors import BadInput
from orglife.filing.all_tasks import archive_all, make_all
from tests import branch as b
from tests.archive.conftest import raw
from tests.exchange.test_handover import place, put
from tests.marks import thorough


class Told:
    """What long work reports."""

    def __init__(self, cancel_at: int = 10**9) -> None:
        self.steps: list[tuple[int, int, str]] = []
        self.cancel_at = cancel_at

    def __call__(self, done: int, total: int, label: str) -> None:
        self.steps.append((done, total, label))
        if done >= self.cancel_at:
            raise KeyboardInterrupt


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    """Two branches: one is complete, one lacks its report."""
    root = place(tmp_path / "局", "bureau")
    put(root, raw())
    put(root, b.changed(b.branch(), put={"branch/id": "t02", "branch/name": "河西党支部"}, remove=["report/rp"]))
    return root


def arguments(root: Path) -> dict[str, Any]:
    return {"root": str(root)}


def test_papers_of_all_branches_and_again(bureau: Path) -> None:
    told = Told()
    (line,) = make_all(arguments(bureau), told)
    assert line.startswith("✓ 2个支部的文件都在")
    assert [(done, total) for done, total, _ in told.steps] == [(0, 2), (1, 2), (2, 2)]
    assert (bureau / "records" / "t02" / "12_talks.pdf").is_file()
    assert "其中2个没有变化" in make_all(arguments(bureau), Told())[0]


def test_the_complete_branch_is_archived_and_the_other_named(bureau: Path) -> None:
    with pytest.raises(BadInput) as error:
        archive_all(arguments(bureau), Told())
    head, *troubles = error.value.sentences
    assert head.startswith("新归档1个支部")
    assert troubles
    assert all("河西党支部" in sentence for sentence in troubles)
    assert (bureau / "archive" / "t01" / "bagit.txt").is_file()
    with pytest.raises(BadInput, match="1个以前归档过"):
        archive_all(arguments(bureau), Told())


@thorough
def test_cancelled_work_says_what_is_left_and_goes_on(bureau: Path) -> None:
    with pytest.raises(BadInput, match="已取消。已归档1个支部"):
        archive_all(arguments(bureau), Told(cancel_at=1))
    assert not [path for path in (bureau / "archive").iterdir() if path.name.startswith(".")]


def test_an_empty_bureau_is_told_what_to_do(tmp_path: Path) -> None:
    root = place(tmp_path / "局", "bureau")
    for work in (make_all, archive_all):
        with pytest.raises(BadInput, match="请先收支部的包"):
            work(arguments(root), Told())
