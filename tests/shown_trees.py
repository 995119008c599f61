"""What a page shows as a tree of its widgets, a line each; and what changes in it and in the store, step by step."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from difflib import unified_diff
from typing import Any

import ipywidgets as W

from orglife.adapters.grid.grid import Grid
from tests.shown_texts import texts_of_html
from tests.whole.golden_files import slim

MANY = 8  # options of a list that are shown one by one
_ID = re.compile(r"\b(?=\w*\d)[0-9a-f]{8,64}\b")
"""Ids and digests made anew each time."""
_TIME = re.compile(r"\b\d\d:\d\d:\d\d\b|编号E\d{6}")
_UNSEEN = re.compile(r"<(style|svg)\b.*?</\1>", re.DOTALL)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return _ID.sub("…", " ".join(text.split()))


def _parts(widget: W.Widget, *, markup: bool) -> Iterator[str]:
    """What a widget says: its class names, its label, what is in it and what can be chosen."""
    yield type(widget).__name__
    yield from (f".{name}" for name in getattr(widget, "_dom_classes", ()))
    if getattr(widget, "disabled", False):
        yield "disabled"
    if widget.layout.display == "none":
        yield "hidden"
    value = getattr(widget, "value", None)
    if isinstance(widget, W.FileUpload):
        value = [file["name"] for file in value or ()] or None
    if isinstance(widget, W.HTML):
        yield f"“{_shown(_UNSEEN.sub('', value) if markup else ' '.join(texts_of_html(value)))}”"
        return
    for name in ("description", "placeholder", "tooltip"):
        if text := str(getattr(widget, name, "") or "").strip("\u200b"):
            yield f"{name}={_shown(text)}"
    if markup and (rows := getattr(widget, "rows", None)):
        yield f"rows={rows}"
    if markup:  # what a widget with a script of its own was given
        given = {
            name: getattr(widget, name) for name in ("state", "view", "details", "problem") if widget.has_trait(name)
        }
        yield from (f"{name}={_shown(text)}" for name, text in given.items())
    if value not in (None, "", (), False):
        yield f"value={_shown(value)}"
    if options := getattr(widget, "_options_labels", ()):
        more = f" and {len(options) - MANY} more" if len(options) > MANY else ""
        yield f"options={_shown(list(options[:MANY]))}{more}"


def _of_grid(grid: Grid, *, markup: bool) -> Iterator[str]:
    """A line for each column and row of a table, and for the marks on its cells."""
    yield f"Grid {_shown(slim({k: v for k, v in grid.shape.items() if k != 'columns'}))}"
    yield from (f"  | {_shown(slim(column))}" for column in grid.shape["columns"])
    yield from (f"  {row['k'] + ' ' if markup else ''}{_shown(row['v'])}" for row in grid.given["rows"])
    if not markup:
        yield from (f"  {name}: {_shown(marks)}" for name, marks in grid.annotations.items() if marks)
        return
    for name, marks in grid.annotations.items():
        each = marks.items() if isinstance(marks, dict) else [("", marks)]
        yield from (f"  {name} {place} {_shown(mark)}" for place, mark in each if mark)
    yield f"  given {_shown({k: v for k, v in grid.given.items() if k != 'rows'})}"
    if grid.wanted:
        yield f"  wanted {_shown(grid.wanted)}"


def tree(shown: Any, depth: int = 0, *, markup: bool = False) -> Iterator[str]:
    """A line for each widget, indented below the one that holds it.

    Args:
        shown: A widget, or what holds one.
        depth: How far it is indented.
        markup: With the tags of its HTML, and all that a table was given.
    """
    if hasattr(shown, "bundle"):
        yield from (f"{'  ' * depth}{_shown(text)}" for text in texts_of_html(shown.bundle()["text/html"]))
        return
    if hasattr(shown, "panel"):
        shown = shown.panel.box
    if isinstance(shown, Grid):
        yield from (f"{'  ' * depth}{line}" for line in _of_grid(shown, markup=markup))
        return
    yield f"{'  ' * depth}{' '.join(_parts(shown, markup=markup))}"
    titles = isinstance(shown, W.Tab | W.Accordion)
    for number in range(len(getattr(shown, "children", ()))):
        if titles and not markup:
            shown.selected_index = number  # a sheet is made when its turn comes
        if titles:
            unfolded = " unfolded" if markup and shown.selected_index == number else ""
            yield f"{'  ' * depth}  [{shown.get_title(number)}]{unfolded}"
        yield from tree(shown.children[number], depth + 1, markup=markup)


class Session:
    """Steps that somebody takes on a page, and after each what changed: on the page, in the store, and what was called.

    Args:
        shown: The widget.
        stored: Lines for what is stored.
    """

    def __init__(self, shown: Any, stored: Callable[[], Iterator[str]]) -> None:
        self._shown, self._stored = shown, stored
        self.calls: list[str] = []
        self._before = self._state()
        self.lines = ["# open", *self._before, ""]

    def _state(self) -> list[str]:
        return [_TIME.sub("…", line) for line in (*tree(self._shown, markup=True), *self._stored())]

    def call(self, name: str, *arguments: Any) -> None:
        """Write down that the page called something."""
        self.calls.append(f"{name} {_shown(list(arguments))}" if arguments else name)

    def step(self, words: str, action: Callable[[], Any]) -> None:
        """Do something, and write down what it changed."""
        answer = action()
        now = self._state()
        changed = [
            line for line in unified_diff(self._before, now, n=0, lineterm="") if line[:2] not in ("--", "++", "@@")
        ]
        returned = [] if answer is None or not isinstance(answer, bool | str) else [f"= {answer}"]
        self.lines += [f"# {words}", *returned, *(f"! {one}" for one in self.calls), *changed, ""]
        self._before = now
        self.calls.clear()

    @property
    def text(self) -> str:
        """All steps."""
        return "\n".join(self.lines)
