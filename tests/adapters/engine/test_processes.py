"""Services of the operating system: how much memory a process may take, and whose folders are removed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from orglife.adapters.engine import processes

LIMITED = """
import json, resource, sys
from pathlib import Path
from orglife.adapters.engine import processes

def data():
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmData:"))

if {hard}:
    resource.setrlimit(resource.RLIMIT_DATA, ({hard}, {hard}))
before = data()
processes.limit_memory({megabytes})
print(json.dumps([before, data(), *resource.getrlimit(resource.RLIMIT_DATA)]))
"""


def limited(megabytes: int, hard: int = 0) -> list[int]:
    """Kilobytes of data before and after a limit was set, then the limits in bytes, of a process of its own."""
    program = LIMITED.format(megabytes=megabytes, hard=hard)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return [int(part) for part in done.stdout.strip("[]\n").split(",")]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits data")
def test_a_process_may_take_so_many_megabytes_beyond_what_it_has() -> None:
    before, after, soft, hard = limited(100)
    assert soft == hard
    assert before <= soft / 1024 - 100 * 1024 <= after
    assert limited(0)[2] == -1, "no limit"
    most = 10**9
    assert limited(100_000, hard=most)[2:] == [most, most], "a limit is never raised"


def test_folders_of_processes_that_ended_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    mine = processes.private_folder()
    others = [tmp_path / name for name in (f"orglife-run-{ended.pid}-x", "orglife-run-x-y", f"orglife-{ended.pid}-x")]
    for folder in others:
        folder.mkdir()
    processes.sweep()
    assert [folder.exists() for folder in (mine, *others)] == [True, False, True, True]
    assert mine.stat().st_mode & 0o777 == 0o700


def test_folders_of_other_users_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (tmp_path / f"orglife-run-{ended.pid}-x").mkdir()
    processes.sweep()
    assert (tmp_path / f"orglife-run-{ended.pid}-x").exists()


@pytest.mark.parametrize(("error", "lives"), [(None, True), (ProcessLookupError, False), (PermissionError, True)])
def test_a_process_of_another_user_lives(
    error: type[OSError] | None,
    lives: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def kill(_process: int, signal: int) -> None:
        assert signal == 0
        if error is not None:
            raise error

    monkeypatch.setattr(os, "kill", kill)
    assert processes._lives(1) is lives
