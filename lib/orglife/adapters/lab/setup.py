"""The form that creates a workspace, in the browser: a small server that runs before Lab's.

Like Lab's, it listens on this machine only and logs a browser in once; it uses the same port and keys.
"""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jinja2
from tornado.httpserver import HTTPServer
from tornado.web import Application

from orglife.adapters.disk import paths
from orglife.adapters.lab.connections import limit_connections
from orglife.adapters.lab.keys import Entrance
from orglife.adapters.lab.runtime import HOST
from orglife.adapters.lab.setup_restore import RestoreActions, RestoreHandler, UploadHandler
from orglife.adapters.lab.small_page import UNEXPECTED, CookieHandler
from orglife.core.errors import PortTaken

LARGEST = 30 * 1024 * 1024  # bytes of the form with its roster

FIELDS = ("branch", "campaign", "role", "author", "meeting", "fonds", "org_code", "names", "members", "rehearsal")
ROSTER = ("campaign", "names", "uses")
HANDBOOK = "handbook.pdf"
MEETING = ("campaign", "meeting")
SCRIPT, STYLE = "roster_table.js", "roster.css"

ReadRoster = Callable[[Mapping[str, str], "tuple[str, bytes] | None"], dict[str, Any]]
ReadMeeting = Callable[[Mapping[str, str]], str]


Submit = Callable[[Mapping[str, str]], str]


@dataclass
class Form:
    """The form's contents and what submitting does.

    Attributes:
        folder: Where the workspace will be, as shown to the user.
        campaigns: (id, title, what it is for) of those to choose from.
        submit: Creates the workspace and returns the address of its first page; on OrglifeError nothing is created.
        read_roster: Returns the table in which a pasted or chosen roster is confirmed.
        read_meeting: Returns how the typed day of the meeting is understood.
        restoring: Restores a backup instead.
        problem: Why the data of an existing workspace cannot be opened: only a backup can be restored; "" = a new one.
    """

    folder: str
    campaigns: list[tuple[str, str, str]]
    submit: Submit
    read_roster: ReadRoster
    read_meeting: ReadMeeting
    restoring: RestoreActions
    problem: str = ""
    done: asyncio.Event = field(default_factory=asyncio.Event)
    opened: bool = False

    def finished(self) -> None:
        """There is a workspace to open: the server ends."""
        self.opened = True
        self.done.set()


def page(form: Form, sign_of_life: str = "", problems: Sequence[str] = ()) -> str:
    """The empty form; the page itself shows the problems of what is sent, so that nothing typed is lost."""
    parts = {"script": paths.widget_text(SCRIPT), "style": paths.widget_text(STYLE)}
    return _template().render(form=form, sign=sign_of_life, problems=list(problems), **parts)


def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(paths.templates() / "html")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("setup.html.j2")


class _Setup(CookieHandler):
    """The one page."""

    def initialize(self, form: Form, entrance: Entrance) -> None:
        """Take what the server passes."""
        self.form, self.entrance = form, entrance

    def error_page(self) -> str:
        """The form with one sentence."""
        return page(self.form, self.entrance.keys.sign_of_life, [UNEXPECTED])

    def get(self) -> None:
        """The empty form, or the handbook."""
        if self.subpath == HANDBOOK:
            self.set_header("Content-Type", "application/pdf")
            self.finish(paths.handbook().read_bytes())
            return
        self.finish(page(self.form, self.entrance.keys.sign_of_life))

    async def post(self) -> None:
        """Create the workspace and answer with the address of its first page, or with the problems."""
        if self.subpath == "roster":
            await self._read_roster()
            return
        if self.subpath == "meeting":
            answers = {name: self.get_body_argument(name, "", strip=False) for name in MEETING}
            self.finish({"echo": self.form.read_meeting(answers)})
            return
        answers = {name: self.get_body_argument(name, "", strip=False) for name in FIELDS}
        if await self.answer("going", partial(self.form.submit, answers)):
            self.form.finished()

    async def _read_roster(self) -> None:
        """Answer with the table in which the roster is confirmed, or with the reason why it cannot be read."""
        answers = {name: self.get_body_argument(name, "", strip=False) for name in ROSTER}
        sent = self.request.files.get("roster") or []
        file = (sent[0].filename, sent[0].body) if sent else None
        await self.answer("table", partial(self.form.read_roster, answers, file))


def ask(form: Form, port: int, entrance: Entrance, on_start: Callable[[str], None], *, signals: bool = True) -> bool:
    """Serve the form until it is submitted or the process is told to stop.

    Args:
        form: The form.
        port: Where to listen.
        entrance: Lets the browser in.
        on_start: Called with the address once the server listens.
        signals: Stop at SIGINT and SIGTERM; possible in the main thread only.

    Returns:
        Whether a workspace was created.

    Raises:
        PortTaken: another program uses the port.
    """
    return asyncio.run(_ask(form, port, entrance, on_start, (signal.SIGINT, signal.SIGTERM) if signals else ()))


async def _ask(
    form: Form, port: int, entrance: Entrance, on_start: Callable[[str], None], ends: Sequence[signal.Signals]
) -> bool:
    form.done = asyncio.Event()
    base = re.escape(entrance.keys.base)
    restoring = {"entrance": entrance, "actions": form.restoring}
    server = HTTPServer(
        Application(
            [
                (f"{base}(backups|contents|restore)", RestoreHandler, {**restoring, "restored": form.finished}),
                (f"{base}upload", UploadHandler, restoring),
                ("/.*", _Setup, {"form": form, "entrance": entrance}),
            ],
            log_function=lambda _: None,
            port=port,
        ),
        max_buffer_size=LARGEST,
    )
    try:
        server.listen(port, HOST)
    except OSError as error:
        raise PortTaken(port=port) from error
    loop = asyncio.get_running_loop()
    limit_connections(server, loop, lambda _: None)  # there is no workspace yet, so no log either
    before: dict[int, Any] = {
        one: signal.signal(one, lambda *_: loop.call_soon_threadsafe(form.done.set)) for one in ends
    }
    on_start(f"http://{HOST}:{port}{entrance.keys.base}enter/?token={entrance.keys.code()}")
    try:
        await form.done.wait()
    finally:
        server.stop()
        await server.close_all_connections()
        for one, handler in before.items():
            signal.signal(one, handler)
    return form.opened
