"""The offline kit: complete for Windows by its own markers, installed on Linux without a network, nothing Windows lacks."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import textwrap
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from kit import build, targets
from kit.guide import FILES, guide
from packaging.requirements import Requirement
from pypdf import PdfReader

from orglife.adapters.disk import paths
from orglife.adapters.print import typst
from tests import branch as b
from tests.marks import thorough

ROOT = Requirement("orglife[docx]")
WINDOWS_ONLY = {"colorama", "pywinpty", "tzdata"}


def at_hand(name: str) -> targets.Package:
    """A package as it is installed here; those of Windows alone at their pinned version."""
    try:
        return targets.package_of(distribution(name).read_text("METADATA") or "")
    except PackageNotFoundError:
        return targets.Package(build.pins()[name], ())


def test_every_requirement_of_windows_has_its_version() -> None:
    windows = targets.closure(targets.WINDOWS, [ROOT], at_hand)
    linux = targets.closure(targets.LINUX, [ROOT], at_hand)
    assert set(windows) - set(linux) <= WINDOWS_ONLY
    assert {"colorama", "pywinpty"} <= set(windows)
    assert {"pexpect", "ptyprocess"} <= set(linux) - set(windows)
    pinned = build.pins()
    assert targets.closure(targets.ARM_LINUX, [ROOT], at_hand) == linux
    for found in (windows, linux):
        assert {n: v for n, v in found.items() if n != "orglife"} == {n: pinned[n] for n in found if n != "orglife"}


def test_what_is_missing_or_too_old_is_named() -> None:
    there = {
        "a": targets.Package("1", (Requirement("b>=2"), Requirement('c; sys_platform == "win32"'))),
        "b": targets.Package("1", ()),
    }
    with pytest.raises(targets.NotResolved, match=r"windows: b>=2 is asked for, 1 is there; c is not there"):
        targets.closure(targets.WINDOWS, [Requirement("a")], there.__getitem__)
    with pytest.raises(targets.NotResolved, match="linux-x86_64: b>=2 is asked for, 1 is there$"):
        targets.closure(targets.LINUX, [Requirement("a")], there.__getitem__)


def test_extras_count_where_they_are_asked_for() -> None:
    there = {
        "a": targets.Package("1", (Requirement("b[x]"),)),
        "b": targets.Package("1", (Requirement("c; extra == 'x'"), Requirement("d; extra == 'y'"))),
        "c": targets.Package("3", ()),
    }
    assert targets.closure(targets.WINDOWS, [Requirement("a")], there.__getitem__) == {"a": "1", "b": "1", "c": "3"}


def test_a_wheel_is_for_whom_its_tags_say(tmp_path: Path) -> None:
    names = [
        "a-1-py3-none-any.whl",
        "b-1-cp311-cp311-win_amd64.whl",
        "c-1-cp38-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "d-1-cp312-cp312-win_amd64.whl",
        "e-1-cp311-cp311-win32.whl",
        "f-1-py3-none-manylinux1_x86_64.whl",
        "g-1-cp311-cp311-manylinux_2_26_aarch64.manylinux_2_28_aarch64.whl",
        "h-1-cp311-cp311-manylinux_2_31_aarch64.whl",
    ]
    for name in names:
        (tmp_path / name).touch()
    assert [n for n, _ in targets.wheels_for(targets.WINDOWS, tmp_path)] == ["a", "b"]
    assert [n for n, _ in targets.wheels_for(targets.LINUX, tmp_path)] == ["a", "c", "f"]
    assert [n for n, _ in targets.wheels_for(targets.ARM_LINUX, tmp_path)] == ["a", "g"]  # glibc 2.28, no newer


def test_a_wheel_says_what_it_requires(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as wheel:
        wheel.writestr(
            "a-1.dist-info/METADATA", "Name: a\nVersion: 1\nRequires-Dist: b>=2\n\nRequires-Dist: not this\n"
        )
    (tmp_path / "a-1-py3-none-any.whl").write_bytes(out.getvalue())
    assert targets.in_folder(targets.WINDOWS, tmp_path)("a") == targets.Package("1", (Requirement("b>=2"),))


def test_the_guide_says_what_is_there_and_what_was_not_tried() -> None:
    pages = PdfReader(io.BytesIO(typst.pdf(guide(), timestamp=0))).pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    assert "Windows：还没有实际试过" in text
    assert "还没有在这种电脑上试过" in text
    for name, _ in FILES:
        assert name in text
    assert "2026" not in text


@pytest.mark.parametrize("script", sorted((b.ROOT / "kit").glob("*.bat")), ids=lambda p: p.name)
def test_scripts_for_windows(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines[0] == "@echo off"
    assert lines[1] == "chcp 65001 >nul"  # before any Chinese
    assert "set PYTHONUTF8=1" in lines
    assert "http" not in text
    labels = {line[1:] for line in lines if line.startswith(":")}
    assert {word.split()[1] for line in lines if "goto" in line for word in [line[line.index("goto") :]]} <= labels
    made = build._for_windows(text)
    assert made.count(b"\r\n") == made.count(b"\n")
    assert not made.startswith(b"\xef\xbb\xbf")  # the command processor would take the mark for a command


def test_only_open_fonts_are_passed_on(tmp_path: Path) -> None:
    build.take_fonts(tmp_path / "fonts")
    taken = {p.name for p in (tmp_path / "fonts").iterdir()}
    assert not [name for name in taken if name.startswith(("Fandol", "sim"))]
    assert all(build.is_open(p) for p in (tmp_path / "fonts").iterdir())


def test_another_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(FileExistsError):
        build.build(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


# --- what Windows lacks ----------------------------------------------------------------------------------------------

BARE = """
import importlib, os, pkgutil, shutil, signal, sys
import orglife
import papermill  # looks for its engines when it is first imported

