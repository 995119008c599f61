"""``orglife start``: open a workspace in the browser. This module collects the page's data; ``lab`` serves it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.notebooks import lay_notebooks
from orglife.adapters.disk.record_files import LONGEST_AUTHOR
from orglife.adapters.engine import long_work
from orglife.adapters.lab import runtime, server
from orglife.adapters.lab.access import LocalAccess
from orglife.adapters.lab.keys import Entrance, Keys
from orglife.bureau.superior import INTAKE_NOTEBOOK, INTAKE_TITLE
from orglife.campaigns import following, shipped
from orglife.core.errors import (
    AnotherBranch,
    AtWork,
    BadInput,
    NoWorkspaceFound,
    OrglifeError,
    StoreBroken,
    StoreMissing,
    StoreTooOld,
)
from orglife.home.progress import CAMPAIGN_NOTEBOOK, FILING_NOTEBOOK, FILING_TITLE, branch_stages
from orglife.keeping import backups, restoring
from orglife.keeping.restorable import contents, restorable_backups
from orglife.office.office import Office
from orglife.paper.on_request import make_paper, of_bureau
from orglife.serve import founding, rehearsal
from orglife.takeaway import downloads

APP = "组织生活会工作簿"
FIRST_PAGE = "notebooks/00_home.ipynb"
BUREAU_PAGES = (
    ("notebooks/90_overview.ipynb", "全局总览"),
    (f"notebooks/{INTAKE_NOTEBOOK}", INTAKE_TITLE),
    ("notebooks/40_supervision.ipynb", "上级督导"),
    (f"notebooks/{CAMPAIGN_NOTEBOOK}", "方案"),
)

NEW_FOLDER = "组织生活会"
"""Folder of a new workspace if none is given."""

Show = Callable[[str], None]


@dataclass(frozen=True)
class ServeOptions:
    """Options of ``start``.

    Attributes:
        workspace: The folder; None = the nearest workspace from here upwards, else a new one here.
        branch: Id of the branch; "" = the workspace's own, the only one, or the one chosen in the browser.
        port: The port to listen on; None = the last one used.
        browser: Open the browser.
        developer: Plain JupyterLab.
        rehearsal: Open the rehearsal beside the workspace instead of the workspace.
    """

    workspace: Path | None = None
    branch: str = ""
    port: int | None = None
    browser: bool = True
    developer: bool = False
    rehearsal: bool = False


def start(options: ServeOptions, show_url: Show, show_message: Show) -> None:
    """Serve a workspace, or show the running server; for a new or empty folder, first ask for its content.

    Args:
        options: The options.
        show_url: Receives the server's URL.
        show_message: Receives messages for the user.

    Raises:
        OrglifeError: no workspace, no such branch, the port is in use, or the server does not start.
    """
    root = workspace_folder(options.workspace)
    if options.rehearsal:
        root = rehearsal.rehearsal_folder(root)
        rehearsal.create_rehearsal(root)
    entrance = Entrance(Keys.new())
    new, problem, chosen = ws.is_free(root) and not options.branch, "", ""
    if not new:
        try:
            chosen = _chosen_branch(root, options.branch)
        except (StoreMissing, StoreBroken, StoreTooOld) as error:
            problem = str(error)
    if new or problem:
        founded = _first_page_in_browser(root, options, entrance, show_url, show_message, problem)
        if founded is None:
            show_message("已结束，没有恢复。" if problem else "已结束，没有建立工作簿。")
            return
        root, port = founded
        options = replace(options, port=port, browser=False)  # the form's page forwards to the workspace itself
        chosen = _chosen_branch(root, options.branch)
    _serve(root, chosen, options, entrance, show_url, show_message)


def _chosen_branch(root: Path, branch: str) -> str:
    """The branch given to ``start``; "" = any. Opens the workspace in any case.

    Raises:
        OrglifeError: there is no such branch, or the workspace cannot be opened.
    """
    with Office.open(root) as office:
        return office.chosen([branch])[0] if branch else ""


def workspace_folder(workspace: Path | None) -> Path:
    """The given folder, else the nearest workspace, else a new folder here."""
    if workspace is not None:
        return files.real(workspace)
    try:
        return files.real(ws.nearest_root(Path.cwd()))
    except NoWorkspaceFound:
        return files.real(Path.cwd() / NEW_FOLDER)


def _first_page_in_browser(
    root: Path, options: ServeOptions, entrance: Entrance, show_url: Show, show_message: Show, problem: str
) -> tuple[Path, int] | None:
    """Ask in the browser what a new workspace holds, or which backup is restored.

    Returns:
        The workspace and the port to reuse; None if nothing was submitted.
    """
    from orglife.adapters.lab import setup  # noqa: PLC0415  needed only for a new workspace
    from orglife.adapters.lab.setup_restore import RestoreActions  # noqa: PLC0415

    port = runtime.free_port(options.port)
    founded: list[Path] = []
    doorway = runtime.doorway(root)

    def address_of(place: Path) -> str:
        server_folder = runtime.ServerFolder(place)
        with runtime.claim(server_folder) as ours:
            if not ours:
                return runtime.find(server_folder).url(first_page(place))
        founded.append(place)
        return runtime.Started(port, options.developer, "", entrance.keys).url(first_page(place))

    def submit(fields: Mapping[str, str]) -> str:
        if fields.get("rehearsal"):
            place = rehearsal.rehearsal_folder(root)
            rehearsal.create_rehearsal(place)
        else:
            place = root
            founding.create_from_form(root, founding.wish_of(fields))
        return address_of(place)

    def restore(backup: Path) -> str:
        list(restoring.restore(backup, root, sure=True))
        return address_of(root)

    def opened(url: str) -> None:
        show_url(url)
        show_message(f"{problem}\n请在浏览器里选一份备份恢复。" if problem else "请在浏览器里填写。")
        if options.browser:
            server.show(url, doorway)

    with tempfile.TemporaryDirectory() as folder:
        backups_to_restore = RestoreActions(lambda: restorable_backups(root), contents, restore, Path(folder))
        form = setup.Form(
            str(root),
            shipped.campaigns(),
            submit,
            founding.roster_table,
            founding.meeting_echo,
            backups_to_restore,
            problem,
        )
        try:
            setup.ask(form, port, entrance, opened)
        finally:
            doorway.unlink(missing_ok=True)
    return (founded[0], port) if founded else None


def _serve(
    root: Path, chosen: str, options: ServeOptions, entrance: Entrance, show_url: Show, show_message: Show
) -> None:
    server_folder = runtime.ServerFolder(root)
    with runtime.claim(server_folder) as ours:
        if not ours:
            _show_running(server_folder, chosen, options, show_url, show_message)
            return
        _back_up(root, show_message)
        listen = runtime.free_port(options.port, server_folder.last_port())
        lay_notebooks(root)
        server_folder.prepare(developer=options.developer)
        enter_environment(server_folder.environment(os.environ, branch=chosen))

        def opened() -> None:
            url = runtime.Started(listen, options.developer, chosen, entrance.keys).url(first_page(root, chosen))
            show_url(url)
            show_message("已打开。用的时候请不要关闭这个窗口；用完在“定稿与归档”页点“退出”，内容都已自动保存。")
            if options.browser:
                server.show(url, server_folder.doorway)

        server.serve(
            server_folder,
            LocalAccess(listen, entrance),
            lambda: page_data(root, chosen),
            actions(root),
            opened,
            developer=options.developer,
        )
        show_message("已结束。")


def enter_environment(variables: Mapping[str, str]) -> None:
    """Replace the environment of this process."""
    for name in set(os.environ) - set(variables):
        del os.environ[name]
    os.environ.update(variables)


def _back_up(root: Path, show_message: Show) -> None:
    """Make today's copy; if that fails, show a message and continue."""
    try:
        with Office.open(root) as office:
            backups.make_daily_copy(office)
    except OrglifeError as error:
        show_message(f"今天的备份没有做成：{error}")


