"""A stage's pictures printed on request: with their numbers, by nobody filed."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest

from orglife.core.errors import NothingToPrint
from orglife.core.paper.block import Figure
from orglife.core.stage import Stage
from orglife.desk.desk import Desk
from orglife.office.office import Office
from orglife.paper.on_request import PICTURES, make_paper
from orglife.stages import STAGES
from tests import branch as b

DRAWN = [stage for stage in STAGES if stage.layout.has_figures]


def text_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("stage", DRAWN, ids=lambda stage: stage.key)
def test_the_pictures_are_printed_with_a_table_and_the_same_twice(filled: Path, stage: Stage) -> None:
    with Office.open(filled) as office:
        paper = make_paper(office, "t01", PICTURES, stage.key, "pdf", None)
        again = make_paper(office, "t01", PICTURES, stage.key, "pdf", None)
    assert paper == again
    assert paper.name == f"{b.branch()['branch']['name']} {stage.title}图.pdf"
    text = text_of(paper.data)
    assert f"{stage.title}图" in text
    words = {"talks": b.NAMES[0], "reviews": "党支部班子", "appraisal": b.NAMES[0], "rectification": "时限"}[stage.key]
    assert text.count(words) >= 2, "in the picture and in the table"


def test_a_stage_without_pictures_or_records_says_so(filled: Path) -> None:
    with Office.open(filled) as office:
        for stage in ("plan", "report"):
            with pytest.raises(NothingToPrint):
                make_paper(office, "t01", PICTURES, stage, "pdf", None)


def test_no_paper_that_is_filed_holds_a_picture(filled: Path) -> None:
    with Office.open(filled) as office:
        dossier = office.dossier("t01")
        papers = list(office.all_papers(dossier, office.findings(dossier)))
    assert papers
    assert not any(isinstance(block, Figure) for paper in papers for block in paper.blocks)


def test_only_stages_with_pictures_have_the_button(filled: Path) -> None:
    desk = Desk.open(str(filled), "t01", as_of="2024-03-08")
    shown = {
        stage.key for stage in STAGES if not stage.bureau and 'data-og-make="pictures"' in button_row(desk, stage.key)
    }
    assert shown == {stage.key for stage in DRAWN}


def button_row(desk: Desk, stage: str) -> str:
    return str(desk.documents(stage).bundle()["text/html"])
