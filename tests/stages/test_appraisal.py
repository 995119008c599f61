"""The appraisal: what its forms say and fill in while ballots and grades are entered, its blank forms, rules at their limits."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orglife.core.formview import Look
from orglife.core.paper.block import Table
from orglife.core.paper.paper import Sheet
from orglife.stages.appraisal import blanks, layout
from orglife.stages.appraisal.ballots import unbalanced
from orglife.stages.appraisal.disposal import in_effect_without_assembly
from orglife.stages.appraisal.grades import far_from_ballot
from orglife.stages.appraisal.record import Grade, GradeMeeting, GradeStatistics, Tally, TallyRow, TeamTally
from orglife.stages.appraisal.statistics import counted_too_early, statistics_paper
from orglife.stages.appraisal.tally import row_totals, votes_taken
from orglife.stages.appraisal.team_ballot import begin_team_tally
from orglife.stages.shared.blank_forms import ROOM, day_ahead
from orglife.stages.shared.grade_words import grade_words
from tests import branch as b

GRADED_AT = b.branch()["records"]["grade_meeting"][0]["id"]


def changed(**changes: Any) -> Any:
    return b.dossier(b.changed(b.branch(), **changes))


# --- while somebody types --------------------------------------------------------------------------------------------

MEETINGS = [
    {"id": "a", "date": "2024-02-20", "present": ["m1"]},
    {"id": "b", "date": "2024-02-19", "present": ["m2"]},
    {"id": "c", "round": 2, "present": ["m3"]},
    {"id": "d", "round": 3, "date": "2024-03-05", "present": ["m4"]},
]


@pytest.mark.parametrize(
    ("values", "day", "present"),
    [
        ({}, "2024-02-19", ["m2"]),
        ({"round": 1}, "2024-02-19", ["m2"]),
        ({"round": 2}, "2024-02-19", ["m3"]),  # the meeting of round 2 has no day yet
        ({"round": "3"}, "2024-03-05", ["m4"]),
        ({"round": 4}, "2024-03-05", None),
    ],
)
def test_day_and_attendance_of_the_assembly_are_those_of_the_meeting_of_its_round(
    values: dict[str, Any], day: str, present: list[str] | None
) -> None:
    dossier, campaign = b.dossier({**b.branch(), "records": {"member": b.members(), "meeting": MEETINGS}}), b.campaign()
    assembly = {"body": "assembly", **values}
    assert layout.meeting_day_of(values, dossier, campaign) == day
    assert layout.assembly_day_of(assembly, dossier, campaign) == day
    assert layout.assembly_fill(assembly, (), dossier, campaign) == ({"present": present} if present else {})
    committee = {"body": "committee", **values}
    assert layout.assembly_day_of(committee, dossier, campaign) is None
    assert layout.assembly_fill(committee, (), dossier, campaign) == {}
    assert layout.assembly_fill({**assembly, "present": ["m8"]}, (), dossier, campaign) == {}
    assert layout.assembly_fill(assembly, {"present"}, dossier, campaign) == {}


def test_without_a_meeting_there_is_no_day_to_take() -> None:
    dossier = b.dossier({**b.branch(), "records": {"member": b.members(), "meeting": MEETINGS[2:3]}})
    assert layout.meeting_day_of({"round": 2}, dossier, b.campaign()) is None


MISCOUNTED = "请重新清点。"


@pytest.mark.parametrize(
    ("issued", "returned", "valid", "invalid", "said", "tone"),
    [
        (7, None, 7, 0, None, ""),
        (7, 7, None, None, None, ""),
        (7, 7, 7, None, "有效7张＋无效0张＝收回7张，相符。", "good"),
        (7, 7, None, 7, "有效0张＋无效7张＝收回7张，相符。", "good"),
        (7, 7, 5, 1, f"有效5张＋无效1张＝6张，收回7张，两数不符。{MISCOUNTED}", "bad"),
        (8, 7, 6, 1, "有效6张＋无效1张＝收回7张，相符。", "good"),
        (7, 7, 6, 1, "有效6张＋无效1张＝收回7张，相符。", "good"),
        (6, 7, 6, 1, f"收回7张，多于发出的6张。{MISCOUNTED}", "bad"),
        (None, 7, 6, 1, "有效6张＋无效1张＝收回7张，相符。", "good"),
        (7, 0, 0, 0, "有效0张＋无效0张＝收回0张，相符。", "good"),
    ],
)
def test_ballots_issued_returned_and_valid_are_compared_once_they_are_typed(
    issued: int | None, returned: int | None, valid: int | None, invalid: int | None, said: str | None, tone: str
) -> None:
    numbers = {"issued": issued, "returned": returned, "valid": valid, "invalid": invalid}
    looks = [Look(said, tone)] if said else []  # type: ignore[arg-type]
    assert layout.tally_live(Tally(id="t", **numbers), b.dossier(), b.campaign()).lines["invalid"] == looks
    assert layout.team_tally_live(TeamTally(id="t", **numbers), b.dossier(), b.campaign()).lines["invalid"] == looks


@pytest.mark.parametrize(
    ("row", "valid", "look"),
    [
        ({"excellent": 4, "qualified": 2}, 7, Look("6　✓", "good", "票数相符")),
        ({"excellent": 4, "qualified": 2, "abstain": 1}, 7, Look("7　✓", "good", "票数相符")),
        ({"excellent": 4, "qualified": 2}, 8, Look("6，应为7或8", "bad", "票数不符")),
        ({"excellent": 4, "qualified": 4}, 7, Look("8，应为6或7", "bad", "票数不符")),
        ({}, 7, Look("合计0，应为6或7", "must", "还没有填")),
        ({}, None, Look("合计0", "must", "还没有填")),
        ({"basic": 1}, None, Look("1", "", "票数不符")),
        ({"basic": 1, "no_grade": True}, 7, Look("不测等次", "off")),
    ],
)
def test_a_row_of_the_ballot_is_compared_with_the_valid_ballots(
    row: dict[str, Any], valid: int | None, look: Look
) -> None:
    tally = Tally.model_validate({"id": "t", "valid": valid, "rows": [{"member": "m1", **row}]})
    cells = layout.tally_live(tally, b.dossier(), b.campaign()).cells["rows"]
    assert cells[0, "sum"] == look
    votes = {name: 0 if row.get("no_grade") else row.get(name, 0) for name in ("excellent", "qualified", "basic")}
    assert {name: cells["foot", name].text for name in votes} == {name: str(n) for name, n in votes.items()}
    assert cells["foot", "sum"].text == str(sum(votes.values()) + row.get("abstain", 0))
    assert cells["foot", "abstain"].text == str(row.get("abstain", 0))


def test_columns_and_rows_of_the_ballot_on_the_leadership_are_summed() -> None:
    rows = [
        {"item": "总体评价", "good": 4, "fair": 2, "abstain": 1},
        {"item": "学习", "good": 5, "poor": 1},
        {"item": "作风"},
    ]
    cells = layout.team_tally_live(
        TeamTally.model_validate({"id": "t", "valid": 7, "rows": rows}), b.dossier(), b.campaign()
    ).cells["rows"]
    assert [cells[place, "sum"] for place in range(3)] == [
        Look("7　✓", "good", "票数相符"),
        Look("6，应为7", "bad", "票数不符"),
        Look("0，应为7", "must", "票数不符"),
    ]
    foot = {name: look.text for (place, name), look in cells.items() if place == "foot"}
    sums = {"good": "9", "fair": "2", "average": "0", "poor": "1", "abstain": "1"}
    assert foot == {**sums, "item": "合计（3项）", "sum": "13"}
    before = layout.team_tally_live(TeamTally.model_validate({"id": "t", "rows": rows}), b.dossier(), b.campaign())
    assert [before.cells["rows"][place, "sum"] for place in range(3)] == [Look("7"), Look("6"), Look("0")]


@pytest.mark.parametrize(
    ("body", "present", "look"),
    [
        ("committee", ["m1"], Look("班子成员应到3人，实到1人，不足半数，不能评定。", "bad")),
        ("committee", ["m1", "m2"], Look("班子成员应到3人，实到2人，达到半数以上。", "good")),
        ("assembly", ["m1", "m2"], Look("有表决权的党员应到6人，实到2人，不足半数，不能评定。", "bad")),
        ("assembly", ["m1", "m2", "m3"], Look("有表决权的党员应到6人，实到3人，达到半数以上。", "good")),
    ],
)
def test_the_body_that_fixes_the_grades_has_its_own_quorum(body: str, present: list[str], look: Look) -> None:
    meeting = GradeMeeting(id="x", body=body, date=date(2024, 2, 21), present=present)
    assert layout.meeting_live(meeting, b.dossier(), b.campaign()).lines["present"] == [look]


@pytest.mark.parametrize(
    ("ident", "member", "grade", "count"),
    [("g1", "m1", "qualified", 1), ("g1", "m1", "excellent", 2), ("g3", "m3", "excellent", 3), ("g3", "m3", "", 2)],
)
def test_the_grade_that_is_being_changed_counts_once(ident: str, member: str, grade: str, count: int) -> None:
    (look,) = layout.grade_live(Grade(id=ident, member=member, grade=grade), b.dossier(), b.campaign()).lines["grade"]
    assert f"已评{count}名" in look.text


def test_the_ballot_on_the_leadership_begins_with_those_who_counted_the_last_ballot_on_the_members() -> None:
    second = {"id": "t2", "round": 2, "counters": ["m5"], "supervisors": ["m6"]}
    begun = begin_team_tally(changed(add={"tally": [second]}), b.campaign())
    assert (begun["counters"], begun["supervisors"]) == (["m5"], ["m6"])
    without = begin_team_tally(changed(remove=["tally"]), b.campaign())
    assert list(without) == ["rows"]
    assert without["rows"] == [
        {"item": item} for item in ("总体评价", *map(b.campaign().label, b.campaign().team_aspects))
    ]


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issued", "returned", "valid", "invalid", "agree"),
    [
        (7, 7, 7, 0, True),
        (7, 6, 5, 1, True),
        (6, 7, 7, 0, False),
        (7, 7, 7, 1, False),
        (7, 7, 6, None, False),
        (7, 7, None, 7, True),
        (7, None, None, None, True),
        (None, 1, 1, 0, False),
        (None, None, None, None, True),
    ],
)
def test_a_blank_number_of_ballots_counts_as_none(
    issued: int | None, returned: int | None, valid: int | None, invalid: int | None, agree: bool
) -> None:
    numbers = {"issued": issued, "returned": returned, "valid": valid, "invalid": invalid}
    heads = ("发出", "收回", "有效", "无效")
    words = [f"{h}票未填" if n is None else f"{h}{n}张" for h, n in zip(heads, numbers.values(), strict=True)]
    for kind in (Tally, TeamTally):
        assert unbalanced(kind(id="t", **numbers)) == ([] if agree else words)


@pytest.mark.parametrize(
    ("self_vote", "meeting", "member", "totals"),
    [
        (False, True, "m1", {6, 7}),
        (False, True, "m6", {7}),  # not at the meeting
        (True, True, "m1", {7}),
        (False, False, "m6", {6, 7}),
        (True, False, "m6", {7}),
    ],
)
def test_one_vote_less_is_right_for_whoever_was_there_and_did_not_vote_on_oneself(
    self_vote: bool, meeting: bool, member: str, totals: set[int]
) -> None:
    dossier = b.dossier() if meeting else changed(remove=["meeting"])
    tally = Tally(id="t", valid=7, self_vote=self_vote)
    assert row_totals(dossier, tally, TallyRow(member=member)) == totals


@pytest.mark.parametrize(
    ("grade", "votes", "far"),
    [
        ("excellent", (4, 6, 0, 0), True),
        ("excellent", (5, 5, 0, 0), False),
        ("excellent", (6, 0, 0, 4), True),
        ("excellent", (7, 0, 0, 3), False),
        ("qualified", (0, 6, 0, 4), True),
        ("qualified", (0, 7, 0, 3), False),
        ("basic", (4, 4, 2, 0), True),
        ("basic", (0, 7, 3, 0), False),
        ("unqualified", (3, 5, 0, 2), True),
        ("unqualified", (0, 0, 0, 10), False),
        ("", (0, 0, 0, 10), False),
    ],
)
def test_a_grade_contradicts_the_ballot_from_a_share_on(grade: str, votes: tuple[int, ...], far: bool) -> None:
    names = ("excellent", "qualified", "basic", "unqualified")
    row = TallyRow(member="m1", **dict(zip(names, votes, strict=True)))
    assert far_from_ballot(grade, row, 10, good_percent=80, bad_percent=40) is far


@pytest.mark.parametrize(("kind", "clause"), [("correct_by_deadline", "zhibu-11-disposal"), ("remove", "dangzhang-9")])
def test_a_disposal_without_a_vote_is_held_against_the_clause_of_its_kind(kind: str, clause: str) -> None:
    disposal = {"id": "d1", "member": "m5", "kind": kind, "effective_on": "2024-03-01"}
    (found,) = b.findings((in_effect_without_assembly,), changed(add={"disposal": [disposal]}))
    assert found.clause.source == b.regulations()[clause].source


def test_every_vote_of_the_round_is_compared_with_those_who_were_there() -> None:
    vote = {"present": 5, "yes": 3, "no": 2, "abstain": 1}
    put = {
        "meeting/mt/resolutions": [{"subject": "整改方案", **vote}, {"yes": 1}],
        f"grade_meeting/{GRADED_AT}/body": "assembly",
        f"grade_meeting/{GRADED_AT}/present": ["m1", "m2", "m2"],
        f"grade_meeting/{GRADED_AT}/yes": 1,
        f"grade_meeting/{GRADED_AT}/no": 2,
        f"grade_meeting/{GRADED_AT}/abstain": 4,
    }
    assembly = {"present": 4, "yes": 1, "no": 1, "abstain": 1}
    add = {
        "disposal": [
            {"id": "d1", "member": "m5", "assembly": assembly},
            {"id": "d2", "member": "m4"},
            {"id": "d3", "member": "m4", "round": 2, "assembly": assembly},
        ]
    }
    found = changed(put=put, add=add)
    assert [(record.id, field, *rest) for record, field, *rest in votes_taken(found)] == [
        ("mt", "resolutions", "“整改方案”", 6, 5),
        ("mt", "resolutions", "", 1, 0),
        (GRADED_AT, "present", "", 7, 2),
        ("d1", "assembly", "", 3, 4),
    ]


# --- papers ----------------------------------------------------------------------------------------------------------


def sheet_of(count: int, campaign: Any = None, **put: Any) -> Sheet:
    """A branch of so many members, the last of them probationary."""
    members = [{"id": f"m{n:02}", "name": f"甲{n:02}", "status": "full", "role": "member"} for n in range(1, count + 1)]
    members[-1]["status"] = "probationary"
    return Sheet(b.dossier({**b.branch(), "records": {"member": members, **put}}), campaign or b.campaign())


@pytest.mark.parametrize(
    ("count", "columns", "rows", "head", "room"),
    [
        (14, 7, 14, "基本合格", ROOM),
        (15, 14, 8, "基本\n合格", ROOM),
        (28, 14, 14, "基本\n合格", ROOM),
        (29, 14, 15, "基本\n合格", ""),
    ],
)
def test_a_ballot_of_one_sheet_lists_many_members_in_two_columns_of_lower_rows(
    count: int, columns: int, rows: int, head: str, room: str
) -> None:
    paper, counting, grading = blanks.blanks(sheet_of(count))
    (table,) = [block for block in paper.blocks if isinstance(block, Table)]
    assert (len(table.columns), len(table.rows)) == (columns, rows)
    assert [column.head for column in table.columns[2:7]] == ["优秀", "合格", head, head.replace("基本", "不"), "弃权"]
    assert table.rows[0][:4] == ["1", "甲01", room, ""]
    cells = [cell for row in table.rows for cell in row]
    probationary = cells.index(f"甲{count:02}")
    assert cells[probationary - 1 : probationary + 6] == [str(count), f"甲{count:02}", *["—"] * 5]
    for other in (counting, grading):
        (table,) = [block for block in other.blocks if isinstance(block, Table)]
        assert [row[0] for row in table.rows] == [str(n) for n in range(1, count + 1)]


def test_the_campaign_names_the_grades_of_ballot_and_count_sheet() -> None:
    named = b.campaign(labels={**b.campaign().labels, "excellent": "优"})
    for paper in blanks.blanks(sheet_of(4, named))[:2]:
        (table,) = [block for block in paper.blocks if isinstance(block, Table)]
        assert table.columns[2].head.startswith("优\n" if "计票单" in paper.title[0] else "优")
        assert table.columns[3].head.startswith("合格")


@pytest.mark.parametrize(
    ("meeting", "plan", "day"),
    [("2024-02-20", "2024-02-25", "2024-02-20"), ("", "2024-02-25", "2024-02-25"), ("", "", None)],
)
def test_blank_forms_list_the_roster_of_the_meeting_or_of_the_planned_day(
    meeting: str, plan: str, day: str | None
) -> None:
    records = {"meeting": [{"id": "mt", "date": meeting}], "plan": [{"id": "plan", "planned_meeting_on": plan}]}
    assert day_ahead(sheet_of(3, **records)) == (date.fromisoformat(day) if day else None)
    assert day_ahead(sheet_of(3)) is None


@pytest.mark.parametrize(
    ("member", "fields", "words"),
    [
        ("m1", {"grade": "excellent", "waiver": "lost_contact"}, "优秀"),
        ("m1", {"waiver": "lost_contact"}, "免评（失联）"),
        ("m1", {}, "〔待填〕"),
        ("m7", {}, "预备党员，不评等次"),
        ("m7", {"grade": "qualified"}, "合格"),
        ("m9", {}, "〔待填〕"),  # not on the roster
    ],
)
def test_a_blank_grade_is_to_be_filled_unless_the_member_gets_none(
    member: str, fields: dict[str, str], words: str
) -> None:
    grade = Grade.model_validate({"id": "x", "member": member, **fields})
    assert grade_words(Sheet(b.dossier(), b.campaign()), grade) == words


def test_the_statistics_count_members_grades_and_reasons_of_the_round_in_force() -> None:
    put = {
        "grade/g4/grade": "",
        "grade/g4/waiver": "lost_contact",
        "grade/g5/grade": "",
        "grade/g6/waiver": "lost_contact",  # graded all the same
    }
    add = {"disposal": [{"id": "d1", "member": "m5", "kind": "talk"}, {"id": "d2", "member": "m5"}]}
    sheet = Sheet(changed(put=put, add=add), b.campaign())
    paper = statistics_paper(sheet, GradeStatistics(id="x", to="局机关党总支"))
    (table,) = [block for block in paper.blocks if isinstance(block, Table)]
    assert table.rows == [
        ["党员总数", "8", "—"],
        ["其中：正式党员", "7", "—"],
        ["其中：预备党员", "1", "—"],
        ["评定等次的", "5", "—"],
        ["其中：优秀", "2", "40%"],
        ["其中：合格", "3", "60%"],
        ["其中：基本合格", "0", "0%"],
        ["其中：不合格", "0", "0%"],
        ["没有评定等次的", "3", "—"],
        ["其中：失联", "1", "—"],
        ["处置：谈话帮助", "1", "—"],
    ]
    nobody = statistics_paper(Sheet(changed(remove=["grade"]), b.campaign()), GradeStatistics(id="x"))
    (table,) = [block for block in nobody.blocks if isinstance(block, Table)]
    assert [row[2] for row in table.rows] == ["—"] * 9


@pytest.mark.parametrize(
    ("counted", "decided", "early"),
    [("2024-02-20", "2024-02-21", True), ("2024-02-21", "2024-02-21", False), ("", "2024-02-21", False)],
)
def test_statistics_of_the_day_of_the_grades_are_not_too_early(counted: str, decided: str, early: bool) -> None:
    add = {"grade_statistics": [{"id": "gs", "date": counted}]}
    put = {f"grade_meeting/{GRADED_AT}/date": decided}
    assert bool(b.findings((counted_too_early,), changed(put=put, add=add))) is early
    assert not b.findings((counted_too_early,), changed(remove=["grade_meeting"], add=add))
