"""Which files may be packages: chosen files, those of a folder, and those inside of a zip."""

from __future__ import annotations

import os
import shutil
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from orglife.adapters.disk import files, zips
from orglife.adapters.disk.attachments import display_name
from orglife.core.errors import BadInput, UnreadableFile
from orglife.exchange import packages

MOST_FILES = 20_000
"""A folder with more files is not one of packages."""
MOST_BYTES = 20_000_000_000
"""Most bytes that are unpacked out of zips at once."""
_DAMAGED = "文件不完整或已损坏。请向支部要完整的文件。"
_GENERAL_UTF8 = 0x800  # the flag of a zip entry whose name is UTF-8


@dataclass
class ChosenFiles:
    """Files that were chosen, sorted.

    Attributes:
        room: Folder into which packages inside a zip are unpacked.
        packages: (path, name) of each package.
        broken: (name, sentence) of each zip that cannot be read.
        others: Names of files that are no packages.
    """

    room: Path
    packages: list[tuple[Path, str]] = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    _bytes: int = 0

    def add(self, path: Path, name: str, *, inside: bool = False) -> None:
        """Sort a file: a package, a zip of packages, a damaged zip, or something else.

        Args:
            path: The file.
            name: What it is called.
            inside: It came out of a zip; zips nested deeper than two levels are not opened.
        """
        try:
            files.require_ordinary(path)
            with path.open("rb") as file:
                begins = file.read(len(zips.MAGIC)) == zips.MAGIC
        except UnreadableFile as error:
            self.broken.append((name, str(error)))
            return
        except OSError as error:
            self.broken.append((name, f"读不了：{files.why(error)}。请检查U盘或权限，再收一次。"))
            return
        if not begins and not name.lower().endswith(".zip"):
            self.others.append(name)
            return
        try:
            with zipfile.ZipFile(path) as pack:
                self._sort(path, name, pack, inside=inside)
        except zips.DAMAGE:
            self.broken.append((name, _DAMAGED))

    def _sort(self, path: Path, name: str, pack: zipfile.ZipFile, *, inside: bool) -> None:
        infos = [info for info in pack.infolist() if not info.is_dir()]
        zipped = [info for info in infos if info.filename.lower().endswith(".zip")]
        if packages.PARTS & {info.filename for info in infos}:
            self.packages.append((path, name))
        elif inside or not zipped or len(infos) > MOST_FILES:
            self.others.append(name)
        else:
            for info in infos:
                inner = f"{name}里的{name_in(info)}"
                if info in zipped:
                    self._unpack(pack, info, inner)
                else:
                    self.others.append(inner)

    def _unpack(self, pack: zipfile.ZipFile, info: zipfile.ZipInfo, inner: str) -> None:
        """Unpack a zip that lies in a zip, under a name of our own, and sort it."""
        self._bytes += info.file_size
        if info.flag_bits & 1 or info.file_size > packages.LARGEST or self._bytes > MOST_BYTES:
            self.broken.append((inner, "设了打开密码，或者太大。请向支部另要一份。"))
            return
        target = self.room / f"inside-{len(self.packages) + len(self.broken) + len(self.others)}.zip"
        try:
            with pack.open(info) as source, files.fresh(target) as out:
                shutil.copyfileobj(source, out)
        except zips.DAMAGE:
            self.broken.append((inner, _DAMAGED))
            return
        self.add(target, inner, inside=True)

    def add_folder(self, folder: Path) -> None:
        """Sort all files of a folder and of those in it.

        Raises:
            BadInput: there is no such folder, or it holds too many files to be one of packages.
        """
        if not folder.is_dir():
            raise BadInput([f"没有“{folder}”这个文件夹。请核对写的位置，U盘要先插好。"])
        count = 0
        for here, below, names in os.walk(folder):
            below[:] = sorted(name for name in below if not name.startswith("."))
            for name in sorted(names):
                count += 1
                if count > MOST_FILES:
                    raise BadInput([f"“{folder}”里的文件超过{MOST_FILES}个。请选只装支部包的那个文件夹。"])
                self.add(Path(here) / name, display_name(name))


def name_in(info: zipfile.ZipInfo) -> str:
    """The name of a file in a zip; one packed on Windows in Chinese has it in GBK."""
    name = info.filename
    if not info.flag_bits & _GENERAL_UTF8:
        try:
            name = name.encode("cp437").decode("gbk")
        except UnicodeError:
            name = info.filename
    return display_name(name)
