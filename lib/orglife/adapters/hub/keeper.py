"""A person's keeper: the parent process, under her account, of her server, her kernels and her PDF processes.

It was forked from the warm process and has one thread, so whatever it forks has everything imported already and shares
the memory of that. Her server asks for kernels and papers: a process with threads must not fork itself. When the
hub or her server ends, the keeper ends everything that it forked.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

from orglife.adapters.engine import processes
from orglife.adapters.hub import messages

END, KERNEL, CALL, UP, REFUSED = "end", "kernel", "call", "up", "refused"
_SHUTDOWN = 20.0  # seconds for a server to save what was typed and to end its kernel
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER


class MakerLost(Exception):  # noqa: N818  callers turn it into a sentence
    """A forked process died, or timed out before it returned a result."""


# --- the server's side -----------------------------------------------------------------------------------------------


class Keeper:
    """What a person's server asks of its keeper.

    Args:
        end: The server's end of their connection.
    """

    def __init__(self, end: socket.socket) -> None:
        self._end, self._lock = end, threading.Lock()

    def tell(self, kind: str, words: str = "") -> None:
        """Tell the hub that the server is up, or why it cannot be."""
        with self._lock:
            messages.send(self._end, {"do": kind, "words": words})

    def kernel(self, arguments: list[str], environment: dict[str, str], folder: str) -> tuple[int, int]:
        """Fork a kernel.

        Returns:
            Its process id, and an open file by which its end is seen.
        """
        request = {"do": KERNEL, "arguments": arguments, "environment": environment, "folder": folder}
        with self._lock:
            messages.send(self._end, request)
            answer, files = messages.receive(self._end)
        return int(answer["pid"]), files[0]

    def call(self, task: str, payload: bytes, *, seconds: float) -> bytes:
        """Call a function in a process of its own, which ends with its memory when it has returned.

        Args:
            task: ``module:function``, from bytes to bytes.
            payload: Its argument.
            seconds: How long it may take.

        Raises:
            MakerLost: it returned nothing.
        """
        mine, theirs = socket.socketpair()
        with theirs, self._lock:
            messages.send(self._end, {"do": CALL, "task": task}, [theirs.fileno()])
            answer, files = messages.receive(self._end)
        try:
            with Connection(mine.detach()) as line:
                line.send_bytes(payload)
                if line.poll(seconds):
                    return line.recv_bytes()
        except (EOFError, OSError) as error:
            raise MakerLost from error
        finally:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(files[0], signal.SIGKILL)
            messages.close_files(files)
        raise MakerLost(answer["pid"])


# --- the keeper's side -----------------------------------------------------------------------------------------------


def keep(hub: socket.socket, serve: Callable[[Keeper], None]) -> NoReturn:
    """Fork a person's server and do what it asks, until it or the hub has gone; then end everything.

    Args:
        hub: The connection to the hub's spawner.
        serve: The server's program.
    """
    import ctypes  # noqa: PLC0415  loaded by ``processes`` in any case

    ctypes.CDLL(None).prctl(_SUBREAPER, 1)  # orphans of a kernel become children of the keeper, which ends them
    mine, theirs = messages.pair()
    server = _fork(lambda: serve(Keeper(theirs)), closing=[hub, mine])
    theirs.close()
    signal.signal(signal.SIGCHLD, lambda *_: _reap())
    signal.signal(signal.SIGTERM, lambda *_: hub.shutdown(socket.SHUT_RD))  # wakes the loop
    with contextlib.suppress(EOFError, OSError):
        for end, message, files in _messages(hub, mine):
            if end is mine:
                _answer(message, files, hub, mine)
            elif message["do"] == END:
                break
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _end_all(server)
    os._exit(0)


def _messages(*ends: socket.socket) -> Iterator[tuple[socket.socket, dict[str, Any], list[int]]]:
    while True:
        for end in select.select(ends, [], [])[0]:
            yield end, *messages.receive(end)


def _answer(message: dict[str, Any], files: list[int], hub: socket.socket, server: socket.socket) -> None:
    if message["do"] in (UP, REFUSED):
        messages.send(hub, message)
        return
    work = (lambda: _kernel(message)) if message["do"] == KERNEL else (lambda: _call(message["task"], files[0]))
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # block until pidfd_open, so that the pid is not reused
    child = _fork(work, closing=[hub, server])
    handle = os.pidfd_open(child)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    messages.send(server, {"pid": child}, [handle])
    messages.close_files([handle, *files])


def _fork(work: Callable[[], None], closing: list[socket.socket]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        for end in closing:
            end.close()
        os.setsid()
        processes.die_with_parent()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for each in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(each, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        gc.enable()
        work()
        code = 0
    except BaseException as error:  # noqa: BLE001  the child ends here in any case
        if not isinstance(error, SystemExit):
            sys.stderr.write(f"orglife: {type(error).__name__}\n")  # its text may hold entered data
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)  # skip the exit handlers inherited from the warm process


def _kernel(request: dict[str, Any]) -> None:
    """Be a kernel, as ``python -m ipykernel_launcher`` would."""
    nowhere = os.open(os.devnull, os.O_RDWR)  # what a page prints is not for the hub's log
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    tempfile.tempdir = None
    from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415  imported already where it is to be

    application = IPKernelApp.instance()
    with _modules_unlisted():
        application.initialize(request["arguments"])
    application.start()


@contextlib.contextmanager
def _modules_unlisted() -> Iterator[None]:
    """Skip ipykernel's scan of all modules for their files: it serves a debugger that no page has.

    The scan touches two thousand modules, so that 12 MiB shared with the warm process are copied.
    """
    from ipykernel import ipkernel  # noqa: PLC0415  as above

    names = ("exc_info", "version", "version_info")
    few = SimpleNamespace(modules={}, **{name: getattr(sys, name) for name in names})
    vars(ipkernel)["sys"] = few
    try:
        yield
    finally:
        vars(ipkernel)["sys"] = sys


def _call(task: str, file: int) -> None:
    with Connection(file) as line:
        line.send_bytes(function(task)(line.recv_bytes()))


def function(name: str) -> Callable[..., Any]:
    """The function ``module:function``."""
    module, _, attribute = name.partition(":")
    called: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return called


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _end_all(server: int) -> None:
    """Ask the server to shut down; after the time limit, kill what is left."""
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(server, signal.SIGTERM)
        until = time.monotonic() + _SHUTDOWN
        while time.monotonic() < until and os.waitpid(server, os.WNOHANG)[0] == 0:
            time.sleep(0.05)
    while left := _children():
        for each in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, 0)[0]:
                pass


def _children() -> list[int]:
    return [int(each) for each in Path(f"/proc/self/task/{os.getpid()}/children").read_bytes().split()]
