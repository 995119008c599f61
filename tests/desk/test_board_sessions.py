"""Matrices and tables in use: what each step of a person, or of another window, changes on the page and in the store.

The golden files hold, after each step, the lines of the table and of the store that it took away and added. ``make golden``
rewrites them after a wanted change.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from orglife.core.errors import OrglifeError, SaveConflict
from orglife.core.formview import EntryTable, FollowUp, Ledger, TableView
from orglife.desk.ports import StorePort
from tests import branch as b
from tests.desk.test_boards import Made
from tests.desk.test_desk import put
from tests.shown_trees import Session
from tests.whole.golden_files import GOLDEN, compare

RECORDS = b.branch()["records"]
ITEMS = [f"rect_item/{item['id']}" for item in RECORDS["rect_item"]]
OPINIONS = [f"opinion/{one['id']}" for one in RECORDS["opinion"]]


class InUse(Made):
    """A board, the session on it, and what is saved by other windows."""

    def __init__(self, root: Path, stage: str, begin: Any = None, kind: Any = None) -> None:
        super().__init__(root, stage, begin, kind)
        self._names: dict[str, str] = {}
        self.session = Session(self.board.box, self._stored)
        self.step = self.session.step

    def _stored(self) -> Iterator[str]:
        yield f"saved {self.saved} times"
        yield from (f"opened {json.dumps(one, ensure_ascii=False)}" for one in self.opened)
        for entry in self.port.list():
            record = json.dumps(entry.record.to_json(), ensure_ascii=False) if entry.record else None
            yield f"store version {entry.version}: {record}"
            if entry.draft is not None:
                yield f"draft {json.dumps(entry.draft, ensure_ascii=False)}"

    def elsewhere(self, words: str, action: Callable[[], Any]) -> None:
        """Something is saved by another window, and the board is renewed."""
        self.step(words, action)
        self.step("refresh", self.board.refresh)

    def save(self, *, place: int = 0, **changes: Any) -> None:
        """Another window saves an entry with other values."""
        entry = self.port.list()[place]
        record = self.view.kind.model_validate(entry.record.to_json() | changes)  # type: ignore[union-attr]
        self.port.save(record, entry.version)

    def make(self, **values: Any) -> None:
        """Another window saves a new entry."""
        self.port.save(self.view.kind.model_validate({"id": self.port.new_id(), **values}), 0)

    def remove(self, place: int) -> None:
        """Another window removes an entry."""
        entry = self.port.list()[place]
        self.port.remove(entry.id, entry.version)

    def column(self, title: str) -> int:
        return next(n for n, column in enumerate(self.board.grid.shape["columns"]) if column["title"] == title)

    def type(self, row: int, column: str | int, value: Any) -> None:
        number = self.column(column) if isinstance(column, str) else column
        self.step(f"type {value!r} into {column} of row {row}", lambda: self.page.type(row, number, value))

    def paste(self, row: int, column: str | int, text: str) -> None:
        number = self.column(column) if isinstance(column, str) else column
        self.step(f"paste {text!r} at {column} of row {row}", lambda: self.page.paste(row, number, text))

    def press(self, row: int, column: int) -> None:
        self.step(f"press cell {column} of row {row}", lambda: self.page.press(row, column))


def talks(root: Path, tmp_path: Path) -> InUse:
    put(root, tmp_path, remove=["talk/t01"], put={"talk/t02/participants": ["m1", "m3", "m3", "m4"]})
    one = InUse(root, "talks")
    one.press(0, 2)
    one.press(2, 1)
    one.press(3, 1)
    one.elsewhere("the two talk alone too", lambda: one.make(participants=["m4", "m1"]))
    one.press(3, 1)
    one.elsewhere("a talk of the leadership", lambda: one.make(participants=["m2", "m1"]))
    return one


def study(root: Path, tmp_path: Path) -> InUse:
    put(
        root,
        tmp_path,
        put={"study/0/makeup": [{"member": "m8", "date": "2024-02-09"}], "study/0/attendees": ["m3", "m1"]},
    )
    one = InUse(root, "study")
    one.type(1, 1, True)
    one.type(0, 1, False)
    one.paste(0, 1, "√\n×\n是\n否\n1\n0\n\n有\n也许")
    one.paste(7, 0, "谁\t√")
    one.elsewhere("a session without anybody", lambda: one.make(date="2024-03-01"))
    one.type(2, 2, True)
    one.elsewhere("somebody who is not on the roster", lambda: one.save(place=0, attendees=["m9", "m2"]))
    one.type(4, 1, True)
    one.elsewhere("the first is removed", lambda: one.remove(0))
    one.elsewhere("and the other", lambda: one.remove(0))
    return one


def criticism(root: Path, tmp_path: Path) -> InUse:
    put(root, tmp_path, remove=[f"criticism/{one['id']}" for one in RECORDS["criticism"][6:]])
    one = InUse(root, "meeting", {"round": 1})
    one.type(4, 1, "开会常迟到")
    one.type(4, 1, "")
    one.type(4, 1, "又迟到")
    one.elsewhere("a response", lambda: one.save(place=len(one.port.list()) - 1, response="接受"))
    one.type(4, 1, " ")
    one.elsewhere("a second one of the pair", lambda: one.make(author="m6", target="m1", text="第一条"))
    one.elsewhere("and a third", lambda: one.make(author="m6", target="m1", text="第二条"))
    one.elsewhere("of another round", lambda: one.make(author="m7", target="m1", text="第二轮", round=2))
    one.elsewhere("of somebody who is gone", lambda: one.make(author="m9", target="m10", text="走了的人"))
    one.paste(5, 1, "不能写\t可以写\t停\x07")
    one.paste(0, 1, "本人\t说话太快")
    one.type(5, 3, "记录")
    one.type(7, 4, "")
    return one


def ledger(root: Path, tmp_path: Path) -> InUse:
    others = [f"criticism/{one['id']}" for one in RECORDS["criticism"][2:]]
    put(root, tmp_path, remove=[*others, f"rect_item/{RECORDS['rect_item'][0]['id']}"])
    one = InUse(root, "rectification", kind=Ledger)
    one.press(0, 4)
    one.press(1, 4)
    one.elsewhere("an item is removed", lambda: one.remove(0))
    one.press(len(one.page.rows) - 1, 4)
    return one


def rectification(root: Path, tmp_path: Path) -> InUse:
    put(root, tmp_path, remove=ITEMS)
    one = InUse(root, "rectification", kind=EntryTable)
    one.type(0, "完成时限", "4月30日")
    one.type(0, "完成时限", "下个月")
    one.type(1, "责任人", "m2")
    one.type(1, "整改事项", "支委会\n召开次数不足")
    one.press(2, 0)
    one.press(2, 0)
    one.step("drop an offered row", lambda: one.page.drop(3))
    one.step("drop a saved row", lambda: one.page.drop(0))
    one.step("add a row", one.page.add)
    one.press(len(one.page.rows) - 1, 0)
    one.type(len(one.page.rows) - 1, "具体措施", "新的措施")
    one.step("a row is changed elsewhere", lambda: one.save(place=0, evidence="存档"))
    one.step("and dropped here", lambda: one.page.drop(1))
    return one


def confirmed_at_once(root: Path, tmp_path: Path) -> InUse:
    put(root, tmp_path, remove=ITEMS)
    one = InUse(root, "rectification", kind=EntryTable)
    board: Any = one.board
    save, left = StorePort.save, [1]

    def fails(port: StorePort, record: Any, base: int) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise OrglifeError
        return save(port, record, base)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StorePort, "save", fails)
        one.step("press 列入全部, and the second fails", board.adopt_button.click)
    one.step("press it again", board.adopt_button.click)
    return one


def opinions(root: Path, tmp_path: Path) -> InUse:
    put(root, tmp_path, remove=OPINIONS)
    one = InUse(root, "opinions")
    one.paste(
        0,
        1,
        "2024-02-10\t群众\t支部班子\t座谈\t魏长河\t办事大厅排队太久。\n哪天\t服务对象\t祝秋实\t意见箱\t\t通知贴得太晚。",
    )
    one.step("add a row", one.page.add)
    one.step("add another", one.page.add)
    one.type(3, "意见内容", "希望多到基层来。")
    one.type(1, "日期", "2.11")
    one.type(2, 0, None)
    one.elsewhere("one is removed", lambda: one.remove(0))
    one.step("drop the blank row", lambda: one.page.drop(1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StorePort, "save", lambda *_: (_ for _ in ()).throw(SaveConflict(record="意见")))
        one.type(0, "意见内容", "改了")
        one.press(0, 0)
        one.elsewhere("others save meanwhile", lambda: None)
    one.press(0, 0)
    return one


def follow_up(root: Path, tmp_path: Path) -> InUse:
    titles = {f"{item}/title": f"第{n}件" for n, item in enumerate(ITEMS, 1)}
    put(root, tmp_path, put={**titles, f"{ITEMS[0]}/status": "open", f"{ITEMS[0]}/due": "2024-03-01"})
    one = InUse(root, "rectification", kind=FollowUp)
    one.type(0, "完成日期", "月底")
    one.type(0, "完成日期", "2月28日")
    one.press(1, 0)
    one.paste(0, 1, "整改事项\t状态\t佐证\n第3件\t已完成\t回访登记\n没有这一件\t已完成\t照片\n")
    one.paste(0, 1, "改了名\t\t\t未完成\t2024.2.26\t")
    rows = one.page.rows
    one.step("the last is removed elsewhere", lambda: one.remove(len(ITEMS) - 1))
    gone = next(row for row in rows if row["k"] not in {entry.id for entry in one.port.list()})
    gone["v"][-1] = "写在没有的一件上"
    one.step("and typed into here", lambda: one.page.send(rows))
    return one


def grades(root: Path, tmp_path: Path) -> InUse:
    one = InUse(root, "appraisal", {"round": 1}, kind=TableView)
    for row in (3, 4, 5):
        one.type(row, "等次", "excellent")
    one.type(0, "反馈日期", "2.31")
    one.type(0, "反馈日期", "２．２１")
    one.paste(1, "党员", "党员\t等次\t评定意见\n祝秋实\t合格\t\n无此人\t优秀\t好\n冉书砚\t没有这一档\t停\x07")
    one.elsewhere("a grade of the second round", lambda: one.make(member="m1", grade="basic", round=2))
    one.elsewhere("a second grade of the first", lambda: one.make(member="m2", grade="basic"))
    one.type(1, "评定意见", "好")
    one.elsewhere("the first is removed", lambda: one.remove(0))
    one.type(0, "等次", "")
    return one


def pledges(root: Path, tmp_path: Path) -> InUse:
    put(root, tmp_path, remove=[f"pledge/{one['id']}" for one in RECORDS["pledge"]])
    one = InUse(root, "rectification", kind=TableView)
    one.paste(3, 1, "2024-03-01\t每月走访一次服务对象。")
    one.type(4, 2, "")
    return one


SESSIONS = {
    one.__name__: one
    for one in (
        talks,
        study,
        criticism,
        ledger,
        rectification,
        confirmed_at_once,
        opinions,
        follow_up,
        grades,
        pledges,
    )
}


@pytest.mark.parametrize("name", SESSIONS)
def test_a_board_answers_each_step_as_before(name: str, filled: Path, tmp_path: Path) -> None:
    one = SESSIONS[name](filled, tmp_path)
    one.office.close()
    compare(GOLDEN / f"sessions/board-{name.replace('_', '-')}.txt", one.session.text)
