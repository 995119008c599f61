"""The bureau's panel that ends the loan of a branch that will not be brought back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import ipywidgets as W

from orglife.adapters.field.context import CHOOSE
from orglife.adapters.panel.parts import WIDE, main_button, offer

TITLE = "带走的支部"
WORDS = (
    "带走的电脑丢了、坏了，带不回来的，写明原因结束带走，服务器上就可以接着填；那份以后找到了，照样可以带回，逐条合并。"
)
NO_REASON = "请写明为什么结束，例如“电脑丢失”。"


class EndLoanPanel:
    """The panel, shown while any branch is lent.

    Args:
        loans: The branches that are lent: (words, id) each.
        end: Ends the loan of a branch for a reason; returns the confirmation sentence.
        on_done: Called after a loan was ended.
    """

    def __init__(
        self,
        loans: Callable[[], Sequence[tuple[str, str]]],
        end: Callable[[str, str], str],
        on_done: Callable[[], None],
    ) -> None:
        self._loans, self._end, self._on_done = loans, end, on_done
        wide = W.Layout(**WIDE)
        self.branch = W.Dropdown(description="支部", layout=wide)
        self.reason = W.Text(description="原因", placeholder="例如：电脑丢失", layout=wide)
        self.button = main_button("结束带走", self._pressed, self._say, "loan")
        self.message = W.HTML()
        self._form = W.VBox(
            [W.HTML(f"<h3>{escape(TITLE)}</h3><p>{escape(WORDS)}</p>"), self.branch, self.reason, self.button]
        )
        self.box = W.VBox([self._form, self.message])
        self.refresh()

    def refresh(self) -> None:
        """List the branches that are lent now."""
        options = [(CHOOSE, ""), *self._loans()]
        offer(self.branch, options)
        self._form.layout.display = "" if len(options) > 1 else "none"

    def _say(self, text: str) -> None:
        self.message.value = f"<p>{escape(text)}</p>"

    def _pressed(self) -> None:
        branch, reason = str(self.branch.value or ""), str(self.reason.value).strip()
        if not branch or not reason:
            self._say(f"⚠ {NO_REASON if branch else '请先选支部。'}")
            return
        self._say(f"✓ {self._end(branch, reason)}")
        self.reason.value = ""
        self.refresh()
        self._on_done()
