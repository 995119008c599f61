"""Receipts: what they acknowledge, what became of each remark, when one is old, and how the bureau makes them anew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.store.chain import ChainHead
from orglife.adapters.store.store import BUREAU, Change
from orglife.core.errors import HeadUnknown, UnknownBranch
from orglife.core.record.exchange import Incoming
from orglife.exchange import receipts
from orglife.office.history import WITNESS
from orglife.office.office import Office
from orglife.stages.report.record import Remark
from orglife.stages.shared.received import Acknowledgement, RemarkState
from tests import branch as b

C = "2024-seed"
OPEN, CHANGED, SENT = RemarkState
TALK = b.branch()["records"]["talk"][0]


def remark(ident: str, record: str = "", **more: Any) -> Change:
    return Change("remark", ident, {"id": ident, "branch": "t01", "text": f"意见{ident}", "record": record, **more})


def head(office: Office, number: int) -> dict[str, Any]:
    """A head of the branch's history here; of a number that it lacks, an invented one."""
    own = office.store.history(C, "t01")
    return {"number": number, "hash": own[number - 1].hash if 0 < number <= len(own) else ""}


def receipt(office: Office, number: int, **more: Any) -> dict[str, Any]:
    return {
        "format": receipts.FORMAT,
        "campaign": C,
        "branch": "t01",
        "head": head(office, number),
        "bureau": {"number": 5, "hash": "b"},
        "records": {},
        **more,
    }


def stored(office: Office, raw: dict[str, Any]) -> None:
    office.files.write(receipts.receipt_name("t01"), json.dumps(raw).encode())


def read(office: Office, raw: dict[str, Any]) -> Incoming:
    return receipts.read_receipt(office, raw, json.dumps(raw).encode(), "回执.json")


# --- in the branch -----------------------------------------------------------------------------------------------------


def test_a_receipt_acknowledges_the_revisions_up_to_its_head(filled: Path) -> None:
    with Office.open(filled) as office:
        for change in (Change("talk", "t01", TALK), remark("k1"), Change("talk", "t01", TALK)):
            office.store.apply(C, "t01", [change], who="")
        own = office.store.history(C, "t01")
        count = len(own)
        for number, later in ((1, count - 2), (count - 3, 2), (count - 2, 1), (count - 1, 1), (count, 0)):
            stored(office, receipt(office, number))
            assert receipts.read_acknowledgement(office, "t01") == Acknowledgement(number, own[number - 1].at, later)
        stored(office, receipt(office, 0))
        assert receipts.read_acknowledgement(office, "t01") == Acknowledgement(0, "", count - 1)
        stored(office, receipt(office, count + 1))
        assert receipts.read_acknowledgement(office, "t01") == Acknowledgement(count + 1, "", 0)


def test_a_remark_is_open_until_its_record_is_changed_and_until_it_was_sent_back(filled: Path) -> None:
    with Office.open(filled) as office:
        office.store.apply(
            C, "t01", [Change("talk", "t01", TALK), Change("talk", "t02", {**TALK, "id": "t02"})], who=""
        )
        changes = [remark("a", "t01"), remark("b", "t02"), remark("c"), remark("d", "t99"), remark("e", "m1")]
        office.store.apply(C, "t01", changes, who="")
        arrived = {ident: office.store.history(C, "t01", "remark", ident)[0].number for ident in "abcde"}

        def states(acknowledged: int | None) -> list[RemarkState]:
            told = None if acknowledged is None else Acknowledgement(acknowledged, "", 0)
            found = receipts.remark_states(office, office.dossier("t01"), told)
            assert list(found) == [each.id for each in office.dossier("t01").all(Remark)] == list("abcde")
            return list(found.values())

        assert states(None) == [OPEN] * 5
        office.store.apply(C, "t01", [Change("talk", "t01", TALK)], who="")
        assert states(None) == [CHANGED, OPEN, OPEN, OPEN, OPEN]
        office.store.apply(C, "t01", [remark("a", "t01", by="局")], who="")
        assert states(None) == [CHANGED, OPEN, OPEN, OPEN, OPEN], "the day it came first counts"
        assert states(arrived["b"] - 1) == [SENT, OPEN, OPEN, OPEN, OPEN]
        assert states(arrived["b"]) == [SENT, SENT, OPEN, OPEN, OPEN]
        assert states(arrived["a"] - 1) == [CHANGED, OPEN, OPEN, OPEN, OPEN]


def test_a_remark_that_lies_here_only_with_the_bureau_is_open(filled: Path) -> None:
    with Office.open(filled) as office:
        office.store.apply(C, BUREAU, [remark("k1", "t01")], who="")
        dossier = office.dossier("t01")
        told = Acknowledgement(500, "", 0)
        assert receipts.remark_states(office, dossier, told) == {each.id: OPEN for each in dossier.all(Remark)}
        assert [each.id for each in dossier.all(Remark)] == ["k1"]


