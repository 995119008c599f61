"""What the guided page changes in ipywidgets, which has no setting for either; see docs/private-parts.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipywidgets.widgets.widget import Widget


def restore_none() -> None:
    """Answer a page that joins a running kernel that there are no widgets to restore.

    Lab asks for the state of every widget before it runs the first cell. The guided page runs all cells anyway, so the
    widgets of earlier pages would be sent and built for nothing, more of them at every reload.
    """

    def answer(cls: type[Widget], msg: dict[str, Any]) -> None:
        if msg["content"]["data"].get("method") == "request_states":
            cls._control_comm.send({"method": "update_states", "states": {}, "buffer_paths": []})

    Widget._handle_control_comm_msg = classmethod(answer)  # noqa: SLF001


def before_message(prepare: Callable[[Widget], None]) -> None:
    """Call a function before any widget handles a message from its page."""
    handle = Widget._handle_msg  # noqa: SLF001

    def prepare_and_handle(widget: Widget, msg: dict[str, Any]) -> Any:
        prepare(widget)
        return handle(widget, msg)

    Widget._handle_msg = prepare_and_handle  # noqa: SLF001
