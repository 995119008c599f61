"""Papers and charts put together at random, a line of digests for each: a change of layout shows where it acts.

What is right about them is looked at in ``test_typst.py``, ``test_docx_pages.py`` and ``test_pictures.py``. ``make golden``
rewrites these files after a wanted change.
"""

from __future__ import annotations

import random
from typing import Any, get_args

import pytest

from orglife.adapters.print import html, typst_values
from orglife.adapters.print.picture.draw import draw, drawn_on_page, on_screen
from orglife.core.paper import fitting, layout, two_columns
from orglife.core.paper.block import Bundle, Document, Page, Paragraph, Signature, Table
from tests.adapters.print.papers import paper
from tests.marks import first
from tests.whole import varied
from tests.whole.golden_files import GOLDEN, compare, rows_of
from tests.whole.test_sizes import digest, word


def _reckoned(document: Document) -> list[Any]:
    """How close its lines are set here and in other programs, and which rows of its tables stand on which page."""
    rows = [
        fitting.Rows(document, number).by_page(spare=spare)
        for number, block in enumerate(document.blocks)
        for spare in (0.0, 1.0)
        if isinstance(block, Table)
    ]
    return [fitting.fitted(document).close, fitting.fitted_elsewhere(document, (1.0, 0.3)).close, rows]


@pytest.mark.parametrize("seed", first(3, range(24)))
def test_papers_of_any_blocks(seed: int) -> None:
    rng, found = random.Random(seed), {}
    for number in range(12):
        document = two_columns.folded(varied.paper(rng))
        made = typst_values.papers(Bundle(documents=[document]))
        head = [document.page, len(document.blocks), layout.title_height(document)]
        digests = [digest(part) for part in (document.model_dump(mode="json"), made, html.fragment([document]))]
        found[f"{number} {document.form}"] = [*head, *_reckoned(document), *digests, digest(word([document]))]
    compare(GOLDEN / f"varied/papers-{seed}.json", rows_of(found))


@pytest.mark.parametrize("page", get_args(Page))
@pytest.mark.parametrize("before", [0, 6, 19])
def test_lists_of_any_length(page: Page, before: int) -> None:
    """How many rows of a list in two columns stand on each page, entry after entry, with and without a signature."""
    found = {}
    lines = [Paragraph(text=f"第{number}行。") for number in range(before)]
    for signed in ([], [Signature(roles=["记录人"], day="2024年2月20日")]):
        for entries in range(0, 150, 5):
            document = paper(*lines, varied.signing_list(entries), *signed, page=page)
            tables = [block for block in two_columns.folded(document).blocks if isinstance(block, Table)]
            found[f"{entries} {'signed' if signed else ''}"] = [[len(one.rows), one.new_page] for one in tables]
    compare(GOLDEN / f"varied/lists-{page}-{before}.json", rows_of(found))


@pytest.mark.parametrize("kind", varied.CHARTS)
@pytest.mark.parametrize("seed", first(3, range(6)))
def test_charts_of_anything(kind: str, seed: int) -> None:
    rng, found = random.Random(seed), {}
    for number in range(10):
        figure = varied.figure(rng, kind)
        drawn = [on_screen(figure.chart), draw(figure.chart, 480.0)]
        printed = [part for page in ("P", "L") for part in drawn_on_page(figure, page)]
        said = [figure.alternative, figure.chart.numbers(), [*figure.chart.texts()], figure.table().model_dump()]
        found[str(number)] = [
            *([round(one.wide, 1), round(one.high, 1), digest(one.svg("字"))] for one in drawn),
            [[round(part.wide, 1), digest(part.drawing.svg(part.words))] for part in printed],
            digest(said),
        ]
    compare(GOLDEN / f"varied/{kind}-{seed}.json", rows_of(found))
