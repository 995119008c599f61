"""What a zygote and its caller say to each other, without a process: each answer, each end, and who is borrowed again."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.engine import processes, zygote
from orglife.adapters.engine.zygote import ChildLost, Stopped, Zygote

if sys.platform == "win32":
    pytest.skip("Windows cannot fork", allow_module_level=True)

END = json.dumps({"hung": False, "how": "exit 0"}).encode()
HUNG = json.dumps({"hung": True, "how": "SIGKILL"}).encode()
Frame = tuple[bytes, bytes]


class Process:
    """In place of a zygote: the other end of its connection, for a test to speak."""

    def __init__(self, command: list[str], *, pass_fds: list[int], **_: Any) -> None:
        self.end = socket.socket(fileno=os.dup(pass_fds[0]))
        self.code: int | None = None
        self.killed = 0

    def poll(self) -> int | None:
        return self.code

    def wait(self, timeout: float | None = None) -> int:
        if self.code is None and timeout is not None:
            raise subprocess.TimeoutExpired("zygote", timeout)
        return 0

    def kill(self) -> None:
        self.killed += 1


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[Process]]:
    """The processes that would have been started; none is kept for other tests."""
    made: list[Process] = []

    def popen(*command: Any, **options: Any) -> Process:
        made.append(Process(*command, **options))
        return made[-1]

    folders = iter(tmp_path / f"own{number}" for number in range(9))

    def folder() -> Path:
        one = next(folders)
        one.mkdir()
        return one

    monkeypatch.setattr(zygote.subprocess, "Popen", popen)
    monkeypatch.setattr(processes, "private_folder", folder)
    monkeypatch.setattr(zygote, "_all", set())
    monkeypatch.setattr(zygote, "_free", [])
    yield made
    for one in made:
        one.code = 0
    zygote.stop_all()
    for one in made:
        one.end.close()


def answering(process: Process, *answers: Frame, ready: bool = True, then: Callable[[], Any] = int) -> list[Frame]:
    """Answer one call in a thread; what was asked."""
    asked: list[Frame] = []

    def speak() -> None:
        if ready:
            zygote._send(process.end, zygote._READY, b"")
        asked.extend(zygote._receive(process.end) for _ in range(2))
        for kind, data in answers:
            zygote._send(process.end, kind, data)
        then()

    threading.Thread(target=speak, daemon=True).start()
    return asked


BEGUN = (zygote._BEGUN, b"4242")


def test_a_child_s_reports_and_result_come_back(started: list[Process]) -> None:
    one, told = Zygote("a:warm"), list[bytes]()
    answers = (BEGUN, (zygote._REPORT, b"1"), (zygote._REPORT, b"2"), (zygote._RESULT, b"done"), (zygote._END, END))
    asked = answering(started[0], *answers)
    assert one.call("a:b", b"payload", seconds=5, on_report=told.append) == b"done"
    assert told == [b"1", b"2"]
    (_, head), payload = asked
    assert payload == (zygote._RESULT, b"payload")
    folder = one.folder / "call"
    assert json.loads(head) == {"task": "a:b", "seconds": 5, "megabytes": 0, "folder": str(folder), "sweep": ""}
    assert not folder.exists()
    mine = one.folder / "mine"
    mine.mkdir()
    asked = answering(started[0], *answers, ready=False)
    one.call("a:b", b"", seconds=5, on_report=told.append, megabytes=7, folder=mine, sweep=mine / "x")
    assert json.loads(asked[0][1]) | {"task": "", "seconds": 0} == {
        "task": "",
        "seconds": 0,
        "megabytes": 7,
        "folder": str(mine),
        "sweep": str(mine / "x"),
    }
    assert mine.exists(), "the caller's own folder"


@pytest.mark.parametrize(
    ("answers", "reason", "hung"),
    [
        ([(zygote._END, END)], "exit 0", False),
        ([(zygote._BROKE, b"KeyError"), (zygote._END, END)], "KeyError", False),
        ([(zygote._RESULT, b"x"), (zygote._END, HUNG)], "SIGKILL", True),
        ([(zygote._END, HUNG)], "SIGKILL", True),
    ],
)
def test_a_child_without_a_result_is_lost(
    started: list[Process], answers: list[Frame], reason: str, *, hung: bool
) -> None:
    one = Zygote("a:warm")
    answering(started[0], BEGUN, *answers)
    with pytest.raises(ChildLost) as lost:
        one.call("a:b", b"", seconds=5, on_report=lambda _: None)
    assert (lost.value.reason, lost.value.hung) == (reason, hung)
    assert one in zygote._all, "it goes on"


@pytest.mark.parametrize(("begun", "killed"), [([BEGUN], [4242]), ([], [])])
def test_the_end_of_a_zygote_ends_its_child_and_removes_what_was_begun(
    started: list[Process],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    begun: list[Frame],
    killed: list[int],
) -> None:
    ended: list[int] = []
    monkeypatch.setattr(processes, "kill_group", ended.append)
    one, sweep = Zygote("a:warm"), tmp_path / "begun"
    sweep.mkdir()
    started[0].code = 1
    answering(started[0], *begun, then=lambda: started[0].end.shutdown(socket.SHUT_RDWR))
    with pytest.raises(EOFError):
        one.call("a:b", b"", seconds=5, on_report=lambda _: None, sweep=sweep)
    assert ended == killed
    assert (one in zygote._all, sweep.exists(), one.folder.exists()) == (False, False, False)


def test_a_call_that_this_process_ends_is_stopped(started: list[Process], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "kill_group", lambda _: None)
    one = Zygote("a:warm")
    started[0].code = 0
    answering(started[0], BEGUN, then=one.close)
    with pytest.raises(Stopped):
        one.call("a:b", b"", seconds=5, on_report=lambda _: None)


def test_an_answer_out_of_turn_is_the_end(started: list[Process]) -> None:
    one = Zygote("a:warm")
    started[0].code = 0
    answering(started[0], (zygote._RESULT, b"4242"))
    with pytest.raises(EOFError):
        one.call("a:b", b"", seconds=5, on_report=lambda _: None)


def test_a_zygote_that_does_not_end_by_itself_is_killed(started: list[Process]) -> None:
    for code, killed in ((None, 1), (0, 0)):
        one = Zygote("a:warm")
        started[-1].code = code
        one.close()
        assert (started[-1].killed, one.folder.exists()) == (killed, False)


def test_an_idle_zygote_of_the_same_sort_is_borrowed_again(
    started: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A", "1")
    with zygote.borrowed("a:warm") as first:
        with zygote.borrowed("a:warm") as second:
            assert second is not first
        with zygote.borrowed("a:warm") as again:
            assert again is second
        with zygote.borrowed("b:warm") as other:
            assert other not in (first, second)
    monkeypatch.setenv("A", "2")
    with zygote.borrowed("a:warm") as elsewhere:
        assert elsewhere not in (first, second)
    assert len(started) == 4
    started[3].code = 1
    with zygote.borrowed("a:warm") as anew:
        assert anew is not elsewhere, "it has ended"
        assert not elsewhere.folder.exists()
        started[4].code = 0
        anew.close()
    with zygote.borrowed("a:warm") as last:
        assert last is not anew, "it was closed meanwhile"
    zygote.stop_all()
    assert zygote._all == set()


def test_only_the_process_that_started_a_zygote_uses_it(
    started: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Zygote("a:warm")
    assert one.alive
    monkeypatch.setattr(one, "owner", os.getpid() + 1)
    assert not one.alive
    one.close()
    assert one.folder.exists(), "its owner removes it"
    monkeypatch.setattr(one, "owner", os.getpid())
    started[0].code = 0
    assert not one.alive
    one.close()


@pytest.mark.parametrize(
    ("code", "how"), [(0, "exit 0"), (1, "exit 1"), (-9, "SIGKILL"), (-int(signal.SIGTERM), "SIGTERM")]
)
def test_how_a_child_ended(code: int, how: str) -> None:
    assert zygote._how(code) == how


# --- between a child and the caller ------------------------------------------------------------------------------------


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket, socket.socket, socket.socket]]:
    """The child's end and the zygote's, the zygote's other end and the caller's."""
    four = (*socket.socketpair(), *socket.socketpair())
    yield four
    for one in four:
        one.close()


def test_reports_are_passed_on_until_the_child_ends(ends: tuple[socket.socket, ...]) -> None:
    child, mine, sock, caller = ends
    zygote._send(child, zygote._REPORT, b"1")
    zygote._send(child, zygote._RESULT, b"x" * 100_000)
    child.close()
    heard: list[Frame] = []
    reader = threading.Thread(target=lambda: heard.extend(zygote._receive(caller) for _ in range(2)))
    reader.start()
    assert zygote._relay(mine, sock, 60) is False
    reader.join(60)
    assert [(kind, len(data)) for kind, data in heard] == [(zygote._REPORT, 1), (zygote._RESULT, 100_000)]


@pytest.mark.parametrize("begun", [b"", struct.pack(">cQ", b"T", 10), struct.pack(">cQ", b"T", 10) + b"half"])
def test_a_child_that_says_nothing_more_hangs(ends: tuple[socket.socket, ...], begun: bytes) -> None:
    child, mine, sock, _ = ends
    child.sendall(begun)
    assert zygote._relay(mine, sock, 0.05) is True


def test_a_caller_that_has_gone_ends_the_work(ends: tuple[socket.socket, ...]) -> None:
    _, mine, sock, caller = ends
    caller.close()
    with pytest.raises(EOFError):
        zygote._relay(mine, sock, 60)
