"""The one kernel of a workspace, and the connections of windows to it.

All pages share one kernel: a second would take some 50 MiB, and seconds to start while the user waits for a page.
``page_scopes`` keeps the pages apart inside the kernel.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError
from traitlets import TraitError

from orglife.adapters.lab.runtime import USED

NOT_FOUND = 404
KERNEL = "python3"
GONE = 10.0  # seconds after which a disconnected window counts as closed; its page freezes long before
LEAVE = "from orglife.adapters.lab.page_scopes import page_scopes; page_scopes().leave()"


class OneKernel(AsyncMappingKernelManager):  # type: ignore[misc]  # untyped
    """One kernel of this program's own Python; every request for a kernel gets the same one.

    Attributes:
        joining: Lock held while a session is created for a notebook, so that none is created twice.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.joining = asyncio.Lock()
        self._starting = asyncio.Lock()

    async def start_kernel(self, *, kernel_name: str | None = None, **options: Any) -> str:
        """Id of the kernel, started if there is none. Other kinds are refused: a failed start blocks shutdown.

        Raises:
            HTTPError: 404 for another kind.
        """
        if kernel_name not in (None, "", KERNEL):
            raise HTTPError(NOT_FOUND)
        async with self._starting:
            for running in self.list_kernel_ids():
                return str(running)
            return str(await self._async_start_kernel(kernel_name=KERNEL, **options))

    def kernel_model(self, kernel_id: str) -> dict[str, Any]:
        """The kernel's description.

        Raises:
            HTTPError: 404 while the kernel is starting; the parent would fail when it lists all kernels.
        """
        try:
            return dict(super().kernel_model(kernel_id))
        except TraitError as error:  # last_activity is not set yet
            raise HTTPError(NOT_FOUND) from error

    async def restart_kernel(self, kernel_id: str, now: bool = False) -> None:  # noqa: FBT001, FBT002  the parent's
        """Restart the kernel and notify every window, not only the one that asked.

        Jupyter's server notifies them only when a kernel dies.
        """
        await super().restart_kernel(kernel_id, now=now)
        self.get_kernel(kernel_id)._restarter._fire_callbacks("restart")  # noqa: SLF001  no public way; see docs/private-parts.md


class PageConnection(ZMQChannelsWebsocketConnection):  # type: ignore[misc]  # untyped
    """A window's connection: when the window closes, the kernel frees its pages."""

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        """Note that the user did something; automatic requests of an open page do not come this way."""
        self.websocket_handler.settings[USED] = time.monotonic()
        super().handle_incoming_message(incoming_msg)

    def disconnect(self) -> None:
        """The connection was closed or interrupted."""
        super().disconnect()
        asyncio.get_running_loop().call_later(GONE, self._tell)

    def _tell(self) -> None:
        if self.session_key in self._open_sessions or self.kernel_id not in self.multi_kernel_manager:
            return
        with suppress(Exception):  # failing only delays freeing memory
            stream = self.kernel_manager.connect_shell()
            content = {
                "code": LEAVE,
                "silent": True,
                "store_history": False,
                "user_expressions": {},
                "allow_stdin": False,
            }
            self.session.send(stream, "execute_request", content)
            stream.flush()
            stream.close()