HUB = ("orglife.adapters.hub", "orglife.serve.person", "orglife.serve.spawning")  # JupyterHub does not run on Windows

def everything():
    for module in pkgutil.walk_packages(orglife.__path__, "orglife."):
        if not module.name.endswith("__main__") and not module.name.startswith(HUB):
            importlib.import_module(module.name)

everything()  # what others' packages need of Linux they may have; then ours is imported again
for name in [n for n in sys.modules if n.partition(".")[0] == "orglife"]:
    del sys.modules[name]
GONE = {
    os: "fork forkpty geteuid getuid getegid getgid getpgid killpg setsid setpgid chown lchown fchown fchmod mkfifo "
        "mknod wait wait3 wait4 nice uname statvfs fstatvfs sysconf register_at_fork sched_getaffinity sched_yield "
        "pread pwrite posix_fadvise posix_fallocate posix_spawn sync fdatasync getloadavg initgroups "
        "O_DIRECTORY O_NOFOLLOW O_CLOEXEC O_NONBLOCK O_SYNC O_DSYNC WNOHANG",
    signal: "SIGALRM SIGKILL SIGHUP SIGQUIT SIGUSR1 SIGUSR2 SIGCHLD SIGPIPE SIGSTOP alarm setitimer getitimer pause "
        "pthread_kill pthread_sigmask sigpending sigwait siginterrupt",
}
for module, names in GONE.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
for name in ("fcntl", "resource", "pwd", "grp", "termios", "pty", "tty", "syslog", "readline"):
    sys.modules[name] = None
shutil._use_fd_functions = False
real_open, real_rename = os.open, os.rename

def no_folders(path, *rest, **more):
    if os.path.isdir(path):
        raise PermissionError(13, "a folder cannot be opened", str(path))
    return real_open(path, *rest, **more)

def no_overwriting(source, target, **more):
    if os.path.exists(target):
        raise FileExistsError(17, "is there already", str(target))
    return real_rename(source, target, **more)

