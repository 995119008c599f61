"""The first page's small server in a thread of the test; it ends with the test whatever fails in it."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from orglife.adapters.lab import runtime, setup
from orglife.adapters.lab.keys import Entrance, Keys

FORM = "application/x-www-form-urlencoded"


@dataclass
class FormServer:
    """A form that is being served; ``outcome`` is filled when the server ends."""

    port: int
    address: str
    cookie: str
    thread: threading.Thread
    outcome: list[bool]

    @property
    def base(self) -> str:
        return self.address.split("enter/")[0]

    def send(self, method: str, path: str, body: str | bytes = "", kind: str = FORM) -> tuple[int, str]:
        """As the page that was let in asks."""
        return self.send_at(method, self.base + path.lstrip("/"), body, kind)[:2]

    def send_at(
        self,
        method: str,
        path: str,
        body: str | bytes = "",
        kind: str = FORM,
        *,
        cookie: str | None = None,
        site: str = "same-origin",
        host: str = "",
    ) -> tuple[int, str, Mapping[str, str]]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Cookie": self.cookie if cookie is None else cookie, "Sec-Fetch-Site": site}
        headers |= ({"Content-Type": kind} if body else {}) | ({"Host": host} if host else {})
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode(errors="replace"), answer.headers
        finally:
            line.close()

    def ask(self, what: str, **fields: str) -> dict[str, Any]:
        """The answer in JSON to what the page asks."""
        status, text = self.send("POST", f"/{what}", urlencode(fields))
        assert status == 200
        answer: dict[str, Any] = json.loads(text)
        return answer


@contextmanager
def form_server(form: setup.Form) -> Iterator[FormServer]:
    port = runtime.free_port(None)
    started: list[tuple[str, asyncio.AbstractEventLoop]] = []
    up = threading.Event()

    def ready(url: str) -> None:
        started.append((url, asyncio.get_running_loop()))
        up.set()

    outcome: list[bool] = []
    thread = threading.Thread(
        target=lambda: outcome.append(setup.ask(form, port, Entrance(Keys.new()), ready, signals=False)), daemon=True
    )
    thread.start()
    assert up.wait(20)
    ((url, loop),) = started
    try:
        place = urlsplit(url)
        asked = FormServer(port, f"{place.path}?{place.query}", "", thread, outcome)
        status, text, headers = asked.send_at("GET", asked.address, site="none")
        assert (status, f"url={asked.base}" in text, "token" in text) == (200, True, False)
        assert "HttpOnly" in headers["Set-Cookie"]
        assert f"Path={asked.base}" in headers["Set-Cookie"]
        asked.cookie = headers["Set-Cookie"].split(";")[0]
        yield asked
    finally:
        with contextlib.suppress(RuntimeError):  # it has ended already
            loop.call_soon_threadsafe(form.done.set)
        thread.join(20)
    assert not thread.is_alive()
