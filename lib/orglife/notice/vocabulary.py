"""Common labels of notices and their fixed keys; other labels get numbered keys.

A key never changes its meaning, because stored records contain keys. The label is always as printed in the notice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

DEMANDS = (
    "plan.made",
    "plan.made_on_time",
    "plan.contents",
    "plan.phases",
    "plan.reviewed",
    "study.held",
    "study.materials",
    "study.everyone",
    "talks.team_pairs",
    "talks.members",
    "talks.among_members",
    "talks.content",
    "talks.secretary_leads",
    "opinions.asked",
    "opinions.clients",
    "opinions.about_team",
    "opinions.secretary_hears",
    "opinions.answered",
    "reviews.team",
    "reviews.team_aspects",
    "reviews.members",
    "reviews.problem_list",
    "reviews.key_checks",
    "reviews.causes_and_measures",
    "reviews.views",
    "reviews.concrete",
    "reviews.no_lecturing",
    "reviews.own_problems",
    "reviews.aspects",
    "reviews.reviewed",
    "reviews.outlines_reviewed",
    "reviews.problem_share",
    "meeting.held",
    "meeting.everyone",
    "meeting.chair",
    "meeting.agenda",
    "meeting.briefing",
    "meeting.self_criticism",
    "meeting.team_first",
    "meeting.criticism_each",
    "meeting.criticism_content",
    "meeting.no_advice",
    "meeting.no_flattery",
    "meeting.direct",
    "meeting.bite",
    "meeting.touches_thinking",
    "meeting.comment",
    "meeting.comment_scope",
    "meeting.summary",
    "meeting.leaders",
    "meeting.window",
    "meeting.notice",
    "meeting.last_year",
    "meeting.work_report",
    "appraisal.everyone",
    "appraisal.basis",
    "appraisal.grades",
    "appraisal.disposal",
    "appraisal.quota",
    "appraisal.secret",
    "appraisal.team_ballot",
    "appraisal.probationary",
    "appraisal.feedback",
    "appraisal.statistics",
    "rectification.lists",
    "rectification.measures",
    "rectification.pledges",
    "rectification.sources",
    "rectification.all_problems",
    "rectification.publicity",
    "rectification.publicity_completion",
    "rectification.publicity_scope",
    "report.filing",
    "report.filing_contents",
    "report.written",
    "report.prompt",
    "report.finished",
    "supervision.leaders_attend",
    "supervision.leaders_comment",
    "supervision.no_formalism",
    "supervision.redo",
)
"""The keys of all demands that rules check, by stage."""
KNOWN: Mapping[str, Mapping[str, str]] = {
    "dimensions": {
        "政治合格": "political",
        "执行纪律合格": "disciplinary",
        "品德合格": "moral",
        "发挥作用合格": "role",
    },
    "aspects": {
        "理想信念": "ideals",
        "政治纪律和政治规矩": "discipline",
        "作风": "style",
        "担当作为": "duty",
        "组织生活": "org_life",
        "政治纪律": "political_discipline",
        "组织纪律": "organizational_discipline",
        "廉洁纪律": "integrity_discipline",
        "群众纪律": "masses_discipline",
        "工作纪律": "work_discipline",
        "生活纪律": "life_discipline",
        "理论学习": "theory",
        "政治素质": "political_quality",
        "能力本领": "ability",
        "工作作风": "work_style",
        "廉洁自律": "integrity",
    },
    "team_aspects": {
        "执行上级党组织决定": "execute_decisions",
        "严格党的组织生活制度": "organizational_life",
        "加强党员教育管理": "member_management",
        "教育引领和联系服务群众": "serve_masses",
        "加强自身建设": "self_building",
    },
    "key_checks": {
        "理想信念模糊动摇": "ideals_shaken",
        "大是大非问题上态度不鲜明": "stance_unclear",
        "组织观念淡薄": "org_concept_weak",
        "道德品行失范": "moral_lapse",
        "不履职尽责、不担当作为": "duty_undone",
    },
    "grades": {"优秀": "excellent", "合格": "qualified", "基本合格": "basic", "不合格": "unqualified"},
}
#: Campaign list → (pattern, key); the first pattern that matches a label gives the key.
BY_SENSE: Mapping[str, Sequence[tuple[str, str]]] = {
    "agenda": (
        (r"通报.*(?:准备|情况)", "briefing"),
        (r"批评和自我批评|自我批评|相互批评", "criticism"),
        (r"点评|讲评", "comment"),
        (r"民主评议|民主测评", "appraisal"),
        (r"小结|总结|表态", "summary"),
    ),
    "rect_sources": (
        (r"学习教育|主题教育", "education"),
        (r"集中整治|专项|自查自纠", "special_campaign"),
        (r"组织生活会|会上", "meeting"),
        (r"上级|点出|点评", "superior"),
    ),
}
MATERIALS = {
    "习近平总书记在党的十八届六中全会上的重要讲话": "speech_6th_plenum",
    "关于新形势下党内政治生活的若干准则": "zhunze",
    "中国共产党党内监督条例": "tiaoli",
    "中国共产党纪律处分条例": "chufen_tiaoli",
    "中国共产党支部工作条例（试行）": "zhibu_tiaoli",
    "中国共产党党员教育管理工作条例": "jiaoyu_tiaoli",
    "中国共产党章程": "party_constitution",
    "党章": "party_constitution",
}
_STEM = {
    "aspects": "aspect",
    "dimensions": "dimension",
    "team_aspects": "team_aspect",
    "key_checks": "key_check",
    "rect_sources": "source",
    "agenda": "step",
    "grades": "grade",
    "materials": "material",
}


def known_labels() -> tuple[str, ...]:
    """All known labels; some contain a separator of enumerations."""
    return tuple(label for labels in KNOWN.values() for label in labels)


def keyed(name: str, labels: Sequence[str], taken: Mapping[str, str] | None = None) -> dict[str, str]:
    """Keys for the labels of a list, in order: key → label.

    Args:
        name: The campaign list.
        labels: The labels as printed in the notice.
        taken: Keys already in use with their labels; a key is reused only for an equal label.
    """
    used = dict(taken or {})
    label_by_key: dict[str, str] = {}
    for number, label in enumerate(labels, start=1):
        key = _known(name, label)
        if not key or key in label_by_key or used.get(key, label) != label:
            key = f"{_STEM[name]}_{number}"
        label_by_key[key] = label
    return label_by_key


def _known(name: str, label: str) -> str:
    """The key of a label, "" for an unknown one."""
    exact = KNOWN.get(name, {}).get(label) or (MATERIALS.get(label) if name == "materials" else None)
    return exact or next((key for pattern, key in BY_SENSE.get(name, ()) if re.search(pattern, label)), "")
