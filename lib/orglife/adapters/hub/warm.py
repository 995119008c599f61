"""The warm process: it has imported what people's servers need, and forks a keeper for each person who comes.

It runs under the hub's account, usually root, and does nothing but fork: the child gives up that account for the
person's before it reads or writes anything. It has one thread, holds no secret of the hub's, and ends with the hub.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pwd
import signal
import socket
import subprocess
import sys
import tempfile
import time
from typing import Any, NoReturn

from orglife.adapters.engine import processes
from orglife.adapters.hub import keeper, messages

_PROGRAM = f"import sys; from {__name__} import main; main(*sys.argv[1:])"  # imported by name: as __main__ it would be a second module
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
_SMALL_HEAP = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}
"""glibc malloc: one arena, and large freed blocks (bytes) go back to the system."""
_KEPT = ("LANG", "LC_ALL", "PATH", "TZ", "PYTHONPATH")


class WarmProcess:
    """The warm process, as the hub sees it.

    Args:
        warm: What it runs first, as ``module:function``, without arguments.
        serve: A person's server, as ``module:function``; it takes a ``Keeper``.
    """

    def __init__(self, warm: str, serve: str) -> None:
        self._end, theirs = messages.pair()
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own program
                [sys.executable, "-P", "-s", "-c", _PROGRAM, str(theirs.fileno()), warm, serve],
                pass_fds=[theirs.fileno()],
                env=environment
                | _ONE_THREAD
                | _SMALL_HEAP
                | {"PYTHONUTF8": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
                cwd="/",
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # the hub ends people's servers itself
            )

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def fork(self, account: str, environment: dict[str, str]) -> tuple[int, socket.socket]:
        """Fork a keeper under an account.

        Returns:
            The keeper's process id, and the connection to it. The keeper sends when the server is up, or why not. End of
            file means that the keeper ended; closing the socket ends it.

        Raises:
            EOFError: the warm process has ended.
        """
        mine, theirs = messages.pair()
        try:
            with theirs:
                messages.send(self._end, {"account": account, "environment": environment}, [theirs.fileno()])
            return int(messages.receive(self._end)[0]["pid"]), mine
        except (OSError, EOFError) as error:
            mine.close()
            raise EOFError from error

    def close(self) -> None:
        """End it; the keepers end with their own connections."""
        self._end.close()
        self._process.wait()


# --- the process itself ----------------------------------------------------------------------------------------------


def main(handle: str, warm: str, serve: str) -> NoReturn:
    """Warm up, then fork a keeper for each message, until the hub has gone."""
    hub = socket.socket(fileno=int(handle))
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # it ends with the hub, after the people
    os.umask(0o077)
    keeper.function(warm)()
    target = keeper.function(serve)
    tempfile.tempdir = None
    if processes.threads() != 1:
        raise RuntimeError(f"the warm process has other threads than its own after {warm}")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets a keeper that has ended
    gc.collect()
    gc.freeze()  # keep the collector from dirtying memory that the children share
    gc.disable()
    with contextlib.suppress(OSError, EOFError):
        while True:
            request, files = messages.receive(hub)
            child = os.fork()
            if child == 0:
                _become_keeper(hub, request, files[0], target)
            messages.close_files(files)
            messages.send(hub, {"pid": child})
    os._exit(0)


def _become_keeper(hub: socket.socket, request: dict[str, Any], file: int, serve: Any) -> NoReturn:
    try:
        hub.close()
        os.setsid()
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(each, signal.SIG_DFL)
        take_account(request["account"])
        os.environ.clear()
        os.environ.update(request["environment"])
        time.tzset()
        keeper.keep(socket.socket(fileno=file), serve)
    except BaseException as error:  # noqa: BLE001  the child ends here in any case
        sys.stderr.write(f"orglife: keeper: {type(error).__name__}\n")
        sys.stderr.flush()
    os._exit(1)


def take_account(name: str) -> None:
    """Give up this process's account for another, for good.

    Raises:
        PermissionError: the account is root, or another one than that of this ordinary process.
    """
    entry = pwd.getpwnam(name)
    if entry.pw_uid == 0:
        raise PermissionError(name)
    if os.getuid() == 0:
        os.initgroups(name, entry.pw_gid)
        os.setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid)
        os.setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid)
    if os.getresuid() != (entry.pw_uid,) * 3:
        raise PermissionError(name)
