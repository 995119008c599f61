"""Parts shared by blank forms: cells to write in, the sign-in list, and the day of the roster."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from orglife.core.paper.block import AnyBlock, Column, Document, Facts, Signature, Table
from orglife.core.paper.paper import Sheet
from orglife.stages.plan.record import Plan
from orglife.stages.shared.people import roll
from orglife.stages.shared.rounds import meeting_day

BLANK = "blank"
"""Subject of a form's blank; a form with several blanks appends the kind: ``blank-count``."""
ROOM = "\u3000\n\u3000"
"""Content of a table cell to write in: two lines high."""


def boxes(labels: Mapping[str, str]) -> str:
    """Options to tick by hand: □ 群众　□ 上级."""
    return "\u3000".join(f"□{label}" for label in labels.values())


def day_ahead(sheet: Sheet) -> date | None:
    """The day whose roster blank forms list: the meeting's, else the planned day; None = the day of the check."""
    plan = sheet.dossier.one(Plan)
    return meeting_day(sheet.dossier) or (plan.planned_meeting_on if plan else None)


def sign_in(sheet: Sheet, form: str, occasion: str) -> Document:
    """Build a sign-in sheet: the roster in two columns, a few lines for guests, the recorder's name."""
    cells = [[str(n), sheet.dossier.name(m.id), ROOM] for n, m in enumerate(roll(sheet, day_ahead(sheet)), start=1)]
    heads = (("序号", 2), ("姓名", 4), ("签名", 6))
    blocks: list[AnyBlock] = [
        Facts(rows=[("时间", ""), ("地点", "")]),
        Table(columns=[Column(head=h, share=s) for h, s in heads], rows=cells, filler=["", "", ROOM]),
        Table(
            columns=[Column(head="列席人员", share=4), Column(head="单位", share=7), Column(head="签名", share=6)],
            rows=[[ROOM, "", ""], [ROOM, "", ""]],
        ),
        Signature(roles=["记录人"]),
    ]
    return sheet.document(form, [f"{occasion}签到表"], blocks, subject=f"{BLANK}-sign_in", page="T")
