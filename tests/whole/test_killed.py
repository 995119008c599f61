"""What a killed program leaves is recognised and removed by the next run; what another program is writing stays."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orglife.adapters.disk import files, leftovers, locks
from orglife.adapters.disk import workspace as ws
from tests.conftest import run
from tests.marks import thorough

Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")

KILLED = """
import os, signal, sys
from pathlib import Path
{patch}
from orglife import cli
cli.main(sys.argv[1:])
"""


def killed(patch: str, *arguments: object) -> None:
    """Run a command that kills itself where the patch says."""
    line = [sys.executable, "-c", KILLED.format(patch=patch), *map(str, arguments)]
    done = subprocess.run(line, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


DIE = "(lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))"


@thorough
@pytest.mark.parametrize("there", [False, True], ids=["no folder", "an empty folder"])
@pytest.mark.parametrize("write", [1, 8, 15])
def test_new(tmp_path: Path, write: int, *, there: bool) -> None:
    """Killed at one of its writes."""
    root = tmp_path / "工作目录"
    if there:
        root.mkdir()
    patch = f"""
from orglife.adapters.disk import files
calls, real = [0], files.write
def write(*a, **k):
    calls[0] += 1
    if calls[0] == {write}:
        os.kill(os.getpid(), signal.SIGKILL)
    real(*a, **k)
files.write = write
"""
    killed(patch, "new", root, "--campaign", "2024-seed")
    assert run("new", str(root), "--campaign", "2024-seed") == 0
    assert run("check", str(root)) == 0
    assert [name for name in (*names(tmp_path), *names(root)) if name.startswith(".part-")] == []


def test_new_again_where_the_killed_one_had_made_it(tmp_path: Path, capsys: Captured) -> None:
    root = tmp_path / "工作目录"
    assert run("new", str(root), "--campaign", "2024-seed") == 0
    (tmp_path / ".part-0123456789abcdef").mkdir()
    (tmp_path / ".part-0123456789abcdef.lock").touch()
    assert run("new", str(root), "--campaign", "2024-seed") == 2
    assert f"“{root}”已经是工作目录" in capsys.readouterr().err
    assert names(tmp_path) == ["工作目录"]


def test_what_an_earlier_version_left_of_new(tmp_path: Path) -> None:
    root = tmp_path / "工作目录"
    for name in ws.FOLDERS:
        files.make_private(root / name)
    (root / "notebooks" / "00_home.ipynb").write_text("{}")
    assert run("new", str(root), "--campaign", "2024-seed") == 0
    assert run("check", str(root)) == 0


def test_a_folder_with_anything_of_the_users_is_left_alone(tmp_path: Path, capsys: Captured) -> None:
    root = tmp_path / "工作目录"
    files.make_private(root / "records" / "t01")
    assert run("new", str(root), "--campaign", "2024-seed") == 2
    assert "不是空目录" in capsys.readouterr().err
    assert (root / "records" / "t01").is_dir()


@thorough
def test_backup(filled: Path, tmp_path: Path) -> None:
    stick = tmp_path / "U盘"
    killed(
        f"from orglife.adapters.disk import zip_writer\nzip_writer.write_zip = {DIE}", "backup", filled, "--out", stick
    )
    assert len(names(stick)) == 2, "the folder and its lock"
    assert run("backup", str(filled), "--out", str(stick)) == 0
    (name,) = names(stick)
    assert name.endswith(".zip")


@pytest.mark.thorough
def test_archive(filled: Path, capsys: Captured) -> None:
    patch = f"from orglife.archive import making\nmaking.bag.put_in_place = {DIE}"
    killed(patch, "archive", filled, "--branch", "t01", "--as-is", "--jobs", "1")
    (part,) = [path for path in (filled / "archive").iterdir() if path.is_dir()]
    assert part.name.startswith(".partial-")
    capsys.readouterr()
    assert run("verify", str(filled)) == 0, "an unfinished bag is no fault"
    assert "没有做完的归档包，下次归档时自动删去" in capsys.readouterr().out
    assert run("archive", str(filled), "--branch", "t01", "--as-is", "--jobs", "1") == 0
    assert names(filled / "archive") == ["t01"]
    assert run("verify", str(filled)) == 0


def test_batch(filled: Path) -> None:
    partial = filled / ".orglife" / "partial"
    (partial / "0123456789abcdef").mkdir(parents=True)
    (partial / "0123456789abcdef" / "half.pdf").write_text("x")
    (partial / ".part-x").write_text("x")
    assert run("batch", str(filled), "--stage", "plan", "--jobs", "1") in (0, 1)
    assert not partial.exists()
    assert not (filled / ".orglife" / "partial.lock").exists()


@thorough
def test_export(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a file with all the data of a branch lies in the user's folder until something is written there again."""
    out = tmp_path / "出"
    out.mkdir()
    killed(f"import os\nos.fsync = {DIE}", "export", filled, "--branch", "t01", "--out", out / "t01.json")
    (left,) = out.iterdir()
    assert left.stat().st_size > 1000
    young, held = out / ".part-young", out / ".part-held"
    young.write_text("x")
    held.write_text("x")
    for path in (left, held):
        os.utime(path, (0, 0))
    with held.open("r+b") as file:
        assert locks.take(file)
        monkeypatch.setattr(files, "_LOOKED_AT", set())
        assert run("export", str(filled), "--branch", "t01", "--out", str(out / "t01.json")) == 0
    assert names(out) == [".part-held", ".part-young", "t01.json"]


HOLDER = """
import sys, time
from pathlib import Path
from orglife.adapters.disk import files, leftovers, locks
with leftovers.unfinished_folder(Path(sys.argv[1])) as room, files.fresh(Path(sys.argv[1]) / "x") as out:
    (room / "half").write_text("x")
    out.write(b"half")
    out.flush()
    print("ready", flush=True)
    time.sleep(60)
"""


def test_what_another_program_is_writing_stays_until_it_is_killed(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    before = names(tmp_path)
    assert len(before) == 3
    leftovers.sweep(tmp_path)
    assert names(tmp_path) == before
    holder.kill()
    holder.communicate()
    time.sleep(0.1)
    leftovers.sweep(tmp_path)
    assert names(tmp_path) == []
    shutil.rmtree(tmp_path)
