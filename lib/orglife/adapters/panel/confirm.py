"""The page where a notice becomes a campaign: the notice on the left, one field at a time on the right to confirm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any

import ipywidgets as W

from orglife.adapters.field.context import CHOOSE, Context, close, put_html
from orglife.adapters.field.messages import status_html
from orglife.adapters.field.style import CONFIRM, FORMS
from orglife.adapters.panel.confirm_item import ItemWidgets
from orglife.adapters.panel.confirm_port import TERMS, UNASKED, ConfirmGroup, ConfirmPort, ConfirmProgress
from orglife.core.errors import OrglifeError

LARGEST_SHOWN = 7
"""Visible rows of the list of fields."""
PASTED = "粘贴的文字"
_MORE = "上面各组没有列出、通知却提出了的要求，在这里选出来，再点选写着它的一句："
HOW = (
    "上传或粘贴通知。左边是通知全文，右边一项一项确认：对的确认，不对的点选通知里写着它的一句，"
    "通知没有写的也点一下；没有确认的不算数。每定一项就存一项。"
)


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
        self._items = ItemWidgets(self.ctx, self)
        self.group = ""
        self.editing = ""
        self.asking = ""
        self.demand = ""
        self.moved = False
        self._build()
        self.refresh()

    def _build(self) -> None:
        make = self.ctx.make
        self.head: Any = make(
            W.HTML, value=FORMS + CONFIRM + '<div class="of-title"><b>逐项确认</b></div>' + f"<p>{HOW}</p>"
        )
        self.status: Any = make(W.HTML, "of-status-box")
        self.body: Any = make(W.VBox, "oc-body")
        self.box: Any = make(W.VBox, "of", "oc", children=(self.head, self.status, self.body))
        self.upload: Any = make(
            W.FileUpload,
            "of-button",
            "oc-upload",
            accept=".docx,.pdf,.txt",
            multiple=False,
            description="选择通知文件",
            tooltip="Word文件、能选中文字的PDF、纯文字文件",
        )
        self.upload.observe(self.ctx.guard(lambda _: self.act(self._uploaded)), "value")
        self.pasted: Any = make(
            W.Textarea, "oc-paste", description="或者粘贴文字", placeholder="把通知的全文粘贴在这里", rows=6
        )
        self.list: Any = make(W.Select, "oc-list", description="项目", options=[], rows=LARGEST_SHOWN)
        self.list.observe(self.ctx.guard(self._chosen), "value")
        self.clause: Any = make(W.HTML, "oc-clause")
        self.right: Any = make(W.VBox, "oc-right")
        self.foot: Any = make(W.VBox, "oc-foot")

    def say(self, text: str) -> None:
        """Show a message in the status line."""
        put_html(self.status, status_html(text))

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
        read = self.ctx.button("读这份通知", lambda: self.act(self._read_pasted), "of-add")
        self._put(self.body, (self.upload, self.pasted, read))

    def _show(self, standing: ConfirmProgress) -> None:
        groups = self.port.groups()
        titles = [(f"{g.title}　{_open(g) or g.note}", g.key) for g in groups]
        group = next((g for g in groups if g.key == self.group), None) or next((g for g in groups if g.left), groups[0])
        self.group = group.key
        with self.ctx.silence():
            if list(self.list.options) != titles:
                self.list.options = titles
            self.list.value = group.key
        put_html(self.clause, f'<div class="oc-text" lang="zh-CN">{self.port.notice(group.key)}</div>')
        self._put(self.right, self._group(group))
        self._put(self.foot, self._footer(standing))
        left = self.ctx.make(W.VBox, "oc-left", children=(self.list, self.clause))
        if not any(self.right in getattr(child, "children", ()) for child in self.body.children):
            self._put(self.body, (self.ctx.make(W.HBox, "oc-columns", children=(left, self.right)), self.foot))
        self.say(("✓ " if standing.in_force else "") + f"{standing.name}：{standing.line}")

    def _group(self, group: ConfirmGroup) -> Sequence[Any]:
        shown: list[Any] = []
        if len([i for i in group.items if not i.state and i.sure and i.kind in ("fact", "demand")]) > 1:
            shown.append(
                self.ctx.button(
                    "这一组读出的都对，全部确认",
                    lambda: self.act(lambda: self._all(group.key)),
                    "of-add",
                    tooltip=f"全部确认：{group.title}",
                )
            )
        if group.key == TERMS:
            shown += self._terms()
        if group.key == UNASKED:
            shown += self._unasked()
        for item in group.items:
            shown += self._items.widgets(item, editing=self.editing == item.key)
        following = self._undecided(after=group.key)
        if following and not self.editing and all(item.state for item in group.items):
            shown.append(self.ctx.button(f"下一项：{following.title}", lambda: self.act(self._go_on), "of-add"))
        return shown

    def _unasked(self) -> Sequence[Any]:
        """A list of the demands that were not read, and the likeliest sentences of the chosen one."""
        offered = [(CHOOSE, ""), *self.port.unasked()]
        labels = {key: label for label, key in offered}
        asked = self.demand if self.demand in labels else ""
        choice = self.ctx.make(W.Dropdown, "oc-choice", description="还提出了", options=offered, value=asked)

        def chosen(change: Mapping[str, Any]) -> None:
            self.demand = change["new"]
            self.act(lambda: None)

        choice.observe(self.ctx.guard(chosen), "value")
        intro = self.ctx.make(W.HTML, value=f'<div class="oc-ask">{_MORE}</div>')
        rows = [
            self._items.sentence(number, quote, place, "用", labels[asked], partial(self._ask_with, asked, number))
            for number, (quote, place) in enumerate(self.port.likeliest(asked) if asked else ())
        ]
        return [intro, choice, *rows]

    def _ask_with(self, demand: str, number: int) -> None:
        self.port.ask(demand, number)
        self.demand = ""

    def _terms(self) -> Sequence[Any]:
        boxes = [
            self.ctx.make(W.Checkbox, "oc-term", description=term, value=on, indent=False)
            for term, on in self.port.terms()
        ]

        def ticked(_: Any) -> None:
            self.act(lambda: self.port.set_terms([b.description for b in boxes if b.value]))

        for each in boxes:
            each.observe(self.ctx.guard(ticked), "value")
        return boxes

    def _footer(self, standing: ConfirmProgress) -> Sequence[Any]:
        button = self.ctx.button
        if self.asking == "drop":
            sure = button("确定换一份", lambda: self.act(self._drop), "of-danger")
            text = "已经确认的内容会一起去掉，生效的方案不受影响。"
            return [self._question([text], sure)]
        if self.asking == "enforce":
            sure = button("启用", lambda: self.act(self._enforce), "of-add")
            return [self._question(self.port.preview(), sure)]
        look = button("预览启用后的变化", lambda: self.act(lambda: self._ask("enforce")), "of-add")
        drop = button("换一份通知", lambda: self.act(lambda: self._ask("drop")), "of-quiet")
        return [self.ctx.make(W.HBox, "of-buttons", children=(drop,) if standing.in_force else (look, drop))]

    def _question(self, lines: Sequence[str], sure: Any) -> Any:
        text = "".join(f"<div>{escape(line)}</div>" for line in lines)
        stop = self.ctx.button("先不", lambda: self.act(lambda: self._ask("")))
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

    def act(self, action: Callable[[], Any]) -> None:
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
        if message:
            self.say(message)
        if self.moved:
            self.moved = False
            self._focus()

    def _focus(self) -> None:
        """Move the keyboard to the first button of the group that was opened."""
        for row in self.right.children:
            for control in (row, *getattr(row, "children", ())):
                if isinstance(control, W.Button):
                    control.focus()
                    return

    def _chosen(self, change: Mapping[str, Any]) -> None:
        if not self.ctx.quiet and change["new"]:
            self.group, self.editing = change["new"], ""
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
        self.group = self.editing = self.asking = self.demand = ""

    def _all(self, group: str) -> None:
        self.port.decide_all(group)
        self._go_on()

    def decide(self, key: str, how: str, value: Any = None) -> str:
        """Save a decision and open the next item."""
        message = self.port.decide(key, how, value)
        self._go_on()
        return message

    def take_sentence(self, key: str, number: int) -> None:
        """Take a sentence; the field stays open, so that the user sees what was read from it."""
        self.port.decide(key, "taken", number)

    def _go_on(self) -> None:
        """Open the next group that is not decided; the group stays open while something in it is undecided."""
        following = self._undecided(after=self.group)
        if following and following.key != self.group:
            self.group = following.key
            self.moved = True

    def _undecided(self, *, after: str) -> ConfirmGroup | None:
        """The first group with an open item, from ``after`` on and around; None when all are decided."""
        groups = self.port.groups()
        keys = [g.key for g in groups]
        at = keys.index(after) if after in keys else 0
        return next((g for g in (*groups[at:], *groups[:at]) if any(not i.state for i in g.items)), None)

    def reopen(self, key: str) -> None:
        """Undo a decision."""
        self.port.reopen(key)

    def demands(self) -> Sequence[tuple[str, str]]:
        """The demands of the kit: label, key."""
        return self.port.demands()

    def edit(self, key: str) -> None:
        """Show the fields that correct an item; "" = of none."""
        self.editing = key

    def save_edit(self, key: str, typed: Mapping[str, str]) -> None:
        """Save a correction: typed texts by part."""
        self.decide(key, "corrected", typed)
        self.editing = ""

    def _ask(self, what: str) -> None:
        self.asking = what

    def _drop(self) -> None:
        self.port.drop()
        self.group = self.editing = self.asking = self.demand = ""

    def _enforce(self) -> str:
        message = self.port.enforce()
        self.asking = ""
        return f"✓ {message}"


def _open(group: ConfirmGroup) -> str:
    """What is open in a group; "" when nothing is."""
    if not group.left:
        return ""
    return "待确认" if len(group.items) == 1 else f"还有{group.left}项"
