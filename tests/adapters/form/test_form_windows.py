"""Several windows on one entry, earlier versions, and what was saved elsewhere: nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.adapters.field.port import EntryVersion
from orglife.adapters.form.form import RecordForm
from orglife.stages.meeting.record import SuperiorComment
from orglife.stages.reviews.record import MemberReview
from orglife.stages.talks.record import Talk
from tests.adapters.print.shelf import MEMBERS, Offers, Shelf, form, typed


def test_two_windows_are_merged_field_by_field() -> None:
    shelf = Shelf(Talk(id="t1", place="大厅", thoughts="旧"))
    one, two = (RecordForm(Talk, shelf, choices=Offers()) for _ in range(2))
    one.page.lines.value = two.page.lines.value = "t1"
    typed(two.field("thoughts"), "另一个窗口写的")
    typed(one.field("place"), "三楼")
    assert shelf.record("t1").to_json() == {"id": "t1", "place": "三楼", "thoughts": "另一个窗口写的"}
    assert "另一个窗口" in one.page.status.value
    assert one.field("thoughts").w.value == "另一个窗口写的"
    typed(one.field("start"), "9:00")
    assert "另一个窗口" not in one.page.status.value


def test_what_two_windows_wrote_into_one_field_is_shown_side_by_side() -> None:
    shelf = Shelf(Talk(id="t1", thoughts="旧", place="大厅"))
    one, two = (RecordForm(Talk, shelf, choices=Offers()) for _ in range(2))
    one.page.lines.value = two.page.lines.value = "t1"
    typed(two.field("thoughts"), "另一个窗口写的")
    typed(one.field("thoughts"), "这里写的")
    assert shelf.record("t1").thoughts == "这里写的"
    assert "也改了交流思想，两份都在下面" in one.page.status.value
    (clash,) = one.clash.box.children
    assert "这里写的" in clash.children[0].value
    assert "另一个窗口写的" in clash.children[0].value
    clash.children[1].children[1].click()
    assert shelf.record("t1").thoughts == "另一个窗口写的"
    assert one.clash.box.children == ()


def test_two_windows_that_wrote_the_same_are_not_asked() -> None:
    shelf = Shelf(Talk(id="t1", thoughts="旧"))
    one, two = (RecordForm(Talk, shelf, choices=Offers()) for _ in range(2))
    one.page.lines.value = two.page.lines.value = "t1"
    typed(two.field("thoughts"), "新")
    typed(one.field("thoughts"), "新")
    assert one.clash.box.children == ()


def test_a_change_is_undone_step_by_step_and_nothing_is_lost() -> None:
    made, shelf = form(Talk, Talk(id="t1", place="一楼"))
    made.page.lines.value = "t1"
    for place in ("二楼", "三楼"):
        typed(made.field("place"), place)
    made.page.undo_button.click()
    assert (shelf.record("t1").place, made.field("place").w.value) == ("二楼", "二楼")
    assert "✓ 已撤销，回到" in made.page.status.value
    made.page.undo_button.click()
    assert shelf.record("t1").place == "一楼"
    made.page.undo_button.click()
    assert "没有更早的内容了" in made.page.status.value
    assert [one.body["place"] for one in shelf.past("t1")] == ["一楼", "二楼", "三楼", "二楼", "一楼"]
    typed(made.field("place"), "四楼")
    made.page.undo_button.click()
    assert shelf.record("t1").place == "一楼"


def test_an_unfinished_entry_is_undone_to_its_record() -> None:
    made, shelf = form(Talk, Talk(id="t1", place="一楼"))
    made.page.lines.value = "t1"
    typed(made.field("date"), "哪天")
    made.page.undo_button.click()
    assert shelf.drafts == {}
    assert made.field("date").w.value == ""
    assert shelf.record("t1").place == "一楼"


def test_earlier_versions_are_shown_with_who_and_when_and_brought_back() -> None:
    made, shelf = form(Talk, Talk(id="t1", participants=["m01", "m02"], mode="phone"))
    made.page.lines.value = "t1"
    made.field("participants").boxes["m03"].value = True
    made.page.past_button.click()
    lines = [label for label, _ in made.past.list.options]
    assert len(lines) == 2
    assert all("王建国" in line and "2月20日" in line for line in lines)
    made.past.list.value = 0
    text = made.past.text.value
    assert "<td>同志1、同志2</td><td>同志1、同志2、同志3</td>" in text
    assert "方式" not in text  # only what is different
    made.past.restore.click()
    assert shelf.record("t1").participants == ["m01", "m02"]
    assert not made.past.is_open


def test_an_entry_never_saved_has_no_earlier_version_to_bring_back() -> None:
    made, shelf = form(Talk)
    made.page.add_button.click()
    made.show_past()
    assert "还没有以前的内容。" in made.past.text.value
    assert made.past.restore.disabled
    made.past.restore.click()
    assert made.past.is_open
    assert shelf.kept == {}


def test_a_removal_among_the_versions_is_nothing_to_bring_back() -> None:
    class Restored(Shelf):
        """An entry that was removed and then saved again."""

        def past(self, id: str) -> Any:  # noqa: A002
            return [*super().past(id), EntryVersion(2, "王建国", "2024-02-20T08:00:00+00:00", None)]

    shelf = Restored(Talk(id="t1", place="一楼"))
    made = RecordForm(Talk, shelf, choices=Offers())
    made.page.lines.value = "t1"
    made.show_past()
    made.past.list.value = len(shelf.past("t1")) - 1
    assert "这一次是移除。" in made.past.text.value
    made.past.restore.click()
    assert made.past.is_open
    assert shelf.record("t1").place == "一楼"


def test_two_windows_with_unfinished_entries_lose_nothing() -> None:
    shelf = Shelf(Talk(id="t1"))
    one, two = (RecordForm(Talk, shelf, choices=Offers()) for _ in range(2))
    one.page.lines.value = two.page.lines.value = "t1"
    typed(one.field("date"), "哪天")
    typed(two.field("start"), "什么时候")
    assert shelf.drafts["t1"]["date"] == "哪天"
    assert shelf.drafts["t1"]["start"] == "什么时候"


def test_two_windows_that_begin_at_once_get_an_entry_each() -> None:
    class Forgetful(Shelf):
        """Like a store: an id is new until something is kept under it."""

        def new_id(self) -> str:
            return f"new{len({*self.kept, *self.drafts}) + 1}"

    shelf = Forgetful()
    one, two, three = (RecordForm(MemberReview, shelf, choices=Offers()) for _ in range(3))
    one.page.lines.value, two.page.lines.value, three.page.lines.value = "+m01", "+m02", "+m01"
    for made, text in ((one, "一"), (two, "二")):
        made.field("items").add()
        typed(made.field("items.0.fact"), text)
    assert [(r.member, [i.id for i in r.items]) for r in (shelf.record("new1"), shelf.record("new2"))] == [
        ("m01", ["new1.p1"]),
        ("m02", ["new2.p1"]),
    ]
    typed(three.field("text"), "同一个人的归到一起")
    assert shelf.record("new1").items[0].fact == "一"
    assert shelf.record("new1").text == "同一个人的归到一起"
    four, five = (RecordForm(Talk, Forgetful(), choices=Offers()) for _ in range(2))
    five.port = four.port
    four.add()
    five.add()
    typed(four.field("date"), "哪天")
    typed(five.field("date"), "又一天")
    assert [d["date"] for d in four.port.drafts.values()] == ["哪天", "又一天"]


@pytest.mark.parametrize("begun_anew", [False, True])
def test_removed_elsewhere_is_saved_again_and_said(*, begun_anew: bool) -> None:
    made, shelf = form(Talk, Talk(id="t1", place="大厅"))
    made.page.lines.value = "t1"
    shelf.remove("t1", 1)
    if begun_anew:
        shelf.draft("t1", {"date": "哪天"})
    typed(made.field("thoughts"), "还在写")
    assert shelf.record("t1").to_json() == {"id": "t1", "place": "大厅", "thoughts": "还在写"}
    assert "在别处被移除" in made.page.status.value


def test_other_forms_saves_are_taken_up() -> None:
    choices = Offers()
    made, _ = form(SuperiorComment, choices=choices)
    made.add()
    choices.visitors = [("mt.g1", "林处")]
    choices.people = [*MEMBERS, ("m13", "新来的")]
    made.refresh()
    assert ("林处", "mt.g1") in made.field("author").w.options
    talk, _ = form(Talk, choices=choices)
    talk.add()
    talk.field("participants").boxes["m13"].value = True
    choices.people = MEMBERS[:3]
    talk.refresh()
    assert list(talk.field("participants").boxes) == ["m01", "m02", "m03", "m13"]
    assert talk.field("participants").raw() == ["m13"]


def test_an_import_is_followed_unless_something_is_being_typed() -> None:
    made, shelf = form(Talk, Talk(id="t1", place="大厅"))
    made.page.lines.value = "t1"
    shelf.save(Talk(id="t1", place="三楼"), 1)
    made.refresh()
    assert made.field("place").w.value == "三楼"
    typed(made.field("date"), "哪天")
    shelf.save(Talk(id="t1", place="四楼"), 2)
    made.refresh()
    assert made.field("date").w.value == "哪天"
    typed(made.field("date"), "2.5")
    assert shelf.record("t1").to_json() == {"id": "t1", "date": "2024-02-05", "place": "四楼"}
