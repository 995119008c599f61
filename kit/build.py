"""Builds the kit: ``python -m kit.build [FOLDER]``, default dist/offline-kit.

pip downloads each package at the version of constraints.txt. The set of packages for a target computer is resolved here,
from the wheels' metadata with the target's environment markers: pip would use those of the machine that it runs on.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fontTools.ttLib import TTFont
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from kit.guide import guide
from kit.targets import PYTHON, TARGETS, NotResolved, Target, closure, in_folder, wheels_for
from orglife.adapters.disk import paths
from orglife.adapters.print import fonts, typst

ROOT = Path(__file__).resolve().parent.parent
LEVELS = 20  # depth of dependencies; far more than occurs
OFL = "Open Font License"
_LICENCE, _LICENCE_LINK = 13, 14  # names in a font's name table
PLACE_FOR_PYTHON = """Windows：请把Python 3.11的安装程序（64位，例如python-3.11.9-amd64.exe）放在这个文件夹里。
Linux（麒麟、统信等）：系统没有Python 3.11的，把能直接解开用的Python 3.11放在这里，文件名里要有机器类型，
例如cpython-3.11.9-aarch64-unknown-linux-gnu-install_only.tar.gz（解开后是一个python文件夹）。
它们不在本工具包里，请下载后拷来，或向单位的信息化部门要。
"""


def build(out: Path) -> None:
    """Build the kit in a folder; an earlier kit there is replaced, anything else is refused.

    Raises:
        NotResolved: a package that a target needs is not available.
        FileExistsError: the folder holds something that is not a kit.
    """
    if out.exists() and any(out.iterdir()) and not (out / "安装.bat").is_file():
        raise FileExistsError(f"{out} holds something else")
    with tempfile.TemporaryDirectory(prefix="orglife-kit-") as scratch:
        made = Path(scratch) / "kit"
        wheels = made / "wheels"
        wheels.mkdir(parents=True)
        root = own_wheel(wheels)
        for target in TARGETS:
            versions = gather(target, wheels, root)
            lines = [f"{name}=={version}" for name, version in versions.items()]
            (made / f"requirements-{target.name}.txt").write_text("\n".join([*lines, ""]), encoding="utf-8")
        take_fonts(made / "fonts")
        (made / "python").mkdir()
        (made / "python" / "请把安装程序放在这里.txt").write_bytes(_for_windows(PLACE_FOR_PYTHON, mark=True))
        for script in sorted((ROOT / "kit").glob("*.bat")):
            (made / script.name).write_bytes(_for_windows(script.read_text(encoding="utf-8")))
        (made / "安装.sh").write_bytes((ROOT / "kit" / "安装.sh").read_bytes())
        (made / "使用说明.pdf").write_bytes(typst.pdf(guide(), timestamp=0))
        shutil.copyfile(paths.handbook(), made / paths.HANDBOOK)
        if out.exists():
            shutil.rmtree(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made, out)


def _for_windows(text: str, *, mark: bool = False) -> bytes:
    """With line ends of Windows: its command processor misreads a UTF-8 script without them."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8-sig" if mark else "utf-8")


def own_wheel(wheels: Path) -> Requirement:
    """Build our own wheel; returns the requirement for it."""
    _pip("wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(ROOT))
    (wheel,) = wheels.glob("orglife-*.whl")
    return Requirement(f"orglife[docx]=={wheel.name.split('-')[1]}")


def gather(target: Target, wheels: Path, root: Requirement) -> dict[str, str]:
    """Download every wheel that a target needs.

    Returns:
        Name → version of all packages to install there.
    """
    pinned = pins()
    for _ in range(LEVELS):
        asked: set[str] = set()
        present = {name for name, _ in wheels_for(target, wheels)}
        find = in_folder(target, wheels)

        def look(name: str) -> object:
            if name not in present:  # noqa: B023  used in this turn only
                asked.add(name)  # noqa: B023
                raise LookupError(name)
            return find(name)  # noqa: B023

        try:
            return closure(target, [root], look)  # type: ignore[arg-type]  # it is a Package
        except NotResolved:
            if not asked:
                raise
        unknown = sorted(name for name in asked if name not in pinned)
        if unknown:
            raise NotResolved(f"{target.name}: constraints.txt has no version of {', '.join(unknown)}")
        _download(target, [f"{name}=={pinned[name]}" for name in sorted(asked)], wheels)
    raise NotResolved(f"{target.name}: no end of requirements")


def pins() -> dict[str, str]:
    """Canonical name → version of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


def _download(target: Target, requirements: list[str], wheels: Path) -> None:
    platforms = [word for platform in target.platforms for word in ("--platform", platform)]
    python = ["--implementation", "cp", "--python-version", ".".join(map(str, PYTHON))]
    _pip("download", "--no-deps", "--only-binary=:all:", *platforms, *python, "-d", str(wheels), *requirements)


def _pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", arguments[0], "-q", *arguments[1:]], check=True)  # noqa: S603  our own words


def take_fonts(folder: Path) -> None:
    """Copy the fonts at hand whose licence allows redistribution; users add the others themselves."""
    folder.mkdir()
    for face in dict.fromkeys(face.file for face in fonts.faces_in_use()):
        if face.parent == fonts.fonts_folder() and is_open(face):
            shutil.copyfile(face, folder / face.name)


def is_open(file: Path) -> bool:
    """Whether the font's name table names the SIL Open Font License."""
    with TTFont(file, lazy=True, fontNumber=0) as font:
        names = [font["name"].getDebugName(number) or "" for number in (_LICENCE, _LICENCE_LINK)]
    return any(OFL in name or "scripts.sil.org/OFL" in name for name in names)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist" / "offline-kit")
