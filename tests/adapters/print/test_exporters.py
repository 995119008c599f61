"""From the outputs of a notebook to files: which papers, which format, which time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from orglife.adapters.print import exporters
from orglife.core.errors import NoDocuments, UnknownChoice
from orglife.core.paper.block import BLOCKS, DOCUMENTS_MIME, Bundle, Paragraph
from tests.adapters.print import papers


def bundle(name: str, **about: str) -> Bundle:
    return Bundle(documents=[papers.paper(Paragraph(text=name), title=name)], **about)


def notebook(*bundles: Bundle) -> nbformat.NotebookNode:
    """A notebook with a text, a cell that shows nothing, and a cell for each bundle that also prints something."""
    shown = [new_output("display_data", data={DOCUMENTS_MIME: one.model_dump(mode="json")}) for one in bundles]
    cells = [new_code_cell(outputs=[new_output("stream", text="…"), one]) for one in shown]
    return new_notebook(cells=[new_markdown_cell("说明"), new_code_cell(), *cells])


def test_the_papers_of_all_cells_are_bound_under_the_name_of_the_first() -> None:
    found = exporters.bundle_of(
        notebook(bundle("甲", title="谈话", dated="2024-02-20"), bundle("乙", title="会议")), "x"
    )
    assert [one.heading for one in found.documents] == ["甲", "乙"]
    assert (found.title, found.dated) == ("谈话", "2024-02-20")


@pytest.mark.parametrize(
    ("resources", "name"),
    [
        (None, "Notebook"),
        ({"metadata": {"name": "12_talks"}}, "12_talks"),
        ({"metadata": {"name": "folder/12_talks"}}, "12_talks"),
    ],
)
def test_a_notebook_without_papers_is_named(resources: dict[str, Any] | None, name: str) -> None:
    for made in (exporters.HtmlRecordExporter(), exporters.PdfRecordExporter(), exporters.DocxRecordExporter()):
        with pytest.raises(NoDocuments) as caught:
            made.from_notebook_node(notebook(), resources)
        assert caught.value.fields == {"notebook": name}


@pytest.mark.parametrize(
    ("dated", "seconds"), [("", 946_684_800), ("2000-01-02", 946_771_200), ("1969-12-31", -86_400)]
)
def test_the_time_of_a_file_is_the_day_of_its_latest_record(dated: str, seconds: int) -> None:
    assert exporters.timestamp(bundle("甲", dated=dated)) == seconds


BEGINS = {"html": b"<!DOCTYPE html>", "pdf": b"%PDF-", "docx": b"PK", BLOCKS: b'{"documents":'}


@pytest.mark.parametrize("kind", BEGINS)
def test_each_format(kind: str) -> None:
    assert exporters.render(bundle("甲"), kind).startswith(BEGINS[kind])


def test_the_blocks_of_papers_come_back_as_they_were() -> None:
    assert Bundle.model_validate_json(exporters.render(bundle("甲", branch="某支部"), BLOCKS)) == bundle(
        "甲", branch="某支部"
    )


@pytest.mark.parametrize("name", ["a.html", "a.HTML", "a.b.docx"])
def test_the_ending_of_a_files_name_selects_its_format(name: str, tmp_path: Path) -> None:
    exporters.write_file(bundle("甲"), tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(BEGINS[name.rpartition(".")[2].lower()])


@pytest.mark.parametrize("name", ["a.odt", "html", "a.json"])
def test_another_ending_is_refused_and_leaves_nothing(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownChoice, match="html、pdf、docx"):
        exporters.write_file(bundle("甲"), tmp_path / name)
    assert list(tmp_path.iterdir()) == []
