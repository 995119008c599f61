"""What a file changes, in lines; and which records count as added, revised, withdrawn or protected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.store.store import BUREAU, Change
from orglife.core.record.exchange import Incoming, read_parcel
from orglife.exchange.difference import Difference, difference_of
from orglife.office.office import Office
from orglife.stages.kinds import BUREAU_KINDS, KINDS
from tests import branch as b

CHANGE = Change.remove("talk", "t1", base=1, label="谈心谈话 t1")


def difference(**fields: Any) -> Difference:
    return Difference(
        **{
            "source": "甲.xlsx",
            "branch": "t01",
            "name": "东街党支部",
            "new_branch": False,
            "changes": (CHANGE,),
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ({"added": ("a",), "revised": ("b", "c")}, "东街党支部（t01）：新增1条，修改2条，移除0条。"),
        ({"new_branch": True, "withdrawn": ("a",)}, "东街党支部（t01）：新支部，新增0条，修改0条，移除1条。"),
        ({"person": "田小禾"}, "田小禾（甲.xlsx）：新增0条，修改0条，移除0条。"),
        ({"changes": ()}, "东街党支部（t01）：与现有数据相同，没有改动。"),
        ({"changes": (), "same_as": "乙.xlsx", "person": "田小禾"}, "田小禾（甲.xlsx）：与乙.xlsx相同，没有改动。"),
    ],
)
def test_the_first_line_says_whose_file_it_is_and_how_much_it_changes(fields: dict[str, Any], first: str) -> None:
    assert next(difference(**fields).lines()) == first


@pytest.mark.parametrize(
    ("changes", "receipt", "empty", "brings"),
    [((CHANGE,), b"", False, True), ((), b"r", True, True), ((), b"", True, False), ((CHANGE,), b"r", False, True)],
)
def test_a_file_without_changes_may_still_bring_a_receipt(
    changes: tuple[Change, ...], receipt: bytes, empty: bool, brings: bool
) -> None:
    found = difference(changes=changes, receipt=receipt)
    assert (found.is_empty, found.brings, found.refused) == (empty, brings, False)


@pytest.mark.parametrize(
    ("count", "limit", "lines"),
    [(2, 2, ["  ＋ a0", "  ＋ a1"]), (3, 2, ["  ＋ a0", "  ＋ a1", "  ＋ ……另有1条"]), (1, 0, ["  ＋ ……另有1条"])],
)
def test_of_many_records_the_first_are_named(count: int, limit: int, lines: list[str]) -> None:
    found = difference(added=tuple(f"a{n}" for n in range(count)), notes=("说明。",))
    assert list(found.lines(limit))[1:] == [*lines, "说明。"]


def test_twenty_records_of_each_sort_are_named_where_nobody_says_how_many() -> None:
    names = tuple(map(str, range(21)))
    lines = list(difference(added=names, revised=names[:20], withdrawn=names).lines())
    assert [line.split()[0] for line in lines].count("～") == 20
    assert [line for line in lines if "另有" in line] == ["  ＋ ……另有1条", "  － ……另有1条"]


# --- against what lies here --------------------------------------------------------------------------------------------


def incoming(raw: dict[str, Any], **more: Any) -> Incoming:
    found = read_parcel(json.dumps(raw).encode(), "甲.json", KINDS, BUREAU_KINDS)
    return Incoming(found.campaign, found.branch, found.records, **more)


def compared(filled: Path, raw: dict[str, Any], **more: Any) -> Difference:
    with Office.open(filled) as office:
        return difference_of(office, incoming(raw, **more), "甲.json")


def test_the_same_file_again_changes_nothing(filled: Path) -> None:
    found = compared(filled, b.branch())
    assert (found.is_empty, found.new_branch, found.name, found.branch) == (True, False, "测试局机关党支部", "t01")


def test_records_are_added_revised_and_withdrawn_and_named_by_what_changed(filled: Path) -> None:
    raw = b.changed(
        b.branch(),
        put={
            "branch/superior": "市直机关工委",
            "talk/t01/thoughts": "另谈",
            "talk/t01/date": "2024-02-08",
            "meeting/mt/present": b.PRESENT[:-1],
            "meeting/mt/guests": [],
            "meeting/mt/agenda_done": b.meeting()["agenda_done"][::-1],
            "member/m4/name": "田小河",
        },
        remove=["talk/t02"],
        add={"talk": [b.talk("t90", "m4", "m6")], "member": [{"id": "m90", "name": "新来"}]},
    )
    found = compared(filled, raw)
    assert found.added == ("党员 m90（新来）", "谈心谈话 t90")
    assert found.revised == (
        "党支部 测试局机关党支部",
        "党员 m4（田小河）：姓名",
        "谈心谈话 t01：日期、交流思想",
        "会议记录 mt：到会党员（7项改为6项）、列席（1项改为0项）、实际议程",
    )
    assert found.withdrawn == ("谈心谈话 t02",)
    assert len(found.changes) == 7
    assert list(compared(filled, raw, partial=True).withdrawn) == [], "such a file withdraws nothing"


def test_a_branch_that_does_not_lie_here_is_new(filled: Path) -> None:
    raw = b.changed({**b.branch(), "records": {}}, put={"branch/id": "t02", "branch/name": ""})
    found = compared(filled, raw)
    assert (found.new_branch, found.name, found.added) == (True, "t02", ("党支部 t02",))
    with Office.open(filled) as office:
        none = difference_of(office, Incoming(office.campaign.id, None, {}), "甲.json")
    assert (none.new_branch, none.name) == (False, "局机关的督导记录")


def test_what_only_the_archive_may_change_stays_as_it_is(filled: Path) -> None:
    item = {"id": "a1", "form": "F9", "retention": "Y", "title": "题名"}
    with Office.open(filled) as office:
        record = next(kind for kind in KINDS if kind.TYPE == "archive_item").model_validate(item)
        office.store.apply(office.campaign.id, "t01", [Change.put(record, base=0)], who="")
    assert compared(filled, b.branch()).is_empty
    other = b.changed(b.branch(), add={"archive_item": [{**item, "title": "别的"}]})
    assert compared(filled, other).is_empty


def test_a_change_that_is_not_wanted_is_neither_made_nor_named(filled: Path) -> None:
    raw = b.changed(b.branch(), put={"talk/t01/date": "2024-02-08"}, remove=["talk/t02"])
    with Office.open(filled) as office:
        found = difference_of(office, incoming(raw), "甲.json", lambda change: change.id == "t02")
        labelled = difference_of(office, incoming(raw), "甲.json", label_of=lambda record: record.id)
    assert (found.revised, found.withdrawn, len(found.changes)) == ((), ("谈心谈话 t02",), 1)
    assert labelled.revised == ("t01：日期",)


def test_the_bureaus_own_file_revises_what_the_bureau_entered(workspace: Path) -> None:
    remark = {"id": "k1", "branch": "t01", "text": "请补充"}
    with Office.open(workspace) as office:
        office.store.apply(office.campaign.id, BUREAU, [Change("remark", "k1", remark)], who="")
        raw = {"format": "orglife-bureau/1", "campaign": office.campaign.id}
        found = difference_of(
            office, incoming({**raw, "records": {"remark": [{**remark, "text": "请再补充"}]}}), "局.json"
        )
        gone = difference_of(office, incoming({**raw, "records": {}}), "局.json")
        one_type = difference_of(office, incoming({**raw, "records": {"remark": []}}), "局.json")
    assert (found.branch, found.revised, found.changes[0].base) == (BUREAU, ("退回意见 k1：意见",), 1)
    assert (gone.withdrawn, one_type.withdrawn) == (("退回意见 k1",), ("退回意见 k1",))
