"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from orglife.core.errors import UnknownChoice

PROBLEMS = 1  # exit status: findings, or a branch failed

PATH = click.Path(readable=False, path_type=Path)
"""A file or folder. Not checked here: the code that reads it reports the reason, which click would not."""

workspace_argument = click.argument("workspace", metavar="工作目录", type=PATH)
branch_option = click.option(
    "--branch", "branches", metavar="支部", multiple=True, help="只处理这个支部，可重复；不写为全部。"
)
stage_option = click.option("--stage", "stages", metavar="阶段", multiple=True, help="只处理这个阶段，可重复。")
as_of_option = click.option("--as-of", metavar="日期", default="", help="按哪一天核对，例如 2024-03-08。")
author_option = click.option("--author", metavar="姓名", default="", help="录入人。")
campaign_option = click.option(
    "--campaign", metavar="方案", default="", help="看往年的，写往年方案的代号；不写为现在的方案。"
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 512), default=None, metavar="数目", help="同时处理几个支部；不写按处理器数目。"
)
json_option = click.option("--json", "as_json", is_flag=True, help="输出JSON。")


def formats_of(text: str) -> tuple[str, ...]:
    """The formats in a comma-separated text, each once.

    Raises:
        UnknownChoice: no format, or an unknown one.
        DocxMissing: DOCX is asked for and python-docx is not installed.
    """
    from orglife.adapters.print import docx
    from orglife.core.paper.block import FORMATS

    formats = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for one in formats or ("",):
        if one not in FORMATS:
            raise UnknownChoice(what="格式", value=one, known="、".join(FORMATS))
    if "docx" in formats:
        docx.require()
    return formats
