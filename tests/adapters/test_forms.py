"""Forms without a kernel: set ``.value`` as a browser would, look at what reached the port.

ipywidgets swallows what callbacks raise, so nothing here trusts that no exception came out.
"""

from __future__ import annotations

import ast
import asyncio
import importlib
import json
import logging
import pkgutil
import time as clock
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import ipywidgets as W
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ipywidgets.widgets import widget as widget_module

from orglife import adapters, stages
from orglife.adapters.controls import TextControl
from orglife.adapters.entries import Held, Past
from orglife.adapters.field_groups import GroupControl
from orglife.adapters.fields import OUTSIDE
from orglife.adapters.forms import HeadForm, RecordForm
from orglife.adapters.later import Later
from orglife.core.branch import Branch, Explanation, Member
from orglife.core.characters import is_refused
from orglife.core.errors import NotSaved, SaveConflict
from orglife.core.record import Entry, Outsider, Record, extra_of
from orglife.core.shape import Spec, spec_of
from orglife.stages.appraisal.record import Grade, Tally
from orglife.stages.meeting.record import Meeting, SuperiorComment
from orglife.stages.plan.record import Plan
from orglife.stages.reviews.record import MemberReview, TeamReview
from orglife.stages.talks.record import Talk
from tests.adapters.page import Page

MEMBERS = [(f"m{n:02d}", f"同志{n}") for n in range(1, 13)]
KEYS = {
    "agenda": [("briefing", "书记通报"), ("self_criticism", "自我批评"), ("mutual", "相互批评"), ("summary", "小结")],
    "aspects": [("thought", "思想方面"), ("style", "作风方面")],
    "team_aspects": [("politics", "政治功能"), ("organising", "组织力")],
    "dimensions": [("ideal", "理想信念"), ("duty", "担当")],
    "key_checks": [("privilege", "特权思想"), ("gifts", "收受礼品")],
    "grades": [("excellent", "优秀"), ("qualified", "合格")],
}


class Offers:
    """A branch of twelve."""

    years = (2024,)
    today = date(2024, 2, 20)

    def __init__(self) -> None:
        self.people = list(MEMBERS)
        self.visitors: list[tuple[str, str]] = []

    def members(self) -> Sequence[tuple[str, str]]:
        return self.people

    def guests(self) -> Sequence[tuple[str, str]]:
        return self.visitors

    def problems(self) -> Sequence[tuple[str, str]]:
        return [("m01.p1", "窗口排班不公开")]

    def records(self) -> Sequence[tuple[str, str]]:
        return []

    def branches(self) -> Sequence[tuple[str, str]]:
        return [("b01", "第一党支部")]

    def keys(self, name: str) -> Sequence[tuple[str, str]]:
        return KEYS.get(name, [])


class Shelf:
    """A port in memory with optimistic versions, shared by two windows where a test wants that."""

    who = "王建国"

    def __init__(self, *records: Any) -> None:
        self.kept: dict[str, tuple[int, Any]] = {record.id: (1, record) for record in records}
        self.drafts: dict[str, dict[str, Any]] = {}
        self.ever: dict[str, list[str]] = {}
        self.saves: list[Any] = []
        self.removed: list[str] = []
        self.broken: Exception | None = None
        self.count = 0
        self.history: dict[str, list[Past]] = {i: [self._past(1, r)] for i, (_, r) in self.kept.items()}

    def _past(self, version: int, record: Any) -> Past:
        return Past(version, self.who, f"2024-02-20T06:{version:02d}:00.000000Z", record.to_json())

    def past(self, id: str) -> list[Past]:  # noqa: A002
        return self.history.get(id, [])

    def list(self) -> list[Held]:
        ids = sorted({*self.kept, *self.drafts})
        return [Held(i, f"第{i}条", *self.kept.get(i, (0, None)), self.drafts.get(i)) for i in ids]

    def save(self, record: Any, base: int) -> int:
        if self.broken:
            raise self.broken
        version = self.kept.get(record.id, (0, None))[0]
        if version != base:
            raise SaveConflict(record=record.id)
        self.kept[record.id] = (version + 1, record)
        self.drafts.pop(record.id, None)
        self.saves.append(record)
        self.history.setdefault(record.id, []).append(self._past(version + 1, record))
        return version + 1

    def remove(self, id: str, base: int) -> None:  # noqa: A002
        if self.kept.get(id, (0, None))[0] != base:
            raise SaveConflict(record=id)
        self.kept.pop(id, None)
        self.drafts.pop(id, None)
        self.removed.append(id)

    def draft(self, id: str, fields: Mapping[str, Any]) -> None:  # noqa: A002
        if self.broken:
            raise self.broken
        self.drafts[id] = dict(fields)

    def new_id(self) -> str:
        self.count += 1
        return f"new{self.count}"

    def used(self, id: str) -> Iterable[str]:  # noqa: A002
        return self.ever.get(id, [])

    def record(self, id: str) -> Any:  # noqa: A002
        return self.kept[id][1]


