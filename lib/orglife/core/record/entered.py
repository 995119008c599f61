"""Parse what people type into a field: days, times and numbers.

Accepts the usual ways of writing: full-width digits, 点 and 半, no year, the full stop 。 that a Chinese keyboard gives
for a point. Unreadable text raises ``Unreadable`` with a sentence that says how to correct it; ``sentence`` gives such
sentences for pydantic's errors.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any

from orglife.core.record.numerals import in_figures

WEEKDAYS = "一二三四五六日"

#: Every sentence of this file, by what is wrong; ``{…}`` is filled in.
SENTENCES: dict[str, str] = {
    "code": "{sentence}不清楚的，请问档案室，先空着也可以。",
    "day": "“{text}”看不出是哪一天。请写成 2月5日、2024-02-05 或“今天”。",
    "day_unfinished": "“{text}”还没有写到日。请写成 2月5日 或 2024-02-05。",
    "day_month": "“{text}”里的月份是{month}，一年只有12个月。请改正，例如 2月5日。",
    "day_none": "{year}年{month}月没有{day}日。请核对日期。",
    "day_week": "{day}是星期{right}，不是星期{wrong}。请核对日期，或只写日期。",
    "clock": "“{text}”看不出是几点几分。请写成 14:05 或“下午2点”。",
    "clock_range": "“{text}”不是一天里的时间。请按24小时写，从 00:00 到 23:59。",
    "count": "“{text}”不是数字。请只填数字，例如 12。",
    "count_whole": "“{text}”不是整数。请填整数，例如 12。",
    "count_negative": "“{text}”小于0。请填0或更大的整数。",
    "character": "{place}{what}。请删去后重新输入。",
    "blank": "这里还没有填。请填写。",
    "name": "请填写外单位人员的姓名。",
    "choice": "“{text}”不在可选的几项里。请从列表中重新选择。",
    "ident": "“{text}”不能用作编号。请只用英文字母、数字和 . _ - ，不超过40个字。",
    "text": "这里要填文字。请重新填写。",
    "many": "这里要填一项或几项。请重新填写。",
    "unknown_field": "这一项程序不认得。请联系管理员。",
    "other": "“{text}”不合要求。请检查后重新填写。",
    "gone": "以前选的，列表里已经没有了，多半是移除了。请重新选择。",
    "unlisted": "列表里没有“{text}”，已照原样保留。请重新选择；同名的有几人的，请选是哪一位。",
}

#: pydantic's error type → key of SENTENCES.
_BY_TYPE = {
    "day": "day",
    "clock": "clock",
    "character": "character",
    "code": "code",
    "ident": "ident",
    "missing": "blank",
    "string_too_short": "name",
    "literal_error": "choice",
    "enum": "choice",
    "int_type": "count",
    "int_parsing": "count",
    "int_from_float": "count_whole",
    "greater_than_equal": "count_negative",
    "string_type": "text",
    "bool_type": "text",
    "list_type": "many",
    "dict_type": "many",
    "model_type": "many",
    "extra_forbidden": "unknown_field",
}

_RELATIVE = {"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2}
_SEPARATOR = r"\s*[-./。、,·\s]\s*"
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−～~", "-"))
_WEEK = re.compile(r"[(]?\s*(?:星期|周|礼拜)([一二三四五六日天])\s*[)]?$")
_MIDNIGHT = re.compile(r"[\sT]+0?0:00(:00)?(\.0+)?$")
_DAY_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>\d{4}|\d{2})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?",
        r"(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?",
        rf"(?P<y>\d{{4}}|\d{{2}}){_SEPARATOR}(?P<m>\d{{1,2}}){_SEPARATOR}(?P<d>\d{{1,2}})\s*[日号]?",
        rf"(?P<m>\d{{1,2}}){_SEPARATOR}(?P<d>\d{{1,2}})\s*[日号]?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    )
)
_UNFINISHED = re.compile(r"(\d{2,4}\s*年)?\s*(\d{1,2}\s*月?)?|\d{4}[-./]\d{1,2}[-./]?")
_AM = ("凌晨", "清晨", "早晨", "早上", "上午", "早")
_PM = ("下午", "傍晚", "晚上", "夜里", "晚")
_CLOCK_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<h>\d{1,2})\s*[:.。;]\s*(?P<m>\d{2})(?:\s*[:.]\s*00)?",
        r"(?P<h>\d{1,2})\s*(?P<spoken>[点时])\s*(?:(?P<m>\d{1,2})\s*分?|(?P<part>半|1刻|3刻|整|钟)?)",
        r"(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)",
    )
)
_PARTS = {"半": 30, "1刻": 15, "3刻": 45}


class Unreadable(ValueError):
    """A text that cannot be read as a day, time or number; its message can be shown to users."""

    def __init__(self, key: str, **fields: Any) -> None:
        self.key, self.fields = key, fields
        super().__init__(SENTENCES[key].format(**fields))

    def __reduce__(self) -> tuple[Any, ...]:
        return _unreadable, (self.key, self.fields)


def _unreadable(key: str, fields: Mapping[str, Any]) -> Unreadable:
    return Unreadable(key, **fields)


def plain(text: str) -> str:
    """Normalize a text: NFKC (full-width to ordinary characters), every dash to a hyphen, outer spaces removed."""
    return unicodedata.normalize("NFKC", text).translate(_DASHES).strip()


def read_day(text: str, *, years: Sequence[int], today: date | None = None, near: date | None = None) -> date | None:
    """Read a day as people write it.

    Args:
        text: e.g. ``2024年2月5日``, ``2.5``, ``20240205``, ``今天``.
        years: Candidate years when none is written: the one that brings the day nearest to ``near`` is taken.
        today: The date of 今天, from which 昨天 and 明天 count; without it these words are unreadable.
        near: ``today`` if not given; without either, the first of ``years`` is taken.

    Returns:
        The day; None when the text is blank.

    Raises:
        Unreadable: the text is not a day, or the calendar has no such day.
    """
    typed = _MIDNIGHT.sub("", plain(text))
    if not typed:
        return None
    if today is not None and typed in _RELATIVE:
        return today + timedelta(days=_RELATIVE[typed])
    week = _WEEK.search(typed)
    bare = in_figures(typed[: week.start()].strip() if week else typed)
    day_match = next((match for form in _DAY_FORMS if (match := form.fullmatch(bare))), None)
    if day_match is None:
        raise Unreadable("day_unfinished" if _UNFINISHED.fullmatch(bare) else "day", text=text.strip())
    day = _calendar_day(day_match.groupdict(), years, near or today, text.strip())
    if week:
        _same_weekday(day, week.group(1).replace("天", "日"))
    return day


def _calendar_day(parts: Mapping[str, str | Any], meant: Sequence[int], near: date | None, text: str) -> date:
    written = parts.get("y")
    years = meant if written is None else [int(written) if len(written) == 4 else 2000 + int(written)]
    month, number = int(parts["m"]), int(parts["d"])
    if not 1 <= month <= 12:
        raise Unreadable("day_month", text=text, month=month)
    candidates = []
    for year in years:
        with contextlib.suppress(ValueError):  # 29 February
            candidates.append(date(year, month, number))
    if not candidates:
        raise Unreadable("day_none", year=years[0], month=month, day=number)
    return min(candidates, key=lambda day: abs((day - near).days)) if near else candidates[0]


def _same_weekday(day: date, written: str) -> None:
    right = WEEKDAYS[day.weekday()]
    if written != right:
        raise Unreadable("day_week", day=f"{day.year}年{day.month}月{day.day}日", right=right, wrong=written)


def read_clock(text: str) -> time | None:
    """Read a time of day as people say it: 14:05, 14点05分, 下午2点, 两点半.

    An hour from one to six written with 点 and without 上午 or 下午 is taken as afternoon: meetings are not at night.

    Returns:
        The time; None when the text is blank.

    Raises:
        Unreadable: the text is not a time of day.
    """
    typed = plain(text)
    if not typed:
        return None
    half, rest = _half_of_day(typed)
    rest = in_figures(rest)
    clock_match = next((match for form in _CLOCK_FORMS if (match := form.fullmatch(rest))), None)
    if clock_match is None:
        raise Unreadable("clock", text=text.strip())
    parts = clock_match.groupdict()
    hour = int(parts["h"])
    minute = int(parts["m"]) if parts.get("m") else _PARTS.get(parts.get("part") or "", 0)
    spoken = parts.get("spoken") == "点"
    if (half == "pm" and hour < 12) or (half == "noon" and hour < 3) or (not half and spoken and 1 <= hour <= 6):
        hour += 12
    if hour > 23 or minute > 59 or (half == "am" and hour > 12):
        raise Unreadable("clock_range", text=text.strip())
    return time(hour, minute)


def _half_of_day(typed: str) -> tuple[str, str]:
    for half, words in (("am", _AM), ("pm", _PM), ("noon", ("中午", "午间"))):
        for word in words:
            if typed.startswith(word):
                return half, typed[len(word) :].strip()
    return "", typed


def read_count(text: str, *, unit: str = "") -> int | None:
    """Read a whole number that is not negative: 12, １２, 12票, 1,200, 十二.

    Returns:
        The number; None when the text is blank.

    Raises:
        Unreadable: the text is not a number, not whole, or below 0.
    """
    typed = plain(text)
    if not typed:
        return None
    bare = typed.removesuffix(unit).strip() if unit else typed
    bare = re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", in_figures(bare))
    bare = re.sub(r"(?<=\d)\.0+$", "", bare)
    if re.fullmatch(r"-\s*\d+(\.\d+)?", bare):
        raise Unreadable("count_negative", text=text.strip())
    if re.fullmatch(r"\d+\.\d+", bare):
        raise Unreadable("count_whole", text=text.strip())
    if not re.fullmatch(r"[0-9]{1,4000}", bare):
        raise Unreadable("count", text=text.strip())
    return int(bare)


def write_day(day: date) -> str:
    """A day as text for an input field: 2024年2月5日. ``read_day`` reads it back."""
    return f"{day.year:04d}年{day.month}月{day.day}日"


def echo_day(day: date) -> str:
    """A day with its weekday, so that a typing error is noticed: 2024年2月5日 星期一."""
    return f"{write_day(day)} 星期{WEEKDAYS[day.weekday()]}"


def write_clock(clock: time) -> str:
    """A time as text for an input field: 14:05."""
    return clock.strftime("%H:%M")


def echo_clock(clock: time) -> str:
    """A time with its part of the day: 下午2:30（14:30）."""
    names = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
    half = next(name for until, name in names if clock.hour < until)
    hour = clock.hour if clock.hour <= 12 else clock.hour - 12
    return f"{half}{hour}:{clock.minute:02d}（{write_clock(clock)}）"


def sentence(error: Mapping[str, Any]) -> str:
    """A pydantic error as a Chinese sentence that says how to correct it.

    Args:
        error: One of ``ValidationError.errors()``.
    """
    key = _BY_TYPE.get(str(error.get("type")), "other")
    value = error.get("input")
    text = value if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if key in ("choice", "day", "clock", "count", "count_whole", "ident", "other") and text == "":
        key = "blank"
    context = error.get("ctx") if key in ("character", "code") else None
    return SENTENCES[key].format(text=text, **(context or {}))
