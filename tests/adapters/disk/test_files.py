"""Files are written whole or not at all, removed whole, and named so that every system takes the name."""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path

import pytest

from orglife.adapters.disk import files
from orglife.core.errors import CannotWrite, NoSuchFile, UnreadableFile


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_and_the_folders_above_it_are_for_its_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        files.write(tmp_path / "a" / "b" / "c.txt", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "a" / "b" / "c.txt").read_bytes() == b"x"
    assert [mode(tmp_path / "a"), mode(tmp_path / "a" / "b"), mode(tmp_path / "a" / "b" / "c.txt")] == [
        0o700,
        0o700,
        0o600,
    ]


def test_an_existing_folder_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a").chmod(0o755)
    files.make_private(tmp_path / "a" / "b")
    assert mode(tmp_path / "a") == 0o755


def test_a_file_in_the_place_of_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    with pytest.raises(CannotWrite, match="同名的文件") as refused:
        files.make_private(tmp_path / "a")
    assert files.concerns_folder(refused.value)


def test_a_write_that_fails_changes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    files.write(path, b"before")
    with pytest.raises(RuntimeError), files.fresh(path) as out:
        out.write(b"after")
        raise RuntimeError
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(("seconds", "stays"), [(59, True), (60, False)])
def test_what_a_killed_program_left_is_removed_after_a_minute(
    seconds: int, stays: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, other = tmp_path / ".part-left", tmp_path / "left.txt"
    for path in (left, other):
        path.write_bytes(b"names")
        os.utime(path, (1_000_000, 1_000_000))
    monkeypatch.setattr(time, "time", lambda: 1_000_000 + seconds)
    files.write(tmp_path / "a.txt", b"x")
    assert left.exists() is stays
    assert other.exists()


def test_what_another_program_works_on_is_not_removed(tmp_path: Path) -> None:
    with files.fresh(tmp_path / "a.txt") as out:
        (part,) = tmp_path.iterdir()
        os.utime(part, (0, 0))
        files._LOOKED_AT.discard(tmp_path)
        files.write(tmp_path / "b.txt", b"x")
        out.write(b"y")
    assert (tmp_path / "a.txt").read_bytes() == b"y"


@pytest.mark.parametrize(
    ("number", "concerned"),
    [(errno.ENOSPC, True), (errno.EROFS, True), (errno.EIO, True), (errno.EISDIR, False), (errno.EACCES, False)],
)
def test_whether_the_next_file_would_fail_too(number: int, concerned: bool, tmp_path: Path) -> None:
    """An open Word file refuses to be replaced; the folder can be written to all the same."""
    with pytest.raises(CannotWrite) as refused, files.refusals(tmp_path / "a.txt"):
        raise OSError(number, "")
    assert files.concerns_folder(refused.value) is concerned


def test_a_folder_without_the_right_to_write_refuses_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, _: path != tmp_path)
    for number in (errno.EACCES, errno.EPERM):
        with pytest.raises(CannotWrite) as refused, files.refusals(tmp_path / "a.txt"):
            raise OSError(number, "")
        assert files.concerns_folder(refused.value)


def test_an_error_that_no_disk_caused_concerns_no_folder() -> None:
    assert not files.concerns_folder(CannotWrite(path="a", what="x"))


def test_a_missing_a_strange_and_an_endless_file(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile):
        files.read_text(tmp_path / "没有.txt")
    (tmp_path / "gbk.txt").write_bytes("支部".encode("gbk"))
    with pytest.raises(UnreadableFile, match="UTF-8"):
        files.read_text(tmp_path / "gbk.txt")
    (tmp_path / "bom.txt").write_bytes("支部".encode("utf-8-sig"))
    assert files.read_text(tmp_path / "bom.txt") == "支部"
    with pytest.raises(UnreadableFile, match="设备或管道"):
        files.read(Path(os.devnull))
    with pytest.raises(UnreadableFile, match="文件夹"):
        files.read(tmp_path)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("第一党支部", "第一党支部"),
        ('A/B\\C:D*E?F"G<H>I|J\tK', "ABCDEFGHIJK"),
        (" .支部. ", "支部"),
        ("字" * 40, "字" * 40),
        ("字" * 41, "字" * 40),
        ("?*", "支部"),
    ],
)
def test_a_text_as_the_name_of_a_file(text: str, name: str) -> None:
    assert files.file_name(text) == name


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        path = files.free_path(tmp_path, "备份", ".zip")
        path.write_bytes(b"")
        names.append(path.name)
    assert names == ["备份.zip", "备份（2）.zip", "备份（3）.zip"]
    (tmp_path / "夹").symlink_to(tmp_path / "没有")
    assert files.free_path(tmp_path, "夹") == tmp_path / "夹（2）"


def test_a_folder_is_removed_with_all_that_may_only_be_read(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    (folder / "below").mkdir(parents=True)
    (folder / "below" / "a.txt").write_bytes(b"x")
    (folder / "link").symlink_to(outside)
    outside.chmod(0o755)
    for path in (folder / "below", folder):
        path.chmod(0o500)
    files.remove(folder)
    assert not folder.exists()
    assert mode(outside) == 0o755
    files.remove(folder)  # what is gone is removed


def test_a_link_is_removed_and_not_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    files.remove(tmp_path / "link")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]
