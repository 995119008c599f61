"""What the rest of a roster says about its members: remarks, days of admission, other rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from orglife.core.record.words import name_key
from orglife.core.sheet.cells import Cell, words_of
from orglife.core.sheet.roster import offices
from orglife.core.sheet.roster.rows import MemberRow, RosterRead

_MONTH = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})(?:\s*[月./-]\s*(\d{1,2}))?")
_YEAR = timedelta(days=365)
_NAMED = 5  # other rows that a doubt names
REMARKS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("status", re.compile("预备|转正"), "probationary"),
    ("status", re.compile("察看"), "on_probation"),
    ("status", re.compile("停止党籍"), "suspended"),
    ("mobile_state", re.compile("流动|务工|失联|出国|出境|卧床|年老体弱"), ""),
    ("left_on", re.compile("转出|转走|调离|调走|已转|转接"), ""),
    ("name", re.compile("去世|病故|逝世|死亡|已故|除名|开除|退党|脱党|出党"), ""),
    ("role", re.compile("书记(?!员)|支书|委员(?!会)|支委"), ""),
)
"""Field, what a remark says about it, and the value that agrees with that."""
ASKS = {
    "status": "请选择党员身份。",
    "mobile_state": "请选择流动等情况，没有的选“无”。",
    "left_on": "已转出的，请写转出日期；没有转出的，让它空着。",
    "name": "不再列入的，请去掉这一行。",
    "role": "请选择党内职务。",
}
"""What to do, by field."""


def compare(row: MemberRow, by_use: Mapping[str, Cell], columns: Collection[str], today: date) -> None:
    """Compare a member's row with the days of admission and of full membership, and with the remarks.

    Args:
        row: What was read of the row; doubts are added to it.
        by_use: Use of a column → the row's cell.
        columns: Uses of the table's columns.
        today: Days after it are still to come.
    """
    status = row.values.get("status")
    confirmed = words_of(by_use.get("confirmed_on")).strip()
    if "confirmed_on" in columns:
        day = first_day(by_use.get("confirmed_on"))
        past = day is not None and day <= today
        if status is None and past and "status" not in columns:
            row.values["status"] = status = "full"
        elif status is None:
            row.doubt("status", f"转正日期{f'是“{confirmed}”' if confirmed else '没有写'}。{ASKS['status']}")
        elif (status == "probationary" and past) or (status == "full" and confirmed and not past):
            row.doubt("status", f"转正日期是“{confirmed}”，与党员身份不一致。{ASKS['status']}")
    joined = first_day(by_use.get("party_on"))
    if joined is not None and joined > today - _YEAR and status in (None, "full"):
        row.doubt("status", f"入党日期是“{words_of(by_use.get('party_on')).strip()}”，不满一年。{ASKS['status']}")
    row.remark = "，".join(filter(None, (row.remark, words_of(by_use.get("remark")).strip())))
    for name, pattern, value in REMARKS:
        if not pattern.search(row.remark):
            continue
        if (name == "status" and row.values.get("status") == value) or (
            name not in ("status", "name") and row.values.get(name) not in (None, "member")
        ):
            continue
        if name == "role" and _is_same_office(row):
            continue
        row.doubt(name, f"备注写着“{row.remark}”。{ASKS[name]}")


def _is_same_office(row: MemberRow) -> bool:
    read = offices.read_office(row.remark, party=False)
    return bool(read.value) and read.value == row.values.get("role")


def first_day(cell: Cell) -> date | None:
    """A day, or the first day of a month, in a cell that is only compared."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    match = _MONTH.search(words_of(cell)) or re.match(r"(\d{4})(\d{2})(\d{2})?$", words_of(cell).strip())
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return None


def _some(first: Sequence[str], number: int, measure: str) -> str:
    """The first of some rows or names, and how many there are when these are not all."""
    return "、".join(first[:_NAMED]) + (f"等{number}{measure}" if number > _NAMED else "")


def look_over(read: RosterRead, *, columns: bool) -> None:
    """Mark duplicates and a second secretary, and say what the roster does not give.

    Args:
        read: What was read.
        columns: It is a table: a list without 预备 and 正式 is usual, a table without them is not.
    """
    rows = [row for row in read.rows if row.keep]
    alike: dict[str, list[MemberRow]] = {}
    for row in rows:
        alike.setdefault(name_key(row.name), []).append(row)
    for same in alike.values():
        if sum("id" not in row.values for row in same) > 1:
            for row in same:
                others = _some([f"第{o.number}行" for o in same[: _NAMED + 1] if o is not row], len(same) - 1, "行")
                row.doubt("name", f"与{others}都是“{row.name}”。同一个人的，请去掉一行；是两个人的不用改。", alike=True)
    secretaries = [row for row in rows if row.values.get("role") == "secretary"]
    if len(secretaries) > 1:
        names = _some([row.name for row in secretaries[:_NAMED]], len(secretaries), "名")
        for row in secretaries:
            row.doubt("role", f"有{len(secretaries)}名书记（{names}）。请只留一名。", alike=True)
    if not read.problems and not secretaries and not any("role" in row.doubts for row in rows):
        read.notices.append("名册里没有写书记。请在“党内职务”一列选出书记。")
    if columns and not read.has_status:
        read.notices.append("名册里没有写党员身份，都列为正式党员。有预备党员的，请在“党员身份”一列改。")
