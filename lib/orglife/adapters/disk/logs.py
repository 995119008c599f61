"""Logs of a workspace: errors only, for the owner alone, of bounded size, whatever strangers ask the server for."""

from __future__ import annotations

import contextlib
import logging
import os
from io import TextIOWrapper
from pathlib import Path

from orglife.adapters.disk.files import make_private

MOST_BYTES = 1_000_000
"""A log that is longer when a program starts is kept as the earlier one; while a program runs it gets no longer."""
MOST_CHARACTERS = 4_000
"""Most characters of one entry; an address that a stranger asks for may have 64,000."""


def keep_log(log: logging.Logger, place: Path) -> None:
    """Write a logger's errors to a file instead of (in English) to the user's screen."""
    make_private(place.parent)
    with contextlib.suppress(OSError):
        if place.stat().st_size > MOST_BYTES:
            place.replace(place.with_name(place.name + ".1"))
    handler = _Log(place, encoding="utf-8", delay=True)
    handler.setLevel(logging.ERROR)  # loggers below this one, tornado's for instance, have levels of their own
    handler.setFormatter(_Plain("%(asctime)s %(levelname)s %(message)s"))
    for old in list(log.handlers):
        log.removeHandler(old)
        if isinstance(old, _Log):
            old.close()
    log.addHandler(handler)
    log.setLevel(logging.ERROR)


class _Log(logging.FileHandler):
    """A file for its owner alone that stops growing."""

    def _open(self) -> TextIOWrapper:
        number = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return TextIOWrapper(os.fdopen(number, "ab"), encoding=self.encoding)

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            if Path(self.baseFilename).stat().st_size > MOST_BYTES:
                return
        super().emit(record)


class _Plain(logging.Formatter):
    """Short entries without characters that steer a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if len(text) > MOST_CHARACTERS:
            text = f"{text[:MOST_CHARACTERS]}…"
        return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)
