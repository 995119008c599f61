"""A member's own form: one workbook per person for the texts that this person writes, imported again as records.

The form asks for names and texts, not for ids: outline and pledge as cards, problems and criticism as short tables. An
import only adds and revises: blank answers and deleted rows change nothing, and an empty form adds no records.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from orglife.core.errors import BadInput, NoSuchMember, UnknownBranch
from orglife.core.record.branch import Branch, Member
from orglife.core.record.dossier import sort_records
from orglife.core.record.entered import Unreadable, sentence
from orglife.core.record.exchange import Incoming
from orglife.core.record.record import Record, faults
from orglife.core.sheet.cards import ANSWER, Answer, FormCard, Question, answers, asked_of, slots_of
from orglife.core.sheet.cells import Lexicon, Unfit, words_of
from orglife.core.sheet.columns import SheetColumn, SheetTable, table_of
from orglife.core.sheet.grids import NO_SUCH_SHEET, SheetRow, is_empty, letter, rows_of
from orglife.core.sheet.pages import Body, ColumnHead, SheetPage, SheetRows, heading_of, map_keys, put_at, value_at
from orglife.core.sheet.returned import Bodies, fresh_id, ids_of, nested_id
from orglife.exchange.workbooks import NO_EARLIER, Earlier, bodies_now, bodies_with, lexicon_of, owner_of
from orglife.office.office import Office
from orglife.stages.meeting.record import Criticism
from orglife.stages.rectification.record import Pledge
from orglife.stages.reviews.record import MemberReview, ReviewItem
from orglife.stages.shared.people import people
from orglife.stages.shared.rounds import meeting_in_force, round_to_fill

if TYPE_CHECKING:
    from orglife.adapters.sheet.reader import WorkbookContents

KIND = "member"
WHOSE = "名单.txt"
COVER, OUTLINE, PROBLEMS, CRITICISM, PLEDGE = "填写说明", "发言提纲", "查摆的问题", "批评意见", "整改承诺"
TITLES = (COVER, OUTLINE, PROBLEMS, CRITICISM, PLEDGE)
ROOM = 4  # minimum row height in lines, so that typed text stays visible
BRANCH, NAME, BLANK = "党支部", "姓名", "空白"
HIDDEN = frozenset({("id",), ("member",), ("author",), ("round",), ("problem_ids",), ("response",)})
_COVER_WORDS = (
    "组织生活会个人填写表",
    "各张表都由本人写，写自己的话。白色的格子是要填的；有下拉箭头的，从列表里选。",
    "“查摆的问题”一行写一个问题；查找后确实没有问题的方面，在“发言提纲”的“经查无问题”里选“是”。",
    "日期写成 2月5日 或 2024-02-05 都可以。填好保存，文件名不要改，交给党支部书记。",
)
_OUTLINE_WORDS = ("具体问题填在“查摆的问题”表。“全文”可以不写，不写的由各项问题汇成。",)
_PLEDGE_WORDS = ("会后填写：针对查摆出来和大家指出的问题，打算怎样改、什么时候改到什么程度。",)


# --- existing records ------------------------------------------------------------------------------------------------


def _sheet_tables(lexicon: Lexicon) -> dict[type[Record], SheetTable]:
    return {kind: table_of(kind, map_keys(lexicon)) for kind in (MemberReview, Pledge, Criticism)}


def _own(stored: Bodies, kind: type[Record], member: str) -> Body:
    """A member's record of a type with one record per member; {} if there is none, the latest if there are several."""
    own = [body for body in stored.get(kind.TYPE, {}).values() if body.get("member") == member]
    return max(own, key=lambda body: (body.get("date", ""), body["id"]), default={})


def _criticism_by(stored: Bodies, member: str, number: int) -> list[Body]:
    rows = stored.get(Criticism.TYPE, {}).values()
    return [body for body in rows if body.get("author") == member and body.get("round", 1) == number]


