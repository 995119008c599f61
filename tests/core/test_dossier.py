"""A dossier as rules and papers ask it: the record that counts, what people and records are called, orders, excerpts."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from orglife.core.record.branch import Explanation, Member
from orglife.core.record.dossier import (
    Dossier,
    by_day,
    clock_words,
    day_words,
    excerpt,
    identified,
    moment_words,
    natural_key,
    short,
)  # fmt: skip
from orglife.core.record.record import Outsider, recorded_days, walk
from orglife.stages.meeting.record import Meeting
from orglife.stages.plan.record import Plan
from orglife.stages.reviews.record import MemberReview
from orglife.stages.talks.record import Talk
from tests import branch as b


def dossier(**records: list[dict[str, Any]]) -> Dossier:
    """The roster with these records alone."""
    return b.dossier({**b.branch(), "records": {"member": b.members(), **records}})


@pytest.mark.parametrize(
    ("plans", "counts"),
    [
        ([], None),
        ([("a", "2024-02-05"), ("b", "2024-02-04")], "a"),
        ([("a", "2024-02-05"), ("b", "")], "a"),
        ([("a", "2024-02-05"), ("b", "2024-02-05")], "b"),
        ([("a", ""), ("b", "")], "b"),
    ],
)
def test_of_several_records_of_which_one_is_wanted_the_latest_counts(
    plans: list[tuple[str, str]], counts: str | None
) -> None:
    found = dossier(plan=[{"id": ident, "made_on": day} for ident, day in plans]).one(Plan)
    assert (found.id if found else None) == counts
    reviews = [{"id": ident, "member": "m4", "date": day} for ident, day in plans]
    owners = dossier(member_review=[*reviews, {"id": "z", "member": "m5"}]).by_member(MemberReview)
    assert {who: review.id for who, review in owners.items()} == ({"m4": counts} if counts else {}) | {"m5": "z"}


@pytest.mark.parametrize(
    ("members", "called"),
    [
        ([("甲", ""), ("乙", "")], ["甲", "乙"]),
        ([("甲", ""), ("甲", "")], ["甲（1）", "甲（2）"]),
        ([("甲", "一组"), ("甲 ", "二组")], ["甲（一组）", "甲 （二组）"]),
        ([("甲", "一组"), ("甲", " 一组 ")], ["甲（1）", "甲（2）"]),
        ([("甲", "一组"), ("甲", "")], ["甲（1）", "甲（2）"]),
        ([("", ""), ("", "")], ["x0", "x1"]),
        ([("甲", ""), ("甲", ""), ("甲", "")], ["甲（1）", "甲（2）", "甲（3）"]),
    ],
)
def test_members_of_one_name_are_called_by_their_groups_where_these_differ_else_by_numbers(
    members: list[tuple[str, str]], called: list[str]
) -> None:
    roster = [{"id": f"x{n}", "name": name, "group": group} for n, (name, group) in enumerate(members)]
    found = dossier(member=roster)
    assert list(found.called.values()) == called
    assert [found.name(member["id"]) for member in roster] == called
    assert found.names([member["id"] for member in roster]) == "、".join(called)


@pytest.mark.parametrize(
    ("who", "name"),
    [
        (None, ""),
        ("", ""),
        ("m4", "田小禾"),
        ("m99", "已移除的人"),
        ("老张头", "老张头"),
        ("mt.g1", "柏青"),
        ("mt", "mt"),
        (Outsider(name="柏青", unit="局机关"), "柏青"),
    ],
)
def test_what_somebody_is_called(who: str | Outsider | None, name: str) -> None:
    assert b.dossier().name(who) == name


LONG = "去年九月我把群众的来电转给别人没有回访还推说忙"


@pytest.mark.parametrize(
    ("kind", "raw", "label"),
    [
        ("talk", {"date": "2024-02-07", "participants": ["m4", "m5"]}, "谈心谈话（2024年2月7日，田小禾、陆望舒）"),
        ("talk", {"participants": ["m4"]}, "谈心谈话（田小禾）"),
        ("talk", {"date": "2024-02-07"}, "谈心谈话（2024年2月7日）"),
        ("talk", {}, "谈心谈话"),
        ("plan", {"made_on": "2024-02-05"}, "工作方案（2024年2月5日）"),
        ("member_review", {"member": "m4", "date": "2024-02-18"}, "发言提纲（田小禾）"),
        ("criticism", {"author": "m4", "target": "m5", "text": "晚到"}, "批评意见（田小禾对陆望舒）"),
        ("criticism", {"author": "m4"}, "批评意见（田小禾）"),
        ("criticism", {"target": "m4"}, "批评意见"),
        ("rect_item", {"owner_kind": "member", "owner": "m4", "title": "来电不回访"}, "整改事项（田小禾，来电不回访）"),
        ("rect_item", {"owner_kind": "branch", "title": LONG[:20]}, f"整改事项（{LONG[:20]}）"),
        ("rect_item", {"owner_kind": "branch", "title": LONG}, f"整改事项（{LONG[:20]}…）"),
        ("rect_item", {"owner_kind": "branch", "title": "窗口", "carried_from": "2023"}, "整改事项（上年结转，窗口）"),
        ("attachment", {"record": "x"}, "附件"),
        ("attachment", {"record": "m4"}, "附件（田小禾）"),
    ],
)  # fmt: skip
def test_a_record_is_called_by_its_type_and_what_tells_it_apart(kind: str, raw: dict[str, Any], label: str) -> None:
    found = dossier(**{kind: [{"id": "x", **raw}]})
    assert found.label(found.index["x"]) == label


def test_a_part_of_a_record_is_called_by_the_beginning_of_its_text() -> None:
    raw = b.changed(b.branch(), put={"member_review/r4/items/0/fact": LONG})
    found = b.dossier(raw)
    assert found.label(found.index["r4.p1"]).endswith(f"（{LONG[:20]}…）")
    assert found.label(found.index["sc.p1"]).endswith("（意见答复慢）")
    assert found.label(found.index["mt.g1"]).endswith("（柏青）")
    assert found.label(None) == ""
    assert found.label(found.index["m4"]) == "田小禾"
    assert found.label(Member(id="m77")) == "m77"
    assert found.label(Member(id="m77", name="甲")) == "甲"
    same = b.dossier(b.changed(raw, put={"member/m5/name": "田小禾", "member_review/r4/items/0/fact": ""}))
    assert same.label(same.index["m5"]) == "田小禾（2）"
    assert same.label(same.index["r4.p1"]) == same.index["r4.p1"].LABEL


def test_an_explanation_counts_once_it_has_a_reason() -> None:
    rows = [{"id": "x1", "rule": "TALK-01", "reason": "出差"}, {"id": "x2", "rule": "TALK-01"}]
    assert [one.id for one in dossier(explanation=rows).explanations] == ["x1"]
    assert len(dossier(explanation=rows).all(Explanation)) == 2


def test_every_record_and_every_part_with_an_id_is_found_depth_first() -> None:
    (meeting,) = b.dossier().all(Meeting)
    assert [entry.id for entry in identified([meeting])] == ["mt", "mt.g1"]
    paths = [".".join(map(str, path)) for path, _, _ in walk(meeting)]
    assert paths.index("absent") + 1 == paths.index("absent.0.member")
    assert "speeches.6.points" in paths
    assert "briefing.problems" in paths
    assert "groups" not in paths, "what is not set is left out"
    assert list(recorded_days(meeting)) == [date(2024, 2, 20), date(2024, 2, 19)]
    plan = Plan.model_validate({"id": "p", "made_on": "2024-02-05", "planned_meeting_on": "2024-02-20"})
    assert list(recorded_days(plan)) == [date(2024, 2, 5)], "a plan is no day on which anything happened"


def test_ids_and_days_are_shown_in_the_order_that_people_count_in() -> None:
    mixed = ["item10", "item2", "item", "2", "10", "b1.p10", "b1.p9"]
    assert sorted(mixed, key=natural_key) == ["b1.p9", "b1.p10", "item", "item2", "item10", "2", "10"]
    talks = [
        Talk.model_validate({"id": ident, "date": day})
        for ident, day in [("a", ""), ("b", "2024-02-08"), ("d", "2024-02-07"), ("c", "2024-02-07")]
    ]
    assert [talk.id for talk in by_day(talks)] == ["c", "d", "b", "a"]


def test_days_and_times_are_written_as_people_write_them() -> None:
    assert (day_words(date(2024, 2, 5)), day_words(None)) == ("2024年2月5日", "")
    assert moment_words(datetime(2024, 2, 5, 9, 5)) == "2024年2月5日9时05分"  # noqa: DTZ001
    assert [clock_words(t) for t in (None, time(14), time(14, 5), time(0, 59))] == ["", "14时", "14时05分", "0时59分"]


@pytest.mark.parametrize(
    ("text", "length", "shown"),
    [("一二三", 3, "一二三"), ("一二三四", 3, "一二三…"), ("一 二\n三", 5, "一 二 三"), ("", 3, "")],
)
def test_a_text_is_cut_after_so_many_characters_and_kept_whole_beside(text: str, length: int, shown: str) -> None:
    found = short(text, length)
    assert found == shown
    assert found.whole == " ".join(text.split())


def test_a_message_quotes_forty_characters() -> None:
    assert excerpt("字" * 40) == "字" * 40
    assert excerpt("字" * 41) == "字" * 40 + "…"
