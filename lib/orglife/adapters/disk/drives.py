"""The removable drives that are plugged in, and copies onto one: complete and compared, or not there at all."""

from __future__ import annotations

import ctypes
import os
import shutil
import string
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from orglife.adapters.disk import files, leftovers
from orglife.core.errors import CannotWrite, NotCarried

MOUNTS = Path("/proc/self/mounts")
MEDIA = (Path("/media"), Path("/run/media"), Path("/mnt"), Path("/Volumes"))
"""Folders below which Linux and macOS show what is plugged in."""
_REMOVABLE = 2  # what GetDriveTypeW answers for a stick
_BLOCK = 1024 * 1024
_KNOWN = {"040": " ", "011": "\t", "012": "\n", "134": "\\"}  # how the list of mounts writes these characters


@dataclass(frozen=True)
class Drive:
    """A drive that is plugged in: where it is, what it is called, and how much is free, in bytes."""

    path: Path
    name: str
    free: int

    @property
    def label(self) -> str:
        """Its name with the space left, for a list."""
        return f"{self.name}（还可以放{size_words(self.free)}）"


def size_words(count: int) -> str:
    """A number of bytes in words."""
    for unit, name in ((1024**3, "GB"), (1024**2, "MB")):
        if count >= unit:
            return f"{count / unit:.1f}{name}"
    return f"{max(count // 1024, 0)}KB"


def drives() -> list[Drive]:
    """The removable drives that can be written to, by name."""
    writable = []
    for path, name in _plugged_in():
        try:
            free = shutil.disk_usage(path).free
        except OSError:  # pulled out, or an empty card reader
            continue
        if os.access(path, os.W_OK):
            writable.append(Drive(path, name, free))
    return sorted(writable, key=lambda drive: drive.name)


def _plugged_in() -> Iterator[tuple[Path, str]]:
    if sys.platform == "win32":  # pragma: no cover
        yield from _windows_drives(ctypes.windll.kernel32)
    elif MOUNTS.is_file():
        yield from ((place, place.name) for place in _mounted(MOUNTS.read_text(encoding="utf-8", errors="replace")))
    else:
        volumes = Path("/Volumes")
        yield from (
            (place, place.name) for place in (volumes.iterdir() if volumes.is_dir() else ()) if place.is_mount()
        )


def _windows_drives(kernel: object) -> Iterator[tuple[Path, str]]:
    """Removable drives by their letters.

    Args:
        kernel: kernel32.
    """
    letters = kernel.GetLogicalDrives()  # type: ignore[attr-defined]
    for number, letter in enumerate(string.ascii_uppercase):
        if letters >> number & 1 and kernel.GetDriveTypeW(f"{letter}:\\") == _REMOVABLE:  # type: ignore[attr-defined]
            yield Path(f"{letter}:\\"), f"U盘 {letter}:"


def _mounted(listed: str) -> Iterator[Path]:
    """The mounts below ``MEDIA`` in the system's list."""
    for line in listed.splitlines():
        parts = line.split(" ")
        if len(parts) > 1:
            place = Path(_plain(parts[1]))
            if any(place.is_relative_to(media) for media in MEDIA) and place not in MEDIA:
                yield place


def _plain(text: str) -> str:
    for code, character in _KNOWN.items():
        text = text.replace(f"\\{code}", character)
    return text


def carry(source: Path, folder: Path, name: str, report: Callable[[int, int, str], None] = lambda *_: None) -> Path:
    """Copy a file or a folder into a folder, read it back, then give it its name; an existing one is never changed.

    Args:
        source: A file, or a folder with everything in it.
        folder: Where it goes; created if missing.
        name: Its name there; ``name（2）`` … if that is taken.
        report: Called after each file.

    Returns:
        The copy.

    Raises:
        NotCarried: it could not be written, or reads back otherwise; no partial copy remains.
    """
    parts = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
    try:
        with leftovers.unfinished_folder(folder) as room:
            copy = room / "copy"
            for number, part in enumerate(parts):
                report(number, len(parts), f"正在写“{part.name}”")
                target = copy / part.relative_to(source) if source.is_dir() else copy
                files.make_folders(target.parent)
                _copied(part, target)
            report(len(parts), len(parts), "正在核对")
            target = _named(copy, folder, name)
            files.sync_folder(folder)
    except CannotWrite as error:
        raise NotCarried(path=str(folder), what=error.fields["what"]) from error
    return target


def _copied(part: Path, target: Path) -> None:
    with part.open("rb") as source, target.open("wb") as out:
        shutil.copyfileobj(source, out, _BLOCK)
        out.flush()
        os.fsync(out.fileno())
    if files.sha256_of(target) != files.sha256_of(part):
        raise OSError


def _named(copy: Path, folder: Path, name: str) -> Path:
    """Give a complete copy its name, or the next free one."""
    stem, suffix = (name, "") if copy.is_dir() else (Path(name).stem, Path(name).suffix)
    target = files.free_path(folder, stem, suffix)
    copy.rename(target)
    return target
