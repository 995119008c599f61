"""verify of a workspace: its store, every bag in its archive folder, and whether they tell of one history."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.bag import verifier
from tests.archive import attacks
from tests.archive.test_archive import rows
from tests.archive.test_verify import remake
from tests.conftest import run


@pytest.fixture
def verified(workspace_copy: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Verifies the workspace: the exit status and the one result."""

    def once() -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        status = run("verify", str(workspace_copy), "--json")
        (found,) = json.loads(capsys.readouterr().out)["results"]
        return status, found

    return once


def told(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(p["file"], p["kind"]) for check in found["checks"] for p in check["problems"]]


def test_a_workspace_is_verified_with_its_bags(
    workspace_copy: Path, verified: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace_copy / "archive" / "_2023").mkdir()
    shutil.move(workspace_copy / "archive" / "t01", workspace_copy / "archive" / "_2023" / "t01")
    status, found = verified()
    assert (status, found["kind"], found["ok"], told(found)) == (0, "store", True, [])
    (bag,) = found["bags"]
    assert (bag["path"], bag["kind"], bag["ok"]) == (str(workspace_copy / "archive" / "_2023" / "t01"), "bag", True)
    assert run("verify", str(workspace_copy)) == 0
    assert capsys.readouterr().out.endswith("连同1个归档包，全部通过。\n")


def test_a_changed_file_in_a_bag_is_named(
    workspace_copy: Path, verified: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    path = workspace_copy / "archive" / "t01" / rows(workspace_copy / "archive" / "t01")[0]["文件"]
    attacks.write(path, path.read_bytes() + b" ")
    status, found = verified()
    assert (status, found["ok"], told(found)) == (1, False, [])
    assert rows(workspace_copy / "archive" / "t01")[0]["文件"] in {file for file, _ in told(found["bags"][0])}
    assert run("verify", str(workspace_copy)) == 1
    assert "1个归档包里有1个不符。" in capsys.readouterr().out


def test_bags_that_are_not_there_and_what_else_lies_there_is_told(workspace_copy: Path, verified: Any) -> None:
    archive = workspace_copy / "archive"
    (archive / "t01").rename(workspace_copy / "taken away")
    (archive / ".partial-0-t01").mkdir()
    (archive / "mine").mkdir()
    (archive / "note.txt").write_text("x", encoding="utf-8")
    status, found = verified()
    assert (status, found["ok"]) == (0, True), "a bag may be kept elsewhere"
    assert told(found) == [
        ("archive/.partial-0-t01", "remark"),
        ("archive/mine", "remark"),
        ("archive/note.txt", "remark"),
        ("archive", "remark"),
    ]
    assert "有34件归档件（t01）" in json.dumps(found, ensure_ascii=False)


def test_a_bag_without_its_manifests_is_a_fault(workspace_copy: Path, verified: Any) -> None:
    for name in verifier.OWN_TAGS:
        if name.startswith(("bag", "manifest", "tagmanifest")):
            (workspace_copy / "archive" / "t01" / name).unlink()
    status, found = verified()
    assert status == 1
    assert ("archive/t01", "missing") in told(found)


def test_a_store_with_another_history_than_its_bags_is_found(workspace_copy: Path, verified: Any) -> None:
    """Nobody brings a witness: the bag is one."""
    remake(workspace_copy)
    status, found = verified()
    assert status == 1
    assert ("archive/t01", "changed") in told(found)
