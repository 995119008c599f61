"""Services of the operating system: end a process with its parent, limit its memory, private folders."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

CAN_FORK = hasattr(os, "fork")
"""Whether this system can fork; Windows cannot."""
FORKS_WELL = sys.platform == "linux"
"""Whether forking is safe whatever libraries are loaded; on macOS the system's own may fail."""
_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 1.0
_MARK = "orglife-run-"


def die_with_parent() -> None:
    """Have this process killed when its parent ends for any reason."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent ended before the call
            os._exit(1)
        return
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os._exit(1)


def limit_memory(megabytes: int) -> None:
    """Limit the memory that this process may take beyond its present use; exceeding it raises MemoryError.

    Args:
        megabytes: The limit; 0 = none.
    """
    if not megabytes or sys.platform != "linux":
        return
    import resource  # noqa: PLC0415  not on Windows

    # Limit data, not address space: threads reserve much address space that they never use.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    now = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData:")) * 1024
    most = now + megabytes * 1024 * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def threads() -> int:
    """Number of threads of this process, those of libraries included."""
    task = Path("/proc/self/task")
    return sum(1 for _ in task.iterdir()) if task.is_dir() else threading.active_count()


def kill_group(leader: int) -> None:
    """Kill a process and its group; no error if they have ended."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(leader, signal.SIGKILL)  # in case it has not made its group yet


def kill_tree(leader: int) -> None:
    """Kill a process that leads a group, with everything that it started."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(leader)], capture_output=True, check=False)  # noqa: S603, S607  a program of Windows
    else:
        kill_group(leader)


def machine() -> str:
    """This machine's name."""
    return platform.node() or "?"


def private_folder() -> Path:
    """A new folder that only this user can enter, named after the process that owns it."""
    return Path(tempfile.mkdtemp(prefix=f"{_MARK}{os.getpid()}-"))


def sweep() -> None:
    """Remove private folders whose processes have ended, as after a power failure."""
    if os.name == "nt":
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{_MARK}*"):
        owner = folder.name.removeprefix(_MARK).partition("-")[0]
        with contextlib.suppress(OSError):
            if owner.isdigit() and folder.stat().st_uid == os.getuid() and not _lives(int(owner)):
                shutil.rmtree(folder, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
