"""What the guided page asks the server for, beside Lab: to make a paper, to keep who types, to begin a rehearsal anew.

An asked-for action answers with plain data or with a file. A file is held in memory, is fetched at an address of its own
and is gone with the server: no copy of a paper is left on the disk by looking at it.
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

from orglife.core.errors import OrglifeError

UNEXPECTED = "程序遇到了意外情况，这一步没有完成，已保存的内容不受影响。请把这一页的截图交给管理员。"
KEPT = 8  # files held at once
GONE = "这个文件已经不在了。请关闭这一页，回到工作簿里再做一次。"
NOT_FOUND = 404


@dataclass(frozen=True)
class File:
    """A file for the person at the browser, and what is told with it, one sentence each."""

    name: str
    data: bytes
    told: Sequence[str] = ()


Action = Callable[[Mapping[str, Any]], "File | Mapping[str, Any]"]


@dataclass
class PageActions:
    """The actions by name, and the files they gave.

    Attributes:
        actions: Each takes what the page sends; it runs in a thread of its own.
    """

    actions: Mapping[str, Action]
    _files: OrderedDict[str, File] = field(default_factory=OrderedDict)

    def keep(self, made: File) -> str:
        """Hold a file; the oldest goes when there are too many.

        Returns:
            Its key, which nobody can guess.
        """
        key = secrets.token_urlsafe(16)
        self._files[key] = made
        while len(self._files) > KEPT:
            self._files.popitem(last=False)
        return key

    def file(self, key: str) -> File | None:
        """A file that is still held."""
        return self._files.get(key)

    def act(self, name: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Do what the page asks for.

        Returns:
            The action's data, or ``{"name", "url", "told"}`` of a file, or ``{"problems": [sentences]}``.
        """
        try:
            answer = self.actions[name](asked)
        except OrglifeError as error:
            return {"problems": error.sentences}
        if isinstance(answer, File):
            url = f"orglife/made/{self.keep(answer)}/{quote(answer.name)}"
            return {"name": answer.name, "url": url, "told": list(answer.told)}
        return dict(answer)


def add_page_actions(web_app: Any, doors: PageActions) -> None:
    """Open the doors in a server that is set up but not yet running."""
    base = web_app.settings["base_url"]
    options = {"doors": doors}
    web_app.add_handlers(
        ".*$",
        [
            (url_path_join(base, r"/orglife/do/(\w+)"), _Do, options),
            (url_path_join(base, r"/orglife/made/([\w-]+)/[^/]+"), _Made, options),
        ],
    )


class _Do(APIHandler):  # type: ignore[misc]  # untyped
    """An action: POST with JSON, by the page's own token and XSRF mark."""

    def initialize(self, doors: PageActions) -> None:
        super().initialize()
        self.doors = doors

    @authenticated  # type: ignore[untyped-decorator]
    async def post(self, name: str) -> None:
        """Answers in JSON, with problems as sentences."""
        if name not in self.doors.actions:
            raise HTTPError(NOT_FOUND)
        asked = self.get_json_body() or {}
        try:
            answer = await asyncio.to_thread(self.doors.act, name, asked)
        except Exception as error:  # noqa: BLE001  a bug: told in the page, with its kind and nothing personal in the log
            self.log.error("orglife %s: %s", name, type(error).__name__)  # noqa: TRY400
            answer = {"problems": [UNEXPECTED]}
        self.finish(answer)


class _Made(JupyterHandler):  # type: ignore[misc]  # untyped
    """A file that was made: shown by the browser where it can, else saved."""

    def initialize(self, doors: PageActions) -> None:
        super().initialize()
        self.doors = doors

    @property
    def content_security_policy(self) -> str:
        """A paper loads nothing."""
        return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'self'"

    @authenticated  # type: ignore[untyped-decorator]
    async def get(self, key: str) -> None:
        """The file."""
        made = self.doors.file(key)
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