def form(kind: type[Any], *records: Any, shelf: Shelf | None = None, **more: Any) -> tuple[Any, Shelf]:
    shelf = shelf or Shelf(*records)
    choices = more.pop("choices", None) or Offers()
    return RecordForm(kind, shelf, choices=choices, **more), shelf


def every_type() -> list[type[Record]]:
    for module in pkgutil.iter_modules(stages.__path__):
        if module.ispkg and module.name != "whole":  # rules over the whole dossier, no records
            importlib.import_module(f"orglife.stages.{module.name}.record")
    todo, found = [Record], []
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if kind.TYPE and kind.__module__.startswith("orglife."):
            found.append(kind)
    return sorted(found, key=lambda kind: kind.TYPE)


TYPES = every_type()


def typed(control: Any, text: Any) -> None:
    control.w.value = text


# ---------------------------------------------------------------- typing and saving


def test_what_is_typed_reaches_the_port_as_a_record() -> None:
    made, shelf = form(Talk)
    made.add()
    assert shelf.saves == []
    typed(made.field("date"), "２．６")
    typed(made.field("thoughts"), "担心孩子中考。\n上半年加班多。")
    made.field("participants").boxes["m02"].value = True
    made.field("participants").boxes["m01"].value = True
    typed(made.field("initiator"), "m01")
    typed(made.field("start"), "下午两点半")
    assert shelf.record("new1").to_json() == {
        "id": "new1",
        "date": "2024-02-06",
        "participants": ["m01", "m02"],
        "initiator": "m01",
        "thoughts": "担心孩子中考。\n上半年加班多。",
        "start": "14:30",
    }
    assert "✓ 已保存" in made.status.value
    assert "还空着：听取的意见、指出的问题" in made.status.value
    assert "2024年2月6日 星期二" in made.field("date").note.value
    assert "下午2:30（14:30）" in made.field("start").note.value


def test_only_what_cannot_be_read_keeps_it_a_draft() -> None:
    made, shelf = form(Talk)
    made.add()
    typed(made.field("place"), "会议室")
    typed(made.field("date"), "2.31")
    assert shelf.drafts["new1"]["date"] == "2.31"
    assert shelf.drafts["new1"]["place"] == "会议室"
    assert "2024年2月没有31日" in made.field("date").note.value
    assert "of-bad" in made.field("date").box._dom_classes
    assert "需要改正：日期" in made.status.value
    assert "第new1条「未填完」" in [label for label, _ in made.lines.options]
    typed(made.field("date"), "2.21")
    assert shelf.drafts == {}
    assert shelf.record("new1").date == date(2024, 2, 21)
    assert "of-bad" not in made.field("date").box._dom_classes
    assert "⚠" not in made.field("date").note.value


def test_a_draft_is_found_again_as_it_was_typed() -> None:
    made, shelf = form(Talk)
    made.add()
    typed(made.field("date"), "春节前")
    typed(made.field("place"), "会议室")
    again = RecordForm(Talk, shelf, choices=Offers())
    again.lines.value = "new1"
    assert again.field("date").w.value == "春节前"
    assert again.field("place").w.value == "会议室"
    assert "看不出是哪一天" in again.field("date").note.value
    typed(again.field("date"), "2.5")
    assert shelf.record("new1").to_json() == {"id": "new1", "date": "2024-02-05", "place": "会议室"}


