"""A handler of the small server that runs before Lab's: it requires the token and never answers in English."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable
from typing import Any

from tornado.web import RequestHandler

from orglife.adapters.lab.guards import WRONG_ADDRESS

REFUSED = 403
UNEXPECTED = "程序遇到了意外情况，还没有建立。请再试一次；还不行的，请把这一页的截图交给管理员。"


class TokenHandler(RequestHandler):  # type: ignore[misc]  # untyped
    """Requires the token, so that no other account and no other site can use the page."""

    token, refused = "", False

    def prepare(self) -> Awaitable[None] | None:
        """Refuse what does not bring the token."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Content-Security-Policy", "frame-ancestors 'none'")
        if not hmac.compare_digest(self.get_query_argument("token", "").encode(), self.token.encode()):
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
