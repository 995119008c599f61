"""Trying to get into the guided page: without the token, from other pages, past the notebooks, by other services."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import psutil
import pytest
import websocket
import zmq
from jupyter_server.services.kernels.kernelmanager import ServerKernelManager

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.lab.connections import MOST_FILES
from orglife.adapters.lab.kernel import OneKernel
from tests import branch as b
from tests.browser.served import Server
from tests.conftest import run
from tests.marks import thorough

SECRET = "不可外传的一句话9d41"
HOME, TALKS, UNOPENED = "notebooks/00_home.ipynb", "notebooks/12_talks.ipynb", "notebooks/31_report.ipynb"
SHUT = (302, 400, 401, 403, 404, 405)
Headers = Mapping[str, str]


@dataclass
class Answer:
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Door:
    """A server and how to knock at it, with paths and headers as they are: nothing is tidied up by a library."""

    server: Server
    outside: Path
    cookie: str = ""
    xsrf: str = ""
    began: tuple[str, ...] = ()

    @property
    def token(self) -> str:
        return self.server.keys.token

    @property
    def base(self) -> str:
        """The random path, without the last slash: attackers who know it are the ones that get far."""
        return self.server.keys.base.rstrip("/")

    @property
    def own(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def key(self) -> dict[str, str]:
        return {"Authorization": f"token {self.token}"}

    def ask(self, method: str, path: str, headers: Headers = {}, body: Any = None) -> Answer:  # noqa: B006  read only
        """Ask below the random path."""
        return self.ask_at(method, self.base + path, headers, body)

    def ask_at(self, method: str, path: str, headers: Headers = {}, body: Any = None) -> Answer:  # noqa: B006  as above
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        try:
            line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            data = b"" if body is None else json.dumps(body).encode()
            for name, value in {"Host": f"127.0.0.1:{self.server.port}", **headers}.items():
                line.putheader(name, value)
            line.putheader("Content-Length", str(len(data)))
            line.endheaders(data)
            answer = line.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            line.close()

    def socket(self, path: str, origin: str, headers: Headers = {}) -> int:  # noqa: B006  read only
        """Try a websocket; 101 when it opens, else the status."""
        try:
            line = websocket.create_connection(
                f"ws://127.0.0.1:{self.server.port}{self.base}{path}",
                timeout=20,
                origin=origin,
                redirect_limit=0,
                header=[f"{n}: {v}" for n, v in headers.items()],
            )
        except websocket.WebSocketBadStatusException as refused:
            return int(refused.status_code)
        except websocket.WebSocketException as refused:
            assert "Redirect" in str(refused)  # to the page for those without the address
            return 302
        status = int(line.getstatus())
        line.close()
        return status

    def log_in(self) -> None:
        """What a browser keeps after the address was opened."""
        cookies = self._set(f"/enter/{HOME}?token={self.server.keys.code()}")
        for cookie in cookies:
            assert f"Path={self.base}/" in cookie
        login = next(c for c in cookies if c.startswith("username-"))
        assert "HttpOnly" in login
        assert "SameSite=Strict" in login
        assert "expires" not in login.lower()
        self.cookie = login.split(";")[0]
        cookies = self._set(f"/doc/tree/{HOME}", {"Cookie": self.cookie})  # its kernel is there from the start
        self.xsrf = next(c.split("=", 1)[1].split(";")[0] for c in cookies if c.startswith("_xsrf"))
        self.cookie += f"; _xsrf={self.xsrf}"

    def _set(self, path: str, headers: Headers = {}) -> list[str]:  # noqa: B006  read only
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        line.request("GET", self.base + path, headers=dict(headers))
        answer = line.getresponse()
        answer.read()
        line.close()
        assert answer.status == 200
        return answer.headers.get_all("Set-Cookie") or []

    def kernels(self) -> list[str]:
        """Those beside the one that the first page begins with."""
        told = json.loads(self.ask("GET", "/api/kernels", self.key).body)
        return [kernel["id"] for kernel in told if kernel["id"] not in self.began]

    def begin(self) -> None:
        """Wait for the first page's kernel."""
        deadline = time.monotonic() + 30
        while not self.began and time.monotonic() < deadline:
            self.began = tuple(self.kernels())
            time.sleep(0.1)


