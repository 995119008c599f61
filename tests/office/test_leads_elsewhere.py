"""A workspace received from others makes the program use nothing outside of its folder without a word."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import SETTINGS, Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.store import allowed
from orglife.core.errors import LeadsElsewhere
from orglife.office.office import Office
from orglife.office.workspace_store import open_store
from tests.conftest import copied, run
from tests.marks import thorough


@pytest.fixture(autouse=True)
def _of_an_account_that_allowed_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowed.platformdirs, "user_state_path", lambda *_, **__: tmp_path / "account")


@pytest.fixture
def stranger() -> Iterator[tuple[int, list[bytes]]]:
    """The port of somebody's server, and what it hears."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    line = server.accept()[0]
                except OSError:
                    return
                with line:
                    heard.append(line.recv(1000))

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], heard


def set_store(root: Path, store: str) -> None:
    text = (root / SETTINGS).read_text(encoding="utf-8")
    (root / SETTINGS).write_text(
        re.sub("(?m)^store = .*$", lambda _: f"store = {json.dumps(store)}", text), encoding="utf-8"
    )


def commands(root: Path, aside: Path) -> list[tuple[str, ...]]:
    return [
        ("check", str(root)),
        ("verify", str(root)),
        ("export", str(root), "--out", str(aside / "出.json")),
        ("import", str(root), str(aside / "t01.json")),
        ("backup", str(root), "--out", str(aside)),
        ("history", str(root)),
        ("batch", str(root)),
        ("archive", str(root)),
        ("overview", str(root)),
        ("todo", str(root)),
        ("campaign", "begin", str(root), "annual"),
        ("take-home", str(root), "--to", str(aside / "带走")),
        ("start", str(root), "--no-browser"),
    ]


def test_no_command_connects_to_a_server_that_a_workspace_names(
    filled: Path, tmp_path: Path, stranger: tuple[int, list[bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    port, heard = stranger
    set_store(filled, f"postgresql://127.0.0.1:{port}/orglife")
    for line in commands(filled, tmp_path):
        assert run(*line) != 0, line
        told = "".join(capsys.readouterr())
        assert f"“{filled}”没有打开：数据在127.0.0.1的数据库orglife" in told, line
        assert "别人给的工作目录，请先向他问清楚" in told
    assert heard == []


def test_a_server_that_was_allowed_is_asked(
    filled: Path, stranger: tuple[int, list[bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Just inside: the same address, and no other one."""
    port, heard = stranger
    address = f"postgresql://127.0.0.1:{port}/orglife"
    set_store(filled, address)
    assert run("allow", str(filled)) == 0
    assert "数据在127.0.0.1的数据库orglife" in capsys.readouterr().out
    assert run("check", str(filled)) != 0
    assert "没有打开" not in capsys.readouterr().err
    assert heard
    for other in (f"{address}2", f"{address}?sslmode=disable", f"postgresql://localhost:{port}/orglife"):
        heard.clear()
        set_store(filled, other)
        assert run("check", str(filled)) != 0
        assert "没有打开" in capsys.readouterr().err
        assert heard == []


@pytest.mark.parametrize(
    "named", ["sqlite:///../另一个/orglife.db", "{other}/orglife.db", "sqlite:///{other}/orglife.db"]
)
def test_no_file_outside_is_opened(
    named: str, filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else entries would go into another workspace, or to a disk that others read."""
    other = copied(filled, tmp_path / "另一个")
    before = {path: path.read_bytes() for path in other.rglob("orglife.db*")}
    set_store(filled, named.format(other=other))
    for line in commands(filled, tmp_path):
        assert run(*line) != 0, line
        assert "，不在这个文件夹里" in "".join(capsys.readouterr()), line
    assert {path: path.read_bytes() for path in other.rglob("orglife.db*")} == before
    assert run("allow", str(filled)) == 0
    assert run("history", str(filled)) == 0


def test_restore_replaces_no_file_outside(filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = copied(filled, tmp_path / "另一个")
    assert run("backup", str(filled), "--out", str(tmp_path / "u")) == 0
    backup = next((tmp_path / "u").glob("*.zip"))
    set_store(filled, "sqlite:///../另一个/orglife.db")
    before = (other / "orglife.db").read_bytes()
    assert run("restore", str(backup), "--to", str(filled), "--yes") != 0
    assert "，不在这个文件夹里" in "".join(capsys.readouterr())
    assert (other / "orglife.db").read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
@pytest.mark.parametrize(
    "name", ["orglife.db", "attachments", ".orglife", "backups", "logs", "archive/包", ".orglife/jupyter"]
)
def test_a_link_that_leads_out_is_not_followed(name: str, filled: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    place = filled / name
    if place.is_dir():
        shutil.rmtree(place)
    elif place.exists():
        place.rename(outside / "orglife.db")
        outside /= "orglife.db"
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(outside)
    with pytest.raises(LeadsElsewhere) as told:
        Office.open(filled)
    assert f"“{name}”通到“{outside}”" in str(told.value)
    allowed.allow(allowed.places(filled, Settings().store))
    Office.open(filled).close()


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_links_within_and_a_linked_workspace_are_no_matter(filled: Path, tmp_path: Path) -> None:
    (filled / "notebooks" / "x").symlink_to("../records")
    (filled / "loop").symlink_to("loop")
    (tmp_path / "工作").symlink_to(filled)
    Office.open(filled).close()
    Office.open(tmp_path / "工作").close()


@thorough
@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
@pytest.mark.parametrize(
    "name", ["orglife.db", "campaign.toml", "orglife.db-wal", ".orglife", "attachments", "records", ""]
)
def test_a_link_to_itself_is_a_sentence(
    name: str, filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("backup", str(filled), "--out", str(tmp_path / "u")) == 0
    backup = next((tmp_path / "u").glob("*.zip"))
    place = filled / name if name else filled
    shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
    place.symlink_to(place.name)
    told = [("restore", str(backup), "--to", str(filled), "--yes"), *commands(filled, tmp_path)[:-1]]
    for line in [*told[1:], told[0]]:
        assert run(*line) in (0, 1, 2), line
        assert "Errno" not in "".join(capsys.readouterr()), line


def test_whoever_makes_a_workspace_allows_what_he_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outside = tmp_path / "数据.db"
    Workspace.create(tmp_path / "新", ws.campaign_text("2024-seed"), Settings(store=f"sqlite:///{outside}"))
    open_store(tmp_path / "新").close()
    notes = list((tmp_path / "account").rglob("*"))
    assert [path.stat().st_mode & 0o077 for path in notes if os.name != "nt"].count(0) == len(notes)
    assert run("allow", str(tmp_path / "新")) == 0
    Workspace.create(tmp_path / "又", ws.campaign_text("2024-seed"), Settings())
    capsys.readouterr()
    assert run("allow", str(tmp_path / "又")) == 0
    assert "不用同意" in capsys.readouterr().err
