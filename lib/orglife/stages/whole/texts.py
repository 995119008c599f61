"""Texts of a dossier by path: ``MemberReview.items.fact`` is the text of every problem, with the entry it belongs to.

A path that ends at an object means all texts in it: ``Plan.contents`` its four texts, ``MemberReview.items`` the fact,
cause and measure of each problem.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from orglife.core.record.dossier import Dossier
from orglife.core.record.field import Lines, kinds_in, mark
from orglife.core.record.memo import memoized
from orglife.core.record.record import Entry, Identified, Record, RoundRecord
from orglife.stages.appraisal.record import Grade
from orglife.stages.kinds import KINDS
from orglife.stages.meeting.record import Criticism, Meeting, SuperiorComment
from orglife.stages.shared.rounds import meeting_in_force, round_in_force

BY_NAME: dict[str, type[Record]] = {kind.__name__: kind for kind in KINDS}
OF_THE_MEETING = (Meeting, Criticism, SuperiorComment)


@dataclass(frozen=True, slots=True)
class WrittenText:
    """One text and its place.

    Attributes:
        record: The record that contains it.
        holder: The record, or the nested object with its own id, that contains it.
        field: Dotted path of the field within the holder.
        text: The text itself.
    """

    record: Record
    holder: Identified
    field: str
    text: str

    @property
    def key(self) -> tuple[str, str]:
        """Identifies the text within the dossier."""
        return self.holder.id, self.field


@memoized
def texts_at(dossier: Dossier, path: str) -> list[WrittenText]:
    """The texts at a path, record by record; [] for an unknown path."""
    name, *steps = path.split(".")
    kind = BY_NAME.get(name)
    records = current(dossier, kind) if kind else []
    return [w for r in records for w in _texts_below(r, r, r, tuple(steps), "")]


def current(dossier: Dossier, kind: type[Record]) -> list[Record]:
    """The records of a type in force: those of the round in force, and the later one of several for one owner."""
    records = list(dossier.all(kind))
    if issubclass(kind, RoundRecord):
        number = _round(dossier, kind)
        records = [r for r in records if isinstance(r, RoundRecord) and r.round == number]
    if kind.ONE_PER == "dossier":
        one = dossier.one(kind)
        return [one] if one else []
    if kind.ONE_PER == "member" and kind is not Grade:
        in_force = dossier.by_member(kind)
        records = [r for r in records if (whose := getattr(r, "member", "")) == "" or in_force[whose] is r]
    return records


def _round(dossier: Dossier, kind: type[RoundRecord]) -> int:
    """The round in force; for types that belong to a meeting, that of the meeting in force (a redo may keep it)."""
    meeting = meeting_in_force(dossier) if kind in OF_THE_MEETING else None
    return meeting.round if meeting else round_in_force(dossier)


def _texts_below(
    record: Record, holder: Identified, entry: Entry, steps: tuple[str, ...], before: str
) -> Iterator[WrittenText]:
    """The texts below an entry, along the remaining steps of the path."""
    names = (steps[0],) if steps else text_fields(type(entry))
    for name in names:
        value = getattr(entry, name, None)
        field = f"{before}{name}"
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, str):
                if part:
                    yield WrittenText(record, holder, field, part)
            elif isinstance(part, Identified):
                yield from _texts_below(record, part, part, steps[1:], "")
            elif isinstance(part, Entry):
                yield from _texts_below(record, holder, part, steps[1:], f"{field}.")


@lru_cache(maxsize=256)
def text_fields(kind: type[Entry]) -> tuple[str, ...]:
    """The fields of a type that hold running text."""
    return tuple(name for name, info in kind.model_fields.items() if mark(info, Lines) is not None)


def path_exists(path: str) -> bool:
    """Whether records have texts at a path that an override names."""
    name, *steps = path.split(".")
    kind: type[Entry] | None = BY_NAME.get(name)
    for step in steps:
        info = kind.model_fields.get(step) if kind else None
        if info is None:
            return False
        kind = next((part for part in kinds_in(info) if issubclass(part, Entry)), None)
    return bool(steps)