def test_a_draft_over_a_record_keeps_the_record_until_it_is_read() -> None:
    made, shelf = form(Talk, Talk(id="t1", place="大厅"))
    made.lines.value = "t1"
    typed(made.field("date"), "哪天来着")
    assert shelf.record("t1").place == "大厅"
    again = RecordForm(Talk, shelf, choices=Offers())
    again.lines.value = "t1"
    assert again.pending == {"date"}
    typed(again.field("date"), "")
    assert shelf.record("t1").to_json() == {"id": "t1", "place": "大厅"}
    assert shelf.drafts == {}


def test_numbers_take_full_width_digits_and_refuse_words() -> None:
    made, shelf = form(Tally)
    typed(made.field("issued"), "１２张")
    assert shelf.record("new1").issued == 12
    typed(made.field("returned"), "都收回了")
    assert shelf.drafts["new1"]["returned"] == "都收回了"
    assert "不是数字" in made.field("returned").note.value


def test_a_tick_box_never_touched_stays_blank() -> None:
    made, shelf = form(Tally)
    typed(made.field("issued"), "1")
    assert not shelf.record("new1").given("secret")
    typed(made.field("secret"), True)
    typed(made.field("secret"), False)
    assert shelf.record("new1").given("secret")
    assert shelf.record("new1").secret is False


def test_an_outsider_is_entered_by_name_and_unit() -> None:
    made, shelf = form(Meeting)
    recorder = made.field("recorder")
    typed(recorder, OUTSIDE)
    typed_unit = recorder.unit
    typed_unit.value = "局办公室"
    assert "请填写外单位人员的姓名" in recorder.note.value
    assert shelf.drafts["new1"]["recorder"] == {"name": "", "unit": "局办公室"}
    recorder.name.value = "周敏"
    assert shelf.record("new1").recorder == Outsider(name="周敏", unit="局办公室")
    typed(recorder, "m03")
    assert shelf.record("new1").recorder == "m03"


def test_a_value_that_no_list_has_stays_and_is_marked() -> None:
    talk = Talk(id="t1", participants=["m01", "m99"], initiator="m99")
    made, shelf = form(Talk, talk)
    made.lines.value = "t1"
    assert made.field("initiator").w.value == "m99"
    assert ("m99（不在名单里）", "m99") in made.field("initiator").w.options
    assert "“m99”不在名单或方案里" in made.field("initiator").note.value
    assert made.field("participants").boxes["m99"].value is True
    assert "of-bad" not in made.field("initiator").box._dom_classes
    typed(made.field("place"), "大厅")
    assert shelf.record("t1").participants == ["m01", "m99"]
    made.field("participants").boxes["m99"].value = False
    assert shelf.record("t1").participants == ["m01"]


def test_the_agenda_keeps_the_order_of_ticking() -> None:
    made, shelf = form(Meeting)
    agenda = made.field("agenda_done")
    for key in ("self_criticism", "briefing", "summary"):
        agenda.boxes[key].value = True
    assert shelf.record("new1").agenda_done == ["self_criticism", "briefing", "summary"]
    assert "1. 自我批评　2. 书记通报　3. 小结" in agenda.told.value


def test_everybody_is_ticked_with_one_save() -> None:
    made, shelf = form(Meeting)
    made.field("present").all.click()
    assert shelf.record("new1").present == [member for member, _ in MEMBERS]
    assert len(shelf.saves) == 1


def test_key_checks_are_answered_key_by_key() -> None:
    made, shelf = form(MemberReview)
    made.lines.value = "+m03"
    made.field("key_checks").drops["gifts"].value = "no"
    assert shelf.record("new1").to_json() == {"id": "new1", "member": "m03", "key_checks": {"gifts": "no"}}


def test_key_checks_keep_their_order() -> None:
    given = {"gifts": "yes", "old_key": "no", "privilege": "no"}
    made, shelf = form(MemberReview, MemberReview(id="r1", member="m01", key_checks=given))
    made.lines.value = "r1"
    typed(made.field("text"), "全文")
    assert list(shelf.record("r1").key_checks.items()) == list(given.items())


def test_open_keys_of_the_campaign_are_offered() -> None:
    made, _ = form(Grade)
    made.lines.value = "+m01"
    assert ("合格", "qualified") in made.field("grade").w.options


