"""Which items a branch has after it was archived again."""

from __future__ import annotations

from orglife.archive.making import items_after
from orglife.stages.archive.record import ArchiveItem


def item(ident: str, *, withdrawn: bool = False) -> ArchiveItem:
    return ArchiveItem(id=ident, withdrawn=withdrawn)


def test_withdrawn_items_stay_in_the_catalogue_and_replaced_ones_are_withdrawn() -> None:
    old = [item("a"), item("b", withdrawn=True), item("c")]
    items, gone = items_after(old, [old[0], old[2]], {"a"}, [item("d")])
    assert [(i.id, i.withdrawn) for i in items] == [("a", False), ("b", True), ("c", True), ("d", False)]
    assert [i.id for i in gone] == ["c"]


def test_nothing_is_withdrawn_where_all_stay() -> None:
    old = [item("a"), item("b", withdrawn=True)]
    items, gone = items_after(old, old[:1], {"a"}, [])
    assert items == old
    assert gone == []
