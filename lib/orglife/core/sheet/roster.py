"""Read a roster that a branch keeps in Excel: columns in any order, common variants of headings, a title above.

A blank cell changes nothing; unknown columns are skipped and reported.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orglife.core.record.branch import Branch, Member
from orglife.core.record.entered import Unreadable, plain
from orglife.core.record.record import ID_PATTERN
from orglife.core.record.shape import Spec, specs_of
from orglife.core.record.words import name_key
from orglife.core.sheet.cells import Cell, Lexicon, Unfit, words_of
from orglife.core.sheet.grids import letter
from orglife.core.sheet.pages import Body, SheetRows

LOOK_FOR_HEADS = 15
PREFERRED = ("党员", "花名册", "党员花名册", "党员名册", "党员名单")
_SYNONYMS: Mapping[str, str] = {
    "id": "编号 党员编号",
    "name": "姓名 党员姓名 名字",
    "status": "党员身份 身份 政治面貌 党员类别 人员类别 党员类型 党籍情况",
    "role": "党内职务 支部职务 党支部职务 党内任职 支部任职 职务",
    "is_leader": "党员领导干部 领导干部 是否领导干部 是否党员领导干部",
    "group": "党小组 所在党小组 所属党小组 小组",
    "joined_on": "转入日期 转入时间 转入支部日期 转入支部时间 转入本支部日期 到支部日期",
    "left_on": "转出日期 转出时间 转出支部日期 转出支部时间",
    "mobile_state": "流动等情况 流动情况 流动党员 是否流动党员",
    "quorum_excluded": "核减应到会",
    "quorum_basis": "核减情形",
    "quorum_approved_on": "核减通过日期",
}
_BRANCH: Mapping[str, str] = {
    "id": "支部代号 党支部代号",
    "name": "支部名称 党支部名称 党支部 所在支部 所在党支部",
    "superior": "上级党组织 上级党组织名称",
}
_FIELDS = {name_key(word): key for key, words in _SYNONYMS.items() for word in words.split()}
_BRANCH_FIELDS = {name_key(word): key for key, words in _BRANCH.items() for word in words.split()}
_SPECS: Mapping[str, Spec] = {spec.name: spec for spec in specs_of(Member)}
_ROLES = (("副书记", "deputy"), ("书记", "secretary"), ("委员", "committee"), ("党员", "member"), ("无", "member"))
_STATUSES = (
    ("预备", "probationary"),
    ("察看", "on_probation"),
    ("停止党籍", "suspended"),
    ("正式", "full"),
    ("党员", "full"),
)
_TOTALS = ("合计", "总计", "小计", "备注", "填表人", "制表人", "审核人", "填表", "说明", "注")
_COUNT = re.compile(r"[共计]*\d+[人名]?")  # number of members, in the names column of the total row
_ID = re.compile(ID_PATTERN)


@dataclass
class Roster:
    """The content of a roster.

    Attributes:
        members: Fields of each member as JSON values; without an id if the sheet has none.
        places: Sheet and row of each member, for problems.
        branch: The branch's own data, as far as the sheet contains it.
        unused: Headings of unknown columns.
        problems: Sentences about what could not be read.
    """

    members: list[Body] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    branch: Body = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def is_roster(grids: Sequence[SheetRows]) -> bool:
    """Whether any sheet has a column of names."""
    return _chosen(grids) is not None


def read_roster(name: str, grids: Sequence[SheetRows], lexicon: Lexicon) -> Roster:
    """Read a roster.

    Args:
        name: Name of the file in problems.
        grids: Its sheets.
        lexicon: Resolves days without a year and labels of fields.
    """
    roster = Roster()
    chosen = _chosen(grids)
    if chosen is None:
        roster.problems.append(f"{name}里没有党员名册：没有找到“姓名”一列。请补上表头（姓名、党员身份、党内职务……）。")
        return roster
    grid, start = chosen
    roster.problems += [f"{name}的“{g.title}”表{letter(c)}{r}：{w}" for g in (grid,) for r, c, w in g.faults]
    _Reading(name, grid, lexicon, roster).read(start)
    for other in grids:
        if other.title == Branch.LABEL:
            _head_page(other, roster)
    if roster.branch.get("id") and not _ID.fullmatch(roster.branch["id"]):
        roster.problems.append(
            f"{name}的支部代号“{roster.branch['id']}”不合规。请只用英文字母、数字和 . _ - ，例如 b01。"
        )
    return roster


def merge_roster(roster: Roster, existing: Mapping[str, Body], taken: set[str], name: str) -> list[Body]:
    """The roster's members as complete records: existing members (same id or name) are revised, others get a new id.

    Args:
        roster: The content of the sheet; problems are added to it.
        existing: Current members of the branch, by id.
        taken: Ids in use in the branch.
        name: Name of the file in problems.
    """
    by_name: dict[str, list[str]] = {}
    for ident, body in existing.items():
        by_name.setdefault(name_key(body.get("name", "")), []).append(ident)
    times = Counter(name_key(body["name"]) for body in roster.members)
    seen: dict[str, str] = {}
    used = set(taken)
    result = []
    for body, place in zip(roster.members, roster.places, strict=True):
        given_id, key = body.get("id"), name_key(body["name"])
        same = by_name.get(key, [])
        ident = _same_person(given_id or "", same, existing, alone=times[key] == 1)
        what = ""
        if not given_id and len(same) > 1:
            what = f"支部里有{len(same)}名党员叫“{body['name']}”。请补上“编号”一列，写明是{'还是'.join(same)}。"
        elif (ident or key) in seen:
            what = f"与{seen[ident or key].removeprefix('的')}都是“{body['name']}”。请删去一行；确是两人的，请补上“编号”一列分开。"
        elif ident in taken and ident not in existing:
            what = f"编号“{ident}”已用在别的记录上。请改成不同的编号，或让它空着。"
        if what:
            roster.problems.append(f"{name}{place}{'' if what.startswith('与') else '：'}{what}")
        seen |= dict.fromkeys(filter(None, (ident, "" if given_id else key)), place)
        ident = ident or _fresh(used)
        used.add(ident)
        result.append(_member(existing.get(ident, {}), {**body, "id": ident}))
    return result


def _member(existing: Body, fields: Body) -> Body:
    """Update a member with the sheet's fields; a new member without an office becomes an ordinary member."""
    new = {**existing, **{key: value for key, value in fields.items() if value is not None}}
    if not existing and fields.get("role", "") is None:
        new["role"] = "member"
    return new


