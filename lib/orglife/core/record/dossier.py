"""All current records of one branch in one campaign, as of a day: the only input of rules and documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, Self, TypeVar

from pydantic.fields import FieldInfo

from orglife.core.record.branch import Branch, Explanation, Member
from orglife.core.record.field import is_ident, kinds_in
from orglife.core.record.record import Entry, Identified, Outsider, Record, SelectedFields

R = TypeVar("R", bound=Record)
EXCERPT = 40
"""Most characters of a user's text in a message."""
_DIGITS = re.compile("([0-9]+)")
REMOVED = "已移除的人"
"""What pages and papers say of somebody whose id a record holds and the roster lacks."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that is not yet a valid record: the raw text of each field.

    Attributes:
        damaged: What was stored cannot be trusted and was set aside; ``fields`` are empty, or those of a backup.
        note: What happened to a damaged one and what to do, as a clause for the user.
    """

    type: str
    id: str
    fields: Mapping[str, Any]
    damaged: bool = False
    note: str = ""


@dataclass(frozen=True)
class Dossier:
    """One branch's records. Immutable; derived values are cached.

    Attributes:
        records: Records by type, each list sorted by id.
        as_of: The day of the check; rules read no other clock.
        drafts: Entries left out because they are not yet valid records.
        earlier_reviews: Member id → outline in the latest earlier campaign of the workspace; loaded by the store.
        earlier_team: The leadership's examination in that campaign; loaded by the store.
        earlier_year: Year of that campaign.
        codes_elsewhere: Archive numbers (档号) already assigned in the branch's other campaigns of the same year, sorted.
        memo: Cache of derived results (``core.record.memo``); empty in a copy.
    """

    campaign: str
    branch: Branch
    records: Mapping[str, tuple[Record, ...]]
    as_of: date
    drafts: tuple[Draft, ...] = ()
    earlier_reviews: Mapping[str, Record] = field(default_factory=dict)
    earlier_team: Record | None = None
    earlier_year: int | None = None
    codes_elsewhere: tuple[str, ...] = ()
    memo: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def all(self, kind: type[R]) -> tuple[R, ...]:
        """The records of a type, sorted by id; empty when there are none."""
        return self.records.get(kind.TYPE, ())  # type: ignore[return-value]  # TYPE names the class

    def one(self, kind: type[R]) -> R | None:
        """The record of a type that has one per dossier; of several, that with the latest date, then the largest id."""
        return max(self.all(kind), key=lambda r: (_day_of(r), r.id), default=None)

    def by_member(self, kind: type[R]) -> dict[str, R]:
        """The records of a type that has one per member, by member id; of several the latest, as in ``one``."""
        latest_last = sorted(self.all(kind), key=lambda r: (_day_of(r), r.id))
        return {r.member: r for r in latest_last}  # type: ignore[attr-defined]  # such types have a member

    @cached_property
    def members(self) -> dict[str, Member]:
        """The whole roster by id, in the order of ids."""
        return {m.id: m for m in self.all(Member)}

    @cached_property
    def namesakes(self) -> tuple[tuple[Member, ...], ...]:
        """Groups of members of one name, in the order of ids."""
        groups: dict[str, list[Member]] = {}
        for member in self.members.values():
            groups.setdefault("".join(member.name.split()), []).append(member)
        return tuple(tuple(group) for name, group in groups.items() if name and len(group) > 1)

    @cached_property
    def called(self) -> dict[str, str]:
        """What each member is called: the name; members of one name with their 党小组, or else with a number."""
        called = {m.id: m.name or m.id for m in self.members.values()}
        for group in self.namesakes:
            teams = [m.group.strip() for m in group]
            apart = all(teams) and len(set(teams)) == len(teams)
            for number, member in enumerate(group, start=1):
                called[member.id] = f"{member.name}（{teams[number - 1] if apart else number}）"
        return called

    @cached_property
    def explanations(self) -> tuple[Explanation, ...]:
        """Explanations that state a reason."""
        return tuple(e for e in self.all(Explanation) if e.reason)

    @cached_property
    def index(self) -> dict[str, Identified]:
        """Every record and nested object by its id."""
        return {entry.id: entry for entry in identified(self.everything())}

    def everything(self) -> Iterable[Record]:
        """All records, type by type."""
        for records in self.records.values():
            yield from records

    def name(self, who: str | Outsider | None) -> str:
        """The name of a member id or an outsider; of somebody who was removed what pages and papers say instead of the id.

        A name that was typed although the roster lacks it is returned as it is.
        """
        if not who:
            return ""
        if isinstance(who, Outsider):
            return who.name
        if who in self.members:
            return self.called[who]
        entry = self.index.get(who)
        gone = entry is None and is_ident(who)
        return REMOVED if gone else getattr(entry, "name", "") or who

    def names(self, people: Iterable[str | Outsider]) -> str:
        """Names joined by 、."""
        return "、".join(self.name(p) for p in people)

    def label(self, entry: Entry | None) -> str:
        """A record as users call it: its type, with its member or date."""
        if entry is None:
            return ""
        if isinstance(entry, Member):
            return self.called.get(entry.id) or entry.name or entry.id
        about = self._about(entry)
        return f"{entry.LABEL}（{about}）" if about else entry.LABEL

    def _about(self, entry: Entry) -> str:
        """What distinguishes a record from others of its type: member, participants, date, text."""
        values = vars(entry)  # getattr is slow for a field that the record lacks
        author, target = values.get("author"), values.get("target")
        if author and target:
            return f"{self.name(author)}对{self.name(target)}"
        whose = next((self.name(w) for w in (values.get(k) for k in ("member", "owner", "author")) if w), "")
        title = str(values.get("title") or "")
        day = _day_of(entry)
        when = day_words(day) if day != date.min else ""
        together = self.names(values.get("participants") or ())
        before = "上年结转" if values.get("carried_from") else ""
        day_first = "" if whose else when
        parts = [part for part in (before, day_first, together, whose, short(title, 20)) if part]
        if not parts and isinstance(entry, Record):
            about = self.index.get(values.get("record", ""))  # an attachment: the record that it belongs to
            parts = [] if hasattr(about, "record") else [self.label(about)]  # skip attachments: no endless recursion
        elif not parts:
            parts = [short(values.get("fact") or values.get("text") or values.get("name") or "", 20)]
        return "，".join(part for part in parts if part)


