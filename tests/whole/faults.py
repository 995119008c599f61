"""The table of faults: what one person might get wrong, stage by stage, and the rules that must speak up."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import combinations
from typing import Any

from tests.whole.planting import Fault, Hand, Json, together

ALWAYS = {"CRIT-02"}
"""Not everybody criticises everybody in a generated branch: a hint, whatever else is so."""
SILENCES: dict[str, set[str]] = {
    "STUDY-01": {"STUDY-02", "STUDY-03"},
    "OPIN-01": {"OPIN-02", "OPIN-03", "OPIN-04"},
    "BRANCH-01": {"TALK-04", "OPIN-04", "MEET-03", "MEET-13", "CRIT-04"},
    "BRANCH-05": {"TALK-04", "OPIN-04", "MEET-03", "MEET-13", "CRIT-04"},
    "MEET-01": {"GRADE-01", "VOTE-01"},
    "MEET-11": {"MEET-12"},
    "MEET-16": {"MEET-04", "MEET-05"},
    "VOTE-01": {"VOTE-06"},
    "RECT-01": {"RECT-04", "RECT-05"},
    "REPORT-01": {"REPORT-02"},
}
"""Rule → rules that are not evaluated while it fires: one cause never gives two findings."""
FAULTS: list[Fault] = []


def fault(finds: str, touches: str) -> Callable[[Callable[[Hand], None]], Callable[[Hand], None]]:
    """Enter a function into the table of faults."""

    def enter(plant: Callable[[Hand], None]) -> Callable[[Hand], None]:
        rules, places = frozenset(finds.split()), frozenset(touches.split())
        FAULTS.append(Fault(plant.__name__, rules, places, plant))
        return plant

    return enter


def put(name: str, finds: str, touches: str, where: Callable[[Hand], Json], **values: Any) -> None:
    """Enter a fault that only sets fields of one record; a field set to None is taken out."""

    def plant(hand: Hand) -> None:
        place = where(hand)
        for key, value in values.items():
            if value is None:
                place.pop(key, None)
            else:
                place[key] = copy.deepcopy(value)

    FAULTS.append(Fault(name, frozenset(finds.split()), frozenset(touches.split()), plant))


def expected(*faults: Fault) -> set[str]:
    """Rules that find faults planted together."""
    found = {rule for each in faults for rule in each.finds}
    return found - {quiet for rule in found for quiet in SILENCES.get(rule, ())}


def pairs() -> list[tuple[Fault, Fault]]:
    """All pairs that may be planted together."""
    return [(a, b) for a, b in combinations(FAULTS, 2) if together(a, b)]


# --- branch and roster ---------------------------------------------------------------------------------------------------


@fault("BRANCH-01", "member:m02")
def two_secretaries(hand: Hand) -> None:
    hand.of("member", "m02")["role"] = "secretary"


@fault("BRANCH-05", "member:m01")
def no_secretary(hand: Hand) -> None:
    hand.of("member", "m01")["role"] = "committee"


@fault("BRANCH-02 GRADE-05", "branch grade_meeting team_review")
def no_committee(hand: Hand) -> None:
    hand.raw["branch"]["has_committee"] = False


@fault("BRANCH-03 VOTE-02", "member:m05 tally")
def committee_member_on_probation(hand: Hand) -> None:
    hand.of("member", "m05")["status"] = "on_probation"  # has no ballot either


put(
    "exclusion_not_approved",
    "BRANCH-04",
    "member:bedridden",
    lambda h: h.of("member", h.bedridden),
    quorum_approved_on=None,
)
put("exclusion_without_case", "BRANCH-04", "member:bedridden", lambda h: h.of("member", h.bedridden), quorum_basis=None)
put("host_unknown", "DATA-01", "study:host", lambda h: h.one("study"), host="m99")
put("recorder_unknown", "DATA-01", "meeting:recorder", lambda h: h.one("meeting"), recorder="m98")


@fault("DATA-02", "opinion:new")
def opinion_of_tomorrow(hand: Hand) -> None:
    hand.all("opinion").append({**hand.one("opinion", "o2"), "id": "o9", "date": "2024-03-09"})


# --- plan ----------------------------------------------------------------------------------------------------------------


@fault("PLAN-01", "plan")
def no_plan(hand: Hand) -> None:
    hand.drop("plan")


put("plan_late", "PLAN-02", "plan:date", lambda h: h.one("plan"), made_on="2024-02-11")
put("plan_lacks_steps", "PLAN-03", "plan:contents", lambda h: h.one("plan")["contents"], steps="")
put("plan_lacks_after", "PLAN-04", "plan:phases", lambda h: h.one("plan")["phases"], after=" ")

# --- study, talks, opinions ----------------------------------------------------------------------------------------------

put("studied_alone_only", "STUDY-01", "study:form", lambda h: h.one("study", "st1"), form="self")
put("text_not_studied", "STUDY-02", "study:materials", lambda h: h.one("study", "st2"), material_ids=["zhunze"])


@fault("STUDY-03", "study:who")
def never_studied(hand: Hand) -> None:
    for study in hand.all("study"):
        study["attendees"] = [i for i in study["attendees"] if i != hand.ordinary[3]]


@fault("STUDY-04", "study:new")
def studied_before_published(hand: Hand) -> None:
    early = {"id": "st0", "date": "2016-11-01", "form": "self", "material_ids": ["zhunze"], "attendees": ["m02"]}
    hand.all("study").append(early)


@fault("TALK-01", "talk:team")
def pair_not_talked(hand: Hand) -> None:
    hand.drop("talk", lambda t: set(t["participants"]) == {"m02", "m04"})


@fault("TALK-01", "talk:team")
def pair_talked_after_the_meeting(hand: Hand) -> None:
    next(t for t in hand.all("talk") if set(t["participants"]) == {"m03", "m04"})["date"] = "2024-02-21"


@fault("TALK-02", "talk")
def few_members_talked_with(hand: Hand) -> None:
    others = {"m02", "m03", "m04", "m05"}
    hand.drop("talk", lambda t: len(set(t["participants"]) & others) == 1 and "m01" not in t["participants"])


@fault("TALK-03", "talk:members")
def members_not_among_themselves(hand: Hand) -> None:
    hand.drop("talk", lambda t: not set(t["participants"]) & {f"m{n:02d}" for n in range(1, 6)})


@fault("TALK-04", "talk:initiator")
def secretary_never_begins(hand: Hand) -> None:
    for talk in hand.all("talk"):
        if talk["initiator"] == "m01":
            talk["initiator"] = talk["participants"][1]


put("talk_without_problems", "TALK-05", "talk:t00", lambda h: h.one("talk"), problems_pointed="")


@fault("TALK-06", "talk:hours")
def two_talks_at_once(hand: Hand) -> None:
    first, second = [t for t in hand.all("talk") if "m05" in t["participants"]][:2]
    first |= {"start": "09:00", "end": "09:40"}
    second |= {"start": "09:39", "end": "10:10"}


@fault("COPY-04", "talk:texts talk:t00")
def three_talks_in_one_text(hand: Hand) -> None:
    model = hand.one("talk", "t10")
    model["thoughts"] += "，一路上还说起老家的房子漏雨，弟兄几个推来推去没有人肯出钱"
    for ident in ("t11", "t12"):
        talk = hand.one("talk", ident)
        talk |= {key: model[key] for key in ("thoughts", "opinions_heard", "problems_pointed")}


@fault("OPIN-01", "opinion:o1 opinion:o2")
def nobody_outside_asked(hand: Hand) -> None:
    for opinion in hand.all("opinion"):
        opinion["source"] = "member"


put("talk_points_out_nothing", "TALK-07", "talk:t00", lambda h: h.one("talk"), problems_pointed="暂时没有意见")


@fault("COPY-07", "talk:words")
def two_talks_in_the_same_words(hand: Hand) -> None:
    for talk in hand.all("talk")[2:4]:
        talk["thoughts"] = "谈了去年秋天轮岗以后的打算和顾虑"


put(
    "giver_of_an_opinion_named",
    "OPIN-06",
    "opinion:o1",
    lambda h: h.one("opinion", "o1"),
    text="窗口中午没有人值班。提意见人：王大勇",
)
put("no_client_asked", "OPIN-02", "opinion:o1", lambda h: h.one("opinion", "o1"), source="mass")
put("no_answer", "OPIN-05", "opinion:answer", lambda h: h.one("opinion", "o1"), response="")
put("deputy_heard", "OPIN-04", "opinion:heard", lambda h: h.one("opinion", "o1"), heard_by="m02")


@fault("OPIN-03", "opinion:o1 opinion:o2")
def nothing_about_the_team(hand: Hand) -> None:
    for opinion in hand.all("opinion"):
        opinion["target"] = "m03"


# --- reviews -------------------------------------------------------------------------------------------------------------


@fault("REVIEW-01", "team_review branch")
def no_team_review(hand: Hand) -> None:
    hand.drop("team_review")


put(
    "team_aspect_forgotten",
    "REVIEW-02",
    "team_review:none",
    lambda h: h.one("team_review"),
    none_declared=["execute_decisions", "organizational_life"],
)
put("team_cause_blank", "REVIEW-06", "team_review:items", lambda h: h.one("team_review")["items"][0], cause="")


@fault("REVIEW-03", "member_review:0")
def no_outline(hand: Hand) -> None:
    hand.drop("member_review", lambda r: r["member"] == hand.ordinary[0])


def _outline(n: int, item: int | None = None) -> Callable[[Hand], Json]:
    def where(hand: Hand) -> Json:
        review = hand.of("member_review", hand.ordinary[n])
        return review if item is None else review["items"][item]  # type: ignore[no-any-return]

    return where


put("nothing_found", "REVIEW-04", "member_review:1", _outline(1), items=[])
put("aspects_forgotten", "REVIEW-05", "member_review:2", _outline(2), none_declared=[])
put("measure_blank", "REVIEW-06", "member_review:3", _outline(3, 0), measure=None)


@fault("REVIEW-13", "team_review:none")
def team_problem_where_there_is_none(hand: Hand) -> None:
    review = hand.one("team_review")
    review["none_declared"] = [*review["none_declared"], review["items"][0]["aspect"]]


@fault("REVIEW-12", "member_review:5")
def problem_where_there_is_none(hand: Hand) -> None:
    review = hand.of("member_review", hand.ordinary[5])
    review["none_declared"] = [*review["none_declared"], review["items"][0]["aspect"]]


put("fact_too_short", "REVIEW-07", "member_review:4", _outline(4, 1), fact="我常迟到，不应该。")
put("key_checks_open", "REVIEW-09", "member_review:5", _outline(5), key_checks={"moral_lapse": "no"})


@fault("REVIEW-08", "member_review:6")
def no_view(hand: Hand) -> None:
    for item in _outline(6)(hand)["items"]:
        item["cause_views"] = []


@fault("COPY-01", "member_review:7 member_review:8")
def outline_copied(hand: Hand) -> None:
    for mine, theirs in zip(_outline(7)(hand)["items"], _outline(8)(hand)["items"], strict=True):
        mine |= {key: theirs[key] for key in ("fact", "cause", "measure")}


put("group_blamed", "WORD-02", "member_review:3", _outline(3, 1), fact="我们支部普遍存在学习抓得不紧的问题")
put("lecture", "WORD-03", "member_review:4", _outline(4, 0), fact="作为一名党员，应当时刻牢记宗旨")
put("platitude", "WORD-06", "member_review:5", _outline(5, 0), fact="理论学习不够深入，宗旨意识不够强")
put("excuse", "WORD-08", "member_review:6", _outline(6, 0), cause="由于工作任务繁重，人手不足")
put("slogan", "WORD-09", "member_review:0", _outline(0, 0), measure="进一步加强学习，努力改进作风")
put("list_not_confirmed", "REVIEW-10", "problem_list", lambda h: h.one("problem_list"), confirmed_on=None)
put("list_after_the_meeting", "REVIEW-10", "problem_list", lambda h: h.one("problem_list"), confirmed_on="2024-02-21")

# --- meeting -------------------------------------------------------------------------------------------------------------


@fault("MEET-01", "meeting criticism superior_comment tally grade problem_list member:bedridden talk")
def no_meeting(hand: Hand) -> None:
    hand.drop("meeting")  # a talk on the day after is in time now, and so is a list


def _meeting(hand: Hand) -> Json:
    return hand.one("meeting")


put("meeting_too_late", "MEET-02 REPORT-05", "meeting:date problem_list talk", _meeting, date="2024-03-01")
put("deputy_chairs_uninvited", "MEET-03", "meeting:chair", _meeting, chair="m02")
put(
    "agenda_item_left_out",
    "MEET-06",
    "meeting:agenda meeting:summary superior_comment",
    _meeting,
    agenda_done=["briefing", "criticism", "comment", "appraisal"],
)
put(
    "agenda_turned",
    "MEET-07",
    "meeting:agenda",
    _meeting,
    agenda_done=["briefing", "comment", "criticism", "appraisal", "summary"],
)
put("briefing_lacks_opinions", "MEET-08", "meeting:briefing", lambda h: _meeting(h)["briefing"], opinions="")
put("summary_by_the_deputy", "MEET-13", "meeting:summary", lambda h: _meeting(h)["summary"], by="m02")
put("guest_only_looks_on", "MEET-11", "meeting:guests", lambda h: _meeting(h)["guests"][0], capacity="observer")
put("expected_miscounted", "MEET-15", "meeting:expected", _meeting, expected=7)


@fault("MEET-05", "meeting:absent")
def absent_without_leave(hand: Hand) -> None:
    _meeting(hand)["absent"] = [a for a in _meeting(hand)["absent"] if a["member"] != hand.leave]


@fault("MEET-05 MEET-14", "meeting:absent member:leave")
def leader_absent(hand: Hand) -> None:
    hand.of("member", hand.leave)["is_leader"] = True
    next(a for a in _meeting(hand)["absent"] if a["member"] == hand.leave)["approved_by"] = ""


@fault("MEET-09", "meeting:speeches")
def silent_at_the_meeting(hand: Hand) -> None:
    next(s for s in _meeting(hand)["speeches"] if s["member"] == hand.ordinary[4])["self_criticism"] = False


@fault("MEET-10", "meeting:speeches")
def leadership_speaks_last(hand: Hand) -> None:
    next(s for s in _meeting(hand)["speeches"] if s["member"] == "m03")["order"] = 99


put("comment_on_half", "MEET-12", "superior_comment", lambda h: h.one("superior_comment")["covers"], guidance=False)


@fault("CRIT-01 REPORT-06", "criticism:0")
def criticises_nobody(hand: Hand) -> None:
    hand.drop("criticism", lambda c: c["author"] == hand.ordinary[0])


def _said(n: int, which: int = 0) -> Callable[[Hand], Json]:
    return lambda hand: hand.said_by(hand.ordinary[n])[which]


put("criticism_too_short", "CRIT-03", "criticism:1", _said(1), text="你有时迟到，要改。")
put("advice_only", "WORD-01", "criticism:2", _said(2), text="希望今后进一步加强与各科室的沟通")
put("flattery", "WORD-04", "criticism:3", _said(3), text="你工作太拼，要注意休息和身体")
put("nobody_meant", "WORD-07", "criticism:4", _said(4), text="个别同志纪律观念不太牢固需要警醒")
put("trifle", "WORD-05", "criticism:5", _said(5), text="你性子比较急，说话有时候太冲了")


@fault("CRIT-04", "criticism:secretary")
def nobody_criticises_the_secretary(hand: Hand) -> None:
    for each in hand.all("criticism"):
        if each["target"] == "m01":
            each["target"] = "m02"


@fault("CRIT-05", "criticism:6")
def work_only(hand: Hand) -> None:
    for each in hand.said_by(hand.ordinary[6]):
        each["kind"] = "work"


@fault("COPY-03", "criticism:m02")
def one_text_for_three(hand: Hand) -> None:
    first, *others = hand.said_by("m02")
    for each in others:
        each["text"] = first["text"]


# --- appraisal -----------------------------------------------------------------------------------------------------------


@fault("VOTE-01", "tally")
def no_tally(hand: Hand) -> None:
    hand.drop("tally")


put("ballots_too_many", "VOTE-02", "tally:issued", lambda h: h.one("tally"), issued=60)
put("ballots_do_not_add_up", "VOTE-03", "tally:invalid", lambda h: h.one("tally"), invalid=2)
put("open_vote", "VOTE-05", "tally:secret", lambda h: h.one("tally"), secret=False)


@fault("VOTE-04", "tally:row2")
def row_does_not_add_up(hand: Hand) -> None:
    hand.row(hand.ordinary[2])["basic"] = 2


@fault("VOTE-06", "tally:row")
def row_missing(hand: Hand) -> None:
    tally = hand.one("tally")
    tally["rows"] = [r for r in tally["rows"] if r["member"] != hand.ordinary[5]]


@fault("VOTE-07", "tally:rows tally:row2 tally:row grade")
def all_rows_alike(hand: Hand) -> None:
    tally = hand.one("tally")
    for row in tally["rows"]:
        if not row.get("no_grade"):
            row |= {"excellent": tally["valid"], "qualified": 0}


def _mark(name: str, finds: str, which: int, **values: Any) -> None:
    """A fault in the grade of one of the ordinary members who were not graded 优秀."""
    put(name, finds, f"grade:{which}", lambda h: _not_excellent(h)[which], **values)


def _not_excellent(hand: Hand) -> list[Json]:
    return [g for g in (hand.of("grade", i) for i in hand.ordinary) if g["grade"] != "excellent"]


_mark("grade_blank", "GRADE-01 REPORT-06", 0, grade="")
_mark("grade_unknown", "GRADE-02 REPORT-06", 1, grade="良好")
_mark("not_told", "GRADE-10", 2, feedback_on="")
_mark("told_too_early", "GRADE-10", 2, feedback_on="2024-02-20")
_mark("unqualified_without_end", "DISP-01 REPORT-06", 3, grade="unqualified")
_mark("basic_without_help", "DISP-02 REPORT-06", 4, grade="basic")
_mark("left_from_a_sample", "WORD-10", 2, opinion="某某同志表现一般，改得慢")
put("probationary_graded", "GRADE-03 REPORT-06", "grade:trial", lambda h: h.of("grade", h.on_trial), grade="qualified")


@fault("GRADE-04 REPORT-06", "grade")
def one_excellent_too_many(hand: Hand) -> None:
    _not_excellent(hand)[0]["grade"] = "excellent"


@fault("GRADE-11", "grade:top tally:rows")
def excellent_without_opinion(hand: Hand) -> None:
    next(g for g in hand.all("grade") if g["grade"] == "excellent")["opinion"] = ""


@fault("GRADE-09", "grade:top tally:rows tally:row tally:row2 tally:row9")
def excellent_against_the_ballot(hand: Hand) -> None:
    grade = next(g for g in hand.all("grade") if g["grade"] == "excellent")
    grade["opinion"] = ""
    row = hand.row(grade["member"])
    total = row["excellent"] + row["qualified"]
    row |= {"excellent": 1, "qualified": total - 1}


def _sitting(hand: Hand) -> Json:
    return hand.one("grade_meeting")


put("graded_by_nobody_known", "GRADE-05", "grade_meeting", _sitting, body="council")
put("committee_of_two", "GRADE-06", "grade_meeting", _sitting, present=["m01", "m02"])
put("graded_before_the_ballot", "GRADE-08", "grade_meeting", _sitting, date="2024-02-19")
put("assembly_without_count", "GRADE-12", "grade_meeting", _sitting, body="assembly", yes=None)
put("assembly_said_no", "GRADE-07", "grade_meeting", _sitting, body="assembly", yes=1, no=2)


@fault("GRADE-13", "grade_meeting")
def no_grade_meeting(hand: Hand) -> None:
    hand.drop("grade_meeting")


def _disposal(name: str, finds: str, kind: str, *, who: Callable[[Hand], str] | None = None, **values: Any) -> None:
    """A fault in a Disposal, which is there for it alone."""

    def plant(hand: Hand) -> None:
        member = who(hand) if who else "m04"
        base = {"id": f"d-{name[:20]}", "member": member, "kind": kind, "ground": "半年没有参加活动"}
        base |= {"proposed_by": "committee", "proposed_on": "2024-02-21", "help_measures": "每月谈1次", "months": 6}
        base |= {"heard_on": "2024-02-22"}
        hand.records.setdefault("disposal", []).append({k: v for k, v in {**base, **values}.items() if v is not None})

    FAULTS.append(Fault(name, frozenset(finds.split()), frozenset({f"disposal:{name}"}), plant))


VOTE = {"date": "2024-02-23", "present": 20, "yes": 20, "no": 0, "abstain": 0}
_disposal("thirteen_months", "DISP-04", "correct_by_deadline", months=13)
_disposal("no_term", "DISP-04", "correct_by_deadline", months=None)
_disposal(
    "in_force_without_a_vote",
    "DISP-05",
    "correct_by_deadline",
    effective_on="2024-02-24",
    approved_by="总支",
    approved_on="2024-02-24",
)
_disposal(
    "in_force_before_approval",
    "DISP-06",
    "remove",
    assembly=VOTE | {"yes": 20},
    effective_on="2024-02-24",
    approved_by="总支",
    approved_on="2024-02-25",
)
_disposal("not_heard", "DISP-07", "advise_out", assembly=VOTE, heard_on=None)
_disposal("no_help", "DISP-08", "correct_by_deadline", help_measures="")
_disposal("probationary_to_correct", "DISP-09", "correct_by_deadline", who=lambda h: h.on_trial)
_disposal("more_votes_than_voters", "VOTE-08", "advise_out", assembly=VOTE | {"no": 1})


@fault("DISP-03 REPORT-06", "grade:4")
def basic_and_out(hand: Hand) -> None:
    grade = _not_excellent(hand)[4]
    grade["grade"] = "basic"
    removal = {"id": "d9", "member": grade["member"], "kind": "remove", "ground": "一年没有交党费"}
    removal |= {"proposed_by": "committee", "proposed_on": "2024-02-21", "heard_on": "2024-02-22"}
    hand.records.setdefault("disposal", []).append(removal)


# --- rectification, report -----------------------------------------------------------------------------------------------


@fault("RECT-01 REPORT-06", "rect_item:k0 rect_item:k1")
def no_branch_list(hand: Hand) -> None:
    hand.drop("rect_item", lambda r: r["owner_kind"] == "branch")


@fault("RECT-02 REPORT-06", "rect_item:own")
def deputy_has_no_list(hand: Hand) -> None:
    hand.drop("rect_item", lambda r: r.get("owner") == "m02")


put("no_pledge", "RECT-03", "pledge:1", lambda h: h.of("pledge", h.ordinary[1]), member="")
put("source_forgotten", "RECT-04", "rect_list", lambda h: h.one("rect_list"), none_declared=["education", "superior"])
put(
    "comment_not_taken_up",
    "RECT-05",
    "rect_item:k0 team_review superior_comment",
    lambda h: h.one("rect_item", "k0"),
    problem_ids=["tr.p1"],
)
put(
    "pledge_leaves_one_out",
    "RECT-06",
    "pledge:2 member_review:2",
    lambda h: h.of("pledge", h.ordinary[2]),
    problem_ids=[],
)
put("rect_without_measure", "RECT-07", "rect_item:m03", lambda h: h.one("rect_item", "km03"), measure="")
put("rect_without_anybody", "RECT-08", "rect_item:m04", lambda h: h.one("rect_item", "km04"), responsible="")
put(
    "rect_due_before_the_meeting",
    "RECT-08 RECT-09",
    "rect_item:m05 meeting:date",
    lambda h: h.one("rect_item", "km05"),
    due="2024-02-19",
)
put("rect_overdue", "RECT-09", "rect_item:m05", lambda h: h.one("rect_item", "km05"), due="2024-03-07")
put("done_without_evidence", "RECT-10", "rect_item:k1", lambda h: h.one("rect_item", "k1"), evidence="")


@fault("PUB-02 REPORT-06", "rect_item")
def all_done_and_not_published(hand: Hand) -> None:
    for each in hand.all("rect_item"):
        each |= {"status": "done", "done_on": "2024-02-27", "evidence": "台账"}


@fault("PUB-01", "publication")
def nothing_published(hand: Hand) -> None:
    hand.drop("publication")


put("published_four_days", "PUB-03", "publication:days", lambda h: h.one("publication"), end="2024-02-29")
put("published_nowhere", "PUB-03", "publication:days", lambda h: h.one("publication"), scope="")
put("votes_published", "PUB-04", "publication:text", lambda h: h.one("publication"), text="整改四项，其中1人得票最高")


@fault("REPORT-01", "filing")
def nothing_filed(hand: Hand) -> None:
    hand.drop("filing")


put("filed_without_grades", "REPORT-02", "filing:contents", lambda h: h.one("filing")["contents"], grades=False)


@fault("REPORT-03", "report grade criticism rect_item tally member")
def no_report(hand: Hand) -> None:
    hand.drop("report")  # and with it the figures that others falsify


put("reported_elsewhere", "REPORT-03", "report:to", lambda h: h.one("report"), to="市委组织部")
put("reported_late", "REPORT-04", "report:date", lambda h: h.one("report"), date="2024-03-08")
put("number_in_the_text_invented", "REPORT-07", "report:text", lambda h: h.one("report"), text="谈心谈话999次。")
put("figure_invented", "REPORT-06", "report:figures", lambda h: h.one("report")["figures"], present=99)


MEETINGS: list[tuple[str, str, str]] = [
    # one rule is not evaluated while the other fires
    ("text_not_studied", "studied_alone_only", "STUDY-01"),
    ("never_studied", "studied_alone_only", "STUDY-01"),
    ("deputy_heard", "nobody_outside_asked", "OPIN-01"),
    ("no_client_asked", "nothing_about_the_team", "OPIN-02 OPIN-03"),
    ("deputy_chairs_uninvited", "two_secretaries", "BRANCH-01"),
    ("nobody_criticises_the_secretary", "two_secretaries", "BRANCH-01"),
    ("summary_by_the_deputy", "no_secretary", "BRANCH-05"),
    ("secretary_never_begins", "no_secretary", "BRANCH-05"),
    ("summary_by_the_deputy", "agenda_item_left_out", "MEET-06"),
    ("comment_on_half", "guest_only_looks_on", "MEET-11"),
    ("row_missing", "no_tally", "VOTE-01"),
    ("excellent_without_opinion", "excellent_against_the_ballot", "GRADE-09"),
    ("source_forgotten", "no_branch_list", "RECT-01 REPORT-06"),
    ("comment_not_taken_up", "no_branch_list", "RECT-01 REPORT-06"),
    # what was wrong went with its record
    ("plan_late", "no_plan", "PLAN-01"),
    ("briefing_lacks_opinions", "no_meeting", "MEET-01"),
    ("ballots_too_many", "no_tally", "VOTE-01"),
    ("graded_before_the_ballot", "no_grade_meeting", "GRADE-13"),
    ("filed_without_grades", "nothing_filed", "REPORT-01"),
    ("figure_invented", "no_report", "REPORT-03"),
    # without a meeting nobody spoke, nobody had to be graded, and nothing was after it
    ("criticises_nobody", "no_meeting", "MEET-01"),
    ("grade_blank", "no_meeting", "MEET-01 REPORT-06"),
    ("no_tally", "no_meeting", "MEET-01"),
    ("list_after_the_meeting", "no_meeting", "MEET-01"),
    ("pair_talked_after_the_meeting", "no_meeting", "MEET-01"),
    # a later meeting makes the preparation timely
    ("list_after_the_meeting", "meeting_too_late", "MEET-02 REPORT-05"),
    ("pair_talked_after_the_meeting", "meeting_too_late", "MEET-02 REPORT-05"),
    # another rule than either alone
    ("no_team_review", "no_committee", "BRANCH-02 GRADE-05 REVIEW-11"),
    ("basic_without_help", "basic_and_out", "DISP-03 REPORT-06"),
    # one row differs, so that not all are alike
    ("all_rows_alike", "row_does_not_add_up", "VOTE-04"),
    # what is done is not late, and needs nobody any more
    ("rect_overdue", "all_done_and_not_published", "PUB-02 REPORT-06"),
    ("rect_without_anybody", "all_done_and_not_published", "PUB-02 REPORT-06"),
    ("rect_without_measure", "all_done_and_not_published", "PUB-02 RECT-07 REPORT-06"),
    ("nothing_published", "all_done_and_not_published", "PUB-01 PUB-02 REPORT-06"),
    # two causes of one rule, two rules about one record
    ("ballots_too_many", "committee_member_on_probation", "BRANCH-03 VOTE-02"),
    ("ballots_too_many", "ballots_do_not_add_up", "VOTE-02 VOTE-03"),
    ("absent_without_leave", "meeting_too_late", "MEET-02 MEET-05 REPORT-05"),
]
"""Faults that meet in one record or silence each other: the first is planted, then the second; what is found then."""
