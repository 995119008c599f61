"""Regular expressions of rules: the program's own, and a campaign's, which get limited time.

Python's own engine cannot be stopped, and some expressions search for ever. A campaign comes from outside, so its
expressions are searched by ``regex``, which takes a limit.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any, Self

from orglife.core.errors import EndlessExpression

PARAMS = ("pattern", "patterns", "none_pattern", "giver_pattern", "unless", "allow")
"""Names of parameters that are regular expressions."""
SECONDS = 0.5
"""Processor time of one search. A usual search takes microseconds."""
SLOW, SLOW_IN_ALL = 0.02, 2.0
"""Seconds: a longer search counts as slow; the slow searches of one expression may take so long in all."""

_spent: dict[str, float] = {}
"""Expression → seconds of its slow searches in this process, so that a page that is computed again does not wait again."""


class CampaignExpression(str):
    """An expression that stands in a campaign file.

    Attributes:
        place: Where, such as ``override.WORD-03.params.unless``.
    """

    __slots__ = ("place",)
    place: str

    def __new__(cls, text: str, place: str) -> Self:
        """The text with its place."""
        made = super().__new__(cls, text)
        made.place = place
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return CampaignExpression, (str(self), self.place)


def of_campaign(param: str, value: Any, place: str) -> Any:
    """A parameter's value, with its expressions as those of a campaign."""
    if param not in PARAMS:
        return value
    return (
        [CampaignExpression(each, place) for each in value]
        if isinstance(value, list)
        else CampaignExpression(value, place)
    )


def searcher(pattern: str) -> Callable[[str], Any]:
    """A function that gives the first match in a text, or None.

    The function raises EndlessExpression, with the place, when a campaign's expression takes too long.
    """
    return (
        partial(_limited, pattern, "search") if isinstance(pattern, CampaignExpression) else re.compile(pattern).search
    )


def search(pattern: str, text: str) -> Any:
    """The first match, or None.

    Raises:
        EndlessExpression: a campaign's expression takes too long, with its place.
    """
    return searcher(pattern)(text)


def fullmatch(pattern: str, text: str) -> Any:
    """The match of the whole text, or None; raises as ``search``."""
    return (
        _limited(pattern, "fullmatch", text) if isinstance(pattern, CampaignExpression) else re.fullmatch(pattern, text)
    )


def matches(pattern: str, text: str) -> Iterator[str]:
    """The words that match, one after the other; raises as ``search``."""
    if isinstance(pattern, CampaignExpression):
        yield from (match.group() for match in _limited(pattern, "finditer", text))
    else:
        yield from (match.group() for match in re.finditer(pattern, text))


def without(pattern: str, text: str) -> str:
    """The text without the words that match; raises as ``search``."""
    if not isinstance(pattern, CampaignExpression):
        return re.sub(pattern, "", text)
    pieces, end = [], 0
    for match in _limited(pattern, "finditer", text):
        pieces.append(text[end : match.start()])
        end = match.end()
    return "".join([*pieces, text[end:]])


def _limited(pattern: CampaignExpression, how: str, text: str) -> Any:
    if _spent.get(pattern, 0.0) > SLOW_IN_ALL:
        raise EndlessExpression(pattern=str(pattern), place=pattern.place)
    begun = time.thread_time()
    try:
        result = getattr(compiled(str(pattern)), how)(text, timeout=SECONDS)
        return result if how in ("search", "fullmatch") else list(result)
    except TimeoutError as error:
        _spent[pattern] = SLOW_IN_ALL + 1
        raise EndlessExpression(pattern=str(pattern), place=pattern.place) from error
    finally:
        if (took := time.thread_time() - begun) > SLOW:
            _spent[pattern] = _spent.get(pattern, 0.0) + took


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:
    """The expression for the engine that takes a limit.

    Raises:
        ValueError: it is not valid there.
    """
    import regex  # noqa: PLC0415  takes a while to load, and most campaigns have no expression of their own

    try:
        return regex.compile(pattern, regex.VERSION0)
    except (regex.error, OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from error
