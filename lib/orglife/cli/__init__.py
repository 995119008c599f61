"""The commands: they parse, call the rooms below, and print. Data to stdout, messages to stderr."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

import orglife
from orglife.cli import about, archives, bureau, chinese, entries, hubs, keeping, lending, opening, papers, servers
from orglife.cli.chinese import Group
from orglife.cli.output import say

TRACEBACK = "ORGLIFE_TRACEBACK"  # shows tracebacks, which may contain entered data
GROUPS = (opening, entries, papers, bureau, archives, keeping, lending, servers, hubs, about)  # in the order of --help


@click.group(cls=Group, invoke_without_command=False, no_args_is_help=True)
@click.version_option(orglife.__version__, message="orglife %(version)s", help="显示版本。")
def program() -> None:
    """组织生活会工作簿：专题组织生活会和民主评议党员的记录、核对和出件。"""


for _group in GROUPS:
    for _command in _group.COMMANDS:
        program.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """The program ``orglife``."""
    # A short command makes 100,000 lasting objects and little garbage; collecting it took a third of the time.
    gc.set_threshold(200_000, 20, 20)
    atexit.register(gc.freeze)  # no collection at exit, when the process frees everything
    # finding pydantic's plugins would read the metadata of every installed package
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # a Windows console may use another code page; a file name may not be valid text
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = chinese.run(program, arguments, "orglife")
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        status = _unexpected(error)
    sys.exit(status)


def _unexpected(error: Exception) -> int:
    """Report a bug by class and place only: its text may contain entered data."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    say(
        f"程序出了意外的错误，这一步没有做完。请把这一行告诉管理员：{type(error).__name__} {Path(last.filename).name}:{last.lineno}。"
    )
    return 1
