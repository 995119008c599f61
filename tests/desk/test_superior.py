"""The bureau's side: its pages open without a branch, its forms keep to its own chain, its papers are made in one go."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import ipywidgets
import nbclient
import nbformat
import pandas as pd
import pypdf
import pytest

from orglife.adapters.disk import paths
from orglife.adapters.engine import runner
from orglife.adapters.form.form import RecordForm
from orglife.adapters.print import exporters
from orglife.core.errors import BranchNotChosen, NotFinal
from orglife.core.paper.block import DOCUMENTS_MIME
from orglife.desk.desk import Desk
from orglife.desk.ports import BureauChoices, BureauPort
from orglife.office.office import Office
from orglife.stages.kinds import BUREAU_KINDS
from orglife.stages.report.record import Remark
from orglife.stages.supervision.record import BureauLeader, Supervision
from tests import branch as b
from tests.conftest import copied, run
from tests.marks import thorough

DAY = date(2024, 3, 20)
BUREAU_PAGES = ("overview", "intake", "supervision", "campaign")
NAMES = {"t01": "测试局机关党支部", "t02": "测试局窗口党支部"}
VISIT = {"id": "s1", "leader": "l1", "branch": "t01", "date": "2024-02-20", "commented": True, "finding": "none"}
RECORDS: dict[str, list[dict[str, Any]]] = {
    "bureau_leader": [{"id": "l1", "name": "贺承砚", "own_branch": "t02"}, {"id": "l2", "name": "闵书霞"}],
    "assignment": [{"id": "a1", "branch": "t01", "supervisor": "l1", "planned_on": "2024-02-20"}],
    "supervision": [VISIT],
}


@pytest.fixture(scope="module")
def bureau_once(filled_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bureau's workspace, made once: two branches, two leaders of whom one has been out."""
    folder = tmp_path_factory.mktemp("bureau")
    filled = copied(filled_workspace, folder / filled_workspace.name)
    settings = filled / "orglife.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('role = "branch"', 'role = "bureau"'), encoding="utf-8"
    )
    second = b.changed(b.branch(), put={"branch/id": "t02", "branch/name": NAMES["t02"]}, remove=["talk/t01"])
    put(filled, folder, second)
    put_bureau(filled, folder, RECORDS)
    return filled


@pytest.fixture
def bureau(bureau_once: Path, tmp_path: Path) -> Path:
    return copied(bureau_once, tmp_path / bureau_once.name)


@thorough
def test_every_page_of_a_bureau_without_branches_says_what_to_do(tmp_path: Path) -> None:
    """In a real kernel: IPython prints a traceback for what an output raises while it is shown."""
    root = tmp_path / "局"
    assert run("new", str(root), "--campaign", "2024-seed", "--role", "bureau") == 0
    pages = [nbformat.read(path, as_version=4) for path in sorted(paths.notebooks().glob("*.ipynb"))]
    for page in pages:
        page.cells[1].source = f"workspace, branch, as_of, final, interactive = {str(root)!r}, '', '', False, True"
    cells = [cell for page in pages for cell in page.cells]
    together = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(c.source) for c in cells if c.cell_type == "code"]
    )
    done = nbclient.NotebookClient(together, allow_errors=True, kernel_name="python3").execute()
    shown = [out for cell in done.cells for out in cell.outputs]
    assert [out for out in shown if out.output_type in ("error", "stream")] == []
    html = [str(out.data.get("text/html", "")) for out in shown]
    branch_pages = [page for page in pages if page.metadata["orglife"]["stage"] not in BUREAU_PAGES]
    assert sum("还没有登记党支部" in each for each in html) == len(branch_pages)
    assert sum("全局总览" in each and "上级督导" in each for each in html) >= len(branch_pages)  # where to go from here
    assert not any("Traceback" in each for each in html)


def put(root: Path, tmp_path: Path, raw: dict[str, Any]) -> None:
    source = tmp_path / "put.json"
    source.write_text(json.dumps(raw), encoding="utf-8")
    assert run("import", str(root), str(source)) == 0


def put_bureau(root: Path, tmp_path: Path, records: dict[str, Any]) -> None:
    put(root, tmp_path, {"format": "orglife-bureau/1", "campaign": "2024-seed", "records": records})


def desk_of(root: Path, branch: str = "", **more: Any) -> Desk:
    return Desk.open(str(root), branch, **({"as_of": DAY.isoformat(), "interactive": False} | more))


def shown(view: Any) -> str:
    return str(view.bundle()["text/html"])


