"""Zip files with a manifest, read as untrusted input; ``zip_writer`` writes them.

``manifest.json`` is the last part and lists every other part with its size and SHA-256. An incoming zip is checked
before anything is unpacked; a part is returned only if it matches the manifest.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from orglife.adapters.disk import files
from orglife.adapters.disk.zip_writer import MANIFEST, MOMENT, Part, entry_info
from orglife.core.errors import BadPackage, NoSuchFile, OrglifeError, UnreadableFile
from orglife.core.record.exchange import has_half_characters

MAGIC = b"PK\x03\x04"
MOST_PARTS = 20_000
LARGEST_MANIFEST = 8_000_000
_FEW_BYTES = 8  # an altered part differs in so few from what this program compresses
_PIECE = 1 << 20
_NAME = re.compile(r"[^/\\:*?\"<>|\x00-\x1f]+(/[^/\\:*?\"<>|\x00-\x1f]+)*")
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    OverflowError,
)
"""Exceptions that zipfile raises for a damaged zip."""
_DAMAGED = "文件不完整或已损坏"
_NOT_ZIP = "不是完整的包，可能没有下载完"


# --- in --------------------------------------------------------------------------------------------------------------


def is_zip(path: Path) -> bool:
    """Whether a file has the extension .zip or begins with a zip's first bytes."""
    files.require_ordinary(path)
    if path.suffix.lower() == ".zip":
        return True
    with contextlib.suppress(OSError), path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC
    return False


