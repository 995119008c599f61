"""The bureau's chain is read once, then only what was added; it always is what the store holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from orglife.adapters.store.chain import BUREAU, Revision
from orglife.adapters.store.store import Change, Store
from orglife.office.bureau_chain import BureauChain
from orglife.stages.report.record import Remark

C = "2024-seed"


def remark(ident: str, text: str) -> Change:
    return Change.put(Remark(id=ident, branch="t01", text=text, by="赵局", date=date(2024, 3, 1)))


def save(store: Store, *changes: Change) -> None:
    store.apply(C, BUREAU, changes, who="赵局")


def held(store: Store) -> dict[str, object]:
    """What the store says itself."""
    return {row.id: row.body for row in store.current(C, BUREAU).records.get(Remark.TYPE, ())}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Revision]:
    """The revisions that were read."""
    revisions: list[Revision] = []
    original = Store.history_from

    def noted(self: Store, campaign: str, branch: str, number: int) -> list[Revision]:
        found = original(self, campaign, branch, number)
        revisions.extend(found)
        return found

    monkeypatch.setattr(Store, "history_from", noted)
    return revisions


def test_it_follows_what_others_save_and_reads_it_once(tmp_path: Path, read: list[Revision]) -> None:
    path = tmp_path / "orglife.db"
    with Store.open(path, create=True) as store, Store.open(path) as other:
        chain = BureauChain(store, C)
        assert chain.renewed().bodies(Remark.TYPE) == {}
        save(other, *(remark(f"r{number}", "请补时间。") for number in range(40)))
        assert chain.renewed().bodies(Remark.TYPE) == held(store)
        save(other, remark("r1", "请补地点。"), Change.remove(Remark.TYPE, "r2"))
        assert chain.renewed().bodies(Remark.TYPE) == held(store)
        assert "r2" not in chain.bodies(Remark.TYPE)
        assert [one.action for one in chain.revisions_of(Remark.TYPE, "r2")] == ["put", "remove"]
        save(other, remark("r2", "又写了一条。"))
        assert chain.renewed().bodies(Remark.TYPE) == held(store)
        assert chain.revisions == store.history(C, BUREAU)
        read.clear()
        for _ in range(5):
            chain.renewed()
        assert len(read) == 5, "the last one, to see that it is still there; nothing else again"


def test_of_another_store_in_its_place_it_reads_all_anew(tmp_path: Path) -> None:
    """The copy of an older day, with another remark since: the same numbers, other revisions."""
    path, older = tmp_path / "orglife.db", tmp_path / "older.db"
    with Store.open(path, create=True) as store:
        save(store, remark("r1", "请补时间。"))
        store.backup(older)
        save(store, remark("r2", "请补地点。"), remark("r3", "请补人数。"))
        chain = BureauChain(store, C).renewed()
        with Store.open(older) as other:
            chain._store = other
            assert chain.renewed().bodies(Remark.TYPE) == held(other)
            save(other, remark("r4", "另一条。"))
            assert chain.renewed().revisions == other.history(C, BUREAU)
            chain._store = store
            assert chain.renewed().bodies(Remark.TYPE) == held(store)
