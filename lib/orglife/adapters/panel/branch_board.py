"""A table of many branches by stage: choose by group, state and name, and open what was found by a click on a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import anywidget
import traitlets as t

from orglife.adapters.disk import paths
from orglife.adapters.field.messages import guard

SHOWN = 200
"""Branches that are shown at once."""


@dataclass(frozen=True)
class BoardFilter:
    """What is chosen on the page; "" = all."""

    group: str = ""
    state: str = ""
    name: str = ""


class BoardPort(Protocol):
    """Gives the board what it shows."""

    def view(self, chosen: BoardFilter, most: int) -> Mapping[str, Any]:
        """``{title, heads, rows, groups, states, left}``: rows are [branch, name, [[words, tone], …]], at most ``most``."""

    def details(self, branch: str, place: int | None) -> str:
        """What was found in a branch as HTML, in one column or (None) in all."""


class BranchBoard(anywidget.AnyWidget):  # type: ignore[misc]  # untyped
    """The table.

    Args:
        port: Gives what is shown.
    """

    _esm = paths.widget_text("branch_board.js")
    _css = paths.widget_text("branch_board.css")
    view = t.Dict().tag(sync=True)
    details = t.Dict().tag(sync=True)
    problem = t.Unicode().tag(sync=True)

    def __init__(self, port: BoardPort) -> None:
        self._port, self._chosen, self._most = port, BoardFilter(), SHOWN
        self._opened: tuple[str, int | None] | None = None
        super().__init__(view=self._view(), details={"html": "", "number": 0})
        self.on_msg(guard(self._message, self.say, "overview"))

    def say(self, text: str) -> None:
        """Show a message above the table."""
        self.problem = text

    def refresh(self) -> None:
        """Show everything as it is now."""
        self.view = self._view()
        if self._opened is not None:
            self.details = {**self.details, "html": self._port.details(*self._opened)}

    def _view(self) -> dict[str, Any]:
        chosen = {"group": self._chosen.group, "state": self._chosen.state, "name": self._chosen.name}
        return {**self._port.view(self._chosen, self._most), "chosen": chosen}

    def _message(self, _widget: Any, content: Mapping[str, Any], _buffers: Any = None) -> None:
        self.say("")
        if "filter" in content:
            request = content["filter"]
            self._chosen = BoardFilter(*(str(request.get(name) or "") for name in ("group", "state", "name")))
            self._most = SHOWN
            self.view = self._view()
        elif "more" in content:
            self._most += SHOWN
            self.view = self._view()
        elif "open" in content:
            branch, place = content["open"]
            self._opened = (str(branch), None if place is None else int(place))
            self.details = {"html": self._port.details(*self._opened), "number": self.details["number"] + 1}
