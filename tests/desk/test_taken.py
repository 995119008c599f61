"""Facts entered once: what a form takes from other entries, what follows from what is typed, and what it no longer asks."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.form.form import RecordForm
from orglife.adapters.form.taken import AWAY
from orglife.core.record.record import Record
from orglife.desk import forms
from orglife.desk.ports import BranchChoices, StorePort
from orglife.office.office import Office
from orglife.stages import BY_KEY
from orglife.stages.appraisal.record import GradeMeeting, Tally
from orglife.stages.meeting.record import Meeting
from orglife.stages.rectification.record import Pledge, RectItem
from orglife.stages.report.record import Filing, Report
from orglife.stages.reviews.record import MemberReview
from tests import branch as b
from tests.desk.test_desk import put

DAY = date(2024, 3, 8)
RECORDS = b.branch()["records"]
MEETING = RECORDS["meeting"][0]["date"]


def form_of(root: Path, kind: type[Record]) -> RecordForm:
    """The form as its stage's page shows it."""
    office = Office.open(root, author="田小禾")
    choices = BranchChoices(office, "t01", DAY, DAY)
    port = StorePort(office, "t01", kind, DAY)
    parts = forms._sheet(BY_KEY[kind.STAGE], kind, port, choices, lambda: office.dossier("t01", DAY), lambda: None)
    return next(part for part in parts if isinstance(part, RecordForm))


def hidden(widget: Any) -> bool:
    return AWAY in widget._dom_classes


def only(form: RecordForm) -> Any:
    (record,) = [entry.record for entry in form.port.list()]
    return record


def test_the_superior_is_taken_from_the_branch_and_saved_with_the_filing(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=["filing/fl"], put={"branch/superior": "局机关党总支"})
    form = form_of(filled, Filing)
    taken = form._root().taken["to"]
    assert hidden(taken.inside)
    assert "局机关党总支" in taken.line.value
    assert "党支部信息" not in taken.line.value
    assert "支部信息" in taken.line.value
    form.field("date").box.value = "2024-02-27"
    form.flush()
    assert only(form).to == "局机关党总支"


@pytest.mark.parametrize(
    ("superior", "filed", "to"),
    [
        ("中共云溪局机关总支部委员会", "", "中共云溪局机关总支部委员会"),
        ("中共云溪局机关总支部委员会", "云溪局机关党总支", "云溪局机关党总支"),
        ("中共云溪局机关委员会", "", "局机关党总支"),
        ("", "", "局机关党总支"),
    ],
)
def test_the_report_calls_the_superior_as_the_filing_does(
    filled: Path, tmp_path: Path, superior: str, filed: str, to: str
) -> None:
    put(filled, tmp_path, remove=["report/rp"], put={"branch/superior": superior, "filing/fl/to": filed})
    form = form_of(filled, Report)
    form.field("date").box.value = "2024-02-28"
    form.flush()
    assert only(form).to == to


def test_those_who_came_to_the_meeting_fix_the_grades_in_assembly(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=[f"grade_meeting/{RECORDS['grade_meeting'][0]['id']}"])
    form = form_of(filled, GradeMeeting)
    form.field("body").put("assembly")
    form._changed("body")
    form.flush()
    assert only(form).present == RECORDS["meeting"][0]["present"]
    form.field("present").put(["m1", "m2"])
    form._changed("present")
    form.flush()
    assert only(form).present == ["m1", "m2"], "and stays as somebody changed it"


def test_an_older_filing_that_differs_stays_and_is_pointed_out(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, put={"branch/superior": "局机关党总支", "filing/fl/to": "局机关党委"})
    form = form_of(filled, Filing)
    taken = form._root().taken["to"]
    assert not hidden(taken.inside)
    assert "不一致" in taken.line.value
    assert only(form).to == "局机关党委"
    taken.take()
    form.flush()
    assert only(form).to == "局机关党总支"
    assert hidden(taken.inside)
    assert "不一致" not in taken.line.value


def test_a_field_whose_source_says_nothing_is_asked(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=["filing/fl"], put={"branch/superior": ""})
    taken = form_of(filled, Filing)._root().taken["to"]
    assert hidden(taken.head)
    assert not hidden(taken.inside)


