"""F20 责令重新进行: one paper, printed by the bureau that orders and by the branch that receives the order."""

from __future__ import annotations

from orglife.core.paper.block import AnyBlock, Document, Facts, Heading, Signature
from orglife.core.paper.paper import Sheet, section
from orglife.stages.report.record import RedoOrder

TITLES = {
    "appraisal": ["关于责令重新开展民主评议党员的通知"],
    "whole": ["关于责令重新召开{meeting}和", "开展民主评议党员的通知"],
}


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
        *sheet.prose(order, "reason"),
        Heading(level=1, text=section(2, "重新进行的范围和时限")),
        Facts(
            rows=[
                ("范围", sheet.text(order, "scope")),
                ("作废轮次", f"第{order.round or 1}轮"),
                ("完成时限", sheet.text(order, "due")),
            ],
            record=label,
        ),
        Signature(roles=[issued_by], day=sheet.text(order, "date")),
    ]
    about = TITLES.get(order.scope or "", ["关于责令重新进行的通知"])
    title = [issued_by, *(line.format(meeting=sheet.campaign.meeting_name) for line in about)]
    return sheet.document("F20", title, blocks, subject=order.id, page="9704", recipient=branch, subtitle="")