def any_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A served workspace with things in it, and beside it, that nobody may get at."""
    folder = tmp_path_factory.mktemp("door")
    root = folder / "工作 目录"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings())
    source = folder / "t01.json"
    source.write_text(json.dumps(b.changed(b.branch(), put={"talk/t01/thoughts": SECRET})), encoding="utf-8")
    assert run("import", str(root), str(source)) == 0
    outside = folder / "outside"
    outside.mkdir()
    (outside / "private.ipynb").write_text(json.dumps({"cells": [], "secret": SECRET}), encoding="utf-8")
    (outside / "private.txt").write_text(SECRET, encoding="utf-8")
    (root / "records" / "paper.html").write_text(SECRET, encoding="utf-8")
    server = Server.start(root, any_port())
    links = {"out.ipynb": outside / "private.ipynb", "folder": outside, "store.txt": root / "orglife.db"}
    links |= {"loop": root / "notebooks" / "loop", "up": root, "token.txt": root / ".orglife" / "server.json"}
    for name, target in links.items():
        (root / "notebooks" / name).symlink_to(target)
    assert run("allow", str(root)) == 0  # without it no page of a workspace with such links is shown at all
    (root / "notebooks" / ".hidden.ipynb").write_text(json.dumps({"secret": SECRET}), encoding="utf-8")
    door = Door(server, outside)
    door.begin()
    yield door
    server.stop()


def kept_shut(door: Door, answer: Answer) -> None:
    """Refused, and nothing told."""
    assert answer.status in SHUT, (answer.status, answer.body[:300])
    assert SECRET.encode() not in answer.body
    assert json.dumps(SECRET)[1:-1].encode() not in answer.body
    assert door.token.encode() not in answer.body
    assert b"Traceback" not in answer.body
    assert not re.search(rb"/(tmp|home|root|usr)/", answer.body), answer.body[:300]


ASKED = [
    ("GET", f"/doc/tree/{TALKS}"),
    ("GET", "/lab"),
    ("GET", "/api/status"),
    ("GET", "/api/me"),
    ("GET", "/api/contents/notebooks"),
    ("PUT", "/api/contents/notebooks/new.ipynb"),
    ("GET", "/api/kernels"),
    ("POST", "/api/kernels"),
    ("POST", "/api/sessions"),
    ("GET", "/api/kernelspecs"),
    ("GET", "/lab/api/settings/@jupyterlab/apputils-extension:sanitizer"),
    ("PUT", "/lab/api/settings/@jupyterlab/apputils-extension:sanitizer"),
    ("PUT", "/lab/api/workspaces/default"),
    ("GET", "/metrics"),
    ("POST", "/api/shutdown"),
    ("OPTIONS", "/api/kernels"),
]


@pytest.mark.parametrize(("method", "path"), ASKED)
@pytest.mark.parametrize("key", ["", "wrong", "null", "0" * 48])
def test_without_the_right_token_no_door_opens(door: Door, method: str, path: str, key: str) -> None:
    before = door.kernels()
    tried = [{}] if not key else [{"Authorization": f"token {key}"}, {"Authorization": f"Bearer {key}"}]
    for headers in tried:
        kept_shut_or_empty(door, method, door.ask(method, path, headers, {"name": "python3"}))
    if key:
        kept_shut_or_empty(door, method, door.ask(method, f"{path}?token={key}", body={"name": "python3"}))
    assert set(door.kernels()) <= set(before)


def kept_shut_or_empty(door: Door, method: str, answer: Answer) -> None:
    """As kept_shut; the question what may be asked is answered with nothing."""
    if method == "OPTIONS" and answer.status in (200, 204):
        assert answer.body == b""
    else:
        kept_shut(door, answer)


def test_an_address_lets_one_browser_in(door: Door) -> None:
    enter = f"/enter/{TALKS}?token={door.server.keys.code()}&branch=t01"
    for guess in ({"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}):
        kept_shut(door, door.ask("GET", enter, guess))
    first = door.ask("GET", enter, {"Sec-Fetch-Site": "cross-site"})  # a link in a file leads there
    assert first.status == 200
    assert first.headers["cache-control"] == "no-store"
    assert f"url={door.base}/doc/tree/{TALKS}?branch=t01" in first.body.decode()
    assert b"token" not in first.body
    second = door.ask("GET", enter)
    kept_shut(door, second)
    assert "set-cookie" not in second.headers
    assert "网址只能用一次" in second.body.decode()
    cookie = first.headers["set-cookie"].split(";")[0]
    assert door.ask("GET", enter, {"Cookie": cookie}).status == 200  # the browser that is in already
    for page in ("//evil.example/", "https://evil.example/", '"><script>alert(1)</script>', "../../x"):
        leads = door.ask("GET", f"/enter/{quote(page)}?token={door.server.keys.code()}").body.decode()
        assert f"url={door.base}/doc/tree/" in leads
        assert "<script" not in leads


def test_no_token_in_an_address_opens_anything(door: Door) -> None:
    for path in ("/api/status", f"/doc/tree/{TALKS}", "/api/kernels", f"/enter/{TALKS}"):
        for token in (door.token, door.server.keys.code() if "enter" not in path else door.token):
            kept_shut(door, door.ask("GET", f"{path}?token={token}"))


def test_the_page_holds_no_token(door: Door) -> None:
    door.log_in()
    for path in (f"/doc/tree/{TALKS}", "/lab", "/api/me", "/api/status"):
        answer = door.ask("GET", path, {"Cookie": door.cookie, "Sec-Fetch-Site": "same-origin"})
        assert answer.status in (200, 302), path
        assert door.token.encode() not in answer.body


@pytest.mark.parametrize(
    "path", ["/", "/lab", "/login", f"/doc/tree/{TALKS}", "/api/status", "/static/x", "/0/lab", "//"]
)
def test_beside_the_random_path_nothing_is_told_not_even_the_path(door: Door, path: str) -> None:
    door.log_in()
    for headers in ({}, door.key, {"Cookie": door.cookie}):
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            answer = door.ask_at(method, path, headers, {})
            assert answer.status == 403
            assert door.base not in str(answer.headers)
            assert door.base.encode() not in answer.body
            assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("site", ["same-site", "cross-site", "none", "nonsense"])
def test_what_the_browser_calls_anothers_request_is_refused_with_cookie_and_mark(door: Door, site: str) -> None:
    """A browser tells it truly, whatever the page that asks has found out or forged."""
    door.log_in()
    forged = {
        "Cookie": door.cookie,
        "Origin": door.own,
        "Referer": f"{door.own}{door.base}/lab",
        "X-XSRFToken": door.xsrf,
    }
    assert door.ask("GET", "/api/kernels", {**forged, "Sec-Fetch-Site": "same-origin"}).status == 200
    tried = [("POST", "/api/kernels"), ("POST", "/orglife/do/make"), ("PUT", "/lab/api/workspaces/default")]
    tried += [] if site == "none" else [("GET", "/api/kernels"), ("GET", f"/doc/tree/{TALKS}")]
    for method, path in tried:
        kept_shut(door, door.ask(method, path, {**forged, "Sec-Fetch-Site": site}, {"name": "python3"}))
    assert door.socket("/api/events/subscribe", door.own, {"Cookie": door.cookie, "Sec-Fetch-Site": site}) in SHUT
    assert (
        door.socket("/api/events/subscribe", door.own, {"Cookie": door.cookie, "Sec-Fetch-Site": "same-origin"}) == 101
    )


@thorough
def test_what_a_browser_kept_of_an_earlier_start_opens_nothing(door: Door, tmp_path: Path) -> None:
    root = tmp_path / "w"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings())
    before = Door(Server.start(root, any_port()), tmp_path)
    unused, token, base = before.server.keys.code(), before.token, before.base
    try:
        before.log_in()
    finally:
        assert before.server.stop() == 0
    assert not (root / ".orglife" / "server.json").exists()
    now = Door(Server.start(root, before.server.port), tmp_path)
    try:
        assert now.base != base
        for headers in ({"Cookie": before.cookie}, {"Authorization": f"token {token}"}):
            assert now.ask_at("GET", f"{base}/api/status", headers).status == 403
            kept_shut(now, now.ask("GET", "/api/status", headers))
        kept_shut(now, now.ask("GET", f"/enter/{TALKS}?token={unused}"))
    finally:
        now.server.stop()


@pytest.mark.parametrize("path", ["/api/events/subscribe", "/api/kernels/{kernel}/channels", "/terminals/websocket/1"])
def test_no_websocket_without_the_token(door: Door, path: str) -> None:
    kernel = json.loads(door.ask("POST", "/api/kernels", door.key, {"name": "python3"}).body)["id"]
    try:
        place = path.format(kernel=kernel)
        for key in ("", "?token=wrong", f"?token={'0' * 48}"):
            assert door.socket(place + key, door.own) in SHUT
    finally:
        door.ask("DELETE", f"/api/kernels/{kernel}", door.key)


@pytest.mark.parametrize("path", ["/login", "/api/contents/x", "/orglife/do/author", "/nowhere"])
def test_a_large_body_is_refused_before_it_is_read(door: Door, path: str) -> None:
    """The answer comes although only the first bytes were sent."""
    with socket.create_connection(("127.0.0.1", door.server.port), timeout=20) as line:
        head = f"POST {door.base}{path} HTTP/1.1\r\nHost: 127.0.0.1:{door.server.port}\r\nContent-Length: 400000000\r\n\r\n"
        line.sendall(head.encode() + b"x" * 1000)
        answer = line.recv(1000)
    assert not answer or answer.split()[1] in (b"400", b"413"), answer[:80]
    assert door.ask("GET", "/api/status", door.key).status in (200, 403, 404)


LINES_OF_STRANGERS = (
    b"GET /{n} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET {base}/api/kernels HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: token {n}\r\n\r\n",
    b"GET {base}/api/kernels/x/channels HTTP/1.1\r\nHost: x{n}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    b"POST {base}/orglife/do/author HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 1\r\n\r\n{",
    b"POST {base}/login HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: x{n}\r\n\r\n",
    b"POST {base}/login HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET " + b"/a" * 40_000 + b" HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03{n}\r\n\r\n",
    b"GET {base}/enter/x?token=\x1b[2J\xe5{n} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX: \x00\r\n\r\n",
    b"BREW {base}/lab HTTP/9.9\r\nHost: [\r\n\r\n",
)


def test_what_strangers_ask_fills_no_log(door: Door) -> None:
    logs = [path for path in (door.outside.parent / "工作 目录" / "logs").glob("*") if path.is_file()]
    before = sum(path.stat().st_size for path in logs)
    for n in range(200):
        asked = LINES_OF_STRANGERS[n % len(LINES_OF_STRANGERS)]
        for name, value in {"n": n, "base": door.base, "port": door.server.port}.items():
            asked = asked.replace(f"{{{name}}}".encode(), str(value).encode())
        with socket.create_connection(("127.0.0.1", door.server.port), timeout=20) as line, suppress(OSError):
            line.sendall(asked)
            line.shutdown(socket.SHUT_WR)
            while line.recv(65536):
                pass
    after = [path for path in (door.outside.parent / "工作 目录" / "logs").glob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in after) - before < 2_000
    assert door.ask("GET", "/api/kernels", door.key).status == 200


@thorough
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits of another process are Linux's")
def test_a_crowd_of_open_connections_fills_no_screen_and_the_page_is_back_afterwards(tmp_path: Path) -> None:
    """More than the server may have files: it is full as long as they stay, and says nothing of it."""
    import resource  # POSIX only

    root = tmp_path / "w"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings())
    server = Server.start(root, any_port())
    pid = server.process.pid
    try:
        soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        assert soft == min(hard, MOST_FILES), "as many as the system allows"
        most = len(list(Path(f"/proc/{pid}/fd").iterdir())) + 60
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (most, hard))
        crowd = []
        for _ in range(150):
            one = socket.create_connection(("127.0.0.1", server.port), timeout=20)
            one.sendall(b"GET /x HTTP/1.1\r\nX: ")
            crowd.append(one)
        until_full = time.monotonic() + 60
        while len(list(Path(f"/proc/{pid}/fd").iterdir())) < most and time.monotonic() < until_full:
            time.sleep(0.1)
        time.sleep(0.5)
        for one in crowd:
            one.close()
        answered = Door(server, tmp_path).ask("GET", "/api/status", {"Authorization": f"token {server.keys.token}"})
        assert answered.status in (200, 403, 404)
        assert sum(path.stat().st_size for path in (root / "logs").glob("*")) < 2_000
    finally:
        server.process.send_signal(signal.SIGINT)
        said = server.process.communicate(timeout=60)[1]
    assert "Traceback" not in said
    assert len(said) < 2_000


@thorough
def test_another_page_in_the_same_browser_gets_nowhere(door: Door) -> None:
    """It has the browser's cookies, as a page on another port of this machine does, but neither token nor mark."""
    door.log_in()
    before = door.kernels()
    kernel = json.loads(door.ask("POST", "/api/kernels", door.key, {"name": "python3"}).body)["id"]
    try:
        for origin in (
            "http://evil.example",
            f"http://127.0.0.1:{door.server.port + 1}",
            "null",
            f"{door.own}.evil.example",
        ):
            theirs = {"Cookie": door.cookie, "Origin": origin, "Referer": f"{origin}/page"}
            for method, path in ASKED[2:]:
                if method != "OPTIONS" and path not in ("/metrics", "/api/status", "/api/me"):
                    answer = door.ask(method, path, theirs, {"name": "python3"})
                    kept_shut(door, answer)
                    assert answer.headers.get("access-control-allow-origin") in (None, door.own)
            for place in (f"/api/kernels/{kernel}/channels", "/api/events/subscribe"):
                assert door.socket(place, origin, {"Cookie": door.cookie}) in SHUT
        # a form on another page sends no Origin in some browsers, and never our mark
        for headers in ({"Cookie": door.cookie}, {"Cookie": door.cookie, "X-XSRFToken": "2|wrong|wrong|1"}):
            kept_shut(door, door.ask("POST", "/api/kernels", headers, {"name": "python3"}))
        assert set(door.kernels()) == {*before, kernel}
        # our own page still gets in
        ours = {"Cookie": door.cookie, "Origin": door.own, "X-XSRFToken": door.xsrf}
        assert door.ask("GET", "/api/kernels", ours).status == 200
        assert door.socket(f"/api/kernels/{kernel}/channels", door.own, {"Cookie": door.cookie}) == 101
    finally:
        door.ask("DELETE", f"/api/kernels/{kernel}", door.key)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1.evil.example:{port}",
        "8.8.8.8:{port}",
        "[2001:db8::1]:{port}",
        "0.0.0.0:{port}",
    ],
)
def test_a_name_that_was_made_to_lead_here_is_refused_even_with_the_token(door: Door, host: str) -> None:
    named = {**door.key, "Host": host.format(port=door.server.port)}
    for path in (f"/doc/tree/{TALKS}", "/api/contents/notebooks", "/api/kernels", "/api/events/subscribe"):
        kept_shut(door, door.ask("GET", path, named))


