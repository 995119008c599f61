"""Files attached to records: recognised by content, not by name; stored under a name made from the content's digest."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orglife.adapters.bag import verifier
from orglife.adapters.disk import files
from orglife.adapters.disk.record_files import ATTACHMENTS, RecordFiles
from orglife.core.errors import NoSuchFile, NotAnAttachment, UnreadableFile
from orglife.core.record.characters import visible

LARGEST = 20 * 1024 * 1024
NAME_DIGITS = 20
"""Hexadecimal digits of the content's digest used as the file's name."""
_NAME, _SUFFIX = 40, 10  # most characters of a file name and of its extension in a message
_PDF_TAIL = 2048  # scanners write a few bytes after the last %%EOF


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that may be attached: its name, extensions, first bytes, and a check that it is complete."""

    name: str
    suffixes: tuple[str, ...]
    begins: tuple[bytes, ...]
    whole: Callable[[bytes], bool]


KINDS = (
    FileKind("PDF", (".pdf",), (b"%PDF-",), lambda data: b"%%EOF" in data[-_PDF_TAIL:]),
    FileKind(
        "JPEG", (".jpg", ".jpeg"), (b"\xff\xd8\xff",), lambda data: b"\xff\xd9" in data
    ),  # phones append data after the end marker
    FileKind("PNG", (".png",), (b"\x89PNG\r\n\x1a\n",), lambda data: b"IEND" in data[-64:]),
    FileKind("TIFF", (".tif", ".tiff"), (b"II*\0", b"MM\0*"), lambda data: len(data) > 8),  # noqa: PLR2004  longer than the header
)
ENDINGS = "、".join(suffix for kind in KINDS for suffix in kind.suffixes)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that was checked and may be stored."""

    data: bytes
    suffix: str
    sha256: str
    pages: int | None

    def place(self, branch: str) -> str:
        """Its path relative to the workspace's folder."""
        return f"{ATTACHMENTS}/{branch}/{self.sha256[:NAME_DIGITS]}{self.suffix}"


def read_file(path: Path) -> Attached:
    """Read a file and check that its content matches its extension.

    Raises:
        NoSuchFile, UnreadableFile: the file does not exist, or cannot be read.
        NotAnAttachment: too large, empty, of another kind, or truncated.
    """
    return recognise(_read(path), path.name)


def recognise(data: bytes, name: str) -> Attached:
    """Check that a file's content matches its extension.

    Args:
        data: The bytes.
        name: The file's original name; it comes from a browser and is not trusted: only the extension is compared, and
            messages show it.

    Raises:
        NotAnAttachment: too large, empty, of another kind, or truncated.
    """
    _must_fit(name, len(data))
    shown = display_name(name)
    kind = next((kind for kind in KINDS if data.startswith(kind.begins)), None)
    if kind is None:
        raise NotAnAttachment(path=shown, what="内容不是可以附上的文件" if data else "是空文件")
    suffix = Path(name).suffix.lower()
    if suffix not in kind.suffixes:
        mismatch = f"文件名写的是{_short(suffix, _SUFFIX)}" if suffix else "文件名没有扩展名"
        raise NotAnAttachment(path=shown, what=f"内容是{kind.name}，{mismatch}")
    if not kind.whole(data):
        raise NotAnAttachment(path=shown, what="内容不完整")
    dangers = verifier.pdf_dangers(data) if kind.name == "PDF" else []
    if dangers:
        raise NotAnAttachment(path=shown, what=f"里面有{'、'.join(dangers)}，以后可能打不开或不安全，请打印后重新扫描")
    pages = 1 if kind.name in ("JPEG", "PNG") else None
    return Attached(data, kind.suffixes[0], hashlib.sha256(data).hexdigest(), pages)


def display_name(name: str) -> str:
    """A file's name for a message: without folders, on one line, shortened, without invisible characters."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    return _short(bare, _NAME) or "没有名字的文件"


def _short(text: str, most: int) -> str:
    line = " ".join(visible(text).split())
    return line if len(line) <= most else f"{line[: most - 6]}…{line[-5:]}"


def _must_fit(name: str, size: int) -> None:
    if size > LARGEST:
        raise NotAnAttachment(path=display_name(name), what=f"有{-(-size // (1024 * 1024))}MB")


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


def store_file(record_files: RecordFiles, branch: str, attached: Attached) -> bool:
    """Store a file in a branch's folder; return False if it was there already.

    Raises:
        CannotWrite, NotSaved, NotOwnBranch: nothing was written.
    """
    place = attached.place(branch)
    if record_files.digest(place) == attached.sha256:
        return False
    record_files.write(place, attached.data)
    return True
