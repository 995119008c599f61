"""The server's files of a workspace (keys, port, settings, lock), and how to find a running server.

All files are in WORKSPACE/.orglife, separate from the user's own Jupyter.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from orglife.adapters.disk import files, locks, paths
from orglife.adapters.disk.workspace import BRANCH_ENVIRONMENT, ENVIRONMENT, RUNTIME
from orglife.adapters.lab.keys import Keys
from orglife.core.errors import NotStarted, PortTaken

HOST = "127.0.0.1"
WINDOWS = os.name == "nt"
FIRST_PORT = 8765
USED = "orglife_used"
"""Setting of the server: when somebody did something at a page last, by the monotonic clock."""
PATIENCE = 30.0  # seconds that a second start waits for the first server to answer
USERS_OWN = ("JUPYTER", "IPYTHON")  # prefixes of environment variables of the user's own Jupyter
PRELOAD = b"""import orglife.desk.desk, orglife.desk.forms, orglife.adapters.lab.widgets as w, orglife.adapters.lab.page_scopes as r
w.restore_none()
r.open_page_scopes(get_ipython())
r.keep_log()
del orglife, w, r
"""
QUIET = b"""c = get_config()
c.Application.log_level = 40  # no warnings in English on the screen
c.InteractiveShell.cache_size = 0  # what a cell gave is not kept: it holds all of its page
c.HistoryManager.enabled = False
c.InteractiveShell.ignore_cwd = True  # no module in the notebooks' folder takes the place of an installed one
"""


@dataclass(frozen=True)
class ServerFolder:
    """The server's folder in a workspace."""

    root: Path

    @property
    def folder(self) -> Path:
        """The folder itself."""
        return self.root / RUNTIME

    @property
    def jupyter(self) -> Path:
        """Jupyter's own folders."""
        return self.folder / "jupyter"

    @property
    def running(self) -> Path:
        """Port, mode and keys of the running server, for its owner only; valid only while the lock is held."""
        return self.folder / "server.json"

    @property
    def doorway(self) -> Path:
        """The page that redirects the browser to the address; see ``server.show``."""
        return doorway(self.root)

    def prepare(self, *, developer: bool) -> None:
        """Create the folders and write the settings that Lab starts with.

        What is there is removed first: a workspace received from others must not bring settings, kernels or start-up code.

        Raises:
            CannotWrite: something cannot be removed or written.
        """
        files.make_private(self.folder)
        files.remove(self.jupyter)
        if os.name != "nt":
            self.folder.chmod(0o700)  # it may have existed before
        for name in ("config/labconfig", "data", "runtime", "settings", "workspaces", "ipython"):
            files.make_private(self.jupyter / name)
        chosen = files.read(paths.templates() / "lab" / ("developer.json" if developer else "settings.json"))
        files.write(self.jupyter / "config" / "labconfig" / "default_setting_overrides.json", chosen)
        profile = self.jupyter / "ipython" / "profile_default"
        files.write(profile / "startup" / "00-orglife.py", PRELOAD)
        files.write(profile / "ipython_kernel_config.py", QUIET)

    def environment(self, inherited: Mapping[str, str], *, branch: str = "") -> dict[str, str]:
        """The environment of server and kernel: the user's, without settings of Jupyter, with our folders.

        Args:
            inherited: The present environment.
            branch: For the notebooks; "" = none.
        """
        variables = {name: value for name, value in inherited.items() if not name.upper().startswith(USERS_OWN)}
        variables.pop(BRANCH_ENVIRONMENT, None)
        ours = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        variables |= {name: str(self.jupyter / folder) for name, folder in ours.items()}
        variables |= {
            "JUPYTER_PREFER_ENV_PATH": "1",
            "PYTHONUTF8": "1",
            "PYTHONSAFEPATH": "1",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }
        variables[ENVIRONMENT] = str(self.root)
        return variables | ({BRANCH_ENVIRONMENT: branch} if branch else {})

    def last_port(self) -> int:
        """The port of the last server, at which the browser remembers the branch that was chosen; 0 if there was none."""
        try:
            return int((self.folder / "port").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0


def doorway(root: Path) -> Path:
    """Path of the page that redirects the browser to a workspace's address; the workspace need not exist yet.

    On Windows a file is as private as its folder, and only the account's temporary folder surely is.
    """
    if WINDOWS:
        return Path(tempfile.gettempdir()) / f"orglife-{hashlib.sha256(str(root).encode()).hexdigest()[:16]}.html"
    inside = root / RUNTIME
    return inside / "open.html" if inside.is_dir() else root.with_name(f".{root.name}.html")


@dataclass(frozen=True)
class Started:
    """A running server."""

    port: int
    developer: bool
    branch: str
    keys: Keys

    def url(self, page: str, branch: str = "") -> str:
        """An address that opens a page once."""
        choice = f"&branch={quote(branch)}" if branch else ""
        return f"http://{HOST}:{self.port}{self.keys.base}enter/{quote(page)}?token={self.keys.code()}{choice}"


def free_port(port: int | None, last: int = 0) -> int:
    """A port to listen on.

    Args:
        port: The port asked for; None = the last one, else the first free one.
        last: The port used last time.

    Raises:
        PortTaken: the port asked for is in use.
    """
    if port:
        if not _is_free(port):
            raise PortTaken(port=port)
        return port
    candidates = [*([last] if last else []), *range(FIRST_PORT, FIRST_PORT + 50)]
    return next((each for each in candidates if _is_free(each)), 0) or _any_port()


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        if os.name != "nt":  # on Windows this option would let two programs share the port
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((HOST, port))
        except OSError:
            return False
    return True


def _any_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


# --- one server a workspace ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def claim(server_folder: ServerFolder) -> Iterator[bool]:
    """Lock the workspace for a server; False if another process serves it. The system unlocks it when this process ends."""
    files.make_private(server_folder.folder)
    with files.refusals(server_folder.folder), (server_folder.folder / "lock").open("a+b") as lock:
        ours = locks.take(lock)
        if ours:  # of a killed server: its keys must not be sent to another program at its port
            server_folder.running.unlink(missing_ok=True)
        yield ours


def find(server_folder: ServerFolder, *, patience: float = PATIENCE) -> Started:
    """The server that holds the lock, as soon as it answers.

    Raises:
        NotStarted: it does not answer in time.
    """
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with contextlib.suppress(OSError, ValueError, KeyError):
            state = json.loads(server_folder.running.read_text(encoding="utf-8"))
            keys = Keys(str(state["base"]), str(state["token"]))
            started = Started(int(state["port"]), bool(state["developer"]), str(state["branch"]), keys)
            if _answers(started):
                return started
        time.sleep(0.2)
    raise NotStarted(path=str(server_folder.root))


def _answers(server: Started) -> bool:
    line = http.client.HTTPConnection(HOST, server.port, timeout=3)
    try:
        line.request("GET", f"{server.keys.base}orglife/alive")
        answer = line.getresponse()
        return (
            answer.status == http.HTTPStatus.OK and answer.read().decode(errors="replace") == server.keys.sign_of_life
        )
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
