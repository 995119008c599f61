"""Members as a roster gives them: each value read with certainty, or with a sentence that asks about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orglife.core.record.branch import Branch
from orglife.core.record.entered import Unreadable, plain
from orglife.core.record.field import is_ident
from orglife.core.record.words import name_key, read_tick
from orglife.core.sheet.cells import Cell, Lexicon, Unfit, words_of
from orglife.core.sheet.grids import letter
from orglife.core.sheet.pages import SheetRows
from orglife.core.sheet.roster import hints, lines, names, offices
from orglife.core.sheet.roster.columns import (
    BRANCH_FIELDS,
    FIELDS,
    HINTS,
    RosterTable,
    head_of,
    heading_row,
    table_of,
)
from orglife.core.sheet.roster.rows import SPECS, STORED, MemberRow, RosterRead

PREFERRED = ("党员", "花名册", "党员花名册", "党员名册", "党员名单")
_TOTALS = re.compile("(?:合计|总计|小计|共计|共有|总数|总人数|人数|党员总?人?数|党员共|共\\d|其中)")
_FOOT = re.compile(
    "(?:备注|填表|制表|审核|说明|注[:：]|注$|负责人|联系人|填报|单位盖章|盖章|日期|第.{1,3}页|共.{1,3}页)|.*(?:签字|签名|签章|盖章)|(?:\\d{4}|二[〇○零]..)年"
)
_COUNT = re.compile(r"[共计]*\d+[人名]?")
_SECTION = re.compile(r"第?.{0,12}(?:党小组|小组|组)[:：]?")
_JANUARY_OR_OCTOBER = re.compile(r"(\d{4})\.1")
"""What a spreadsheet makes of 2015.10, typed as a number."""
_MOBILE = (
    ("流动", "mobile"),
    ("失联", "lost"),
    ("出国", "abroad"),
    ("出境", "abroad"),
    ("体弱", "frail"),
    ("卧床", "frail"),
)


def chosen_sheet(grids: Sequence[SheetRows]) -> SheetRows | None:
    """The sheet with the roster: one with headings, the one named like a roster first."""
    ordered = sorted(grids, key=lambda g: name_key(g.title) not in PREFERRED)
    return next((grid for grid in ordered if heading_row(grid.rows) is not None), None)


def read_roster_sheets(
    name: str, grids: Sequence[SheetRows], lexicon: Lexicon, uses: Mapping[int, str] | None = None
) -> RosterRead:
    """Read the sheets of a file, or what was pasted.

    Args:
        name: The file's name in sentences.
        grids: Its sheets.
        lexicon: Resolves days without a year and labels of fields.
        uses: Column → use as a person chose it; None = by the headings.
    """
    grid = chosen_sheet(grids) or next((g for g in grids if table_of(g, uses) is not None), None)
    table = table_of(grid, uses) if grid is not None else None
    if grid is None or table is None:
        sentence = "{}里没有党员名册：没有找到“姓名”一列，也没有找到姓名。请补上表头（姓名、党员身份、党内职务……）。"
        return RosterRead(problems=[sentence.format(name)])
    read = RosterRead(table.title, table.columns, guessed=table.guessed)
    _Reading(name, grid, table, lexicon, read).read()
    read.unread = [g.title for g in grids if g is not grid and heading_row(g.rows) is not None]
    read.notices += read.other_sheets()
    for other in grids:
        if other.title == Branch.LABEL and other is not grid:
            _head_page(other, read)
    ident = read.branch.get("id")
    if ident and not is_ident(ident):
        read.problems.append(f"{name}的支部代号“{ident}”不合规。请只用英文字母、数字和 . _ - ，例如 b01。")
    return read


def read_typed_list(text: str) -> RosterRead:
    """Read a list without columns: 王建国 书记, one a line, or all in one sentence."""
    read = RosterRead(has_status=False)
    entries, others = lines.read_lines(text)
    for entry in entries:
        row = MemberRow(entry.line, keep=entry.keep)
        _put_name(row, names.read_name(entry.name))
        words = " ".join(entry.words)
        role = offices.read_office("、".join(w for w in entry.words if offices.says_office(w)), party=True)
        _put(row, "role", role)
        if status := offices.status_within(name_key(words)):
            row.values["status"] = status
        if not entry.certain:
            row.doubt("name", f"“{row.name}”是姓名吗？请核对。")
        if entry.shared:
            row.doubt("role", "没有写明职务：前一人的职务也是这一人的吗？请选择党内职务。")
        if entry.unread:
            row.doubt("name", f"“{'、'.join(entry.unread)}”没有读懂。请核对这一行，一人一行。")
        read.rows.append(row)
    read.left_out = others
    read.has_status = any("status" in row.values for row in read.rows)
    if not read.rows:
        read.problems.append("没有找到姓名，没有一名党员。请一人一行，例如：王建国 书记。")
    hints.look_over(read, columns=False)
    return read


# --- one table -------------------------------------------------------------------------------------------------------


def _head_page(grid: SheetRows, read: RosterRead) -> None:
    """Read the branch page of our own workbook: headings in the first row, values in the second."""
    if len(grid.rows) > 1:
        for head, value in zip(grid.rows[0][1], grid.rows[1][1], strict=False):
            key = BRANCH_FIELDS.get(head_of(head))
            if key and words_of(value).strip():
                read.branch[key] = words_of(value).strip()


class _Reading:
    """Reads one table."""

    def __init__(self, name: str, grid: SheetRows, table: RosterTable, lexicon: Lexicon, read: RosterRead) -> None:
        self.name, self.table, self.lexicon, self.result = name, table, lexicon, read
        self.place_of = {column.use: column.place for column in table.columns if column.use}
        self.party = {column.use: column.party for column in table.columns if column.use}
        self.faults = {} if table.turned else {(row, place): what for row, place, what in grid.faults}
        self.section = ""
        self.titles: set[str] = set()

    def read(self) -> None:
        """Read the rows above the headings, the headings, and the rows below."""
        result = self.result
        for number, cells in self.table.above:
            self._above(number, cells)
        for column in self.table.doubled:
            result.problems.append(
                f"{self.name}的“{result.title}”表{letter(column.place)}{max(self.table.headings)}：“{column.heading}”"
                "和另一列是同一项。请只保留一列。"
            )
        result.unused = [
            column.heading
            for column in self.table.columns
            if column.heading
            and (not column.use or column.use in HINTS)
            and head_of(column.heading) not in (*BRANCH_FIELDS, "序号", *(h for h in FIELDS if FIELDS[h] == "remark"))
        ]
        for number, shift, cells in self.table.rows:
            self._row(number, shift, cells)
        result.has_status = "status" in self.place_of or any("status" in row.values for row in result.rows)
        if self.table.guessed:
            result.notices.append("没有表头，各列是按内容猜的。请核对每一列的用途。")
        if not result.rows and not result.problems:
            result.problems.append(f"{self.name}的“{result.title}”表里没有一名党员。请填写后再导入。")
        self._fill_groups()
        hints.look_over(result, columns=True)

    def _above(self, number: int, cells: Sequence[Cell]) -> None:
        """Read 支部代号：b02 above the headings, in one cell or in two."""
        texts = [words_of(c).strip() for c in cells]
        for place, text in enumerate(texts):
            head, _, behind = text.replace("：", ":").partition(":")
            key = BRANCH_FIELDS.get(head_of(head))
            value = behind.strip() or (texts[place + 1] if place + 1 < len(texts) else "")
            if key and value:
                self.result.branch.setdefault(key, value)
        self.titles |= {name_key(text) for text in texts if text}
        self.result.left_out.append((number, "　".join(dict.fromkeys(filter(None, texts)))))

    def _row(self, number: int, shift: int, cells: Sequence[Cell]) -> None:
        texts = [words_of(cell).strip() for cell in cells]
        by_use: dict[str, Cell] = {
            use: cells[place]
            for use, place in self.place_of.items()
            if (place < len(cells) and texts[place]) or (number, place + shift) in self.faults
        }
        who = words_of(by_use.get("name")).strip()
        if self._is_left_out(number, texts, by_use, who):
            return
        row = MemberRow(number, places={use: place + shift for use, place in self.place_of.items()})
        for use in by_use:
            if fault := self.faults.get((number, row.places[use])):
                row.doubt(use, fault)
                by_use[use] = None
        _put_name(row, names.read_name(words_of(by_use.get("name"))))
        self._values(row, by_use)
        for place, key in (self.table.branch or {}).items():
            if place < len(texts) and texts[place]:
                self._of_branch(number, place + shift, key, texts[place])
        if self.section and "group" not in self.place_of:
            row.values["group"] = self.section
        self.result.rows.append(row)

    def _is_left_out(self, number: int, texts: Sequence[str], by_use: Mapping[str, Cell], who: str) -> bool:
        filled = list(dict.fromkeys(text for text in texts if text))
        if not filled:
            return True
        if FIELDS.get(head_of(who)) == "name":  # the headings again, on the next page
            return True
        first = next((name_key(t) for t in filled if not t.isdigit()), name_key(filled[0]))
        foot = _TOTALS.match(first) or (_FOOT.match(first) and not names.looks_like_name(who))
        total = not who or _COUNT.fullmatch(name_key(who)) or _TOTALS.match(name_key(who)) or _FOOT.match(name_key(who))
        if total and (foot or (who and not names.looks_like_name(who))):
            self.result.left_out.append((number, "　".join(filled)))
            return True
        if len(filled) == 1:
            return self._is_title(number, filled[0], who)
        if not who and "name" not in by_use:
            beside = {*HINTS, "party_on"}  # a row of notes may hold these too
            if not by_use.keys() - beside - {"id", "group"}:
                if by_use.keys() & beside or len(filled) > 2:  # noqa: PLR2004
                    self.result.left_out.append((number, "　".join(filled)))
                return True
        return False

    def _is_title(self, number: int, text: str, who: str) -> bool:
        """Whether a row with one text only is no member: the title of a group, the title of the page."""
        if _SECTION.fullmatch(text) and not names.looks_like_name(text):
            self.section = text.rstrip("：:")
        elif (
            who == text
            and name_key(text) not in self.titles
            and (names.looks_like_name(text) or not re.search("名册|名单|支部|情况|[：:]", text))
        ):
            return False
        elif set(self.place_of) & {"role", "status"} and not text.isdigit() and not who and not _is_word_of_list(text):
            pass
        elif not who and not text.isdigit() and _is_word_of_list(text):
            return False
        elif text.isdigit():
            return True
        self.result.left_out.append((number, text))
        return True

    def _of_branch(self, number: int, place: int, key: str, value: str) -> None:
        before = self.result.branch.setdefault(key, value)
        if before != value:
            what = f"“{value}”和前面的“{before}”不是同一个支部。一次只能导入一个支部的名册。"
            self.result.problems.append(f"{self.name}的“{self.result.title}”表{letter(place)}{number}：{what}")

    # --- one row -----------------------------------------------------------------------------------------------------

    def _values(self, row: MemberRow, by_use: Mapping[str, Cell]) -> None:
        beside = {name: row.values.pop(name) for name in ("role", "status") if name in row.values}
        for use in self.place_of:
            cell, text = by_use.get(use), words_of(by_use.get(use)).strip()
            if use == "status":
                self._status(row, text)
            elif use == "role":
                read = offices.read_office(text, party=self.party["role"])
                _put(row, "role", read)
                if read.status and "status" not in self.place_of:
                    row.values["status"] = read.status
            elif use in STORED and use != "name":
                self._other(row, use, cell, text)
        for name, value in beside.items():
            if row.values.get(name, value) != value or name in row.doubts:
                row.doubt(name, f"姓名后面写着“{SPECS[name].labels[value]}”，与这一列不一致。{hints.ASKS[name]}")
            row.values[name] = value
        hints.compare(row, by_use, self.place_of, self.lexicon.today)

    def _status(self, row: MemberRow, text: str) -> None:
        read = offices.read_status(text)
        _put(row, "status", read)
        row.keep = not read.outside
        if not text and "status" not in row.doubts:
            row.doubt("status", "没有写党员身份。请选择。", soft=True)

    def _other(self, row: MemberRow, use: str, cell: Cell, text: str) -> None:
        if not text:
            return
        try:
            value = self._read(use, cell)
        except (Unfit, Unreadable) as error:
            row.typed[use] = text
            row.doubt(use, str(error))
            return
        if value is not None:
            row.values[use] = value

    def _read(self, use: str, cell: Cell) -> Any:
        typed = name_key(words_of(cell))
        if use == "id":
            ident = plain(words_of(cell))
            if not is_ident(ident):
                raise Unreadable("ident", text=ident)
            return ident
        if use == "party_on" and (month := _JANUARY_OR_OCTOBER.fullmatch(words_of(cell).strip())):
            raise Unfit(f"“{month[0]}”是1月还是10月？请写成 {month[1]}年1月 或 {month[1]}年10月。")
        if use == "mobile_state":
            if (ticked := read_tick(typed)) is not None:
                return "mobile" if ticked else "none"
            words = {value for word, value in _MOBILE if word in typed}
            if len(words) == 1:
                return words.pop()
        return self.lexicon.read(cell, SPECS[use])

    def _fill_groups(self) -> None:
        """A group that stands in the first row only may hold for those below: cells merged once, then saved as csv."""
        if "group" not in self.place_of:
            return
        rows = self.result.rows
        filled = [row for row in rows if row.values.get("group")]
        if filled[:1] != rows[:1]:
            return
        above = ""
        for row in rows:
            if row.values.get("group"):
                above = row.values["group"]
            else:
                row.values["group"] = above
                row.doubt("group", f"党小组空着，上面一行是“{above}”。也是这个小组的不用改，不是的请改。", soft=True)


def _is_word_of_list(text: str) -> bool:
    return offices.says_office(text) or offices.says_status(text)


def _put_name(row: MemberRow, read: names.NameRead) -> None:
    row.values["name"] = read.name
    if read.doubt:
        row.doubt("name", read.doubt)
    if read.mark:
        row.doubt("status", f"姓名旁有“{read.mark}”，请看表下的说明。{hints.ASKS['status']}")
    if read.beside:
        office = offices.read_office(read.beside, party=True)
        status = offices.status_within(name_key(read.beside))
        if office.value in offices.RANKS[:3]:
            row.values["role"] = office.value
        if status:
            row.values["status"] = status
        if any(pattern.search(read.beside) for _, pattern, _ in hints.REMARKS if not status):
            row.remark = read.beside
        elif not status and office.value not in offices.RANKS[:3] and not _is_word_of_list(read.beside):
            row.values["name"] = f"{read.name}（{read.beside}）"
            row.doubt("name", f"姓名后面写着“{read.beside}”。是姓名的一部分的不用改，不是的请删去。")


def _put(row: MemberRow, name: str, read: offices.WordRead) -> None:
    if read.value:
        row.values[name] = read.value
    if read.doubt:
        row.doubt(name, read.doubt)


def doubts_of(read: RosterRead, name: str) -> Iterator[str]:
    """What is asked about, each with its place; what is asked about only because a cell is blank is left out."""
    for row in read.rows:
        for key, sentence in row.doubts.items():
            if key in row.soft:
                continue
            place = f"{letter(row.places[key])}{row.number}" if key in row.places else f"第{row.number}行"
            yield f"{name}的“{read.title}”表{place}：{sentence}"
