"""Commands for archives: make bags, verify them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orglife.cli.chinese import Command
from orglife.cli.options import PATH, PROBLEMS, branch_option, jobs_option, json_option, workspace_argument
from orglife.cli.output import print_json, say, show
from orglife.core.errors import BadInput, OrglifeError

if TYPE_CHECKING:
    from orglife.archive.fixity import Visit
    from orglife.archive.verdict import Verdict

_FOLDERS = "写装归档包的文件夹时："


@click.command(cls=Command)
@workspace_argument
@branch_option
@click.option("--as-is", is_flag=True, help="没有定稿的支部也按现状打包，注明未定稿，不编档号。")
@click.option("--out", metavar="目录", type=PATH, help="归档包放在这个目录；不写放在工作目录的archive。")
@jobs_option
def archive(workspace: Path, branches: Sequence[str], out: Path | None, jobs: int | None, *, as_is: bool) -> int:
    """归档：为每个支部出定稿文件，编档号，打成归档包。"""
    from orglife.adapters.disk import files
    from orglife.adapters.engine.pools import default_jobs
    from orglife.archive.driving import archive as archive_branches
    from orglife.archive.options import ArchiveOptions
    from orglife.office.office import Office

    options = ArchiveOptions(
        files.real(workspace), as_is=as_is, out=files.real(out) if out else None, jobs=jobs or default_jobs()
    )
    with Office.open(options.root) as office:
        return 0 if archive_branches(office, options, office.chosen(branches), say) else PROBLEMS


@click.command(cls=Command)
@click.argument("paths", metavar="路径…", nargs=-1, required=True, type=PATH)
@click.option(
    "--witness",
    metavar="校验值",
    default="",
    help="纸质文件上印的或上级留存的历史记录校验值，或归档时给出的归档包校验值，核对对不对得上。",
)
@click.option(
    "--papers/--no-papers",
    default=None,
    help="按归档包里的数据把文件重新排一遍，逐字节比较（每包几秒）；不写的，写归档包的排，写文件夹的不排。",
)
@click.option(
    "--sample",
    metavar="个数",
    type=click.IntRange(min=0),
    default=0,
    help=f"{_FOLDERS}这次只核验最久没有核验完好的几个。",
)
@click.option(
    "--every",
    metavar="天数",
    type=click.IntRange(min=1, max=36500),
    default=365,
    help=f"{_FOLDERS}每个包最多隔几天核验一次，默认365天。",
)
@click.option("--accept", is_flag=True, help=f"{_FOLDERS}不见了、换过的已查明，照现在的样子记下。")
@click.option(
    "--out",
    metavar="文件",
    type=PATH,
    help=f"{_FOLDERS}把核验情况写成文件（.pdf或.html），打印存档用。",
)
@json_option
def verify(
    paths: Sequence[Path],
    witness: str,
    *,
    papers: bool | None,
    sample: int,
    every: int,
    accept: bool,
    out: Path | None,
    as_json: bool,
) -> int:
    """核验归档包、上报包、备份、数据文件：缺了、改了、多了、换了什么；工作目录的，连同其中archive里的归档包；装归档包的文件夹，逐个核验，说出该核验的、不见了的、新放进来的。"""
    from datetime import date

    from orglife.archive import fixity, verifying

    folders = [path for path in paths if fixity.is_archive_folder(path)]
    if (sample or accept or out) and folders != list(paths):
        raise BadInput(["--sample、--accept、--out 只用于装归档包的文件夹。"])
    if out is not None and len(folders) > 1:
        raise BadInput(["--out 一次写一个文件夹的核验情况。请只写一个文件夹。"])
    options = fixity.VisitOptions(sample, every, accept, papers or False)
    results: list[Verdict | Visit] = []
    problems: list[str] = []
    for path in paths:
        try:
            visited = fixity.visit(path, options, date.today()) if path in folders else None
            results.append(visited or verifying.verify(path, witness, papers=papers is not False))
        except OrglifeError as error:
            problems += error.sentences
    if problems:
        raise BadInput(problems)
    if out is not None:
        _write_visit(results, out)
    if as_json:
        print_json({"format": verifying.FORMAT, "results": [verdict.to_json() for verdict in results]})
    else:
        for verdict in results:
            show(verdict.text())
    return 0 if all(verdict.good for verdict in results) else PROBLEMS


def _write_visit(results: Sequence[Verdict | Visit], out: Path) -> None:
    from orglife.adapters.print import exporters
    from orglife.archive.fixity import Visit

    for result in results:
        if isinstance(result, Visit):
            exporters.write_file(result.bundle(), out)
            say(f"已写入“{out}”。")


COMMANDS: tuple[click.Command, ...] = (archive, verify)
