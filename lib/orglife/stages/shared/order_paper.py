"""F20 责令重新进行: one paper, printed by the bureau that orders and by the branch that receives the order."""

from __future__ import annotations

from orglife.core.paper.block import ISSUER, AnyBlock, Document, Heading, Paragraph, Signature
from orglife.core.paper.paper import Sheet, section
from orglife.stages.report.record import RedoOrder

TITLES = {
    "appraisal": ["关于责令重新开展民主评议党员的通知"],
    "whole": ["关于责令重新召开{meeting}和", "开展民主评议党员的通知"],
}


def _again(sheet: Sheet, order: RedoOrder) -> str:
    """What the branch must do again, in the words of a sentence."""
    if order.scope == "appraisal":
        return "重新开展民主评议党员"
    if order.scope == "whole":
        return f"重新召开{sheet.campaign.meeting_name}，重新开展民主评议党员"
    return f"重新进行{sheet.text(order, 'scope')}"


def order_paper(sheet: Sheet, order: RedoOrder, branch: str) -> Document:
    """Build F20: why the round was annulled, what must be repeated and by when.

    Args:
        sheet: The branch's sheet or the bureau's.
        order: The order.
        branch: Name of the branch that the order is addressed to.
    """
    label = sheet.dossier.label(order)
    issued_by = sheet.text(order, "issued_by")
    blocks: list[AnyBlock] = [
        Heading(level=1, text=section(1, "责令重新进行的原因")),
        *sheet.prose(order, "reason", under=1),
        Heading(level=1, text=section(2, "重新进行的范围和时限")),
        Paragraph(
            text=f"请你支部{_again(sheet, order)}，至迟于{sheet.text(order, 'due')}完成。第{order.round or 1}轮的结果作废。",
            record=label,
        ),
        Signature(roles=[issued_by + ISSUER], day=sheet.text(order, "date")),
    ]
    about = TITLES.get(order.scope or "", ["关于责令重新进行的通知"])
    title = [issued_by, *(line.format(meeting=sheet.campaign.meeting_name) for line in about)]
    return sheet.document("F20", title, blocks, subject=order.id, page="9704", recipient=branch, subtitle="")
