"""Read the quorum of the meeting."""

from __future__ import annotations

import re

from orglife.notice.clause import NoticeClause
from orglife.notice.facts.shares import NUMBER, base_near, by_share, share
from orglife.notice.facts.spans import agreed, clause_end, clause_start, half_sentences
from orglife.notice.model import Fact, Notice, quote_at

_PRESENT = re.compile(
    rf"(?:超过|占|不足|不够|未达到?|达不到|少于|低于|达到|达|不少于|不低于|须有|应有|必须有|(?:必?须|应当?|要)(?=过?半)|要过|下限：|(?:必?须|应当?|要)在|有(?=半|过半|一半|[一二三四五]分|\d))(?P<base>[^，。；]{{0,24}}?)(?:的)?{NUMBER}"
    r"(?:及?以上)?(?:的)?(?P<after>(?:有(?:表决|选举)权的?)?(?:正式)?党员)?"
)
_ABOVE = re.compile(
    rf"(?P<base>[^，。；]{{2,24}}?)(?:的)?{NUMBER}(?:(?<=半数)|及?以上)(?P<after>(?:有(?:表决|选举)权的?)?(?:正式)?党员)?(?=到会|到场|参加|出席|参会)"
)
_HAVE_COME = re.compile(
    rf"(?P<base>[^，。；：]{{0,16}}党员(?:总数|人数)?)(?:中，?)?(?:实际?)?(?:到会|到场|参会|来了?|到了?)(?:的)?(?:人数|率)?(?:要|须|必须)?(?:达到?|超过|不少于|不低于|有)?{NUMBER}(?:及?以上|(?=[，；。才方始可的]|就))(?P<after>)"
)
_SO_MANY_COME = re.compile(
    rf"(?P<base>){NUMBER}(?:及?以上)?的?(?P<after>(?:应到会?的?)?(?:有(?:表决|选举)权的?)?(?:正式)?党员)(?=出席|到会|参加|到场|参会)"
)
_AND_MORE = re.compile(rf"(?P<base>应到会?[^，。；：]{{0,10}}?党员)的?{NUMBER}及?以上(?P<after>)")
_REACHES = re.compile(rf"(?:过|达到?|够|足|满|低于|少于)(?P<base>[^，。；]{{0,24}}?)(?:的)?{NUMBER}(?P<after>)")
_COMING = re.compile(
    r"来了|到了|到齐|党员(?:参加|出席)|清点人数|人数[^，。；]{0,12}有效|到会|实到|到场|参会|出席|参[评会加](?:的)?党员|参加(?:评议|测评|会议|民主评议)?的?(?:党员|人数)|参评率|参加人数|参加率|参会率"
)


_WAYS = (_PRESENT, _ABOVE, _HAVE_COME, _AND_MORE, _SO_MANY_COME, _REACHES)
"""The most reliable first; their groups are the base (``base``, or ``after`` the share) and ``share``."""
_SHARE = re.compile(NUMBER)


def voting_quorum(notice: Notice) -> Fact | None:
    """The quorum.

    Value: ``value`` (2/3 or 80%), ``base`` (of whom, None when not stated), ``words``.
    """
    facts = [fact for part in half_sentences(notice) if (fact := _quorum(*part))]
    return agreed([f for f in facts if f.value["base"] == facts[0].value["base"]], by_share)


def _quorum(clause: NoticeClause, start: int, end: int) -> Fact | None:
    """The quorum in a half sentence; None for a share of branches, of votes or of the best grade."""
    plain = _without_best(clause, start, end)
    text = plain[start:end]
    if not _COMING.search(text) or not _SHARE.search(text) or re.search("赞成|同意", text):
        return None
    ways = (m for way in _WAYS for m in way.finditer(plain, start, end))
    quorum = next((m for m in ways if not _OF_BRANCHES.search(clause.plain, start, m.start())), None)
    if not quorum:
        return None
    of_best = "优秀" in clause.plain[start:end] and not _STANDS.search(text)
    if of_best and "应" not in quorum.group("base"):
        return None
    begun = clause_start(clause, quorum.start(), start)
    stop = clause_end(clause, quorum.end(), end)
    at = quote_at(clause, begun, stop)
    value = {"value": share(quorum.group("share")), "base": _base(clause, quorum, start, end) or None}
    return Fact({**value, "words": at.quote}, (at,))


def _base(clause: NoticeClause, quorum: re.Match[str], start: int, end: int) -> str:
    """The base of the share, "" when not stated."""
    begun = clause_start(clause, quorum.start(), start)
    base: str = quorum.group("base")
    if base and "实到" in clause.plain[begun : quorum.start()]:  # 「实到人数未达应到的三分之二」
        return base
    return (
        re.sub(r"^应到会?$", "", base)
        or quorum.group("after")
        or _who_come(clause.plain[begun : quorum.start()])
        or base
        or _who_come(clause.plain[start : quorum.start()])
        or base_near(clause.plain[start:end], quorum.end() - start)
    )


def _without_best(clause: NoticeClause, start: int, end: int) -> str:
    """The text of the clause, with the parts about 优秀 replaced by spaces."""
    plain = clause.plain
    for begin, stop in clause.line.clauses(start, end):
        if "优秀" in plain[begin:stop]:
            plain = plain[:begin] + "　" * (stop - begin) + plain[stop:]
    return plain


_STANDS = re.compile("有效|方可|才[能可]|无效|不得(?:测评|计票|开会|投票|评议)|改期|另[行择]")
_OF_BRANCHES = re.compile(r"支部(?:的)?参[评会加]率[^，；]*$")


def _who_come(text: str) -> str:
    match = re.search("有(?:表决|选举)权的?(?:正式)?党员|正式党员|应到会?党员|全体党员|党员", text)
    return match.group() if match else ""
