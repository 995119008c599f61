"""The columns of a roster: what a heading means, which rows are headings, lists side by side, and lists without headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orglife.core.record.words import name_key
from orglife.core.sheet.cells import Cell, words_of
from orglife.core.sheet.pages import SheetRows
from orglife.core.sheet.roster import names, offices

LOOK_FOR_HEADS = 15
HINTS = {"remark": "备注", "confirmed_on": "转正日期"}
"""Columns that are read to compare with the others and are not stored: use → label."""
_SYNONYMS: Mapping[str, str] = {
    "id": "编号 党员编号",
    "name": "姓名 党员姓名 名字 党员名字",
    "status": "党员身份 身份 政治面貌 党员类别 人员类别 党员类型 党籍情况 党员性质 是否党员 是否中共党员",
    "role": "党内职务 支部职务 党支部职务 党内任职 支部任职 党组织职务 支部内职务 职务",
    "is_leader": "党员领导干部 领导干部 是否领导干部 是否党员领导干部",
    "group": "党小组 所在党小组 所属党小组 小组",
    "joined_on": "转入日期 转入时间 转入支部日期 转入支部时间 转入本支部日期 到支部日期 到支部时间",
    "left_on": "转出日期 转出时间 转出支部日期 转出支部时间",
    "mobile_state": "流动等情况 流动情况 流动党员 是否流动党员",
    "quorum_excluded": "核减应到会",
    "quorum_basis": "核减情形",
    "quorum_approved_on": "核减通过日期",
    "remark": "备注 说明 其他 情况说明 备注说明",
    "party_on": "入党时间 入党日期 入党年月 加入中共时间 加入党组织日期 加入党组织时间 入党",
    "confirmed_on": "转正日期 转正时间 转正年月 转为正式党员日期 转为正式党员时间",
}
_OTHERS = (
    "序号 性别 民族 学历 学位 文化程度 出生年月 出生日期 年龄 籍贯 身份证号 身份证号码 公民身份号码 联系电话 手机 手机号 手机号码 电话 "
    "家庭住址 住址 地址 工作单位 单位 部门 科室 职业 职称 工龄 参加工作时间 毕业院校 专业 入党介绍人 介绍人 行政职务 签名 签字 照片 级别"
)
"""Headings that people use beside these; they help to recognise a heading row, and are not stored."""
_BRANCH: Mapping[str, str] = {
    "id": "支部代号 党支部代号",
    "name": "支部名称 党支部名称 党支部 所在支部 所在党支部",
    "superior": "上级党组织 上级党组织名称",
}
FIELDS = {name_key(word): key for key, words in _SYNONYMS.items() for word in words.split()}
BRANCH_FIELDS = {name_key(word): key for key, words in _BRANCH.items() for word in words.split()}
_KNOWN = {*FIELDS, *BRANCH_FIELDS, *map(name_key, _OTHERS.split())}
_OFFICE_AT_WORK = name_key("职务")
_LOOSE_STATUS = ("人员类别", "身份", "党员类别", "党员类型")
_GUESSED_FROM = 2  # rows needed to guess the column of names of a list without headings
Rows = Sequence[tuple[int, Sequence[Cell]]]


@dataclass(frozen=True)
class ColumnRead:
    """One column.

    Attributes:
        place: Its number, from 0.
        heading: Its heading as written.
        use: The field, the hint (see ``HINTS``), or "" for a column that is not used.
        party: Its offices are those in the Party.
    """

    place: int
    heading: str
    use: str
    party: bool = True


@dataclass(frozen=True)
class RosterTable:
    """The members' rows of a sheet, below each other.

    Attributes:
        columns: The columns of a row.
        rows: (row number, shift, cells): a list on the right stands below the one on the left; its cells are ``shift``
            columns further right in the sheet.
        above: The rows above the headings.
        headings: Numbers of the heading rows.
        branch: Column → field of the branch's own data.
        guessed: The list has no headings; its columns are guessed from the contents.
        turned: Members stand beside each other, headings at the left.
    """

    title: str
    columns: Sequence[ColumnRead]
    rows: Sequence[tuple[int, int, Sequence[Cell]]]
    above: Rows = ()
    headings: frozenset[int] = frozenset()
    branch: Mapping[int, str] | None = None
    guessed: bool = False
    turned: bool = False
    doubled: tuple[ColumnRead, ...] = ()


LONGEST_HEAD = 200
"""Most characters of a heading."""


def head_of(cell: Cell) -> str:
    """A heading as a key: without spaces, brackets, asterisks; nothing longer than ``LONGEST_HEAD`` is one."""
    words = words_of(cell)
    return name_key(re.sub(r"[*＊:：]|[（(].*[）)]", "", words)) if len(words) <= LONGEST_HEAD else name_key(words)


def heading_row(rows: Rows) -> int | None:
    """Index of the first heading row: one with a heading for names."""
    for index, (_, cells) in enumerate(rows[:LOOK_FOR_HEADS]):
        if any(FIELDS.get(head_of(cell)) == "name" for cell in cells):
            return index
    return None


def is_heading_row(cells: Sequence[Cell], name_places: Sequence[int]) -> bool:
    """Whether a row below a heading row is one too: no name in it, and known headings."""
    heads = [head_of(cell) for cell in cells]
    who = [heads[place] for place in name_places if place < len(heads)]
    if any(head and FIELDS.get(head) != "name" for head in who):
        return False
    return any(head in _KNOWN for head in heads)


def table_of(grid: SheetRows, uses: Mapping[int, str] | None = None) -> RosterTable | None:
    """The table of a sheet, None if there are neither headings nor names.

    Args:
        grid: The sheet.
        uses: Column → use as a person chose it, in place of what the headings say.
    """
    start = heading_row(grid.rows)
    if start is not None and _is_turned(grid, start):
        grid = SheetRows(grid.title, _turned(grid.rows[start:]), ())
        table = _headed(grid, 0, uses)
        return RosterTable(**{**vars(table), "turned": True})
    if start is not None:
        return _headed(grid, start, uses)
    return _guessed(grid, uses)


def _headed(grid: SheetRows, start: int, uses: Mapping[int, str] | None) -> RosterTable:
    rows = grid.rows
    first = [head_of(cell) for cell in rows[start][1]]
    name_places = [place for place, head in enumerate(first) if FIELDS.get(head) == "name"]
    end = start + 1
    while end < len(rows) and is_heading_row(rows[end][1], name_places):
        end += 1
    heads = _combined([cells for _, cells in rows[start:end]])
    width = _width_of_one_list(heads)
    columns, doubled = _columns(heads[:width], uses)
    branch = {
        c.place: BRANCH_FIELDS[head_of(c.heading)] for c in columns if not c.use and head_of(c.heading) in BRANCH_FIELDS
    }
    body = rows[end:]
    shifts = range(0, max(len(heads), 1), width)
    stacked = [
        (number, shift, cells[shift : shift + width] if len(shifts) > 1 else cells)
        for shift in shifts
        for number, cells in body
        if not shift or any(words_of(c).strip() for c in cells[shift : shift + width])
    ]
    columns = _without_useless_status(columns, [cells for _, _, cells in stacked], chosen=uses is not None)
    headings = frozenset(number for number, _ in rows[start:end])
    return RosterTable(grid.title, columns, stacked, rows[:start], headings, branch, doubled=doubled)


def _combined(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """The heading of each column: the lowest one that is known, else the lowest one."""
    width = max(len(cells) for cells in rows)
    heads = []
    for place in range(width):
        written = [words_of(cells[place]).strip() for cells in rows if place < len(cells)]
        written = [re.sub(r"\s+", " ", text) for text in reversed(written) if text]
        heads.append(next((text for text in written if head_of(text) in _KNOWN), written[0] if written else ""))
    return heads


def _width_of_one_list(heads: Sequence[str]) -> int:
    """How many columns one list has where two or three stand side by side under the same headings."""
    keys = [head_of(head) for head in heads]
    while keys and not keys[-1]:
        keys.pop()
    places = [place for place, key in enumerate(keys) if FIELDS.get(key) == "name"]
    if len(places) > 1 and len({keys[place] for place in places}) == 1:
        width = places[1] - places[0]
        first = keys[:width]
        if all(first[at % width] == key for at, key in enumerate(keys)):
            return width
    return max(len(heads), 1)


def _columns(heads: Sequence[str], uses: Mapping[int, str] | None) -> tuple[list[ColumnRead], tuple[ColumnRead, ...]]:
    """The columns, and those whose field another column has already."""
    if uses is not None:
        return [ColumnRead(place, head, uses.get(place, ""), _of_party(head)) for place, head in enumerate(heads)], ()
    has_office = any(FIELDS.get(head_of(head)) == "role" and head_of(head) != _OFFICE_AT_WORK for head in heads)
    columns: list[ColumnRead] = []
    doubled: list[ColumnRead] = []
    for place, head in enumerate(heads):
        use = FIELDS.get(head_of(head), "")
        if head_of(head) == _OFFICE_AT_WORK and has_office:
            use = ""
        if use and any(c.use == use for c in columns):
            if use not in HINTS:
                doubled.append(ColumnRead(place, head, use))
            use = ""
        columns.append(ColumnRead(place, head, use, _of_party(head)))
    return columns, tuple(doubled)


def _of_party(head: str) -> bool:
    return head_of(head) != _OFFICE_AT_WORK


def _without_useless_status(
    columns: list[ColumnRead], rows: Sequence[Sequence[Cell]], *, chosen: bool
) -> list[ColumnRead]:
    """人员类别 may hold 公务员 and 工勤: a column in which no status can be read is not used."""
    if chosen:
        return columns
    result = []
    for column in columns:
        cells = [words_of(c[column.place]) for c in rows if column.place < len(c)]
        readable = any((read := offices.read_status(cell)).value or read.outside for cell in cells)
        loose = column.use == "status" and head_of(column.heading) in _LOOSE_STATUS
        result.append(ColumnRead(column.place, column.heading, "") if loose and not readable else column)
    return result


# --- without headings ------------------------------------------------------------------------------------------------


def _guessed(grid: SheetRows, uses: Mapping[int, str] | None) -> RosterTable | None:
    width = max((len(cells) for _, cells in grid.rows), default=0)
    texts = [[words_of(cells[at]).strip() if at < len(cells) else "" for _, cells in grid.rows] for at in range(width)]
    if uses is None:
        uses = _guess(texts)
    if "name" not in uses.values():
        return None
    columns = [ColumnRead(place, "", uses.get(place, "")) for place in range(width)]
    return RosterTable(grid.title, columns, [(number, 0, cells) for number, cells in grid.rows], guessed=True)


def _guess(columns: Sequence[Sequence[str]]) -> dict[int, str]:
    """Column → use, from what stands in it; {} if no column holds names."""
    score = [sum(names.looks_like_name(text) for text in column) for column in columns]
    filled = [sum(bool(text) for text in column) for column in columns]
    best = max(range(len(columns)), key=lambda at: score[at], default=None)
    if best is None or score[best] < _GUESSED_FROM or 2 * score[best] <= filled[best]:
        return {}
    uses = {best: "name"}
    for use, says in (("role", offices.says_office), ("status", offices.says_status)):
        counts = Counter({at: sum(map(says, column)) for at, column in enumerate(columns) if at not in uses})
        for place, hits in counts.most_common(1):
            if hits:
                uses[place] = use
    return uses


def _is_turned(grid: SheetRows, start: int) -> bool:
    """Whether names stand beside each other: the first cells are headings, the cells behind 姓名 are names."""
    number_of_heads = sum(head_of(c) in _KNOWN for c in grid.rows[start][1])
    first_column = [head_of(cells[0]) for _, cells in grid.rows[start:] if cells]
    behind = [words_of(c) for c in grid.rows[start][1][1:] if words_of(c).strip()]
    known = sum(head in _KNOWN for head in first_column)
    return number_of_heads == 1 and known > 1 and bool(behind) and all(map(names.looks_like_name, behind))


def _turned(rows: Rows) -> list[tuple[int, Sequence[Cell]]]:
    width = max(len(cells) for _, cells in rows)
    return [(at + 1, tuple(c[at] if at < len(c) else None for _, c in rows)) for at in range(width)]
