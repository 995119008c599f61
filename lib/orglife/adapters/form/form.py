"""A form generated from a record type; it saves records while the user types.

The form checks single fields only. Input is saved through the ``Port`` 0.6 s after the last key: as a record when all
fields can be read (rules, not the form, report blank fields), else as a draft with the exact text. No input is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from orglife.adapters.disk.record_files import UNSIGNED
from orglife.adapters.field.context import Choices, Context, lock
from orglife.adapters.field.later import DELAY
from orglife.adapters.field.port import Port
from orglife.adapters.field.style import FORMS
from orglife.adapters.form.conflicts import Clash, json_of
from orglife.adapters.form.entry_list import EntryListing
from orglife.adapters.form.open_entry import OpenEntry
from orglife.adapters.form.page import FormPage
from orglife.adapters.form.past import ClashPanel, PastPanel, moment
from orglife.adapters.grid.edit import Fill
from orglife.adapters.grid.rows import GridControl
from orglife.core.errors import OrglifeError, SaveConflict
from orglife.core.formview import Layout, Live
from orglife.core.record.record import is_blank
from orglife.core.record.shape import specs_of

PLAIN = Layout()


def _without_choice(kind: type[Any], choices: Choices) -> list[str]:
    """Fields to choose for from lists of the campaign that are all empty: there is nothing to choose."""
    return [
        spec.name
        for spec in specs_of(kind)
        if spec.lists and not any(choices.keys(kind.OTHER_LISTS.get(each, each)) for each in spec.lists)
    ]


class RecordForm(OpenEntry):
    """The form of one record type.

    Args:
        kind: The record type.
        port: Stores its entries.
        choices: The options of the fields.
        on_saved: Called after every save, draft and removal.
        begin: Initial JSON values of a new entry, e.g. ``{"round": 2, "to": "机关党总支"}``.
        locked: Read-only, for entries received from elsewhere.
        hints: Hints about a valid record, by dotted path; they do not block saving.
        live: Calculates lines and cells to show from a valid record.
        layout: The layout of the stage's forms.
        fill: Returns what follows from the values just typed.
        sources: Returns the values that other entries give to fields, from the entry's values.
        begin_of: Returns the initial values of a member's new entry.
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
        locked: bool = False,
        hints: Callable[[Any], Mapping[str, Sequence[str]]] | None = None,
        live: Callable[[Any], Live] | None = None,
        layout: Layout = PLAIN,
        fill: Fill | None = None,
        sources: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda _: {},
        begin_of: Callable[[str], Mapping[str, Any]] = lambda _: {},
        delay: float = DELAY,
    ) -> None:
        self.begin_of = begin_of
        self.begin, self.locked = dict(begin or {}), locked
        name = getattr(kind, "TYPE", "") or kind.__name__
        hidden = (*kind.UNUSED, *layout.hide.get(name, ()), *_without_choice(kind, choices))
        self._starred = any(spec.core and spec.name not in hidden for spec in specs_of(kind))
        self.at_once = name in layout.at_once
        ctx = Context(
            choices=choices,
            changed=self._changed,
            say=self.say,
            fresh_id=self._fresh_id,
            where=name,
            lists=kind.OTHER_LISTS,
            hide=hidden,
            first=layout.first.get(name, ()),
            shown=layout.shown.get(name, {}),
            sorts=layout.sorts.get(name, {}),
            declared=layout.declared.get(name, {}),
            origins={field: taken.origin for field, taken in layout.taken.get(name, {}).items()},
            spared=layout.spared.get(name, ()),
        )
        listing = EntryListing(
            kind,
            choices,
            self.begin,
            self.single,
            locked,
            elsewhere=layout.elsewhere.get(name, ""),
            when_needed=name in layout.when_needed,
        )
        super().__init__(
            listing, port, ctx, on_saved=on_saved, hints=hints, live=live, delay=delay, fill=fill, sources=sources
        )
        self.past, self.clash = PastPanel(ctx, self._bring_back), ClashPanel(ctx, self._take_theirs)
        self.page = FormPage(
            ctx,
            self,
            head=FORMS + self._headline(),
            label=listing.label,
            past=self.past.box,
            clash=self.clash.box,
        )
        self.reload()

    # --- the page ----------------------------------------------------------------------------------------------------

    @property
    def box(self) -> Any:
        """The form's widget."""
        return self.page.box

    def _headline(self) -> str:
        use = "收到的内容，只能查看" if self.locked else f"{'带 * 的要填写；' if self._starred else ''}填写后自动保存"
        return (
            f'<div class="of-title"><b>{escape(self.kind.LABEL)}</b>'
            f"<span>录入人：{escape(self.port.who) if self.port.who != UNSIGNED else '还没有选，请在页面右上角选'}</span><span>{use}</span></div>"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return self.box._repr_mimebundle_(**kwargs)

    def say(self, text: str) -> None:
        """Show a message in the status line."""
        self.page.say(text, entry=self.id or "", half=bool(self.wrong))

    def arrange(self) -> None:
        """Update the page; close an open question."""
        single = self.listing.is_single(self.entries)
        mine = self._listed() is not None and not self.locked
        options = self.listing.options(self.entries, self.id, self.begin_member)
        self.page.show_lines(options, self.id if self.id in [key for _, key in options] else None)
        self.page.show_buttons(
            add=not single and self.listing.may_add(self.entries),
            back=mine and self.base > 0 and not self.refused,
            remove=mine and not self.single and not self.refused,
            give_up=self.refused,
        )
        entry = self._root().box if self.id is not None else None
        hint = "" if single else self.listing.hint(self.entries, lines=bool(options))
        self.page.arrange(entry=entry, hint=hint, single=single)

    def show_clashes(self, both: Sequence[Clash]) -> None:
        """Show the fields that two windows changed differently."""
        self.clash.show(both, {spec.name: spec for spec in self._root().specs})

    # --- the list ----------------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the entries and show the list, while none is open; open the only entry of a single type."""
        self._read_list()
        if self.listing.is_single(self.entries):
            self._open_single()
        self.arrange()

    def refresh(self) -> None:
        """Update options and list after other forms saved."""
        self._read_list()
        self.ctx.forget()
        if self.root is not None:
            with self.ctx.silence():
                self.root.refresh()
        if self.id is not None and not self.pending:
            self._follow()
        self.arrange()

    def _follow(self) -> None:
        """Show the current version of the open entry after an import or another window changed it."""
        entry = self._listed()
        if entry is not None and entry.version != self.base:
            self.open(entry.id)
        elif entry is None and self.base:
            self.id = None
            if self.listing.is_single(self.entries):
                self._open_single()

    def _open_single(self) -> None:
        if self.entries:
            self.open(self.entries[0].id)
        else:
            self._open_new({})

    # --- opening -----------------------------------------------------------------------------------------------------

    def choose(self, key: str) -> None:
        """Open the entry of a line in the list, or a new one for a member without an entry."""
        if key == self.id:
            return
        if self.flush():  # otherwise stay with the entry that could not be saved
            if key.startswith("+"):
                self._open_new({"member": key[1:]})
            else:
                self._read_list()
                self.open(key)
        self.arrange()

    def add(self) -> None:
        """Open a new, blank entry; nothing is stored until the user types."""
        self.start({})

    def start(self, values: Mapping[str, Any]) -> None:
        """Open a new entry with these initial JSON values."""
        if self.flush():
            self._open_new(values)
            self.arrange()

    def show_entry(self, id: str) -> None:  # noqa: A002
        """Save the open entry, then open another one of the list."""
        if self.flush():
            self._read_list()
            self.open(id)
            self.arrange()

    def go(self, id: str, values: Mapping[str, Any], path: Sequence[str | int]) -> None:  # noqa: A002
        """Open an entry and mark one of its fields.

        Args:
            id: The entry; "" = the existing one of the same member or single type, else a new one. One that is started
                elsewhere is new only where the values fill a field that the form hides.
            values: Initial values of a new entry; a row that they hold for the field is begun in an existing one too.
            path: The field to mark.
        """
        self._read_list()
        listed = any(entry.id == id for entry in self.entries)
        target = id if id and (listed or not self.listing.is_single(self.entries)) else self._existing(values)
        if target:
            self.show_entry(target)
        elif not self.locked and (not self.listing.elsewhere or any(name in self.ctx.hide for name in values)):
            self.start(values)
        if self.id is not None:
            self.point(self._root(), self._row_begun(path, values) if target else path)

    def _row_begun(self, path: Sequence[str | int], values: Mapping[str, Any]) -> Sequence[str | int]:
        """The path, on to the row that the values begin in its field."""
        if len(path) == 1:
            name = str(path[0])
            table, rows = self._root().controls.get(name), values.get(name)
            if isinstance(table, GridControl) and rows:
                return [*path, *table.begin_row(rows[0])]
        return path

    def _existing(self, values: Mapping[str, Any]) -> str:
        """Id of the entry that a new one would duplicate; "" when there is none."""
        if self.listing.is_single(self.entries):
            return self.entries[0].id if self.entries else ""
        mine = [h for h in self.entries if self.listing.member_of(h) == values.get("member")]
        return mine[-1].id if self.listing.per == "member" and mine else ""

    def _open_new(self, values: Mapping[str, Any]) -> None:
        self.begin_member = str(values.get("member") or "")
        self._opened(self.port.new_id(), 0)
        self.fresh = True
        of_member = self.begin_of(self.begin_member) if self.begin_member else {}
        self._fill({**self.begin, **of_member, **values})
        # check at once when there are initial values; do not report missing fields of a blank form
        if values or self.ctx.declared or self.at_once:
            self.check()
        self.say("还没有填写。")

    def open(self, id: str) -> None:  # noqa: A002
        """Open an entry of the list."""
        entry = next((entry for entry in self.entries if entry.id == id), None)
        if entry is None:
            self.say("⚠ 这一条刚才在别处被移除了。请另选一条。")
            self.id = None
            return
        self.begin_member = ""
        self._opened(entry.id, entry.version)
        self._origin = json_of(entry.record)
        self._fill(self._origin)
        if entry.draft is not None:
            before = self._raw()
            self._fill(entry.draft)
            after = self._raw()
            self.pending = {name for name in after if after[name] != before.get(name)} if entry.record else set(after)
            self._stored_raw = after
        self.say("上次填到一半，有需要改正的地方。" if entry.draft is not None else "已保存的内容在下面，可以修改。")
        self.check()

    def _opened(self, id: str, version: int) -> None:  # noqa: A002
        self._begin(id, version)
        self.past.close()
        self.clash.clear()

    def _fill(self, values: Mapping[str, Any]) -> None:
        sources = self.sources(values)
        taken = {name: value for name, value in sources.items() if is_blank(values.get(name))}
        with self.ctx.silence():
            self._root().put({**values, **taken, "id": self.id})
        self._root().show([])
        self._root().show_origins(sources)
        if self.locked:
            lock(self._root().box)

    def give_up(self) -> None:
        """Discard input that was rejected, and show the saved version."""
        self._later.stop()
        self.dirty = self.refused = False
        saved, self.id = (self.id if self.base else None), None
        self.reload()
        if saved is not None:
            self.open(saved)
            self.arrange()

    # --- earlier versions --------------------------------------------------------------------------------------------

    def show_past(self) -> None:
        """Show or hide the earlier versions of the open entry."""
        if self.past.is_open:
            self.past.close()
        elif self.id is not None and self.flush():
            self.past.open(self.port.past(self.id), self._root().read((), []), self._root().specs)

    def undo(self) -> None:
        """Restore the version before the last change; each further call goes back one more version."""
        if self.id is None or not self.flush():
            return
        entry = self._listed()
        draft = entry is not None and entry.draft is not None
        until = self._undone or self.base + draft
        before = [one for one in self.port.past(self.id) if one.body is not None and one.version < until]
        while before and not draft and before[-1].body == self._origin:
            before.pop()
        last = before[-1] if before else None
        if last is None or last.body is None:
            self.say("没有更早的内容了。")
            return
        self._bring_back(last.body)
        self._undone = last.version
        if not self.dirty:
            self.say(f"✓ 已撤销，回到{moment(last.at)}（{last.who or UNSIGNED}）的内容；再点一次，再退一步。")

    def _bring_back(self, body: Mapping[str, Any]) -> None:
        """Restore an earlier version: show it in the form and save it as the newest."""
        values = self.kind.upgraded(dict(body)).to_json() if hasattr(self.kind, "upgraded") else dict(body)
        with self.ctx.silence():
            self._root().put({**values, "id": self.id})
        self.pending |= set(self.kind.model_fields)
        self.dirty = True
        self.flush()

    def _take_theirs(self, name: str, value: Any) -> None:
        """Set a field to the other window's value and save it."""
        with self.ctx.silence():
            self._root().controls[name].put(value)
        self._changed(name)
        self.flush()

    # --- removing ----------------------------------------------------------------------------------------------------

    def ask_to_remove(self) -> None:
        """Ask the user to confirm the removal."""
        entry = self._listed()
        if entry is not None:
            self.page.ask_to_remove(entry.label)

    def remove(self) -> None:
        """Remove the open entry; unsaved input is saved first, so that it is in the history."""
        if self.id is None or not self.flush():
            return
        try:
            if self._listed() is not None:
                self.port.remove(self.id, self.base)
        except SaveConflict:
            self._read_list()
            self.open(self.id)
            self.arrange()
            self.say("⚠ 这一条刚才在别处改过，没有移除。请看过现在的内容，再决定是否移除。")
            return
        except OrglifeError as error:
            self.say(f"⚠ 没有移除。{error}")
            return
        self.id, self.wrong = None, []
        self.reload()
        self.say("✓ 已移除，修改历史里还能查到。")
        self._notify()


class HeadForm(RecordForm):
    """The form of the branch's own data: one object that cannot be removed."""

    single = True