@pytest.mark.parametrize(
    ("fields", "whose"),
    [
        ({"by": "局机关党总支", "date": "2024-03-05"}, "局机关党总支，2024年3月5日"),
        ({"by": "局机关党总支"}, "局机关党总支"),
        ({"date": "2024-03-05"}, "2024年3月5日"),
    ],
)
def test_what_a_receipt_brings_is_told(filled: Path, fields: dict[str, Any], whose: str) -> None:
    row = {"id": "k1", "branch": "t01", "text": "数字请核对", **fields}
    with Office.open(filled) as office:
        found = read(office, receipt(office, 7, records={"remark": [row]}))
    assert found.notes == ("上级党组织已收到，截至第7次修改。", f"退回修改（{whose}）：数字请核对")
    assert found.partial


@pytest.mark.parametrize(
    ("number", "campaign", "older"), [(4, C, True), (5, C, False), (6, C, False), (4, "2023-x", False)]
)
def test_a_receipt_that_knows_less_of_the_bureau_than_the_stored_one_is_old(
    filled: Path, number: int, campaign: str, older: bool
) -> None:
    with Office.open(filled) as office:
        assert len(read(office, receipt(office, 7)).notes) == 1, "there is none yet"
        stored(office, receipt(office, 7))
        notes = read(office, receipt(office, 7, bureau={"number": number, "hash": "b"}, campaign=campaign)).notes
    assert [note.startswith("请核对：这份回执比这里已有的旧") for note in notes] == (
        [True, False] if older else [False]
    )


def test_a_receipt_for_others_is_refused(filled: Path) -> None:
    with Office.open(filled) as office:
        wrong = receipt(office, 7, head={"number": 7, "hash": "x"})
        with pytest.raises(HeadUnknown):
            read(office, wrong)
        assert read(office, {**wrong, "campaign": "2023-x"}).campaign == "2023-x", "of another year, said elsewhere"
        with pytest.raises(UnknownBranch, match="t02") as refusal:
            read(office, receipt(office, 7, branch="t02"))
    assert refusal.value.fields["known"] == "t01"


def test_without_any_branch_the_refusal_says_so(workspace: Path) -> None:
    with Office.open(workspace) as office, pytest.raises(UnknownBranch) as refusal:
        read(office, receipt(office, 0))
    assert refusal.value.fields["known"] == "（还没有）"


# --- in the bureau -----------------------------------------------------------------------------------------------------


def taken_in(office: Office, branch: str, **more: Any) -> None:
    body = {"id": branch, "number": 9, "hash": "0" * 64, "head": {"number": 8, "hash": "1" * 64}, **more}
    office.store.apply(C, BUREAU, [Change(WITNESS, branch, body)], who="")


def parts(data: bytes | None) -> tuple[str, ChainHead, Sequence[tuple[str, str]]]:
    raw = json.loads(data or b"{}")
    rows = [(row["id"], row["branch"]) for each in raw["records"].values() for row in each]
    return raw["branch"], ChainHead(**raw["head"]), rows


def test_a_receipt_is_made_anew_with_all_remarks_for_the_branch(filled: Path) -> None:
    with Office.open(filled) as office:
        assert receipts.renew(office, "t01") is None
        assert receipts.renew_all(office) == {}
        taken_in(office, "t01")
        name = receipts.receipt_name("t01")
        first = receipts.renew(office, "t01")
        assert parts(first) == ("t01", ChainHead(8, "1" * 64), [])
        assert office.files.read(name) == first
        office.store.apply(C, BUREAU, [remark("k3"), remark("k2"), remark("k1", branch="t02")], who="")
        second = receipts.renew(office, "t01")
        assert parts(second)[2] == [("k2", "t01"), ("k3", "t01")]
        assert office.files.read(name) == second == receipts.renew(office, "t01")
        assert receipts.renew_all(office) == {"t01": second}


def test_a_branch_with_another_id_of_its_own_gets_its_receipt_under_that(filled: Path) -> None:
    with Office.open(filled) as office:
        taken_in(office, "t01", origin={"branch": "zb9", "first": "2" * 64})
        office.store.apply(C, BUREAU, [remark("k1")], who="")
        assert parts(receipts.renew(office, "t01")) == ("zb9", ChainHead(8, "1" * 64), [("k1", "zb9")])
        assert office.files.taken(receipts.receipt_name("t01"))


def test_only_a_complete_receipt_of_the_branch_counts(filled: Path) -> None:
    with Office.open(filled) as office:
        raw = receipt(office, 7, records={"remark": [{"id": "k1"}, {"id": "k2"}]})
        assert receipts.sent_back(office, "t01") == b""
        stored(office, raw)
        assert receipts.sent_back(office, "t01") == json.dumps(raw).encode()
        assert receipts.received_ids(office, "t01") == {"redo_order": frozenset(), "remark": frozenset({"k1", "k2"})}
        for damaged in ({**raw, "format": "x"}, {**raw, "more": 1}, {**raw, "head": None}):
            stored(office, damaged)
            assert receipts.sent_back(office, "t01") == b""
            assert receipts.received_ids(office, "t01") == {"redo_order": frozenset(), "remark": frozenset()}
