"""Long work without a child: what is sent to it and taken from it, how it ends, and what is remembered of it."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.engine import long_work
from orglife.adapters.engine.long_work import CANCELLED, FOLDER, LongWork, WorkState, at_work, claimed
from orglife.core.errors import AtWork, BadInput


class Child:
    """A child whose reports a test gives, line by line; what it is sent is kept."""

    def __init__(self) -> None:
        self.sent = io.StringIO()
        self.lines: list[str] = []
        self.more = threading.Condition()
        self.ended = False
        self.options: dict[str, Any] = {}
        self.pid = 4242
        self.stdin = self
        self.stdout = self

    def write(self, text: str) -> None:
        self.sent.write(text)

    def flush(self) -> None: ...

    def close(self) -> None: ...

    def wait(self) -> int:
        return 0

    def poll(self) -> int | None:
        return 0 if self.ended else None

    def __iter__(self) -> Iterator[str]:
        while True:
            with self.more:
                while not self.lines and not self.ended:
                    self.more.wait(10)
                if not self.lines:
                    return
                line = self.lines.pop(0)
            yield line

    def says(self, *messages: Any, end: bool = False) -> None:
        with self.more:
            self.lines += [one if isinstance(one, str) else json.dumps(one) for one in messages]
            self.ended = self.ended or end
            self.more.notify()

    @property
    def heard(self) -> list[str]:
        return self.sent.getvalue().splitlines()


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Child:
    one = Child()

    def popen(command: list[str], **options: Any) -> Child:
        one.options = options
        return one

    monkeypatch.setattr(subprocess, "Popen", popen)
    return one


def step(done: int, label: str) -> Mapping[str, Any]:
    return {"done": done, "total": 3, "label": label}


def test_work_is_ordered_reported_and_ends_with_its_sentences(child: Child, tmp_path: Path) -> None:
    work = LongWork(tmp_path)
    states: list[WorkState] = []

    class Page:
        def changed(self) -> None:
            states.append(work.state)

    page = Page()
    work.listen(page.changed)
    work.start("归档", "a:b", {"n": 1})
    assert json.loads(child.heard[0]) == {"root": str(tmp_path), "title": "归档", "task": "a:b", "arguments": {"n": 1}}
    assert (work.state.title, work.state.label, work.state.running, work.state.good) == ("归档", "正在准备", True, None)
    with pytest.raises(AtWork) as busy:
        work.start("定稿", "a:b", {})
    assert busy.value.fields == {"title": "归档", "since": work.state.since[-5:]}
    child.says(step(0, "第1步"), "no JSON", step(1, "第2步"), {"lines": ["好。"], "good": True}, end=True)
    state = work.wait(10)
    assert (state.running, state.good, state.lines, state.label) == (False, True, ("好。",), "第2步")
    assert [one.label for one in states] == ["正在准备", "第1步", "第2步", "第2步"]
    work.require_idle()
    assert child.options["env"]["PYTHONUTF8"] == "1"
    assert child.options["start_new_session"] is True


def test_a_cancelled_work_is_told_once_and_shows_no_more_steps(
    child: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    monkeypatch.setattr(long_work, "GRACE", 0.05)
    monkeypatch.setattr(long_work.processes, "kill_tree", killed.append)
    work = LongWork(tmp_path)
    work.cancel()
    assert work.state == WorkState(), "there is nothing to cancel"
    work.start("归档", "a:b", {})
    work.cancel()
    work.cancel()
    assert child.heard[1:] == ["cancel"]
    assert (work.state.cancelled, work.state.label) == (True, "正在取消")
    child.says(step(2, "第3步"))
    for _ in range(200):
        if killed:
            break
        threading.Event().wait(0.01)
    assert killed == [4242], "it does not listen"
    child.says(end=True)
    state = work.wait(10)
    assert (state.running, state.good, state.lines, state.label) == (False, False, (CANCELLED,), "正在取消")
    work.cancel()
    assert child.heard[1:] == ["cancel"], "it has ended"


def test_a_child_that_ends_without_a_word_is_a_fault(child: Child, tmp_path: Path) -> None:
    work = LongWork(tmp_path)
    work.start("归档", "a:b", {})
    child.says(step(1, "第2步"), end=True)
    state = work.wait(10)
    assert (state.good, len(state.lines)) == (False, 1)
    assert CANCELLED not in state.lines


def test_a_step_that_is_reported_after_the_end_changes_nothing_of_the_result(child: Child, tmp_path: Path) -> None:
    work = LongWork(tmp_path)
    assert work.wait(10) == WorkState(), "nothing was begun"
    work.start("归档", "a:b", {})
    child.says({"lines": ["好。"], "good": True}, step(3, "迟到"), end=True)
    state = work.wait(10)
    assert (state.running, state.good, state.lines) == (False, True, ("好。",))


def test_what_ended_before_its_time_was_up_is_not_killed(
    child: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    late: list[tuple[float, Any, Any]] = []

    class Timer:
        def __init__(self, seconds: float, call: Any, arguments: Any) -> None:
            late.append((seconds, call, arguments))

        def start(self) -> None: ...

    monkeypatch.setattr(long_work.threading, "Timer", Timer)
    monkeypatch.setattr(long_work.processes, "kill_tree", killed.append)
    work = LongWork(tmp_path)
    work.start("归档", "a:b", {})
    work.cancel()
    ((seconds, call, arguments),) = late
    assert seconds == long_work.GRACE
    call(*arguments)
    assert killed == [4242]
    child.says(end=True)
    work.wait(10)
    call(*arguments)
    assert killed == [4242]


def test_steps_are_told_in_the_loop_of_the_pages_while_it_runs(child: Child, tmp_path: Path) -> None:
    work = LongWork(tmp_path)
    threads: list[str] = []
    told = asyncio.Event()

    class Page:
        def changed(self) -> None:
            threads.append(threading.current_thread().name)
            told.set()

    page = Page()

    async def pages() -> None:
        work.start("归档", "a:b", {})
        work.listen(page.changed)
        child.says(step(1, "第2步"))
        await asyncio.wait_for(told.wait(), 10)

    asyncio.run(pages())
    assert threads == [threading.current_thread().name]
    child.says({"lines": ["好。"], "good": True}, end=True)
    assert work.wait(10).good is True, "the loop is closed"


def test_a_page_that_is_gone_is_forgotten(child: Child, tmp_path: Path) -> None:
    work = LongWork(tmp_path)
    seen: list[str] = []

    class Page:
        def __init__(self, name: str) -> None:
            self.name = name

        def changed(self) -> None:
            seen.append(self.name)

    first, second = Page("first"), Page("second")
    work.listen(first.changed)
    work.listen(second.changed)
    del first
    work.start("归档", "a:b", {})
    child.says({"lines": [], "good": True}, end=True)
    work.wait(10)
    assert set(seen) == {"second"}
    assert second.name == "second"


# --- what the child does ---------------------------------------------------------------------------------------------


def working(arguments: Mapping[str, Any], report: long_work.Report) -> list[str]:
    """A work that does what its arguments say."""
    report(0, 1, "开始")
    if arguments["how"] == "refuse":
        raise BadInput(["不行。", "也不行。"])
    if arguments["how"] == "break":
        raise KeyError("魏长河")
    if arguments["how"] == "cancel":
        raise KeyboardInterrupt
    return ["好。"]


@pytest.mark.parametrize(
    ("how", "good", "lines"),
    [
        ("do", True, ["好。"]),
        ("refuse", False, ["不行。", "也不行。"]),
        ("cancel", False, [CANCELLED]),
        ("break", False, None),
    ],
)
def test_how_work_ends_is_remembered(tmp_path: Path, how: str, lines: list[str] | None, *, good: bool) -> None:
    steps: list[Any] = []
    order = {"root": str(tmp_path), "title": "归档", "task": f"{__name__}:working", "arguments": {"how": how}}
    done = long_work._done(order, lambda *what: steps.append(what))
    assert steps == [(0, 1, "开始")]
    assert done[1] is good
    if lines is not None:
        assert list(done[0]) == lines
    assert "魏长河" not in "".join(done[0])
    last = json.loads((tmp_path / FOLDER / "last.json").read_text(encoding="utf-8"))
    assert (last["title"], last["good"], last["lines"]) == ("归档", good, list(done[0]))
    known = long_work.work_of(tmp_path).state
    assert (known.title, known.good, list(known.lines), known.running) == ("归档", good, list(done[0]), False)
    assert at_work(tmp_path) is None


def test_of_two_works_the_second_is_refused_and_leaves_no_result(tmp_path: Path) -> None:
    order = {"root": str(tmp_path), "title": "备份", "task": f"{__name__}:working", "arguments": {"how": "do"}}
    with claimed(tmp_path, "归档"):
        held = at_work(tmp_path)
        lines, good = long_work._done(order, lambda *_: None)
        assert held is not None
        assert (held[0], len(held[1])) == ("归档", 5)
        assert good is False
        assert "归档" in lines[0]
        assert not (tmp_path / FOLDER / "last.json").exists()
        (tmp_path / FOLDER / "now.json").write_text("{", encoding="utf-8")
        assert at_work(tmp_path) == ("另一项工作", "刚才")
    assert at_work(tmp_path) is None


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"title": "归档"}', '{"title": 1, "since": "", "good": 1}'])
def test_a_result_that_cannot_be_read_is_none(tmp_path: Path, text: str | None) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    if text is not None:
        (tmp_path / FOLDER / "last.json").write_text(text, encoding="utf-8")
    assert long_work.work_of(tmp_path).state == WorkState()
    assert at_work(tmp_path / "nowhere") is None


def test_a_child_gets_no_settings_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUPYTER_TOKEN", "jupyter_x", "IPYTHONDIR", "ORGLIFE_BRANCH", "KEPT"):
        monkeypatch.setenv(name, "x")
    made = long_work._environment()
    assert made["KEPT"] == "x"
    assert not {"JUPYTER_TOKEN", "jupyter_x", "IPYTHONDIR", "ORGLIFE_BRANCH"} & set(made)
