"""One person's server behind a hub: a workspace in the home folder; the login to the database decides the branch.

It runs under the person's account. ``python -P -m orglife.serve.person`` is the program for spawners that start programs;
``serve_forked`` is for the spawner that forks (``adapters.hub.warm``); there, papers are made in short-lived processes.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import pwd
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.notebooks import lay_notebooks
from orglife.adapters.disk.settings import Settings, settings_of
from orglife.adapters.hub.access import KEPT, HubAccess
from orglife.adapters.hub.keeper import REFUSED, UP, Keeper, MakerLost
from orglife.adapters.lab import runtime, server
from orglife.adapters.print import typst
from orglife.adapters.store import allowed
from orglife.core.building import build_models
from orglife.core.errors import AnotherLogins, BadInput, OpenElsewhere, OrglifeError
from orglife.keeping import backups
from orglife.office.office import Office
from orglife.serve import rehearsal, serving

STORE, CAMPAIGN, IDLE = "ORGLIFE_STORE", "ORGLIFE_CAMPAIGN", "ORGLIFE_IDLE"
"""Environment variables from the hub's configuration: the database, the campaign of a new workspace, and the seconds after
which an unused server ends."""
_AN_HOUR = "3600"
WARM = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "anyio._backends._asyncio",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.kernelspec",
    "jinja2.ext",
    "jupyter_server.services.api.handlers",
    "jupyter_server.services.config.handlers",
    "jupyter_server.services.contents.handlers",
    "jupyter_server.services.events.handlers",
    "jupyter_server.services.kernels.handlers",
    "jupyter_server.services.kernelspecs.handlers",
    "jupyter_server.services.sessions.handlers",
    "jupyter_server.kernelspecs.handlers",
    "jupyterhub.singleuser.extension",
    "jupyterlab.labapp",
    "jupyterlab_language_pack_zh_CN",
    "orglife.adapters.hub.kernels",
    "orglife.adapters.lab.actions",
    "orglife.adapters.lab.guards",
    "orglife.adapters.lab.kernel",
    "orglife.adapters.lab.page_scopes",
    "orglife.adapters.lab.widgets",
    "orglife.adapters.store.server.database",
    "orglife.desk.desk",
    "orglife.desk.forms",
    "orglife.desk.live",
    "pdb",
    "psutil",
    "sqlalchemy.dialects.postgresql.psycopg",
)
"""Modules of the warm process that this module does not import."""
LONGEST_LOOK = 100.0  # seconds that opening a workspace may take; the hub waits for 120
LONGEST_PAPER = 600.0  # seconds that a paper may take
UNEXPECTED = "程序遇到了意外情况，工作簿没有打开，已保存的内容不受影响。请联系管理员。"
NOT_MADE = "没有做成：做文件的程序中途停了，填写的内容不受影响。请再试一次，还不行的请联系管理员。"

Action = Callable[[Mapping[str, Any]], Any]


# --- the workspace ---------------------------------------------------------------------------------------------------


def open_workspace(root: Path, store: str, campaign: str) -> None:
    """Make sure that a person has a workspace and that it fits the login.

    Args:
        root: Its folder.
        store: The database.
        campaign: The bureau's first campaign, if none is in force yet.

    Raises:
        AnotherLogins: the workspace belongs to another branch or the bureau, or has other data.
        OrglifeError: the database cannot be used, or there is no campaign.
    """
    from orglife.serve import founding  # noqa: PLC0415  needed only here

    allowed.allow(allowed.place_of_data(root, store))  # the hub's configuration names it, which is the administrator's
    own = founding.branch_on_server(store, "")
    settings = Settings(role="branch" if own else "bureau", branch=own, store=store, author=full_name())
    if ws.is_free(root):
        text = founding.campaign_on_server(store) or ws.campaign_text(campaign)
        founding.create_workspace(root, text, settings, None)
        return
    existing = settings_of(root)
    if (existing.role, existing.branch, existing.store) != (settings.role, settings.branch, settings.store):
        raise AnotherLogins(path=str(root), was=_whose(existing), now=_whose(settings))
    if settings.author:
        with Office.open(root) as office:
            if not office.files.author():
                office.files.set_author(settings.author)


def full_name() -> str:
    """The name that the administrator entered for this account; "" = none."""
    return pwd.getpwuid(os.getuid()).pw_gecos.split(",")[0].strip()


def _whose(settings: Settings) -> str:
    where = "" if settings.store.startswith("postgresql") else "自己文件里"
    return where + (f"支部{settings.branch or '（未定）'}" if settings.role == "branch" else "上级党组织")


# --- the server ------------------------------------------------------------------------------------------------------


def serve_person(on_start: Callable[[], None], keeper: Keeper | None) -> None:
    """Serve the person of this process until the hub ends it.

    Args:
        on_start: Called when the server listens.
        keeper: Forks kernels and makes papers; None = kernels are started, papers made here.

    Raises:
        OrglifeError: it cannot be opened; the message is for the person.
    """
    root = Path.home() / serving.NEW_FOLDER
    look = partial(_look, root, keeper)
    look(store=os.environ[STORE], campaign=os.environ.get(CAMPAIGN) or ws.fullest_campaign())
    idle = float(os.environ.get(IDLE) or _AN_HOUR)
    server_folder = runtime.ServerFolder(root)
    with runtime.claim(server_folder) as ours:
        if not ours:
            raise OpenElsewhere(path=str(root))
        lay_notebooks(root)
        server_folder.prepare(developer=False)
        from_hub = {name: value for name, value in os.environ.items() if name.startswith(KEPT)}
        serving.enter_environment(server_folder.environment(os.environ) | from_hub)
        access = HubAccess.from_environment(f"/doc/tree/{look()['steps'][0]['path']}", keeper, idle)
        copying = threading.Thread(target=_copy_of_today, args=(root, keeper), daemon=True)

        def opened() -> None:
            on_start()
            copying.start()

        server.serve(server_folder, access, look, actions(root, keeper), opened)


def _look(root: Path, keeper: Keeper | None, **asked: str) -> dict[str, Any]:
    """The page's data; with ``store`` and ``campaign``, ``open_workspace`` first.

    It runs in a short-lived process: a server that opens the store itself would keep 10 MiB.

    Raises:
        OrglifeError: it cannot be opened.
    """
    request = json.dumps({"root": str(root)} | asked).encode()
    try:
        answer = json.loads(keeper.call(f"{__name__}:look", request, seconds=LONGEST_LOOK) if keeper else look(request))
    except MakerLost as error:
        raise BadInput([UNEXPECTED]) from error
    if answer["problems"]:
        raise BadInput(answer["problems"])
    data: dict[str, Any] = answer["data"]
    return data


def look(asked: bytes) -> bytes:
    """The function that ``_look`` calls in another process: problems, and the page's data."""
    request = json.loads(asked)
    root = Path(request["root"])
    try:
        if "store" in request:
            open_workspace(root, request["store"], request["campaign"])
        data = serving.page_data(root)
    except OrglifeError as error:
        return json.dumps({"problems": error.sentences}).encode()
    return json.dumps({"problems": [], "data": data}).encode()


