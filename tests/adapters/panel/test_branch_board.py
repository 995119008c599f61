"""The table of all branches: what is asked for, how much of it is shown, and what stays open."""

from __future__ import annotations

from typing import Any

import pytest

from orglife.adapters.panel.branch_board import BoardFilter, BranchBoard


class Port:
    """A bureau of 500 branches whose findings change with each look."""

    def __init__(self) -> None:
        self.asked: list[tuple[BoardFilter, int]] = []
        self.looks = 0

    def view(self, chosen: BoardFilter, most: int) -> dict[str, Any]:
        self.asked.append((chosen, most))
        return {"rows": list(range(min(most, 500))), "left": max(500 - most, 0)}

    def details(self, branch: str, place: int | None) -> str:
        self.looks += 1
        return f"{branch} {place} {self.looks}"


@pytest.fixture
def port() -> Port:
    return Port()


@pytest.fixture
def board(port: Port) -> BranchBoard:
    return BranchBoard(port)


def tell(board: BranchBoard, **message: Any) -> None:
    board._handle_custom_msg(message, [])


def test_two_hundred_branches_are_shown_and_two_hundred_more_on_request(board: BranchBoard, port: Port) -> None:
    tell(board, more=True)
    tell(board, more=True)
    tell(board, filter={"name": "河东"})
    assert [most for _, most in port.asked] == [200, 400, 600, 200]
    assert [chosen for chosen, _ in port.asked] == [BoardFilter()] * 3 + [BoardFilter(name="河东")]
    assert board.view["chosen"] == {"group": "", "state": "", "name": "河东"}


def test_what_is_open_is_shown_anew_and_does_not_open_again(board: BranchBoard, port: Port) -> None:
    assert board.details == {"html": "", "number": 0}
    board.refresh()
    assert (board.details, port.looks) == ({"html": "", "number": 0}, 0)
    tell(board, open=["b01", None])
    assert board.details == {"html": "b01 None 1", "number": 1}
    board.refresh()
    assert board.details == {"html": "b01 None 2", "number": 1}
    tell(board, open=["b02", 0])
    assert board.details == {"html": "b02 0 3", "number": 2}


def test_a_message_is_taken_away_by_the_next_request(board: BranchBoard) -> None:
    tell(board, open=["b01", "x"])
    assert "没有完成" in board.problem
    tell(board, more=True)
    assert board.problem == ""
