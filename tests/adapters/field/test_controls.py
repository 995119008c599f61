"""One control each, without a form: what it shows, what it reads, and what it offers."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.adapters.field.context import OUTSIDE, Context
from orglife.adapters.field.controls import SIMPLE
from orglife.core.record.shape import Spec
from tests.adapters.print.shelf import Offers

LABELS = {"a": "甲", "b": "乙", "c": "丙"}


class Made:
    """A control, and the fields that were reported as typed."""

    def __init__(self, kind: str, *, people: list[tuple[str, str]] | None = None, **about: Any) -> None:
        self.typed: list[str] = []
        choices = Offers()
        choices.people = choices.people if people is None else people
        ctx = Context(choices, changed=self.typed.append, say=lambda _: None, fresh_id=lambda letter: letter)
        self.control: Any = SIMPLE[kind](Spec(path=("x",), kind=kind, label="样", **about), ctx)

    def read(self) -> Any:
        problems: list[Any] = []
        value = self.control.read(("x",), problems)
        assert problems == []
        return value


@pytest.mark.parametrize(
    ("text", "lines"), [("", None), (" \n ", None), ("甲", ["甲"]), (" 甲 \n\n乙\n", ["甲", "乙"])]
)
def test_a_list_of_texts_is_read_line_by_line(text: str, lines: list[str] | None) -> None:
    made = Made("strings")
    made.control.w.value = text
    assert (made.read(), made.typed) == (lines, ["x"] if text else [])


@pytest.mark.parametrize(
    ("people", "labels"),
    [
        ([("m1", "王芳"), ("m2", "李强")], ["王芳", "李强"]),
        ([("m1", "王芳"), ("m2", "李强"), ("m3", "王芳")], ["王芳（m1）", "李强", "王芳（m3）"]),
    ],
)
def test_people_of_one_name_are_told_apart_by_their_ids(people: list[tuple[str, str]], labels: list[str]) -> None:
    made = Made("choice", ref="member", people=people)
    assert [label for label, _ in made.control.w.options][1:] == labels


@pytest.mark.parametrize(
    ("value", "raw", "read"),
    [
        (None, "", None),
        ("m01", "m01", "m01"),
        ({"name": "林处", "unit": "局党组"}, {"name": "林处", "unit": "局党组"}, {"name": "林处", "unit": "局党组"}),
        ({"name": "林处"}, {"name": "林处", "unit": ""}, {"name": "林处"}),
        ({}, {"name": "", "unit": ""}, None),
    ],
)
def test_a_person_is_a_member_or_somebody_from_another_unit(value: Any, raw: Any, read: Any) -> None:
    made = Made("person", ref="person")
    made.control.put(value)
    assert (made.control.raw(), made.read(), made.typed) == (raw, read, [])
    assert (len(made.control.box.children) == 2) is isinstance(value, dict)
    made.control.put("m02")
    assert (made.read(), len(made.control.box.children)) == ("m02", 1)
    made.control.select.value = OUTSIDE
    assert (len(made.control.box.children), made.typed) == (2, ["x"])


def test_a_unit_without_a_name_is_no_person_yet() -> None:
    made, problems = Made("person", ref="person"), list[Any]()
    made.control.put({"unit": "局党组"})
    assert made.control.read(("x",), problems) is None
    assert problems == [(("x",), "请填写外单位人员的姓名。")]


@pytest.mark.parametrize(
    ("labels", "everybody", "button"),
    [(LABELS, True, True), ({"a": "甲"}, True, False), ({}, True, False), (LABELS, False, False)],
)
def test_all_can_be_ticked_at_once_where_there_are_several(
    labels: dict[str, str], *, everybody: bool, button: bool
) -> None:
    made = Made("ticks", labels=labels, everybody=everybody)
    assert (made.control.all is not None) is button
    shown = [getattr(child, "value", None) for child in made.control.flow.children]
    assert any("没有可选的项" in str(value) for value in shown) is (not labels)
    if button:
        made.control.all.click()
        assert (made.read(), made.typed) == (["a", "b", "c"], ["x"])


@pytest.mark.parametrize(
    ("before", "ordered", "after"),
    [
        ([], False, ["b"]),
        (["c"], False, ["b", "c"]),
        (["c"], True, ["c", "b"]),
        (["c", "a"], False, ["c", "a", "b"]),
        (["a", "old"], False, ["a", "old", "b"]),
        (["old", "c"], False, ["old", "b", "c"]),
        (["b"], False, ["b"]),
    ],
)
def test_a_tick_stands_in_the_order_of_the_options_unless_the_order_is_somebodys(
    before: list[str], *, ordered: bool, after: list[str]
) -> None:
    made = Made("ticks", labels=LABELS, ordered=ordered)
    made.control.put(before)
    made.control.boxes["b"].value = True
    assert made.read() == after
    made.control.boxes["b"].value = False
    assert made.read() == ([key for key in before if key != "b"] or None)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ({}, None),
        ({"privilege": "yes"}, {"privilege": "yes"}),
        ({"old": "no", "gifts": "yes"}, {"old": "no", "gifts": "yes"}),
    ],
)
def test_a_choice_for_each_key_keeps_what_is_not_offered_any_more(value: dict[str, str], read: Any) -> None:
    made = Made("map", lists=("key_checks",), labels={"yes": "有", "no": "无"})
    made.control.put(value)
    assert (made.read(), list(made.control.drops)[:2]) == (read, ["privilege", "gifts"])
    made.control.drops["privilege"].value = "no"
    assert (made.read()["privilege"], made.typed) == ("no", ["x"])
