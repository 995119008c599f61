"""Rosters as people write them: each value is read as it is right, or asked about; none is silently wrong."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from orglife.core.errors import BadInput
from orglife.core.sheet.cells import Lexicon
from orglife.core.sheet.pages import CELL_LIMIT
from orglife.core.sheet.roster.rows import MemberRow, RosterRead
from orglife.exchange.roster import sources
from tests import branch as b
from tests.exchange.rosters.case import RosterCase
from tests.exchange.rosters.edges import EDGES
from tests.exchange.rosters.later import LATER
from tests.exchange.rosters.sheets import SHEETS
from tests.exchange.rosters.texts import TEXTS
from tests.whole.golden_files import GOLDEN, compare, rows_of

CASES = (*SHEETS, *TEXTS, *LATER, *EDGES)
STATUSES = {"full": "正式", "probationary": "预备", "on_probation": "察看", "suspended": "停止"}
ROLES = {"secretary": "书记", "deputy": "副书记", "committee": "委员", "member": "党员"}
OTHERS = ("group", "mobile_state", "joined_on", "left_on")
TODAY = date(2024, 2, 20)


def read(case: RosterCase) -> RosterRead:
    if case.is_pasted:
        source = sources.source_of_text(sources.PASTED, case.text())
    else:
        source = sources.source_of_file(*case.file())
    return source.read(Lexicon(b.campaign(), today=TODAY))


def line(row: MemberRow) -> str:
    """A row as the cases write it; a status that the roster does not give counts as 正式, an office as 党员."""
    status = "?" if "status" in row.doubts else STATUSES[row.values.get("status") or "full"]
    role = "?" if "role" in row.doubts else ROLES[row.values.get("role") or "member"]
    more = [
        f"{name}={'?' if name in row.doubts else row.values[name]}"
        for name in OTHERS
        if name in row.doubts or row.values.get(name)
    ]
    name = ("" if row.keep else "-") + ("?" if "name" in row.doubts else "") + row.name
    return " ".join([name, status, role, *more])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.form}：{case.title}")
def test_each_roster_is_read_right_or_asked_about(case: RosterCase) -> None:
    found = read(case)
    if case.refused:
        assert any(case.refused in problem for problem in found.problems), found.problems
        return
    assert found.problems == []
    assert [line(row) for row in found.rows] == case.expected.strip().splitlines()
    for words in case.notices:
        assert any(words in notice for notice in found.notices), (words, found.notices)


def test_nothing_of_a_person_is_stored_but_what_the_roster_form_asks_for() -> None:
    case = next(case for case in CASES if "身份证号" in case.title)
    stored = {name for row in read(case).rows for name in row.values}
    assert stored == {"name", "status", "role"}


def test_the_day_of_admission_is_kept_as_it_is_written_or_asked_about() -> None:
    content = "姓名|党员身份|入党时间\n甲建国|正式党员|2015年7月\n乙建国|正式党员|@2019-07-01\n丙建国|正式党员|2015.07\n丁建国|正式党员|2015.1\n戊建国|正式党员|"
    rows = read(RosterCase("入党时间", "xlsx", content)).rows
    assert [row.values.get("party_on") for row in rows] == ["2015年7月", "2019年7月1日", "2015.07", None, None]
    assert [row.doubts.get("party_on", "") for row in rows] == [
        "", "", "", "“2015.1”是1月还是10月？请写成 2015年1月 或 2015年10月。", "",
    ]  # fmt: skip
    assert rows[3].typed["party_on"] == "2015.1", "and stays as written until somebody says"


def test_every_doubt_is_a_sentence_that_says_what_to_do() -> None:
    doubts = {sentence for case in CASES for row in read(case).rows for sentence in row.doubts.values()}
    assert len(doubts) > 30
    for sentence in doubts:
        assert sentence.endswith("。"), sentence
        assert any(word in sentence for word in ("请", "不用改")), sentence


@pytest.mark.parametrize(("number", "rest"), [(6, ""), (7, "等6行")])
def test_a_doubt_about_many_rows_names_the_first(number: int, rest: str) -> None:
    """Each row that named all others made the square of their number: twenty thousand rows took all memory."""
    rows = read(RosterCase("同名", "text", "\n".join(["张三"] * number))).rows
    named = "、".join(f"第{n}行" for n in range(2, 7))
    assert rows[0].doubts["name"].startswith(f"与{named}{rest}都是“张三”")
    assert rows[-1].doubts["name"].startswith(f"与{'、'.join(f'第{n}行' for n in range(1, 6))}{rest}都是")
    content = "\n".join(["姓名|党内职务", *(f"甲{'甲乙丙丁戊己庚'[n]}|支部书记" for n in range(number))])
    told = read(RosterCase("书记", "csv utf-8-sig", content)).rows[0].doubts["role"]
    assert told == f"有{number}名书记（甲甲、甲乙、甲丙、甲丁、甲戊等{number}名）。请只留一名。"


def test_a_table_of_word_may_have_as_many_rows_as_a_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_ROWS", 3)
    names = [f"甲{mark}国|" for mark in "乙丙丁"]
    assert len(read(RosterCase("行", "docx", "\n".join(["姓名|电话", *names[:2]]))).rows) == 2
    with pytest.raises(BadInput, match="有一张表超过3行"):
        read(RosterCase("行", "docx", "\n".join(["姓名|电话", *names])))


@pytest.mark.parametrize("form", ["csv utf-8-sig", "docx", "pasted"])
def test_a_cell_too_long_for_a_sheet_is_refused_with_its_place(form: str) -> None:
    """Each text is looked at many times: one of 90 MB cost eight seconds."""
    inside = read(RosterCase("长", form, f"姓名|性别|备注\n甲某国|男|{'a' * CELL_LIMIT}"))
    assert [row.name for row in inside.rows] == ["甲某国"]
    with pytest.raises(BadInput, match=r"第3行C列的一格里有32768字，一格最多32767字，没有打开。请精简这一格"):
        read(RosterCase("长", form, f"姓名|性别|备注\n甲某国|男|\n甲某家|男|{'a' * (CELL_LIMIT + 1)}"))


def test_there_are_enough_cases_of_all_kinds() -> None:
    assert len(CASES) >= 40
    assert {case.form.split()[0] for case in CASES} >= {"xlsx", "csv", "txt", "docx", "pasted", "text"}


def data(value: Any) -> Any:
    """JSON data of what was read, without what is empty."""
    text = json.dumps(
        vars(value), default=lambda v: sorted(v) if isinstance(v, set) else getattr(v, "__dict__", str(v))
    )
    return {name: part for name, part in json.loads(text).items() if part not in ("", None, [], {}, False)}


@pytest.mark.parametrize("form", sorted({case.form for case in CASES}))
def test_all_that_is_read_of_each_roster(form: str) -> None:
    """Values, doubts and notes of every row, and what the sheet as a whole is said to be."""
    lines: dict[str, Any] = {}
    for case in CASES:
        if case.form == form:
            roster = read(case)
            lines |= {f"{case.title} {n}": data(row) for n, row in enumerate(roster.rows)}
            lines[case.title] = {name: part for name, part in data(roster).items() if name != "rows"}
    compare(GOLDEN / f"rosters/{form.replace(' ', '-')}.json", rows_of(lines))
