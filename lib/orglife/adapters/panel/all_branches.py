"""The panel that makes the papers of all branches or archives them: two buttons and one bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import ipywidgets as W

from orglife.adapters.field.style import FORMS
from orglife.adapters.panel.parts import main_button
from orglife.adapters.panel.work_bar import WorkBar

MAKE_ALL, ARCHIVE_ALL = "全部支部出件", "全部支部归档"
WORDS = (
    "“全部支部出件”给每个支部出各阶段的文件，出好的在“全局总览”里点开看；没有变化的不重出。"
    "“全部支部归档”只归档内容齐全的支部，差什么的逐个写明。做的时候可以看别的页，也可以取消；再点一次接着做，做好的不重做。"
)


class AllBranchesPanel:
    """The panel.

    Args:
        make: Makes the papers of all branches.
        archive: Archives all branches.
        bar: Makes the bar of some titles.
        on_work: Called when work has ended.
    """

    def __init__(
        self,
        make: Callable[[WorkBar], None],
        archive: Callable[[WorkBar], None],
        bar: Callable[[Sequence[str], Callable[[], None]], WorkBar],
        on_work: Callable[[], None],
    ) -> None:
        self._on_work = on_work
        self.bar = bar((MAKE_ALL, ARCHIVE_ALL), self._changed)
        self.make_button = self._button(MAKE_ALL, make)
        self.archive_button = self._button(ARCHIVE_ALL, archive)
        buttons = W.HBox([self.make_button, self.archive_button])
        self.box = W.VBox([W.HTML(f"{FORMS}<p>{escape(WORDS)}</p>"), buttons, self.bar.box])
        for name in ("og-bring", "of", "of-filing"):
            self.box.add_class(name)
        self.refresh()

    def say(self, text: str) -> None:
        """Show a message."""
        self.bar.say(text)

    def refresh(self) -> None:
        """Show the work as it is now."""
        self.bar.refresh()
        self._enable()

    def _enable(self) -> None:
        for button in (self.make_button, self.archive_button):
            button.disabled = self.bar.work.state.running

    def _changed(self) -> None:
        self._enable()
        if not self.bar.work.state.running:
            self._on_work()

    def _button(self, text: str, action: Callable[[WorkBar], None]) -> Any:
        return main_button(text, lambda: action(self.bar), self.say, "all_branches")