def test_the_teams_review_offers_its_own_aspects() -> None:
    made, _ = form(TeamReview)
    made.field("items").add()
    assert ("组织力", "organising") in made.field("items.0.aspect").w.options
    assert set(made.field("items.0").controls) == {"aspect", "fact", "cause", "measure"}


# ---------------------------------------------------------------- rows


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
    assert all(not row.given("excellent") for row in found[1:])
    rows.list_members()
    assert len(shelf.record("new1").rows) == 12


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


# ---------------------------------------------------------------- the list of entries


def test_one_per_dossier_shows_the_form_at_once() -> None:
    made, shelf = form(Plan)
    assert made.lines not in made.box.children
    assert made.add_button not in made.bar.children
    typed(made.field("contents.steps"), "先学习，再谈心。")
    assert shelf.record("new1").contents.steps == "先学习，再谈心。"


def test_two_of_one_are_listed_so_that_one_can_go() -> None:
    made, shelf = form(Plan, Plan(id="p1"), Plan(id="p2"))
    assert made.lines in made.box.children
    made.lines.value = "p1"
    made.remove()
    assert list(shelf.kept) == ["p2"]
    assert made.id == "p2"
    assert made.lines not in made.box.children


def test_a_second_round_gets_its_own_meeting() -> None:
    made, shelf = form(Meeting, Meeting(id="mt1", place="一楼"), begin={"round": 2})
    assert made.lines in made.box.children
    made.add()
    typed(made.field("place"), "二楼")
    assert shelf.record("new1").to_json() == {"id": "new1", "round": 2, "place": "二楼"}
    assert made.add_button not in made.bar.children
    assert "（第2轮）" in made.lines.options[1][0]


def test_each_member_is_a_line() -> None:
    made, shelf = form(Grade, Grade(id="g1", member="m02"), Grade(id="g9", member="m77"))
    labels = [label for label, _ in made.lines.options]
    assert labels[:3] == ["同志1　未填写", "同志2　✓ 已填", "同志3　未填写"]
    assert labels[12:] == ["第g9条"]
    made.lines.value = "+m03"
    typed(made.field("opinion"), "同意。")
    assert shelf.record("new1").to_json() == {"id": "new1", "member": "m03", "opinion": "同意。"}
    assert made.lines.options[2] == ("同志3　✓ 已填", "new1")
    made.lines.value = "g1"
    typed(made.field("feedback_on"), "不知道")
    assert made.lines.options[1][0] == "同志2　未填完"


def test_removing_asks_once_more() -> None:
    made, shelf = form(Talk, Talk(id="t1", place="大厅"))
    made.lines.value = "t1"
    made.remove_button.click()
    assert shelf.removed == []
    assert made.confirm in made.bar.children
    assert "历史里留着" in made.question.value
    made.confirm.children[2].click()
    assert made.confirm not in made.bar.children
    made.remove_button.click()
    made.confirm.children[1].click()
    assert shelf.removed == ["t1"]
    assert "✓ 已移除" in made.status.value
    assert made.lines.options == ()


def test_removing_what_another_window_changed_is_not_done() -> None:
    made, shelf = form(Talk, Talk(id="t1", place="大厅"))
    made.lines.value = "t1"
    shelf.save(Talk(id="t1", place="三楼"), 1)
    made.remove()
    assert shelf.removed == []
    assert made.field("place").w.value == "三楼"
    assert "没有移除" in made.status.value


def test_a_choice_of_lines_saves_what_was_pending_first() -> None:
    made, shelf = form(Talk, Talk(id="t1"), Talk(id="t2"))
    made.lines.value = "t1"
    shelf.broken = NotSaved(what="磁盘满")
    typed(made.field("place"), "大厅")
    made.lines.value = "t2"
    assert made.id == "t1"
    assert made.lines.value == "t1"
    assert "⚠ 没有保存成功，请不要关闭窗口" in made.status.value
    assert "磁盘满" in made.status.value
    shelf.broken = None
    made.lines.value = "t2"
    assert shelf.record("t1").place == "大厅"
    assert made.id == "t2"


