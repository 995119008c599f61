"""The layout of a stage's forms, as data: which fields come first, what is calculated live, which views exist.

Views edit the ordinary records; nothing is stored in another format.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, TypeAlias

from orglife.core.paper.block import Figure
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.core.record.record import Record
from orglife.core.rule.campaign import Campaign

LookTone = Literal["", "good", "must", "bad", "off"]


class Look(NamedTuple):
    """A calculated text with its tone.

    Attributes:
        tone: good: correct; must: still to do; bad: wrong; off: not applicable.
        words: The tone in words, for users who cannot see it.
    """

    text: str
    tone: LookTone = ""
    words: str = ""


Place: TypeAlias = tuple[int | Literal["foot"], str]
"""Row number from 0, or ``foot`` for the row of sums; and the name of a column."""


@dataclass(frozen=True)
class Live:
    """Results that are recalculated while a user types.

    Attributes:
        lines: Dotted path of a field → sentences beside it.
        cells: Dotted path of a table → contents of its calculated cells.
        sorts: Dotted path of a list whose parts are sorted → sort → progress of that sort.
    """

    lines: Mapping[str, Sequence[Look]] = field(default_factory=dict)
    cells: Mapping[str, Mapping[Place, Look]] = field(default_factory=dict)
    sorts: Mapping[str, Mapping[str, Look]] = field(default_factory=dict)


LiveOf = Callable[[Any, Dossier, Campaign], Live]
BeginOf = Callable[[Dossier, Campaign], Mapping[str, Any]]
"""Initial values of a new entry, so that users do not type a fact twice."""
BeginForOf = Callable[[Dossier, Sequence[str], Campaign], Mapping[str, Any]]
"""Initial values of a new entry that is made for certain members or records (given by id); {} = no special ones."""
FillOf = Callable[[Mapping[str, Any], Collection[str], Dossier, Campaign], Mapping[str, Any]]
"""An entry's JSON values and the fields that were just typed → fields that follow from them, to be saved with them."""


@dataclass(frozen=True)
class Taken:
    """A field whose fact is entered elsewhere: it is shown, not asked again.

    Attributes:
        value: Its JSON value by its source, from the entry's values; None or blank = the source does not say it.
        origin: Where the value comes from, in words.
    """

    value: Callable[[Mapping[str, Any], Dossier, Campaign], Any]
    origin: str


@dataclass(frozen=True)
class Pairs:
    """Members × members: who has talked with whom. A cell opens the pair's record, or a new one.

    Attributes:
        kind: The record type.
        people: The field that names the participants.
        first: The field that names who started the talk; in a new record, the member of the row.
        must: Pairs of member ids that are required.
        left: Returns sentences about the members who are still missing.
    """

    kind: type[Record]
    people: str
    first: str
    must: Callable[[Dossier], set[frozenset[str]]]
    left: Callable[[Dossier, Campaign], list[Look]]


@dataclass(frozen=True)
class Ticks:
    """Members × records: who took part in which.

    Attributes:
        kind: The record type; one column per record.
        people: The field that lists the members.
        title: Makes a column's heading from the fields of the record or draft.
        later: Ids of members who made up for it later, from the same fields; shown, but not as a tick.
    """

    kind: type[Record]
    people: str
    title: Callable[[Mapping[str, Any]], str]
    later: Callable[[Mapping[str, Any]], set[str]]


@dataclass(frozen=True)
class WordsView:
    """Members × members: opinions of one member on another, one record per text.

    Attributes:
        kind: The record type.
        row: The field that names the author.
        column: The field that names the other member.
        text: The field of the text.
    """

    kind: type[Record]
    row: str
    column: str
    text: str


@dataclass(frozen=True)
class TableView:
    """The records of a type with one record per member as one table: a row for every member.

    Attributes:
        kind: The record type.
        live: Returns sentences below the table about all records together.
        columns: The fields to show; () = all.
    """

    kind: type[Record]
    live: Callable[[list[Any], Dossier, Campaign], list[Look]]
    columns: Sequence[str] = ()


class Proposal(NamedTuple):
    """A record made of what is entered elsewhere; nothing of it is saved before a person confirms or changes it.

    Attributes:
        key: Unique within its table, and the same as long as its source is.
        values: Its JSON values.
    """

    key: str
    values: Mapping[str, Any]


def no_proposals(_dossier: Dossier, _campaign: Campaign) -> list[Proposal]:
    """None."""
    return []


@dataclass(frozen=True)
class EntryTable:
    """The records of a type as a table to type and paste into, one row each; rows can be added and removed.

    Attributes:
        kind: The record type.
        columns: The fields to show.
        live: Returns sentences below the table about all records together.
        title: The view's heading.
        hint: How to use the view, in a sentence.
        add: Label of the button that adds a row.
        same_as_above: Fields that a new row takes over from the row above it.
        heads: Field → the heading of its column, where that is not its label.
        blank: Choice field → the words for its blank value.
        proposals: Records that the table offers below the existing ones.
        adopt: Label of the button that confirms a proposal.
        order: (values, dossier, campaign) → a record's place among the others; None = the order in which they were made.
    """

    kind: type[Record]
    columns: Sequence[str]
    live: Callable[[list[Any], Dossier, Campaign], list[Look]]
    title: str
    hint: str
    add: str
    same_as_above: Sequence[str] = ()
    heads: Mapping[str, str] = field(default_factory=dict)
    blank: Mapping[str, str] = field(default_factory=dict)
    proposals: Callable[[Dossier, Campaign], list[Proposal]] = no_proposals
    adopt: str = ""
    order: Callable[[Mapping[str, Any], Dossier, Campaign], int] | None = None


