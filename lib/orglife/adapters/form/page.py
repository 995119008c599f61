"""What stands on a form's page: the list of entries, the buttons, the sentences, and the open entry's fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import ipywidgets as W

from orglife.adapters.field.context import Context, esc, put_html

MOST_LINES = 12
"""Lines of the list that are in sight at once."""


class Doing(Protocol):
    """What the page's list and buttons do."""

    def choose(self, key: str) -> None:
        """A line of the list was clicked."""

    def add(self) -> None:
        """Open a new entry."""

    def ask_to_remove(self) -> None:
        """Ask whether the open entry is to be removed."""

    def remove(self) -> None:
        """Remove it."""

    def arrange(self) -> None:
        """Bring the page up to date; what was asked is asked no more."""

    def give_up(self) -> None:
        """Drop what must not be entered."""

    def undo(self) -> None:
        """Go one change back."""

    def show_past(self) -> None:
        """Show what the entry held before."""


class FormPage:
    """The parts of a form's page; those that stay keep their place, so that nobody loses the cursor while typing.

    Args:
        ctx: The form's context.
        does: What its list and buttons do.
        head: Its heading, as HTML.
        label: What the list is called.
        past: The box for earlier versions.
        clash: The box for what two windows wrote.
    """

    def __init__(self, ctx: Context, does: Doing, *, head: str, label: str, past: Any, clash: Any) -> None:
        self.ctx, self._does, self._past, self._clash = ctx, does, past, clash
        make, button = ctx.make, ctx.button
        self.status: Any = make(W.HTML, "of-status-box")
        self.lines: Any = make(W.Select, "of-lines", description=label, options=[], rows=3)
        self.lines.observe(ctx.guard(self._chosen), "value")
        self.add_button: Any = button("新增", does.add, "of-add")
        self.remove_button: Any = button("移除", does.ask_to_remove, "of-quiet")
        self.give_up_button: Any = button("放弃这次的填写", does.give_up, "of-quiet")
        self.undo_button: Any = button("撤销上一次修改", does.undo, "of-quiet")
        self.past_button: Any = button("以前的内容", does.show_past, "of-quiet")
        self._question: Any = make(W.HTML)
        self.sure_button: Any = button("确定移除", does.remove, "of-danger")
        self.keep_button: Any = button("不移除", does.arrange, "of-quiet")
        self._confirm: Any = make(W.HBox, "of-confirm", children=(self._question, self.sure_button, self.keep_button))
        self.bar: Any = make(W.HBox, "of-buttons")
        self._place: Any = make(W.VBox, "of-place")
        self._hint: Any = make(W.HTML)
        self._head: Any = make(W.HTML, value=head)
        self.box: Any = make(W.VBox, "of", f"of-t-{ctx.where}")

    def _chosen(self, change: Any) -> None:
        if not self.ctx.quiet and change["new"] is not None:
            self._does.choose(change["new"])

    def say(self, text: str, *, entry: str, half: bool) -> None:
        """Show a sentence in the status line.

        Args:
            text: The sentence; its first character tells how it is to be taken.
            entry: Id of the open entry; the page waits for it when another is chosen.
            half: What was saved is not finished.
        """
        mark = {"⚠": "bad", "✓": "half" if half else "good"}.get(text[:1], "calm")
        about = f' data-entry="{esc(entry)}"' if entry else ""
        put_html(self.status, f'<div class="of-status of-{mark}" role="status"{about}>{esc(text)}</div>')

    def show_lines(self, options: Sequence[tuple[str, str]], value: str | None) -> None:
        """Show the lines of the list, (line, key) each, and which is open."""
        with self.ctx.silence():
            if list(self.lines.options) != options:
                self.lines.options = options
                self.lines.rows = min(max(len(options), 3), MOST_LINES)
            if self.lines.value != value:
                self.lines.value = value

    def show_buttons(self, *, add: bool, back: bool, remove: bool, give_up: bool) -> None:
        """Show the buttons that have something to do.

        Args:
            add: One more entry may be begun.
            back: The open entry has earlier versions.
            remove: The open entry may go.
            give_up: It must not be entered as it is.
        """
        shown = (
            (add, self.add_button),
            (back, self.undo_button),
            (back, self.past_button),
            (give_up, self.give_up_button),
            (remove, self.remove_button),
        )
        self.bar.children = tuple(button for wanted, button in shown if wanted)

    def ask_to_remove(self, name: str) -> None:
        """Ask once more, in place of the buttons."""
        put_html(self._question, f"<span>移除“{esc(name)}”吗？它不再出现在材料里，但历史里留着，以后还能查到。</span>")
        self.bar.children = (self._confirm,)

    def lay(self, *, entry: Any, hint: str, single: bool) -> None:
        """Put the parts on the page.

        Args:
            entry: The open entry's fields; None when none is open.
            hint: What is said in their place; "" = nothing.
            single: There is one entry only, and no list.
        """
        put_html(self._hint, f'<div class="of-none">{hint}</div>')
        self._place.children = (entry,) if entry is not None else (self._hint,) if hint else ()
        lines = (self.lines,) if self.lines.options else ()
        if single:
            children = (self._head, self.status, self._clash, self._place, self.bar, self._past)
        else:
            children = (self._head, *lines, self.bar, self._past, self.status, self._clash, self._place)
        if self.box.children != children:
            self.box.children = children