def identified(entries: Iterable[Entry]) -> Iterable[Identified]:
    """All records and nested objects with an id, depth first."""
    for entry in entries:
        if isinstance(entry, Identified):
            yield entry
        for _, _, value in _WITH_ID(entry):
            parts = value if isinstance(value, list) else [value]
            yield from (part for part in parts if isinstance(part, Identified))


def _may_hold_an_id(info: FieldInfo) -> bool | None:
    return True if any(issubclass(kind, Identified) for kind in kinds_in(info)) else None


_WITH_ID = SelectedFields(_may_hold_an_id)


def natural_key(ident: str) -> tuple[tuple[bool, int, str], ...]:
    """Sort key that puts item2 before item10, for display only; stored lists are sorted by plain string order."""
    return tuple(
        (part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in _DIGITS.split(ident) if part
    )


def sort_records(records: Iterable[Record]) -> tuple[Record, ...]:
    """Records in the order of their ids."""
    return tuple(sorted(records, key=lambda r: r.id))


def by_day(records: Iterable[R]) -> list[R]:
    """Records in the order of their dates, those without one last; on one day in the order of their ids."""

    def place(record: R) -> tuple[bool, date, str]:
        day = vars(record).get("date")
        return day is None, day or date.min, record.id

    return sorted(records, key=place)


def _day_of(entry: Entry) -> date:
    for key in ("date", "made_on", "confirmed_on", "proposed_on"):
        value = vars(entry).get(key)
        if isinstance(value, date):
            return value
    return date.min


def day_words(day: date | None) -> str:
    """A day as people write it: 2024年2月5日."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def moment_words(moment: datetime) -> str:
    """A day with a time of day: 2024年2月5日14时05分."""
    return f"{day_words(moment.date())}{moment.hour}时{moment.minute:02}分"


def clock_words(clock: time | None) -> str:
    """A time of day: 14时05分; whole hours 14时."""
    if clock is None:
        return ""
    return f"{clock.hour}时{clock.minute:02d}分" if clock.minute else f"{clock.hour}时"


class Excerpt(str):
    """The beginning of a text for the screen; ``whole`` is the text as a paper prints it."""

    __slots__ = ("whole",)
    whole: str

    @classmethod
    def of(cls, shown: str, whole: str) -> Self:
        """An excerpt from its two forms."""
        made = cls(shown)
        made.whole = whole
        return made


def short(text: str, length: int) -> Excerpt:
    """A text on one line, cut after ``length`` characters."""
    flat = " ".join(text.split())
    return Excerpt.of(flat if len(flat) <= length else flat[:length] + "…", flat)


def excerpt(text: str) -> Excerpt:
    """The beginning of a user's text, long enough to recognise it in a message."""
    return short(text, EXCERPT)
