"""Opinions and study: what counts in time, what is still to be answered, papers and tables with little or much in them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orglife.core.formview import Look
from orglife.core.paper.block import Facts, Heading, Note, Signature, Table
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.core.rule.rule import Rule
from orglife.stages.opinions import documents as opinion_papers
from orglife.stages.opinions import layout as opinion_layout
from orglife.stages.opinions import rules
from orglife.stages.opinions.record import Opinion
from orglife.stages.study import documents as study_papers
from orglife.stages.study import layout as study_layout
from orglife.stages.study import rules as study_rules
from tests import branch as b


def changed(**changes: Any) -> Dossier:
    return b.dossier(b.changed(b.branch(), **changes))


def hearing(*opinions: dict[str, Any], **put: Any) -> Dossier:
    each = [{"id": f"o{n}", "date": "2024-02-07", **opinion} for n, opinion in enumerate(opinions)]
    return changed(put=put, remove=["opinion"], add={"opinion": each})


def messages(rule: Rule, dossier: Dossier, **campaign: Any) -> list[str]:
    return [finding.message for finding in b.findings((rule,), dossier, b.campaign(**campaign))]


CLIENT = {"source": "client", "target": "team", "heard_by": "m1"}


@pytest.mark.parametrize(
    ("opinions", "outside", "client", "team", "heard"),
    [
        ([], True, False, False, False),
        ([{"source": "member"}], True, False, False, False),
        ([CLIENT], False, False, False, False),
        ([{**CLIENT, "date": "2024-02-20"}], False, False, False, False),
        ([{**CLIENT, "date": "2024-02-21"}], True, False, False, False),
        ([{**CLIENT, "source": "mass"}], False, True, False, False),
        ([{**CLIENT, "target": "m1"}], False, False, True, False),
        ([{"source": "client"}, {"source": "member", "target": "team"}], False, False, True, True),
        ([{**CLIENT, "heard_by": "m2"}], False, False, False, True),
        ([{**CLIENT, "heard_by": "m2"}, {"date": "2024-02-21", "heard_by": "m1"}], False, False, False, True),
    ],
)
def test_opinions_come_in_time_from_outside_about_the_leadership_and_to_the_secretary(
    opinions: list[dict[str, Any]], outside: bool, client: bool, team: bool, heard: bool
) -> None:
    dossier = hearing(*opinions)
    asked = (
        rules.nobody_outside_asked,
        rules.no_client_asked,
        rules.nothing_about_team,
        rules.secretary_heard_no_opinion,
    )
    assert [bool(messages(rule, dossier)) for rule in asked] == [outside, client, team, heard]


@pytest.mark.parametrize(
    ("opinion", "opened"),
    [
        ({"text": "开会太长"}, True),
        ({"text": "开会太长", "date": "2024-02-20"}, True),
        ({"text": "开会太长", "date": "2024-02-21"}, False),
        ({"text": "开会太长", "date": ""}, True),
        ({"text": "开会太长", "response": "改"}, False),
        ({"text": "无意见"}, False),
        ({}, False),
    ],
)
def test_an_opinion_of_before_the_meeting_is_answered(opinion: dict[str, Any], opened: bool) -> None:
    assert bool(rules.unanswered(hearing(opinion))) is opened
    unmet = b.dossier(b.changed(b.branch(), remove=["meeting", "opinion"], add={"opinion": [{"id": "o", **opinion}]}))
    known = bool(opinion) and "response" not in opinion and opinion["text"] != "无意见"
    assert bool(rules.unanswered(unmet)) is known


def test_open_opinions_are_counted_and_quoted_without_their_full_stops() -> None:
    dossier = hearing({"text": "开会太长。"}, {"text": "甲" * 21}, {"text": "无"})
    assert messages(rules.opinion_not_answered, dossier) == [f"有2条征求到的意见没有回应：开会太长；{'甲' * 20}…。"]


@pytest.mark.parametrize(
    ("text", "source", "words"),
    [
        ("提意见人：王小明", "mass", "王小明。"),
        ("反映人:王小明，太慢", "member", "王小明，来源是党员，名册里却没有这个人。"),
        ("反映人：田 小禾", "member", ""),
        ("反映人：田小禾", "member", "田小禾。"),
        ("反映人：不愿透露", "mass", ""),
        ("反映人：匿名", "mass", ""),
        ("王小明反映太慢", "mass", ""),
    ],
)
def test_who_gave_an_opinion_is_not_written_into_it(text: str, source: str, words: str) -> None:
    found = messages(rules.giver_named, hearing({"text": text, "source": source}))
    assert len(found) == bool(words)
    assert not words or found[0].endswith(f"里写了提意见人{words}")


@pytest.mark.parametrize(
    ("opinions", "note", "live"),
    [
        ([CLIENT], "共征求意见1条，服务对象1条，对支部班子1条。", "共1条：服务对象1条。"),
        ([{}], "共征求意见1条。", ""),
        (
            [CLIENT, {"source": "mass", "target": "m1"}, {"target": "m2"}],
            "共征求意见3条，群众1条、服务对象1条，对支部班子1条、对党员个人2条。",
            "共3条：群众1条，服务对象1条。",
        ),
    ],
)
def test_opinions_are_counted_by_source_and_by_whom_they_are_about(
    opinions: list[dict[str, Any]], note: str, live: str
) -> None:
    dossier = hearing(*opinions)
    (paper,) = opinion_papers.documents(Sheet(dossier, b.campaign()))
    assert next(block.text for block in paper.blocks if isinstance(block, Note)).startswith(note)
    looks = opinion_layout.opinions_live(list(dossier.all(Opinion)), dossier, b.campaign())
    assert looks == ([Look(live, "good")] if live else [])
    assert opinion_papers.documents(Sheet(hearing(), b.campaign())) == []


@pytest.mark.parametrize(
    ("channel", "by", "shown"),
    [
        ("talk", "m1", "魏长河"),
        ("talk", "", "〔待填〕"),
        ("box", "", "—"),
        ("online", "", "—"),
        ("box", "m1", "魏长河"),
    ],
)
def test_nobody_hears_a_box(channel: str, by: str, shown: str) -> None:
    (paper,) = opinion_papers.documents(Sheet(hearing({"channel": channel, "heard_by": by}), b.campaign()))
    (table,) = [block for block in paper.blocks if isinstance(block, Table)]
    assert [(row[0], row[4]) for row in table.rows] == [("1", shown)]


# --- study -----------------------------------------------------------------------------------------------------------


def studying(*sessions: dict[str, Any], **put: Any) -> Dossier:
    each = [{"id": f"s{n}", "date": "2024-02-06", "form": "collective", **one} for n, one in enumerate(sessions)]
    return changed(put=put, remove=["study"], add={"study": each})


@pytest.mark.parametrize(
    ("sessions", "least", "words"),
    [
        ([], 1, "还没有集中学习记录，会前至少学习1次"),
        ([{"form": "self"}], 1, "还没有集中学习记录"),
        ([{"date": "2024-02-20"}], 1, ""),
        ([{"date": "2024-02-21"}], 1, "还没有集中学习记录"),
        ([{}], 2, "只集中学习了1次，会前至少学习2次"),
        ([{}, {}], 2, ""),
    ],
)
def test_a_branch_studies_together_as_often_as_asked_before_the_meeting(
    sessions: list[dict[str, Any]], least: int, words: str
) -> None:
    changes = {"override": {"STUDY-01": {"params": {"min_sessions": least}}}}
    found = messages(study_rules.no_collective_study, studying(*sessions), **changes)
    assert len(found) == bool(words)
    assert not words or found[0].startswith(words)
    if words:
        for rule in (study_rules.material_not_studied, study_rules.member_has_not_studied):
            assert messages(rule, studying(*sessions), **changes) == []


@pytest.mark.parametrize(
    ("put", "missing"),
    [
        ({}, "田小禾"),
        ({"member/m4/mobile_state": "abroad"}, ""),
        ({"member/m4/mobile_state": "frail"}, ""),
        ({"member/m4/mobile_state": "mobile"}, "田小禾"),
        ({"member/m4/joined_on": "2024-02-21"}, ""),
    ],
)
def test_who_neither_came_nor_caught_up_is_named(put: dict[str, str], missing: str) -> None:
    others = [ident for ident in b.EVERYBODY if ident != "m4"]
    found = messages(study_rules.member_has_not_studied, studying({"attendees": others}, **put))
    assert found == ([f"{missing}没有参加学习，也没有补学记录。"] if missing else [])
    made_up = {"attendees": others, "makeup": [{"member": "m4"}]}
    assert messages(study_rules.member_has_not_studied, studying(made_up, **put)) == []


@pytest.mark.parametrize(("day", "early"), [("2024-01-09", True), ("2024-01-10", False), ("", False)])
def test_a_text_is_studied_from_the_day_of_its_publication_on(day: str, early: bool) -> None:
    materials = [{"id": "x", "title": "讲话", "published": "2024-01-10"}, {"id": "y", "title": "条例"}]
    dossier = studying({"date": day, "material_ids": ["x", "y", "z"]})
    raw = b.campaign().model_dump(mode="json") | {"materials": materials}
    found = b.findings(
        (study_rules.studied_before_publication,), dossier, type(b.campaign()).model_validate_json(json.dumps(raw))
    )
    assert len(found) == early


@pytest.mark.parametrize(
    ("session", "note", "states"),
    [
        ({"attendees": ["m1"]}, "参加1名，未参加7名。", {"魏长河": "参加", "田小禾": "未参加"}),
        (
            {"attendees": ["m1", "m1"], "makeup": [{"member": "m4", "date": "2024-02-08"}, {"member": "m4", "date": "2024-02-09"}]},
            "参加1名，补学1名，未参加6名。",
            {"魏长河": "参加", "田小禾": "2024年2月8日补学\n2024年2月9日补学", "陆望舒": "未参加"},
        ),
        ({"form": "self", "attendees": ["m1"]}, "参加1名。", {"魏长河": "参加"}),
        ({"form": "self", "attendees": ["m1"], "makeup": [{"member": "m4"}]}, "参加1名，补学1名。", {"魏长河": "参加", "田小禾": "〔待填〕补学"}),
        ({"form": "self", "attendees": ["m1"], "makeup": [{"member": "m1"}]}, "参加1名。", {"魏长河": "参加"}),
        ({"form": "self", "makeup": [{}]}, "参加0名。", {"〔待填〕": "〔待填〕补学"}),
    ],
)  # fmt: skip
def test_the_study_record_says_who_came_and_who_caught_up(
    session: dict[str, Any], note: str, states: dict[str, str]
) -> None:
    (paper,) = study_papers.documents(Sheet(studying(session), b.campaign()))
    assert next(block.text for block in paper.blocks if isinstance(block, Note)) == note
    (table,) = [block for block in paper.blocks if isinstance(block, Table)]
    shown = {name: state for row in table.rows for name, state in ((row[1], row[2]), tuple(row[4:6])) if state} if len(table.columns) > 3 else {row[1]: row[2] for row in table.rows}  # fmt: skip
    assert shown | states == shown
    (signature,) = [block for block in paper.blocks if isinstance(block, Signature)]
    later = max([day for one in session.get("makeup", ()) if (day := one.get("date"))], default="2024-02-06")
    assert signature.day == f"2024年2月{int(later[-2:])}日"


def test_a_study_without_anybody_or_a_day_or_a_gist_has_only_its_head() -> None:
    (paper,) = study_papers.documents(Sheet(studying({"form": "", "date": ""}), b.campaign()))
    assert paper.title == ["学习记录"]
    assert [block.text for block in paper.blocks if isinstance(block, Heading)] == ["一、参加情况"]
    assert not [block for block in paper.blocks if isinstance(block, Table)]
    facts = dict(next(block for block in paper.blocks if isinstance(block, Facts)).rows)
    assert list(facts) == ["日期", "方式", "学习内容"]
    (signature,) = [block for block in paper.blocks if isinstance(block, Signature)]
    assert signature.day == ""
    more = {"gist": "联系实际", "host": "m1", "makeup": [{"member": "m4", "date": "2024-02-09"}]}
    (paper,) = study_papers.documents(Sheet(studying(more), b.campaign()))
    assert [block.text for block in paper.blocks if isinstance(block, Heading)] == ["一、参加情况", "二、研讨要点"]


@pytest.mark.parametrize(
    ("values", "head"),
    [
        ({"date": "2024-02-05", "form": "collective"}, "2月5日 集中学习"),
        ({"date": "2024-02-05"}, "2月5日 学习"),
        ({}, "日期未填 学习"),
        ({"date": "二月五日", "form": "collective"}, "二月五日 集中学习"),
    ],
)
def test_a_session_is_headed_by_its_day_and_form(values: dict[str, str], head: str) -> None:
    assert study_layout.heading(values) == head


def test_who_caught_up_is_read_from_what_is_typed() -> None:
    assert study_layout.made_up({"makeup": [{"member": "m1"}, {"member": ""}, {}, "x", {"member": "m2"}]}) == {
        "m1",
        "m2",
    }
    assert study_layout.made_up({"makeup": None}) == study_layout.made_up({}) == set()
    begin = study_layout.begin_makeup
    assert begin(b.dossier(), ["x", "m4"], b.campaign()) == {"makeup": [{"member": "m4"}]}
    assert begin(b.dossier(), ["x"], b.campaign()) == {}
