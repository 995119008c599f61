"""JupyterLab as a guided workbook: one server for a workspace, on this machine only, separate from the user's Jupyter.

The server runs in this process, so that it ends with the command and no token appears in a command line.
"""

from __future__ import annotations

import gc
import hashlib
import html
import json
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orglife.adapters.disk import files, logs, paths
from orglife.adapters.disk.workspace import BRANCH_ENVIRONMENT
from orglife.adapters.lab import runtime
from orglife.adapters.lab.access import Access
from orglife.adapters.lab.connections import limit_connections
from orglife.adapters.lab.runtime import HOST, ServerFolder
from orglife.core.errors import OrglifeError, PortTaken

LARGEST_BODY = 1_000_000
UPLOAD = 100 * 1024 * 1024  # bytes of one file uploaded in a form; without this limit larger files vanish silently
_LAST_ANSWER = 0.5  # seconds for the page to get the answer before the server ends
FORGOTTEN = 1800  # seconds after which a kernel without connected pages is ended
EXTENSION = "orglife-lab"
FEDERATED = (EXTENSION, "@jupyter-widgets/jupyterlab-manager", "anywidget")
"""The extensions of the guided page; others that are installed are left out."""

PageData = Callable[[], Mapping[str, Any]]


def serve(
    server_folder: ServerFolder,
    access: Access,
    page_data: PageData,
    actions: Mapping[str, Callable[[Mapping[str, Any]], Any]],
    on_start: Callable[[], None],
    *,
    developer: bool = False,
) -> None:
    """Serve a workspace until the process is told to stop; then end the kernel.

    Args:
        server_folder: Of the workspace; its environment must be set already.
        access: Lets browsers in.
        page_data: Called at every load for the data of the guided page.
        actions: The page's actions by name; see ``actions``.
        on_start: Called once the server listens.
        developer: Serve plain JupyterLab instead of the guided page.

    Raises:
        PortTaken: another program took the port meanwhile.
    """
    from jupyter_server.serverapp import ServerApp  # noqa: PLC0415  slow, and it reads the environment when imported

    from orglife.adapters.lab import guards  # noqa: PLC0415  as above

    class Server(ServerApp):  # type: ignore[misc]  # untyped
        """A server configured here only: configuration files of the machine must not change the guided page."""

        default_services = ServerApp.default_services if developer else guards.SERVICES

        def init_webapp(self) -> None:
            """Add the entrance, and the refusing handlers before Lab adds its own."""
            super().init_webapp()
            access.add_handlers(self.web_app)
            if not developer:
                self.web_app.add_handlers(".*$", guards.shut(access.base))

        def load_config_file(self, suppress_errors: bool = True) -> None:  # noqa: FBT001, FBT002  the parent's
            """Read none for the guided page."""
            if developer:
                super().load_config_file(suppress_errors)

    try:
        config = _config(server_folder, access, developer=developer)
        app = Server.instance(config=config, jpserver_extensions=access.extensions | {"jupyterlab": True})
        app.initialize(argv=[], starter_extension="lab", find_extensions=developer)  # guided: no extension but Lab
    except SystemExit as error:  # jupyter_server exits if the port is taken
        raise PortTaken(port=access.port) from error
    access.prepared(app)
    if not developer:
        from orglife.adapters.lab.actions import PageActions, add_page_actions  # noqa: PLC0415  as above

        app.web_app.settings["page_config_hook"] = _page_hook(
            lambda: {**page_data(), **access.page_data()}, access.sign_of_life, lambda path: _prepare(app, path)
        )
        app.web_app.settings["headers"] = app.web_app.settings.get("headers", {}) | guards.headers(
            _lab_page(), access.origin
        )
        end = partial(app.io_loop.call_later, _LAST_ANSWER, app.stop, from_signal=True)
        add_page_actions(app.web_app, PageActions(actions, end))
        _prepare(app, str(page_data()["steps"][0]["path"]))
    logs.keep_log(app.log, server_folder.root / "logs" / "server.log")
    limit_connections(app.http_server, app.io_loop.asyncio_loop, app.log.error)
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: app.stop(from_signal=True))
    access.announce(server_folder, os.environ.get(BRANCH_ENVIRONMENT, ""), developer=developer)
    gc.set_threshold(50_000, 20, 20)  # a server runs for weeks: it searches for garbage more often than a short command
    reachable: list[int] = []
    app.io_loop.add_callback(
        reachable.append, access.port
    )  # runs after the port is opened, which is queued in the loop before
    app.io_loop.add_callback(on_start)
    try:
        _run(app, access.port, reachable)
    finally:
        access.withdraw(server_folder)


def _run(app: Any, port: int, reachable: list[int]) -> None:
    """Serve until told to stop; ``reachable`` stays empty until the server listens."""
    try:
        app.start()
    except SystemExit as error:
        if reachable:
            raise
        raise PortTaken(port=port) from error  # another program took it after the check


def _prepare(app: Any, path: str) -> None:
    """Start the kernel for a notebook while the browser is still loading; Lab then joins the existing session."""
    app.io_loop.add_callback(_begin, app, path)


async def _begin(app: Any, path: str) -> None:
    sessions = app.session_manager
    try:
        async with app.kernel_manager.joining:
            if not await sessions.session_exists(path):
                await sessions.create_session(path=path, name=Path(path).name, type="notebook", kernel_name="python3")
    except Exception as error:  # noqa: BLE001  the page then starts the kernel itself
        app.log.error("kernel for a page: %s", type(error).__name__)  # noqa: TRY400


