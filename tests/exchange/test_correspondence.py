"""Whose turn it is between the bureau and each branch: packages, remarks and orders in the bureau's own history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orglife.adapters.store.store import BUREAU, Change, Store
from orglife.exchange.correspondence import ReplyState, correspondence
from orglife.office.history import WITNESS
from orglife.office.office import Office

C = "2024-seed"
WAITING, RECEIVED, RETURNED, ANSWERED = ReplyState


def package(branch: str = "t01") -> Change:
    return Change(WITNESS, branch, {"id": branch, "number": 3, "hash": "0" * 64})


def remark(ident: str, branch: str = "t01") -> Change:
    return Change("remark", ident, {"id": ident, "branch": branch, "text": "请补充"})


def order(ident: str, branch: str = "t01") -> Change:
    return Change("redo_order", ident, {"id": ident, "branch": branch, "round": 1, "scope": "whole"})


def withdrawn(ident: str) -> Change:
    return Change("remark", ident, None)


def entered(root: Path, changes: Sequence[Change], branches: Sequence[str] = ("t01",)) -> None:
    """The bureau's changes, one a day from 1 March at noon."""
    days = iter(datetime(2024, 3, day, 12, tzinfo=UTC) for day in (*([1] * len(branches)), *range(1, 30)))
    with Store.open(root / "orglife.db", clock=lambda: next(days)) as store:
        for branch in branches:
            store.apply(C, branch, [Change("branch", branch, {"id": branch, "name": f"支部{branch}"})], who="")
        for change in changes:
            store.apply(C, BUREAU, [change], who="柏青")


@pytest.mark.parametrize(
    ("changes", "answer", "received", "returned"),
    [
        ([], WAITING, (None, 0), (0, None)),
        ([remark("k1")], WAITING, (None, 0), (1, 1)),
        ([package()], RECEIVED, (1, 1), (0, None)),
        ([package(), package("t02"), package()], RECEIVED, (3, 2), (0, None)),
        ([package(), remark("k1")], RETURNED, (1, 1), (1, 2)),
        ([package(), order("k1")], RETURNED, (1, 1), (1, 2)),
        ([package(), remark("k1"), order("k1"), remark("k1")], RETURNED, (1, 1), (2, 4)),
        ([package(), remark("k1"), package()], ANSWERED, (3, 2), (1, 2)),
        ([remark("k1"), package(), remark("k2"), package(), remark("k1")], RETURNED, (4, 2), (2, 5)),
        ([package(), remark("k1"), withdrawn("k1")], RECEIVED, (1, 1), (0, None)),
        ([package(), remark("k1"), remark("k1", "t02")], RECEIVED, (1, 1), (0, None)),
        ([package(), remark("k1", "t02")], RECEIVED, (1, 1), (0, None)),
    ],
)
def test_the_later_of_package_and_remark_says_whose_turn_it_is(
    workspace: Path,
    changes: Sequence[Change],
    answer: ReplyState,
    received: tuple[int | None, int],
    returned: tuple[int, int | None],
) -> None:
    entered(workspace, changes)
    with Office.open(workspace) as office:
        (line,) = correspondence(office)
    assert (line.branch, line.name, line.answer) == ("t01", "支部t01", answer)
    assert (line.received and line.received.day, line.packages) == received
    assert (line.returned, line.returned_on and line.returned_on.day) == returned
    assert line.delivered == 0
    assert line.received is None or line.received == date(2024, 3, line.received.day)


def test_what_is_in_the_branchs_own_records_has_arrived(workspace: Path) -> None:
    entered(workspace, [package(), remark("k1"), remark("k2"), order("k2")])
    with Store.open(workspace / "orglife.db") as store:
        store.apply(C, "t01", [remark("k1"), remark("k9")], who="")
    with Office.open(workspace) as office:
        assert [(line.returned, line.delivered) for line in correspondence(office)] == [(3, 1)]


def test_branches_that_are_to_hand_in_again_come_first_then_those_that_never_did(workspace: Path) -> None:
    changes = [package("t01"), remark("a", "t01"), package("t01"), package("t02"), package("t04"), remark("d", "t04")]
    entered(workspace, changes, ["t01", "t02", "t03", "t04"])
    with Office.open(workspace) as office:
        lines = [(line.branch, line.answer) for line in correspondence(office)]
    assert lines == [("t04", RETURNED), ("t03", WAITING), ("t02", RECEIVED), ("t01", ANSWERED)]
