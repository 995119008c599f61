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
    entrance: Entrance
    thread: threading.Thread
    outcome: list[bool]
    cookie: str = ""

    @property
    def base(self) -> str:
        """The random path below which everything stands."""
        return self.entrance.keys.base

    def send(
        self,
        method: str,
        path: str,
        body: str | bytes = "",
        *,
        kind: str = FORM,
        site: str = "same-origin",
        **more: str,
    ) -> tuple[int, str, Mapping[str, str]]:
        """Status, text and headers of an answer; ``more`` are further headers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Cookie": self.cookie, "Sec-Fetch-Site": site, **({"Content-Type": kind} if body else {}), **more}
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode(errors="replace"), answer.headers
        finally:
            line.close()

    def enter(self) -> None:
        """Open the address as the user's browser does, and keep the cookie."""
        status, _, headers = self.send("GET", self.address, site="none")
        assert status == 200
        self.cookie = headers["Set-Cookie"].split(";")[0]

    def ask(self, what: str, **fields: str) -> dict[str, Any]:
        """The answer in JSON to what the page asks."""
        status, text, _ = self.send("POST", f"{self.base}{what}", urlencode(fields))
        assert status == 200
        answer: dict[str, Any] = json.loads(text)
        return answer


@contextmanager
def form_server(form: setup.Form) -> Iterator[FormServer]:
    port, entrance = runtime.free_port(None), Entrance(Keys.new())
    started: list[tuple[str, asyncio.AbstractEventLoop]] = []
    up = threading.Event()

    def ready(url: str) -> None:
        started.append((url, asyncio.get_running_loop()))
        up.set()

    outcome: list[bool] = []
    thread = threading.Thread(
        target=lambda: outcome.append(setup.ask(form, port, entrance, ready, signals=False)), daemon=True
    )
    thread.start()
    assert up.wait(20)
    ((url, loop),) = started
    try:
        place = urlsplit(url)
        yield FormServer(port, f"{place.path}?{place.query}", entrance, thread, outcome)
    finally:
        with contextlib.suppress(RuntimeError):  # it has ended already
            loop.call_soon_threadsafe(form.done.set)
        thread.join(20)
    assert not thread.is_alive()
