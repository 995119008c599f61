"""A person's server as the hub starts it, with a hub that only says who somebody is."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import jupyterhub

from orglife.adapters.hub import keeper, messages
from tests.branch import ROOT

PERSON = "ren1"
OWN_TOKEN, HERS, ANOTHERS = "of-the-server", "of-her", "of-another"
PROGRAM = (
    "import socket, sys; from orglife.adapters.hub import keeper; from orglife.serve import person; {warm}"
    "keeper.keep(socket.socket(fileno=int(sys.argv[1])), person.serve_forked)"
)


class Hub:
    """Answers what a person's server asks of a hub."""

    def __init__(self) -> None:
        self.active = threading.Event()
        scope = f"access:servers!server={PERSON}/"
        users = {
            HERS: {"name": PERSON, "kind": "user", "scopes": [scope]},
            ANOTHERS: {"name": "ren2", "kind": "user", "scopes": ["access:servers!server=ren2/"]},
        }
        hub = self

        class Answers(BaseHTTPRequestHandler):
            def answer(self, status: int, body: Any) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("X-JupyterHub-Version", jupyterhub.__version__)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self) -> None:
                user = users.get(self.headers.get("Authorization", "").removeprefix("token "))
                if self.path.startswith("/hub/api/user"):
                    self.answer(200 if user else 403, user)
                else:
                    self.answer(200, {"version": jupyterhub.__version__})

            def do_POST(self) -> None:
                if self.headers.get("Authorization") == f"token {OWN_TOKEN}":
                    hub.active.set()
                self.answer(200, {})

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class PersonServer:
    """A keeper with its server, under this account.

    Attributes:
        home: The person's home.
        store: The database, as the hub's configuration says it.
        login: Her login to it.
        idle: Seconds after which it ends if nobody uses it; "" = as without a word of the administrator.
    """

    home: Path
    store: str
    login: str
    warm: bool = False
    idle: str = ""
    hub: Hub = field(default_factory=Hub)

    def __post_init__(self) -> None:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/user/{PERSON}/"

    def environment(self) -> Mapping[str, str]:
        api = f"{self.hub.url}/hub/api"
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "PGUSER": self.login,
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "ORGLIFE_STORE": self.store,
            "ORGLIFE_CAMPAIGN": "2024-seed",
            "ORGLIFE_IDLE": self.idle,
            "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{self.port}/user/{PERSON}/",
            "JUPYTERHUB_SERVICE_PREFIX": f"/user/{PERSON}/",
            "JUPYTERHUB_API_TOKEN": OWN_TOKEN,
            "JUPYTERHUB_API_URL": api,
            "JUPYTERHUB_ACTIVITY_URL": f"{api}/users/{PERSON}/activity",
            "JUPYTERHUB_BASE_URL": "/",
            "JUPYTERHUB_HOST": "",
            "JUPYTERHUB_CLIENT_ID": f"jupyterhub-user-{PERSON}",
            "JUPYTERHUB_USER": PERSON,
            "JUPYTERHUB_SERVER_NAME": "",
            "JUPYTERHUB_OAUTH_CALLBACK_URL": f"/user/{PERSON}/oauth_callback",
            "JUPYTERHUB_OAUTH_SCOPES": json.dumps([f"access:servers!server={PERSON}/"]),
            "JUPYTERHUB_OAUTH_ACCESS_SCOPES": json.dumps([f"access:servers!server={PERSON}/"]),
        }

    def __enter__(self) -> Self:
        self._line, theirs = messages.pair()
        program = PROGRAM.format(warm="person.warm(); " if self.warm else "")
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", program, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=dict(self.environment()),
                start_new_session=True,
            )
        self._line.settimeout(120)
        message, _ = messages.receive(self._line)
        self.refusal = message["words"] if message["do"] == keeper.REFUSED else ""
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()  # as a hub that ends
        self.process.wait(timeout=60)
        self.hub.close()
