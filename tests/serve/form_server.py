"""The first page's small server in a thread of the test; it ends with the test whatever fails in it."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from orglife.adapters.lab import runtime, setup

FORM = "application/x-www-form-urlencoded"


@dataclass
class FormServer:
    """A form that is being served; ``outcome`` is filled when the server ends."""

    port: int
    query: str
    thread: threading.Thread
    outcome: list[bool]

    def send(self, method: str, path: str, body: str | bytes = "", kind: str = FORM) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request(method, path, body, {"Content-Type": kind} if body else {})
            answer = line.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            line.close()

    def ask(self, what: str, **fields: str) -> dict[str, Any]:
        """The answer in JSON to what the page asks."""
        status, text = self.send("POST", f"/{what}?{self.query}", urlencode(fields))
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
        target=lambda: outcome.append(setup.ask(form, port, "secret", ready, signals=False)), daemon=True
    )
    thread.start()
    assert up.wait(20)
    ((url, loop),) = started
    try:
        yield FormServer(port, urlsplit(url).query, thread, outcome)
    finally:
        with contextlib.suppress(RuntimeError):  # it has ended already
            loop.call_soon_threadsafe(form.done.set)
        thread.join(20)
    assert not thread.is_alive()
