"""The commands of the administrator of a database server: make and upgrade a database, its logins, what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from orglife.cli.chinese import Group
from orglife.cli.options import PATH, PROBLEMS
from orglife.cli.output import say, show
from orglife.core.errors import BadInput, ServerProgramMissing

if TYPE_CHECKING:
    from orglife.adapters.store.addresses import ServerAddress

database_argument = click.argument("database", metavar="数据库")


@click.group(cls=Group)
def serve() -> None:
    """数据放在数据库服务器上：建库、升级、加减账号、检查。由服务器的管理员运行。"""


@serve.command(name="init")
@database_argument
@click.option(
    "--campaign",
    metavar="方案",
    default="",
    help="还没有启用方案的，启用这个；不写的，由上级党组织建立工作目录时启用。",
)
def serve_init(database: str, campaign: str) -> int:
    """建立数据库，例如 postgresql:///orglife?host=/run/postgresql；已有的补齐缺少的设置，数据不动。"""
    address = _address(database)
    from orglife.adapters.store.server import admin
    from orglife.cli.about import sound_campaign

    admin.init(address, campaign_text=sound_campaign(campaign)[0] if campaign else "")
    say(f"{address.shown}已建好。用 orglife serve add 登记账号。")
    return 0


@serve.command(name="upgrade")
@database_argument
def serve_upgrade(database: str) -> int:
    """程序升级以后，把数据库升级到本程序的版式；先备份。"""
    address = _address(database)
    from orglife.adapters.store.server import admin

    before, now = admin.upgrade(address)
    say(
        f"{address.shown}已从版式{before}升级到{now}。" if before < now else f"{address.shown}已是版式{now}，不用升级。"
    )
    return 0


@serve.command(name="add")
@database_argument
@click.option("--branch", metavar="支部", default="", help="支部代号：这个账号只读写这个支部。")
@click.option("--bureau", is_flag=True, help="上级党组织的账号：看全部支部，只写上级的台账。")
@click.option("--intake", is_flag=True, help="上级党组织收件的账号：还能接收各支部交来的包。")
@click.option(
    "--name",
    "person",
    metavar="姓名",
    default="",
    help="录入人的姓名，存的内容都署这个名；不写的，本人第一次打开时写。",
)
@click.option("--login", metavar="账号", default="", help="账号名，与系统账号同名；不写的，另编一个看不出是谁的。")
@click.option("--passfile", metavar="文件", type=PATH, help="从另一台电脑登录的：密码写到这个新文件。")
def serve_add(
    database: str, branch: str, person: str, login: str, passfile: Path | None, *, bureau: bool, intake: bool
) -> int:
    """登记一个账号：--branch、--bureau、--intake 选一样。"""
    address = _address(database)
    from orglife.adapters.store.server import admin

    if (bool(branch), bureau, intake).count(True) != 1:
        raise BadInput(["--branch、--bureau、--intake 要写一样，只写一样。"])
    kind: admin.Kind = "branch" if branch else "bureau" if bureau else "intake"
    name = admin.add(address, kind, branch, login=login, person=_one_line(person), passfile=passfile)
    show(name)
    say(f"已登记账号{name}（{_meaning(kind, branch)}）。")
    say(
        f"密码在“{passfile}”，请把它交给本人，只能本人能读。"
        if passfile
        else f"在这台电脑上登录的，请用同名的系统账号{name}。"
    )
    return 0


@serve.command(name="name")
@database_argument
@click.argument("login", metavar="账号")
@click.argument("person", metavar="姓名")
def serve_name(database: str, login: str, person: str) -> int:
    """登记或改正一个账号的录入人姓名：以后存的内容署这个名，以前的不改。"""
    address = _address(database)
    from orglife.adapters.store.server import admin

    admin.set_person(address, login, _one_line(person))
    say(f"账号{login}的录入人是“{_one_line(person)}”。")
    return 0


@serve.command(name="remove")
@database_argument
@click.argument("login", metavar="账号")
def serve_remove(database: str, login: str) -> int:
    """去掉一个账号：马上不能再登录，它存过的内容都在。"""
    address = _address(database)
    from orglife.adapters.store.server import admin

    admin.remove(address, login)
    say(f"账号{login}已去掉，它存过的内容没有改动。")
    return 0


@serve.command(name="check")
@database_argument
def serve_check(database: str) -> int:
    """检查数据库：防止改动的设置、各账号的权限、全部修改历史，哪些支部带走了；发现问题的返回1。"""
    address = _address(database)
    from orglife.adapters.store.server import admin, check
    from orglife.archive.verifying import labels
    from orglife.core.record.dossier import day_words

    problems = list(check.problems(address, labels()))
    for problem in problems:
        show(problem)
    with admin.connected(address) as connection:
        people, lent = admin.logins(connection), admin.lent(connection)
    for one in people:
        show("\t".join(part for part in (one.login, _meaning(one.kind, one.branch), one.person) if part))
    for branch, who, since in lent:
        show(f"支部{branch}\t{day_words(since.astimezone().date())}由{who or '有人'}带走，还没有带回")
    say(f"{address.shown}检查完毕，{len(people)}个账号，{f'{len(problems)}处问题' if problems else '没有问题'}。")
    return PROBLEMS if problems else 0


def _one_line(name: str) -> str:
    return " ".join(name.split())


def _meaning(kind: str, branch: str) -> str:
    return {"branch": f"支部{branch}", "bureau": "上级党组织", "intake": "上级党组织，收件"}[kind]


def _address(database: str) -> ServerAddress:
    """The address of a database.

    Raises:
        BadInput: it is none on a server.
        SettingsBroken: it says more than an address may.
        ServerProgramMissing: the driver is not installed.
    """
    from importlib.util import find_spec

    from orglife.adapters.store.addresses import ServerAddress, address_of

    address = address_of(database)
    if not isinstance(address, ServerAddress):
        raise BadInput(
            [f"“{database}”不是服务器上的数据库。请写成 postgresql:///orglife?host=/run/postgresql 的样子。"]
        )
    if find_spec("psycopg") is None:
        raise ServerProgramMissing
    return address


COMMANDS: tuple[click.Command, ...] = (serve,)
