"""Commands for archives: make bags, verify them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from orglife.cli.chinese import Command
from orglife.cli.options import FOUND, branch_option, jobs_option, json_option, workspace_argument
from orglife.cli.output import print_json, say, show
from orglife.core.errors import BadInput, OrglifeError


@click.command(cls=Command)
@workspace_argument
@branch_option
@click.option("--as-is", is_flag=True, help="没有定稿的支部也按现状打包，注明未定稿，不编档号。")
@click.option(
    "--out", metavar="目录", type=click.Path(path_type=Path), help="归档包放在这个目录；不写放在工作目录的archive。"
)
@jobs_option
def archive(workspace: Path, branches: Sequence[str], out: Path | None, jobs: int | None, *, as_is: bool) -> int:
    """归档：为每个支部出定稿文件，编档号，打成归档包。"""
    from orglife.adapters.engine.pools import default_jobs
    from orglife.archive.driving import archive as archive_branches
    from orglife.archive.options import ArchiveOptions
    from orglife.office.office import Office

    options = ArchiveOptions(
        workspace.resolve(), as_is=as_is, out=out.resolve() if out else None, jobs=jobs or default_jobs()
    )
    with Office.open(options.root) as office:
        return 0 if archive_branches(office, options, office.chosen(branches), say) else FOUND


@click.command(cls=Command)
@click.argument("paths", metavar="路径…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--witness",
    metavar="校验值",
    default="",
    help="纸质文件上印的或上级留存的历史记录校验值，或归档时给出的归档包校验值，核对对不对得上。",
)
@click.option(
    "--papers/--no-papers",
    default=True,
    help="按归档包里的数据把文件重新排一遍，逐字节比较（每包几秒）；默认写归档包的都排，写工作目录的不排。",
)
@json_option
def verify(paths: Sequence[Path], witness: str, *, papers: bool, as_json: bool) -> int:
    """核验归档包、上报包、备份、数据文件：缺了、改了、多了、换了什么；工作目录的，连同其中archive里的归档包。"""
    from orglife.archive import verifying

    results, problems = [], []
    for path in paths:
        try:
            results.append(verifying.verify(path, witness, papers=papers))
        except OrglifeError as error:
            problems += error.sentences
    if problems:
        raise BadInput(problems)
    if as_json:
        print_json({"format": verifying.FORMAT, "results": [verdict.to_json() for verdict in results]})
    else:
        for verdict in results:
            show(verdict.text())
    return 0 if all(verdict.good for verdict in results) else FOUND


COMMANDS: tuple[click.Command, ...] = (archive, verify)
