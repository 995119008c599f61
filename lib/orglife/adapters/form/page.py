"""The widgets of a form's page: the list of entries, the buttons, the messages, and the open entry's fields."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Protocol

import ipywidgets as W

from orglife.adapters.field.context import Context, put_html
from orglife.adapters.field.messages import status_html

MOST_LINES = 12
"""Most visible lines of the list."""


class FormActions(Protocol):
    """The actions of the page's list and buttons."""

    def choose(self, key: str) -> None:
        """Open the entry of a line in the list."""

    def add(self) -> None:
        """Open a new entry."""

    def ask_to_remove(self) -> None:
        """Ask the user to confirm the removal of the open entry."""

    def remove(self) -> None:
        """Remove the open entry."""

    def arrange(self) -> None:
        """Update the page; close an open question."""

    def give_up(self) -> None:
        """Discard input that was rejected."""

    def undo(self) -> None:
        """Undo the last change."""

    def show_past(self) -> None:
        """Show the entry's earlier versions."""


class FormPage:
    """The parts of a form's page; unchanged parts are not moved, so that the cursor stays in its field while typing.

    Args:
        ctx: The form's context.
        actions: The actions of the list and buttons.
        head: The heading, as HTML.
        label: The list's label.
        past: The box for earlier versions.
        clash: The box for fields that two windows changed differently.
    """

    def __init__(self, ctx: Context, actions: FormActions, *, head: str, label: str, past: Any, clash: Any) -> None:
        self.ctx, self._actions, self._past, self._clash = ctx, actions, past, clash
        make, button = ctx.make, ctx.button
        self.status: Any = make(W.HTML, "of-status-box")
        self.lines: Any = make(W.Select, "of-lines", description=label, options=[])
        self.lines.observe(ctx.guard(self._chosen), "value")
        self.add_button: Any = button("新增", actions.add, "of-add")
        self.remove_button: Any = button("移除", actions.ask_to_remove, "of-quiet")
        self.give_up_button: Any = button("放弃这次的填写", actions.give_up, "of-quiet")
        self.undo_button: Any = button("撤销上一次修改", actions.undo, "of-quiet")
        self.past_button: Any = button("以前的内容", actions.show_past, "of-quiet")
        self._question: Any = make(W.HTML)
        self.sure_button: Any = button("确定移除", actions.remove, "of-danger")
        self.keep_button: Any = button("不移除", actions.arrange, "of-quiet")
        self._confirm: Any = make(W.HBox, "of-confirm", children=(self._question, self.sure_button, self.keep_button))
        self.bar: Any = make(W.HBox, "of-buttons")
        self._place: Any = make(W.VBox, "of-place")
        self._hint: Any = make(W.HTML)
        self._head: Any = make(W.HTML, value=head)
        self.box: Any = make(W.VBox, "of", f"of-t-{ctx.where}")

    def _chosen(self, change: Any) -> None:
        if not self.ctx.quiet and change["new"] is not None:
            self._actions.choose(change["new"])

    def say(self, text: str, *, entry: str, half: bool) -> None:
        """Show a message in the status line.

        Args:
            text: The message; its first character (⚠, ✓ or other) sets the tone.
            entry: Id of the open entry; after another line is chosen, the page's script waits for its id.
            half: The saved entry is unfinished.
        """
        mark = "half" if half and text.startswith("✓") else ""
        put_html(self.status, status_html(text, mark=mark, entry=entry))

    def show_lines(self, options: Sequence[tuple[str, str]], value: str | None) -> None:
        """Show the lines of the list, (line, key) each, and select the open entry."""
        with self.ctx.silence():
            if list(self.lines.options) != options:
                self.lines.options = options
                self.lines.rows = min(max(len(options), 3), MOST_LINES)
            if self.lines.value != value:
                self.lines.value = value

    def show_buttons(self, *, add: bool, back: bool, remove: bool, give_up: bool) -> None:
        """Show the buttons that can be used now.

        Args:
            add: A new entry may be started.
            back: The open entry has earlier versions.
            remove: The open entry may be removed.
            give_up: The input was rejected.
        """
        shown = (
            (add, self.add_button),
            (back, self.undo_button),
            (back, self.past_button),
            (give_up, self.give_up_button),
            (remove, self.remove_button),
        )
        self.bar.children = tuple(button for usable, button in shown if usable)

    def ask_to_remove(self, name: str) -> None:
        """Ask the user to confirm the removal, in place of the buttons."""
        put_html(self._question, f"<span>移除“{escape(name)}”吗？移除后材料中不再出现；修改历史里还能查到。</span>")
        self.bar.children = (self._confirm,)

    def arrange(self, *, entry: Any, hint: str, single: bool) -> None:
        """Put the parts on the page.

        Args:
            entry: The open entry's fields; None when no entry is open.
            hint: Message shown instead of the fields; "" = nothing.
            single: The type has only one entry, so there is no list.
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
