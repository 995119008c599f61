"""The commands: they parse, call desk, office or batch, and print. Data to stdout, messages to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

import orglife
from orglife import listing
from orglife.adapters import chinese_click, files
from orglife.adapters import workspace as ws
from orglife.adapters.chinese_click import Group
from orglife.adapters.workspace import Settings, Workspace
from orglife.core.campaign import check_campaign, parse_campaign
from orglife.core.errors import BadInput, UnknownChoice, UnknownRule, every_sentence
from orglife.core.exchange import bureau_json, dossier_json
from orglife.core.finding import BUREAU as BUREAU_CHECKPOINT
from orglife.core.finding import CHECKPOINTS
from orglife.office import Office, parse_day, stage_of
from orglife.stages import ALL_RULES, RULES_BY_ID
from orglife.stages.kinds import BUREAU_KINDS, KINDS

FOUND = 1

workspace_argument = click.argument("workspace", metavar="工作目录", type=click.Path(path_type=Path))
branch_option = click.option("--branch", "branches", metavar="支部", multiple=True, help="只处理这个支部，可重复；不写为全部。")
stage_option = click.option("--stage", "stages", metavar="阶段", multiple=True, help="只处理这个阶段，可重复。")
as_of_option = click.option("--as-of", metavar="日期", default="", help="核对日，例如 2024-03-08。")
json_option = click.option("--json", "as_json", is_flag=True, help="输出JSON。")
author_option = click.option("--author", metavar="姓名", default="", help="录入人。")


def say(text: str) -> None:
    """A message for the person at the keyboard."""
    click.echo(text, err=True)


@click.group(cls=Group, invoke_without_command=False, no_args_is_help=True)
@click.version_option(orglife.__version__, message="orglife %(version)s", help="显示版本。")
def program() -> None:
    """组织生活会工作簿：专题组织生活会和民主评议党员的记录、核对和出件。"""


@program.command()
@click.option("--out", metavar="目录", default="orglife-demo", type=click.Path(path_type=Path), help="演示工作目录。")
def demo(out: Path) -> int:
    """建立一个虚构的演示支部，核对并出件。"""
    from orglife.demo import demonstrate  # noqa: PLC0415  brings the batch along

    return demonstrate(out, say)


@program.command()
@workspace_argument
@click.option("--campaign", metavar="方案", required=True, help="随附方案的代号，或方案文件。")
@click.option("--role", type=click.Choice(["branch", "bureau"]), default="branch", help="branch 支部 / bureau 上级党组织。")
def new(workspace: Path, campaign: str, role: str) -> int:
    """新建工作目录。"""
    text = ws.campaign_text(campaign)
    read = parse_campaign(text, name=Path(campaign).name)
    problems = check_campaign(read, listing.campaign_needs()).problems
    if problems:
        raise BadInput(problems)
    Workspace.create(workspace, text, Settings.model_validate({"role": role}))
    with Office.open(workspace):
        say(f"已建立工作目录“{workspace}”，方案：{read.title or read.id}。")
    return 0


@program.command(name="import")
@workspace_argument
@click.argument("sources", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只显示差别，不保存。")
@author_option
def import_(workspace: Path, sources: Sequence[Path], *, dry_run: bool, author: str) -> int:
    """导入支部数据（JSON），先显示与现有数据的差别。"""
    from orglife import intake  # noqa: PLC0415

    with Office.open(workspace, author=author) as office:
        found = intake.differences(office, list(sources))
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
@click.option("--format", "kind", metavar="格式", default="json", help="json。")
@click.option("--out", metavar="文件", type=click.Path(path_type=Path), help="写入文件；不写则输出到屏幕。")
def export(workspace: Path, branch: str, kind: str, out: Path | None, *, bureau: bool) -> int:
    """导出一个支部的全部数据。"""
    if kind != "json":
        raise UnknownChoice(what="格式", value=kind, known="json")
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


@program.command()
@workspace_argument
@branch_option
@stage_option
@click.option("--checkpoint", metavar="节点", default="", help="按这个节点核对：setup、prep、meeting、rectify、close、archive、bureau。")
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
            _print_json(found.to_json())
        else:
            for line in found.lines():
                click.echo(line)
    return FOUND if found.errors else 0


@program.command()
@workspace_argument
@click.option("--branch", metavar="支部", required=True, help="支部代号。")
@click.option("--rule", metavar="编号", required=True, help="规则编号，例如 TALK-01。")
@click.option("--subject", "subjects", metavar="对象", multiple=True, help="涉及对象的编号，可重复；涉及支部整体的不写。")
@click.option("--reason", metavar="原因", required=True, help="原因。")
@author_option
@as_of_option
def answer(  # noqa: PLR0913  the command's options
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
@click.option("--jobs", type=click.IntRange(1, 512), default=None, metavar="数目", help="同时处理几个支部；不写按处理器数目。")
@click.option("--engine", metavar="引擎", default=None, help="papermill引擎的名称。")
@click.option("--out", metavar="目录", type=click.Path(path_type=Path), help="放在这个目录；不写放在工作目录的records。")
@click.option("--force", is_flag=True, help="没有变化的也重新出件。")
@click.option("--verify", is_flag=True, help="逐字核对以前出的文件，有改动的重新出件。")
@json_option
def batch(  # noqa: PLR0913  the command's options
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
    from orglife import batch as work  # noqa: PLC0415

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
        chosen = office.chosen(branches)
    rows = work.run(order, chosen, jobs=jobs or work.default_jobs(), on_row=lambda row: say(listing.batch_line(row)))
    if as_json:
        _print_json({"format": "orglife-batch/1", "branches": [row.to_json() for row in rows]})
    say(listing.batch_summary(rows, order.target))
    return FOUND if any(row.status == work.FAILED for row in rows) else 0


def _formats(text: str) -> tuple[str, ...]:
    from orglife.adapters.exporters import FORMATS  # noqa: PLC0415

    wanted = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for one in wanted or ("",):
        if one not in FORMATS:
            raise UnknownChoice(what="格式", value=one, known="、".join(FORMATS))
    return wanted


@program.command()
@json_option
def rules(*, as_json: bool) -> int:
    """列出全部检查及其依据。"""
    campaign, regulations = parse_campaign(ws.campaign_text(ws.campaign_ids()[0])), ws.regulations()
    if as_json:
        _print_json({"rules": [listing.rule_json(r, campaign, regulations) for r in ALL_RULES]})
    else:
        for each in ALL_RULES:
            click.echo(listing.rule_line(each))
    return 0


@program.command()
@click.argument("rule", metavar="编号")
@click.option("--campaign", metavar="方案", default="", help="随附方案的代号，或方案文件。")
def explain(rule: str, campaign: str) -> int:
    """说明一项检查：查什么，依据哪一条，怎么办。"""
    if rule not in RULES_BY_ID:
        raise UnknownRule(rule=rule)
    read = parse_campaign(ws.campaign_text(campaign or ws.campaign_ids()[0]))
    for line in listing.rule_page(RULES_BY_ID[rule], read, ws.regulations()):
        click.echo(line)
    return 0


@program.command()
def schema() -> int:
    """输出数据文件的JSON Schema。"""
    from orglife.core.schema import file_schema  # noqa: PLC0415

    _print_json(file_schema(KINDS, BUREAU_KINDS))
    return 0


@program.command()
@click.option("--fetch", is_flag=True, help="从软件源取来缺少的字体。")
def fonts(*, fetch: bool) -> int:
    """列出出件用的字体；--fetch 取来缺少的。"""
    from orglife.adapters import fonts as font_files  # noqa: PLC0415

    if fetch:
        for got in font_files.fetch():
            say(f"{got.role}：{got.file.name if got.file else '没有取到（' + got.reason + '）'}")
    for serving in font_files.table():
        click.echo(listing.font_line(serving))
    return 0


@program.command()
def messages() -> int:
    """列出全部对用户显示的句子，供校对。"""
    for name, sentence in sorted(every_sentence()):
        click.echo(f"{name}\t{sentence}")
    for each in ALL_RULES:
        click.echo(f"{each.id}\t{each.title}\t{each.message}\t{each.fix}")
    return 0


@program.group(cls=Group)
def campaign() -> None:
    """方案：列出、检查。"""


@campaign.command(name="list")
def campaign_list() -> int:
    """列出随附的方案。"""
    for name in ws.campaign_ids():
        click.echo(f"{name}\t{parse_campaign(ws.campaign_text(name)).title}")
    return 0


@campaign.command(name="check")
@click.argument("file", metavar="方案")
def campaign_check(file: str) -> int:
    """检查一个方案文件：哪里写错了，哪些没有填写。"""
    read = parse_campaign(ws.campaign_text(file), name=Path(file).name)
    found = check_campaign(read, listing.campaign_needs())
    found.notes += listing.override_notes(read)
    if found.problems:
        raise BadInput(found.problems)
    for note in found.notes:
        click.echo(note)
    click.echo(f"{read.title or read.id}：检查完毕，{len(read.demands)}项要求，{len(found.notes)}处提示。")
    return 0


def _print_json(value: Any) -> None:
    sys.stdout.buffer.write((json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode())
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> None:
    """The program ``orglife``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # a Windows console may default to another code page
    sys.exit(chinese_click.run(program, arguments, "orglife"))


if __name__ == "__main__":
    main()
