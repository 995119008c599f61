"""Panels for earlier versions of an entry and for fields that two windows changed: compare and restore."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

import ipywidgets as W

from orglife.adapters.disk.record_files import UNSIGNED
from orglife.adapters.field.context import Context, put_html
from orglife.adapters.field.port import EntryVersion
from orglife.adapters.form.conflicts import Clash
from orglife.core.record.record import is_blank
from orglife.core.record.shape import Spec
from orglife.core.record.words import readable

MOST = 200  # most versions shown; older ones are left out


def moment(at: str) -> str:
    """A time of the store (UTC) in local time: 2月5日 14:03:00."""
    try:
        then = datetime.fromisoformat(at).astimezone()
    except (ValueError, OverflowError):
        return at
    return f"{then.month}月{then.day}日 {then:%H:%M:%S}"


class PastPanel:
    """Earlier versions of the open entry: time, author, and differences from now.

    Args:
        ctx: The form's context.
        bring_back: Restores the JSON values of an earlier version and saves them.
    """

    def __init__(self, ctx: Context, bring_back: Callable[[Mapping[str, Any]], None]) -> None:
        self.ctx, self._bring_back = ctx, bring_back
        self._past: list[EntryVersion] = []
        self._specs: Sequence[Spec] = ()
        self._now: Mapping[str, Any] = {}
        make = ctx.make
        self.list: Any = make(W.Select, "of-lines", "of-versions", description="以前的内容", options=[])
        self.list.observe(ctx.guard(self._chosen), "value")
        self.text: Any = make(W.HTML, "of-past")
        self.restore: Any = ctx.button("恢复成那时的内容", self._restore, "of-add")
        self.hide: Any = ctx.button("收起", self.close, "of-small")
        buttons = make(W.HBox, "of-buttons", children=(self.restore, self.hide))
        self._parts = (self.list, self.text, buttons)
        self.box: Any = make(W.VBox, "of-history")

    @property
    def is_open(self) -> bool:
        """Whether the panel is shown."""
        return bool(self.box.children)

    def open(self, past: Sequence[EntryVersion], now: Mapping[str, Any], specs: Sequence[Spec]) -> None:
        """Show these versions (oldest first) beside the values in the form now."""
        self._past = list(past)[-MOST:]
        self._now, self._specs = now, specs
        lines = [(self._line(one), place) for place, one in reversed(list(enumerate(self._past)))]
        with self.ctx.silence():
            self.list.options = lines
            self.list.rows = min(max(len(lines), 3), 8)
            self.list.value = lines[0][1] if lines else None
        self.box.children = self._parts
        self._show()

    def close(self) -> None:
        """Hide the panel."""
        self.box.children = ()

    def _line(self, one: EntryVersion) -> str:
        return f"{moment(one.at)}　{one.who or UNSIGNED}{'' if one.body is not None else '　移除'}"

    def _chosen(self, _change: Any) -> None:
        if not self.ctx.quiet:
            self._show()

    @property
    def _body(self) -> Mapping[str, Any] | None:
        """The values of the chosen version; None if it is a removal, or if there is no version yet."""
        return self._past[self.list.value].body if self._past else None

    def _show(self) -> None:
        body = self._body
        rows = [] if body is None else self._different(body)
        self.restore.disabled = not rows
        if not self._past:
            text = "还没有以前的内容。"
        elif body is None:
            text = "这一次是移除。"
        else:
            text = "与现在的内容相同。" if not rows else ""
        cells = "".join(
            f"<tr><th>{escape(label)}</th><td>{escape(then)}</td><td>{escape(now)}</td></tr>"
            for label, then, now in rows
        )
        head = "<tr><th>栏目</th><th>那时</th><th>现在</th></tr>"
        put_html(
            self.text, f'<table class="of-side">{head}{cells}</table>' if rows else f'<div class="of-none">{text}</div>'
        )

    def _different(self, body: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        return [
            (one.label, _words(one, body.get(one.name), self.ctx), _words(one, self._now.get(one.name), self.ctx))
            for one in self._specs
            if _plain(body.get(one.name)) != _plain(self._now.get(one.name))
        ]

    def _restore(self) -> None:
        body = self._body
        if body is not None:
            self.close()
            self._bring_back(body)


def _plain(value: Any) -> Any:
    return None if is_blank(value) else value


def _words(spec: Spec, value: Any, ctx: Context) -> str:
    return readable(spec, value, ctx.offered) or "（空白）"


class ClashPanel:
    """Fields that two windows changed differently; both values are shown until the user chooses one.

    Args:
        ctx: The form's context.
        take: Sets a field to the other window's JSON value and saves it.
    """

    def __init__(self, ctx: Context, take: Callable[[str, Any], None]) -> None:
        self.ctx, self._take = ctx, take
        self.open: dict[str, Clash] = {}
        self.box: Any = ctx.make(W.VBox, "of-clashes")

    def show(self, both: Sequence[Clash], specs: Mapping[str, Spec]) -> None:
        """Show these fields in addition to those already shown."""
        self.open |= {clash.name: clash for clash in both if clash.name in specs}
        self._specs = specs
        self._arrange()

    def clear(self) -> None:
        """Hide the panel, because another entry is opened."""
        if self.open:
            self.open = {}
            self._arrange()

    def _arrange(self) -> None:
        self.box.children = tuple(self._one(clash, self._specs[clash.name]) for clash in self.open.values())

    def _one(self, clash: Clash, spec: Spec) -> Any:
        text = (
            f'<table class="of-side"><caption>“{escape(spec.label)}”两个窗口都改了。现在存的是这里的，请选定一份。</caption>'
            f"<tr><th>这里的</th><td>{escape(_words(spec, clash.mine, self.ctx))}</td></tr>"
            f"<tr><th>另一个窗口的</th><td>{escape(_words(spec, clash.theirs, self.ctx))}</td></tr></table>"
        )
        keep = self.ctx.button("用这里的", lambda: self._settle(clash), "of-small")
        take = self.ctx.button("用另一个窗口的", lambda: self._settle(clash, theirs=True), "of-small")
        buttons = self.ctx.make(W.HBox, "of-buttons", children=(keep, take))
        return self.ctx.make(W.VBox, "of-clash", children=(self.ctx.make(W.HTML, value=text), buttons))

    def _settle(self, clash: Clash, *, theirs: bool = False) -> None:
        self.open.pop(clash.name, None)
        self._arrange()
        if theirs:
            self._take(clash.name, clash.theirs)
