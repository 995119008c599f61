"""The list of entries beside a form: what it shows, what opens, what is removed."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.adapters.field.port import StoredEntry
from orglife.adapters.form.entry_list import EntryListing
from orglife.adapters.form.form import HeadForm
from orglife.adapters.form.groups import GroupControl
from orglife.core.errors import NotSaved
from orglife.core.formview import Layout, Taken
from orglife.core.record.branch import Branch
from orglife.core.record.field import entry
from orglife.core.record.record import Entry
from orglife.core.record.shape import Spec
from orglife.stages.appraisal.record import Disposal, Grade
from orglife.stages.meeting.record import Meeting
from orglife.stages.opinions.record import Opinion
from orglife.stages.plan.record import Plan
from orglife.stages.reviews.record import MemberReview
from orglife.stages.talks.record import Talk
from tests.adapters.print.shelf import Offers, Shelf, every_widget, form, typed


def test_one_per_dossier_shows_the_form_at_once() -> None:
    made, shelf = form(Plan)
    assert made.page.lines not in made.box.children
    assert made.page.add_button not in made.page.bar.children
    typed(made.field("contents.steps"), "先学习，再谈心。")
    assert shelf.record("new1").contents.steps == "先学习，再谈心。"


def test_two_of_one_are_listed_so_that_one_can_go() -> None:
    made, shelf = form(Plan, Plan(id="p1"), Plan(id="p2"))
    assert made.page.lines in made.box.children
    made.page.lines.value = "p1"
    made.remove()
    assert list(shelf.kept) == ["p2"]
    assert made.id == "p2"
    assert made.page.lines not in made.box.children


def test_a_second_round_gets_its_own_meeting() -> None:
    made, shelf = form(Meeting, Meeting(id="mt1", place="一楼"), begin={"round": 2})
    assert made.page.lines in made.box.children
    made.add()
    typed(made.field("place"), "二楼")
    assert shelf.record("new1").to_json() == {"id": "new1", "round": 2, "place": "二楼"}
    assert made.page.add_button not in made.page.bar.children
    assert "（第2轮）" in made.page.lines.options[1][0]


def test_each_member_is_a_line() -> None:
    made, shelf = form(Grade, Grade(id="g1", member="m02"), Grade(id="g9", member="m77"))
    labels = [label for label, _ in made.page.lines.options]
    assert labels[:3] == ["同志1　未填写", "同志2　✓ 已填", "同志3　未填写"]
    assert labels[12:] == ["第g9条"]
    made.page.lines.value = "+m03"
    typed(made.field("opinion"), "同意。")
    assert shelf.record("new1").to_json() == {"id": "new1", "member": "m03", "opinion": "同意。"}
    assert made.page.lines.options[2] == ("同志3　✓ 已填", "new1")
    made.page.lines.value = "g1"
    typed(made.field("feedback_on"), "不知道")
    assert made.page.lines.options[1][0] == "同志2　未填完"


def test_removing_asks_once_more() -> None:
    made, shelf = form(Talk, Talk(id="t1", place="大厅"))
    made.page.lines.value = "t1"
    made.page.remove_button.click()
    assert shelf.removed == []
    assert made.page._confirm in made.page.bar.children
    assert "修改历史里还能查到" in made.page._question.value
    made.page.keep_button.click()
    assert made.page._confirm not in made.page.bar.children
    made.page.remove_button.click()
    made.page.sure_button.click()
    assert shelf.removed == ["t1"]
    assert "✓ 已移除" in made.page.status.value
    assert made.page.lines.options == ()


def test_removing_what_another_window_changed_is_not_done() -> None:
    made, shelf = form(Talk, Talk(id="t1", place="大厅"))
    made.page.lines.value = "t1"
    shelf.save(Talk(id="t1", place="三楼"), 1)
    made.remove()
    assert shelf.removed == []
    assert made.field("place").w.value == "三楼"
    assert "没有移除" in made.page.status.value


def test_a_choice_of_lines_saves_what_was_pending_first() -> None:
    made, shelf = form(Talk, Talk(id="t1"), Talk(id="t2"))
    made.page.lines.value = "t1"
    shelf.broken = NotSaved(what="磁盘满")
    typed(made.field("place"), "大厅")
    made.page.lines.value = "t2"
    assert made.id == "t1"
    assert made.page.lines.value == "t1"
    assert "⚠ 没有保存成功（磁盘满）。填的内容都留在这里，请不要关闭这一页" in made.page.status.value
    assert "磁盘满" in made.page.status.value
    shelf.broken = None
    made.page.lines.value = "t2"
    assert shelf.record("t1").place == "大厅"
    assert made.id == "t2"


def test_the_head_form_keeps_one_object() -> None:
    shelf = Shelf(Branch(id="b01", name="第一党支部"))
    made = HeadForm(Branch, shelf, choices=Offers())
    typed(made.field("superior"), "机关党总支")
    assert shelf.record("b01").to_json() == {"id": "b01", "name": "第一党支部", "superior": "机关党总支"}
    assert made.page.remove_button not in made.page.bar.children
    layout = Layout(hide={"Branch": ["superior"]})
    assert set(made._root().controls) - set(
        HeadForm(Branch, shelf, choices=Offers(), layout=layout)._root().controls
    ) == {"superior"}


def test_new_entries_begin_with_what_is_known() -> None:
    made, shelf = form(Talk, begin={"mode": "phone"})
    made.add()
    assert made.field("mode").w.value == "phone"
    typed(made.field("place"), "电话")
    assert shelf.record("new1").mode == "phone"


def test_a_page_that_stays_keeps_its_parts_in_place() -> None:
    """Parts that are taken out and put back lose the cursor of whoever types in them."""
    for kind in (Talk, Grade, Plan):
        made, _ = form(kind)
        if kind is Talk:
            made.add()
        elif kind is Grade:
            made.page.lines.value = "+m01"
        before = made.box.children
        typed(made.field("date" if kind is Talk else "opinion" if kind is Grade else "contents.steps"), "2.5")
        assert made.box.children == before
        assert made.page.remove_button in made.page.bar.children


def test_what_was_received_is_only_shown() -> None:
    made, shelf = form(Talk, Talk(id="t1", participants=["m01"]), locked=True)
    made.page.lines.value = "t1"
    assert made.page.bar.children == ()
    inputs = [w for w in every_widget(made._root().box) if w.has_trait("disabled")]
    assert inputs
    assert all(w.disabled for w in inputs)
    assert shelf.saves == []


def test_a_link_opens_the_entry_that_it_names_or_the_only_one() -> None:
    plan, _ = form(Plan, Plan(id="p1"))
    plan.go("p1", {}, ["made_on"])
    assert plan.id == "p1"
    plan.go("removed", {}, ["made_on"])  # a page with a link is older than what is recorded
    assert plan.id == "p1"
    talks, _ = form(Talk, Talk(id="t1"), Talk(id="t2"))
    talks.go("t2", {}, [])
    assert talks.id == "t2"


def test_a_link_to_a_new_entry_begins_none_for_a_member_who_has_one() -> None:
    made, _ = form(Grade, Grade(id="g1", member="m02"))
    made.go("", {"member": "m02"}, ["opinion"])
    assert made.id == "g1"
    made.go("", {"member": "m03"}, ["opinion"])
    assert made.id == "new1"
    assert made.field("member").raw() == "m03"
    disposals, _ = form(Disposal, Disposal(id="d1", member="m02"))
    disposals.go("", {"member": "m02"}, [])
    assert disposals.id == "new1", "a member may be disposed of twice"


def test_a_link_begins_a_row_in_a_table_only() -> None:
    made, shelf = form(
        MemberReview, MemberReview.model_validate({"id": "r1", "member": "m01", "items": [{"id": "r1.p1"}]})
    )
    made.go("r1", {"items": [{"fact": "学习不够"}]}, ["items"])
    assert list(made.field("items").fields()) == ["0"]
    assert (made.id, shelf.saves) == ("r1", [])


@pytest.mark.parametrize(("layout", "shown"), [(Layout(), False), (Layout(at_once=("talk",)), True)])
def test_a_blank_entry_shows_what_is_calculated_where_its_layout_asks_for_it(layout: Layout, *, shown: bool) -> None:
    made, _ = form(Talk, layout=layout, hints=lambda _: {"place": ["要写地点"]})
    made.add()
    assert ("要写地点" in made.field("place").note.value) is shown
    typed(made.field("mode"), "phone")
    assert "要写地点" in made.field("place").note.value


def test_what_follows_from_a_value_is_filled_in_once_something_is_typed() -> None:
    asked: list[set[str]] = []

    def fill(_values: Any, changed: Any) -> dict[str, Any]:
        asked.append(set(changed))
        return {"place": "大厅"}

    made, shelf = form(Talk, Talk(id="t1", place="一楼"), fill=fill)
    made.show_entry("t1")
    assert (made.field("place").w.value, asked) == ("一楼", [])
    typed(made.field("mode"), "phone")
    assert (made.field("place").w.value, shelf.record("t1").place, asked) == ("大厅", "大厅", [{"mode"}])


def test_only_a_field_of_the_record_itself_is_taken_from_elsewhere_or_spared() -> None:
    names = {"steps": Taken(lambda *_: "先学习。", "别处"), "scope": Taken(lambda *_: "", "别处")}
    layout = Layout(taken={"plan": names}, spared={"plan": ["scope", "steps"]})
    made, _ = form(Plan, layout=layout)
    inner = made.field("contents")
    assert "steps" in inner.controls
    assert (inner.taken, inner.spared) == ({}, {})


@pytest.mark.parametrize(("length", "title"), [(40, "更多：" + "长" * 40), (41, "更多：" + "长" * 40 + "…")])
def test_the_title_of_a_folded_part_names_its_fields_as_far_as_they_fit(length: int, title: str) -> None:
    class Sample(Entry):
        first: str = entry("甲", core=True, default="")
        more: str = entry("长" * length, default="")

    made, _ = form(Talk)
    group = GroupControl(Spec(path=("x",), kind="object", label="样"), made.ctx, Sample)
    assert group.fold.get_title(0) == title
    assert group.fold.selected_index is None


@pytest.mark.parametrize(("hidden", "beside_the_group"), [(["contents.steps"], True), ([], False)])
def test_what_is_wrong_with_a_hidden_field_stands_beside_what_holds_it(
    hidden: list[str], *, beside_the_group: bool
) -> None:
    made, _ = form(Plan, layout=Layout(hide={"plan": hidden}))
    told = made._root().show([(("contents", "steps"), "步骤写错了")])
    assert any("步骤写错了" in text for text in told)
    assert ("步骤写错了" in made.field("contents").note.value) is beside_the_group


def test_a_list_without_a_choice_leaves_the_open_entry_alone() -> None:
    made, _ = form(Talk, Talk(id="t1", place="一楼"))
    made.page.lines.value = "t1"
    before = made.page.status.value
    made.page.lines.value = None
    assert (made.id, made.page.status.value, made.field("place").w.value) == ("t1", before, "一楼")


def test_without_an_open_entry_nothing_is_removed() -> None:
    made, shelf = form(Talk, Talk(id="t1"))
    before = made.page.status.value
    made.remove()
    assert (made.page.status.value, shelf.removed) == (before, [])


def test_a_list_that_most_branches_leave_empty_says_so() -> None:
    needed, _ = form(Talk, layout=Layout(when_needed=("talk",)))
    usual, _ = form(Talk)
    assert "多数支部没有这样的事" in needed.page._hint.value
    assert "还没有登记，请点“新增”。" in usual.page._hint.value


@pytest.mark.parametrize(
    ("kind", "options", "lines", "hint"),
    [
        (Grade, {}, True, "请在上面选一名党员。"),
        (Grade, {}, False, "名册里还没有党员，请先登记党员名册。"),
        (Talk, {}, True, "请在上面选一条，或点“新增”。"),
        (Talk, {}, False, "还没有登记，请点“新增”。"),
        (Talk, {"locked": True}, True, "请在上面选一条。"),
        (Talk, {"locked": True, "elsewhere": "在别处登记。"}, False, "上级党组织没有发来，不用填。"),
        (Talk, {"elsewhere": "在别处登记。"}, True, "请在上面选一条。"),
        (Talk, {"elsewhere": "在别处登记。", "when_needed": True}, False, "在别处登记。"),
        (Talk, {"when_needed": True}, False, "多数支部没有这样的事，不用填。确有需要时，点“新增”。"),
    ],
)
def test_without_an_open_entry_the_form_says_what_to_do(
    kind: type[Any], options: dict[str, Any], lines: bool, hint: str
) -> None:
    listing = EntryListing(kind, Offers(), {}, **options)
    assert listing.hint([], lines=lines) == hint
    assert listing.may_add([]) is (kind is Talk and not {"locked", "elsewhere"} & set(options))


def test_only_a_saved_entry_has_earlier_versions_to_go_back_to() -> None:
    made, _ = form(Talk, Talk(id="t1"))
    made.add()
    typed(made.field("date"), "不知道")
    buttons = [button.description for button in made.page.bar.children]
    assert buttons == ["新增", "移除"]
    made.page.lines.value = "t1"
    buttons = [button.description for button in made.page.bar.children]
    assert buttons == ["新增", "撤销上一次修改", "以前的内容", "移除"]


def test_the_last_change_of_an_entry_is_undone_without_typing_first() -> None:
    shelf = Shelf(Talk(id="t1", place="一楼"))
    shelf.save(Talk(id="t1", place="二楼"), 1)
    made, _ = form(Talk, shelf=shelf)
    made.show_entry("t1")
    made.undo()
    assert shelf.record("t1").place == made.field("place").w.value == "一楼"


def test_an_entry_that_was_removed_elsewhere_is_not_opened() -> None:
    talks, _ = form(Talk, Talk(id="t1"))
    talks.go("t9", {}, ["date"])
    assert talks.id is None
    assert "在别处被移除了" in talks.page.status.value


def test_what_tells_entries_apart_stands_in_their_lines() -> None:
    def line(**fields: Any) -> str:
        record = Meeting.model_validate({"id": "mt1", **fields})
        return EntryListing(Meeting, Offers(), {}).options([StoredEntry("mt1", "会议记录", 1, record, None)], None, "")[
            0
        ][0]

    assert line() == line(round=1) == "会议记录"
    assert line(round=2) == "会议记录（第2轮）"


@pytest.mark.parametrize(("length", "whole"), [(24, True), (25, False)])
def test_the_line_of_an_entry_begins_its_text(length: int, *, whole: bool) -> None:
    text = "通" * length
    entry = StoredEntry("o1", "群众", 1, Opinion(id="o1", text=text), None)
    ((line, key),) = EntryListing(Opinion, Offers(), {}).options([entry], None, "")
    assert key == "o1"
    assert (line == f"群众：{text}") is whole
    assert line.startswith(f"群众：{text[:23]}")
