"""The records that travel with a task; revisions of another store taken over, one by one, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.store import carried
from orglife.adapters.store.carried import TaskStore
from orglife.adapters.store.chain import ChainHead, Revision, digest
from orglife.adapters.store.reading import Snapshot, StoredRecord
from orglife.adapters.store.store import Change, Store
from orglife.core.errors import ChainBroken, NoSuchRecord, SaveConflict, StoreBroken
from orglife.core.record.dossier import Draft

C = "2024"
SNAPSHOTS = [
    Snapshot(
        C,
        "t01",
        ChainHead(7, "h7"),
        {"id": "t01", "name": "甲支部"},
        2,
        {
            "member": [StoredRecord("m1", 3, {"id": "m1"}), StoredRecord("m2", 1, {"id": "m2"})],
            "talk": [StoredRecord("t1", 2, {"id": "t1"})],
        },
        (Draft("talk", "t9", {"date": "二月"}), Draft("talk", "t8", {}, damaged=True)),
    ),
    Snapshot(C, "_bureau", ChainHead(1, "b1"), None, 0, {}, ()),
    Snapshot("2023", "t01", ChainHead(4, "h4"), {"id": "t01"}, 1, {}, ()),
    Snapshot(C, "a01", ChainHead(2, "a2"), {"id": "a01"}, 1, {}, ()),
]


@pytest.fixture
def task(tmp_path: Path) -> TaskStore:
    (tmp_path / carried.FILE).write_text(carried.pack_snapshots(SNAPSHOTS), encoding="utf-8")
    return TaskStore.at(tmp_path / carried.FILE)


def test_what_was_packed_is_read(task: TaskStore) -> None:
    for snapshot in SNAPSHOTS:
        assert task.current(snapshot.campaign, snapshot.id) == snapshot
    assert task.campaigns() == ["2023", C]
    assert (task.branches(C), task.branches("2023"), task.branches("1999")) == (["a01", "t01"], ["t01"], [])
    only = task.current(C, "t01", ("talk", "nothing"))
    assert list(only.records) == ["talk"]
    assert only.branch == SNAPSHOTS[0].branch
    absent = task.current(C, "t99")
    assert (absent.head, absent.branch, absent.version, absent.records, absent.drafts) == (
        ChainHead(0, ""),
        None,
        0,
        {},
        (),
    )


def test_versions_and_heads_are_those_of_the_file(task: TaskStore) -> None:
    assert [task.version(C, "t01", "member", ident) for ident in ("m1", "m2", "m3")] == [3, 1, 0]
    assert (task.version(C, "t01", "study", "m1"), task.version(C, "t99", "member", "m1")) == (0, 0)
    assert (task.head(C, "t01"), task.head(C, "t99")) == (ChainHead(7, "h7"), ChainHead(0, ""))
    assert task.marks()["_bureau"] == "b1"


def test_nothing_can_be_saved_to_a_task(task: TaskStore) -> None:
    assert (task.writable, task.on_server, task.own_branch) == (False, False, "")
    assert (task.may_append("t01"), task.files(), task.loan("t01"), task.loans()) == (False, None, None, [])
    assert (task.state(), task.history(C, "t01")) == ((0, 0), [])
    task.listen(lambda: None)()
    task.close()


@pytest.mark.parametrize("text", [None, "", "[1]", "[{}]", json.dumps([{"campaign": C}])])
def test_a_file_that_is_no_task_is_broken(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / carried.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(StoreBroken, match="读不出来"):
        TaskStore.at(tmp_path / carried.FILE)


# --- revisions of another store --------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "here.db") as one:
        yield one


@pytest.fixture
def chain(tmp_path: Path) -> list[Revision]:
    """Six revisions of another store: a branch, a member thrice, one removed, another member."""
    with Store.open(tmp_path / "there.db") as other:
        with other.writing() as writer:
            for kind, ident, body in (
                ("branch", "t01", {"id": "t01"}),
                ("member", "m1", {"id": "m1", "name": "甲"}),
                ("member", "m1", {"id": "m1", "name": "乙"}),
                ("member", "m1", None),
                ("member", "m2", {"id": "m2"}),
                ("member", "m1", {"id": "m1", "name": "丙"}),
            ):
                writer.change(C, "t01", Change(kind, ident, body), who="张")
        return other.history(C, "t01")


def forged(one: Revision, **changes: Any) -> Revision:
    """A revision changed, with a hash that fits."""
    new = replace(one, **changes)
    return replace(new, hash=digest(new))


def taken(store: Store, *parts: list[Revision]) -> list[list[int]]:
    """Append in one transaction, part by part; the numbers that were new."""
    with store.writing() as writer:
        return [[one.number for one in writer.append(part)] for part in parts]


def test_what_is_there_already_is_passed_over(store: Store, chain: list[Revision]) -> None:
    assert taken(store, chain[:3], chain[1:4]) == [[1, 2, 3], [4]]
    assert taken(store, chain, chain) == [[5, 6], []]
    assert store.history(C, "t01") == chain
    assert [row.id for row in store.current(C, "t01").records["member"]] == ["m1", "m2"]
    assert store.version(C, "t01", "member", "m1") == 4


@pytest.mark.parametrize("before", [0, 3, 4])
@pytest.mark.parametrize(
    ("place", "change", "words"),
    [
        (1, {"who": "李"}, "与本机已有的不同"),
        (2, {"who": "李"}, "与本机已有的不同"),
        (4, {"number": 6}, "之前缺第5条"),
        (4, {"prev": "0" * 64}, "与本机的前一条接不上"),
        (4, {"version": 2}, "的版本号不连续"),
        (5, {"version": 3}, "之前缺第5条"),
    ],
)
def test_what_does_not_continue_the_chain_is_refused(
    store: Store, chain: list[Revision], before: int, place: int, change: dict[str, Any], words: str
) -> None:
    if before:
        taken(store, chain[:before])
    with pytest.raises(ChainBroken) as refused:
        taken(store, chain[:4], [forged(chain[place], **change)])
    assert refused.value.fields["what"] == words
    assert len(store.history(C, "t01")) == before, "nothing of it is kept"


def test_a_hash_that_does_not_fit_is_refused_unless_it_was_checked(store: Store, chain: list[Revision]) -> None:
    wrong = [replace(chain[0], who="李")]
    with pytest.raises(ChainBroken, match="内容与存入时不一致"):
        taken(store, wrong)
    with store.writing() as writer:
        assert len(writer.append(wrong, checked=True)) == 1


def test_versions_are_known_for_many_records_of_a_transaction(store: Store) -> None:
    """After some records one by one, those of the whole chain are read at once: that changes no answer."""
    with store.writing() as writer:
        for number in range(20):
            writer.change(C, "t01", Change("member", f"m{number}", {"id": f"m{number}"}, base=0), who="张")
            writer.draft(C, "t01", "talk", f"t{number}", {"n": str(number)}, who="张")
    with store.writing() as writer:
        for number in range(20):
            ident = f"m{number}"
            with pytest.raises(SaveConflict):
                writer.change(C, "t01", Change("member", ident, {"id": ident}, base=0), who="张")
            body = None if number % 3 == 0 else {"id": ident, "name": "改"}
            saved = writer.change(C, "t01", Change("member", ident, body, base=1), who="张")
            assert saved.version == 2
            writer.draft(C, "t01", "talk", f"t{number}", {"n": str(number)}, who="张")
        with pytest.raises(NoSuchRecord):
            writer.change(C, "t01", Change("member", "m0", None), who="张")
        assert writer.change(C, "t01", Change("member", "m0", {"id": "m0"}, base=0), who="张").version == 3
        assert writer.drafts == [], "unchanged drafts are not written again"
    kept = [row.id for row in store.current(C, "t01").records["member"]]
    assert kept == sorted({"m0", *(f"m{n}" for n in range(20) if n % 3)})
    assert len(store.current(C, "t01").drafts) == 20
    assert store.verify() == []
