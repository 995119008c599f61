"""What the warm process of the tests runs: a server that answers one question and then waits."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from orglife.adapters.hub.keeper import UP, Keeper


def warm() -> None:
    """Nothing to import."""


def serve(keeper: Keeper) -> None:
    """Tell the hub who this is; ``WORK`` says what is asked of the keeper first."""
    said = {"account": os.getresuid(), "groups": os.getgroups(), "environment": dict(os.environ), "pid": os.getpid()}
    said["sockets"] = [each.name for each in Path("/proc/self/fd").iterdir() if each.is_socket()]
    for task in os.environ.get("WORK", "").split():
        try:
            said[task] = keeper.call(f"{__name__}:{task}", b"asked", seconds=2).decode()
        except Exception as error:  # noqa: BLE001  the test reads which
            said[task] = type(error).__name__
    keeper.tell(UP, json.dumps(said))
    while True:
        time.sleep(1)


def answer(asked: bytes) -> bytes:
    return asked + f" {os.getpid()}".encode()


def crash(asked: bytes) -> bytes:
    os._exit(3)


def hang(asked: bytes) -> bytes:
    Path(os.environ["HUNG"]).write_bytes(str(os.getpid()).encode())
    time.sleep(600)
    return asked


def fail(asked: bytes) -> bytes:
    raise ValueError(asked)
