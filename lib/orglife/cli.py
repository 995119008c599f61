"""The commands: they parse, call desk, office or batch, and print. Data to stdout, messages to stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

import orglife
from orglife import about, listing
from orglife.about import json_option, print_json, say
from orglife.adapters import chinese_click, files
from orglife.adapters import workspace as ws
from orglife.adapters.chinese_click import Group
from orglife.adapters.workspace import Settings
from orglife.core.campaign import check_campaign, parse_campaign
from orglife.core.errors import BadInput, UnknownChoice
from orglife.core.exchange import bureau_json, dossier_json
from orglife.core.packet import FAILED
from orglife.core.rule import BUREAU as BUREAU_CHECKPOINT
from orglife.core.rule import CHECKPOINTS
from orglife.office import Office, parse_day, stage_of
from orglife.stages.kinds import BUREAU_KINDS, KINDS

FOUND = 1

workspace_argument = click.argument("workspace", metavar="工作目录", type=click.Path(path_type=Path))
branch_option = click.option(
    "--branch", "branches", metavar="支部", multiple=True, help="只处理这个支部，可重复；不写为全部。"
)
stage_option = click.option("--stage", "stages", metavar="阶段", multiple=True, help="只处理这个阶段，可重复。")
as_of_option = click.option("--as-of", metavar="日期", default="", help="核对日，例如 2024-03-08。")
author_option = click.option("--author", metavar="姓名", default="", help="录入人。")


@click.group(cls=Group, invoke_without_command=False, no_args_is_help=True)
@click.version_option(orglife.__version__, message="orglife %(version)s", help="显示版本。")
def program() -> None:
    """组织生活会工作簿：专题组织生活会和民主评议党员的记录、核对和出件。"""


@program.command()
@click.option("--out", metavar="目录", default="orglife-demo", type=click.Path(path_type=Path), help="演示工作目录。")
def demo(out: Path) -> int:
    """建立一个虚构的演示局（四个支部），核对并出件。"""
    from orglife.demo import demonstrate

    return demonstrate(out, say)


@program.command()
@click.argument("workspace", metavar="[工作目录]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--branch", metavar="支部", default="", help="处理哪个支部；不写的，只有一个时就是它，有多个时在页面里选。"
)
@click.option("--port", metavar="端口", type=click.IntRange(1, 65535), default=None, help="端口；不写则沿用上次的。")
@click.option("--no-browser", is_flag=True, help="不打开浏览器，只给出网址。")
@click.option("--developer", is_flag=True, help="打开普通的JupyterLab，供开发人员用。")
def start(workspace: Path | None, branch: str, port: int | None, *, no_browser: bool, developer: bool) -> int:
    """在浏览器里打开工作簿；结束请按 Ctrl+C。"""
    from orglife import serve

    serve.start(workspace, branch, port, browser=not no_browser, developer=developer, tell=click.echo, say=say)
    return 0


@program.command()
@workspace_argument
@click.option("--campaign", metavar="方案", required=True, help="随附方案的代号，或方案文件。")
@click.option(
    "--role", type=click.Choice(["branch", "bureau"]), default="branch", help="branch 支部 / bureau 上级党组织。"
)
@click.option("--roster", metavar="名册", type=click.Path(path_type=Path), help="党员名册（xlsx，要有“姓名”一列）。")
def new(workspace: Path, campaign: str, role: str, roster: Path | None) -> int:
    """新建工作目录，可以同时导入党员名册。"""
    from orglife import workbooks

    text = ws.campaign_text(campaign)
    read = parse_campaign(text, name=Path(campaign).name)
    problems = check_campaign(read, listing.campaign_needs()).problems
    if problems:
        raise BadInput(problems)
    about.require_overrides_of(read, Path(campaign).name)
    names = workbooks.founding(roster, read) if roster else None
    own = names.branch.id if names and names.branch and role == "branch" else ""
    workbooks.found_workspace(workspace, text, Settings.model_validate({"role": role, "branch": own}), names)
    say(f"已建立工作目录“{workspace}”，方案：{read.title or read.id}。")
    for line in workbooks.founded_lines(names):
        say(line)
    return 0


@program.command(name="import")
@workspace_argument
@click.argument("sources", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--branch", metavar="支部", default="", help="名册（xlsx）导入到这个支部。")
@click.option("--dry-run", is_flag=True, help="只显示差别，不保存。")
@author_option
def import_(workspace: Path, sources: Sequence[Path], branch: str, *, dry_run: bool, author: str) -> int:
    """导入支部数据（JSON）、填好的表（xlsx）或党员名册（xlsx），先显示与现有数据的差别；xlsx只增加和修改。"""
    from orglife import intake

    with Office.open(workspace, author=author) as office:
        found = intake.differences(office, list(sources), branch)
        for difference in found:
            for line in difference.lines():
                say(line)
        if dry_run:
            say("只显示差别，没有保存。")
        elif any(not d.is_empty for d in found):
            intake.take_in(office, found)
            say("已保存。")
    return 0


@program.command()
@workspace_argument
@click.option("--branch", "branch", metavar="支部", default="", help="支部代号。")
@click.option("--bureau", is_flag=True, help="导出上级党组织的督导记录。")
@click.option(
    "--format", "kind", metavar="格式", default="json", help="json 全部数据 / xlsx 各阶段的表（Excel、WPS）。"
)
@click.option("--stage", "stages", metavar="阶段", multiple=True, help="只导出这个阶段的表（xlsx），可重复。")
@click.option("--out", metavar="文件", type=click.Path(path_type=Path), help="写入文件；JSON不写则输出到屏幕。")
def export(workspace: Path, branch: str, kind: str, stages: Sequence[str], out: Path | None, *, bureau: bool) -> int:
    """导出一个支部的全部数据（JSON），或各阶段的表（xlsx）。"""
    if kind == "xlsx":
        return _export_xlsx(workspace, branch, stages, out, bureau=bureau)
    if kind != "json":
        raise UnknownChoice(what="格式", value=kind, known="json、xlsx")
    if stages:
        raise BadInput(["--stage 只用于xlsx；JSON总是一个支部的全部数据。请去掉 --stage，或写 --format xlsx。"])
    with Office.open(workspace) as office:
        if bureau:
            text = bureau_json(office.campaign.id, office.bureau_records(), BUREAU_KINDS)
        else:
            text = dossier_json(office.dossier(office.one_branch(branch)), KINDS)
    if out is None:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    else:
        files.write(out, text.encode())
        say(f"已写入“{out}”。")
    return 0


def _export_xlsx(workspace: Path, branch: str, stages: Sequence[str], out: Path | None, *, bureau: bool) -> int:
    from orglife import workbooks

    if bureau:
        raise BadInput(["上级党组织的督导记录只导出JSON。请写 --format json。"])
    if out is None:
        raise BadInput(["xlsx不能输出到屏幕。请用 --out 写明文件名，例如 --out 谈心谈话.xlsx。"])
    with Office.open(workspace) as office:
        files.write(out, workbooks.export(office, office.one_branch(branch), stages))
    say(f"已写入“{out}”。")
    return 0


@program.command()
@workspace_argument
@branch_option
@stage_option
@click.option(
    "--checkpoint",
    metavar="节点",
    default="",
    help="按这个节点核对：setup、prep、meeting、rectify、close、archive、bureau。",
)
@as_of_option
@json_option
def check(
    workspace: Path, branches: Sequence[str], stages: Sequence[str], checkpoint: str, as_of: str, *, as_json: bool
) -> int:
    """核对：哪里不符合规定，缺什么，怎么办。"""
    known = (*CHECKPOINTS, BUREAU_CHECKPOINT)
    if checkpoint and checkpoint not in known:
        raise UnknownChoice(what="节点", value=checkpoint, known="、".join(known))
    for stage in stages:
        stage_of(stage)
    day = parse_day(as_of) or date.today()
    with Office.open(workspace) as office:
        found = listing.check(office, office.chosen(branches), day, checkpoint or None, stages, whole=not branches)
        if as_json:
            print_json(found.to_json())
        else:
            for line in found.lines():
                click.echo(line)
    return FOUND if found.errors else 0


@program.command()
@workspace_argument
@click.option("--branch", metavar="支部", required=True, help="支部代号。")
@click.option("--rule", metavar="编号", required=True, help="检查的编号，例如 TALK-01。")
@click.option(
    "--subject", "subjects", metavar="对象", multiple=True, help="涉及对象的编号，可重复；涉及支部整体的不写。"
)
@click.option("--reason", metavar="原因", required=True, help="原因。")
@author_option
@as_of_option
def answer(
    workspace: Path, branch: str, rule: str, subjects: Sequence[str], reason: str, author: str, as_of: str
) -> int:
    """对一条核对结果作情况说明。"""
    if not reason.strip():
        raise BadInput(["原因是空的。请用 --reason 写明情况。"])
    day = parse_day(as_of)
    with Office.open(workspace, author=author) as office:
        chosen = office.one_branch(branch)
        office.answer(chosen, rule, list(subjects), reason.strip(), author=author, as_of=day or date.today())
    say(f"已登记{rule}的情况说明；核对结果仍会显示，并注明原因。")
    return 0


@program.command()
@workspace_argument
@branch_option
@stage_option
@click.option("--formats", metavar="格式", default="html,pdf", help="html,pdf，逗号隔开。")
@as_of_option
@click.option("--final", is_flag=True, help="定稿；没有完成的支部不出件。")
@click.option(
    "--jobs", type=click.IntRange(1, 512), default=None, metavar="数目", help="同时处理几个支部；不写按处理器数目。"
)
@click.option("--engine", metavar="引擎", default=None, help="papermill引擎的名称。")
@click.option(
    "--out", metavar="目录", type=click.Path(path_type=Path), help="放在这个目录；不写放在工作目录的records。"
)
@click.option("--force", is_flag=True, help="没有变化的也重新出件。")
@click.option("--verify", is_flag=True, help="逐字核对以前出的文件，有改动的重新出件。")
@json_option
def batch(
    workspace: Path,
    branches: Sequence[str],
    stages: Sequence[str],
    formats: str,
    as_of: str,
    jobs: int | None,
    engine: str | None,
    out: Path | None,
    *,
    final: bool,
    force: bool,
    verify: bool,
    as_json: bool,
) -> int:
    """为每个支部运行各阶段的笔记本并出件。"""
    from orglife import batch as work

    order = work.Order(
        root=workspace.resolve(),
        stages=tuple(stage_of(s).key for s in stages),
        formats=_formats(formats),
        as_of=parse_day(as_of),
        final=final,
        out=out.resolve() if out else None,
        force=force,
        verify=verify,
        engine=engine,
    )
    with Office.open(workspace) as office:
        chosen = order.everyone(office, office.chosen(branches), whole=not branches)
    rows = work.run(order, chosen, jobs=jobs or work.default_jobs(), on_row=lambda row: say(listing.batch_line(row)))
    if as_json:
        print_json(listing.batch_json(rows))
    say(listing.batch_summary(rows, order.target))
    return FOUND if any(row.status == FAILED for row in rows) else 0


@program.command()
@workspace_argument
@click.option("--branch", "branches", metavar="支部", multiple=True, help="支部代号，可重复；局机关自己的写 _bureau。")
@click.option("--form", "forms", metavar="表号", multiple=True, help="只出这种表，例如 F6，可重复；不写为全部。")
@click.option("--subject", "subjects", metavar="对象", multiple=True, help="只出这条记录或这名党员的，写编号，可重复。")
@click.option("--blank", is_flag=True, help="出空白表，供手写。")
@click.option("--formats", metavar="格式", default="html,pdf", help="html,pdf，逗号隔开。")
@as_of_option
@click.option("--final", is_flag=True, help="定稿；没有完成的支部不出件。")
@click.option(
    "--out", metavar="目录", type=click.Path(path_type=Path), help="放在这个目录；不写放在工作目录的records。"
)
def forms(
    workspace: Path,
    branches: Sequence[str],
    forms: Sequence[str],
    subjects: Sequence[str],
    formats: str,
    as_of: str,
    out: Path | None,
    *,
    blank: bool,
    final: bool,
) -> int:
    """出单份文件：填好的，或者空白的。"""
    from orglife import singles

    wanted = singles.Wanted(
        forms=singles.checked_forms(forms, blank=blank),
        subjects=tuple(dict.fromkeys(subjects)),
        blank=blank,
        formats=_formats(formats),
        as_of=parse_day(as_of),
        final=final,
        out=out.resolve() if out else None,
    )
    with Office.open(workspace) as office:
        return 0 if singles.make(office, singles.owners(office, branches), wanted, say) else FOUND


@program.command()
@workspace_argument
@click.option("--branch", metavar="支部", default="", help="支部代号。")
@click.option("--record", metavar="记录", required=True, help="附在哪条记录上，写它的编号。")
@click.option(
    "--kind",
    type=click.Choice(["signed_scan", "sign_in", "photo", "other"]),
    default="signed_scan",
    help="signed_scan 签字扫描件 / sign_in 签到表 / photo 照片 / other 其他。",
)
@author_option
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
def attach(workspace: Path, branch: str, record: str, kind: str, author: str, file: Path) -> int:
    """把签字扫描件等附在一条记录上（PDF、JPEG、TIFF、PNG，不超过20MB）。"""
    with Office.open(workspace, author=author) as office:
        link = office.attach(office.one_branch(branch), record, file, kind)
    say(f"已附在{record}上：{link.file}。")
    return 0


def _formats(text: str) -> tuple[str, ...]:
    from orglife.adapters.exporters import FORMATS

    wanted = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for one in wanted or ("",):
        if one not in FORMATS:
            raise UnknownChoice(what="格式", value=one, known="、".join(FORMATS))
    return wanted


for _command in about.COMMANDS:
    program.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """The program ``orglife``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # a Windows console may default to another code page
    sys.exit(chinese_click.run(program, arguments, "orglife"))


if __name__ == "__main__":
    main()
