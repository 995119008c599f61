"""Kernels that a person's keeper forks instead of starting them: a kernel costs half the memory and a tenth of the time."""

from __future__ import annotations

import os
import select
import signal
from importlib.metadata import EntryPoint
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from orglife.adapters.hub.keeper import Keeper

NAME = "orglife-keeper"
_LAUNCHER = "ipykernel_launcher"
_keeper: list[Keeper] = []


def fork_kernels(keeper: Keeper, config: Any) -> None:
    """Have this server's kernels forked by its keeper."""
    _keeper[:] = [keeper]
    group = KernelProvisionerFactory.GROUP_NAME
    KernelProvisionerFactory.provisioners[NAME] = EntryPoint(NAME, f"{__name__}:ForkedKernel", group)
    config.KernelProvisionerFactory.default_provisioner_name = NAME


class ForkedProcess:
    """A forked kernel, with the methods of ``subprocess.Popen`` that a provisioner calls.

    Attributes:
        pid: Its process id.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, handle: int) -> None:
        self.pid, self._handle = pid, handle

    def poll(self) -> int | None:
        """None while it runs."""
        return 0 if select.select([self._handle], [], [], 0)[0] else None

    def wait(self) -> int:
        """Wait for its end."""
        select.select([self._handle], [], [])
        return 0

    def send_signal(self, number: int) -> None:
        """Send a signal; no error if it has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def __del__(self) -> None:
        os.close(self._handle)


class ForkedKernel(LocalProvisioner):  # type: ignore[misc]  # untyped
    """A kernel that the keeper forks."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Ask the keeper for it; ``cmd`` is what would start it."""
        arguments = cmd[cmd.index(_LAUNCHER) + 1 :]
        folder = str(options.get("cwd") or os.getcwd())  # noqa: PTH109  a path for the message
        self.pid, handle = _keeper[0].kernel(arguments, dict(options.get("env") or os.environ), folder)
        self.process = ForkedProcess(self.pid, handle)
        self.pgid, self.cwd = self.pid, folder
        return self.connection_info
