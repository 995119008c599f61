"""Clean pasted text: remove what web pages and copying add to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from orglife.notice.text import TextLine

_HASHES = re.compile(r"\s*#{1,6}[ \u3000]*(?=\S)")
"""A Markdown heading mark."""
_GLUED = re.compile(r"(?P<title>关于[^。；：]{6,60}?的(?:通知|意见|方案))(?P<to>各[^。；：]{2,30}：)")
_TEASED = 20
"""A beginning of at most this many characters is not a teaser."""


def lines_of(paragraphs: Sequence[str]) -> list[TextLine]:
    """The non-empty paragraphs as lines; title and addressee on lines of their own."""
    lines = (TextLine(text[match.end() :] if (match := _HASHES.match(text)) else text) for text in paragraphs)
    return list(_unglued(_without_teaser([line for line in lines if line.plain])))


def _without_teaser(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines without a teaser, the beginning of the text that web pages repeat before it: 「根据……现就...」."""
    remaining = []
    for here, following in zip(lines, [*lines[1:], TextLine("")], strict=False):
        teaser = here.plain.rstrip(".…")
        if len(teaser) > _TEASED and teaser != here.plain and following.plain.startswith(teaser):
            continue
        remaining.append(here)
    return remaining


def _unglued(lines: Sequence[TextLine]) -> Iterator[TextLine]:
    """Split a first line that contains the title, the addressee and text."""
    match = _GLUED.match(lines[0].plain) if lines else None
    if not match:
        yield from lines
        return
    whole, *others = lines
    for begin, end in pairwise((0, match.end("title"), match.end("to"), len(whole.plain))):
        if end > begin:
            yield whole.part(begin, end)
    yield from others
