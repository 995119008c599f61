"""Keep pages apart in the one kernel of a workspace: each page of each window has its own scope.

A scope replaces a separate kernel: it holds the names that the page's cells define, the branch that the page was opened
for, and the page's widgets. A window is a connection to the kernel, identified by the session in its messages; it runs
one page after another. A scope is dropped when its window closes or runs the page again.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import threading
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from weakref import WeakSet

from ipywidgets.widgets.widget import Widget

from orglife.adapters.disk import logs
from orglife.adapters.disk.workspace import BRANCH_ENVIRONMENT, ENVIRONMENT
from orglife.adapters.lab import widgets

_MOMENT = 1.0  # seconds, so that the page still shows what was done
SCOPE = "_orglife_scope"  # attribute of a widget


@dataclass(eq=False)
class PageScope:
    """A page that is open in a window.

    Attributes:
        branch: The one chosen in the window; "" = the server's.
        module: Holds the names of the page's cells.
        widgets: The page's widgets.
    """

    branch: str
    module: ModuleType = field(default_factory=lambda: ModuleType("__main__"))
    widgets: WeakSet[Widget] = field(default_factory=WeakSet)

    @property
    def desk(self) -> Any:
        """The page's desk."""
        return vars(self.module)["desk"]


class PageScopes:
    """The scopes of a kernel.

    Args:
        shell: The kernel's shell.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._default = PageScope(
            os.environ.get(BRANCH_ENVIRONMENT, ""), shell.user_module
        )  # for code outside of pages
        self._used = self._default  # the scope whose names the shell uses now
        self._open: dict[tuple[str, str], PageScope] = {}
        self._at: dict[str, PageScope] = {}  # window → scope in which its cells run now
        self._now: ContextVar[PageScope] = ContextVar("scope", default=self._default)
        shell.events.register("pre_execute", self._go)
        Widget.on_widget_constructed(self._made)
        widgets.before_message(self._enter_scope_of)

    def enter(self, page: str, branch: str = "") -> None:
        """Run a page's cells in a new scope from now on; drop the scope that this window had for the page.

        Args:
            page: Path of its notebook.
            branch: The one chosen in the window; "" = the server's.
        """
        window = self._window()
        self._drop(self._open.pop((window, page), None))
        scope = self._open[window, page] = self._at[window] = PageScope(branch or self._default.branch)
        self._use(scope)
        self._shell.init_user_ns()

    def desk(self, page: str) -> Any:
        """The desk of a page of this window.

        Raises:
            KeyError: the page was not run in this window, or its scope was dropped: its links no longer work.
        """
        scope = self._open[self._window(), page]
        self._now.set(scope)
        return scope.desk

    def leave(self) -> None:
        """Drop all scopes of this window: it was closed."""
        window = self._window()
        for key in [key for key in self._open if key[0] == window]:
            self._drop(self._open.pop(key))
        if self._at.pop(window, None):
            self._use(self._default)
        gc.collect()  # a page is a large reference cycle that holds a connection to the store

    def _window(self) -> str:
        return str(self._shell.kernel.get_parent()["header"]["session"])

    def _go(self) -> None:
        self._use(self._at.get(self._window(), self._default))

    def _use(self, scope: PageScope) -> None:
        self._now.set(scope)
        if scope is self._used:
            return
        self._used, self._shell.user_module, self._shell.user_ns = scope, scope.module, vars(scope.module)
        if scope.branch:
            os.environ[BRANCH_ENVIRONMENT] = scope.branch
        else:
            os.environ.pop(BRANCH_ENVIRONMENT, None)

    def _made(self, widget: Widget) -> None:
        scope = self._now.get()
        scope.widgets.add(widget)
        setattr(widget, SCOPE, scope)  # on the widget itself: a table of all widgets would keep dropped scopes alive

    def _enter_scope_of(self, widget: Widget) -> None:
        """Widgets created by a message, now or later, belong to the scope of the widget that received it."""
        self._now.set(getattr(widget, SCOPE, self._default))

    def _drop(self, scope: PageScope | None) -> None:
        if scope is None:
            return
        for widget in list(scope.widgets):
            with suppress(Exception):  # close the other widgets all the same
                widget.close()


_scopes: list[PageScopes] = []


def open_page_scopes(shell: Any) -> None:
    """Give a kernel its scopes."""
    _scopes[:] = [PageScopes(shell)]


def keep_log() -> None:
    """Log failures of pages to the workspace's log: a kernel's own output is not shown to anybody."""
    if root := os.environ.get(ENVIRONMENT):  # not set for a kernel that somebody started by hand
        logs.keep_log(logging.getLogger("orglife"), Path(root) / "logs" / "pages.log")


def renew_pages() -> None:
    """End this kernel after a moment; the server starts another, and every window runs its pages again.

    Exit handlers are skipped on purpose: unsaved input belongs to records that were replaced, and is discarded.
    """
    with suppress(RuntimeError):  # without an event loop there is no page
        asyncio.get_running_loop()
        threading.Timer(_MOMENT, os._exit, (0,)).start()


def page_scopes() -> PageScopes:
    """The scopes of this kernel."""
    return _scopes[0]
