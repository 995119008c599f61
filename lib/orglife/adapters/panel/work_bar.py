"""The bar of long work: progress, a button to cancel, and the result."""

from __future__ import annotations

from collections.abc import Callable, Collection
from html import escape
from typing import Any

import ipywidgets as W

from orglife.adapters.engine.long_work import LongWork, WorkState
from orglife.adapters.field.context import put_html
from orglife.adapters.field.messages import guard, status_html
from orglife.core.errors import OrglifeError

CANCEL = "取消"


class WorkBar:
    """Shows work with certain titles; of other work only that it is running.

    Args:
        work: The workspace's long work.
        titles: The titles that belong here.
        on_change: Called after each beginning and end of work.
        show_end: Show the sentences at the end; otherwise the caller does.
    """

    def __init__(
        self, work: LongWork, titles: Collection[str], on_change: Callable[[], None], *, show_end: bool = True
    ) -> None:
        self.work, self._titles, self._on_change = work, titles, on_change
        self._show_end = show_end
        self._running = work.state.running
        self.shown = W.HTML()
        self.cancel_button = W.Button(description=CANCEL, layout=W.Layout(width="auto", align_self="flex-start"))
        self.cancel_button.on_click(guard(lambda _: work.cancel(), self.say, "work"))
        self.box = W.VBox([self.shown, self.cancel_button])
        self.box.add_class("of-work")
        work.listen(self.changed)
        self.refresh()

    def start(self, title: str, task: str, arguments: dict[str, Any]) -> None:
        """Begin work; show the reason when other work is running."""
        try:
            self.work.start(title, task, arguments)
        except OrglifeError as error:
            self._show(error.sentences, "bad")

    def say(self, text: str) -> None:
        """Show a message."""
        put_html(self.shown, status_html(text))

    def changed(self) -> None:
        """Show progress; report a beginning or an end."""
        self.refresh()
        if self._running != self.work.state.running:
            self._running = self.work.state.running
            self._on_change()

    def refresh(self) -> None:
        """Show the work as it is now."""
        state = self.work.state
        mine = state.title in self._titles
        self.cancel_button.layout.display = "" if state.running and mine else "none"
        self.cancel_button.disabled = state.cancelled
        if state.running:
            put_html(
                self.shown,
                _bar(state) if mine else f"<p class='of-help'>“{escape(state.title)}”正在做，做完才能做下一件。</p>",
            )
        elif mine and state.lines and self._show_end:
            self._show(state.lines, "good" if state.good else "half" if state.lines[0].startswith("已取消") else "bad")
        else:
            put_html(self.shown, "")

    def _show(self, lines: Collection[str], mark: str) -> None:
        put_html(self.shown, status_html(*lines, mark=mark))


def _bar(state: WorkState) -> str:
    """The progress bar and its text, as HTML."""
    left = state.total - state.done
    counts = f"已做{state.done}步，还剩{left}步。" if state.total else ""
    words = f"{state.title}（{state.since[-5:]}开始）：{state.label}…{counts}"
    value = f'value="{state.done}" max="{state.total}"' if state.total else ""
    return (
        f'<div class="of-progress"><progress {value} aria-label="{escape(state.title)}"></progress>'
        f'<span role="status">{escape(words)}</span></div>'
    )
