"""Access control of the guided page: read-only files, login by an address that opens once, security headers.

docs/privacy.md says what this protects against and what it does not.
"""

from __future__ import annotations

import base64
import hashlib
import html
import os
import re
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import IdentityProvider
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.utils import url_path_join
from tornado.web import HTTPError, RequestHandler

from orglife.adapters.lab.keys import Entrance, Keys, is_own_request, is_prefetch

REFUSED, NOT_FOUND, NOT_NOW = 403, 404, 503
SHOWN = "notebooks"  # the only folder that the page may read; only the kernel opens the store
SERVICES = ("api", "auth", "config", "contents", "kernels", "kernelspecs", "sessions", "events")
"""The Jupyter services that the page needs: no raw files, no conversion, no remote shutdown."""


class ReadOnlyFiles(AsyncLargeFileManager):  # type: ignore[misc]  # untyped
    """Serves the notebooks read-only: they are templates without data; entries go to the store through the kernel.

    The existence of other files is not revealed either. A symbolic link counts as its target.
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

    async def _refuse(self, *_arguments: Any, **_options: Any) -> NoReturn:
        raise HTTPError(REFUSED)

    save = delete_file = rename_file = copy = create_checkpoint = restore_checkpoint = _refuse

    async def list_checkpoints(self, *_arguments: Any, **_options: Any) -> list[Any]:
        """None; looking for them would create their folder."""
        return []


WRONG_ADDRESS = (
    '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>组织生活会工作簿</title>'
    '<body style="font:18px/1.8 sans-serif;max-width:36em;margin:15vh auto;padding:0 1em;color:#1f2933">'
    '<h1 style="font-size:24px;color:#7f1d1d">这个网址打不开工作簿</h1>'
    "<p>打开工作簿的网址只能用一次，程序每次打开都换新的。请像平时那样再打开一次工作簿（它已经开着的，也会给出新的网址），用新打开的网页。已保存的内容都在。</p>"
)


def leading_to(address: str) -> str:
    """A page that redirects to an address and leaves no entry in the browser's history.

    A redirect by the server is not enough: the browser would attribute it to the page that the user came from and not
    send the cookie.
    """
    return (
        '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>组织生活会工作簿</title>'
        f'<meta http-equiv="refresh" content="0;url={html.escape(address)}">'
    )


class OwnPages(IdentityProvider):  # type: ignore[misc]  # untyped
    """Accepts the cookie from the server's own pages, and the token from the owner's programs; no token in addresses."""

    def get_user(self, handler: Any) -> Any:
        """The user; None for a request that another site's page makes."""
        if not is_own_request(handler.request.method, handler.request.headers):
            return None
        return super().get_user(handler)

    def get_token(self, handler: Any) -> str | None:
        """The token in the header."""
        match = self.auth_header_pat.match(handler.request.headers.get("Authorization", ""))
        return match.group(2) if match else None


class Enter(JupyterHandler):  # type: ignore[misc]  # untyped
    """The address that ``start`` gives: it logs a browser in once and redirects to a page."""

    def initialize(self, entrance: Entrance) -> None:
        """Take what ``add_entrance`` gives."""
        super().initialize()
        self.entrance = entrance

    @allow_unauthenticated  # type: ignore[untyped-decorator]
    def get(self, page: str) -> None:
        """Set the cookie if the code is good; with a valid cookie, an expired code redirects as well."""
        self.set_header("Cache-Control", "no-store")
        if is_prefetch(self.request.headers):
            raise HTTPError(REFUSED)
        if self.entrance.admits(self.get_query_argument("token", "")):
            self.identity_provider.set_login_cookie(self, self.identity_provider.generate_anonymous_user(self))
        elif self.current_user is None:
            self.set_status(REFUSED)
            self.finish(WRONG_ADDRESS)
            return
        mode = "doc" if self.settings["orglife_guided"] else "lab"
        branch = self.get_query_argument("branch", "")
        address = url_path_join(self.base_url, mode, "tree", quote(page)) + (
            f"?branch={quote(branch)}" if branch else ""
        )
        self.finish(leading_to(address))


class Alive(JupyterHandler):  # type: ignore[misc]  # untyped
    """Liveness check for requests under the secret path; see ``Keys.sign_of_life``."""

    def initialize(self, keys: Keys) -> None:
        """Take what ``add_sign_of_life`` gives."""
        super().initialize()
        self.keys = keys

    @allow_unauthenticated  # type: ignore[untyped-decorator]
    def get(self) -> None:
        """The sign of life."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "text/plain")
        self.finish(self.keys.sign_of_life)


class Elsewhere(RequestHandler):  # type: ignore[misc]  # untyped
    """Error page for all other paths; a handler of Jupyter's would redirect and reveal the secret prefix."""

    def prepare(self) -> None:
        """Refuse."""
        self.set_status(REFUSED)
        self.set_header(
            "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        )
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(WRONG_ADDRESS)


class WrongAddress(LoginFormHandler):  # type: ignore[misc]  # untyped
    """Replaces Jupyter's English login page: nobody types a token by hand."""

    def _render(self, message: str | None = None) -> None:  # noqa: ARG002  the parent's signature
        self.set_status(REFUSED)
        self.finish(WRONG_ADDRESS)

    @allow_unauthenticated  # type: ignore[untyped-decorator]
    def post(self) -> None:
        """Refused."""
        raise HTTPError(REFUSED)


def add_entrance(web_app: Any, entrance: Entrance) -> None:
    """Add the handlers that answer before login."""
    base = entrance.keys.base
    outside = (f"(?!{re.escape(base)}).*", Elsewhere)
    web_app.add_handlers(".*$", [(f"{base}enter/(.*)", Enter, {"entrance": entrance}), outside])
    add_sign_of_life(web_app, base, entrance.keys)


def add_sign_of_life(web_app: Any, base: str, keys: Keys) -> None:
    """Add the handler that answers with the sign of life."""
    web_app.add_handlers(".*$", [(f"{base}orglife/alive", Alive, {"keys": keys})])


class NotShown(HTTPError):  # type: ignore[misc]  # noqa: N818  untyped; a page says it
    """A page that cannot be shown now, for example because the database is away; ``error.html`` says the sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(NOT_NOW)
        self.sentence = sentence


class NotHere(JupyterHandler):  # type: ignore[misc]  # untyped
    """Answers 404 for parts of Lab that nobody may use, with or without the token."""

    def _none(self) -> NoReturn:
        raise HTTPError(NOT_FOUND)

    get = head = post = put = patch = delete = options = allow_unauthenticated(_none)


def shut(base: str) -> list[tuple[str, type]]:
    """Handlers of the services of Lab that install, build or use the network."""
    return [(rf"{base}lab/api/(?:build|extensions|licenses|listings|news|plugins|update)(?:/.*)?", NotHere)]


def policy(page: str, origin: str) -> str:
    """The content security policy: the page may load from and send to its own server only.

    Args:
        page: HTML of Lab's page. Its own inline scripts may run; no other inline script may, so that injected markup
            cannot run code.
        origin: Of the server, ``http://…``; "" = wherever the page came from.

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
            f"connect-src 'self' {origin.replace('http', 'ws', 1)} data: blob:",
            "worker-src 'self' blob:",
            "frame-src 'self' blob:",
            "frame-ancestors 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        ]
    )


def headers(page: str, origin: str) -> dict[str, str]:
    """Headers of every response."""
    return {
        "Content-Security-Policy": policy(page, origin),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "SAMEORIGIN",
    }
