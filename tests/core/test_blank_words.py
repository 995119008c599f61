"""What a form calls blank: what this very entry asks for, and no more."""

from __future__ import annotations

from orglife.stages.opinions.record import Opinion
from orglife.stages.plan.record import Plan
from orglife.stages.rectification.record import RectItem


def test_what_the_entry_does_not_ask_for_is_not_blank() -> None:
    box = {"id": "o", "date": "2024-02-10", "source": "mass", "target": "team", "channel": "box", "text": "少开会"}
    assert Opinion.model_validate(box).still_blank() == []
    assert Opinion.model_validate({**box, "channel": "talk"}).still_blank() == ["听取人"]
    item = {
        "id": "k",
        "owner_kind": "branch",
        "source": "meeting",
        "title": "补课",
        "measure": "登记",
        "responsible": "m1",
    }
    assert RectItem.model_validate(item).still_blank() == ["完成时限"], "the state has its default"
    assert RectItem.model_validate({**item, "owner_kind": "member"}).still_blank() == ["所属党员", "完成时限"]


def test_what_is_begun_is_looked_into() -> None:
    plan = Plan.model_validate({"id": "p", "made_on": "2024-02-01", "contents": {"requirements": "全体参加"}})
    blank = plan.still_blank()
    assert "主要内容" not in blank
    assert "三段安排" in blank
    assert len(blank) == 4
