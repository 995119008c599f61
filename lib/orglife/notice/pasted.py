"""A text as it was pasted: what web pages and copying add to it is taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from orglife.notice.text import TextLine

_HASHES = re.compile(r"\s*#{1,6}[ \u3000]*(?=\S)")
"""What marks a heading on a web page."""
_GLUED = re.compile(r"(?P<title>关于[^。；：]{6,60}?的(?:通知|意见|方案))(?P<to>各[^。；：]{2,30}：)")
_TEASED = 20
"""A beginning of fewer characters repeats nothing."""


def lines_of(paragraphs: Sequence[str]) -> list[TextLine]:
    """The paragraphs that say something, one line each; the title and the addressee in lines of their own."""
    lines = (TextLine(text[found.end() :] if (found := _HASHES.match(text)) else text) for text in paragraphs)
    return list(_unglued(_without_teaser([line for line in lines if line.plain])))


def _without_teaser(lines: Sequence[TextLine]) -> list[TextLine]:
    """Without a beginning that web pages repeat before the text: 「根据……现就...」."""
    kept = []
    for here, following in zip(lines, [*lines[1:], TextLine("")], strict=False):
        teaser = here.plain.rstrip(".…")
        if len(teaser) > _TEASED and teaser != here.plain and following.plain.startswith(teaser):
            continue
        kept.append(here)
    return kept


def _unglued(lines: Sequence[TextLine]) -> Iterator[TextLine]:
    """The title and the addressee cut from a first line that holds them and the text."""
    found = _GLUED.match(lines[0].plain) if lines else None
    if not found:
        yield from lines
        return
    whole, *others = lines
    for begin, end in pairwise((0, found.end("title"), found.end("to"), len(whole.plain))):
        if end > begin:
            yield whole.part(begin, end)
    yield from others