# --- out -------------------------------------------------------------------------------------------------------------


def export_member_forms(
    office: Office, branch: str, members: Sequence[str] = (), *, blank: bool = False, pledge_only: bool = False
) -> dict[str, bytes]:
    """Make the forms of a branch's members.

    Args:
        office: The workspace.
        branch: The branch's id.
        members: Ids of the members; none = all members.
        blank: One form without a name instead.
        pledge_only: Ask for the pledge only, after the meeting.

    Returns:
        File name → xlsx; file names hold ids only. The criticism sheet is included once the meeting is over.

    Raises:
        NoSuchMember: somebody is not on the roster.
        BadInput: a text does not fit into a cell.
    """
    dossier = office.dossier(branch)
    for each in members:
        if each not in dossier.members:
            raise NoSuchMember(member=each, branch=dossier.branch.name or branch)
    from orglife.adapters.sheet import writer  # noqa: PLC0415  loads openpyxl and numpy, which most kernels do not need

    stored = bodies_now(dossier)
    meeting = meeting_in_force(dossier)
    form = _Form(
        dossier.branch,
        list(people(dossier).all),
        stored,
        lexicon_of(office.campaign, stored),
        over=meeting is not None and bool(meeting.completed),
        round=round_to_fill(dossier, Criticism),
        pledge_only=pledge_only,
    )
    meta = {"campaign": dossier.campaign, "branch": branch, "form": KIND}
    if blank:
        return {f"{branch}_{BLANK}.xlsx": writer.write_workbook(list(form.sheets("")), meta)}
    return {
        f"{branch}_{each}.xlsx": writer.write_workbook(list(form.sheets(each)), {**meta, "member": each})
        for each in dict.fromkeys(members or form.everybody)
    }


def listed(office: Office, branch: str, made: Mapping[str, bytes]) -> dict[str, bytes]:
    """Forms with a list of their owners' names: file names hold ids only, but people hand the forms out by name."""
    members = office.dossier(branch).members
    owners = {name: name.removesuffix(".xlsx").removeprefix(f"{branch}_") for name in made}
    lines = [f"{name}　{members[each].name if each in members else each}" for name, each in owners.items()]
    text = "\r\n".join(["每份填写表是谁的（只给发表的人看）：", *lines, ""])
    return {WHOSE: text.encode("utf-8-sig"), **made}  # Windows Notepad recognises UTF-8 by the BOM


@dataclass(frozen=True)
class _Form:
    """The sheets of one branch's forms."""

    branch: Branch
    everybody: Sequence[str]
    stored: Bodies
    lexicon: Lexicon
    over: bool
    round: int
    pledge_only: bool = False

    def sheets(self, member: str) -> Iterator[FormCard | SheetPage]:
        """All sheets of one form; ``member`` "" = a blank form."""
        tables = _sheet_tables(self.lexicon)
        outline = _own(self.stored, MemberReview, member) if member else {}
        pledge = _own(self.stored, Pledge, member) if member else {}
        yield self._cover(member, tables[MemberReview])
        if self.pledge_only:
            yield self._card(PLEDGE, _PLEDGE_WORDS, tables[Pledge], pledge)
            return
        yield self._card(OUTLINE, _OUTLINE_WORDS, tables[MemberReview], outline)
        items = list(outline.get("items") or ())
        with_items = {item.get("aspect") for item in items}
        blank_rows = [{"aspect": key} for key in self.lexicon.campaign.keys("aspects") if key not in with_items]
        yield self._page(PROBLEMS, tables[MemberReview].children[0], [*items, *blank_rows])
        if self.over:
            own = _criticism_by(self.stored, member, self.round) if member else []
            criticised = {member, *(body.get("target") for body in own)}
            blank_rows = [{"target": each} for each in self.everybody if each not in criticised]
            yield self._page(CRITICISM, tables[Criticism], [*own, *blank_rows])
        yield self._card(PLEDGE, _PLEDGE_WORDS, tables[Pledge], pledge)

    def _cover(self, member: str, table: SheetTable) -> FormCard:
        note = "" if member else "必须填写。与别人同名的，后面写上编号，例如 张三（m03）。"
        name = self.lexicon.write(member or None, _member_column(table).spec)
        return FormCard(
            COVER,
            _COVER_WORDS,
            [
                Question(ColumnHead(BRANCH, "text", derived=True), self.branch.name or self.branch.id),
                Question(ColumnHead(NAME, "text", note, core=True, derived=bool(member)), name),
            ],
        )

    def _card(self, title: str, intro: Sequence[str], table: SheetTable, body: Body) -> FormCard:
        slots = slots_of(table, self.lexicon, HIDDEN).values()
        return FormCard(
            title, intro, [Question(heading_of(s.shown(), self.lexicon), s.cell(body, self.lexicon)) for s in slots]
        )

    def _page(self, title: str, table: SheetTable, bodies: Sequence[Body]) -> SheetPage:
        columns = asked_of(table, HIDDEN)
        rows = [[self.lexicon.write(value_at(body, c), c.spec) for c in columns] for body in bodies]
        return SheetPage(title, [heading_of(c, self.lexicon) for c in columns], rows, least=ROOM)


