"""Where to write: a drive that is plugged in, or a folder whose path is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from orglife.adapters.disk.drives import Drive
from orglife.adapters.panel.place import OTHER, PlaceChoice

STICK, DISK = Drive(Path("/media/stick"), "U盘", 1000), Drive(Path("/media/disk"), "移动硬盘", 1000)


def choice(*drives: Drive) -> tuple[PlaceChoice, list[Drive]]:
    plugged_in = list(drives)
    return PlaceChoice(lambda: plugged_in), plugged_in


def test_the_first_drive_is_chosen_and_a_choice_stays_while_its_drive_does() -> None:
    place, drives = choice(STICK, DISK)
    assert place.folder == STICK.path
    assert place.typed.layout.display == "none"
    place.drive.value = str(DISK.path)
    drives.remove(STICK)
    place.refresh()
    assert place.folder == DISK.path
    drives[:] = [STICK]
    place.refresh()
    assert place.folder == STICK.path


@pytest.mark.parametrize(("typed", "chosen"), [("", str(STICK.path)), ("  ", str(STICK.path)), ("/tmp", OTHER)])
def test_a_new_drive_takes_the_place_of_a_folder_that_was_not_typed(typed: str, chosen: str) -> None:
    place, drives = choice()
    assert (place.drive.value, place.typed.layout.display, place.folder) == (OTHER, "", None)
    place.typed.value = typed
    drives.append(STICK)
    place.refresh()
    assert place.drive.value == chosen


def test_a_folder_that_is_chosen_stays_when_a_drive_is_pulled_out() -> None:
    place, drives = choice(STICK, DISK)
    place.drive.value = OTHER
    assert place.typed.layout.display == ""
    place.refresh()
    drives.remove(DISK)
    place.refresh()
    assert place.drive.value == OTHER


def test_another_drive_does_not_take_the_place_of_a_choice() -> None:
    place, drives = choice(STICK)
    drives.insert(0, DISK)
    place.refresh()
    assert place.folder == STICK.path
    place.drive.value = OTHER
    drives[:] = [STICK, Drive(Path("/media/new"), "新U盘", 1000)]
    place.refresh()
    assert place.drive.value == OTHER


def test_a_typed_path_is_cleaned() -> None:
    place, _ = choice()
    place.typed.value = " “/tmp/组织生活会” "
    assert place.folder == Path("/tmp/组织生活会")
    place.typed.value = "~/备份"
    assert place.folder == Path("~/备份").expanduser()
    place.typed.value = '""'
    assert place.folder is None
