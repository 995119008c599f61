"""Zip files, written: the same content gives the same bytes. A zip with a manifest lists its parts in ``manifest.json``."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from orglife.adapters.disk import files
from orglife.core.errors import NoSuchFile, UnreadableFile

MANIFEST = "manifest.json"
MOMENT = (1980, 1, 1, 0, 0, 0)  # fixed time of every entry, so that the bytes are reproducible
DOS, UNIX = 0, 3
_PIECE = 1 << 20
_STORED_AS_IS = (".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff")


@dataclass(frozen=True)
class Part:
    """A part of a zip as its manifest lists it."""

    file: str
    bytes: int
    sha256: str


def write_zip(
    path: Path,
    head: Mapping[str, Any],
    parts: Iterable[tuple[str, bytes | Path]],
    on_part: Callable[[int], None] = lambda _: None,
) -> None:
    """Write a zip with its manifest, atomically; the same head and parts give the same bytes.

    Args:
        path: The file.
        head: The manifest's entries before its list of files.
        parts: Name and content (or the path of the content) of each part.
        on_part: Called before each part is written, with the number of those before it.

    Raises:
        CannotWrite: the disk is full, or there is no write access.
        NoSuchFile, UnreadableFile: a part cannot be read.
    """
    listed: list[Part] = []
    with files.fresh(path) as out, zipfile.ZipFile(out, "w") as pack:
        for number, (name, content) in enumerate(sorted(parts, key=lambda part: part[0])):
            on_part(number)
            listed.append(_add(pack, name, content))
        text = {**head, "files": [{"file": p.file, "bytes": p.bytes, "sha256": p.sha256} for p in listed]}
        _add(pack, MANIFEST, (json.dumps(text, ensure_ascii=False, indent=2) + "\n").encode())


def entry_info(name: str) -> zipfile.ZipInfo:
    """The directory entry of a part in a zip with a manifest."""
    stored = name.lower().endswith(_STORED_AS_IS)
    return _entered(name, stored=stored, system=UNIX, mode=stat.S_IFREG | 0o600)


def _entered(name: str, *, stored: bool, system: int, mode: int = 0o600) -> zipfile.ZipInfo:
    """A part's directory entry: with a fixed time, the same on every system."""
    info = zipfile.ZipInfo(name, MOMENT)
    info.create_system, info.external_attr = system, mode << 16
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    return info


def zipped(parts: Iterable[tuple[str, bytes]], *, stored: bool = False, system: int = UNIX) -> bytes:
    """A zip without a manifest; the same parts give the same bytes on every system.

    Args:
        parts: Name and content of each part, in the order to write them.
        stored: Do not compress, because the parts are already compressed.
        system: The system stated in the entries, ``UNIX`` or ``DOS``.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        for name, content in parts:
            pack.writestr(_entered(name, stored=stored, system=system), content)
    return out.getvalue()


def rezipped(written: IO[bytes], *, system: int = UNIX, instead: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """Rewrite a zip that a library wrote with the current time, as ``zipped`` would write it.

    Args:
        written: The zip.
        system: See ``zipped``.
        instead: Parts of the zip → the content to write in place of theirs.
    """
    with zipfile.ZipFile(written) as original:
        parts = ((name, instead[name] if name in instead else original.read(name)) for name in original.namelist())
        return zipped(parts, system=system)


def _add(pack: zipfile.ZipFile, name: str, content: bytes | Path) -> Part:
    info = entry_info(name)
    digest, size = hashlib.sha256(), 0
    with pack.open(info, "w") as out:
        for piece in _pieces(content):
            out.write(piece)
            digest.update(piece)
            size += len(piece)
    return Part(name, size, digest.hexdigest())


def _pieces(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    try:
        with content.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    except FileNotFoundError as error:
        raise NoSuchFile(path=str(content)) from error
    except OSError as error:
        raise UnreadableFile(path=str(content), what=files.why(error)) from error