def actions(root: Path, keeper: Keeper | None) -> dict[str, Action]:
    """The page's actions, as ``serving.actions``, but papers are made in a short-lived process, and quitting leads to the hub."""
    own = serving.actions(root) | {"quit": lambda _: leave(root)}
    return own if keeper is None else own | {"make": partial(_make_elsewhere, root, keeper)}


def leave(root: Path) -> dict[str, Any]:
    """Let the page go to the hub's logout, which ends this server.

    Raises:
        AtWork: long work is going on, which would be cut off.
    """
    serving.require_idle(root)
    return {}


def _make_elsewhere(root: Path, keeper: Keeper, request: Mapping[str, Any]) -> Any:
    """Make a paper in a forked process: the typesetter and its fonts take 150 MiB."""
    from orglife.adapters.lab.actions import File  # noqa: PLC0415  loads the server

    asked = json.dumps({"root": str(root), "request": dict(request)}).encode()
    try:
        answer = keeper.call(f"{__name__}:make_paper", asked, seconds=LONGEST_PAPER)
    except MakerLost as error:
        raise BadInput([NOT_MADE]) from error
    head, _, data = answer.partition(b"\n")
    paper = json.loads(head)
    if paper["problems"]:
        raise BadInput(paper["problems"])
    return File(paper["name"], data, paper["told"])


def make_paper(asked: bytes) -> bytes:
    """Make a paper in another process. Returns a line of JSON, then the file."""
    job = json.loads(asked)
    try:
        made = serving.make_file(Path(job["root"]), job["request"])
    except OrglifeError as error:
        return json.dumps({"problems": error.sentences}).encode()
    head = {"problems": [], "name": made.name, "told": list(made.sentences)}
    return json.dumps(head).encode() + b"\n" + bytes(made.data)


def _copy_of_today(root: Path, keeper: Keeper | None) -> None:
    if keeper is None:
        back_up(str(root).encode())
        return
    try:
        keeper.call(f"{__name__}:back_up", str(root).encode(), seconds=LONGEST_PAPER)
    except (MakerLost, OSError, EOFError):  # the next start makes it
        return


def back_up(root: bytes) -> bytes:
    """Make today's copy of a branch's data; if that fails, the log says why."""
    folder = Path(root.decode())
    try:
        with Office.open(folder) as office:
            backups.make_daily_copy(office)
    except OrglifeError as error:
        files.write(folder / "logs" / "backup.log", f"今天的备份没有做成：{error}\n".encode())
    return b""


# --- as a child of the warm process, as a program --------------------------------------------------------------------


def warm() -> None:
    """Import everything that people's servers, kernels and papers need, without starting any."""
    for name in WARM:
        importlib.import_module(name)
    build_models()
    typst.warm(lasting=False)
    _open_a_first_page()


def _open_a_first_page() -> None:
    """Open the home page of a rehearsal once, so that all persons share what its first use allocates.

    This saves 7 MiB per person and a third of the CPU time of the first page. It is skipped if the disk has no space.
    """
    with (
        contextlib.suppress(OSError, OrglifeError),
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        root = Path(folder) / serving.NEW_FOLDER
        rehearsal.create_rehearsal(root)
        desk = importlib.import_module("orglife").Desk.open(str(root), interactive=True)  # as a notebook does
        try:
            for view in (desk.form("home"), desk.findings("home"), desk.documents("home"), desk.next()):
                view.bundle()
        finally:
            desk.office.close()
        serving.page_data(root)


def serve_forked(keeper: Keeper) -> None:
    """Run a person's server, forked by the keeper; tell the hub that it is up, or in a sentence why not."""
    try:
        serve_person(lambda: keeper.tell(UP), keeper)
    except OrglifeError as error:
        keeper.tell(REFUSED, "".join(error.sentences))
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        sys.stderr.write(f"orglife: {type(error).__name__} {Path(last.filename).name}:{last.lineno}\n")
        keeper.tell(REFUSED, UNEXPECTED)
        raise


def main() -> int:
    """Run a person's server, started by a spawner; errors go into the hub's log."""
    try:
        serve_person(lambda: None, None)
    except OrglifeError as error:
        sys.stderr.write("".join(error.sentences) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
