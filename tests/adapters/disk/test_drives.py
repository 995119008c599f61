"""Drives that are plugged in, and files carried onto one: whole and compared, or not there under their name."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import drives, leftovers
from orglife.core.errors import NotCarried

MOUNTS = r"""
sysfs /sys sysfs rw 0 0
/dev/sda1 / ext4 rw 0 0
/dev/sdb1 {media}/u/DATA\040盘 vfat rw 0 0
/dev/sdc1 {media}/u/GONE vfat rw 0 0
tmpfs {media} tmpfs rw 0 0
short
"""


@pytest.fixture
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with one stick plugged in and one just pulled out."""
    folder = tmp_path / "media"
    (folder / "u" / "DATA 盘").mkdir(parents=True)
    (tmp_path / "mounts").write_text(MOUNTS.replace("{media}", str(folder)), encoding="utf-8")
    monkeypatch.setattr(drives, "MEDIA", (folder,))
    monkeypatch.setattr(drives, "MOUNTS", tmp_path / "mounts")
    return folder


def test_what_is_plugged_in_is_offered_with_the_space_left(media: Path) -> None:
    (stick,) = drives.drives()
    assert stick.path == media / "u" / "DATA 盘"
    assert stick.name == "DATA 盘"
    assert stick.label == f"DATA 盘（还可以放{drives.size_words(stick.free)}）"


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("/dev/sdb1 /media/u/A", "/media/u/A"),
        ("/dev/sdb1 /run/media/u/A vfat rw 0 0", "/run/media/u/A"),
        (r"/dev/sdb1 /mnt/a\011b\012c\134d vfat", "/mnt/a\tb\nc\\d"),
        ("/dev/sdb1 /Volumes/A vfat", "/Volumes/A"),
        ("/dev/sdb1 /mnt vfat", None),
        ("/dev/sdb1 /mntx/A vfat", None),
        ("/media/u/A", None),
        ("", None),
    ],
)
def test_which_mounts_are_of_what_is_plugged_in(line: str, place: str | None) -> None:
    assert [str(path) for path in drives._mounted(line)] == ([] if place is None else [place])


def test_windows_offers_removable_drives_only() -> None:
    class Kernel:
        def GetLogicalDrives(self) -> int:  # noqa: N802  Windows' name
            return 0b11100  # C, D, E

        def GetDriveTypeW(self, root: str) -> int:  # noqa: N802
            return {"C:\\": 3, "D:\\": 5, "E:\\": 2}[root]

    assert list(drives._windows_drives(Kernel())) == [(Path("E:\\"), "U盘 E:")]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (-5000, "0KB"),
        (0, "0KB"),
        (1023, "0KB"),
        (1024, "1KB"),
        (2047, "1KB"),
        (2048, "2KB"),
        (1024**2 - 1, "1023KB"),
        (1024**2, "1.0MB"),
        (5 * 1024**2, "5.0MB"),
        (1024**3 - 1, "1024.0MB"),
        (1024**3, "1.0GB"),
        (3 * 1024**3, "3.0GB"),
    ],
)
def test_sizes(count: int, words: str) -> None:
    assert drives.size_words(count) == words


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    folder = tmp_path / "b01"
    (folder / "data").mkdir(parents=True)
    for name in ("a.txt", "data/b.pdf", "data/c.pdf"):
        (folder / name).write_bytes(name.encode() * 1000)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_folder_arrives_whole_and_an_earlier_one_stays(bag: Path, tmp_path: Path) -> None:
    stick, told = tmp_path / "usb" / "归档", []
    copy = drives.carry(bag, stick, "支部 归档包", lambda *step: told.append(step))
    assert copy == stick / "支部 归档包"
    assert content(copy) == content(bag)
    assert [step[:2] for step in told] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    (copy / "a.txt").write_text("hers", encoding="utf-8")
    again = drives.carry(bag, stick, "支部 归档包")
    assert again == stick / "支部 归档包（2）"
    assert (copy / "a.txt").read_text(encoding="utf-8") == "hers"
    file = drives.carry(bag / "a.txt", stick, "名单.txt")
    assert drives.carry(bag / "a.txt", stick, "名单.txt") == stick / "名单（2）.txt"
    assert file.read_bytes() == (bag / "a.txt").read_bytes()
    assert sorted(p.name for p in stick.iterdir()) == ["名单.txt", "名单（2）.txt", "支部 归档包", "支部 归档包（2）"]


def test_a_stick_that_is_full_leaves_nothing_half_made(
    bag: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = shutil.copyfileobj

    def full(source: Any, out: Any, length: int = 0) -> None:
        if source.name.endswith("c.pdf"):
            raise OSError(errno.ENOSPC, "full")
        copied(source, out, length)

    monkeypatch.setattr(shutil, "copyfileobj", full)
    stick = tmp_path / "usb"
    with pytest.raises(
        NotCarried, match="磁盘已满，可能是U盘拔出了、满了或者写保护。电脑里的原件没有受影响；请插好U盘"
    ):
        drives.carry(bag, stick, "归档包")
    assert list(stick.iterdir()) == []


def test_a_stick_pulled_out_leaves_no_name_and_the_next_copy_removes_the_rest(
    bag: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "usb"
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)  # nothing can be removed from what is gone
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.EIO, "gone")))
    with pytest.raises(NotCarried, match="磁盘读写出错"):
        drives.carry(bag, stick, "归档包")
    assert [p.name for p in stick.iterdir() if not p.name.startswith(leftovers.PART)] == []
    assert len(list(stick.iterdir())) == 1
    monkeypatch.undo()
    copy = drives.carry(bag, stick, "归档包")
    assert list(stick.iterdir()) == [copy]


def test_what_reads_back_otherwise_is_no_copy(bag: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "copyfileobj", lambda _source, out, _length: out.write(b"worn out"))
    with pytest.raises(NotCarried):
        drives.carry(bag, tmp_path / "usb", "归档包")
    assert list((tmp_path / "usb").iterdir()) == []


def test_a_place_that_is_no_folder_is_refused(bag: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(NotCarried):
            drives.carry(bag, place, "归档包")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "x"
