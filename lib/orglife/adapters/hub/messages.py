"""Messages between the hub, the warm process and its children: one JSON object each, with open files beside it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Sequence
from typing import Any

_LONGEST = 1 << 17
_MOST_FILES = 4


def pair() -> tuple[socket.socket, socket.socket]:
    """Two connected ends; each keeps messages apart."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(end: socket.socket, message: dict[str, Any], files: Sequence[int] = ()) -> None:
    """Send a message; the receiver gets copies of the open files.

    Raises:
        OSError: the other end has gone.
    """
    socket.send_fds(end, [json.dumps(message).encode()], list(files))


def receive(end: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """The next message and its open files.

    Raises:
        EOFError: the other end has gone.
    """
    try:
        data, files, _, _ = socket.recv_fds(end, _LONGEST, _MOST_FILES)
    except ConnectionResetError as error:
        raise EOFError from error
    if not data:
        raise EOFError
    return dict(json.loads(data)), list(files)


def close_files(files: Sequence[int]) -> None:
    """Close open files that nobody wants."""
    for each in files:
        os.close(each)