TRAVERSALS = [
    "../outside/private.ipynb",
    "../../outside/private.txt",
    "notebooks/../../outside/private.txt",
    "%2e%2e/outside/private.txt",
    "..%2foutside%2fprivate.txt",
    "%2e%2e%2foutside%2fprivate.txt",
    "%252e%252e%252foutside%252fprivate.txt",
    "..%5coutside%5cprivate.txt",
    "..%c0%afoutside/private.txt",
    "%00",
    "notebooks/12_talks.ipynb%00.txt",
    "//etc/passwd",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "C:/Windows/win.ini",
    "file:///etc/passwd",
    "orglife.db",
    "orglife.toml",
    "campaign.toml",
    "records/paper.html",
    "logs/server.log",
    ".orglife/server.json",
    ".orglife/jupyter/runtime/jupyter_cookie_secret",
    "notebooks/../.orglife/server.json",
    "notebooks/%2e%2e/orglife.toml",
    "notebooks/.hidden.ipynb",
    "notebooks/out.ipynb",
    "notebooks/folder",
    "notebooks/folder/private.txt",
    "notebooks/store.txt",
    "notebooks/token.txt",
    "notebooks/loop",
    "notebooks/up/orglife.toml",
    "notebooks/up/.orglife/server.json",
]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_nothing_beside_the_notebooks_is_told_even_with_the_token(door: Door, path: str) -> None:
    doors = ("/api/contents/", "/files/", "/view/", "/nbconvert/html/", "/static/", "/custom/", "/kernelspecs/python3/")
    doors += ("/lab/extensions/", "/static/lab/", "/lab/api/themes/")
    for base in doors:
        answer = door.ask("GET", base + path, door.key)
        if (
            "%00" in path and answer.status == 500
        ):  # Jupyter's own static files: no such name can be, and nothing is told
            answer.status = 404
        kept_shut(door, answer)
    for question in ("?content=1", "?type=file&format=base64", "?type=directory", "?type=notebook", "?hash=1"):
        kept_shut(door, door.ask("GET", f"/api/contents/{path}{question}", door.key))


