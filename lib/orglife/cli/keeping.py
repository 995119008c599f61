"""Commands on history and backups."""

from __future__ import annotations

from pathlib import Path

import click

from orglife.cli.chinese import Command
from orglife.cli.options import PATH, campaign_option, json_option, workspace_argument
from orglife.cli.output import print_json, say, show
from orglife.core.errors import BadInput


@click.command(cls=Command)
@workspace_argument
@click.option("--branch", metavar="支部", default="", help="支部代号。")
@click.option("--bureau", is_flag=True, help="上级党组织的督导记录。")
@click.option("--record", metavar="记录", default="", help="只看这条记录，写它的编号；同时列出改前改后的内容。")
@click.option("--day", metavar="日期", default="", help="只看这一天录入的，例如 2024-03-08；同时列出改前改后的内容。")
@campaign_option
@json_option
def history(workspace: Path, branch: str, record: str, day: str, campaign: str, *, bureau: bool, as_json: bool) -> int:
    """谁在什么时候改了什么，新的在后面；指明记录或日期的，列出改前改后的内容。"""
    from orglife.adapters.store.chain import BUREAU
    from orglife.campaigns.following import opened
    from orglife.office import history as revisions
    from orglife.office.arguments import parse_day

    if bureau and branch:
        raise BadInput(["--branch 和 --bureau 只能写一个。请去掉一个。"])
    with opened(workspace, campaign=campaign) as office:
        owner = BUREAU if bureau else office.one_branch(branch)
        steps = revisions.steps(office, owner, record=record, day=parse_day(day))
        if as_json:
            print_json(revisions.history_json(office, owner, steps))
            return 0
        for step in steps:
            for line in step.lines(values=bool(record or day)):
                show(line)
        head = office.store.head(office.campaign.id, owner)
        say(f"共{len(steps)}条修改；修改历史现在到第{head.number}条（{head.hash[:16] or '还没有'}）。")
    return 0


@click.command(cls=Command)
@workspace_argument
@click.option("--out", metavar="文件夹", required=True, type=PATH, help="备份放在这个文件夹，例如U盘。")
def backup(workspace: Path, out: Path) -> int:
    """把整个工作目录（数据、方案、附件）备份成一个zip文件，写完读回核对。"""
    from orglife.campaigns.following import opened
    from orglife.keeping import backups

    with opened(workspace) as office:
        for line in backups.make_backup(office, out).lines:
            say(line)
    say(f"带出的个人信息：这个工作目录里全部支部的数据、修改历史和附件，写到“{out}”；没有加密，请锁好保管。")
    return 0


@click.command(cls=Command)
@click.argument("source", metavar="备份文件", type=PATH)
@click.option("--to", "target", metavar="工作目录", required=True, type=PATH, help="恢复到这个工作目录。")
@click.option("--yes", "sure", is_flag=True, help="确认恢复到已有的工作目录；不写的只显示差别。")
def restore(source: Path, target: Path, *, sure: bool) -> int:
    """从备份恢复：新目录直接恢复；已有的工作目录先显示差别，加 --yes 才恢复，现有内容先备份。"""
    from orglife.keeping import restoring

    for line in restoring.restore(source, target, sure=sure):
        say(line)
    return 0


COMMANDS: tuple[click.Command, ...] = (history, backup, restore)
