"""Read members' forms that came back: what each person wrote becomes records; problems are named by person and cell.

An import only adds and revises: blank answers and deleted rows change nothing, and an empty form adds no records.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from orglife.core.errors import BadInput
from orglife.core.record.branch import Branch, Member
from orglife.core.record.dossier import sort_records
from orglife.core.record.entered import Unreadable, sentence
from orglife.core.record.exchange import Incoming
from orglife.core.record.record import Record, faults
from orglife.core.sheet.cards import ANSWER, Answer, Slot, answers, slots_of
from orglife.core.sheet.cells import Cell, Lexicon, Unfit, words_of
from orglife.core.sheet.columns import SheetTable
from orglife.core.sheet.grids import NO_SUCH_SHEET, SheetRow, heading_key, is_empty, letter, rows_of
from orglife.core.sheet.pages import Body, SheetRows
from orglife.core.sheet.returned import Bodies, fresh_id, ids_of, nested_id
from orglife.exchange.member_forms import (
    BRANCH,
    COVER,
    CRITICISM,
    HIDDEN,
    KIND,
    NAME,
    ONLY,
    OUTLINE,
    PLEDGE,
    PROBLEMS,
    TITLES,
    criticism_by,
    member_column,
    own_record,
    sheet_tables,
)
from orglife.exchange.workbooks import NO_EARLIER, Earlier, bodies_with, lexicon_of, owner_of
from orglife.office.office import Office
from orglife.stages.meeting.record import Criticism
from orglife.stages.rectification.record import Pledge
from orglife.stages.reviews.record import MemberReview, ReviewItem
from orglife.stages.shared.rounds import round_to_fill

if TYPE_CHECKING:
    from orglife.adapters.sheet.reader import WorkbookContents


def is_member_form(meta: Mapping[str, str]) -> bool:
    """Whether a workbook is a member's form."""
    return meta.get("form") == KIND


def read_member_form(
    office: Office, name: str, book: WorkbookContents, branch: str = "", earlier: Earlier = NO_EARLIER
) -> Incoming:
    """Read a member's form.

    Args:
        office: The workspace.
        name: The file's name in messages.
        book: Its sheets.
        branch: The expected branch; "" = the one that the form names.
        earlier: Branch → records that other files of the same import add.

    Raises:
        OrglifeError: all problems, each with its sheet and cell; nothing is changed.
    """
    who = _who(name, book)
    _require_ours(office, who, book, branch)
    owner = owner_of(office, who, book.meta, branch)
    stored = bodies_with(office, owner, earlier)
    reader = _Reader(who, stored, lexicon_of(office.campaign, stored))
    reader.form(book, round_to_fill(office.dossier(owner), Criticism))
    if reader.problems:
        raise BadInput(reader.problems)
    notes = [*reader.notes, *([] if reader.records else [f"{who}里没有填写内容。"])]
    records = {t: sort_records(rows) for t, rows in reader.records.items()}
    return Incoming(
        office.campaign.id,
        Branch.stored(stored["branch"][owner]),
        records,
        partial=True,
        notes=tuple(notes),
        person=stored["member"][reader.member].get("name", "") or reader.member,
        places=reader.places,
    )


def _who(name: str, book: WorkbookContents) -> str:
    """How messages call a form: by its file's name, with its owner where the name does not say whose it is."""
    person = _on_cover(book, NAME)
    return name if not person or person in name else f"{person}（{name}）"


def _on_cover(book: WorkbookContents, label: str) -> str:
    """What the cover says beside a label; "" for nothing."""
    cover = next((grid for grid in book.grids if grid.title.strip() == COVER), None)
    read = answers(cover, [label], lambda *_: None) if cover else ()
    return next((words_of(answer.cell).strip() for answer in read), "")


def _require_ours(office: Office, who: str, book: WorkbookContents, expected: str) -> None:
    """Require that a form belongs to this campaign and to a branch of this workspace.

    Raises:
        BadInput: it does not; the message says whose it is.
    """
    branch = book.meta.get("branch", "")
    if book.meta.get("campaign") != office.campaign.id:
        raise BadInput([f"{who}是另一次组织生活会的填写表，不是这一次的。请发给本人这一次的表，重新填写。"])
    if branch not in office.branches() or (expected and branch != expected):
        name = _on_cover(book, BRANCH) or branch
        raise BadInput([f"{who}是“{name}”的填写表，不是本支部的。请交给“{name}”，或核对有没有选错文件。"])


_ALIKE = 2  # known labels by which a renamed sheet is recognised


@dataclass
class _Filled:
    """A row that was filled in: its values, and its ticks, which replace those of the existing entry."""

    row: SheetRow
    values: Body = field(default_factory=dict)
    ticks: list[tuple[str, Slot, Cell]] = field(default_factory=list)


