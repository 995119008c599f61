"""Fonts of the papers: which font file serves which role.

A role is a typeface that official papers require. Working copies prefer the user's own 仿宋, 楷体, 黑体, 宋体, 小标宋, from
the fonts folder or installed in the system, and fall back to the provided set. Papers to be archived use the provided
set only, so that they look the same on every computer. A missing role is served by the font of another role.
"""

from __future__ import annotations

import functools
import hashlib
import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from orglife.core.errors import FontsMissing

ROLES = ("仿宋", "楷体", "黑体", "宋体", "小标宋", "生僻字")
EXTRA = "补充"
"""Role of any other font in the fonts folder: tried last, for characters that no other font has."""

STAND_INS = {
    "仿宋": ("生僻字", "宋体", "黑体"),
    "楷体": ("生僻字", "宋体", "黑体"),
    "黑体": ("宋体",),
    "宋体": ("黑体",),
    "小标宋": ("宋体", "黑体"),
    "生僻字": ("宋体", "黑体"),
}

# Role -> English family names, preferred first: the user's own fonts come before the provided ones.
_FAMILIES: dict[str, tuple[str, ...]] = {
    "仿宋": ("FangSong_GB2312", "FangSong", "STFangsong", "FZFangSong-Z02S", "FZFangSong-Z02", "FandolFang R"),
    "楷体": ("KaiTi_GB2312", "KaiTi", "STKaiti", "FZKai-Z03S", "FZKai-Z03", "FandolKai"),
    "黑体": ("SimHei", "STHeiti", "FZHei-B01S", "FZHei-B01", "Noto Sans SC"),
    "宋体": ("SimSun", "STSong", "FZShuSong-Z01S", "FZShuSong-Z01", "Noto Serif SC"),
    "小标宋": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong", "Noto Serif CJK SC", "Noto Serif SC Bold"),
    "生僻字": ("LXGW WenKai Light", "LXGW WenKai"),
}
_PROVIDED = frozenset(
    (
        *("FandolFang R", "FandolKai", "Noto Sans SC", "Noto Serif SC"),
        *("Noto Serif CJK SC", "Noto Serif SC Bold", "LXGW WenKai Light", "LXGW WenKai"),
    )
)
"""Families of the provided set, which is installed with the program or fetched; all have open licences."""
# File names of the system's fonts (compared without case); the system's font folders hold hundreds of other files.
_SYSTEM_FILES = {
    "仿宋": (
        "simfang.ttf",
        "fangsong_gb2312.ttf",
        "仿宋_gb2312.ttf",
        "stfangso.ttf",
        "stfangsong.ttf",
        "fandolfang-regular.otf",
    ),
    "楷体": ("simkai.ttf", "kaiti_gb2312.ttf", "楷体_gb2312.ttf", "stkaiti.ttf", "kaiti.ttc", "fandolkai-regular.otf"),
    "黑体": ("simhei.ttf", "stheiti.ttf"),
    "宋体": ("simsun.ttc", "simsun.ttf", "stsong.ttf", "songti.ttc"),
    "小标宋": ("fzxbsjw.ttf", "fzxbsk.ttf", "方正小标宋简体.ttf", "stzhongs.ttf", "notoserifcjk-bold.ttc"),
    "生僻字": ("lxgwwenkai-light.ttf",),
}


class Face(NamedTuple):
    """One face of a font file: the role it serves, the file, its index in the file, its English family name."""

    role: str
    file: Path
    number: int
    family: str


class Serving(NamedTuple):
    """Which file serves a role; ``note`` names the substitute role in Chinese, "" without one."""

    role: str
    file: Path
    note: str


# Locations


def fonts_folder() -> Path:
    """The fonts folder: ORGLIFE_FONTS of the environment, else share/orglife/fonts of this Python."""
    named = os.environ.get("ORGLIFE_FONTS")
    return Path(named) if named else Path(sys.prefix) / "share" / "orglife" / "fonts"


def faces_in_use(*, lasting: bool = False) -> tuple[Face, ...]:
    """The faces in use, in the order of ROLES, extra ones last; missing roles are left out.

    Args:
        lasting: For papers to be archived: use the provided set only.

    Raises:
        FontsMissing: there is neither 黑体 nor 宋体.
    """
    named = bool(os.environ.get("ORGLIFE_FONTS"))
    chosen = _faces(fonts_folder(), package_files(), system=not named and not lasting, lasting=lasting)
    if not {"黑体", "宋体"} & {face.role for face in chosen}:
        raise FontsMissing(roles="黑体、宋体")
    return chosen


