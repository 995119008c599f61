"""A preloaded process that forks a child for each call, so that a crash, a hang or a leak stays in the child.

The zygote is a separate process, because a worker with threads must not fork itself. It has one thread, runs a warm-up
function once, and then forks for each call: the child calls one of our functions with bytes and returns bytes. When a
child crashes, hangs, exits or exceeds its memory limit, its process group is killed and its folder removed; the zygote
goes on. Nothing that starts threads, such as the typesetter, may run in the zygote: its children would hang.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from orglife.adapters.disk.workspace import BRANCH_ENVIRONMENT, ENVIRONMENT
from orglife.adapters.engine import processes
from orglife.core.building import build_models

Tell = Callable[[bytes], None]
"""Reports progress from a child; each report restarts the child's time limit."""
Task = Callable[[bytes, Tell], bytes]

_HEAD = struct.Struct(">cQ")
_CALL, _READY, _BEGUN, _REPORT, _RESULT, _BROKE, _END = b"C", b"Y", b"P", b"T", b"R", b"X", b"E"
_START_SECONDS = 120
_PROGRAM = f"import sys; from {__name__} import main; main(*sys.argv[1:])"  # imported by name: as __main__ it would be a second module
_IDLE_SECONDS = 300  # a worker of a cluster outlives its work
NOT_INHERITED = {ENVIRONMENT, BRANCH_ENVIRONMENT}
"""Environment variables that no zygote gets: it serves one workspace after the other."""
_inside = False
raw_output = -1
"""In a child: descriptor of the memory file that receives standard output and error."""


class ChildLost(Exception):  # noqa: N818  callers turn it into a sentence
    """A child returned no result.

    Attributes:
        hung: It was killed because it reported nothing within its time limit.
        reason: The class of its error, or how it ended, in English.
    """

    def __init__(self, reason: str, *, hung: bool) -> None:
        super().__init__(reason)
        self.reason, self.hung = reason, hung


class Stopped(Exception):  # noqa: N818  as ChildLost
    """This process ended the zygote while a child was running."""


def inside() -> bool:
    """Whether this process is a zygote or a child of one."""
    return _inside


# --- the worker's side -------------------------------------------------------------------------------------------------


class Zygote:
    """A zygote and the connection to it; one call at a time.

    Args:
        warm: What it runs first, as ``module:function``, without arguments.
    """

    def __init__(self, warm: str) -> None:
        self.warm, self.owner, self.inherited = warm, os.getpid(), _inherited()
        self.folder = processes.private_folder()
        self._sock, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own program
                [sys.executable, "-P", "-c", _PROGRAM, str(theirs.fileno()), warm, str(self.folder)],
                pass_fds=[theirs.fileno()],
                env=_environment(self.folder),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # the caller handles Ctrl+C
            )
        self._sock.settimeout(_START_SECONDS)
        self._warm = False
        with _lock:
            _all.add(self)

    @property
    def alive(self) -> bool:
        """Whether the zygote runs and belongs to this process."""
        return self.owner == os.getpid() and self._process.poll() is None

    def call(
        self,
        task: str,
        payload: bytes,
        *,
        seconds: float,
        on_report: Tell,
        megabytes: int = 0,
        folder: Path | None = None,
        sweep: Path | None = None,
    ) -> bytes:
        """Call a function in a new child.

        Args:
            task: ``module:function``, a ``Task``.
            payload: Its argument.
            seconds: How long the child may go without a report.
            on_report: Called with each report of the child.
            megabytes: Memory limit beyond what the zygote uses; 0 = no limit.
            folder: Working folder; None = a private folder that is removed afterwards.
            sweep: Folder of the child's unfinished files, removed afterwards even if the child is killed.

        Raises:
            ChildLost: the child returned no result.
            EOFError: the zygote has ended.
            Stopped: this process ended the zygote.
        """
        place = folder or self.folder / "call"
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(mode=0o700)
        head = {"task": task, "seconds": seconds, "megabytes": megabytes, "folder": str(place)}
        head["sweep"] = str(sweep or "")
        child = 0
        try:
            if not self._warm:
                _expect(self._sock, _READY)
                self._warm = True
            _send(self._sock, _CALL, json.dumps(head).encode())
            _send(self._sock, _RESULT, payload)
            child = int(_expect(self._sock, _BEGUN))
            self._sock.settimeout(None)  # the zygote enforces the time limit
            return self._result(on_report)
        except (OSError, EOFError) as error:
            with _lock:
                ended = self not in _all
            if child:
                processes.kill_group(child)
            self.close()
            if sweep is not None:
                shutil.rmtree(sweep, ignore_errors=True)
            raise (Stopped if ended else EOFError) from error
        finally:
            if folder is None:
                shutil.rmtree(place, ignore_errors=True)

    def _result(self, on_report: Tell) -> bytes:
        result, broke = None, ""
        while True:
            kind, data = _receive(self._sock)
            if kind == _REPORT:
                on_report(data)
            elif kind == _RESULT:
                result = data
            elif kind == _BROKE:
                broke = data.decode()
            elif kind == _END:
                end = json.loads(data)
                if result is None or end["hung"]:
                    raise ChildLost(broke or end["how"], hung=end["hung"])
                return result

    def close(self) -> None:
        """End the zygote and its child, and remove its folder."""
        with _lock:
            _all.discard(self)
            if self in _free:
                _free.remove(self)
        if self.owner != os.getpid():
            return
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits on the socket
        self._sock.close()
        try:
            self._process.wait(timeout=5)  # the zygote ends by itself once the socket is closed
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


_all: set[Zygote] = set()
_free: list[Zygote] = []
_lock = threading.Lock()


