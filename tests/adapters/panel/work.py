"""Long work that a test sets by hand, and bars of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from orglife.adapters.engine.long_work import WorkState
from orglife.adapters.panel.work_bar import WorkBar
from orglife.core.errors import AtWork


class SetWork:
    """Stands in for ``LongWork``: its state is set, its listeners are called."""

    def __init__(self) -> None:
        self.state = WorkState()
        self.started: list[tuple[str, str, dict[str, Any]]] = []
        self.cancelled = 0
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def set(self, **state: Any) -> None:
        self.state = WorkState(**state)
        for listener in self._listeners:
            listener()

    def start(self, title: str, task: str, arguments: dict[str, Any]) -> None:
        if self.state.running:
            raise AtWork(title=self.state.title, since="14:05")
        self.started.append((title, task, arguments))

    def cancel(self) -> None:
        self.cancelled += 1

    def bar(self, titles: Sequence[str], changed: Callable[[], None]) -> WorkBar:
        return WorkBar(self, titles, changed)  # type: ignore[arg-type]
