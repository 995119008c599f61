"""Limits for many idle connections: they are closed after two minutes, and their failures are not printed."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import sys
from collections.abc import Callable
from typing import Any

IDLE_SECONDS = 120
"""After so long a connection that asks for nothing ends, also one that never finishes its first lines."""
MOST_FILES = 16_384
"""So many connections and files at once are asked of the system; by itself it often allows 1,024."""


def bear_crowds(server: Any, loop: asyncio.AbstractEventLoop, say: Callable[[str], None]) -> None:
    """Apply the limits to a Tornado server.

    Args:
        server: The HTTPServer; others can connect as long as files are left.
        loop: Its loop, whose failures would be printed in English.
        say: Told of each failure but that no more connections are possible, which comes thousands of times.
    """
    server.conn_params.header_timeout = IDLE_SECONDS
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  POSIX only

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, MOST_FILES) if most > 0 else MOST_FILES, most))

    def failed(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not (isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)):
            say(f"{context.get('message', '')}: {type(error).__name__}")

    loop.set_exception_handler(failed)
