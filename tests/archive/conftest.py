"""A workspace whose test branch is archived once, with two attachments; the tests work on copies."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.archive import contents, making
from tests import branch as b
from tests.archive import quick
from tests.conftest import run

ARCHIVE_FIELDS = {"branch/unit_name": "测试局", "branch/fonds": "J001", "branch/org_code": "DZB01"}
JPEG = b"\xff\xd8\xff\xe0" + b"a signed sheet" * 40 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"a sign-in sheet" * 40 + b"IEND\xaeB`\x82"


def raw(**changes: object) -> b.Json:
    """The test branch with what archiving asks for."""
    return b.changed(b.branch(), put={**ARCHIVE_FIELDS, **changes})


def put_in(root: Path, dossier: b.Json, folder: Path) -> None:
    """Import a dossier."""
    source = folder / f"{dossier['branch']['id']}.json"
    source.write_text(json.dumps(dossier), encoding="utf-8")
    assert run("import", str(root), str(source)) == 0


def make(root: Path, *dossiers: b.Json) -> Path:
    """A workspace with branches that can be archived."""
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings())
    for dossier in dossiers or (raw(),):
        put_in(root, dossier, root.parent)
    return root


def attach(root: Path, record: str, name: str, data: bytes, *options: str) -> None:
    """Attach a file to a record."""
    file = root.parent / name
    file.write_bytes(data)
    assert run("attach", str(root), str(file), "--record", record, *options) == 0


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers made without a typesetter."""
    for module in (making, contents):
        monkeypatch.setattr(module, "pdf", quick.pdf)


@pytest.fixture(scope="session")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the archived branch t01; nothing in it may be changed."""
    root = make(tmp_path_factory.mktemp("archive") / "工作 目录")
    attach(root, "plan", "scan.jpg", JPEG)
    attach(root, "mt", "sign.png", PNG, "--kind", "sign_in")
    assert run("archive", str(root)) == 0
    return root


@pytest.fixture(scope="session")
def sealed(archived: Path) -> Path:
    """The bag of t01; nothing in it may be changed."""
    return archived / "archive" / "t01"


@pytest.fixture
def copy(sealed: Path, tmp_path: Path) -> Callable[[], Path]:
    """Copies of the bag whose files may be replaced (``write``), not written into."""

    def once() -> Path:
        target = tmp_path / f"bag{len(list(tmp_path.iterdir()))}"
        shutil.copytree(sealed, target, copy_function=os.link)
        return target

    return once


@pytest.fixture
def workspace_copy(archived: Path, tmp_path: Path) -> Path:
    """A copy of the whole workspace, archive included."""
    return Path(shutil.copytree(archived, tmp_path / "copy"))
