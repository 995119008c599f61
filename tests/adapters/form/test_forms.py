"""Forms without a kernel: set ``.value`` as a browser would, look at what reached the port.

ipywidgets swallows what callbacks raise, so nothing here trusts that no exception came out.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import ipywidgets as W
import pytest

from orglife.adapters.field.context import OUTSIDE
from orglife.adapters.field.later import Later
from orglife.adapters.field.messages import status_html
from orglife.adapters.form.form import RecordForm
from orglife.adapters.form.groups import GroupControl
from orglife.core.record.record import Outsider
from orglife.stages.appraisal.record import Grade, Tally
from orglife.stages.meeting.record import Meeting
from orglife.stages.reviews.record import MemberReview, TeamReview
from orglife.stages.talks.record import Talk
from tests.adapters.print.shelf import MEMBERS, Offers, Shelf, every_widget, form, typed
from tests.marks import thorough


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
    assert "✓ 已保存" in made.page.status.value
    assert "还空着：听取的意见、指出的问题" in made.page.status.value
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
    assert "需要改正：日期" in made.page.status.value
    assert "第new1条（未填完）" in [label for label, _ in made.page.lines.options]
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
    again.page.lines.value = "new1"
    assert again.field("date").w.value == "春节前"
    assert again.field("place").w.value == "会议室"
    assert "看不出是哪一天" in again.field("date").note.value
    typed(again.field("date"), "2.5")
    assert shelf.record("new1").to_json() == {"id": "new1", "date": "2024-02-05", "place": "会议室"}


def test_a_draft_over_a_record_keeps_the_record_until_it_is_read() -> None:
    made, shelf = form(Talk, Talk(id="t1", place="大厅"))
    made.page.lines.value = "t1"
    typed(made.field("date"), "哪天来着")
    assert shelf.record("t1").place == "大厅"
    again = RecordForm(Talk, shelf, choices=Offers())
    again.page.lines.value = "t1"
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
    assert not shelf.record("new1").is_set("secret")
    typed(made.field("secret"), True)
    typed(made.field("secret"), False)
    assert shelf.record("new1").is_set("secret")
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
    made.page.lines.value = "t1"
    assert made.field("initiator").w.value == "m99"
    assert ("已移除的一项", "m99") in made.field("initiator").w.options
    assert "列表里已经没有了" in made.field("initiator").note.value
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
    assert "1. 自我批评　2. 书记通报　3. 小结" in agenda.order_note.value


def test_everybody_is_ticked_with_one_save() -> None:
    made, shelf = form(Meeting)
    made.field("present").all.click()
    assert shelf.record("new1").present == [member for member, _ in MEMBERS]
    assert len(shelf.saves) == 1


def test_key_checks_are_answered_key_by_key() -> None:
    made, shelf = form(MemberReview)
    made.page.lines.value = "+m03"
    made.field("key_checks").drops["gifts"].value = "no"
    assert shelf.record("new1").to_json() == {"id": "new1", "member": "m03", "key_checks": {"gifts": "no"}}


def test_key_checks_keep_their_order() -> None:
    given = {"gifts": "yes", "old_key": "no", "privilege": "no"}
    made, shelf = form(MemberReview, MemberReview(id="r1", member="m01", key_checks=given))
    made.page.lines.value = "r1"
    typed(made.field("text"), "全文")
    assert list(shelf.record("r1").key_checks.items()) == list(given.items())


def test_open_keys_of_the_campaign_are_offered() -> None:
    made, _ = form(Grade)
    made.page.lines.value = "+m01"
    assert ("合格", "qualified") in made.field("grade").w.options


def test_the_teams_review_offers_its_own_aspects() -> None:
    made, _ = form(TeamReview)
    made.field("items").add()
    assert ("组织力", "organising") in made.field("items.0.aspect").w.options
    assert set(made.field("items.0").controls) == {"aspect", "fact", "cause", "measure"}


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


def test_a_failed_save_keeps_everything_and_says_so() -> None:
    made, shelf = form(Talk)
    made.add()
    shelf.broken = OSError("/home/somebody/secret")
    typed(made.field("place"), "大厅")
    assert "⚠ 没有保存成功，请不要关闭窗口" in made.page.status.value
    assert "secret" not in made.page.status.value
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
    assert "⚠ 这一步没有完成（编号E" in made.page.status.value
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


def test_typing_waits_for_a_pause_inside_a_kernel() -> None:
    async def scene() -> tuple[int, int]:
        made, shelf = form(Talk, delay=0.05)
        made.add()
        for text in ("大", "大厅", "大厅三楼"):
            typed(made.field("place"), text)
        assert "正在保存" in made.page.status.value
        before = len(shelf.saves)
        await asyncio.sleep(0.2)
        return before, len(shelf.saves)

    assert asyncio.run(scene()) == (0, 1)


def test_the_page_is_safe_from_what_was_typed() -> None:
    evil = '<script>alert("1")</script>'
    choices = Offers()
    choices.people = [("m01", evil)]
    made, shelf = form(Talk, choices=choices)
    made.add()
    typed(made.field("date"), evil)
    assert shelf.drafts["new1"]["date"] == evil
    pages = [w.value for w in every_widget(made.box) if isinstance(w, W.HTML)]
    assert not any("<script" in page for page in pages)


def test_groups_show_core_fields_and_fold_the_rest() -> None:
    made, _ = form(Meeting)
    root: GroupControl = made._root()
    assert root.folded[:4] == ["start", "end", "planned_start", "mode"]
    assert root.fold.selected_index is None
    assert root.fold.get_title(0).startswith("更多：开始、结束")
    typed(made.field("start"), "饭后")
    assert root.fold.selected_index == 0


@thorough
def test_the_title_of_a_folded_part_is_cut_after_forty_characters() -> None:
    root: GroupControl = form(Meeting)[0]._root()
    root.folded = ["start"]
    start = root.controls["start"]
    for label, title in (("开" * 40, "开" * 40), ("开" * 41, "开" * 40 + "…")):
        start.spec = replace(start.spec, label=label)
        assert root._fold_title() == f"更多：{title}"


def test_a_button_says_what_its_words_alone_do_not() -> None:
    ctx = form(Meeting)[0].ctx
    assert ctx.button("移除", lambda: None).tooltip == "移除"
    assert ctx.button("加一项", lambda: None, tooltip="在“学习”方面加一项").tooltip == "在“学习”方面加一项"


@pytest.mark.parametrize(
    ("lines", "options", "html"),
    [
        (("⚠ 没有",), {}, '<div class="of-status of-bad" role="status">⚠ 没有</div>'),
        (("✓ 好",), {}, '<div class="of-status of-good" role="status">✓ 好</div>'),
        (("好<",), {}, '<div class="of-status of-calm" role="status">好&lt;</div>'),
        (("",), {"entry": "t1"}, '<div class="of-status of-calm" role="status" data-entry="t1"></div>'),
        (
            ("✓ 一", "二"),
            {"mark": "half"},
            '<div class="of-status of-half" role="status"><div>✓ 一</div><div>二</div></div>',
        ),
    ],
)
def test_a_status_line_has_the_tone_of_its_mark(lines: tuple[str, ...], options: dict[str, str], html: str) -> None:
    assert status_html(*lines, **options) == html


def test_what_still_waits_is_saved_when_the_program_ends() -> None:
    async def scene() -> Shelf:
        made, shelf = form(Talk, delay=60)
        made.add()
        typed(made.field("place"), "大厅")
        assert shelf.saves == []
        Later.finish()
        return shelf

    assert asyncio.run(scene()).record("new1").place == "大厅"
