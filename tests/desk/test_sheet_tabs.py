"""The sheets of a page in tabs: made when first seen, renewed when seen again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as W

from orglife.desk.forms import SheetTabs


class Part:
    """A part of a sheet that counts how often it is renewed."""

    def __init__(self) -> None:
        self.box, self.renewed, self.said = W.VBox(), 0, list[str]()

    def refresh(self) -> None:
        self.renewed += 1

    def say(self, text: str) -> None:
        self.said.append(text)


class Made:
    """Tabs of as many sheets as a test asks for, two parts each."""

    def __init__(self, number: int) -> None:
        self.parts: dict[int, list[Part]] = {}
        self.listeners: list[Callable[[], None]] = []
        self.openers: dict[str, Any] = {}
        sheets = [(f"第{n}页", (f"kind{n}",), lambda n=n: self._make(n)) for n in range(number)]
        self.tabs = SheetTabs(sheets, self.listeners.append, self.openers)  # type: ignore[arg-type]

    def _make(self, number: int) -> list[Part]:
        assert number not in self.parts, "a sheet is made once"
        self.parts[number] = [Part(), Part()]
        return self.parts[number]

    @property
    def renewed(self) -> dict[int, list[int]]:
        return {number: [part.renewed for part in parts] for number, parts in self.parts.items()}


def test_a_sheet_is_made_when_it_is_first_seen_and_renewed_when_it_is_seen_again() -> None:
    made = Made(3)
    assert isinstance(made.tabs.box, W.Tab)
    assert [made.tabs.box.get_title(n) for n in range(3)] == ["第0页", "第1页", "第2页"]
    assert made.renewed == {0: [0, 0]}
    made.tabs.box.selected_index = 2
    assert made.renewed == {0: [0, 0], 2: [0, 0]}
    made.tabs.box.selected_index = 0
    assert made.renewed == {0: [1, 1], 2: [0, 0]}
    made.tabs.box.selected_index = 2
    assert made.renewed == {0: [1, 1], 2: [1, 1]}
    assert made.tabs.box.children[2].children == tuple(part.box for part in made.parts[2])
    assert made.tabs.box.children[1].children == ()
    assert set(made.openers) == {"kind0", "kind1", "kind2"}
    for renew in made.listeners:
        renew()
    assert made.renewed == {0: [2, 2], 2: [2, 2]}, "each part hears of another campaign once"


def test_a_single_sheet_has_no_tab() -> None:
    made = Made(1)
    assert type(made.tabs.box) is W.VBox
    assert made.tabs.box.children == tuple(part.box for part in made.parts[0])
    assert Made(2).tabs.box.children[1].children == ()


def test_a_sheet_that_cannot_be_made_is_told_on_the_first() -> None:
    made = Made(2)

    def broken(_number: int) -> list[Part]:
        raise ZeroDivisionError

    made._make = broken  # type: ignore[method-assign]
    made.tabs.box.selected_index = 1
    (told,) = made.parts[0][1].said
    assert "没有完成" in told
