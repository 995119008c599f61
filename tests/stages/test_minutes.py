"""While the minutes are being entered, what is not typed yet is one line; what is wrong is said all the same."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from orglife.core.rule.rule import Kind
from orglife.stages import RULES
from orglife.stages.shared.minutes import left_to_enter
from tests import branch as b

PARTS = ("agenda_done", "briefing", "speeches", "summary")
LATE = date(2026, 12, 1)


def entered(*parts: str, completed: bool = False, more: tuple[str, ...] = (), **changes: Any) -> dict[str, Any]:
    """The branch with minutes that hold attendance and these parts, and of later records only ``more``."""
    raw = b.branch()
    meeting = raw["records"]["meeting"][0]
    for part in PARTS:
        if part not in parts:
            meeting.pop(part)
    meeting["completed"] = completed
    meeting.update(changes)
    later = ("criticism", "superior_comment", "tally", "grade_meeting", "grade", "rect_item", "rect_list", "pledge")
    for kind in (*later, "publication", "filing", "report"):
        if kind not in more:
            raw["records"].pop(kind, None)
    return raw


def counted(raw: dict[str, Any], as_of: date = LATE) -> Counter[tuple[str, str]]:
    """Stage and rule of what counts and is due."""
    found = b.findings(RULES, b.dossier(raw, as_of=as_of), b.campaign())
    return Counter((f.stage, f.rule) for f in found if f.due and f.severity.value != "info")


def of_stage(stage: str, counts: Counter[tuple[str, str]]) -> dict[str, int]:
    return {rule: number for (where, rule), number in counts.items() if where == stage}


def test_with_attendance_alone_each_page_says_one_thing() -> None:
    counts = counted(entered())
    assert of_stage("meeting", counts) == {"MEET-25": 1}
    assert of_stage("appraisal", counts) == {"VOTE-01": 1}
    assert of_stage("rectification", counts) == {"RECT-01": 1}
    done = counted(entered(completed=True))
    assert of_stage("meeting", done)["MEET-09"] == len(b.PRESENT), "once the record is complete each member is named"
    assert of_stage("appraisal", done)["GRADE-01"] > 1
    assert of_stage("rectification", done)["RECT-03"] > 1


@pytest.mark.parametrize("part", PARTS)
def test_each_part_that_is_typed_leaves_the_line(part: str) -> None:
    def line(raw: dict[str, Any]) -> str:
        (found,) = (f for f in b.findings(RULES, b.dossier(raw), b.campaign()) if f.rule == "MEET-25")
        return found.message

    before, after = line(entered()), line(entered(part))
    assert len(after) < len(before)
    assert (
        set(after.removesuffix("。").split("；")) <= set(before.removesuffix("。").split("；")) or part == "agenda_done"
    )


@pytest.mark.parametrize("part", ["preparation", "opinions", "problems"])
def test_a_briefing_with_one_passage_is_no_blank_part(part: str) -> None:
    """One part that is wholly blank was rather left out; two are still being typed."""
    begun = entered("agenda_done", "speeches", "summary", more=("criticism",), briefing={part: "已经核实"})
    assert "MEET-25" not in of_stage("meeting", counted(begun))
    begun["records"]["meeting"][0].pop("briefing")
    assert "MEET-25" in of_stage("meeting", counted(begun))


def test_half_the_speeches_name_only_who_is_left() -> None:
    speeches = b.branch()["records"]["meeting"][0]["speeches"][:-2]
    (found,) = (
        f
        for f in b.findings(RULES, b.dossier(entered(speeches=speeches)), b.campaign())
        if f.rule in ("MEET-25", "MEET-09")
    )
    left = [b.dossier().name(each) for each in b.PRESENT[-2:]]
    assert f"{'、'.join(left)}的自我批评" in found.message


def test_what_is_wrong_is_said_while_the_rest_is_typed() -> None:
    raw = entered("agenda_done", chair="m4", date="2024-03-01", summary={"by": "m4", "text": "三月底前逐条落实"})
    assert {"MEET-02", "MEET-03", "MEET-13", "MEET-25"} <= set(of_stage("meeting", counted(raw)))


def test_too_few_present_is_said_at_once() -> None:
    assert set(of_stage("meeting", counted(entered(present=["m1"], absent=[])))) == {"MEET-04", "MEET-25"}


def test_grades_that_are_begun_are_checked_member_by_member() -> None:
    raw = entered(more=("grade",))
    del raw["records"]["grade"][3:]
    assert of_stage("appraisal", counted(raw))["GRADE-01"] > 1


def test_a_line_that_is_not_due_yet_is_one_thing_to_do() -> None:
    day = b.dossier().index["mt"].date + timedelta(days=1)  # type: ignore[attr-defined]
    found = b.findings(RULES, b.dossier(entered(), as_of=day), b.campaign())
    missing = [f.rule for f in found if f.stage == "meeting" and f.kind is Kind.MISSING and f.severity.value != "info"]
    assert missing == ["MEET-25"]


def test_what_the_plan_does_not_ask_for_is_not_waited_for() -> None:
    demands = {
        key: one for key, one in b.campaign().demands.items() if key not in ("meeting.comment", "meeting.summary")
    }
    agenda = [key for key in b.campaign().agenda if key not in ("comment", "summary")]
    campaign = b.campaign(demands={key: one.model_dump(mode="json") for key, one in demands.items()}, agenda=agenda)
    (found,) = (f for f in b.findings(RULES, b.dossier(entered()), campaign) if f.rule == "MEET-25")
    assert "上级点评" not in found.message
    assert "会议小结" not in found.message


ALL_BUT_AGENDA = ("书记通报", "自我批评", "批评意见", "上级点评", "会议小结")


def left(raw: dict[str, Any], as_of: date = b.AS_OF, **of_plan: Any) -> list[str]:
    return left_to_enter(b.dossier(raw, as_of=as_of), b.campaign(**of_plan))


@pytest.mark.parametrize(
    ("raw", "as_of", "listed"),
    [
        (entered(), date(2024, 2, 20), True),
        (entered(), date(2024, 2, 19), False),
        (entered(date=""), date(2024, 2, 19), True),
        (entered(present=[]), b.AS_OF, False),
        (entered(completed=True), b.AS_OF, False),
    ],
    ids=["its day", "the day before", "no day", "nobody came", "complete"],
)
def test_minutes_are_being_entered_once_somebody_came_until_they_are_complete(
    raw: dict[str, Any], as_of: date, listed: bool
) -> None:
    found = left(raw, as_of)
    everybody = "魏长河、祝秋实、冉书砚等7人"
    rest = ["书记通报", f"{everybody}的自我批评", f"{everybody}的批评意见", "上级点评", "会议小结"]
    assert found == (["实际议程", *rest] if listed else [])


@pytest.mark.parametrize(
    ("done", "line", "rest"),
    [
        (["criticism", "comment", "appraisal"], "议程里的通报准备工作情况、会议小结", ("自我批评", "批评意见", "上级点评")),
        (["briefing", "appraisal", "summary"], "议程里的自我批评和相互批评、组织点评", ALL_BUT_AGENDA[:3] + ALL_BUT_AGENDA[4:]),
        (["briefing", "criticism", "comment", "appraisal", "summary"], "", ALL_BUT_AGENDA),
    ],
)  # fmt: skip
def test_parts_that_an_entered_agenda_leaves_out_are_asked_for_in_the_agenda_alone(
    done: list[str], line: str, rest: tuple[str, ...]
) -> None:
    found = left(entered(agenda_done=done))
    assert [one.rpartition("的")[2] if "人的" in one else one for one in found] == [*([line] if line else []), *rest]


ON_LEAVE = {"member": "m6", "reason": "住院", "approved_by": "m1"}


@pytest.mark.parametrize(
    ("present", "absent", "mobile", "line"),
    [
        (b.PRESENT, [ON_LEAVE], "none", ""),
        (b.PRESENT, [], "lost", ""),
        (b.PRESENT, [], "frail", "蒲大川缺席的原因和批准人"),
        (b.PRESENT, [{**ON_LEAVE, "reason": ""}], "none", "蒲大川缺席的原因和批准人"),
        (b.PRESENT, [{**ON_LEAVE, "approved_by": ""}], "none", "蒲大川缺席的原因和批准人"),
        (b.PRESENT[2:], [ON_LEAVE], "none", "魏长河、祝秋实缺席的原因和批准人"),
        (b.PRESENT[2:], [], "none", "魏长河、祝秋实、蒲大川缺席的原因和批准人"),
        (b.PRESENT[3:], [], "none", "魏长河、祝秋实、冉书砚等4人缺席的原因和批准人"),
    ],
)
def test_who_is_neither_present_nor_on_leave_is_named(
    present: list[str], absent: list[dict[str, str]], mobile: str, line: str
) -> None:
    raw = b.changed(entered(present=present, absent=absent), put={"member/m6/mobile_state": mobile})
    assert [one for one in left(raw) if "缺席" in one] == ([line] if line else [])


def speech(member: str, *, self_criticism: bool = True) -> dict[str, Any]:
    return {"member": member, "order": 1, "self_criticism": self_criticism, "points": "照提纲讲"}


@pytest.mark.parametrize(
    ("speeches", "of_group", "put", "named"),
    [
        ([], [], {}, "田小禾、陆望舒、费仲文"),
        ([speech("m4")], [], {}, "陆望舒、费仲文"),
        ([speech("m4", self_criticism=False)], [], {}, "田小禾、陆望舒、费仲文"),
        ([speech("m4")], [speech("m8")], {}, "陆望舒"),
        ([speech("m4")], [], {"member/m5/mobile_state": "frail"}, "费仲文"),
        ([speech("m4")], [], {"member/m5/mobile_state": "lost"}, "费仲文"),
        ([speech("m4")], [], {"member/m5/mobile_state": "mobile"}, "陆望舒、费仲文"),
        ([speech("m4")], [], {"member/m5/quorum_excluded": True}, "费仲文"),
    ],
)
def test_who_came_to_the_meeting_or_to_a_group_and_made_no_self_criticism_is_named(
    speeches: list[dict[str, Any]], of_group: list[dict[str, Any]], put: dict[str, Any], named: str
) -> None:
    group = {"group": "一组", "present": ["m5", "m8"], "speeches": of_group}
    raw = entered(present=["m4"], speeches=speeches, groups=[group])
    found = left(b.changed(raw, put=put))
    assert [one for one in found if "自我批评" in one] == [f"{named}的自我批评"]


@pytest.mark.parametrize(
    ("present", "author", "target", "lines"),
    [
        (["m4", "m5"], "m4", "m5", ["陆望舒的批评意见"]),
        (["m4", "m5"], "m4", "m6", ["陆望舒的批评意见"]),
        (["m4", "m5"], "m4", "m4", ["田小禾、陆望舒的批评意见"]),
        (["m4", "m5"], "m4", "m9", ["田小禾、陆望舒的批评意见"]),
        (["m4", "m5"], "m6", "m4", ["田小禾、陆望舒的批评意见"]),
        (["m4", "m9"], "m6", "m4", []),
        (["m4"], "m6", "m4", []),
    ],
)
def test_who_came_and_criticised_no_other_member_is_named_where_two_came(
    present: list[str], author: str, target: str, lines: list[str]
) -> None:
    """Minutes in which nobody came from the roster but one cannot hold criticism of others."""
    criticism = {"id": "c1", "author": author, "target": target, "text": "晚到二十分钟"}
    raw = entered(present=present)
    raw["records"]["criticism"] = [criticism]
    assert [one for one in left(raw) if "的批评意见" in one] == lines


@pytest.mark.parametrize(
    ("covers", "line"),
    [
        ({}, ["上级点评涉及的内容"]),
        ({"meeting": True}, []),
        ({"criticism": True}, []),
        ({"guidance": True}, []),
    ],
)
def test_a_comment_has_to_say_what_it_covers(covers: dict[str, bool], line: list[str]) -> None:
    raw = entered(more=("superior_comment",))
    raw["records"]["superior_comment"][0]["covers"] = covers
    assert [one for one in left(raw) if "点评" in one] == line
    raw["records"]["meeting"][0]["guests"][0]["capacity"] = "observer"
    assert [one for one in left(raw) if "点评" in one] == ["上级点评"], "only the superior's comment counts"


def test_a_summary_is_asked_of_a_secretary_only() -> None:
    assert "会议小结" in left(entered())
    assert "会议小结" not in left(b.changed(entered(), put={"member/m1/role": "member"}))
    half = left(entered(summary={"by": "m1"}))
    assert "会议小结" in half, "who sums up is no summary yet"


def test_a_briefing_is_asked_for_until_all_of_it_is_entered() -> None:
    begun = {"preparation": "学了两次", "opinions": "收到两条"}
    assert "书记通报" in left(entered(briefing=begun))
    assert "书记通报" not in left(entered(briefing={**begun, "problems": "查出九个"}))


def plan_with(*demands: str, agenda: list[str]) -> dict[str, Any]:
    """A plan that makes these demands of the meeting and has this agenda."""
    made = {key: one.model_dump(mode="json") for key, one in b.campaign().demands.items()}
    return {"demands": {f"meeting.{key}": made[f"meeting.{key}"] for key in demands}, "agenda": agenda}


@pytest.mark.parametrize(
    ("demands", "agenda", "lines"),
    [
        (("comment", "summary"), [], ["上级点评", "会议小结"]),
        (("comment",), ["comment"], ["实际议程", "上级点评"]),
        (("comment",), [], []),
        ((), ["comment"], []),
        (("self_criticism", "comment"), [], ["田小禾、陆望舒的自我批评", "上级点评"]),
        (("criticism_each", "comment"), [], ["田小禾、陆望舒的批评意见", "上级点评"]),
    ],
)
def test_parts_that_the_plan_does_not_ask_for_are_neither_counted_nor_named(
    demands: tuple[str, ...], agenda: list[str], lines: list[str]
) -> None:
    assert (
        left(
            entered(present=["m4", "m5"], absent=[{**ON_LEAVE, "member": f"m{n}"} for n in (1, 2, 3, 6, 7, 8)]),
            **plan_with(*demands, agenda=agenda),
        )
        == lines
    )


def test_what_everybody_did_is_not_asked_for() -> None:
    done = entered("agenda_done", "speeches", more=("criticism",))
    assert left(done) == ["书记通报", "上级点评", "会议小结"]
    assert left({**done, "records": {**done["records"], "meeting": []}}) == []
