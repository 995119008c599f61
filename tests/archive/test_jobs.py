"""Several branches archived at a time: the same bags as one after the other, and everybody's trouble is his own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.engine import processes, zygote
from orglife.adapters.engine.pools import Failure
from orglife.archive import driving, verifying
from orglife.archive.making import Archiving
from orglife.archive.options import ArchiveOptions, Outcome
from orglife.core.errors import ArchiverLost
from orglife.stages.archive.record import ArchiveItem
from tests import branch as b
from tests.archive import conftest as c
from tests.archive.test_archive import tree
from tests.conftest import run
from tests.marks import thorough

forks = pytest.mark.skipif(not processes.FORKS_WELL, reason="processes are not copied here")


def bureau(root: Path, number: int = 4) -> Path:
    """A workspace with branches t01, t02 …; t02 is not finished."""
    return c.make(
        root,
        *(
            b.changed(
                c.raw(**{"branch/id": f"t0{n}", "branch/org_code": f"DZB0{n}", "branch/name": f"第{n}党支部"}),
                remove=["report/rp"] if n == 2 else [],
            )
            for n in range(1, number + 1)
        ),
    )


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Branches in threads of this process, in place of children."""
    monkeypatch.setattr(driving, "_in_a_child", driving.in_worker)
    monkeypatch.setattr(processes, "FORKS_WELL", True)


@thorough
@pytest.mark.usefixtures("fast", "here")
def test_each_is_told_in_its_place_and_one_s_failure_is_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = bureau(tmp_path / "w")
    capsys.readouterr()
    assert run("archive", str(root), "--jobs", "3") == 1
    told = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("带出")]
    assert [line[:4] for line in told] == ["第1党支", "第2党支", "第3党支", "第4党支"]
    assert "还不能定稿" in told[1]
    assert [p.name for p in sorted((root / "archive").iterdir())] == ["t01", "t03", "t04"]
    assert all(verifying.verify(p).good for p in (root / "archive").iterdir())


@pytest.mark.usefixtures("fast", "here")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failure_that_nobody_foresaw_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], jobs: int
) -> None:
    root = bureau(tmp_path / "w", 3)
    real = Archiving._papers

    def papers(self: Any) -> Any:
        if self.branch == "t01":
            raise KeyError("x")
        return real(self)

    monkeypatch.setattr(Archiving, "_papers", papers)
    capsys.readouterr()
    assert run("archive", str(root), "--branch", "t01", "--branch", "t03", "--jobs", str(jobs)) == 1
    assert (
        capsys.readouterr().err.splitlines()[0]
        == "第1党支部没有归档：程序遇到了意外情况，这一步没有完成，已保存的内容不受影响。请再试一次；仍然这样，请联系管理员。"
    )
    assert [p.name for p in (root / "archive").iterdir()] == ["t03"]


@pytest.mark.usefixtures("fast")
def test_a_lost_process_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = bureau(tmp_path / "w", 3)

    class Lost:
        def call(self, _task: str, _payload: bytes, *, sweep: Path, **_: object) -> bytes:
            if sweep.name.endswith("t01"):
                raise zygote.ChildLost("SIGKILL", hung=False)
            return driving.in_child(_payload, lambda _: None)

    real = zygote.borrowed

    @contextlib.contextmanager
    def borrowed(warm: str) -> Iterator[Any]:
        if warm.endswith(":warm_archive"):
            yield Lost()
            return
        with real(warm) as mine:
            yield mine

    monkeypatch.setattr(zygote, "borrowed", borrowed)
    monkeypatch.setattr(processes, "FORKS_WELL", True)
    capsys.readouterr()
    assert run("archive", str(root), "--branch", "t01", "--branch", "t03", "--jobs", "2") == 1
    lost = "第1党支部没有归档：归档时程序意外停止。请再归档一次；仍然这样，请联系管理员。"
    assert capsys.readouterr().err.splitlines()[0] == lost
    assert [p.name for p in (root / "archive").iterdir()] == ["t03"]


