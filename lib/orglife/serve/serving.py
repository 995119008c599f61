"""``orglife start``: a workspace opened in the browser. What the page shows is gathered here; lab serves it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.lab import runtime, server
from orglife.core.errors import AnotherBranch, BadInput, NoWorkspaceFound, OrglifeError
from orglife.home.progress import branch_stages
from orglife.keeping import backups
from orglife.office.office import Office
from orglife.paper.on_request import make_paper, of_bureau
from orglife.serve import founding, rehearsal

APP = "组织生活会工作簿"
FIRST_PAGE = "notebooks/00_home.ipynb"
BUREAU_PAGES = (
    ("notebooks/90_overview.ipynb", "全局总览"),
    ("notebooks/40_supervision.ipynb", "上级督导"),
    ("notebooks/01_campaign.ipynb", "方案"),
)

LONGEST_NAME = 40
NEW_FOLDER = "组织生活会"
"""Where a workspace is founded when none is named."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class ServeOptions:
    """How ``start`` was asked for.

    Attributes:
        workspace: The folder; None = the one we are in, or the nearest above, or a new one here.
        branch: Its id; "" = the workspace's own, the only one, or chosen in the browser.
        port: Where to listen; None = as last time.
        browser: Open the browser.
        developer: Plain JupyterLab.
        rehearsal: The rehearsal beside the workspace instead of the workspace.
    """

    workspace: Path | None = None
    branch: str = ""
    port: int | None = None
    browser: bool = True
    developer: bool = False
    rehearsal: bool = False


def start(options: ServeOptions, tell: Say, say: Say) -> None:
    """Serve a workspace, or show the server that runs already; a new or empty folder is asked about first.

    Args:
        options: What is asked for.
        tell: Takes the address.
        say: Takes messages for the person at the keyboard.

    Raises:
        OrglifeError: no workspace, no such branch, the port is taken, or it does not come up.
    """
    root = workspace_folder(options.workspace)
    if options.rehearsal:
        root = rehearsal.beside(root)
        rehearsal.prepare(root)
    if is_free(root) and not options.branch:
        founded = _founded(root, options, tell, say)
        if founded is None:
            say("已结束，没有建立工作簿。")
            return
        root, port = founded
        options = replace(options, port=port, browser=False)  # the page that asked goes on by itself
    _serve(root, options, tell, say)


def workspace_folder(workspace: Path | None) -> Path:
    """The folder that is meant: the one given, else the nearest workspace, else a new one here."""
    if workspace is not None:
        return workspace.resolve()
    try:
        return Workspace.nearest(Path.cwd()).root.resolve()
    except NoWorkspaceFound:
        return (Path.cwd() / NEW_FOLDER).resolve()


def is_free(root: Path) -> bool:
    """Whether a workspace may be founded there: nothing is there, or an empty folder."""
    return not root.exists() or (root.is_dir() and not any(root.iterdir()))


def _founded(root: Path, options: ServeOptions, tell: Say, say: Say) -> tuple[Path, int] | None:
    """Ask in the browser; the workspace that was founded and the port to go on with, None when nobody answered."""
    from orglife.adapters.lab import setup  # noqa: PLC0415  only where it is asked

    port, token = runtime.free_port(options.port), secrets.token_hex(24)
    made: list[Path] = []

    def submit(fields: Mapping[str, str], roster: tuple[str, bytes] | None) -> str:
        if fields.get("rehearsal"):
            place = rehearsal.beside(root)
            rehearsal.prepare(place)
        else:
            place = root
            founding.found(root, founding.wish_of(fields, roster))
        server_folder = runtime.ServerFolder(place)
        with runtime.claim(server_folder) as ours:
            if not ours:
                return runtime.find(server_folder).url(first_page(place))
        made.append(place)
        return f"/doc/tree/{quote(first_page(place))}?token={server_folder.token()}"

    def opened(url: str) -> None:
        tell(url)
        say("请在浏览器里填写。")
        if options.browser:
            server.show(url)

    setup.ask(setup.Form(str(root), founding.campaigns(), submit), port, token, opened)
    return (made[0], port) if made else None


def _serve(root: Path, options: ServeOptions, tell: Say, say: Say) -> None:
    with Office.open(root) as office:
        chosen = office.chosen([options.branch])[0] if options.branch else ""
    server_folder = runtime.ServerFolder(root)
    with runtime.claim(server_folder) as ours:
        if not ours:
            _show_running(
                server_folder, chosen, browser=options.browser, developer=options.developer, tell=tell, say=say
            )
            return
        _back_up(root, say)
        listen = runtime.free_port(options.port, server_folder.last_port())
        ws.lay_notebooks(root)
        server_folder.prepare(developer=options.developer)
        wanted = server_folder.environment(os.environ, branch=chosen)
        for name in set(os.environ) - set(wanted):
            del os.environ[name]
        os.environ.update(wanted)

        def opened(started: runtime.Started) -> None:
            url = started.url(first_page(root, chosen))
            tell(url)
            say("已打开。用的时候请不要关闭这个窗口；用完按 Ctrl+C 结束，内容都已自动保存。")
            if options.browser:
                server.show(url)

        server.serve(
            server_folder, listen, lambda: page_data(root, chosen), actions(root), opened, developer=options.developer
        )
        say("已结束。")


def _back_up(root: Path, say: Say) -> None:
    """Today's copy; when it cannot be made, work goes on and the person is told."""
    try:
        with Office.open(root) as office:
            backups.daily(office)
    except OrglifeError as error:
        say(f"今天的备份没有做成：{error}")


def _show_running(
    server_folder: runtime.ServerFolder, branch: str, *, browser: bool, developer: bool, tell: Say, say: Say
) -> None:
    running = runtime.find(server_folder)
    if running.developer != developer:
        say(f"这个工作目录已经以{'开发' if running.developer else '引导'}方式打开，仍用它。要换方式，请先结束原来的。")
    fixed = running.branch
    if branch and fixed and fixed != branch:
        raise AnotherBranch(now=fixed, wanted=branch)
    url = running.url(first_page(server_folder.root, branch or fixed), branch)
    tell(url)
    say("这个工作目录已经打开，没有再开一个。")
    if browser:
        server.show(url)


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
        practice = office.workspace.settings.rehearsal
    data = {"app": APP, "steps": steps, "branches": branches, "workspace": str(root), "rehearsal": practice}
    return data | ({"tour": rehearsal.tour()} if practice else {})


def actions(root: Path) -> dict[str, Callable[[Mapping[str, Any]], Any]]:
    """What the guided page may ask for; each opens the workspace for itself and takes the page's plain data."""
    return {
        "make": lambda asked: make_file(root, asked),
        "author": lambda asked: set_author(root, asked),
        "reset": lambda _: begin_anew(root),
    }


def make_file(root: Path, asked: Mapping[str, Any]) -> Any:
    """A paper as a file, as of today: ``{"what", "stage", "kind", "branch"}``."""
    from orglife.adapters.lab.actions import File  # noqa: PLC0415  brings the server with it

    what, stage, kind, branch = (str(asked.get(name) or "") for name in ("what", "stage", "kind", "branch"))
    with Office.open(root) as office:
        paper = make_paper(office, "" if of_bureau(stage) else branch, what, stage, kind, office.workspace.today())
    return File(paper.name, paper.data, paper.told)


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


def begin_anew(root: Path) -> dict[str, str]:
    """Put a rehearsal back to its beginning.

    Raises:
        NotARehearsal: the workspace holds real data; nothing is touched.
    """
    rehearsal.begin_anew(root)
    return {}
