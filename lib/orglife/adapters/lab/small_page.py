"""A handler of the small server that runs before Lab's: it logs a browser in once and never answers in English."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from tornado.web import RequestHandler

from orglife.adapters.lab.guards import WRONG_ADDRESS, leading_to
from orglife.adapters.lab.keys import Entrance, is_own_request, is_prefetch
from orglife.adapters.lab.runtime import HOST
from orglife.core.errors import OrglifeError

REFUSED = 403
COOKIE = "orglife-founding"
UNEXPECTED = "程序遇到了意外情况，还没有建立。请再试一次；还不行的，请把这一页的截图交给管理员。"


class CookieHandler(RequestHandler):  # type: ignore[misc]  # untyped
    """Requires the cookie, which the address sets once, so that no other account and no other site can use the page."""

    entrance: Entrance
    refused = False

    @property
    def subpath(self) -> str:
        """The path below the random one."""
        return str(self.request.path).removeprefix(self.entrance.keys.base)

    def prepare(self) -> Awaitable[None] | None:
        """Reject requests without the cookie."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Content-Security-Policy", "frame-ancestors 'none'")
        self.set_header("X-Content-Type-Options", "nosniff")
        keys, headers = self.entrance.keys, self.request.headers
        known = self.request.path.startswith(keys.base) and self.request.host == f"{HOST}:{self.settings['port']}"
        entered = hmac.compare_digest(self.get_cookie(COOKIE, "").encode(), keys.founding_cookie.encode())
        if known and self.subpath == "enter/" and self.request.method == "GET" and not is_prefetch(headers):
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

    async def answer(self, key: str, work: Callable[[], Any]) -> bool:
        """Run work in a thread and answer ``{key: result}``, or the problems; whether it succeeded."""
        try:
            result = await asyncio.to_thread(work)
        except OrglifeError as error:
            await self.finish({"problems": error.sentences})
            return False
        await self.finish({key: result})
        return True

    def log_exception(self, *_error: Any) -> None:
        """Print nothing: the user's screen stays free of English messages."""

    def write_error(self, status_code: int, **_more: Any) -> None:
        """Show one sentence for any error."""
        self.set_status(status_code)
        self.finish({"problems": [UNEXPECTED]} if self.request.method == "POST" else self.error_page())

    def error_page(self) -> str:
        """What a page shows instead of itself."""
        return UNEXPECTED
