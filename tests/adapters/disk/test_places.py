"""Where a workspace may be made and what is found as one; what killed programs left is removed, what others hold is not."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from orglife.adapters.disk import leftovers, locks
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import SETTINGS, Settings
from orglife.adapters.disk.workspace import FOLDERS, Workspace
from orglife.core.errors import (
    AlreadyAWorkspace,
    CampaignMissing,
    CampaignNotFound,
    NoEarlierCampaign,
    NoWorkspaceFound,
    WorkspaceExists,
)


def laid(root: Path, *names: str) -> None:
    """Files and folders (with ``/`` at their end)."""
    root.mkdir(parents=True, exist_ok=True)
    for name in names:
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x", encoding="utf-8")


@pytest.mark.parametrize(
    ("names", "free"),
    [
        ([], True),
        (["a.txt"], False),
        (["orglife.toml"], False),
        (["orglife.db"], False),
        ([f"{name}/" for name in FOLDERS], True),
        (["notebooks/12_talks.ipynb", "records/", "campaign.toml", ".part-1/", ".part-2"], True),
        (["notebooks/12_talks.ipynb", "a.txt"], False),
        (["notebooks/notes.txt"], False),
        (["records/12_talks.ipynb"], False),
        (["records/t01/"], False),
        (["attachments/a.pdf"], False),
        ([".orglife/"], False),
    ],
)
def test_a_workspace_may_be_made_where_nobody_put_anything(names: list[str], tmp_path: Path, *, free: bool) -> None:
    laid(tmp_path / "簿", *names)
    assert ws.is_free(tmp_path / "簿") is free


def test_a_workspace_may_be_made_where_nothing_is_and_not_in_place_of_a_link_or_a_file(tmp_path: Path) -> None:
    assert ws.is_free(tmp_path / "none")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert not ws.is_free(tmp_path / "link")
    (tmp_path / "file").touch()
    assert not ws.is_free(tmp_path / "file")


def test_a_folder_becomes_a_workspace_as_a_whole(tmp_path: Path) -> None:
    for root in (tmp_path / "new", tmp_path / "empty", tmp_path / "half"):
        if root.name != "new":
            laid(root, *(["notebooks/old.ipynb"] if root.name == "half" else []))
        with ws.complete_folder(root) as room:
            assert room.parent.parent == (root if root.is_dir() else root.parent)
            laid(room, "notebooks/a.ipynb", SETTINGS, "orglife.db")
        assert sorted(p.relative_to(root).as_posix() for p in root.rglob("*")) == [
            "notebooks",
            "notebooks/a.ipynb",
            "orglife.db",
            SETTINGS,
        ]
        assert root.stat().st_mode & 0o777 == 0o700
        assert not [path for path in tmp_path.iterdir() if path.name.startswith(".part-")]


def failing(root: Path) -> None:
    with ws.complete_folder(root) as room:
        laid(room, SETTINGS)
        raise KeyboardInterrupt


@pytest.mark.parametrize("before", [False, True])
def test_after_a_failure_nothing_is_there(tmp_path: Path, *, before: bool) -> None:
    root = tmp_path / "簿"
    if before:
        root.mkdir()
    with pytest.raises(KeyboardInterrupt):
        failing(root)
    assert root.exists() is before
    assert list(tmp_path.rglob("*")) == ([root] if before else [])


@pytest.mark.parametrize(("name", "error"), [(SETTINGS, AlreadyAWorkspace), ("a.txt", WorkspaceExists)])
def test_a_folder_that_is_taken_is_refused(tmp_path: Path, name: str, error: type[Exception]) -> None:
    laid(tmp_path / "簿", name)
    with pytest.raises(error), ws.complete_folder(tmp_path / "簿"):
        pass


def test_the_nearest_workspace_is_found_upwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ws.ENVIRONMENT, raising=False)
    laid(tmp_path / "簿", SETTINGS, "notebooks/deep/")
    assert ws.nearest_root(tmp_path / "簿" / "notebooks" / "deep") == tmp_path / "簿"
    assert ws.nearest_root(tmp_path / "簿") == tmp_path / "簿"
    with pytest.raises(NoWorkspaceFound):
        ws.nearest_root(tmp_path)
    monkeypatch.setenv(ws.ENVIRONMENT, "/elsewhere")
    assert ws.nearest_root(tmp_path / "簿") == Path("/elsewhere")
    monkeypatch.delenv(ws.BRANCH_ENVIRONMENT, raising=False)
    assert ws.handed_branch() == ""
    monkeypatch.setenv(ws.BRANCH_ENVIRONMENT, "t01")
    assert ws.handed_branch() == "t01"


def test_a_campaign_is_named_by_its_id_or_its_file(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("own", encoding="utf-8")
    assert ws.campaign_text(str(tmp_path / "own.toml")) == "own"
    assert 'id = "annual"' in ws.campaign_text("annual")
    with pytest.raises(CampaignNotFound) as unknown:
        ws.campaign_text(str(tmp_path))
    assert unknown.value.fields["known"] == "、".join(ws.campaign_ids())
    demands = {campaign.id: len(campaign.demands) for campaign in ws.shipped_campaigns()}
    assert demands[ws.fullest_campaign()] == max(demands.values())


def made(root: Path, **settings: object) -> Workspace:
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings.model_validate(settings))
    return Workspace.open(root)


@pytest.mark.parametrize(
    ("lay", "removed"),
    [
        (lambda root: None, True),
        (lambda root: root.mkdir(), True),
        (lambda root: laid(root, "a.txt"), False),
        (lambda root: root.touch(), False),
        (lambda root: made(root, demo=True), True),
        (made, False),
    ],
)
def test_only_a_demonstration_is_removed(lay: Callable[[Path], object], tmp_path: Path, *, removed: bool) -> None:
    root = tmp_path / "演示"
    lay(root)
    assert ws.remove_demo(root) is removed
    if not removed:
        assert root.exists()
    elif root.exists():
        assert not any(root.iterdir())


def test_what_a_workspace_says_of_itself(tmp_path: Path) -> None:
    workspace = made(tmp_path / "簿")
    (tmp_path / "簿" / "campaigns" / "annual.toml").write_text(ws.campaign_text("annual"), encoding="utf-8")
    assert (workspace.records, workspace.partial) == (workspace.root / "records", workspace.root / ".orglife/partial")
    assert workspace.today() == date.today()
    workspace.set_day(date(2024, 3, 8))
    assert Workspace.open(workspace.root).day_of_check() == Workspace.open(workspace.root).today() == date(2024, 3, 8)
    earlier = Workspace.open(workspace.root, "annual")
    assert (earlier.earlier, earlier.records) == (True, workspace.root / "records" / "_annual")
    assert earlier.campaign_bytes() == ws.campaign_text("annual").encode()
    assert workspace.campaign_bytes() != earlier.campaign_bytes()
    assert not Workspace.open(workspace.root, "2024-seed").earlier
    with pytest.raises(NoEarlierCampaign) as unknown:
        Workspace.open(workspace.root, "1999")
    assert unknown.value.fields["known"] == "2024-seed、annual"
    (workspace.root / "campaign.toml").unlink()
    with pytest.raises(CampaignMissing):
        Workspace.open(workspace.root)
    assert made(tmp_path / "练", rehearsal=True).today() is None


def test_a_branch_that_is_about_to_be_made_has_one_id_for_all_pages(tmp_path: Path) -> None:
    workspace = made(tmp_path / "簿")
    assert workspace.reserved_branch(lambda: "zb-1") == "zb-1"
    assert workspace.reserved_branch(lambda: "zb-2") == "zb-1"


# --- what is unfinished ----------------------------------------------------------------------------------------------


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_unfinished_folder_is_private_and_gone_in_the_end(tmp_path: Path) -> None:
    with leftovers.unfinished_folder(tmp_path / "a") as room:
        (room / "x").touch()
        assert room.stat().st_mode & 0o777 == 0o700
        assert names(tmp_path / "a") == [room.name, f"{room.name}.lock"]
        leftovers.sweep(tmp_path / "a")
        assert room.is_dir(), "it is in use"
    assert names(tmp_path / "a") == []


def test_what_nobody_works_on_is_swept(tmp_path: Path) -> None:
    laid(
        tmp_path,
        ".part-1/x",
        ".part-2",
        ".partial-ab12-t01/x",
        ".partial-ab12-t02/",
        ".partial-ab12.lock",
        ".partial-cd34-t01/",
        ".partial-cd34.lock",
        ".part-3/",
        ".part-3.lock",
        "part-4",
        "x.part-5",
    )
    with leftovers.locked(tmp_path / ".partial-cd34.lock") as ours, (tmp_path / ".part-3.lock").open("r+b") as lock:
        assert ours
        assert locks.take(lock)
        leftovers.sweep(tmp_path)
        assert names(tmp_path) == [
            ".part-3",
            ".part-3.lock",
            ".partial-cd34-t01",
            ".partial-cd34.lock",
            "part-4",
            "x.part-5",
        ]
    leftovers.sweep(tmp_path)
    assert names(tmp_path) == ["part-4", "x.part-5"]


def test_a_link_is_swept_and_not_what_it_leads_to(tmp_path: Path) -> None:
    laid(tmp_path / "far", "kept")
    laid(tmp_path / "here")
    (tmp_path / "here" / ".part-1").symlink_to(tmp_path / "far")
    leftovers.sweep(tmp_path / "here")
    assert (names(tmp_path / "here"), names(tmp_path / "far")) == ([], ["kept"])


def test_one_lock_protects_all_folders_of_a_run(tmp_path: Path) -> None:
    with leftovers.run_lock(tmp_path / "a", "run1"):
        laid(tmp_path / "a", ".partial-run1-t01/", ".partial-run2-t01/")
        leftovers.sweep(tmp_path / "a")
        assert names(tmp_path / "a") == [".partial-run1-t01", ".partial-run1.lock"]
    with leftovers.run_lock(tmp_path / "a", "run3"):
        assert names(tmp_path / "a") == [".partial-run3.lock"]
    assert names(tmp_path / "a") == []


def test_only_the_run_that_is_alone_clears_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "partial"
    laid(folder, "old/x", "old.pdf", ".part-1", ".partial-2-t01/")
    with leftovers.only_run(folder):
        assert names(folder) == []
        laid(folder, "mine.pdf")
        if os.name != "nt":
            with leftovers.only_run(folder):
                assert names(folder) == ["mine.pdf"], "another run works there"
            assert names(tmp_path) == ["partial", "partial.lock"]
    assert names(tmp_path) == ["partial"]
    with leftovers.only_run(tmp_path / "none" / "partial"):
        assert names(tmp_path / "none") == ["partial.lock"]
