"""The stage notebooks: one skeleton, run by the stock programs and by ours, records only from what they emit."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from orglife.adapters.engine import runner
from orglife.adapters.print import exporters
from orglife.core.errors import MissingTag, NoDocuments, NotebookFailed, UnknownParameter
from orglife.stages import STAGES
from tests import branch as b
from tests.conftest import run
from tests.marks import first, thorough

NOTEBOOKS = sorted((b.ROOT / "notebooks").glob("*.ipynb"))
BIN = Path(sys.executable).parent
TAGS = ["title", "parameters", "open", "guide", "form", "checks", "findings", "papers", "document", "next"]


def cells(path: Path) -> list[nbformat.NotebookNode]:
    return list(nbformat.read(path, as_version=4).cells)


def test_there_is_a_notebook_for_every_stage() -> None:
    pages = {"00_home.ipynb", "01_campaign.ipynb", "32_filing.ipynb", "41_intake.ipynb", "90_overview.ipynb"}
    wanted = {f"{s.notebook}.ipynb" for s in STAGES} | pages
    assert wanted == {p.name for p in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_one_skeleton(path: Path) -> None:
    model = cells(b.ROOT / "notebooks" / "12_talks.ipynb")
    mine = cells(path)
    stage = path.stem[3:]
    assert [c.metadata.tags for c in mine] == [[t] for t in TAGS]
    for cell, other in zip(mine, model, strict=True):
        assert cell.cell_type == other.cell_type
        if cell.cell_type == "code":
            assert cell.source.replace(f'"{stage}"', '"talks"') in (other.source, other.source.replace('"talks"', ""))
            assert cell.outputs == []
            assert cell.execution_count is None
            assert not re.search(r"\b(if|for|while|import os|pandas)\b", cell.source)
    raw = path.read_text(encoding="utf-8")
    assert "/home/" not in raw
    assert "widgets" not in json.loads(raw)["metadata"]


@pytest.mark.parametrize("path", first(1, NOTEBOOKS), ids=lambda p: p.stem)
def test_each_runs_without_a_person(path: Path, filled: Path) -> None:
    done = runner.run_notebook(path, {"branch": "t01", "interactive": False}, folder=filled)
    bundle = exporters.bundle_of(done, path.name)
    bureau = path.stem in ("01_campaign", "40_supervision", "41_intake", "90_overview")
    assert bundle.branch == ("上级党组织" if bureau else "测试局机关党支部")
    if path.stem in ("10_plan", "12_talks", "20_meeting", "21_appraisal"):
        assert bundle.documents
    outputs = [o for c in done.cells for o in c.get("outputs", [])]
    assert not [o for o in outputs if o.output_type == "error"]


@thorough
def test_running_twice_gives_the_same_papers(filled: Path) -> None:
    path = b.ROOT / "notebooks" / "20_meeting.ipynb"
    first, second = (
        exporters.bundle_of(runner.run_notebook(path, {"branch": "t01", "interactive": False}, folder=filled), "x")
        for _ in "ab"
    )
    assert first == second
    assert exporters.render(first, "pdf") == exporters.render(second, "pdf")


def test_an_unknown_parameter_or_missing_tag_is_refused(filled: Path, tmp_path: Path) -> None:
    path = b.ROOT / "notebooks" / "12_talks.ipynb"
    with pytest.raises(UnknownParameter, match="被改动过"):
        runner.run_notebook(path, {"colour": "red"}, folder=filled)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [c for c in notebook.cells if c.metadata.tags != ["document"]]
    less = tmp_path / "12_talks.ipynb"
    nbformat.write(notebook, less)
    with pytest.raises(MissingTag, match="被改动过"):
        runner.run_notebook(less, {"branch": "t01"}, folder=filled)


@thorough
def test_a_failing_cell_tells_its_own_sentence(filled: Path) -> None:
    path = b.ROOT / "notebooks" / "12_talks.ipynb"
    with pytest.raises(NotebookFailed, match="没有找到党支部“nobody”"):
        runner.run_notebook(path, {"branch": "nobody", "interactive": False}, folder=filled)


def test_no_record_without_the_document_cell(filled: Path) -> None:
    place = filled / "notebooks" / "12_talks.ipynb"
    notebook = nbformat.read(place, as_version=4)
    notebook.cells = [c for c in notebook.cells if c.metadata.tags != ["document"]]
    nbformat.write(notebook, place)
    assert run("batch", str(filled), "--jobs", "1", "--stage", "talks", "--stage", "plan", "--formats", "html") == 1
    made = {p.name for p in (filled / "records" / "t01").iterdir()}
    assert "10_plan.html" in made
    assert not [name for name in made if name.startswith("12_")]


def program(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))}
    return subprocess.run(
        [str(BIN / arguments[0]), *arguments[1:]],
        cwd=cwd,
        env=environment | {"IPYTHONDIR": str(cwd / ".ipython")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@thorough
def test_the_stock_programs_work(filled: Path, tmp_path: Path) -> None:
    """papermill, then nbconvert to our formats and to its own HTML, with the commands of the manual."""
    shutil.copy(b.ROOT / "notebooks" / "12_talks.ipynb", tmp_path / "12_talks.ipynb")
    done = program(
        "papermill", "12_talks.ipynb", "out.ipynb", "-p", "workspace", str(filled), "-p", "branch", "t01", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    for kind in ("orglife-pdf", "orglife-html", "orglife-docx", "html"):
        made = program("jupyter", "nbconvert", "--to", kind, "--output", kind, "out.ipynb", cwd=tmp_path)
        assert made.returncode == 0, made.stderr
    import docx as python_docx
    import pypdf

    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "orglife-pdf.pdf").pages)
    assert "谈心谈话记录" in re.sub(r"\s", "", text)
    assert "谈心谈话记录" in python_docx.Document(str(tmp_path / "orglife-docx.docx")).paragraphs[0].text
    ours, stock = ((tmp_path / f"{k}.html").read_text(encoding="utf-8") for k in ("orglife-html", "html"))
    assert "三次交表都晚了一天" in ours
    assert "三次交表都晚了一天" in stock
    assert "<script" not in ours


def test_a_notebook_that_was_not_run_has_no_record(tmp_path: Path) -> None:
    path = b.ROOT / "notebooks" / "12_talks.ipynb"
    with pytest.raises(NoDocuments, match="没有可以出的文件"):
        exporters.bundle_of(nbformat.read(path, as_version=4), "12_talks.ipynb")
