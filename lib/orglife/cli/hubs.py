"""The command of the administrator who opens the workbook to many people in a browser."""

from __future__ import annotations

from pathlib import Path

import click

from orglife.cli.chinese import Command
from orglife.cli.output import say
from orglife.core.errors import BadInput


@click.command(cls=Command)
@click.argument("folder", metavar="文件夹", type=click.Path(file_okay=False, readable=False, path_type=Path))
@click.option(
    "--store", metavar="数据库", default="", help="第一次：数据库，例如 postgresql:///orglife?host=/run/postgresql。"
)
@click.option("--campaign", metavar="方案", default="", help="第一次：新建的工作目录用哪个方案。")
@click.option(
    "--port", metavar="端口", type=click.IntRange(1024, 65533), help="第一次：本机的端口，连后面两个一起用；默认8000。"
)
@click.option("--group", metavar="组", default="", help="第一次：哪个系统组的账号可以登录；默认orglife。")
@click.option("--no-start", is_flag=True, help="只写设置，不开。")
def hub(folder: Path, store: str, campaign: str, port: int | None, group: str, *, no_start: bool) -> int:
    """开多人用的网站：每人用浏览器登录，各办各的支部。第一次写好设置，以后照它开；由服务器的管理员运行。"""
    from orglife.adapters.disk import workspace as ws
    from orglife.serve import hub as site

    place = folder.absolute()
    if store:
        known = ws.campaign_ids()
        chosen = campaign or ws.fullest_campaign()
        if chosen not in known:
            raise BadInput([f"没有方案“{chosen}”。有这些：{'、'.join(known)}。"])
        path = site.write_config(place, site.HubOptions(store, chosen, port or site.PORT, group or site.GROUP))
        say(f"已写好“{path}”，请看一遍。")
    elif campaign or port or group:
        raise BadInput(["--campaign、--port、--group 要和 --store 一起写，只在第一次写设置的时候用。"])
    if no_start:
        return 0
    site.require_ready(place)
    if trouble := site.trouble_with(site.store_of(place)):
        say(f"网站照开，现在还没有人能打开工作簿：{trouble}")
    site.start(place)
    return 0


COMMANDS: tuple[click.Command, ...] = (hub,)
