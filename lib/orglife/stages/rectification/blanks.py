"""Blank forms of the stage rectification: a list and a pledge."""

from __future__ import annotations

from orglife.core.paper.block import AnyBlock, Document, Facts, Heading, Note, Signature, Space, Table
from orglife.core.paper.paper import Sheet, section
from orglife.stages.rectification.documents import LIST_COLUMNS
from orglife.stages.shared.blank_forms import BLANK, ROOM

ROWS = 7


def blanks(sheet: Sheet) -> list[Document]:
    """The list (F14) and the pledge (F15)."""
    return [rect_list(sheet), pledge(sheet)]


def rect_list(sheet: Sheet) -> Document:
    """F14: the owner of the list, and one row per item."""
    sources = "、".join(sheet.campaign.label(key) for key in sheet.campaign.rect_sources)
    rows = [[str(n), ROOM, *[""] * (len(LIST_COLUMNS) - 2)] for n in range(1, ROWS + 1)]
    blocks: list[AnyBlock] = [
        Facts(rows=[("清单", "□党支部\u3000□个人"), ("姓名", "")]),
        Note(text=f"问题来源：{sources}。某一类没有问题的，写明“本类无问题”。"),
        Table(columns=LIST_COLUMNS, rows=rows),
        Signature(roles=["支部书记或本人"]),
    ]
    return sheet.document("F14", ["整改清单"], blocks, subject=BLANK, page="L")


def pledge(sheet: Sheet) -> Document:
    """F15: the problems addressed, and the promise."""
    blocks: list[AnyBlock] = [
        Facts(rows=[("姓名", ""), ("日期", "")]),
        Heading(text=section(1, "对应的问题")),
        Space(lines=5),
        Heading(text=section(2, "承诺内容")),
        Space(lines=8),
        Signature(roles=["承诺人（本人）"]),
    ]
    return sheet.document("F15", ["党员整改承诺书"], blocks, subject=BLANK)
