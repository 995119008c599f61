"""How a running server is found again, and what a server of pages is set to."""

from __future__ import annotations

import asyncio
import http.server
import json
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.disk import paths
from orglife.adapters.lab import kernel, keys, page_scopes, runtime, server
from orglife.adapters.lab.access import LocalAccess
from orglife.adapters.lab.keys import Entrance, Keys
from orglife.core.errors import NotStarted, PortTaken
from tests.whole.golden_files import GOLDEN, compare

KEYS = Keys("/abc/", "0" * 48)


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers as it is told to."""

    status, body = 200, ""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A program that listens at a port; the sign of life is its answer unless a test says otherwise."""
    monkeypatch.setattr(Answering, "body", KEYS.sign_of_life)
    with http.server.HTTPServer(("127.0.0.1", 0), Answering) as one:
        one.asked = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=one.serve_forever, args=(0.01,))
        thread.start()
        yield one
        one.shutdown()
        thread.join()


def folder(root: Path, port: int) -> runtime.ServerFolder:
    made = runtime.ServerFolder(root)
    made.folder.mkdir()
    LocalAccess(port, Entrance(KEYS)).announce(made, "t01", developer=True)
    return made


def test_a_server_that_answers_is_found_with_its_keys(tmp_path: Path, listener: Any) -> None:
    made = folder(tmp_path, listener.server_port)
    found = runtime.find(made, patience=5)
    assert (found.port, found.developer, found.branch, found.keys) == (listener.server_port, True, "t01", KEYS)
    assert listener.asked == ["/abc/orglife/alive"]
    assert made.last_port() == listener.server_port
    LocalAccess(1, Entrance(KEYS)).withdraw(made)
    assert not made.running.exists()
    assert made.last_port() == listener.server_port, "the browser remembers it"


@pytest.mark.parametrize(("status", "body"), [(404, KEYS.sign_of_life), (200, "somebody else"), (200, "")])
def test_another_program_at_its_port_is_not_taken_for_it(
    tmp_path: Path, listener: Any, monkeypatch: pytest.MonkeyPatch, status: int, body: str
) -> None:
    monkeypatch.setattr(Answering, "status", status)
    monkeypatch.setattr(Answering, "body", body)
    with pytest.raises(NotStarted):
        runtime.find(folder(tmp_path, listener.server_port), patience=0.3)


@pytest.mark.parametrize("text", ["", "{}", '{"port": "x"}'])
def test_what_a_killed_server_left_half_written_is_no_server(tmp_path: Path, text: str) -> None:
    made = folder(tmp_path, 1)
    made.running.write_text(text, encoding="utf-8")
    with pytest.raises(NotStarted):
        runtime.find(made, patience=0.1)


@pytest.mark.parametrize(("text", "port"), [("8765", 8765), ("", 0), ("x", 0), (None, 0)])
def test_the_port_of_the_last_server(tmp_path: Path, text: str | None, port: int) -> None:
    made = runtime.ServerFolder(tmp_path)
    made.folder.mkdir()
    if text is not None:
        (made.folder / "port").write_text(text, encoding="ascii")
    assert made.last_port() == port


def test_a_port_that_is_taken_is_refused_and_a_free_one_is_found(
    listener: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PortTaken):
        runtime.free_port(listener.server_port)
    monkeypatch.setattr(runtime, "FIRST_PORT", listener.server_port)
    port = runtime.free_port(None, last=listener.server_port)
    assert port != listener.server_port
    assert runtime.free_port(port) == port
    monkeypatch.setattr(runtime, "_is_free", lambda _: False)
    anywhere = runtime.free_port(None)
    assert anywhere > 1023
    assert anywhere != listener.server_port


def test_without_an_earlier_port_the_first_of_ours_is_tried_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(runtime, "_is_free", lambda port: asked.append(port) or True)
    assert runtime.free_port(None) == 8765
    assert asked == [8765]
    assert runtime.free_port(0) == 8765


def test_an_address_names_the_page_and_the_branch_that_was_chosen() -> None:
    started = runtime.Started(8765, False, "", KEYS)
    assert started.url("notebooks/甲.ipynb").startswith(
        "http://127.0.0.1:8765/abc/enter/notebooks/%E7%94%B2.ipynb?token="
    )
    assert "branch" not in started.url("a")
    assert started.url("a", "b 01").endswith("&branch=b%2001")
    assert KEYS.has_signed(started.url("a").partition("token=")[2])


