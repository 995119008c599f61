"""Run a stage notebook with papermill and return it executed; no file of the run is kept.

Papermill only warns of an unknown parameter or a missing tag; here both are errors, raised before anything runs.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from orglife.core.errors import MissingTag, NotebookFailed, UnknownChoice, UnknownParameter

TAGS = ("parameters", "open", "form", "findings", "document", "next")
CELL_SECONDS = 600
STOCK = "nbclient"
"""Papermill's own engine: a kernel for each notebook."""


def check(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Reject a notebook that lacks a tagged cell, and a parameter that the notebook does not have.

    Raises:
        MissingTag, UnknownParameter.
    """
    tags, known = _inside(notebook.read_bytes())
    for tag in TAGS:
        if tag not in tags:
            raise MissingTag(notebook=notebook.name, tag=tag)
    for name in parameters:
        if name not in known:
            raise UnknownParameter(notebook=notebook.name, name=name, known="、".join(known))


@lru_cache(maxsize=64)
def _inside(content: bytes) -> tuple[frozenset[str], tuple[str, ...]]:
    """A notebook's tags, and the names of its parameters."""
    with tempfile.TemporaryDirectory(prefix="orglife-") as folder:
        place = Path(folder) / "notebook.ipynb"
        place.write_bytes(content)
        cells = nbformat.read(place, as_version=4).cells
        known = papermill.inspect_notebook(str(place))
    return frozenset(tag for cell in cells for tag in cell.metadata.get("tags", [])), tuple(known)


def require_engine(name: str) -> None:
    """Reject an engine that papermill does not know.

    Raises:
        UnknownChoice.
    """
    known = sorted({STOCK, *(point.name for point in entry_points(group="papermill.engine"))})
    if name not in known:
        raise UnknownChoice(what="引擎", value=name, known="、".join(known))


def run_notebook(
    notebook: Path,
    parameters: Mapping[str, Any],
    *,
    folder: Path,
    engine: str = STOCK,
    seconds: int = CELL_SECONDS,
) -> NotebookNode:
    """Run a notebook.

    Args:
        notebook: A stage notebook.
        parameters: Values for its parameters.
        folder: Working folder of the run: the workspace, so that no path appears in the outputs.
        engine: Papermill engine.
        seconds: Time limit of a cell.

    Returns:
        The executed notebook.

    Raises:
        MissingTag, UnknownParameter: before the run.
        NotebookFailed: a cell failed; the error carries its sentence.
    """
    check(notebook, parameters)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="orglife-", ignore_cleanup_errors=True) as sockets,
            _own_settings(Path(sockets)),
        ):
            done: NotebookNode = papermill.execute_notebook(
                str(notebook),
                None,
                parameters=dict(parameters),
                engine_name=engine,
                kernel_name="python3",
                progress_bar=False,
                log_output=False,
                cwd=str(folder),
                execution_timeout=seconds,
                config=_kernel(Path(sockets)),
                kernel_manager_class=_Kernels,
            )
    except PapermillExecutionError as error:
        raise NotebookFailed(notebook=notebook.name, what=_sentence(error), kind=str(error.ename)) from error
    except CellTimeoutError as error:
        raise NotebookFailed(notebook=notebook.name, what=f"运行超过{seconds}秒，已停止", kind="BranchHung") from error
    except DeadKernelError as error:
        raise NotebookFailed(notebook=notebook.name, what="程序意外停止，请再试一次", kind="BranchLost") from error
    return done


class _Kernels(AsyncKernelManager):  # type: ignore[misc]  # untyped
    """Starts kernels whose standard error is discarded (each would report that it was interrupted)."""

    async def start_kernel(self, **options: Any) -> None:
        """Start a kernel; its output arrives in messages, not on standard error."""
        await self._async_start_kernel(**({"stderr": subprocess.DEVNULL} | options))


def _kernel(sockets: Path) -> Config:
    """Configure a kernel to use private socket files instead of ports where possible: nobody else can connect.

    Without a connection file of its own, every kernel started in one folder would use the same sockets.
    """
    transport = "tcp" if os.name == "nt" else "ipc"
    return Config({"KernelManager": {"transport": transport, "connection_file": str(sockets / "kernel.json")}})


def _sentence(error: PapermillExecutionError) -> str:
    """The sentence for a failed cell: ours as it is; the text of other errors may name persons, and logs get their class."""
    if str(error.ename) in _OURS:
        return str(error.evalue).rstrip("。")
    return "程序遇到了意外情况，请联系管理员"


def _ours() -> frozenset[str]:
    from orglife.core import errors  # noqa: PLC0415

    return frozenset(name for name, _ in errors.every_sentence()) | {"BadInput"}


_OURS = _ours()


@contextlib.contextmanager
def _own_settings(folder: Path) -> Iterator[None]:
    """Use this program's own kernel, without start-up files of the user or the workspace and without papermill's log.

    The environment is put back on exit: the folder no longer exists when this process next starts a kernel.

    Args:
        folder: A private temporary folder, soon removed; what lies in a workspace may come from others.
    """
    logging.getLogger("papermill").setLevel(logging.ERROR)
    profile = folder / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text("c = get_config()\nc.InteractiveShell.ignore_cwd = True\n")
    own = str(Path(sys.prefix) / "share" / "jupyter")
    paths = [p for p in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if p and p != own]
    settings = {
        "IPYTHONDIR": str(profile.parent),
        "PYTHONSAFEPATH": "1",
        "JUPYTER_PATH": os.pathsep.join([own, *paths]),
    }
    before = {name: os.environ.get(name) for name in settings}
    os.environ |= settings
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