def test_folders_show_the_notebooks_and_nothing_else(door: Door) -> None:
    top = json.loads(door.ask("GET", "/api/contents", door.key).body)
    assert [each["name"] for each in top["content"]] == ["notebooks"]
    names = {each["name"] for each in json.loads(door.ask("GET", "/api/contents/notebooks", door.key).body)["content"]}
    assert "12_talks.ipynb" in names
    assert not names & {"out.ipynb", "folder", "store.txt", "token.txt", "loop", "up", ".hidden.ipynb"}
    assert door.ask("GET", f"/api/contents/{TALKS}", door.key).status == 200


def test_nothing_is_written_even_with_the_token(door: Door) -> None:
    root, note = (
        door.server.root,
        {"type": "notebook", "content": {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}},
    )
    tries = [
        ("PUT", f"/api/contents/{TALKS}", note),
        ("PUT", "/api/contents/notebooks/new.ipynb", note),
        ("PUT", "/api/contents/notebooks/out.ipynb", note),
        ("PUT", "/api/contents/notebooks/big.txt", {"type": "file", "format": "text", "content": "x", "chunk": 1}),
        ("PUT", "/api/contents/notebooks/made", {"type": "directory"}),
        ("PUT", "/api/contents/orglife.toml", {"type": "file", "format": "text", "content": "x"}),
        ("POST", "/api/contents/notebooks", {"type": "notebook"}),
        ("POST", "/api/contents/notebooks", {"copy_from": TALKS}),
        ("POST", f"/api/contents/{TALKS}/checkpoints", None),
        ("PATCH", f"/api/contents/{TALKS}", {"path": "notebooks/moved.ipynb"}),
        ("DELETE", f"/api/contents/{TALKS}", None),
        ("DELETE", "/api/contents/orglife.db", None),
    ]
    before = {
        p: p.read_bytes() for p in [*root.glob("notebooks/*.ipynb"), root / "orglife.toml", *door.outside.iterdir()]
    }
    for method, path, body in tries:
        kept_shut(door, door.ask(method, path, door.key, body))
    assert {
        p: p.read_bytes() for p in [*root.glob("notebooks/*.ipynb"), root / "orglife.toml", *door.outside.iterdir()]
    } == before
    assert not (root / "notebooks" / "big.txt").exists()
    assert not (root / "notebooks" / "made").exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/terminals"),
        ("POST", "/api/terminals"),
        ("GET", "/terminals/1"),
        ("POST", "/api/shutdown"),
        ("GET", "/api/nbconvert"),
        ("GET", f"/nbconvert/html/{TALKS}"),
        ("GET", f"/files/{TALKS}"),
        ("GET", "/lab/api/extensions"),
        ("POST", "/lab/api/extensions"),
        ("POST", "/lab/api/build"),
        ("GET", "/lab/api/news"),
        ("GET", "/lsp/status"),
    ],
)
def test_services_that_the_page_does_not_need_are_not_there(door: Door, method: str, path: str) -> None:
    answer = door.ask(method, path, door.key, {"cmd": "install", "extension_name": "x"})
    assert answer.status in SHUT, answer.status
    assert door.ask("GET", "/api/status", door.key).status == 200


