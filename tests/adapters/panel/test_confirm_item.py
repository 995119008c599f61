"""One item of a notice to confirm: its buttons, and the sentences offered for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as W
import pytest

from orglife.adapters.field.context import Context
from orglife.adapters.panel.confirm_item import ItemWidgets
from orglife.adapters.panel.confirm_port import Item

PARTS = (("day", "text", "日期", "2月5日"), ("list", "lines", "内容", "甲\n乙"))
SENTENCES = tuple((n, f"第{n}句。" + "长" * n, f"二（{n}）") for n in (7, 95, 96))


class Page:
    """Notes what the buttons call."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def act(self, action: Callable[[], Any]) -> None:
        action()

    def demands(self) -> list[tuple[str, str]]:
        return [("必谈", "talks.team_pairs")]

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: self.calls.append((name, *arguments))


def widgets(item: Item, *, editing: bool = False) -> tuple[Page, list[Any]]:
    page = Page()
    ctx = Context(choices=None, changed=lambda _: None, say=lambda _: None, fresh_id=str)  # type: ignore[arg-type]
    return page, list(ItemWidgets(ctx, page).widgets(item, editing=editing))  # type: ignore[arg-type]


def item(**more: Any) -> Item:
    return Item(**{"key": "k", "label": "会期", "shown": "2月", "note": "", "state": "", "kind": "fact", **more})


def buttons(rows: list[Any]) -> list[Any]:
    return [each for row in rows for each in (row, *getattr(row, "children", ())) if isinstance(each, W.Button)]


@pytest.mark.parametrize(
    ("of", "names"),
    [
        ({}, ["确认", "通知没有写"]),
        ({"kind": "demand"}, ["确认", "划去"]),
        ({"parts": PARTS}, ["确认", "通知没有写", "更正"]),
        ({"kind": "blank", "shown": ""}, ["通知没有写"]),
        ({"kind": "blank", "shown": "", "parts": PARTS}, ["通知没有写", "自己填"]),
        ({"kind": "unread"}, ["留给支部打勾", "不列入", "就是这项要求"]),
        ({"state": "已确认"}, ["撤回这一项"]),
        ({"state": "已确认", "kind": "blank", "parts": PARTS}, ["自己填", "撤回这一项"]),
        ({"candidates": SENTENCES}, ["确认", "通知没有写", "用第1句", "用第2句", "用第3句"]),
        ({"candidates": SENTENCES, "state": "已确认"}, ["撤回这一项"]),
        ({"candidates": SENTENCES[:1], "adds": True}, ["确认", "通知没有写", "加上第1句"]),
        ({"candidates": SENTENCES[:1], "adds": True, "shown": ""}, ["确认", "通知没有写", "用第1句"]),
        ({"candidates": SENTENCES[:1], "adds": True, "state": "已确认"}, ["撤回这一项", "加上第1句"]),
    ],
)
def test_an_item_offers_what_can_still_be_decided(of: dict[str, Any], names: list[str]) -> None:
    assert [button.description for button in buttons(widgets(item(**of))[1])] == names


def test_each_button_hands_on_its_decision() -> None:
    page, rows = widgets(item(parts=PARTS, candidates=SENTENCES))
    for button in buttons(rows):
        button.click()
    assert page.calls == [
        ("decide", "k", "confirmed"),
        ("decide", "k", "struck"),
        ("edit", "k"),
        *(("take_sentence", "k", number) for number in (7, 95, 96)),
    ]
    page, rows = widgets(item(kind="unread"))
    (choice,) = [each for each in rows[1].children if isinstance(each, W.Dropdown)]
    choice.value = "talks.team_pairs"
    for button in buttons(rows):
        button.click()
    assert [call[2:] for call in page.calls] == [("check",), ("left",), ("demand", "talks.team_pairs")]
    page, rows = widgets(item(state="已确认"))
    buttons(rows)[0].click()
    assert page.calls == [("reopen", "k")]


def test_a_correction_hands_on_every_part() -> None:
    page, rows = widgets(item(parts=PARTS, candidates=SENTENCES), editing=True)
    day, lines = rows[1:3]
    assert (type(day), type(lines)) == (W.Text, W.Textarea)
    lines.value = "丙"
    save, stop = buttons(rows)
    save.click()
    stop.click()
    assert page.calls == [("save_edit", "k", {"day": "2月5日", "list": "丙"}), ("edit", "")]


@pytest.mark.parametrize(
    ("of", "tone", "ask"),
    [
        ({}, "oc-open", "或者从通知里点选"),
        ({"sure": False}, "oc-unsure", "或者从通知里点选"),
        ({"kind": "blank"}, "oc-blank", "最可能写着这一项的三句"),
        ({"adds": True}, "oc-open", "还缺的"),
        ({"adds": True, "state": "已确认"}, "oc-done", "还缺的"),
    ],
)
def test_an_item_shows_how_certain_it_is_and_what_is_asked(of: dict[str, Any], tone: str, ask: str) -> None:
    _, rows = widgets(item(candidates=SENTENCES, **of))
    assert f'class="oc-item {tone}"' in rows[0].value
    assert ask in rows[2].value


def test_a_long_sentence_is_cut_to_three_lines() -> None:
    _, rows = widgets(item(candidates=((0, "字" * 96, ""), (1, "字" * 97, ""), (2, "一 \n 二", ""))))
    texts = [row.children[1].value.split("</small> ")[1].removesuffix("</div>") for row in rows[3:]]
    assert texts == ["字" * 96, "字" * 95 + "…", "一 二"]
    assert [b.tooltip for b in buttons(rows)[2:4]] == [f"用这一句：会期：{'字' * 40}"] * 2