def _show_running(
    server_folder: runtime.ServerFolder, branch: str, options: ServeOptions, show_url: Show, show_message: Show
) -> None:
    running = runtime.find(server_folder)
    if running.developer != options.developer:
        show_message(
            f"这个工作目录已经以{'开发' if running.developer else '引导'}方式打开，仍用它。要换方式，请先结束原来的。"
        )
    fixed = running.branch
    if branch and fixed and fixed != branch:
        raise AnotherBranch(now=fixed, wanted=branch)
    url = running.url(first_page(server_folder.root, branch or fixed), branch)
    show_url(url)
    show_message("这个工作目录已经打开，没有再开一个。")
    if options.browser:
        server.show(url, server_folder.doorway)


def first_page(root: Path, branch: str = "") -> str:
    """Path of the first page: the bureau's overview, or the branch's first page."""
    return str(page_data(root, branch)["steps"][0]["path"])


def page_data(root: Path, branch: str = "") -> dict[str, Any]:
    """Data that the guided page shows around the notebooks.

    Args:
        root: The workspace.
        branch: The branch given to ``start``; "" = any.
    """
    steps: list[dict[str, Any]] = [{"path": FIRST_PAGE, "title": "首页"}]
    steps += [{"path": f"notebooks/{s.notebook}.ipynb", "title": s.title} for s in branch_stages()]
    steps.append({"path": f"notebooks/{FILING_NOTEBOOK}", "title": FILING_TITLE})
    with following.opened(root) as office:
        if office.workspace.settings.role == "bureau" and not branch:
            pages = [(path, title) for path, title in BUREAU_PAGES if (root / path).is_file()]
            steps = [{"path": path, "title": title, "bureau": True} for path, title in pages] + steps
        elif not office.workspace.settings.rehearsal and (root / "notebooks" / CAMPAIGN_NOTEBOOK).is_file():
            steps.append({"path": f"notebooks/{CAMPAIGN_NOTEBOOK}", "title": "方案"})
        only = branch or office.workspace.settings.branch
        branches = [[name, office.branch_name(name)] for name in ([only] if only else office.branches())]
        practice = office.workspace.settings.rehearsal
        days = _calendar_days(office)
    data = {"app": APP, "steps": steps, "branches": branches, "workspace": str(root), "rehearsal": practice}
    data |= {"days": days}
    return data | ({"tour": rehearsal.tour()} if practice else {})