@pytest.mark.parametrize("name", ["ir", "bash", "../python3", "python3/../x", "python2", "a b"])
def test_no_kernel_of_another_kind(door: Door, name: str) -> None:
    before = door.kernels()
    for path, body in (
        ("/api/kernels", {"name": name}),
        ("/api/sessions", {"path": UNOPENED, "name": "x", "type": "notebook", "kernel": {"name": name}}),
    ):
        answer = door.ask("POST", path, door.key, body)
        assert answer.status >= 400, answer.body
        assert b"Traceback" not in answer.body
    assert set(door.kernels()) <= set(before)
    assert set(json.loads(door.ask("GET", "/api/kernelspecs", door.key).body)["kernelspecs"]) == {"python3"}


def test_every_page_tells_the_browser_what_it_may_load(door: Door) -> None:
    for path in (f"/doc/tree/{TALKS}", "/api/contents/notebooks", "/login", "/api/kernels", "/nowhere"):
        told = door.ask("GET", path, door.key).headers
        rules = dict(part.strip().split(" ", 1) for part in reversed(told["content-security-policy"].split(";")))
        assert rules["default-src"] in ("'self'", "'none'")
        assert "unsafe-inline" not in rules["script-src"]
        assert rules["object-src"] == "'none'"
        assert rules["frame-ancestors"] == "'self'"
        assert not [
            s
            for s in re.findall(r"[^\s;]+:[^\s;]*", told["content-security-policy"])
            if s not in ("data:", "blob:", f"ws://127.0.0.1:{door.server.port}")
        ]
        assert told["x-content-type-options"] == "nosniff"
        assert told["referrer-policy"] == "same-origin"
        assert told["cross-origin-resource-policy"] == "same-origin"


