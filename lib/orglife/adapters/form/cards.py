"""A list of nested objects with long texts as cards, plain or in sections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from typing import Any

import ipywidgets as W

from orglife.adapters.field.context import Context, Control, Path, Problems, close, put_html
from orglife.adapters.field.messages import note_html
from orglife.adapters.field.ticks import TicksControl
from orglife.core.formview import Look
from orglife.core.record.record import Entry, Identified, is_blank
from orglife.core.record.shape import Spec, specs_of

NOTHING_FOUND = "经查无问题"
NO_SORT = "没有选方面"
ObjectControl = Callable[[Spec, Context, type[Entry]], Control]
"""Makes the control of one nested object of a field."""


class EntryCard:
    """One object of a list: its control and its buttons."""

    def __init__(self, owner: CardsControl, control: Control) -> None:
        ctx = owner.ctx
        self.control = control
        self.stays = False  # save it even when it is blank, because it came from a record
        self.begin: Any = None
        self.number: Any = ctx.make(W.HTML, "of-number")
        buttons = (
            ctx.button("上移", lambda: owner.move(self, -1), "of-small"),
            ctx.button("下移", lambda: owner.move(self, 1), "of-small"),
            ctx.button("删除", lambda: owner.remove(self), "of-small"),
        )
        head = ctx.make(W.HBox, "of-card-head", children=(self.number, *buttons))
        self.box = ctx.make(W.VBox, "of-card", children=(head, control.box))

    def read(self, path: Path, problems: Problems) -> Any:
        """The object's value; None when it is not to be saved."""
        start = len(problems)
        value = self.control.read(path, problems)
        if self.stays or len(problems) > start:
            return value or {}
        return None if value is None or value == self.begin else value


