"""The long work of 收件: what it says of packages that were looked at, taken in, refused, or left when it is cancelled."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from orglife.core.errors import BadInput
from orglife.exchange import collecting
from orglife.exchange.collecting import Arrivals, ArrivalState, ArrivedPackage
from orglife.filing import collecting_tasks
from orglife.office.office import Office
from tests.conftest import run


class Steps:
    """What long work reports; cancels it at the first label that begins so."""

    def __init__(self, cancel_at: str = "no label") -> None:
        self.labels: list[tuple[int, int, str]] = []
        self.cancel_at = cancel_at

    def __call__(self, done: int, total: int, label: str) -> None:
        self.labels.append((done, total, label))
        if label.startswith(self.cancel_at):
            raise KeyboardInterrupt


@pytest.fixture
def bureau(filled: Path, tmp_path: Path) -> Path:
    """A bureau's workspace without a branch; beside it the package of a branch."""
    package = tmp_path / "t01.zip"
    assert run("export", str(filled), "--branch", "t01", "--format", "package", "--out", str(package)) == 0
    root = tmp_path / "局"
    assert run("new", str(root), "--campaign", "2024-seed", "--role", "bureau") == 0
    (tmp_path / "room").mkdir()
    return root


def arguments(root: Path, *names: str, others: tuple[str, ...] = (), folder: str = "") -> dict[str, Any]:
    files = [(str(root.parent / name), name) for name in names]
    return {"root": str(root), "room": str(root.parent / "room"), "files": files, "folder": folder, "others": others}


def branches(root: Path) -> list[str]:
    with Office.open(root) as office:
        return list(office.branches())


def test_packages_are_looked_at_then_taken_in_once(bureau: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    surveyed = []
    monkeypatch.setattr(collecting_tasks, "survey", lambda office, *_, **__: surveyed.append(office.branches()))
    shutil.copy(bureau.parent / "t01.zip", bureau.parent / "again.zip")
    given = arguments(bureau, "t01.zip", "again.zip", others=("说明.txt",))
    steps = Steps()
    assert collecting_tasks.collect(given, steps) == ["核对了2份：新支部1份，同一个包1份。还没有接收，请看下面。"]
    assert steps.labels[0] == (0, 0, "正在找支部的包")
    assert branches(bureau) == []
    steps = Steps()
    assert collecting_tasks.take_in(given, steps) == ["✓ 已接收1份，回执已写好。请把回执发给支部。"]
    assert steps.labels[-1] == (0, 0, "接收完了，正在核对各支部的登记")
    assert (branches(bureau), surveyed) == (["t01"], [["t01"]])
    assert collecting_tasks.take_in(given, Steps()) == ["✓ 已接收0份，回执已写好。请把回执发给支部。"]


def test_packages_are_found_in_a_folder(bureau: Path) -> None:
    (bureau.parent / "盘").mkdir()
    shutil.move(bureau.parent / "t01.zip", bureau.parent / "盘" / "t01.zip")
    given = arguments(bureau, folder=str(bureau.parent / "盘"))
    assert collecting_tasks.collect(given, Steps()) == ["核对了1份：新支部1份。还没有接收，请看下面。"]


def test_without_a_package_nothing_can_be_taken_in(bureau: Path) -> None:
    given = arguments(bureau, others=("说明.txt",))
    assert collecting_tasks.collect(given, Steps()) == ["选中的文件里没有支部交来的包，没有要接收的。"]
    assert Arrivals.load(bureau.parent / "room").others == ("说明.txt",)


def test_a_look_that_is_cancelled_takes_nothing_in(bureau: Path) -> None:
    with pytest.raises(BadInput) as cancelled:
        collecting_tasks.collect(arguments(bureau, "t01.zip"), Steps("正在核对"))
    assert cancelled.value.sentences == ["已取消。没有接收，数据没有改动。"]
    assert branches(bureau) == []


def rows(*taken: bool | str) -> Arrivals:
    """A list of packages: taken in, not yet, or refused with a reason."""
    return Arrivals(
        tuple(
            ArrivedPackage(
                "",
                f"{n}.zip",
                f"d{n}",
                ArrivalState.NEW,
                taken=one is True,
                failed=(one,) if isinstance(one, str) else (),
            )
            for n, one in enumerate(taken)
        )
    )


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (rows(False, False), rows(True, True), "✓ 已接收2份，回执已写好。请把回执发给支部。"),
        (rows(True, False), rows(True, True), "✓ 已接收1份，回执已写好。请把回执发给支部。"),
        (
            rows(False, False),
            rows(True, "旧了"),
            "✓ 已接收1份，回执已写好；1份没有收成，原因写在下面。请把回执发给支部。",
        ),
        (rows(True, False), rows(True, "旧了"), "1份都没有收成，原因写在下面。"),
        (rows(True), rows(True), "✓ 已接收0份，回执已写好。请把回执发给支部。"),
    ],
)
def test_what_was_taken_in_is_counted(
    before: Arrivals, after: Arrivals, line: str, bureau: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = bureau.parent / "room"
    before.save(room)
    monkeypatch.setattr(collecting, "take_in", lambda *_: after)
    monkeypatch.setattr(collecting_tasks, "survey", lambda *_, **__: None)
    try:
        (shown,) = collecting_tasks.take_in(arguments(bureau), Steps())
    except BadInput as refused:
        (shown,) = refused.sentences
    assert shown == line
    assert Arrivals.load(room) == after


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (rows(False, False), rows(True, False), "已取消。已接收1份，其余的没有动。要接着收，再点一次。"),
        (rows(True, False), rows(True, False), "已取消。没有接收，数据没有改动。"),
    ],
)
def test_what_was_taken_in_before_it_was_cancelled_is_counted(
    before: Arrivals, now: Arrivals, words: str, bureau: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = bureau.parent / "room"

    def cancelled(*_: object) -> Arrivals:
        now.save(room)
        raise KeyboardInterrupt

    before.save(room)
    monkeypatch.setattr(collecting, "take_in", cancelled)
    with pytest.raises(BadInput) as error:
        collecting_tasks.take_in(arguments(bureau), Steps())
    assert error.value.sentences == [words]