def clear_cache() -> None:
    """Drop cached results, after font files were added or removed."""
    _faces.cache_clear()
    _digest.cache_clear()


def serving_table() -> list[Serving]:
    """Which file serves which role, all of ROLES in order.

    Raises:
        FontsMissing: there is neither 黑体 nor 宋体.
    """
    by_role = {face.role: face.file for face in faces_in_use()}
    return [_serving(role, by_role) for role in ROLES]


def digest() -> str:
    """A short digest of the fonts in use (16 hexadecimal digits): other fonts give other papers."""
    used = [face.file for lasting in (False, True) for face in faces_in_use(lasting=lasting)]
    return _digest(tuple(dict.fromkeys(used)))


def _serving(role: str, by_role: dict[str, Path]) -> Serving:
    if role in by_role:
        return Serving(role, by_role[role], "")
    other = next(name for name in STAND_INS[role] if name in by_role)
    return Serving(role, by_role[other], f"缺少，用{other}代替")


@functools.cache
def _faces(own: Path, package: tuple[Path, ...], *, system: bool, lasting: bool) -> tuple[Face, ...]:
    """The faces chosen from the folder, the package and, with ``system``, the system's fonts."""
    here = [face for file in (*_font_files(own), *package) for face in _read_faces(file)]
    known = frozenset(family for families in _FAMILIES.values() for family in families)
    serving = [face for face in here if not lasting or face.family in _PROVIDED]
    among = [*serving, *(_system_faces() if system else ())]
    chosen = {role: best for role in ROLES if (best := _preferred(role, among))}
    used = {face.file for face in chosen.values()} | set(package)
    spare: dict[Path, Face] = {}
    for face in here:
        if face.file not in used and face.family not in known:
            spare.setdefault(face.file, face._replace(role=EXTRA))
    return (*(chosen[role] for role in ROLES if role in chosen), *spare.values())


def _preferred(role: str, among: list[Face]) -> Face | None:
    """The face of the first family of a role that is present."""
    for family in _FAMILIES[role]:
        for face in among:
            if face.family == family:
                return face._replace(role=role)
    return None


def _font_files(where: Path) -> list[Path]:
    if not where.is_dir():
        return []
    return sorted(p for p in where.iterdir() if p.suffix.lower() in {".ttf", ".otf", ".ttc"})


def package_files() -> tuple[Path, ...]:
    """黑体 and 宋体 of the fonts package, a dependency; empty when it is not installed."""
    try:
        import pylopdf_fonts_zh_cn as package  # noqa: PLC0415 - optional; without it the folder must have them
    except ImportError:
        return ()
    return tuple(path for path in (Path(package.sans_path()), Path(package.serif_path())) if path.is_file())


def _read_faces(file: Path) -> list[Face]:
    """The faces of a font file; empty for a broken file."""
    from fontTools.ttLib import TTCollection, TTFont, TTLibError  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415

    try:  # open the file here, because fontTools does not close a broken file
        with file.open("rb") as stream:
            fonts = (
                TTCollection(stream, lazy=True).fonts if file.suffix.lower() == ".ttc" else [TTFont(stream, lazy=True)]
            )
            return [Face("", file, number, _family(font)) for number, font in enumerate(fonts)]
    except (TTLibError, OSError, struct.error, ValueError, KeyError, AssertionError):
        return []


def _family(font: object) -> str:
    """The English family name of a fontTools font; " Bold" is added for the bold face of Noto Serif SC."""
    names = font["name"]  # type: ignore[index]  # fontTools has no types for tables
    family = str(names.getDebugName(1) or "")
    heavy = font["OS/2"].usWeightClass >= 700  # type: ignore[index]  # noqa: PLR2004
    return f"{family} Bold" if heavy and family == "Noto Serif SC" else family


def _system_faces() -> Iterator[Face]:
    """Faces of the known files in the system's font folders."""
    known = {name for names in _SYSTEM_FILES.values() for name in names}
    for top in _system_folders():
        for base, _, names in sorted(os.walk(top)):
            for name in sorted(names):
                if name.lower() in known:
                    yield from _read_faces(Path(base) / name)


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
