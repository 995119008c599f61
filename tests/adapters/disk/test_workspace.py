"""Campaigns of a workspace: the one in force, those of earlier years, and which of them came last."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from orglife.adapters.disk.folder_files import FolderFiles
from orglife.adapters.disk.record_files import CAMPAIGN, CAMPAIGNS
from orglife.adapters.disk.settings import Settings, change_settings, settings_of, write_settings
from orglife.adapters.disk.workspace import Workspace


def toml(ident: str, year: int | None) -> bytes:
    return f'id = "{ident}"\n{f"year = {year}" if year else ""}\n'.encode()


def workspace(root: Path, year: int | None, earlier: Mapping[str, int | None]) -> Workspace:
    write_settings(root, Settings())
    files = FolderFiles(root)
    files.write(CAMPAIGN, toml("now", year))
    for ident, other in earlier.items():
        files.write(f"{CAMPAIGNS}/{ident}.toml", toml(ident, other))
    return Workspace.open(root)


@pytest.mark.parametrize(
    ("year", "earlier", "before"),
    [
        (2024, {}, None),
        (2024, {"a": 2022, "b": 2023, "c": 2021}, "b"),
        (2024, {"a": 2024, "b": 2025}, None),
        (2024, {"a": None}, "a"),
        (2024, {"a": None, "b": 1999}, "b"),
        (None, {"a": 2023}, None),
        (None, {"a": None}, None),
    ],
)
def test_the_campaign_before_is_the_latest_of_an_earlier_year(
    year: int | None, earlier: Mapping[str, int | None], before: str | None, tmp_path: Path
) -> None:
    campaign = workspace(tmp_path, year, earlier).campaign_before()
    assert (campaign and campaign.id) == before


def test_a_campaign_that_cannot_be_read_and_the_one_in_force_are_no_earlier_ones(tmp_path: Path) -> None:
    workspace(tmp_path, 2024, {"a": 2023})
    files = FolderFiles(tmp_path)
    files.write(f"{CAMPAIGNS}/broken.toml", b"id = ")
    files.write(f"{CAMPAIGNS}/gbk.toml", 'id = "支部"'.encode("gbk"))
    files.write(f"{CAMPAIGNS}/same.toml", toml("now", 2024))
    files.write(f"{CAMPAIGNS}/note.txt", b"x")
    assert [c.id for c in Workspace.open(tmp_path).earlier_campaigns()] == ["a"]


def test_one_setting_is_changed_and_the_others_stay(tmp_path: Path) -> None:
    write_settings(tmp_path, Settings(branch="t01", author="甲"))
    change_settings(tmp_path, author="乙")
    assert settings_of(tmp_path) == Settings(branch="t01", author="乙")
