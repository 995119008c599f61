"""What keeps the guided page safe: files that are only read, and a door that opens with the right address only."""

from __future__ import annotations

from typing import Any, NoReturn

from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import HTTPError

REFUSED = 403


class ReadOnlyFiles(AsyncLargeFileManager):  # type: ignore[misc]  # untyped
    """Notebooks are templates that hold no data; what is typed goes to the store, by way of the kernel."""

    async def get(self, *arguments: Any, **options: Any) -> Any:
        """A file or folder, marked as not to be written: so Lab makes no checkpoint and never saves."""
        found = await super().get(*arguments, **options)
        found["writable"] = False
        return found

    async def save(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Refused."""
        raise HTTPError(REFUSED)

    async def delete_file(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Refused."""
        raise HTTPError(REFUSED)

    async def rename_file(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Refused."""
        raise HTTPError(REFUSED)

    async def copy(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Refused."""
        raise HTTPError(REFUSED)

    async def create_checkpoint(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Refused."""
        raise HTTPError(REFUSED)

    async def list_checkpoints(self, *_arguments: Any, **_options: Any) -> list[Any]:
        """None; looking for them would make their folder."""
        return []

    async def restore_checkpoint(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Refused."""
        raise HTTPError(REFUSED)


WRONG_ADDRESS = (
    '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>组织生活会工作簿</title>'
    '<body style="font:18px/1.8 sans-serif;max-width:36em;margin:15vh auto;padding:0 1em;color:#1f2933">'
    '<h1 style="font-size:24px;color:#7f1d1d">这个网址打不开工作簿</h1>'
    "<p>网址不完整，或不是这个工作目录的。请回到打开工作簿的窗口，用那里给出的完整网址；或关闭那个窗口后重新打开工作簿。</p>"
)


class WrongAddress(LoginFormHandler):  # type: ignore[misc]  # untyped
    """Takes the place of Jupyter's English login page: nobody types a token by hand."""

    def _render(self, message: str | None = None) -> None:  # noqa: ARG002  the parent's signature
        self.set_status(REFUSED)
        self.finish(WRONG_ADDRESS)
