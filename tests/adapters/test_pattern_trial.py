"""The texts in which a pattern is tried: long ones that make a bad pattern backtrack, and what counts as slow."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from orglife.adapters import pattern_trial
from tests.whole.golden_files import GOLDEN, compare, rows_of

PATTERNS = (
    "x",
    ".",
    "",
    "[^x]",
    "[b-d]",
    r"[\dx]",
    r"[\s]",
    r"[\w]",
    r"[\D]",
    r"[^a我1 b]",
    r"[^\x21-\u04ff\u4e00-\u9fa5a我1 b]",
    "[^a-zab]",
    "第[一二]次",
    "x|yz|w",
    "(?:ab|cd)(?:ef|gh)(?:ij|kl)(?:mn|op)",
    "(a+)+b",
    "(?:a|ab)*c",
    "(x*?)y",
    "x{3}",
    "x{0,2}y",
    "(?:xy){2,}z",
    "(?:x{100}){100}y",
    "m(?>n+)o",
    "m(?>[^n])",
    "m++n",
    "(?=x+)y",
    "(?!x+)y",
    "(?<=xy)z+",
    "(?<!xy)z+",
    "x+y+",
    "[^,]*,[^;]*;",
    "([^,])|(?:[^;]|x)",
    "(?:[^,x]){2}",
    "k{1999}l+",
    "k{2000}l+m+",
    "[^,][^;][^:][^!][^?][^.][^-]",
    r"(x)\1+$",
)


def short(text: str) -> str:
    """A text with what is repeated written once, with how often."""
    shown = text.replace("\uffff", "�")
    return re.sub(r"(.{1,300}?)\1{3,}", lambda m: f"({m[1]})×{len(m[0]) // len(m[1])}", shown, flags=re.DOTALL)


def test_the_texts_that_are_made_from_a_pattern() -> None:
    always = set(pattern_trial.texts(""))  # the same for each
    made = {p: [short(text) for text in pattern_trial.texts(p) if not p or text not in always] for p in PATTERNS}
    compare(GOLDEN / "pattern-texts.json", rows_of(made))


@pytest.mark.parametrize(("seconds", "slow"), [((1, 2, 2), False), ((1, 3, 1), True), ((3,), True)])
def test_one_search_over_the_limit_makes_a_pattern_slow(
    seconds: tuple[int, ...], slow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seconds of each search; the later ones take none."""

    def clock() -> Iterator[float]:
        now = 0.0
        for taken in seconds:
            yield now
            now += taken
            yield now
        while True:
            yield now

    monkeypatch.setattr(time, "process_time", clock().__next__)
    assert pattern_trial.is_slow("x+", 2.0) is slow
