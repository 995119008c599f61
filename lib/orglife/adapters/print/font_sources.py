"""Fetch missing fonts: download packages with pip, apt-get or npm, unpack and verify one file each, install nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from orglife.adapters.print import fonts
from orglife.core.errors import CannotWrite


class Fetched(NamedTuple):
    """The result of ``fetch`` for one role: its file, or None and the reason in Chinese."""

    role: str
    file: Path | None
    reason: str


class _Source(NamedTuple):
    """One file in one package of one registry, its SHA-256, and its name in the fonts folder."""

    client: str
    package: str
    member: str
    sha256: str
    name: str


_FANDOL = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/"
_TEX = "texlive-lang-chinese"
_PYLOPDF = "pylopdf-fonts-zh-cn==0.1.1"
SOURCES: dict[str, tuple[_Source, ...]] = {
    "仿宋": (
        _Source("apt", _TEX, _FANDOL + "FandolFang-Regular.otf",
                "d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9", "FandolFang-Regular.otf"),
    ),
    "楷体": (
        _Source("apt", _TEX, _FANDOL + "FandolKai-Regular.otf",
                "ea7e7fb4f9b3ac694a68d43946e04d21deed6e8c29a7c2d3081e1a4138f2f827", "FandolKai-Regular.otf"),
    ),
    "黑体": (
        _Source("pip", _PYLOPDF, "pylopdf_fonts_zh_cn/NotoSansSC-Regular.otf",
                "faa6c9df652116dde789d351359f3d7e5d2285a2b2a1f04a2d7244df706d5ea9", "NotoSansSC-Regular.otf"),
    ),
    "宋体": (
        _Source("pip", _PYLOPDF, "pylopdf_fonts_zh_cn/NotoSerifSC-Regular.otf",
                "e8f396decc1f0963a016a989c3d8852e863d1350996f573860a80767c83a1cd3", "NotoSerifSC-Regular.otf"),
    ),
    "小标宋": (
        _Source("apt", "fonts-noto-cjk", "usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
                "a5d4b046c127da3d7c72f98b46c41489cd29bf52abfdf18aba920903e920d4ac", "NotoSerifCJK-Bold.ttc"),
        _Source("npm", "@expo-google-fonts/noto-serif-sc@0.4.3", "package/700Bold/NotoSerifSC_700Bold.ttf",
                "9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6", "NotoSerifSC_700Bold.ttf"),
    ),
    "生僻字": (
        _Source("apt", "fonts-lxgw-wenkai", "usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Light.ttf",
                "e302f84a1967817f91fc4011de7c8c12489c41072a7f0605a1c7b1399352cb93", "LXGWWenKai-Light.ttf"),
        _Source("npm", "@fontsource/lxgw-wenkai@5.3.0", "package/files/lxgw-wenkai-latin-300-normal.woff",
                "b728fa87a959a674d7dbb230a706e6f493170732adafb08b1c16e23d4139dce6", "LXGWWenKai-Light.ttf"),
    ),
}  # fmt: skip


def fetch(dest: Path | None = None) -> list[Fetched]:
    """Fetch the fonts of all missing roles with the available clients. Needs no root and installs nothing.

    Args:
        dest: The fonts folder; created if it does not exist.

    Returns:
        One row per role in the order of ROLES; ``file`` is None, with the reason, when every source failed.

    Raises:
        CannotWrite: the folder cannot be written.
    """
    dest = fonts.fonts_folder() if dest is None else dest
    try:
        dest.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="orglife-fonts-", ignore_cleanup_errors=True) as scratch:
            downloads = _Downloads(Path(scratch))
            return [_fetch_role(role, dest, downloads) for role in fonts.ROLES]
    except OSError as error:
        raise CannotWrite(path=str(dest), what=error.strerror or str(error)) from error
    finally:
        fonts.clear_cache()


class _UnavailableError(Exception):
    """A source is not available; the text is a Chinese reason."""


def _fetch_role(role: str, dest: Path, downloads: _Downloads) -> Fetched:
    sources = SOURCES[role]
    have = _in_place(sources, dest)
    if have:
        return Fetched(role, have, "")
    reasons: list[str] = []
    for source in sources:
        try:
            content = downloads.read(source)
        except _UnavailableError as error:
            reasons.append(str(error))
            continue
        return Fetched(role, _put(dest / source.name, content), "")
    return Fetched(role, None, "；".join(dict.fromkeys(reasons)))


def _in_place(sources: Iterable[_Source], dest: Path) -> Path | None:
    """The file with the right digest that already exists in the folder or in the fonts package; None without one."""
    packaged = {path.name: path for path in fonts.package_files()}
    for source in sources:
        for file in (dest / source.name, packaged.get(source.name)):
            if file and file.is_file() and _sha256(file.read_bytes()) == source.sha256:
                return file
    return None


def _put(target: Path, content: bytes) -> Path:
    """Write a file atomically."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    return target


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class _Downloads:
    """Downloaded packages. Each is requested once; a client that is unavailable is not tried again."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._packages: dict[str, Path | _UnavailableError] = {}
        self._down: dict[str, _UnavailableError] = {}

    def read(self, source: _Source) -> bytes:
        """The font file of a source, verified.

        Raises:
            _UnavailableError: no client, no network, no such file, or a wrong digest.
        """
        try:
            content = _member(self._package(source), source.member)
        except (OSError, KeyError, subprocess.SubprocessError, tarfile.TarError, zipfile.BadZipFile) as error:
            msg = f"软件包{source.package}里没有找到这个字体"
            raise _UnavailableError(msg) from error
        content = _from_woff(content) if content[:4] == b"wOFF" else content
        if _sha256(content) != source.sha256:
            msg = f"软件包{source.package}里的字体与预期不符，没有采用"
            raise _UnavailableError(msg)
        return content

    def _package(self, source: _Source) -> Path:
        if source.client in self._down:
            raise self._down[source.client]
        if source.package not in self._packages:
            self._packages[source.package] = self._get(source)
        got = self._packages[source.package]
        if isinstance(got, _UnavailableError):
            raise got
        return got

    def _get(self, source: _Source) -> Path | _UnavailableError:
        client = _CLIENTS[source.client]
        here = Path(tempfile.mkdtemp(dir=self._scratch))
        try:
            return client(source.package, here)
        except _UnavailableError as error:
            self._down[source.client] = error
            return error
        except (OSError, StopIteration, subprocess.SubprocessError) as error:
            return _UnavailableError(f"{source.client}没有下载到{source.package}（{_reason(error)}）")


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return "超时"
    return str(error)[:120] or "没有连上，请检查网络"


def _pip(package: str, here: Path) -> Path:
    _call([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--retries=0", "--timeout=15",
           "--disable-pip-version-check", "-d", str(here), package], here)  # fmt: skip
    return next(here.glob("*.whl"))


def _apt(package: str, here: Path) -> Path:
    """Download a .deb with private package lists and cache: neither root nor an earlier apt-get update is needed."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        msg = "没有apt-get（只有Debian、Ubuntu等系统才有）"
        raise _UnavailableError(msg)
    _call(["apt-get", "-q", *_apt_options(here.parent), "download", package], here)
    return next(here.glob("*.deb"))


