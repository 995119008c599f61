"""Run a notebook's cells in this process, with IPython's shell and nbclient's message handling but without a kernel.

Outputs are assembled by the same code as with a kernel, so they are equal. Only for a child of the zygote, which runs
nothing else. The shell is created once and reset for each notebook.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import io
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NoReturn

import comm
from comm.base_comm import BaseComm
from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from traitlets.config import Config

from orglife.adapters.engine import zygote

_PARENT = {"msg_id": "cell"}
Sink = Callable[[dict[str, Any]], Any]


class _Wire(Session):  # type: ignore[misc]  # untyped
    """Delivers the shell's messages directly to the client that runs the cell."""

    sink: Sink | None = None

    def send(
        self,
        stream: Any,  # noqa: ARG002
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,  # noqa: ARG002
        ident: Any = None,  # noqa: ARG002
        buffers: Any = None,
        track: bool = False,  # noqa: ARG002, FBT001, FBT002
        header: Any = None,  # noqa: ARG002
        metadata: Any = None,
    ) -> dict[str, Any]:
        """Deliver a message in the form in which a kernel would send it."""
        message = msg_or_type
        if not isinstance(message, dict):
            message = self.msg(msg_or_type, content, metadata=metadata)
        message["buffers"] = [memoryview(buffer) for buffer in buffers or ()]
        message["parent_header"] = dict(_PARENT)
        if self.sink is not None:
            self.sink(message)
        return dict(message)


class _Kernel:
    """The part of a kernel that widgets use."""

    eventloop = None

    @staticmethod
    def get_parent(*_: object) -> dict[str, Any]:
        """The message that caused the current one."""
        return {"header": dict(_PARENT)}


@lru_cache(maxsize=1)
def shell() -> Any:
    """The shell of this process, without history: saving history would start a thread."""
    config = Config()
    config.HistoryManager.enabled = False
    main = sys.modules["__main__"]  # the shell replaces it
    made = ZMQInteractiveShell.instance(
        config=config, compiler_class=XCachingCompiler
    )  # file names of cells as in a kernel
    sys.modules["__main__"] = main
    wire = _Wire()
    made.displayhook.session = made.display_pub.session = wire
    made.displayhook.topic = made.display_pub.topic = b"cell"
    made.displayhook.pub_socket = made.display_pub.pub_socket = None
    made.kernel = _Kernel()
    _carry_widgets(wire)
    return made


def renew(used: Any) -> None:
    """Reset the shell to its initial state."""
    if getattr(used, "orglife_used", False):
        gc.freeze()  # reset() collects garbage: exempt everything loaded so far
        used.reset(new_session=True)
        used.execution_count = 1
        used.orglife_used = False


def _carry_widgets(wire: _Wire) -> None:
    """Let widgets send their states over the wire; without a kernel ipykernel would drop them."""

    class Line(BaseComm):
        def publish_msg(
            self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
        ) -> None:
            content = {"data": data or {}, "comm_id": self.comm_id, **keys}
            wire.send(
                None, msg_type, json.loads(json.dumps(content, default=str)), metadata=metadata or {}, buffers=buffers
            )

    comm.create_comm = Line


class _Stream(io.TextIOBase):
    """Standard output or error of a cell, buffered until flushed: as in a kernel, but without the kernel's timer."""

    encoding, errors = "utf-8", "replace"

    def __init__(self, wire: _Wire, name: str, handle: int) -> None:
        self._wire, self._name, self._handle = wire, name, handle
        self._buffer: list[str] = []

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._handle

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._buffer.append(text)
        return len(text)

    def flush(self) -> None:
        if self._buffer:
            text, self._buffer = "".join(self._buffer), []
            self._wire.send(None, "stream", {"name": self._name, "text": text})


class _Nobody:
    """The part of a kernel client that nbclient's output widget uses."""

    class _Quiet:
        def msg(self, *_: Any, **__: Any) -> dict[str, Any]:
            return {"header": dict(_PARENT)}

        def send(self, *_: Any, **__: Any) -> None:
            return None

    session = shell_channel = _Quiet()


class Client(PapermillNotebookClient):  # type: ignore[misc]  # untyped
    """Papermill's client for a notebook, with the shell of this process in place of a kernel."""

    def execute(self, **_: Any) -> NotebookNode:
        """Run all cells; papermill is notified of each."""
        self.reset_execution_trackers()
        self.kc = _Nobody()
        used = shell()
        renew(used)
        used.orglife_used = True
        wire = used.display_pub.session
        with _streams(wire), _surroundings(used):
            try:
                self.papermill_execute_cells()
            finally:
                wire.sink = None
        self.nb.metadata["language_info"] = _language()
        self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell: NotebookNode, cell_index: int, **_: Any) -> NotebookNode:
        """Run one cell; nbclient processes its messages."""
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return cell
        used, self.clear_before_next_output, cell.outputs = shell(), False, []
        used.display_pub.session.sink = lambda message: self.process_message(message, cell, cell_index)
        cell.execution_count = used.execution_count
        try:
            result = used.run_cell(cell.source, store_history=True)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            _raw_output(used.display_pub.session)
        error = result.error_before_exec or result.error_in_exec
        if error is not None and not (self.allow_errors or "raises-exception" in tags):
            reply = {"ename": type(error).__name__, "evalue": str(error)}  # the traceback is in the cell's outputs
            raise CellExecutionError.from_cell_and_msg(cell, reply)
        return cell


@contextlib.contextmanager
def _streams(wire: _Wire) -> Iterator[None]:
    out, err = _Stream(wire, "stdout", 1), _Stream(wire, "stderr", 2)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield


@contextlib.contextmanager
def _surroundings(used: Any) -> Iterator[None]:
    """Restore folder, environment, ``__main__`` and ``input`` after a notebook."""
    folder, environment, main, asked = os.getcwd(), dict(os.environ), sys.modules["__main__"], builtins.input  # noqa: PTH109
    sys.modules["__main__"], builtins.input = used.user_module, _nobody_answers
    try:
        yield
    finally:
        sys.modules["__main__"], builtins.input = main, asked
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)


def _nobody_answers(prompt: object = "") -> NoReturn:
    raise RuntimeError(f"nobody is there to answer {prompt}")


def _raw_output(wire: _Wire) -> None:
    """Send what was written to the file descriptors directly, after the cell's own output."""
    handle = zygote.raw_output
    if handle < 0 or not (length := os.lseek(handle, 0, os.SEEK_END)):
        return
    text = os.pread(handle, length, 0).decode("utf-8", "replace")
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    wire.send(None, "stream", {"name": "stdout", "text": text})


def _language() -> dict[str, Any]:
    """The ``language_info`` that a kernel of this Python reports."""
    major = sys.version_info[0]
    return {
        "codemirror_mode": {"name": "ipython", "version": major},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": f"ipython{major}",
        "version": platform.python_version(),
    }
