"""Unfinished files and folders: locked while a program works on them, so that those of a killed one are removed.

The lock of a folder ``.part-…`` is the file of that name with ``.lock``; all folders ``.partial-RUN-…`` of one run share
``.partial-RUN.lock``; a file ``.part-…`` is locked itself. The system releases a lock when its process ends.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from orglife.adapters.disk import files, locks

PART, RUN, LOCK = ".part-", ".partial-", ".lock"
_RUN = re.compile(rf"{re.escape(RUN)}[0-9a-z]+")


@contextlib.contextmanager
def unfinished_folder(folder: Path) -> Iterator[Path]:
    """A private folder for unfinished files below a folder, which is created; deleted on exit.

    Raises:
        CannotWrite: no space or no permission.
    """
    files.make_private(folder)
    sweep(folder)
    room = folder / f"{PART}{secrets.token_hex(8)}"
    with files.refusals(folder), locked(_lock_of(room)):
        try:
            room.mkdir(mode=0o700)
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)


@contextlib.contextmanager
def run_lock(folder: Path, run: str) -> Iterator[None]:
    """Protect a run's unfinished folders ``.partial-RUN-…`` below a folder, and remove those of killed runs."""
    files.make_private(folder)
    sweep(folder)
    with files.refusals(folder), locked(folder / f"{RUN}{run}{LOCK}"):
        yield


@contextlib.contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Protect a folder of unfinished files; if no other run uses it, remove what killed runs left in it."""
    place = folder.with_name(folder.name + LOCK)
    files.make_private(folder.parent)
    with files.refusals(place), locked(place) as alone:
        if alone:
            for path in folder.iterdir() if folder.is_dir() else ():
                if not path.name.startswith((PART, RUN)):
                    _remove(path)
            sweep(folder)
        yield


@contextlib.contextmanager
def locked(place: Path) -> Iterator[bool]:
    """Hold a lock file, which is removed on exit; False if another program holds it."""
    ours = False
    try:
        with place.open("a+b") as lock:
            ours = locks.take(lock)
            yield ours
    finally:
        if ours:
            with contextlib.suppress(OSError):
                place.unlink()


def sweep(folder: Path) -> None:
    """Remove the unfinished files and folders on which no program works any more."""
    with contextlib.suppress(OSError):
        for path in [*folder.glob(f"{PART}*"), *folder.glob(f"{RUN}*")]:
            lock = path if path.is_file() else _lock_of(path)
            if not _in_use(lock):
                _remove(path)


def _lock_of(path: Path) -> Path:
    run = _RUN.match(path.name)
    return path.with_name((run[0] if run else path.name) + LOCK)


def _in_use(lock: Path) -> bool:
    try:
        with lock.open("r+b") as file:
            return not locks.take(file)
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        path.unlink()
