"""A handler of the small server that runs before Lab's: it lets one browser in and never answers in English."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from tornado.web import RequestHandler

from orglife.adapters.lab.guards import WRONG_ADDRESS, leading_to
from orglife.adapters.lab.keys import Entrance, Keys, is_own_request, is_prefetch
from orglife.adapters.lab.runtime import HOST

REFUSED = 403
UNEXPECTED = "程序遇到了意外情况，还没有建立。请再试一次；还不行的，请把这一页的截图交给管理员。"
COOKIE = "orglife-founding"


@dataclass(frozen=True)
class Going:
    """Where the page goes on to.

    Attributes:
        address: Of the workspace's first page.
        running: Whether it is served already; else the page waits for it.
    """

    address: str
    running: bool = False

    def answer(self, keys: Keys) -> dict[str, Any]:
        """What the page is told: ``going``, ``running`` and the ``sign`` by which it knows the server it waits for."""
        return {"going": self.address, "running": self.running, "sign": keys.sign_of_life}


class FirstPageHandler(RequestHandler):  # type: ignore[misc]  # untyped
    """Requires the cookie, which the address sets once, so that no other account and no other site can use the page.

    Attributes:
        entrance: Lets the browser in; a handler sets it in ``initialize``.
        refused: Whether the request was answered with a refusal.
    """

    entrance: Entrance
    refused = False

    @property
    def asked(self) -> str:
        """The path below the server's random base."""
        return str(self.request.path.removeprefix(self.entrance.keys.base))

    def prepare(self) -> Awaitable[None] | None:
        """Let in who brings a code or the cookie; refuse everybody else."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Content-Security-Policy", "frame-ancestors 'none'")
        self.set_header("X-Content-Type-Options", "nosniff")
        keys, headers = self.entrance.keys, self.request.headers
        known = self.request.path.startswith(keys.base) and self.request.host == f"{HOST}:{self.settings['port']}"
        entered = hmac.compare_digest(self.get_cookie(COOKIE, "").encode(), keys.founding_cookie.encode())
        if known and self.asked == "enter/" and self.request.method == "GET" and not is_prefetch(headers):
            if self.entrance.admits(self.get_query_argument("token", "")):
                options = {"path": keys.base, "httponly": True, "samesite": "Strict", "expires_days": None}
                self.set_cookie(COOKIE, keys.founding_cookie, **options)
                entered = True
            if entered:
                self.finish(leading_to(keys.base))
                return None
        if not (known and entered and is_own_request(self.request.method or "", headers)):
            self.refused = True
            self.set_status(REFUSED)
            self.finish(WRONG_ADDRESS)
        return None

    def log_exception(self, *_error: Any) -> None:
        """Print nothing: the user's screen stays free of English messages."""

    def write_error(self, status_code: int, **_more: Any) -> None:
        """Show one sentence for any error."""
        self.set_status(status_code)
        self.finish({"problems": [UNEXPECTED]} if self.request.method == "POST" else self.error_page())

    def error_page(self) -> str:
        """What a page shows instead of itself."""
        return UNEXPECTED
