"""Another year's plan may call its meeting otherwise: papers and findings do too."""

from __future__ import annotations

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.core.rule.campaign import parse_campaign
from orglife.core.rule.finding import run_rules
from orglife.core.rule.rule import CHECKPOINTS
from orglife.stages import RULES, STAGES
from tests import branch as b


@pytest.mark.parametrize(("year", "name"), [("2024-seed", "专题组织生活会"), ("2025-annual", "组织生活会")])
def test_the_meeting_is_called_what_the_plan_calls_it(year: str, name: str) -> None:
    campaign = parse_campaign(ws.campaign_text(year))
    dossier = b.dossier()
    sheet = Sheet(dossier, campaign)
    papers = [d for stage in STAGES for d in (*stage.documents(sheet), *(stage.blanks(sheet) if stage.blanks else ()))]
    headings = [d.heading for d in papers if "组织生活会" in d.heading]
    assert len({d.form for d in papers if "组织生活会" in d.heading}) >= 6
    assert all(("专题" in heading) == ("专题" in name) for heading in headings)
    empty = Dossier(campaign.id, dossier.branch, {"member": dossier.records["member"]}, b.AS_OF)
    found = run_rules(RULES, empty, campaign, regulations=b.regulations(), due=CHECKPOINTS, strict=True)
    (missing,) = [f.message for f in found if f.rule == "MEET-01"]
    assert missing == f"没有{name}的会议记录。"
