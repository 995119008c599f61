"""Tables inside a form: lines added, moved, pasted, and what is said at a cell."""

from __future__ import annotations

from orglife.core.record.record import Outsider
from orglife.stages.appraisal.record import Tally
from orglife.stages.meeting.record import Meeting, SuperiorComment
from orglife.stages.study.record import Study
from tests.adapters.form.page import Page
from tests.adapters.print.shelf import form
from tests.marks import thorough


def test_rows_are_added_moved_and_removed() -> None:
    made, shelf = form(Meeting)
    page = Page(made.field("speeches"))
    page.add()
    assert shelf.saves == []
    page.type(0, "member", "m02")
    page.add()
    page.type(1, "member", "m01")
    assert [(s.member, s.order) for s in shelf.record("new1").speeches] == [("m02", 1), ("m01", 2)]
    page.move(1, -1)
    assert [(s.member, s.order) for s in shelf.record("new1").speeches] == [("m01", 1), ("m02", 2)]
    before = page.rows
    page.drop(0)
    assert [(s.member, s.order) for s in shelf.record("new1").speeches] == [("m02", 1)]
    page.send(before)  # 撤销
    assert [(s.member, s.order) for s in shelf.record("new1").speeches] == [("m01", 1), ("m02", 2)]


def test_numbers_that_were_not_counted_up_are_left_alone() -> None:
    speeches = [{"member": "m01", "order": 3}, {"member": "m02", "order": 3}, {"member": "m03"}]
    made, shelf = form(Meeting, Meeting.model_validate({"id": "mt", "speeches": speeches}))
    page = Page(made.field("speeches"))
    page.move(0, 1)
    assert [(s.member, s.order) for s in shelf.record("mt").speeches] == [("m02", 3), ("m01", 3), ("m03", None)]


@thorough
def test_the_roster_fills_the_ballot() -> None:
    made, shelf = form(Tally)
    rows = made.field("rows")
    page = Page(rows)
    page.add()
    page.type(0, "member", "m03")
    page.type(0, "excellent", "８")
    rows.list_members()
    found = shelf.record("new1").rows
    assert [row.member for row in found] == ["m03", "m01", "m02", *(f"m{n:02d}" for n in range(4, 13))]
    assert found[0].excellent == 8
    assert all(not row.is_set("excellent") for row in found[1:])
    rows.list_members()
    assert len(shelf.record("new1").rows) == 12


def test_what_all_usually_did_is_ticked_by_one_button() -> None:
    made, shelf = form(Meeting)
    for who in ("m03", "m01"):
        made.field("present").boxes[who].value = True
    speeches = made.field("speeches")
    speeches.list_members()
    (column,) = (n for n, one in enumerate(speeches.grid.shape["columns"]) if one["all"])
    assert speeches.grid.shape["columns"][column]["title"] == "作自我批评"
    page = Page(speeches)
    page.send([{**row, "v": [*row["v"][:column], True, *row["v"][column + 1 :]]} for row in page.rows])
    assert [row.self_criticism for row in shelf.record("new1").speeches] == [True, True]
    others = form(Tally)[0].field("rows").grid.shape["columns"]
    assert not any(one["all"] for one in others), "不测等次 is for some only"


def test_a_link_begins_a_row_that_is_saved_once_something_is_typed() -> None:
    made, shelf = form(Study, Study.model_validate({"id": "st", "makeup": [{"member": "m02"}]}))
    made.go("st", {"makeup": [{"member": "m05"}]}, ["makeup"])
    makeup = made.field("makeup")
    assert [row.cells[0] for row in makeup.grid.rows] == ["m02", "m05"]
    assert '[data-r="1"][data-c="1"]' in makeup.grid.wanted["where"], "the cursor stands at the day"
    made.flush()
    assert [row.member for row in shelf.record("st").makeup] == ["m02"], "nothing typed, nothing saved"
    made.go("st", {"makeup": [{"member": "m05"}]}, ["makeup"])
    assert len(makeup.grid.rows) == 2, "one row, however often somebody follows the link"
    Page(makeup).type(1, "date", "2.9")
    assert [(row.member, str(row.date)) for row in shelf.record("st").makeup] == [
        ("m02", "None"),
        ("m05", "2024-02-09"),
    ]
    made.go("st", {"makeup": [{"member": "m02"}]}, ["makeup"])
    assert '[data-r="0"]' in makeup.grid.wanted["where"]
    assert len(makeup.grid.rows) == 2


def test_only_those_who_came_are_listed_where_that_is_said() -> None:
    made, shelf = form(Meeting)
    for who in ("m03", "m01"):
        made.field("present").boxes[who].value = True
    made.field("speeches").list_members()
    assert [row.member for row in shelf.record("new1").speeches] == ["m01", "m03"]


def test_absence_is_not_offered_for_the_whole_roster() -> None:
    made, _ = form(Meeting)
    assert made.field("absent").buttons.children == ()


def test_an_error_stands_at_its_cell_and_below_its_row() -> None:
    made, shelf = form(Tally)
    made.field("rows").list_members()
    page = Page(made.field("rows"))
    page.type(2, "basic", "一些")
    assert page.errors() == {(2, "basic"): "“一些”不是数字。请只填数字，例如 12。"}
    assert page.notes(2) == ["基本合格：“一些”不是数字。请只填数字，例如 12。"]
    assert page.notes(1) == []
    assert shelf.drafts["new1"]["rows"][2]["basic"] == "一些"


def test_counters_are_members_or_outsiders() -> None:
    made, shelf = form(Tally)
    page = Page(made.field("counters"))
    page.add()
    page.type(0, 0, "m05")
    page.add()
    page.type(1, 0, {"name": "", "unit": "局办公室"})
    assert page.notes(1) == ["请填写外单位人员的姓名。"]
    page.type(1, 0, {"name": "赵工", "unit": ""})
    assert shelf.record("new1").counters == ["m05", Outsider(name="赵工")]


def test_nested_ids_are_never_used_twice() -> None:
    made, shelf = form(Meeting, Meeting(id="mt", place="大厅"))
    shelf.ever["mt"] = ["mt.g1", "mt.g4", "mt.p9", "other.g8"]
    page = Page(made.field("guests"))
    page.add()
    page.type(0, "name", "林处")
    page.add()
    page.type(1, "name", "何科")
    assert [g.id for g in shelf.record("mt").guests] == ["mt.g5", "mt.g6"]
    page.drop(1)
    page.add()
    page.type(1, "name", "秦科")
    assert [g.id for g in shelf.record("mt").guests] == ["mt.g5", "mt.g7"]
    comment, shelf = form(SuperiorComment)
    comment.add()
    page = Page(comment.field("problems"))
    page.add()
    page.type(0, "text", "请假手续不全")
    assert shelf.record("new1").problems[0].id == "new1.p1"


def test_a_long_record_id_still_gives_nested_ids() -> None:
    long = "r" * 40
    made, shelf = form(Meeting, Meeting(id=long, place="大厅"))
    page = Page(made.field("guests"))
    page.add()
    page.type(0, "name", "林处")
    assert shelf.record(long).guests[0].id == "new1"
