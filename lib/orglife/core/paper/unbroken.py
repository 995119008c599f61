"""Parts of a text that no line end may divide: a number and its unit, a person's name, the last two characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from orglife.core.paper.lines import set_width

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_NUMBER = re.compile(
    f"第?(?<![!-~])[0-9]{{1,6}}(?:[.:][0-9]{{1,4}})?(?:个?工作日|平方米|公里|公斤|小时|分钟|个月|[%％‰{_HAN}])[；：]?"
)
"""A number with its unit (2024年, 15日, 1.2米); ； and ： could begin a line after it."""
_LAST = re.compile(f"(?:[{_HAN}]|(?<![!-~])[0-9]{{1,6}})[{_HAN}][，。；：！？、）」』》〉】”’]{{0,3}}$")
"""The last two characters, one of which alone could be a line."""
_END = 11  # characters in which the last two characters with what follows them are looked for: texts are long
_LEAST, _MOST = 2, 8  # characters of a name that is kept together
_LINE = 12  # characters of a text from which it may take several lines
_ADRIFT = 1.0  # characters per line by which a text may be set off from where it is reckoned
_SPARE = 0.5  # characters of a line that such a part leaves free at least

TextParts = str | list[str | list[str]]
"""A text; in parts where it takes several lines: those in a list of their own are not to be broken."""


def names_in(texts: Iterable[str], names: Iterable[str]) -> list[str]:
    """The names that stand in texts of several lines, the longest first."""
    long = "\n".join([text for text in texts if len(text) > _LINE])
    present = [name for name in names if name in long and _LEAST <= len(name) <= _MOST] if long else []
    return sorted(present, key=lambda name: (-len(name), name))


def keep_together(text: str, room: float, names: Sequence[str] = (), indent: float = 0.0) -> TextParts:
    """The text in parts, if a part to keep on one line could stand where a line ends.

    Args:
        text: The text; each of its lines is a paragraph.
        room: Characters that a line holds.
        names: Names of people that it may contain.
        indent: Characters by which the first line is indented.
    """
    if set_width(text) + indent <= room:
        return text
    if "\n" not in text:
        return _parts_of_line(text, room, names, indent)
    parts: list[str | list[str]] = []
    for line in text.split("\n"):
        own = _parts_of_line(line, room, names, indent)
        parts += ["\n", own] if isinstance(own, str) else ["\n", *own]
    return parts[1:] if any(isinstance(part, list) for part in parts) else text


class _Part(NamedTuple):
    start: int
    end: int


def _parts_of_line(text: str, room: float, names: Sequence[str], indent: float) -> TextParts:
    if set_width(text) + indent <= room:
        return text
    parts: list[str | list[str]] = []
    start, at, moved, line = 0, indent, 0.0, 0
    for part in _whole(text, names):
        begin, wide = at + set_width(text[start : part.start]), set_width(text[part.start : part.end])
        off = _ADRIFT * (1 + begin / room)
        first, last = int((begin + 1 - off) / room), int((begin + wide - 1 + off + moved) / room)
        if last > first and wide <= room - _SPARE:
            parts += [text[start : part.start], [text[part.start : part.end]]]
            start, at = part.end, begin + wide
            if last > line:  # one that goes to the next line leaves room behind
                line, moved = last, moved + wide - 1
    return [part for part in [*parts, text[start:]] if part] if parts else text


def _whole(text: str, names: Sequence[str]) -> Iterator[_Part]:
    """The parts in their order; those that overlap are one."""
    matches = [_Part(*match.span()) for match in _NUMBER.finditer(text)]
    if ends := _LAST.search(text, max(len(text) - _END, 0)):
        matches.append(_Part(*ends.span()))
    for name in names:
        place = text.find(name)
        while place >= 0:
            matches.append(_Part(place, place + len(name)))
            place = text.find(name, place + len(name))
    last: _Part | None = None
    for part in sorted(matches):
        if last is None or part.start >= last.end:
            if last:
                yield last
            last = part
        else:
            last = _Part(last.start, max(last.end, part.end))
    if last:
        yield last
