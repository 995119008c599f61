"""Long work in a child: it reports, is cancelled, fails in a sentence, and is the only one in its workspace."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orglife.adapters.engine import long_work
from orglife.adapters.engine.long_work import CANCELLED, FOLDER, LongWork, WorkState, at_work, claimed, work_of
from orglife.core.errors import AtWork
from tests import branch as b
from tests.marks import thorough

TASKS = "tests.adapters.engine.long_tasks"
SECONDS = 30


class Page:
    """What a page is told, change by change."""

    def __init__(self, work: LongWork) -> None:
        self.work, self.states = work, list[WorkState]()
        work.listen(self.changed)

    def changed(self) -> None:
        self.states.append(self.work.state)


@pytest.fixture(autouse=True)
def _tasks_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(b.ROOT))


def until(there: Path) -> None:
    end = time.monotonic() + SECONDS
    while not there.exists() or not there.read_text(encoding="utf-8"):
        assert time.monotonic() < end, f"{there} does not come"
        time.sleep(0.02)


def test_work_reports_each_step_and_its_end(tmp_path: Path) -> None:
    work = work_of(tmp_path)
    page = Page(work)
    work.start("数数", f"{TASKS}:count", {"steps": 3})
    state = work.wait(SECONDS)
    assert (state.good, state.lines, state.running) == (True, ("做了3步。",), False)
    told = [(s.done, s.total, s.label) for s in page.states if s.running and s.total]
    assert told == [(0, 3, "第1步"), (1, 3, "第2步"), (2, 3, "第3步")]
    assert page.states[0].title == "数数"
    assert at_work(tmp_path) is None


def test_a_page_that_is_gone_is_not_told(tmp_path: Path) -> None:
    work = LongWork(tmp_path)
    page = Page(work)
    states = page.states
    del page
    work.start("数数", f"{TASKS}:count", {"steps": 2})
    work.wait(SECONDS)
    assert states == []


def test_pages_are_told_in_their_own_thread(tmp_path: Path) -> None:
    async def walk() -> WorkState:
        work = LongWork(tmp_path)
        done = asyncio.Event()

        class Waiting:
            def changed(self) -> None:
                asyncio.get_running_loop()  # fails in another thread
                if not work.state.running:
                    done.set()

        waiting = Waiting()
        work.listen(waiting.changed)
        work.start("数数", f"{TASKS}:count", {"steps": 2})
        await asyncio.wait_for(done.wait(), SECONDS)
        return work.state

    assert asyncio.run(walk()).good


@thorough
def test_cancelled_work_tidies_up_and_says_what_is_left(tmp_path: Path) -> None:
    work, half = LongWork(tmp_path), tmp_path / "half"
    work.start("等待", f"{TASKS}:wait", {"half": str(half)})
    until(half)
    work.cancel()
    assert work.state.cancelled
    assert work.state.label == "正在取消"
    work.cancel()  # a second click changes nothing
    state = work.wait(SECONDS)
    assert (state.good, state.lines) == (False, ("已取消。没有留下不完整的内容。",))
    assert not half.exists()
    work.start("数数", f"{TASKS}:count", {"steps": 1})
    assert work.wait(SECONDS).good, "the next run is clean"


def test_work_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_work, "GRACE", 0.2)
    work, half = LongWork(tmp_path), tmp_path / "half"
    work.start("等待", f"{TASKS}:stubborn", {"half": str(half)})
    until(half)
    work.cancel()
    state = work.wait(SECONDS)
    assert (state.good, state.lines) == (False, (CANCELLED,))
    assert at_work(tmp_path) is None


@thorough
def test_a_refusal_is_its_sentence_and_a_crash_tells_no_name(tmp_path: Path) -> None:
    work = LongWork(tmp_path)
    work.start("归档", f"{TASKS}:refuse", {"why": "还不能归档。请先定稿。"})
    assert work.wait(SECONDS).lines == ("还不能归档。请先定稿。",)
    for how in ("raised", "killed"):
        work.start("归档", f"{TASKS}:crash", {"how": how})
        state = work.wait(SECONDS)
        assert not state.good
        (line,) = state.lines
        assert "祝秋实" not in line
        assert "请" in line


def test_one_work_at_a_time_in_this_program(tmp_path: Path) -> None:
    work, half = work_of(tmp_path), tmp_path / "half"
    work.start("归档", f"{TASKS}:wait", {"half": str(half)})
    until(half)
    with pytest.raises(AtWork, match=r"“归档”正在做（\d\d:\d\d开始），还没有做完。请"):
        work_of(tmp_path / "x" / "..").start("定稿", f"{TASKS}:count", {"steps": 1})
    assert at_work(tmp_path) == ("归档", work.state.since[-5:])
    work.cancel()
    work.wait(SECONDS)


def test_another_program_at_work_is_named_with_its_beginning(tmp_path: Path) -> None:
    with claimed(tmp_path, "归档"):
        since = json.loads((tmp_path / FOLDER / "now.json").read_bytes())["since"][-5:]
        work = LongWork(tmp_path)
        work.start("定稿", f"{TASKS}:count", {"steps": 1})
        state = work.wait(SECONDS)
    assert not state.good
    assert state.lines == (f"“归档”正在做（{since}开始），还没有做完。请等它做完再做这一件，或者先取消它。",)


def test_work_ends_with_the_program_that_wants_it(tmp_path: Path) -> None:
    half = tmp_path / "half"
    code = (
        "import os, sys, time; from pathlib import Path; from orglife.adapters.engine.long_work import work_of\n"
        f"half = Path({str(half)!r}); work_of(Path({str(tmp_path)!r})).start('等待', '{TASKS}:wait', {{'half': str(half)}})\n"
        "while not half.exists(): time.sleep(0.02)\n"
        "os._exit(9)  # as when the computer ends it\n"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=SECONDS, check=False)
    assert done.returncode == 9
    end = time.monotonic() + SECONDS
    while half.exists():
        assert time.monotonic() < end, "the child goes on alone"
        time.sleep(0.02)


def test_the_last_result_is_known_after_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = work_of(tmp_path)
    work.start("数数", f"{TASKS}:count", {"steps": 2})
    work.wait(SECONDS)
    monkeypatch.setattr(long_work, "_works", {})  # as in a new kernel
    again = work_of(tmp_path).state
    assert (again.title, again.good, again.lines, again.running) == ("数数", True, ("做了2步。",), False)
    (tmp_path / FOLDER / "last.json").write_text("[1", encoding="utf-8")
    monkeypatch.setattr(long_work, "_works", {})
    assert work_of(tmp_path).state == WorkState()