def _calendar_days(office: Office) -> dict[str, str]:
    """Days that the page's calendar marks: the period of the meeting, and the day that counts as today."""
    campaign = office.campaign
    span = {"from": campaign.meeting_start, "to": campaign.meeting_end}
    days = {**(span if all(span.values()) else {}), "today": office.workspace.today()}
    return {name: day.isoformat() for name, day in days.items() if day}


def actions(root: Path) -> dict[str, Callable[[Mapping[str, Any]], Any]]:
    """Actions that the guided page can request; each opens the workspace itself and takes the page's JSON data."""
    return {
        "make": lambda request: make_file(root, request),
        "author": lambda request: set_author(root, request),
        "reset": lambda _: reset_rehearsal(root),
        "quit": lambda _: leave(root),
    }


def make_file(root: Path, request: Mapping[str, Any]) -> Any:
    """Make a paper as of today, as a file; request: ``{"what", "stage", "kind", "branch"}``."""
    from orglife.adapters.lab.actions import File  # noqa: PLC0415  loads the server

    what, stage, kind, branch = (str(request.get(name) or "") for name in ("what", "stage", "kind", "branch"))
    with Office.open(root) as office:
        if what in downloads.KINDS:
            paper = downloads.download(office, office.one_branch(branch), what)
            return File(paper.name, paper.data, paper.notes)
        paper = make_paper(office, "" if of_bureau(stage) else branch, what, stage, kind, office.workspace.today())
    return File(paper.name, paper.data, paper.notes)


def require_idle(root: Path) -> None:
    """Refuse to end while long work is going on, which would be cut off.

    Raises:
        AtWork: long work is going on.
    """
    if (busy := long_work.at_work(root)) is not None:
        raise AtWork(title=busy[0], since=busy[1])


def leave(root: Path) -> dict[str, Any]:
    """End the program; everything typed has been saved.

    Raises:
        AtWork: long work is going on, which would be cut off.
    """
    require_idle(root)
    from orglife.adapters.lab.actions import END_SERVER  # noqa: PLC0415  loads the server

    message = f"程序已退出，填写的内容都保存在“{root}”。现在可以关闭这个网页和黑色窗口；下次双击图标再打开。"
    return {END_SERVER: True, "told": message}


def set_author(root: Path, request: Mapping[str, Any]) -> dict[str, str]:
    """Save the author of new revisions; request: ``{"author"}``.

    Raises:
        BadInput: the name is missing, too long or invalid.
    """
    name = " ".join(str(request.get("author") or "").split())
    if not name or len(name) > LONGEST_AUTHOR:
        raise BadInput([f"请写明录入人的姓名，不超过{LONGEST_AUTHOR}个字。"])
    with Office.open(root) as office:
        office.files.set_author(name)
    return {"author": name}


def reset_rehearsal(root: Path) -> dict[str, str]:
    """Reset a rehearsal to its initial records.

    Raises:
        NotARehearsal: the workspace holds real data; nothing is changed.
    """
    rehearsal.reset(root)
    return {}
