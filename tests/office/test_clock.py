"""A clock that ran back, and times that cannot be: the order stays, everything can be read, and it is shown."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orglife.adapters.store.chain import ran_back
from orglife.adapters.store.store import Change, Store
from orglife.stages.talks.record import Talk
from tests.conftest import run

NOW = datetime.now(UTC)


def saved_at(root: Path, *times: datetime) -> None:
    """One save of a talk at each of these times of the computer's clock."""
    clock: Iterator[datetime] = iter(times)
    with closing(Store.open(root / "orglife.db", clock=lambda: next(clock))) as store:
        for number, _ in enumerate(times):
            (row,) = (row for row in store.current("2024-seed", "t01").records["talk"] if row.id == "t01")
            talk = Talk.model_validate({**row.body, "place": f"第{number}间"})
            store.apply("2024-seed", "t01", [Change.put(talk, base=row.version)], who="田小禾")


@pytest.mark.parametrize(("seconds", "back"), [(-1, False), (0, False), (60, False), (61, True), (86400, True)])
def test_a_clock_that_was_set_right_is_none_that_ran_back(seconds: int, back: bool) -> None:
    before = NOW
    assert ran_back(before.isoformat(), (before - timedelta(seconds=seconds)).isoformat()) is back
    assert ran_back("9999-99-99", before.isoformat()) is False


def test_a_clock_that_ran_back_is_shown_everywhere(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(Store.open(filled / "orglife.db", readonly=True)) as store:
        last = store.head("2024-seed", "t01").number
    day = timedelta(days=1)
    saved_at(filled, NOW + day, NOW + 2 * day, NOW - 30 * day, NOW - 29 * day)
    capsys.readouterr()
    assert run("history", str(filled), "--branch", "t01") == 0
    lines = capsys.readouterr().out.splitlines()
    (mark,) = (place for place, line in enumerate(lines) if "时钟那时往回走过" in line)
    assert f"第{last + 3}条" in lines[mark - 1]
    assert run("history", str(filled), "--branch", "t01", "--json") == 0
    revisions = json.loads(capsys.readouterr().out)["revisions"]
    assert [one["number"] for one in revisions if one.get("clock_back")] == [last + 3]
    run("check", str(filled))
    told = capsys.readouterr()
    assert f"测试局机关党支部的修改历史第{last + 3}条时间比前一条早" in told.err
    run("check", str(filled), "--branch", "t01")
    assert f"第{last + 3}条时间比前一条早" in capsys.readouterr().err
    assert run("verify", str(filled)) == 0, "it is told, and no fault"
    shown = capsys.readouterr().out
    assert f"第{last + 3}条时间比前一条早" in shown
    assert "全部通过" in shown


def test_nothing_is_said_of_a_clock_that_goes_on(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved_at(filled, NOW + timedelta(hours=1), NOW + timedelta(hours=1) - timedelta(seconds=30))
    for command in (("history", "--branch", "t01"), ("check",), ("verify",)):
        capsys.readouterr()
        run(command[0], str(filled), *command[1:])
        told = capsys.readouterr()
        assert "时钟" not in told.out + told.err, command


def test_a_store_that_holds_a_time_that_cannot_be_is_read(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(filled / "orglife.db")) as raw, raw:
        triggers = raw.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
        for name, _ in triggers:
            raw.execute(f"drop trigger {name}")
        raw.execute("update revision set at = '9999-99-99T99:99:99.000000Z' where number = 3")
        for _, sql in triggers:
            raw.execute(sql)
    for command in (("history", "--branch", "t01"), ("check",), ("export", "--branch", "t01")):
        capsys.readouterr()
        assert run(command[0], str(filled), *command[1:]) in (0, 1, 2), command
        told = capsys.readouterr()
        assert "意外" not in told.err, (command, told.err)
        assert "Traceback" not in told.err
    assert run("verify", str(filled)) == 1
