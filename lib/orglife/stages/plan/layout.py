"""How the forms of the plan are laid out, and the demand that a new check item is about."""

from __future__ import annotations

from orglife.core.formview import Layout
from orglife.core.record.branch import Explanation
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import Campaign
from orglife.stages.plan.record import Attachment, CheckItem, Plan, PlanSubmission
from orglife.stages.shared.addressee import SUPERIOR


def next_check_item(dossier: Dossier, campaign: Campaign) -> str:
    """The first demand that no rule checks and of which nothing is entered yet; "" when there is none."""
    entered = {record.demand for record in dossier.all(CheckItem)}
    return next((item.text for item in campaign.check_items if item.text not in entered), "")


LAYOUT = Layout(
    demanded={Plan.TYPE: {"reviewed_on": "plan.reviewed"}},
    taken={
        PlanSubmission.TYPE: {"to": SUPERIOR},
    },
    hide={Attachment.TYPE: ("file",), Explanation.TYPE: ("rule", "subjects")},
    elsewhere={
        Attachment.TYPE: "还没有附上的文件。扫描件或照片在上面选好、附上，这里就有。",
        Explanation.TYPE: "还没有情况说明。要说明哪一条，请在那一条下面点“为什么问”，再点“写情况说明”。",
    },
    begin={CheckItem.TYPE: lambda dossier, campaign: {"demand": next_check_item(dossier, campaign)}},
)
