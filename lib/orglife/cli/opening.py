"""Commands that open a workspace: the demonstration, the browser, a new one."""

from __future__ import annotations

from pathlib import Path

import click

from orglife.cli.about import sound_campaign
from orglife.cli.chinese import Command
from orglife.cli.options import PATH, workspace_argument
from orglife.cli.output import say, show
from orglife.core.errors import BadInput


@click.command(cls=Command)
@click.option("--out", metavar="目录", default="orglife-demo", type=PATH, help="演示工作目录。")
def demo(out: Path) -> int:
    """建立一个虚构的演示局（四个支部），核对并出件。"""
    from orglife.cli.demo import demonstrate

    return demonstrate(out, say)


@click.command(cls=Command)
@click.argument("workspace", metavar="[工作目录]", required=False, type=PATH)
@click.option(
    "--branch", metavar="支部", default="", help="处理哪个支部；不写的，只有一个时就是它，有多个时在页面里选。"
)
@click.option("--port", metavar="端口", type=click.IntRange(1, 65535), default=None, help="端口；不写则沿用上次的。")
@click.option("--no-browser", is_flag=True, help="不打开浏览器，只给出网址。")
@click.option("--rehearsal", is_flag=True, help="打开旁边的演练工作目录，数据均为虚构，可以随便试。")
@click.option("--developer", is_flag=True, help="打开普通的JupyterLab，供开发人员用。")
def start(
    workspace: Path | None, branch: str, port: int | None, *, no_browser: bool, rehearsal: bool, developer: bool
) -> int:
    """在浏览器里打开工作簿；还没有的，先在浏览器里建立。结束请按 Ctrl+C。"""
    from orglife.serve import serving

    options = serving.ServeOptions(
        workspace, branch, port, browser=not no_browser, developer=developer, rehearsal=rehearsal
    )
    serving.start(options, show, say)
    return 0


@click.command(cls=Command)
@workspace_argument
@click.option("--campaign", metavar="方案", required=True, help="随附方案的代号，或方案文件。")
@click.option(
    "--role", type=click.Choice(["branch", "bureau"]), default="branch", help="branch 支部 / bureau 上级党组织。"
)
@click.option("--roster", metavar="名册", type=PATH, help="党员名册（xlsx、csv、docx，要有“姓名”一列）。")
@click.option(
    "--branch", metavar="代号", default="", help="名册所属支部的代号；不写的，用名册里写的，都没有的另编一个。"
)
@click.option(
    "--store",
    metavar="数据库",
    default="",
    help="数据放在服务器上的，写数据库，例如 postgresql:///orglife?host=/run/postgresql；不写的，是工作目录里的文件。",
)
def new(workspace: Path, campaign: str, role: str, roster: Path | None, branch: str, store: str) -> int:
    """新建工作目录，可以同时导入党员名册。"""
    from orglife.adapters.disk.settings import Settings
    from orglife.exchange.roster.founding import branch_from_roster
    from orglife.serve import founding

    text, read, _ = sound_campaign(campaign)
    if branch and not roster:
        raise BadInput(["--branch 是名册所属支部的代号，要和 --roster 一起写。"])
    known_branch = founding.branch_on_server(store, branch) if store else branch
    names = branch_from_roster(roster, read, known_branch) if roster else None
    own = names.branch.id if names and names.branch and role == "branch" else known_branch if store else ""
    settings = {"role": role, "branch": own} | ({"store": store} if store else {})
    founding.create_workspace(workspace, text, Settings.model_validate(settings), names)
    say(f"已建立工作目录“{workspace}”，方案：{read.title or read.id}。")
    for line in founding.creation_messages(names):
        say(line)
    return 0


@click.command(cls=Command)
@workspace_argument
def allow(workspace: Path) -> int:
    """同意用工作目录以外的数据：数据在服务器上、在别的文件夹里，或者里面有通到别处的链接的。"""
    from orglife.adapters.disk.settings import settings_of
    from orglife.adapters.store import allowed

    places = allowed.places(workspace, settings_of(workspace).store)
    allowed.allow(places)
    for place in places:
        show(place.shown)
    say("这个账户以后可以用这些地方。" if places else "数据都在这个文件夹里，不用同意。")
    return 0


COMMANDS: tuple[click.Command, ...] = (demo, start, new, allow)