@contextlib.contextmanager
def borrowed(warm: str) -> Iterator[Zygote]:
    """Borrow an idle zygote with this warm-up function and environment; start one if none is idle."""
    with _lock:
        zygote = next((one for one in _free if one.warm == warm and one.inherited == _inherited()), None)
        if zygote is not None:
            _free.remove(zygote)
    if zygote is None or not zygote.alive:
        if zygote is not None:
            zygote.close()
        zygote = Zygote(warm)
    try:
        yield zygote
    finally:
        with _lock:
            if zygote in _all:
                _free.append(zygote)


@atexit.register
def stop_all() -> None:
    """End all zygotes of this process, busy or not."""
    for one in list(_all):
        one.close()


def _environment(folder: Path) -> dict[str, str]:
    """The zygote's environment: no user settings of Jupyter, one thread for each branch, no workspace."""
    own = {
        "IPYTHONDIR": str(folder / "ipython"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "RAYON_NUM_THREADS": "1",  # used by Typst; the other processors run other branches
        "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",  # macOS; the zygote loads none of the affected libraries
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    return _inherited() | own


def _inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}


# --- frames ------------------------------------------------------------------------------------------------------------


def _send(sock: socket.socket, kind: bytes, data: bytes) -> None:
    sock.sendall(_HEAD.pack(kind, len(data)) + data)


def _receive(sock: socket.socket) -> tuple[bytes, bytes]:
    kind, length = _HEAD.unpack(_exactly(sock, _HEAD.size))
    return kind, _exactly(sock, length)


def _exactly(sock: socket.socket, length: int) -> bytes:
    received = bytearray()
    while len(received) < length:
        piece = sock.recv(min(length - len(received), 1 << 20))
        if not piece:
            raise EOFError
        received += piece
    return bytes(received)


def _expect(sock: socket.socket, expected: bytes) -> bytes:
    kind, data = _receive(sock)
    if kind != expected:
        raise EOFError
    return data


# --- the zygote's side -------------------------------------------------------------------------------------------------


def main(handle: str, warm: str, folder: str) -> NoReturn:
    """The zygote's program: warm up, then fork a child for each call, until the caller has gone."""
    global _inside  # noqa: PLW0603  this process is a zygote from here to its end
    _inside = True
    sock = socket.socket(fileno=int(handle))
    with contextlib.suppress(KeyboardInterrupt):
        tempfile.tempdir = folder  # removed at exit with everything in it
        _function(warm)()
        build_models()
        tempfile.tempdir = None
        if processes.threads() != 1:
            raise RuntimeError(f"the zygote has other threads than its own after {warm}")
        gc.collect()
        gc.freeze()  # keep the collector from dirtying memory that the children share
        with contextlib.suppress(OSError, EOFError):
            _send(sock, _READY, b"")
            while select.select([sock], [], [], _IDLE_SECONDS)[0]:
                head = json.loads(_expect(sock, _CALL))
                _run_child(sock, head, _expect(sock, _RESULT))
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    target: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return target


def _run_child(sock: socket.socket, head: dict[str, Any], payload: bytes) -> None:
    """Fork one child, wait for it, report its exit."""
    mine, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        mine.close()
        sock.close()
        _live(theirs, head, payload)
    theirs.close()
    hung = False
    try:
        _send(sock, _BEGUN, str(child).encode())
        hung = _relay(mine, sock, float(head["seconds"]))
    finally:
        mine.close()
        if hung or sys.exc_info()[0] is not None:
            processes.kill_group(child)
        _, status = os.waitpid(child, 0)
        processes.kill_group(child)  # processes that the child started
        if head["sweep"]:
            shutil.rmtree(head["sweep"], ignore_errors=True)
    _send(sock, _END, json.dumps({"hung": hung, "how": _how(os.waitstatus_to_exitcode(status))}).encode())


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


def _relay(mine: socket.socket, sock: socket.socket, seconds: float) -> bool:
    """Pass on the child's reports until it ends; True when it exceeded its time limit.

    Raises:
        EOFError: the caller has gone.
    """
    while True:
        until = time.monotonic() + seconds
        ready, _, _ = select.select([mine, sock], [], [], seconds)
        if sock in ready:
            raise EOFError  # the caller sends nothing during a call, so the socket was closed
        if mine not in ready:
            return True
        mine.settimeout(max(0.1, until - time.monotonic()))
        try:
            kind, data = _receive(mine)
        except EOFError:
            return False
        except TimeoutError:
            return True
        except ConnectionResetError:
            return False
        _send(sock, kind, data)


def _live(sock: socket.socket, head: dict[str, Any], payload: bytes) -> NoReturn:
    """Run the task in the child; the zygote's files and sockets are not used."""
    global raw_output  # noqa: PLW0603  this process is a child from here to its end
    code = 1
    try:
        os.setpgid(0, 0)
        processes.die_with_parent()
        raw_output = os.memfd_create("output") if hasattr(os, "memfd_create") else os.open(os.devnull, os.O_RDWR)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(raw_output, 1)
        os.dup2(raw_output, 2)
        os.chdir(head["folder"])
        sys.path.insert(0, "")  # as in a kernel
        processes.limit_memory(int(head["megabytes"]))
        _send(sock, _RESULT, _function(head["task"])(payload, lambda report: _send(sock, _REPORT, report)))
        code = 0
    except BaseException as error:  # noqa: BLE001  the child ends here in any case
        with contextlib.suppress(BaseException):
            _send(sock, _BROKE, type(error).__name__.encode())
    os._exit(code)  # skip the exit handlers inherited from the zygote
