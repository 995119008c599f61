"""What is worked out while somebody types: sums of the ballot, the quorum, the limit of 优秀."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.core.formview import Look, TableView
from orglife.stages.appraisal.layout import LAYOUT as APPRAISAL
from orglife.stages.appraisal.layout import tally_live
from orglife.stages.appraisal.record import Grade, Tally
from orglife.stages.meeting.layout import meeting_fill, meeting_live
from orglife.stages.meeting.record import Meeting
from orglife.stages.plan.rules import day_still_to_come
from orglife.stages.rectification.layout import LAYOUT as RECTIFICATION
from orglife.stages.rectification.proposals import item_fill
from orglife.stages.rectification.record import RectItem
from orglife.stages.reviews.layout import LAYOUT as REVIEWS
from orglife.stages.reviews.record import ProblemList
from orglife.stages.talks.layout import not_reached, team_pairs
from tests import branch as b


def tally(**changes: Any) -> Tally:
    rows = [{"member": "m1", "excellent": 2, "qualified": 4}, {"member": "m6", "excellent": 1, "qualified": 6}]
    return Tally.model_validate(
        {"id": "t", "issued": 7, "returned": 7, "valid": 7, "invalid": 0, "rows": rows} | changes
    )


def test_a_row_must_be_the_valid_ballots_or_one_less_for_who_was_there() -> None:
    cells = tally_live(tally(), b.dossier(), b.campaign()).cells["rows"]
    assert cells[0, "sum"] == Look("6　✓", "good", "票数相符")
    assert cells[1, "sum"] == Look("7　✓", "good", "票数相符")
    cells = tally_live(tally(rows=[{"member": "m1", "excellent": 3, "qualified": 6}]), b.dossier(), b.campaign()).cells
    assert cells["rows"][0, "sum"] == Look("9，应为6或7", "bad", "票数不符")


def test_columns_are_summed_up_without_those_who_get_no_grade() -> None:
    rows = [{"member": "m1", "excellent": 2}, {"member": "m7", "excellent": 5, "no_grade": True}]
    cells = tally_live(tally(rows=rows), b.dossier(), b.campaign()).cells["rows"]
    assert cells["foot", "excellent"].text == "2"
    assert cells["foot", "member"].text == "合计（1人）"
    assert cells[1, "sum"].tone == "off"


@pytest.mark.parametrize(
    ("changes", "said", "tone"),
    [
        ({}, "相符", "good"),
        ({"invalid": 1}, "有效7张＋无效1张＝8张，收回7张", "bad"),
        ({"issued": 6}, "多于发出的6张", "bad"),
    ],
)
def test_ballots_out_and_back_are_compared(changes: dict[str, int], said: str, tone: str) -> None:
    (look,) = tally_live(tally(**changes), b.dossier(), b.campaign()).lines["invalid"]
    assert said in look.text
    assert look.tone == tone


def test_nothing_is_said_before_there_are_numbers() -> None:
    live = tally_live(Tally(id="t"), b.dossier(), b.campaign())
    assert live.lines["invalid"] == []


@pytest.mark.parametrize(
    ("present", "said", "tone"),
    [
        (["m1", "m2", "m3"], "有表决权的6人，到会3人，达到半数以上", "good"),
        (["m1", "m2", "m7"], "有表决权的6人，到会2人，不足半数", "bad"),
    ],
)
def test_the_quorum_follows_the_ticks(present: list[str], said: str, tone: str) -> None:
    meeting = Meeting.model_validate({"id": "mt", "date": "2024-02-20", "present": present})
    look, missing = meeting_live(meeting, b.dossier(), b.campaign()).lines["present"]
    assert said in look.text
    assert "应到8人，实到3人" in look.text
    assert look.tone == tone
    assert "陆望舒" in missing.text


def test_who_is_on_leave_is_not_asked_for() -> None:
    meeting = Meeting.model_validate(
        {"id": "mt", "date": "2024-02-20", "present": b.PRESENT, "absent": [{"member": "m6"}]}
    )
    assert len(meeting_live(meeting, b.dossier(), b.campaign()).lines["present"]) == 1


@pytest.mark.parametrize(
    ("count", "said", "tone"), [(1, "还可以评1名", "good"), (2, "已到限额", "must"), (3, "多了1名", "bad")]
)
def test_the_limit_of_excellent_is_said_before_it_is_passed(count: int, said: str, tone: str) -> None:
    grades = [Grade(id=f"g{n}", member=f"m{n}", grade="excellent") for n in range(1, count + 1)]
    view = next(v for v in APPRAISAL.views if isinstance(v, TableView))
    (look,) = view.live(grades, b.dossier(), b.campaign())  # type: ignore[union-attr]
    assert said in look.text
    assert look.tone == tone


def test_every_two_of_the_leadership_are_asked_for() -> None:
    assert team_pairs(b.dossier()) == {frozenset(p) for p in (("m1", "m2"), ("m1", "m3"), ("m2", "m3"))}
    assert not_reached(b.dossier(), b.campaign()) == []
    lacking = b.dossier(b.changed(b.branch(), remove=["talk/t01"]))
    assert not_reached(lacking, b.campaign()) == [Look("班子成员之间还没有谈的：魏长河与祝秋实。", "must")]


def test_the_problems_to_be_confirmed_are_shown_before_a_day_is_asked_for() -> None:
    live = REVIEWS.live["problem_list"](ProblemList(id="x"), b.dossier(), b.campaign())
    first, *rest = live.lines["confirmed_on"]
    assert first.text == f"现在汇总到{len(rest)}个问题："
    assert rest[0].text.startswith("1. 支部班子：")
    empty = b.dossier(b.changed(b.branch(), remove=["team_review", "member_review"]))
    (only,) = REVIEWS.live["problem_list"](ProblemList(id="x"), empty, b.campaign()).lines["confirmed_on"]
    assert "请先登记" in only.text
    assert "problem_list" in REVIEWS.at_once


def test_who_spoke_without_self_criticism_is_said() -> None:
    speeches = [{"member": "m1", "order": 1, "self_criticism": True}, {"member": "m2", "order": 2}]
    meeting = {"id": "x", "date": "2024-02-26", "present": ["m1", "m2"], "speeches": speeches}
    (look,) = meeting_live(Meeting.model_validate(meeting), b.dossier(), b.campaign()).lines["speeches"]
    assert look.tone == "must"
    assert "还没有勾“作自我批评”的：祝秋实" in look.text
    speeches[1]["self_criticism"] = True
    (look,) = meeting_live(Meeting.model_validate(meeting), b.dossier(), b.campaign()).lines["speeches"]
    assert look == Look("到会的都作了自我批评。", "good")


@pytest.mark.parametrize(("count", "more"), [(1, ""), (6, ""), (7, "等7项"), (9, "等9项")])
def test_problems_without_an_item_are_named_and_many_are_counted(count: int, more: str) -> None:
    problems = [{**b.item(f"tr.p{n}", "serve_masses"), "fact": f"第{n}件事"} for n in range(count)]
    dossier = b.dossier(b.changed(b.branch(), put={"team_review/tr/items": problems, "rect_item/k0/problem_ids": []}))
    item = RectItem.model_validate({"id": "new", "owner_kind": "branch"})
    (look,) = RECTIFICATION.live["rect_item"](item, dossier, b.campaign()).lines["problem_ids"]
    named = "；".join(f"第{n}件事" for n in range(min(count, 6)))
    assert look == Look(f"还没有整改事项的问题：{named}{more}。", "must")


DONE = {"owner_kind": "branch", "done_on": "2024-03-01"}


@pytest.mark.parametrize(
    ("values", "changed", "follows"),
    [
        ({}, set(), {"owner_kind": "branch"}),
        ({"owner_kind": "member"}, set(), {}),
        ({"owner_kind": "member"}, {"owner"}, {"owner_kind": "branch"}),  # the owner was taken out
        ({"owner_kind": "member"}, {"owner", "owner_kind"}, {}),  # what was just typed stays
        ({"owner": "m1"}, set(), {"owner_kind": "member", "responsible": "m1"}),
        ({"owner": "m1", "responsible": "m2"}, set(), {"owner_kind": "member"}),
        (DONE, {"done_on"}, {"status": "done"}),
        (DONE, set(), {}),
        (DONE, {"done_on", "status"}, {}),
        ({**DONE, "done_on": ""}, {"done_on"}, {}),
    ],
)
def test_what_follows_from_the_owner_and_the_day_of_an_item(
    values: dict[str, str], changed: set[str], follows: dict[str, str]
) -> None:
    assert item_fill(values, changed, b.dossier(), b.campaign()) == follows


def test_a_day_still_to_come_is_listed_in_the_stage_of_its_record() -> None:
    raw = b.changed(b.branch(), put={"study/st/makeup": [{"member": "m4", "date": "2024-04-01"}]})
    found = b.findings((day_still_to_come,), b.dossier(raw))
    assert [(f.rule, f.stage, f.checkpoint) for f in found] == [("DATA-02", "study", "setup")]


def test_as_many_talks_as_the_plan_asks_for_are_enough_in_the_matrix_too() -> None:
    enough = b.dossier(b.changed(b.branch(), remove=["talk/t04"]))
    (look,) = not_reached(enough, b.campaign())
    assert look.tone == "good"
    assert "共5名，应谈到80%，即4名；已谈4名，够了" in look.text
    few = b.dossier(b.changed(b.branch(), remove=["talk/t04", "talk/t05"]))
    (look,) = not_reached(few, b.campaign())
    assert look.tone == "must"
    assert "还差1名" in look.text


def test_who_came_from_above_is_of_the_superior_that_was_typed_already() -> None:
    dossier, campaign = b.dossier(), b.campaign()
    guests = [
        {"name": "方正", "capacity": "superior"},
        {"name": "高明", "capacity": "superior", "unit": "局纪检组"},
        {"name": "钱群", "capacity": "mass"},
        {"name": "孙远"},
    ]
    filled = meeting_fill({"guests": guests}, (), dossier, campaign)
    assert [guest.get("unit") for guest in filled["guests"]] == ["局机关党总支", "局纪检组", None, None]
    assert "groups" not in filled
    nothing = b.dossier(b.changed(b.branch(), put={"branch/superior": ""}))
    assert meeting_fill({"guests": guests}, (), nothing, campaign) == {}
    assert meeting_fill({"guests": guests[1:]}, (), dossier, campaign) == {}
