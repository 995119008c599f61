"""The panel that takes a branch of a server home, as a download, and brings it back, as an upload."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as W

from orglife.adapters.disk.attachments import display_name
from orglife.adapters.field.context import put_html
from orglife.adapters.field.messages import guard
from orglife.adapters.panel.parts import main_button, uploads_of
from orglife.core.errors import Contradictions

CHOOSE, CONFIRM = "选带回的备份文件", "确认带回"
THEIRS, OURS = "两边都改过的，都以带回的为准", "两边都改过的，都以服务器上的为准"
ASK = "两边都改过的记录，请看清楚上面左右两边的内容，再选以哪一边为准；没有取的一边留在修改历史里。"


@dataclass(frozen=True)
class LoanActions:
    """What the panel calls.

    Attributes:
        state: HTML of whether the branch is here, with the button to take it home.
        keep: Keeps an uploaded file; returns its path.
        look: What bringing a file back would do, in sentences; nothing is done.
        bring: Brings it back: the file, and ``ours``, ``theirs`` or "" (ask); in sentences.
    """

    state: Callable[[], str]
    keep: Callable[[str, bytes], Path]
    look: Callable[[Path], Sequence[str]]
    bring: Callable[[Path, str], Sequence[str]]


class LoanPanel:
    """The panel.

    Args:
        actions: What the buttons do.
        on_done: Called after something was brought back.
    """

    def __init__(self, actions: LoanActions, on_done: Callable[[], None]) -> None:
        self._do, self._on_done = actions, on_done
        self._file: Path | None = None
        self.state, self.message = W.HTML(), W.HTML()
        self.upload = W.FileUpload(
            accept=".zip", description=CHOOSE, tooltip=CHOOSE, layout=W.Layout(width="auto", align_self="flex-start")
        )
        self.upload.observe(guard(self._chosen, self.say, "loan"), "value")
        self.confirm_button = self._button(CONFIRM, "")
        self.theirs_button, self.ours_button = self._button(THEIRS, "theirs"), self._button(OURS, "ours")
        buttons = W.HBox([self.confirm_button, self.theirs_button, self.ours_button])
        self.box = W.VBox([self.state, self.upload, self.message, buttons])
        self._show_buttons(())
        self.refresh()

    def refresh(self) -> None:
        """Show whether the branch is here, as it is now."""
        put_html(self.state, self._do.state())

    def say(self, *lines: str) -> None:
        """Show sentences under the button."""
        self.message.value = "".join(f"<p>{escape(line)}</p>" for line in lines)

    def _button(self, text: str, side: str) -> Any:
        return main_button(text, lambda: self._bring(side), self.say, "loan", layout=W.Layout(width="auto"))

    def _show_buttons(self, shown: Sequence[Any]) -> None:
        for button in (self.confirm_button, self.theirs_button, self.ours_button):
            button.layout.display = "" if button in shown else "none"

    def _chosen(self, change: dict[str, Any]) -> None:
        uploads = uploads_of(change)
        if not uploads:
            return
        self.upload.value = ()
        self._show_buttons(())
        name, data = uploads[0]
        self._file = self._do.keep(name, data)
        self.say(f"“{Path(display_name(name)).stem}”：", *self._do.look(self._file))
        self._show_buttons((self.confirm_button,))

    def _bring(self, side: str) -> None:
        if self._file is None:
            return
        try:
            lines = self._do.bring(self._file, side)
        except Contradictions:
            self.message.value += f"<p>⚠ {escape(ASK)}</p>"
            self._show_buttons((self.theirs_button, self.ours_button))
            return
        self._show_buttons(())
        self._file.unlink(missing_ok=True)
        self._file = None
        self.say(*(f"✓ {line}" if number == 0 else line for number, line in enumerate(lines)))
        self.refresh()
        self._on_done()