def _apt_options(base: Path) -> list[str]:
    lists = base / "apt-lists"
    options = [f"-oDir::State::Lists={lists}", f"-oDir::Cache={base / 'apt-cache'}", "-oAPT::Sandbox::User=",
               "-oAcquire::Languages=none", "-oAcquire::Retries=1", "-oAcquire::http::Timeout=15",
               "-oAcquire::https::Timeout=15"]  # fmt: skip
    if not lists.exists():
        (lists / "partial").mkdir(parents=True)
        (base / "apt-cache" / "archives" / "partial").mkdir(parents=True)
        try:  # without this error mode apt-get update exits 0 even if it reached no server
            _call(["apt-get", "-q", *options, "-oAcquire::Retries=0", "-oAPT::Update::Error-Mode=any", "update"], base)
        except (OSError, subprocess.SubprocessError) as error:
            msg = "apt-get连不上软件源，请检查网络"
            raise _UnavailableError(msg) from error
    return options


def _npm(package: str, here: Path) -> Path:
    npm = shutil.which("npm")
    if not npm:
        msg = "没有npm"
        raise _UnavailableError(msg)
    _call([npm, "pack", "--silent", "--ignore-scripts", "--fetch-retries=0", "--fetch-timeout=60000", package], here)
    return next(here.glob("*.tgz"))


_CLIENTS: dict[str, Callable[[str, Path], Path]] = {"pip": _pip, "apt": _apt, "npm": _npm}


def _call(command: list[str], cwd: Path) -> None:
    """Run a client quietly.

    Raises:
        OSError: it failed; the text is the last line of its output.
    """
    done = subprocess.run(  # noqa: S603 - fixed commands, no shell
        command, cwd=cwd, env={**os.environ, "LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, errors="replace", timeout=900, check=False,
    )  # fmt: skip
    if done.returncode:
        raise OSError(((done.stderr or done.stdout).strip().splitlines() or [""])[-1])


def _member(archive: Path, member: str) -> bytes:
    """The content of one file in a wheel, a .deb or an npm .tgz; nothing else is unpacked."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(member)
    if archive.suffix == ".deb":
        archive, member = _deb_tar(archive), "./" + member
    with tarfile.open(archive) as tarball:
        stream = tarball.extractfile(member)
        if stream is None:
            raise KeyError(member)
        return stream.read()


def _deb_tar(deb: Path) -> Path:
    tar = deb.with_suffix(".tar")
    if not tar.exists():
        with tar.open("wb") as out:
            subprocess.run(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=out, check=True)  # noqa: S603, S607
    return tar


def _from_woff(content: bytes) -> bytes:
    """Convert WOFF 1 to sfnt: inflate the tables, in the order of their offsets (W3C WOFF 1.0, section 5)."""
    flavor, count = struct.unpack(">4xI4xH", content[:14])
    entries = [struct.unpack(">4sIIII", content[44 + 20 * i : 64 + 20 * i]) for i in range(count)]
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(">IHHHH", flavor, count, power * 16, power.bit_length() - 1, count * 16 - power * 16)
    start, body, where = 12 + 16 * count, b"", {}
    for tag, offset, packed, size, _ in sorted(entries, key=lambda entry: entry[1]):
        part = content[offset : offset + packed]
        part = zlib.decompress(part) if packed < size else part
        where[tag] = start + len(body)
        body += part + b"\0" * (-size % 4)
    return head + b"".join(struct.pack(">4sIII", t, c, where[t], n) for t, _, _, n, c in sorted(entries)) + body