@pytest.mark.parametrize("branch", ["", "_bureau", "t01"])
def test_its_pages_open_without_a_branch(bureau: Path, branch: str) -> None:
    desk = desk_of(bureau, branch)
    papers = desk.documents("supervision").bundle()[DOCUMENTS_MIME]["documents"]
    assert [(p["form"], p["subject"]) for p in papers] == [("", ""), ("F19", "s1")]
    found = shown(desk.findings("supervision"))
    assert "至少参加" in found
    assert "闵书霞" in found
    assert "贺承砚" not in found
    assert "90_overview.ipynb" in shown(desk.next("supervision"))
    assert isinstance(desk_of(bureau, branch, interactive=True).form("supervision"), ipywidgets.Tab)


def test_a_branchs_page_still_asks_for_the_branch(bureau: Path) -> None:
    with pytest.raises(BranchNotChosen):
        desk_of(bureau).findings("talks").bundle()
    assert "会前没有谈心谈话记录" not in shown(desk_of(bureau, "t01").findings("talks"))


def test_the_overview_is_branches_by_stages(bureau: Path) -> None:
    desk = desk_of(bureau)
    table = desk.frame("overview")
    assert isinstance(table, pd.DataFrame)
    assert list(table.index) == list(NAMES.values())
    assert list(table.columns)[:3] == ["工作方案", "集中学习", "谈心谈话"]
    assert "须改正1" in table.loc[NAMES["t02"], "谈心谈话"]
    assert "须改正" not in table.loc[NAMES["t01"], "谈心谈话"]
    assert "href" not in shown(desk.form("overview"))
    assert run("batch", str(bureau), "--branch", "t02", "--stage", "talks", "--jobs", "1", "--formats", "html") == 0
    assert '<a href="../records/t02/12_talks.html">须改正1' in shown(desk.form("overview"))
    found = shown(desk.findings("overview"))
    assert "会前没有谈心谈话记录" in found
    assert "至少参加" in found
    (paper,) = desk.documents("overview").bundle()[DOCUMENTS_MIME]["documents"]
    assert paper["title"] == ["各支部工作进度总览"]
    assert [len(t["rows"]) for t in paper["blocks"] if t["kind"] == "table"][:2] == [2, 2]


@thorough
@pytest.mark.parametrize("name", ["40_supervision", "90_overview"])
def test_its_notebooks_run_and_print(bureau: Path, name: str) -> None:
    path = b.ROOT / "notebooks" / f"{name}.ipynb"
    bundle = exporters.bundle_of(runner.run_notebook(path, {"interactive": False}, folder=bureau), path.name)
    assert bundle.documents
    assert exporters.render(bundle, "pdf").startswith(b"%PDF")
    assert "测试局机关党支部" in exporters.render(bundle, "html").decode()


# --- forms -----------------------------------------------------------------------------------------------------------


def test_a_form_saves_in_the_bureaus_chain_and_the_branch_sees_it(bureau: Path) -> None:
    with Office.open(bureau) as office:
        choices = BureauChoices(office, NAMES, DAY, DAY)
        form = RecordForm(Remark, BureauPort(office, Remark, DAY, NAMES), choices=choices)
        form.add()
        form.field("branch").put("t02")
        form.field("text").w.value = "会议记录没有结束时间，请核对"
        form.flush()
        (remark,) = office.dossier("t02", DAY).all(Remark)
        assert (remark.id, remark.text) == ("remark1", "会议记录没有结束时间，请核对")
        assert not office.dossier("t01", DAY).all(Remark)
        assert office.store.history("2024-seed", "t02", "remark") == []
        assert choices.members() == [("l1", "贺承砚"), ("l2", "闵书霞")]
        assert ("mt", f"{NAMES['t01']}：会议记录（2024年2月20日）") in choices.records()


def test_every_record_of_the_bureau_has_a_form_with_readable_lines(bureau: Path) -> None:
    with Office.open(bureau) as office:
        choices = BureauChoices(office, NAMES, DAY, DAY)
        lines = {}
        for kind in BUREAU_KINDS:
            form = RecordForm(kind, BureauPort(office, kind, DAY, NAMES), choices=choices)
            lines[kind.TYPE] = [label for label, _ in form.page.lines.options]
    assert lines["bureau_leader"] == ["贺承砚", "闵书霞"]
    assert lines["supervision"] == ["测试局机关党支部，贺承砚，2024年2月20日"]
    assert lines["assignment"] == ["测试局机关党支部，贺承砚"]


