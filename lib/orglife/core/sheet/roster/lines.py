"""A list of members as people type it or send it in a message: one a line, or all in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from orglife.core.record.words import name_key
from orglife.core.sheet.roster import names, offices
from orglife.core.sheet.roster.columns import FIELDS, head_of

_NUMBER = re.compile(
    r"^\s*(?:[（(]\s*\d{1,3}\s*[)）]|\d{1,3}\s*[.．、)）:：]|\d{1,3}\s+|\d{1,3}(?=[\u3400-\u9fff]))\s*"
)
_TOKENS = re.compile(r"(?:[，、,;；:：（）()\[\]【】。!！\s]|(?<!\d)\.|\.(?!\d))+")
_BEHIND = re.compile(
    "(?:支部|党支部)?(?:副?书记|支书|支委|[组宣纪青统保群学][^委]{0,2}委员|委员|(?:正式|预备)?党员|预备|同志)+$"
)
_AHEAD = re.compile(
    "((?:党支部|支部)?(?:副?书记|支书|支委|[组宣纪青统保群学][^委]{0,4}委员|委员|(?:正式|预备|普通)?党员))([\u3400-\u9fff]{2,4})"
)
_IGNORED = re.compile(
    r"[男女]性?|.{1,4}族|汉|满|回|博士|硕士|研究生|本科|大学|大专|专科|中专|高中|初中|小学|学士|\d{4}[-年./]\d{1,2}.*|\d{11}|"
    r"\d{17}[\dXx]|\d{1,3}岁?|出生|入党|退休|在职"
)
_LABEL = re.compile(r"^([^：:]{1,30})[：:]\s*(.*)$")
_COUNT = re.compile("[共计合小总]+[计数]?[：:]?\\d+[人名]?")
_TITLE = re.compile("名单|名册|一览表|情况表|统计表|登记表")
_LONGEST = 4


@dataclass
class LineEntry:
    """One member of a typed list.

    Attributes:
        line: Number of its line.
        name: The text that stands for the name.
        words: What describes the member.
        unread: Words that say nothing known.
        keep: The text can be a member.
        certain: The text is a name for sure.
        shared: The office before an earlier name may hold for this one too.
    """

    line: int
    name: str
    words: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    keep: bool = True
    certain: bool = True
    shared: bool = False


def read_lines(text: str) -> tuple[list[LineEntry], list[tuple[int, str]]]:
    """The members of a typed list, and the lines that name none."""
    entries: list[LineEntry] = []
    others: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith(("#", "＃")):
            continue
        read = list(_read_line(number, line.strip()))
        entries += read
        if not read:
            others.append((number, line.strip()))
    return entries, others


def _read_line(number: int, line: str) -> Iterator[LineEntry]:
    if (
        _is_headings(line)
        or (_TITLE.search(line) and "：" not in line and ":" not in line)
        or _COUNT.fullmatch(name_key(line).rstrip("。"))
    ):
        return
    line = _NUMBER.sub("", line)
    label = _LABEL.match(line)
    leading: list[str] = []
    if label:
        before = _TOKENS.sub(" ", label[1]).split()
        if all(_describes(word) for word in before):
            leading, line = before, label[2]
        elif not _is_name(before):
            line = label[2]  # 我支部共有党员3名：
        elif not label[2]:
            line = label[1]
    yield from _entries(number, line, leading)


def _is_headings(line: str) -> bool:
    words = [head_of(word) for word in _TOKENS.sub(" ", line).split()]
    return any(FIELDS.get(word) == "name" for word in words)


def _is_name(words: list[str]) -> bool:
    return names.looks_like_name(_BEHIND.sub("", "".join(words)))


def _describes(word: str) -> bool:
    """Whether a word says an office or a status and names nobody."""
    bare = _BEHIND.sub("", word)
    return (offices.says_office(word) or offices.says_status(word)) and not names.starts_with_surname(bare)


def _entries(number: int, line: str, leading: list[str]) -> Iterator[LineEntry]:
    words = list(_words(line))
    ahead = bool(words) and _describes(words[0])  # 书记 王建国 委员 李秀兰
    now: LineEntry | None = None
    early: list[str] = []
    for word in words:
        if _describes(word) and ahead:
            early.append(word)
            continue
        if _describes(word) or _IGNORED.fullmatch(word):
            (now.words if now else early).append(word)
            continue
        name = _BEHIND.sub("", word)
        behind = word[len(name) :].removeprefix("同志")
        is_name = names.looks_like_name(name)
        if now is None or is_name:
            if now is not None:
                yield now
            before = now.words if now else []
            now = LineEntry(number, name or word, [*leading, *early, *([behind] if behind else [])])
            now.keep = len(name) <= _LONGEST or "·" in name
            now.certain = is_name
            now.shared = ahead and not early and any(map(offices.says_office, before))
            early = []
        elif offices.read_office(word, party=True).value == "member":
            now.words.append(word)  # an office at work
        else:
            now.unread.append(word)
    if now is not None:
        now.words += early
        yield now


def _words(line: str) -> list[str]:
    """The words of a line; characters of a name that is spaced out stand together again."""
    words: list[str] = []
    line = names.without_spaces_at_dots(line)
    for word in _parted(_TOKENS.sub(" ", line).split()):
        before = words[-1] if words else ""
        spaced = before in names.SURNAMES and len(word) <= 2  # noqa: PLR2004
        stretched = bool(before) and len(word) == 1 and len(before) <= 2 and before[0] in names.SURNAMES  # noqa: PLR2004
        compound = before in names.COMPOUND and len(word) <= 2  # noqa: PLR2004
        if (spaced or stretched or compound) and not _IGNORED.fullmatch(word) and not _describes(word):
            words[-1] = before + word
        else:
            words.append(word)
    return words


def _parted(words: list[str]) -> Iterator[str]:
    """The words, an office that stands right before a name parted from it: 书记王建国."""
    for word in words:
        match = _AHEAD.fullmatch(word)
        if match and names.looks_like_name(match[2]):
            yield from match.groups()
        else:
            yield word