def test_the_head_form_keeps_one_object() -> None:
    shelf = Shelf(Branch(id="b01", name="第一党支部"))
    made = HeadForm(Branch, shelf, choices=Offers())
    typed(made.field("superior"), "机关党总支")
    assert shelf.record("b01").to_json() == {"id": "b01", "name": "第一党支部", "superior": "机关党总支"}
    assert made.remove_button not in made.bar.children


def test_new_entries_begin_with_what_is_known() -> None:
    made, shelf = form(Talk, begin={"mode": "phone"})
    made.add()
    assert made.field("mode").w.value == "phone"
    typed(made.field("place"), "电话")
    assert shelf.record("new1").mode == "phone"


# ---------------------------------------------------------------- two windows, failures, callbacks


def test_two_windows_are_merged_field_by_field() -> None:
    shelf = Shelf(Talk(id="t1", place="大厅", thoughts="旧"))
    one, two = (RecordForm(Talk, shelf, choices=Offers()) for _ in range(2))
    one.lines.value = two.lines.value = "t1"
    typed(two.field("thoughts"), "另一个窗口写的")
    typed(one.field("place"), "三楼")
    assert shelf.record("t1").to_json() == {"id": "t1", "place": "三楼", "thoughts": "另一个窗口写的"}
    assert "另一个窗口" in one.status.value
    assert one.field("thoughts").w.value == "另一个窗口写的"
    typed(one.field("start"), "9:00")
    assert "另一个窗口" not in one.status.value


def test_what_two_windows_wrote_into_one_field_is_shown_side_by_side() -> None:
    shelf = Shelf(Talk(id="t1", thoughts="旧", place="大厅"))
    one, two = (RecordForm(Talk, shelf, choices=Offers()) for _ in range(2))
    one.lines.value = two.lines.value = "t1"
    typed(two.field("thoughts"), "另一个窗口写的")
    typed(one.field("thoughts"), "这里写的")
    assert shelf.record("t1").thoughts == "这里写的"
    assert "也改了交流思想，两份都在下面" in one.status.value
    (clash,) = one.clash.box.children
    assert "这里写的" in clash.children[0].value
    assert "另一个窗口写的" in clash.children[0].value
    clash.children[1].children[1].click()
    assert shelf.record("t1").thoughts == "另一个窗口写的"
    assert one.clash.box.children == ()


def test_two_windows_that_wrote_the_same_are_not_asked() -> None:
    shelf = Shelf(Talk(id="t1", thoughts="旧"))
    one, two = (RecordForm(Talk, shelf, choices=Offers()) for _ in range(2))
    one.lines.value = two.lines.value = "t1"
    typed(two.field("thoughts"), "新")
    typed(one.field("thoughts"), "新")
    assert one.clash.box.children == ()


def test_a_change_is_undone_step_by_step_and_nothing_is_lost() -> None:
    made, shelf = form(Talk, Talk(id="t1", place="一楼"))
    made.lines.value = "t1"
    for place in ("二楼", "三楼"):
        typed(made.field("place"), place)
    made.undo_button.click()
    assert (shelf.record("t1").place, made.field("place").w.value) == ("二楼", "二楼")
    assert "✓ 已撤销，回到" in made.status.value
    made.undo_button.click()
    assert shelf.record("t1").place == "一楼"
    made.undo_button.click()
    assert "没有更早的内容了" in made.status.value
    assert [one.body["place"] for one in shelf.past("t1")] == ["一楼", "二楼", "三楼", "二楼", "一楼"]
    typed(made.field("place"), "四楼")
    made.undo_button.click()
    assert shelf.record("t1").place == "一楼"


def test_an_unfinished_entry_is_undone_to_its_record() -> None:
    made, shelf = form(Talk, Talk(id="t1", place="一楼"))
    made.lines.value = "t1"
    typed(made.field("date"), "哪天")
    made.undo_button.click()
    assert shelf.drafts == {}
    assert made.field("date").w.value == ""
    assert shelf.record("t1").place == "一楼"


def test_earlier_versions_are_shown_with_who_and_when_and_brought_back() -> None:
    made, shelf = form(Talk, Talk(id="t1", participants=["m01", "m02"], mode="phone"))
    made.lines.value = "t1"
    made.field("participants").boxes["m03"].value = True
    made.past_button.click()
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


