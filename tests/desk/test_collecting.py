"""The page 收件 without a browser: what is dropped, the list, the questions, one button, receipts, remarks."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from orglife.adapters.disk import drives, files
from orglife.adapters.engine import long_work
from orglife.adapters.engine.long_work import WorkState, claimed
from orglife.adapters.panel.intake import COLLECT
from orglife.desk import front_pages
from orglife.desk.collecting import IntakeDesk
from orglife.desk.ports import BureauPort
from orglife.exchange import collecting
from orglife.exchange.collecting import Arrivals, ArrivalState, ArrivedPackage
from orglife.exchange.merging import Contradiction
from orglife.office.office import Office
from orglife.paper import on_request
from orglife.serve import serving
from orglife.stages.report.record import Remark
from tests import branch as b
from tests.adapters.panel.work import SetWork
from tests.conftest import run
from tests.exchange.test_collecting import branch_of, made, package_of
from tests.exchange.test_handover import place, put
from tests.marks import thorough
from tests.shown_texts import texts_of_html
from tests.whole.golden_files import GOLDEN, compare

__all__ = ["made"]
SECONDS = 120


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(long_work, "_works", {})
    monkeypatch.setattr(drives, "drives", list)
    return place(tmp_path / "局 目录", "bureau")


@pytest.fixture
def page(root: Path) -> Iterator[IntakeDesk]:
    with Office.open(root) as office:
        found: list[IntakeDesk] = []
        saved = lambda: [each.refresh() for each in found] and None  # noqa: E731
        found.append(IntakeDesk(office, date(2024, 3, 20), saved, lambda _: None, {}))
        yield found[0]


def panel(page: IntakeDesk) -> Any:
    return page.panel


def drop(page: IntakeDesk, *paths: Path, others: int = 0) -> str:
    """Drop files as the browser sends them; what the bar says at the end."""
    send = panel(page).drop._handle_custom_msg
    send({"begin": len(paths)}, [])
    for path in paths:
        send({"file": path.name}, [memoryview(path.read_bytes())])
    send({"end": {"others": ["说明.txt"][:others], "other_count": others, "large": []}}, [])
    return ended(page)


def ended(page: IntakeDesk) -> str:
    end = time.monotonic() + SECONDS
    while page.work.state.running and time.monotonic() < end:
        page.work.wait(1)
    page.refresh()
    return str(panel(page).bar.shown.value)


@thorough
def test_from_the_drop_to_the_receipts(page: IntakeDesk, root: Path, made: Path, tmp_path: Path) -> None:
    mine = panel(page)
    assert mine.take_button.layout.display == "none"
    assert "还没有收过支部的包" in front_pages.exchanged(page.office)
    bad = tmp_path / "半截.zip"
    bad.write_bytes((made / "河西.zip").read_bytes()[:-4000])
    told = drop(page, made / "河东.zip", made / "河西.zip", bad, others=3)
    assert "核对了3份：新支部2份，不完整或已损坏1份。还没有接收" in told
    assert "可以接收（2）" in mine.listed.value
    assert "没有收（1）" in mine.listed.value
    assert "另有3个文件不是支部交来的包，没有收：说明.txt等。" in mine.listed.value
    assert page.office.branches() == [], "nothing was taken in yet"
    assert mine.take_button.description == "接收可以接收的2份"
    mine.take_button.click()
    assert "已接收2份，回执已写好" in ended(page)
    assert "已接收（2）" in mine.listed.value
    assert mine.take_button.layout.display == "none"
    got = serving.make_file(root, {"what": "receipts", "stage": "intake", "kind": "zip"})
    with zipfile.ZipFile(BytesIO(got.data)) as pack:
        assert pack.namelist() == ["回执 河东党支部.json", "回执 河西党支部.json"]
    assert "收发情况（2个支部）" in front_pages.exchanged(page.office)
    mine.clear_button.click()
    assert mine.listed.value == ""


def test_a_receipt_bears_its_branchs_name_and_its_id_only_where_two_have_that_name() -> None:
    assert on_request.receipt_names({"b1": "一支部", "b2": "二支部", "b3": "一支部"}) == {
        "b1": "回执 一支部（b1）.json",
        "b2": "回执 二支部.json",
        "b3": "回执 一支部（b3）.json",
    }


@thorough
def test_the_same_branch_is_asked_with_both_names(page: IntakeDesk, root: Path, made: Path, tmp_path: Path) -> None:
    assert run("import", str(root), str(made / "河东.zip")) == 0
    stranger = package_of(branch_of(tmp_path, "t01", "河北党支部"), "t01", tmp_path / "河北.zip")
    drop(page, stranger)
    mine = panel(page)
    (asked,) = mine.asked.children
    assert "河北党支部" in asked.children[0].value
    assert "河东党支部" in asked.children[0].value
    another, _same = asked.children[2].children
    another.click()
    assert mine.asked.children == ()
    mine.take_button.click()
    ended(page)
    assert sorted(map(page.office.branch_name, page.office.branches())) == ["河东党支部", "河北党支部"]


@thorough
def test_contradictions_stand_side_by_side_and_a_person_chooses(page: IntakeDesk, root: Path, made: Path) -> None:
    assert run("import", str(root), str(made / "河东.zip")) == 0
    put(root, b.changed(b.branch(), put={"branch/name": "河东党支部", "talk/t01/place": "局里写的"}))
    drop(page, made / "河东 新.zip")
    mine = panel(page)
    (asked,) = mine.asked.children
    row = asked.children[1]
    assert "<td>局里写的</td><td>值班室</td>" in row.children[0].value
    assert mine.take_button.layout.display == "none"
    row.children[1].value = "theirs"
    assert mine.asked.children == ()
    mine.take_button.click()
    ended(page)
    assert page.office.dossier("t01").index["t01"].place == "值班室"


@thorough
def test_a_remark_makes_the_receipt_anew(page: IntakeDesk, root: Path, made: Path, tmp_path: Path) -> None:
    drop(page, made / "河东.zip")
    panel(page).take_button.click()
    ended(page)
    port = BureauPort(page.office, Remark, date(2024, 3, 20), {"t01": "河东党支部"})
    remark = {"id": "rk1", "branch": "t01", "date": "2024-03-20", "by": "局党总支", "text": "报告的数字请核对"}
    port.save(Remark.model_validate(remark), 0)
    receipt = root / "receipts" / "t01.json"
    assert json.loads(receipt.read_text("utf-8"))["records"]["remark"][0]["text"] == "报告的数字请核对"
    assert "已退回，等支部再交" in front_pages.exchanged(page.office)
    branch = made / "ws-河东党支部"
    assert run("import", str(branch), str(receipt)) == 0
    drop(page, package_of(branch, "t01", tmp_path / "再交.zip"))
    panel(page).take_button.click()
    ended(page)
    shown = front_pages.exchanged(page.office)
    assert "退回后又交来了" in shown
    assert "<td>1条</td>" in shown, "the branch has the remark"


@thorough
def test_one_work_at_a_time_and_a_place_that_is_not_there(page: IntakeDesk, root: Path, made: Path) -> None:
    with claimed(root, "归档"):
        assert "“归档”正在做" in drop(page, made / "河东.zip")
    mine = panel(page)
    mine.look_button.click()
    assert "请先选一个U盘，或者写明文件夹。" in mine.bar.shown.value
    mine.place.typed.value = str(root / "没有这里")
    mine.look_button.click()
    assert "这个文件夹" in ended(page)
    assert page.office.branches() == []


@thorough
def test_cancelling_leaves_the_list(page: IntakeDesk, made: Path) -> None:
    drop(page, made / "河东.zip", made / "河西.zip")
    panel(page).take_button.click()
    panel(page).bar.cancel_button.click()
    told = ended(page)
    done = len(page.office.branches())
    assert "✓" in told if done == 2 else "已取消。" in told
    assert done in (0, 2) or f"已接收{done}份，其余的没有动" in told
    assert panel(page).take_button.description == f"接收可以接收的{2 - done}份"


DIFFERENT = Contradiction(
    ("talk", "t01"), "谈心谈话 t01", "2月5日的谈话", (("地点", "一楼", "二楼"), ("方式", "", "电话"))
)


def arrived(state: ArrivalState, *, taken: bool = False, **more: Any) -> ArrivedPackage:
    about = {"branch": f"{state.word}的支部", "sentence": "请核对。", "lines": ("＋ 谈心谈话",), **more}
    return ArrivedPackage("", f"{state}.zip", "", state, taken=taken, **about)


def test_what_arrived_is_listed_in_groups_with_its_questions(page: IntakeDesk) -> None:
    every = [arrived(state, taken=taken) for taken in (False, True) for state in ArrivalState]
    asked = arrived(ArrivalState.ASKED, contradictions=(DIFFERENT,), failed=("没有收下。",))
    shown = []
    for packages, others, count in (
        ((*every, asked), ("甲.txt", "乙.doc"), 2),
        ((), ("甲.txt", "", ""), 3),
        (every[:1], (), 0),
        (every[-1:], (), 0),
        ((), (), 0),
    ):
        files.make_private(page.room)
        Arrivals(tuple(packages), others, count).save(page.room)
        shown += ["# the list", *texts_of_html(page._shown()), *map(str, page._questions())]
    compare(GOLDEN / "pages" / "intake-list.txt", "\n".join(shown) + "\n")
    page.work = SetWork()  # type: ignore[assignment]
    states = ({"title": COLLECT, "running": True}, {"title": "归档", "running": True}, {"title": COLLECT})
    Arrivals((asked,)).save(page.room)
    seen = []
    for state in states:
        page.work.state = WorkState(**state)
        seen.append((bool(page._shown()), len(page._questions())))
    assert seen == [(False, 0), (True, 0), (True, 1)], "nothing is listed or asked while it may change"


def test_an_answer_counts_only_for_a_package_that_still_asks(page: IntakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    files.make_private(page.room)
    Arrivals((arrived(ArrivalState.NEW), arrived(ArrivalState.DOUBT))).save(page.room)
    monkeypatch.setattr(collecting, "look_again", lambda _office, row, answers: replace(row, answers=answers))
    for number in (0, 1, 2):
        page._answer(number, {"as_new": True})
    assert [row.answers.as_new for row in Arrivals.load(page.room).packages] == [False, True]


def test_the_names_of_new_branches_are_noticed_once(page: IntakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[str] = []
    monkeypatch.setattr(page._remarks, "refresh", lambda: renewed.append("forms"))
    page.refresh()
    assert renewed == []
    monkeypatch.setattr(page.office, "branches", lambda: ["t01"])
    monkeypatch.setattr(page.office, "branch_name", lambda branch: f"{branch}支部")
    page.refresh()
    page.refresh()
    assert renewed == ["forms"]
    assert page._names == {"t01": "t01支部"}


def test_files_arrive_in_a_folder_that_a_new_drop_empties(page: IntakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[dict[str, Any]] = []
    monkeypatch.setattr(type(page.work), "start", lambda _self, _title, _task, arguments: begun.append(arguments))
    page.begin(2)
    page.keep("甲.zip", b"1")
    page.keep("../乙.zip", b"22")
    page.end(["说明.txt"], 3)
    assert [(Path(place).name, Path(place).read_bytes()) for place, _ in begun[0]["files"]] == [
        ("0.zip", b"1"),
        ("1.zip", b"22"),
    ]
    assert (begun[0]["others"], begun[0]["folder"]) == (["说明.txt", "", ""], "")
    page._collect(page.panel.bar, folder=Path("/stick"))
    assert (begun[1]["files"], begun[1]["folder"], begun[1]["others"]) == ([], "/stick", [])
    assert not list(page.room.glob("*.zip")), "those of the drop before"
