"""Commands that make papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from orglife.cli.chinese import Command
from orglife.cli.options import (
    PATH,
    PROBLEMS,
    as_of_option,
    branch_option,
    campaign_option,
    formats_of,
    jobs_option,
    json_option,
    stage_option,
    workspace_argument,
)
from orglife.cli.output import print_json, say, show
from orglife.core.errors import BadInput


@click.command(cls=Command)
@workspace_argument
@branch_option
@stage_option
@click.option("--formats", metavar="格式", default="html,pdf", help="html,pdf,docx，逗号隔开；不写出前两种。")
@as_of_option
@click.option("--final", is_flag=True, help="定稿；没有完成的支部不出件。")
@jobs_option
@click.option("--engine", metavar="引擎", default="", help="papermill引擎的名称；不写由程序选。")
@click.option("--scheduler", metavar="地址", default="", help="在Dask集群上出件，例如 tcp://10.0.0.5:8786。")
@click.option(
    "--limit", type=click.IntRange(1, 86400), default=None, metavar="秒数", help="一个阶段最多运行多久；不写为600秒。"
)
@click.option("--out", metavar="目录", type=PATH, help="放在这个目录；不写放在工作目录的records。")
@click.option("--force", is_flag=True, help="没有变化的也重新出件。")
@click.option("--verify", is_flag=True, help="逐字核对以前出的文件，有改动的重新出件。")
@campaign_option
@json_option
def batch(
    workspace: Path,
    branches: Sequence[str],
    stages: Sequence[str],
    formats: str,
    as_of: str,
    jobs: int | None,
    engine: str,
    scheduler: str,
    limit: int | None,
    out: Path | None,
    campaign: str,
    *,
    final: bool,
    force: bool,
    verify: bool,
    as_json: bool,
) -> int:
    """为每个支部运行各阶段的笔记本并出件。"""
    from orglife.adapters.disk import files
    from orglife.adapters.engine.pools import default_jobs
    from orglife.adapters.engine.runner import CELL_SECONDS, STOCK
    from orglife.batch import report
    from orglife.batch.driving import run_batch
    from orglife.batch.options import BatchOptions
    from orglife.batch.run_record import FAILED
    from orglife.campaigns.following import opened
    from orglife.cli import lines
    from orglife.cli.progress import Progress
    from orglife.office.arguments import parse_day, stage_of

    options = BatchOptions(
        root=files.real(workspace),
        stages=tuple(stage_of(s).key for s in stages),
        formats=formats_of(formats),
        as_of=parse_day(as_of),
        final=final,
        out=files.real(out) if out else None,
        force=force,
        verify=verify,
        engine=engine,
        scheduler=scheduler,
        seconds=limit or CELL_SECONDS,
    )
    with opened(workspace, campaign=campaign) as office:
        options = replace(options, campaign=office.campaign.id if office.workspace.earlier else "")
        chosen = options.everyone(office, office.chosen(branches), whole=not branches)
    if not engine and options.runs_with == STOCK:
        say("这台电脑的系统不能用快速的引擎orglife，改用papermill自带的，出同样的文件，会慢一些。")
    rows = run_batch(options, chosen, jobs=jobs or default_jobs(), on_row=Progress(len(chosen)))
    if as_json:
        print_json(lines.batch_json(rows))
    say(lines.batch_summary(rows, options.target))
    say(f"每个支部的结果在“{report.write_report(options, rows)}”。")
    return PROBLEMS if any(row.status == FAILED for row in rows) else 0


@click.command(cls=Command)
@workspace_argument
@click.option("--branch", "branches", metavar="支部", multiple=True, help="支部代号，可重复；局机关自己的写 _bureau。")
@click.option("--form", "forms", metavar="表号", multiple=True, help="只出这种表，例如 F6，可重复；不写为全部。")
@click.option("--subject", "subjects", metavar="对象", multiple=True, help="只出这条记录或这名党员的，写编号，可重复。")
@click.option("--blank", is_flag=True, help="出空白表，供手写。")
@click.option("--all", "everything", is_flag=True, help="校样：所有支部的每种表，填好的和空白的，各种格式。")
@click.option("--formats", metavar="格式", default="", help="html,pdf,docx，逗号隔开；不写出前两种，加--all为全部。")
@as_of_option
@click.option("--final", is_flag=True, help="定稿；没有完成的支部不出件。")
@click.option("--out", metavar="目录", type=PATH, help="放在这个目录；不写放在工作目录的records。")
@campaign_option
def forms(
    workspace: Path,
    branches: Sequence[str],
    forms: Sequence[str],
    subjects: Sequence[str],
    formats: str,
    as_of: str,
    out: Path | None,
    campaign: str,
    *,
    blank: bool,
    everything: bool,
    final: bool,
) -> int:
    """出单份文件：填好的，或者空白的。"""
    from orglife.adapters.disk import files
    from orglife.campaigns.following import opened
    from orglife.core.paper.block import FORMATS
    from orglife.office.arguments import parse_day
    from orglife.paper import singles

    if everything and (forms or subjects or blank):
        raise BadInput(["--all 就是全部，不能同时写 --form、--subject 或 --blank。请去掉其中一样。"])
    request = singles.PaperRequest(
        forms=singles.checked_forms(forms, blank=blank),
        subjects=tuple(dict.fromkeys(subjects)),
        blank=blank,
        formats=formats_of(formats or (",".join(FORMATS) if everything else "html,pdf")),
        as_of=parse_day(as_of),
        final=final,
        out=files.real(out) if out else None,
    )
    with opened(workspace, campaign=campaign) as office:
        if everything:
            return 0 if singles.make_all(office, branches, request, say) else PROBLEMS
        return 0 if singles.make_singles(office, singles.owners(office, branches), request, say) else PROBLEMS


@click.command(cls=Command)
@workspace_argument
@branch_option
@as_of_option
@click.option(
    "--out",
    metavar="文件",
    type=PATH,
    help="写成一个文件（.pdf、.html或.docx），可打印、转发；不写只列出来。",
)
def todo(workspace: Path, branches: Sequence[str], as_of: str, out: Path | None) -> int:
    """还缺什么：缺哪些、谁的、何时前、依据哪一条。"""
    from orglife.adapters.disk import files
    from orglife.campaigns.following import opened
    from orglife.cli import lines
    from orglife.office.arguments import parse_day
    from orglife.paper import on_request

    with opened(workspace) as office:
        results = on_request.todo(office, office.chosen(branches), parse_day(as_of) or office.workspace.day_of_check())
        if out is not None:
            on_request.write_todo(office, results, files.real(out))
            say(f"已写入“{out}”。")
            return 0
    for line in lines.todo_of_branches([(dossier, rows) for dossier, rows, _ in results]):
        show(line)
    return 0


COMMANDS: tuple[click.Command, ...] = (batch, forms, todo)
