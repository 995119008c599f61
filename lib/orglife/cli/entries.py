"""Commands on entries: import, export, check, answer, attach."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orglife.cli.chinese import WRONG_USE, Command
from orglife.cli.options import (
    PATH,
    PROBLEMS,
    as_of_option,
    author_option,
    branch_option,
    campaign_option,
    json_option,
    stage_option,
    workspace_argument,
)
from orglife.cli.output import print_json, say, show, write_json_text
from orglife.core.errors import BadInput, OrglifeError, UnknownChoice

if TYPE_CHECKING:
    from orglife.office.office import Office


@click.command(cls=Command, name="import")
@workspace_argument
@click.argument("sources", metavar="文件…", nargs=-1, required=True, type=PATH)
@click.option("--branch", metavar="支部", default="", help="名册（xlsx）导入到这个支部。")
@click.option("--dry-run", is_flag=True, help="只显示差别，不保存。")
@click.option(
    "--new-history",
    "reason",
    metavar="原因",
    default="",
    help="包里的修改历史与以前收到的对不上（例如支部从旧备份恢复），已查明、确要接收的，写明原因。",
)
@click.option(
    "--as-new-branch",
    "as_new",
    is_flag=True,
    help="包与这里同代号的支部修改历史没有一条相同、不是同一个支部的，当作新支部接收。",
)
@click.option(
    "--same-branch",
    "same",
    is_flag=True,
    help="包与这里同代号的支部修改历史没有一条相同、确是同一个支部的，只新增和修改，不移除。",
)
@click.option("--theirs", is_flag=True, help="这里和支部都改过、内容不同的记录，以来件为准。")
@click.option("--ours", is_flag=True, help="这里和支部都改过、内容不同的记录，以这里为准。")
@author_option
def import_(
    workspace: Path,
    sources: Sequence[Path],
    branch: str,
    reason: str,
    *,
    as_new: bool,
    same: bool,
    theirs: bool,
    ours: bool,
    dry_run: bool,
    author: str,
) -> int:
    """导入支部数据（JSON）、支部交来的包（zip）、回执、填好的表或党员名册（xlsx），先显示与现有数据的差别。"""
    from orglife.adapters.disk import zips
    from orglife.campaigns.following import opened
    from orglife.exchange import handover, intake, merging
    from orglife.exchange.arrival import ImportOptions
    from orglife.exchange.workbooks import is_workbook

    if as_new and same:
        raise BadInput(["--as-new-branch 和 --same-branch 只能写一个。"])
    if theirs and ours:
        raise BadInput(["--theirs 和 --ours 只能写一个。"])
    side = merging.THEIRS if theirs else merging.OURS if ours else ""
    options = ImportOptions(dry_run, reason.strip(), as_new, same, side)
    packages = [source for source in sources if not is_workbook(source) and zips.is_zip(source)]
    refused = False
    with opened(workspace, author=author) as office:
        differences = intake.differences(office, [s for s in sources if s not in packages], branch)
        for difference in differences:
            for line in difference.lines():
                say(line)
        if not dry_run and any(d.brings for d in differences):
            intake.take_in(office, differences)
            say("已保存。")
        for line, wrong in handover.import_packages(office, packages, options):
            say(line)
            refused = refused or wrong
        if not dry_run and office.workspace.settings.role == "bureau":
            _check_ahead(office)
    if dry_run:
        say("只显示差别，没有保存。")
    return WRONG_USE if refused else 0


def _check_ahead(office: Office) -> None:
    """Check the imported branches now, so that the next overview finds cached results."""
    from orglife.adapters.engine.pools import default_jobs
    from orglife.bureau.survey import survey

    with contextlib.suppress(OrglifeError):  # the import has succeeded; the overview will report the error
        survey(office, office.workspace.day_of_check(), jobs=default_jobs(), branches_only=True)


@click.command(cls=Command)
@workspace_argument
@click.option("--branch", "branch", metavar="支部", default="", help="支部代号。")
@click.option("--bureau", is_flag=True, help="导出上级党组织的督导记录。")
@click.option(
    "--format",
    "kind",
    metavar="格式",
    default="json",
    help="json 全部数据 / xlsx 各阶段的表（Excel、WPS）/ package 交给上级的包。",
)
@click.option("--stage", "stages", metavar="阶段", multiple=True, help="只导出这个阶段的表（xlsx），可重复。")
@click.option("--members", is_flag=True, help="党员本人填写的表（xlsx），一人一个文件，写进 --out 的文件夹。")
@click.option("--member", "chosen", metavar="党员", multiple=True, help="只要这名党员的表，写编号，可重复。")
@click.option("--blank", is_flag=True, help="不带姓名的一份个人填写表。")
@click.option("--out", metavar="文件", type=PATH, help="写入文件或文件夹；JSON不写则输出到屏幕。")
@campaign_option
def export(
    workspace: Path,
    branch: str,
    kind: str,
    stages: Sequence[str],
    chosen: Sequence[str],
    out: Path | None,
    campaign: str,
    *,
    bureau: bool,
    members: bool,
    blank: bool,
) -> int:
    """导出一个支部的全部数据（JSON）、各阶段的表和党员个人的填写表（xlsx），或交给上级的包（package）。"""
    from orglife.adapters.disk import files
    from orglife.campaigns.following import opened
    from orglife.core.record.exchange import bureau_json, dossier_json
    from orglife.office import disclosure
    from orglife.stages.kinds import BUREAU_KINDS, KINDS

    if members or chosen or blank:
        if kind != "xlsx" or bureau or stages or (blank and chosen):
            raise BadInput(
                ["个人填写表要写 --format xlsx，不能再写 --bureau、--stage；--blank 和 --member 只能写一个。"]
            )
        return _export_members(workspace, branch, chosen, out, campaign, blank=blank)
    if kind == "xlsx":
        return _export_xlsx(workspace, branch, stages, out, campaign, bureau=bureau)
    if kind not in ("json", "package"):
        raise UnknownChoice(what="格式", value=kind, known="json、xlsx、package")
    if stages:
        raise BadInput(["--stage 只用于xlsx；其他格式总是一个支部的全部数据。请去掉 --stage，或写 --format xlsx。"])
    if kind == "package":
        return _export_package(workspace, branch, out, campaign, bureau=bureau)
    with opened(workspace, campaign=campaign) as office:
        if bureau:
            text = bureau_json(office.campaign.id, office.bureau_records(), BUREAU_KINDS)
            line = "带出的个人信息：督导和责令中提到的支部、人员。"
        else:
            dossier = office.dossier(office.one_branch(branch))
            text, line = dossier_json(dossier, KINDS), disclosure.disclosure_line(dossier, out or "屏幕")
    if out is None:
        write_json_text(text)
    else:
        files.write(out, text.encode())
        say(f"已写入“{out}”。")
    say(line)
    return 0


def _export_xlsx(
    workspace: Path, branch: str, stages: Sequence[str], out: Path | None, campaign: str, *, bureau: bool
) -> int:
    from orglife.adapters.disk import files
    from orglife.campaigns.following import opened
    from orglife.exchange import workbooks
    from orglife.office import disclosure
    from orglife.office.arguments import stage_of

    if bureau:
        raise BadInput(["上级党组织的督导记录只导出JSON。请写 --format json。"])
    if out is None:
        raise BadInput(["xlsx不能输出到屏幕。请用 --out 写明文件名，例如 --out 谈心谈话.xlsx。"])
    with opened(workspace, campaign=campaign) as office:
        chosen = office.one_branch(branch)
        files.write(out, workbooks.export_workbook(office, chosen, stages))
        types = {t.TYPE for key in stages for t in stage_of(key).records}
        say(f"已写入“{out}”。")
        say(disclosure.disclosure_line(office.dossier(chosen), out, types=types))
    return 0


def _export_package(workspace: Path, branch: str, out: Path | None, campaign: str, *, bureau: bool) -> int:
    from orglife.campaigns.following import opened
    from orglife.exchange import packages

    if bureau:
        raise BadInput(["上级党组织的督导记录只导出JSON。请写 --format json。"])
    if out is None:
        raise BadInput(["包不能输出到屏幕。请用 --out 写明文件名，例如 --out 支部.zip。"])
    with opened(workspace, campaign=campaign) as office:
        sentences = packages.export_package(office, office.one_branch(branch), out)
    say(f"已写入“{out}”。")
    for line in sentences:
        say(line)
    return 0


def _export_members(
    workspace: Path, branch: str, chosen: Sequence[str], out: Path | None, campaign: str, *, blank: bool
) -> int:
    from orglife.adapters.disk import files
    from orglife.campaigns.following import opened
    from orglife.exchange import member_forms

    if out is None:
        raise BadInput(["个人填写表一人一个文件。请用 --out 写明放在哪个文件夹。"])
    with opened(workspace, campaign=campaign) as office:
        made = member_forms.export_member_forms(office, office.one_branch(branch), chosen, blank=blank)
    for name, data in made.items():
        files.write(out / name, data)
    say(f"已写入{len(made)}个文件，在“{out}”。发给本人填写，收回后用 orglife import 一起导入。")
    return 0


@click.command(cls=Command)
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
@campaign_option
@json_option
def check(
    workspace: Path,
    branches: Sequence[str],
    stages: Sequence[str],
    checkpoint: str,
    as_of: str,
    campaign: str,
    *,
    as_json: bool,
) -> int:
    """核对：哪里不符合规定，缺什么，怎么办。"""
    from orglife.campaigns.following import opened
    from orglife.cli import lines
    from orglife.core.rule.rule import BUREAU as BUREAU_CHECKPOINT
    from orglife.core.rule.rule import CHECKPOINTS
    from orglife.office import checking
    from orglife.office.arguments import parse_day, stage_of

    known = (*CHECKPOINTS, BUREAU_CHECKPOINT)
    if checkpoint and checkpoint not in known:
        raise UnknownChoice(what="节点", value=checkpoint, known="、".join(known))
    for stage in stages:
        stage_of(stage)
    day_asked_for = parse_day(as_of)
    with opened(workspace, campaign=campaign) as office:
        day = day_asked_for or office.workspace.day_of_check()
        result = checking.check(office, office.chosen(branches), day, checkpoint or None, stages, whole=not branches)
        if as_json:
            print_json(result.to_json())
        else:
            for line in lines.check_lines(result):
                show(line)
        names = {dossier.branch.id: dossier.branch.name for dossier, _ in result.branches}
        for branch, numbers in office.store.clock_backs(office.campaign.id).items():
            if branch in names or not branches:
                say(lines.clock_line(names.get(branch) or branch, numbers))
    return PROBLEMS if result.errors else 0


@click.command(cls=Command)
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
    from orglife.campaigns.following import opened
    from orglife.office import answers
    from orglife.office.arguments import parse_day

    if not reason.strip():
        raise BadInput(["原因是空的。请用 --reason 写明情况。"])
    day = parse_day(as_of)
    with opened(workspace, author=author) as office:
        chosen = office.one_branch(branch)
        answers.explain(
            office,
            chosen,
            rule,
            list(subjects),
            reason.strip(),
            author=author,
            as_of=day or office.workspace.day_of_check(),
        )
    say(f"已登记{rule}的情况说明；核对结果仍会显示，并注明原因。")
    return 0


@click.command(cls=Command)
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
@click.argument("file", metavar="文件", type=PATH)
def attach(workspace: Path, branch: str, record: str, kind: str, author: str, file: Path) -> int:
    """把签字扫描件等附在一条记录上（PDF、JPEG、TIFF、PNG，不超过20MB）。"""
    from orglife.campaigns.following import opened
    from orglife.office import answers

    with opened(workspace, author=author) as office:
        link = answers.attach(office, office.one_branch(branch), record, file, kind)
    say(f"已附在{record}上：{link.file}。")
    return 0


COMMANDS: tuple[click.Command, ...] = (import_, export, check, answer, attach)