def _same_person(given_id: str, same: Sequence[str], existing: Mapping[str, Body], *, alone: bool) -> str:
    """Id of a row's member: by id, else the only one with the name; "" = a new member without an id."""
    if given_id in existing or (given_id and not alone):
        return given_id
    return same[0] if len(same) == 1 else given_id


def _fresh(used: set[str]) -> str:
    number = 1
    while f"m{number:02d}" in used:
        number += 1
    return f"m{number:02d}"


def _chosen(grids: Sequence[SheetRows]) -> tuple[SheetRows, int] | None:
    """The sheet with the roster, and the index of its heading row."""
    for grid in sorted(grids, key=lambda g: name_key(g.title) not in PREFERRED):
        for index, (_, cells) in enumerate(grid.rows[:LOOK_FOR_HEADS]):
            if "name" in {_FIELDS.get(_head(cell)) for cell in cells}:
                return grid, index
    return None


def _head(cell: Cell) -> str:
    return name_key(re.sub(r"[*＊:：]|[（(].*[）)]", "", words_of(cell)))


def _head_page(grid: SheetRows, roster: Roster) -> None:
    """Read the branch page of our own workbook: headings in the first row, values in the second."""
    if len(grid.rows) > 1:
        heads, values = grid.rows[0][1], grid.rows[1][1]
        for head, value in zip(heads, values, strict=False):
            key = _BRANCH_FIELDS.get(_head(head))
            if key and words_of(value).strip():
                roster.branch[key] = words_of(value).strip()


