"""The demonstration stands still: on any day ``check`` counts what ``demo`` counted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import SETTINGS, Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.batch.run_record import DONE, FAILED, BranchResult
from orglife.cli import demo
from orglife.exchange import intake
from orglife.office.office import Office
from tests import branch as b
from tests.conftest import run

SOURCES = sorted((b.ROOT / "templates/demo").glob("*.json"))


def test_check_counts_what_the_demo_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "demo"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings(role="bureau", author="演示", demo=True))
    with Office.open(root) as office:
        intake.take_in(office, intake.differences(office, SOURCES))
        day = max(office.dossier(branch).as_of for branch in office.branches())
        office.workspace.set_day(day)
        demo.table(office, office.branches(), day)
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()[1:]]
    counted = [tuple(int(n) for n in row[3:]) for row in rows if row[1] != "—"]
    assert run("check", str(root)) == 1  # b04 has faults on purpose; the computer's day is years later
    heads = [line for line in capsys.readouterr().out.splitlines() if "截至" in line]
    assert [tuple(int(n) for n in re.findall(r"(?:须改正|请核对|提示|待办)(\d+)", line)) for line in heads] == counted
    assert Workspace.open(root).day_of_check() == day


def test_other_workspaces_go_by_the_calendar(tmp_path: Path) -> None:
    root = tmp_path / "own"
    Workspace.create(root, ws.campaign_text("2024-seed"), Settings())
    assert "day =" not in (root / SETTINGS).read_text(encoding="utf-8")


@pytest.mark.parametrize(("statuses", "status"), [((DONE, DONE), 0), ((DONE, FAILED), 1)])
def test_the_demo_fails_where_a_paper_could_not_be_made(
    statuses: tuple[str, ...], status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def no_papers(options: object, branches: list[str], **_: object) -> list[BranchResult]:
        asked.extend(branches)
        return [BranchResult(f"b0{number}", one, 0.1) for number, one in enumerate(statuses)]

    monkeypatch.setattr(demo, "run_batch", no_papers)
    said: list[str] = []
    assert demo.demonstrate(tmp_path / "demo", said.append) == status
    assert "4个支部，数据均为虚构" in said[0]
    assert asked[:4] == ["b01", "b02", "b03", "b04"]
    settings = Workspace.open(tmp_path / "demo").settings
    assert (settings.role, settings.author, settings.demo) == ("bureau", "演示", True)
