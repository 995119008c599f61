"""A person's name as it stands in a list: spaces that stretch it, numbers before it, remarks in brackets behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMPOUND = """
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政
濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 令狐 呼延 西门 东郭
百里 第五 拓跋 轩辕 南门 左丘 梁丘 东门
"""
COMPOUND = frozenset(_COMPOUND.split())
"""Surnames of two characters; without rare ones that may as well be a surname and a given name, such as 贺兰."""
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任"
    "袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈"
    "宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗"
    "丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班"
    "仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳"
    "逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文"
    "寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖付闫代覃岳仝"
    "苟苑邸亓佟逯佘佴伯赏海归晋楚法汝鄢涂钦帅缑亢况郈有琴商牟佘墨哈谯年爱阳佟言福甲乙丙占战门原矫刑迟初修冼区岩线青是律才侍衣"
    "粟植茆禚隋仉贠宾覃补亚奉兰展朴撒回昂泥冶尧由母车令"
)
_CJK = "\u3400-\u9fff\U00020000-\U0003ffff"
_NUMBER = re.compile(r"^\s*(?:[（(]\s*\d{1,3}\s*[)）]|\d{1,3}\s*[.．、)）:：]|\d{1,3}(?=\D))\s*")
_MARK = re.compile("[*＊★☆▲△●○◆◇※#＃]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_BRACKETS = re.compile(r"[（(\[【〔]\s*([^（()）\[\]【】〔〕]*?)\s*[)）\]】〕]")
_DOTS = re.compile(rf"(?<=[{_CJK}])\s*[·•・‧∙⋅．.｡]\s*(?=[{_CJK}])")
_QUOTES = "“”‘’\"'《》「」"
_GENDER = re.compile("[男女]性?")
_SEVERAL = re.compile("[、，,;；/／＋+&]|(?<=.)和(?=.)")
_OWN = re.compile(rf"[{_CJK}]{{2,4}}")
_DOTTED = re.compile(rf"[{_CJK}]{{1,12}}(?:·[{_CJK}]{{1,12}})+")
_LONGEST = 4
_NO_NAMES = re.compile(
    "合计|总计|小计|共计|党员|书记|委员|名单|名册|姓名|职务|支部|小组|应到|实到|缺席|请假|列席|出席|参加|全体|现有|共有|成员|组员|时间|地点|"
    "单位|会议|主持|记录|内容|情况|安排|高级|中级|初级|经理|主任|[科局处部厅所站校院]长|工程|教师|医生|会计|干部|退休|职工|学生|公务|司机|"
    "车间|部门|办公|班子|机关|安全|方案|接龙|签字|盖章|日期"
)


@dataclass(frozen=True)
class NameRead:
    """What a cell of names says.

    Attributes:
        name: The name; "" if there is none.
        doubt: Why the name must be looked at; "" if it is certain.
        beside: What stands in brackets behind the name and may say an office or a status.
        mark: The sign beside the name: an asterisk that a footnote explains.
    """

    name: str
    doubt: str = ""
    beside: str = ""
    mark: str = ""


def read_name(text: str) -> NameRead:
    """Read a cell of names."""
    typed = re.sub(r"\s+", " ", _INVISIBLE.sub("", text)).strip()
    typed = _NUMBER.sub("", typed)
    marks = "".join(_MARK.findall(typed))
    typed = _MARK.sub("", typed).strip().strip(_QUOTES)
    inner = [word for word in _BRACKETS.findall(typed) if word and not _GENDER.fullmatch(word)]
    bare = _BRACKETS.sub("", typed).strip()
    if not bare and len(inner) == 1:
        bare, inner = inner[0], []
    name, doubt = _joined(without_spaces_at_dots(bare))
    if len(name) > 2:  # noqa: PLR2004
        name = name.removesuffix("同志")
    doubt = doubt or _doubt(name)
    beside = " ".join(inner)
    return NameRead(name, doubt, beside, marks)


def _joined(text: str) -> tuple[str, str]:
    """A name without the spaces inside it, and the doubt whether it is one name."""
    if _SEVERAL.search(text):
        return text, f"“{text}”像是几个人。请一人一行。"
    parts = text.split(" ")
    if len(parts) == 1 or not all(re.fullmatch(f"[{_CJK}]+", part) for part in parts):
        return text, ""
    whole = "".join(parts)
    short = len(whole) <= _LONGEST
    if short and (any(len(part) == 1 for part in parts) or parts[0] in COMPOUND):
        return whole, ""
    return whole, f"“{text}”是一个人还是几个人？一个人的，请核对姓名；几个人的，请一人一行。"


def _doubt(name: str) -> str:
    if not name:
        return "没有姓名。请补上姓名，或删去这一行。"
    if _DOTTED.fullmatch(name):
        return ""
    if not _OWN.fullmatch(name) or _NO_NAMES.search(name):
        return f"“{name}”是姓名吗？请核对。"
    return ""


def without_spaces_at_dots(text: str) -> str:
    """A text in which every dot inside a name is the same and has no spaces beside it."""
    return _DOTS.sub("·", text)


def looks_like_name(text: str) -> bool:
    """Whether a text of its own is most likely a person's name."""
    read = read_name(text)
    if read.doubt:
        return False
    return "·" in read.name or starts_with_surname(read.name)


def starts_with_surname(name: str) -> bool:
    """Whether a text of at most four characters begins with a surname."""
    if name[:2] in COMPOUND:
        return len(name) > 2  # noqa: PLR2004
    return name[:1] in SURNAMES and len(name) <= 3  # noqa: PLR2004
