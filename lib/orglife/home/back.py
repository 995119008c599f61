"""The superior's receipt and remarks, as the first page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from orglife.core.record.dossier import Dossier, day_words, moment_words, short
from orglife.home.places import EntryLink, of_record
from orglife.home.step import Step
from orglife.stages.kinds import BY_TYPE
from orglife.stages.report.record import RedoOrder, Remark
from orglife.stages.shared.received import Acknowledgement, RemarkState

LOOK = 4
"""Minutes to resolve one remark."""
SHOWN = 60
"""Maximum length of a remark's text in a step."""


def receipt_words(acknowledged: Acknowledgement | None) -> str:
    """How much the superior has imported; "" without a receipt."""
    if acknowledged is None:
        return ""
    until = f"收到了{_moment(acknowledged.at)}以前登记的内容" if acknowledged.at else "收到过本支部交去的包"
    more = f"以后又改了{acknowledged.later}处，还没有再交。" if acknowledged.later else "以后没有改动。"
    return f"上级党组织{until}。{more}"


def remark_rows(dossier: Dossier, answered: Mapping[str, RemarkState]) -> list[dict[str, Any]]:
    """Rows for the superior's remarks and orders, those already resubmitted last: sender, subject, text, state, link."""
    rows: list[dict[str, Any]] = []
    for remark in dossier.all(Remark):
        state = answered.get(remark.id, RemarkState.OPEN)
        rows.append(
            {
                "from": _from(remark.by, remark),
                "about": _about(dossier, remark),
                "text": remark.text,
                "state": state,
                "link": _link(dossier, remark),
            }
        )
    for order in dossier.all(RedoOrder):
        words = f"责令重新进行（第{order.round}轮）：{order.reason}"
        rows.append(
            {
                "from": _from(order.issued_by, order),
                "about": "会议和评议",
                "text": words,
                "state": None,
                "link": _link(dossier, order),
            }
        )
    return sorted(rows, key=lambda row: row["state"] is RemarkState.SENT)


def back_step(dossier: Dossier, answered: Mapping[str, RemarkState], sitting: int) -> Step | None:
    """The step for remarks that are still open; None if none are."""
    left = [r for r in dossier.all(Remark) if answered.get(r.id, RemarkState.OPEN) is RemarkState.OPEN]
    if not left:
        return None
    first = left[0]
    several = f"（{len(left)}条）" if len(left) > 1 else ""
    about = _about(dossier, first)
    what = f"上级退回修改{several}：{short(first.text, SHOWN)}"
    how = f"说的是{about}。改好以后再报一次；每条意见见本页“上级的回执和意见”。"
    place = _place(dossier, first)
    stage = BY_TYPE[place.type].STAGE if place else Remark.STAGE
    return Step("back", what, how, stage, min(LOOK * len(left), sitting), None, place.link if place else "")


def _from(who: str, record: Remark | RedoOrder) -> str:
    return "，".join(part for part in (who, day_words(record.date)) if part) or "上级党组织"


def _about(dossier: Dossier, remark: Remark) -> str:
    subject = dossier.index.get(remark.record)
    return dossier.label(subject) if subject is not None else "本支部的材料"


def _place(dossier: Dossier, record: Remark | RedoOrder) -> EntryLink | None:
    """Link to the record that the remark is about, else to the remark itself."""
    about = getattr(record, "record", "")
    return (of_record(about, dossier) if about else None) or of_record(record.id, dossier)


def _link(dossier: Dossier, record: Remark | RedoOrder) -> str:
    place = _place(dossier, record)
    return place.link if place else ""


def _moment(at: str) -> str:
    return moment_words(datetime.fromisoformat(at).astimezone())