def test_only_this_machine_can_knock(door: Door) -> None:
    kernel = json.loads(door.ask("POST", "/api/kernels", door.key, {"name": "python3"}).body)["id"]
    try:
        process = psutil.Process(door.server.process.pid)
        deadline = time.monotonic() + 20
        while (
            not any(p.net_connections("inet") for p in process.children(recursive=True)) and time.monotonic() < deadline
        ):
            time.sleep(0.1)  # the kernel opens its own
        heard = [
            c.laddr.ip
            for p in (process, *process.children(recursive=True))
            for c in p.net_connections("inet")
            if c.status == "LISTEN"
        ]
        assert len(heard) > 1
        assert set(heard) <= {"127.0.0.1", "::1"}
    finally:
        door.ask("DELETE", f"/api/kernels/{kernel}", door.key)


def test_a_listener_at_the_kernels_ports_hears_nothing(door: Door) -> None:
    """Any account of the computer can connect to them; the signing key of messages does not hinder it from reading."""
    kernel = json.loads(door.ask("POST", "/api/kernels", door.key, {"name": "python3"}).body)["id"]
    context = zmq.Context()
    listener = context.socket(zmq.SUB)
    listener.subscribe(b"")
    try:
        deadline = time.monotonic() + 20
        while len(ports := kernel_ports(door)) < 4 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(ports) >= 4
        for port in ports:
            listener.connect(f"tcp://127.0.0.1:{port}")
        time.sleep(0.5)  # a subscription takes a moment
        page = websocket.create_connection(
            f"ws://127.0.0.1:{door.server.port}{door.base}/api/kernels/{kernel}/channels",
            timeout=20,
            origin=door.own,
            header=[f"Authorization: token {door.token}"],
        )
        page.send(json.dumps(execute_request(f"print({SECRET!r})")))
        while json.loads(page.recv())["content"].get("text", "").strip() != SECRET:
            pass  # the page itself is shown it; recv fails after the timeout otherwise
        page.close()
        assert listener.poll(1000) == 0
    finally:
        listener.close(0)
        context.term()
        door.ask("DELETE", f"/api/kernels/{kernel}", door.key)


