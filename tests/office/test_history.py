"""The history in words: who changed what when, of a record or a day, and no more than was asked for."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from orglife.adapters.store.store import BUREAU, Change, Store
from orglife.office import history
from orglife.office.history import CLOCK_BACK, WITNESS
from orglife.office.office import Office
from orglife.stages.talks.record import Talk
from tests import branch as b
from tests.conftest import run
from tests.whole.golden_files import GOLDEN, compare

Captured = pytest.CaptureFixture[str]
C = "2024-seed"


@pytest.fixture
def beijing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def changed(filled: Path, beijing: None) -> Path:
    """One talk changed late in the evening, then withdrawn, then there again."""
    moments = iter(
        [
            datetime(2024, 2, 7, 15, 59, tzinfo=UTC),
            datetime(2024, 2, 7, 16, 1, tzinfo=UTC),
            datetime(2024, 2, 9, tzinfo=UTC),
        ]
    )
    with Store.open(filled / "orglife.db", clock=lambda: next(moments)) as store:
        new = Talk.model_validate({**b.talk("t02", "m1", "m4"), "place": "值班室"})
        store.put(C, "t01", new, who="祝秋实", base=1)
        store.remove(C, "t01", "talk", "t02", who="魏长河", base=2)
        store.apply(C, "t01", [Change.put(new)], who="魏长河")
    return filled


def test_a_record_from_its_beginning(changed: Path, capsys: Captured) -> None:
    capsys.readouterr()
    assert run("history", str(changed), "--branch", "t01", "--record", "t02") == 0
    lines = capsys.readouterr().out.splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    assert [line.split("　")[2] for line in heads] == ["新增", "修改", "撤回", "撤回后重新登记"]
    assert heads[1].startswith("2024-02-07 23:59　祝秋实　修改　谈心谈话（2024年2月7日，魏长河、田小禾）")
    assert lines[lines.index(heads[1]) + 1 : lines.index(heads[2])] == [
        f"    {CLOCK_BACK}",  # the import before was of today
        "    谈话人员：魏长河；冉书砚 → 魏长河；田小禾",
        "    地点：（空） → 值班室",
    ]


def test_a_day_is_the_users_day(changed: Path, capsys: Captured) -> None:
    capsys.readouterr()
    assert run("history", str(changed), "--branch", "t01", "--day", "2024-02-08") == 0
    told = capsys.readouterr()
    assert [line.split("　")[2] for line in told.out.splitlines()] == ["撤回"]
    assert "共1条修改" in told.err
    assert run("history", str(changed), "--branch", "t01", "--day", "2024-02-10") == 0
    assert capsys.readouterr().out == ""


def test_all_of_a_branch_without_contents(changed: Path, capsys: Captured) -> None:
    capsys.readouterr()
    assert run("history", str(changed), "--branch", "t01") == 0
    out = capsys.readouterr().out
    assert "值班室" not in out
    assert "值班两次晚到" not in out
    with Store.open(changed / "orglife.db") as store:
        assert len(out.replace(f"    {CLOCK_BACK}\n", "").splitlines()) == len(store.history(C, "t01"))


def test_json(changed: Path, capsys: Captured) -> None:
    capsys.readouterr()
    assert run("history", str(changed), "--branch", "t01", "--record", "t02", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["format"] == "orglife-history/1"
    last = found["revisions"][-1]
    assert found["head"] == {"number": last["number"], "hash": last["hash"]}
    assert [r["action"] for r in found["revisions"]] == ["put", "put", "remove", "put"]
    assert found["revisions"][1]["changes"][1] == {"field": "地点", "before": "（空）", "after": "值班室"}
    assert found["revisions"][1]["at"] == "2024-02-07T15:59:00.000000Z"


def test_nested_objects_name_the_entry_that_changed(filled: Path, tmp_path: Path, capsys: Captured) -> None:
    raw = b.changed(b.branch(), put={"meeting/mt/speeches/1/points": "另讲了一件事", "meeting/mt/summary/text": "新的"})
    (tmp_path / "x.json").write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(filled), str(tmp_path / "x.json"), "--author", "田小禾") == 0
    capsys.readouterr()
    assert run("history", str(filled), "--branch", "t01", "--record", "mt") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["    发言第2项·要点：照提纲讲 → 另讲了一件事", "    会议小结·要点：三月底前逐条落实 → 新的"]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("--branch", "b99"), "没有找到党支部“b99”"),
        (("--branch", "t01", "--record", "nothing"), "这条记录已经不在了"),
        (("--branch", "t01", "--day", "昨天"), "不是有效的日期"),
        (("--branch", "t01", "--bureau"), "只能写一个"),
    ],
)
def test_wrong_use_is_one_sentence(filled: Path, capsys: Captured, arguments: tuple[str, ...], what: str) -> None:
    capsys.readouterr()
    assert run("history", str(filled), *arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert what in told.err
    assert len(told.err.splitlines()) <= 2  # the sentence, and what can be typed


def test_every_kind_of_revision_in_words(filled: Path, beijing: None) -> None:
    """Of a branch and of the bureau; a golden file holds the lines."""
    moments = iter(datetime(2024, 3, 1, 12, number % 60, tzinfo=UTC) for number in (*range(1, 9), 7, *range(10, 40)))
    raw = b.branch()
    talk = b.talk("t02", "m1", "m4")
    with Store.open(filled / "orglife.db", clock=lambda: next(moments)) as store:
        for change in (
            Change("branch", "t01", {**raw["branch"], "name": "改了名的支部"}),
            Change("member", "m2", {**raw["records"]["member"][1], "name": "新名", "role": None}),
            Change("member", "m8", None),
            Change("talk", "t02", {**talk, "place": "值班室", "participants": ["m8", "m2", "m99"]}),
            Change("talk", "t02", {**talk, "place": "值班室", "participants": ["m8", "m2", "m99"]}),
            Change("talk", "t02", None),
            Change("talk", "t02", {**talk, "place": ""}),
            Change("talk", "t99", {**talk, "id": "t99", "date": None}),
            Change("plan", "plan", {**raw["records"]["plan"][0], "contents": {}}),
        ):
            store.apply(C, "t01", [change], who="魏长河")
        for change in (
            Change("bureau_leader", "l1", {"id": "l1", "name": "顾明远"}),
            Change("supervision", "s1", {"id": "s1", "leader": "l1", "branch": "t01", "finding": "none"}),
            Change("supervision", "s1", {"id": "s1", "leader": "l1", "branch": "t01", "finding": "distorted"}),
            Change("supervision", "s1", None),
            Change(WITNESS, "t01", {"id": "t01", "number": 3, "hash": "0" * 64}),
            Change(WITNESS, "t01", {"id": "t01", "number": 4, "hash": "0" * 64, "reason": "电脑坏了"}),
        ):
            store.apply(C, BUREAU, [change], who="柏青")
    with Office.open(filled) as office:
        last = {"branch": history.steps(office, "t01")[-9:], "bureau": history.steps(office, BUREAU)}
        days = [len(history.steps(office, "t01", day=date(2024, 3, number))) for number in (1, 2)]
        one = history.steps(office, "t01", record="t02")
        sides = history.side_by_side(office, "t01", "talk", talk, {**talk, "place": "值班室"})
        gone = history.side_by_side(office, "t01", "talk", talk, None)
    assert days == [9, 0]
    assert [step.revision.version for step in one] == [1, 2, 3, 4, 5]
    assert [(change.label, change.before, change.after) for change in sides] == [("地点", "（空）", "值班室")]
    assert [step.action for step in last["bureau"][-2:]] == [history.NEW, history.CHANGED], (
        "two packages, not one twice"
    )
    lines = {
        name: [[*step.lines(values=True), f"clock back: {step.clock_back}"] for step in steps]
        for name, steps in last.items()
    }
    lines["gone"] = [[f"{change.label}：{change.before} → {change.after}" for change in gone]]
    compare(GOLDEN / "history.json", json.dumps(lines, ensure_ascii=False, indent=1) + "\n")
