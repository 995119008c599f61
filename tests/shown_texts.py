"""The texts that a page shows: of its HTML, its forms and its tables, with tooltips and names for screen readers."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import ipywidgets as W

from orglife.adapters.grid.grid import Grid

_TONE = 1
"""Where the tone of a calculated cell stands, which is no text."""
_UNSEEN = ("style", "script", "template")
_READ_OUT = ("title", "aria-label", "placeholder", "alt")
_VOID = ("br", "hr", "img", "input", "meta", "link", "col", "wbr")


def texts_of(shown: Any) -> Iterator[str]:
    """Every text of what a cell of a page shows: a view, or a widget with all that it holds, in all its tabs."""
    if hasattr(shown, "bundle"):
        yield from texts_of_html(shown.bundle()["text/html"])
    elif hasattr(shown, "panel"):  # a page whose widget is made by its desk
        yield from texts_of(shown.panel.box)
    elif isinstance(shown, Grid):
        yield from _of_grid(shown)
    elif isinstance(shown, W.DOMWidget):
        yield from _of_widget(shown)
    elif shown is not None:
        raise AssertionError(f"a cell shows {type(shown)}")


def _of_widget(widget: W.DOMWidget) -> Iterator[str]:
    for name in ("description", "placeholder", "tooltip"):
        yield from texts_of_html(str(getattr(widget, name, "") or ""))
    value = getattr(widget, "value", None)
    if isinstance(value, str) and not hasattr(widget, "_options_labels"):  # a key is not shown, its label is
        yield from texts_of_html(value) if isinstance(widget, W.HTML) else [value]
    for label in getattr(widget, "_options_labels", ()):
        yield str(label)
    if isinstance(widget, W.Tab | W.Accordion):
        for number in range(len(widget.children)):
            widget.selected_index = number  # a sheet is made when its turn comes
            yield str(widget.get_title(number))
    for child in getattr(widget, "children", ()):
        yield from texts_of(child)


def _of_grid(grid: Grid) -> Iterator[str]:
    yield from (str(grid.shape[name]) for name in ("label", "hint", "add", "empty") if grid.shape.get(name))
    columns = grid.shape["columns"]
    for column in columns:
        yield from (column["title"], column["help"], column.get("first", ""))
        yield from (label for _, label in column.get("options", ()))
    for row in grid.given["rows"]:
        for cell, column in zip(row["v"], columns, strict=False):
            if isinstance(cell, str) and "options" not in column:
                yield cell
    notes = grid.annotations.get
    yield from notes("errors", {}).values()
    yield from (text for of_row in notes("notes", {}).values() for text, _ in of_row)
    yield from (str(part) for look in notes("shown", {}).values() for place, part in enumerate(look) if place != _TONE)


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        hidden = tag in _UNSEEN or "hidden" in given or "display:none" in (given.get("style") or "").replace(" ", "")
        if not any([*self._hidden, hidden]):
            self.texts += [given[name] or "" for name in _READ_OUT if given.get(name)]
        if tag not in _VOID:
            self._hidden.append(hidden)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._hidden:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(self._hidden):
            self.texts.append(data.strip())


def texts_of_html(text: str) -> list[str]:
    """The texts of HTML that somebody sees or hears."""
    seen = _Seen()
    seen.feed(text)
    seen.close()
    return seen.texts
