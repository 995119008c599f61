"""姓氏笔画: the order in which offices list people.

Surnames are sorted by number of strokes, then by the kinds of strokes (横竖撇点折) in the order of GB13000.1; given names
in the same way, character by character. Within one surname, given names of one character come first. A compound surname
is sorted by its first character, after the single surname written with that character.
"""

from __future__ import annotations

import functools
from importlib import resources

_SURNAMES = """
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政
濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马
公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌
微生 公户 公玉 梁丘 左丘 东门 西门 南荣 第五 淳于 单于 纳兰 完颜 叶赫 贺兰 尔朱 侯莫 歐陽
司馬 諸葛 東方 獨孤 南宮 萬俟 聞人 尉遲 赫連 澹臺 濮陽 公孫 鍾離 長孫
"""
COMPOUND = frozenset(_SURNAMES.split())
"""Surnames of two characters. A name of only two characters is split into a surname and a given name of one each."""
DOTS = "·•‧・．."
"""Marks between the parts of a name; ignored in sorting."""
_NOT_HAN = 1000  # larger than any number of strokes: sorts last

NameKey = tuple[tuple[tuple[int, int], ...], bool, tuple[tuple[int, int], ...]]


def stroke_key(name: str) -> NameKey:
    """Sort key of a name: names without Chinese characters come after all others, blank names last."""
    parts = name.split()
    plain = "".join(char for char in "".join(parts) if char not in DOTS)
    if not plain:
        return ((_NOT_HAN + 1, 0),), True, ()
    surname, given_name = _split(plain, whole=len(plain) == len("".join(parts)))
    return tuple(map(_place, surname)), len(given_name) > 1, tuple(map(_place, given_name))


def _split(plain: str, *, whole: bool) -> tuple[str, str]:
    """Split into surname and given name; in a name whose parts are separated by marks the surname is one character."""
    length = 2 if whole and len(plain) > 2 and plain[:2] in COMPOUND else 1  # noqa: PLR2004  both characters
    return plain[:length], plain[length:]


def strokes(char: str) -> int | None:
    """The number of strokes of a Chinese character; None for any other character."""
    count, _ = _place(char)
    return count if count < _NOT_HAN else None


@functools.cache
def _place(char: str) -> tuple[int, int]:
    """(Strokes, position among characters with that number of strokes); characters not in GB13000.1 follow by code point."""
    ordered, blocks = _table()
    for count, chars in ordered:
        at = chars.find(char)
        if at >= 0:
            return count, at
    for start, digits in blocks:
        if 0 <= ord(char) - start < len(digits) and (count := ord(digits[ord(char) - start]) - 33):
            return count, ord(char)
    return _NOT_HAN, ord(char)


@functools.cache
def _table() -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """GB13000.1's characters in order for each number of strokes; for other characters, strokes for ranges of code points."""
    text = (resources.files("orglife.core.record") / "strokes.txt").read_text(encoding="utf-8")
    ordered, blocks = [], []
    for line in text.splitlines():
        head, _, rest = line.partition(" ")
        if head.startswith("+"):
            blocks.append((int(head, 16), rest))
        elif head.isdigit():
            ordered.append((int(head), rest))
    return ordered, blocks
