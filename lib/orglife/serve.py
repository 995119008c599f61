"""``orglife start``: a workspace opened in the browser. What the page shows is gathered here; lab serves it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orglife import backups
from orglife.adapters import lab
from orglife.adapters import workspace as ws
from orglife.adapters.workspace import Workspace
from orglife.core.errors import AnotherBranch, OrglifeError
from orglife.home import branch_stages
from orglife.office import Office

APP = "组织生活会工作簿"
FIRST_PAGE = "notebooks/00_home.ipynb"
BUREAU_PAGES = (("notebooks/90_overview.ipynb", "全局总览"), ("notebooks/40_supervision.ipynb", "上级督导"))

Say = Callable[[str], None]


def start(
    workspace: Path | None, branch: str, port: int | None, *, browser: bool, developer: bool, tell: Say, say: Say
) -> None:
    """Serve a workspace, or show the server that runs already.

    Args:
        workspace: The folder; None = the one we are in, or the nearest above.
        branch: Its id; "" = the workspace's own, the only one, or chosen in the browser.
        port: Where to listen; None = as last time.
        browser: Open the browser.
        developer: Plain JupyterLab.
        tell: Takes the address.
        say: Takes messages for the person at the keyboard.

    Raises:
        OrglifeError: no workspace, no such branch, the port is taken, or it does not come up.
    """
    place = Workspace.open(workspace) if workspace else Workspace.nearest(Path.cwd())
    root = place.root.resolve()
    with Office.open(root) as office:
        chosen = office.chosen([branch])[0] if branch else ""
    house = lab.House(root)
    with lab.claim(house) as ours:
        if not ours:
            _show_running(house, chosen, browser=browser, developer=developer, tell=tell, say=say)
            return
        _back_up(root, say)
        listen = lab.free_port(port, house.last_port())
        ws.lay_notebooks(root)
        house.prepare(developer=developer)
        wanted = house.environment(os.environ, branch=chosen)
        for name in set(os.environ) - set(wanted):
            del os.environ[name]
        os.environ.update(wanted)

        def opened(server: lab.Started) -> None:
            url = server.url(first_page(root, chosen))
            tell(url)
            say("已打开。用的时候请不要关闭这个窗口；用完按 Ctrl+C 结束，内容都已自动保存。")
            if browser:
                lab.show(url)

        lab.serve(house, listen, lambda: page_data(root, chosen), opened, developer=developer)
        say("已结束。")


def _back_up(root: Path, say: Say) -> None:
    """Today's copy; when it cannot be made, work goes on and the person is told."""
    try:
        with Office.open(root) as office:
            backups.daily(office)
    except OrglifeError as error:
        say(f"今天的备份没有做成：{error}")


def _show_running(house: lab.House, branch: str, *, browser: bool, developer: bool, tell: Say, say: Say) -> None:
    server = lab.find(house)
    if server.developer != developer:
        say(f"这个工作目录已经以{'开发' if server.developer else '引导'}方式打开，仍用它。要换方式，请先结束原来的。")
    fixed = server.branch
    if branch and fixed and fixed != branch:
        raise AnotherBranch(now=fixed, wanted=branch)
    url = server.url(first_page(house.root, branch or fixed), branch)
    tell(url)
    say("这个工作目录已经打开，没有再开一个。")
    if browser:
        lab.show(url)


def first_page(root: Path, branch: str = "") -> str:
    """Where to begin: the bureau's overview, or the branch's first page."""
    return str(page_data(root, branch)["steps"][0]["path"])


def page_data(root: Path, branch: str = "") -> dict[str, Any]:
    """What the guided page shows around the notebooks.

    Args:
        root: The workspace.
        branch: The one that ``start`` was asked for; "" = any.
    """
    steps: list[dict[str, Any]] = [{"path": FIRST_PAGE, "title": "首页"}]
    steps += [{"path": f"notebooks/{s.notebook}.ipynb", "title": s.title} for s in branch_stages()]
    with Office.open(root) as office:
        if office.workspace.settings.role == "bureau" and not branch:
            pages = [(path, title) for path, title in BUREAU_PAGES if (root / path).is_file()]
            steps = [{"path": path, "title": title, "bureau": True} for path, title in pages] + steps
        only = branch or office.workspace.settings.branch
        branches = [[name, office.branch_name(name)] for name in ([only] if only else office.branches())]
    return {"app": APP, "steps": steps, "branches": branches, "workspace": str(root)}