def _member_column(table: SheetTable) -> SheetColumn:
    return next(c for c in table.columns if c.path == ("member",))


# --- in --------------------------------------------------------------------------------------------------------------


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
    owner = owner_of(office, name, book.meta, branch)
    if owner not in office.branches():
        raise UnknownBranch(branch=owner, known="、".join(office.branches()) or "（还没有）")
    stored = bodies_with(office, owner, earlier)
    reader = _Reader(name, stored, lexicon_of(office.campaign, stored))
    reader.form(book, round_to_fill(office.dossier(owner), Criticism))
    if reader.problems:
        raise BadInput(reader.problems)
    notes = () if reader.records else (f"{name}里没有填写内容。",)
    records = {t: sort_records(rows) for t, rows in reader.records.items()}
    return Incoming(
        office.campaign.id,
        Branch.stored(stored["branch"][owner]),
        records,
        partial=True,
        notes=notes,
        person=stored["member"][reader.member].get("name", "") or reader.member,
        places=reader.places,
    )


@dataclass
class _Reader:
    """Reads one form and collects its problems."""

    name: str
    stored: Bodies
    lexicon: Lexicon
    member: str = ""
    problems: list[str] = field(default_factory=list)
    records: dict[str, list[Record]] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)

    def form(self, book: WorkbookContents, number: int) -> None:
        """Read all sheets of the form; ``number`` is the round that criticism belongs to."""
        grids = {grid.title.strip(): grid for grid in book.grids}
        tables = _sheet_tables(self.lexicon)
        self.taken = set(ids_of(self.stored))
        for title, grid in grids.items():
            for row, column, what in grid.faults:
                self.problem(title, row, letter(column), what)
            if title not in TITLES and grid.rows:
                self.problems.append(f"{self.name}的“{title}”表：{NO_SUCH_SHEET}")
        self.member = self._whose(grids.get(COVER), book.meta.get("member", ""), tables[MemberReview])
        if not self.member:
            return
        self._outline(grids, tables[MemberReview])
        self._pledge(grids.get(PLEDGE), tables[Pledge])
        self._criticism(grids.get(CRITICISM), tables[Criticism], number)

    def problem(self, title: str, row: int, column: str, what: str) -> None:
        """Collect a problem with its sheet and cell."""
        self.problems.append(f"{self.name}的“{title}”表{column}{row}：{what}")

    def _whose(self, cover: SheetRows | None, expected: str, table: SheetTable) -> str:
        """The member's id; "" if it cannot be determined, which is collected as a problem."""
        asked = [NAME, BRANCH]
        given = [a for a in (answers(cover, asked, self.problem) if cover else ()) if a.label == NAME]
        answer = next(iter(given), Answer(NAME, 1, None))
        roster = self.stored.get(Member.TYPE, {})
        if expected and expected not in roster:
            self.problems.append(
                f"{self.name}：党员名册里没有编号为“{expected}”的党员。请先登记到名册，或重新做一份填写表。"
            )
            return ""
        if is_empty(answer.cell):
            if not expected:
                self.problem(COVER, answer.number, ANSWER, "没有写姓名。请写上填表人的姓名。")
            return expected
        try:
            member = str(self.lexicon.read(answer.cell, _member_column(table).spec))
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
        slots = slots_of(table, self.lexicon, HIDDEN)
        for answer in answers(grid, list(slots), self.problem) if grid else ():
            slot = slots[answer.label]
            self._value(title, answer.number, ANSWER, lambda: slot.put(body, answer.cell, self.lexicon))  # noqa: B023

    def _rows(self, title: str, grid: SheetRows | None, table: SheetTable) -> list[tuple[SheetRow, Body]]:
        """The rows of a table that are filled in beyond the first column, which the export fills."""
        columns = {c.heading: c for c in asked_of(table, HIDDEN)}
        first = next(iter(columns))
        filled = []
        for row in rows_of(grid, list(columns), self.problem) if grid else ():
            if all(is_empty(cell) for heading, cell in row.cells.items() if heading != first):
                continue
            body: Body = {}
            for heading, cell in row.cells.items():
                spec = columns[heading].spec
                value = self._value(title, row.number, row.letters[heading], lambda: self.lexicon.read(cell, spec))  # noqa: B023
                if value is not None:
                    put_at(body, columns[heading], value)
            filled.append((row, body))
        return filled

    def _outline(self, grids: Mapping[str, SheetRows], table: SheetTable) -> None:
        before = _own(self.stored, MemberReview, self.member)
        body = copy.deepcopy(before) or {"member": self.member}
        self._card(OUTLINE, grids.get(OUTLINE), table, body)
        rows = self._rows(PROBLEMS, grids.get(PROBLEMS), table.children[0])
        items = list(body.get("items") or ())
        fits = _match_rows([r for _, r in rows], items, (("fact", "aspect"), ("fact",), ("aspect",)))
        if not self._is_new(body, before) and not rows:
            return
        body.setdefault("id", fresh_id(MemberReview.TYPE, self.taken))
        for (_, values), place in zip(rows, fits, strict=True):
            if place is None:
                items.append({"id": nested_id(body["id"], ReviewItem, self.taken), **values})
            else:
                items[place] = {**items[place], **values}
        if items:
            body["items"] = items
        self._add(MemberReview, body, f"“{OUTLINE}”和“{PROBLEMS}”表")

    def _is_new(self, body: Body, before: Body) -> bool:
        return body != (before or {"member": self.member})

    def _pledge(self, grid: SheetRows | None, table: SheetTable) -> None:
        before = _own(self.stored, Pledge, self.member)
        body = copy.deepcopy(before) or {"member": self.member}
        self._card(PLEDGE, grid, table, body)
        if self._is_new(body, before):
            body.setdefault("id", fresh_id(Pledge.TYPE, self.taken))
            self._add(Pledge, body, f"“{PLEDGE}”表")

    def _criticism(self, grid: SheetRows | None, table: SheetTable, number: int) -> None:
        before = _criticism_by(self.stored, self.member, number)
        rows = self._rows(CRITICISM, grid, table)
        own = {"author": self.member} | ({"round": number} if number > 1 else {})
        for (row, values), place in zip(
            rows, _match_rows([r for _, r in rows], before, (("text", "target"), ("target",))), strict=True
        ):
            body = before[place] if place is not None else {"id": fresh_id(Criticism.TYPE, self.taken), **own}
            self._add(Criticism, {**body, **values}, f"“{CRITICISM}”表第{row.number}行")

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
