"""Each page of a branch as a tree of its widgets: before a person touches it, and with entries opened.

The golden files show what is on a page, in which order, what is hidden, offered and already filled in. ``make golden``
rewrites them after a wanted change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

import ipywidgets as W
import pytest

from orglife.adapters.grid.grid import Grid
from orglife.desk.desk import Desk
from orglife.home.progress import branch_stages
from tests import branch as b
from tests.conftest import run
from tests.shown_texts import texts_of_html
from tests.whole import unusual
from tests.whole.golden_files import GOLDEN, compare, slim

DAY = "2024-03-08"
MANY = 8  # options of a list that are shown one by one
BRANCHES: dict[str, Callable[[], b.Json]] = {"usual": b.branch, "unusual": unusual.branch, "long": unusual.long}
_ID = re.compile(r"\b(?=\w*\d)[0-9a-f]{8,64}\b")
"""Ids and digests made anew each time."""


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return _ID.sub("…", " ".join(text.split()))


def _parts(widget: W.Widget) -> Iterator[str]:
    """What a widget says: its class names, its label, what is in it and what can be chosen."""
    yield type(widget).__name__
    yield from (f".{name}" for name in getattr(widget, "_dom_classes", ()))
    if getattr(widget, "disabled", False):
        yield "disabled"
    if widget.layout.display == "none":
        yield "hidden"
    value = getattr(widget, "value", None)
    if isinstance(widget, W.HTML):
        yield f"“{_shown(' '.join(texts_of_html(value)))}”"
        return
    for name in ("description", "placeholder", "tooltip"):
        if text := str(getattr(widget, name, "") or "").strip("\u200b"):
            yield f"{name}={_shown(text)}"
    if value not in (None, "", (), False):
        yield f"value={_shown(value)}"
    if options := getattr(widget, "_options_labels", ()):
        more = f" and {len(options) - MANY} more" if len(options) > MANY else ""
        yield f"options={_shown(list(options[:MANY]))}{more}"


def _of_grid(grid: Grid) -> Iterator[str]:
    """A line for each column and row of a table, and for each kind of mark on its cells."""
    yield f"Grid {_shown(slim({k: v for k, v in grid.shape.items() if k != 'columns'}))}"
    yield from (f"  | {_shown(slim(column))}" for column in grid.shape["columns"])
    yield from (f"  {_shown(row['v'])}" for row in grid.given["rows"])
    yield from (f"  {name}: {_shown(marks)}" for name, marks in grid.annotations.items() if marks)


def tree(shown: Any, depth: int = 0) -> Iterator[str]:
    """A line for each widget, indented below the one that holds it."""
    if hasattr(shown, "bundle"):
        yield from (f"{'  ' * depth}{_shown(text)}" for text in texts_of_html(shown.bundle()["text/html"]))
        return
    if hasattr(shown, "panel"):
        shown = shown.panel.box
    if isinstance(shown, Grid):
        yield from (f"{'  ' * depth}{line}" for line in _of_grid(shown))
        return
    yield f"{'  ' * depth}{' '.join(_parts(shown))}"
    titles = isinstance(shown, W.Tab | W.Accordion)
    for number in range(len(getattr(shown, "children", ()))):
        if titles:
            shown.selected_index = number  # a sheet is made when its turn comes
            yield f"{'  ' * depth}  [{shown.get_title(number)}]"
        yield from tree(shown.children[number], depth + 1)


def open_first(shown: Any) -> None:
    """Choose the first entry of every list of a page."""
    if isinstance(shown, W.Select) and shown.options and shown.index is None:
        shown.index = 0
    for child in getattr(shown, "children", ()):
        open_first(child)


@pytest.mark.parametrize("stage", ["home", *(stage.key for stage in branch_stages())])
@pytest.mark.parametrize("branch", BRANCHES)
def test_a_page_is_built_as_before(branch: str, stage: str, workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "t01.json").write_text(json.dumps(BRANCHES[branch]()), encoding="utf-8")
    assert run("import", str(workspace), str(tmp_path / "t01.json")) == 0
    desk = Desk.open(str(workspace), "t01", as_of=DAY, interactive=True)
    form = desk.form(stage)
    before = list(tree(form))
    lines = [*before, *tree(desk.findings(stage)), *tree(desk.next("" if stage == "home" else stage))]
    open_first(form)
    lines += ["", "With the first entry of each list opened:"]
    lines += [line for line in unified_diff(before, list(tree(form)), n=0, lineterm="") if line[:2] not in ("--", "++")]
    desk.office.close()
    compare(GOLDEN / f"pages/{branch}-{stage}.txt", "\n".join(lines).replace(str(tmp_path), "") + "\n")
