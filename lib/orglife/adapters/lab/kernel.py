"""The one kernel of a workspace, and the lines that windows have to it.

One kernel for all pages: a second would take half a hundred MiB and seconds to start, at the moment when somebody waits
for a page. What keeps the pages apart in it is ``page_scopes``.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError
from traitlets import TraitError

NOT_FOUND = 404
KERNEL = "python3"
GONE = 10.0  # seconds after which a window whose line broke has gone; its page freezes long before
LEAVE = "from orglife.adapters.lab.page_scopes import page_scopes; page_scopes().leave()"


class OneKernel(AsyncMappingKernelManager):  # type: ignore[misc]  # untyped
    """A kernel of this program's own Python, and never a second one: whoever asks for another is given it.

    Attributes:
        joining: Held while a session is made for a notebook: none is made twice.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.joining = asyncio.Lock()
        self._starting = asyncio.Lock()

    async def start_kernel(self, *, kernel_name: str | None = None, **options: Any) -> str:
        """The kernel, started when there is none; another kind is refused, because a failed start hinders the end.

        Raises:
            HTTPError: 404, another kind.
        """
        if kernel_name not in (None, "", KERNEL):
            raise HTTPError(NOT_FOUND)
        async with self._starting:
            for running in self.list_kernel_ids():
                return str(running)
            return str(await self._async_start_kernel(kernel_name=KERNEL, **options))

    def kernel_model(self, kernel_id: str) -> dict[str, Any]:
        """What is told of the kernel.

        Raises:
            HTTPError: 404, it is only being started: asked for all kernels, the parent would fail at it.
        """
        try:
            return dict(super().kernel_model(kernel_id))
        except TraitError as error:  # it has no activity yet
            raise HTTPError(NOT_FOUND) from error

    async def restart_kernel(self, kernel_id: str, now: bool = False) -> None:  # noqa: FBT001, FBT002  the parent's
        """Start another in its place, and let every window know: the one that asked is not the only one.

        Lab tells them only when a kernel has ended by itself.
        """
        await super().restart_kernel(kernel_id, now=now)
        self.get_kernel(kernel_id)._restarter._fire_callbacks("restart")  # noqa: SLF001  there is no other way in


class PageConnection(ZMQChannelsWebsocketConnection):  # type: ignore[misc]  # untyped
    """A window's line: when the window has gone, the kernel gives up what was made for it."""

    def disconnect(self) -> None:
        """The line has ended, or broken for a moment."""
        super().disconnect()
        asyncio.get_running_loop().call_later(GONE, self._tell)

    def _tell(self) -> None:
        if self.session_key in self._open_sessions or self.kernel_id not in self.multi_kernel_manager:
            return
        with suppress(Exception):  # it only frees memory
            stream = self.kernel_manager.connect_shell()
            told = {"code": LEAVE, "silent": True, "store_history": False, "user_expressions": {}, "allow_stdin": False}
            self.session.send(stream, "execute_request", told)
            stream.flush()
            stream.close()
