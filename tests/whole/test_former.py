"""What version 0.1.0 left is opened as it was: a workspace, a backup, a package. The files in ``former`` are its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import run

FORMER = Path(__file__).parent / "former"


def exported(root: Path, out: Path) -> bytes:
    """A branch's dossier, without types of records that 0.1.0 did not have."""
    assert run("export", str(root), "--branch", "t01", "--out", str(out)) == 0
    raw = json.loads(out.read_text(encoding="utf-8"))
    former = json.loads((FORMER / "t01.json").read_text(encoding="utf-8"))["records"]
    raw["records"] = {kind: rows for kind, rows in raw["records"].items() if kind in former or rows}
    return json.dumps(raw, ensure_ascii=False, indent=2).encode() + b"\n"


@pytest.fixture
def workspace_of_former(tmp_path: Path) -> Path:
    root = tmp_path / "工作 目录"
    shutil.unpack_archive(FORMER / "workspace.zip", root)
    return root


def test_a_workspace_opens_and_its_history_holds(workspace_of_former: Path, tmp_path: Path) -> None:
    assert exported(workspace_of_former, tmp_path / "out.json") == (FORMER / "t01.json").read_bytes()
    assert run("verify", str(workspace_of_former)) == 0
    assert run("history", str(workspace_of_former), "--branch", "t01") == 0


def test_a_workspace_is_written_on(
    workspace_of_former: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = (FORMER / "t01.json").read_text(encoding="utf-8").replace("测试局机关党支部", "测试局机关第一党支部")
    source = tmp_path / "changed.json"
    source.write_text(changed, encoding="utf-8")
    assert run("import", str(workspace_of_former), str(source)) == 0
    assert exported(workspace_of_former, tmp_path / "out.json") == source.read_bytes()
    assert run("verify", str(workspace_of_former)) == 0
    capsys.readouterr()


def test_a_backup_is_sound_and_restored(tmp_path: Path) -> None:
    assert run("verify", str(FORMER / "backup.zip")) == 0
    root = tmp_path / "恢复"
    assert run("restore", str(FORMER / "backup.zip"), "--to", str(root)) == 0
    assert exported(root, tmp_path / "out.json") == (FORMER / "t01.json").read_bytes()


def test_a_package_is_taken_in(tmp_path: Path) -> None:
    assert run("verify", str(FORMER / "package.zip")) == 0
    root = tmp_path / "局"
    assert run("new", str(root), "--campaign", "2024-seed", "--role", "bureau") == 0
    assert run("import", str(root), str(FORMER / "package.zip")) == 0
    assert exported(root, tmp_path / "out.json") == (FORMER / "t01.json").read_bytes()
