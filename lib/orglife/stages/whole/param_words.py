"""Parameters of rules as people read them: 以什么人数为基数：党员总数. The keys stand in docs/campaign.md and docs/rules.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orglife.core.record.branch import STATUSES
from orglife.stages.appraisal.record import DISPOSAL_KINDS, WAIVERS
from orglife.stages.archive.record import ArchiveItem
from orglife.stages.shared.quorum import BASE_WORDS

PARAM_WORDS: Mapping[str, str] = {
    "allowed": "可以用的格式",
    "allow_outside": "党员以外的人可以填测评票",
    "bad_percent": "不合格票达到多少（%）算差",
    "ballot_status": "哪些党员填测评票",
    "base": "以什么人数为基数",
    "committee_from": "正式党员多少人起设支委会",
    "committee_max": "支委会最多几人",
    "committee_min": "支委会最少几人",
    "coverage_percent": "谈到的党员占多少（%）",
    "effective_from": "从哪天起的处置适用",
    "good_percent": "优秀、合格票达到多少（%）算好",
    "heavy": "算处置过重的",
    "high_percent": "相似到多少（%）算高度雷同",
    "info_percent": "相似到多少（%）提示",
    "kinds": "适用的处置",
    "max_months": "最长几个月",
    "max_pairs": "最多列几对",
    "max_participants": "一次谈心谈话最多几人",
    "min_branches": "至少几个党支部",
    "min_chars": "少于几个字",
    "min_days": "至少几天",
    "min_items": "至少几条才核对",
    "min_members": "至少几名党员才核对",
    "min_percent": "问题部分至少占多少（%）",
    "min_rows": "至少几名党员才核对",
    "min_sessions": "至少几次",
    "min_talks": "至少几条才提示",
    "min_targets": "至少对几名党员才提示",
    "min_total": "每人至少几条",
    "outlines": "哪些人的发言提纲先报审阅",
    "own_branch_counts": "参加所在党支部的也算",
    "ratio_den": "比例的分母",
    "ratio_num": "比例的分子",
    "ratio_percent": "相似到多少（%）",
    "require_for": "哪些等次要有评定意见",
    "required": "必须有的",
    "required_if_recorded": "登记了就必须有的",
    "rounding": "算出小数的",
    "waivers": "可以不评定等次的情形",
    "warn_percent": "相似到多少（%）提示",
}
_COPIES = "至少几个字才比较"
"""``min_chars`` of the rules that compare texts."""
_VALUES: Mapping[str, Mapping[str, str]] = {
    "base": BASE_WORDS,
    "ballot_status": STATUSES,
    "heavy": DISPOSAL_KINDS,
    "kinds": DISPOSAL_KINDS,
    "outlines": {"team": "班子成员", "all": "全体党员"},
    "required": {name: str(info.title) for name, info in ArchiveItem.model_fields.items()},
    "require_for": {"excellent": "优秀", "qualified": "合格", "basic": "基本合格", "unqualified": "不合格"},
    "rounding": {"floor": "舍去", "nearest": "四舍五入", "ceil": "进一"},
    "waivers": WAIVERS,
}


def param_words(rule: str, name: str, value: Any) -> str:
    """A parameter of a rule, by its id, with its value: 至少几天：5."""
    label = _COPIES if name == "min_chars" and rule.startswith("COPY") else PARAM_WORDS.get(name, name)
    words = _VALUES.get(name, {})
    values = value if isinstance(value, list) else [value]
    shown = [{True: "是", False: "否"}[v] if isinstance(v, bool) else words.get(str(v), str(v)) for v in values]
    if name == "allowed":
        shown = [each.upper() for each in shown]
    return f"{label}：{'、'.join(shown) or '无'}"
