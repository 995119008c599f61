"""Read TOML that comes from outside: Python's reader takes memory without limit for deep keys, and fails on deep brackets."""

from __future__ import annotations

import re
import tomllib
from typing import Any

LARGEST = 2_000_000
"""Characters; the campaign that comes with the program has some 60,000."""
_PART = r"""(?:"[^"\n]*+"|'[^'\n]*+'|[\w-]++)"""
_DEEP = re.compile(rf"""(?<![\w"'-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{40}}""")
"""A key of more than 40 parts; for 10,000 parts the reader takes 400 MB."""


class TomlError(ValueError):
    """The text cannot be read; the message says in Chinese where, or what is wrong."""


def read_toml(text: str) -> dict[str, Any]:
    """The contents of a TOML text.

    Raises:
        TomlError: it is not TOML, too long or too deep.
    """
    if len(text) > LARGEST:
        raise TomlError("文件太大")
    if deep := _DEEP.search(text):
        raise TomlError(f"第{text.count(chr(10), 0, deep.start()) + 1}行的键有太多层")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise TomlError("括号套得太深") from error
    except tomllib.TOMLDecodeError as error:
        raise TomlError(_place(str(error))) from error


def _place(message: str) -> str:
    digits = [part for part in message.replace(",", " ").replace(")", " ").split() if part.isdigit()]
    return f"第{digits[0]}行第{digits[1]}列" if digits[1:] else "文件末尾"
