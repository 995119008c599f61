"""Shared fixtures: a workspace with the test branch, and the house's own environment."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from orglife import cli
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.engine import zygote
from orglife.cli import chinese
from tests import branch as b

os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="orglife-tests-")  # what tests allow, the account does not
if TYPE_CHECKING:  # most tests need no server
    from tests.database_server import DatabaseServer, TestDatabase


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """No test may hang for good, the long ones apart; in CI nothing may be skipped: a skip mark there is a failure."""
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.timeout(0))
    if not os.environ.get("ORGLIFE_NO_SKIP"):
        return
    for item in items:
        for mark in item.iter_markers("skipif"):
            if mark.args and mark.args[0]:
                pytest.fail(f"{item.nodeid} would be skipped: {mark.kwargs.get('reason')}", pytrace=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and os.environ.get("ORGLIFE_NO_SKIP"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and nothing may be skipped here: {report.longrepr}"


@pytest.fixture(scope="session")
def new_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new workspace with the seed campaign and no branch, made once; tests work on copies."""
    root = tmp_path_factory.mktemp("new") / "工作 目录"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings())
    return root


@pytest.fixture(scope="session")
def filled_workspace(new_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the test branch t01, made once; tests work on copies."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "t01.json").write_text(json.dumps(b.branch()), encoding="utf-8")
    root = copied(new_workspace, folder / new_workspace.name)
    assert run("import", str(root), str(folder / "t01.json")) == 0
    return root


def copied(root: Path, target: Path) -> Path:
    """A copy of a workspace that nobody has open."""
    return Path(shutil.copytree(root, target, dirs_exist_ok=True))


@pytest.fixture
def workspace(new_workspace: Path, tmp_path: Path) -> Path:
    """A new workspace with the seed campaign and no branch."""
    return copied(new_workspace, tmp_path / new_workspace.name)


@pytest.fixture
def filled(filled_workspace: Path, workspace: Path, tmp_path: Path) -> Path:
    """A workspace with the test branch t01; its dossier lies beside it as t01.json."""
    shutil.copy2(filled_workspace.parent / "t01.json", tmp_path)
    return copied(filled_workspace, workspace)  # a test may ask for both; they are one


@pytest.fixture(scope="session")
def database_server() -> Iterator[DatabaseServer]:
    """A PostgreSQL server, started when the first test asks for it."""
    from tests.database_server import DatabaseServer

    server = DatabaseServer()
    yield server
    server.remove()


@pytest.fixture
def database(database_server: DatabaseServer) -> Iterator[TestDatabase]:
    """An empty database of the house on the server."""
    from tests.database_server import TestDatabase

    with TestDatabase(database_server) as one:
        yield one


zygote.NOT_INHERITED.add("PYTEST_CURRENT_TEST")  # it differs from test to test, and a zygote takes seconds to warm up


def run(*arguments: str) -> int:
    """Run a command in this process; its exit status."""
    return chinese.run(cli.program, arguments, "orglife")


@contextlib.contextmanager
def disk_full_at(call: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The ``call``-th file that this process syncs meets a full disk; folders, which may refuse to be synced, do not count."""
    fsync, left = os.fsync, [call]

    def refuse(number: int) -> None:
        if stat.S_ISREG(os.fstat(number).st_mode):
            left[0] -= 1
            if left[0] == 0:
                raise OSError(errno.ENOSPC, "full")
        fsync(number)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        yield
