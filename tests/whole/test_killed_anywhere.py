"""Each command killed at each of its file operations: the data are those before or those after, the next run is clean."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import branch as b
from tests.archive.conftest import ARCHIVE_FIELDS
from tests.conftest import run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")

PROGRAM = """
import os, signal, sys
left, base = int(sys.argv[1]), sys.argv[2]
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
CALLS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink", "os.chmod"}
def hook(event, args):
    global left
    if event == "open":
        path, _, flags = args
        if isinstance(path, int) or not (isinstance(flags, int) and flags & WRITES):
            return  # a descriptor was counted when its file was opened
    elif event in CALLS:
        path = args[0]
    else:
        return
    path = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
    if path.startswith("/") and not path.startswith(base):
        return
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
from orglife import cli
try:
    status = cli.main(sys.argv[3:])
except SystemExit as error:
    status = error.code
print("LEFT", left, file=sys.stderr)
sys.exit(status)
"""
MANY = 10**6
LEFTOVERS = (".part-", ".partial-")


@dataclass(frozen=True)
class Command:
    """A command to kill.

    Attributes:
        line: Its arguments; ``{root}`` is the workspace, ``{base}`` the folder around it.
        makes: What it makes that is no data: names below ``base`` that are there, whole, or not there at all.
        ends: How it may end.
        made_ends: How it may end when what it makes is there already.
    """

    line: Sequence[str]
    makes: str = ""
    ends: tuple[int, ...] = (0,)
    made_ends: tuple[int, ...] = ()


COMMANDS = {
    "new": Command(("new", "{base}/新", "--campaign", "2024-seed"), "新/orglife.toml", made_ends=(2,)),
    "import": Command(("import", "{root}", "{base}/changed.json")),
    "export": Command(("export", "{root}", "--branch", "t01", "--out", "{base}/出.json"), "出.json"),
    "package": Command(
        ("export", "{root}", "--branch", "t01", "--format", "package", "--out", "{base}/上报.zip"), "上报.zip"
    ),
    "workbook": Command(
        ("export", "{root}", "--branch", "t01", "--format", "xlsx", "--out", "{base}/表.xlsx"), "表.xlsx"
    ),
    "attach": Command(("attach", "{root}", "{base}/scan.jpg", "--record", "plan")),
    "forms": Command(("forms", "{root}", "--branch", "t01", "--form", "F1", "--formats", "html")),
    "batch": Command(("batch", "{root}", "--stage", "plan", "--jobs", "1"), ends=(0, 1)),
    "backup": Command(("backup", "{root}", "--out", "{base}/U盘")),
    "restore": Command(("restore", "{base}/backup.zip", "--to", "{root}", "--yes")),
    "restore new": Command(("restore", "{base}/backup.zip", "--to", "{base}/另"), "另/orglife.toml"),
    "archive": Command(("archive", "{root}", "--jobs", "1")),
    "begin": Command(("campaign", "begin", "{root}", "annual"), ends=(0, 1, 2)),
    "verify folder": Command(("verify", "{base}/bags"), ends=(0,)),
}
PARTS = {"archive": 6}
"""Commands whose operations are so many that several processes share them."""
FEW = ("new", "import", "backup", "restore", "archive")


@pytest.fixture(scope="session")
def start(new_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace, what its commands read, and a backup of the time before the last change."""
    base = tmp_path_factory.mktemp("killed")
    root = Path(shutil.copytree(new_workspace, base / "工作 目录"))
    raw = b.changed(b.branch(), put=dict(ARCHIVE_FIELDS))
    (base / "t01.json").write_text(json.dumps(raw), encoding="utf-8")
    (base / "scan.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"signed" * 50 + b"\xff\xd9")
    assert run("import", str(root), str(base / "t01.json")) == 0
    assert run("backup", str(root), "--out", str(base / "made")) == 0
    next((base / "made").glob("*.zip")).rename(base / "backup.zip")
    raw["records"]["talk"][0]["place"] = "三楼"
    (base / "changed.json").write_text(json.dumps(raw), encoding="utf-8")
    done = Path(shutil.copytree(base, tmp_path_factory.mktemp("archived") / "x"))
    assert run("archive", str(done / root.name), "--jobs", "1") == 0
    shutil.copytree(done / root.name / "archive", base / "bags")
    return base


def arguments(command: Command, base: Path) -> list[str]:
    return [part.format(base=base, root=base / "工作 目录") for part in command.line]


def started(command: Command, base: Path, at: int) -> subprocess.CompletedProcess[bytes]:
    line = [sys.executable, "-c", PROGRAM, str(at), str(base), *arguments(command, base)]
    return subprocess.run(line, capture_output=True, check=False, stdin=subprocess.DEVNULL)


def data(root: Path, to: Path) -> str:
    """All records of the branch; archive items without what differs from day to day."""
    assert run("export", str(root), "--branch", "t01", "--out", str(to)) == 0
    raw = json.loads(to.read_text(encoding="utf-8"))
    to.unlink()
    for kind in ("archive_item", "explanation", "attachment"):
        raw["records"][kind] = len(raw["records"].get(kind, []))
    return json.dumps(raw, sort_keys=True)


def leftovers(base: Path) -> list[str]:
    return [str(path.relative_to(base)) for path in base.rglob("*") if path.name.startswith(LEFTOVERS)]


def try_at(command: Command, start: Path, base: Path, at: int, states: set[str]) -> None:
    """Kill a command at one of its operations, look at what is there, run it again."""
    shutil.copytree(start, base)
    root = base / "工作 目录"
    killed = started(command, base, at)
    assert killed.returncode == -signal.SIGKILL, (at, killed.stderr.decode())
    made = base / command.makes if command.makes else None
    if made is not None and made.suffix == ".toml" and made.is_file():
        assert run("check", str(made.parent)) in (0, 1), at
    assert run("verify", str(root)) == 0, at
    assert data(root, base / "now.json") in states, at
    there = made is not None and made.is_file()
    for path in base.rglob(f"{LEFTOVERS[0]}*"):
        os.utime(path, (0, 0))  # some time later
    again = started(command, base, MANY)
    assert again.returncode in ((there and command.made_ends) or command.ends), (at, again.stderr.decode())
    assert run("verify", str(root)) == 0, at
    assert leftovers(base) == [], at
    assert made is None or made.is_file(), at
    shutil.rmtree(base)


def operations(command: Command, start: Path, base: Path) -> tuple[int, set[str]]:
    """How many file operations the command does, and the data before and after."""
    shutil.copytree(start, base)
    root = base / "工作 目录"
    states = {data(root, base / "now.json")}
    done = started(command, base, MANY)
    assert done.returncode in command.ends, done.stderr.decode()
    states.add(data(root, base / "now.json"))
    shutil.rmtree(base)
    return MANY - int(done.stderr.decode().rsplit("LEFT", 1)[1]), states


@pytest.mark.thorough
@pytest.mark.parametrize("name", FEW)
def test_at_one_operation(name: str, start: Path, tmp_path: Path) -> None:
    command = COMMANDS[name]
    number, states = operations(command, start, tmp_path / "base")
    assert number > 0
    at = random.Random(number).randint(1, number)
    try_at(command, start, tmp_path / "base", at, states)


@pytest.mark.soak
@pytest.mark.parametrize(("name", "part"), [(name, part) for name in COMMANDS for part in range(PARTS.get(name, 1))])
def test_every_operation(name: str, part: int, start: Path, tmp_path: Path) -> None:
    command, parts = COMMANDS[name], PARTS.get(name, 1)
    number, states = operations(command, start, tmp_path / "base")
    for at in range(1 + part, number + 1, parts):
        try_at(command, start, tmp_path / "base", at, states)
    print(
        f"{name}: killed at each of {number} file operations" + (f", part {part + 1} of {parts}" if parts > 1 else "")
    )
