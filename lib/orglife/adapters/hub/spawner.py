"""JupyterHub's spawner that forks a person's server from the warm process."""

from __future__ import annotations

import asyncio
import contextlib
import html
import os
import pwd
import signal
import socket
from typing import ClassVar

from jupyterhub.spawner import LocalProcessSpawner, SpawnException
from jupyterhub.utils import random_port

from orglife.adapters.hub import keeper, messages
from orglife.adapters.hub.warm import WarmProcess

NO_ACCOUNT = "账号“{account}”在这台服务器上没有系统账号，打不开工作簿。请联系管理员。"
ENDED = "工作簿没有打开。请过一分钟再试，还不行的请联系管理员。"


class NotOpened(SpawnException):  # type: ignore[misc]  # untyped
    """A person's server did not start; the hub shows the sentence, marked as ours: its own messages are in English."""

    def __init__(self, sentence: str) -> None:
        marked = f'<span class="sentence">{html.escape(sentence)}</span>'
        super().__init__(sentence, reason="not opened", message_html=marked)
        self.jupyterhub_message, self.jupyterhub_html_message = sentence, marked


class WarmForkSpawner(LocalProcessSpawner):  # type: ignore[misc]  # untyped
    """Forks each person's server, under her own account, from one process that has imported everything."""

    WARM: ClassVar[str]
    """What the warm process runs first, as ``module:function``."""
    SERVE: ClassVar[str]
    """A person's server, as ``module:function``."""

    _warm: ClassVar[list[WarmProcess]] = []
    _line: socket.socket | None = None
    _refusal: asyncio.Future[str] | None = None

    async def start(self) -> tuple[str, int]:
        """Fork the person's keeper and server, and wait until it says that it is up.

        Raises:
            NotOpened: it says why it cannot be.
        """
        try:
            pwd.getpwnam(self.user.name)
        except KeyError as error:
            raise NotOpened(NO_ACCOUNT.format(account=self.user.name)) from error
        port: int = random_port()
        self.port = port
        try:
            self.pid, self._line = self.warm_process().fork(self.user.name, self.get_env())
        except EOFError as error:
            raise NotOpened(ENDED) from error
        loop = asyncio.get_running_loop()
        self._refusal = loop.create_future()
        loop.add_reader(self._line, self._hear)
        refusal = await asyncio.shield(self._refusal)
        if refusal:
            self._close()
            raise NotOpened(refusal)
        return "127.0.0.1", port

    @classmethod
    def warm_process(cls) -> WarmProcess:
        """The one warm process of this hub, started when it is first wanted: the configuration may want it at once."""
        if not cls._warm or not cls._warm[0].alive:
            cls._warm[:] = [WarmProcess(cls.WARM, cls.SERVE)]
        return cls._warm[0]

    def _hear(self) -> None:
        """The keeper says something, or has ended."""
        assert self._line is not None
        assert self._refusal is not None
        try:
            message, _ = messages.receive(self._line)
        except (EOFError, OSError):
            if not self._refusal.done():
                self._refusal.set_result(ENDED)
            self._close()
            return
        if not self._refusal.done():
            self._refusal.set_result("" if message["do"] == keeper.UP else message["words"])

    def _close(self) -> None:
        if self._line is not None:
            asyncio.get_running_loop().remove_reader(self._line)
            self._line.close()
            self._line = None
        self.pid = 0

    async def poll(self) -> int | None:
        """None while the keeper runs. A keeper does not outlive its hub, so one of an earlier hub has ended."""
        return None if self._line is not None else 0

    async def stop(self, now: bool = False) -> None:  # noqa: FBT001, FBT002  the parent's
        """Let the server end: what was typed is saved."""
        pid = self.pid
        if self._line is None:
            return
        with contextlib.suppress(OSError):
            messages.send(self._line, {"do": keeper.END})
        for _ in range(0 if now else 10 * self.term_timeout):
            if self._line is None:
                return
            await asyncio.sleep(0.1)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)  # what it forked ends with it
        self._close()