os.open, os.rename = no_folders, no_overwriting
everything()

class Windows:
    name = "nt"

    def __getattr__(self, name):
        return getattr(os, name)

class Platform:
    platform = "win32"

class Locks:  # msvcrt: only its calls count here
    LK_NBLCK = 2

    def locking(handle, mode, count):
        assert (mode, count) == (2, 1), (mode, count)

for name, module in list(sys.modules.items()):
    if name.startswith("orglife") and getattr(module, "os", None) is os:
        module.os = Windows()
sys.modules["msvcrt"] = Locks
sys.modules["orglife.adapters.disk.locks"].sys = Platform
from orglife import cli
from orglife.cli import chinese

for line in sys.stdin.read().splitlines():
    status = chinese.run(cli.program, line.split("\\t"), "orglife")
    assert status == 0, (line, status)
"""


@thorough
def test_nothing_is_called_that_windows_lacks(tmp_path: Path) -> None:
    source = tmp_path / "t01.json"
    source.write_text(json.dumps(b.branch()), encoding="utf-8")
    root, forms = str(tmp_path / "工作 目录"), tmp_path / "表"
    steps = [
        ["new", root, "--campaign", "2024-seed"],
        ["import", root, str(source)],
        ["import", root, str(source)],
        ["check", root, "--as-of", "2024-03-08"],
        ["export", root, "--format", "xlsx", "--members", "--out", str(forms)],
        ["import", root, *(str(forms / f"对照检查_{m['name']}.xlsx") for m in b.branch()["records"]["member"])],
        ["export", root, "--format", "xlsx", "--out", str(forms / "all.xlsx")],
        ["forms", root, "--branch", "t01", "--form", "F6", "--formats", "html,pdf"],
        ["rules"],
    ]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(BARE)],
        input="\n".join("\t".join(step) for step in steps),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert list((Path(root) / "records" / "t01" / "forms").glob("F6*.pdf"))


# --- the kit itself --------------------------------------------------------------------------------------------------


@pytest.mark.soak
def test_the_kit_installs_and_runs_without_a_network(tmp_path: Path) -> None:
    kit = tmp_path / "离线 工具包"
    build.build(kit)
    for target in targets.TARGETS:
        wanted = (kit / f"requirements-{target.name}.txt").read_text(encoding="utf-8").split()
        there = dict(targets.wheels_for(target, kit / "wheels"))
        assert {line.split("==")[0] for line in wanted} <= set(there)
    assert (kit / paths.HANDBOOK).read_bytes() == paths.handbook().read_bytes()
    for path in kit.glob("*.txt"):
        assert "://" not in path.read_text(encoding="utf-8")
    nowhere = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON", "ORGLIFE", "JUPYTER"))}
    nowhere |= dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
    nowhere |= {"PIP_CONFIG_FILE": os.devnull, "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    (tmp_path / "bin").mkdir()
    for desktop in ("桌面", "Desktop"):  # as xdg-user-dir says, where there is one
        (tmp_path / desktop).mkdir()
    nowhere["HOME"] = str(tmp_path)
    (tmp_path / "bin" / "python3.11").symlink_to(Path(sys.base_prefix) / "bin" / "python3.11")
    place = tmp_path / "装 在这里"
    subprocess.run(["sh", str(kit / "安装.sh"), str(place)], check=True, env=nowhere, timeout=560)
    program = place / "env" / "bin" / "orglife"
    (icon,) = (path for path in tmp_path.glob("*/组织生活会.desktop") if path.parent != place)
    assert f'Exec="{program}" start ' in icon.read_text(encoding="utf-8")
    for arguments in (["--version"], ["rules"], ["fonts"]):
        done = subprocess.run(
            [program, *arguments], env=nowhere, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
        )
        assert done.stdout
    build.build(kit)  # again over the earlier one
