"""From a finding to the place where it is mended: a record, a field, or a new record that knows what it is for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import pytest

from orglife.core.record.shape import specs_of
from orglife.core.rule.finding import Finding, Subject
from orglife.core.rule.rule import Clause
from orglife.home.places import asked_type, explaining, link_for, of_record
from orglife.stages import BY_KEY, RULES, RULES_BY_ID
from orglife.stages.kinds import BY_TYPE
from orglife.stages.rectification.ledger import begin_item
from tests import branch as b


def place(raw: b.Json, rule: str) -> tuple[str, str, list[str | int], dict[str, object]]:
    """Where the first finding of a rule leads, as the page hands it to the desk."""
    dossier = b.dossier(raw)
    finding = next(f for f in b.findings(RULES, dossier) if f.rule == rule)
    link = link_for(finding, dossier, b.campaign())
    assert link is not None
    page, what = link.link.split("#")
    assert page == f"{BY_KEY[finding.stage].notebook}.ipynb"
    return tuple(json.loads(unquote(what)))  # type: ignore[return-value]  # four parts


def test_every_rule_of_a_branch_asks_for_records_of_its_own_stage() -> None:
    for rule in RULES:
        asked = asked_type(rule.id, rule.stage)
        if rule.kind == "missing" and rule.stage != "archive" and rule.id != "SUPV-05":
            assert asked, rule.id
        if rule.asks and rule.stage in BY_KEY:
            assert rule.asks == asked, f"{rule.id} asks for no record of its stage"
        if rule.field:
            assert rule.field.split(".")[0] in [spec.name for spec in specs_of(BY_TYPE[asked])], rule.id


def test_a_wrong_field_is_opened_in_its_record() -> None:
    raw = b.changed(b.branch(), put={"tally/ty/valid": 99})
    assert place(raw, "VOTE-03")[:2] == ("tally", "ty")
    item = b.branch()["records"]["rect_item"][0]["id"]
    assert place(b.changed(b.branch(), put={f"rect_item/{item}/measure": ""}), "RECT-07") == (
        "rect_item",
        item,
        ["measure"],
        {},
    )


def test_a_nested_object_is_found_in_what_holds_it() -> None:
    review = b.branch()["records"]["member_review"][0]
    raw = b.changed(b.branch(), put={f"member_review/{review['id']}/items/0/cause": ""})
    assert place(raw, "REVIEW-06") == ("member_review", review["id"], ["items", 0, "cause"], {})


@pytest.mark.parametrize(
    ("gone", "rule", "kind", "begin"),
    [
        ("talk/t01", "TALK-01", "talk", {"participants": ["m1", "m2"], "initiator": "m1"}),
        ("pledge", "RECT-03", "pledge", {"member": "m1"}),
        ("member_review", "REVIEW-03", "member_review", {"member": "m1"}),
        ("meeting", "MEET-01", "meeting", {}),
        ("plan", "PLAN-01", "plan", {}),
    ],
)
def test_what_is_not_there_is_begun_for_whom_it_is_asked(gone: str, rule: str, kind: str, begin: object) -> None:
    assert place(b.changed(b.branch(), remove=[gone]), rule) == (kind, "", [], begin)


def test_an_item_begins_with_the_problem_that_has_none_and_with_no_words() -> None:
    problem = b.branch()["records"]["team_review"][0]["items"][0]["id"]
    raw = b.branch()
    for item in raw["records"]["rect_item"]:
        item["problem_ids"] = [i for i in item.get("problem_ids", []) if i != problem]
    kind, ident, _, begin = place(raw, "RECT-05")
    assert (kind, ident) == ("rect_item", "")
    assert begin == {"owner_kind": "branch", "source": "meeting", "problem_ids": [problem]}


def test_a_reason_is_given_for_the_very_finding() -> None:
    dossier = b.dossier(b.changed(b.branch(), remove=["talk/t01"]))
    finding = next(f for f in b.findings(RULES, dossier) if f.rule == "TALK-01")
    link = explaining(finding, dossier, "m1")
    begin = {"rule": "TALK-01", "subjects": ["m1", "m2"], "date": dossier.as_of.isoformat(), "by": "m1"}
    assert (link.type, link.begin) == ("explanation", begin)


@pytest.mark.parametrize(
    ("given", "opened"),
    [
        ([], ""),
        ([("TALK-01", ["m1", "m2"])], "e0"),
        ([("TALK-01", ["m2", "m1"])], "e0"),
        ([("TALK-01", ["m1", "m2"]), ("TALK-01", ["m1", "m2"])], "e1"),
        ([("TALK-02", ["m1", "m2"]), ("TALK-01", ["m1"]), ("TALK-01", [])], ""),
    ],
)
def test_a_reason_that_was_given_is_opened(given: list[tuple[str, list[str]]], opened: str) -> None:
    reasons = [{"id": f"e{n}", "rule": rule, "subjects": about} for n, (rule, about) in enumerate(given)]
    dossier = b.dossier(b.changed(b.branch(), remove=["talk/t01"], add={"explanation": reasons}))
    finding = next(
        f for f in b.findings(RULES, b.dossier(b.changed(b.branch(), remove=["talk/t01"]))) if f.rule == "TALK-01"
    )
    link = explaining(finding, dossier)
    assert (link.id, list(link.path), "by" in link.begin) == (opened, ["reason"], False)
    assert bool(link.begin) is (opened == "")


def test_a_comment_that_is_missing_is_begun_and_one_that_is_narrow_is_opened() -> None:
    assert place(b.changed(b.branch(), remove=["superior_comment"]), "MEET-11")[:2] == ("superior_comment", "")
    (comment,) = b.branch()["records"]["superior_comment"]
    narrow = b.changed(b.branch(), put={f"superior_comment/{comment['id']}/covers/guidance": False})
    assert place(narrow, "MEET-12") == ("superior_comment", comment["id"], ["covers"], {})


def test_what_no_form_shows_leads_nowhere() -> None:
    assert of_record("nobody", b.dossier()) is None


def test_the_first_opinion_without_an_answer_is_opened_at_its_answer() -> None:
    opinion = next(o["id"] for o in b.branch()["records"]["opinion"] if o.get("response"))
    raw = b.changed(b.branch(), put={f"opinion/{opinion}/response": ""})
    assert place(raw, "OPIN-05") == ("opinion", opinion, ["response"], {})


def test_the_first_outline_without_its_key_checks_is_opened_and_none_is_begun() -> None:
    review = b.branch()["records"]["member_review"][1]["id"]
    raw = b.changed(b.branch(), put={f"member_review/{review}/key_checks": {}})
    assert place(raw, "REVIEW-09") == ("member_review", review, ["key_checks"], {})


def test_standards_and_views_are_opened_where_they_are_ticked() -> None:
    raw = b.branch()
    review = raw["records"]["member_review"][0]
    for item in review["items"]:
        item.pop("cause_views", None)
    assert place(raw, "REVIEW-08") == ("member_review", review["id"], ["items", 0, "cause_views"], {})


def test_a_members_own_item_begins_with_who_answers_for_it() -> None:
    review = b.branch()["records"]["member_review"][0]
    begin = begin_item(b.dossier(), b.campaign(), review["items"][0]["id"])
    assert (begin["owner"], begin["responsible"]) == (review["member"], review["member"])


def test_a_member_who_has_not_studied_is_put_into_the_last_session() -> None:
    who = [member for member in b.branch()["records"]["study"][0]["attendees"] if member != "m5"]
    raw = b.changed(b.branch(), put={f"study/{one['id']}/attendees": who for one in b.branch()["records"]["study"]})
    last = max(one["id"] for one in raw["records"]["study"])
    assert place(raw, "STUDY-03") == ("study", last, ["makeup"], {"makeup": [{"member": "m5"}]})


def found(rule: str, subjects: Sequence[str], field: str = "") -> Finding:
    """A finding of a rule that names these records."""
    about, named = RULES_BY_ID[rule], tuple(Subject("", ident, "") for ident in subjects)
    clause = Clause("方案", "要求")
    more = (about.checkpoint, about.stage, named, field or None, "还没有。", "请补上。", clause)
    return Finding(rule, about.title, about.severity, about.kind, *more, due=True)


TWO_PROBLEMS = [*b.branch()["records"]["member_review"][0]["items"], {"id": "r1.p2", "aspect": "style"}]
OF_A_MEMBER = {"id": "kl2", "owner_kind": "member", "owner": "m1"}


@pytest.mark.parametrize(
    ("changes", "rule", "subjects", "target"),
    [
        ({"remove": ["pledge"]}, "RECT-03", ["m3", "m4"], ("pledge", "", [], {"member": "m3"})),
        ({"add": {"tally": [{"id": "ty2", "round": 2}]}}, "VOTE-01", [], ("tally", "ty2", [], {})),
        ({"add": {"tally": [{"id": "ta", "round": 2}]}}, "VOTE-01", [], ("tally", "ta", [], {})),
        (
            {"put": {"member_review/r1/items": TWO_PROBLEMS}},
            "REVIEW-06",
            ["r1.p2"],
            ("member_review", "r1", ["items", 1, "fact"], {}),
        ),
        ({}, "RECT-04", [], ("rect_list", "kl", [], {})),
        ({"add": {"rect_list": [OF_A_MEMBER]}}, "RECT-04", [], ("rect_list", "kl", [], {})),
        ({"add": {"rect_list": [{"id": "kl2", "owner_kind": "branch"}]}}, "RECT-04", [], ("rect_list", "kl2", [], {})),
        ({"remove": ["rect_list"]}, "RECT-04", [], ("rect_list", "", [], {"owner_kind": "branch"})),
        ({"put": {"talk/t01/date": ""}}, "TALK-06", ["t01"], ("talk", "t01", [], {})),
        ({"put": {"talk/t01/opinions_heard": ""}}, "TALK-05", ["t01"], ("talk", "t01", ["opinions_heard"], {})),
    ],
)
def test_where_a_finding_of_a_changed_branch_leads(
    changes: dict[str, Any],
    rule: str,
    subjects: list[str],
    target: tuple[str, str, list[str | int], dict[str, object]],
) -> None:
    """The last entry of its kind, the list of the branch itself, the first empty field of what is missing."""
    dossier = b.dossier(b.changed(b.branch(), **changes))
    link = link_for(found(rule, subjects), dossier, b.campaign())
    assert link is not None
    assert (link.type, link.id, list(link.path), dict(link.begin)) == target


@pytest.mark.parametrize(
    ("rule", "subjects", "target"),
    [
        ("REVIEW-03", ["m2", "m3"], ("member_review", "r2", [], {})),
        ("RECT-03", ["m2"], ("pledge", "p2", [], {})),
        ("RECT-02", ["m2"], ("rect_item", "", [], {"owner_kind": "member", "owner": "m2"})),
        ("RECT-01", [], ("rect_item", "", [], {"owner_kind": "branch"})),
        ("STUDY-03", ["m2"], ("study", "st", ["makeup"], {"makeup": [{"member": "m2"}]})),
        ("MEET-05", ["m2"], ("meeting", "mt", ["absent"], {})),
        ("VOTE-01", [], ("tally", "ty", [], {})),
        ("TALK-01", ["m1", "m2"], ("talk", "", [], {"participants": ["m1", "m2"], "initiator": "m1"})),
        ("CRIT-01", ["m2"], ("criticism", "", [], {"author": "m2"})),
        ("OPIN-01", [], ("opinion", "", [], {})),
        ("OPIN-01", ["r1.p1"], ("opinion", "", [], {})),
        ("REVIEW-06", ["r1.p1"], ("member_review", "r1", ["items", 0], {})),
        ("REVIEW-05", ["r1"], ("member_review", "r1", ["items"], {})),
        ("BRANCH-01", ["m2"], ("member", "m2", [], {})),
        ("RECT-02.measure", ["m2"], ("rect_item", "", ["measure"], {"owner_kind": "member", "owner": "m2"})),
        ("RECT-02.member", ["m2"], ("rect_item", "", [], {"owner_kind": "member", "owner": "m2"})),
        ("RECT-03.text", ["m2"], ("pledge", "p2", ["text"], {})),
        ("OPIN-05.text", [], ("opinion", "", ["text"], {})),
        ("OPIN-05.date", ["r1.p1"], ("opinion", "", ["date"], {})),
    ],
)
def test_where_a_finding_of_a_full_branch_leads(
    rule: str, subjects: list[str], target: tuple[str, str, list[str | int], dict[str, object]]
) -> None:
    """The entry of the first member or the only one of its kind if there is one, else a new one for whom it names."""
    rule, _, field = rule.partition(".")
    dossier = b.dossier(b.branch())
    link = link_for(found(rule, subjects, field), dossier, b.campaign())
    assert link is not None
    assert (link.type, link.id, list(link.path), dict(link.begin)) == target
