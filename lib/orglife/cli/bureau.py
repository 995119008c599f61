"""Commands of the bureau: all branches at a glance."""

from __future__ import annotations

from pathlib import Path

import click

from orglife.cli.chinese import Command
from orglife.cli.options import PATH, as_of_option, campaign_option, json_option, workspace_argument
from orglife.cli.output import print_json, say, show


@click.command(cls=Command)
@workspace_argument
@as_of_option
@campaign_option
@click.option("--details", is_flag=True, help="附上逐个支部的核对结果。")
@click.option("--out", metavar="文件", type=PATH, help="写成文件（.html或.pdf）。")
@json_option
def overview(workspace: Path, as_of: str, campaign: str, out: Path | None, *, details: bool, as_json: bool) -> int:
    """全局总览：各支部做到哪一步，谁晚了，哪里要改，等次、整改、参会和日程。"""
    from orglife.adapters.engine.pools import default_jobs
    from orglife.bureau.survey import survey
    from orglife.campaigns.following import opened
    from orglife.office.arguments import parse_day

    with opened(workspace, campaign=campaign) as office:
        result = survey(office, parse_day(as_of) or office.workspace.day_of_check(), jobs=default_jobs())
        if out:
            from orglife.adapters.print import exporters

            exporters.write_file(result.bundle(details=details), out)
            say(f"已写入“{out}”。")
        if as_json:
            print_json(result.to_json())
        elif not out:
            for line in result.lines():
                show(line)
    return 0


COMMANDS: tuple[click.Command, ...] = (overview,)
