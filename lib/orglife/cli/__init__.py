"""The commands: they parse, call the rooms below, and print. Data to stdout, messages to stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

import orglife
from orglife.adapters import chinese_click
from orglife.adapters.chinese_click import Group
from orglife.cli import about, archives, bureau, entries, keeping, opening, papers

GROUPS = (opening, entries, papers, bureau, archives, keeping, about)  # in the order of --help


@click.group(cls=Group, invoke_without_command=False, no_args_is_help=True)
@click.version_option(orglife.__version__, message="orglife %(version)s", help="显示版本。")
def program() -> None:
    """组织生活会工作簿：专题组织生活会和民主评议党员的记录、核对和出件。"""


for _group in GROUPS:
    for _command in _group.COMMANDS:
        program.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """The program ``orglife``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # a Windows console may default to another code page; a file's name may be no text
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(chinese_click.run(program, arguments, "orglife"))
