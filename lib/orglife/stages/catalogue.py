"""Every form by its number: its title and its stage."""

from __future__ import annotations

from typing import NamedTuple


class Listed(NamedTuple):
    """Title and stage of a form."""

    title: str
    stage: str


FORMS: dict[str, Listed] = {
    "F1": Listed("工作方案", "plan"),
    "F2": Listed("学习记录", "study"),
    "F3": Listed("谈心谈话记录", "talks"),
    "F4": Listed("征求意见汇总", "opinions"),
    "F5": Listed("班子对照检查", "reviews"),
    "F6": Listed("发言提纲", "reviews"),
    "F7": Listed("问题清单", "reviews"),
    "F8": Listed("议程", "meeting"),
    "F9": Listed("会议记录", "meeting"),
    "F10": Listed("批评意见汇总", "meeting"),
    "F11": Listed("民主测评汇总", "appraisal"),
    "F12": Listed("评定与反馈", "appraisal"),
    "F13": Listed("上级点评", "meeting"),
    "F14": Listed("整改清单", "rectification"),
    "F15": Listed("整改承诺书", "rectification"),
    "F16": Listed("公示", "rectification"),
    "F17": Listed("备案报告", "report"),
    "F18": Listed("情况报告", "report"),
    "F19": Listed("督导记录", "supervision"),
    "F20": Listed("责令重新进行", "report"),
    "F21": Listed("处置事项", "appraisal"),
    "F22": Listed("归档目录", "archive"),
}
BLANKS = ("F2", "F3", "F4", "F6", "F9", "F10", "F11", "F12", "F13", "F14", "F15", "F19")
"""Forms with a blank version to fill in by hand."""
