"""``orglife start``: a workspace opened in the browser. What the page shows is gathered here; lab serves it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from orglife.adapters import lab
from orglife.adapters import workspace as ws
from orglife.adapters.workspace import Workspace
from orglife.core.errors import AnotherBranch, BadInput
from orglife.home.progress import branch_stages
from orglife.making import make, of_bureau
from orglife.office import Office

APP = "组织生活会工作簿"
FIRST_PAGE = "notebooks/00_home.ipynb"
BUREAU_PAGES = (("notebooks/90_overview.ipynb", "全局总览"), ("notebooks/40_supervision.ipynb", "上级督导"))

LONGEST_NAME = 40

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

        lab.serve(house, listen, lambda: page_data(root, chosen), actions(root), opened, developer=developer)
        say("已结束。")


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


def actions(root: Path) -> dict[str, Callable[[Mapping[str, Any]], Any]]:
    """What the guided page may ask for; each opens the workspace for itself and takes the page's plain data."""
    return {"make": lambda asked: make_file(root, asked), "author": lambda asked: set_author(root, asked)}


def make_file(root: Path, asked: Mapping[str, Any]) -> Any:
    """A paper as a file, as of today: ``{"what", "stage", "kind", "branch"}``."""
    from orglife.adapters.lab_doors import File  # noqa: PLC0415  brings the server with it

    what, stage, kind, branch = (str(asked.get(name) or "") for name in ("what", "stage", "kind", "branch"))
    with Office.open(root) as office:
        made = make(office, "" if of_bureau(stage) else branch, what, stage, kind, date.today())
    return File(made.name, made.data)


def set_author(root: Path, asked: Mapping[str, Any]) -> dict[str, str]:
    """Keep who types from now on: ``{"author"}``.

    Raises:
        BadInput: no name, or one that is no name.
    """
    name = " ".join(str(asked.get("author") or "").split())
    if not name or len(name) > LONGEST_NAME:
        raise BadInput([f"请写明录入人的姓名，不超过{LONGEST_NAME}个字。"])
    Workspace.open(root).set_author(name)
    return {"author": name}
