"""Rectification: the ledger of problems, what the tables offer and say, periods and states on papers and pictures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orglife.core.formview import Look
from orglife.core.paper.block import Document, Facts, Heading, Note, Paragraph, Signature, Table
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier, Draft
from orglife.stages.rectification import documents, layout, ledger, lists, pictures, proposals, publicity
from orglife.stages.rectification.record import Pledge, Publication, RectItem
from tests import branch as b

COMMENT = {
    "id": "sc",
    "author": "mt.g1",
    "text": "好",
    "problems": [{"id": "sc.p1", "text": "意见不答复"}, {"id": "sc.p2", "text": "公开不及时"}, {"id": "sc.p3"}],
}


def changed(**changes: Any) -> Dossier:
    return b.dossier(b.changed(b.branch(), **changes))


def rows(dossier: Dossier, **campaign: Any) -> dict[str, tuple[str, str, str, str]]:
    """The ledger: key → source, whose, state, tone."""
    found = ledger.ledger_rows(dossier, b.campaign(**campaign))
    return {row.key: (row.group, row.whose, row.state.text, row.state.tone) for row in found}


# --- the ledger ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("put", "key", "whose", "state", "tone"),
    [
        ({}, "tr.p1:k0", "班子", "意见不答复（进行中）", "good"),
        ({"rect_item/k0/status": "done"}, "tr.p1:k0", "班子", "意见不答复（已完成）", "good"),
        ({"rect_item/k0/title": ""}, "tr.p1:k0", "班子", "（没有写事项）（进行中）", "good"),
        ({"rect_item/k0/problem_ids": []}, "tr.p1", "班子", "还没有整改事项", "must"),
        ({"rect_item/k0/owner_kind": "member", "rect_item/k0/owner": "m4"}, "tr.p1", "班子", "只列在别的清单里", "must"),
        ({"rect_item/k0/problem_ids": []}, "sc.p1", "支部", "还没有整改事项", "must"),
        ({"rect_item/k0/owner_kind": "member", "rect_item/k0/owner": "m4"}, "sc.p1:k0", "支部", "意见不答复（进行中）", "good"),
        ({}, "sc.p3", "支部", "还没有整改事项", "must"),
        ({}, "r1.p1:k1", "魏长河", "来电不回访（进行中）", "good"),
        ({}, "r4.p1", "田小禾", "承诺书里写了", "good"),
        ({"pledge/p4/problem_ids": []}, "r4.p1", "田小禾", "还没有整改承诺", "must"),
        ({"pledge/p1/problem_ids": [], "rect_item/k1/problem_ids": []}, "r1.p1", "魏长河", "还没有整改事项", "must"),
        ({"rect_item/k1/owner": "m2", "pledge/p1/problem_ids": []}, "r1.p1", "魏长河", "只列在别的清单里", "must"),
        ({"rect_item/k1/problem_ids": ["x"]}, "k1", "魏长河", "来电不回访（进行中）", "good"),
        ({"rect_item/k0/problem_ids": []}, "k0", "支部", "意见不答复（进行中）", "good"),
    ],
)  # fmt: skip
def test_the_ledger_says_of_each_problem_what_answers_it(
    put: dict[str, Any], key: str, whose: str, state: str, tone: str
) -> None:
    found = rows(changed(put=put, remove=["superior_comment"], add={"superior_comment": [COMMENT]}))
    assert found[key][1:] == (whose, state, tone)
    assert (key.partition(":")[0] in found) is (":" not in key)


def test_within_a_source_what_is_open_stands_first_and_each_source_is_accounted_for() -> None:
    put = {"rect_item/k0/problem_ids": [], "rect_item/k2/source": "", "rect_list/kl/none_declared": ["superior"]}
    found = rows(changed(put=put, remove=["superior_comment", "criticism", "opinion"]))
    groups = list(dict.fromkeys(group for group, *_ in found.values()))
    campaign = b.campaign()
    assert groups == [*map(campaign.label, campaign.rect_sources), "来源没有填"]
    for group in groups:
        tones = [tone for of, _, _, tone in found.values() if of == group]
        assert tones == sorted(tones, key=lambda tone: tone != "must")
    told = {key: row[2:] for key, row in found.items() if key.startswith("*")}
    assert told["*superior"] == ("已注明本类无问题", "good")
    assert told["*education"] == ("还没有说明：有问题的列一项，没有的到“清单说明”勾选", "must")
    assert {"*meeting", "*"}.isdisjoint(told)


def test_of_two_notes_of_the_branch_the_last_counts_and_those_of_members_do_not() -> None:
    notes = [
        {"id": "ka", "owner_kind": "branch", "none_declared": ["superior"]},
        {"id": "kb", "owner_kind": "branch", "none_declared": ["education"]},
        {"id": "kc", "owner_kind": "member", "owner": "m1", "none_declared": ["superior"]},
    ]
    found = rows(changed(remove=["rect_list", "superior_comment"], add={"rect_list": notes}))
    assert found["*education"][3] == "good"
    assert found["*superior"][3] == "must"


def test_criticism_and_opinions_are_listed_below_for_comparison() -> None:
    criticism = [
        {"id": "c1", "author": "m1", "target": "m2", "text": "晚到"},
        {"id": "c2", "author": "m1", "target": "m1", "text": "自己晚到"},
        {"id": "c3", "author": "m1", "target": "m2"},
    ]
    opinions = [
        {"id": "o1", "target": "team", "text": "窗口中午没有人"},
        {"id": "o2", "target": "m3", "text": "脾气急"},
        {"id": "o3", "target": "team", "text": "无意见"},
        {"id": "o4", "target": "team"},
    ]
    dossier = changed(remove=["criticism", "opinion"], add={"criticism": criticism, "opinion": opinions})
    found = {row.key: row for row in ledger.ledger_rows(dossier, b.campaign())}
    assert {"c2", "c3", "o3", "o4"}.isdisjoint(found)
    assert [(found[key].group, found[key].whose, found[key].state) for key in ("c1", "o1", "o2")] == [
        ("会上的批评意见", "祝秋实", Look("供对照")),
        ("征求到的意见", "班子", Look("供对照")),
        ("征求到的意见", "冉书砚", Look("供对照")),
    ]
    assert [found[key].begin for key in ("c1", "o1", "o2")] == [
        {"owner_kind": "member", "owner": "m2", "source": "meeting"},
        {"owner_kind": "branch", "source": "meeting"},
        {"owner_kind": "member", "owner": "m3", "source": "meeting"},
    ]
    others = ledger.ledger_rows(dossier, b.campaign(rect_sources=["superior"]))
    assert {row.begin["source"] for row in others if row.key in ("c1", "o1", "o2", "tr.p1")} == {""}


def test_an_item_for_a_problem_begins_with_its_list_and_source() -> None:
    dossier, campaign = changed(remove=["superior_comment"], add={"superior_comment": [COMMENT]}), b.campaign()
    branch, member = {"owner_kind": "branch"}, {"owner_kind": "member", "owner": "m4", "responsible": "m4"}
    begin = layout.begin_for
    assert begin(dossier, ["tr.p1"], campaign) == {**branch, "source": "meeting", "problem_ids": ["tr.p1"]}
    assert begin(dossier, ["x", "sc.p2"], campaign) == {**branch, "source": "superior", "problem_ids": ["sc.p2"]}
    assert begin(dossier, ["r4.p1"], campaign) == {**member, "source": "meeting", "problem_ids": ["r4.p1"]}
    assert begin(dossier, ["o1"], campaign) == {"problem_ids": ["o1"]}
    assert begin(dossier, ["m4"], campaign) == begin(dossier, ["x"], campaign) == begin(dossier, [], campaign) == {}
    assert layout.begin_pledge(dossier, ["x", "m4"], campaign) == {"member": "m4", "problem_ids": ["r4.p1"]}
    assert layout.begin_pledge(dossier, ["x"], campaign) == {}
    without = changed(remove=["member_review"])
    assert layout.begin_pledge(without, ["m4"], campaign) == {"member": "m4", "problem_ids": []}


@pytest.mark.parametrize(
    ("put", "look"),
    [
        ({}, Look("各来源的问题都列了整改事项，或作了说明。", "good")),
        ({"pledge/p4/problem_ids": [], "pledge/p5/problem_ids": []}, Look("还有2处没有整改事项、承诺或说明，已排在各来源的前面。", "must")),
    ],
)  # fmt: skip
def test_the_sum_of_the_ledger_counts_what_is_open(put: dict[str, Any], look: Look) -> None:
    assert ledger.ledger_sums(ledger.ledger_rows(changed(put=put), b.campaign())) == [look]
    assert ledger.ledger_sums([]) == [Look("还没有查摆出来的问题。")]


# --- tables ----------------------------------------------------------------------------------------------------------


def offered(dossier: Dossier) -> dict[str, Any]:
    return {one.key: one.values for one in proposals.proposals(dossier, b.campaign())}


def test_an_item_is_offered_for_each_problem_of_leadership_and_superior_without_one() -> None:
    put = {"team_review/tr/items": [{**b.item("tr.p1", "serve_masses"), "fact": "意见\n不答复"}, {"id": "tr.p2"}]}
    none = changed(put=put, remove=["rect_item", "superior_comment"], add={"superior_comment": [COMMENT]})
    found = offered(none)
    assert list(found) == ["tr.p1", "sc.p1", "sc.p2", "r1.p1", "r2.p1", "r3.p1"]
    assert (found["tr.p1"]["title"], found["tr.p1"]["measure"]) == ("意见 不答复", "每周五回访一次，3月底前补齐")
    assert (found["sc.p1"]["title"], found["sc.p1"]["measure"]) == ("意见不答复", "")
    assert found["r2.p1"]["owner"] == found["r2.p1"]["responsible"] == "m2"
    assert offered(changed()) == {}


@pytest.mark.parametrize(
    ("kind", "fields", "taken"),
    [
        ("rect_item", {"problem_ids": ["r2.p1"]}, {"r2.p1"}),
        ("rect_item", {"problem_ids": None}, set()),
        ("rect_item", {}, set()),
        ("pledge", {"problem_ids": ["r2.p1"]}, set()),
    ],
)
def test_what_an_unfinished_item_answers_is_not_offered(kind: str, fields: dict[str, Any], taken: set[str]) -> None:
    dossier = changed(remove=["rect_item"])
    drafted = replace(dossier, drafts=(Draft(id="d", type=kind, fields=fields),))
    assert offered(dossier).keys() - offered(drafted).keys() == taken


@pytest.mark.parametrize(
    ("problems", "place"), [(["tr.p1"], 0), (["r4.p1", "r1.p1"], 2), (["x", "r1.p1"], 2), (["x"], 10), (None, 10)]
)
def test_items_stand_in_the_order_of_their_problems_and_those_without_one_last(
    problems: list[str] | None, place: int
) -> None:
    dossier = changed(
        remove=["superior_comment"], add={"superior_comment": [{**COMMENT, "problems": COMMENT["problems"][:1]}]}
    )
    assert proposals.place_of({"problem_ids": problems}, dossier, b.campaign()) == place


def items(*entries: dict[str, Any]) -> list[RectItem]:
    return [RectItem.model_validate({"id": f"k{n}", **entry}) for n, entry in enumerate(entries)]


FULL = {"measure": "回访", "responsible": "m1", "due": "2024-03-29"}


@pytest.mark.parametrize(
    ("entries", "looks"),
    [
        ([], []),
        ([FULL], [Look("共1项，措施、责任人、时限都填了。", "good")]),
        ([FULL, {}], [Look("共2项，还没有填：具体措施1项、责任人1项、完成时限1项。", "must")]),
        ([FULL, {**FULL, "due": ""}, {**FULL, "due": ""}], [Look("共3项，还没有填：完成时限2项。", "must")]),
    ],
)
def test_what_is_blank_in_the_items_is_counted(entries: list[dict[str, Any]], looks: list[Look]) -> None:
    assert proposals.items_live(items(*entries), b.dossier(), b.campaign()) == looks


DONE = {"status": "done", "done_on": "2024-03-01", "evidence": "照片"}


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([FULL], ["共1项，已完成0项。"]),
        ([DONE, {**FULL, "due": "2024-03-08"}], ["共2项，已完成1项。"]),
        ([{"due": "2024-03-07"}], ["共1项，已完成0项。", "有1项过了完成时限，没有完成，也没有写延期说明。"]),
        ([{"due": "2024-03-07", "delay_note": "等料"}, {"due": "2024-03-07", **DONE}], ["共2项，已完成1项。"]),
        (
            [{"status": "done"}, {**DONE, "evidence": ""}],
            ["共2项，已完成2项。", "已完成的，还没有填：完成日期1项、佐证2项。"],
        ),
    ],
)
def test_completion_says_what_is_missing_and_late(entries: list[dict[str, Any]], told: list[str]) -> None:
    looks = proposals.completion_live(items(*entries), b.dossier(), b.campaign())
    assert [look.text for look in looks] == told
    all_done = all(entry.get("status") == "done" for entry in entries)
    assert [look.tone for look in looks] == ["good" if all_done else "", *["must"] * (len(told) - 1)]


def test_members_without_a_text_of_their_pledge_are_named() -> None:
    pledges = [Pledge(id=f"p{n}", member=f"m{n}", text="回访" if n != 3 else "") for n in range(1, 8)]
    live = proposals.pledges_live
    assert live(pledges, b.dossier(), b.campaign()) == [Look("还没有承诺的：冉书砚、费仲文。", "must")]
    assert live(b.dossier().all(Pledge), b.dossier(), b.campaign()) == [Look("都作了承诺。", "good")]


def test_beside_an_item_stand_its_problems_and_those_of_its_owner_that_nobody_answers() -> None:
    problems = [{**b.item(f"tr.p{n}", "serve_masses"), "fact": f"第{n}件事"} for n in (1, 2, 3)]
    put = {"team_review/tr/items": problems, "rect_item/k0/problem_ids": ["tr.p1"]}
    dossier, campaign = changed(put=put, add={"superior_comment": [COMMENT]}, remove=["superior_comment"]), b.campaign()

    def live(**fields: Any) -> dict[str, list[str]]:
        item = RectItem.model_validate({"id": "new", **fields})
        return {
            path: [look.text for look in looks]
            for path, looks in layout.item_live(item, dossier, campaign).lines.items()
        }

    missing = "还没有整改事项的问题："
    assert live(owner_kind="branch", problem_ids=["tr.p2", "sc.p1", "x", "sc.p3"]) == {
        "title": ["对应：第2件事", "对应：意见不答复"],
        "problem_ids": [f"{missing}第3件事。"],
    }
    assert live(owner_kind="member", owner="m4")["problem_ids"] == [f"{missing}{problem_of(dossier, 'r4.p1')}。"]
    assert live(owner_kind="member", owner="m1")["problem_ids"] == []
    assert live(owner_kind="member")["problem_ids"] == live()["problem_ids"] == []
    old = RectItem.model_validate({"id": "k0", "owner_kind": "branch"})  # its own former answer does not count
    assert "第1件事" in layout.item_live(old, dossier, campaign).lines["problem_ids"][0].text
    pledge = Pledge(id="x", problem_ids=["tr.p1", "x"])
    assert layout.pledge_live(pledge, dossier, campaign).lines == {"problem_ids": [Look("对应：第1件事")]}


def problem_of(dossier: Dossier, ident: str) -> str:
    return dossier.index[ident].fact  # type: ignore[attr-defined,no-any-return]


# --- papers and pictures ---------------------------------------------------------------------------------------------


def papers(dossier: Dossier, form: str) -> list[Document]:
    return [paper for paper in documents.documents(Sheet(dossier, b.campaign())) if paper.form == form]


def test_publications_stand_in_the_order_of_their_days_and_those_without_one_last() -> None:
    given = [("a", ""), ("b", "2024-03-02"), ("c", "2024-03-01"), ("d", "2024-03-02"), ("e", "")]
    more = {"publication": [{"id": ident, "start": day} for ident, day in given]}
    found = papers(changed(remove=["publication"], add=more), "F16")
    assert [paper.subject for paper in found] == ["c", "b", "d", "a", "e"]


@pytest.mark.parametrize(
    ("items", "notes", "lists"),
    [
        ([], [], []),
        ([{"owner_kind": "branch"}], [], [""]),
        ([{}], [], [""]),
        ([{"owner_kind": "member"}], [], [""]),
        ([{"owner_kind": "member", "owner": "m2"}, {"owner_kind": "member", "owner": "m1"}], [], ["m2", "m1"]),
        ([{"owner": "m2"}], [], [""]),
        ([], [{"owner_kind": "branch"}], [""]),
        ([], [{}], [""]),
        ([], [{"owner_kind": "member", "owner": "m2"}], []),
    ],
)
def test_each_item_stands_on_the_list_of_its_owner(
    items: list[dict[str, str]], notes: list[dict[str, str]], lists: list[str]
) -> None:
    add = {
        "rect_item": [{"id": f"k{n}", **entry} for n, entry in enumerate(items)],
        "rect_list": [{"id": f"l{n}", **entry} for n, entry in enumerate(notes)],
    }
    found = papers(changed(remove=["rect_item", "rect_list"], add=add), "F14")
    assert [paper.subject for paper in found] == lists
    assert sum(len(block.rows) for paper in found for block in paper.blocks if isinstance(block, Table)) == len(items)
    told = [block.text for paper in found for block in paper.blocks if isinstance(block, Note)]
    assert not [text for text in told if text.startswith("本类无问题")], "no source was declared"


def test_a_list_says_how_many_items_are_done_or_carried_over_and_which_source_brought_none() -> None:
    items = [
        {"id": "ka", "owner_kind": "branch", "title": "排班", "status": "done", "done_on": "2024-03-02"},
        {
            "id": "kb",
            "owner_kind": "branch",
            "title": "意见 不答复",
            "carried_from": "x",
            "problem_ids": ["tr.p1", "tr.p2"],
        },
        {"id": "kc", "owner_kind": "member", "owner": "m1", "carried_from": "x"},
        {"id": "kd", "title": "公开"},
        {"id": "ke", "owner_kind": "member", "title": "回访"},
    ]
    notes = [
        {"id": "la", "owner_kind": "branch", "none_declared": ["education"]},
        {"id": "lb", "owner_kind": "branch", "none_declared": ["superior"]},
        {"id": "lc", "owner_kind": "member", "owner": "m1", "none_declared": ["education"]},
        {"id": "ld", "owner_kind": "member", "owner": "m2", "none_declared": ["superior"]},
    ]
    problems = [
        {**b.item("tr.p1", "serve_masses"), "fact": "意见不 答复"},
        {**b.item("tr.p2", "serve_masses"), "fact": "不公开"},
    ]
    dossier = changed(
        put={"team_review/tr/items": problems},
        remove=["rect_item", "rect_list"],
        add={"rect_item": items, "rect_list": notes},
    )
    branch, own = papers(dossier, "F14")
    day = "截至2024年3月2日，"
    label = b.campaign().label
    told = [block.text for block in branch.blocks if isinstance(block, Note)]
    assert told == [f"{day}整改事项4项，其中上年结转1项，已完成1项。", f"本类无问题：{label('superior')}。"]
    told = [block.text for block in own.blocks if isinstance(block, Note)]
    assert told == [f"{day}整改事项1项，其中上年结转1项，已完成0项。", f"本类无问题：{label('education')}。"]
    (table,) = [block for block in branch.blocks if isinstance(block, Table)]
    assert [row[:3] for row in table.rows] == [
        ["1", "〔待填〕\n（上年结转）", "意见 不答复\n对应问题：不公开"],
        ["2", "〔待填〕", "排班"],
        ["3", "〔待填〕", "公开（清单〔待填〕）"],
        ["4", "〔待填〕", "回访（个人清单，所属党员〔待填〕）"],
    ]
    facts = dict(next(block for block in own.blocks if isinstance(block, Facts)).rows)
    assert facts == {"姓名": "魏长河", "党内职务": "书记"}
    assert own.title == ["党支部班子成员个人整改清单"]
    (ordinary,) = papers(changed(put={"rect_item/k1/owner": "m4"}, remove=["rect_item/k2", "rect_item/k3"]), "F14")[1:]
    assert ordinary.title == ["个人整改清单"]
    for put in ({"rect_item/k1/owner": "m99"}, {"member/m1/role": ""}):
        (unknown,) = papers(changed(put=put, remove=["rect_item/k2", "rect_item/k3"]), "F14")[1:]
        assert [name for name, _ in next(block for block in unknown.blocks if isinstance(block, Facts)).rows] == [
            "姓名"
        ]


def test_a_pledge_without_problems_begins_with_the_promise() -> None:
    pledges = [
        {"id": "p91", "member": "m1", "text": "回访", "problem_ids": ["r2.p1", "r1.p1"]},
        {"id": "p92", "member": "m2", "text": "回访", "date": "2024-02-23"},
    ]
    first, second = papers(changed(remove=["pledge"], add={"pledge": pledges}), "F15")
    assert [block.text for block in first.blocks if isinstance(block, Heading)] == ["一、承诺内容"]
    assert [block.text for block in second.blocks if isinstance(block, Heading)] == ["一、对应的问题", "二、承诺内容"]
    paragraphs = [block.text for block in second.blocks if isinstance(block, Paragraph)]
    assert [text[:2] for text in paragraphs[:2]] == ["1.", "2."]
    days = [block.day for paper in (first, second) for block in paper.blocks if isinstance(block, Signature)]
    assert days == ["2024年2月23日", ""]


@pytest.mark.parametrize("kind", ["content", "completion", "both", ""])
def test_a_notice_is_called_by_its_kind_and_names_place_and_contact_where_they_are_known(kind: str) -> None:
    put = {
        "publication/pb/kind": kind,
        "publication/pb/place": "一楼" if kind else "",
        "rect_item/k1/owner_kind": "member",
    }
    dossier = changed(put=put | ({} if kind else {"member/m1/role": "member"}))
    (paper,) = papers(dossier, "F16")
    ends = {
        "content": "整改内容公示",
        "completion": "整改完成情况公示",
        "both": "整改内容和完成情况公示",
        "": "整改公示",
    }
    assert "".join(paper.title) == b.campaign().meeting_name + ends[kind]
    facts = dict(next(block for block in paper.blocks if isinstance(block, Facts)).rows)
    assert facts.get("公示地点") == ("一楼" if kind else None)
    assert facts.get("联系人") == ("支部书记 魏长河" if kind else None)
    (table,) = [block for block in paper.blocks if isinstance(block, Table)]
    assert [row[:2] for row in table.rows] == [["1", "意见不答复"]]
    none = papers(changed(remove=["rect_item"]), "F16")[0]
    assert not [block for block in none.blocks if isinstance(block, Table | Heading)]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2024-02-26", "2024-02-26", "2024年2月26日至2024年2月26日，共1天（起止两天都计入）"),
        ("2024-02-26", "2024-03-01", "2024年2月26日至2024年3月1日，共5天（起止两天都计入）"),
        ("2024-02-26", "2024-02-25", "2024年2月26日至2024年2月25日"),
        ("2024-02-26", "", "2024年2月26日至〔待填〕"),
        ("", "2024-02-26", "〔待填〕至2024年2月26日"),
    ],
)
def test_both_ends_of_the_time_of_posting_count(start: str, end: str, words: str) -> None:
    notice = Publication.model_validate({"id": "x", "start": start, "end": end})
    assert documents._posted(Sheet(b.dossier(), b.campaign()), notice) == words


@pytest.mark.parametrize(
    ("fields", "on", "state"),
    [
        ({"status": "open"}, 26, "进行中"),
        ({"status": "done"}, 26, "已完成"),
        ({"status": "done", "done_on": "2024-02-26"}, 26, "已完成\n2024年\n2月26日"),
        ({"status": "done", "done_on": "2024-02-27"}, 26, "进行中"),
        ({"status": "done", "done_on": "2024-02-27"}, None, "已完成\n2024年\n2月27日"),
        ({"status": "open", "done_on": "2024-02-25"}, 26, "进行中"),
    ],
)
def test_a_public_notice_shows_what_was_done_on_its_first_day(
    fields: dict[str, Any], on: int | None, state: str
) -> None:
    item = RectItem.model_validate({"id": "k", **fields})
    sheet = Sheet(b.dossier(), b.campaign())
    assert documents._public_state(sheet, item, date(2024, 2, on) if on else None) == state


@pytest.mark.parametrize(
    ("fields", "spans", "points", "note"),
    [
        ({}, [(20, 28, "open")], [], "没有登记时限"),
        ({"due": "2024-02-29"}, [(20, 28, "open")], [29], "还有1天"),
        ({"due": "2024-02-28"}, [(20, 28, "open")], [28], "今天到期"),
        ({"due": "2024-02-27"}, [(20, 27, "open"), (27, 28, "late")], [27], "已超期1天"),
        ({"due": "2024-02-20"}, [(20, 28, "late")], [20], "已超期8天"),
        ({"status": "done"}, [], [], "已完成，没有登记日期"),
        ({"status": "done", "due": "2024-02-25"}, [], [25], "已完成，没有登记日期"),
        ({"status": "done", "due": "2024-02-25", "done_on": "2024-02-25"}, [(20, 25, "done")], [25, 25], "已完成"),
        ({"status": "done", "due": "2024-02-25", "done_on": "2024-02-26"}, [(20, 25, "done"), (25, 26, "late")], [25, 26], "已完成，晚1天"),
        ({"status": "done", "done_on": "2024-02-20"}, [], [20], "已完成"),
        ({"status": "open", "done_on": "2024-02-22"}, [(20, 28, "open")], [], "没有登记时限"),
    ],
)  # fmt: skip
def test_the_picture_shows_how_long_an_item_was_worked_on_and_how_late_it_is(
    fields: dict[str, Any], spans: list[tuple[int, int, str]], points: list[int], note: str
) -> None:
    raw = b.changed(b.branch(), remove=["rect_item"], add={"rect_item": [{"id": "k", "title": "回访", **fields}]})
    figure = pictures.items_over_time(Sheet(b.dossier(raw, as_of=date(2024, 2, 28)), b.campaign()))
    assert figure is not None
    (row,) = figure.chart.rows  # type: ignore[union-attr]
    assert row.label == "支部：回访"
    assert [(span.first.day, span.last.day, span.state) for span in row.spans] == spans  # type: ignore[union-attr]
    assert [point.day.day for point in row.points] == points  # type: ignore[union-attr]
    assert row.note == note


@pytest.mark.parametrize(
    ("fields", "reasons"),
    [
        ({}, []),
        ({"end": "2024-02-29"}, ["只有4天"]),
        ({"end": "2024-02-26"}, ["只有1天"]),
        ({"end": "2024-02-25"}, ["截止日期早于开始日期"]),
        ({"end": ""}, ["没有写明起止日期"]),
        ({"start": "", "scope": ""}, ["没有写明范围", "没有写明起止日期"]),
    ],
)
def test_a_notice_is_posted_long_enough_or_the_finding_says_why_not(fields: dict[str, str], reasons: list[str]) -> None:
    dossier = changed(put={f"publication/pb/{name}": value for name, value in fields.items()})
    found = b.findings((publicity.published_too_briefly,), dossier)
    assert len(found) == bool(reasons)
    assert all(reason in found[0].message for reason in reasons)


@pytest.mark.parametrize(
    ("begun", "typing", "asked"),
    [("", False, True), ("", True, False), ("rect_item", True, True), ("pledge", True, True), ("pledge", False, True)],
)
def test_while_the_minutes_are_typed_only_the_list_of_the_branch_is_asked_for(
    begun: str, typing: bool, asked: bool
) -> None:
    add = {begun: [{"id": "x"}]} if begun else {}
    put = {"meeting/mt/completed": False, "meeting/mt/briefing": {}, "meeting/mt/summary": {}} if typing else {}
    dossier = changed(put=put, remove=["rect_item", "pledge", "publication"], add=add)
    assert b.findings((lists.branch_list_missing,), dossier)
    for rule in (lists.team_member_list_missing, lists.pledge_missing, publicity.content_not_published):
        assert bool(b.findings((rule,), dossier)) is asked
