"""Marks at the beginning of clauses, each with its rank: 一、 （一） 1. a. A1 第一步： 【时间】 ●."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from orglife.core.record.numerals import number_of
from orglife.notice.text import TextLine

_NUMERAL = "[一二三四五六七八九十百]{1,4}"
_ANYWHERE = (  # rank, pattern of the mark; its group is the number
    (1, re.compile(rf"第({_NUMERAL})条(?!例)")),
    (1, re.compile(rf"({_NUMERAL})、")),
    (2, re.compile(rf"（({_NUMERAL})）|([㈠-㈩])")),
    (3, re.compile(r"(\d{1,2})[.、](?!\d)")),
    (4, re.compile(r"（(\d{1,2})）|(\d{1,2})）|([⑴-⒇])")),
    (5, re.compile(r"([①-⑳Ⅰ-Ⅻ❶-❿])")),
)
_STEP = "(?:步|阶段|环节|板块|部分|项|件|方面|类|块|步骤)"
_AT_LINE: tuple[tuple[float, re.Pattern[str]], ...] = (  # only at the beginning of a line; the first group is the label
    (0.5, re.compile(rf"(第(?:{_NUMERAL}|\d{{1,2}})[章篇编])[：、，]?(?=.)")),
    (1, re.compile(r"[【〖]([^】〗，。；]{2,12})[】〗]")),
    (2, re.compile(rf"(第(?:{_NUMERAL}|\d){_STEP})(?:[，、：]|(?=[（—]))(?=.)")),
    (2, re.compile(rf"(第(?:{_NUMERAL}|\d))[，、：](?=.)")),
    (2, re.compile(rf"((?:步骤|任务|环节|阶段|事项|STEP|Step)(?:{_NUMERAL}|\d{{1,2}}))[：、，]?")),
    (2, re.compile(rf"((?!附[件表]|问题)[\u4e00-\u9fff]{{2}}(?:{_NUMERAL}|\d{{1,2}}))：(?=[^，。；：]{{2,12}}$)")),
    (1, re.compile(r"([甲乙丙丁戊己庚辛壹贰叁肆伍陆柒捌A-H])[、.]")),
    (1, re.compile(rf"({_NUMERAL})[.：](?=.)")),
    (2, re.compile(r"[甲乙丙丁戊己庚辛](—\d{1,2})")),
    (1, re.compile(rf"((?:{_NUMERAL})问)：")),
    (1, re.compile(r"([问Q]|问题\d{1,2})：(?=[^。]+？$)")),
    (2, re.compile(r"([A-Z]—?\d{1,2})(?=[\u4e00-\u9fff])(?!.纸)")),
    (1, re.compile(r"第(\d{1,2})条(?!例)")),
    (1, re.compile(r"(I{1,3}|IV|VI{0,3}|IX|X)[.、](?=.)")),
    (2, re.compile(rf"({_NUMERAL})）(?=.)")),
    (2, re.compile(r"(其[一二三四五六七八九])[，、：]")),
    (4, re.compile(r"（([A-Z])）(?=.)")),
    (5, re.compile(r"([a-z])[.、）](?![a-z])|（([a-z])）")),
)
_AS_WRITTEN: tuple[tuple[float, re.Pattern[str]], ...] = (  # a space parts the number from the text
    (3, re.compile("\\s*(\\d)\ufe0f?\u20e3\\s*(?=\\S)")),
    (1, re.compile(r"\s*([一二三四五六七八九十]{1,3})[ \u3000]+(?=[\u4e00-\u9fff“][^。；，]{1,20}$)")),
    (2, re.compile(rf"\s*(第(?:{_NUMERAL}|\d){_STEP})[ \u3000]+(?=\S)")),
    (2, re.compile(r"\s*([A-Z]-?\d{1,2})[ \u3000.、：:．]+(?=\S)")),
    (1, re.compile(r"\s*([甲乙丙丁壹贰叁肆伍陆柒捌A-H])[ \u3000]+(?=[\u4e00-\u9fff])")),
    (3, re.compile(r"\s*(\d{1,2})[ \u3000]+(?=[\u4e00-\u9fff])(?![年月日个项名份次人点时天条周])")),
)
_DECIMAL = re.compile(
    r"\s*(\d{1,2})[.．、](?!\d)|\s*(\d{1,2}(?:\.\d{1,2}){1,3})(?![\d.年月日%])|\s*(\d{1,2})\s*(?=[^\d\s年月日个项名份次人点时.、，。：；）]{2,14}$)"
)
_BULLET = re.compile(
    r"[●◆■★▲○□◇☆△※➢▶►•·◎*×√▪▫▸▹❖✦✓✔☐☑◦∙◉〇➤➔➜✅☞👉📌🔹🔸⭐❗]|\s*[-–][ \u3000]+(?=[\u4e00-\u9fff])|\s*(?:——|--|──)[ \u3000]*(?=[\u4e00-\u9fff])"
)
BULLET_RANK = 6


@dataclass(frozen=True)
class Mark:
    """A mark: its rank (1 = highest), its number, its length in the plain text, its label."""

    rank: float
    number: int
    length: int
    label: str


def mark_at(plain: str, start: int = 0) -> Mark | None:
    """The mark at ``start``, of the kinds that may be anywhere in a paragraph."""
    for rank, pattern in _ANYWHERE:
        match = pattern.match(plain, start)
        if match:
            numeral = next(g for g in match.groups() if g)
            return Mark(rank, number_of(numeral), match.end() - start, _label(match.group(), numeral))
    return None


def _label(mark: str, numeral: str) -> str:
    if mark.startswith("第"):
        return mark
    if mark.endswith("）"):
        return f"（{numeral}）"
    return numeral


def has_decimals(lines: Sequence[TextLine]) -> bool:
    """Whether a text is numbered 1, 1.1, 1.2."""
    return any(re.match(r"\s*1\.1(?![\d.年月日%])", line.raw) for line in lines)


def decimal_mark(line: TextLine) -> Mark | None:
    """The mark of a line in a text numbered 1, 1.1, 1.2."""
    match = None if line.is_row else _DECIMAL.match(line.raw)
    if match is None:
        return None
    number = next(g for g in match.groups() if g)
    *_, last = numbers = number.split(".")
    taken = sum(1 for at in line.at if at < match.end())
    return Mark(len(numbers), int(last), taken, f".{last}" if len(numbers) > 1 else last)


def line_mark(line: TextLine, bullets: list[str]) -> Mark | None:
    """The mark of a line that begins with 【时间】, 第一步：, A1, a. or a bullet.

    Args:
        line: The line.
        bullets: The kinds of bullets so far, in rank order; a new kind is appended.
    """
    plain = line.plain
    for rank, pattern in _AS_WRITTEN:
        match = None if line.is_row or "|" in line.raw else pattern.match(line.raw)
        if match:
            return Mark(rank, 1, sum(1 for at in line.at if at < match.end()), match.group(1))
    for rank, pattern in _AT_LINE:
        match = pattern.match(plain)
        if match:
            label = next(g for g in match.groups() if g)
            number = ord(label) - ord("a") + 1 if label.islower() else 1
            return Mark(rank, number, match.end(), match.group() if plain.startswith(("【", "〖")) else label)
    bullet = _BULLET.match(line.raw.lstrip())
    if bullet and plain:
        sign = bullet.group().strip()
        if sign not in bullets:
            bullets.append(sign)
        return Mark(BULLET_RANK + bullets.index(sign), 1, _taken(plain, sign), "")
    return None


def _taken(plain: str, sign: str) -> int:
    """The length of a bullet in the plain text."""
    return len(plain) - len(plain.lstrip("—")) if plain[0] == "—" else int(plain[0] in sign)
