"""Commands to take a branch home from a server, to bring it back, and to end that as its superior."""

from __future__ import annotations

from pathlib import Path

import click

from orglife.cli.chinese import Command
from orglife.cli.options import PATH, workspace_argument
from orglife.cli.output import say, show
from orglife.core.errors import BadInput


@click.command(cls=Command, name="take-home")
@workspace_argument
@click.option("--to", "target", metavar="新目录", required=True, type=PATH, help="带到这个新的目录。")
@click.option("--again", is_flag=True, help="已经带走、那一份用不了的（例如带的时候停电），另带一份。")
def take_home(workspace: Path, target: Path, *, again: bool) -> int:
    """数据在服务器上的支部，带一份到自己的电脑离线填；带回以前，服务器上只能看。"""
    from orglife.office.office import Office
    from orglife.takeaway import lending

    with Office.open(workspace) as office:
        for line in lending.take_home(office, target, again=again):
            say(line)
    return 0


@click.command(cls=Command, name="bring-back")
@workspace_argument
@click.argument("source", metavar="带走的目录或它的备份", type=PATH)
@click.option("--dry-run", "dry", is_flag=True, help="只看会带回什么，不存。")
@click.option("--theirs", is_flag=True, help="带走已经结束、两边都改过的：都以带回的为准。")
@click.option("--ours", is_flag=True, help="带走已经结束、两边都改过的：都以服务器上的为准。")
def bring_back(workspace: Path, source: Path, *, dry: bool, theirs: bool, ours: bool) -> int:
    """把带走的带回服务器：修改历史原样接上，服务器上又可以填了。"""
    from orglife.exchange.merging import OURS, THEIRS
    from orglife.office.office import Office
    from orglife.takeaway import returning

    if theirs and ours:
        raise BadInput(["--theirs 和 --ours 只能写一个。请去掉一个。"])
    side = THEIRS if theirs else OURS if ours else ""
    with Office.open(workspace) as office:
        for line in returning.bring_back(office, source, returning.ReturnOptions(dry=dry, otherwise=side)):
            say(line)
    return 0


@click.command(cls=Command, name="end-loan")
@workspace_argument
@click.option("--branch", metavar="支部", default="", help="支部代号；不写的，列出现在带走的各支部。")
@click.option("--reason", metavar="原因", default="", help="为什么结束，例如电脑丢失；留在服务器上。")
def end_loan(workspace: Path, branch: str, reason: str) -> int:
    """上级党组织结束一个支部的带走，例如那台电脑丢了；以后带回的逐条合并。"""
    from orglife.office.office import Office
    from orglife.takeaway import lending

    with Office.open(workspace) as office:
        if not branch:
            lines = lending.loan_lines(office)
            for line in lines:
                show(line)
            say(f"{len(lines)}个支部带走了，还没有带回。" if lines else "没有支部带走。")
            return 0
        if not reason.strip():
            raise BadInput(["请用 --reason 写明为什么结束，例如“电脑丢失”。没有改动。"])
        say(lending.end_loan(office, office.chosen([branch])[0], reason.strip()))
    return 0


COMMANDS: tuple[click.Command, ...] = (take_home, bring_back, end_loan)
