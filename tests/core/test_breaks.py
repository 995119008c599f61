"""Where a talk is broken over pages, as it is reckoned; what is printed is measured in ``adapters/print``."""

from __future__ import annotations

import io
import re

import pypdf
import pytest

from orglife.adapters.print import typst
from orglife.core.paper import fitting, layout
from orglife.core.paper.block import AnyBlock, Document, Facts, Heading, Note, Signature
from orglife.core.paper.layout import FactsGrid
from tests.adapters.print import papers
from tests.adapters.print.papers import NOON

LOW = 5  # lines
SAID = ("交流思想", "听取的意见", "指出的问题")


def talk(number: int, lines: int) -> list[AnyBlock]:
    """A talk whose three parts take some lines each."""
    facts = Facts(
        rows=[("时间", "2月7日"), ("地点", f"第{number}室"), *((label, "说" * (36 * lines - 5)) for label in SAID)],
        alone=list(SAID),
    )
    return [Heading(text=f"{number}、谈话"), facts, Signature(roles=[f"甲{number}", f"乙{number}"])]


def talks(count: int, *lines: int) -> Document:
    blocks = [block for n in range(count) for block in talk(n, lines[n % len(lines)])]
    return papers.paper(Note(text="谈心谈话。"), *blocks, title="谈心谈话记录", form="F3")


def pages(document: Document) -> list[str]:
    data = typst.pdf(papers.bundle(document), timestamp=NOON)
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


@pytest.mark.parametrize("lines", [(1,), (2,), (1, 2)])
def test_a_short_talk_stands_on_one_page(lines: tuple[int, ...]) -> None:
    said = pages(talks(12, *lines))
    for number in range(12):
        begins = next(n for n, page in enumerate(said) if f"{number}、谈话" in page)
        signed = next(n for n, page in enumerate(said) if f"乙{number}：" in page)
        assert begins == signed


@pytest.mark.parametrize("lines", [(2, 3), (1, 2, 3), (3,), (4,), (5,), (6,), (4, 7), (2, 5, 8)])
def test_no_single_low_row_stands_above_the_signatures_on_a_new_page(lines: tuple[int, ...]) -> None:
    said = pages(talks(12, *lines))
    assert len(said) > 5
    for page in said[1:]:
        above = page.partition("甲")[0]
        torn = "、谈话" not in above
        assert not torn or len(re.findall("|".join(SAID), above)) >= 2 or above.count("说") > 36 * LOW, above


def test_what_fits_stays_as_it_is_and_long_values_flow_on() -> None:
    fits, long = talks(1, 3), talks(4, 12)
    assert fitting.fitted(fits).grids == layout.grids(fits)
    grids = [grid for grid in fitting.fitted(long).grids if isinstance(grid, FactsGrid)]
    assert len(grids) == 4
    assert not any(grid.whole for grid in grids)


def test_two_rows_are_held_to_the_signature_only_where_they_are_low() -> None:
    found = {
        lines: {grid.held for grid in fitting.fitted(talks(8, lines)).grids if isinstance(grid, FactsGrid)}
        for lines in (3, 9)
    }
    assert found == {3: {1, 2}, 9: {1}}


def test_a_block_without_anything_changes_nothing() -> None:
    made = talks(6, 3, 4)
    more = made.model_copy(update={"blocks": [*made.blocks, Note(text="注"), Facts(rows=[]), Note(text="注")]})
    held = [[grid.held for grid in fitting.fitted(one).grids if isinstance(grid, FactsGrid)] for one in (made, more)]
    assert held[0] == held[1]
