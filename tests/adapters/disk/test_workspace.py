"""Campaigns of a workspace: the one in force, those of earlier years, and which of them came last."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from orglife.adapters.disk.folder_files import FolderFiles
from orglife.adapters.disk.record_files import CAMPAIGN, CAMPAIGNS
from orglife.adapters.disk.settings import Settings, change_settings, settings_of, write_settings
from orglife.adapters.disk.workspace import (
    ENVIRONMENT,
    Workspace,
    complete_folder,
    is_free,
    nearest_root,
    remove_demo,
)
from orglife.core.errors import AlreadyAWorkspace, NoWorkspaceFound, WorkspaceExists


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


# --- where a workspace can be made -------------------------------------------------------------------------------------


def laid(root: Path, *names: str) -> Path:
    """A folder with these files; a name that ends in / is a folder."""
    root.mkdir(parents=True, exist_ok=True)
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).mkdir(exist_ok=True) if name.endswith("/") else (root / name).touch()
    return root


@pytest.mark.parametrize(
    ("names", "free"),
    [
        ((), True),
        (("campaign.toml", "notebooks/12_talks.ipynb", "records/", ".part-0123/x"), True),
        (("notebooks/notes.txt",), False),
        (("records/12_talks.ipynb",), False),
        (("orglife.toml",), False),
        (("orglife.db",), False),
        (("notebooks/12_talks.ipynb", "我的文件.docx"), False),
    ],
)
def test_what_a_killed_program_laid_is_free_and_what_somebody_put_there_is_not(
    names: tuple[str, ...], tmp_path: Path, *, free: bool
) -> None:
    assert is_free(laid(tmp_path / "ws", *names)) is free


def test_a_place_that_is_no_folder_is_not_free(tmp_path: Path) -> None:
    assert is_free(tmp_path / "new")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    assert not is_free(tmp_path / "link")
    assert not is_free(tmp_path / "file")


@pytest.mark.parametrize("before", [None, (), ("notebooks/old.ipynb", "campaign.toml")])
def test_a_folder_becomes_a_workspace_as_a_whole_or_stays_as_it_was(
    before: tuple[str, ...] | None, tmp_path: Path
) -> None:
    root = tmp_path / "above" / "ws"
    if before is not None:
        laid(root, *before).chmod(0o755)
    held = sorted(path.name for path in root.iterdir()) if before is not None else None
    with pytest.raises(RuntimeError), complete_folder(root) as new:
        laid(new, "orglife.toml")
        raise RuntimeError
    assert root.exists() is (before is not None)
    if held is not None:
        assert sorted(path.name for path in root.iterdir()) == held
    number = root.stat().st_ino if before is not None else None
    with complete_folder(root) as new:
        laid(new, "orglife.toml", "orglife.db", "notebooks/new.ipynb", "campaign.toml")
    assert sorted(str(path.relative_to(root)) for path in root.rglob("*")) == [
        "campaign.toml",
        "notebooks",
        "notebooks/new.ipynb",
        "orglife.db",
        "orglife.toml",
    ]
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    assert number in (None, root.stat().st_ino), "a program may have it as its working folder"
    assert [path.name for path in root.parent.iterdir()] == ["ws"]


@pytest.mark.parametrize(("name", "refusal"), [("orglife.toml", AlreadyAWorkspace), ("x.txt", WorkspaceExists)])
def test_a_folder_that_is_not_free_is_refused(name: str, refusal: type[Exception], tmp_path: Path) -> None:
    with pytest.raises(refusal), complete_folder(laid(tmp_path / "ws", name)):
        pass


def test_only_a_demonstration_is_removed(tmp_path: Path) -> None:
    assert remove_demo(tmp_path / "new")
    assert remove_demo(laid(tmp_path / "empty"))
    (tmp_path / "file").touch()
    assert not remove_demo(tmp_path / "file")
    assert not remove_demo(laid(tmp_path / "other", "x.txt"))
    for demo in (False, True):
        root = laid(tmp_path / "ws", "x.txt")
        write_settings(root, Settings(demo=demo))
        assert remove_demo(root) is demo
        assert root.exists() is not demo


def test_the_nearest_workspace_is_the_one_passed_on_or_of_the_folders_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    below = laid(tmp_path / "ws" / "notebooks" / "deep")
    with pytest.raises(NoWorkspaceFound):
        nearest_root(below)
    write_settings(tmp_path / "ws", Settings())
    assert nearest_root(below) == nearest_root(tmp_path / "ws") == tmp_path / "ws"
    write_settings(below, Settings())
    assert nearest_root(below) == below
    monkeypatch.setenv(ENVIRONMENT, "/elsewhere")
    assert nearest_root(below) == Path("/elsewhere")


def test_the_day_is_that_of_the_data_in_a_demonstration_and_none_in_a_rehearsal(tmp_path: Path) -> None:
    day = date(2024, 3, 8)
    for settings, today in ((Settings(day=day), day), (Settings(rehearsal=True, day=day), None)):
        root = laid(tmp_path / "ws")
        write_settings(root, settings)
        FolderFiles(root).write(CAMPAIGN, toml("now", 2024))
        one = Workspace.open(root)
        assert (one.today(), one.day_of_check()) == (today, day)


def test_all_pages_that_create_a_branch_get_one_id(tmp_path: Path) -> None:
    one = workspace(tmp_path, 2024, {})
    ids = iter(["b1", "b2"])
    assert [one.reserved_branch(ids.__next__) for _ in range(2)] == ["b1", "b1"]


def test_papers_of_an_earlier_campaign_have_a_folder_of_their_own(tmp_path: Path) -> None:
    workspace(tmp_path, 2024, {"a": 2023})
    places = {ident: Workspace.open(tmp_path, campaign=ident).records for ident in ("", "now", "a")}
    assert places == {"": tmp_path / "records", "now": tmp_path / "records", "a": tmp_path / "records" / "_a"}
    assert Workspace.open(tmp_path, campaign="a").campaign_bytes() == toml("a", 2023)
    assert Workspace.open(tmp_path).campaign_bytes() == toml("now", 2024)
