"""A character that no paper may hold is told beside its field, and no record takes it in."""

from __future__ import annotations

from orglife.stages.meeting.record import Meeting
from orglife.stages.talks.record import Talk
from tests.adapters.print.shelf import form, typed


def test_the_field_says_where_it_stands() -> None:
    made, shelf = form(Talk)
    made.add()
    typed(made.field("place"), "会议\u202e室")
    typed(made.field("thoughts"), "一\n谈\x07心")
    assert shelf.kept == {}
    assert "第3个字是看不见的格式字符，会打乱文字的次序。请删去后重新输入。" in made.field("place").note.value
    assert "第2行第2个字是看不见的" in made.field("thoughts").note.value
    typed(made.field("place"), "会议室")
    typed(made.field("thoughts"), "谈心")
    assert shelf.record("new1").to_json() == {"id": "new1", "place": "会议室", "thoughts": "谈心"}


def test_the_name_of_somebody_from_outside_too() -> None:
    made, shelf = form(Meeting)
    made.add()
    recorder = made.field("recorder")
    recorder.put({"name": "王\ue863", "unit": "局"})
    made.ctx.changed("recorder")
    made.flush()
    assert shelf.kept == {}
    assert "自造字" in recorder.note.value
    assert "这里要填文字" not in recorder.note.value