def test_a_new_id_is_no_branchs_own(bureau: Path, tmp_path: Path) -> None:
    order = {"id": "redo_order1", "branch": "t01", "round": 1, "scope": "appraisal"}
    put(bureau, tmp_path, b.changed(b.branch(), add={"redo_order": [order]}))
    with Office.open(bureau) as office:
        from orglife.stages.report.record import RedoOrder

        assert BureauPort(office, RedoOrder, DAY, NAMES).new_id() == "redo_order2"
        leaders = BureauPort(office, BureauLeader, DAY, NAMES)
        assert leaders.new_id() == "bureau_leader1"


def test_a_visit_belongs_to_the_round_it_was_paid_to(bureau: Path, tmp_path: Path) -> None:
    order = {"id": "ro", "branch": "t01", "round": 1, "scope": "whole", "date": "2024-03-01"}
    put_bureau(bureau, tmp_path, RECORDS | {"redo_order": [order]})
    with Office.open(bureau) as office:
        port = BureauPort(office, Supervision, DAY, NAMES)
        rounds = []
        for n, day in enumerate(("2024-02-29", "2024-03-05"), start=5):
            port.save(Supervision.model_validate({**VISIT, "id": f"s{n}", "date": day}), 0)
        rounds = {r.id: r.round for r in office.bureau_records()["supervision"] if isinstance(r, Supervision)}
    assert rounds == {"s1": 1, "s5": 1, "s6": 2}


# --- papers ----------------------------------------------------------------------------------------------------------


def text_of(pdf: Path) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages))


def batch(root: Path, capsys: pytest.CaptureFixture[str], *more: str, status: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert (
        run("batch", str(root), "--jobs", "2", "--stage", "plan", "--stage", "supervision", "--json", *more) == status
    )
    return dict(json.loads(capsys.readouterr().out))


@thorough
def test_a_batch_over_all_branches_makes_the_bureaus_papers(
    bureau: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = batch(bureau, capsys)
    assert [r["branch"] for r in first["branches"]] == ["t01", "t02"], "the bureau is no branch"
    assert (first["bureau"]["status"], first["bureau"]["findings"]["todos"]) == ("done", 1)
    folder = bureau / "records" / "_bureau"
    assert {p.name for p in folder.iterdir()} == {"40_supervision.html", "40_supervision.pdf", "packet.json"}
    text = text_of(folder / "40_supervision.pdf")
    assert "督导记录" in text
    assert "贺承砚" in text
    assert not list((bureau / "records" / "t01").glob("40_*"))
    assert batch(bureau, capsys)["bureau"]["status"] == "skipped"
    order = {"id": "ro", "branch": "t01", "round": 1, "scope": "whole", "issued_by": "测试局党组", "date": "2024-03-01"}
    put_bureau(bureau, tmp_path, RECORDS | {"redo_order": [{**order, "due": "2024-03-20", "reason": "测评失真"}]})
    assert batch(bureau, capsys)["bureau"]["status"] == "done"
    assert "责令重新召开" in text_of(folder / "40_supervision.pdf")
    assert run("forms", str(bureau), "--branch", "_bureau", "--formats", "html") == 0
    assert {p.name for p in (folder / "forms").iterdir()} == {"F19_s1.html", "F20_ro.html"}


def test_some_branches_or_no_records_make_no_bureau_papers(
    bureau: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "bureau" not in batch(bureau, capsys, "--branch", "t01", "--formats", "html")
    assert not (bureau / "records" / "_bureau").exists()
    put_bureau(bureau, tmp_path, {})
    assert "bureau" not in batch(bureau, capsys, "--formats", "html")


def test_the_bureaus_stage_alone_runs_no_branch(bureau: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run("batch", str(bureau), "--stage", "supervision", "--formats", "html", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["branches"] == []
    assert found["bureau"]["status"] == "done"
    assert [p.name for p in (bureau / "records").iterdir()] == ["_bureau"]


@thorough
def test_final_papers_of_the_bureau_want_every_field(
    bureau: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk_of(bureau, "_bureau", final=True).documents("supervision").bundle()
    blank = {k: v for k, v in VISIT.items() if k != "date"}
    put_bureau(bureau, tmp_path, RECORDS | {"supervision": [blank]})
    with pytest.raises(NotFinal, match="待填"):
        desk_of(bureau, "_bureau", final=True)
    found = batch(bureau, capsys, "--final", "--formats", "html", status=1)
    assert found["bureau"]["status"] == "failed"
    assert not (bureau / "records" / "_bureau").exists()