def test_two_windows_with_unfinished_entries_lose_nothing() -> None:
    shelf = Shelf(Talk(id="t1"))
    one, two = (RecordForm(Talk, shelf, choices=Offers()) for _ in range(2))
    one.lines.value = two.lines.value = "t1"
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
    one.lines.value, two.lines.value, three.lines.value = "+m01", "+m02", "+m01"
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


def test_what_can_be_chosen_is_asked_for_once() -> None:
    class Counting(Offers):
        asked = 0

        def members(self) -> Sequence[tuple[str, str]]:
            self.asked += 1
            return super().members()

    choices = Counting()
    made, _ = form(Meeting, choices=choices)
    made.field("speeches").list_members()
    typed(made.field("place"), "大厅")
    assert choices.asked <= 3


def test_removed_elsewhere_is_saved_again_and_said() -> None:
    made, shelf = form(Talk, Talk(id="t1", place="大厅"))
    made.lines.value = "t1"
    shelf.remove("t1", 1)
    typed(made.field("thoughts"), "还在写")
    assert shelf.record("t1").to_json() == {"id": "t1", "place": "大厅", "thoughts": "还在写"}
    assert "在别处被移除" in made.status.value


def test_a_failed_save_keeps_everything_and_says_so() -> None:
    made, shelf = form(Talk)
    made.add()
    shelf.broken = OSError("/home/somebody/secret")
    typed(made.field("place"), "大厅")
    assert "⚠ 没有保存成功，请不要关闭窗口" in made.status.value
    assert "secret" not in made.status.value
    shelf.broken = None
    assert made.flush()
    assert shelf.record("new1").place == "大厅"


def test_a_callback_that_fails_shows_a_code_and_logs_nothing_personal(caplog: pytest.LogCaptureFixture) -> None:
    made, _ = form(Talk)
    made.add()

    def broken(_value: str) -> Any:
        raise TypeError("韩守田说的话")

    made.field("participants")._with = broken
    with caplog.at_level(logging.ERROR):
        made.field("participants").boxes["m01"].value = True
    assert "⚠ 这一步没有完成（编号E" in made.status.value
    assert "talk: TypeError" in caplog.text
    assert "韩守田" not in caplog.text
    assert "Traceback" not in caplog.text


