"""Files kept beside records: known by what is in them, not by their name; copied under a name made from the content."""

from __future__ import annotations

import contextlib
import hashlib
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orglife.adapters.disk import files
from orglife.core.errors import NoSuchFile, NotAnAttachment, UnreadableFile
from orglife.core.record.characters import visible

LARGEST = 20 * 1024 * 1024
FOLDER = "attachments"
NAME_DIGITS = 20
"""Hexadecimal digits of the content's digest that make a file's name."""
_NAME, _SUFFIX = 40, 10  # of a name and of its ending, as a sentence shows them
_PDF_TAIL = 2048  # scanners leave a little after the last %%EOF


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that may be attached: its name, its endings, how it begins, and whether it is all there."""

    name: str
    suffixes: tuple[str, ...]
    begins: tuple[bytes, ...]
    whole: Callable[[bytes], bool]


KINDS = (
    FileKind("PDF", (".pdf",), (b"%PDF-",), lambda data: b"%%EOF" in data[-_PDF_TAIL:]),
    FileKind(
        "JPEG", (".jpg", ".jpeg"), (b"\xff\xd8\xff",), lambda data: b"\xff\xd9" in data
    ),  # phones write on after it
    FileKind("PNG", (".png",), (b"\x89PNG\r\n\x1a\n",), lambda data: b"IEND" in data[-64:]),
    FileKind("TIFF", (".tif", ".tiff"), (b"II*\0", b"MM\0*"), lambda data: len(data) > 8),  # noqa: PLR2004  more than its head
)
ENDINGS = "、".join(suffix for kind in KINDS for suffix in kind.suffixes)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that was looked at and may be kept."""

    data: bytes
    suffix: str
    sha256: str
    pages: int | None

    def place(self, branch: str) -> str:
        """Where it is kept, from the workspace's folder."""
        return f"{FOLDER}/{branch}/{self.sha256[:NAME_DIGITS]}{self.suffix}"


def look_at(path: Path) -> Attached:
    """Read a file and make sure that it is what its name says.

    Raises:
        NoSuchFile, UnreadableFile: it is not there, or cannot be read.
        NotAnAttachment: too large, empty, of another kind, or cut off.
    """
    return recognise(_read(path), path.name)


def recognise(data: bytes, name: str) -> Attached:
    """Make sure that a file's bytes are what its name says.

    Args:
        data: The bytes.
        name: As the file is called where it comes from; a browser sends what it likes, so it is only read and shown.

    Raises:
        NotAnAttachment: too large, empty, of another kind, or cut off.
    """
    _must_fit(name, len(data))
    shown = called(name)
    found = next((kind for kind in KINDS if data.startswith(kind.begins)), None)
    if found is None:
        raise NotAnAttachment(path=shown, what="内容不是可以附上的文件" if data else "是空文件")
    suffix = Path(name).suffix.lower()
    if suffix not in found.suffixes:
        said = f"文件名写的是{_short(suffix, _SUFFIX)}" if suffix else "文件名没有扩展名"
        raise NotAnAttachment(path=shown, what=f"内容是{found.name}，{said}")
    if not found.whole(data):
        raise NotAnAttachment(path=shown, what="内容不完整")
    pages = 1 if found.name in ("JPEG", "PNG") else None
    return Attached(data, found.suffixes[0], hashlib.sha256(data).hexdigest(), pages)


def called(name: str) -> str:
    """A file's name as a sentence may show it: without folders, on one line, not too long, nothing unseen in it."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    return _short(bare, _NAME) or "没有名字的文件"


def _short(text: str, most: int) -> str:
    line = " ".join(visible(text).split())
    return line if len(line) <= most else f"{line[: most - 6]}…{line[-5:]}"


def _must_fit(name: str, size: int) -> None:
    if size > LARGEST:
        raise NotAnAttachment(path=called(name), what=f"有{-(-size // (1024 * 1024))}MB")


def _read(path: Path) -> bytes:
    try:
        state = path.stat()
    except FileNotFoundError as error:
        raise NoSuchFile(path=str(path)) from error
    except OSError as error:
        raise UnreadableFile(path=str(path), what=files.why(error)) from error
    if not stat.S_ISREG(state.st_mode):
        raise NotAnAttachment(path=path.name, what="不是文件")
    _must_fit(path.name, state.st_size)
    return files.read(path)


def keep(root: Path, place: str, found: Attached) -> bool:
    """Put a file in its place in the workspace; whether it is new there.

    Raises:
        CannotWrite: nothing of it is left.
    """
    target = root / place
    with contextlib.suppress(OSError):
        if target.read_bytes() == found.data:
            return False
    files.make_private(target.parent)
    files.write(target, found.data)
    return True
