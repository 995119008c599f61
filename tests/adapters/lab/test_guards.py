"""Which files the page may read, which codes and requests count as its own, and what the browser may load."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tornado.web import HTTPError

from orglife.adapters.lab import guards, keys
from orglife.adapters.lab.connections import limit_connections
from orglife.adapters.lab.guards import ReadOnlyFiles


@pytest.fixture
def files(tmp_path: Path) -> ReadOnlyFiles:
    """A workspace's folder with notebooks, data and links."""
    root = tmp_path / "支部"
    (root / "notebooks" / "more").mkdir(parents=True)
    (root / "notebooks" / ".hidden").mkdir()
    for name in ("notebooks/a.ipynb", "notebooks/more/b.ipynb", "notebooks/.x", "orglife.toml", "notebooks/.hidden/c"):
        (root / name).write_text("{}", encoding="utf-8")
    (root / "notebooks" / "inside").symlink_to(root / "notebooks" / "a.ipynb")
    (root / "notebooks" / "data").symlink_to(root / "orglife.toml")
    (root / "notebooks" / "away").symlink_to("/etc/hostname")
    (root / "notebooks" / "nowhere").symlink_to(root / "notebooks" / "gone")
    (root / "notebooks" / "itself").symlink_to(root / "notebooks" / "itself")
    os.mkfifo(root / "notebooks" / "pipe")
    (root / "elsewhere").symlink_to(root / "notebooks")
    return ReadOnlyFiles(root_dir=str(root))


@pytest.mark.skipif(os.name == "nt", reason="links and pipes")
@pytest.mark.parametrize(
    ("path", "served"),
    [
        ("", True),
        ("/", True),
        ("notebooks", True),
        ("notebooks/a.ipynb", True),
        ("notebooks/more/b.ipynb", True),
        ("notebooks/new.ipynb", True),
        ("notebooks/inside", True),
        ("elsewhere", True),
        ("orglife.toml", False),
        ("notebooks/.x", False),
        ("notebooks/.hidden/c", False),
        ("notebooks/data", False),
        ("notebooks/away", False),
        ("notebooks/nowhere", False),
        ("notebooks/itself", False),
        ("orglife.db", False),
        ("notebooks/../orglife.toml", False),
        ("more", False),
    ],
)
def test_only_notebooks_are_served(files: ReadOnlyFiles, path: str, *, served: bool) -> None:
    try:
        files._get_os_path(path)
        allowed = True
    except HTTPError as error:
        assert error.status_code == 404
        allowed = False
    assert allowed is served


@pytest.mark.skipif(os.name == "nt", reason="links and pipes")
def test_a_folder_lists_what_is_served_read_only(files: ReadOnlyFiles) -> None:
    folder = asyncio.run(files.get("notebooks"))
    assert [entry["name"] for entry in folder["content"]] == ["a.ipynb", "inside", "more"]
    assert {entry["writable"] for entry in (folder, *folder["content"])} == {False}
    assert folder["format"] == "json"
    bare = asyncio.run(files.get("notebooks", content=False))
    assert (bare["content"], bare["format"]) == (None, None)
    top = asyncio.run(files.get(""))
    assert [entry["name"] for entry in top["content"]] == ["elsewhere", "notebooks"]
    assert asyncio.run(files.list_checkpoints("notebooks/a.ipynb")) == []
    for change in (files.save, files.delete_file, files.rename_file, files.copy):
        with pytest.raises(HTTPError) as refused:
            asyncio.run(change("notebooks/a.ipynb"))
        assert refused.value.status_code == 403


@pytest.mark.parametrize(
    ("headers", "guess"),
    [
        ({}, False),
        ({"Sec-Purpose": "prefetch"}, True),
        ({"Sec-Purpose": "prefetch;prerender"}, True),
        ({"Purpose": "prefetch"}, True),
        ({"Purpose": "other", "Sec-Purpose": "other"}, False),
    ],
)
def test_an_address_that_the_browser_only_guesses_is_not_used_up(headers: dict[str, str], *, guess: bool) -> None:
    assert keys.is_prefetch(headers) is guess


def test_an_address_of_a_branch_leads_to_the_page_in_both_modes() -> None:
    assert 'content="0;url=/x/doc?a=1&amp;b=2"' in guards.leading_to("/x/doc?a=1&b=2")


PAGE = (
    '<script>own()</script><script src="a.js"></script><script id="config" type="application/json">{}</script>'
    "<script \n>\nlines()\n</script>"
)


def test_only_the_page_s_own_inline_scripts_may_run() -> None:
    policy = guards.policy(PAGE, "http://127.0.0.1:8765")
    (scripts,) = (part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts.count("'sha256-") == 2
    assert "connect-src 'self' ws://127.0.0.1:8765 data: blob:" in policy
    assert "wss://a.example" in guards.policy("", "https://a.example")
    assert guards.policy("", "http://http.example").count("http") == 1, "only the scheme is replaced"


def handler(said: list[str]) -> Any:
    """What the event loop does with a failure."""
    caught: list[Any] = []
    loop = SimpleNamespace(set_exception_handler=caught.append)
    server = SimpleNamespace(conn_params=SimpleNamespace(header_timeout=None))
    limit_connections(server, loop, said.append)  # type: ignore[arg-type]
    assert server.conn_params.header_timeout == 120
    return caught[0]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(24, "too many files of the process"), None),
        (OSError(23, "too many files of the system"), None),
        (OSError(5, "x"), "accept: OSError"),
        (ValueError("魏长河"), "accept: ValueError"),
    ],
)
def test_a_failure_is_logged_by_its_class_and_too_many_files_not_at_all(error: Exception, line: str | None) -> None:
    said: list[str] = []
    handler(said)(None, {"message": "accept", "exception": error})
    assert said == ([line] if line else [])


@pytest.mark.parametrize(
    ("most", "set_to"), [(1_024, 1_024), (16_384, 16_384), (16_385, 16_384), (-1, 16_384), (0, 16_384)]
)
def test_as_many_files_as_the_system_allows_may_be_open(
    most: int, set_to: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    limits: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, most))
    monkeypatch.setattr(resource, "setrlimit", lambda _, pair: limits.append(pair))
    handler([])
    assert limits == [(set_to, most)]
