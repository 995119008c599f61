"""The table in which a person confirms a roster: what was read, what is asked about, and what becomes of the answers.

The same table is shown at the founding and in the roster's form. A branch that has members already sees which ones are
new, which are changed and which are not in the roster; those are only named.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from orglife.core.errors import BadInput
from orglife.core.record.branch import Member
from orglife.core.record.entered import Unreadable, write_day
from orglife.core.record.exchange import field_problems
from orglife.core.record.words import first_few, name_key, readable
from orglife.core.sheet.cells import Lexicon, Unfit, words_of
from orglife.core.sheet.pages import Body
from orglife.core.sheet.roster import names
from orglife.core.sheet.roster.columns import FIELDS, HINTS
from orglife.core.sheet.roster.merging import fresh_member_id, strangers
from orglife.core.sheet.roster.rows import SPECS, MemberRow, RosterRead
from orglife.exchange.roster.sources import RosterSource

ALWAYS = ("name", "status", "role")
OPTIONAL = ("group", "party_on", "joined_on", "left_on", "mobile_state", "is_leader")
"""Shown where the roster gives them."""
QUORUM = ("quorum_excluded", "quorum_basis", "quorum_approved_on")
CHOOSE = "请选择"
NOT_USED = "不用"
SAMPLES = 3
PRIVATE = ("身份证", "证件", "电话", "手机", "住址", "地址", "号码")
"""Columns whose contents are not even shown."""
DEFAULTS: Mapping[str, Any] = {"status": "full", "role": "member"}
_MOST_ROWS = 2000
_NAMED = 5  # rows named in one sentence


@dataclass
class RosterReview:
    """A roster beside a branch's members.

    Attributes:
        source: The roster.
        lexicon: Resolves days and labels.
        members: The branch's current members by id; none at the founding.
        taken: Ids that the branch has used.
        uses: Column → use as the person chose it; None = by the headings.
    """

    source: RosterSource
    lexicon: Lexicon
    members: Mapping[str, Body] = field(default_factory=dict)
    taken: Collection[str] = ()
    uses: Mapping[int, str] | None = None

    def page(self) -> dict[str, Any]:
        """The table as the page shows it.

        Raises:
            BadInput: nothing can be read, with the reason.
        """
        read = self.source.read(self.lexicon, self.uses)
        if read.problems and not read.rows:
            raise BadInput(read.problems)
        shown = self._fields(read)
        rows = [self._row(row, shown) for row in read.rows[:_MOST_ROWS]]
        ticked = [row.name for row in read.rows if row.keep]
        return {
            "source": self.source.name,
            "columns": self._columns(read),
            "uses": [["", NOT_USED], *([use, _label(use)] for use in dict.fromkeys(FIELDS.values()) if use != "id")],
            "fields": [_page_field(name) for name in shown],
            "rows": rows,
            "left": [f"第{number}行：{text}" for number, text in read.left_out if text],
            "notices": [*read.problems, *(read.notices if not self.members else read.other_sheets())],
            "absent": self._absent(ticked),
            "stranger": strangers(self.members, ticked) or "",
        }

    def confirmed(self, answer: Mapping[str, Any]) -> list[Body]:
        """The members as confirmed, as complete records: new ones with new ids, known ones revised.

        Args:
            answer: The page's rows: ``{"rows": [{"n", "keep", "seen", "open", "values"}], "own": bool}``.

        Raises:
            BadInput: all that is still open or wrong, each with its row.
        """
        rows = [row for row in _rows_of(answer) if row.keep]
        problems = list(_open_doubts(rows))
        bodies = [self._body(row, problems) for row in rows]
        if not rows:
            problems.append("名册里没有勾选一名党员。请至少勾选一名，或者去掉名册，以后再登记。")
        problems += _doubled(rows)
        secretaries = [str(b["name"]) for b in bodies if b.get("role") == "secretary"]
        if len(secretaries) > 1:
            problems.append(f"有{len(secretaries)}名书记（{'、'.join(secretaries)}）。请只留一名。")
        stranger = strangers(self.members, [row.name for row in rows])
        if stranger and not answer.get("own"):
            problems.append(stranger)
        merged = self._merged(rows, bodies, problems)
        if problems:
            raise BadInput(list(dict.fromkeys(problems)))
        return merged

    # --- the table ---------------------------------------------------------------------------------------------------

    def _columns(self, read: RosterRead) -> list[dict[str, Any]]:
        if not read.columns:
            return []
        return [
            {
                "place": column.place,
                "heading": column.heading or f"第{column.place + 1}列",
                "use": column.use,
                "sample": "" if any(word in column.heading for word in PRIVATE) else _sample(self.source, column.place),
            }
            for column in read.columns
            if column.heading or column.use or _sample(self.source, column.place)
        ]

    def _fields(self, read: RosterRead) -> list[str]:
        read_fields = {name for row in read.rows for name in (*row.values, *row.doubts, *row.typed)}
        read_fields |= {column.use for column in read.columns}
        return [*ALWAYS, *(name for name in (*OPTIONAL, *QUORUM) if name in read_fields)]

    def _row(self, row: MemberRow, shown: Sequence[str]) -> dict[str, Any]:
        same = self._same(row.name)
        existing = self.members[same[0]] if len(same) == 1 else {}
        doubts = dict(row.doubts)
        if existing:
            for name in row.soft:
                doubts.pop(name, None)
        if len(same) > 1:
            doubts["name"] = f"支部里有{len(same)}名党员叫“{row.name}”，分不清是哪一名，没有列入。请在名单里直接改。"
        body = {**DEFAULTS, **existing, **(row.certain() if existing else row.values)}
        for name in doubts:
            if name in ("status", "role", "mobile_state") and name not in (row.values if not existing else ()):
                body[name] = ""  # nothing is proposed where a choice is asked for
        return {
            "n": row.number,
            "keep": row.keep and len(same) < 2,  # noqa: PLR2004
            "values": {name: row.typed.get(name) or _shown(name, body.get(name)) for name in shown},
            "doubts": {name: sentence for name, sentence in doubts.items() if sentence},
            "alike": sorted(row.alike),
            "remark": row.remark,
            "state": self._state(existing, body) if self.members else "",
        }

    def _same(self, name: str) -> list[str]:
        key = name_key(name)
        return [ident for ident, body in self.members.items() if key and name_key(str(body.get("name", ""))) == key]

    def _state(self, existing: Body, body: Body) -> str:
        if not existing:
            return "新增"
        changed = [
            _change(name, existing.get(name), body.get(name))
            for name in body
            if name in SPECS
            and name not in ("id", "name")
            and body[name] != existing.get(name)
            and body[name] != ""
            and not (name not in existing and body[name] == DEFAULTS.get(name))
        ]
        gone = "（已登记转出）" if existing.get("left_on") else ""
        return f"修改{gone}：{'，'.join(changed)}" if changed else f"没有改动{gone}"

    def _absent(self, ticked: Sequence[str]) -> list[str]:
        on_roster = {name_key(name) for name in ticked}
        return [
            str(body.get("name"))
            for body in self.members.values()
            if body.get("name") and not body.get("left_on") and name_key(str(body["name"])) not in on_roster
        ]

    # --- the answers -------------------------------------------------------------------------------------------------

    def _body(self, row: _Answer, problems: list[str]) -> Body:
        body: Body = {}
        for name, text in row.values.items():
            if name not in SPECS:
                continue
            value, problem = self._value(name, text)
            if problem:
                problems.append(f"{row.who}：{problem}")
            elif value is not None:
                body[name] = value
        body.setdefault("role", "member")
        body.setdefault("name", "")
        if not body["name"]:
            problems.append(f"{row.who}：没有姓名。请补上姓名，或者去掉这一行的勾。")
        if "status" not in body:
            problems.append(f"{row.who}：没有选党员身份。请选择。")
        return body

    def _value(self, name: str, text: str) -> tuple[Any, str]:
        if not text.strip():
            return None, ""
        if name == "name":
            read = names.read_name(text)
            return (read.name if not read.beside else " ".join(text.split())), ""
        if name in ("status", "role", "mobile_state", "quorum_basis"):
            return (text, "") if text in SPECS[name].labels else (None, f"“{text}”不在可选的几项里。请重新选择。")
        try:
            return self.lexicon.read(text, SPECS[name]), ""
        except (Unfit, Unreadable) as error:
            return None, str(error)

    def _merged(self, rows: Sequence[_Answer], bodies: Sequence[Body], problems: list[str]) -> list[Body]:
        times = Counter(name_key(row.name) for row in rows)
        used = {*self.members, *self.taken}
        result = []
        for row, body in zip(rows, bodies, strict=True):
            same = self._same(row.name)
            if len(same) > 1 or (same and times[name_key(row.name)] > 1):
                what = "分不清是哪一名。请只留一行，其余的在名单里直接登记。"
                problems.append(f"{row.who}：支部里已有“{row.name}”，{what}")
                continue
            ident = same[0] if same else fresh_member_id(used)
            used.add(ident)
            result.append({**self.members.get(ident, {}), **body, "id": ident})
        return result


def members_of(bodies: Sequence[Body]) -> list[Member]:
    """Confirmed members as records.

    Raises:
        BadInput: a value does not fit, with the member's name.
    """
    members = []
    problems: list[str] = []
    for body in bodies:
        try:
            members.append(Member.model_validate(body))
        except ValidationError as error:
            problems += [f"{body.get('name')}：{what}。" for _, what in field_problems(error)]
    if problems:
        raise BadInput(problems)
    return members


@dataclass(frozen=True)
class _Answer:
    """One row as the page returned it."""

    number: int
    keep: bool
    seen: bool
    unanswered: tuple[str, ...]
    values: Mapping[str, str]

    @property
    def name(self) -> str:
        return names.read_name(self.values.get("name", "")).name

    @property
    def who(self) -> str:
        """The row in sentences."""
        place = f"第{self.number}行" if self.number else "新加的一行"
        return f"{place}{f'“{self.name}”' if self.name else ''}"


def _rows_of(answer: Mapping[str, Any]) -> Iterator[_Answer]:
    rows = answer.get("rows")
    for row in rows[:_MOST_ROWS] if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            continue
        values = row.get("values")
        texts = {str(k): str(v) for k, v in values.items()} if isinstance(values, dict) else {}
        left = row.get("open")
        number = 0
        with contextlib.suppress(TypeError, ValueError):
            number = int(row.get("n") or 0)
        unanswered = tuple(map(str, left)) if isinstance(left, list) else ()
        yield _Answer(number, bool(row.get("keep")), bool(row.get("seen")), unanswered, texts)


def _open_doubts(rows: Sequence[_Answer]) -> Iterator[str]:
    waiting = [row for row in rows if row.unanswered]
    if waiting:
        who = first_few([row.who for row in waiting], _NAMED)
        yield f"名单里还有{len(waiting)}人要您看一看：{who}。请改正，或者勾选“已核对”。"


def _doubled(rows: Sequence[_Answer]) -> Iterator[str]:
    by_name: dict[str, list[_Answer]] = {}
    for row in rows:
        by_name.setdefault(name_key(row.name), []).append(row)
    for key, same in by_name.items():
        if key and len(same) > 1 and not all(row.seen for row in same):
            who = "与".join(f"第{row.number}行" for row in same)
            yield f"{who}都是“{same[0].name}”。同一个人的，请去掉一行的勾；确是两个人的，请都勾选“已核对”。"


def _label(use: str) -> str:
    return f"{HINTS[use]}（只用来核对）" if use in HINTS else SPECS[use].label


def _page_field(name: str) -> dict[str, Any]:
    spec = SPECS[name]
    if name in ("is_leader", "quorum_excluded"):
        return {"name": name, "label": spec.label, "kind": "choice", "options": [["", "否"], ["是", "是"]]}
    if spec.labels:
        return {
            "name": name,
            "label": spec.label,
            "kind": "choice",
            "options": [list(each) for each in spec.labels.items()],
        }
    return {"name": name, "label": spec.label, "kind": "day" if spec.kind == "day" else "text"}


def _shown(name: str, value: Any) -> str:
    """A value as the page's field holds it: the key of a choice, a day in words."""
    if value is None or value is False:
        return ""
    if value is True:
        return "是"
    if SPECS[name].kind == "day":
        with contextlib.suppress(ValueError):
            return write_day(date.fromisoformat(str(value)))
    return str(value)


def _words(name: str, value: Any) -> str:
    return readable(SPECS[name], value, lambda spec: list(spec.labels.items()))


def _change(name: str, before: Any, now: Any) -> str:
    """What becomes of a field, in words."""
    was = _words(name, before)
    return f"{SPECS[name].label}{f'由“{was}”改为' if was else '填上'}“{_words(name, now)}”"


def _sample(source: RosterSource, place: int) -> str:
    """Some contents of a column, to recognise it by."""
    texts: list[str] = []
    for grid in source.grids:
        texts += [words_of(cells[place]).strip() for _, cells in grid.rows if place < len(cells)]
    filled = list(dict.fromkeys(text for text in texts if text))
    return "、".join(text[:8] for text in filled[-SAMPLES:])
