"""The codes of archive numbers: 全宗号 and 机构代码, and what is surely wrong with one.

The archive gives both, so only the shape can be checked: DA/T 13 and DA/T 22 ask for a 全宗号 of four digits, or letters
and digits, and for a short 机构代码 of capital letters or digits.
"""

from __future__ import annotations

import re
import unicodedata

FONDS, ORG_CODE = re.compile("[A-Z0-9]{4}"), re.compile("[A-Z0-9]{2,8}")
FONDS_SHAPE = "全宗号由档案馆或上级机关的档案室给定，是4位大写字母或数字，例如H021"
ORG_CODE_SHAPE = "机构代码是2至8位大写字母或数字，例如DZB01，由本单位档案室统一编"
_CREDIT_CODE = re.compile("[0-9A-HJ-NPQRTUWXY]{18}")
_SHOWN = 20


def fonds_fault(text: str) -> str:
    """What is wrong with a 全宗号, as a sentence; "" for a blank or a good one."""
    if not text or FONDS.fullmatch(text):
        return ""
    return f"全宗号{_fault(text, FONDS)}。{FONDS_SHAPE}。"


def org_code_fault(text: str) -> str:
    """What is wrong with a 机构代码, as a sentence; "" for a blank or a good one."""
    if not text or ORG_CODE.fullmatch(text):
        return ""
    return f"机构代码{_fault(text, ORG_CODE)}。{ORG_CODE_SHAPE}。"


def _fault(text: str, shape: re.Pattern[str]) -> str:
    shown = f"“{text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}”"
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if _CREDIT_CODE.fullmatch(plain):
        return f"{shown}不对：这是18位的统一社会信用代码，不是档案用的代码"
    if shape.fullmatch(plain):
        return f"{shown}的写法不对：请写成“{plain}”，字母大写，不用全角，中间不空格" if plain != text else ""
    return f"{shown}不对"
