"""Reviews: what follows and is said while they are typed, the share that is about problems, papers and the picture."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orglife.core.formview import Look
from orglife.core.paper.block import Document, Facts, Heading, Note, Paragraph, Signature, Table
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.stages.reviews import documents, layout, looked_at, rules
from orglife.stages.reviews.pictures import problems_by_aspect
from orglife.stages.reviews.record import MemberReview, ProblemList, TeamReview
from orglife.stages.shared.reviewed import why_not_reviewed
from tests import branch as b

ASPECTS, STANDARDS = list(b.campaign().aspects), list(b.campaign().dimensions)


def changed(**changes: Any) -> Dossier:
    return b.dossier(b.changed(b.branch(), **changes))


# --- while somebody types --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "none", "changed_fields", "declared"),
    [
        ([], ASPECTS, (), None),
        ([(ASPECTS[0], STANDARDS[0])], ASPECTS[1:], (), [*ASPECTS[1:], *STANDARDS[1:]]),
        ([(ASPECTS[0], STANDARDS[0])], ASPECTS[2:], (), None),  # an aspect is open
        ([(ASPECTS[0], "")], ASPECTS[1:], (), None),  # a problem without a standard
        ([(ASPECTS[0], STANDARDS[0])], [*ASPECTS[1:], *STANDARDS[1:]], (), None),
        ([(ASPECTS[0], STANDARDS[0])], [*ASPECTS[1:], *STANDARDS], (), None),
        ([(ASPECTS[0], STANDARDS[0])], [*ASPECTS[1:], *STANDARDS], ("items",), [*ASPECTS[1:], *STANDARDS[1:]]),
        ([(ASPECTS[0], STANDARDS[0])], [*ASPECTS[1:], STANDARDS[2]], (), [*ASPECTS[1:], STANDARDS[2], STANDARDS[1], *STANDARDS[3:]]),
    ],
)  # fmt: skip
def test_standards_without_a_problem_are_declared_once_all_aspects_are_examined(
    items: list[tuple[str, str]], none: list[str], changed_fields: tuple[str, ...], declared: list[str] | None
) -> None:
    values = {"items": [{"aspect": a, "dimension": d} for a, d in items], "none_declared": none}
    filled = layout.review_fill(values, changed_fields, b.dossier(), b.campaign())
    assert filled == ({"none_declared": declared} if declared else {})
    assert layout.review_fill({}, (), b.dossier(), b.campaign()) == {}


def test_each_aspect_is_found_in_declared_free_or_open() -> None:
    first, second, third, *rest = ASPECTS
    items = [{"id": f"p{n}", "aspect": aspect} for n, aspect in enumerate((first, first, second))]
    review = MemberReview.model_validate({"id": "x", "items": items, "none_declared": [second, third]})
    looks = layout.member_live(review, b.dossier(), b.campaign()).sorts["items"]
    assert looks[first] == Look("2项", "good")
    assert looks[second] == Look("写了1项，又勾了“经查无问题”，请核对", "bad")
    assert looks[third] == Look("已查，没有问题", "good")
    assert {looks[key] for key in rest} == {Look("还没有对照：有问题的加一项，没有的勾“经查无问题”", "must")}
    assert list(looks) == ASPECTS
    team = layout.team_live(TeamReview(id="x"), b.dossier(), b.campaign())
    assert list(team.sorts["items"]) == list(b.campaign().team_aspects)


@pytest.mark.parametrize(
    ("dimensions", "none", "missing"),
    [
        ([], [], None),
        ([STANDARDS[0]], [], STANDARDS[1:]),
        ([STANDARDS[0]], STANDARDS[1:3], STANDARDS[3:]),
        (STANDARDS, [], None),
        ([""], STANDARDS, None),
    ],
)
def test_standards_that_no_problem_names_are_asked_for(
    dimensions: list[str], none: list[str], missing: list[str] | None
) -> None:
    items = [{"id": f"p{n}", "dimension": key} for n, key in enumerate(dimensions)]
    review = MemberReview.model_validate({"id": "x", "items": items, "none_declared": none})
    found = layout.member_live(review, b.dossier(), b.campaign()).lines.get("items", [])
    assert len(found) == bool(missing)
    if missing:
        assert found[0].text.startswith(f"合格标准还没有对照的：{'、'.join(map(b.campaign().label, missing))}。")
        assert found[0].tone == "must"


def test_problems_to_confirm_are_those_of_the_outlines_in_force() -> None:
    later = {
        "id": "r99",
        "member": "m4",
        "date": "2024-02-19",
        "items": [{"id": "r99.p1", "fact": "新写的"}, {"id": "r99.p2"}],
    }
    unknown = [
        {"id": "ra", "member": "m99", "items": [{"id": "ra.p1", "fact": "不在册"}]},
        {"id": "rb", "items": [{"id": "rb.p1", "fact": "没有名字"}]},
    ]
    dossier = changed(add={"member_review": [later, *unknown]})
    lines = [look.text for look in layout.list_live(ProblemList(id="x"), dossier, b.campaign()).lines["confirmed_on"]]
    assert lines[0] == f"现在汇总到{len(lines) - 1}个问题："
    of_m4 = [line.partition("：")[2] for line in lines if "田小禾" in line]
    assert of_m4 == ["新写的", "（没有写具体表现）"]
    assert lines[-2].endswith("不在册")
    assert lines[-1].endswith("没有名字")
    assert [who for who, _ in rules.problems(changed(remove=["team_review"]))][:1] == ["魏长河"]


# --- shown to the superior first, and enough about problems ----------------------------------------------------------


@pytest.mark.parametrize(
    ("reviewed", "meeting", "why"),
    [
        (None, None, "没有报上级审阅的日期"),
        (None, 20, "没有报上级审阅的日期"),
        (20, 20, ""),
        (21, 20, "的审阅日期晚于会议"),
        (21, None, ""),
    ],
)
def test_a_text_is_looked_at_by_the_day_of_the_meeting(reviewed: int | None, meeting: int | None, why: str) -> None:
    days = [date(2024, 2, day) if day else None for day in (reviewed, meeting)]
    assert why_not_reviewed(days[0], days[1]) == why


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("", None),
        ("一、存在的问题", 100),
        ("一、存在的问题\n" + "甲" * 4 + "\n二、整改措施\n" + "乙" * 5, 50),
        ("前言甲乙\n一、存在的问题\n甲乙", 66),
        ("一、问题的原因剖析\n甲乙", None),
        ("（一）存在的问题\n甲乙", None),
        ("一、查摆\n（一）整改措施\n甲乙", 100),
        ("1、存在的问题\n甲乙", None),
        ("第一、差距\n甲乙\n二、成效\n丙丁", 54),
        ("没有标题只有一段", None),
        ("。。。", None),
    ],
)
def test_the_share_about_problems_is_read_from_headings(text: str, share: int | None) -> None:
    assert looked_at.problem_share(MemberReview(id="x", text=text)) == share


@pytest.mark.parametrize(
    ("facts", "text", "share"),
    [
        ([], "甲" * 10, None),
        (["甲，乙 1"], "甲" * 10, 30),
        (["甲" * 5, "乙" * 4], "甲" * 10, 90),
        (["甲" * 11], "甲" * 10, 100),
        (["甲"], "", None),
        ([""], "甲" * 10, None),
    ],
)
def test_without_headings_the_problems_entered_one_by_one_count(facts: list[str], text: str, share: int | None) -> None:
    items = [{"id": f"p{n}", "fact": fact} for n, fact in enumerate(facts)]
    assert looked_at.problem_share(TeamReview.model_validate({"id": "x", "text": text, "items": items})) == share


QUOTED = {"source": "通知三", "quote": "先报上级审阅"}


@pytest.mark.parametrize(
    ("who", "member", "reviewed", "found"),
    [
        ("team", "m1", "", True),
        ("team", "m1", "2024-02-20", False),
        ("team", "m1", "2024-02-21", True),
        ("team", "m4", "", False),
        ("all", "m4", "", True),
        ("all", "m99", "", False),
    ],
)
def test_whose_outlines_are_looked_at_first_is_said_by_the_campaign(
    who: str, member: str, reviewed: str, found: bool
) -> None:
    one = {"id": "r", "member": member, "reviewed_on": reviewed}
    campaign = b.campaign(
        demands={"reviews.outlines_reviewed": QUOTED}, override={"REVIEW-16": {"params": {"outlines": who}}}
    )
    dossier = changed(remove=["member_review"], add={"member_review": [one]})
    assert bool(b.findings((looked_at.outline_not_looked_at,), dossier, campaign)) is found


# --- papers ----------------------------------------------------------------------------------------------------------


def papers(dossier: Dossier, form: str) -> list[Document]:
    return [paper for paper in documents.documents(Sheet(dossier, b.campaign())) if paper.form == form]


def texts(paper: Document, kind: type[Any]) -> list[str]:
    return [block.text for block in paper.blocks if isinstance(block, kind)]


def outline(**fields: Any) -> Document:
    (paper,) = papers(
        changed(remove=["member_review"], add={"member_review": [{"id": "r", "member": "m4", **fields}]}), "F6"
    )
    return paper


def test_problems_of_an_aspect_are_numbered_if_there_are_several() -> None:
    first, second = ASPECTS[:2]
    items = [
        {
            "id": "r.p1",
            "aspect": second,
            "fact": "甲\n乙",
            "cause": "丙",
            "cause_views": ["values"],
            "dimension": STANDARDS[0],
        },
        {"id": "r.p2", "aspect": first, "fact": "丁"},
        {"id": "r.p3", "aspect": second, "fact": "戊"},
        {"id": "r.p4", "aspect": "x", "fact": "己"},
    ]
    label = b.campaign().label
    paper = outline(items=items, none_declared=[ASPECTS[2]])
    assert texts(paper, Heading) == ["一、" + label(first), "二、" + label(second), "三、x"]
    told = texts(paper, Paragraph)
    assert told[0] == "具体表现：丁"
    assert told[3:5] == [f"1.具体表现（{label(STANDARDS[0])}方面）：甲", "乙"]
    assert told[5].startswith("根源（")
    assert told[5].endswith("）：丙")
    assert "2.具体表现：戊" in told
    assert told[-1] == f"经查无问题的方面：{label(ASPECTS[2])}。"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, ["查摆的问题：无。"]),
        ({"text": "全文"}, ["全文"]),
        ({"text": "全文", "items": [{"id": "r.p1", "fact": "甲"}]}, ["全文"]),
        (
            {"none_declared": [ASPECTS[0]]},
            ["查摆的问题：无。", f"经查无问题的方面：{b.campaign().label(ASPECTS[0])}。"],
        ),
    ],
)
def test_a_full_text_stands_for_the_items(fields: dict[str, Any], told: list[str]) -> None:
    assert texts(outline(**fields), Paragraph) == told


def test_days_and_answers_stand_where_they_were_entered() -> None:
    plain = outline()
    assert texts(plain, Note) == []
    (signature,) = [block for block in plain.blocks if isinstance(block, Signature)]
    assert signature.day == ""
    keys = list(b.campaign().key_checks)
    full = outline(date="2024-02-18", reviewed_on="2024-02-19", key_checks={keys[0]: "no", "more": "yes"})
    (signature,) = [block for block in full.blocks if isinstance(block, Signature)]
    assert signature.day == "2024年2月18日"
    facts = dict(next(block for block in full.blocks if isinstance(block, Facts)).rows)
    assert facts == {"姓名": "田小禾", "日期": "2024年2月18日", "上级审阅日期": "2024年2月19日"}
    label = b.campaign().label
    answers = [f"{label(keys[0])}（无）", *(f"{label(key)}（未答）" for key in keys[1:]), "more（有）"]
    assert texts(full, Note) == [f"重点对照：{'；'.join(answers)}。"]


def test_the_list_of_problems_counts_those_of_leadership_and_members() -> None:
    for remove, counts in (
        ([], "支部班子1个，党员8个"),
        (["team_review"], "支部班子0个，党员8个"),
        (["member_review"], "支部班子1个，党员0个"),
    ):
        (paper,) = papers(changed(remove=remove), "F7")
        facts = dict(next(block for block in paper.blocks if isinstance(block, Facts)).rows)
        assert facts["问题数"] == counts
        (table,) = [block for block in paper.blocks if isinstance(block, Table)]
        assert [row[0] for row in table.rows] == [str(n) for n in range(1, len(table.rows) + 1)]
    assert papers(changed(remove=["problem_list"]), "F7") == []
    (undated,) = papers(changed(put={"problem_list/pl/confirmed_on": ""}), "F7")
    (signature,) = [block for block in undated.blocks if isinstance(block, Signature)]
    assert signature.day == ""


def test_the_picture_counts_problems_by_aspect_and_says_who_found_none() -> None:
    assert problems_by_aspect(Sheet(changed(remove=["team_review", "member_review"]), b.campaign())) is None
    reviews = [
        {
            "id": "ra",
            "member": "m4",
            "items": [{"id": "ra.p1", "aspect": ASPECTS[0]}, {"id": "ra.p2"}],
            "none_declared": [ASPECTS[1]],
        },
        {"id": "rb", "member": "m5", "items": [{"id": "rb.p1", "aspect": ASPECTS[0]}], "none_declared": [ASPECTS[1]]},
    ]
    for remove in (["member_review"], ["member_review", "team_review"]):
        figure = problems_by_aspect(Sheet(changed(remove=remove, add={"member_review": reviews}), b.campaign()))
        assert figure is not None
        rows = {row.label: (row.values, row.note) for row in figure.chart.rows}  # type: ignore[union-attr]
        assert rows[b.campaign().label(ASPECTS[0])] == ([0, 2], "")
        assert rows[b.campaign().label(ASPECTS[1])] == ([0, 0], "2份写明无问题")
        assert rows["没有选方面"] == ([0, 1], "")
    team = problems_by_aspect(Sheet(changed(remove=["member_review"]), b.campaign()))
    assert team is not None
    assert sum(row.values[0] for row in team.chart.rows) == 1  # type: ignore[union-attr]