@dataclass(frozen=True)
class FollowUp:
    """What becomes of records that are made elsewhere: a row for each, to type, fill down and paste into.

    There is no table while there are no records.

    Attributes:
        kind: The record type.
        names: The field whose text names a row.
        shown: Fields shown beside it and not typed here.
        columns: The fields to type into.
        live: Returns sentences below the table about all records together.
        title: The view's heading.
        hint: How to use the view, in a sentence.
        filled_where: Field → (another of the columns, its value): filling down reaches only rows with that value there.
        order: (values, dossier, campaign) → a record's place among the others.
    """

    kind: type[Record]
    names: str
    shown: Sequence[str]
    columns: Sequence[str]
    live: Callable[[list[Any], Dossier, Campaign], list[Look]]
    title: str
    hint: str
    filled_where: Mapping[str, tuple[str, str]]
    order: Callable[[Mapping[str, Any], Dossier, Campaign], int]


class LedgerRow(NamedTuple):
    """A problem that needs a record, and the record that answers it.

    Attributes:
        key: Unique within the ledger.
        group: Where the problem came from; rows of one group are listed together.
        text: The problem in words.
        whose: Whose problem it is.
        state: The answer, or that it has none yet.
        answer: Id of the record that answers it; "" when there is none.
        begin: Initial values of a record for it: owner and the problem it answers, never its text.
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
    """Problems by origin, beside the records that answer them.

    Attributes:
        kind: The type of the answering records.
        heads: Column headings: origin, text, owner, answer.
        rows: Returns the problems group by group: of a branch's dossier, or of all branches for the bureau.
        sums: Returns sentences below the table.
        title: The view's heading.
        hint: How to use the view, in a sentence.
        begin: Label and tooltip of the button that starts a record.
    """

    kind: type[Record]
    heads: tuple[str, str, str, str]
    rows: Callable[[Any, Campaign], list[LedgerRow]]
    sums: Callable[[Sequence[LedgerRow]], list[Look]]
    title: str
    hint: str
    begin: tuple[str, str]


@dataclass(frozen=True)
class FigureView:
    """A picture of a stage's records, on the page of one of their types; printed with the stage's other pictures.

    Attributes:
        kind: The record type on whose page it stands.
        figure: Makes it from the branch's records; None = there is nothing to show yet.
        beside: It stands beside the type's matrix, else below the form.
    """

    kind: type[Record]
    figure: Callable[[Sheet], Figure | None]
    beside: bool = False


TypedView = Pairs | Ticks | WordsView | TableView | EntryTable | FollowUp | Ledger
"""A view in which users type."""
View = TypedView | FigureView


@dataclass(frozen=True)
class Layout:
    """The layout of a stage's forms.

    Attributes:
        views: Matrices and tables that show many records at once.
        first: Record type → fields that come first, core or not.
        shown: Record type → dotted path of a table → (name, heading) of its calculated columns.
        live: Record type → what is recalculated while a user types.
        sorts: Record type → dotted path of a list → field by which its parts are sorted; each sort has an add button.
        declared: Record type → dotted path of such a list → field that lists the sorts reviewed with nothing to report.
        at_once: Record types with live results that are shown before anything is typed.
        when_needed: Record types that most branches never need: folded while there are none.
        hide: Record type → fields that the program fills in and no form shows; their values are preserved.
        elsewhere: Record type that is started only from another place, not in its form → text shown while there are no records.
        begin: Record type → initial values of a new entry.
        begin_for: Record type → initial values of a new entry that a finding about certain members or records requires.
        fill: Record type → what follows from the values of an entry and is saved with it.
        taken: Record type → fields whose fact is entered elsewhere.
        spared: Record type → fields that are no longer asked for: shown only in an entry that holds a value in them.
        demanded: Record type → field → demand: the field is asked for only by a campaign that makes the demand or wants the
            paper that answers it; by others it is shown only in an entry that holds a value in it.
        go_on: Record types for which a finding opens the last entry instead of a new one.
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
    fill: Mapping[str, FillOf] = field(default_factory=dict)
    taken: Mapping[str, Mapping[str, Taken]] = field(default_factory=dict)
    spared: Mapping[str, Sequence[str]] = field(default_factory=dict)
    demanded: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    go_on: Sequence[str] = ()

    def for_campaign(self, campaign: Campaign) -> Layout:
        """The layout with the fields spared that this campaign does not demand."""
        spared = dict(self.spared)
        for kind, fields in self.demanded.items():
            unasked = [name for name, demand in fields.items() if not campaign.asks(demand)]
            spared[kind] = (*spared.get(kind, ()), *unasked)
        return replace(self, spared=spared)

    @property
    def has_figures(self) -> bool:
        """Whether the stage has pictures."""
        return any(isinstance(view, FigureView) for view in self.views)

    def figures(self, sheet: Sheet) -> list[Figure]:
        """The stage's pictures, in the order of its views."""
        views = (view.figure(sheet) for view in self.views if isinstance(view, FigureView))
        return [figure for figure in views if figure is not None]
