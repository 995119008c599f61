"""The panel that imports a roster: paste it or choose a file, confirm it in a table, then all of it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import anywidget
import traitlets as t

from orglife.adapters.disk import paths
from orglife.adapters.field.messages import guard
from orglife.core.errors import OrglifeError

SCRIPTS = ("roster_table.js", "roster_panel.js")
EMPTY = "名册还是空的。请粘贴名册、选择文件，或者一行写一人。"


class RosterPort(Protocol):
    """Reads and saves rosters of a branch."""

    def table(self, name: str, data: bytes | None, text: str, uses: Mapping[int, str] | None) -> dict[str, Any]:
        """The table in which a file (``data``) or a pasted text is confirmed; raises OrglifeError with the reason."""

    def take(self, answer: Mapping[str, Any]) -> str:
        """Save what was confirmed; return a sentence. Raises OrglifeError with all that is wrong; nothing is saved."""


class RosterPanel(anywidget.AnyWidget):  # type: ignore[misc]  # untyped
    """The panel.

    Args:
        port: Reads and saves.
        on_saved: Called after the save.
        open: Shown unfolded: there are no members yet.
    """

    _esm = paths.widget_text(*SCRIPTS)
    _css = paths.widget_text("roster.css")
    state = t.Dict().tag(sync=True)

    def __init__(self, port: RosterPort, on_saved: Callable[[], None], *, open: bool = False) -> None:  # noqa: A002
        self._port, self._on_saved, self._turn = port, on_saved, 0
        self._source: tuple[str, bytes | None, str] = ("", None, "")
        super().__init__(state={"turn": 0, "open": open})
        self.on_msg(guard(self._message, self.say, "roster"))

    @property
    def box(self) -> RosterPanel:
        """The widget, as every part of a sheet names it."""
        return self

    def refresh(self) -> None:
        """Do nothing: saving compares with the roster as it is then."""

    def say(self, text: str) -> None:
        """Show a message above the table."""
        self.state = {**self.state, "problems": [text], "done": ""}

    def _message(self, _widget: Any, content: Mapping[str, Any], buffers: Any = None) -> None:
        if "read" in content:
            self._read(content["read"], buffers)
        elif "take" in content:
            self._take(content["take"])
        elif "again" in content:
            self.state = {"turn": self._turn, "open": True}

    def _read(self, request: Mapping[str, Any], buffers: Any) -> None:
        if not request.get("again"):
            data = bytes(buffers[0]) if buffers else None
            self._source = (str(request.get("name") or ""), data, str(request.get("text") or ""))
        name, data, text = self._source
        if data is None and not text.strip():
            self.say(EMPTY)
            return
        uses = request.get("uses")
        chosen = {int(k): str(v) for k, v in uses.items()} if isinstance(uses, dict) else None
        try:
            table = self._port.table(name, data, text, chosen)
        except OrglifeError as error:
            self.state = {**self.state, "problems": list(error.sentences), "done": ""}
            return
        self._turn += 1
        self.state = {"turn": self._turn, "table": table, "chosen": chosen is not None}

    def _take(self, answer: Mapping[str, Any]) -> None:
        try:
            done = self._port.take(answer)
        except OrglifeError as error:
            self.state = {**self.state, "problems": list(error.sentences)}
            return
        self.state = {"turn": self._turn, "done": done}
        self._on_saved()