# --- what a server is set to -----------------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """A class by its name, a set as a list."""
    return value.__name__ if isinstance(value, type) else sorted(value)


@pytest.mark.parametrize("developer", [False, True])
def test_the_settings_of_a_server(tmp_path: Path, *, developer: bool) -> None:
    access = LocalAccess(8765, Entrance(KEYS))
    config = server._config(runtime.ServerFolder(tmp_path), access, developer=developer)
    assert len(config.ServerApp.cookie_secret) == 32
    config.ServerApp.cookie_secret = "…"
    text = json.dumps(config, indent=1, sort_keys=True, default=plain)
    for place, word in ((tmp_path, "WORKSPACE"), (paths.templates(), "TEMPLATES"), (sys.prefix, "PREFIX")):
        text = text.replace(str(place), word)
    compare(GOLDEN / "server" / ("developer.json" if developer else "guided.json"), text + "\n")


class Handler(SimpleNamespace):
    """As much of a request as the hook asks for."""

    def __init__(self, tree: str | None) -> None:
        super().__init__(path_kwargs={} if tree is None else {"tree": tree})


@pytest.mark.parametrize(
    ("tree", "prepared"),
    [("/tree/notebooks/a.ipynb", ["notebooks/a.ipynb"]), ("/tree/notebooks/x.ipynb", []), (None, []), ("", [])],
)
def test_a_page_is_given_its_data_and_its_kernel_is_prepared(tree: str | None, prepared: list[str]) -> None:
    asked: list[str] = []
    hook = server._page_hook(lambda: {"steps": [{"path": "notebooks/a.ipynb"}]}, "sign", asked.append)
    given: dict[str, Any] = {
        "token": "secret",
        "federated_extensions": [
            {"name": server.EXTENSION, "load": "static/a.js"},
            {"name": server.EXTENSION, "load": "static/b.js?v=1"},
            {"name": "anywidget", "load": "static/c.js"},
            {"name": "stranger", "load": "static/d.js"},
        ],
        "disabledExtensions": ["mine"],
    }
    config = hook(Handler(tree), given)
    assert asked == prepared
    assert (config["token"], config["buildAvailable"], config["buildCheck"]) == ("", False, False)
    loaded = [extension["load"] for extension in config["federated_extensions"]]
    assert loaded[1:] == ["static/b.js?v=1", "static/c.js"]
    name, _, stamp = loaded[0].partition("?v=")
    assert (name, len(stamp)) == ("static/a.js", 12)
    assert "mine" in config["disabledExtensions"]
    assert config["disabledExtensions"] == sorted(config["disabledExtensions"])
    assert json.loads(config["orglife"])["sign_of_life"] == "sign"


# --- windows that close ----------------------------------------------------------------------------------------------


class Window(SimpleNamespace):
    """A window's connection that was closed; ``sent`` is what the kernel is asked then."""

    def __init__(self, *, open_again: bool, running: bool) -> None:
        self.sent: list[dict[str, Any]] = []
        stream = SimpleNamespace(flush=lambda: None, close=lambda: None)
        super().__init__(
            session_key="k1",
            _open_sessions={"k1": 1} if open_again else {},
            kernel_id="kernel",
            multi_kernel_manager=["kernel"] if running else [],
            kernel_manager=SimpleNamespace(connect_shell=lambda: stream),
            session=SimpleNamespace(send=lambda _, kind, content: self.sent.append({"kind": kind, **content})),
        )


@pytest.mark.parametrize(
    ("open_again", "running", "told"), [(False, True, True), (True, True, False), (False, False, False)]
)
def test_a_kernel_frees_the_pages_of_a_window_that_is_gone(*, open_again: bool, running: bool, told: bool) -> None:
    window = Window(open_again=open_again, running=running)
    kernel.PageConnection._tell(window)
    assert bool(window.sent) is told
    if told:
        (sent,) = window.sent
        assert sent["kind"] == "execute_request"
        assert sent["code"].endswith("page_scopes().leave()")
        assert (sent["silent"], sent["store_history"], sent["allow_stdin"]) == (True, False, False)


def test_a_kernel_that_cannot_be_told_harms_nobody() -> None:
    window = Window(open_again=False, running=True)
    window.kernel_manager = None
    kernel.PageConnection._tell(window)
    assert window.sent == []


