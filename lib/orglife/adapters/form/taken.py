"""A field whose value comes from another entry: value and origin are shown; its control opens on a click."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as W

from orglife.adapters.field.context import Control, put_html
from orglife.core.record.record import is_blank
from orglife.core.record.words import readable

AWAY = "of-away"
"""CSS class of what is not shown."""


def away(widget: Any, *, hidden: bool) -> None:
    """Hide or show a widget."""
    if hidden and AWAY not in widget._dom_classes:
        widget.add_class(AWAY)
    elif not hidden and AWAY in widget._dom_classes:
        widget.remove_class(AWAY)


class TakenField:
    """The value by its source in a line, and the control for an entry that differs.

    Args:
        control: The field's control.
        inside: The control with its note.
        origin: Where the value comes from, in words.
    """

    def __init__(self, control: Control, inside: Any, origin: str) -> None:
        ctx = control.ctx
        self.control, self.inside, self.origin = control, inside, origin
        self.source: Any = None
        self.opened = False
        self.line: Any = ctx.make(W.HTML, "of-taken-line")
        self.other: Any = ctx.button(
            "与此不同", self.open, "of-small", tooltip=f"{control.spec.label}与此不同的，在这里改"
        )
        self.back: Any = ctx.button("改为一致", self.take, "of-small", tooltip=f"{control.spec.label}改为与来源一致")
        head = ctx.make(W.HBox, "of-taken", children=(self.line, self.other, self.back))
        self.head = head
        self.box: Any = ctx.make(W.VBox, "of-field", f"of-k-{control.spec.name}", children=(head, inside))

    def compare(self, source: Any) -> None:
        """Show the value by its source; where the entry differs, the control and the difference."""
        if source != self.source:
            self.source, self.opened = source, False
        current = self.control.read((), [])
        spec = self.control.spec
        words = readable(spec, source, self.control.ctx.offered)
        differs = current != source
        if differs:
            text = f"{escape(self.origin)}：<b>{escape(words)}</b>，与下面的不一致。"
        else:
            text = f"<i>{escape(spec.label)}</i><b>{escape(words)}</b>　{escape(self.origin)}"
        put_html(self.line, f'<span class="{"of-live-must" if differs else ""}">{text}</span>')
        away(self.head, hidden=is_blank(source) or (self.opened and not differs))
        away(self.other, hidden=differs)
        away(self.back, hidden=not differs)
        away(self.inside, hidden=not is_blank(source) and not differs and not self.opened)

    def open(self) -> None:
        """Show the control, for an entry that differs from its source."""
        self.opened = True
        self.compare(self.source)

    def take(self) -> None:
        """Take the source's value again."""
        with self.control.ctx.silence():
            self.control.put(self.source)
        self.opened = False
        self.control.ctx.changed(self.control.spec.path[0])
        self.compare(self.source)
