"""The papermill engine ``orglife``: runs a notebook in a child of a zygote, without a kernel.

``papermill --engine orglife`` gives each notebook its own child. The batch gives each branch one child, in which this
engine runs one notebook after another. Outputs equal those of papermill's own engine.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, from_dict

from orglife.adapters.engine import processes, zygote
from orglife.core.errors import EngineNotHere, NotPython

NAME = "orglife"
_NO_LIMIT = 10.0**9  # seconds


def execute(
    nb_man: Any, kernel_name: str, *, log_output: bool = False, seconds: float | None = None, megabytes: int = 0
) -> NotebookNode:
    """Run a notebook.

    Args:
        nb_man: Papermill's notebook manager, notified of every cell.
        kernel_name: Must be ``python3``.
        log_output: As in papermill.
        seconds: Time limit of a cell; None = no limit.
        megabytes: Memory limit of the notebook; 0 = no limit.

    Raises:
        EngineNotHere: this system cannot fork.
        NotPython: another kernel is asked for.
        CellTimeoutError, DeadKernelError: as with papermill's own engine.
    """
    language = nb_man.nb.metadata.get("kernelspec", {}).get("language", "python")
    if kernel_name != "python3" or language != "python":
        raise NotPython(kernel=kernel_name)
    if zygote.inside():
        from orglife.adapters.engine.shell import Client  # noqa: PLC0415  heavy

        return Client(nb_man, log_output=log_output).execute()
    if not processes.CAN_FORK:
        raise EngineNotHere
    return _in_a_child(nb_man, seconds, megabytes)


def _in_a_child(nb_man: Any, seconds: float | None, megabytes: int) -> NotebookNode:
    listener = _Listener(nb_man)
    nb = nb_man.nb
    try:
        left = json.loads(_call(json.dumps(nb).encode(), seconds, megabytes, listener))
    except zygote.ChildLost as lost:
        cell = nb.cells[listener.at]
        nb_man.cell_exception(cell, cell_index=listener.at)
        if lost.hung and seconds:
            raise CellTimeoutError.error_from_timeout_and_cell("no answer", int(seconds), cell) from lost
        raise DeadKernelError(f"Kernel died: {lost.reason}") from lost
    for cell, outputs in zip(nb.cells, left["outputs"], strict=True):
        if cell.cell_type == "code":
            cell.outputs = from_dict(outputs)  # a later cell may have changed the outputs of an earlier one
    for key in ("language_info", "widgets"):
        if key in left["metadata"]:
            nb.metadata[key] = from_dict(left["metadata"][key])
    return nb


class _Listener:
    """Passes the child's reports on cells to papermill's notebook manager.

    Attributes:
        at: Index of the running cell.
    """

    def __init__(self, nb_man: Any) -> None:
        self.at = 0
        self._man = nb_man

    def __call__(self, report: bytes) -> None:
        event = json.loads(report)
        self.at = event["cell"]
        cell = self._man.nb.cells[self.at]
        if event["is"] == "begun":
            self._man.cell_start(cell, self.at)
        elif event["is"] == "failed":
            self._man.cell_exception(cell, cell_index=self.at)
        else:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = from_dict(event["outputs"]), event["count"]
            self._man.cell_complete(cell, cell_index=self.at)


def _call(payload: bytes, seconds: float | None, megabytes: int, on_report: zygote.Tell) -> bytes:
    begun = False

    def relay(report: bytes) -> None:
        nonlocal begun
        begun = True
        on_report(report)

    try:
        return _called(payload, seconds, megabytes, relay)
    except EOFError:
        if begun:
            raise zygote.ChildLost("EOF", hung=False) from None
        return _called(payload, seconds, megabytes, relay)  # the zygote ended before any cell ran: try once more


def _called(payload: bytes, seconds: float | None, megabytes: int, on_report: zygote.Tell) -> bytes:
    with zygote.borrowed(f"{__name__}:warm_engine") as used:
        return used.call(
            f"{__name__}:run_alone",
            payload,
            seconds=seconds or _NO_LIMIT,
            megabytes=megabytes,
            folder=Path(os.getcwd()),  # noqa: PTH109  where papermill runs the notebook
            on_report=on_report,
        )


class _Reporter:
    """Stands in for papermill's notebook manager in the child: reports every cell to the parent."""

    def __init__(self, nb: NotebookNode, tell: zygote.Tell) -> None:
        self.nb, self._tell = nb, tell

    def _report(self, what: str, cell: int | None, **more: Any) -> None:
        self._tell(json.dumps({"is": what, "cell": cell, **more}).encode())

    def cell_start(self, cell: NotebookNode, cell_index: int | None = None, **_: Any) -> None:  # noqa: ARG002
        self._report("begun", cell_index)

    def cell_exception(self, cell: NotebookNode, cell_index: int | None = None, **_: Any) -> None:  # noqa: ARG002
        self._report("failed", cell_index)

    def cell_complete(self, cell: NotebookNode, cell_index: int | None = None, **_: Any) -> None:
        self._report("done", cell_index, outputs=cell.get("outputs", []), count=cell.get("execution_count"))

    def autosave_cell(self) -> None:
        """The parent saves."""


def run_alone(payload: bytes, tell: zygote.Tell) -> bytes:
    """Run one notebook (a zygote's task) and return its metadata and all outputs."""
    from orglife.adapters.engine.shell import Client  # noqa: PLC0415  heavy

    nb = from_dict(json.loads(payload))
    Client(_Reporter(nb, tell)).execute()
    return json.dumps({"metadata": nb.metadata, "outputs": [cell.get("outputs", []) for cell in nb.cells]}).encode()


def warm_engine() -> None:
    """Load what every notebook needs by running a small one."""
    from nbformat import v4  # noqa: PLC0415  heavy, as the next

    from orglife.adapters.engine.shell import Client, renew, shell  # noqa: PLC0415

    nb = v4.new_notebook(cells=[v4.new_code_cell(_WARM), v4.new_code_cell("1/0")])
    for cell in nb.cells:
        cell.metadata["papermill"] = {}
    Client(_Reporter(nb, lambda _: None)).execute()
    renew(shell())


_WARM = """import orglife
from IPython.display import HTML, display
from orglife import Desk
display(HTML('<b>'), {'a': 1})
print(1)
1"""
