"""A list of nested objects by sort: a section for each, with its cards, and a tick for what was searched without a find."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import ipywidgets as W

from orglife.adapters.controls import TicksControl
from orglife.adapters.field_groups import Card, CardsControl
from orglife.adapters.fields import Context, Control, Problems, esc, put_html
from orglife.core.formview import Look
from orglife.core.record import is_blank
from orglife.core.shape import Spec, specs_of

NOTHING_FOUND = "经查无问题"
NO_SORT = "没有选方面"


class Section:
    """The cards of one sort, its tick, and how far it is."""

    def __init__(self, owner: SortedCards, key: str, label: str) -> None:
        make = owner.ctx.make
        self.key, self.label = key, label
        self.title: Any = make(W.HTML, "of-sort-title")
        self.tick: Any = make(W.Box, "of-sort-tick")
        begin = partial(owner.add, **{owner.sort.name: key})
        self.more: Any = owner.ctx.button(f"＋ {label}", begin, "of-add", tooltip=f"在“{label}”方面加一项问题")
        head = make(W.HBox, "of-sort-head", children=(self.title, self.tick, *((self.more,) if key else ())))
        self.list: Any = make(W.VBox, "of-rows-list")
        self.box: Any = make(W.VBox, "of-sort", f"of-s-{key or 'none'}", children=(head, self.list))
        self.tell(Look(""))

    def tell(self, look: Look) -> None:
        """Say how far it is."""
        state = f'<span class="of-live-{look.tone or "calm"}">{esc(look.text)}</span>' if look.text else ""
        put_html(self.title, f"<b>{esc(self.label)}</b>{state}")


class SortedCards(CardsControl):
    """Cards that stand under what they are about; the list keeps the order in which they were made.

    Args:
        sort: Field of a card that names its section.
    """

    def __init__(self, spec: Spec, ctx: Context, sort: Spec) -> None:
        self.sort = sort
        self.ticks: TicksControl | None = None
        self.sections: dict[str, Section] = {}
        self.missing: dict[Card, Any] = {}
        super().__init__(spec, ctx)
        self.box.add_class("of-sorted")

    def _adding(self) -> tuple[Any, ...]:
        return ()  # each section has its own

    def join(self, others: Mapping[str, Control]) -> None:
        """Take over the ticks of the field that names the sorts searched without a find."""
        ticks = others.get(self.ctx.declared.get(".".join(self.spec.path), ""))
        if isinstance(ticks, TicksControl):
            self.ticks = ticks
            other = [one.label for one in specs_of(self.item) if one.lists and one.name != self.sort.name]
            left = f"{'、'.join(other)}：{NOTHING_FOUND}"
            ticks.lend({key: NOTHING_FOUND for key, _ in self.ctx.offered(self.sort)}, left)
            self._arrange()

    def _sort_of(self, card: Card) -> str:
        raw = card.control.fields()[self.sort.name].raw()
        return raw if isinstance(raw, str) and raw in self.sections else ""

    def _arrange(self) -> None:
        for key, label in [*self.ctx.offered(self.sort), ("", NO_SORT)]:
            if key not in self.sections:
                self.sections[key] = Section(self, key, label)
        super()._arrange()
        for key, section in self.sections.items():
            mine = [card for card in self.cards if self._sort_of(card) == key]
            for place, card in enumerate(mine, 1):
                put_html(card.number, f"{esc(self.item.LABEL)} {place}{self._lacks(card)}")
            boxes = tuple(card.box for card in mine)
            if section.list.children != boxes:
                section.list.children = boxes
            tick = (self.ticks.boxes[key],) if self.ticks is not None and key in self.ticks.boxes else ()
            if section.tick.children != tick:
                section.tick.children = tick
        shown = tuple(s.box for key, s in self.sections.items() if key or s.list.children)
        if self.list.children != shown:
            self.list.children = shown

    def _place(self) -> None:
        """The cards stand in their sections."""

    def _lacks(self, card: Card) -> str:
        """Which fields of a card are still to be filled in."""
        parts = card.control.fields()
        blank = [
            one.label
            for one in specs_of(self.item)
            if one.core and one.name in parts and is_blank(parts[one.name].raw())
        ]
        return f'<span class="of-live-must">还缺：{esc("、".join(blank))}</span>' if blank else ""

    def move(self, card: Card, step: int) -> None:
        """A card one place up or down among those of its section."""
        mine = [one for one in self.cards if self._sort_of(one) == self._sort_of(card)]
        there = mine.index(card) + step
        if 0 <= there < len(mine):
            here, other = self.cards.index(card), self.cards.index(mine[there])
            self.cards[here], self.cards[other] = self.cards[other], self.cards[here]
            self._arrange()
            self._typed()

    def show(self, problems: Problems) -> list[str]:
        looks = self.ctx.live.sorts.get(".".join(self.spec.path), {})
        for key, section in self.sections.items():
            section.tell(looks.get(key, Look("")))
        self._arrange()
        return super().show(problems)
