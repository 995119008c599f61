"""A member's grade as papers print it, or why there is none."""

from __future__ import annotations

from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.stages.appraisal.record import Grade


def is_probationary(dossier: Dossier, grade: Grade) -> bool:
    """Whether a grade is about a probationary member, who is only discussed."""
    member = dossier.members.get(grade.member)
    return member is not None and member.status == "probationary"


def grade_words(sheet: Sheet, grade: Grade) -> str:
    """优秀, 免评（失联）, 预备党员，不评等次, or what a blank grade prints."""
    if grade.grade:
        return sheet.campaign.label(grade.grade)
    if grade.waiver:
        return f"免评（{sheet.text(grade, 'waiver')}）"
    return "预备党员，不评等次" if is_probationary(sheet.dossier, grade) else sheet.text(grade, "grade")
