"""A page used by the keyboard alone: which keys, where the cursor stands, and whether that can be seen and is named."""

from __future__ import annotations

import re
from typing import Any

HERE = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return { name: '', tag: 'BODY' };
  const kept = window.ogBefore;
  const label = at.labels?.length ? [...at.labels].map(one => one.textContent).join(' ') : '';
  const box = at.getBoundingClientRect(), look = getComputedStyle(at);
  const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const ring = (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0) || look.boxShadow !== 'none';
  window.ogBefore = at;
  const told = (at.getAttribute('aria-describedby') || '').split(' ').map(id => document.getElementById(id)?.textContent || '').join('');
  return { name: (at.getAttribute('aria-label') || label || at.textContent || at.title || '').trim().replace(/\\s+/g, ' '),
    tag: at.tagName, value: at.value ?? '', checked: at.checked ?? at.getAttribute('aria-checked') === 'true',
    selected: at.tagName === 'SELECT' ? [...at.selectedOptions].map(one => one.textContent).join() : '', seen, ring, told,
    group: document.getElementById(at.closest('[role=group]')?.getAttribute('aria-labelledby'))?.textContent.trim() ?? '',
    turned: Boolean(kept?.isConnected && at.compareDocumentPosition(kept) & Node.DOCUMENT_POSITION_FOLLOWING),
    invalid: at.getAttribute('aria-invalid') };
}"""


class Hand:
    """A keyboard user on a page; counts the keys."""

    def __init__(self, page: Any) -> None:
        self.page, self.keys = page, 0

    def press(self, key: str, times: int = 1) -> dict[str, Any]:
        """Press a key ``times`` times; returns where the cursor is then."""
        for _ in range(times):
            self.page.keyboard.press(key)
            self.keys += 1
        return self.here()

    def here(self) -> dict[str, Any]:
        state: dict[str, Any] = self.page.evaluate(HERE)
        return state

    def to(self, name: str, key: str = "Tab", group: str = "", limit: int = 150) -> dict[str, Any]:
        """Press a key until the cursor is at an element with this name; every stop on the way must be visible.

        Args:
            group: What the fields are called that it belongs to.
        """
        way = []
        for _ in range(limit):
            here = self.press(key)
            way.append(here["name"] or here["tag"])
            if here["tag"] != "BODY":
                assert not faults(here), f"{faults(here)} at the end of {way}"
            if re.search(name, here["name"]) and group in here["group"]:
                return here
        raise AssertionError(f"{name} is not reached by {key}: {way}")

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def choose(self, words: str) -> None:
        """The option that says it, with the arrows."""
        for _ in range(30):
            if words in self.press("ArrowDown")["selected"]:
                return
        raise AssertionError(f"{words} is not offered: {self.here()}")

    def stroll(self, limit: int = 200) -> list[str]:
        """Press Tab through the whole page and out of it; returns the problems on the way."""
        problems, way = [], 0
        self.page.evaluate("delete window.ogBefore")
        while way < limit:
            here, way = self.press("Tab"), way + 1
            if here["tag"] == "BODY":
                return problems
            problems += [f"{fault}: {here['name'] or here['tag']}" for fault in faults(here)]
            if here["turned"]:
                problems.append(f"the cursor goes back at {here['name']}")
        return [*problems, f"no way out after {limit} stops"]


def faults(here: dict[str, Any]) -> list[str]:
    """What is wrong with a stop of the cursor."""
    wrong = {"has no name": not here["name"], "is out of sight": not here["seen"], "shows no cursor": not here["ring"]}
    return [fault for fault, so in wrong.items() if so]
