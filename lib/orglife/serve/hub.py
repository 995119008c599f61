"""``orglife hub``: write a JupyterHub configuration into a folder, and start it."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import jinja2

from orglife.adapters.disk import files, locks, paths
from orglife.adapters.store.addresses import ServerAddress, address_of
from orglife.core.errors import (
    SERVER_AWAY,
    BadInput,
    HubProgramMissing,
    HubRunning,
    HubSettingsBroken,
    HubSettingsMissing,
    HubSettingsThere,
    LoginUnknown,
    OrglifeError,
    StoreAway,
)

CONFIG = "jupyterhub_config.py"
EXAMPLES = ("nginx.conf", "Caddyfile", "orglife-hub.service")
"""Examples written beside the configuration: two TLS proxies, and a systemd unit."""
GROUP = "orglife"
PORT = 8000
PROXY = "configurable-http-proxy"
PROGRAM = ["-P", "-m", "jupyterhub", "-f", CONFIG]
RUN = Path("/run")
"""Runtime folder of root's programs; other accounts use their own."""


@dataclass(frozen=True)
class HubOptions:
    """The values in the configuration.

    Attributes:
        store: The database, in the form of ``store`` in a workspace's settings.
        campaign: Id of the campaign of new workspaces.
        port: On 127.0.0.1; the two following ports are used too.
        group: The operating system's group whose accounts may log in.
    """

    store: str
    campaign: str
    port: int = PORT
    group: str = GROUP


def write_config(folder: Path, options: HubOptions) -> Path:
    """Write the configuration; an existing one is never changed.

    Raises:
        HubSettingsThere: it exists already.
        HubProgramMissing: JupyterHub's proxy is not installed.
        BadInput, SettingsBroken: the database is not on a server.
        CannotWrite.
    """
    path = folder / CONFIG
    if path.exists():
        raise HubSettingsThere(path=str(path))
    if not isinstance(address_of(options.store), ServerAddress):
        raise BadInput(
            [f"“{options.store}”不是服务器上的数据库。请写成 postgresql:///orglife?host=/run/postgresql 的样子。"]
        )
    texts = _texts(folder, options, proxy_command(folder))
    files.make_private(folder)
    if os.name != "nt":
        folder.chmod(0o700)
    for name, text in texts.items():  # the configuration last: it marks the folder as complete
        files.write(folder / name, text.encode())
    return path


def _texts(folder: Path, options: HubOptions, proxy: list[str]) -> dict[str, str]:
    """The configuration as Python, and the examples, by file name."""
    values = {
        "folder": str(folder),
        "port": options.port,
        "group": options.group,
        "program": sys.executable,
        "proxy": repr(proxy),
        "command": repr([sys.executable, "-P", "-m", "orglife.serve.person"]),
        "python": repr(sys.executable),
        "store": repr(options.store),
        "campaign": repr(options.campaign),
        "pages": repr(str(paths.templates() / "hub" / "pages")),
    }
    loader = jinja2.FileSystemLoader(paths.templates() / "hub")
    environment = jinja2.Environment(  # noqa: S701  no HTML
        loader=loader, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    return {name: environment.get_template(f"{name}.j2").render(values) for name in (*EXAMPLES, CONFIG)}


def proxy_command(folder: Path) -> list[str]:
    """The program of JupyterHub's proxy: in the hub's folder, beside this Python, or on the PATH.

    Raises:
        HubProgramMissing: it is in none of them.
    """
    places = [folder / "node_modules" / ".bin", Path(sys.prefix) / "node_modules" / ".bin"]
    program = next((str(place / PROXY) for place in places if (place / PROXY).exists()), None) or shutil.which(PROXY)
    if program is None:
        raise HubProgramMissing(what="JupyterHub的代理程序（configurable-http-proxy）")
    return [program]


def store_of(folder: Path) -> str:
    """The database in a folder's configuration; "" if the administrator has written it in another form.

    Raises:
        HubSettingsBroken: the configuration is not valid Python.
    """
    text = files.read_text(folder / CONFIG)
    try:
        pairs = [
            pair
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Dict)
            for pair in zip(node.keys, node.values, strict=True)
        ]
    except SyntaxError as error:
        raise HubSettingsBroken(path=str(folder / CONFIG), line=error.lineno or 0) from error
    named = {
        key.value: value.value
        for key, value in pairs
        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
    }
    return str(named.get("ORGLIFE_STORE", ""))


@contextlib.contextmanager
def only_hub(folder: Path, store: str) -> Iterator[Sequence[IO[bytes]]]:
    """Hold the folder and, on this machine, the database; the held files are inherited by a program started in the block.

    Raises:
        HubRunning: another hub holds one of them.
    """
    key = hashlib.sha256(store.encode()).hexdigest()[:16]
    run = RUN if os.getuid() == 0 else Path(os.environ.get("XDG_RUNTIME_DIR") or folder)
    with contextlib.ExitStack() as held:
        taken = []
        for path, what in (
            (folder / "lock", f"“{folder}”"),
            (run / f"orglife-hub-{key}.lock", "这个数据库在这台电脑上"),
        ):
            with files.refusals(path.parent):
                file = held.enter_context(path.open("a+b"))
            if not locks.take(file):
                raise HubRunning(what=what)
            taken.append(file)
        yield taken


def require_ready(folder: Path) -> None:
    """Check whether the hub can be started.

    Raises:
        HubSettingsMissing, HubProgramMissing: it cannot.
    """
    if not (folder / CONFIG).is_file():
        raise HubSettingsMissing(path=str(folder))
    if importlib.util.find_spec("jupyterhub") is None:
        raise HubProgramMissing(what="JupyterHub（pip install 'orglife[server,hub]'）")


def start(folder: Path) -> None:
    """Replace this process by the hub; call ``require_ready`` first. Does not return.

    Raises:
        HubRunning: it runs already.
    """
    with only_hub(folder, store_of(folder)) as held:
        for file in held:
            os.set_inheritable(file.fileno(), True)
        os.chdir(folder)
        os.umask(0o077)
        os.execv(sys.executable, [sys.executable, *PROGRAM])  # noqa: S606  our own program


def trouble_with(store: str) -> str:
    """Why the database cannot be opened now; "" = it answers."""
    from orglife.adapters.store.store import Store  # noqa: PLC0415  slow to import

    try:
        Store.open(store, create=False, readonly=True).close()
    except (LoginUnknown, StoreAway) as error:  # expected: the hub's own account has no login
        return str(error) if SERVER_AWAY in str(error) else ""
    except OrglifeError as error:
        return str(error)
    return ""
