"""What the ballot on the members and the ballot on the leadership have in common."""

from __future__ import annotations

from orglife.core.paper.paper import Sheet
from orglife.core.record.field import label_of
from orglife.stages.appraisal.record import Tally, TallyRow, TeamTally
from orglife.stages.shared.figures import GRADES

_ROOM = "\u3000\u3000\u3000张"  # to write a number in
COUNT_FACTS = [
    ("测评日期", ""),
    ("测评方式", "无记名"),
    ("发出、收回", f"发出{_ROOM}，收回{_ROOM}"),
    ("有效、无效", f"有效{_ROOM}，无效{_ROOM}"),
]
"""Head of a count sheet, to be filled in by hand."""


def grade_heads(sheet: Sheet) -> list[str]:
    """The grades of a ballot, named as in the campaign, in the order of the tally."""
    return [sheet.campaign.labels.get(key) or label_of(TallyRow.model_fields[key]) for key in GRADES]


def tally_facts(sheet: Sheet, tally: Tally | TeamTally, manner: str) -> list[tuple[str, str]]:
    """Head of the totals of a ballot: day and manner, ballots issued, returned, valid and invalid, who counted."""
    return [
        ("测评日期", sheet.text(tally, "date")),
        ("测评方式", manner),
        ("发出、收回", f"发出{sheet.text(tally, 'issued')}张，收回{sheet.text(tally, 'returned')}张"),
        ("有效、无效", f"有效{sheet.text(tally, 'valid')}张，无效{sheet.text(tally, 'invalid')}张"),
        ("计票人", sheet.text(tally, "counters")),
        ("监票人", sheet.text(tally, "supervisors")),
    ]


def secrecy(tally: Tally | TeamTally) -> str:
    """Whether the ballot is marked as secret."""
    return "无记名" if tally.secret else "没有注明无记名"


def unbalanced(tally: Tally | TeamTally) -> list[str]:
    """The numbers of ballots in words if they do not agree, else []; a blank number counts as 0.

    More were returned than issued, or valid and invalid ones together differ from those returned.
    """
    issued, returned = tally.issued or 0, tally.returned or 0
    if returned <= issued and (tally.valid or 0) + (tally.invalid or 0) == returned:
        return []
    numbers = {"发出": tally.issued, "收回": tally.returned, "有效": tally.valid, "无效": tally.invalid}
    return [f"{label}票未填" if number is None else f"{label}{number}张" for label, number in numbers.items()]