@thorough
@pytest.mark.usefixtures("fast", "here")
def test_who_waits_long_for_the_store_waits_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each builds its bag while it holds the store: with many at a time a turn may be longer than a store waits."""
    from orglife.adapters.store.store import Store
    from orglife.core.errors import StoreBusy

    root, refused = bureau(tmp_path / "w", 3), []
    real = Store.writing

    def busy(self: Store) -> Any:
        if not refused:
            refused.append(1)
            raise StoreBusy(path="x")
        return real(self)

    monkeypatch.setattr(Store, "writing", busy)
    assert run("archive", str(root), "--branch", "t01", "--branch", "t03", "--jobs", "2") == 0
    assert refused


# --- what is handed out and told, whoever archives -----------------------------------------------------------------------


class Handed:
    """In place of ``Spread``: finishes the last item given first, as soon as one more would be too many."""

    def __init__(self, _pool: Any, work: Any) -> None:
        self.work, self.out, self.most = work, list[str](), 0

    def give(self, item: str) -> None:
        self.out.append(item)
        self.most = max(self.most, len(self.out))

    def finished(self, most: int) -> Iterator[tuple[str, Any]]:
        while len(self.out) > most:
            item = self.out.pop()
            yield item, self.work(item)


@pytest.mark.parametrize(("jobs", "at_once"), [(2, 2), (3, 3), (9, 5)])
def test_branches_are_told_in_their_order_and_no_more_are_out_than_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int, at_once: int
) -> None:
    spreads: list[Handed] = []
    prepared: list[tuple[list[str], bool, int]] = []

    @contextlib.contextmanager
    def runs(_office: Any, group: Any, *, final: bool, jobs: int) -> Iterator[None]:
        prepared.append((list(group), final, jobs))
        yield None

    def spread(pool: Any, work: Any) -> Handed:
        spreads.append(Handed(pool, work))
        return spreads[-1]

    monkeypatch.setattr(driving, "prepared", runs)
    monkeypatch.setattr(driving, "Spread", spread)
    monkeypatch.setattr(driving, "_in_a_child", lambda _options, _runs, branch: Outcome(True, (branch,)))
    monkeypatch.setattr(driving, "in_worker", driving._in_a_child)
    branches = ["b1", "b2", "b3", "b4", "b5"]
    options = ArchiveOptions(tmp_path, jobs=jobs, as_is=jobs == 3)
    told = [outcome.sentences[0] for outcome in driving.outcomes(None, options, branches)]  # type: ignore[arg-type]
    assert told == branches
    assert [one.most for one in spreads] == [at_once]
    assert prepared == [(branches, jobs != 3, at_once)]


@pytest.mark.parametrize("jobs", [0, 1, 2])
def test_a_single_branch_is_archived_in_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr(driving, "prepared", lambda *_, **__: contextlib.nullcontext())
    monkeypatch.setattr(driving, "_one", lambda *given: Outcome(True, (given[2],)))
    (outcome,) = driving.outcomes(None, ArchiveOptions(tmp_path, jobs=jobs), ["b1"])  # type: ignore[arg-type]
    assert outcome.sentences == ("b1",)


def test_all_is_good_only_if_every_branch_has_its_bag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    for goods in ([True, True], [False, True], [True, False], []):
        made = [Outcome(good, ("一。", "二。")) for good in goods]
        monkeypatch.setattr(driving, "outcomes", lambda *_, made=made: iter(made))
        assert driving.archive(None, ArchiveOptions(tmp_path), ["b1"], said.append) is all(goods)  # type: ignore[arg-type]
    assert said == ["一。", "二。"] * 6


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (Outcome(True, ("好。",)), "好。"),
        (Failure(ValueError("魏长河"), lost=True), "第一党支部没有归档：归档时程序意外停止"),
        (Failure(ArchiverLost(), lost=False), "第一党支部没有归档：归档时程序意外停止"),
        (Failure(ValueError("魏长河"), lost=False), "第一党支部没有归档：程序遇到了意外情况"),
    ],
)
def test_what_became_of_a_branch_in_another_process(tmp_path: Path, result: Any, words: str) -> None:
    office = SimpleNamespace(branch_name=lambda _: "第一党支部")
    options = ArchiveOptions(tmp_path)
    options.part("t01").mkdir(parents=True)
    outcome = driving._outcome(office, options, "t01", result)  # type: ignore[arg-type]
    assert outcome.sentences[0].startswith(words)
    assert options.part("t01").exists() is outcome.good is isinstance(result, Outcome)


@pytest.mark.parametrize(
    ("known", "sentence", "shown"),
    [
        (True, "第一党支部还不能定稿。", "第一党支部还不能定稿。"),
        (True, "“t01”读不出来。", "“t01”读不出来。"),
        (True, "磁盘已满。", "第一党支部没有归档：磁盘已满"),
        (False, "磁盘已满。", "t01没有归档：磁盘已满"),
    ],
)
def test_every_sentence_of_a_failure_names_the_branch(sentence: str, shown: str, *, known: bool) -> None:
    office = SimpleNamespace(branch_name=lambda _: "第一党支部") if known else None
    assert driving._failed(office, "t01", [sentence]).sentences[0].startswith(shown)  # type: ignore[arg-type]


# --- with real processes ---------------------------------------------------------------------------------------------


@thorough
@forks
def test_children_tell_what_is_not_ready(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = [
        b.changed(c.raw(**{"branch/id": f"t0{n}", "branch/name": f"第{n}党支部"}), remove=["report/rp"]) for n in (1, 2)
    ]
    root = c.make(tmp_path / "w", *raw)
    capsys.readouterr()
    assert run("archive", str(root), "--jobs", "2") == 1
    told = capsys.readouterr().err.splitlines()
    assert [line[:10] for line in told] == ["第1党支部还不能定稿", "第2党支部还不能定稿"]
    assert not list((root / "archive").iterdir())


def without_clock(bag: Path) -> dict[str, object]:
    """All of a bag that holds no clock reading and nothing made from one; of the history's items what they say."""
    from orglife.adapters.bag import verifier

    timed = {verifier.HISTORY, verifier.PACKAGE, verifier.NOTE, verifier.GUIDE, *verifier.OWN_TAGS}
    history = [json.loads(line) for line in (bag / verifier.HISTORY).read_text(encoding="utf-8").splitlines()]
    said = [(one["type"], one["record"], one["number"], one["body"]) for one in history]
    assert any(kind == ArchiveItem.TYPE for kind, *_ in said)
    return {**{name: data for name, data in tree(bag).items() if name not in timed}, "history": said}


