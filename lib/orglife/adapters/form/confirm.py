"""The page where a notice becomes a campaign: the clause on the left, the items read from it on the right to confirm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import ipywidgets as W

from orglife.adapters.field.context import CHOOSE, Context, close, esc, put_html
from orglife.adapters.field.style import CONFIRM, FORMS
from orglife.core.errors import OrglifeError

LARGEST_SHOWN = 8
"""Visible rows of the clause list."""


@dataclass(frozen=True)
class Item:
    """One item to decide.

    Attributes:
        key: Identifies it to the port.
        label: Its name.
        shown: Its value as text; "" for a demand.
        note: How certain it is, or which checks depend on it.
        state: The decision as text; "" = open.
        kind: ``fact``, ``demand``, ``unread`` or ``blank``.
        parts: The parts that can be corrected: part, kind, label, current text.
        sure: Whether "confirm all" of its clause may include it.
    """

    key: str
    label: str
    shown: str
    note: str
    state: str
    kind: str
    parts: tuple[tuple[str, str, str, str], ...] = ()
    sure: bool = True


@dataclass(frozen=True)
class ReadClause:
    """A clause of the notice with the items read from it.

    Attributes:
        title: Its number and heading.
        html: Its text as escaped HTML, with the quoted words marked.
        items: The items in the order of the text.
        left: Number of open items.
        note: Remark in the list when no item is open.
    """

    key: str
    title: str
    html: str
    items: tuple[Item, ...]
    left: int
    note: str = "✓"


@dataclass(frozen=True)
class ConfirmProgress:
    """The progress of the draft.

    Attributes:
        name: The notice's name.
        line: The progress as text.
        in_force: Whether the draft equals the campaign in force.
    """

    name: str
    line: str
    in_force: bool


class ConfirmPort(Protocol):
    """Stores the decisions. When a method returns, its change is on the disk."""

    def standing(self) -> ConfirmProgress | None:
        """The progress of the draft; None when there is no draft."""

    def take(self, name: str, data: bytes) -> None:
        """Read a notice and start a draft."""

    def drop(self) -> None:
        """Delete the draft."""

    def places(self) -> Sequence[ReadClause]:
        """The clauses in their order."""

    def decide(self, key: str, how: str, value: Any = None) -> str:
        """Save a decision; return a message about its consequences, or "".

        Args:
            key: The item.
            how: The decision.
            value: Typed texts by part, or the chosen demand.
        """

    def decide_all(self, place: str) -> None:
        """Confirm everything in a clause that is open and sure."""

    def reopen(self, key: str) -> None:
        """Undo a decision."""

    def demands(self) -> Sequence[tuple[str, str]]:
        """The demands of the kit: label, key."""

    def terms(self) -> Sequence[tuple[str, bool]]:
        """Terms of earlier campaigns that may remain in texts, and whether to warn about each."""

    def set_terms(self, terms: Sequence[str]) -> None:
        """Save the terms to warn about."""

    def preview(self) -> Sequence[str]:
        """The effects of putting the draft into force, as messages."""

    def enforce(self) -> str:
        """Put the draft into force; return the message for the user."""


class _NoChoices:
    """Choices of a form without fields that refer to the branch."""


class ConfirmForm:
    """The page.

    Args:
        port: Stores the decisions.
        on_saved: Called after every change.
    """

    def __init__(self, port: ConfirmPort, *, on_saved: Callable[[], None]) -> None:
        self.port, self.on_saved = port, on_saved
        self.ctx = Context(
            choices=_NoChoices(),  # type: ignore[arg-type]
            changed=lambda _: None,
            say=self.say,
            fresh_id=lambda letter: letter,
            where="campaign",
        )
        self.place = ""
        self.editing = ""
        self.asking = ""
        self._build()
        self.refresh()

    def _build(self) -> None:
        make = self.ctx.make
        self.head: Any = make(W.HTML, value=FORMS + CONFIRM + '<div class="of-title"><b>逐条确认</b></div>')
        self.status: Any = make(W.HTML, "of-status-box")
        self.body: Any = make(W.VBox, "oc-body")
        self.box: Any = make(W.VBox, "of", "oc", children=(self.head, self.status, self.body))
        self.upload: Any = make(
            W.FileUpload, "of-button", "oc-upload", accept=".docx,.pdf,.txt", multiple=False, description="选择通知文件"
        )
        self.upload.observe(self.ctx.guard(lambda _: self._act(self._uploaded)), "value")
        self.pasted: Any = make(
            W.Textarea, "oc-paste", description="或者粘贴文字", placeholder="把通知的全文粘贴在这里", rows=6
        )
        self.list: Any = make(W.Select, "oc-list", description="条款", options=[], rows=LARGEST_SHOWN)
        self.list.observe(self.ctx.guard(self._chosen), "value")
        self.clause: Any = make(W.HTML, "oc-clause")
        self.right: Any = make(W.VBox, "oc-right")
        self.foot: Any = make(W.VBox, "oc-foot")

    def say(self, text: str) -> None:
        """Show a message in the status line."""
        mark = {"⚠": "bad", "✓": "good"}.get(text[:1], "calm")
        put_html(self.status, f'<div class="of-status of-{mark}" role="status">{esc(text)}</div>')

    # --- display -----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the draft on the disk."""
        try:
            standing = self.port.standing()
            if standing is None:
                self._show_empty()
                self.say(
                    "上传或粘贴上级的通知（Word文件、能选中文字的PDF、纯文字文件）。读出的每一项都由您确认后才算数。"
                )
                return
            self._show(standing)
        except OrglifeError as error:
            self._show_empty()
            self.say("⚠ " + " ".join(error.sentences))

    def _show_empty(self) -> None:
        read = self.ctx.button("读这份通知", lambda: self._act(self._read_pasted), "of-add")
        self._put(self.body, (self.upload, self.pasted, read))

    def _show(self, standing: ConfirmProgress) -> None:
        places = self.port.places()
        titles = [(f"{p.title}　{f'还有{p.left}项' if p.left else p.note}", p.key) for p in places]
        here = next((p for p in places if p.key == self.place), None) or next((p for p in places if p.left), places[0])
        self.place = here.key
        with self.ctx.silence():
            if list(self.list.options) != titles:
                self.list.options = titles
            self.list.value = here.key
        put_html(self.clause, f'<div class="oc-text" lang="zh-CN">{here.html}</div>')
        self._put(self.right, self._items(here))
        self._put(self.foot, self._footer(standing))
        left = self.ctx.make(W.VBox, "oc-left", children=(self.list, self.clause))
        if not any(self.right in getattr(child, "children", ()) for child in self.body.children):
            self._put(self.body, (self.ctx.make(W.HBox, "oc-columns", children=(left, self.right)), self.foot))
        self.say(("✓ " if standing.in_force else "") + f"{standing.name}：{standing.line}")

    def _items(self, place: ReadClause) -> Sequence[Any]:
        shown: list[Any] = []
        if any(not i.state and i.sure and i.kind in ("fact", "demand") for i in place.items):
            shown.append(
                self.ctx.button(
                    "本条读出的都对，全部确认",
                    lambda: self._act(lambda: self._all(place.key)),
                    "of-add",
                    tooltip=f"全部确认：{place.key}",
                )
            )
        for item in place.items:
            shown += self._item(item)
        if place.key == TERMS:
            shown += self._terms()
        return shown or [self.ctx.make(W.HTML, value='<span class="of-none">这一条没有读出要确认的内容。</span>')]

    def _item(self, item: Item) -> Sequence[Any]:
        open_ = "oc-unsure" if not item.sure else "oc-blank" if item.kind == "blank" else "oc-open"
        tone = "oc-done" if item.state else open_
        state = f"<i>{esc(item.state)}</i>" if item.state else ""
        text = (
            f'<div class="oc-item {tone}"><b>{esc(item.label)}</b>{state}'
            f"{f'<div>{esc(item.shown)}</div>' if item.shown else ''}"
            f"{f'<small>{esc(item.note)}</small>' if item.note else ''}</div>"
        )
        head = self.ctx.make(W.HTML, value=text)
        if self.editing == item.key:
            return [head, *self._editor(item)]
        return [head, self.ctx.make(W.HBox, "of-buttons", "oc-buttons", children=self._buttons(item))]

    def _buttons(self, item: Item) -> Sequence[Any]:
        def button(text: str, action: Callable[[], Any]) -> Any:
            return self.ctx.button(
                text, lambda: self._act(action), "of-small", tooltip=f"{text}：{item.label or item.shown}"
            )

        def decide(how: str) -> Callable[[], str]:
            return lambda: self.port.decide(item.key, how)

        edit = [button("补填" if item.kind == "blank" else "更正", lambda: self._edit(item.key))] if item.parts else []
        if item.state:
            return [*edit, button("撤回这一项", lambda: self.port.reopen(item.key))]
        if item.kind == "blank":
            return edit
        if item.kind == "unread":
            choice = self.ctx.make(
                W.Dropdown,
                "oc-choice",
                description="对应的要求",
                options=[(CHOOSE, ""), *self.port.demands()],
                value="",
            )
            as_demand = button("就是这项要求", lambda: self.port.decide(item.key, "demand", choice.value))
            keep = button("留给支部打勾", decide("check"))
            return [keep, button("不列入", decide("left")), choice, as_demand]
        return [button("确认", decide("confirmed")), *edit, button("划去", decide("struck"))]

    def _editor(self, item: Item) -> Sequence[Any]:
        fields: dict[str, Any] = {}
        for part, kind, label, text in item.parts:
            made = self.ctx.make(
                W.Textarea if kind in ("lines", "materials") else W.Text, "oc-edit", description=label, value=text
            )
            fields[part] = made
        save = self.ctx.button(
            "保存更正", lambda: self._act(lambda: self._save_edit(item.key, {p: w.value for p, w in fields.items()}))
        )
        stop = self.ctx.button("不改了", lambda: self._act(lambda: self._edit("")))
        return [*fields.values(), self.ctx.make(W.HBox, "of-buttons", children=(save, stop))]

    def _terms(self) -> Sequence[Any]:
        boxes = [
            self.ctx.make(W.Checkbox, "oc-term", description=term, value=on, indent=False)
            for term, on in self.port.terms()
        ]

        def ticked(_: Any) -> None:
            self._act(lambda: self.port.set_terms([b.description for b in boxes if b.value]))

        for each in boxes:
            each.observe(self.ctx.guard(ticked), "value")
        return boxes

    def _footer(self, standing: ConfirmProgress) -> Sequence[Any]:
        button = self.ctx.button
        if self.asking == "drop":
            sure = button("确定换一份", lambda: self._act(self._drop), "of-danger")
            text = "已经确认的内容会一起去掉，生效的方案不受影响。"
            return [self._question([text], sure)]
        if self.asking == "enforce":
            sure = button("启用", lambda: self._act(self._enforce), "of-add")
            return [self._question(self.port.preview(), sure)]
        look = button("预览启用后的变化", lambda: self._act(lambda: self._ask("enforce")), "of-add")
        drop = button("换一份通知", lambda: self._act(lambda: self._ask("drop")), "of-quiet")
        return [self.ctx.make(W.HBox, "of-buttons", children=(drop,) if standing.in_force else (look, drop))]

    def _question(self, lines: Sequence[str], sure: Any) -> Any:
        text = "".join(f"<div>{esc(line)}</div>" for line in lines)
        stop = self.ctx.button("先不", lambda: self._act(lambda: self._ask("")))
        return self.ctx.make(
            W.VBox,
            "of-confirm",
            children=(self.ctx.make(W.HTML, value=text), self.ctx.make(W.HBox, children=(sure, stop))),
        )

    def _put(self, box: Any, children: Sequence[Any]) -> None:
        permanent = {self.upload, self.pasted, self.list, self.clause, self.right, self.foot}
        old = [child for child in box.children if child not in permanent and child not in children]
        box.children = tuple(children)
        for child in old:
            if not any(one in permanent for one in getattr(child, "children", ())):
                close(child)

    # --- actions -----------------------------------------------------------------------------------------------------

    def _act(self, action: Callable[[], Any]) -> None:
        """Run an action and show the result; when it is rejected, show only the reason."""
        try:
            message = action()
        except OrglifeError as error:
            self.say("⚠ " + " ".join(error.sentences))
            return
        except ValueError as error:
            self.say(f"⚠ {error}")
            return
        self.refresh()
        self.on_saved()
        if isinstance(message, str) and message:
            self.say(message)

    def _chosen(self, change: Mapping[str, Any]) -> None:
        if not self.ctx.quiet and change["new"]:
            self.place, self.editing = change["new"], ""
            self.refresh()

    def _uploaded(self) -> None:
        if not self.upload.value:
            return
        (file,) = self.upload.value
        self.upload.value = ()
        self._take(file["name"], bytes(file["content"]))

    def _read_pasted(self) -> None:
        self._take(PASTED, self.pasted.value.encode())
        self.pasted.value = ""

    def _take(self, name: str, data: bytes) -> None:
        self.say(f"正在读“{name}”……")
        self.port.take(name, data)
        self.place = self.editing = self.asking = ""

    def _all(self, place: str) -> None:
        self.port.decide_all(place)
        places = self.port.places()
        complete = next((p.left == 0 for p in places if p.key == place), False)
        if complete:
            self.place = next((p.key for p in places if p.left), place)

    def _edit(self, key: str) -> None:
        self.editing = key

    def _save_edit(self, key: str, typed: Mapping[str, str]) -> None:
        self.port.decide(key, "corrected", typed)
        self.editing = ""

    def _ask(self, what: str) -> None:
        self.asking = what

    def _drop(self) -> None:
        self.port.drop()
        self.place = self.editing = self.asking = ""

    def _enforce(self) -> str:
        message = self.port.enforce()
        self.asking = ""
        return f"✓ {message}"


PASTED = "粘贴的文字"
TERMS = "terms"
