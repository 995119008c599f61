"""Characters that no text may contain: refused in records, forms, workbooks and JSON alike.

They are invisible, change how other characters look, or mean something else on another computer. Line ends of every
kind and the invisible characters that come with pasted text (zero-width spaces, soft hyphens, variation selectors) are
allowed: ``block.printed`` turns the former into line breaks and drops the latter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"
INVISIBLE = frozenset("\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
"""Dropped on paper; invisible on the screen."""

_BIDI = "\u202a-\u202e\u2066-\u2069"
_PLANES = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0xF0000, 0x10000))
_COMMON = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls
    "\ud800-\udfff"  # halves of surrogate pairs
    "\ue000-\uf8ff"  # private use
    f"{_BIDI}\u2061-\u2065\u206a-\u206f"  # direction overrides and other invisible formatting
    "\ufdd0-\ufdef\ufff9-\ufffc\ufffe\uffff"  # annotations, placeholders of pasted pictures, noncharacters
)
_REFUSED = re.compile(
    f"[{_COMMON}"
    f"\U000f0000-\U0010ffff{_PLANES}"  # private use and noncharacters
    "\U000e0000-\U000e00ff]"  # tags
)
_SUSPECT = re.compile(f"[{_COMMON}\U00010000-\U0010ffff]")
"""A character that may be refused: found seven times as fast as one that is, and most texts have none."""

_WHAT = {
    "Cc": "是看不见的控制字符",
    "Cs": "是残缺的字符",
    "Co": "是自造字，换一台电脑就认不出来",
    "Cn": "不是规定的字符",
    "So": "是图片留下的记号",
}
_FORMAT = "是看不见的格式字符，会打乱文字的次序"


@dataclass(frozen=True, slots=True)
class Refused:
    """A character that a text may not contain.

    Attributes:
        place: Its position in words: 第3个字, or 第2行第3个字 in a text of several lines.
        code: Its code point, e.g. U+202E.
        what: Why it is refused; follows its code in the sentence.
    """

    place: str
    code: str
    what: str


def is_refused(char: str) -> bool:
    """Whether a character may be neither entered nor printed."""
    return _REFUSED.match(char) is not None


def first_refused(text: str) -> str | None:
    """The first refused character of a text, or None."""
    match = _search(text)
    return match[0] if match else None


def _search(text: str) -> re.Match[str] | None:
    return _REFUSED.search(text) if _SUSPECT.search(text) else None


def visible(text: str) -> str:
    """A text with each refused character replaced by U+FFFD, so that it can be displayed."""
    return _REFUSED.sub("\ufffd", text) if _SUSPECT.search(text) else text


def refused(text: str) -> Refused | None:
    """The first refused character of a text with its position and the reason, or None."""
    match = _search(text)
    if match is None:
        return None
    before = text[: match.start()].replace("\r\n", "\n")
    for end in LINE_ENDS:
        before = before.replace(end, "\n")
    lines = before.split("\n")
    place = f"第{len(lines[-1]) + 1}个字"
    if len(lines) > 1:
        place = f"第{len(lines)}行{place}"
    return Refused(place, f"U+{ord(match[0]):04X}", _WHAT.get(unicodedata.category(match[0]), _FORMAT))


def refused_in(value: object) -> Refused | None:
    """The first refused character in a text or a list of texts; nested objects are checked by their own validators."""
    if isinstance(value, str):
        return refused(value)
    texts = [part for part in value if isinstance(part, str)] if isinstance(value, list) else []
    return next((first for text in texts if (first := refused(text))), None)
