"""What was read of a roster: its members, each value certain or with the sentence that asks about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orglife.core.record.branch import Member
from orglife.core.record.shape import Spec, specs_of
from orglife.core.sheet.pages import Body
from orglife.core.sheet.roster.columns import FIELDS, ColumnRead

SPECS: Mapping[str, Spec] = {spec.name: spec for spec in specs_of(Member)}
STORED = tuple(name for name in SPECS if name in set(FIELDS.values()))
"""Fields of a member that a roster can give."""


@dataclass
class MemberRow:
    """One member of a roster.

    Attributes:
        number: The row in the sheet, or the line of the text.
        values: Field → JSON value, as far as it is certain or proposed.
        typed: Field → the text as written, where it could not be read.
        doubts: Field → the sentence that asks about it.
        soft: Fields that are asked about only because a cell is blank.
        alike: Fields that are asked about only because another row says the same.
        remark: What the roster's remarks say.
        keep: To be taken in unless a person decides otherwise.
        places: Field → column in the sheet.
    """

    number: int
    values: Body = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    soft: set[str] = field(default_factory=set)
    alike: set[str] = field(default_factory=set)
    remark: str = ""
    keep: bool = True
    places: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name."""
        return str(self.values.get("name", ""))

    def certain(self) -> Body:
        """The values without those that are only proposed for a blank cell."""
        return {name: value for name, value in self.values.items() if name not in self.soft}

    def doubt(self, name: str, sentence: str, *, soft: bool = False, alike: bool = False) -> None:
        """Ask about a field; the first sentence stays."""
        if name in self.doubts:
            return
        self.doubts[name] = sentence
        if soft:
            self.soft.add(name)
        if alike:
            self.alike.add(name)


@dataclass
class RosterRead:
    """The content of a roster.

    Attributes:
        title: Title of the sheet; "" for a typed list.
        columns: What each column was used as; empty for a typed list.
        rows: The members in their order.
        left_out: (row number, text) of rows that name no member.
        notices: Sentences about the whole.
        branch: The branch's own data, as far as the sheet contains it.
        problems: Why nothing can be read.
        has_status: The roster says who is 正式 and who 预备.
        guessed: It has no headings.
        unused: Headings of columns that are not stored.
        unread: Titles of other sheets with members.
    """

    title: str = ""
    columns: Sequence[ColumnRead] = ()
    rows: list[MemberRow] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    branch: Body = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    has_status: bool = True
    guessed: bool = False
    unused: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def other_sheets(self) -> list[str]:
        """The sentence about sheets of the file that were not read; none if there are none."""
        titles = "、".join(f"“{title}”" for title in self.unread)
        return [f"只读了“{self.title}”这张表，没有读{titles}。"] if titles else []