class Zip:
    """An incoming zip with a manifest; made by ``open_zip``.

    Attributes:
        head: The manifest's entries before its list of files.
        parts: The listed parts by name.
        lost: Names that are listed but not in the zip.
        added: Names that are in the zip but not listed.
    """

    def __init__(self, name: str, pack: zipfile.ZipFile) -> None:
        self.name = name
        self._pack = pack
        self._infos = {info.filename: info for info in pack.infolist()}
        self.head: Mapping[str, Any] = {}
        self.parts: dict[str, Part] = {}
        self.lost: list[str] = []
        self.added: list[str] = []

    def read(self, name: str, *, most: int) -> bytes:
        """A part's bytes, compared with the manifest.

        Args:
            name: The part.
            most: Most bytes that it may have.

        Raises:
            BadPackage: the part is missing, too large, or differs from the manifest.
        """
        self.require(name)
        if self.parts[name].bytes > most:
            raise BadPackage(name=self.name, what=f"{name}太大（{self.parts[name].bytes // 1_000_000}MB）")
        return b"".join(self._checked(name))

    def unpack(self, name: str, target: Path) -> None:
        """Write a part to a file, atomically and only if it matches the manifest.

        Raises:
            BadPackage: the part is missing, or differs from the manifest.
            CannotWrite: the disk is full, or there is no write access.
        """
        self.require(name)
        with files.fresh(target) as out:
            for piece in self._checked(name):
                out.write(piece)

    def check(self, name: str) -> None:
        """Read a whole part and compare it with the manifest.

        Raises:
            BadPackage: the part differs from the manifest.
        """
        for _ in self._checked(name):
            pass

    def require(self, *names: str) -> None:
        """Reject a zip without these parts.

        Raises:
            BadPackage: a part is missing.
        """
        for name in names:
            if name not in self.parts:
                raise BadPackage(name=self.name, what=f"里面缺少{name}")

    def altered(self) -> str:
        """Describe the first difference of the zip container from what this program writes; "" when there is none.

        Dates, modes, comments and gaps do not affect the parts, but a different byte shows that the file was altered.
        """
        file = self._pack.fp
        if file is None:
            return _DAMAGED
        place, central = 0, b""
        for info in sorted(self._pack.infolist(), key=lambda info: info.header_offset):
            ours = entry_info(info.filename)
            ours.CRC, ours.compress_size, ours.file_size = info.CRC, info.compress_size, info.file_size
            header = ours.FileHeader(zip64=False)
            file.seek(place)
            if info.header_offset != place or file.read(len(header)) != header:
                return f"{info.filename}的登记被改动过"
            if self._recoded(info, file.read(info.compress_size)):
                return f"{info.filename}被改动过"
            central += _entry(ours, place)
            place += len(header) + info.compress_size
        count = len(self._pack.infolist())
        end = central + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(central), place, 0)
        file.seek(place)
        return "" if file.read() == end else "文件目录被改动过"

    def _recoded(self, info: zipfile.ZipInfo, packed: bytes) -> bool:
        """Whether bits of a compressed part were changed in a way that unpacks to the same content.

        Deflate can state one content in several ways. Another zlib compresses to another length, or differs everywhere;
        the same length with a few other bytes is an alteration.
        """
        if info.compress_type != zipfile.ZIP_DEFLATED:
            return False
        packer = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
        again = b"".join([*(packer.compress(piece) for piece in self._raw(info.filename)), packer.flush()])
        if again == packed or len(again) != len(packed):
            return False
        return sum(a != b for a, b in zip(again, packed, strict=True)) <= _FEW_BYTES

    def _checked(self, name: str) -> Iterator[bytes]:
        part, digest = self.parts[name], hashlib.sha256()
        for piece in self._raw(name):
            digest.update(piece)
            yield piece
        if digest.hexdigest() != part.sha256:
            raise BadPackage(name=self.name, what=f"{name}被改动过或已损坏")

    def _raw(self, name: str) -> Iterator[bytes]:
        with _reading(self.name), self._pack.open(self._infos[name]) as file:
            left = self._infos[name].file_size
            while piece := file.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise BadPackage(name=self.name, what=f"{name}{_TOO_LONG}")
                yield piece

    def measure(self, shape: str, largest: int) -> None:
        """Reject a zip that is not safe to unpack, and read its manifest.

        Args:
            shape: The format that the manifest must state.
            largest: Most bytes of all parts together, unpacked.

        Raises:
            BadPackage: the zip is not safe, or its manifest is missing or invalid.
        """
        what = self._odd(largest)
        if what:
            raise BadPackage(name=self.name, what=what)
        if MANIFEST not in self._infos:
            raise BadPackage(name=self.name, what=f"里面缺少{MANIFEST}，不是组织生活会工作簿的文件")
        if self._infos[MANIFEST].file_size > LARGEST_MANIFEST:
            raise BadPackage(name=self.name, what=f"{MANIFEST}太大")
        self.head, self.parts = _manifest(self.name, b"".join(self._raw(MANIFEST)), shape)
        present = self._infos.keys() - {MANIFEST}
        self.lost, self.added = sorted(self.parts.keys() - present), sorted(present - self.parts.keys())

    def require_listed(self) -> None:
        """Reject a zip whose names and sizes differ from its manifest.

        Raises:
            BadPackage: a part is missing, not listed, or of another size.
        """
        for name in self.lost:
            raise BadPackage(name=self.name, what=f"里面缺少{name}")
        for name in self.added:
            raise BadPackage(name=self.name, what=f"里面多出一个没有登记的文件“{name[:60]}”")
        for name, part in self.parts.items():
            if self._infos[name].file_size != part.bytes:
                raise BadPackage(name=self.name, what=f"{name}被改动过（大小不对）")

    def differences(self) -> Iterator[tuple[str, str, str]]:
        """All differences from the manifest, with digests compared: (file, kind, Chinese text).

        ``kind`` is missing, changed, extra or renamed.
        """
        added = {name: self._digest(name) for name in self.added}
        for name in self.lost:
            now = next((other for other, digest in added.items() if digest == self.parts[name].sha256), "")
            if now:
                del added[now]
                yield name, "renamed", f"被改名为{now[:60]}"
            else:
                yield name, "missing", f"{MANIFEST}里有，包里没有"
        for name in added:
            yield name[:60], "extra", "没有登记，是多出来的文件"
        for name in sorted(self.parts.keys() & self._infos.keys()):
            if self._digest(name) != self.parts[name].sha256:
                yield name, "changed", "被改动过或已损坏"

    def _digest(self, name: str) -> str:
        """A part's actual SHA-256; "" when it cannot be read."""
        total = hashlib.sha256()
        try:
            for piece in self._raw(name):
                total.update(piece)
        except BadPackage:
            return ""
        return total.hexdigest()

    def _odd(self, largest: int) -> str:
        infos = self._pack.infolist()
        if len(infos) > MOST_PARTS:
            return f"里面的文件太多（{len(infos)}个）"
        if len({_folded(info.filename) for info in infos}) < len(infos):
            return "里面有重名的文件"
        for info in infos:
            if info.flag_bits & 0x1:
                return "设了打开密码"
            if _leads_out(info.filename):
                return f"里面的文件名“{info.filename[:60]}”不安全"
            kind = stat.S_IFMT(info.external_attr >> 16)
            if info.is_dir() or kind not in (0, stat.S_IFREG):
                return f"里面的“{info.filename[:60]}”不是普通文件（文件夹、链接等不收）"
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                return "用了不认得的压缩方法"
        total = sum(info.file_size for info in infos)
        return f"展开后太大（{total // 1_000_000}MB）" if total > largest else ""