def test_findings_hear_of_every_save_and_cannot_break_it(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []
    made, shelf = form(Talk, on_saved=lambda: heard.append("x"))
    made.add()
    typed(made.field("place"), "大厅")
    typed(made.field("date"), "哪天")
    made.remove()
    assert len(heard) == 3
    made, shelf = form(Talk, on_saved=lambda: heard[99])
    made.add()
    with caplog.at_level(logging.ERROR):
        typed(made.field("place"), "大厅")
    assert shelf.record("new1").place == "大厅"
    assert "IndexError" in caplog.text


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
    made.lines.value = "t1"
    shelf.save(Talk(id="t1", place="三楼"), 1)
    made.refresh()
    assert made.field("place").w.value == "三楼"
    typed(made.field("date"), "哪天")
    shelf.save(Talk(id="t1", place="四楼"), 2)
    made.refresh()
    assert made.field("date").w.value == "哪天"
    typed(made.field("date"), "2.5")
    assert shelf.record("t1").to_json() == {"id": "t1", "date": "2024-02-05", "place": "四楼"}


def test_a_page_that_stays_keeps_its_parts_in_place() -> None:
    """Parts that are taken out and put back lose the cursor of whoever types in them."""
    for kind in (Talk, Grade, Plan):
        made, _ = form(kind)
        if kind is Talk:
            made.add()
        elif kind is Grade:
            made.lines.value = "+m01"
        before = made.box.children
        typed(made.field("date" if kind is Talk else "opinion" if kind is Grade else "contents.steps"), "2.5")
        assert made.box.children == before
        assert made.remove_button in made.bar.children


def test_what_was_received_is_only_shown() -> None:
    made, shelf = form(Talk, Talk(id="t1", participants=["m01"]), locked=True)
    made.lines.value = "t1"
    assert made.bar.children == ()
    inputs = [w for w in _all(made._root().box) if w.has_trait("disabled")]
    assert inputs
    assert all(w.disabled for w in inputs)
    assert shelf.saves == []


def test_typing_waits_for_a_pause_inside_a_kernel() -> None:
    async def scene() -> tuple[int, int]:
        made, shelf = form(Talk, delay=0.05)
        made.add()
        for text in ("大", "大厅", "大厅三楼"):
            typed(made.field("place"), text)
        assert "正在保存" in made.status.value
        before = len(shelf.saves)
        await asyncio.sleep(0.2)
        return before, len(shelf.saves)

    assert asyncio.run(scene()) == (0, 1)


def test_special_controls_take_the_place_of_the_usual_ones() -> None:
    class Shout(TextControl):
        def read(self, path: Any, problems: Any) -> Any:
            return self.w.value.upper() or None

    made, shelf = form(Talk, special={"place": Shout}, hide={"mode"})
    made.add()
    typed(made.field("place"), "b12")
    assert shelf.record("new1").place == "B12"
    assert "mode" not in made._root().controls


def test_the_page_is_safe_from_what_was_typed() -> None:
    evil = '<script>alert("1")</script>'
    choices = Offers()
    choices.people = [("m01", evil)]
    made, shelf = form(Talk, choices=choices)
    made.add()
    typed(made.field("date"), evil)
    assert shelf.drafts["new1"]["date"] == evil
    pages = [w.value for w in _all(made.box) if isinstance(w, W.HTML)]
    assert not any("<script" in page for page in pages)


# ---------------------------------------------------------------- every type


def _all(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _all(child)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.TYPE)
def test_every_type_has_a_form(kind: type[Record]) -> None:
    made, _ = form(kind)
    if made.id is None:
        made.add()
    shown = {name for name, info in kind.model_fields.items() if not extra_of(info)["derived"] and name != "id"}
    assert set(made._root().controls) == shown
    for name, control in made._root().controls.items():
        assert f"of-f-{name}" in {c for w in _all(control.box) for c in w._dom_classes}
        assert f"of-e-{name}" in control.note._dom_classes


CHARS = st.characters(exclude_categories=["Cs", "Cc"]).filter(lambda char: not is_refused(char))
TEXT = st.text(CHARS, min_size=1, max_size=20).filter(str.strip)
WORDS = st.lists(TEXT, min_size=1, max_size=3).map("\n".join)
IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,9}", fullmatch=True)
OUTSIDERS = st.fixed_dictionaries({"name": TEXT}, optional={"unit": TEXT})
KNOWN = {"ticks": ["m01", "m05", "thought", "briefing"], "choice": ["m02", "b01", "m01.p1", "committee"]}


def json_of(kind: type[Entry]) -> st.SearchStrategy[dict[str, Any]]:
    """JSON that the type accepts, any field present or not."""
    optional = {name: value_of(spec_of(name, info), info.annotation) for name, info in kind.model_fields.items()}
    required = {"id": IDS} if "id" in optional else {}
    optional = {name: value for name, value in optional.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional)


