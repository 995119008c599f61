"""A warm program that forks a child for each call: what happens in a child harms nobody, and leaves nothing behind.

The zygote is a program of its own, so that a worker with threads never forks itself. It has one thread, warms up once,
and then copies itself for each call: the child calls a function of ours with bytes and hands bytes back. A child that
crashes, hangs, ends or takes too much memory is only its own loss; its process group is killed and its folder removed.
Nothing that starts threads may run before a fork, least of all the typesetter: a child of such a zygote hangs.
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
"""How a child says where it is: each word gives it its time anew."""
Task = Callable[[bytes, Tell], bytes]

_HEAD = struct.Struct(">cQ")
_CALL, _READY, _BEGUN, _TOLD, _RESULT, _BROKE, _END = b"C", b"Y", b"P", b"T", b"R", b"X", b"E"
_START_SECONDS = 120
_PROGRAM = (
    f"import sys; from {__name__} import main; main(*sys.argv[1:])"  # by its name: as __main__ it would be another
)
_IDLE_SECONDS = 300  # a cluster's worker lives on when the work is done
_inside = False
raw_output = -1
"""In a child, the memory file that its standard output and error go to."""


class ChildLost(Exception):  # noqa: N818  callers turn it into a sentence
    """A child did not come back.

    Attributes:
        hung: It was killed because it said nothing for too long.
        told: The last thing it said.
        reason: The kind of its error, or how it ended, in English, for callers that know no better.
    """

    def __init__(self, reason: str, *, hung: bool, told: bytes) -> None:
        super().__init__(reason)
        self.reason, self.hung, self.told = reason, hung, told


class Stopped(Exception):  # noqa: N818  as ChildLost
    """The zygote was ended from here while a child was at work."""


def inside() -> bool:
    """Whether this process is a zygote or a child of one: what runs here runs in this process."""
    return _inside


# --- the worker's side -------------------------------------------------------------------------------------------------


class Zygote:
    """A zygote and the connection to it; one call at a time.

    Args:
        warm: What it runs first, as ``module:function``, without arguments.
    """

    def __init__(self, warm: str) -> None:
        self.warm, self.owner, self.made_in = warm, os.getpid(), dict(os.environ)
        self.folder = processes.private_folder()
        self._sock, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own program
                [sys.executable, "-P", "-c", _PROGRAM, str(theirs.fileno()), warm, str(self.folder)],
                pass_fds=[theirs.fileno()],
                env=_environment(self.folder),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # an interrupt at the keyboard is the caller's affair
            )
        self._sock.settimeout(_START_SECONDS)
        self._warm = False
        with _lock:
            _all.add(self)

    @property
    def alive(self) -> bool:
        """Whether it can be called from here."""
        return self.owner == os.getpid() and self._process.poll() is None

    def call(
        self,
        task: str,
        payload: bytes,
        *,
        seconds: float,
        told: Tell,
        megabytes: int = 0,
        folder: Path | None = None,
        sweep: Path | None = None,
    ) -> bytes:
        """Call a function in a new child.

        Args:
            task: ``module:function``, a ``Task``.
            payload: Its argument.
            seconds: How long the child may say nothing.
            told: Called with whatever the child says.
            megabytes: How much memory it may take beside what the zygote has; 0 = no limit.
            folder: Where it runs; None = a private folder that is removed afterwards.
            sweep: A folder of its unfinished files: removed afterwards, whoever is killed.

        Raises:
            ChildLost: the child did not come back.
            EOFError: the zygote is gone.
            Stopped: it was ended from here.
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
            self._sock.settimeout(None)  # it keeps the time itself
            return self._result(told)
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

    def _result(self, told: Tell) -> bytes:
        last, result, broke = b"", None, ""
        while True:
            kind, data = _receive(self._sock)
            if kind == _TOLD:
                last = data
                told(data)
            elif kind == _RESULT:
                result = data
            elif kind == _BROKE:
                broke = data.decode()
            elif kind == _END:
                end = json.loads(data)
                if result is None or end["hung"]:
                    raise ChildLost(broke or end["how"], hung=end["hung"], told=last)
                return result

    def close(self) -> None:
        """End it and its child, and remove its folder."""
        with _lock:
            _all.discard(self)
            if self in _free:
                _free.remove(self)
        if self.owner != os.getpid():
            return
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits on it
        self._sock.close()
        try:
            self._process.wait(timeout=5)  # it ends by itself when nobody is there
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


_all: set[Zygote] = set()
_free: list[Zygote] = []
_lock = threading.Lock()


