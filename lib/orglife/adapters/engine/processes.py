"""What the operating system does for a process that must neither outlive its parent nor take more than its share."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

CAN_FORK = hasattr(os, "fork")
"""Whether a process can be copied as it stands; not on Windows."""
FORKS_WELL = sys.platform == "linux"
"""Whether that is safe whatever is loaded: macOS' own libraries may not survive it."""
_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 1.0
_MARK = "orglife-run-"


def die_with_parent() -> None:
    """Let this process be killed when its parent ends, however that ends."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended just before
            os._exit(1)
        return
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os._exit(1)


def limit_memory(megabytes: int) -> None:
    """Let this process take so much more memory than it has; what is beyond raises MemoryError in it.

    Args:
        megabytes: How much more; 0 = no limit.
    """
    if not megabytes or sys.platform != "linux":
        return
    import resource  # noqa: PLC0415  not on Windows

    # Data, not address space: threads reserve much of that which they never use.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    now = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData:")) * 1024
    most = now + megabytes * 1024 * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def threads() -> int:
    """How many threads this process has, whoever started them."""
    task = Path("/proc/self/task")
    return sum(1 for _ in task.iterdir()) if task.is_dir() else threading.active_count()


def kill_group(leader: int) -> None:
    """Kill a process and whatever it started, gone or not."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(leader, signal.SIGKILL)  # before it made its own group


def machine() -> str:
    """This machine's name."""
    return platform.node() or "?"


def private_folder() -> Path:
    """A new folder that only this user can enter and that names the process that answers for it."""
    return Path(tempfile.mkdtemp(prefix=f"{_MARK}{os.getpid()}-"))


def sweep() -> None:
    """Remove private folders whose processes are gone: only a machine that went down leaves such."""
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
