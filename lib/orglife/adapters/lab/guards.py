"""Access control of the guided page: read-only files, login by token only, security headers.

docs/privacy.md says what this protects against and what it does not.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path
from typing import Any, NoReturn

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import HTTPError

REFUSED, NOT_FOUND = 403, 404
SHOWN = "notebooks"  # the only folder that the page may read; only the kernel opens the store
SERVICES = ("api", "auth", "config", "contents", "kernels", "kernelspecs", "sessions", "events")
"""The Jupyter services that the page needs: no raw files, no conversion, no remote shutdown."""


class ReadOnlyFiles(AsyncLargeFileManager):  # type: ignore[misc]  # untyped
    """Serves the notebooks read-only: they are templates without data; entries go to the store through the kernel.

    Of other files not even their existence is revealed. A symbolic link counts as the place it leads to.
    """

    def _get_os_path(self, path: str) -> str:
        """The path of a file that may be served.

        Raises:
            HTTPError: 404 for any other file.
        """
        place = Path(str(super()._get_os_path(path)))
        root, real = (Path(os.path.realpath(p)) for p in (self.root_dir, place))
        inside = real.relative_to(root).parts if real.is_relative_to(root) else ()
        shown = inside[:1] == (SHOWN,) and not any(part.startswith(".") for part in inside)
        nowhere = place.is_symlink() and not os.path.exists(place)  # noqa: PTH110  a link to itself: Path raises
        if path.strip("/") and (not shown or nowhere):
            raise HTTPError(NOT_FOUND)
        return str(place)

    async def get(self, path: str, *arguments: Any, **options: Any) -> Any:
        """A file or folder, marked read-only, so that Lab makes no checkpoint and never saves."""
        model = await super().get(path, *arguments, **options)
        model["writable"] = False
        return model

    async def _dir_model(self, path: str, content: bool = True) -> Any:  # noqa: FBT001, FBT002  the parent's
        """A folder with the entries that may be served; a refused entry must not hide the others."""
        model = await super()._dir_model(path, content=False)
        if content:
            names = sorted(os.listdir(self._get_os_path(path)))  # noqa: PTH208  a folder of a dozen files
            model["content"] = [
                await self.get(f"{path}/{name}", content=False) for name in names if self._is_shown(path, name)
            ]
            model["format"] = "json"
        return model

    def _is_shown(self, path: str, name: str) -> bool:
        try:
            place = Path(self._get_os_path(f"{path}/{name}"))
        except HTTPError:
            return False
        return self.should_list(name) and (place.is_dir() or place.is_file())

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
        """None; looking for them would create their folder."""
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
    """Replaces Jupyter's English login page: nobody types a token by hand."""

    def _render(self, message: str | None = None) -> None:  # noqa: ARG002  the parent's signature
        self.set_status(REFUSED)
        self.finish(WRONG_ADDRESS)


class NotHere(JupyterHandler):  # type: ignore[misc]  # untyped
    """Answers 404 for parts of Lab that nobody may use, with or without the token."""

    def _none(self) -> NoReturn:
        raise HTTPError(NOT_FOUND)

    get = head = post = put = patch = delete = options = allow_unauthenticated(_none)


SHUT = [(r"/lab/api/(?:build|extensions|licenses|listings|news|plugins|update)(?:/.*)?", NotHere)]
"""Services of Lab that install, build or use the network."""


def policy(page: str, port: int) -> str:
    """The content security policy: the page may load from and send to its own server only.

    Args:
        page: HTML of Lab's page. Its own inline scripts may run; no other inline script may, so that injected markup
            cannot run code.
        port: Of the server.

    Returns:
        The value of the header Content-Security-Policy.
    """
    inline = [code for kind, code in re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL) if not kind.strip()]
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'" for code in inline]
    return "; ".join(
        [
            "default-src 'self'",
            # Lab compiles the schemas of its settings; widgets deliver their own scripts as blobs
            f"script-src 'self' 'unsafe-eval' blob: {' '.join(hashes)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self' ws://127.0.0.1:{port} data: blob:",
            "worker-src 'self' blob:",
            "frame-src 'self' blob:",
            "frame-ancestors 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        ]
    )


def headers(page: str, port: int) -> dict[str, str]:
    """Headers of every response."""
    return {
        "Content-Security-Policy": policy(page, port),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "SAMEORIGIN",
    }
