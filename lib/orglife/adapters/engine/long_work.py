"""Long work in a process of its own: it reports how far it is and can be cancelled; one at a time in a workspace.

The kernel that serves all pages starts a child with one of our functions by name and goes on. The child reports on its
standard output, a line of JSON each. It ends when its standard input closes, so it never outlives the kernel; a
cancelled one gets KeyboardInterrupt, so that everything unfinished is removed on the way out.
"""

from __future__ import annotations

import _thread
import asyncio
import contextlib
import contextvars
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files, locks
from orglife.adapters.engine import processes, zygote
from orglife.core.errors import AtWork, CannotWrite, OrglifeError, ProgramFailed

FOLDER = Path(".orglife", "work")
GRACE = 10.0
"""Seconds that cancelled work may take to tidy up before it is killed."""
_PROGRAM = f"import sys; from {__name__} import main; main()"
_USERS_OWN = ("JUPYTER", "IPYTHON")  # dropped: they are settings for the kernel of a page
CANCELLED = "已取消。"

Report = Callable[[int, int, str], None]
"""Tells how far the work is: steps done, steps in all, and what is being done now."""
Work = Callable[[Mapping[str, Any], Report], Sequence[str]]
"""Long work: its arguments and a report; returns the sentences to show at its end."""


@dataclass(frozen=True)
class WorkState:
    """The work that is running, or the last one.

    Attributes:
        title: What is done, e.g. 归档; "" = nothing was done yet.
        since: When it began, as 2026-11-30 14:05.
        label: What is being done now.
        cancelled: It was asked to end.
        good: Whether it ended well; None while it runs.
        lines: The sentences at its end.
    """

    title: str = ""
    since: str = ""
    done: int = 0
    total: int = 0
    label: str = ""
    running: bool = False
    cancelled: bool = False
    good: bool | None = None
    lines: tuple[str, ...] = ()


@dataclass(eq=False)
class LongWork:
    """The long work of one workspace, as all pages of this process see it.

    Attributes:
        root: The workspace.
        state: The work that is running, or the last one.
    """

    root: Path
    state: WorkState = WorkState()
    _process: subprocess.Popen[str] | None = None
    _reader: threading.Thread | None = None
    _listeners: list[tuple[Any, contextvars.Context]] = field(default_factory=list)

    def listen(self, listener: Callable[[], None]) -> None:
        """Call a method after every change, as long as its object lives; in the context of the page that asks."""
        self._listeners.append((weakref.WeakMethod(listener), contextvars.copy_context()))

    def require_idle(self) -> None:
        """Raise AtWork while work of this process goes on."""
        if self.state.running:
            raise AtWork(title=self.state.title, since=self.state.since[-5:])

    def start(self, title: str, task: str, arguments: Mapping[str, Any]) -> None:
        """Begin work in a child.

        Args:
            title: What it is called on the page.
            task: ``module:function``, a ``Work``.
            arguments: Its arguments, plain JSON.

        Raises:
            AtWork: something else is at work.
        """
        self.require_idle()
        order = {"root": str(self.root), "title": title, "task": task, "arguments": dict(arguments)}
        self._process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-P", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            encoding="utf-8",
            start_new_session=os.name != "nt",  # so that it and its helpers can be ended together
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows: no second black window
        )
        self._send(json.dumps(order))
        self._set(WorkState(title=title, since=_now(), running=True, label="正在准备"))
        loop = None
        with contextlib.suppress(RuntimeError):
            loop = asyncio.get_running_loop()
        self._reader = threading.Thread(target=self._read, args=(self._process, loop), daemon=True)
        self._reader.start()

    def cancel(self) -> None:
        """Ask the work to end; it tidies up first, and is killed if that takes longer than ``GRACE``."""
        process = self._process
        if process is None or not self.state.running or self.state.cancelled:
            return
        self._set(replace(self.state, cancelled=True, label="正在取消"))
        self._send("cancel")
        timer = threading.Timer(GRACE, _kill_late, (process,))
        timer.daemon = True
        timer.start()

    def wait(self, seconds: float) -> WorkState:
        """Wait for the end of the work; its state then."""
        if self._reader is not None:
            self._reader.join(seconds)
        return self.state

    def _send(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):  # it has ended
                self._process.stdin.write(line + "\n")
                self._process.stdin.flush()

    def _read(self, process: subprocess.Popen[str], loop: asyncio.AbstractEventLoop | None) -> None:
        """Pass on what the child reports, in the thread of the pages."""

        def post(message: Mapping[str, Any]) -> None:
            if loop is None or loop.is_closed():
                self._take(message)
            else:
                loop.call_soon_threadsafe(self._take, message)

        ended = False
        for line in process.stdout or ():
            with contextlib.suppress(ValueError):
                message = json.loads(line)
                ended = ended or "lines" in message
                post(message)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close() if pipe else None
        if not ended:  # killed, or the computer ran out of memory
            post({"lines": [CANCELLED] if self.state.cancelled else [str(ProgramFailed(kind="ended"))], "good": False})

    def _take(self, message: Mapping[str, Any]) -> None:
        if "lines" in message:
            self._set(replace(self.state, running=False, good=bool(message["good"]), lines=tuple(message["lines"])))
        elif not self.state.cancelled:
            self._set(replace(self.state, done=message["done"], total=message["total"], label=message["label"]))

    def _set(self, state: WorkState) -> None:
        self.state = state
        for entry in list(self._listeners):
            listener, context = entry[0](), entry[1]
            if listener is None:
                self._listeners.remove(entry)
            else:
                context.copy().run(listener)