def literals(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [found for part in get_args(annotation) for found in literals(part)]


def value_of(spec: Spec, annotation: Any) -> st.SearchStrategy[Any]:
    person = st.one_of(IDS, st.sampled_from(["m01", "m02"]), OUTSIDERS)
    choice = st.sampled_from(literals(annotation)) if literals(annotation) else st.sampled_from(KNOWN["choice"]) | TEXT
    many = choice if literals(annotation) else st.sampled_from(KNOWN["ticks"]) | TEXT
    simple = {
        "day": st.dates().map(date.isoformat),
        "clock": st.times().map(lambda t: t.strftime("%H:%M")),
        "count": st.integers(min_value=1 if spec.name == "round" else 0),
        "tick": st.booleans(),
        "lines": WORDS,
        "text": IDS if "Ident" in str(annotation) or spec.name in ("id", "subject") else TEXT,
        "strings": st.lists(IDS, max_size=3),
        "choice": choice,
        "person": person,
        "people": st.lists(person, max_size=3),
        "ticks": st.lists(many, max_size=4),
        "map": st.dictionaries(
            st.sampled_from(["privilege", "gifts"]) | TEXT, st.sampled_from(["yes", "no"]), max_size=3
        ),
    }
    if spec.kind in simple:
        return simple[spec.kind]
    assert spec.item is not None
    inner = json_of(spec.item)
    return st.lists(inner, max_size=3) if spec.kind == "rows" else inner


@pytest.mark.parametrize("kind", [Branch, *TYPES], ids=lambda kind: kind.__name__)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_form_and_record_are_inverse(kind: type[Any], data: st.DataObject) -> None:
    record = kind.model_validate(data.draw(json_of(kind)))
    shelf = Shelf(record)
    made = (HeadForm if kind is Branch else RecordForm)(kind, shelf, choices=Offers())
    if made.id is None:
        made.open(record.id)
    assert made.check() == record
    assert json.dumps(made.check().to_json()) == json.dumps(record.to_json())
    raw = made._raw()
    made._fill(raw)
    assert json.dumps(made.check().to_json()) == json.dumps(record.to_json())
    assert made._raw() == raw


# ---------------------------------------------------------------- the size of a form, the shape of the module


def test_a_meeting_of_twelve_is_light() -> None:
    texts = {"member": "m01", "order": 1, "self_criticism": True, "points": "说到请假的事。"}
    meeting = Meeting.model_validate(
        {
            "id": "mt1",
            "present": [member for member, _ in MEMBERS[:11]],
            "absent": [{"member": "m12", "reason": "住院", "approved_by": "m01", "approved_on": "2024-02-20"}],
            "guests": [{"id": "mt1.g1", "name": "林处", "unit": "局机关党委", "capacity": "superior"}],
            "agenda_done": ["briefing", "self_criticism"],
            "speeches": [texts | {"member": f"m{n:02d}", "order": n} for n in range(1, 12)],
        }
    )
    before, start = len(widget_module._instances), clock.perf_counter()
    form(Meeting, meeting)
    seconds, widgets = clock.perf_counter() - start, len(widget_module._instances) - before
    assert widgets < 400
    assert seconds < 1.5


@pytest.mark.parametrize(
    "name", ["forms", "keeping", "later", "board", "past", "fields", "controls", "field_groups", "grid", "grid_rows"]
)
def test_no_callback_goes_unguarded(name: str) -> None:
    """ipywidgets swallows what a callback raises, so each must go through ``guard``."""
    path = Path(adapters.__path__[0]) / f"{name}.py"
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    risky = {"observe": 0, "on_msg": 0, "on_click": 0, "on_submit": 0, "call_later": 1, "call_soon": 0}
    seen = 0
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in risky:
            action = call.args[risky[call.func.attr]]
            assert isinstance(action, ast.Call), f"{path.name}:{call.lineno}"
            assert ast.unparse(action.func).endswith("guard"), f"{path.name}:{call.lineno}"
            seen += 1
    assert seen or name in ("field_groups", "controls", "grid_rows", "board", "keeping")


def test_a_field_of_each_kind_is_recognised() -> None:
    kinds = {name: spec_of(name, info).kind for name, info in Meeting.model_fields.items()}
    assert kinds["date"] == "day"
    assert kinds["start"] == "clock"
    assert kinds["place"] == "text"
    assert kinds["mode"] == "choice"
    assert kinds["recorder"] == "person"
    assert kinds["present"] == "ticks"
    assert kinds["absent"] == "rows"
    assert kinds["briefing"] == "object"
    assert kinds["completed"] == "tick"
    assert spec_of("subjects", Explanation.model_fields["subjects"]).kind == "strings"
    assert spec_of("name", Member.model_fields["name"]).kind == "text"


def test_groups_show_core_fields_and_fold_the_rest() -> None:
    made, _ = form(Meeting)
    root: GroupControl = made._root()
    assert root.folded[:4] == ["start", "end", "planned_start", "mode"]
    assert root.fold.selected_index is None
    assert root.fold.get_title(0).startswith("更多：开始、结束")
    typed(made.field("start"), "饭后")
    assert root.fold.selected_index == 0


def test_what_still_waits_is_saved_when_the_program_ends() -> None:
    async def scene() -> Shelf:
        made, shelf = form(Talk, delay=60)
        made.add()
        typed(made.field("place"), "大厅")
        assert shelf.saves == []
        Later.finish()
        return shelf

    assert asyncio.run(scene()).record("new1").place == "大厅"
