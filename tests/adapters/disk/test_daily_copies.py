"""The copies of a workspace: which files are some, which one is the latest, and what is offered when the data are gone."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from orglife.adapters.disk import daily_copies

FORMER = "orglife-b01-0123456789ab.zip"
NEW = "第一党支部 备份 2024年3月8日9时05分.zip"


def at(*parts: int) -> datetime:
    return datetime(*parts).astimezone()  # type: ignore[arg-type]


def put(folder: Path, name: str, moment: datetime) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(b"")
    os.utime(path, (moment.timestamp(), moment.timestamp()))
    return path


@pytest.mark.parametrize(
    ("name", "is_copy"),
    [
        (NEW, True),
        ("第一党支部 备份 2024年3月8日9时05分（2）.zip", True),
        (FORMER, True),
        ("orglife-b01-0123456789a.zip", False),
        ("第一党支部 备份 2024年3月8日9时05分（二）.zip", False),
        (f"{NEW}.part.zip", False),
        ("上报包.zip", False),
    ],
)
def test_copies_are_known_by_their_names(name: str, is_copy: bool, tmp_path: Path) -> None:
    put(tmp_path, name, at(2024, 3, 8))
    assert [path.name for path in daily_copies.copies_in(tmp_path)] == ([name] if is_copy else [])


def test_the_latest_comes_first_and_of_one_moment_the_last_by_name(tmp_path: Path) -> None:
    early, late = at(2024, 3, 8, 9), at(2024, 3, 8, 10)
    first = put(tmp_path, "乙 备份 2024年3月8日9时00分.zip", early)
    others = [put(tmp_path, f"甲 备份 2024年3月8日10时00分（{number}）.zip", late) for number in (4, 2, 5, 3, 6)]
    assert daily_copies.copies_in(tmp_path) == [*sorted(others, reverse=True), first]
    assert daily_copies.copies_in(tmp_path / "没有") == []


def test_a_copy_on_a_drive_that_was_pulled_out_counts_as_the_oldest(tmp_path: Path) -> None:
    assert daily_copies.made_at(put(tmp_path, NEW, at(2024, 3, 8, 9, 5))) == at(2024, 3, 8, 9, 5).timestamp()
    assert daily_copies.made_at(tmp_path / "没有.zip") == 0


def test_a_copy_is_listed_by_its_name_and_one_of_a_former_version_by_its_time(tmp_path: Path) -> None:
    moment = at(2024, 3, 8, 9, 5)
    assert daily_copies.label_of(put(tmp_path, NEW, moment), "U盘") == f"{NEW.removesuffix('.zip')}（U盘）"
    assert daily_copies.label_of(put(tmp_path, FORMER, moment), "U盘") == "备份 2024年03月08日09时05分（U盘）"


def test_the_latest_copy_is_offered_by_its_day(tmp_path: Path) -> None:
    assert "没有备份" in daily_copies.offer(tmp_path)
    folder = tmp_path / daily_copies.FOLDER
    put(folder, FORMER, at(2024, 3, 7))
    put(folder, NEW, at(2024, 3, 8, 23, 59))
    assert "最近一次备份（2024-03-08）" in daily_copies.offer(tmp_path)
