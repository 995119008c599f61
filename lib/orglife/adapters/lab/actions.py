"""Actions of the guided page that Lab does not have: make a paper, record the author, restart the rehearsal.

An action answers with plain data or with a file. Files are held in memory and fetched at an address of their own, so
viewing a paper leaves no copy on the disk.
"""

from __future__ import annotations

import asyncio
import mimetypes
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.web import HTTPError, authenticated

from orglife.adapters.disk import paths
from orglife.core.errors import OrglifeError

UNEXPECTED = "程序遇到了意外情况，这一步没有完成，已保存的内容不受影响。请把这一页的截图交给管理员。"
END_SERVER = "end_server"
"""Key of an action's answer: end the server once the page has the answer."""
KEPT = 8  # files held at once
GONE = "这个文件已经不在了。请关闭这一页，回到工作簿里再做一次。"
NOT_FOUND = 404


@dataclass(frozen=True)
class File:
    """A file for the user, with sentences to show beside it."""

    name: str
    data: bytes
    sentences: Sequence[str] = ()


Action = Callable[[Mapping[str, Any]], "File | Mapping[str, Any]"]


@dataclass
class PageActions:
    """The actions by name, and the files that they returned.

    Attributes:
        actions: Each takes the JSON that the page sends, and runs in its own thread.
        end: Ends the server; called after an answer that holds ``END_SERVER``.
    """

    actions: Mapping[str, Action]
    end: Callable[[], None] = lambda: None
    _files: OrderedDict[str, File] = field(default_factory=OrderedDict)

    def keep(self, made: File) -> str:
        """Hold a file; the oldest is dropped when there are more than ``KEPT``.

        Returns:
            Its random key.
        """
        key = secrets.token_urlsafe(16)
        self._files[key] = made
        while len(self._files) > KEPT:
            self._files.popitem(last=False)
        return key

    def file(self, key: str) -> File | None:
        """A held file; None if it has been dropped."""
        return self._files.get(key)

    def act(self, name: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Run an action.

        Returns:
            The action's data, or ``{"name", "url", "told"}`` of a file, or ``{"problems": [sentences]}``.
        """
        try:
            answer = self.actions[name](request)
        except OrglifeError as error:
            return {"problems": error.sentences}
        if isinstance(answer, File):
            url = f"orglife/made/{self.keep(answer)}/{quote(answer.name)}"
            return {"name": answer.name, "url": url, "told": list(answer.sentences)}
        return dict(answer)


def add_page_actions(web_app: Any, page_actions: PageActions) -> None:
    """Add the handlers to a server that is initialized but not yet running."""
    base = web_app.settings["base_url"]
    options = {"page_actions": page_actions}
    web_app.add_handlers(
        ".*$",
        [
            (url_path_join(base, r"/orglife/do/(\w+)"), _Do, options),
            (url_path_join(base, r"/orglife/made/([\w-]+)/[^/]+"), _Made, options),
            (url_path_join(base, r"/orglife/handbook/[^/]+"), _Handbook),
        ],
    )


class _Do(APIHandler):  # type: ignore[misc]  # untyped
    """Runs an action: POST with JSON, authenticated by token and XSRF cookie."""

    def initialize(self, page_actions: PageActions) -> None:
        super().initialize()
        self.page_actions = page_actions

    @authenticated  # type: ignore[untyped-decorator]
    async def post(self, name: str) -> None:
        """Answer in JSON, with problems as sentences."""
        if name not in self.page_actions.actions:
            raise HTTPError(NOT_FOUND)
        request = self.get_json_body() or {}
        try:
            answer = await asyncio.to_thread(self.page_actions.act, name, request)
        except Exception as error:  # noqa: BLE001  a bug: the page shows a sentence, the log gets its class only
            self.log.error("orglife %s: %s", name, type(error).__name__)  # noqa: TRY400
            answer = {"problems": [UNEXPECTED]}
        ends = answer.pop(END_SERVER, False)
        await self.finish(answer)
        if ends:
            self.page_actions.end()


class _Paper(JupyterHandler):  # type: ignore[misc]  # untyped
    """Serves a paper in a tab of its own."""

    @property
    def content_security_policy(self) -> str:
        """A paper may load nothing."""
        return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'self'"


class _Handbook(_Paper):
    """The handbook, which comes with the program; the browser turns to the chapter named behind #."""

    @authenticated  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Serve the PDF."""
        self.set_header("Content-Type", "application/pdf")
        self.set_header("Content-Disposition", f"inline; filename*=UTF-8''{quote(paths.HANDBOOK)}")
        self.finish(paths.handbook().read_bytes())


class _Made(_Paper):
    """Serves a held file: the browser shows PDF and HTML and saves others."""

    def initialize(self, page_actions: PageActions) -> None:
        super().initialize()
        self.page_actions = page_actions

    @authenticated  # type: ignore[untyped-decorator]
    async def get(self, key: str) -> None:
        """Serve the file."""
        made = self.page_actions.file(key)
        self.set_header("Cache-Control", "no-store")
        if made is None:
            self.set_status(NOT_FOUND)
            self.finish(f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><p>{GONE}</p>')
            return
        kind = mimetypes.guess_type(made.name)[0] or "application/octet-stream"
        shown = kind in ("application/pdf", "text/html")
        self.set_header("Content-Type", f"{kind}; charset=utf-8" if kind == "text/html" else kind)
        manner = "inline" if shown and not self.get_query_argument("save", "") else "attachment"
        self.set_header("Content-Disposition", f"{manner}; filename*=UTF-8''{quote(made.name)}")
        self.finish(made.data)
