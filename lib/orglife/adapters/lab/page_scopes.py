"""One kernel for all pages of a workspace: in it each page of each window has a room of its own.

A room is what a kernel of its own would be: the names that the page's cells make, the branch it was opened for, and the
widgets that came of it. A window is a line to the kernel, known by the session that its messages name; it runs one page
after the other. What a window made is given up when it has gone, or when it runs the page again.
"""

from __future__ import annotations

import gc
import logging
import os
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from weakref import WeakSet

from ipywidgets.widgets.widget import Widget

from orglife.adapters.disk import files
from orglife.adapters.disk.workspace import BRANCH_ENVIRONMENT, ENVIRONMENT
from orglife.adapters.lab import widgets

ROOM = "_orglife_room"  # of a widget


@dataclass(eq=False)
class PageScope:
    """A page that is open in a window.

    Attributes:
        branch: The one that was chosen in the window; "" = the server's.
        module: Holds the names of the page's cells.
        widgets: What came of it.
    """

    branch: str
    module: ModuleType = field(default_factory=lambda: ModuleType("__main__"))
    widgets: WeakSet[Widget] = field(default_factory=WeakSet)

    @property
    def desk(self) -> Any:
        """The page's desk."""
        return vars(self.module)["desk"]


class PageScopes:
    """The rooms of a kernel.

    Args:
        shell: The kernel's.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._hall = PageScope(os.environ.get(BRANCH_ENVIRONMENT, ""), shell.user_module)  # of who has no room
        self._used = self._hall  # its names are the shell's now
        self._open: dict[tuple[str, str], PageScope] = {}
        self._at: dict[str, PageScope] = {}  # the room in which a window's cells run now
        self._now: ContextVar[PageScope] = ContextVar("room", default=self._hall)
        shell.events.register("pre_execute", self._go)
        Widget.on_widget_constructed(self._made)
        widgets.before_message(self._enter_room_of)

    def enter(self, page: str, branch: str = "") -> None:
        """Run a page's cells from now on, in a room that is empty; one that this window had for it is given up.

        Args:
            page: Path of its notebook.
            branch: The one that was chosen in the window; "" = the server's.
        """
        window = self._window()
        self._give_up(self._open.pop((window, page), None))
        room = self._open[window, page] = self._at[window] = PageScope(branch or self._hall.branch)
        self._use(room)
        self._shell.init_user_ns()

    def desk(self, page: str) -> Any:
        """The desk of a page of this window.

        Raises:
            KeyError: it was not run here, or has been given up: what it shows leads nowhere.
        """
        room = self._open[self._window(), page]
        self._now.set(room)
        return room.desk

    def leave(self) -> None:
        """Give up all rooms of this window: it has gone."""
        window = self._window()
        for key in [key for key in self._open if key[0] == window]:
            self._give_up(self._open.pop(key))
        if self._at.pop(window, None):
            self._use(self._hall)
        gc.collect()  # a page is one large ring, with its connection to the store in it

    def _window(self) -> str:
        return str(self._shell.kernel.get_parent()["header"]["session"])

    def _go(self) -> None:
        self._use(self._at.get(self._window(), self._hall))

    def _use(self, room: PageScope) -> None:
        self._now.set(room)
        if room is self._used:
            return
        self._used, self._shell.user_module, self._shell.user_ns = room, room.module, vars(room.module)
        if room.branch:
            os.environ[BRANCH_ENVIRONMENT] = room.branch
        else:
            os.environ.pop(BRANCH_ENVIRONMENT, None)

    def _made(self, widget: Widget) -> None:
        room = self._now.get()
        room.widgets.add(widget)
        setattr(widget, ROOM, room)  # on the widget itself: a table of all would keep a room that was given up

    def _enter_room_of(self, widget: Widget) -> None:
        """Widgets that a message makes, at once or later, belong to the room of the widget that got the message."""
        self._now.set(getattr(widget, ROOM, self._hall))

    def _give_up(self, room: PageScope | None) -> None:
        if room is None:
            return
        for widget in list(room.widgets):
            with suppress(Exception):  # the others are to go all the same
                widget.close()


_scopes: list[PageScopes] = []


def open_page_scopes(shell: Any) -> None:
    """Let a kernel have rooms."""
    _scopes[:] = [PageScopes(shell)]


def keep_log() -> None:
    """What fails in a page is told in the workspace's log: what a kernel says by itself is heard by nobody."""
    if root := os.environ.get(ENVIRONMENT):  # a kernel that somebody began by himself belongs to no workspace
        files.keep_log(logging.getLogger("orglife"), Path(root) / "logs" / "pages.log")


def page_scopes() -> PageScopes:
    """Those of this kernel."""
    return _scopes[0]