def _config(server_folder: ServerFolder, access: Access, *, developer: bool) -> Any:
    from traitlets.config import Config  # noqa: PLC0415

    config = Config()
    config.Application.log_level = "ERROR"
    server = config.ServerApp
    server.ip, server.port, server.port_retries = HOST, access.port, 0
    server.base_url = access.base
    server.root_dir = str(server_folder.root)
    server.open_browser = False
    server.answer_yes = True
    server.allow_root = True  # as in a container; the user who starts it owns the workspace
    server.quit_button = False
    server.terminals_enabled = developer
    server.allow_unauthenticated_access = False
    server.disable_check_xsrf = False
    server.tornado_settings = {"websocket_max_message_size": UPLOAD, "orglife_guided": not developer}
    config.KernelManager.transport_encryption = "required"  # other accounts can connect to the kernel's ports
    config.MappingKernelManager.cull_idle_timeout = FORGOTTEN
    config.MappingKernelManager.cull_interval = 60
    config.KernelSpecManager.allowed_kernelspecs = {"python3"}
    config.LabApp.user_settings_dir = str(server_folder.jupyter / "settings")  # else as the environment said when Lab
    config.LabApp.workspaces_dir = str(server_folder.jupyter / "workspaces")  # was imported
    config.LabApp.extension_manager = "readonly"
    config.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
    config.LabApp.news_url = None
    config.LabApp.open_browser = False
    if not developer:
        server.max_body_size = LARGEST_BODY  # also before login; what people attach comes through the websocket
        config.LabApp.labextensions_path = [str(Path(sys.prefix) / "share" / "jupyter" / "labextensions")]
        config.LabApp.extra_labextensions_path = [str(paths.templates() / "lab" / "labextensions")]
        server.extra_template_paths = [str(paths.templates() / "lab" / "pages")]
        server.contents_manager_class = "orglife.adapters.lab.guards.ReadOnlyFiles"
        server.kernel_manager_class = "orglife.adapters.lab.kernel.OneKernel"
        server.kernel_websocket_connection_class = "orglife.adapters.lab.kernel.PageConnection"
        config.ContentsManager.files_handler_class = None
        config.ContentsManager.allow_hidden = False
        config.IdentityProvider.login_handler_class = "orglife.adapters.lab.guards.WrongAddress"
    access.configure(config)
    return config


def _lab_page() -> str:
    """The HTML of Lab's page."""
    from jupyterlab.commands import get_app_dir  # noqa: PLC0415  as above

    return files.read_text(Path(get_app_dir()) / "static" / "index.html")


def _page_hook(
    page_data: PageData, sign_of_life: str, prepare: Callable[[str], None]
) -> Callable[[Any, dict[str, Any]], dict[str, Any]]:
    """A hook that adds our data to Lab's page configuration and disables plugins that the guided page does not need.

    Args:
        page_data: Gives the data of the page.
        sign_of_life: Tells the page whether the same start of the server still answers.
        prepare: Called with the path of the requested notebook.
    """
    from orglife.adapters.lab import guards  # noqa: PLC0415  loads the server

    lab = paths.templates() / "lab"
    disabled = json.loads((lab / "page.json").read_text(encoding="utf-8"))["disabledExtensions"]
    stamp = _stamp(lab)

    def hook(handler: Any, config: dict[str, Any]) -> dict[str, Any]:
        config["disabledExtensions"] = sorted({*config.get("disabledExtensions", []), *disabled})
        config["federated_extensions"] = [e for e in config.get("federated_extensions", []) if e["name"] in FEDERATED]
        for each in config["federated_extensions"]:
            if each["name"] == EXTENSION and "?" not in each["load"]:
                each["load"] += f"?v={stamp}"  # an updated program must not meet an old script from the browser's cache
        config |= {"buildAvailable": False, "buildCheck": False}  # Lab is not rebuilt from its own page
        config["token"] = (
            ""  # the cookie is enough: a page must not send the token to a program that uses this port later
        )
        try:
            data = {**page_data(), "sign_of_life": sign_of_life}
        except OrglifeError as error:
            raise guards.NotShown(str(error)) from error
        config["orglife"] = json.dumps(data, ensure_ascii=False)
        path = str(handler.path_kwargs.get("tree") or "").removeprefix("/tree/")
        if any(step["path"] == path for step in data["steps"]):
            prepare(path)
        return config

    return hook


def _stamp(lab: Path) -> str:
    """A hash of everything that the browser caches for the page: our scripts, and Lab's settings and translations."""
    parts = [*sorted((lab / "labextensions" / EXTENSION / "static").glob("*")), lab / "settings.json"]
    versions = [version(name) for name in ("jupyterlab", "jupyterlab-language-pack-zh-CN", "jupyterlab-widgets")]
    return hashlib.sha256(b"".join([*(part.read_bytes() for part in parts), *map(str.encode, versions)])).hexdigest()[
        :12
    ]


def show(url: str, doorway: Path) -> None:
    """Open the browser; without one the printed address remains.

    Args:
        url: The address.
        doorway: Where to write the page that redirects there. The browser gets the name of this page: command lines can be
            read by other accounts (on Windows by administrators and in the log of started programs), who would use the
            code before the browser does.
    """
    address = html.escape(url)
    page = (
        f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        f'<meta http-equiv="refresh" content="0;url={address}"><title>正在打开</title>'
        f'<p>正在打开组织生活会工作簿。没有打开的，请点<a href="{address}">这里</a>。</html>'
    )
    files.write(doorway, page.encode())  # mode 0600
    # Windows opens a file by its path; it does not decode every percent-encoded name
    place = str(doorway) if runtime.WINDOWS else doorway.as_uri()
    threading.Thread(target=lambda: webbrowser.open(place), daemon=True).start()
