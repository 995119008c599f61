"""A form made from a record type: typed fields in, records out, saved while one types.

The form checks fields only. What is typed goes to the ``Port`` 0.6 s after the last key: as a record when it can be
read (fields left blank are found by rules, not here), else as a draft, text for text. Nothing typed is ever dropped.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import ipywidgets as W
from pydantic import ValidationError

from orglife.adapters.field_groups import GroupControl
from orglife.adapters.fields import (
    Choices,
    Context,
    Control,
    Problems,
    esc,
    guard,
    mishap,
    put_html,
)
from orglife.adapters.forms_style import STYLE
from orglife.core.entered import sentence
from orglife.core.errors import NotAccepted, OrglifeError, SaveConflict
from orglife.core.record import ID_PATTERN, Identified, RoundRecord, faults
from orglife.core.shape import HIDE, LISTS, Spec

__all__ = ["Choices", "Context", "Control", "HeadForm", "Held", "Port", "RecordForm", "Spec", "guard"]

DELAY = 0.6  # seconds from the last key to the save
RETRY = 5.0  # seconds until a failed save is tried again
TRIES = 3  # saves that may meet another window's before we give up


class Held(NamedTuple):
    """An entry as the port holds it.

    Attributes:
        version: To be handed back as ``base``; 0 when there is no record yet.
        record: The current record, if there is one.
        draft: What was typed and is no record yet, by field; it goes before the record.
    """

    id: str
    label: str
    version: int
    record: Identified | None
    draft: Mapping[str, Any] | None


class Port(Protocol):
    """Where the entries of one type are kept. What ``save`` and ``draft`` return from is on the disk."""

    @property
    def who(self) -> str:
        """Who is typing."""

    def list(self) -> Sequence[Held | tuple[Any, ...]]:
        """All entries of the type, in the order to show them."""

    def save(self, record: Any, base: int) -> int:
        """Keep a record and settle its draft; returns its version.

        Raises:
            SaveConflict: ``base`` is not the current version (0: there must be none).
        """

    def remove(self, id: str, base: int) -> None:  # noqa: A002
        """Withdraw an entry, record and draft; its history stays. SaveConflict as for ``save``."""

    def draft(self, id: str, fields: Mapping[str, Any]) -> None:  # noqa: A002
        """Keep what was typed and is no record yet."""

    def new_id(self) -> str:
        """An id that nothing in the dossier has or had."""

    def used(self, id: str) -> Iterable[str]:  # noqa: A002
        """Ids that nested objects of this entry have or ever had, in any version."""


class RecordForm:
    """The form of one record type.

    Args:
        kind: The record type.
        port: Where its entries are kept.
        choices: What may be chosen.
        on_saved: Called after every save, draft and removal.
        begin: JSON values that a new entry starts with, e.g. ``{"round": 2, "to": "机关党总支"}``.
        lists: Campaign lists to offer in place of those that the fields name.
        hide: Dotted paths of fields not to show; their values are kept.
        special: Controls for dotted paths, in place of the usual ones.
        locked: Show only: entries received from elsewhere.
        hints: Sentences about a record that was read, by dotted path; they hold nothing up.
        delay: Seconds from the last key to the save.
    """

    single = False

    def __init__(
        self,
        kind: type[Any],
        port: Port,
        *,
        choices: Choices,
        on_saved: Callable[[], None] | None = None,
        begin: Mapping[str, Any] | None = None,
        lists: Mapping[str, str] | None = None,
        hide: Collection[str] = (),
        special: Mapping[str, Callable[[Spec, Context], Control]] | None = None,
        locked: bool = False,
        hints: Callable[[Any], Mapping[str, Sequence[str]]] | None = None,
        delay: float = DELAY,
    ) -> None:
        self.kind, self.port, self.choices = kind, port, choices
        self.on_saved, self.begin, self.delay = on_saved, dict(begin or {}), delay
        self.locked, self.hints = locked, hints
        self.refused = False  # what stands in the form must not be entered as it is
        self.type = getattr(kind, "TYPE", "") or kind.__name__
        self.ctx = Context(
            choices=choices,
            changed=self._changed,
            say=self.say,
            fresh_id=self._fresh_id,
            where=self.type,
            lists={**LISTS.get(self.type, {}), **(lists or {})},
            hide={*HIDE.get(self.type, ()), *hide},
            special=dict(special or {}),
        )
        self.root: GroupControl | None = None
        self.id: str | None = None
        self.base = 0
        self.pending: set[str] = set()  # typed since the record was read or saved
        self.dirty = False  # typed since anything was kept
        self.wrong: list[str] = []  # labels of the fields that could not be read
        self.fresh = False  # the open entry was never kept
        self.begin_member = ""  # whose the open, new entry is
        self._timer: Any = None
        self._stored_raw: Mapping[str, Any] | None = None
        self._numbers: dict[str, int] = {}
        self.held: list[Held] = []
        self._build()
        self.reload()

    # --- what is on the page -----------------------------------------------------------------------------------------

    def _build(self) -> None:
        make, button = self.ctx.make, self.ctx.button
        self.status: Any = make(W.HTML, "of-status-box")
        self.lines: Any = make(W.Select, "of-lines", description=self._lines_label(), options=[], rows=3)
        self.lines.observe(self.ctx.guard(self._chosen), "value")
        self.add_button: Any = button("新增", self.add, "of-add")
        self.remove_button: Any = button("移除", self.ask_to_remove, "of-quiet")
        self.give_up_button: Any = button("放弃这次的填写", self.give_up, "of-quiet")
        self.question: Any = make(W.HTML)
        sure, keep = button("确定移除", self.remove, "of-danger"), button("不移除", self.stop_removing)
        self.confirm: Any = make(W.HBox, "of-confirm", children=(self.question, sure, keep))
        self.bar: Any = make(W.HBox, "of-buttons")
        self.place: Any = make(W.VBox, "of-place")
        self.hint: Any = make(W.HTML)
        self.head: Any = make(W.HTML, value=STYLE + self._headline())
        self.box: Any = make(W.VBox, "of", f"of-t-{self.type}")

    def _lines_label(self) -> str:
        return "党员" if getattr(self.kind, "ONE_PER", "") == "member" else "已登记"

    def _headline(self) -> str:
        paper = getattr(self.kind, "FORM", "")
        return (
            f'<div class="of-title"><b>{esc(self.kind.LABEL)}</b>'
            f"{f'<span>{esc(paper)}</span>' if paper else ''}"
            f"<span>登记人：{esc(self.port.who) or '未填'}</span><span>{'收到的内容，只能查看' if self.locked else '带 * 的要填写；填写后自动保存'}</span></div>"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return self.box._repr_mimebundle_(**kwargs)

    def say(self, text: str) -> None:
        """Show a sentence in the status line."""
        good = "half" if self.wrong else "good"
        mark = {"⚠": "bad", "✓": good}.get(text[:1], "calm")
        put_html(self.status, f'<div class="of-status of-{mark}" role="status">{esc(text)}</div>')

    def field(self, dotted: str) -> Control:
        """The control of a field of the open entry, e.g. ``briefing.problems`` or ``speeches.0.member``."""
        found: Control = self._root()
        for part in dotted.split("."):
            found = found.fields()[part]
        return found

    def _root(self) -> GroupControl:
        if self.root is None:
            self.root = GroupControl(
                Spec(path=(self.type,), kind="object", label=self.kind.LABEL), self.ctx, self.kind, root=True
            )
        return self.root

    # --- the list ----------------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read what there is and show the list; where there is only one, open it."""
        self._read_list()
        if self.id is None and self._is_single():
            self._open_single()
        self._arrange()

    def refresh(self) -> None:
        """Take up what other forms have saved meanwhile: what may be chosen, and the list."""
        self._read_list()
        self.ctx.forget()
        if self.root is not None:
            with self.ctx.silence():
                self.root.refresh()
        if self.id is not None and not self.pending:
            self._follow()
        self._arrange()

    def _follow(self) -> None:
        """Show the open entry as it is now, after an import or another window changed it."""
        held = next((held for held in self.held if held.id == self.id), None)
        if held is not None and held.version != self.base:
            self.open(held.id)
        elif held is None and self.base:
            self.id = None
            if self._is_single():
                self._open_single()

    def _read_list(self) -> None:
        self.held = [Held(*entry) for entry in self.port.list()]

    def _is_single(self) -> bool:
        if self.single:
            return True
        one_per = getattr(self.kind, "ONE_PER", "")
        if one_per == "dossier":
            return len(self.held) <= 1
        return one_per == "round" and (
            not self.held or (len(self.held) == 1 and self._round(self.held[0]) == self._now())
        )

    def _now(self) -> int:
        return int(self.begin.get("round", 1))

    def _round(self, held: Held) -> int:
        if held.record is not None:
            return int(getattr(held.record, "round", 1))
        return int((held.draft or {}).get("round") or 1)

    def _open_single(self) -> None:
        if self.held:
            self.open(self.held[0].id)
        else:
            self._open_new({})

    def _arrange(self) -> None:
        """Put the parts on the page; parts that stay keep their place, so that nobody loses the cursor while typing."""
        single, opened = self._is_single(), self.id is not None
        self._fill_lines()
        self.bar.children = self._bar(single=single)
        put_html(self.hint, f'<div class="of-none">{self._hint()}</div>')
        self.place.children = (self._root().box,) if opened else () if single else (self.hint,)
        lines = (self.lines,) if self.lines.options else ()
        if single:
            children = (self.head, self.status, self.place, self.bar)
        else:
            children = (self.head, *lines, self.bar, self.status, self.place)
        if self.box.children != children:
            self.box.children = children

    def _bar(self, *, single: bool) -> tuple[Any, ...]:
        stored = any(held.id == self.id for held in self.held)
        add = not single and not self.locked and self._may_add()
        remove = stored and not self.single and not self.locked
        gone = (self.give_up_button,) if self.refused else (self.remove_button,) if remove else ()
        return (*((self.add_button,) if add else ()), *gone)

    def _hint(self) -> str:
        if self.lines.options:
            return "请在上面选一条，或点“新增”。" if not self.locked and self._may_add() else "请在上面选一条。"
        if self.locked:
            return "还没有收到。"
        return "还没有登记，请点“新增”。" if self._may_add() else "名册里还没有党员，请先登记党员名册。"

    def _may_add(self) -> bool:
        one_per = getattr(self.kind, "ONE_PER", "")
        if one_per == "round":
            return not any(self._round(held) == self._now() for held in self.held)
        return one_per not in ("dossier", "member") or (one_per == "dossier" and not self.held)

    def _fill_lines(self) -> None:
        options = self._options()
        value = self.id if self.id in [key for _, key in options] else None
        with self.ctx.silence():
            if list(self.lines.options) != options:
                self.lines.options = options
                self.lines.rows = min(max(len(options), 3), 12)
            if self.lines.value != value:
                self.lines.value = value

    def _options(self) -> list[tuple[str, str]]:
        entries = {held.id: (self._line(held), held.id) for held in self.held}
        found: list[tuple[str, str]] = []
        if getattr(self.kind, "ONE_PER", "") == "member":
            found = self._member_lines(entries)
        found += entries.values()
        if self.id is not None and self.id not in [key for _, key in found]:
            found.append((f"{self._new_label()}（还没有填）", self.id))
        return found

    def _member_lines(self, entries: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
        """One line for each member, those without an entry too; takes what it shows out of ``entries``."""
        found: list[tuple[str, str]] = []
        for member, name in self.choices.members():
            mine = [held for held in self.held if self._member(held) == member and self._round(held) == self._now()]
            marks = [(f"{name}　{'未填完' if held.draft is not None else '✓ 已填'}", held.id) for held in mine]
            opened = self.id is not None and self.begin_member == member and not mine
            found += marks or [(f"{name}　未填写", self.id if opened and self.id else f"+{member}")]
            for held in mine:
                entries.pop(held.id)
        return found

    def _member(self, held: Held) -> str:
        if held.draft is not None:
            return str(held.draft.get("member") or "")
        return str(getattr(held.record, "member", "") or "")

    def _new_label(self) -> str:
        return f"新的{self.kind.LABEL}"

    def _line(self, held: Held) -> str:
        label = held.label or self.kind.LABEL
        if issubclass(self.kind, RoundRecord) and self._round(held) > 1:
            label = f"{label}（第{self._round(held)}轮）"
        return f"{label}「未填完」" if held.draft is not None else label

    # --- opening -----------------------------------------------------------------------------------------------------

    def _chosen(self, change: Any) -> None:
        key = change["new"]
        if self.ctx.quiet or key is None or key == self.id:
            return
        if not self.flush():
            self._fill_lines()  # stay with what could not be saved
        elif key.startswith("+"):
            self._open_new({"member": key[1:]})
        else:
            self._read_list()
            self.open(key)
        self._arrange()

    def add(self) -> None:
        """Open a new, blank entry; nothing is stored before something is typed."""
        if self.flush():
            self._open_new({})
            self._arrange()

    def _open_new(self, values: Mapping[str, Any]) -> None:
        self.begin_member = str(values.get("member") or "")
        self._opened(self.port.new_id(), 0)
        self.fresh = True
        self._fill({**self.begin, **values})
        self.say("还没有填写。")

    def open(self, id: str) -> None:  # noqa: A002
        """Open an entry of the list."""
        held = next((held for held in self.held if held.id == id), None)
        if held is None:
            self.say("⚠ 这一条刚才在别处被移除了。请另选一条。")
            self.id = None
            return
        self.begin_member = ""
        self._opened(held.id, held.version)
        self._fill(_json(held.record))
        if held.draft is not None:
            before = self._raw()
            self._fill(held.draft)
            after = self._raw()
            self.pending = {name for name in after if after[name] != before.get(name)} if held.record else set(after)
            self._stored_raw = after
        self.say("上次填到一半，有需要改正的地方。" if held.draft is not None else "已保存的内容在下面，可以修改。")
        self.check()

    def _opened(self, id: str, version: int) -> None:  # noqa: A002
        self.stop_removing()
        self.id, self.base, self.wrong, self.fresh = id, version, [], False
        self.refused, self.ctx.remarks = False, {}
        self.ctx.forget()
        self.pending, self.dirty, self._stored_raw, self._numbers = set(), False, None, {}

    def _fill(self, values: Mapping[str, Any]) -> None:
        with self.ctx.silence():
            self._root().put({**values, "id": self.id})
        self._root().show([])
        if self.locked:
            lock(self._root().box)

    def _raw(self) -> dict[str, Any]:
        raw: dict[str, Any] = self._root().raw()
        raw.pop("id", None)
        return raw

    def _fresh_id(self, letter: str) -> str:
        """The next id for a nested object, higher than any that this entry ever used."""
        stem = f"{self.id}.{letter}"
        if letter not in self._numbers:
            ids = [*self.port.used(self.id or ""), *_ids(self._raw())]
            numbers = [int(found[1]) for i in ids if (found := re.fullmatch(rf"{re.escape(stem)}(\d+)", i, re.ASCII))]
            self._numbers[letter] = max(numbers, default=0)
        self._numbers[letter] += 1
        fresh = f"{stem}{self._numbers[letter]}"
        return fresh if re.fullmatch(ID_PATTERN, fresh) else self.port.new_id()

    # --- saving ------------------------------------------------------------------------------------------------------

    def _changed(self, name: str) -> None:
        self.pending.add(name)
        self.dirty = True
        self.say("正在保存…")
        self._later(self.delay, otherwise_now=True)

    def _later(self, seconds: float, *, otherwise_now: bool = False) -> None:
        self._stop_timer()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no kernel: tests and scripts save at once
            if otherwise_now:
                self.flush()
            return
        self._timer = loop.call_later(seconds, self.ctx.guard(self.flush))

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def check(self) -> Any:
        """Read the fields and show what is wrong beside them.

        Returns:
            The record, or None when a field cannot be read.
        """
        problems: Problems = []
        values = self._root().read((), problems) or {}
        record = None
        try:
            record = self.kind.model_validate({**values, "id": self.id})
        except ValidationError as error:
            problems += [(tuple(one["loc"]), sentence(one)) for one in faults(error)]
        self.ctx.remarks = self.hints(record) if self.hints and record is not None else {}
        self._root().show(problems)
        self.wrong = list(dict.fromkeys(self._label(str(path[0])) for path, _ in problems if path))
        return None if problems else record

    def _label(self, name: str) -> str:
        control = self._root().controls.get(name)
        return control.spec.label if control else name

    def flush(self) -> bool:
        """Keep what was typed now; True when nothing is left unsaved."""
        self._stop_timer()
        if self.id is None or not self.dirty:
            return True
        try:
            told = self._keep()
        except NotAccepted as error:
            self._refuse(error)
            return False
        except OrglifeError as error:
            self._failed(str(error))
            return False
        except Exception as error:  # noqa: BLE001  what was typed must be said to be unsaved, whatever went wrong
            self._failed(mishap(error, self.type))
            return False
        self.dirty = self.fresh = self.refused = False
        self.say(told)
        self._read_list()
        self._arrange()
        self._tell()
        return True

    def _failed(self, why: str) -> None:
        self.say(f"⚠ 没有保存成功，请不要关闭窗口；程序会自动再试。{why.removeprefix('⚠ ')}")
        self._later(RETRY)

    def _refuse(self, error: NotAccepted) -> None:
        """Say beside the field why the entry must not be made; it is kept nowhere until it is changed."""
        self._root().show([((error.FIELD,), str(error))] if error.FIELD else [])
        self.say("⚠ 这一条没有登记，原来的内容没有改动。请看下面标红的地方。")
        self.refused = True
        self._arrange()

    def give_up(self) -> None:
        """Drop what must not be entered, and show what is kept."""
        self._stop_timer()
        self.dirty = self.refused = False
        kept, self.id = (self.id if self.base else None), None
        self.reload()
        if kept is not None:
            self.open(kept)
            self._arrange()

    def _tell(self) -> None:
        if self.on_saved is not None:
            guard(self.on_saved, self.say, self.type)()

    def _keep(self) -> str:
        record = self.check()
        if record is None:
            return self._keep_draft()
        merged = ""
        for _ in range(TRIES):
            try:
                self.base = self.port.save(record, self.base)
            except SaveConflict:
                merged = self._merge()
                record = self.check()
                if record is None:
                    return self._keep_draft()
                continue
            self.pending, self._stored_raw = set(), None
            return merged or f"✓ 已保存 {datetime.now():%H:%M:%S}{self._blanks(record)}"
        raise SaveConflict(record=self.kind.LABEL)

    def _keep_draft(self) -> str:
        self._merge_draft()
        raw = self._raw()
        self.port.draft(self.id or "", raw)
        self._stored_raw = raw
        return f"✓ 已保存为“未填完” {datetime.now():%H:%M:%S}　需要改正：{'、'.join(self.wrong)}"

    def _blanks(self, record: Any) -> str:
        ticks = {spec.label for spec in self._root().specs if spec.kind == "tick"}
        blank = [label for label in record.blanks() if label not in ticks]
        return f"　还空着：{'、'.join(blank)}" if blank else ""

    def _merge(self) -> str:
        """Another window saved this entry: take its values, keep what was typed here."""
        self._read_list()
        held = next((held for held in self.held if held.id == self.id), None)
        if held is not None and self._is_another(held):
            self._take_new_id()
            return ""
        if held is None or held.record is None:
            self.base = 0
            return "✓ 已保存；这一条刚才在别处被移除了，现在按这里的内容重新保存，请核对。"
        self._take_in(_json(held.record))
        self.base = held.version
        return "✓ 已保存；另一个窗口刚才也改了这一条，两边的内容已合在一起，请核对。"

    def _merge_draft(self) -> None:
        """Another window may have left an unfinished entry of the same id: keep its fields too."""
        other = next((Held(*entry) for entry in self.port.list() if entry[0] == self.id), None)
        if other is not None and self._is_another(other):
            self._take_new_id()
        elif other is not None and other.draft is not None and dict(other.draft) != self._stored_raw:
            self._take_in(other.draft)

    def _is_another(self, held: Held) -> bool:
        """Whether two windows gave the same new id to two different entries."""
        if not self.fresh or self.single or getattr(self.kind, "ONE_PER", "") in ("dossier", "round"):
            return False
        return not self.begin_member or self._member(held) != self.begin_member

    def _take_new_id(self) -> None:
        """Move what was typed to an id of its own, nested ids with it."""
        old, raw = self.id or "", self._raw()
        self.id, self.base = self.port.new_id(), 0
        with self.ctx.silence():
            self._root().put({**_renamed(raw, f"{old}.", f"{self.id}."), "id": self.id})

    def _take_in(self, values: Mapping[str, Any]) -> None:
        mine = {name: text for name, text in self._raw().items() if name in self.pending}
        with self.ctx.silence():
            self._root().put({**values, **mine, "id": self.id})

    # --- removing ----------------------------------------------------------------------------------------------------

    def ask_to_remove(self) -> None:
        """Ask once more."""
        name = next((held.label for held in self.held if held.id == self.id), "") or self.kind.LABEL
        put_html(self.question, f"<span>移除“{esc(name)}”吗？它不再出现在材料里，但历史里留着，以后还能查到。</span>")
        self.bar.children = (self.confirm,)

    def stop_removing(self) -> None:
        """Leave it as it is."""
        if self.confirm in self.bar.children:
            self.bar.children = ()
            self._arrange()

    def remove(self) -> None:
        """Remove the open entry; what was typed last is saved first, so that the history has it."""
        if self.id is None or not self.flush():
            return
        held = next((held for held in self.held if held.id == self.id), None)
        try:
            if held is not None:
                self.port.remove(self.id, self.base)
        except SaveConflict:
            self._read_list()
            self.open(self.id)
            self._arrange()
            self.say("⚠ 这一条刚才在别处改过，没有移除。请看过现在的内容，再决定是否移除。")
            return
        except OrglifeError as error:
            self.say(f"⚠ 没有移除。{error}")
            return
        self.id, self.wrong = None, []
        self.bar.children = ()
        self.reload()
        self.say("✓ 已移除，历史里留着。")
        self._tell()


class HeadForm(RecordForm):
    """The form of the branch's own data: one fixed object that is never removed."""

    single = True


def lock(widget: Any) -> None:
    """Let a widget and everything in it only be read."""
    if widget.has_trait("disabled"):
        widget.disabled = True
    for child in getattr(widget, "children", ()):
        lock(child)


def _json(record: Any) -> dict[str, Any]:
    found: dict[str, Any] = record.to_json() if record is not None else {}
    return found


def _renamed(value: Any, old: str, new: str) -> Any:
    """A JSON value whose nested ids begin with another record's id."""
    if isinstance(value, Mapping):
        return {
            key: new + part[len(old) :]
            if key == "id" and isinstance(part, str) and part.startswith(old)
            else _renamed(part, old, new)
            for key, part in value.items()
        }
    return [_renamed(part, old, new) for part in value] if isinstance(value, (list, tuple)) else value


def _ids(value: Any) -> list[str]:
    """Every id inside a JSON value."""
    if isinstance(value, Mapping):
        own = [value["id"]] if isinstance(value.get("id"), str) else []
        return own + [found for part in value.values() for found in _ids(part)]
    if isinstance(value, (list, tuple)):
        return [found for part in value for found in _ids(part)]
    return []