@pytest.mark.soak
@pytest.mark.parametrize("how", [pytest.param("forks", marks=forks), "processes"])
def test_the_same_bytes_however_many_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    import shutil

    first = bureau(tmp_path / "one")
    second = Path(shutil.copytree(first, tmp_path / "two"))
    assert run("archive", str(first), "--jobs", "1") == 1
    monkeypatch.setattr(processes, "FORKS_WELL", how == "forks")
    assert run("archive", str(second), "--jobs", "3") == 1
    for name in ("t01", "t03", "t04"):
        assert without_clock(second / "archive" / name) == without_clock(first / "archive" / name)
        assert verifying.verify(second / "archive" / name).good
    assert sorted(p.name for p in (second / "archive").iterdir()) == ["t01", "t03", "t04"]


@forks
@pytest.mark.soak
def test_a_process_killed_at_its_bag_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, killed = bureau(tmp_path / "w", 3), []

    def kill() -> None:
        while not killed:
            if list((root / "archive").glob(".partial-*-t01")):
                with contextlib.suppress(ProcessLookupError):
                    killed.extend(child for child in _children() if _branch_of(child, root) == "t01")
                    for child in killed:
                        os.kill(child, signal.SIGKILL)
            time.sleep(0.002)

    threading.Thread(target=kill, daemon=True).start()
    capsys.readouterr()
    assert run("archive", str(root), "--branch", "t01", "--branch", "t03", "--jobs", "2") == 1
    assert len(killed) == 1
    assert capsys.readouterr().err.startswith("第1党支部没有归档：归档时程序意外停止")
    assert [p.name for p in (root / "archive").iterdir()] == ["t03"]
    assert run("archive", str(root), "--branch", "t01") == 0
    assert verifying.verify(root / "archive" / "t01").good


def _children() -> Iterator[int]:
    """Processes that run in the folder that a zygote gives its children."""
    folders = {str(one.folder / "call") for one in zygote._all}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str((place / "cwd").readlink()) in folders:
                yield int(place.name)


def _branch_of(child: int, root: Path) -> str:
    """Whose bag a process has open."""
    with contextlib.suppress(OSError):
        for handle in Path(f"/proc/{child}/fd").iterdir():
            there = str(handle.readlink())
            if there.startswith(str(root / "archive" / ".partial-")):
                return there.removeprefix(str(root / "archive") + "/").split("/")[0].rpartition("-")[2]
    return ""


def test_an_order_travels() -> None:
    import pickle

    options = ArchiveOptions(Path("/w"), as_is=True, out=Path("/o"), jobs=3)
    assert pickle.loads(pickle.dumps(options)) == options
    assert pickle.loads(pickle.dumps(Outcome(False, ("一",)))) == Outcome(False, ("一",))
