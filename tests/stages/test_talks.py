"""Talks: pairs, coverage and overlaps at their limits, what the matrix says, the network and the paper."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.core.formview import Look
from orglife.core.paper.block import Facts, Heading, Note, Signature
from orglife.core.paper.paper import Sheet
from orglife.core.record.dossier import Dossier
from orglife.stages.talks import documents, layout, pictures, rules
from orglife.stages.talks.record import Talk
from tests import branch as b


def changed(**changes: Any) -> Dossier:
    return b.dossier(b.changed(b.branch(), **changes))


def talking(*talks: dict[str, Any], **put: Any) -> Dossier:
    each = [{"id": f"t{n:02d}", "date": "2024-02-07", **talk} for n, talk in enumerate(talks)]
    return changed(put=put, remove=["talk"], add={"talk": each})


def crowd(count: int, *talks: dict[str, Any]) -> Dossier:
    """A branch whose members are all of the leadership."""
    members = [
        {"id": f"m{n:02}", "name": f"甲{n:02}", "status": "full", "role": "committee"} for n in range(1, count + 1)
    ]
    each = [{"id": f"t{n}", **talk} for n, talk in enumerate(talks)]
    return b.dossier({**b.branch(), "records": {"member": members, "talk": each}})


def test_pairs_of_forty_are_told_and_of_more_each_member_with_the_first_three() -> None:
    forty, more = crowd(40), crowd(41, {"participants": ["m01", "m02"]}, {"participants": ["m03", "m04", "m05"]})
    assert len(rules.pairs_without_talk(forty, 2)) == len(layout.team_pairs(forty)) == 40 * 39 // 2
    assert list(rules.crowd_without_talk(forty, 2)) == []
    assert rules.pairs_without_talk(more, 2) == []
    assert layout.team_pairs(more) == set()
    found = {member.id: ([other.id for other in others], n) for member, others, n in rules.crowd_without_talk(more, 2)}
    assert len(found) == 41
    assert found["m01"] == (["m03", "m04", "m05"], 39)
    assert found["m03"] == (["m01", "m02", "m04"], 40)
    looks = [look.text for look in layout.not_reached(more, b.campaign())]
    assert "班子成员里有41名还没有与其他每一名都谈。请先核对名册里谁是班子成员。" in looks
    messages = [finding.message for finding in b.findings((rules.team_pair_without_talk,), more)]
    assert messages[0] == "班子成员甲01与甲03、甲04、甲05等39名班子成员会前没有谈心谈话记录。"
    rest = [{"participants": ["m01", f"m{n:02}"]} for n in range(2, 39)]
    few = [finding.message for finding in b.findings((rules.team_pair_without_talk,), crowd(41, *rest))]
    assert few[0] == "班子成员甲01与甲39、甲40、甲41会前没有谈心谈话记录。"
    all_but_one = crowd(41, *rest, *({"participants": ["m01", f"m{n}"]} for n in (39, 40, 41)))
    assert "m01" not in [member.id for member, _, _ in rules.crowd_without_talk(all_but_one, 2)]


@pytest.mark.parametrize(
    ("talks", "most", "pairs"),
    [
        ([], 2, ["m1 m2", "m1 m3", "m2 m3"]),
        ([["m1", "m2"]], 2, ["m1 m3", "m2 m3"]),
        ([["m1", "m2", "m2"]], 2, ["m1 m3", "m2 m3"]),
        ([["m1", "m2", "m3"]], 2, ["m1 m2", "m1 m3", "m2 m3"]),
        ([["m1", "m2", "m3"]], 3, []),
    ],
)
def test_a_talk_of_more_people_than_asked_for_counts_for_no_pair(
    talks: list[list[str]], most: int, pairs: list[str]
) -> None:
    dossier = talking(*({"participants": people} for people in talks))
    assert [f"{a.id} {c.id}" for a, c in rules.pairs_without_talk(dossier, most)] == pairs


@pytest.mark.parametrize(
    ("talks", "percent", "covered", "needed"),
    [
        ([["m1", "m4"]], 80, 1, 4),
        ([["m4", "m5"]], 80, 0, 4),
        ([["m2", "m4", "m5", "m6"], ["m3", "m4"]], 80, 3, 4),
        ([["m1", "m2"]], 81, 0, 5),
        ([], 0, 0, 0),
        ([["m1", "m4", "m5", "m6", "m7", "m8"]], 100, 5, 5),
    ],
)
def test_ordinary_members_are_covered_by_a_talk_with_one_of_the_leadership(
    talks: list[list[str]], percent: int, covered: int, needed: int
) -> None:
    reach = rules.coverage(talking(*({"participants": people} for people in talks)), percent)
    assert (reach.covered, reach.needed, reach.total) == (covered, needed, 5)
    assert reach.enough is (covered >= needed)
    assert len(reach.uncovered) == 5 - covered


def test_a_fraction_of_a_member_to_be_talked_with_is_rounded_up() -> None:
    members = [{"id": f"m{n:03}", "name": f"甲{n:03}", "status": "full", "role": "member"} for n in range(101)]
    many = b.dossier({**b.branch(), "records": {"member": members}})
    assert [rules.coverage(many, percent).needed for percent in (1, 2, 99, 100)] == [2, 3, 100, 101]


def test_what_came_after_the_meeting_is_counted_apart() -> None:
    late = {"participants": ["m1", "m4"], "date": "2024-02-21"}
    dossier = talking(
        {"participants": ["m1", "m5"], "date": "2024-02-20"}, late, {"participants": ["m1", "m6"], "date": ""}
    )
    assert [talk.id for talk in rules.talks_in_time(dossier)] == ["t00", "t02"]
    assert layout.not_reached(dossier, b.campaign())[-1] == Look("2024年2月20日开会之后的1次谈话不计在内。", "must")
    in_time = layout.not_reached(talking({"participants": ["m1", "m5"]}), b.campaign())
    assert not [look for look in in_time if "不计在内" in look.text]


@pytest.mark.parametrize(
    ("talks", "roles", "found"),
    [
        ([["m4", "m5"]], {}, False),
        ([["m1", "m5"]], {}, True),
        ([["m4", "m5", "m1"]], {}, True),
        ([[]], {}, True),
        ([], dict.fromkeys(("m4", "m5", "m6", "m7"), "committee"), False),
        ([], dict.fromkeys(("m4", "m5", "m6"), "committee"), True),
    ],
)
def test_a_talk_among_ordinary_members_is_asked_for_where_there_are_two(
    talks: list[list[str]], roles: dict[str, str], found: bool
) -> None:
    put = {f"member/{ident}/role": role for ident, role in roles.items()}
    dossier = talking(*({"participants": people} for people in talks), **put)
    assert bool(b.findings((rules.no_talk_among_members,), dossier)) is found


HOUR = {"participants": ["m1", "m4"], "start": "10:00", "end": "11:00"}


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"start": "10:59", "end": "12:00"}, True),
        ({"start": "11:00", "end": "12:00"}, False),
        ({"start": "09:00", "end": "10:01"}, True),
        ({"start": "09:00", "end": "10:00"}, False),
        ({"start": "10:15", "end": "10:30"}, True),
        ({"start": "10:15", "end": "10:30", "date": "2024-02-08"}, False),
        ({"start": "10:15", "end": "10:30", "date": ""}, False),
        ({"start": "10:15"}, False),
        ({"end": "10:30"}, False),
        ({"start": "10:15", "end": "10:30", "participants": ["m2", "m5"]}, False),
    ],
)
def test_nobody_talks_in_two_places_at_once(other: dict[str, Any], found: bool) -> None:
    dossier = talking(HOUR, {"participants": ["m1", "m5"], **other})
    assert bool(b.findings((rules.talks_overlap,), dossier)) is found


def test_a_text_that_points_out_nothing_is_quoted_by_its_beginning() -> None:
    dossier = talking({"participants": ["m1", "m4"], "problems_pointed": "没有"}, {"participants": ["m1", "m5"]})
    (found,) = b.findings((rules.no_problem_pointed_out,), dossier)
    assert found.message == "2024年2月7日魏长河、田小禾的谈心谈话，“指出的问题”写的是“没有”。"


@pytest.mark.parametrize(
    ("subjects", "begun"),
    [
        ([], {}),
        (["x"], {}),
        (["m2"], {"participants": ["m2"], "initiator": "m2"}),
        (["x", "m2", "m3", "m4"], {"participants": ["m2", "m3"], "initiator": "m2"}),
    ],
)
def test_a_talk_begins_with_those_who_have_not_talked(subjects: list[str], begun: dict[str, Any]) -> None:
    assert layout.begin_talk(b.dossier(), subjects, b.campaign()) == begun


def test_a_pair_that_talked_by_two_is_linked_so_and_a_larger_talk_from_its_initiator() -> None:
    dossier = talking(
        {"participants": ["m4", "m5", "m6"], "initiator": "m5"},
        {"participants": ["m4", "m5"]},
        {"participants": ["m6", "m7", "m8"], "initiator": "m1"},
        {"participants": ["m1", "m99"]},
        {"participants": ["m8"]},
        {},
    )
    figure = pictures.talk_network(Sheet(dossier, b.campaign()))
    assert figure is not None
    links = {f"{link.first} {link.second}": link.kind for link in figure.chart.links}  # type: ignore[union-attr]
    assert links == {
        "m1 m2": "missing",
        "m1 m3": "missing",
        "m2 m3": "missing",
        "m4 m5": "pair",
        "m5 m6": "group",
        "m6 m7": "group",
        "m6 m8": "group",
    }
    central = [node.id for node in figure.chart.nodes if node.central]  # type: ignore[union-attr]
    assert central == ["m1", "m2", "m3"]
    nobody = b.dossier({**b.branch(), "records": {}})
    assert pictures.talk_network(Sheet(nobody, b.campaign())) is None


def test_talks_stand_in_the_order_of_their_time_and_those_without_one_last() -> None:
    dossier = talking(
        {"date": "", "participants": ["m1"]},
        {"participants": ["m1", "m2"], "start": "10:00"},
        {"participants": ["m1", "m3"]},
        {"participants": ["m1", "m4"], "start": "09:00"},
        {"date": "2024-02-06", "participants": ["m1", "m99"]},
    )
    (paper,) = documents.documents(Sheet(dossier, b.campaign()))
    heads = [block.text for block in paper.blocks if isinstance(block, Heading)]
    assert [head[:2] for head in heads] == ["一、", "二、", "三、", "四、", "五、"]
    assert ["田小禾" in heads[1], "祝秋实" in heads[2], "冉书砚" in heads[3]] == [True, True, True]
    assert heads[4] == "五、魏长河"
    assert next(block.text for block in paper.blocks if isinstance(block, Note)).startswith("共5次谈心谈话，参加4人")
    assert documents.documents(Sheet(talking(), b.campaign())) == []


@pytest.mark.parametrize(
    ("fields", "head", "where", "signers"),
    [
        ({}, "方式", "面谈", ["谈话各方"]),
        ({"mode": "phone"}, "方式", "电话", ["谈话各方"]),
        ({"place": "二楼"}, "地点", "二楼", ["谈话各方"]),
        ({"place": "二楼", "mode": "phone"}, "地点", "二楼（电话）", ["谈话各方"]),
        ({"participants": ["m1"]}, "方式", "面谈", ["谈话各方"]),
        ({"participants": ["m1", "m1"]}, "方式", "面谈", ["谈话各方"]),
        ({"participants": ["m1", "m4", "m1"]}, "方式", "面谈", ["魏长河", "田小禾"]),
    ],
)
def test_a_talk_says_where_or_how_and_everybody_signs(
    fields: dict[str, Any], head: str, where: str, signers: list[str]
) -> None:
    blocks = documents.talk_blocks(Sheet(b.dossier(), b.campaign()), Talk.model_validate({"id": "t", **fields}), 1)
    (facts,) = [block for block in blocks if isinstance(block, Facts)]
    assert facts.rows[1] == (head, where)
    (signature,) = [block for block in blocks if isinstance(block, Signature)]
    assert signature.roles == signers
