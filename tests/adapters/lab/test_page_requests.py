"""What the page's server answers to requests for actions and files, over HTTP, with a user who is logged in."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from jupyter_server.auth.authorizer import AllowAllAuthorizer
from jupyter_server.auth.identity import IdentityProvider, User
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from orglife.adapters.lab import actions
from orglife.adapters.lab.actions import END_SERVER, File, PageActions, add_page_actions
from orglife.core.errors import BadInput

Answer = tuple[int, Mapping[str, str], bytes]
Ask = Callable[..., Answer]


class Somebody(IdentityProvider):  # type: ignore[misc]  # untyped
    """Everybody is logged in."""

    def get_user(self, handler: Any) -> User:
        return User(username="she")


def fetch(address: str, body: Any = None) -> Answer:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data=data)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def broken(_: Mapping[str, Any]) -> Mapping[str, Any]:
    raise ValueError("魏长河")


def refused(_: Mapping[str, Any]) -> Mapping[str, Any]:
    raise BadInput(["不行。", "也不行。"])


@pytest.fixture
def page() -> PageActions:
    return PageActions(
        {
            "echo": lambda asked: {"heard": dict(asked)},
            "stop": lambda _: {"bye": 1, END_SERVER: True},
            "go_on": lambda _: {"bye": 0, END_SERVER: False},
            "broken": broken,
            "refused": refused,
            "make": lambda asked: File(asked["name"], b"data", ("一句话。",)),
        }
    )


@pytest.fixture
def ask(page: PageActions) -> Iterator[Ask]:
    """Asks the server; a path, and what is sent."""
    loop = asyncio.new_event_loop()
    app = Application(
        base_url="/b/",
        identity_provider=Somebody(),
        authorizer=AllowAllAuthorizer(),
        cookie_secret="x",
        disable_check_xsrf=True,
        allow_unauthenticated_access=True,
        headers={},
        log_function=lambda _: None,
    )
    add_page_actions(app, page)
    (socket,) = bind_sockets(0, "127.0.0.1")

    async def serve() -> HTTPServer:
        server = HTTPServer(app)
        server.add_sockets([socket])
        return server

    server = loop.run_until_complete(serve())
    port = socket.getsockname()[1]

    def asked(path: str, body: Any = None) -> Answer:
        return loop.run_until_complete(asyncio.to_thread(fetch, f"http://127.0.0.1:{port}/b/orglife/{path}", body))

    yield asked
    server.stop()
    loop.run_until_complete(server.close_all_connections())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def test_an_action_is_given_what_was_sent(ask: Ask) -> None:
    status, _, body = ask("do/echo", {"a": 1})
    assert (status, json.loads(body)) == (200, {"heard": {"a": 1}})
    assert json.loads(ask("do/echo", {})[2]) == {"heard": {}}
    assert ask("do/other", {})[0] == 404


def test_what_goes_wrong_is_a_sentence_and_the_log_learns_its_class_only(
    ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    assert json.loads(ask("do/refused", {})[2]) == {"problems": ["不行。", "也不行。"]}
    assert json.loads(ask("do/broken", {})[2]) == {"problems": [actions.UNEXPECTED]}
    assert "ValueError" in caplog.text
    assert "魏长河" not in caplog.text


def test_an_answer_may_end_the_server(ask: Ask, page: PageActions) -> None:
    ended = []
    page.end = lambda: ended.append(True)
    assert json.loads(ask("do/go_on", {})[2]) == {"bye": 0}
    assert ended == []
    assert json.loads(ask("do/stop", {})[2]) == {"bye": 1}
    assert ended == [True]


@pytest.mark.parametrize(
    ("name", "kind", "manner"),
    [
        ("方案 1.pdf", "application/pdf", "inline"),
        ("方案.html", "text/html; charset=utf-8", "inline"),
        ("方案.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment"),
        ("方案.unknown", "application/octet-stream", "attachment"),
    ],
)
def test_the_browser_shows_papers_and_saves_other_files(
    ask: Ask, name: str, kind: str, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(mimetypes.types_map, ".docx", kind)  # not every system knows it
    answer = json.loads(ask("do/make", {"name": name})[2])
    assert (answer["name"], answer["told"]) == (name, ["一句话。"])
    path = answer["url"].removeprefix("orglife/")
    assert path.endswith("/" + quote(name))
    status, headers, body = ask(path)
    assert (status, body) == (200, b"data")
    assert headers["Content-Type"] == kind
    assert headers["Content-Disposition"] == f"{manner}; filename*=UTF-8''{quote(name)}"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert ask(f"{path}?save=1")[1]["Content-Disposition"].startswith("attachment; ")


def test_a_file_that_was_given_up_is_gone(ask: Ask) -> None:
    status, headers, body = ask("made/unknown/x.pdf")
    assert status == 404
    assert actions.GONE in body.decode()
    assert headers["Cache-Control"] == "no-store"


def test_the_handbook_is_shown(ask: Ask) -> None:
    status, headers, body = ask("handbook/x.pdf")
    assert (status, body[:5]) == (200, b"%PDF-")
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("inline; ")
