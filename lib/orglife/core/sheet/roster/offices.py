"""An office or a status as people write it, read with certainty or asked about.

书记 of something else (团支部书记, 党委书记), a former 书记 and 书记员 are not the branch's secretary; 科长 and 科员 are no
offices in the Party.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from orglife.core.record.words import name_key

RANKS = ("secretary", "deputy", "committee", "member")
_PARTS = re.compile(r"[、，,;；/／＋+\s]|兼任?|以及|(?<=记)及(?=.)")
_BRACKETS = re.compile(r"[（(]([^（()）]*)[)）]")
_NONE = re.compile(r"(?:(?:普通|一般|正式|预备|中共|在职|退休|流动)*党员|无|没有|暂无|[-—–―/／\\、.。·*]*)")
_FORMER = re.compile("^(?:原|前|曾|拟|候选|提名|卸任|离任)|代理|代书记|曾任|已卸任")
_SECRETARY = re.compile("(?:^|(?<!团)支部|(?<!团)支委会?)书记$|(?<!团)支书$")
_DEPUTY = re.compile("(?:^|(?<!团)支部|(?<!团)支委会?)副书记$|(?<!团)副支书$")
_CHARGE = (
    "组织 宣传 纪检 纪律 纪律检查 检查 青年 统战 群工 群众 群众工作 保密 保卫 学习 生活 文体 妇女 生产 安全 志愿服务 培训 老干 "
    "维稳 监督 宣教 组宣 组纪 文教 服务 科技 经济 治保 民兵 扶贫 信息 教育 纪监 党建 武装"
)
_COMMITTEE = re.compile(
    rf"(?:^|(?<!团)支部(?:委员会)?|支委会)(?:{'|'.join(_CHARGE.split())}|[和与及兼])*委员$|^(?:党?支部)?支委(?:委员)?$"
)
_PARTY_WORD = re.compile("班子|书记(?!员)|支书|委员(?!会)|支委|常委")
_SHORT = re.compile("(?:组织|宣传|纪检|青年|统战|群工|保密|组|宣|纪|书|副书|委|正|副)")
_LEADER_OF_GROUP = re.compile("(?:党?小组|组)(?:副?组)?长$|^.{0,8}(?:党小组|小组)长$")
_POST = re.compile(
    "(?:员|长|师|主任|干部|干事|经理|教授|会计|医生|士|警|官|助理|顾问|退休|职工|工人|农民|学生|主管|主席|巡视|调研|总监|董事|站|"
    "人员|老师|院士|工程|教练|司机|厅|局|处|科|级)$"
)
_IS_IT_HERE = "“{}”是本支部的职务吗？请选择党内职务。"
_STATUSES = (("预备", "probationary"), ("察看", "on_probation"), ("停止党籍", "suspended"))
_FULL = re.compile(
    "(?:中国?共产?党|中共|共产党|在职|退休|离退休|离休|流动|老|农村|社区|困难|机关)*(?:正式)?(?:党员)?|是|√"
)
_OUTSIDE = re.compile("^否$|群众|积极分子|团员|发展对象|申请|民主党派|无党派|民[革盟建进]|农工|致公|九三|台盟|非党")


@dataclass(frozen=True)
class WordRead:
    """A value read from words.

    Attributes:
        value: The field's value; "" if nothing is said.
        doubt: Why it must be asked for; "" if it is certain.
        status: A status that the words say besides.
        outside: The words say that the person is no member.
    """

    value: str = ""
    doubt: str = ""
    status: str = ""
    outside: bool = False


def read_office(text: str, *, party: bool = True) -> WordRead:
    """Read an office.

    Args:
        text: The cell.
        party: The heading names the office in the Party; below a bare 职务 stand offices at work too.
    """
    whole = name_key(text)
    status = status_within(whole) if "党员" in whole or "预备" in whole else ""
    parts = [part for part in (name_key(p) for p in _PARTS.split(_BRACKETS.sub("", text.strip()))) if part]
    read = [_read_part(part, party=party) for part in _together(parts)]
    certain = [value for value, _ in read if value in RANKS[:3]]
    if certain and any(_FORMER.search(words.strip()) for words in _BRACKETS.findall(text)):
        return WordRead("", _IS_IT_HERE.format(text.strip()), status)
    if certain:
        return WordRead(min(certain, key=RANKS.index), status=status)
    doubt = next((doubt for _, doubt in read if doubt), "")
    if doubt:
        return WordRead("", doubt, status)
    return WordRead("member" if read else "", status=status)


def _together(parts: list[str]) -> list[str]:
    """Parts of one office that was written with spaces: 书 记."""
    return ["".join(parts)] if parts and all(len(part) == 1 for part in parts) else parts


def _read_part(part: str, *, party: bool) -> tuple[str, str]:
    if _NONE.fullmatch(part) or _LEADER_OF_GROUP.search(part):
        return "member", ""
    if _PARTY_WORD.search(part):
        if not _FORMER.search(part):
            for pattern, value in ((_DEPUTY, "deputy"), (_SECRETARY, "secretary"), (_COMMITTEE, "committee")):
                if pattern.search(part) and "总支" not in part and "第一书记" not in part:
                    return value, ""
        return "", _IS_IT_HERE.format(part)
    if _SHORT.fullmatch(part):
        return "", f"“{part}”是哪个党内职务？请选择。"
    if party and not _POST.search(part):
        return "", f"“{part}”看不出是什么党内职务。请选择。"
    return "member", ""


def read_status(text: str) -> WordRead:
    """Read a status: 中共党员, 预备, 留党察看."""
    typed = name_key(text)
    if not typed:
        return WordRead()
    if "恢复" in typed or ("预备" in typed and re.search("转正|期满|正式", typed)):
        return WordRead("", f"“{text.strip()}”是哪种党员身份？请选择。")
    status = status_within(typed)
    if status:
        return WordRead(status)
    if _OUTSIDE.search(typed):
        return WordRead("", f"“{text.strip()}”不是党员，没有列入。是党员的，请列入并改正党员身份。", outside=True)
    if _FULL.fullmatch(_BRACKETS.sub("", typed)):
        return WordRead("full")
    return WordRead("", f"“{text.strip()}”看不出是哪种党员身份。请选择。")


def status_within(text: str) -> str:
    """The status other than 正式 that a text names; "" if it names none."""
    return next((value for word, value in _STATUSES if word in text), "")


def says_status(text: str) -> bool:
    """Whether a word of a list says nothing but a status."""
    typed = name_key(text)
    return bool(status_within(typed)) or (bool(typed) and _FULL.fullmatch(typed) is not None)


def says_office(text: str) -> bool:
    """Whether a word of a list names an office in the Party."""
    return _PARTY_WORD.search(name_key(text)) is not None or name_key(text) in ("普通党员", "党小组长")