def kernel_ports(door: Door) -> set[int]:
    children = door.server.kernels()
    return {c.laddr.port for child in children for c in child.net_connections("inet") if c.status == "LISTEN"}


def execute_request(code: str) -> dict[str, Any]:
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    header = {"msg_id": "m1", "msg_type": "execute_request", "session": "s1", "username": "", "version": "5.3"}
    return {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_what_the_server_keeps_is_its_owners_alone(door: Door) -> None:
    folder = door.server.root / ".orglife"
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "server.json").stat().st_mode & 0o077 == 0
    assert not (folder / "jupyter" / "runtime" / "jupyter_cookie_secret").exists()


def test_who_asks_for_a_second_kernel_is_given_the_first() -> None:
    """Two pages at once: the second asks while the first one's is still starting."""
    started = []

    class Kernels(OneKernel):
        def __init__(self) -> None:
            self.joining, self._starting = asyncio.Lock(), asyncio.Lock()

        def list_kernel_ids(self) -> list[str]:
            return started[:1]

        async def _async_start_kernel(self, **_: Any) -> str:
            await asyncio.sleep(0)
            started.append(f"k{len(started)}")
            return str(started[-1])

    async def asked() -> list[str]:
        kernels = Kernels()
        return [await one for one in [asyncio.ensure_future(kernels.start_kernel()) for _ in range(3)]]

    assert asyncio.run(asked()) == ["k0", "k0", "k0"]


@thorough
def test_a_kernel_that_is_just_starting_is_not_listed_yet() -> None:
    """The page asks which there are while its own is being started: Lab fails at that."""

    class Kernels(OneKernel):
        _kernel_connections: dict[str, int] = {}  # noqa: RUF012  the parent's

        def __init__(self) -> None:
            self._kernels = {"k0": ServerKernelManager()}
            self.pinned_superclass = SimpleNamespace(list_kernel_ids=lambda _: ["k0"])

        def _check_kernel_id(self, _: str) -> None:
            pass

    kernels = Kernels()
    assert kernels.list_kernels() == []
    kernels._kernels["k0"].last_activity = datetime.now(UTC)
    assert [one["id"] for one in kernels.list_kernels()] == ["k0"]
