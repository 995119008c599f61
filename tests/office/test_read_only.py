"""Who has no right to read or write is told so in one sentence; nothing is half made, and nothing is changed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import branch as b
from tests.marks import thorough

NEW = "2025-annual"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6300010000000500010d0a2db40000000049454e44ae426082"
)
pytestmark = pytest.mark.skipif(
    shutil.which("setpriv") is None, reason="root ignores rights, and nothing here drops it"
)


def ordinary(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command as somebody for whom the rights of files count, which they do not for root."""
    dropped = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else []
    line = [*dropped, sys.executable, "-m", "orglife.cli", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONUTF8": "1"})


def refused(*arguments: object) -> str:
    """The last sentence of a refusal."""
    done = ordinary(*arguments)
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr + done.stdout
    assert re.search(r"[一-鿿]", done.stderr)
    return done.stderr.strip().splitlines()[-1]


def contents(root: Path) -> dict[str, bytes]:
    """All files but what SQLite puts beside a file that is open."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


@thorough
def test_a_campaign_does_not_begin_over_records_that_cannot_be_carried_over(filled: Path) -> None:
    """It began with an empty roster, and said that the branches were on a server."""
    store = filled / "orglife.db"
    store.chmod(0o444)
    before = (filled / "campaign.toml").read_bytes()
    done = ordinary("campaign", "begin", filled, NEW)
    assert done.returncode == 2
    assert "服务器" not in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith(f"无法写入“{store}”：文件或文件夹是只读的，或没有权限。")
    assert (filled / "campaign.toml").read_bytes() == before
    store.chmod(0o600)
    assert "党员" in ordinary("campaign", "begin", filled, NEW).stderr
    assert '"m1"' in ordinary("export", filled, "--branch", "t01").stdout


@thorough
def test_no_attached_file_stays_without_its_record(filled: Path, tmp_path: Path) -> None:
    scan = tmp_path / "签到表.png"
    scan.write_bytes(PNG)
    (filled / "orglife.db").chmod(0o444)
    before = contents(filled)
    assert "只读" in refused(
        "attach", filled, scan, "--branch", "t01", "--record", b.branch()["records"]["meeting"][0]["id"]
    )
    assert contents(filled) == before


@thorough
@pytest.mark.parametrize("command", ["import", "roster", "restore", "verify", "attach"])
def test_a_file_without_the_right_to_read_it(command: str, filled: Path, tmp_path: Path) -> None:
    source = tmp_path / {"roster": "名册.csv", "attach": "签到.png"}.get(command, "支部.zip")
    source.write_bytes(b"PK")
    source.chmod(0)
    before = contents(filled)
    line = {
        "import": ("import", filled, source),
        "roster": ("new", tmp_path / "新", "--campaign", "2024-seed", "--roster", source),
        "restore": ("restore", source, "--to", tmp_path / "新", "--yes"),
        "verify": ("verify", source),
        "attach": ("attach", filled, source, "--record", "m1"),
    }[command]
    assert refused(*line) == f"文件“{source}”读不出来：没有权限。请检查文件是否完整、是否有权限。"
    assert contents(filled) == before
    assert not (tmp_path / "新").exists()


@thorough
@pytest.mark.parametrize("command", ["new", "restore", "export", "backup"])
def test_a_folder_without_the_right_to_write_there(command: str, filled: Path, tmp_path: Path) -> None:
    closed = tmp_path / "只读"
    closed.mkdir()
    backups = tmp_path / "备份"
    assert ordinary("backup", filled, "--out", backups).returncode == 0
    closed.chmod(0o555)
    line = {
        "new": ("new", closed / "新", "--campaign", "2024-seed"),
        "restore": ("restore", next(backups.iterdir()), "--to", closed / "新", "--yes"),
        "export": ("export", filled, "--format", "package", "--out", closed / "支部.zip"),
        "backup": ("backup", filled, "--out", closed / "备份"),
    }[command]
    assert refused(*line).startswith(f"无法写入“{closed}")
    assert list(closed.iterdir()) == []


@thorough
@pytest.mark.parametrize("command", [("check",), ("export",), ("verify",), ("backup", "--out", "备份"), ("start",)])
def test_a_workspace_of_another_account(command: tuple[str, ...], filled: Path) -> None:
    """It said that something unexpected had happened, in words for an administrator."""
    filled.chmod(0)
    try:
        told = refused(command[0], filled, *command[1:])
    finally:
        filled.chmod(0o700)
    assert re.fullmatch(rf"没有权限打开“{filled}[^”]*”。请用能打开它的账户登录，或请管理员给您权限，再试。", told)