_works: dict[Path, LongWork] = {}


def work_of(root: Path) -> LongWork:
    """The long work of a workspace; one for all pages of this process. It knows the last result after a restart, too."""
    root = files.real(root)
    if root not in _works:
        _works[root] = LongWork(root, _last(root))
    return _works[root]


def _last(root: Path) -> WorkState:
    try:
        raw = json.loads(files.read_text(root / FOLDER / "last.json"))
        return WorkState(
            title=raw["title"], since=raw["since"], good=bool(raw["good"]), lines=tuple(map(str, raw["lines"]))
        )
    except (OrglifeError, ValueError, KeyError, TypeError):
        return WorkState()


def at_work(root: Path) -> tuple[str, str] | None:
    """Title and beginning (14:05) of the work that any process does in a workspace now; None if there is none."""
    folder = root / FOLDER
    if not (folder / "lock").is_file():
        return None
    with (folder / "lock").open("a+b") as lock:
        return None if locks.take(lock) else _holder(folder)


def _holder(folder: Path) -> tuple[str, str]:
    try:
        raw = json.loads(files.read_text(folder / "now.json"))
        return str(raw["title"]), str(raw["since"])[-5:]
    except (OrglifeError, ValueError, KeyError, TypeError):
        return "另一项工作", "刚才"


def _kill_late(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        processes.kill_tree(process.pid)


def _now() -> str:
    return f"{datetime.now():%Y-%m-%d %H:%M}"


def _environment() -> dict[str, str]:
    """The child's environment: no settings of Jupyter, no branch of a page."""
    own = {name: value for name, value in os.environ.items() if not name.upper().startswith(_USERS_OWN)}
    return {name: value for name, value in own.items() if name not in zygote.NOT_INHERITED} | {"PYTHONUTF8": "1"}


# --- the child ---------------------------------------------------------------------------------------------------------


def main() -> None:
    """The child's program: do one piece of work, report, end."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints must not be taken for a report
    order = json.loads(sys.stdin.readline())
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_watch, daemon=True).start()

    def say(message: Mapping[str, Any]) -> None:
        with contextlib.suppress(OSError):  # nobody listens any more
            out.write(json.dumps(message, ensure_ascii=False) + "\n")

    lines, good = _done(order, lambda done, total, label: say({"done": done, "total": total, "label": label}))
    say({"lines": list(lines), "good": good})
    zygote.stop_all()
    out.close()
    os._exit(0)  # the thread that watches the input still waits


def _done(order: Mapping[str, Any], report: Report) -> tuple[Sequence[str], bool]:
    module, _, function = str(order["task"]).partition(":")
    root = Path(order["root"])
    try:
        with claimed(root, order["title"]):
            try:
                lines: Sequence[str] = getattr(importlib.import_module(module), function)(order["arguments"], report)
                good = True
            except OrglifeError as error:
                lines, good = error.sentences, False
            except KeyboardInterrupt:
                lines, good = [CANCELLED], False
            except Exception as error:  # noqa: BLE001  the page shows a sentence
                lines, good = [str(ProgramFailed(kind=type(error).__name__))], False
            _remember(root, order["title"], lines, good=good)
    except OrglifeError as error:
        return error.sentences, False
    except KeyboardInterrupt:
        return [CANCELLED], False
    return lines, good


@contextlib.contextmanager
def claimed(root: Path, title: str) -> Iterator[None]:
    """Hold the workspace's lock on long work.

    Raises:
        AtWork: another process holds it.
    """
    folder = root / FOLDER
    files.make_private(folder)
    with (folder / "lock").open("a+b") as lock:
        if not locks.take(lock):
            other, since = _holder(folder)
            raise AtWork(title=other, since=since)
        with contextlib.suppress(CannotWrite):  # the disk is full: the work itself says so
            files.write(folder / "now.json", json.dumps({"title": title, "since": _now()}).encode())
        yield


def _remember(root: Path, title: str, lines: Sequence[str], *, good: bool) -> None:
    body = {"title": title, "since": _now(), "good": good, "lines": list(lines)}
    with contextlib.suppress(CannotWrite):
        files.write(root / FOLDER / "last.json", json.dumps(body, ensure_ascii=False).encode())


def _watch() -> None:
    """Interrupt the work when it is cancelled, or when the parent process has ended."""
    sys.stdin.readline()
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)  # also wakes a thread that waits
    else:
        _thread.interrupt_main()
