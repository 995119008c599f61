"""Read what is made public after the meeting, where and for how long."""

from __future__ import annotations

import re
from collections.abc import Sequence

from orglife.core.record.numerals import number_of
from orglife.notice.listing import pieces
from orglife.notice.model import Fact, Notice, quote_at
from orglife.notice.ranking.units import Unit

_SHOWS = (
    r"(?:(?:公示|公布|公开)(?!栏)|通报|亮晒|亮出来?|晒一晒|晒出来|张贴|张榜|贴出来?|上墙|挂出|贴|挂(?!钩)|晒|发布?|登)"
)
_PUBLIC = re.compile(
    r"公示|公布|公开(?!栏)|亮晒|张贴|张榜|贴|挂(?!钩|职|号|靠)|上墙|晒|亮出|发[在到]|范围内?[^，。；]{0,4}通报"
)
_NOT_PUBLIC = re.compile("不(?:再|予|作|对外|得|另行|单独)*(?:公示|公开|公布)|会议时间|党务公开栏要")
_PERIOD = re.compile(
    r"(?:不少于|至少|不低于|期限?为?|时间为?|为期|公示|公开|公布|张贴|贴[足满]?|挂|[晒贴挂]够|满|连续|每次|，|；)(?:期为?)?(?P<n>半(?=个?月)|\d{1,3}|[一二三四五六七八九十]{1,3})个?(?P<unit>工作日|自然日|天|日(?!前|至|起|以)|周|星期|(?<=半)月|(?<=半个)月)"
)
_PLACE = re.compile(
    rf"(?:在|到(?!期)|(?<![少低])于|向|通过|利用|定在|（)(?P<scope>[^，。；：]{{2,24}}?)(?:上|中)?(?:进行|予以|及时|集中|先后[两二]次|一并|统一)*(?={_SHOWS}|[，。；）]|$)"
)
_BOARD = re.compile(
    r"[^，。；：、在于到]{0,14}(?:公[示告开]栏|宣传栏|专栏|展板|橱窗|园地|网站?|平台|公众号|显示屏|黑板)"
)
_HALF_A_MONTH = 15
_NEAR = 10
"""Maximum distance of the period before the word of publishing, in characters."""
_NO_PLACE = re.compile(r"\d月|\d日|会后|内$(?<!范围内)(?<!部内)|[时期]间|形式|接受")
_WHAT = re.compile(
    r"(?:支部|班子|党员|个人)?[^，。；：、将把在]{0,10}?(?:清单|台账|承诺书?|名单|结果|情况|措施|任务书|事项[表单]?)(?:(?:和|及|、|连同)[^，。；：将把在]{2,10}(?:清单|台账|承诺书?|名单|结果|情况|进展|进度))?"
)


def publicity(_: Notice, units: Sequence[Unit]) -> Fact | None:
    """What is made public after the meeting.

    Value: ``what``, ``scope`` (where, or to whom), ``days`` (a number); each None when not stated.
    """
    for unit in units:
        plain = unit.clause.plain
        for start, end in pieces(plain, unit.start, unit.end, "；。"):
            shown = _PUBLIC.search(plain, start, end)
            if not shown or _NOT_PUBLIC.search(plain, start, end):
                continue
            text, at = plain[start:end], shown.start() - start
            value = {"what": _what(text, at), "scope": _scope(plain, start, end), "days": _days(text, at)}
            if value["scope"] or value["days"] or value["what"]:
                return Fact(value, (quote_at(unit.clause, start, end),))
    return None


def _scope(plain: str, start: int, end: int) -> str | None:
    """The place or audience."""
    for match in _PLACE.finditer(plain, start, end):
        if not _NO_PLACE.search(match["scope"]) and (
            _BOARD.search(match["scope"]) or re.search(_SHOWS, plain[max(match.start() - 6, 0) : match.end() + 4])
        ):
            return match["scope"]
    board = _BOARD.search(plain, start, end)
    return board.group() if board else None


def _days(text: str, at: int) -> int | None:
    """The number of days near the word of publishing, which begins ``at``."""
    match = _PERIOD.search(text, max(0, at - _NEAR))
    if not match:
        return None
    if match["unit"] == "月":
        return _HALF_A_MONTH
    return number_of(match["n"]) * (7 if match["unit"] in ("周", "星期") else 1)


def _what(text: str, at: int) -> str | None:
    """The published content: the last paper or result before the word of publishing, which begins ``at``."""
    matches = list(_WHAT.finditer(text, 0, at)) or list(_WHAT.finditer(text))
    return matches[-1].group() if matches else None
