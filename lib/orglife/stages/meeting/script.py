"""F25 主持词: set phrases drawn from the agenda and the attendance; nothing is said in anybody's name."""

from __future__ import annotations

from orglife.core.paper.block import AnyBlock, Document, Heading, Paragraph
from orglife.core.paper.paper import Sheet, section
from orglife.core.record.numerals import chinese
from orglife.stages.meeting.record import Meeting
from orglife.stages.shared.blank_forms import BLANK
from orglife.stages.shared.quorum import attendance, quorum

FORM = "F25"
PAPER = "script"
_GAP = "\u3000\u3000"  # to write a number in


def script_paper(sheet: Sheet, meeting: Meeting) -> Document:
    """F25 for a meeting whose attendance is recorded."""
    came, count = attendance(sheet.dossier, meeting), quorum(sheet.dossier, meeting)
    enough = "达到半数以上，可以开会" if count.met else "不足半数，今天不能开会"
    numbers = f"应到党员{came.expected}名，实到{came.present}名；有表决权的{count.expected}名，到会{count.present}名，{enough}。"
    return sheet.document(FORM, _title(sheet), _blocks(sheet, numbers), subject=meeting.id)


def script_blank(sheet: Sheet) -> Document:
    """F25 with room for the numbers."""
    numbers = (
        f"应到党员{_GAP}名，实到{_GAP}名；有表决权的{_GAP}名，到会{_GAP}名，达到半数以上，可以开会。"
        "（不足半数的，不能开会。）"
    )
    return sheet.document(FORM, _title(sheet), _blocks(sheet, numbers), subject=BLANK)


def _title(sheet: Sheet) -> list[str]:
    return [f"{sheet.campaign.meeting_name}主持词"]


def _blocks(sheet: Sheet, numbers: str) -> list[AnyBlock]:
    items = [sheet.campaign.label(key) for key in sheet.campaign.agenda]
    order = "；".join(f"{number}是{item}" for number, item in zip(map(chinese, range(1, 30)), items, strict=False))
    name = sheet.campaign.meeting_name
    blocks: list[AnyBlock] = [
        Heading(text=section(1, "宣布开会")),
        Paragraph(text=f"同志们，现在召开{name}。{numbers}"),
        Paragraph(text=f"今天的议程有{len(items)}项：{order}。" if items else "下面按议程进行。"),
    ]
    for number, item in enumerate(items, start=1):
        blocks += [
            Heading(text=section(number + 1, item)),
            Paragraph(text=f"现在进行第{chinese(number)}项：{item}。（进行完后）这一项进行完毕。"),
        ]
    blocks += [
        Heading(text=section(len(items) + 2, "宣布散会")),
        Paragraph(text="今天的议程已经全部进行完毕。请记录人整理会议记录。现在散会。"),
    ]
    return blocks
