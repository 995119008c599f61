"""Papers with long texts, page by page: nothing stands alone, and no page is left half empty for nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from orglife.adapters.print import typst
from orglife.core.paper import layout
from orglife.core.paper.block import Document, Heading, Signature, printed
from orglife.core.paper.paper import Sheet
from orglife.stages import STAGES
from tests import branch as b
from tests.adapters.print import papers
from tests.adapters.print.papers import NOON, bare
from tests.adapters.print.test_typst import MM, Run, read, runs
from tests.marks import thorough
from tests.whole.generate import generated
from tests.whole.lengthened import lengthened

HALF = 0.5
"""Of a page that is filled at least, before the next one is begun."""
MOST_IN_A_LINE = 2.0  # points between baselines of one line


def long_papers(members: int, seed: int) -> list[Document]:
    sheet = Sheet(b.dossier(lengthened(generated(members, committee=True, seed=seed), seed)), b.campaign())
    return [document for stage in STAGES for document in stage.documents(sheet)]


def body(page: list[Run], document: Document) -> list[Run]:
    """What stands between the running head and the page number."""
    sheet = layout.SHEETS[document.page]
    top, bottom = (sheet.high - sheet.top) * MM, sheet.bottom * MM
    return [run for run in page if bottom - 2 <= run.y <= top]


def signing(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Signature):
            for above, beside in layout.signers(block, document.page):
                yield bare(above or beside)


def wrong(document: Document) -> Iterator[str]:
    """What an office would not take, with its page."""
    sheet = layout.SHEETS[document.page]
    top, bottom = (sheet.high - sheet.top) * MM, sheet.bottom * MM
    headings = {bare(printed(block.text)) for block in document.blocks if isinstance(block, Heading)}
    heads = {bare(column.head) for block in document.blocks if block.kind == "table" for column in block.columns}
    roles = set(signing(document))
    pages = read(typst.pdf(papers.bundle(document), timestamp=NOON)).pages
    for number, page in enumerate(pages, start=1):
        found = body(runs(page), document)
        lowest = min(run.y for run in found)
        last = bare("".join(run.text for run in found if run.y - lowest < MOST_IN_A_LINE))
        if number < len(pages) and (top - lowest) / (top - bottom) < HALF:
            yield f"{number}: half empty"
        if last in headings:
            yield f"{number}: ends with the heading {last}"
        signs = [run.y for run in found if bare(run.text) in roles and run.size != layout.TITLE]
        if signs and not [run for run in found if run.y > max(signs) + 2 and bare(run.text) not in heads]:
            yield f"{number}: a signature alone"
        wide = sheet.wide > sheet.high  # its number stands turned in the left margin
        inside = [run for run in found if not (wide and bare(run.text).strip("—0123456789") == "")]
        if any(run.x < sheet.left * MM - 2 or run.x > (sheet.wide - sheet.right) * MM for run in inside):
            yield f"{number}: outside of the margins"


@thorough
@pytest.mark.parametrize("members", [8, pytest.param(60, marks=pytest.mark.soak)])
def test_long_texts_leave_nothing_alone_and_no_page_half_empty(members: int) -> None:
    for document in long_papers(members, seed=5):
        assert list(wrong(document)) == [], f"{document.form} {document.subject}"
