"""Study as an attendance grid of members and sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from orglife.core.formview import Layout, Ticks
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.stages.shared.people import on_roster
from orglife.stages.study.record import STUDY_FORMS, Study


def heading(values: Mapping[str, Any]) -> str:
    """Date and form of a session: 2月5日 集中学习."""
    form = STUDY_FORMS.get(str(values.get("form") or ""), "学习")
    try:
        day = date.fromisoformat(str(values.get("date") or ""))
    except ValueError:
        return f"{values.get('date') or '日期未填'} {form}"
    return f"{day.month}月{day.day}日 {form}"


def made_up(values: Mapping[str, Any]) -> set[str]:
    """Members who caught up on a session later."""
    return {str(one.get("member") or "") for one in values.get("makeup") or () if isinstance(one, Mapping)} - {""}


def begin_makeup(dossier: Dossier, subjects: Sequence[str], _campaign: Campaign) -> dict[str, Any]:
    """A row for the member who has not studied."""
    members = on_roster(dossier, subjects)
    return {"makeup": [{"member": members[0]}]} if members else {}


LAYOUT = Layout(
    views=(Ticks(Study, "attendees", heading, made_up),),
    go_on=(Study.TYPE,),
    begin_for={Study.TYPE: begin_makeup},
)
