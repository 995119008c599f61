"""Atomic file writes: a file is complete, synced and renamed into place, or not written at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import IO

from orglife.adapters.disk import locks
from orglife.core.errors import CannotWrite, NoSuchFile, UnreadableFile

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_LONGEST_NAME = 40  # characters: three bytes each, of the 255 that a name may have

_WHY: Mapping[int | None, str] = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已满",
    errno.EFBIG: "文件太大",
    errno.EROFS: "位置只读",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "这是一个文件夹",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EIO: "磁盘读写出错",
    errno.EEXIST: "有一个同名的文件占着文件夹的位置",
}
_PART = ".part-"
_SECONDS = 60
_LOOKED_AT: set[Path] = set()
"""Folders in which this process has looked for what killed programs left."""
_PLACES = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EEXIST, errno.EIO)


_WHY_WINDOWS = {  # Windows allows no write to, or replacement of, a file that Word has open
    5: "没有权限，或者这个文件正在Word、WPS等程序里打开着",
    32: "这个文件正在另一个程序（如Word、WPS）里打开着，请关闭后再试",
    33: "这个文件正被另一个程序锁着，请关闭那个程序后再试",
}


def why(error: OSError) -> str:
    """The reason for an OSError, in Chinese."""
    if (number := getattr(error, "winerror", None)) in _WHY_WINDOWS:
        return _WHY_WINDOWS[number]
    return _WHY.get(error.errno, "系统拒绝了这次操作")


def concerns_folder(error: CannotWrite) -> bool:
    """Whether writing any other file to the same folder would fail too: a full disk, a folder without write access."""
    cause = error.__cause__
    if not isinstance(cause, OSError):
        return False
    folder = Path(error.fields["path"]).parent
    return cause.errno in _PLACES or (cause.errno in (errno.EACCES, errno.EPERM) and not os.access(folder, os.W_OK))


def real(path: Path) -> Path:
    """The path without links; a link that leads to itself stays, and reading it reports the error."""
    return Path(os.path.realpath(path))


def sha256_of(path: Path) -> str:
    """A file's SHA-256, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require_ordinary(path: Path) -> None:
    """Refuse a device or a pipe, which might never end. A missing or unreadable file is reported when it is read.

    Raises:
        UnreadableFile: it is one.
    """
    with contextlib.suppress(OSError):
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise UnreadableFile(path=str(path), what="这是设备或管道，不是普通文件")


def read(path: Path) -> bytes:
    """A file's bytes.

    Raises:
        NoSuchFile, UnreadableFile: the file does not exist, cannot be read, or is a device or a pipe.
    """
    require_ordinary(path)
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NoSuchFile(path=str(path)) from error
    except OSError as error:
        raise UnreadableFile(path=str(path), what=why(error)) from error


def read_text(path: Path) -> str:
    """A UTF-8 file's text.

    Raises:
        NoSuchFile, UnreadableFile: the file does not exist, cannot be read, or is not UTF-8.
    """
    try:
        return read(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(path=str(path), what="不是UTF-8编码的文本") from error


def write(path: Path, data: bytes, *, part: Path | None = None) -> None:
    """Write a file through a temporary one: write, sync, rename into place.

    Args:
        path: The file.
        data: Its bytes.
        part: Folder for the temporary file, on the same disk; None = the file's own folder.

    Raises:
        CannotWrite: the temporary file is removed and an existing file is unchanged.
    """
    with fresh(path, part=part) as out:
        out.write(data)


@contextlib.contextmanager
def fresh(path: Path, *, part: Path | None = None) -> Iterator[IO[bytes]]:
    """A seekable temporary file to write to; renamed into place when the block ends, as in ``write``.

    Raises:
        CannotWrite: the temporary file is removed and an existing file is unchanged.
    """
    with refusals(path):
        folder = part or path.parent
        make_folders(folder)
        make_folders(path.parent)
        _remove_left(folder)
        handle, name = tempfile.mkstemp(prefix=_PART, dir=folder)  # mode 0600: only its owner may read it
        try:
            with os.fdopen(handle, "w+b") as out:
                if os.name != "nt":  # Windows deletes no open file in any case
                    locks.take(out)  # a file that is not locked was left by a killed program
                yield out
                out.flush()
                os.fsync(out.fileno())
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
        sync_folder(path.parent)


def _remove_left(folder: Path) -> None:
    """Remove what killed programs left of their temporary files in a folder: they may hold personal data."""
    if folder in _LOOKED_AT:
        return
    _LOOKED_AT.add(folder)
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            if not entry.name.startswith(_PART) or not entry.is_file(follow_symlinks=False):
                continue
            if time.time() - entry.stat().st_mtime < _SECONDS:  # it may not be locked yet
                continue
            with open(entry.path, "r+b") as file:  # noqa: PTH123  a path of scandir
                left = locks.take(file)
            if left:
                os.unlink(entry.path)  # noqa: PTH108  likewise


def file_name(text: str) -> str:
    """A text as a file name on every system."""
    return _FORBIDDEN.sub("", text).strip(" .")[:_LONGEST_NAME] or "支部"


def free_path(folder: Path, stem: str, suffix: str = "") -> Path:
    """The first path in a folder that nothing has: ``stem`` with ``suffix``, ``stem（2）`` …."""
    number = 1
    while os.path.lexists(path := folder / (f"{stem}{suffix}" if number == 1 else f"{stem}（{number}）{suffix}")):
        number += 1
    return path


def clear(partial: Path) -> None:
    """Remove the folder of unfinished files if it is empty."""
    with contextlib.suppress(OSError):
        partial.rmdir()


def sync_folder(folder: Path) -> None:
    """Sync a folder so that a rename survives a power loss (where the system can)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:  # some network file systems cannot sync a folder
        pass
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it, also where it may only be read.

    Raises:
        CannotWrite: something of it is still there.
    """
    with refusals(path):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
            for folder, names, _ in os.walk(path):
                for each in (Path(folder, name) for name in names):
                    if not each.is_symlink():
                        each.chmod(0o700)
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def refusals(path: Path) -> Iterator[None]:
    """Turn an OSError into CannotWrite with the path and the reason."""
    try:
        yield
    except OSError as error:
        raise CannotWrite(path=str(path), what=why(error)) from error


def make_private(folder: Path) -> None:
    """Create a folder that only its owner can open, and every missing folder above it the same way.

    Raises:
        CannotWrite: no space, no permission, or a file has the name.
    """
    with refusals(folder):
        make_folders(folder)


def make_folders(folder: Path) -> None:
    """As ``make_private``, but raise OSError."""
    above = list(takewhile(lambda one: not one.exists(), (folder, *folder.parents)))
    for missing in reversed(above):  # ``parents=True`` would leave their mode to the umask
        with contextlib.suppress(FileExistsError):  # another process was faster
            missing.mkdir(mode=0o700)
    if not folder.is_dir():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))
