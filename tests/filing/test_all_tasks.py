"""Papers and archive of all branches: a step for each, one that fails harms no other, what is done is not done again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.archive.options import Outcome
from orglife.batch.run_record import DONE, FAILED, SKIPPED, BranchResult, Trouble
from orglife.core.errors import BadInput
from orglife.filing import all_tasks
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


# --- what is said, whatever the branches give --------------------------------------------------------------------------


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bureau with three branches whose papers nobody makes."""

    @contextmanager
    def opened(_root: Path) -> Iterator[Any]:
        yield SimpleNamespace(branches=lambda: ["b1", "b2", "b3"], branch_name="第{}支部".format, dossier=str)

    monkeypatch.setattr(all_tasks.Office, "open", opened)
    own = all_tasks.BatchOptions
    monkeypatch.setattr(own, "everyone", lambda _self, _office, some, *, whole: [*some, *(["bureau"] if whole else [])])


def said(work: Callable[[Any, Any], Sequence[str]], told: Told) -> tuple[bool, list[str]]:
    """Whether work ends well, and its sentences."""
    try:
        return True, list(work(arguments(Path("/w")), told))
    except BadInput as refused:
        return False, list(refused.sentences)


BROKEN = (Trouble("缺名单。", "", "谈心谈话"),)


@pytest.mark.parametrize(
    ("rows", "good", "lines"),
    [
        ([BranchResult("b1", DONE), BranchResult("b2", DONE)], True, ["✓ 2个支部的文件都在“/w/records”。"]),
        (
            [BranchResult("b1", SKIPPED), BranchResult("b2", DONE), BranchResult("b3", SKIPPED)],
            True,
            ["✓ 3个支部的文件都在“/w/records”，其中2个没有变化。"],
        ),
        (
            [
                BranchResult("b1", FAILED, troubles=BROKEN),
                BranchResult("b2", SKIPPED),
                BranchResult("bureau", FAILED, troubles=BROKEN),
            ],
            False,
            [
                "1个支部的文件都在“/w/records”，其中1个没有变化。",
                "第b1支部没有出成：谈心谈话：缺名单。",
                "上级党组织没有出成：谈心谈话：缺名单。",
            ],
        ),
    ],
)
@pytest.mark.usefixtures("three")
def test_what_is_said_of_the_papers_of_all(
    rows: list[BranchResult], lines: list[str], monkeypatch: pytest.MonkeyPatch, *, good: bool
) -> None:
    def run_batch(_options: Any, everyone: Sequence[str], *, on_row: Callable[[Any], None], **_: Any) -> Any:
        assert everyone == ["b1", "b2", "b3", "bureau"]
        for row in rows:
            on_row(row)
        return rows

    monkeypatch.setattr(all_tasks, "run_batch", run_batch)
    told = Told()
    assert said(make_all, told) == (good, lines)
    names = {"bureau": "上级党组织"}
    assert told.steps == [
        (0, 4, "正在出各支部的文件"),
        *(
            (n, 4, f"“{names.get(row.branch, f'第{row.branch}支部')}”已做完，正在做其余的")
            for n, row in enumerate(rows, 1)
        ),
    ]
    assert said(make_all, Told(cancel_at=2))[1] == [
        "已取消。已做完2个支部，其余的没有动。再点一次接着做，做好的不重做。"
    ]


@pytest.mark.parametrize(
    ("bags", "done", "refused", "good", "lines"),
    [
        ((), (), {}, True, ["✓ 新归档3个支部，归档包在“/w/archive”。"]),
        (("b1",), ("b1",), {}, True, ["✓ 新归档2个支部，归档包在“/w/archive”；1个以前归档过、没有变化。"]),
        (("b1",), ("b2",), {}, True, ["✓ 新归档3个支部，归档包在“/w/archive”。"]),
        (
            ("b1", "b2"),
            ("b1", "b2"),
            {"b3": ("第b3支部还不能定稿。", "请补报告。")},
            False,
            [
                "新归档0个支部，归档包在“/w/archive”；2个以前归档过、没有变化。",
                "第b3支部还不能定稿。",
                "第b3支部：请补报告。",
            ],
        ),
    ],
)
@pytest.mark.usefixtures("three")
def test_what_is_said_of_the_archive_of_all(
    bags: Sequence[str],
    done: Sequence[str],
    refused: dict[str, tuple[str, ...]],
    lines: list[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    good: bool,
) -> None:
    monkeypatch.setattr(all_tasks.downloads, "latest_bag", lambda _, branch: Path("x") if branch in bags else None)
    monkeypatch.setattr(all_tasks.readiness, "archived", lambda _, branch: branch in done)
    monkeypatch.setattr(
        all_tasks, "outcomes", lambda *args: iter([Outcome(args[2][0] not in refused, refused.get(args[2][0], ("",)))])
    )
    told = Told()
    assert said(archive_all, told) == (good, lines)
    assert told.steps == [(n, 3, f"正在归档“第{branch}支部”") for n, branch in enumerate(("b1", "b2", "b3"))]
