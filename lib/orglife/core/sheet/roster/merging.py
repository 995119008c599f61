"""A roster's members as records of a branch: those that it has already are revised, the others are new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orglife.core.record.words import name_key
from orglife.core.sheet.cells import Lexicon
from orglife.core.sheet.pages import Body, SheetRows
from orglife.core.sheet.roster.reading import chosen_sheet, doubts_of, read_roster_sheets
from orglife.core.sheet.roster.rows import STORED, RosterRead

NO_HEADINGS = "{}里没有党员名册：没有找到“姓名”一列。请补上表头（姓名、党员身份、党内职务……）。"
FEWEST = 3
"""Rosters and branches below this size are not compared."""
COMMON = 3
"""A roster of the branch shares at least one of so many names with it."""


@dataclass
class Roster:
    """A roster that was read without asking anybody, or its problems.

    Attributes:
        members: Fields of each member as JSON values; without an id if the sheet has none.
        places: Sheet and row of each member, for problems.
        branch: The branch's own data, as far as the sheet contains it.
        unused: Headings of unknown columns.
        problems: Sentences about what could not be read or must be asked about.
        notices: Sentences about the whole.
    """

    members: list[Body] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    branch: Body = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def is_roster(grids: Sequence[SheetRows]) -> bool:
    """Whether any sheet has a column of names."""
    return chosen_sheet(grids) is not None


def read_roster(name: str, grids: Sequence[SheetRows], lexicon: Lexicon) -> Roster:
    """Read a roster where nobody can be asked: what is not certain becomes a problem.

    Args:
        name: Name of the file in problems.
        grids: Its sheets.
        lexicon: Resolves days without a year and labels of fields.
    """
    if not is_roster(grids):
        return Roster(problems=[NO_HEADINGS.format(name)])
    return strict_roster(name, read_roster_sheets(name, grids, lexicon))


def strict_roster(name: str, read: RosterRead) -> Roster:
    """What was read, where nobody can be asked: what is not certain becomes a problem."""
    if read.guessed:
        return Roster(problems=[NO_HEADINGS.format(name)])
    rows = [row for row in read.rows if row.name]
    uses = [column.use for column in read.columns if column.use in STORED and column.use not in ("id", "name")]
    return Roster(
        members=[{**dict.fromkeys(uses), **row.certain()} for row in rows],
        places=[f"“{read.title}”表第{row.number}行" for row in rows],
        branch=read.branch,
        unused=read.unused,
        problems=[*read.problems, *doubts_of(_without_names_that_occur_twice(read), name)],
        notices=read.other_sheets(),
    )


def _without_names_that_occur_twice(read: RosterRead) -> RosterRead:
    """Drop the doubts about names that occur twice: ``merge_roster`` reports these, since it knows the branch's members."""
    for row in read.rows:
        if "name" in row.alike:
            del row.doubts["name"]
    return read


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
        sheet_id, key = body.get("id"), name_key(body["name"])
        same = by_name.get(key, [])
        ident = _same_person(sheet_id or "", same, existing, alone=times[key] == 1)
        what = ""
        if not sheet_id and len(same) > 1:
            what = f"支部里有{len(same)}名党员叫“{body['name']}”。请补上“编号”一列，写明是{'还是'.join(same)}。"
        elif (ident or key) in seen:
            what = f"与{seen[ident or key]}都是“{body['name']}”。请删去一行；确是两人的，请补上“编号”一列分开。"
        elif ident in taken and ident not in existing:
            what = f"编号“{ident}”已用在别的记录上。请改成不同的编号，或让它空着。"
        if what:
            roster.problems.append(f"{name}的{place}{'' if what.startswith('与') else '：'}{what}")
        seen |= dict.fromkeys(filter(None, (ident, "" if sheet_id else key)), place)
        ident = ident or fresh_member_id(used)
        used.add(ident)
        result.append(_member(existing.get(ident, {}), {**body, "id": ident}))
    return result


def _member(existing: Body, fields: Body) -> Body:
    """Update a member with the sheet's fields; a new member without an office becomes an ordinary member."""
    new = {**existing, **{key: value for key, value in fields.items() if value is not None}}
    if not existing and fields.get("role", "") is None:
        new["role"] = "member"
    return new


def _same_person(sheet_id: str, same: Sequence[str], existing: Mapping[str, Body], *, alone: bool) -> str:
    """Id of a row's member: by id, else the only one with the name; "" = a new member without an id."""
    if sheet_id in existing or (sheet_id and not alone):
        return sheet_id
    return same[0] if len(same) == 1 else sheet_id


def fresh_member_id(used: set[str]) -> str:
    """A member's id that is not in use yet."""
    number = 1
    while f"m{number:02d}" in used:
        number += 1
    return f"m{number:02d}"


def strangers(existing: Mapping[str, Body], brought: Sequence[str]) -> str:
    """The sentence about a roster that seems to be another branch's: few of its names are known; "" otherwise."""
    current = {name_key(str(body["name"])) for body in existing.values() if body.get("name")}
    listed = {name_key(name) for name in brought if name}
    least = min(len(current), len(listed))
    common = len(current & listed)
    if least < FEWEST or COMMON * common >= least:
        return ""
    same = f"只有{common}人" if common else "没有一人"
    return f"名册里有{len(listed)}人，{same}与本支部现有的{len(current)}名党员同名，像是别的支部的名册。请核对，确是本支部的再导入。"
