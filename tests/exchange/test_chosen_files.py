"""Which of the chosen files may be packages, and what a refused file says of itself."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from orglife.core.errors import BadInput
from orglife.exchange import chosen_files, packages
from orglife.exchange.chosen_files import ChosenFiles, name_in
from orglife.exchange.intake import Refusal

PART = min(packages.PARTS)


def zipped(**parts: bytes | str) -> bytes:
    """A zip with these parts; ``_`` in a name stands for a dot, ``__`` for a slash."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as pack:
        for name, data in parts.items():
            pack.writestr(name.replace("__", "/").replace("_", "."), data)
    return held.getvalue()


def package(part: str = PART) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as pack:
        pack.writestr(part, "x")
        pack.writestr("more.txt", "x")
    return held.getvalue()


def chosen(tmp_path: Path, data: bytes, name: str = "甲.zip") -> ChosenFiles:
    path = tmp_path / name
    path.write_bytes(data)
    room = tmp_path / "room"
    room.mkdir(exist_ok=True)
    found = ChosenFiles(room)
    found.add(path, name)
    return found


@pytest.mark.parametrize("part", sorted(packages.PARTS))
def test_a_zip_with_any_part_of_a_package_is_one_whatever_it_is_called(tmp_path: Path, part: str) -> None:
    for name in ("甲.zip", "甲.dat"):
        found = chosen(tmp_path, package(part), name)
        assert ([name for _, name in found.packages], found.broken, found.others) == ([name], [], [])


@pytest.mark.parametrize(
    ("data", "name", "broken", "others"),
    [
        (b"text", "甲.txt", [], ["甲.txt"]),
        (b"text", "甲.ZIP", ["甲.ZIP"], []),
        (b"PK\x03\x04 cut", "甲.txt", ["甲.txt"], []),
        (zipped(a_txt="x"), "甲.zip", [], ["甲.zip"]),
        (zipped(), "甲.zip", [], ["甲.zip"]),
        (zipped(a_txt="x", b_ZIP=zipped(c_txt="x")), "甲.zip", [], ["甲.zip里的a.txt", "甲.zip里的b.ZIP"]),
        (zipped(b_zip=b"text"), "甲.zip", ["甲.zip里的b.zip"], []),
        (zipped(b_zip=zipped(c_zip=package())), "甲.zip", [], ["甲.zip里的b.zip"]),
    ],
)
def test_what_is_no_package_is_damaged_or_something_else(
    tmp_path: Path, data: bytes, name: str, broken: list[str], others: list[str]
) -> None:
    found = chosen(tmp_path, data, name)
    assert (found.packages, [name for name, _ in found.broken], found.others) == ([], broken, others)
    assert all("文件不完整或已损坏" in sentence for _, sentence in found.broken)


def test_packages_inside_a_zip_are_unpacked_each_to_a_file_of_its_own(tmp_path: Path) -> None:
    found = chosen(tmp_path, zipped(a_zip=package(), b__c_zip=package(), d_zip="x", e_txt="x"))
    assert [name for _, name in found.packages] == ["甲.zip里的a.zip", "甲.zip里的c.zip"]
    assert len({path for path, _ in found.packages}) == 2
    assert all(zipfile.is_zipfile(path) for path, _ in found.packages)
    assert len(found.broken) == len(found.others) == 1


def test_a_zip_that_is_locked_or_too_large_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = package()
    two = zipped(a_zip=inner, b_zip=inner)
    for limit, name, count in (
        (len(inner), "LARGEST", 2),
        (len(inner) - 1, "LARGEST", 0),
        (2 * len(inner), "MOST_BYTES", 2),
        (2 * len(inner) - 1, "MOST_BYTES", 1),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(packages if name == "LARGEST" else chosen_files, name, limit)
            found = chosen(tmp_path, two)
        assert len(found.packages) == count
        assert [sentence for _, sentence in found.broken] == ["设了打开密码，或者太大。请向支部另要一份。"] * (
            2 - count
        )
    locked = bytearray(zipped(a_zip=inner))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = locked.rindex(mark) if mark == b"PK\x01\x02" else 0
        locked[at + place] |= 1
    assert [sentence[:7] for _, sentence in chosen(tmp_path, bytes(locked)).broken] == ["设了打开密码，"]


@pytest.mark.parametrize(("most", "refused"), [(2, False), (1, True)])
def test_a_folder_or_a_zip_of_too_many_files_is_not_one_of_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, refused: bool
) -> None:
    monkeypatch.setattr(chosen_files, "MOST_FILES", most)
    folder = tmp_path / "U盘"
    (folder / "b").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "c.zip").write_bytes(package())
    (folder / "b" / "乙.zip").write_bytes(package())
    (folder / "甲.txt").write_bytes(b"x")
    found = ChosenFiles(tmp_path)
    if refused:
        with pytest.raises(BadInput, match=f"里的文件超过{most}个"):
            found.add_folder(folder)
    else:
        found.add_folder(folder)
        assert ([name for _, name in found.packages], found.others) == (["乙.zip"], ["甲.txt"])
    inside = chosen(tmp_path, zipped(a_zip=package(), b_txt="x"))
    assert len(inside.packages) == (0 if refused else 1)
    with pytest.raises(BadInput, match="这个文件夹"):
        found.add_folder(tmp_path / "没有")


@pytest.mark.parametrize(
    ("name", "flags", "shown"),
    [
        ("支部.zip", 0x800, "支部.zip"),
        ("支部.zip".encode("gbk").decode("cp437"), 0, "支部.zip"),
        ("支部.zip".encode("gbk").decode("cp437"), 0x800, "支部.zip".encode("gbk").decode("cp437")),
        ("支部.zip", 0, "支部.zip"),
        ("a.zip", 0, "a.zip"),
    ],
)
def test_the_name_of_a_file_packed_on_windows_is_read(name: str, flags: int, shown: str) -> None:
    info = zipfile.ZipInfo(name)
    info.flag_bits = flags
    assert name_in(info) == shown


@pytest.mark.parametrize(("count", "limit", "end"), [(2, 2, "  乙处1。"), (3, 2, "  ……另有1处"), (3, 20, "  乙处2。")])
def test_a_refused_file_names_its_first_problems_without_repeating_its_name(count: int, limit: int, end: str) -> None:
    sentences = tuple(f"甲.xlsx的：乙处{number}。" if number else "甲.xlsx的“表”乙处。" for number in range(count))
    lines = list(Refusal("甲.xlsx", sentences).lines(limit))
    assert lines[:2] == ["甲.xlsx：", "  “表”乙处。"]
    assert lines[-1] == end
    many = Refusal("甲.xlsx", ("乙。",) * 21)
    assert list(many.lines())[-1] == "  ……另有1处"
    assert (many.refused, many.brings) == (True, False)
