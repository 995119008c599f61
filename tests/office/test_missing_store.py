"""A workspace whose store is gone: no empty one takes its place, and the last backup is offered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.keeping import backups
from orglife.office.office import Office
from tests.conftest import run

Captured = pytest.CaptureFixture[str]
COMMANDS = (
    ("check",),
    ("verify",),
    ("todo",),
    ("history", "--branch", "t01"),
    ("export", "--branch", "t01", "--out", "out.json"),
    ("batch",),
    ("backup", "--out", "stick"),
)


def lose_store(root: Path) -> None:
    for path in root.glob("orglife.db*"):
        path.unlink()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_a_command_says_that_the_store_is_gone(
    filled: Path, command: tuple[str, ...], capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    lose_store(filled)
    assert run(command[0], str(filled), *command[1:]) != 0
    shown = capsys.readouterr()
    assert "数据文件不见了" in shown.out + shown.err
    assert list(filled.glob("orglife.db*")) == []
    assert not (tmp_path / "out.json").exists()


def test_taking_in_makes_no_new_store(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    lose_store(filled)
    assert run("import", str(filled), str(tmp_path / "t01.json")) == 2
    assert "数据文件不见了" in capsys.readouterr().err
    assert not (filled / "orglife.db").exists()


def test_the_last_backup_is_offered_and_restores_everything(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    with Office.open(filled) as office:
        copy = backups.make_daily_copy(office)
        before = office.store.digest()
    assert copy is not None
    lose_store(filled)
    assert run("check", str(filled)) == 2
    assert "最近一次备份" in capsys.readouterr().err
    assert run("restore", str(copy.path), "--to", str(filled), "--yes") == 0
    with Office.open(filled) as office:
        assert office.store.digest() == before


def test_a_log_without_its_store_is_set_aside(filled: Path, tmp_path: Path) -> None:
    assert run("backup", str(filled), "--out", str(tmp_path / "stick")) == 0
    lose_store(filled)
    (filled / "orglife.db-wal").write_bytes(b"entries that may still be of use")
    (backup,) = (tmp_path / "stick").glob("*.zip")
    assert run("restore", str(backup), "--to", str(filled), "--yes") == 0
    (aside,) = (filled / "backups").glob("damaged-*/orglife.db-wal")
    assert aside.read_bytes() == b"entries that may still be of use"
    assert run("verify", str(filled)) == 0


def test_what_founds_a_workspace_makes_its_store(tmp_path: Path) -> None:
    root = tmp_path / "新"
    assert run("new", str(root), "--campaign", "2024-seed") == 0
    assert (root / "orglife.db").is_file()
    shutil.rmtree(root)
    ws.Workspace.create(root, ws.campaign_text("2024-seed"), Settings())
    with Office.open(root) as office:
        assert office.branches() == []
