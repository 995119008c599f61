"""The only way for a command to write to the terminal: it filters control characters in names and texts.

Escape sequences in a file name, a title or a record could clear the screen or fake a verdict; characters that change the
writing direction could make a verdict look like another one.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import click

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_CLEAR_LINE = "\r\033[K"


def printable(text: str) -> str:
    """The text with each control character but newline and tab replaced by “?”."""
    return _CONTROLS.sub("?", text)


def show(text: str) -> None:
    """Print data to stdout."""
    click.echo(printable(text))


def say(text: str) -> None:
    """Print a message to stderr."""
    click.echo(printable(text), err=True)


def rewrite_line(text: str, *, last: bool = False) -> None:
    """Rewrite the current line of the terminal on stderr; ``last`` ends the line."""
    click.echo(_CLEAR_LINE + printable(text), err=True, nl=last)


def print_json(value: Any) -> None:
    """Print data for other programs, in UTF-8 whatever the console's code page."""
    write_json_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write_json_text(text: str) -> None:
    """Print JSON text; the control characters that JSON allows unescaped are escaped, so the data stay the same."""
    sys.stdout.buffer.write(_CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode())
    sys.stdout.flush()
