"""The overview's table in a page: what is chosen is shown, a cell opens what was found there, and nothing is pasted in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.adapters.panel import branch_board
from orglife.adapters.panel.branch_board import BranchBoard
from orglife.desk.desk import Desk
from orglife.desk.overview_board import OverviewDesk
from orglife.home.progress import branch_stages
from tests.bureau.test_overview import DEMO, LATE, bureau
from tests.conftest import run

__all__ = ["bureau"]


@pytest.fixture
def board(bureau: Path) -> BranchBoard:
    return page(bureau)[1].board


def page(root: Path) -> tuple[Desk, OverviewDesk]:
    desk = Desk.open(str(root), as_of=str(LATE))
    desk.form("overview")
    (shown,) = [view for view in desk._views if isinstance(view, OverviewDesk)]
    return desk, shown


def tell(board: BranchBoard, **message: Any) -> None:
    board._message(board, message, [])


def shown(board: BranchBoard) -> list[str]:
    return [row[0] for row in board.view["rows"]]


def test_the_table_shows_all_branches_and_what_to_choose_from(board: BranchBoard) -> None:
    assert shown(board) == ["b01", "b02", "b03", "b04"]
    assert board.view["heads"] == ["党支部", *(stage.title for stage in branch_stages())]
    assert all(len(row[2]) == len(branch_stages()) for row in board.view["rows"])
    assert board.view["left"] == 0
    assert "4个支部" in board.view["title"]
    assert dict(board.view["states"])["errors"] == "有须改正的（1）"


def test_a_state_and_a_name_choose_branches(board: BranchBoard) -> None:
    tell(board, filter={"group": "", "state": "errors", "name": ""})
    assert shown(board) == ["b04"]
    assert "4个支部中的1个" in board.view["title"]
    assert board.view["chosen"] == {"group": "", "state": "errors", "name": ""}
    name = board.view["rows"][0][1]
    tell(board, filter={"group": "", "state": "", "name": name[2:6]})
    assert "b04" in shown(board)
    tell(board, filter={"group": "", "state": "errors", "name": "没有这个名称"})
    assert shown(board) == []
    assert board.view["title"].endswith("没有这样的支部。")
    tell(board, filter={"group": None, "state": None, "name": None})
    assert len(shown(board)) == 4


def test_a_cell_opens_what_was_found_there_and_the_name_all_of_it(board: BranchBoard) -> None:
    row = next(row for row in board.view["rows"] if row[0] == "b04")
    place = next(n for n, (words, _) in enumerate(row[2]) if "须改正" in words)
    wrong = int(re.search(r"须改正(\d+)", row[2][place][0])[1])
    tell(board, open=["b04", place])
    html, number = board.details["html"], board.details["number"]
    assert row[1] in html
    assert html.count('<li class="error">') == wrong
    assert branch_stages()[place].title in html
    tell(board, open=["b04", None])
    assert board.details["html"].count('<li class="error">') > wrong
    assert board.details["number"] == number + 1
    tell(board, open=["gone", 0])
    assert "这个支部已经不在这里了。" in board.details["html"]


def test_many_branches_are_shown_some_at_a_time(board: BranchBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branch_board, "SHOWN", 1)
    tell(board, filter={})
    assert (shown(board), board.view["left"]) == (["b01"], 3)
    tell(board, more=True)
    assert (shown(board), board.view["left"]) == (["b01", "b02"], 2)
    tell(board, filter={"state": "errors"})
    assert (shown(board), board.view["left"]) == (["b04"], 0)


def test_what_is_open_and_chosen_stays_when_the_page_is_refreshed(bureau: Path) -> None:
    desk, shown_page = page(bureau)
    board = shown_page.board
    tell(board, filter={"state": "errors"})
    tell(board, open=["b04", None])
    before = board.details
    desk.refresh()
    assert shown(board) == ["b04"]
    assert board.details == before


def test_a_paper_that_was_made_can_be_opened(bureau: Path) -> None:
    _, shown_page = page(bureau)
    stage = branch_stages()[0]
    made = bureau / "records" / "b01" / f"{stage.notebook}.html"
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_text("x", encoding="utf-8")
    try:
        tell(shown_page.board, open=["b01", 0])
        assert f'data-file="records/b01/{stage.notebook}.html"' in shown_page.board.details["html"]
        tell(shown_page.board, open=["b01", 1])
        assert "data-file" not in shown_page.board.details["html"]
    finally:
        made.unlink()


def test_a_message_that_is_none_of_ours_says_so_and_changes_nothing(board: BranchBoard) -> None:
    for callback in list(board._msg_callbacks.callbacks):
        callback(board, {"open": ["b04", 99]}, [])
    assert "没有完成" in board.problem
    assert shown(board) == ["b01", "b02", "b03", "b04"]


def test_the_branches_are_looked_at_once_until_something_changes(bureau: Path) -> None:
    desk, _ = page(bureau)
    first = desk.superior()
    assert desk.superior() is first
    store, campaign = desk.office.store, desk.office.campaign.id
    store.draft(campaign, "b02", "talk", "zz", {"topic": "未完"}, who="甲")
    second = desk.superior()
    assert second is not first
    assert second.overview.standings[1].stages["talks"].drafts == 1
    store.settle(campaign, "b02", "talk", "zz", who="甲")
    assert desk.superior().overview.standings == first.overview.standings


def test_a_page_that_is_open_before_any_branch_comes_shows_them_once_they_are_there(tmp_path: Path) -> None:
    root = tmp_path / "局"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(role="bureau"))
    desk, empty = page(root)
    (sentence,) = empty.box.children
    assert "还没有支部。" in sentence.value
    assert 'href="41_intake.ipynb"' in sentence.value
    assert run("import", str(root), str(DEMO / "b04.json")) == 0
    desk.refresh()
    assert empty.board in empty.box.children
    assert "还没有支部。" not in sentence.value
    assert shown(empty.board) == ["b04"]
