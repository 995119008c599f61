"""Read shares of people: 三分之一, 30%, 三成, 每十人两名; with the words that limit them and their base."""

from __future__ import annotations

import re

from orglife.core.record.numerals import number_of
from orglife.notice.clause import NoticeClause
from orglife.notice.model import Fact

_COUNT = r"(?:(?<!\d)\d{1,3}|[一二三四五六七八九十百]{1,4})"
NUMBER = (
    rf"(?P<share>(?<!\d)\d{{1,3}}%?—\d{{1,3}}%|{_COUNT}分之{_COUNT}|(?<!\d)\d{{1,3}}/\d{{1,3}}"
    r"|(?<![\d.])\d{1,3}(?:\.\d{1,2})?%|半数|过半数?|一半|[一二两三四五六七八九]成(?![绩效果为立员]))"
)
AT_MOST = r"(?:[≤<=＝]|不大于|不得?超过|不能超过|不[得能]?突破|不高于|不得高于|不多于|不得多于|控制在|最多不超过|最高为|最多(?:给到|到|为|占)|至多(?:为|占)?|不(?:得)?超出?(?!过)|上限：)"
AT_MOST_SHARE = re.compile(rf"{AT_MOST}(?P<base>[^，。；]{{0,30}}?)的?{NUMBER}(?:以内|之内)?")
_EACH = re.compile(
    rf"每(?P<below>{_COUNT})(?:名|个|位)?(?P<base>[^，。；]{{0,8}}?(?:党员|人))中?"
    r"(?:可以?|最多|至多|不超过|原则上|一般|只能|推荐|产生|确定|评定?|推|选|定|设|有|能|“?优秀”?|：)*"
    r"(?P<above>\d{1,3}|[一两二三四五])(?:名|个|人|位)"
)
_HALF = "1/2"


def share(text: str) -> str:
    """A share in canonical form: 三分之一 as 1/3, 30% as 30%, 半数 as 1/2."""
    if "—" in text:  # a range stays as written
        return text if text.partition("—")[0].endswith("%") else text.replace("—", "%—", 1)
    if text.endswith("%") or re.fullmatch(r"\d+/\d+", text):
        return text
    if text.endswith("成"):
        return f"{10 * (2 if text[0] == '两' else number_of(text[:-1]))}%"
    if "分之" in text:
        below, above = text.split("分之")
        if below == "百":
            return f"{number_of(above)}%"
        return f"{number_of(above)}/{number_of(below)}"
    return _HALF


def share_of_count(passage: str) -> tuple[str, str, tuple[int, int]] | None:
    """「每十名正式党员评两名」 as (share, base, span); None without such words."""
    match = _EACH.search(passage)
    if not match:
        return None
    below, above = (
        number_of(match.group("below")),
        2 if match.group("above") == "两" else number_of(match.group("above")),
    )
    if not 0 < above < below:
        return None
    text = f"{above}/{below}" if above == 1 or 100 * above % below else f"{100 * above // below}%"
    return text, match.group("base"), match.span()


def as_number(value: str) -> float:
    """1/3, 30% or 20%—30% (its end) as a number, for comparison."""
    last = value.rpartition("—")[2]
    if last.endswith("%"):
        return round(float(last[:-1]) / 100, 2)
    above, below = last.split("/")
    return round(int(above) / max(int(below), 1), 2)


def by_share(fact: Fact) -> float:
    """The share of a fact as a number, for comparison."""
    return as_number(str(fact.value["value"]))


def base_near(text: str, at: int) -> str:
    """The base near a share: 「优秀党员占正式党员的比例」 and 「以正式党员数为基数」 give 正式党员, 正式党员数."""
    match = re.search(r"占(?P<base>[^，。；]{2,20}?)的?(?:比例|比重|人数)", text[:at]) or re.search(
        r"[以按](?:照)?(?P<base>[^，。；（]{2,20}?)(?:(?:为|作为)(?:计算)?(?:基数|分母|准|依据)|(?:计算|核算|测算|[计算](?=[）。；，]|$)))"
        r"|基数(?:为|是|按|：)(?P<is>[^，。；（]{2,20})",
        text[at:],
    )
    if not match:
        return ""
    return match.group("base") or match.groupdict().get("is") or ""


def base_in_clause(clause: NoticeClause) -> str:
    """The base named anywhere in the clause: 「基数为正式党员」."""
    match = re.search(
        r"(?:以|按)(?P<a>[^，。；（以按]{2,16}?)(?:为|作为)(?:计算)?(?:基数|分母)|以(?P<c>[^，。；（以按]{2,16}(?:党员|人数|总数|数))为准|(?:基数|分母)(?:为|是|按|：)(?P<b>[^，。；（]{2,16})",
        clause.plain,
    )
    return (match.group("a") or match.group("b") or match.group("c")) if match else ""


_BOUNDS = re.compile(
    r"不(?:得|能|应|宜|可|准|许|要)?(?:超|突破|高于|多于|多过|大于|过(?![关程失硬多]))|控制|掌握|限[制定]?[在于]|[以之]内|以下|上限|封顶|最多|至多|最高|顶格|顶多|幅度|范围内|比例|×|=|≤|占"
)
_OTHER_SHARE = re.compile(r"得票|票数|赞成|同意|满意|到会|出席|实到|参评率|到场|得分|分数|考核|干部|两委”|委员")
_LEADS_TO = re.compile(
    r".*(?:超过|超出|突破|高于|多于|多过|大于|不过|能过|得过|控制在|掌握在|限[制定]?在|上限(?:是|为)?|最多(?:评到)?|至多|为|占|按照?|以|在|从|评到|给到|：|=|≤|到|将|把)"
)


def limited_share(text: str) -> tuple[str, str, int] | None:
    """The first share with a limiting word as (share, base, end), in a sentence about the best grade.

    Shares of something else (votes, attendance) are ignored.
    """
    for match in re.finditer(NUMBER, text):
        piece = max(text.rfind(mark, 0, match.start()) for mark in "，；：。") + 1
        ends = [p for mark in "，；。" if (p := text.find(mark, match.end())) >= 0]
        whole = text[piece : min([*ends, len(text)])]
        if not _BOUNDS.search(whole) or _OTHER_SHARE.search(re.sub("到会(?:正式)?党员", "", whole)):
            continue
        before = text[piece : match.start()]
        lead = _LEADS_TO.match(before)
        base = before[lead.end() if lead else 0 :]
        base = re.sub(r"(?:总数)?的$|[×=]$", "", base)
        if re.search("优秀|一般|原则|比例|名额|不$", base) or len(base) < 2:
            base = ""
        return match.group("share"), base, match.end()
    return None
