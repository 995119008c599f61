"""A lock on a file that the system releases when the process ends, however it ends."""

from __future__ import annotations

import sys
from typing import IO


def take(lock: IO[bytes]) -> bool:
    """Lock an open file; False if another process holds it."""
    try:
        if sys.platform == "win32":  # pragma: no cover
            import msvcrt  # noqa: PLC0415

            lock.seek(0)
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