@contextlib.contextmanager
def borrowed(warm: str) -> Iterator[Zygote]:
    """A zygote that was warmed so, in this environment, and is nobody else's meanwhile; begun when none is free."""
    with _lock:
        found = next((one for one in _free if one.warm == warm and one.made_in == os.environ), None)
        if found is not None:
            _free.remove(found)
    if found is None or not found.alive:
        if found is not None:
            found.close()
        found = Zygote(warm)
    try:
        yield found
    finally:
        with _lock:
            if found in _all:
                _free.append(found)


@atexit.register
def stop_all() -> None:
    """End all zygotes of this process, whatever they are doing."""
    for one in list(_all):
        one.close()


def _environment(folder: Path) -> dict[str, str]:
    """The zygote's environment: nobody's settings of Jupyter, one thread for each branch, no workspace handed over."""
    own = {
        "IPYTHONDIR": str(folder / "ipython"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "RAYON_NUM_THREADS": "1",  # Typst's; the other processors have branches of their own
        "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",  # macOS; there is no such library in the zygote
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    return {k: v for k, v in os.environ.items() if k not in (ENVIRONMENT, BRANCH_ENVIRONMENT)} | own


# --- frames ------------------------------------------------------------------------------------------------------------


def _send(sock: socket.socket, kind: bytes, data: bytes) -> None:
    sock.sendall(_HEAD.pack(kind, len(data)) + data)


def _receive(sock: socket.socket) -> tuple[bytes, bytes]:
    kind, length = _HEAD.unpack(_exactly(sock, _HEAD.size))
    return kind, _exactly(sock, length)


def _exactly(sock: socket.socket, length: int) -> bytes:
    got = bytearray()
    while len(got) < length:
        piece = sock.recv(min(length - len(got), 1 << 20))
        if not piece:
            raise EOFError
        got += piece
    return bytes(got)


def _expect(sock: socket.socket, wanted: bytes) -> bytes:
    kind, data = _receive(sock)
    if kind != wanted:
        raise EOFError
    return data


# --- the zygote's side -------------------------------------------------------------------------------------------------


def main(handle: str, warm: str, folder: str) -> NoReturn:
    """The program: warm up, then a child for each call, until nobody is there."""
    global _inside  # noqa: PLW0603  this process is a zygote from here to its end
    _inside = True
    sock = socket.socket(fileno=int(handle))
    with contextlib.suppress(KeyboardInterrupt):
        tempfile.tempdir = folder  # removed in the end, whatever is left in it
        _function(warm)()
        build_models()
        tempfile.tempdir = None
        if processes.threads() != 1:
            raise RuntimeError(f"the zygote has other threads than its own after {warm}")
        gc.collect()
        gc.freeze()  # the collector shall not dirty pages that all children share
        with contextlib.suppress(OSError, EOFError):
            _send(sock, _READY, b"")
            while select.select([sock], [], [], _IDLE_SECONDS)[0]:
                head = json.loads(_expect(sock, _CALL))
                _nurse(sock, head, _expect(sock, _RESULT))
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def _nurse(sock: socket.socket, head: dict[str, Any], payload: bytes) -> None:
    """One child from its birth to its end; whoever called is told how it ended."""
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
        processes.kill_group(child)  # whatever it started and left
        if head["sweep"]:
            shutil.rmtree(head["sweep"], ignore_errors=True)
    _send(sock, _END, json.dumps({"hung": hung, "how": _how(os.waitstatus_to_exitcode(status))}).encode())


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


def _relay(mine: socket.socket, sock: socket.socket, seconds: float) -> bool:
    """Hand on what the child says until it ends; True when it said nothing for too long.

    Raises:
        EOFError: whoever called is gone.
    """
    while True:
        until = time.monotonic() + seconds
        ready, _, _ = select.select([mine, sock], [], [], seconds)
        if sock in ready:
            raise EOFError  # nothing is sent while a child lives: the other side is closed
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
    """The child: nothing of the zygote's is used but its memory."""
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
        sys.path.insert(0, "")  # as a kernel has it
        processes.limit_memory(int(head["megabytes"]))
        _send(sock, _RESULT, _function(head["task"])(payload, lambda word: _send(sock, _TOLD, word)))
        code = 0
    except BaseException as error:  # noqa: BLE001  whatever it is, it ends here
        with contextlib.suppress(BaseException):
            _send(sock, _BROKE, type(error).__name__.encode())
    os._exit(code)  # nothing of the zygote's is to be cleaned up here
