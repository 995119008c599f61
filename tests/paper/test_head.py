"""Papers made for good carry the head of the history; others do not."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from orglife import Desk
from orglife.core.paper.block import DOCUMENTS_MIME
from orglife.core.record.record import Record
from orglife.office.office import Office
from orglife.stages.archive.record import ArchiveItem
from tests.conftest import run


@pytest.fixture
def head(filled: Path) -> str:
    with Office.open(filled) as office:
        return office.head("t01")


@pytest.mark.parametrize("final", [False, True])
def test_single_papers(filled: Path, head: str, final: bool) -> None:
    assert run("forms", str(filled), "--form", "F1", "--formats", "html", *(["--final"] if final else [])) == 0
    (paper,) = (filled / "records" / "t01" / "forms").iterdir()
    assert (head in paper.read_text(encoding="utf-8")) is final


def test_a_docx_carries_it_in_its_footer_and_keeps_its_header_clear(filled: Path, head: str) -> None:
    assert run("forms", str(filled), "--form", "F1", "--formats", "docx", "--final") == 0
    (paper,) = (filled / "records" / "t01" / "forms").iterdir()
    with zipfile.ZipFile(paper) as opened:
        parts = {name: re.sub("<[^>]*>", "", opened.read(name).decode()) for name in opened.namelist()}
    footers = [text for name, text in parts.items() if name.startswith("word/footer")]
    assert sum(head in text and "会议主题" in text for text in footers) == 2  # odd pages, even pages
    assert not any(text.strip() for name, text in parts.items() if name.startswith("word/header"))


@pytest.mark.parametrize("final", [False, True])
def test_the_desk(filled: Path, head: str, final: bool) -> None:
    desk = Desk.open(str(filled), "t01", final=final, interactive=False)
    (paper,) = desk.documents("plan").bundle()[DOCUMENTS_MIME]["documents"]
    assert paper["head"] == (head if final else "")


def test_archive_items_are_not_in_the_head(filled: Path, head: str) -> None:
    with Office.open(filled) as office:
        item = ArchiveItem.model_validate({"id": "a1"})
        office.store.put("2024-seed", "t01", item, who="试", base=0)
        assert office.head("t01") == head
        assert office.store.head("2024-seed", "t01").hash != head


def test_a_new_head_makes_final_papers_anew(filled: Path, head: str, capsys: pytest.CaptureFixture[str]) -> None:
    def status(*more: str) -> str:
        capsys.readouterr()
        assert run("batch", str(filled), "--stage", "plan", "--formats", "html", "--jobs", "1", "--json", *more) == 0
        return str(json.loads(capsys.readouterr().out)["branches"][0]["status"])

    assert status("--final") == "done"
    assert head in (filled / "records" / "t01" / "10_plan.html").read_text(encoding="utf-8")
    assert status("--final") == "skipped"
    with Office.open(filled) as office:
        talk = office.dossier("t01").index["t01"]
        assert isinstance(talk, Record)
        office.store.put("2024-seed", "t01", talk, who="试", base=None)  # saved again as it was
        new = office.head("t01")
    assert status("--final") == "done"
    assert new in (filled / "records" / "t01" / "10_plan.html").read_text(encoding="utf-8")
    assert status() == "done"
