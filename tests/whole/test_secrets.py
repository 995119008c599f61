"""Nothing personal where it has no business: logs, file names, command lines, environments, reports of crashes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from orglife import cli
from orglife.adapters.disk import workspace as ws
from orglife.adapters.disk.settings import Settings
from orglife.adapters.disk.workspace import Workspace
from orglife.core.record.schema import file_schema
from orglife.core.rule.finding import run_rules
from orglife.office.disclosure import PERSONAL
from orglife.stages.appraisal.record import Tally
from orglife.stages.kinds import BUREAU_KINDS, KINDS
from orglife.stages.talks import rules as talk_rules
from tests import branch as b
from tests.marks import thorough
from tests.whole import canaries

BELONGS = ("orglife.db", "records/", "archive/", "attachments/", "receipts/", "backups/")


class Desk:
    """A workspace of canaries, and commands run as a person runs them."""

    def __init__(self, folder: Path) -> None:
        self.root, self.out, self.temporary = folder / "工作 目录", folder / "out", folder / "tmp"
        self.out.mkdir()
        self.source = folder / "source"
        self.source.mkdir()
        Workspace.create(self.root, ws.campaign_text("2024-seed"), Settings())
        for branch in ("t01", "t02"):
            given = canaries.dossier(branch)
            given["branch"]["org_code"] = f"DZB{branch[1:]}"
            (self.source / f"{branch}.json").write_text(json.dumps(given), encoding="utf-8")
        self.said = {"import": self.command("import", *sorted(map(str, self.source.iterdir())))}

    def command(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command, looking at its processes all the while."""
        line = [sys.executable, "-m", "orglife.cli", name, str(self.root), *arguments]
        environment = canaries.child_environment(self.temporary)
        with (self.out / f"{name}.out").open("w+b") as out, (self.out / f"{name}.err").open("w+b") as err:
            running = subprocess.Popen(line, stdout=out, stderr=err, stdin=subprocess.DEVNULL, env=environment)
            while running.poll() is None:
                for seen in canaries.processes(running.pid):
                    assert not any(map(canaries.told, seen)), (name, seen)
                time.sleep(0.1)
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode())
        for suffix in ("out", "err"):
            (self.out / f"{name}.{suffix}").unlink()
        return subprocess.CompletedProcess(line, running.returncode, *texts)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Imported, made into papers, handed over, archived, backed up; one notebook raises with a name in its mouth."""
    desk = Desk(tmp_path_factory.mktemp("secrets"))
    assert desk.said["import"].returncode == 0, desk.said["import"].stderr
    desk.said["batch"] = desk.command("batch", "--branch", "t01", "--stage", "talks", "--formats", "html")
    desk.said["export"] = desk.command("export", "--branch", "t01", "--out", str(desk.out / "t01.json"))
    package = ("--branch", "t01", "--format", "package", "--out", str(desk.out / "t01.zip"))
    desk.said["package"] = desk.command("export", *package)
    talks = ("--branch", "t01", "--format", "xlsx", "--stage", "talks", "--out", str(desk.out / "t01.xlsx"))
    desk.said["xlsx"] = desk.command("export", *talks)
    desk.said["archive"] = desk.command("archive", "--branch", "t01")
    desk.said["backup"] = desk.command("backup", "--out", str(desk.out / "usb"))
    for name in ("batch", "export", "package", "xlsx", "archive", "backup"):
        assert desk.said[name].returncode == 0, (name, desk.said[name].stderr)
    notebook = desk.root / "notebooks" / "12_talks.ipynb"
    cells = nbformat.read(notebook, as_version=4)
    opened = next(c for c in cells.cells if "open" in c.metadata.get("tags", []))
    opened.source += "\nnames = desk.frame('member').to_string()\nprint(names)\nraise ValueError(f'{names} 没有登记')"
    nbformat.write(cells, notebook)
    desk.said["raising"] = desk.command("batch", "--branch", "t02", "--stage", "talks", "--formats", "html", "--json")
    return desk


@thorough
def test_the_canaries_are_where_they_belong(desk: Desk) -> None:
    """Else the search below would find nothing whatever happens."""
    assert canaries.told((desk.root / "orglife.db").read_bytes())
    assert canaries.told((desk.root / "records" / "t01" / "12_talks.html").read_bytes())
    assert canaries.told((desk.out / "t01.json").read_bytes())
    assert canaries.told(desk.said["import"].stderr)  # the person is shown the names that come in


@thorough
def test_and_nowhere_else(desk: Desk) -> None:
    assert canaries.files_with(desk.root, besides=BELONGS) == []
    assert [n for n in canaries.files_with(desk.out) if canaries.told(n)] == []


@thorough
def test_no_file_is_named_after_a_person(desk: Desk) -> None:
    assert not [p for p in desk.root.rglob("*") if canaries.told(str(p))]


@thorough
def test_nothing_is_left_in_the_folder_for_temporary_files(desk: Desk) -> None:
    assert canaries.files_with(desk.temporary) == []


@thorough
@pytest.mark.parametrize("name", ["batch", "export", "package", "xlsx", "archive", "backup", "raising"])
def test_commands_that_make_files_say_no_names(desk: Desk, name: str) -> None:
    assert not canaries.told(desk.said[name].stderr), desk.said[name].stderr
    assert not canaries.told(desk.said[name].stdout)


@thorough
def test_a_raising_cell_is_told_by_its_kind_only(desk: Desk) -> None:
    told = desk.said["raising"]
    assert told.returncode == 1
    assert "ValueError" in told.stdout, told.stdout
    assert "没有登记" not in told.stdout + told.stderr
    assert "Traceback" not in told.stderr


@thorough
@pytest.mark.parametrize("name", ["export", "package", "xlsx", "archive", "backup"])
def test_what_leaves_is_told_in_one_line(desk: Desk, name: str) -> None:
    lines = [line for line in desk.said[name].stderr.splitlines() if line.startswith("带出的个人信息：")]
    assert len(lines) == 1
    place = {"archive": "archive", "backup": "usb"}.get(name, "t01.")
    assert place in lines[0].split("写到")[1]
    if name == "xlsx":
        assert "谈话内容" in lines[0]
        assert "发言提纲" not in lines[0]
    elif name != "backup":
        for words in ("姓名", "相互批评", "测评票数（只有汇总）", "征求到的意见"):
            assert words in lines[0]


def test_every_type_of_record_is_named_or_is_about_the_branch_alone() -> None:
    about_the_branch = {"plan", "check_item", "problem_list", "grade_meeting", "rect_list", "publication", "filing"}
    about_the_branch |= {"report", "redo_order", "remark", "archive_item"}
    about_the_branch |= {"last_year", "meeting_notice", "grade_statistics"}
    about_the_branch |= {"work_report", "plan_submission", "team_tally"}
    assert {kind.TYPE for kind in KINDS} == set(PERSONAL) | about_the_branch


def test_a_rule_that_crashes_tells_nobodys_name() -> None:
    def crash(dossier: object, campaign: object) -> Iterator[object]:
        raise ValueError(canaries.NAME)
        yield

    found = run_rules(
        (replace(talk_rules.RULES[0], condition=crash),),
        b.dossier(canaries.dossier()),
        b.campaign(),
        regulations=b.regulations(),
        due=frozenset(),
    )
    assert len(found) == 1
    assert not canaries.told(json.dumps([f.to_json() for f in found]))


def test_a_bug_tells_its_place_and_nobodys_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(*_: object) -> int:
        raise KeyError(canaries.NAME)

    monkeypatch.setattr("orglife.cli.chinese.run", crash)
    monkeypatch.delenv(cli.TRACEBACK, raising=False)
    with pytest.raises(SystemExit) as left:
        cli.main(["check"])
    told = capsys.readouterr().err
    assert left.value.code == 1
    assert "KeyError test_secrets.py:" in told
    assert not canaries.told(told)
    monkeypatch.setenv(cli.TRACEBACK, "1")
    with pytest.raises(KeyError):
        cli.main(["check"])


def test_ballots_are_totals_and_nothing_else() -> None:
    """No field anywhere says who gave which ballot: a row of a tally is a member's totals."""
    schema = json.dumps(file_schema(KINDS, BUREAU_KINDS))
    assert not re.search(r'"(voter|voted_by|ballots|votes_by|cast_by)"', schema)
    row = Tally.model_fields["rows"].annotation.__args__[0]  # type: ignore[union-attr]
    numbers = {"excellent", "qualified", "basic", "unqualified"}
    assert set(row.model_fields) - numbers <= {"member", "no_grade", "abstain"}
    people = {name for name, info in Tally.model_fields.items() if "member" in str(info.annotation).lower()}
    assert not people - {"rows", "counters", "supervisors"}
