"""A branch's dossier: its day, its ids, and what other campaigns and the bureau add to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orglife.adapters.store.chain import ChainHead
from orglife.adapters.store.store import Snapshot, StoredRecord
from orglife.core.errors import StoreBroken, UnknownBranch
from orglife.core.record.branch import Member
from orglife.core.record.dossier import Draft
from orglife.office import dossiers
from orglife.office.answers import person_reference
from orglife.stages.plan.record import Plan
from orglife.stages.talks.record import Talk
from tests import branch as b


def snapshot(*talks: dict[str, Any], branch: dict[str, Any] | None = None) -> Snapshot:
    own = {"id": "t01", "name": "测试支部"} if branch is None else branch
    rows = [StoredRecord(talk["id"], 1, talk) for talk in talks]
    return Snapshot("2024-seed", "t01", ChainHead(1, "0"), own or None, 1, {"talk": rows} if rows else {}, ())


TODAY = date(2024, 2, 20)


@pytest.mark.parametrize(
    ("days", "day"),
    [
        ([], TODAY),
        (["2024-02-07"], date(2024, 2, 7)),
        (["2024-02-07", "2024-02-19", "2024-02-08"], date(2024, 2, 19)),
        (["2024-02-07", "2024-02-20"], TODAY),
        (["2024-02-07", "2024-02-21"], date(2024, 2, 7)),  # planned: it is not the day of the check
    ],
)
def test_the_day_of_a_dossier_is_the_latest_day_in_its_records_up_to_today(days: Sequence[str], day: date) -> None:
    talks = [b.talk(f"t{number}", "m1", "m2", date=text) for number, text in enumerate(days)]
    assert dossiers.dossier_of(snapshot(*talks), None, today=TODAY).as_of == day
    assert dossiers.dossier_of(snapshot(*talks), date(2023, 1, 1), today=TODAY).as_of == date(2023, 1, 1)


def test_a_branch_without_data_and_a_record_that_cannot_be_read_are_sentences() -> None:
    with pytest.raises(UnknownBranch, match="t01"):
        dossiers.dossier_of(snapshot(branch={}), None)
    with pytest.raises(StoreBroken, match="读不出来"):
        dossiers.dossier_of(snapshot({"id": "t1", "date": "无"}), None)
    unknown = replace(snapshot(), records={"later": [StoredRecord("x", 1, {"id": "x"})]})
    with pytest.raises(StoreBroken, match="较新的程序"):
        dossiers.dossier_of(unknown, None)


def test_a_new_id_is_one_that_neither_record_nor_draft_has() -> None:
    dossier = dossiers.dossier_of(snapshot(b.talk("talk2", "m1", "m2")), None, today=TODAY)
    assert dossiers.fresh_id("talk", dossier) == "talk3"
    drafted = replace(dossier, drafts=(Draft("talk", "talk3", {}), Draft("plan", "talk4", {})))
    assert dossiers.fresh_id("talk", drafted) == "talk5"
    assert dossiers.fresh_id("plan", drafted) == "plan1"


def test_numbers_of_other_campaigns_count_for_their_year_only() -> None:
    dossier = b.dossier()
    items = [
        StoredRecord(str(n), 1, {"code": code})
        for n, code in enumerate(("A·2024-0002", "A·2023-0001", "", "A·2024-0001"))
    ]
    assert dossiers.with_codes(dossier, [*items, StoredRecord("x", 1, {})], 2024).codes_elsewhere == (
        "A·2024-0001",
        "A·2024-0002",
    )
    assert dossiers.with_codes(dossier, items, 2022) is dossier


def test_the_outlines_of_an_earlier_campaign_are_added_and_unreadable_ones_left_out() -> None:
    dossier, outline = b.dossier(), b.reviews()[1]
    outlines = [StoredRecord("r", 1, {**outline, "member": "m1"}), StoredRecord("x", 1, {"id": "x", "items": 3})]
    added = dossiers.with_earlier(dossier, {"member_review": outlines}, 2023)
    assert list(added.earlier_reviews) == ["m1"]
    assert (added.earlier_team, added.earlier_year) == (None, 2023)
    team = dossiers.with_earlier(dossier, {"team_review": [StoredRecord("t", 1, {"id": "t"})]}, 2023)
    assert team.earlier_team is not None
    assert team.earlier_reviews == {}
    assert dossiers.with_earlier(dossier, {"member_review": outlines[1:]}, 2023) is dossier


def test_what_the_bureau_entered_for_the_branch_is_added_and_its_version_wins() -> None:
    remark = {"id": "k1", "branch": "t01", "text": "请补充", "by": "局机关党总支", "date": "2024-03-01"}
    own = {**remark, "text": "旧"}
    here = replace(snapshot(), records={"remark": [StoredRecord("k1", 1, own)]})
    dossier = dossiers.dossier_of(here, None, today=TODAY)
    rows = [StoredRecord("k1", 1, remark), StoredRecord("k2", 1, {**remark, "id": "k2", "branch": "t02"})]
    added = dossiers.with_bureau(dossier, {"remark": rows}, date(2024, 3, 8))
    assert [(r.id, getattr(r, "text", "")) for r in added.records["remark"]] == [("k1", "请补充")]
    assert added.as_of == date(2024, 3, 8)
    assert dossiers.with_bureau(dossier, {"remark": rows[1:]}, None) is dossier


def test_a_part_of_a_dossier_holds_the_types_that_were_read_and_no_others() -> None:
    part = dossiers.part_of(b.dossier(), [Member])
    assert len(part.all(Member)) == len(b.members())
    for kind in (Talk, Plan):
        with pytest.raises(KeyError):
            part.all(kind)


@pytest.mark.parametrize(("name", "reference"), [("m2", "m2"), ("祝秋实", "m2"), ("局机关", {"name": "局机关"})])
def test_an_author_is_a_member_or_a_name(name: str, reference: object) -> None:
    assert person_reference(name, b.dossier()) == reference


@pytest.mark.parametrize(
    ("own", "name"), [({"id": "t01", "name": "测试支部"}, "测试支部"), ({"id": "t01", "name": ""}, "t01"), ({}, "t01")]
)
def test_a_branch_without_a_name_is_called_by_its_id(own: dict[str, Any], name: str) -> None:
    assert snapshot(branch=own).name == name
    assert snapshot(branch=own).own == own