class _Reading:
    """Reads one roster."""

    def __init__(self, name: str, grid: SheetRows, lexicon: Lexicon, roster: Roster) -> None:
        self.name, self.grid, self.lexicon, self.roster = name, grid, lexicon, roster

    def _sheet(self) -> str:
        return f"的“{self.grid.title}”表" if self.grid.title else ""

    def _cell(self, row: int, column: int) -> str:
        """Where a cell is; a typed list has no sheet, so only the line counts."""
        return f"{self._sheet()}{letter(column)}{row}" if self.grid.title else f"第{row}行"

    def problem(self, row: int, column: int, what: str) -> None:
        self.roster.problems.append(f"{self.name}{self._cell(row, column)}：{what}")

    def read(self, start: int) -> None:
        """Read the rows above the headings, the headings, and the rows below."""
        for _, cells in self.grid.rows[:start]:
            self._above(cells)
        columns, branch = self._columns(start)
        for number, cells in self.grid.rows[start + 1 :]:
            self._row(number, cells, columns, branch)
        if not self.roster.members and not self.roster.problems:
            self.roster.problems.append(f"{self.name}{self._sheet()}里没有一名党员。请填写后再导入。")

    def _above(self, cells: Sequence[Cell]) -> None:
        """Read 支部代号：b02 above the headings, in one cell or in two."""
        texts = [words_of(c).strip() for c in cells]
        for place, text in enumerate(texts):
            head, _, behind = text.replace("：", ":").partition(":")
            key = _BRANCH_FIELDS.get(_head(head))
            value = behind.strip() or (texts[place + 1] if place + 1 < len(texts) else "")
            if key and value:
                self.roster.branch.setdefault(key, value)

    def _columns(self, start: int) -> tuple[dict[int, str], dict[int, str]]:
        number, heads = self.grid.rows[start]
        columns: dict[int, str] = {}
        branch: dict[int, str] = {}
        for place, cell in enumerate(heads):
            head = _head(cell)
            key = _FIELDS.get(head)
            if key is None or (head == "职务" and self._has_office(heads)):
                if head in _BRANCH_FIELDS:
                    branch[place] = _BRANCH_FIELDS[head]
                elif head and head != "序号":
                    self.roster.unused.append(words_of(cell).strip())
            elif key in columns.values():
                self.problem(number, place, f"“{words_of(cell)}”和另一列是同一项。请只保留一列。")
            else:
                columns[place] = key
        return columns, branch

    def _has_office(self, heads: Sequence[Cell]) -> bool:
        """Whether another column gives the Party office; then 职务 is the position at work."""
        return any(_FIELDS.get(_head(cell)) == "role" and _head(cell) != "职务" for cell in heads)

    def _row(self, number: int, cells: Sequence[Cell], columns: Mapping[int, str], branch: Mapping[int, str]) -> None:
        given = {
            key: cells[place] for place, key in columns.items() if place < len(cells) and words_of(cells[place]).strip()
        }
        who = re.sub(r"\s", " ", words_of(given.get("name"))).strip()
        if not given or (len(given) == 1 and _is_foot(name_key(who))):
            return
        place_of = {key: place for place, key in columns.items()}
        if not who:
            if set(given) != {"id"}:
                self.problem(number, place_of["name"], "没有姓名。请补上姓名，或删去这一行。")
            return
        for place, key in branch.items():
            if place < len(cells) and words_of(cells[place]).strip():
                self._of_branch(number, place, key, words_of(cells[place]).strip())
        body: Body = {key: None for key in columns.values() if key not in ("id", "name")}
        body["name"] = _name(who)
        for key, cell in given.items():
            if key != "name":
                body[key] = self._value(number, place_of[key], key, cell)
        self.roster.members.append(body)
        self.roster.places.append(f"{self._sheet()}第{number}行")

    def _of_branch(self, number: int, place: int, key: str, value: str) -> None:
        if self.roster.branch.setdefault(key, value) != value:
            self.problem(
                number,
                place,
                f"“{value}”和前面的“{self.roster.branch[key]}”不是同一个支部。一次只能导入一个支部的名册。",
            )

    def _value(self, number: int, place: int, key: str, cell: Cell) -> Any:
        try:
            return self._read(key, cell)
        except (Unfit, Unreadable) as error:
            self.problem(number, place, str(error))
            return None

    def _read(self, key: str, cell: Cell) -> Any:
        typed = name_key(words_of(cell))
        if key == "id":
            ident = plain(words_of(cell))
            if not _ID.fullmatch(ident):
                raise Unreadable("ident", text=ident)
            return ident
        if key == "mobile_state" and typed in ("是", "否"):
            return "mobile" if typed == "是" else "none"
        if key in ("role", "status"):
            return next(self._by_word(key, typed), None) or self.lexicon.read(cell, _SPECS[key])
        return self.lexicon.read(cell, _SPECS[key])

    def _by_word(self, key: str, typed: str) -> Iterator[str]:
        exact = {name_key(label): value for value, label in _SPECS[key].labels.items()}
        if typed in exact:
            yield exact[typed]
        yield from (value for word, value in (_ROLES if key == "role" else _STATUSES) if word in typed)


def _is_foot(text: str) -> bool:
    """Whether a text in the names column is not a name: 合计, or the number of members."""
    return text.startswith(_TOTALS) or _COUNT.fullmatch(text) is not None


def _name(text: str) -> str:
    """A name without the spaces that stretch two characters to the width of three."""
    return text.replace(" ", "") if re.fullmatch(r"[\u3400-\u9fff](\s+[\u3400-\u9fff])+", text) else text