_TOO_LONG = "比登记的长"
_VERSION = 20  # zip version needed to read; zip64 is never needed, because no part reaches 2 GB


def _entry(info: zipfile.ZipInfo, place: int) -> bytes:
    """A part's entry in the central directory (APPNOTE 4.3.12)."""
    name = info.filename.encode()
    ascii_only = len(name) == len(info.filename)
    day, moment = (MOMENT[0] - 1980) << 9 | MOMENT[1] << 5 | MOMENT[2], 0
    about = (_VERSION, info.create_system, _VERSION, 0, 0 if ascii_only else 0x800, info.compress_type, moment, day)
    sizes = (info.CRC, info.compress_size, info.file_size, len(name), 0, 0, 0, 0, info.external_attr, place)
    return struct.pack("<4s4B4H3L5H2L", b"PK\1\2", *about, *sizes) + name


def _folded(name: str) -> str:
    return name.casefold()  # on Windows, names that differ only in case are the same


def _leads_out(name: str) -> bool:
    return not _NAME.fullmatch(name) or any(part.strip(". ") != part for part in name.split("/"))


def _manifest(name: str, data: bytes, shape: str) -> tuple[dict[str, Any], dict[str, Part]]:
    try:
        raw = json.loads(data)
        listed = raw.pop("files")
        parts = [Part(**each) for each in listed]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadPackage(name=name, what=f"{MANIFEST}读不懂") from error
    if has_half_characters(raw) or any(has_half_characters([part.file]) for part in parts):
        raise BadPackage(name=name, what=f"{MANIFEST}读不懂")
    if raw.get("format") != shape:
        raise BadPackage(name=name, what=f"格式是“{str(raw.get('format'))[:40]}”，这里要的是 {shape}")
    for part in parts:
        if not (isinstance(part.file, str) and type(part.bytes) is int and isinstance(part.sha256, str)):
            raise BadPackage(name=name, what=f"{MANIFEST}读不懂")
    if len({part.file for part in parts}) < len(parts):
        raise BadPackage(name=name, what=f"{MANIFEST}里有重名的文件")
    return raw, {part.file: part for part in parts}


@contextlib.contextmanager
def open_zip(path: Path, *, shape: str, largest: int, whole: bool = True, name: str = "") -> Iterator[Zip]:
    """Open an incoming zip after its safety checks.

    Args:
        path: The file.
        shape: The format that its manifest must state.
        largest: Most bytes of all parts together, unpacked.
        whole: Reject it when its parts differ from the manifest by name or size.
        name: What it is called in messages; "" = its file's name.

    Raises:
        NoSuchFile, UnreadableFile: the file does not exist, or cannot be read.
        BadPackage: the file is not such a zip, damaged, or not safe to open.
    """
    files.require_ordinary(path)
    try:
        file: IO[bytes] = path.open("rb")
    except FileNotFoundError as error:
        raise NoSuchFile(path=str(path)) from error
    except OSError as error:
        raise UnreadableFile(path=str(path), what=files.why(error)) from error
    with file:
        with _reading(name or path.name):
            pack = zipfile.ZipFile(file)
        with pack:
            opened = Zip(name or path.name, pack)
            opened.measure(shape, largest)
            if whole:
                opened.require_listed()
            yield opened


@contextlib.contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except OrglifeError:
        raise
    except zipfile.BadZipFile as error:
        what = _NOT_ZIP if "not a zip" in str(error) else _DAMAGED
        raise BadPackage(name=name, what=what) from error
    except DAMAGE as error:
        raise BadPackage(name=name, what=_DAMAGED) from error