@dataclass
class _Reader:
    """Reads one form and collects its problems."""

    name: str
    stored: Bodies
    lexicon: Lexicon
    member: str = ""
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    records: dict[str, list[Record]] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def form(self, book: WorkbookContents, number: int) -> None:
        """Read all sheets of the form; ``number`` is the round that criticism belongs to."""
        grids = {grid.title.strip(): grid for grid in book.grids}
        tables = sheet_tables(self.lexicon)
        self.taken = set(ids_of(self.stored))
        for title, grid in grids.items():
            for row, column, what in grid.faults:
                self.problem(title, row, letter(column), what)
            if title not in TITLES and grid.rows:
                self.problems.append(f"{self.name}的“{title}”表：{self._unknown(grid, grids, tables)}")
        self.member = self._whose(grids.get(COVER), book.meta.get("member", ""), tables[MemberReview])
        if not self.member:
            return
        self._missing(grids, book.meta.get(ONLY, ""))
        self._outline(grids, tables[MemberReview])
        self._pledge(grids.get(PLEDGE), tables[Pledge])
        self._criticism(grids.get(CRITICISM), tables[Criticism], number)

    def _unknown(
        self, grid: SheetRows, grids: Mapping[str, SheetRows], tables: Mapping[type[Record], SheetTable]
    ) -> str:
        """What is wrong with a sheet of an unknown name: it may be one of ours that was renamed."""
        labels = {
            COVER: [NAME, BRANCH],
            OUTLINE: slots_of(tables[MemberReview], self.lexicon, HIDDEN),
            PROBLEMS: slots_of(tables[MemberReview].children[0], self.lexicon, HIDDEN),
            CRITICISM: slots_of(tables[Criticism], self.lexicon, HIDDEN),
            PLEDGE: slots_of(tables[Pledge], self.lexicon, HIDDEN),
        }
        typed = {heading_key(words_of(cell)) for _, cells in grid.rows for cell in cells if isinstance(cell, str)}
        missing = [title for title in TITLES if title not in grids]
        alike = [t for t in missing if len(typed & {heading_key(label) for label in labels[t]}) >= _ALIKE]
        return f"这张表的名称改过了。请改回“{alike[0]}”。" if alike else NO_SUCH_SHEET

    def _missing(self, grids: Mapping[str, SheetRows], only: str) -> None:
        """Note the sheets that were removed: what is stored of them stays."""
        gone = [title for title in (OUTLINE, PROBLEMS, PLEDGE) if title not in grids and only in ("", title)]
        if gone:
            self.notes.append(f"{self.name}里没有{'、'.join(f'“{t}”' for t in gone)}表，这一部分没有改动。")

    def problem(self, title: str, row: int, column: str, what: str) -> None:
        """Collect a problem with its sheet and cell."""
        self.problems.append(f"{self.name}的“{title}”表{column}{row}：{what}")

    def _whose(self, cover: SheetRows | None, expected: str, table: SheetTable) -> str:
        """The member's id; "" if it cannot be determined, which is collected as a problem."""
        asked = [NAME, BRANCH]
        names = [a for a in (answers(cover, asked, self.problem) if cover else ()) if a.label == NAME]
        answer = next(iter(names), Answer(NAME, 1, None))
        roster = self.stored.get(Member.TYPE, {})
        if expected and expected not in roster:
            whose = words_of(answer.cell).strip() or expected
            self.problems.append(
                f"{self.name}：党员名册里没有“{whose}”这名党员。请先登记到名册，或核对是不是本支部的表。"
            )
            return ""
        if is_empty(answer.cell):
            if not expected:
                self.problem(COVER, answer.number, ANSWER, "没有写姓名。请写上填表人的姓名。")
            return expected
        try:
            member = str(self.lexicon.read(answer.cell, member_column(table).spec))
        except Unfit as error:
            self.problem(COVER, answer.number, ANSWER, str(error))
            return ""
        if member not in roster or (expected and member != expected):
            owner = roster.get(expected, {}).get("name", expected)
            what = f"这是{owner}的表，写的却是“{words_of(answer.cell)}”。请改回，或让本人填自己的表。"
            self.problem(COVER, answer.number, ANSWER, what if expected else "党员名册里没有这名党员。请核对姓名。")
            return ""
        return member

    def _value(self, title: str, row: int, column: str, read: Any) -> Any:
        try:
            return read()
        except (Unfit, Unreadable) as error:
            self.problem(title, row, column, str(error))
            return None

    def _card(self, title: str, grid: SheetRows | None, table: SheetTable, body: Body) -> None:
        """Put a card's answers into a record."""
        if grid is None:
            return
        slots = slots_of(table, self.lexicon, HIDDEN)
        gone = dict.fromkeys(slots)
        for answer in answers(grid, list(slots), self.problem):
            del gone[answer.label]
            self._put(title, answer.number, ANSWER, slots[answer.label], body, answer.cell)
        if gone:
            self.notes.append(f"{self.name}的“{title}”表少了{'、'.join(f'“{g}”' for g in gone)}，这几项没有改动。")

    def _put(self, title: str, row: int, column: str, slot: Slot, body: Body, cell: Cell) -> None:
        self._value(title, row, column, lambda: slot.put(body, cell, self.lexicon))

    def _rows(self, title: str, grid: SheetRows | None, table: SheetTable) -> list[_Filled]:
        """The rows of a table that are filled in beyond the first column, which the export fills."""
        slots = slots_of(table, self.lexicon, HIDDEN)
        first = next(iter(slots))
        filled = []
        for row in rows_of(grid, list(slots), self.problem) if grid else ():
            if all(is_empty(cell) for heading, cell in row.cells.items() if heading != first):
                continue
            one = _Filled(row)
            for heading, cell in row.cells.items():
                if slots[heading].key:
                    one.ticks.append((heading, slots[heading], cell))
                else:
                    self._put(title, row.number, row.letters[heading], slots[heading], one.values, cell)
            filled.append(one)
        return filled

    def _into(self, title: str, one: _Filled, body: Body) -> Body:
        """A record's or an item's values with those of a row."""
        merged = {**copy.deepcopy(body), **one.values}
        for heading, slot, cell in one.ticks:
            self._put(title, one.row.number, one.row.letters[heading], slot, merged, cell)
        return merged

    def _outline(self, grids: Mapping[str, SheetRows], table: SheetTable) -> None:
        before = own_record(self.stored, MemberReview, self.member)
        body = copy.deepcopy(before) or {"member": self.member}
        self._card(OUTLINE, grids.get(OUTLINE), table, body)
        rows = self._rows(PROBLEMS, grids.get(PROBLEMS), table.children[0])
        items = list(body.get("items") or ())
        fits = _match_rows([one.values for one in rows], items, (("fact", "aspect"), ("fact",), ("aspect",)))
        left = len(items) - sum(place is not None for place in fits)
        if left and PROBLEMS in grids:
            self.notes.append(
                f"{self.name}的“{PROBLEMS}”表里没有原来登记的{left}个问题，没有删去。不要的请在页面里删。"
            )
        if not self._is_new(body, before) and not rows:
            return
        body.setdefault("id", fresh_id(MemberReview.TYPE, self.taken))
        for one, place in zip(rows, fits, strict=True):
            if place is None:
                items.append(self._into(PROBLEMS, one, {"id": nested_id(body["id"], ReviewItem, self.taken)}))
            else:
                items[place] = self._into(PROBLEMS, one, items[place])
        if items:
            body["items"] = items
        self._add(MemberReview, body, f"“{OUTLINE}”和“{PROBLEMS}”表")

    def _is_new(self, body: Body, before: Body) -> bool:
        return body != (before or {"member": self.member})

    def _pledge(self, grid: SheetRows | None, table: SheetTable) -> None:
        before = own_record(self.stored, Pledge, self.member)
        body = copy.deepcopy(before) or {"member": self.member}
        self._card(PLEDGE, grid, table, body)
        if self._is_new(body, before):
            body.setdefault("id", fresh_id(Pledge.TYPE, self.taken))
            self._add(Pledge, body, f"“{PLEDGE}”表")

    def _criticism(self, grid: SheetRows | None, table: SheetTable, number: int) -> None:
        before = criticism_by(self.stored, self.member, number)
        rows = self._rows(CRITICISM, grid, table)
        own = {"author": self.member} | ({"round": number} if number > 1 else {})
        fits = _match_rows([one.values for one in rows], before, (("text", "target"), ("target",)))
        for one, place in zip(rows, fits, strict=True):
            body = before[place] if place is not None else {"id": fresh_id(Criticism.TYPE, self.taken), **own}
            self._add(Criticism, self._into(CRITICISM, one, body), f"“{CRITICISM}”表第{one.row.number}行")

    def _add(self, kind: type[Record], body: Body, place: str) -> None:
        try:
            record = kind.model_validate(body)
        except ValidationError as error:
            sentences = dict.fromkeys(sentence(each) for each in faults(error))
            self.problems += [f"{self.name}的{place}：{what}" for what in sentences]
            return
        self.records.setdefault(kind.TYPE, []).append(record)
        self.places[kind.TYPE, record.id] = place


def _match_rows(rows: Sequence[Body], before: Sequence[Body], keys: Sequence[Sequence[str]]) -> list[int | None]:
    """Match rows to existing entries.

    Args:
        rows: The rows of the form.
        before: The existing entries.
        keys: Sets of fields that must agree, the most reliable first.

    Returns:
        An index into ``before`` for each row, None for a new entry; no index twice.
    """
    matches: list[int | None] = [None] * len(rows)
    free = dict.fromkeys(range(len(before)))
    for names in keys:
        for number, row in enumerate(rows):
            if matches[number] is None and all(row.get(n) is not None for n in names):
                place = next((i for i in free if all(before[i].get(n) == row[n] for n in names)), None)
                if place is not None:
                    matches[number] = place
                    del free[place]
    return matches
