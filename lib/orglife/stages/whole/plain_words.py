"""What tells a hollow text from a plain one: word lists that a person can read, in ``plain_words.toml`` beside this file.

A hollow text is one that says neither who nor what nor when; all it has left are the terms that everybody uses. A set
phrase beside a fact is no fault.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise

ANYTHING = "[^，。；：！？,;:!?]{0,8}?"
"""What “…” stands for in a list: some characters of one clause."""
CLAUSE_END = r"，。；：！？,;:!?\s"
MOST_RESIDUE = 60
"""Percent of the characters of its common terms that a hollow text may have besides, in words that are in no list."""
FACTS = ("number", "when", "said", "named", "who", "things")
"""Who, what and when: a text that states one of these is not hollow."""
OWN_CLAUSE = 4
"""Characters in words of its own, and more of them than in common terms, that make a clause a plain one."""
FEWEST_TERMS = 4
"""Characters in common terms that a text needs before it can be called hollow: a fragment is not judged."""
FEWEST_PARALLEL, LONGEST_PARALLEL = 3, 8
"""Characters in a clause of a slogan; more, if the next begins alike."""
_NUMERALS = "一二两三四五六七八九十百几半"


@cache
def parts() -> dict[str, dict[str, tuple[str, ...]]]:
    """The parts of the file, each with its lists by name."""
    text = (resources.files("orglife.stages.whole") / "plain_words.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text).items()
    return {part: {name: tuple(words.split()) for name, words in lists.items()} for part, lists in raw}


@cache
def lists() -> dict[str, tuple[str, ...]]:
    """All lists by name."""
    return {name: words for part in parts().values() for name, words in part.items()}


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of some words, the longest first; “…” in a word is ``ANYTHING``."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(ANYTHING.join(map(re.escape, word.split("…"))) for word in ordered)


@lru_cache(maxsize=64)
def _compiled(*names: str, more: tuple[str, ...] = ()) -> re.Pattern[str]:
    return re.compile(any_of([*(word for name in names for word in lists()[name]), *more]) or "(?!)")


@cache
def _number() -> re.Pattern[str]:
    units, more = any_of(lists()["units"]), any_of(lists()["units_from_two"])
    return re.compile(rf"\d|[{_NUMERALS}][多来]?(?:{units})|(?<!这)[二两三四五六七八九十半]个?(?:{more})|好几")


@cache
def _speech() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(lists()['said'])})[^，。；]{{0,6}}[“‘]")


@cache
def _named() -> re.Pattern[str]:
    return re.compile(rf"[老小](?:{any_of(lists()['surnames'])})(?![人事])")


def says(text: str, facts: Iterable[str], more: tuple[str, ...] = ()) -> bool:
    """Whether a text states a fact of one of some kinds.

    Args:
        text: The text.
        facts: Names of lists, or ``number`` (a number with what it counts), ``said`` (words that somebody said) and
            ``named`` (老 or 小 with a surname); a list with a companion ``…_not`` does not count where one of the companion's words stands.
        more: Further words that count.
    """
    counted = _compiled("set_numbers").sub(" ", text)
    for name in facts:
        if name == "number":
            match = _number().search(counted)
        elif name == "said":
            match = _speech().search(text)
        elif name == "named":
            match = _named().search(text)
        else:
            without = _compiled(f"{name}_not").sub(" ", text) if f"{name}_not" in lists() else counted
            match = _compiled(name).search(without)
        if match:
            return True
    return bool(more) and _compiled(more=more).search(text) is not None


@lru_cache(maxsize=16)
def _plain_clause(name: str, chars: int) -> re.Pattern[str]:
    inside = rf"(?:(?!{any_of(lists()[name])})[^{CLAUSE_END}]){{{chars},}}"
    return re.compile(rf"(?:^|[{CLAUSE_END}]){inside}(?=[{CLAUSE_END}]|$)")


def has_clause_without(text: str, name: str, chars: int) -> bool:
    """Whether a text has a clause of at least ``chars`` characters without any word of a list.

    Set phrases come in clusters: a clause without any of their words usually states a fact.
    """
    return _plain_clause(name, chars).search(text) is not None


def is_parallel(text: str) -> bool:
    """Whether a text is made of parallel clauses, as slogans are: each but one at most is as long as a neighbour.

    Parallel clauses have ``FEWEST_PARALLEL`` to ``LONGEST_PARALLEL`` characters, or begin with the same one.
    """
    clauses = [bare for part in re.split(r"[，。；：！？、,;:!?\s]", text) if (bare := re.sub("[“”]", "", part))]
    alike = [_parallel(one, other) for one, other in pairwise(clauses)]
    alone = sum(not any(alike[max(place - 1, 0) : place + 1]) for place in range(len(clauses)))
    return any(alike) and alone <= 1


def _parallel(one: str, other: str) -> bool:
    long = len(one) > LONGEST_PARALLEL and one[0] != other[0]
    return len(one) == len(other) >= FEWEST_PARALLEL and not long


@lru_cache(maxsize=4)
def _terms(more: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str], int]:
    """Common terms, function words, and the length of the longest of all."""
    terms, empty = frozenset({*lists()["nouns"], *lists()["verbs"], *more}), frozenset(lists()["function_words"])
    return terms, empty - terms, max(map(len, terms | empty))


def _weigh(text: str, more: tuple[str, ...]) -> tuple[int, int]:
    """Characters of a text in common terms and in words that are in no list; at each place the longest word counts."""
    terms, empty, longest = _terms(more)
    common = residue = place = 0
    while place < len(text):
        for size in range(min(longest, len(text) - place), 0, -1):
            word = text[place : place + size]
            if word in terms or word in empty:
                common += size if word in terms else 0
                break
        else:
            size = 1
            residue += text[place].isalnum()
        place += size
    return common, residue


@lru_cache(maxsize=4096)
def is_hollow(text: str, more: tuple[str, ...] = (), most: int = MOST_RESIDUE) -> bool:
    """Whether nothing is left of a text but common terms: no person, thing, number or day, hardly a word of its own.

    Args:
        text: The text.
        more: Further words that count as common terms.
        most: Percent of ``MOST_RESIDUE``'s kind: where plain texts are plainer, hollow ones may have more.
    """
    if says(text, FACTS):
        return False
    clauses = re.split(f"[{CLAUSE_END}]", _compiled("set_numbers").sub("", text))
    weights = [_weigh(clause, more) for clause in clauses]
    if any(residue >= OWN_CLAUSE and residue > common for common, residue in weights):
        return False
    common, residue = (sum(column) for column in zip(*weights, strict=True))
    return bool(common >= FEWEST_TERMS and 100 * residue <= most * common)