def test_a_kernel_without_pages_has_no_scopes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_scopes, "_scopes", ["first"])
    assert page_scopes.page_scopes() == "first"  # type: ignore[comparison-overlap]
    timers: list[Any] = []
    monkeypatch.setattr(page_scopes.threading, "Timer", lambda *what: timers.append(what))
    page_scopes.renew_pages()
    assert timers == [], "there is no page"


def test_a_kernel_whose_records_were_replaced_ends_after_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Any] = []

    def timer(*what: Any) -> Any:
        return SimpleNamespace(start=lambda: begun.append(what))

    async def page() -> None:
        page_scopes.renew_pages()

    monkeypatch.setattr(page_scopes.threading, "Timer", timer)
    asyncio.run(page())
    assert begun == [(1.0, os._exit, (0,))], "without an error, once the page has shown what was done"


# --- keys and folders ------------------------------------------------------------------------------------------------


def test_a_code_opens_once_and_only_with_its_own_keys() -> None:
    own, other = Keys.new(), Keys.new()
    assert (own.base, own.token) != (other.base, other.token)
    assert len(own.token) >= 48, "192 bits"
    entrance, code = Entrance(own), own.code()
    assert [entrance.admits(each) for each in (code, code, other.code(), own.code(), "")] == [
        True, False, False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("site", "method", "upgrade", "own"),
    [
        ("", "POST", False, True),
        ("same-origin", "POST", True, True),
        ("none", "GET", False, True),
        ("none", "HEAD", False, True),
        ("none", "POST", False, False),
        ("none", "GET", True, False),
        ("same-site", "GET", False, False),
        ("cross-site", "GET", False, False),
    ],
)
def test_which_requests_come_from_our_own_pages(site: str, method: str, *, upgrade: bool, own: bool) -> None:
    headers = ({"Sec-Fetch-Site": site} if site else {}) | ({"Upgrade": "websocket"} if upgrade else {})
    assert keys.is_own_request(method, headers) is own


def test_the_environment_of_a_server_is_the_users_without_her_own_jupyter(tmp_path: Path) -> None:
    inherited = {"PATH": "/bin", "JUPYTER_PATH": "x", "ipythondir": "y", "JUPYTERLAB_DIR": "z", "ORGLIFE_BRANCH": "t09"}
    made = runtime.ServerFolder(tmp_path).environment(inherited, branch="t01")
    assert made["PATH"] == "/bin"
    assert not {"JUPYTER_PATH", "ipythondir", "JUPYTERLAB_DIR"} & set(made)
    assert made["JUPYTER_CONFIG_DIR"] == str(tmp_path / ".orglife" / "jupyter" / "config")
    own = runtime.BRANCH_ENVIRONMENT
    assert (made[own], own in runtime.ServerFolder(tmp_path).environment({own: "t09"})) == ("t01", False)


@pytest.mark.skipif(os.name == "nt", reason="permissions")
def test_the_folder_of_a_server_is_its_owners_and_brings_nothing_from_others(tmp_path: Path) -> None:
    made = runtime.ServerFolder(tmp_path)
    (made.jupyter / "data" / "kernels").mkdir(parents=True)
    made.folder.chmod(0o755)
    made.prepare(developer=False)
    assert made.folder.stat().st_mode & 0o777 == 0o700
    assert not (made.jupyter / "data" / "kernels").exists()
    assert (made.jupyter / "ipython" / "profile_default" / "startup" / "00-orglife.py").is_file()


def test_only_one_kind_of_kernel_is_started_and_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[str] = []

    async def begin(_self: Any, *, kernel_name: str, **_: Any) -> str:
        running.append(kernel_name)
        return f"{kernel_name}-{len(running)}"

    monkeypatch.setattr(kernel.OneKernel, "_async_start_kernel", begin)
    monkeypatch.setattr(kernel.OneKernel, "list_kernel_ids", lambda _: [f"{name}-1" for name in running[:1]])

    async def all_at_once() -> list[Any]:
        manager = kernel.OneKernel()
        names: tuple[str | None, ...] = (None, "", kernel.KERNEL, "ir")
        asked = (manager.start_kernel(kernel_name=name) for name in names)
        return list(await asyncio.gather(*asked, return_exceptions=True))

    *ids, refused = asyncio.run(all_at_once())
    assert (ids, running) == (["python3-1"] * 3, ["python3"])
    assert refused.status_code == 404
