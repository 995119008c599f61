"""The entry open in a form: reading its fields, saving, and merging changes of other windows."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from orglife.adapters.field.context import Context, Control, Problems
from orglife.adapters.field.later import RETRY, Later
from orglife.adapters.field.messages import guard, waiting_words
from orglife.adapters.field.port import Port, StoredEntry
from orglife.adapters.form.conflicts import Clash, clashes, ids_in, json_of, renamed
from orglife.adapters.form.entry_list import EntryListing
from orglife.adapters.form.groups import GroupControl
from orglife.adapters.grid.edit import TRIES, Fill
from orglife.core.errors import NotAccepted, SaveConflict
from orglife.core.formview import Live
from orglife.core.record.entered import sentence
from orglife.core.record.field import is_ident
from orglife.core.record.record import TYPED, faults, is_blank
from orglife.core.record.shape import Spec

HERE = "of-here"  # CSS class of the control that a link points to


class OpenEntry(ABC):
    """The open entry of a form.

    Attributes:
        id: Its id; None when no entry is open.
        base: Version of the record that was opened or saved last; 0 = none yet.
        pending: Fields typed since the record was opened or saved.
        dirty: There is input that is saved neither as record nor as draft.
        wrong: Labels of the fields that could not be read.
        fresh: Never saved yet.
        refused: The store rejected the values in the form.
        begin_member: The member of a new entry.
    """

    def __init__(
        self,
        listing: EntryListing,
        port: Port,
        ctx: Context,
        *,
        on_saved: Callable[[], None] | None,
        hints: Callable[[Any], Mapping[str, Sequence[str]]] | None,
        live: Callable[[Any], Live] | None,
        delay: float,
        fill: Fill | None = None,
        sources: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda _: {},
    ) -> None:
        self.listing, self.port, self.ctx = listing, port, ctx
        self.kind = listing.kind
        self.type = ctx.where
        self.on_saved, self.hints, self.live, self.delay = on_saved, hints, live, delay
        self.fill, self.sources = fill, sources
        self.root: GroupControl | None = None
        self.id: str | None = None
        self.base = 0
        self.pending: set[str] = set()
        self.dirty = self.fresh = self.refused = False
        self.wrong: list[str] = []
        self.begin_member = ""
        self.entries: list[StoredEntry] = []
        self._later = Later(self.flush, ctx.guard)
        self._stored_raw: Mapping[str, Any] | None = None
        self._origin: Mapping[str, Any] = {}  # the record that was opened, or saved last
        self._undone = 0  # version that the last undo restored; 0 = none
        self._numbers: dict[str, int] = {}
        self._marked: Any = None

    # --- implemented by the form -------------------------------------------------------------------------------------

    @abstractmethod
    def say(self, text: str) -> None:
        """Show a message in the status line."""

    @abstractmethod
    def arrange(self) -> None:
        """Update the page."""

    @abstractmethod
    def show_clashes(self, both: Sequence[Clash]) -> None:
        """Show the fields that two windows changed differently."""

    # --- fields ------------------------------------------------------------------------------------------------------

    def _begin(self, id: str, version: int) -> None:  # noqa: A002
        """Reset the state for another entry."""
        self.id, self.base, self.wrong = id, version, []
        self.pending, self.dirty, self.fresh, self.refused = set(), False, False, False
        self._stored_raw, self._origin, self._undone, self._numbers = None, {}, 0, {}
        self.ctx.remarks, self.ctx.live = {}, Live()
        self.ctx.forget()

    def field(self, dotted: str) -> Control:
        """The control of a field of the open entry, e.g. ``briefing.problems`` or ``speeches.0.member``."""
        control: Control = self._root()
        for part in dotted.split("."):
            control = control.fields()[part]
        return control

    def point(self, root: Control, path: Sequence[str | int]) -> None:
        """Mark the control at a path, so that the page can scroll to it, and unfold the parts around it."""
        if self._marked is not None:
            self._marked.remove_class(HERE)
        at = root
        for place, part in enumerate(path):
            at.unfold(str(part))
            if str(part) not in at.fields():
                at.go_to(path[place:])
                break
            at = at.fields()[str(part)]
        self._marked = at.target
        if self._marked is not None:
            self._marked.add_class(HERE)

    def _root(self) -> GroupControl:
        if self.root is None:
            self.root = GroupControl(
                Spec(path=(self.type,), kind="object", label=self.kind.LABEL), self.ctx, self.kind, root=True
            )
        return self.root

    def _raw(self) -> dict[str, Any]:
        raw: dict[str, Any] = self._root().raw()
        raw.pop("id", None)
        return raw

    def _fresh_id(self, letter: str) -> str:
        """The next id for a nested object: numbered higher than any id that this entry ever used."""
        stem = f"{self.id}.{letter}"
        if letter not in self._numbers:
            ids = [*self.port.used(self.id or ""), *ids_in(self._raw())]
            numbers = [int(match[1]) for i in ids if (match := re.fullmatch(rf"{re.escape(stem)}(\d+)", i, re.ASCII))]
            self._numbers[letter] = max(numbers, default=0)
        self._numbers[letter] += 1
        fresh = f"{stem}{self._numbers[letter]}"
        return fresh if is_ident(fresh) else self.port.new_id()

    def _read_list(self) -> None:
        self.entries = list(self.port.list())

    def _listed(self) -> StoredEntry | None:
        """The open entry in the list; None when it was never saved, or was removed."""
        return next((entry for entry in self.entries if entry.id == self.id), None)

    # --- saving ------------------------------------------------------------------------------------------------------

    def _changed(self, name: str) -> None:
        self.pending.add(name)
        self.dirty, self._undone = True, 0
        self.say("正在保存…")
        self._later.start(self.delay, otherwise_now=True)

    def check(self) -> Any:
        """Read the fields and show errors beside them.

        Returns:
            The record, or None when a field cannot be read.
        """
        problems: Problems = []
        values = self._filled(self._taken(self._root().read((), problems)))
        record = None
        try:
            record = self.kind.model_validate({**values, "id": self.id}, context=TYPED)
        except ValidationError as error:
            problems += [(tuple(one["loc"]), sentence(one)) for one in faults(error)]
        self.ctx.remarks = self.hints(record) if self.hints and record is not None else {}
        self.ctx.live = self.live(record) if self.live and record is not None else Live()
        self._root().show(problems)
        self._root().show_origins(self.sources(values))
        self.wrong = list(dict.fromkeys(self._label(str(path[0])) for path, _ in problems if path))
        return None if problems else record

    def _taken(self, values: dict[str, Any]) -> dict[str, Any]:
        """With the blank fields taken from other entries, except those that were just cleared here."""
        for name, source in self.sources(values).items():
            if is_blank(values.get(name)) and not is_blank(source) and name not in self.pending:
                values[name] = source
                with self.ctx.silence():
                    self._root().controls[name].put(source)
        return values

    def _filled(self, values: dict[str, Any]) -> dict[str, Any]:
        """With what follows from the values just typed; the controls show it too."""
        follows = self.fill(values, self.pending) if self.fill is not None and self.pending else {}
        for name, value in follows.items():
            if values.get(name) != value:
                values[name] = value
                if name in self._root().controls:
                    with self.ctx.silence():
                        self._root().controls[name].put(value)
        return values

    def _label(self, name: str) -> str:
        control = self._root().controls.get(name)
        return control.spec.label if control else name

    def flush(self) -> bool:
        """Save the input now; True when nothing is left unsaved."""
        self._later.stop()
        if self.id is None or not self.dirty:
            return True
        try:
            message = self._save()
        except NotAccepted as error:
            self._refuse(error)
            return False
        except Exception as error:  # noqa: BLE001  whatever failed, the page must show that the input is not saved
            self.say(waiting_words(error, self.type))
            self._later.start(RETRY)
            return False
        self.dirty = self.fresh = self.refused = False
        self.say(message)
        self._read_list()
        self.arrange()
        self._notify()
        return True

    def _refuse(self, error: NotAccepted) -> None:
        """Show beside the field why the store rejected the entry; it stays unsaved until the user changes it."""
        self._root().show([((error.FIELD,), str(error))] if error.FIELD else [])
        self.say("⚠ 这一条没有登记，原来的内容没有改动。请看下面标红的地方。")
        self.refused = True
        self.arrange()

    def _notify(self) -> None:
        if self.on_saved is not None:
            guard(self.on_saved, self.say, self.type)()

    def _save(self) -> str:
        record = self.check()
        if record is None:
            return self._save_draft()
        merged = ""
        for _ in range(TRIES):
            try:
                self.base = self.port.save(record, self.base)
            except SaveConflict:
                merged = self._merge()
                record = self.check()
                if record is None:
                    return self._save_draft()
                continue
            self.pending, self._stored_raw, self._origin = set(), None, record.to_json()
            return merged or f"✓ 已保存 {datetime.now():%H:%M:%S}{self._blanks(record)}"
        raise SaveConflict(record=self.kind.LABEL)

    def _save_draft(self) -> str:
        self._merge_draft()
        raw = self._raw()
        self.port.draft(self.id or "", raw)
        self._stored_raw = raw
        return f"✓ 已保存为“未填完” {datetime.now():%H:%M:%S}　需要改正：{'、'.join(self.wrong)}"

    def _blanks(self, record: Any) -> str:
        ticks = {spec.label for spec in self._root().specs if spec.kind == "tick"}
        blank = [label for label in record.still_blank() if label not in ticks]
        return f"　还空着：{'、'.join(blank)}" if blank else ""

    def _merge(self) -> str:
        """Merge after another window saved this entry: take its values, except for fields typed here."""
        self._read_list()
        entry = self._listed()
        if entry is not None and self._is_another(entry):
            self._take_new_id()
            return ""
        if entry is None or entry.record is None:
            self.base = 0
            return "✓ 已保存；这一条刚才在别处被移除了，现在按这里的内容重新保存，请核对。"
        theirs = json_of(entry.record)
        both = clashes(self._origin, self._root().read((), []), theirs, self.pending)
        self._take_in(theirs)
        self.base, self._origin = entry.version, theirs
        if both:
            self.show_clashes(both)
            labels = "、".join(self._label(clash.name) for clash in both)
            return f"✓ 已保存；另一个窗口刚才也改了{labels}，两份都在下面，请选定一份。"
        return "✓ 已保存；另一个窗口刚才也改了这一条，两边的内容已合在一起，请核对。"

    def _merge_draft(self) -> None:
        """Merge the draft that another window may have saved under the same id."""
        other = next((entry for entry in self.port.list() if entry.id == self.id), None)
        if other is not None and self._is_another(other):
            self._take_new_id()
        elif other is not None and other.draft is not None and dict(other.draft) != self._stored_raw:
            self._take_in(other.draft)

    def _is_another(self, entry: StoredEntry) -> bool:
        """Whether two windows gave the same new id to different entries."""
        if not self.fresh or self.listing.single or self.listing.per in ("dossier", "round"):
            return False
        return not self.begin_member or self.listing.member_of(entry) != self.begin_member

    def _take_new_id(self) -> None:
        """Move the input to a new id; rename nested ids accordingly."""
        old, raw = self.id or "", self._raw()
        self.id, self.base = self.port.new_id(), 0
        with self.ctx.silence():
            self._root().put({**renamed(raw, f"{old}.", f"{self.id}."), "id": self.id})

    def _take_in(self, values: Mapping[str, Any]) -> None:
        mine = {name: text for name, text in self._raw().items() if name in self.pending}
        with self.ctx.silence():
            self._root().put({**values, **mine, "id": self.id})