class CardsControl(Control):
    """A list of nested objects with long texts: cards that can be added, moved and removed.

    Args:
        make_object: Makes the control of one object.
    """

    def __init__(self, spec: Spec, ctx: Context, make_object: ObjectControl) -> None:
        super().__init__(spec, ctx)
        self._make_object = make_object
        assert spec.item is not None  # persons are a table
        self.item: type[Entry] = spec.item
        self.cards: list[EntryCard] = []
        self.written: list[EntryCard] = []
        self.gone: tuple[int, Any] | None = None
        self.list: Any = ctx.make(W.VBox, "of-rows-list")
        self.adding: tuple[Any, ...] = self._adding()
        self.restore: Any = ctx.button("恢复刚删除的一项", self.bring_back, "of-small")
        self.buttons: Any = ctx.make(W.HBox, "of-buttons", children=self.adding)
        legend = ctx.make(W.HTML, "of-legend", value=escape(self.title))
        self.box = ctx.make(W.VBox, "of-frame", f"of-f-{spec.name}", children=(legend, self.list, self.buttons))
        self._arrange()

    def _adding(self) -> tuple[Any, ...]:
        """The button that adds a card; when cards are grouped by a field, one button per value of it."""
        name = self.ctx.sorts.get(".".join(self.spec.path))
        sort = next((one for one in specs_of(self.item, self.spec.path) if one.name == name), None)
        if sort is None or not self.ctx.offered(sort):
            return (self.ctx.button("加一项", self.add, "of-add"),)
        return tuple(
            self.ctx.button(f"＋ 加一项：{label}", partial(self.add, **{sort.name: value}), "of-add")
            for value, label in self.ctx.offered(sort)
        )

    def _make(self) -> EntryCard:
        return EntryCard(self, self._make_object(self.spec, self.ctx, self.item))

    def add(self, **begin: Any) -> None:
        """Add a card with these initial values."""
        card = self._make()
        if issubclass(self.item, Identified):
            begin["id"] = self.ctx.fresh_id(self.item.ID_LETTER)
        card.control.put(begin)
        card.begin = card.control.read((), [])
        self.cards.append(card)
        self._arrange()

    def move(self, card: EntryCard, step: int) -> None:
        """Move a card up or down one place."""
        old = self.cards.index(card)
        new = old + step
        if 0 <= new < len(self.cards):
            self.cards[old], self.cards[new] = self.cards[new], self.cards[old]
            self._arrange()
            self._typed()

    def remove(self, card: EntryCard) -> None:
        """Remove a card; the last removed one can be restored while the entry is open."""
        place = self.cards.index(card)
        raw = card.control.raw()
        filled = bool(card.read((), []))
        self.cards.remove(card)
        if filled:
            self.gone = (place, raw)
        self._arrange()
        close(card.box)
        self._typed()

    def bring_back(self) -> None:
        """Restore the card that was removed last."""
        if self.gone is None:
            return
        place, raw = self.gone
        self.gone = None
        card = self._make()
        card.control.put(raw)
        card.stays = True
        self.cards.insert(min(place, len(self.cards)), card)
        self._arrange()
        self._typed()

    def _arrange(self) -> None:
        self._place()
        buttons = (*self.adding, self.restore) if self.gone else self.adding
        if self.buttons.children != buttons:
            self.buttons.children = buttons

    def _place(self) -> None:
        for place, card in enumerate(self.cards, 1):
            put_html(card.number, f"{escape(self.item.LABEL)} {place}")
        self.list.children = tuple(card.box for card in self.cards)

    def put(self, value: Any) -> None:
        items = list(value) if isinstance(value, (list, tuple)) else []
        self.gone = None
        with self.ctx.silence():
            while len(self.cards) > len(items):
                close(self.cards.pop().box)
            while len(self.cards) < len(items):
                self.cards.append(self._make())
            for card, item in zip(self.cards, items, strict=True):
                card.control.put(item)
                card.stays = True
            self._arrange()

    def raw(self) -> Any:
        return [card.control.raw() for card in self.cards if card.read((), []) is not None]

    def read(self, path: Path, problems: Problems) -> Any:
        values: list[Any] = []
        self.written = []
        for card in self.cards:
            value = card.read((*path, len(values)), problems)
            if value is not None:
                values.append(value)
                self.written.append(card)
        return values or None

    def refresh(self) -> None:
        for card in self.cards:
            card.control.refresh()

    def show(self, problems: Problems) -> list[str]:
        for place, card in enumerate(self.cards):
            number = self.written.index(card) if card in self.written else -1 - place
            card.control.show([(path[1:], text) for path, text in problems if path and path[0] == number])
        whole = [text for path, text in problems if not path or not isinstance(path[0], int)]
        if self.note is not None:
            put_html(self.note, note_html(self.spec.help, "", whole, self.remarks(), self.looks()))
        return whole

    def fields(self) -> Mapping[str, Control]:
        return {str(place): card.control for place, card in enumerate(self.cards)}


class Section:
    """The cards of one group, its tick box, and its progress."""

    def __init__(self, owner: SortedCards, key: str, label: str) -> None:
        make = owner.ctx.make
        self.key, self.label = key, label
        self.title: Any = make(W.HTML, "of-sort-title")
        self.tick: Any = make(W.Box, "of-sort-tick")
        begin = partial(owner.add, **{owner.sort.name: key})
        self.more: Any = owner.ctx.button("＋ 加一项问题", begin, "of-add", tooltip=f"在“{label}”方面加一项问题")
        head = make(W.HBox, "of-sort-head", children=(self.title, self.tick, *((self.more,) if key else ())))
        self.list: Any = make(W.VBox, "of-rows-list")
        self.box: Any = make(W.VBox, "of-sort", f"of-s-{key or 'none'}", children=(head, self.list))
        self.show_progress(Look(""))

    def show_progress(self, look: Look) -> None:
        """Show the progress in the title."""
        state = f'<span class="of-live-{look.tone or "calm"}">{escape(look.text)}</span>' if look.text else ""
        put_html(self.title, f"<b>{escape(self.label)}</b>{state}")


