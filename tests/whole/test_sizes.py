"""Papers of branches of many sizes as data: each has a line with digests, so that a change of layout shows where it acts.

``test_golden.py`` shows the papers of a few branches in full. These lines are for what happens between their sizes: rows
that fill a page exactly, lists in two columns, signatures that no longer fit. ``make golden`` rewrites them after a wanted
change; then look at a paper that changed.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from orglife.adapters.print import docx, html, typst_values
from orglife.adapters.print.picture.draw import drawn_on_page, on_screen
from orglife.bureau.overview import Overview
from orglife.bureau.standing import standing
from orglife.core.paper.block import Bundle, Document, Figure
from orglife.core.paper.paper import Sheet
from orglife.core.rule.bureau import Bureau
from orglife.stages import RULES, STAGES
from tests import branch as b
from tests.whole.generate import EXCUSES, generated
from tests.whole.golden_files import GOLDEN, compare, rows_of

SHAPES: dict[int, dict[str, Any]] = {
    3: {"committee": True},
    6: {"committee": False, "probationary": 1},
    9: {"committee": True, "excused": EXCUSES[:1]},
    13: {"committee": False, "excused": EXCUSES[:2], "probationary": 2},
    18: {"committee": True, "groups": 2, "excused": EXCUSES[:3], "probationary": 2},
    23: {"committee": True, "excused": EXCUSES[:5], "probationary": 3},
    27: {"committee": True, "excused": EXCUSES[:6]},
    34: {"committee": True, "groups": 4, "excused": EXCUSES[:6], "probationary": 4},
    41: {"committee": False, "excused": EXCUSES[3:], "probationary": 5},
    60: {"committee": True, "groups": 7, "excused": EXCUSES[:6], "probationary": 7},
}
"""Members → shape of a branch."""


def digest(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def word(documents: list[Document]) -> str:
    """The text part of a Word file, without the faces of letters, which depend on the computer."""
    with zipfile.ZipFile(io.BytesIO(docx.docx(Bundle(documents=documents), timestamp=0))) as package:
        return re.sub(r"<w:rFonts [^>]*>", "", package.read("word/document.xml").decode())


def _lines(sheet: Sheet) -> Iterator[tuple[str, list[Any]]]:
    """For each paper of each stage: its blocks, how the PDF fits them on pages, the HTML page; for each stage, Word."""
    for stage in STAGES:
        for what, make in (("", stage.documents), ("blank ", stage.blanks)):
            if stage.bureau or make is None or not (documents := make(sheet)):
                continue
            views = typst_values.papers(Bundle(documents=documents))["documents"]
            for number, (document, view) in enumerate(zip(documents, views, strict=True)):
                digests = [digest(document.model_dump(mode="json")), digest(view), digest(html.fragment([document]))]
                yield f"{what}{document.form} {number} {document.subject}", [view["close"], *digests]
            yield f"{what}{stage.key} in Word", [digest(word(documents))]


def _pictures(figures: Iterable[Figure]) -> Iterator[tuple[str, list[Any]]]:
    """For each picture: its width and height, and digests of what is drawn on the screen and on pages of both formats."""
    for number, figure in enumerate(figures):
        drawing = on_screen(figure.chart)
        printed = [[part.drawing.svg(part.words) for part in drawn_on_page(figure, page)] for page in ("T", "L")]
        yield (
            f"{number} {figure.title}",
            [round(drawing.wide, 1), round(drawing.high, 1), digest(drawing.svg("")), *map(digest, printed)],
        )


@pytest.mark.parametrize("size", SHAPES)
def test_the_papers_of_a_branch(size: int) -> None:
    dossier = b.dossier(generated(size, seed=size, **SHAPES[size]))
    findings = [f for stage in STAGES if not stage.bureau for f in b.findings(stage.rules, dossier)]
    compare(GOLDEN / f"sizes/{size}.json", rows_of(dict(_lines(Sheet(dossier, b.campaign(), findings)))))


@pytest.mark.parametrize("size", SHAPES)
def test_the_pictures_of_a_branch(size: int) -> None:
    sheet = Sheet(b.dossier(generated(size, seed=size, **SHAPES[size])), b.campaign())
    figures = [figure for stage in STAGES for figure in stage.layout.figures(sheet)]
    compare(GOLDEN / f"sizes/pictures-{size}.json", rows_of(dict(_pictures(figures))))


@pytest.mark.parametrize("branches", [1, 4, 10])
def test_the_pictures_of_a_bureau(branches: int) -> None:
    campaign, standings = b.campaign(), []
    for size in list(SHAPES)[:branches]:
        dossier = b.dossier(generated(size, seed=size, **SHAPES[size]))
        made = standing(dossier, b.findings(RULES, dossier), campaign)
        standings.append(made.model_copy(update={"branch": f"b{size}", "name": f"第{size}党支部"}))
    overview = Overview(campaign, standings, Bureau(campaign.id, {}, {}, b.AS_OF), (), b.AS_OF)
    compare(GOLDEN / f"sizes/bureau-{branches}.json", rows_of(dict(_pictures(overview.figures()))))
