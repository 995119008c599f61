"""Many pages in one kernel: each has its names, its branch and its widgets for itself."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import weakref
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from ipywidgets import Button, Text
from ipywidgets.widgets.widget import Widget

from orglife.adapters.disk.workspace import BRANCH_ENVIRONMENT, ENVIRONMENT
from orglife.adapters.field.messages import report_error
from orglife.adapters.lab.page_scopes import PageScopes, keep_log
from tests.marks import thorough

TALKS, HOME = "notebooks/12_talks.ipynb", "notebooks/00_home.ipynb"


class Kernel:
    """As much of a kernel as rooms ask for."""

    def __init__(self) -> None:
        self.window = ""
        self.user_module = ModuleType("__main__")
        self.user_ns: dict[str, Any] = vars(self.user_module)
        self.kernel = SimpleNamespace(get_parent=lambda: {"header": {"session": self.window}})
        self.events = SimpleNamespace(register=lambda _, call: setattr(self, "before", call))
        self.before: Callable[[], None] = lambda: None
        self.rooms = PageScopes(self)

    def init_user_ns(self) -> None:
        self.user_ns["get_ipython"] = self

    def run(self, window: str, code: str) -> None:
        """A cell, or what the page asks for beside them."""
        self.window = window
        self.before()
        exec(code, self.user_ns, {"rooms": self.rooms, "Text": Text} if code.startswith("rooms.") else None)

    def open(self, window: str, page: str, branch: str = "") -> Text:
        """A page, run; the field that it shows."""
        self.run(window, f"rooms.enter({page!r}, {branch!r})")
        self.user_ns["Text"] = Text
        self.run(window, f"desk = {window + page!r}")
        self.run(window, "field = Text()")
        return self.user_ns["field"]  # type: ignore[no-any-return]

    def desk(self, window: str, page: str) -> Any:
        self.window = window
        return self.rooms.desk(page)


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    monkeypatch.setattr(Widget, "_handle_msg", Widget._handle_msg)  # put back afterwards
    monkeypatch.setattr(Widget, "_widget_construction_callback", None)
    monkeypatch.setenv(BRANCH_ENVIRONMENT, "")  # what a page leaves there is taken back too
    monkeypatch.delenv(BRANCH_ENVIRONMENT)
    return Kernel()


def is_open(widget: Widget) -> bool:
    return widget.comm is not None


def test_each_page_of_each_window_has_its_own_names(kernel: Kernel) -> None:
    for window in ("one", "two"):
        for page in (HOME, TALKS):
            kernel.open(window, page)
    assert [kernel.desk(w, p) for w in ("one", "two") for p in (HOME, TALKS)] == [
        w + p for w in ("one", "two") for p in (HOME, TALKS)
    ]


def test_cells_of_two_windows_in_turns_do_not_meet(kernel: Kernel) -> None:
    kernel.run("one", f"rooms.enter({TALKS!r}, 'b01')")
    kernel.run("two", f"rooms.enter({TALKS!r}, 'b02')")
    for window in ("one", "two"):
        kernel.run(window, f"import os; desk = [{window!r}, os.environ[{BRANCH_ENVIRONMENT!r}]]")
    for window in ("one", "two"):
        kernel.run(window, "desk = desk + ['again']")
    assert kernel.desk("one", TALKS) == ["one", "b01", "again"]
    assert kernel.desk("two", TALKS) == ["two", "b02", "again"]


def test_without_a_choice_the_branch_is_the_servers(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel.open("one", TALKS, "b02")
    kernel.open("two", TALKS)
    assert BRANCH_ENVIRONMENT not in os.environ
    monkeypatch.setenv(BRANCH_ENVIRONMENT, "b07")
    with_one = Kernel()
    with_one.open("one", TALKS)
    assert os.environ[BRANCH_ENVIRONMENT] == "b07"


@thorough
def test_what_a_window_made_is_given_up_when_it_has_gone(kernel: Kernel) -> None:
    mine, others, theirs = kernel.open("one", TALKS), kernel.open("one", HOME), kernel.open("two", TALKS)
    kernel.window = "one"
    kernel.rooms.leave()
    assert [is_open(one) for one in (mine, others, theirs)] == [False, False, True]
    with pytest.raises(KeyError):
        kernel.desk("one", TALKS)
    assert kernel.desk("two", TALKS)


def test_nothing_is_left_of_what_was_given_up(kernel: Kernel) -> None:
    field = kernel.open("one", TALKS)
    kernel.run("one", "field.held = page = type('Page', (), {})(); page.field = field")  # a ring, as every page is
    left = weakref.ref(kernel.user_ns["page"])
    del field
    kernel.window = "one"
    kernel.rooms.leave()
    assert left() is None


def test_a_page_run_again_keeps_nothing_of_what_it_was(kernel: Kernel) -> None:
    before, other = kernel.open("one", TALKS), kernel.open("one", HOME)
    now = kernel.open("one", TALKS)
    assert [is_open(one) for one in (before, other, now)] == [False, True, True]


@thorough
def test_what_a_widget_makes_when_it_is_told_something_belongs_to_its_page(kernel: Kernel) -> None:
    field, made = kernel.open("one", TALKS), []
    kernel.open("two", TALKS)  # the other window runs a page meanwhile
    field.observe(lambda _: made.append(Button()), "value")

    async def told() -> None:
        field.on_msg(lambda *_: asyncio.get_running_loop().call_later(0, lambda: made.append(Button())))
        for data in ({"method": "update", "state": {"value": "新"}}, {"method": "custom", "content": {}}):
            field._handle_msg({"content": {"data": data}, "buffers": []})
        await asyncio.sleep(0.01)

    asyncio.run(told())
    assert len(made) == 2
    kernel.window = "one"
    kernel.rooms.leave()
    assert not any(is_open(one) for one in made)


def test_the_code_that_a_page_shows_stands_in_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    log = logging.getLogger("orglife")
    before, level = list(log.handlers), log.level
    try:
        keep_log()
        told = report_error(TypeError("韩守田说的话"), "talk")
    finally:
        log.handlers[0].close()
        log.handlers[:] = before
        log.setLevel(level)
    kept = (tmp_path / "logs" / "pages.log").read_text(encoding="utf-8")
    assert re.findall(r"E\d{6}", told) == re.findall(r"E\d{6}", kept)
    assert "talk: TypeError" in kept
    assert "韩守田" not in kept
