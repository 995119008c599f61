"""How a stage's forms are laid out, as data: what comes first, what is worked out beside, which views there are.

Views write the ordinary records; nothing is stored in any other shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Record
from orglife.core.rule.campaign import Campaign

Tone = Literal["", "good", "must", "bad", "off"]


class Look(NamedTuple):
    """A text that was worked out, and how it is to be taken.

    Attributes:
        tone: good: as it should be; must: still to do; bad: wrong; off: nothing to be done here.
        words: The same for somebody who cannot see the tone.
    """

    text: str
    tone: Tone = ""
    words: str = ""


Place: TypeAlias = tuple[int | Literal["foot"], str]
"""Number of a row from 0, or the line of sums, and name of a column."""


@dataclass(frozen=True)
class Live:
    """What is worked out while somebody types.

    Attributes:
        lines: Dotted path of a field → sentences beside it.
        cells: Dotted path of a table → what stands in its worked out cells.
        sorts: Dotted path of a list whose parts are sorted → sort → how far that sort is.
    """

    lines: Mapping[str, Sequence[Look]] = field(default_factory=dict)
    cells: Mapping[str, Mapping[Place, Look]] = field(default_factory=dict)
    sorts: Mapping[str, Mapping[str, Look]] = field(default_factory=dict)


LiveOf = Callable[[Any, Dossier, Campaign], Live]
BeginOf = Callable[[Dossier, Campaign], Mapping[str, Any]]
"""What a new entry starts with, so that a fact typed once is never asked for again."""
BeginForOf = Callable[[Dossier, Sequence[str], Campaign], Mapping[str, Any]]
"""What a new entry starts with that is made for some members or records, by their ids; {} where nothing special does."""


@dataclass(frozen=True)
class Pairs:
    """Members × members: who has talked with whom. A cell opens the record of the pair, or a new one.

    Attributes:
        kind: The records.
        people: Their field that names those who took part.
        first: Their field that names who began; a new record takes the member of the row.
        must: Pairs of ids that are asked for.
        left: Sentences about who is not reached yet.
    """

    kind: type[Record]
    people: str
    first: str
    must: Callable[[Dossier], set[frozenset[str]]]
    left: Callable[[Dossier, Campaign], list[str]]


@dataclass(frozen=True)
class Ticks:
    """Members × records: who took part in which.

    Attributes:
        kind: The records, one column each.
        people: Their list of members.
        title: Heading of a column, from the record's (or the draft's) fields.
        later: Ids of members that made up for it later, from the same; shown, not ticked.
    """

    kind: type[Record]
    people: str
    title: Callable[[Mapping[str, Any]], str]
    later: Callable[[Mapping[str, Any]], set[str]]


@dataclass(frozen=True)
class WordsView:
    """Members × members: what one said to another, a record for each text.

    Attributes:
        kind: The records.
        row: Their field that names who said it.
        column: Their field that names to whom.
        text: Their field of the words.
    """

    kind: type[Record]
    row: str
    column: str
    text: str


@dataclass(frozen=True)
class TableView:
    """The records of a type as one table, a line each: for those with one per member, every member has a line.

    Attributes:
        kind: The records.
        live: Sentences below the table about all of them together.
    """

    kind: type[Record]
    live: Callable[[list[Any], Dossier, Campaign], list[Look]]


class LedgerRow(NamedTuple):
    """A thing that asks for a record, and the record that answers it.

    Attributes:
        key: Its own within the ledger.
        group: What it came from; rows of one group stand together.
        text: What it says.
        whose: Whose it is.
        state: What answers it, or that nothing does yet.
        answer: Id of the record that answers it; "" when there is none.
        begin: What a record for it begins with: whose it is and what it answers, never its words.
    """

    key: str
    group: str
    text: str
    whose: str
    state: Look
    answer: str = ""
    begin: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Ledger:
    """What was found, by where it came from, beside the records that answer it.

    Attributes:
        kind: The records.
        heads: Headings: what it came from, what it says, whose it is, what answers it.
        rows: What was found, group by group: in a branch's dossier, or (the bureau) in all branches at a glance.
        sums: Sentences below the table.
        title: Its heading.
        hint: How it is used, in a sentence.
        begin: What stands on the button that begins a record, and what it does.
    """

    kind: type[Record]
    heads: tuple[str, str, str, str]
    rows: Callable[[Any, Campaign], list[LedgerRow]]
    sums: Callable[[Sequence[LedgerRow]], list[Look]]
    title: str
    hint: str
    begin: tuple[str, str]


View = Pairs | Ticks | WordsView | TableView | Ledger


@dataclass(frozen=True)
class Layout:
    """How the forms of a stage are laid out.

    Attributes:
        views: Matrices and tables that show many records at once.
        first: Record type → fields that come first, core or not.
        shown: Record type → dotted path of a table → (name, heading) of columns that are worked out.
        live: Record type → what is worked out while it is typed.
        sorts: Record type → dotted path of a list → field by which its parts are sorted: a button begins one of each sort.
        declared: Record type → dotted path of such a list → field that names the sorts searched without a find.
        at_once: Record types of which something is worked out before anything is typed.
        when_needed: Record types that most branches never need: folded until there is one.
        hide: Record type → fields that the program fills in and no form shows; what they hold is kept.
        elsewhere: Record type that is not begun in its form → what is said there as long as there is none.
        begin: Record type → what a new entry starts with.
        begin_for: Record type → what a new entry starts with when a finding about somebody or something asks for it.
        go_on: Record types of which a finding opens the last entry rather than a new one.
    """

    views: tuple[View, ...] = ()
    first: Mapping[str, Sequence[str]] = field(default_factory=dict)
    shown: Mapping[str, Mapping[str, Sequence[tuple[str, str]]]] = field(default_factory=dict)
    live: Mapping[str, LiveOf] = field(default_factory=dict)
    sorts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    declared: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    at_once: Sequence[str] = ()
    when_needed: Sequence[str] = ()
    hide: Mapping[str, Sequence[str]] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    begin: Mapping[str, BeginOf] = field(default_factory=dict)
    begin_for: Mapping[str, BeginForOf] = field(default_factory=dict)
    go_on: Sequence[str] = ()
