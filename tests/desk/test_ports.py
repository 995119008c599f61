"""What forms are given to choose from, how entries are listed and numbered, and which orders can be carried out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from orglife.adapters.store.reading import Snapshot, StoredRecord
from orglife.core.errors import NoRoundToAnnul, NoSuchRecord, RoundAnnulled, SaveConflict
from orglife.core.record.dossier import Dossier, Draft
from orglife.core.record.record import Record
from orglife.core.rule.bureau import Bureau
from orglife.desk.ports import BranchChoices, BureauChoices, BureauPort, HeadPort, StorePort
from orglife.stages.report.record import RedoOrder, Remark
from orglife.stages.supervision.record import Assignment, BureauLeader, Supervision
from orglife.stages.talks.record import Talk
from tests import branch as b

DAY = date(2024, 3, 8)
NAMES = {"t01": "一支部", "t02": "二支部"}


class Office:
    """An office over one dossier that is the same for all its branches; it notes what is asked of its store."""

    def __init__(
        self, raw: b.Json | None = None, *, branches: Sequence[str] = ("t01",), **bureau: list[Record]
    ) -> None:
        self.campaign, self.author, self.calls = b.campaign(), "甲", list[tuple[Any, ...]]()
        self.snapshots: dict[str, Any] = {}
        self._dossier, self._bureau = b.dossier(raw), {"bureau_leader": [], **bureau}
        self.branches = lambda: list(branches)
        self.store: Any = SimpleNamespace(
            version=lambda *_: self.stored,
            remove=lambda *_, base, who: self.calls.append(("remove", base)),
            settle=lambda *_, who: self.calls.append(("settle",)),
            history=lambda *_: [],
        )
        self.stored = 0

    def dossier(self, _branch: str, _day: date | None = None) -> Dossier:
        return self._dossier

    def bureau_records(self) -> Mapping[str, list[Record]]:
        return self._bureau

    def snapshot(self, branch: str) -> Any:
        return self.snapshots[branch]


def choices(raw: b.Json, **more: Any) -> BranchChoices:
    return BranchChoices(Office(raw, **more), "t01", DAY, DAY)  # type: ignore[arg-type]


def test_members_who_have_left_are_offered_last() -> None:
    assert choices(b.branch()).members()[0] == ("m1", "魏长河")
    left = b.changed(b.branch(), put={"member/m1/left_on": "2023-12-01"})
    order = [ident for ident, _ in choices(left).members()]
    assert (order[0], order[-1], sorted(order)) == ("m2", "m1", [f"m{n}" for n in range(1, 9)])


def test_what_a_branch_offers_bears_its_words_or_its_id() -> None:
    (guests, texts) = ([{"id": "mt.g8"}, {"id": "mt.g9", "name": "林处", "unit": "局党组"}], "问" * 40)
    raw = b.changed(b.branch(), put={"meeting/mt/guests": guests, "member_review/r1/items/0/fact": texts})
    offered = choices(raw, branches=("t01", "t02"))
    assert dict(offered.guests())["mt.g8"] == "mt.g8"
    assert "林处" in dict(offered.guests())["mt.g9"]
    problems = dict(offered.problems())
    assert problems["r1.p1"].endswith("：" + "问" * 24 + "…")
    assert all(label.partition("：")[2] for label in problems.values())
    assert [ident for ident in problems if ident.startswith("sc.")], "those of the superior's comment too"
    assert dict(offered.records())["mt"].startswith("会议记录")
    assert offered.branches() == [("t01", "测试局机关党支部"), ("t02", "测试局机关党支部")]
    nameless = choices(b.changed(b.branch(), put={"branch/name": ""}))
    assert nameless.branches() == [("t01", "t01")]
    assert dict(offered.keys("grades"))["excellent"] == "优秀"


def test_what_the_bureau_offers() -> None:
    leaders: list[Record] = [BureauLeader(id="l1", name="贺承砚"), BureauLeader(id="l2")]
    office: Any = Office(bureau_leader=leaders)
    offered = BureauChoices(office, NAMES, DAY, DAY)
    assert offered.members() == [("l1", "贺承砚"), ("l2", "l2")]
    assert (offered.guests(), offered.problems(), offered.branches()) == ([], [], list(NAMES.items()))
    kinds = {label.split("：")[0] for _, label in offered.records()}
    assert kinds == set(NAMES.values())
    idents = [ident for ident, _ in offered.records()]
    assert {"mt", "plan", "ty"} <= set(idents)
    assert not {"t01", "r1", "m1", "kl"} & set(idents), "only what a branch has one of"


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (BureauLeader(id="l1", name="贺承砚"), "贺承砚"),
        (BureauLeader(id="l1"), "l1"),
        (Supervision(id="s1", branch="t01", leader="l1", date=DAY), "一支部，贺承砚，2024年3月8日"),
        (Supervision(id="s1", branch="t09", leader="l9"), "t09，l9"),
        (Supervision(id="s1"), "督导记录"),
        (Assignment(id="a1", branch="t02", supervisor="l1"), "二支部，贺承砚"),
        (Remark(id="k1", branch="t01", date=DAY), "一支部，2024年3月8日"),
    ],
)
def test_a_record_of_the_bureau_in_a_line(record: Record, line: str) -> None:
    office: Any = Office()
    leaders: dict[str, tuple[Record, ...]] = {"bureau_leader": (BureauLeader(id="l1", name="贺承砚"),)}
    port = BureauPort(office, type(record), DAY, NAMES)
    assert port._label(Bureau("2024-seed", leaders, {}, DAY), record) == line


def snapshot(*drafts: Draft, records: Mapping[str, list[StoredRecord]] | None = None, **more: Any) -> Any:
    about = {"campaign": "2024-seed", "id": "t01", "head": None, "branch": None, "version": 0, **more}
    return Snapshot(**about, records=records or {}, drafts=drafts)


def test_records_are_listed_with_their_versions_and_drafts_after_them() -> None:
    office: Any = Office()
    stored = SimpleNamespace(id="t02", version=4)
    office.snapshots["t01"] = snapshot(
        Draft("talk", "t02", {"date": "哪天"}),
        Draft("talk", "talk7", {}),
        Draft("study", "t01", {"date": "x"}),
        records={"talk": [stored]},  # type: ignore[list-item]
    )
    listed = StorePort(office, "t01", Talk, DAY).list()
    assert [(one.id, one.version, one.draft) for one in listed[:3]] == [
        ("t01", 0, None),
        ("t02", 4, {"date": "哪天"}),
        ("t03", 0, None),
    ]
    assert [(one.id, one.label, one.version, one.record, one.draft) for one in listed if one.record is None] == [
        ("talk7", "谈心谈话", 0, None, {})
    ]


@pytest.mark.parametrize(
    ("taken", "number"),
    [
        ([], 1),
        (["talk9", "talk10", "talk2"], 11),
        (["talkx", "study99", "xtalk50", "talk1234567890", "talk5.p9"], 1),
        (["talk123456789"], 123456790),
    ],
)
def test_a_new_id_is_numbered_after_all_of_its_kind(taken: list[str], number: int) -> None:
    office: Any = Office({**b.branch(), "records": {}})
    office.store.history = lambda *_: [SimpleNamespace(record=ident) for ident in taken]
    assert StorePort(office, "t01", Talk, DAY).new_id() == f"talk{number}"


@pytest.mark.parametrize(
    ("stored", "base", "done"),
    [(3, 3, ("remove", 3)), (3, 0, ("remove", 0)), (0, 0, ("settle",)), (0, 2, SaveConflict)],
)
def test_an_entry_is_withdrawn_and_a_mere_draft_forgotten(
    stored: int, base: int, done: tuple[Any, ...] | type[Exception]
) -> None:
    office: Any = Office()
    office.stored = stored
    port = StorePort(office, "t01", Talk, DAY)
    if isinstance(done, tuple):
        port.remove("t01", base)
        assert office.calls == [done]
    else:
        with pytest.raises(done):
            port.remove("t01", base)
        assert office.calls == []


@pytest.mark.parametrize(
    ("body", "drafts", "listed"),
    [
        (None, (), []),
        (None, (Draft("talk", "x", {}),), []),
        (None, (Draft("branch", "t01", {"name": 1}),), [(None, {"name": 1})]),
        ({"id": "t01", "name": "甲支部"}, (), [("甲支部", None)]),
        ({"id": "t01", "name": "甲支部"}, (Draft("branch", "t01", {"name": 1}),), [("甲支部", {"name": 1})]),
    ],
)
def test_a_branchs_own_data_are_one_entry_once_begun(body: Any, drafts: tuple[Draft, ...], listed: list[Any]) -> None:
    office: Any = Office()
    office.snapshots["t01"] = snapshot(*drafts, branch=body, version=5 if body else 0)
    port = HeadPort(office, "t01")
    assert [(one.record and one.record.name, one.draft) for one in port.list()] == listed
    assert [one.version for one in port.list()] == [5 if body else 0] * len(listed)
    with pytest.raises(NoSuchRecord):
        port.remove("t01", 5)


ORDERED = {"id": "ro", "branch": "t01", "round": 1, "scope": "whole"}


@pytest.mark.parametrize(
    ("earlier", "order", "refused"),
    [
        ([], {"branch": "t01", "round": 1}, None),
        ([], {"branch": "t01", "round": 2}, NoRoundToAnnul),
        ([], {"branch": "t09", "round": 1}, NoRoundToAnnul),
        ([], {"branch": "t09"}, None),
        ([], {"round": 7}, None),
        ([ORDERED], {"branch": "t01", "round": 1}, RoundAnnulled),
        ([{**ORDERED, "branch": ""}], {"branch": "t01", "round": 1}, RoundAnnulled),
        ([{**ORDERED, "branch": "t02"}], {"branch": "t01", "round": 1}, None),
        ([{**ORDERED, "round": 2}], {"branch": "t01", "round": 1}, None),
        ([ORDERED], {"id": "ro", "branch": "t01", "round": 1}, None),
    ],
)
def test_only_a_round_that_was_held_is_annulled_and_only_once(
    earlier: list[b.Json], order: b.Json, refused: type[Exception] | None
) -> None:
    office: Any = Office(b.changed(b.branch(), add={"redo_order": earlier}))
    port = BureauPort(office, RedoOrder, DAY, NAMES)
    asked = RedoOrder.model_validate({"id": "new", **order})
    if refused is None:
        port._may_order(asked)
    else:
        with pytest.raises(refused):
            port._may_order(asked)


@pytest.mark.parametrize(("day", "words"), [("2024-03-01", "2024年3月1日"), ("", "没有登记日期")])
def test_the_day_of_the_earlier_order_is_told(day: str, words: str) -> None:
    office: Any = Office(b.changed(b.branch(), add={"redo_order": [{**ORDERED, "date": day}]}))
    with pytest.raises(RoundAnnulled, match=words):
        BureauPort(office, RedoOrder, DAY, NAMES)._may_order(RedoOrder(id="new", branch="t01", round=1))


@pytest.mark.parametrize(
    ("branch", "day", "number"),
    [("t01", date(2024, 2, 29), 1), ("t01", date(2024, 3, 5), 2), ("t09", date(2024, 3, 5), 1)],
)
def test_a_visit_gets_the_round_of_its_day(branch: str, day: date, number: int) -> None:
    office: Any = Office(b.changed(b.branch(), add={"redo_order": [{**ORDERED, "date": "2024-03-01"}]}))
    visit = Supervision(id="s1", branch=branch, date=day)
    placed = BureauPort(office, Supervision, DAY, NAMES)._in_its_round(visit)
    assert placed.round == number
    assert placed.is_set("round") is (number > 1)
