"""Widgets of a page that was left: the next page makes its own, by running its notebook."""

from __future__ import annotations

from typing import Any

from ipywidgets.widgets.widget import Widget


def restore_none() -> None:
    """Answer a page that joins a running kernel that there is nothing to restore.

    Lab asks for the state of every widget before it runs the first cell; the guided page runs all cells anyway, so what
    earlier pages made would only be sent and built for nothing, more of it at every loading.
    """

    def answer(cls: type[Widget], msg: dict[str, Any]) -> None:
        if msg["content"]["data"].get("method") == "request_states":
            cls._control_comm.send({"method": "update_states", "states": {}, "buffer_paths": []})

    Widget._handle_control_comm_msg = classmethod(answer)  # noqa: SLF001  there is no other way in
