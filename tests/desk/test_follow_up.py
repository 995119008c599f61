"""What became of the rectification items as a table: typed, filled down and pasted, never made or removed there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from orglife.core.formview import FollowUp
from tests import branch as b
from tests.desk.test_boards import Made
from tests.desk.test_desk import put

ITEMS = b.branch()["records"]["rect_item"]
TITLE, RESPONSIBLE, DUE, STATUS, DONE_ON, EVIDENCE, DELAY = range(1, 8)
PUBLIC = {f"rect_item/{item['id']}/title": f"第{n}件" for n, item in enumerate(ITEMS, 1)}
OPEN = {f"rect_item/{item['id']}/status": "open" for item in ITEMS}


def followed(root: Path, tmp_path: Path, **changes: Any) -> Made:
    put(root, tmp_path, put={**PUBLIC, **OPEN, **changes})
    return Made(root, "rectification", kind=FollowUp)


def kept(made: Made) -> dict[str, tuple[str, str, str]]:
    """Title → status, day of completion and evidence."""
    return {item.title: (item.status, str(item.done_on or ""), item.evidence) for item in made.records()}


def row_of(made: Made, title: str) -> int:
    return next(n for n, row in enumerate(made.board.grid.rows) if row.cells[TITLE] == title)


def test_a_day_of_completion_completes_the_item_and_the_rest_is_asked_for(filled: Path, tmp_path: Path) -> None:
    made = followed(filled, tmp_path)
    place = row_of(made, "第1件")
    assert made.look(place, RESPONSIBLE) == "魏长河"
    assert f"共{len(ITEMS)}项，已完成0项" in made.board.below.value
    made.page.type(place, DONE_ON, "2月28日")
    made.board.flush()
    assert kept(made)["第1件"] == ("done", "2024-02-28", "")
    assert made.board.grid.rows[place].cells[STATUS] == "done"
    assert "已完成1项" in made.board.below.value
    assert "已完成的，还没有填：佐证1项。" in made.board.below.value
    made.page.type(place, EVIDENCE, "支委会记录")
    made.board.flush()
    assert kept(made)["第1件"] == ("done", "2024-02-28", "支委会记录")
    assert "还没有填" not in made.board.below.value
    assert {status for title, (status, _, _) in kept(made).items() if title != "第1件"} == {"open"}


def test_an_item_that_is_opened_again_stays_open_beside_its_day(filled: Path, tmp_path: Path) -> None:
    made = followed(filled, tmp_path)
    place = row_of(made, "第1件")
    made.page.type(place, DONE_ON, "2月28日")
    made.board.flush()
    made.page.type(place, STATUS, "open")
    made.board.flush()
    made.page.type(place, EVIDENCE, "还差一次回访")
    made.board.flush()
    assert kept(made)["第1件"][0] == "open"


def test_what_excel_holds_is_pasted_by_the_items_whatever_their_order(filled: Path, tmp_path: Path) -> None:
    made = followed(filled, tmp_path)
    text = (
        "整改事项\t状态\t完成日期\t佐证\n"
        "第3件\t已完成\t2024.2.26\t回访登记\n"
        "第1件\t已完成\t2024.2.27\t签到表\n"
        "没有这一件\t已完成\t2024.2.28\t照片\n"
    )
    made.page.paste(0, TITLE, text)
    made.board.flush()
    found = kept(made)
    assert found["第3件"] == ("done", "2024-02-26", "回访登记")
    assert found["第1件"] == ("done", "2024-02-27", "签到表")
    assert len(found) == len(ITEMS)
    assert "没有这一件" in made.board.grid.annotations["lost"]
    made.page.paste(row_of(made, "第2件"), DONE_ON, "2.28\t二月底的通知\n")
    made.board.flush()
    assert kept(made)["第2件"] == ("done", "2024-02-28", "二月底的通知")


def test_a_day_is_filled_down_only_to_completed_items(filled: Path, tmp_path: Path) -> None:
    made = followed(filled, tmp_path)
    columns = made.board.grid.shape["columns"]
    assert [column["title"] for column in columns if column["where"]] == ["完成日期", "佐证"]
    assert {tuple(column["where"]) for column in columns if column["where"]} == {(STATUS, "done")}
    assert columns[STATUS]["title"] == "状态"


def test_a_paste_never_renames_an_item(filled: Path, tmp_path: Path) -> None:
    made = followed(filled, tmp_path)
    made.page.paste(0, TITLE, "改了名\t\t\t已完成\t2024.2.26\t")
    made.board.flush()
    assert sorted(kept(made)) == sorted(PUBLIC.values())


def test_an_unreadable_day_is_kept_as_typed_and_said(filled: Path, tmp_path: Path) -> None:
    made = followed(filled, tmp_path)
    place = row_of(made, "第1件")
    made.page.type(place, DONE_ON, "月底")
    made.board.flush()
    assert "未填完" in made.board.status.value
    assert made.board.grid.rows[place].cells[DONE_ON] == "月底"
    made.page.type(place, DONE_ON, "2月28日")
    made.board.flush()
    assert kept(made)["第1件"] == ("done", "2024-02-28", "")


def test_nothing_is_made_of_an_item_that_another_window_removed(filled: Path, tmp_path: Path) -> None:
    made = followed(filled, tmp_path)
    place = row_of(made, "第1件")
    rows = made.page.rows
    entry = next(one for one in made.port.list() if one.record.title == "第1件")
    made.port.remove(entry.id, entry.version)
    rows[place]["v"][EVIDENCE] = "写在没有的一件上"
    made.page.send(rows)
    made.board.flush()
    assert "第1件" not in kept(made)
    assert len(made.records()) == len(ITEMS) - 1
    assert "已经在别的窗口移除" in made.board.status.value


def test_without_items_there_is_no_table(filled: Path, tmp_path: Path) -> None:
    put(filled, tmp_path, remove=[f"rect_item/{item['id']}" for item in ITEMS])
    made = Made(filled, "rectification", kind=FollowUp)
    assert made.board.box.children == ()


def test_a_late_item_is_counted_until_its_delay_is_explained(filled: Path, tmp_path: Path) -> None:
    first = f"rect_item/{ITEMS[0]['id']}"
    made = followed(filled, tmp_path, **{f"{first}/due": "2024-03-01"})
    assert "有1项过了完成时限" in made.board.below.value
    made.page.type(row_of(made, "第1件"), DELAY, "设备三月底到货，四月办完")
    made.board.flush()
    assert "过了完成时限" not in made.board.below.value


def test_an_unfinished_item_without_a_title_has_a_blank_name(filled: Path, tmp_path: Path) -> None:
    made = followed(filled, tmp_path)
    made.port.draft(made.port.new_id(), {"evidence": "签到表"})
    made.board.refresh()
    assert [row.cells[TITLE] for row in made.board.grid.rows].count("") == 1
