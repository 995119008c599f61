"""One item of the page that confirms a notice: its text, buttons, candidate sentences and fields to correct it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any, Protocol

import ipywidgets as W

from orglife.adapters.field.context import CHOOSE, Context
from orglife.adapters.panel.confirm_port import Item

LONGEST_QUOTE = 96
"""Most characters of a sentence on the page: three lines."""
_ASK = ("或者从通知里点选写着这一项的一句：", "通知里最可能写着这一项的三句：", "还缺的，点选写着它的一句加上：")
"""Above the candidates of a field that was read, of a blank one, of one that a sentence is added to."""


class ItemPage(Protocol):
    """What the buttons of an item call."""

    def act(self, action: Callable[[], Any]) -> None:
        """Run an action and show its message."""

    def decide(self, key: str, how: str, value: Any = None) -> str:
        """Save a decision and open the next item."""

    def take_sentence(self, key: str, number: int) -> None:
        """Take a sentence of the notice as the item's value."""

    def reopen(self, key: str) -> None:
        """Undo a decision."""

    def edit(self, key: str) -> None:
        """Show the fields that correct an item; "" = of none."""

    def save_edit(self, key: str, typed: Mapping[str, str]) -> None:
        """Save a correction: typed texts by part."""

    def demands(self) -> Sequence[tuple[str, str]]:
        """The demands of the kit: label, key."""


class ItemWidgets:
    """Makes the widgets of items.

    Args:
        ctx: The page's context.
        page: What the buttons call.
    """

    def __init__(self, ctx: Context, page: ItemPage) -> None:
        self._ctx, self._page = ctx, page

    def widgets(self, item: Item, *, editing: bool) -> Sequence[Any]:
        """An item with its buttons and candidates, or, while it is corrected, with its fields."""
        open_ = "oc-unsure" if not item.sure else "oc-blank" if item.kind == "blank" else "oc-open"
        tone = "oc-done" if item.state else open_
        state = f"<i>{escape(item.state)}</i>" if item.state else ""
        text = (
            f'<div class="oc-item {tone}"><b>{escape(item.label)}</b>{state}'
            f"{f'<div>{escape(item.shown)}</div>' if item.shown else ''}"
            f"{f'<small>{escape(item.note)}</small>' if item.note else ''}</div>"
        )
        head = self._ctx.make(W.HTML, value=text)
        if editing:
            return [head, *self._editor(item)]
        buttons = self._ctx.make(W.HBox, "of-buttons", "oc-buttons", children=self._buttons(item))
        return [head, buttons, *self._candidates(item)]

    def _candidates(self, item: Item) -> Sequence[Any]:
        """The likeliest sentences, each with a button that takes it."""
        if not item.candidates or (item.state and not item.adds):
            return []
        adds = item.adds and bool(item.shown)
        ask = _ASK[2 if adds else item.kind == "blank"]
        rows = [self._ctx.make(W.HTML, value=f'<div class="oc-ask">{ask}</div>')]
        for shown, (number, quote, place) in enumerate(item.candidates):
            take = partial(self._page.take_sentence, item.key, number)
            rows.append(self.sentence(shown, quote, place, "加上" if adds else "用", item.label, take))
        return rows

    def sentence(self, number: int, quote: str, place: str, verb: str, label: str, take: Callable[[], None]) -> Any:
        """A sentence of the notice with the button that takes it."""
        text = f'<div class="oc-quote"><small>{escape(place)}</small> {escape(_shortened(quote))}</div>'
        button = self._ctx.button(
            f"{verb}第{number + 1}句",
            lambda: self._page.act(take),
            "of-small",
            tooltip=f"用这一句：{label}：{quote[:40]}",
        )
        return self._ctx.make(W.HBox, "oc-candidate", children=(button, self._ctx.make(W.HTML, "oc-said", value=text)))

    def _buttons(self, item: Item) -> Sequence[Any]:
        def button(text: str, action: Callable[[], Any]) -> Any:
            return self._ctx.button(
                text, lambda: self._page.act(action), "of-small", tooltip=f"{text}：{item.label or item.shown}"
            )

        def decide(how: str) -> Callable[[], str]:
            return lambda: self._page.decide(item.key, how)

        edit = (
            [button("自己填" if item.kind == "blank" else "更正", lambda: self._page.edit(item.key))]
            if item.parts
            else []
        )
        if item.state:
            return [*edit, button("撤回这一项", lambda: self._page.reopen(item.key))]
        if item.kind == "blank":
            return [button("通知没有写", decide("struck")), *edit]
        if item.kind == "unread":
            choice = self._ctx.make(
                W.Dropdown,
                "oc-choice",
                description="对应的要求",
                options=[(CHOOSE, ""), *self._page.demands()],
                value="",
            )
            as_demand = button("就是这项要求", lambda: self._page.decide(item.key, "demand", choice.value))
            keep = button("留给支部打勾", decide("check"))
            return [keep, button("不列入", decide("left")), choice, as_demand]
        no = "划去" if item.kind == "demand" else "通知没有写"
        return [button("确认", decide("confirmed")), button(no, decide("struck")), *edit]

    def _editor(self, item: Item) -> Sequence[Any]:
        fields: dict[str, Any] = {}
        for part, kind, label, text in item.parts:
            made = self._ctx.make(
                W.Textarea if kind in ("lines", "materials") else W.Text, "oc-edit", description=label, value=text
            )
            fields[part] = made
        save = self._ctx.button(
            "保存更正",
            lambda: self._page.act(lambda: self._page.save_edit(item.key, {p: w.value for p, w in fields.items()})),
        )
        stop = self._ctx.button("不改了", lambda: self._page.act(lambda: self._page.edit("")))
        return [*fields.values(), self._ctx.make(W.HBox, "of-buttons", children=(save, stop))]


def _shortened(quote: str) -> str:
    """A sentence cut to ``LONGEST_QUOTE``."""
    text = " ".join(quote.split())
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"
