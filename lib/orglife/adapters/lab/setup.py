"""The form that creates a workspace, in the browser: a small server that runs before Lab's.

Like Lab's, it listens on this machine only and requires the token; it uses the same port and token.
"""

from __future__ import annotations

import asyncio
import hmac
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jinja2
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from orglife.adapters.disk import paths
from orglife.adapters.lab.guards import WRONG_ADDRESS
from orglife.adapters.lab.runtime import HOST
from orglife.core.errors import OrglifeError, PortTaken

REFUSED = 403
CHOOSE_AGAIN = "改好以后，党员名册“{name}”要再选一次。"
LARGEST = 30 * 1024 * 1024  # bytes of the form with its roster

FIELDS = ("branch", "campaign", "role", "author", "names", "rehearsal")
UNEXPECTED = "程序遇到了意外情况，还没有建立。请再试一次；还不行的，请把这一页的截图交给管理员。"

Submit = Callable[[Mapping[str, str], "tuple[str, bytes] | None"], str]


@dataclass
class Form:
    """The form's contents and what submitting does.

    Attributes:
        folder: Where the workspace will be, as shown to the user.
        campaigns: (id, title) of those to choose from.
        submit: Creates the workspace and returns the address of its first page; on OrglifeError nothing is created.
    """

    folder: str
    campaigns: list[tuple[str, str]]
    submit: Submit
    done: asyncio.Event = field(default_factory=asyncio.Event)
    opened: bool = False


def page(form: Form, token: str = "", given: Mapping[str, str] | None = None, problems: Sequence[str] = ()) -> str:
    """The form with the entered values and the problems found."""
    filled = {name: (given or {}).get(name, "") for name in FIELDS}
    return _template().render(form=form, token=token, given=filled, problems=list(problems), going="")


def going(form: Form, address: str) -> str:
    """The page that waits until Lab answers and then opens it."""
    return _template().render(form=form, token="", given={}, problems=[], going=address)


def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(paths.templates() / "html")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.get_template("setup.html.j2")


class _Setup(RequestHandler):  # type: ignore[misc]  # untyped
    """The one page."""

    def initialize(self, form: Form, token: str) -> None:
        self.form, self.token = form, token

    def prepare(self) -> None:
        """Require the token, so that no other account and no other site can use the form."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Content-Security-Policy", "frame-ancestors 'none'")
        if not hmac.compare_digest(self.get_argument("token", "").encode(), self.token.encode()):
            self.set_status(REFUSED)
            self.finish(WRONG_ADDRESS)

    def log_exception(self, *_error: Any) -> None:
        """Print nothing: the user's screen stays free of English messages."""

    def write_error(self, status_code: int, **_more: Any) -> None:
        """Show one sentence for any error."""
        self.set_status(status_code)
        self.finish(page(self.form, self.token, {}, [UNEXPECTED]))

    def get(self) -> None:
        """The empty form."""
        self.finish(page(self.form, self.token))

    async def post(self) -> None:
        """Create the workspace, or show the problems."""
        given = {name: self.get_body_argument(name, "", strip=False) for name in FIELDS}
        sent = self.request.files.get("roster") or []
        roster = (sent[0].filename, sent[0].body) if sent and sent[0].body else None
        try:
            address = await asyncio.to_thread(self.form.submit, given, roster)
        except OrglifeError as error:
            again = [CHOOSE_AGAIN.format(name=roster[0])] if roster else []  # browsers do not keep a chosen file
            self.finish(page(self.form, self.token, given, [*error.sentences, *again]))
            return
        await self.finish(going(self.form, address))
        self.form.opened = True
        self.form.done.set()


def ask(form: Form, port: int, token: str, on_start: Callable[[str], None], *, signals: bool = True) -> bool:
    """Serve the form until it is submitted or the process is told to stop.

    Args:
        form: The form.
        port: Where to listen.
        token: Required in the address.
        on_start: Called with the address once the server listens.
        signals: Stop at SIGINT and SIGTERM; possible in the main thread only.

    Returns:
        Whether a workspace was created.

    Raises:
        PortTaken: another program uses the port.
    """
    return asyncio.run(_ask(form, port, token, on_start, (signal.SIGINT, signal.SIGTERM) if signals else ()))


async def _ask(
    form: Form, port: int, token: str, on_start: Callable[[str], None], ends: Sequence[signal.Signals]
) -> bool:
    form.done = asyncio.Event()
    server = HTTPServer(
        Application([("/.*", _Setup, {"form": form, "token": token})], log_function=lambda _: None),
        max_buffer_size=LARGEST,
    )
    try:
        server.listen(port, HOST)
    except OSError as error:
        raise PortTaken(port=port) from error
    loop = asyncio.get_running_loop()
    before: dict[int, Any] = {
        one: signal.signal(one, lambda *_: loop.call_soon_threadsafe(form.done.set)) for one in ends
    }
    on_start(f"http://{HOST}:{port}/?token={token}")
    try:
        await form.done.wait()
    finally:
        server.stop()
        await server.close_all_connections()
        for one, handler in before.items():
            signal.signal(one, handler)
    return form.opened
