"""Limits for many idle connections: they are closed after two minutes, and their failures are not printed."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import sys
from collections.abc import Callable
from typing import Any

IDLE_SECONDS = 120
"""Seconds after which an idle connection is closed, also one that never sends complete headers."""
MOST_FILES = 16_384
"""Open connections and files that are requested of the system; its default is often 1,024."""


def limit_connections(server: Any, loop: asyncio.AbstractEventLoop, say: Callable[[str], None]) -> None:
    """Apply the limits to a Tornado server.

    Args:
        server: The HTTPServer.
        loop: Its event loop, which would print failures in English.
        say: Logs each failure except “too many open files”, which comes thousands of times.
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
