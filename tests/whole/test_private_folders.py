"""Every folder that the program makes is its owner's alone, whatever the umask."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from orglife.adapters.disk import drives, files
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from tests import branch as b
from tests.conftest import run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")


@pytest.fixture(autouse=True)
def open_to_all() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def open_ones(root: Path) -> list[str]:
    """Folders and files that others can reach."""
    everything = [path for path in (root, *root.rglob("*")) if not path.is_symlink()]
    return [str(path) for path in everything if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_of_a_workspace_and_what_its_commands_write(tmp_path: Path) -> None:
    root = tmp_path / "甲" / "乙" / "工作目录"
    (tmp_path / "t01.json").write_text(json.dumps(b.branch()), encoding="utf-8")
    assert run("new", str(root), "--campaign", "2024-seed") == 0
    assert run("import", str(root), str(tmp_path / "t01.json")) == 0
    assert run("backup", str(root), "--out", str(tmp_path / "甲" / "备份" / "一月")) == 0
    assert run("forms", str(root), "--form", "F1") in (0, 1)
    (backup,) = (tmp_path / "甲" / "备份" / "一月").glob("*.zip")
    assert run("restore", str(backup), "--to", str(tmp_path / "甲" / "恢复" / "工作目录")) == 0
    assert run("export", str(root), "--branch", "t01", "--out", str(tmp_path / "甲" / "交" / "件" / "t01.json")) == 0
    assert open_ones(tmp_path / "甲") == []


def test_of_an_empty_folder_that_was_open(tmp_path: Path) -> None:
    root = tmp_path / "空"
    root.mkdir()
    ws.Workspace.create(root, ws.campaign_text("2024-seed"), Settings())
    assert open_ones(root) == []


def test_of_a_copy_on_a_stick(tmp_path: Path) -> None:
    (tmp_path / "包" / "data").mkdir(parents=True)
    (tmp_path / "包" / "data" / "x").write_text("x")
    copy = drives.carry(tmp_path / "包", tmp_path / "盘" / "移交", "包")
    assert (copy / "data" / "x").read_text() == "x"
    assert [name for name in open_ones(tmp_path / "盘") if not name.endswith("/x")] == []


def test_an_existing_folder_keeps_its_mode_and_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    shared = tmp_path / "共用"
    shared.mkdir(mode=0o755)
    shared.chmod(0o755)
    files.make_private(shared / "一" / "二")
    assert stat.S_IMODE(shared.stat().st_mode) == 0o755
    (shared / "件").write_text("")
    with pytest.raises(files.CannotWrite):
        files.make_private(shared / "件")
    shutil.rmtree(shared)
