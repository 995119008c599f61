"""The list of a form's entries: one line per entry, or one line per member."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orglife.adapters.field.context import Choices
from orglife.adapters.field.port import StoredEntry
from orglife.core.record.dossier import short
from orglife.core.record.record import RoundRecord
from orglife.core.record.shape import Spec, specs_of

WORDS = 24  # characters of an entry's text in its line


@dataclass(frozen=True)
class EntryListing:
    """The list of the entries of one record type.

    Attributes:
        begin: Initial values of a new entry; its round is the current one.
        single: The type always has exactly one entry.
        locked: Entries are received from elsewhere and read-only.
        elsewhere: Where entries are begun, as a sentence; "" = here.
        when_needed: Most branches need no entry.
    """

    kind: type[Any]
    choices: Choices
    begin: Mapping[str, Any]
    single: bool = False
    locked: bool = False
    elsewhere: str = ""
    when_needed: bool = False

    @property
    def per(self) -> str:
        """The type has one record per dossier, round, member or owner; "" = any number."""
        return str(getattr(self.kind, "ONE_PER", ""))

    @property
    def label(self) -> str:
        """The list's label."""
        return "党员" if self.per == "member" else "已登记"

    @property
    def standing(self) -> list[Spec]:
        """The fields that distinguish entries in addition to their names."""
        return [spec for spec in specs_of(self.kind) if spec.tells_apart]

    @property
    def now(self) -> int:
        """The current round."""
        return int(self.begin.get("round", 1))

    @staticmethod
    def round_of(entry: StoredEntry) -> int:
        """The round of an entry."""
        if entry.record is not None:
            return int(getattr(entry.record, "round", 1))
        return int((entry.draft or {}).get("round") or 1)

    @staticmethod
    def member_of(entry: StoredEntry) -> str:
        """The member that an entry belongs to."""
        if entry.draft is not None:
            return str(entry.draft.get("member") or "")
        return str(getattr(entry.record, "member", "") or "")

    def is_single(self, entries: Sequence[StoredEntry]) -> bool:
        """Whether to show the only entry directly, without a list."""
        if self.single:
            return True
        if self.per == "dossier":
            return len(entries) <= 1
        return self.per == "round" and len(entries) <= 1 and all(self.round_of(entry) == self.now for entry in entries)

    def may_add(self, entries: Sequence[StoredEntry]) -> bool:
        """Whether a button may start another entry."""
        if self.locked or self.elsewhere:
            return False
        if self.per == "round":
            return not any(self.round_of(entry) == self.now for entry in entries)
        return self.per not in ("dossier", "member") or (self.per == "dossier" and not entries)

    def hint(self, entries: Sequence[StoredEntry], *, lines: bool) -> str:
        """The sentence shown while no entry is open.

        Args:
            entries: The existing entries.
            lines: Whether the list has lines to choose from.
        """
        if lines and self.per == "member":
            return "请在上面选一名党员。"
        if lines:
            return "请在上面选一条，或点“新增”。" if self.may_add(entries) else "请在上面选一条。"
        if self.locked:
            return "上级党组织没有发来，不用填。"
        if self.elsewhere:
            return self.elsewhere
        if self.when_needed:
            return "多数支部没有这样的事，不用填。确有需要时，点“新增”。"
        return "还没有登记，请点“新增”。" if self.may_add(entries) else "名册里还没有党员，请先登记党员名册。"

    def options(self, entries: Sequence[StoredEntry], opened: str | None, begun_for: str) -> list[tuple[str, str]]:
        """(line, id) of every entry.

        Args:
            entries: The existing entries.
            opened: Id of the open entry, saved or not.
            begun_for: The member of a new, open entry.
        """
        left = {entry.id: (self._line(entry), entry.id) for entry in entries}
        lines: list[tuple[str, str]] = []
        if self.per == "member":
            lines = self._member_lines(entries, left, opened, begun_for)
        lines += left.values()
        if opened is not None and opened not in [key for _, key in lines]:
            lines.append((f"新的{self.kind.LABEL}（还没有填）", opened))
        return lines

    def _member_lines(
        self, entries: Sequence[StoredEntry], left: dict[str, tuple[str, str]], opened: str | None, begun_for: str
    ) -> list[tuple[str, str]]:
        """One line per member, with or without an entry; removes the listed entries from ``left``."""
        lines: list[tuple[str, str]] = []
        for member, name in self.choices.members():
            mine = [entry for entry in entries if self.member_of(entry) == member and self.round_of(entry) == self.now]
            marks = [(f"{name}　{'未填完' if entry.draft is not None else '✓ 已填'}", entry.id) for entry in mine]
            begun = opened is not None and begun_for == member and not mine
            lines += marks or [(f"{name}　未填写", opened if begun and opened else f"+{member}")]
            for entry in mine:
                left.pop(entry.id)
        return lines

    def _standing(self, entry: StoredEntry) -> list[str]:
        """Labels of the distinguishing fields that differ from the usual value, e.g. an office, or a file's kind."""
        values = ((spec, getattr(entry.record, spec.name, "")) for spec in self.standing)
        return [spec.labels[v] for spec, v in values if v in spec.labels and v != spec.usual]

    def _line(self, entry: StoredEntry) -> str:
        label = "　".join([entry.label, *self._standing(entry)])
        words = short(getattr(entry.record, "text", ""), WORDS)
        if words:  # entries of the same day would otherwise look the same
            label = f"{label}{'' if label.endswith('）') else '：'}{words}"
        if issubclass(self.kind, RoundRecord) and self.round_of(entry) > 1:
            label = f"{label}（第{self.round_of(entry)}轮）"
        return f"{label}（未填完）" if entry.draft is not None else label