class SortedCards(CardsControl):
    """Cards grouped into sections by a field; the list itself stays in the order of creation.

    Args:
        sort: The field of a card that determines its section.
    """

    def __init__(self, spec: Spec, ctx: Context, make_object: ObjectControl, sort: Spec) -> None:
        self.sort = sort
        self.ticks: TicksControl | None = None
        self.sections: dict[str, Section] = {}
        super().__init__(spec, ctx, make_object)
        self.box.add_class("of-sorted")

    def _adding(self) -> tuple[Any, ...]:
        return ()  # each section has its own button

    def join(self, others: Mapping[str, Control]) -> None:
        """Show, in the sections, the tick boxes of the field that lists groups examined without a problem found."""
        ticks = others.get(self.ctx.declared.get(".".join(self.spec.path), ""))
        if isinstance(ticks, TicksControl):
            self.ticks = ticks
            other = [one.label for one in specs_of(self.item) if one.lists and one.name != self.sort.name]
            left = f"{'、'.join(other)}：{NOTHING_FOUND}"
            ticks.lend({key: NOTHING_FOUND for key, _ in self.ctx.offered(self.sort)}, left, self._to_look_at)
            self._arrange()

    def _to_look_at(self) -> Any:
        """The section to look at when the ticks are in question: one with a tick and a card, else one with a tick."""
        assert self.ticks is not None  # they lead here
        ticked = [section for key, section in self.sections.items() if key in self.ticks.order]
        both = [section for section in ticked if section.list.children]
        return next((section.box for section in (*both, *ticked)), None if self.ticks.stays else self.box)

    def _sort_of(self, card: EntryCard) -> str:
        raw = card.control.fields()[self.sort.name].raw()
        return raw if isinstance(raw, str) and raw in self.sections else ""

    def _place(self) -> None:
        """Put the cards into their sections."""
        for key, label in [*self.ctx.offered(self.sort), ("", NO_SORT)]:
            if key not in self.sections:
                self.sections[key] = Section(self, key, label)
        for key, section in self.sections.items():
            mine = [card for card in self.cards if self._sort_of(card) == key]
            for place, card in enumerate(mine, 1):
                put_html(card.number, f"{escape(self.item.LABEL)} {place}{self._lacks(card)}")
            boxes = tuple(card.box for card in mine)
            if section.list.children != boxes:
                section.list.children = boxes
            tick = (self.ticks.boxes[key],) if self.ticks is not None and key in self.ticks.boxes else ()
            if section.tick.children != tick:
                section.tick.children = tick
        shown = tuple(s.box for key, s in self.sections.items() if key or s.list.children)
        if self.list.children != shown:
            self.list.children = shown

    def _lacks(self, card: EntryCard) -> str:
        """HTML that lists the core fields of a card that are still blank."""
        parts = card.control.fields()
        blank = [
            one.label
            for one in specs_of(self.item)
            if one.core and one.name in parts and is_blank(parts[one.name].raw())
        ]
        return f'<span class="of-live-must">还缺：{escape("、".join(blank))}</span>' if blank else ""

    def move(self, card: EntryCard, step: int) -> None:
        """Move a card up or down one place within its section."""
        mine = [one for one in self.cards if self._sort_of(one) == self._sort_of(card)]
        target = mine.index(card) + step
        if 0 <= target < len(mine):
            old, new = self.cards.index(card), self.cards.index(mine[target])
            self.cards[old], self.cards[new] = self.cards[new], self.cards[old]
            self._arrange()
            self._typed()

    def show(self, problems: Problems) -> list[str]:
        looks = self.ctx.live.sorts.get(".".join(self.spec.path), {})
        for key, section in self.sections.items():
            section.show_progress(looks.get(key, Look("")))
        self._arrange()
        return super().show(problems)