def test_a_different_value_is_typed_after_a_click(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=["report/rp"])
    form = form_of(filled, Report)
    taken = form._root().taken["to"]
    assert hidden(taken.inside)
    taken.open()
    assert not hidden(taken.inside)
    form.field("to").put("局党组")
    form._changed("to")
    form.flush()
    assert only(form).to == "局党组"
    assert "不一致" in taken.line.value


def test_the_ballot_is_of_the_day_of_the_meeting(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=[f"tally/{RECORDS['tally'][0]['id']}"])
    form = form_of(filled, Tally)
    assert hidden(form._root().taken["date"].inside)
    form.field("issued").box.value = "7"
    form.flush()
    assert only(form).date.isoformat() == MEETING


def test_a_committee_meets_on_a_day_of_its_own_and_the_assembly_on_that_of_the_meeting(
    filled: Path, tmp_path: Path
) -> None:
    put(filled, tmp_path, remove=[f"grade_meeting/{RECORDS['grade_meeting'][0]['id']}"])
    form = form_of(filled, GradeMeeting)
    form.field("body").put("committee")
    form._changed("body")
    form.flush()
    assert only(form).date is None
    assert not hidden(form._root().taken["date"].inside)
    form.field("body").put("assembly")
    form._changed("body")
    form.flush()
    assert only(form).date.isoformat() == MEETING


def test_a_member_is_responsible_on_the_own_list(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=[f"rect_item/{item['id']}" for item in RECORDS["rect_item"]])
    form = form_of(filled, RectItem)
    form.start({"owner_kind": "member"})
    form.field("owner").put("m2")
    form._changed("owner")
    form.flush()
    assert (only(form).owner_kind, only(form).owner, only(form).responsible) == ("member", "m2", "m2")
    assert hidden(form._root().taken["responsible"].inside)


def test_figures_are_asked_no_more_but_older_ones_stay_open_to_correction(filled: Path, tmp_path: Path) -> None:
    form = form_of(filled, Report)
    assert hidden(form._root().spared["figures"])
    put(filled, tmp_path, put={"report/rp/figures": {"rect_count": 99}, "report/rp/text": "列出整改事项5项。"})
    form = form_of(filled, Report)
    assert not hidden(form._root().spared["figures"])
    note = form.field("text").note
    assert note is not None
    assert "正文写“整改事项5项”，按记录应为4项" in note.value


def test_the_standards_follow_when_all_aspects_are_examined(filled: Path) -> None:
    office = Office.open(filled)
    aspects, standards = office.campaign.keys("aspects"), office.campaign.keys("dimensions")
    form = form_of(filled, MemberReview)
    review = next(r for r in RECORDS["member_review"] if r["member"] == "m1")
    (item,) = review["items"]
    form.open(review["id"])
    rest = [key for key in aspects if key != item["aspect"]]
    form.field("none_declared").put(rest[:-1])
    form._changed("none_declared")
    form.flush()
    now = next(h.record for h in form.port.list() if h.id == review["id"])
    assert now is not None
    assert set(now.none_declared) == set(rest[:-1])  # one aspect is still open
    form.field("none_declared").put(rest)
    form._changed("none_declared")
    form.flush()
    now = next(h.record for h in form.port.list() if h.id == review["id"])
    assert now is not None
    assert set(now.none_declared) == {*rest, *(key for key in standards if key != item["dimension"])}
    assert set(form.field("none_declared").raw()) == set(now.none_declared)


def test_a_pledge_begins_with_the_members_own_problems(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=[f"pledge/{one['id']}" for one in RECORDS["pledge"]])
    form = form_of(filled, Pledge)
    form.choose("+m4")
    own = [i["id"] for r in RECORDS["member_review"] if r["member"] == "m4" for i in r["items"]]
    assert form.field("problem_ids").raw() == own


def test_the_meeting_begins_on_the_planned_day_once_it_has_come(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=["meeting/mt"], put={"plan/plan/planned_meeting_on": "2024-02-20"})
    form = form_of(filled, Meeting)
    assert form._root().read((), [])["date"] == "2024-02-20"
    put(filled, tmp_path, remove=["meeting/mt"], put={"plan/plan/planned_meeting_on": "2024-03-09"})
    assert "date" not in (form_of(filled, Meeting)._root().read((), []) or {})


def test_the_briefing_shows_the_numbers_of_the_records(filled: Path) -> None:
    form = form_of(filled, Meeting)
    note = form.field("briefing.preparation").note
    assert note is not None
    assert "按记录：集中学习1次，谈心谈话9次" in note.value
